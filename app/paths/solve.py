"""The two stages together: select, place, and where placing fails, forbid that and select again."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.paths.greedy import greedy
from app.paths.model import Level, Problem, Schedule, Selection
from app.paths.place import conflict, early, place
from app.paths.select import COVERAGE, ECTS, Aims, Selector, measure

FINISH = "periods until the finish"
MOST_CUTS = 40
"""How often stage 2 may object before the search ends without a proof."""

CUTS_BEFORE_ORDER = 0
"""How often it may object before the order of what is asked for joins the selection."""

DIFFER_BY = 3
"""An alternative does without one in so many of the best route's courses, from each before it."""

_RESERVE = 0.2  # of the time, kept for placing
_GRACE = 0.04  # seconds for a route by hand once the time is over


@dataclass(frozen=True)
class Solved:
    """A route in indices: selection, schedule, how both ended, and what it took."""

    selection: Selection
    schedule: Schedule
    cuts: int
    seconds: float

    @property
    def status(self) -> str:
        """``optimal``, ``feasible``, ``infeasible`` or ``unknown`` (out of time with nothing)."""
        ends = (self.selection.status, self.schedule.status)
        if "infeasible" in ends or "unknown" in ends:
            return "infeasible" if ends[0] == "infeasible" else "unknown"
        return "optimal" if ends == ("optimal", "optimal") else "feasible"

    @property
    def found(self) -> bool:
        """Whether there is a route, proved best or not."""
        return self.status in ("optimal", "feasible")


def solve(problem: Problem, aims: Aims) -> Solved:
    """The best route of the problem."""
    began = time.perf_counter()
    until = began + aims.seconds * (1 - _RESERVE)
    # Nearly always what is selected can be placed; where not, placements join the selection, and
    # where that will not do, the order of what is asked for.
    solved = _solve(problem, replace(aims, seconds=until - began), most_cuts=0)
    cuts = 0
    for ordered, most_cuts in ((False, CUTS_BEFORE_ORDER), (True, MOST_CUTS)):
        if solved.schedule.status == "infeasible":
            cuts += solved.cuts + 1
            seconds = max(0.0, until - time.perf_counter())
            further = replace(aims, timetable=True, ordered=ordered, seconds=seconds)
            solved = _solve(problem, further, most_cuts=most_cuts)
    solved = replace(solved, cuts=solved.cuts + cuts)
    if solved.status == "unknown":
        solved = _salvage(problem, aims, solved, max(began + aims.seconds, time.perf_counter()))
    return replace(solved, seconds=time.perf_counter() - began)


def _salvage(problem: Problem, aims: Aims, solved: Solved, until: float) -> Solved:
    """A route where the time ended before there was one: unproved, but one that can be taken."""
    kept = {*problem.required, *aims.forced}
    if kept or problem.credentials_only or aims.floor is not None or aims.differ:
        return solved
    bound = problem
    if aims.most_ects is not None:
        least = aims.most_ects if problem.ects is None else min(problem.ects, aims.most_ects)
        bound = replace(problem, ects=least)
    chosen = greedy(bound, until=until + _GRACE)
    levels = tuple(
        Level(name, value, None)
        for name, value in measure(problem, chosen).items()
        if name in (COVERAGE, ECTS)
    )
    return replace(
        solved,
        selection=Selection(chosen, levels, "feasible"),
        schedule=place(problem, chosen, seconds=0.0),
    )


def _solve(problem: Problem, aims: Aims, *, most_cuts: int) -> Solved:
    """The best route; the schedule is infeasible where more cuts than allowed are needed."""
    if aims.seconds <= 0:
        return Solved(Selection((), (), "unknown"), Schedule({}, "unknown"), 0, 0.0)
    until = time.perf_counter() + aims.seconds
    selector = Selector(problem, aims)
    # First a selection of the best coverage that can be placed: what may be given up for fewer
    # credits is a share of that, and no later cut can take it away.
    stages: tuple[int | None, ...] = (1, None) if aims.floor is None else (None,)
    cuts = 0
    schedule = Schedule({}, "unknown")
    selection = selector.solve(stages[0])
    for levels in stages:
        if levels is None and len(stages) > 1:
            further = selector.climb()
            # Out of time: what the first level found is still a route.
            selection = further if further.levels else replace(selection, status="feasible")
        while selection.status in ("optimal", "feasible"):
            if levels is not None and early(problem, selection.chosen) is not None:
                schedule = Schedule({}, "feasible")  # placed for good once all levels are reached
                break
            schedule = place(
                problem,
                selection.chosen,
                seconds=until - time.perf_counter() + aims.seconds * _RESERVE,
            )
            if schedule.status != "infeasible" or cuts == most_cuts:
                break
            selection = selector.cut(conflict(problem, selection.chosen, until=until), levels)
            cuts += 1
        if schedule.status not in ("optimal", "feasible"):
            break
    return Solved(selection, schedule, cuts, 0.0)


def fastest(problem: Problem, aims: Aims) -> Solved:
    """The route that is over first, of those with coverage within the slack of the best.

    The horizon grows slot by slot until the coverage can be reached inside it.
    """
    began = time.perf_counter()
    until = began + aims.seconds
    best = solve(problem, replace(aims, levels=1, seconds=aims.seconds / 2))
    if not best.found or not problem.slots:
        return best
    coverage = best.selection.levels[0]
    floor = math.ceil(coverage.value * (1 - aims.slack) - 1e-9)
    proved = coverage.proved
    cuts = best.cuts
    for last in range(len(problem.slots)):
        seconds = until - time.perf_counter()
        if seconds <= 0:
            break
        solved = solve(_until(problem, last), replace(aims, floor=floor, seconds=seconds))
        cuts += solved.cuts
        if solved.found:
            finish = Level(FINISH, last + 1, last + 1 if proved else None)
            selection = Selection(
                solved.selection.chosen,
                (coverage, finish, *solved.selection.levels),
                solved.selection.status if proved else "feasible",
            )
            return Solved(selection, solved.schedule, cuts, time.perf_counter() - began)
        proved = proved and solved.status == "infeasible"
    # Out of time: the route of the best coverage is still one.
    return replace(
        best,
        selection=replace(best.selection, status="feasible"),
        seconds=time.perf_counter() - began,
    )


def _until(problem: Problem, last: int) -> Problem:
    """The problem with everything over by a slot."""
    return replace(
        problem,
        slots=problem.slots[: last + 1],
        candidates=tuple(
            [
                one
                if all(option.last <= last for option in one.placements)
                else replace(one, placements=tuple([p for p in one.placements if p.last <= last]))
                for one in problem.candidates
            ]
        ),
    )


def coverage(solved: Solved) -> int:
    """The worth of what a route covers, in the objective's own units."""
    return next(
        (level.value for level in reversed(solved.selection.levels) if COVERAGE in level.name), 0
    )


def alternatives(
    problem: Problem, first: Solved, aims: Aims, count: int, *, give_up: float, extra: float
) -> list[Solved]:
    """Up to ``count`` routes that differ in at least a third of their courses from all before.

    Args:
        problem: the problem.
        first: the best route.
        aims: the aims of the best route.
        count: how many.
        give_up: the share of its coverage that they may lack.
        extra: the share of its credits that they may add.
    """
    if not first.selection.chosen:
        return []
    found: list[Solved] = []
    sets: list[Sequence[int]] = [first.selection.chosen]
    credits = sum(problem.candidates[place].ects for place in first.selection.chosen)
    floor = math.ceil(coverage(first) * (1 - give_up))
    by = max(1, len(first.selection.chosen) // DIFFER_BY)
    until = time.perf_counter() + aims.seconds
    while len(found) < count and time.perf_counter() < until:
        solved = solve(
            problem,
            replace(
                aims,
                differ=tuple(tuple(one) for one in sets),
                by=by,
                most_ects=int(credits * (1 + extra)),
                seconds=until - time.perf_counter(),
            ),
        )
        if not solved.found or coverage(solved) < floor:
            break
        found.append(solved)
        sets.append(solved.selection.chosen)
    return found


def pareto(problem: Problem, aims: Aims, budget: int, steps: int) -> list[tuple[int, Solved]]:
    """The front of coverage over credits: for each of some budgets the best route, none twice.

    ε-constraint method: Haimes, Lasdon, Wismer 1971.
    """
    front: list[tuple[int, Solved]] = []
    until = time.perf_counter() + aims.seconds
    for step in range(1, steps + 1):
        left = until - time.perf_counter()
        if left <= 0:
            break
        bound = budget * step // steps
        solved = solve(
            problem,
            replace(
                aims,
                slack=0.0,
                most_ects=bound,
                levels=2,
                seconds=left / (steps - step + 1),
            ),
        )
        if solved.found and (not front or coverage(solved) > coverage(front[-1][1])):
            front.append((bound, solved))
    return front
