"""Things as matching needs them, read from the graph: a property at a time, which is quickest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from app.graph.identity import NAME as IDENTITY
from app.graph.matches import SOURCE
from app.graph.port import Graph
from app.graph.settle import OWN
from app.identity import identifiers, normal, similar
from app.identity.records import Course, Work
from app.identity.thresholds import UNLIKE
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import iri
from queries import engine

OWN_GRAPHS = ("registry", "decisions", SOURCE, *OWN)
"""Graphs that describe no thing for a source."""


def works(graph: Graph, iris: Minter) -> list[Work]:
    """All works, in the order of their IRIs."""
    kind = terms.ResearchOutput
    titles = values(graph, kind, terms.dcterms.title)
    authors = values(graph, kind, terms.dc.creator)
    days = values(graph, kind, terms.published)
    dois = values(graph, kind, terms.bibo.doi)
    stated = values(graph, kind, terms.dcterms.identifier)
    types = values(graph, kind, terms.workType)
    return [
        Work(
            thing,
            sources,
            tuple(titles.get(thing, ())),
            tuple(authors.get(thing, ())),
            _year(days.get(thing, {})),
            identifiers.of_work(
                thing,
                dois.get(thing, ()),
                stated.get(thing, ()),
                next(iter(types.get(thing, ())), ""),
            ),
        )
        for thing, sources in things(graph, kind, iris)
    ]


def of_two_titles(graph: Graph) -> Iterator[tuple[str, str, str]]:
    """Works under one IRI to which sources give plainly different titles in one language."""
    for thing, said in sorted(values(graph, terms.ResearchOutput, terms.dcterms.title).items()):
        for (one, tag), (other, its_tag) in combinations(sorted(said.items()), 2):
            same = tag == its_tag or not (tag and its_tag)
            if same and similar.letters(normal.title(one), normal.title(other)) < UNLIKE:
                yield thing, one, other
                break


def courses(graph: Graph, kind: str, iris: Minter) -> list[Course]:
    """All courses, or all micro-credentials, in the order of their IRIs."""
    titles = values(graph, kind, terms.dcterms.title)
    codes = values(graph, kind, terms.code)
    universities = values(graph, kind, terms.university)
    least = values(graph, kind, terms.ectsMin)
    most = values(graph, kind, terms.ectsMax)
    stated = values(graph, kind, terms.dcterms.identifier)

    def first(said: Mapping[str, Mapping[str, str]], thing: str) -> str:
        return min(said.get(thing, ()), default="")

    return [
        Course(
            thing,
            sources,
            first(universities, thing),
            first(codes, thing),
            {tag: title for title, tag in sorted(titles.get(thing, {}).items(), reverse=True)},
            (_number(first(least, thing)), _number(first(most, thing))),
            frozenset(stated.get(thing, ())),
        )
        for thing, sources in things(graph, kind, iris)
    ]


def things(graph: Graph, kind: str, iris: Minter) -> Iterator[tuple[str, frozenset[str]]]:
    """The things of a class and the graphs that describe each."""
    own = {iris.graph(name) for name in OWN_GRAPHS}
    found: dict[str, set[str]] = {}
    for thing, home in graph.select(engine("identity-kinds").bind({"class": iri(kind)})):
        if thing and home and home not in own:
            found.setdefault(thing, set()).add(home)
    for thing in sorted(found):
        yield thing, frozenset(found[thing])


def values(graph: Graph, kind: str, name: str) -> dict[str, dict[str, str]]:
    """Each thing of a class → the values of a property, each with its language, in their order."""
    query = engine("identity-values").bind({"class": iri(kind), "property": iri(name)})
    found: dict[str, dict[str, str]] = {}
    for thing, value, language in graph.select(query):
        if thing and value:
            found.setdefault(thing, {})[value] = language or ""
    return found


def unstated(graph: Graph, kind: str, iris: Minter) -> list[str]:
    """The things of a class of which no source and no person states an entity now.

    A source's statement that gave way to another's is not among those that stand now.
    """
    query = engine("identity-unstated").bind(
        {
            "class": iri(kind),
            "matches": iri(iris.graph(SOURCE)),
            "identity": iri(iris.graph(IDENTITY)),
        }
    )
    return sorted(thing for (thing,) in graph.select(query) if thing)


def stated(graph: Graph) -> set[tuple[str, str]]:
    """Pairs that sources themselves say are one, each in order."""
    rows = graph.select(engine("identity-stated").bind({}))
    return {(about, other) for about, other in rows if about and other}


def _year(days: Mapping[str, str]) -> int:
    day = min(days, default="")[:4]
    return int(day) if day.isdigit() else 0


def _number(value: str) -> str:
    return value.rstrip("0").rstrip(".") if "." in value else value


def named(graph: Graph, kind: str) -> list[str]:
    """The things of a class, in order."""
    query = engine("identity-kinds").bind({"class": iri(kind)})
    return sorted({thing for thing, _ in graph.select(query) if thing})
