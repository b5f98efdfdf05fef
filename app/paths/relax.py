"""What must give for there to be a route: the smallest sets of limits that do, given up together."""

from __future__ import annotations

import itertools
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.paths import codes, solve
from app.paths.model import Facts, Limits, Problem
from app.paths.question import Question, Timetable, reduce, relimited
from app.paths.select import Aims

MOST_TOGETHER = 4
"""The most limits of one set: whoever must give up more of them had better ask anew."""

LONG_HORIZON = 24
"""Coming periods of a horizon that is given up: about three years."""

_REQUIRE = "limits.require"
_LEAST = "minConfidence"
_SUREST = "minSurest"

_FIELDS: Mapping[str, str] = {
    "limits.ects": "ects",
    "limits.cost": "cost",
    "limits.courses": "courses",
    "limits.load": "load",
    "limits.periods": "periods",
    "limits.end": "end",
    "limits.languages": "languages",
    "limits.modes": "modes",
    "limits.universities": "universities",
    "limits.levels": "levels",
    "limits.audience": "audience",
    "limits.microCredentialsOnly": "micro_credentials_only",
    "limits.exclude": "exclude",
    _REQUIRE: "require",
}
"""The field of a request → the limit."""


@dataclass(frozen=True)
class Gives:
    """The smallest sets of limits that must give; whether time ended before all were known."""

    sets: tuple[tuple[str, ...], ...]
    complete: bool


class _OutOfTimeError(Exception):
    """The time ended before it was known whether there is a route."""


def gives(
    facts: Facts, asked: Question, timetable: Timetable, seconds: float, also: Sequence[str] = ()
) -> Gives:
    """The smallest sets of limits of which each, given up together, lets there be a route.

    Empty where no limits are to blame. A route is one that covers something, or that has the
    courses required; to require none of them stands for itself, after the other limits.

    Args:
        facts: the generation's facts.
        asked: the question to which there is no route.
        timetable: remembers placements.
        seconds: the time for it.
        also: courses that the route must have besides those required; they are not given up.
    """
    able = _Able(facts, asked, timetable, time.perf_counter() + seconds, tuple(also))
    binding = [
        name for name in (*_FIELDS, _LEAST, _SUREST) if _loosened(facts, asked, [name]) != asked
    ]
    found: list[tuple[str, ...]] = []
    try:
        found += _smallest([name for name in binding if name != _REQUIRE], able)
        if _REQUIRE in binding and able([_REQUIRE]):
            found.append((_REQUIRE,))
    except _OutOfTimeError:
        return Gives(tuple(found), complete=False)
    return Gives(tuple(found), complete=True)


def _smallest(binding: Sequence[str], able: _Able) -> list[tuple[str, ...]]:
    """The smallest sets of some limits that will do; none where all of them together will not.

    Limits that every set must hold are found first, so that few sets are tried.
    """
    if not able(binding):
        return []
    needed = [name for name in binding if not able([o for o in binding if o != name])]
    others = [name for name in binding if name not in needed]
    for more in range(max(0, MOST_TOGETHER - len(needed)) + 1):
        sets = [
            tuple(name for name in binding if name in needed or name in extra)
            for extra in itertools.combinations(others, more)
        ]
        if found := [one for one in sets if one and able(one)]:
            return found
    return []


def _loosened(facts: Facts, asked: Question, names: Collection[str]) -> Question:
    """The question without some of its limits; itself where none of them binds."""
    unbound = _unbound(asked.limits)
    changed = {
        field: unbound[field]
        for name, field in _FIELDS.items()
        if name in names and getattr(asked.limits, field) != unbound[field]
    }
    least = min(asked.least, facts.threshold) if _LEAST in names else asked.least
    surest = None if _SUREST in names else asked.surest
    if not changed and (least, surest) == (asked.least, asked.surest):
        return asked
    return relimited(facts, asked, replace(asked.limits, **changed), least, surest)


def _unbound(limits: Limits) -> Mapping[str, Any]:
    """The values with which the limits do not bind."""
    nothing = Limits(ects=None, load=None)
    # No level asked for still leaves doctoral courses out.
    levels = frozenset() if limits.levels else frozenset(codes.LEVELS.values())
    return {field: getattr(nothing, field) for field in _FIELDS.values()} | {
        "periods": max(limits.periods, LONG_HORIZON),
        "levels": levels,
    }


@dataclass(frozen=True)
class _Able:
    """Whether there is a route once some limits are given up."""

    facts: Facts
    asked: Question
    timetable: Timetable
    until: float
    also: tuple[str, ...]

    def __call__(self, names: Collection[str]) -> bool:
        loose = _loosened(self.facts, self.asked, names)
        required = tuple(dict.fromkeys((*loose.limits.require, *self.also)))
        loose = replace(loose, limits=replace(loose.limits, require=required))
        if required and not loose.doctoral:
            # Whether they can be had does not hang on what else could be.
            loose = replace(loose, targets=())
        reduced = reduce(self.facts, loose, timetable=self.timetable)
        if any(name in reduced.out for name in required):
            return False
        if not required and _one_alone(reduced.problem):
            return True
        left = self.until - time.perf_counter()
        solved = solve.solve(reduced.problem, Aims(levels=1, seconds=left))
        if solved.status == "unknown":
            raise _OutOfTimeError
        return solved.found and (bool(required) or solve.coverage(solved) > 0)


def _one_alone(problem: Problem) -> bool:
    """Whether some one course that asks for nothing is a route; where not, several may be."""
    return not problem.credentials_only and any(
        one.gains
        and not one.groups
        and _within(one.ects, problem.ects)
        and _within(one.cost or 0, problem.cost)
        and _within(1, problem.courses)
        and any(_within(max(option.load), problem.load) for option in one.placements)
        for one in problem.candidates
    )


def _within(value: int, most: int | None) -> bool:
    return most is None or value <= most
