"""What the graph already puts together: micro-credentials, modules and other wholes of courses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from app.graph.port import Graph
from app.paths.explain import reached
from app.paths.model import Facts
from app.paths.modules import opened
from ontology import terms
from ontology.ntriples import iri
from queries import engine

Kind = Literal["microCredential", "module", "other"]

_KINDS: Mapping[str, Kind] = {terms.MicroCredential: "microCredential", terms.Module: "module"}


class Acceptance(NamedTuple):
    """A promise to take it as a part: into what, by whom, until when (None is not stated)."""

    into: str
    by: str | None = None
    until: date | None = None


@dataclass(frozen=True)
class Whole:
    """Something that consists of courses.

    Attributes:
        iri: its IRI.
        kind: what it is.
        courses: the known courses in it, at any depth.
        complete: whether all of its parts are known.
        certifies: skills that it certifies, accepted or suggested.
        stacks_into: what accepts it as a part.
        acceptances: the promises behind that, where they are stated.
    """

    iri: str
    kind: Kind
    courses: frozenset[str]
    complete: bool = True
    certifies: frozenset[str] = frozenset()
    stacks_into: tuple[str, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()

    def skills(self, facts: Facts, least: float) -> frozenset[str]:
        """What it certifies, and what its courses develop surely enough."""
        return self.certifies | reached(facts, least, self.courses)


def read(graph: Graph, facts: Facts) -> tuple[Whole, ...]:
    """Every whole of the graph that has a known course, in order of IRI."""
    stated: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for thing, prop, value in graph.select(engine("planning-wholes").text):
        if thing and prop and value:
            stated[prop][thing].add(value)
    promises: defaultdict[str, set[Acceptance]] = defaultdict(set)
    for thing, by, into, until in graph.select(engine("planning-acceptances").text):
        if thing and into:
            promises[thing].add(Acceptance(into, by, _day(until)))
    kinds: dict[str, Kind] = {}
    for class_, kind in _KINDS.items():
        bound = {"class": iri(class_), "property": iri(terms.rdf.type)}
        for thing, _ in graph.select(engine("paths-property").bind(bound)):
            if thing:
                kinds.setdefault(thing, kind)
    parts = {
        thing: {facts.aliases.get(part, part) for part in held}
        for thing, held in stated[terms.consistsOf].items()
        if thing not in facts.courses
    }
    return tuple(_wholes(facts, parts, kinds, stated, promises))


def _wholes(
    facts: Facts,
    parts: Mapping[str, set[str]],
    kinds: Mapping[str, Kind],
    stated: Mapping[str, Mapping[str, set[str]]],
    promises: Mapping[str, set[Acceptance]],
) -> Iterable[Whole]:
    for thing in sorted(parts):
        held = opened(thing, parts, facts.courses)
        if not held.courses:
            continue
        certified = (
            stated.get(prop, {}).get(thing, set())
            for prop in (terms.certifies, terms.suggestedCertifies)
        )
        yield Whole(
            thing,
            kinds.get(thing, "other"),
            held.courses,
            complete=not held.unknown,
            certifies=frozenset().union(*certified),
            stacks_into=tuple(sorted(stated.get(terms.stacksInto, {}).get(thing, ()))),
            acceptances=tuple(sorted(promises.get(thing, ()), key=str)),
        )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
