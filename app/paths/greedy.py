"""A route by taking the best gain per credit, prerequisites taken along: fast, and no proof.

It stands in where the time ends before the solver has found anything, and beside the proved
best in the benchmarks. Chvátal 1979 bounds how far it may stay behind.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from app.paths.model import Problem
from app.paths.place import early, place

Merit = Callable[[Problem, dict[int, int], tuple[int, ...]], float]
"""What a bundle of courses is worth beside the best worth of each target so far."""


def gain(problem: Problem, best: dict[int, int], bundle: tuple[int, ...]) -> float:
    """The coverage that a bundle adds."""
    added: dict[int, int] = {}
    for course in bundle:
        for target, worth in problem.candidates[course].gains:
            added[target] = max(added.get(target, 0), worth - best.get(target, 0))
    return float(sum(added.values()))


def greedy(
    problem: Problem,
    merit: Merit = gain,
    *,
    per_credit: bool = True,
    until: float = math.inf,
) -> tuple[int, ...]:
    """The courses taken one bundle after another while one fits and can be placed.

    Once the clock says ``until`` nothing more is looked at.
    """
    chosen: set[int] = set()
    best: dict[int, int] = {}
    refused: set[int] = set()
    while True:
        top: tuple[float, int, tuple[int, ...]] = (0.0, -1, ())
        for course, one in enumerate(problem.candidates):
            if course in chosen or course in refused or not one.gains:
                continue
            if time.perf_counter() > until:
                break
            bundle = with_prerequisites(problem, course, chosen)
            if not bundle or not _fits(problem, chosen.union(bundle)):
                continue
            credits = sum(problem.candidates[c].ects for c in bundle)
            value = merit(problem, best, bundle) / (credits if per_credit else 1)
            if value > top[0]:
                top = (value, course, bundle)
        _, course, bundle = top
        if not bundle:
            return tuple(sorted(chosen))
        both = sorted(chosen.union(bundle))
        left = until - time.perf_counter()
        if early(problem, both) is None and (
            left <= 0 or place(problem, both, seconds=left).status not in ("optimal", "feasible")
        ):
            refused.add(course)
            continue
        chosen.update(bundle)
        for taken in bundle:
            for target, worth in problem.candidates[taken].gains:
                best[target] = max(best.get(target, 0), worth)


def with_prerequisites(problem: Problem, course: int, have: set[int]) -> tuple[int, ...]:
    """The course with the lightest members of its unmet groups; empty if one cannot be met."""
    bundle: set[int] = set()
    waiting = [course]
    while waiting:
        one = waiting.pop()
        if one in bundle or one in have:
            continue
        bundle.add(one)
        for group in problem.candidates[one].groups:
            if not group:
                return ()
            if not set(group) & (have | bundle):
                waiting.append(min(group, key=lambda c: (problem.candidates[c].ects, c)))
    return tuple(sorted(bundle))


def _fits(problem: Problem, chosen: set[int]) -> bool:
    credits = sum(problem.candidates[c].ects for c in chosen)
    fees = sum(problem.candidates[c].cost or 0 for c in chosen)
    return (
        credits <= (math.inf if problem.ects is None else problem.ects)
        and fees <= (math.inf if problem.cost is None else problem.cost)
        and len(chosen) <= (math.inf if problem.courses is None else problem.courses)
        and not any(one in chosen and other in chosen for one, other in problem.conflicts)
        and all(problem.candidates[c].placements for c in chosen)
    )
