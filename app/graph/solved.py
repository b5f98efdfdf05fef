"""What both bodies of the port do alike: an engine's solutions as plain values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

import pyoxigraph as ox

from app.errors import BadQuery
from app.graph.port import Value


class Solved(ABC):
    """The port's three methods over one that asks an engine."""

    @abstractmethod
    def ask_engine(self, query: str) -> object:
        """The engine's own answer to a query over the union of all graphs."""

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
        answer = self.ask_engine(query)
        if not isinstance(answer, ox.QueryBoolean):
            raise BadQuery("An ASK query is asked for here.")
        return bool(answer)

    def _solutions(self, query: str) -> ox.QuerySolutions:
        answer = self.ask_engine(query)
        if not isinstance(answer, ox.QuerySolutions):
            raise BadQuery("A SELECT query is asked for here.")
        return answer


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
