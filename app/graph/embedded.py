"""The port's embedded body: one immutable generation, opened read-only in this process.

It bounds nothing: what runs on it are our own queries. A stranger's query runs in a reader
process (``reader.py``), which can be killed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from app.errors import BadQuery, GraphError
from app.graph import generations
from app.graph.generations import Generation
from app.graph.port import Value


def open_store(generation: Generation) -> ox.Store:
    """The generation's store, read-only.

    Raises: GraphError if it cannot be opened.
    """
    try:
        return ox.Store.read_only(str(generation.store))
    except OSError as error:
        raise GraphError(
            f"Generation {generation.id} cannot be opened ({error}). "
            "Choose another of `polku generations` with `polku rollback GENERATION`."
        ) from error


class EmbeddedGraph:
    """A generation for reading; the default graph is the union of all its graphs.

    A graph that stands for long keeps its generation from being swept away; ``close`` lets go.
    """

    def __init__(self, data: Path, generation: str | None = None) -> None:
        self.info, self._held = generations.hold(data, generation)
        try:
            self.store = open_store(self.info)
        except BaseException:
            self.close()
            raise

    @property
    def generation(self) -> str:
        """The generation's id."""
        return self.info.id

    @property
    def content(self) -> str:
        """Id of the generation from which this one differs in decisions at most."""
        return self.info.content

    def select(self, query: str) -> Iterator[tuple[str | None, ...]]:
        """Solutions of a SELECT as lexical forms in the order of its variables; None is unbound.

        Raises: BadQuery if the query is malformed or no SELECT.
        """
        solutions = self._solutions(query)
        width = range(len(solutions.variables))
        return (tuple(_lexical(row[i]) for i in width) for row in solutions)

    def solutions(self, query: str) -> Iterator[dict[str, Value]]:
        """Solutions of a SELECT, by variable name; unbound left out.

        Raises: BadQuery if the query is malformed or no SELECT.
        """
        solutions = self._solutions(query)
        names = [variable.value for variable in solutions.variables]
        for row in solutions:
            yield {
                name: _value(term) for i, name in enumerate(names) if (term := row[i]) is not None
            }

    def ask(self, query: str) -> bool:
        """The answer of an ASK.

        Raises: BadQuery if the query is malformed or no ASK.
        """
        answer = self._query(query)
        if not isinstance(answer, ox.QueryBoolean):
            raise BadQuery("An ASK query is asked for here.")
        return bool(answer)

    def close(self) -> None:
        """Lets the generation be swept away from now on."""
        if self._held >= 0:
            os.close(self._held)
            self._held = -1

    def __enter__(self) -> EmbeddedGraph:
        """The graph itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Lets go of the generation."""
        self.close()

    def __del__(self) -> None:
        """Lets go of the generation."""
        if hasattr(self, "_held"):
            self.close()

    def _solutions(self, query: str) -> ox.QuerySolutions:
        answer = self._query(query)
        if not isinstance(answer, ox.QuerySolutions):
            raise BadQuery("A SELECT query is asked for here.")
        return answer

    def _query(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        try:
            return self.store.query(query, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise BadQuery(error.msg or "The query cannot be parsed.") from error


def _value(term: object) -> Value:
    if isinstance(term, ox.Literal):
        return Value(term.value, term.language, None if term.language else term.datatype.value)
    return Value(_lexical(term) or "")


def _lexical(term: object) -> str | None:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode | ox.Literal):
        return term.value
    return str(term)
