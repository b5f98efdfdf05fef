"""From a question to a problem: which courses may be put together, with what worth.

There is no learner: a prerequisite is met inside the combination, or is asked for at the door.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.paths.model import CENTI, Candidate, Entry, Facts, Filter, Placement, Problem
from app.paths.question import (
    Question,
    Reduced,
    Timetable,
    barred,
    developers,
    scale_of,
    short_hash,
)
from app.planning.request import STUDIES

ENTRY_PRICE = CENTI
"""What a prerequisite at the door counts for beside the credits: as one credit."""


Division = tuple[tuple[int, ...], ...]
"""Parts of the candidates: a combination is within one; a candidate may be in several."""


class Before:
    """What each course asks for before it, at any depth; remembered."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._of: dict[str, frozenset[str]] = {}

    def of(self, course: str) -> frozenset[str]:
        """Every course that may have to be taken before this one, by compulsory groups."""
        found = self._of.get(course)
        if found is None:
            seen: set[str] = set()
            waiting = [course]
            while waiting:
                for group in self._facts.courses[waiting.pop()].groups:
                    if group.compulsory:
                        waiting += (one for one in group.members if one not in seen)
                        seen.update(group.members)
            found = self._of[course] = frozenset(seen)
        return found

    def meets(self, member: str, asking: str) -> bool:
        """Whether the one can be taken before the other: of courses in a cycle none can."""
        return asking not in self.of(member)


@dataclass(frozen=True)
class _Looked:
    """The courses that were looked at: placements of those that may stand, why others may not."""

    options: dict[str, tuple[Placement, ...]]
    out: dict[str, Filter]


def reduce(
    facts: Facts,
    question: Question,
    *,
    least_ects: int,
    one_university: bool,
    same_language: bool = False,
    same_level: bool = False,
    timetable: Timetable | None = None,
) -> tuple[Reduced, tuple[Division, ...]]:
    """The problem of the question, and how its candidates are divided.

    A candidate develops a target skill, is required, or may come before one of those in the
    combination; what has no other reason to be there is no filling.

    Args:
        facts: the generation's facts.
        question: the resolved question.
        least_ects: hundredths of a credit that a combination has at least.
        one_university: whether all courses of a combination are of one university.
        same_language: whether one language is common to all that state any.
        same_level: whether all are of one EQF level, or none of any.
        timetable: remembers placements from question to question.
    """
    limits, before = question.limits, Before(facts)
    scale = scale_of(question.targets)
    gains: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, target in enumerate(question.targets):
        for name, evidence in developers(facts, target, question.least):
            gains[name].append((place, max(1, round(scale * target.weight * evidence.confidence))))
    looked = _Looked({}, {})
    placed = (timetable or Timetable(facts)).inside(question)

    def look(names: Iterable[str]) -> list[str]:
        """Those of the courses that may stand in a combination."""
        for name in names:
            if name in looked.options or name in looked.out:
                continue
            kept_out = barred(facts.courses[name], question)
            options = () if kept_out else placed(facts.courses[name])
            if kept_out or not options:
                looked.out[name] = kept_out or Filter.PERIODS
            else:
                looked.options[name] = options
        return [name for name in names if name in looked.options]

    own = look(list(dict.fromkeys([*gains, *limits.require])))
    asked_by: defaultdict[str, set[str]] = defaultdict(set)
    for name in own:
        for group in facts.courses[name].groups:
            for member in look(group.members):
                if group.compulsory and before.meets(member, name):
                    asked_by[member].add(name)
    names = sorted({*own, *asked_by})
    index = {name: place for place, name in enumerate(names)}
    grounds = {
        name: (tuple(sorted(index[one] for one in asked_by[name])),)
        for name in names
        if name not in gains and name not in limits.require
    }
    divided = [
        facts_of
        for wanted, facts_of in (
            (one_university, [frozenset([facts.courses[name].university]) for name in names]),
            (same_language, _languages(facts, question, names)),
            (same_level, [frozenset([str(eqf(facts.courses[name].level))]) for name in names]),
        )
        if wanted
    ]
    problem = Problem(
        targets=question.targets,
        candidates=tuple(
            Candidate(
                course=name,
                ects=facts.courses[name].ects,
                cost=None,
                unproved=False,
                gains=tuple(gains.get(name, ())),
                groups=grounds.get(name, ()),
                recommended=_recommended(facts, name, index),
                placements=looked.options[name],
                hash=short_hash(name),
            )
            for name in names
        ),
        slots=question.calendar.slots,
        ects=limits.ects,
        cost=None,
        courses=limits.courses,
        load=None,
        conflicts=_instead(facts, names, index),
        required=tuple(sorted(index[name] for name in limits.require if name in index)),
        scale=scale,
        least_ects=least_ects,
        entries=tuple(_entries(facts, names, index, before)),
        entry_price=ENTRY_PRICE,
    )
    return Reduced(problem, index, looked.out, (), placements=looked.options), tuple(
        map(_parts, divided)
    )


def eqf(level: str | None) -> int | None:
    """The EQF level of the degree to which a level of studies belongs; None if it has none.

    >>> eqf("advanced"), eqf("other"), eqf(None)
    (7, None, None)
    """
    return next((one for one, studies in STUDIES.items() if level in studies), None)


def _languages(facts: Facts, question: Question, names: Sequence[str]) -> list[frozenset[str]]:
    """The languages that will do for each course; all for one that states none."""
    each = [facts.courses[name].languages for name in names]
    every = question.limits.languages or frozenset().union(*each) or frozenset([""])
    return [(one & every) or every for one in each]


def _parts(of: Sequence[frozenset[str]]) -> tuple[tuple[int, ...], ...]:
    """The candidates in parts by what is said of each; a part within another one is left out."""
    parts = {
        tuple(place for place, said in enumerate(of) if key in said)
        for key in frozenset().union(*of)
    }
    return tuple(sorted(one for one in parts if not any(set(one) < set(two) for two in parts)))


def _recommended(facts: Facts, name: str, index: Mapping[str, int]) -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(sorted(index[member] for member in group.members if member in index))
        for group in facts.courses[name].groups
        if not group.compulsory
    )


def _entries(
    facts: Facts, names: Iterable[str], index: Mapping[str, int], before: Before
) -> Iterable[Entry]:
    """What may be asked for at the door, once however many courses ask for it."""
    asking: defaultdict[tuple[str, ...], list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    for name in names:
        for group in facts.courses[name].groups:
            if group.compulsory:
                meeting = tuple(
                    sorted(
                        index[member]
                        for member in group.members
                        if member in index and before.meets(member, name)
                    )
                )
                asking[group.members or (group.iri,)].append((index[name], meeting))
    return (Entry(tuple(by)) for _, by in sorted(asking.items()))


def _instead(
    facts: Facts, names: Iterable[str], index: Mapping[str, int]
) -> tuple[tuple[int, int], ...]:
    """Courses that count in the place of one another: both together are none."""
    return tuple(
        sorted(
            {
                (min(index[name], index[other]), max(index[name], index[other]))
                for name in names
                for other in facts.courses[name].substitutes
                if other in index
            }
        )
    )
