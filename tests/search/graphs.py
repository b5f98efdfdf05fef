"""A small graph behind the port, made of triples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from app.graph.port import Value
from ontology import terms
from ontology.ntriples import Term, Triple, iri, text

BASE = "https://example.org/"


class SmallGraph:
    """Triples in a store of their own, read as a generation is."""

    def __init__(self, triples: Sequence[Triple], generation: str = "000001-abcdef") -> None:
        self.generation = self.content = generation
        self._store = ox.Store()
        lines = "".join(f"{s} {p} {o} .\n" for s, p, o in triples)
        self._store.load(lines.encode(), ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(BASE))

    def select(self, query: str) -> Iterator[tuple[str | None, ...]]:
        solutions = self._answer(query)
        width = range(len(solutions.variables))
        for row in solutions:
            yield tuple(None if row[i] is None else row[i].value for i in width)

    def solutions(self, query: str) -> Iterator[dict[str, Value]]:
        raise NotImplementedError(query)

    def ask(self, query: str) -> bool:
        raise NotImplementedError(query)

    def _answer(self, query: str) -> ox.QuerySolutions:
        answer = self._store.query(query, use_default_graph_as_union=True)
        assert isinstance(answer, ox.QuerySolutions)
        return answer


def thing(kind: str, name: str, *labels: tuple[str, Term]) -> list[Triple]:
    """A thing of a class with its labels, as (property, literal)."""
    node = iri(BASE + name)
    return [(node, iri(terms.rdf.type), iri(kind))] + [
        (node, iri(relation), label) for relation, label in labels
    ]


def pref(label: str, language: str = "en") -> tuple[str, Term]:
    return terms.skos.prefLabel, text(label, language)


def alt(label: str, language: str = "en") -> tuple[str, Term]:
    return terms.skos.altLabel, text(label, language)


def hidden(label: str, language: str = "en") -> tuple[str, Term]:
    return terms.skos.hiddenLabel, text(label, language)


def title(label: str, language: str = "en") -> tuple[str, Term]:
    return terms.dcterms.title, text(label, language)


def code(value: str) -> tuple[str, Term]:
    return terms.code, text(value)
