"""The newest works on a route's skills: research reaches the learner the day it is loaded."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from app.graph.port import Graph
from app.paths import codes
from app.paths.remembered import Remembered
from app.paths.request import MOST_WORKS
from ontology import terms
from ontology.ntriples import Term, iri
from queries import engine

NEWEST = 3_000
"""Works, newest first, whose skills are held in memory: nearly every route finds its own there."""

SKILLS = 1_024
"""Skills whose newest works are remembered."""

FILE = "works.json"

_THESIS = iri(terms.StudentThesis)
_RELATIONS = (terms.studies, terms.suggestedStudies)


class NewestWorks:
    """The newest works on skills, of one generation.

    The newest works of all are held with their skills. A route whose skills have too few works
    among them has skills that few works study: those are then asked for skill by skill.
    """

    def __init__(
        self, graph: Graph, universities: Mapping[str, str], folder: Path | None = None
    ) -> None:
        self.graph = graph
        remembered = Remembered(graph, folder, FILE)
        self._read(remembered)
        remembered.save()
        self.codes = {name: code for code, name in universities.items()}
        self._asked: OrderedDict[tuple[str, bool], Mapping[str, str]] = OrderedDict()

    def _read(self, graph: Remembered) -> None:
        """Reads the newest works with their skills."""
        self.theses = {
            row[0]
            for row in graph.select(engine("paths-works-of-type").bind({"type": _THESIS}))
            if row[0]
        }
        days: dict[str, str] = {}
        for work, day in graph.select(engine("paths-published").text):
            if work and day:
                days[work] = max(day, days.get(work, ""))
        self.days = newest(days, NEWEST)
        self.complete = len(self.days) == len(days)
        self.of: defaultdict[str, set[str]] = defaultdict(set)
        works = [iri(work) for work in sorted(self.days)]
        for relation in _RELATIONS if works else ():
            for work, skill in graph.claimed(*skills_of(works, relation)):
                if work and skill and work in self.days:
                    self.of[skill].add(work)

    def on(self, skills: Iterable[str], most: int, *, theses: bool) -> list[dict[str, object]]:
        """Up to ``most`` works on the skills, described; see ``chosen``."""
        (found,) = self.described([self.chosen(skills, most, theses=theses)])
        return found

    def chosen(self, skills: Iterable[str], most: int, *, theses: bool) -> dict[str, list[str]]:
        """Up to ``most`` works with their skills, newest first, of a day those on more before others.

        Args:
            skills: the skills that the works may study.
            most: how many.
            theses: whether student theses may be among them.
        """
        if most == 0:
            return {}
        wanted = sorted(set(skills))
        studied: defaultdict[str, set[str]] = defaultdict(set)
        days = dict(self.days)
        for skill in wanted:
            for work in self.of.get(skill, ()):
                studied[work].add(skill)
        if not self.complete and len(studied.keys() - self.theses) < most:
            for skill, of in self._newest(wanted, theses=theses).items():
                for work, day in of.items():
                    studied[work].add(skill)
                    days[work] = max(day, days.get(work, ""))
        able = [work for work in studied if theses or work not in self.theses]
        able.sort(key=lambda work: (-len(studied[work]), work))
        able.sort(key=lambda work: days[work], reverse=True)
        return {work: sorted(studied[work]) for work in able[:most]}

    def _newest(self, skills: list[str], *, theses: bool) -> dict[str, Mapping[str, str]]:
        """The newest works on each skill with their days: all that any answer can show.

        An older one would stand behind ``MOST_WORKS`` newer ones. Asked once, as routes share skills.
        """
        new = [skill for skill in skills if (skill, theses) not in self._asked]
        found: dict[str, dict[str, str]] = {skill: {} for skill in new}
        for skill, work, day in self._every(new):
            if theses or work not in self.theses:
                found[skill][work] = max(day, found[skill].get(work, ""))
        for skill in new:
            self._asked[skill, theses] = newest(found[skill], MOST_WORKS)
        for skill in skills:
            self._asked.move_to_end((skill, theses))
        held = {skill: self._asked[skill, theses] for skill in skills}
        while len(self._asked) > SKILLS:
            self._asked.popitem(last=False)
        return held

    def _every(self, skills: list[str]) -> Iterator[tuple[str, str, str]]:
        """All works on the skills with their days, in one go: a query costs more than its rows."""
        for relation in _RELATIONS if skills else ():
            query = engine("paths-works-on").bind(
                {"skills": [iri(skill) for skill in skills], "relation": iri(relation)}
            )
            for skill, work, day in self.graph.select(query):
                if skill and work and day:
                    yield skill, work, day

    def described(self, lists: Sequence[Mapping[str, list[str]]]) -> list[list[dict[str, object]]]:
        """The lists of works with what to show of each, read in one go."""
        works = sorted({work for one in lists for work in one})
        values: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(
            lambda: defaultdict(list)
        )
        if works:
            query = engine("paths-works").bind({"works": [iri(work) for work in works]})
            for work, name, value in self.graph.select(query):
                if work and name and value:
                    values[work][name].append(value)
        shown = {
            work: self._one(work, {name: min(of) for name, of in values[work].items()}, values)
            for work in works
        }
        return [
            [{**shown[work], "skills": skills} for work, skills in one.items()] for one in lists
        ]

    def _one(
        self,
        work: str,
        of: Mapping[str, str],
        values: Mapping[str, Mapping[str, list[str]]],
    ) -> dict[str, object]:
        open_access = of.get(terms.openAccess)
        reviewed = of.get(terms.peerReviewed)
        kind = codes.WORK_TYPES.get(of.get(terms.workType, ""), "other")
        homes = sorted(
            {
                self.codes.get(one, one)
                for name in (terms.university, terms.affiliation)
                for one in values[work].get(name, ())
            },
            key=lambda one: (one.startswith("http"), one),
        )
        return {
            "work": work,
            "title": of.get(terms.dcterms.title),
            "published": of.get(terms.published),
            "type": kind,
            "studentThesis": kind == codes.WORK_TYPES[terms.StudentThesis],
            "doi": of.get(terms.bibo.doi),
            "link": of.get(terms.schema.url, work),
            "openAccess": None if open_access is None else open_access in ("true", "1"),
            "peerReviewed": None if reviewed is None else reviewed in ("true", "1"),
            "university": homes[0] if homes else None,
        }


def newest(days: Mapping[str, str], most: int) -> dict[str, str]:
    """The ``most`` newest works with their days, and all others of the last day among them.

    Whole days, so that no work that is left out is as new as one that is not.

    >>> newest({"a": "2026-01-02", "b": "2026-01-01", "c": "2026-01-02", "d": "2026-01-03"}, 2)
    {'a': '2026-01-02', 'c': '2026-01-02', 'd': '2026-01-03'}
    """
    ordered = sorted(days.values(), reverse=True)
    since = ordered[most - 1] if len(ordered) >= most else ""
    return {work: day for work, day in days.items() if day >= since}


def skills_of(works: list[Term], relation: str) -> tuple[str, Callable[[list[Term]], str]]:
    """The query for the skills of the works, and the query for those of some things."""

    def of(things: list[Term]) -> str:
        return engine("paths-studied").bind({"works": things, "relation": iri(relation)})

    return of(works), of
