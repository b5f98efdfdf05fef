"""Stage 2: when, by CP-SAT: each selected course into one of its placements.

Load per slot stays under the cap, a member of each prerequisite group ends in an earlier slot
than the course begins; the route is over as early as it can be; then as few courses as can be
begin after a more advanced one that teaches one of the same skills; announced placements win over
expected ones at equal merit, then earlier ones.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterable, Sequence

from ortools.sat.python import cp_model

from app.paths.model import Known, Placement, Problem, Schedule
from app.paths.select import Cut

_SEED = 1
MOST_ORDERED = 200
"""Courses of a route whose order is sought; more are placed as early as each can be."""

_LEAST_SECONDS = 0.01  # nearly all placements take less, so that none is missed for want of time


class _Model(cp_model.CpModel):
    """A model without the names of old, which take longer to put on than most models to solve."""

    def _add_pre_pep8_methods(self) -> None:
        pass


def place(
    problem: Problem,
    chosen: Sequence[int],
    *,
    effort: float = 2.0,
    seconds: float = math.inf,
) -> Schedule:
    """The best placements of the chosen candidates; none where there are none.

    Of more than ``MOST_ORDERED`` any placements will do: every two courses would be compared.

    Args:
        problem: the problem.
        chosen: indices of selected candidates.
        effort: CP-SAT's deterministic time, about seconds, alike on every machine.
        seconds: time on the clock, in case that is over first.
    """
    if not chosen:
        return Schedule({}, "optimal")
    ordered = len(chosen) <= MOST_ORDERED
    if not ordered and (by_hand := early(problem, chosen)) is not None:
        return Schedule(by_hand, "feasible")
    model, takes = _model(problem, chosen, frozenset(chosen))
    ends = model.new_int_var(0, max(0, len(problem.slots) - 1), "finish")
    expected: list[cp_model.IntVar] = []
    starts: dict[int, cp_model.LinearExprT] = {}
    for course in chosen:
        options = problem.candidates[course].placements
        for option, literal in zip(options, takes[course], strict=True):
            model.add(ends >= option.last).only_enforce_if(literal)
            if option.known is Known.EXPECTED:
                expected.append(literal)
        firsts = [option.first for option in options]
        starts[course] = cp_model.LinearExpr.weighted_sum(takes[course], firsts)
    reversed_ = []
    for before, after in ladder(problem, chosen) if ordered else ():
        literal = model.new_bool_var("")
        model.add(starts[before] <= starts[after]).only_enforce_if(literal.negated())
        reversed_.append(literal)
    # Weights that make the sum lexicographic: no level can make up for one unit of a higher one.
    one_expected = len(chosen) * len(problem.slots) + 1
    one_reversed = one_expected * (len(chosen) + 1)
    model.minimize(
        ends * (one_reversed * (len(reversed_) + 1))
        + sum(reversed_) * one_reversed
        + sum(expected) * one_expected
        + cp_model.LinearExpr.sum(list(starts.values()))
    )
    solver = _solver(effort, seconds)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Schedule({}, "infeasible")
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        by_hand = early(problem, chosen)
        return Schedule(by_hand or {}, "unknown" if by_hand is None else "feasible")
    placed: dict[int, Placement] = {}
    for course in chosen:
        for option, literal in zip(
            problem.candidates[course].placements, takes[course], strict=True
        ):
            if solver.value(literal):
                placed[course] = option
    proved = ordered and status == cp_model.OPTIMAL
    return Schedule(placed, "optimal" if proved else "feasible")


def ladder(problem: Problem, chosen: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs (before, after): both teach a skill, and the study level of the first is the lower.

    Catalogues seldom say that an advanced course builds on a basic one of the same field.
    """
    teaches = {c: {one.skill for one in problem.candidates[c].develops} for c in chosen}
    level = {c: problem.candidates[c].level for c in chosen}
    return [
        (before, after)
        for before, after in itertools.permutations(chosen, 2)
        if 0 < level[before] < level[after] and teaches[before] & teaches[after]
    ]


def early(problem: Problem, chosen: Sequence[int]) -> dict[int, Placement] | None:
    """One course placed after another, each as early as it can be; None if one finds no place.

    None does not say that they cannot be placed: that takes a search.
    """
    loads = [0] * len(problem.slots)
    most = math.inf if problem.load is None else problem.load
    placed: dict[int, Placement] = {}
    waiting = sorted(chosen, key=lambda c: (len(problem.candidates[c].placements), c))
    while waiting:
        for course in waiting:
            one = problem.candidates[course]
            befores = [
                [placed[member].last for member in group if member in placed]
                for group in one.groups
            ]
            if not all(befores):
                continue
            opens = max((min(before) + 1 for before in befores), default=0)
            option = min(
                (
                    option
                    for option in one.placements
                    if option.first >= opens
                    and all(
                        loads[slot] + part <= most
                        for slot, part in enumerate(option.load, option.first)
                    )
                ),
                key=lambda option: (option.last, -option.first),
                default=None,
            )
            if option is None:
                return None
            for slot, part in enumerate(option.load, option.first):
                loads[slot] += part
            placed[course] = option
            waiting.remove(course)
            break
        else:
            return None
    return placed


def conflict(
    problem: Problem, chosen: Sequence[int], *, effort: float = 0.5, until: float = math.inf
) -> Cut:
    """A smallest set among the chosen that cannot be placed together, as a cut for stage 1.

    Courses are dropped one by one as long as the rest still cannot be placed, those outside the
    set taken as being there in time; so what remains conflicts whatever else is selected, unless
    a further member of one of its prerequisite groups is.
    """
    selected = frozenset(chosen)
    kept = list(chosen)
    for course in chosen:
        left = until - time.perf_counter()
        if left <= 0:
            break  # a larger set is a cut too
        fewer = [one for one in kept if one != course]
        model, _ = _model(problem, fewer, selected)
        if _solver(effort, left).solve(model) == cp_model.INFEASIBLE:
            kept = fewer
    unless = {
        member
        for course in kept
        for group in problem.candidates[course].groups
        for member in group
        if member not in selected
    }
    return Cut(tuple(sorted(kept)), tuple(sorted(unless)))


def _solver(effort: float, seconds: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    if seconds < math.inf:
        solver.parameters.max_time_in_seconds = max(_LEAST_SECONDS, seconds)
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = _SEED
    solver.parameters.max_deterministic_time = effort
    return solver


def _model(
    problem: Problem, courses: Iterable[int], selected: frozenset[int]
) -> tuple[cp_model.CpModel, dict[int, list[cp_model.IntVar]]]:
    """The placements of some of the selected courses; the other selected ones are there in time."""
    model = _Model()
    takes: dict[int, list[cp_model.IntVar]] = {}
    loads: list[list[tuple[int, cp_model.IntVar]]] = [[] for _ in problem.slots]
    for course in courses:
        literals = []
        for option in problem.candidates[course].placements:
            literal = model.new_bool_var("")
            literals.append(literal)
            for slot, credits in enumerate(option.load, option.first):
                loads[slot].append((credits, literal))
        takes[course] = literals
        model.add_exactly_one(literals)
    if problem.load is not None:
        for held in loads:
            if held:
                model.add(sum(credits * literal for credits, literal in held) <= problem.load)
    for course, literals in takes.items():
        for group in problem.candidates[course].groups:
            members = selected.intersection(group)
            if not members or not members <= takes.keys():
                continue  # met by a course outside the set
            for option, literal in zip(
                problem.candidates[course].placements, literals, strict=True
            ):
                before = [
                    earlier
                    for member in sorted(members)
                    for other, earlier in zip(
                        problem.candidates[member].placements, takes[member], strict=True
                    )
                    if other.last < option.first
                ]
                model.add_bool_or([*before, literal.negated()])
    return model, takes
