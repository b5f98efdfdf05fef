"""The people and units of the network that publish on skills: whom a learner can turn to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.graph.port import Graph
from app.paths.remembered import Remembered
from app.paths.works import newest, skills_of
from ontology import terms
from ontology.ntriples import iri
from queries import engine

NEWEST = 3_000
"""Works of the network, newest first, whose people and units are held in memory."""

FILE = "publishers.json"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes on some skills.

    Attributes:
        iri: of the person or the organisation.
        kind: person, unit or university.
        university: short code of the university that they are of.
        works: how many of the network's newest works on the skills are theirs.
        newest: the day of the newest of them.
        skills: the skills that those study.
    """

    iri: str
    kind: str
    university: str
    works: int
    newest: str
    skills: tuple[str, ...]


class Publishers:
    """Who of the network publishes on which skills, of one generation.

    The network is the universities that the graph gives short codes, with the units under them.
    A person is of the network where the graph says of which organisation they are a member: an
    author of a work made with others elsewhere is not taken for one of the network's.
    """

    def __init__(
        self,
        graph: Graph,
        universities: Mapping[str, str],
        theses: Iterable[str],
        folder: Path | None = None,
    ) -> None:
        remembered = Remembered(graph, folder, FILE)
        self.university_of = _units(remembered, universities)
        self.universities = frozenset(universities.values())
        self.theses = frozenset(theses)
        self.makers: defaultdict[str, set[str]] = defaultdict(set)
        self.people: dict[str, str] = {}
        self.of: defaultdict[str, set[str]] = defaultdict(set)
        self.days: dict[str, str] = {}
        if self.university_of:
            self._read(remembered)
        remembered.save()

    def _read(self, graph: Remembered) -> None:
        """Reads the newest works of the network with their makers and their skills."""
        units = [iri(one) for one in sorted(self.university_of)]
        made: defaultdict[str, set[str]] = defaultdict(set)
        days: dict[str, str] = {}
        query = engine("paths-works-of-units").bind({"units": units})
        for work, unit, day in graph.select(query):
            if work and unit and day:
                made[work].add(unit)
                days[work] = max(day, days.get(work, ""))
        self.days = newest(days, NEWEST)
        works = [iri(work) for work in sorted(self.days)]
        if not works:
            return
        for person, unit in graph.select(engine("paths-members").bind({"units": units})):
            if person and unit:
                code = self.university_of[unit]
                self.people[person] = min(code, self.people.get(person, code))
        for work in self.days:
            self.makers[work] |= made[work]
        for work, person in graph.select(engine("paths-authors").bind({"works": works})):
            if work and person in self.people:
                self.makers[work].add(person)
        for relation in (terms.studies, terms.suggestedStudies):
            for work, skill in graph.claimed(*skills_of(works, relation)):
                if work and skill and work in self.days:
                    self.of[skill].add(work)

    def on(self, skills: Iterable[str], most: int, *, theses: bool) -> list[Publisher]:
        """Up to ``most`` people and as many organisations: those with most works on the skills first.

        Args:
            skills: the skills that the works may study.
            most: how many of either.
            theses: whether student theses count.
        """
        works: defaultdict[str, set[str]] = defaultdict(set)
        about: defaultdict[str, set[str]] = defaultdict(set)
        for skill in set(skills):
            for work in self.of.get(skill, ()):
                if theses or work not in self.theses:
                    for maker in self.makers[work]:
                        works[maker].add(work)
                        about[maker].add(skill)
        found = sorted(
            (self._one(maker, made, tuple(sorted(about[maker]))) for maker, made in works.items()),
            key=lambda one: one.iri,
        )
        found.sort(key=lambda one: (one.works, one.newest), reverse=True)
        people = [one for one in found if one.kind == "person"]
        return people[:most] + [one for one in found if one.kind != "person"][:most]

    def _one(self, maker: str, made: Iterable[str], skills: tuple[str, ...]) -> Publisher:
        days = [self.days[work] for work in made]
        if maker in self.people:
            kind, university = "person", self.people[maker]
        else:
            kind = "university" if maker in self.universities else "unit"
            university = self.university_of[maker]
        return Publisher(maker, kind, university, len(days), max(days), skills)


def _units(graph: Remembered, universities: Mapping[str, str]) -> dict[str, str]:
    """Organisation → the code of the university that it is, or is a part of, however deep."""
    found = {name: code for code, name in sorted(universities.items(), reverse=True)}
    under: defaultdict[str, list[str]] = defaultdict(list)
    for unit, whole in graph.select(engine("paths-units").text):
        if unit and whole:
            under[whole].append(unit)
    waiting = sorted(found)
    while waiting:
        whole = waiting.pop()
        for unit in sorted(under[whole]):
            if unit not in found:
                found[unit] = found[whole]
                waiting.append(unit)
    return found
