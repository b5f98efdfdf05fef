"""The one port through which everything reads the graph.

Two bodies fit it: an embedded generation (``embedded.py``) and a remote SPARQL 1.1 engine
(``remote/``). Engines and the command line take a ``Graph``; nothing above this floor imports
pyoxigraph's store.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol


class Value(NamedTuple):
    """An RDF term in a solution: its lexical form, with language and datatype of a literal."""

    lexical: str
    language: str | None = None
    datatype: str | None = None


class Graph(Protocol):
    """One immutable generation of the graph, for reading."""

    @property
    def generation(self) -> str:
        """The generation's id."""
        ...

    @property
    def content(self) -> str:
        """Names what indexes are built from: shared by generations that differ in decisions only.

        What people have decided on (``polku:decides``) is no part of it.
        """
        ...

    def select(self, query: str) -> Iterator[tuple[str | None, ...]]:
        """Solutions of a SELECT as lexical forms in the order of its variables; None is unbound.

        The default graph is the union of all graphs.
        """
        ...

    def solutions(self, query: str) -> Iterator[dict[str, Value]]:
        """Solutions of a SELECT, by variable name, with languages and datatypes; unbound left out."""
        ...

    def ask(self, query: str) -> bool:
        """The answer of an ASK."""
        ...
