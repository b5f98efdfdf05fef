"""Stage 1: which courses, by HiGHS: the lexicographically best set, each level with its bound.

The evidence-weighted facility-location form: every target skill counts once, by the surest
selected course that develops it. Courses that develop a skill equally surely share one
variable, so that the matrix stays small and its linear relaxation as tight.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.paths.highs import INFINITE, Found, Matrix, Relaxed, Solver, Terms
from app.paths.model import Level, Problem, Selection

COVERAGE = "coverage"
ECTS = "ects"
COVERAGE_AGAIN = "coverage at those ects"
UNPROVED = "ways in not proved"
RECOMMENDATIONS = "unmet recommendations"
CREDENTIALS = "completed micro-credentials"
TIE_BREAK = "tie-break"

_GUESSES = (0.004, 0.015)  # how far the best selection often, and nearly always, stays below the
# linear relaxation; the nearer the guess, the more columns are fixed
_GUESS_CREDITS = 100.0  # hundredths of a credit, the same for the fewest credits
_COUNTS = (UNPROVED, RECOMMENDATIONS)  # levels that are best at nothing
_MARGIN = 1e-6  # of the relaxation's value, for its rounding


@dataclass(frozen=True, slots=True)
class Cut:
    """A set of courses that cannot be placed together unless one of ``unless`` is added."""

    together: tuple[int, ...]
    unless: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Aims:
    """What stage 1 is asked for besides the problem itself.

    Attributes:
        slack: the share of coverage that may be given up for fewer credits.
        seconds: the time for all levels together.
        forced: candidates that must be selected.
        floor: the coverage to reach, where it is known already; then it is not maximised.
        most_ects: a bound on credits, tighter than the problem's.
        differ: sets from each of which at least ``by`` courses must be left out.
        by: how many.
        levels: how many levels to optimise; all if None.
        timetable: whether placements are chosen here too, so that loads hold exactly; slower,
            and seldom needed.
    """

    slack: float = 0.02
    seconds: float = 1.0
    forced: tuple[int, ...] = ()
    floor: int | None = None
    most_ects: int | None = None
    differ: tuple[tuple[int, ...], ...] = ()
    by: int = 1
    levels: int | None = None
    timetable: bool = False


class Selector:
    """The problem's matrix, built once and solved level by level."""

    def __init__(self, problem: Problem, aims: Aims) -> None:
        self.problem = problem
        self.aims = aims
        self.matrix = Matrix()
        self.worth: Terms = []
        self.unmet: list[int] = []
        self.completed: list[int] = []
        self.count_rows: dict[str, int] = {}
        self.reached: list[Level] = []
        self.chosen: tuple[int, ...] | None = None
        self.relaxed: Relaxed | None = None
        self.valid_from = -INFINITE
        self.credits: float | None = None
        self.lightest: Relaxed | None = None
        self.fullest: Relaxed | None = None
        self._build()
        self.bounds = self.narrowed = np.array(self.matrix.lower), np.array(self.matrix.upper)

    def _build(self) -> None:
        problem, aims, matrix = self.problem, self.aims, self.matrix
        forced = {*problem.required, *aims.forced}
        for place, one in enumerate(problem.candidates):
            # Without a placement left it cannot be taken; forced as well, nothing can.
            matrix.column(1.0 if place in forced else 0.0, 1.0 if one.placements else 0.0)
        self._coverage()
        self._prerequisites()
        self._budgets()
        self._load()
        self._credentials()
        for first, second in problem.conflicts:
            matrix.row([(first, 1.0), (second, 1.0)], -INFINITE, 1.0)
        for name in (UNPROVED, RECOMMENDATIONS, CREDENTIALS):
            terms, _ = self._objective(name)
            if terms:
                self.count_rows[name] = matrix.row(terms, -INFINITE, INFINITE)
        for chosen in aims.differ:
            matrix.row([(c, 1.0) for c in chosen], -INFINITE, float(len(chosen) - aims.by))

    def _coverage(self) -> None:
        """One variable for each target and each distinct worth; a target counts at most once."""
        classes: defaultdict[int, defaultdict[int, list[int]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for place, one in enumerate(self.problem.candidates):
            for target, worth in one.gains:
                classes[target][worth].append(place)
        matrix = self.matrix
        total: defaultdict[int, float] = defaultdict(float)
        for _, by_worth in sorted(classes.items()):
            if len(by_worth) == 1:
                ((worth, courses),) = by_worth.items()
                if len(courses) == 1:
                    total[courses[0]] += worth
                    continue
            counted: list[int] = []
            for worth, courses in sorted(by_worth.items(), reverse=True):
                column = matrix.column()
                counted.append(column)
                total[column] += worth
                matrix.row([(column, 1.0), *((c, -1.0) for c in courses)], -INFINITE, 0.0)
            if len(counted) > 1:
                matrix.row([(column, 1.0) for column in counted], -INFINITE, 1.0)
        self.worth = sorted(total.items())

    def _prerequisites(self) -> None:
        for place, one in enumerate(self.problem.candidates):
            for group in one.groups:
                self.matrix.row([(place, 1.0), *((c, -1.0) for c in group)], -INFINITE, 0.0)
            for group in one.recommended:
                unmet = self.matrix.column()
                self.unmet.append(unmet)
                self.matrix.row(
                    [(place, 1.0), (unmet, -1.0), *((c, -1.0) for c in group)], -INFINITE, 0.0
                )

    def _budgets(self) -> None:
        problem, matrix = self.problem, self.matrix
        ects = [(place, float(one.ects)) for place, one in enumerate(problem.candidates)]
        bounds = [one for one in (problem.ects, self.aims.most_ects) if one is not None]
        self.most_ects = float(min(bounds)) if bounds else INFINITE
        self.ects_row = matrix.row(ects, -INFINITE, self.most_ects)
        self.worth_row = matrix.row(self.worth, -INFINITE, INFINITE)
        if problem.cost is not None:
            matrix.row(
                [(place, float(one.cost or 0)) for place, one in enumerate(problem.candidates)],
                -INFINITE,
                float(problem.cost),
            )
        if problem.courses is not None:
            matrix.row(
                [(place, 1.0) for place in range(len(problem.candidates))],
                -INFINITE,
                float(problem.courses),
            )

    def _load(self) -> None:
        """No stretch of slots holds more credits than it may, wherever the courses are placed.

        These follow from the load per slot; with them placement seldom has to object.
        """
        problem = self.problem
        if problem.load is None or not problem.slots:
            return
        size = len(problem.slots)
        # For each course and stretch, the credits that fall into it wherever it is placed.
        least = np.zeros((len(problem.candidates), size, size), dtype=np.int64)
        for place, one in enumerate(problem.candidates):
            if one.placements:
                shapes = tuple([(p.first, p.last, p.load) for p in one.placements])
                least[place] = _least_inside(shapes, size)
        total = least.sum(axis=0)
        for first in range(size):
            for last in range(first, size):
                most = problem.load * (last - first + 1)
                if total[first, last] > most and (problem.ects is None or problem.ects > most):
                    inside = least[:, first, last]
                    places = np.flatnonzero(inside)
                    self.matrix.row(
                        zip(places.tolist(), inside[places].tolist(), strict=True),
                        -INFINITE,
                        float(most),
                    )
        if self.aims.timetable:
            self._timetable(problem.load)

    def _timetable(self, most: int) -> None:
        """A column for each placement of a course that has several; the load of each slot."""
        loads: list[list[tuple[int, float]]] = [[] for _ in self.problem.slots]
        for place, one in enumerate(self.problem.candidates):
            columns = [place]
            if len(one.placements) > 1:
                columns = [self.matrix.column() for _ in one.placements]
                self.matrix.row([(place, -1.0), *((c, 1.0) for c in columns)], 0.0, 0.0)
            for column, option in zip(columns, one.placements, strict=False):
                for slot, load in enumerate(option.load, option.first):
                    if load:
                        loads[slot].append((column, float(load)))
        for held in loads:
            if sum(load for _, load in held) > most:
                self.matrix.row(held, -INFINITE, float(most))

    def _credentials(self) -> None:
        problem, matrix = self.problem, self.matrix
        for courses in problem.credentials:
            column = matrix.column()
            self.completed.append(column)
            for course in courses:
                matrix.row([(column, 1.0), (course, -1.0)], -INFINITE, 0.0)
        if problem.credentials_only:
            earning: defaultdict[int, list[int]] = defaultdict(list)
            for column, courses in zip(self.completed, problem.credentials, strict=True):
                for course in courses:
                    earning[course].append(column)
            for place in range(len(problem.candidates)):
                matrix.row(
                    [(place, 1.0), *((column, -1.0) for column in earning[place])], -INFINITE, 0.0
                )

    def solve(self, levels: int | None = None) -> Selection:
        """The best selection by the first so many levels, or by all, inside the time."""
        self.until = time.perf_counter() + self.aims.seconds
        self.solver = Solver(self.matrix)
        self.reached = []
        self.relaxed = None
        self.valid_from, self.credits = -INFINITE, None
        return self.climb(levels)

    def cut(self, cut: Cut, levels: int | None = None) -> Selection:
        """The best selection once a set that could not be placed is forbidden too.

        A cut only takes away: levels whose values can still be reached stay proved, and only
        the first that cannot and those after it are solved anew.
        """
        self.solver.add(
            [*((c, 1.0) for c in cut.together), *((c, -1.0) for c in cut.unless)],
            -INFINITE,
            len(cut.together) - 1.0,
        )
        self.chosen = None
        while self.reached:
            self.reached.pop()
            selection = self.climb(levels)
            if selection.status != "infeasible":
                return selection
        return self.climb(levels)

    def climb(self, levels: int | None = None) -> Selection:
        """Solves the levels not reached yet, up to so many."""
        problem = self.problem
        if not problem.candidates:
            return Selection((), (Level(COVERAGE, 0, 0), Level(ECTS, 0, 0)), "optimal")
        chosen = self.chosen
        names = self._levels()[:levels]
        for name in names[len(self.reached) :]:
            if chosen is not None and name in _COUNTS and not measure(problem, chosen)[name]:
                # Fewer than none there are not.
                self.reached.append(Level(name, 0, 0))
                continue
            self._hold()
            maximise = self._objective(name)[1]
            found = self._best(name)
            if found is None and self.solver.infeasible and not self.reached:
                with self.solver.unpresolved():
                    found = self._best(name)
            if found is None:
                if chosen is None:
                    return Selection((), (), "infeasible" if self.solver.infeasible else "unknown")
                self.reached.append(Level(name, measure(problem, chosen)[name], None))
                break
            chosen = self.chosen = self._selected(found)
            value = measure(problem, chosen)[name]
            bound = found.bound
            if bound is not None:
                # What is proved possible is never worse than what was found.
                bound = max(bound, value) if maximise else min(bound, value)
            self.reached.append(Level(name, value, bound))
        if chosen is None:
            return Selection((), (), "unknown")
        proved = all(level.proved for level in self.reached)
        complete = len(self.reached) == len(names)
        return Selection(
            chosen, tuple(self.reached), "optimal" if proved and complete else "feasible"
        )

    def _best(self, name: str) -> Found | None:
        """The best solution for a level, on the candidates that can matter to it."""
        if name == COVERAGE:
            return self._most_coverage()
        if name == ECTS:
            return self._fewest_credits()
        self._narrow_credits(self._reached(ECTS))
        self._narrow_coverage()
        terms, maximise = self._objective(name)
        return self.solver.best(terms, maximise, self._left())

    def _most_coverage(self) -> Found | None:
        """The most coverage: sought near the relaxation, and where it is not there, further off."""
        relaxed = self._relax()
        if relaxed is None:
            return None
        guesses = [relaxed.value * (1 - guess) for guess in _GUESSES] + [-INFINITE]
        floor = guesses.pop(0)
        while True:
            self._narrow(floor)
            found = self.solver.best(self.worth, True, self._left())
            if found is None:
                if not self.solver.infeasible or not guesses:
                    return None
                floor = guesses.pop(0)
                continue
            value = float(measure(self.problem, self._selected(found))[COVERAGE])
            if value >= floor:
                return found
            if self._left() <= 0:
                return Found(found.values, None)
            floor = value

    def _fewest_credits(self) -> Found | None:
        """The fewest credits, sought the same way."""
        self._narrow(self._least())
        terms, _ = self._objective(ECTS)
        self.lightest = self.solver.relax(terms, self._left(), maximise=False)
        if self.lightest is None:
            return None
        most = self.lightest.value + _GUESS_CREDITS
        step = math.gcd(*(one.ects for one in self.problem.candidates))
        while True:
            self._narrow_credits(most)
            found = self.solver.best(terms, False, self._left())
            if found is None:
                if not self.solver.infeasible or most == INFINITE:
                    return None
                most = INFINITE
                continue
            value = float(measure(self.problem, self._selected(found))[ECTS])
            if value - step <= most:  # nothing lies between the two
                return found
            if self._left() <= 0:
                return Found(found.values, None)
            most = value

    def _left(self) -> float:
        return self.until - time.perf_counter()

    def _floor(self, covered: int) -> float:
        """The least coverage that later levels may come down to."""
        return float(math.ceil(covered * (1 - self.aims.slack) - 1e-9))

    def _selected(self, found: Found) -> tuple[int, ...]:
        return tuple(
            place for place in range(len(self.problem.candidates)) if found.values[place] > 0.5
        )

    def _relax(self) -> Relaxed | None:
        """The linear relaxation of the coverage level; None if there is no solution."""
        if self.relaxed is None:
            self.relaxed = self.solver.relax(self.worth, self._left(), maximise=True)
        return self.relaxed

    def _narrow(self, floor: float) -> None:
        """Fixes the columns that every solution of at least this coverage leaves, or takes.

        Reduced costs of the linear relaxation tell: what taking a course costs at least.
        Dantzig, Fulkerson, Johnson 1954.
        """
        if floor == self.valid_from and self.credits is None:
            return
        self.valid_from, self.credits = floor, None
        self.bounds = np.array(self.matrix.lower), np.array(self.matrix.upper)
        relaxed = self._relax() if floor > -INFINITE else None
        if relaxed is not None:
            self.bounds = _fixed(self.bounds, -relaxed.duals, relaxed.value - floor, relaxed.value)
        self.solver.limit(*self.bounds)

    def _narrow_credits(self, most: float) -> None:
        """Fixes further columns: those that no solution of at most these credits may hold."""
        if self.credits == most or self.lightest is None:
            return
        self.credits, self.fullest = most, None
        self.narrowed = self.bounds
        if most < INFINITE:
            lightest = self.lightest
            self.narrowed = _fixed(self.bounds, lightest.duals, most - lightest.value, most)
        self.solver.limit(*self.narrowed)

    def _narrow_coverage(self) -> None:
        """Fixes further columns: those that no solution of these credits and this coverage holds.

        At the fewest credits the relaxation of the coverage is far tighter than it was without.
        """
        if self.lightest is None:
            return
        if self.fullest is None:
            self.fullest = self.solver.relax(self.worth, self._left(), maximise=True)
            if self.fullest is None:
                return
        value = self.fullest.value
        # A cut may have taken the solution in hand away; then only what is held is sure.
        sure = measure(self.problem, self.chosen)[COVERAGE] if self.chosen is not None else 0
        spare = value - max(sure, self._held())
        self.solver.limit(*_fixed(self.narrowed, -self.fullest.duals, spare, value))

    def _reached(self, name: str) -> float:
        """The value of a level reached."""
        return float(next(level.value for level in self.reached if level.name == name))

    def _held(self) -> float:
        """The coverage that the next level may not lose."""
        again = [level.value for level in self.reached if level.name == COVERAGE_AGAIN]
        return float(again[0]) if again else self._least()

    def _least(self) -> float:
        """The least coverage that is held."""
        for level in self.reached:
            if level.name == COVERAGE:
                return self._floor(level.value)
        return float(self.aims.floor) if self.aims.floor is not None else -INFINITE

    def _levels(self) -> list[str]:
        names = [COVERAGE] if self.aims.floor is None else []
        names.append(ECTS)
        if self.aims.slack > 0 or self.aims.floor is not None:
            names.append(COVERAGE_AGAIN)
        if any(one.unproved for one in self.problem.candidates) and not all(
            one.unproved for one in self.problem.candidates
        ):
            names.append(UNPROVED)
        if self.unmet:
            names.append(RECOMMENDATIONS)
        if self.completed:
            names.append(CREDENTIALS)
        names.append(TIE_BREAK)
        return names[: self.aims.levels]

    def _objective(self, name: str) -> tuple[Terms, bool]:
        """The terms of a level and whether it is maximised."""
        candidates = self.problem.candidates
        if name in (COVERAGE, COVERAGE_AGAIN):
            return self.worth, True
        if name == ECTS:
            return [(place, float(one.ects)) for place, one in enumerate(candidates)], False
        if name == UNPROVED:
            return [(place, 1.0) for place, one in enumerate(candidates) if one.unproved], False
        if name == RECOMMENDATIONS:
            return [(column, 1.0) for column in self.unmet], False
        if name == CREDENTIALS:
            return [(column, 1.0) for column in self.completed], True
        return [(place, float(one.hash)) for place, one in enumerate(candidates)], False

    def _hold(self) -> None:
        """Holds every level reached: from now on none may lose what it has."""
        values = {level.name: level.value for level in self.reached}
        self.solver.bound(self.worth_row, self._held(), INFINITE)
        most = float(values.get(ECTS, INFINITE))
        self.solver.bound(self.ects_row, -INFINITE, min(most, self.most_ects))
        for name, row in self.count_rows.items():
            value = float(values[name]) if name in values else None
            if name == CREDENTIALS:
                self.solver.bound(row, -INFINITE if value is None else value, INFINITE)
            else:
                self.solver.bound(row, -INFINITE, INFINITE if value is None else value)


Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]


def _fixed(bounds: Bounds, costs: NDArray[np.float64], spare: float, value: float) -> Bounds:
    """The bounds with each column fixed that would cost more than can be spared, or save it."""
    lower, upper = bounds[0].copy(), bounds[1].copy()
    spare += _MARGIN * (1 + abs(value))
    upper[(lower == 0) & (costs > spare)] = 0.0
    lower[(upper == 1) & (costs < -spare)] = 1.0
    return lower, upper


@lru_cache(maxsize=4096)
def _least_inside(
    shapes: tuple[tuple[int, int, tuple[int, ...]], ...], size: int
) -> NDArray[np.int64]:
    """The fewest credits of any of the placements that fall into every stretch of slots.

    Placements are told as first slot, last slot and load. Remembered and read-only.
    """
    inside = [_inside(first, last, load, size) for first, last, load in shapes]
    least: NDArray[np.int64] = np.min(inside, axis=0)
    least.flags.writeable = False
    return least


@lru_cache(maxsize=4096)
def _inside(first: int, last: int, load: tuple[int, ...], size: int) -> NDArray[np.int64]:
    """The credits of a placement that fall into every stretch of slots, by first and last slot.

    Remembered and read-only: few placements differ in slots and credits.
    """
    by_slot = np.zeros(size + 1, dtype=np.int64)
    by_slot[first + 1 : last + 2] = load
    until = np.cumsum(by_slot)
    inside: NDArray[np.int64] = np.maximum(until[None, 1:] - until[:-1, None], 0)
    inside.flags.writeable = False
    return inside


def measure(problem: Problem, chosen: Sequence[int]) -> dict[str, int]:
    """Every level's value for a selection, counted from the problem."""
    selected = set(chosen)
    best: dict[int, int] = {}
    for place in chosen:
        for target, worth in problem.candidates[place].gains:
            best[target] = max(best.get(target, 0), worth)
    covered = sum(best.values())
    return {
        COVERAGE: covered,
        COVERAGE_AGAIN: covered,
        ECTS: sum(problem.candidates[place].ects for place in chosen),
        UNPROVED: sum(problem.candidates[place].unproved for place in chosen),
        RECOMMENDATIONS: sum(
            not selected.intersection(group)
            for place in chosen
            for group in problem.candidates[place].recommended
        ),
        CREDENTIALS: sum(selected.issuperset(courses) for courses in problem.credentials),
        TIE_BREAK: sum(problem.candidates[place].hash for place in chosen),
    }


def select(problem: Problem, aims: Aims) -> Selection:
    """The best selection of the problem's candidates."""
    return Selector(problem, aims).solve()
