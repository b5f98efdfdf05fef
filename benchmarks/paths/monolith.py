"""One model for everything, time-expanded, by two solvers: a second mind that shares no model.

Each course has a variable for each way to take it, each skill one for each course that develops
it; load is held slot by slot, a member of each group is over before the course begins. Nothing is
reduced, merged or tightened, so that where this and the product's two stages are both proved, they
must agree. Without the periods it is the first of two stages, for CP-SAT to try.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import highspy
import numpy as np
from ortools.sat.python import cp_model

from app.paths.model import Placement, Problem
from app.paths.place import conflict, place
from app.paths.select import Cut

SLACK = 0.02
"""The coverage that may be given up for fewer credits, as the service has it."""

Terms = list[tuple[int, int]]


@dataclass
class Linear:
    """A model of whole numbers, all variables 0 or 1.

    Attributes:
        columns: how many variables.
        rows: coefficients, and the most that they may come to.
        takes: for each course its variables, each with a placement if it is placed at all.
        worth: what is covered.
        credits: what is spent.
    """

    columns: int = 0
    rows: list[tuple[Terms, int]] = field(default_factory=list)
    takes: list[list[tuple[int, Placement | None]]] = field(default_factory=list)
    worth: Terms = field(default_factory=list)
    credits: Terms = field(default_factory=list)

    def column(self) -> int:
        """A new variable."""
        self.columns += 1
        return self.columns - 1

    def at_most(self, terms: Terms, most: int) -> None:
        """A row that must not exceed."""
        self.rows.append((terms, most))

    def taking(self, course: int, times: int = 1) -> Terms:
        """Whether the course is taken, so many times over."""
        return [(column, times) for column, _ in self.takes[course]]


@dataclass(frozen=True)
class Answer:
    """What a solver came to inside its time.

    Attributes:
        chosen: the courses.
        placed: their placements.
        coverage: what they cover; None if there is no answer.
        bound: the most that anything can cover, as far as is proved.
        proved: whether the coverage is proved the most.
        ects: the fewest credits of a route of nearly that coverage; None if it is not proved.
    """

    chosen: tuple[int, ...]
    placed: Mapping[int, Placement]
    coverage: int | None
    bound: float
    proved: bool
    ects: int | None = None


Values = Sequence[float]
Solve = Callable[[Linear, Terms, float], "tuple[Values | None, float, bool]"]
"""Maximises terms in so many seconds: values, bound, and whether they are proved best."""


def linear(problem: Problem, *, timetable: bool) -> Linear:
    """The problem as one model; without periods if they are left to another stage."""
    model = Linear()
    for one in problem.candidates:
        options = one.placements if timetable else one.placements[:1]
        taken = [(model.column(), option if timetable else None) for option in options]
        model.takes.append(taken)
        model.at_most([(column, 1) for column, _ in taken], 1)
    _coverage(problem, model)
    _budgets(problem, model)
    if timetable:
        _periods(problem, model)
    else:
        for course, one in enumerate(problem.candidates):
            for group in one.groups:
                members = [term for c in group for term in model.taking(c, -1)]
                model.at_most(model.taking(course) + members, 0)
    return model


def _coverage(problem: Problem, model: Linear) -> None:
    by_target: defaultdict[int, Terms] = defaultdict(list)
    for course, one in enumerate(problem.candidates):
        for target, worth in one.gains:
            column = model.column()
            model.at_most([(column, 1), *model.taking(course, -1)], 0)
            by_target[target].append((column, 1))
            model.worth.append((column, worth))
    for terms in by_target.values():
        model.at_most(terms, 1)


def _budgets(problem: Problem, model: Linear) -> None:
    candidates = problem.candidates
    model.credits = [t for c, one in enumerate(candidates) for t in model.taking(c, one.ects)]
    if problem.ects is not None:
        model.at_most(model.credits, problem.ects)
    if problem.cost is not None:
        fees = [t for c, one in enumerate(candidates) for t in model.taking(c, one.cost or 0)]
        model.at_most(fees, problem.cost)
    if problem.courses is not None:
        every = [t for c, _ in enumerate(candidates) for t in model.taking(c)]
        model.at_most(every, problem.courses)
    for one, other in problem.conflicts:
        model.at_most(model.taking(one) + model.taking(other), 1)
    for course in problem.required:
        model.at_most(model.taking(course, -1), -1)


def _periods(problem: Problem, model: Linear) -> None:
    loads: list[Terms] = [[] for _ in problem.slots]
    for course, taken in enumerate(model.takes):
        for column, option in taken:
            assert option is not None
            for slot, credits in enumerate(option.load, option.first):
                loads[slot].append((column, credits))
            for group in problem.candidates[course].groups:
                before = [
                    (earlier, -1)
                    for member in group
                    for earlier, other in model.takes[member]
                    if other is not None and other.last < option.first
                ]
                model.at_most([(column, 1), *before], 0)
    if problem.load is not None:
        for terms in loads:
            model.at_most(terms, problem.load)


def by_cp_sat(model: Linear, terms: Terms, seconds: float) -> tuple[Values | None, float, bool]:
    """By CP-SAT, one worker."""
    held = cp_model.CpModel()
    columns = [held.new_bool_var("") for _ in range(model.columns)]

    def weighed(one: Terms) -> cp_model.LinearExprT:
        return cp_model.LinearExpr.weighted_sum([columns[c] for c, _ in one], [v for _, v in one])

    for row, most in model.rows:
        held.add(weighed(row) <= most)
    held.maximize(weighed(terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(held)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, math.inf, status == cp_model.INFEASIBLE
    values = [float(solver.value(column)) for column in columns]
    return values, solver.best_objective_bound, status == cp_model.OPTIMAL


def by_highs(model: Linear, terms: Terms, seconds: float) -> tuple[Values | None, float, bool]:
    """By HiGHS, one thread."""
    highs = highspy.Highs.__mro__[1]()
    for option, value in (
        ("output_flag", False), ("threads", 1), ("random_seed", 1), ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1 - 1e-6), ("time_limit", seconds),
    ):  # fmt: skip
        highs.setOptionValue(option, value)
    costs = np.zeros(model.columns)
    for column, worth in terms:
        costs[column] += worth
    summed = [_summed(row) for row, _ in model.rows]
    highs.passModel(
        model.columns, len(summed), sum(len(row) for row in summed), 2, -1, 0.0, costs,
        np.zeros(model.columns), np.ones(model.columns),
        np.full(len(summed), -highspy.kHighsInf),
        np.array([float(most) for _, most in model.rows]),
        np.cumsum([0, *(len(row) for row in summed)]).astype(np.int32),
        np.array([column for row in summed for column in row], dtype=np.int32),
        np.array([float(value) for row in summed for value in row.values()]),
        np.ones(model.columns, dtype=np.int32),
    )  # fmt: skip
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    if info.primal_solution_status != 2:
        return None, math.inf, status == highspy.HighsModelStatus.kInfeasible
    values = [round(one) for one in highs.getSolution().col_value]
    return values, info.mip_dual_bound, status == highspy.HighsModelStatus.kOptimal


def _summed(row: Terms) -> dict[int, int]:
    found: defaultdict[int, int] = defaultdict(int)
    for column, value in row:
        found[column] += value
    return found


def whole(problem: Problem, solver: Solve, seconds: float) -> Answer:
    """The route by one model: most coverage, then fewest credits at nearly as much."""
    until = time.perf_counter() + seconds
    model = linear(problem, timetable=True)
    values, bound, proved = solver(model, model.worth, until - time.perf_counter())
    if values is None:
        return Answer((), {}, None, bound, proved)
    answer = _answer(problem, model, values, bound, proved)
    left = until - time.perf_counter()
    if not proved or answer.coverage is None or left <= 0:
        return answer
    floor = math.ceil(answer.coverage * (1 - SLACK) - 1e-9)
    model.at_most([(column, -worth) for column, worth in model.worth], -floor)
    fewest = [(column, -credits) for column, credits in model.credits]
    values, _, proved = solver(model, fewest, left)
    if values is None or not proved:
        return answer
    lightest = _answer(problem, model, values, bound, proved)
    ects = sum(problem.candidates[course].ects for course in lightest.chosen)
    return replace(answer, ects=ects)


def two_stages(problem: Problem, solver: Solve, seconds: float) -> Answer:
    """The route by two stages: most coverage, then placed; what cannot be placed is cut off."""
    until = time.perf_counter() + seconds
    model = linear(problem, timetable=False)
    while (left := until - time.perf_counter()) > 0:
        # Half of what is left, so that a selection that cannot be placed is not the last word.
        values, bound, proved = solver(model, model.worth, left / 2)
        if values is None:
            return Answer((), {}, None, bound, proved)
        answer = _answer(problem, model, values, bound, proved)
        schedule = place(problem, answer.chosen)
        if schedule.status in ("optimal", "feasible"):
            return replace(answer, placed=dict(schedule.placed))
        _forbid(model, conflict(problem, answer.chosen))
    return Answer((), {}, None, math.inf, False)


def _forbid(model: Linear, cut: Cut) -> None:
    together = [term for course in cut.together for term in model.taking(course)]
    unless = [term for course in cut.unless for term in model.taking(course, -1)]
    model.at_most(together + unless, len(cut.together) - 1)


def _answer(problem: Problem, model: Linear, values: Values, bound: float, proved: bool) -> Answer:
    chosen = []
    placed: dict[int, Placement] = {}
    for course, taken in enumerate(model.takes):
        for column, option in taken:
            if values[column] > 0.5:
                chosen.append(course)
                if option is not None:
                    placed[course] = option
    best: dict[int, int] = {}
    for course in chosen:
        for target, worth in problem.candidates[course].gains:
            best[target] = max(best.get(target, 0), worth)
    return Answer(tuple(chosen), placed, sum(best.values()), bound, proved)
