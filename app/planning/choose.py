"""The best combinations that really differ, each proved by the solver that selects routes."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from app.paths.model import Level, Problem, Selection
from app.paths.select import (
    COVERAGE,
    COVERAGE_AGAIN,
    ECTS,
    ENTRIES,
    RECOMMENDATIONS,
    TIE_BREAK,
    Aims,
    Selector,
    measure,
    select,
)
from app.planning.problem import Division

_SHARE = 0.5  # of the time that is left, for one of several that are still sought


@dataclass(frozen=True)
class Chosen:
    """A combination in indices of candidates, and what it took to find it."""

    selection: Selection
    seconds: float


@dataclass(frozen=True)
class Found:
    """The combinations, the best first; how the search ended where it found no more.

    ``ended`` is ``enough``, ``infeasible`` (there is no other one) or ``unknown`` (out of time).
    """

    chosen: Sequence[Chosen]
    ended: str


def kept(size: int) -> int:
    """How many of a proposal's courses another one may have too: half at most.

    >>> [kept(size) for size in (1, 2, 3, 4)]
    [0, 1, 1, 2]
    """
    return size // 2


def choose(
    problem: Problem,
    count: int,
    divided: Sequence[Division] = (),
    *,
    slack: float,
    seconds: float,
) -> Found:
    """Up to ``count`` combinations: each the best of those that differ from all before it.

    Of each before it one leaves out half of the courses at least; required ones are not counted.

    Args:
        problem: the problem.
        count: how many.
        divided: divisions of the candidates; a combination is within one part of each.
        slack: the share of the coverage that may be given up for fewer credits.
        seconds: the time for all together.
    """
    until = time.perf_counter() + seconds
    found: list[Chosen] = []
    differ = list(problem.at_most)
    while len(found) < count:
        began = time.perf_counter()
        left = until - began
        if left <= 0:
            return Found(found, "unknown")
        share = 1.0 if len(found) == count - 1 else _SHARE
        selection = best(
            replace(problem, at_most=tuple(differ)), divided, slack=slack, seconds=left * share
        )
        if selection.status == "unknown":
            return Found(found, "unknown")
        if selection.status == "infeasible" or not covered(problem, selection.chosen):
            return Found(found, "infeasible")
        found.append(Chosen(selection, time.perf_counter() - began))
        free = tuple(one for one in selection.chosen if one not in problem.required)
        if not free:
            return Found(found, "infeasible")
        differ.append((free, kept(len(free))))
    return Found(found, "enough")


def best(
    problem: Problem, divided: Sequence[Division], *, slack: float, seconds: float
) -> Selection:
    """The best combination that is within one part of each division.

    Part by part: in one program the parts blur, as its relaxation takes a little of each, and a
    proof takes up to twenty times as long. First the most coverage of each; then only parts that
    reach the floor that the best of them sets are solved to the end, and the best is taken.
    """
    until = time.perf_counter() + seconds
    parts = list(_split(problem, divided))

    def aims(still: int, floor: int | None = None) -> Aims:
        return Aims(slack, max(0.0, until - time.perf_counter()) / still, floor=floor)

    first: list[tuple[Selector, Selection]] = []
    for number, part in enumerate(parts):
        selector = Selector(part, aims(len(parts) - number + 1))
        first.append((selector, selector.solve(1)))
    known = [one.levels[0] for _, one in first if one.levels]
    late = any(one.status == "unknown" for _, one in first)
    if not known:
        return Selection((), (), "unknown" if late else "infeasible")
    most = max(one.value for one in known)
    bounds = [one.bound for one in known]
    bound = None if late or None in bounds else max(one for one in bounds if one is not None)
    floor = math.ceil(most * (1 - slack) - 1e-9)
    able = [
        (selector.problem, one)
        for selector, one in first
        if not one.levels or one.levels[0].bound is None or one.levels[0].bound >= floor
        if one.status != "infeasible"
    ]
    ends = [select(part, aims(len(able) - number, floor)) for number, (part, _) in enumerate(able)]
    found = [one for one in ends if one.levels]
    if not found:
        # Out of time: what covers most is still a combination.
        chosen = next(one for _, one in first if one.levels and one.levels[0].value == most)
        return replace(chosen, status="feasible")
    winner = min(found, key=lambda one: _merit(problem, one.chosen))
    proved = bound == most and all(one.status in ("optimal", "infeasible") for one in ends)
    return Selection(
        winner.chosen,
        (
            Level(COVERAGE, most, bound),
            *(one if proved else replace(one, bound=None) for one in winner.levels),
        ),
        "optimal" if proved else "feasible",
    )


def _merit(problem: Problem, chosen: Sequence[int]) -> tuple[int, ...]:
    """What counts after coverage, in order; the less the better."""
    counted = measure(problem, chosen)
    return (
        counted[ECTS],
        -counted[COVERAGE_AGAIN],
        *(counted[name] for name in (ENTRIES, RECOMMENDATIONS, TIE_BREAK)),
    )


def _split(problem: Problem, divided: Sequence[Division]) -> Iterator[Problem]:
    """The problem once for each part in which a combination can be: the others cannot be taken."""
    every = frozenset(range(len(problem.candidates)))
    inside = {every.intersection(*chosen) for chosen in product(*divided)}
    for part in sorted(inside, key=sorted):
        if part and not any(part < other for other in inside):
            yield replace(
                problem,
                candidates=tuple(
                    one if place in part else replace(one, placements=())
                    for place, one in enumerate(problem.candidates)
                ),
            )


def covered(problem: Problem, chosen: Sequence[int]) -> int:
    """The worth of what a combination covers."""
    return measure(problem, chosen)[COVERAGE_AGAIN]
