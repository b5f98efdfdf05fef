"""The best combinations that really differ, each proved by the solver that selects routes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.paths.model import Problem, Selection
from app.paths.select import COVERAGE_AGAIN, Aims, measure, select

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


def choose(problem: Problem, count: int, *, slack: float, seconds: float) -> Found:
    """Up to ``count`` combinations: each the best of those that differ from all before it.

    Of each before it one leaves out half of the courses at least; required ones are not counted.

    Args:
        problem: the problem.
        count: how many.
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
        selection = select(
            replace(problem, at_most=tuple(differ)), Aims(slack=slack, seconds=left * share)
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


def covered(problem: Problem, chosen: Sequence[int]) -> int:
    """The worth of what a combination covers."""
    return measure(problem, chosen)[COVERAGE_AGAIN]
