"""When all courses of a combination can be taken, and in how few periods."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from app.paths.model import Candidate, Facts, Placement, Problem
from app.paths.place import place
from app.paths.question import Question
from app.planning.problem import Before

_EFFORT = 0.2
"""CP-SAT's deterministic time for one of few courses."""


@dataclass(frozen=True)
class Stretch:
    """Periods one after another in which every course can be taken, and when each is."""

    first: int
    last: int
    placed: Mapping[str, Placement]

    @property
    def periods(self) -> int:
        """How many periods it takes."""
        return self.last - self.first + 1


def shortest(
    facts: Facts,
    question: Question,
    courses: Collection[str],
    options: Mapping[str, tuple[Placement, ...]],
) -> list[Stretch]:
    """Every stretch of as few periods as can be; none if the courses find no place together.

    A course that another asks for ends in an earlier period, and no period holds more credits
    than the load allows.
    """
    return narrowest(_problem(facts, question, sorted(courses), options))


def narrowest(problem: Problem) -> list[Stretch]:
    """The shortest stretches in which all of the problem's candidates can be placed.

    The earliest end is sought from each period on: a shortest stretch begins in one of them, and
    no placement from there on ends before it does.
    """
    found: list[Stretch] = []
    for first in range(len(problem.slots)):
        left = tuple(
            replace(one, placements=tuple(p for p in one.placements if p.first >= first))
            for one in problem.candidates
        )
        if not all(one.placements for one in left):
            break
        schedule = place(replace(problem, candidates=left), range(len(left)), effort=_EFFORT)
        if schedule.status not in ("optimal", "feasible"):
            continue
        placed = {left[one].course: option for one, option in schedule.placed.items()}
        begins = min(one.first for one in placed.values())
        stretch = Stretch(begins, max(one.last for one in placed.values()), placed)
        if all((one.first, one.last) != (stretch.first, stretch.last) for one in found):
            found.append(stretch)
    least = min((one.periods for one in found), default=0)
    return [one for one in found if one.periods == least]


def _problem(
    facts: Facts,
    question: Question,
    names: Sequence[str],
    options: Mapping[str, tuple[Placement, ...]],
) -> Problem:
    before = Before(facts)
    index = {name: number for number, name in enumerate(names)}
    candidates = []
    for name in names:
        inside = [
            tuple(
                sorted(
                    index[member]
                    for member in group.members
                    if member in index and before.meets(member, name)
                )
            )
            for group in facts.courses[name].groups
            if group.compulsory
        ]
        candidates.append(
            Candidate(
                course=name,
                ects=facts.courses[name].ects,
                cost=None,
                unproved=False,
                gains=(),
                groups=tuple(group for group in inside if group),
                recommended=(),
                placements=options[name],
                hash=0,
            )
        )
    return Problem(
        targets=(),
        candidates=tuple(candidates),
        slots=question.calendar.slots,
        ects=None,
        cost=None,
        courses=None,
        load=question.limits.load,
    )
