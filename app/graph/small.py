"""One document as a graph in memory, asked with our own queries: it stands for one request.

A stranger's document may be made to hurt: what it may hold is bounded while it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import pyoxigraph as ox

from app.errors import TooLarge, Unreadable
from app.graph.media import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE
from app.graph.port import Value
from loaders.errors import LoadError
from loaders.rdf import within_bounds
from ontology.ntriples import Term, Triple, iri, text, typed
from ontology.terms import xsd

MOST_STATEMENTS = 2_000
"""Statements of one document."""

MOST_CHARACTERS = 2**21
"""Characters of all terms of one document, prefixes written out."""

GRAPH = "urn:x-polku:document"
"""The graph that holds the document."""

_FORMATS: Mapping[str, ox.RdfFormat] = MappingProxyType(
    {
        TURTLE: ox.RdfFormat.TURTLE,
        JSON_LD: ox.RdfFormat.JSON_LD,
        TRIG: ox.RdfFormat.TRIG,
        N_TRIPLES: ox.RdfFormat.N_TRIPLES,
        N_QUADS: ox.RdfFormat.N_QUADS,
        RDF_XML: ox.RdfFormat.RDF_XML,
    }
)


class Found(NamedTuple):
    """A value in a solution: the term, and its lexical form alone, a duration's as written."""

    term: Term
    lexical: str


def statements(content: bytes, media: str) -> Iterator[ox.Quad]:
    """What a document states, as it writes it.

    Raises: Unreadable if it is not what its media type says, TooLarge if it states too much.
    JSON-LD must not nest deeper than some hundred levels: the parser's stack is not bounded.
    """
    characters = 0
    format_ = _FORMATS[media]
    try:
        if media != JSON_LD:
            content = b"".join(within_bounds("The document", iter([content]), format_))
        for count, quad in enumerate(ox.parse(content, format=format_), 1):
            characters += sum(len(str(term)) for term in quad.triple)
            if count > MOST_STATEMENTS or characters > MOST_CHARACTERS:
                raise TooLarge(
                    f"The document states more than {MOST_STATEMENTS} triples or "
                    f"{MOST_CHARACTERS} characters, the limits of one offering."
                )
            yield quad
    except SyntaxError as error:
        raise Unreadable(_place(str(error), media)) from None
    except LoadError as error:
        raise Unreadable(str(error)) from None


class Small:
    """A graph of a few hundred statements."""

    def __init__(self) -> None:
        self._store = ox.Store()
        self._graph = ox.NamedNode(GRAPH)
        self._written: dict[str, str] = {}

    @classmethod
    def read(cls, content: bytes, media: str) -> Small:
        """The graph that a document states; its named graphs are one. Nothing remote is fetched.

        Raises: as ``statements``.
        """
        made = cls()
        for quad in statements(content, media):
            made._put(quad.subject, quad.predicate, quad.object)
        return made

    def add(self, triples: Iterable[Triple]) -> None:
        """States more.

        Raises: Unreadable if a term is none, such as a literal with an impossible language.
        """
        lines = "".join(f"{subject} {prop} {value} .\n" for subject, prop, value in triples)
        try:
            for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES):
                self._put(quad.subject, quad.predicate, quad.object)
        except SyntaxError as error:
            raise Unreadable(f"A value cannot be stated: {str(error)[:300]}") from None

    def copy(self) -> Small:
        """A graph that states the same."""
        made = Small()
        made._store.extend(self._store)
        made._written = dict(self._written)
        return made

    def solutions(self, query: str) -> Iterator[dict[str, Found]]:
        """Solutions of a SELECT, by variable name; unbound left out."""
        rows = self._store.query(query, use_default_graph_as_union=True)
        if not isinstance(rows, ox.QuerySolutions):
            raise TypeError("a SELECT is asked for here")
        names = [variable.value for variable in rows.variables]
        for row in rows:
            yield {
                name: Found(Term(str(term)), self._written.get(str(term), term.value))
                for i, name in enumerate(names)
                if isinstance(term := row[i], ox.NamedNode | ox.BlankNode | ox.Literal)
            }

    def values(self, query: str) -> Iterator[dict[str, Value]]:
        """Solutions of a SELECT as the port has them: with languages and datatypes."""
        for row in self.solutions(query):
            yield {name: _value(found) for name, found in row.items()}

    def _put(self, subject: object, prop: object, value: object) -> None:
        quad = ox.Quad(subject, prop, value, self._graph)  # type: ignore[arg-type]
        self._store.add(quad)
        if isinstance(value, ox.Literal) and value.datatype.value == xsd.duration:
            # The engine holds P60M as P5Y; whoever wrote it knows it by its own form.
            alone = ox.Store()
            alone.add(quad)
            self._written |= {str(one.object): value.value for one in alone}


def term(value: Value) -> Term:
    """The value as N-Triples has it. Raises: ValueError for an IRI that is none."""
    if value.language is not None:
        return text(value.lexical, value.language)
    if value.datatype is not None:
        return typed(value.lexical, value.datatype)
    return Term(value.lexical) if value.lexical.startswith("_:") else iri(value.lexical)


def _value(found: Found) -> Value:
    held = next(iter(ox.parse(f"_:s <urn:p> {found.term} .", format=ox.RdfFormat.N_TRIPLES))).object
    if isinstance(held, ox.Literal):
        return Value(found.lexical, held.language, None if held.language else held.datatype.value)
    return Value(found.term if isinstance(held, ox.BlankNode) else found.lexical)


def _place(reason: str, media: str) -> str:
    if "LoadDocumentCallback" in reason:
        return (
            "The JSON-LD names a remote context; none is fetched. "
            "Write the context out in the document, or send Turtle."
        )
    return f"The document is not {_FORMATS[media].name}: {reason[:300]}"
