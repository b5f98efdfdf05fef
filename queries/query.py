"""A query, and how values take the places of its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ontology import terms
from ontology.ntriples import Term, integer
from queries.errors import BindingError, QueryError
from queries.header import Column, Header, Need, Page, header
from queries.parameters import Parameter, Type
from queries.tokens import Kind, tokens

Value = Term | Sequence[Term] | None
"""What takes a parameter's place: a term; in VALUES also several terms, or None for UNDEF."""

_TERM = re.compile(
    r"<[^<>\"{}|^`\\\x00-\x20]*>"
    r'|"(?:[^"\\\r\n]|\\[tbnrf"\'\\])*"'
    r"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^<[^<>\"{}|^`\\\x00-\x20]*>)?"
)
_COUNT = re.compile(rf'"([0-9]{{1,18}})"\^\^<{re.escape(terms.xsd.integer)}>')
_PAGING = frozenset({"limit", "offset"})


@dataclass(frozen=True)
class Query:
    """A query with its header.

    Attributes:
        name: the file's name without its ending, and the endpoint's.
        text: the file as it is.
        header: what the query says of itself.
    """

    name: str
    text: str
    header: Header

    @property
    def summary(self) -> str:
        """One line that says what the query answers."""
        return self.header.summary

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Its parameters by name, in the header's order; those of paging are not among them."""
        return {parameter.name: parameter for parameter in self.header.parameters}

    @property
    def returns(self) -> tuple[Column, ...]:
        """The columns of its answer."""
        return self.header.returns

    @property
    def page(self) -> Page | None:
        """How it is paged; None if it is not."""
        return self.header.page

    @property
    def needs(self) -> tuple[Need, ...]:
        """The properties without which the graph cannot answer."""
        return self.header.needs

    @property
    def prefixes(self) -> Mapping[str, str]:
        """The namespaces that it declares, by prefix."""
        return _prefixes(self.text)

    def bind(self, values: Mapping[str, Value]) -> str:
        """The query with every ``$name`` token replaced by its value's serialised term.

        Strings, IRIs, comments and ``?name`` variables stay as they are. A parameter that is
        not given takes its default; after LIMIT and OFFSET a whole number stands bare, as the
        grammar asks.

        Raises: BindingError if a value is missing, is no term, or belongs to no parameter.
        """
        return "".join(_bound(self, values))

    def check(self, need: Need) -> str:
        """An ASK for any thing of the class, or with the property, that the query needs."""
        prefix, _, local = need.name.partition(":")
        name = f"<{_prefixes(self.text)[prefix]}{local}>"
        # By the convention of every vocabulary here, classes begin with a capital.
        return f"ASK {{ ?s a {name} }}" if local[:1].isupper() else f"ASK {{ ?s {name} ?o }}"


def read(name: str, text: str) -> Query:
    """The query in a file's text, with its header checked against its tokens.

    Raises: QueryError naming the file and what to change.
    """
    query = Query(name, text, header(name, text))
    used = {token.text[1:] for token in tokens(text) if token.kind is Kind.PARAMETER}
    if query.header == Header():
        return query
    declared = set(query.parameters)
    paging = _PAGING if query.page else frozenset()
    if declared & _PAGING:
        raise QueryError(f"{name}: limit and offset are declared by page, not by params")
    prefixes = _prefixes(text)
    for need in query.needs:
        if need.name.partition(":")[0] not in prefixes:
            raise QueryError(f"{name}: needs {need.name}, whose prefix the query does not declare")
    if used != declared | paging:
        odd = ", ".join(sorted(used ^ (declared | paging)))
        raise QueryError(f"{name}: in the header or in the query, but not in both: {odd}")
    return query


def _prefixes(text: str) -> Mapping[str, str]:
    """The namespaces that a query declares, by prefix."""
    words = [token.text for token in tokens(text) if token.kind not in (Kind.SPACE, Kind.COMMENT)]
    return {
        words[at + 1].rstrip(":"): words[at + 2][1:-1]
        for at, word in enumerate(words[:-2])
        if word.upper() == "PREFIX"
    }


def _bound(query: Query, values: Mapping[str, Value]) -> Iterator[str]:
    """The tokens' texts, with the values in the parameters' places."""
    unused = set(values)
    place = _Place()
    for token in tokens(query.text):
        if token.kind is not Kind.PARAMETER:
            place.after(token.kind, token.text)
            yield token.text
            continue
        name = token.text[1:]
        unused.discard(name)
        yield _written(name, _value(query, name, values), place)
        place.after(token.kind, token.text)
    if unused:
        raise BindingError(f"{query.name} has no parameter {', '.join(sorted(unused))}")


def _value(query: Query, name: str, values: Mapping[str, Value]) -> Value:
    if name in values:
        return values[name]
    if query.page and name in _PAGING:
        return integer(query.page.default if name == "limit" else 0)
    parameter = query.parameters.get(name)
    if parameter is None or parameter.required:
        raise BindingError(f"{query.name} needs a value for {name}")
    return None if parameter.default is None else parameter.term(parameter.default)


class _Place:
    """Where in the query the next token stands."""

    def __init__(self) -> None:
        self.counts = False  # after LIMIT or OFFSET
        self.data = False  # within the braces of VALUES
        self._values = False

    def after(self, kind: Kind, text: str) -> None:
        """Take note of a token that has gone by."""
        if kind in (Kind.SPACE, Kind.COMMENT):
            return
        word = text.upper() if kind is Kind.WORD else ""
        self.counts = word in ("LIMIT", "OFFSET")
        if word == "VALUES":
            self._values = True
        elif text == "{":
            self.data, self._values = self._values, False
        elif text == "}":
            self.data = False


def _written(name: str, value: Value, place: _Place) -> str:
    """The value as it stands in the query."""
    if value is None or not isinstance(value, str):
        if not place.data:
            raise BindingError(
                f"{name} needs one value: only within VALUES may there be more or none"
            )
        written = "UNDEF" if value is None else " ".join(_term(name, term) for term in value)
        return f" {written} "
    if place.counts:
        count = _COUNT.fullmatch(value)
        if count is None:
            raise BindingError(f"{name} stands after LIMIT or OFFSET: it must be an integer from 0")
        return f" {count[1]} "
    # White space about it, so that it can grow together with no neighbour.
    return f" {_term(name, value)} "


def _term(name: str, value: str) -> str:
    if not _TERM.fullmatch(value):
        raise BindingError(f"{name} is no serialised term; make it with ontology.ntriples")
    return value


__all__ = ["Column", "Need", "Page", "Parameter", "Query", "Type", "Value", "read"]
