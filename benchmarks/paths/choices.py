"""Alternatives: how far apart they are. Pareto fronts: how much of the true front they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from statistics import mean

from app.paths import solve
from app.paths.model import CENTI, Problem
from app.paths.select import Aims
from app.paths.service import ALTERNATIVE_EXTRA, ALTERNATIVE_SLACK, PARETO_STEPS
from benchmarks.paths import checked
from benchmarks.paths.figures import Took, Watch, clocks, of, say, table
from benchmarks.paths.real import Real, body, reduced
from tests.paths import instances

ALTERNATIVES = 3
SECONDS = 20.0
BUDGET = 25 * CENTI
COURSES = 8

Point = tuple[int, int]
"""Credits and coverage of a route."""


def jaccard(one: Sequence[int], other: Sequence[int]) -> float:
    """The distance of two sets: the share of their union that they do not share.

    >>> jaccard([1, 2, 3], [2, 3, 4])
    0.5
    """
    union = set(one) | set(other)
    return len(set(one) ^ set(other)) / len(union) if union else 0.0


def alternatives(real: Real, asked: Sequence[str]) -> None:
    """Prints how many alternatives there are, and how they differ from the best and each other."""
    distances: list[float] = []
    spent: list[Took] = []
    found = full = sound = proved = 0
    lost: list[float] = []
    for occupation in asked:
        resolved, cut = reduced(real, body(occupation))
        aims = Aims(seconds=SECONDS)
        best = solve.solve(cut.problem, aims)
        watch = Watch()
        others = solve.alternatives(
            cut.problem, best, aims, ALTERNATIVES, give_up=ALTERNATIVE_SLACK, extra=ALTERNATIVE_EXTRA
        )  # fmt: skip
        spent.append(watch.took())
        for other in others:
            wrong = checked.violations(real.facts, resolved, cut, other)
            assert not wrong, (occupation, wrong[:3])
            sound += 1
            proved += other.status == "optimal"
            lost.append(solve.coverage(other) / solve.coverage(best))
        found += len(others)
        full += len(others) == ALTERNATIVES
        routes = [one.selection.chosen for one in (best, *others)]
        distances += [jaccard(one, other) for one, other in combinations(routes, 2)]
    wall, cpu = clocks(spent)
    say(f"{ALTERNATIVES} alternatives beside the best route of {len(asked)} occupations.")
    table(
        ["found", "all of them", "proved", "checked", "Jaccard distance, mean / least",
         "coverage of the best's, mean / least", "ms for all, median / p95 / max",
         "processor ms"],
        [[
            found, of(full, len(asked)), of(proved, found), of(sound, found),
            f"{mean(distances):.2f} / {min(distances):.2f}" if distances else "—",
            f"{mean(lost):.3f} / {min(lost):.3f}" if lost else "—", wall, cpu,
        ]],
    )  # fmt: skip


def hypervolume(points: Sequence[Point], budget: int) -> int:
    """The area under the best coverage for every number of credits up to the budget.

    Source: Zitzler, Thiele 1998.

    >>> hypervolume([(2, 10), (4, 15)], 5)
    35
    """
    area = top = 0
    last = 0
    for credits, covered in sorted(points):
        if covered > top:
            area += top * (credits - last)
            last, top = credits, covered
    return area + top * (budget - last)


def every_point(problem: Problem) -> list[Point]:
    """The true front, by trying every selection and every schedule."""
    points = []
    for chosen in instances.allowed(problem):
        if next(instances.schedules(problem, chosen), None) is not None:
            levels = instances.levels(problem, chosen)
            points.append((levels["ects"], levels["coverage"]))
    return [
        one
        for one in sorted(set(points))
        if one[1] > 0 and not any(o != one and o[0] <= one[0] and o[1] >= one[1] for o in points)
    ]


def pareto(count: int, seed: int) -> None:
    """Prints how much of the true fronts of small problems ours hold.

    Raises: AssertionError if a point of ours is not on the true front.
    """
    shares: list[float] = []
    points = every = 0
    for number in range(count):
        base = instances.problem(10_000 * seed + number, courses=COURSES)
        problem = replace(base, required=(), ects=BUDGET)
        true = every_point(problem)
        front = [
            (sum(problem.candidates[c].ects for c in one.selection.chosen), solve.coverage(one))
            for _, one in solve.pareto(problem, Aims(seconds=SECONDS), BUDGET, PARETO_STEPS)
            if solve.coverage(one) > 0
        ]
        assert set(front) <= set(true), (number, front, true)
        points, every = points + len(set(front)), every + len(true)
        volume = hypervolume(true, BUDGET)
        shares.append(hypervolume(front, BUDGET) / volume if volume else 1.0)
    say(
        f"Pareto front of coverage over credits, {PARETO_STEPS} budgets up to "
        f"{BUDGET // CENTI} ECTS, on {count} random problems of {COURSES} courses, against trying "
        "everything. Every point is on the true front; what is missing lies between two budgets."
    )
    table(
        ["problems", "points found, of all there are", "hypervolume of the true one, mean / least",
         "whole front"],
        [[
            count, of(points, every), f"{mean(shares):.3f} / {min(shares):.3f}",
            of(sum(one == 1 for one in shares), count),
        ]],
    )  # fmt: skip
