"""Small bundles for tests, written the way loaders write them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from loaders.base import Run
from loaders.bundle import Bundle, Quad, write_quads_bundle
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import Triple, iri, text

IRIS = Minter()
COURSE = IRIS.course("aalto", "CS-A1110")
SKILL = "http://data.europa.eu/esco/skill/ccd0a1d9-afda-43d9-b901-96344886e14d"
CLAIM = IRIS.claim(COURSE, SKILL, terms.develops)


def bundle_of(folder: Path, source: str, triples: Iterable[Triple], release: str = "") -> Bundle:
    """The bundle of some triples in the graph of a source."""
    graph = iri(IRIS.graph(source))
    return quads_bundle(folder, source, [(*triple, graph) for triple in triples], release)


def quads_bundle(folder: Path, source: str, quads: Iterable[Quad], release: str = "") -> Bundle:
    """The bundle of some quads."""
    run = Run(iris=IRIS, release=release)
    return write_quads_bundle(source, quads, folder, run=run, title=f"{source} for tests")


def labels(count: int, word: str = "label") -> list[Triple]:
    """``count`` triples, each a thing and its label."""
    return [
        (iri(f"https://example.org/{number}"), iri(terms.rdfs.label), text(f"{word} {number}"))
        for number in range(count)
    ]


def suggestion(status: str = terms.Suggested, graph: str = "claims") -> list[Quad]:
    """A machine's claim that a course develops a skill, with its plain triple."""
    claim, home = iri(CLAIM), iri(IRIS.graph(graph))
    return [
        (claim, iri(terms.rdf.type), iri(terms.Claim), home),
        (claim, iri(terms.about), iri(COURSE), home),
        (claim, iri(terms.skill), iri(SKILL), home),
        (claim, iri(terms.relation), iri(terms.develops), home),
        (claim, iri(terms.status), iri(status), home),
        (iri(COURSE), iri(terms.suggestedDevelops), iri(SKILL), iri(IRIS.graph("links"))),
    ]
