"""A match: two IRIs that name one thing, how that was found, how sure it is, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.graph.classes import pair
from app.graph.matches import SOURCE
from app.identity.thresholds import JOIN, VERSION
from loaders.bundle import Quad
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import decimal, iri, text

METHODS: Final[Mapping[str, str]] = {
    "identifier": terms.ByIdentifier,
    "description": terms.ByDescription,
}
"""Name of a method → its concept."""


@dataclass(frozen=True, slots=True)
class Match:
    """Two IRIs in order, and what speaks for their naming one thing.

    Attributes:
        about: the earlier IRI.
        other: the later one.
        method: a name of ``METHODS``.
        score: from 0 to 1; from ``JOIN`` on the two have one entity.
        because: the evidence, in words.
    """

    about: str
    other: str
    method: str
    score: float
    because: str

    @property
    def joins(self) -> bool:
        """Whether the two have one entity unless a person says otherwise."""
        return self.score >= JOIN


def match(one: str, other: str, method: str, score: float, because: str) -> Match:
    """The match of two IRIs in whichever order."""
    return Match(*pair(one, other), method, round(score, 3), because)


def quads(matches: Iterable[Match], alone: Iterable[str], iris: Minter) -> Iterator[Quad]:
    """The runs, every match, and of what no source gives an entity that it stands for itself."""
    graph = iri(iris.graph(SOURCE))
    a, status = iri(terms.rdf.type), iri(terms.status)
    runs = {}
    for name, method in METHODS.items():
        runs[name] = run = iri(iris.run(SOURCE, f"{name}-{VERSION}"))
        yield run, a, iri(terms.MatchRun), graph
        yield run, iri(terms.matchMethod), iri(method), graph
        yield run, iri(terms.modelVersion), text(VERSION), graph
        yield run, iri(terms.threshold), decimal(Decimal(str(JOIN))), graph
    for one in matches:
        me = iri(iris.match(one.about, one.other))
        sure = one.method == "identifier" and one.joins
        yield me, a, iri(terms.Match), graph
        yield me, iri(terms.about), iri(one.about), graph
        yield me, iri(terms.other), iri(one.other), graph
        yield me, iri(terms.matchMethod), iri(METHODS[one.method]), graph
        yield me, iri(terms.confidence), decimal(Decimal(str(one.score))), graph
        yield me, iri(terms.because), text(one.because), graph
        yield me, status, iri(terms.Accepted if sure else terms.Suggested), graph
        yield me, iri(terms.prov.wasGeneratedBy), runs[one.method], graph
    for thing in alone:
        yield iri(thing), iri(terms.entity), iri(thing), graph
