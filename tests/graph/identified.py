"""Things and matches for tests of identity."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.graph import open_graph
from app.graph.generations import Generation
from app.graph.publish import publish
from app.identity.match import Match, match, quads
from app.workers import JsonObject
from ontology import terms
from ontology.ntriples import Triple, iri, text
from tests.graph.bundles import IRIS, bundle_of, quads_bundle

DOI = IRIS.research("doi", "10.1000/a")
ARXIV = IRIS.research("arxiv", "2601.00001")
OPENALEX = IRIS.research("openalex", "W1")


class Silent:
    """Nobody who is shown how far a run is."""

    def stage(self, name: str, total: int | None = None) -> None: ...
    def advance(self, amount: int) -> None: ...


def work(subject: str, title: str = "A title", entity: str = "") -> list[Triple]:
    me = iri(subject)
    return [
        (me, iri(terms.rdf.type), iri(terms.ResearchOutput)),
        (me, iri(terms.entity), iri(entity or subject)),
        (me, iri(terms.dcterms.title), text(title, "en")),
    ]


def found(one: str, other: str, score: float = 1.0, method: str = "identifier") -> Match:
    return match(one, other, method, score, "Made up.")


def load(data: Path, source: str, triples: Iterable[Triple]) -> Generation:
    bundle = bundle_of(data / "bundles" / source, source, triples)
    return publish(data, {source: bundle}, checked=False)


def load_matches(data: Path, matches: Iterable[Match], alone: Iterable[str] = ()) -> Generation:
    bundle = quads_bundle(data / "bundles" / "matches", "matches", quads(matches, alone, IRIS))
    return publish(data, {"matches": bundle}, checked=False)


def decide(about: str, other: str, verdict: str) -> JsonObject:
    said = {"kind": "decideMatch", "about": about, "other": other, "verdict": verdict}
    return {**said, "role": "curator"}


def entities(data: Path) -> dict[str, str]:
    """Each thing's entity, by the local names of both; a thing with two fails the test."""
    with open_graph(data) as graph:
        rows = list(graph.select(f"SELECT DISTINCT ?s ?e {{ ?s <{terms.entity}> ?e }}"))
    stated = {(name(str(s)), name(str(e))) for s, e in rows}
    assert len(stated) == len({s for s, _ in stated}), stated
    return dict(stated)


def name(subject: str) -> str:
    return subject.rpartition("/")[2]
