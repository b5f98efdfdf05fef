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
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from app.paths.highs import INFINITE, Bounds, Floats, Found, Matrix, Relaxed, Solver
from app.paths.model import Level, Problem, Selection

COVERAGE = "coverage"
ECTS = "ects"
COVERAGE_AGAIN = "coverage at those ects"
ENTRIES = "entry requirements"
UNPROVED = "ways in not proved"
RECOMMENDATIONS = "unmet recommendations"
CREDENTIALS = "completed micro-credentials"
TIE_BREAK = "tie-break"

_GUESSES = (0.004, 0.015)  # how far the best selection often, and nearly always, stays below the
# linear relaxation; the nearer the guess, the more columns are fixed
_STEPS = 4  # how often a few credits more are tried before the fewest are sought outright
_MOST = (COVERAGE, COVERAGE_AGAIN, CREDENTIALS)  # levels of which there is to be most
_COUNTS = (ENTRIES, UNPROVED, RECOMMENDATIONS)  # levels that are best at nothing
_MARGIN = 1e-6  # of the relaxation's value, for its rounding


_Ways = tuple[tuple[int, tuple[int, ...]], ...]  # placements: first slot, credits slot by slot
_Taken = Sequence[tuple[int, int, int]]  # a course's placements: first slot, last slot, column


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
        ordered: whether what they ask for is held to end before they begin, too: then every
            selection can be placed.
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
    ordered: bool = False


class Selector:
    """The problem's matrix, built once and solved level by level."""

    def __init__(self, problem: Problem, aims: Aims) -> None:
        self.problem = problem
        self.aims = aims
        self.until = time.perf_counter() + aims.seconds
        self.matrix = Matrix()
        self.count_rows: dict[str, int] = {}
        self.reached: list[Level] = []
        self.before: list[Bounds] = []
        self.chosen: tuple[int, ...] | None = None
        self.values: Floats | None = None
        self.again: Found | None = None
        self.measured: dict[str, int] = {}
        self._build()
        self.names = self._levels()
        self.objectives = {name: self._objective(name) for name in {COVERAGE, ECTS, *self.names}}

    def _build(self) -> None:
        problem, aims, matrix = self.problem, self.aims, self.matrix
        forced = {*problem.required, *aims.forced}
        # Without a placement left it cannot be taken; forced as well, nothing can.
        matrix.column(
            [1.0 if place in forced else 0.0 for place in range(len(problem.candidates))],
            [1.0 if one.placements else 0.0 for one in problem.candidates],
            count=len(problem.candidates),
        )
        self._coverage()
        self._prerequisites()
        self._entries()
        self._budgets()
        self._load()
        self._credentials()
        for places, most in problem.at_most:
            matrix.row([(place, 1.0) for place in places], -INFINITE, float(most))
        for first, second in problem.conflicts:
            matrix.row([(first, 1.0), (second, 1.0)], -INFINITE, 1.0)
        for name in (ENTRIES, UNPROVED, RECOMMENDATIONS, CREDENTIALS):
            counted = np.flatnonzero(self._objective(name))
            if len(counted):
                self.count_rows[name] = matrix.all_rows(
                    [len(counted)], counted, 1.0, -INFINITE, INFINITE
                )
        for chosen in aims.differ:
            matrix.row([(c, 1.0) for c in chosen], -INFINITE, float(len(chosen) - aims.by))

    def _coverage(self) -> None:
        """One variable for each target and each distinct worth; a target counts at most once."""
        candidates, matrix = self.problem.candidates, self.matrix
        places = np.repeat(np.arange(len(candidates)), [len(one.gains) for one in candidates])
        gains = np.fromiter(
            chain.from_iterable(chain.from_iterable(one.gains for one in candidates)), np.int64
        ).reshape(-1, 2)
        order = np.lexsort((places, -gains[:, 1], gains[:, 0]))
        places, targets, worths = places[order], gains[order, 0], gains[order, 1]
        fresh = np.ones(len(order), dtype=bool)  # whether a class of equal worth begins here
        fresh[1:] = (targets[1:] != targets[:-1]) | (worths[1:] != worths[:-1])
        first = np.flatnonzero(fresh)
        sizes = np.diff(first, append=len(order))
        _, of, classes = np.unique(targets[first], return_inverse=True, return_counts=True)
        alone = (classes[of] == 1) & (sizes == 1)
        self.worth = np.zeros(matrix.columns + int((~alone).sum()))
        np.add.at(self.worth, places[first[alone]], worths[first[alone]])
        counted = np.where(alone, -1, matrix.columns - 1 + np.cumsum(~alone))
        start = matrix.column(count=int((~alone).sum()))
        self.worth[start:] = worths[first[~alone]]
        # counted ≤ the sum of its courses
        inside = np.repeat(~alone, sizes)
        heads = np.cumsum(sizes[~alone]) - sizes[~alone]
        columns = np.insert(places[inside], heads, counted[~alone])
        values = np.insert(np.full(int(inside.sum()), -1.0), heads, 1.0)
        matrix.all_rows(sizes[~alone] + 1, columns, values, -INFINITE, 0.0)
        several = classes[of] > 1
        matrix.all_rows(classes[classes > 1], counted[several], 1.0, -INFINITE, 1.0)

    def _prerequisites(self) -> None:
        candidates, matrix = self.problem.candidates, self.matrix
        groups = [(c, (), group) for c, one in enumerate(candidates) for group in one.groups]
        soft = [(c, group) for c, one in enumerate(candidates) for group in one.recommended]
        first = matrix.column(count=len(soft))
        self.unmet = np.arange(first, matrix.columns)
        wanted = [*groups, *((c, (first + n,), group) for n, (c, group) in enumerate(soft))]
        matrix.all_rows(
            [1 + len(unmet) + len(group) for _, unmet, group in wanted],
            [column for c, unmet, group in wanted for column in (c, *unmet, *group)],
            [
                value
                for _, unmet, group in wanted
                for value in (1.0, *[-1.0] * (len(unmet) + len(group)))
            ],
            -INFINITE,
            0.0,
        )

    def _entries(self) -> None:
        """One variable for each requirement that may stay at the door."""
        entries, matrix = self.problem.entries, self.matrix
        first = matrix.column(count=len(entries))
        self.entries = np.arange(first, matrix.columns)
        for column, entry in zip(self.entries.tolist(), entries, strict=True):
            for place, meeting in entry.asking:
                met = ((one, -1.0) for one in (column, *meeting))
                matrix.row([(place, 1.0), *met], -INFINITE, 0.0)

    def _budgets(self) -> None:
        problem, matrix = self.problem, self.matrix
        candidates = problem.candidates
        every = range(len(candidates))
        ects = [float(one.ects) for one in candidates]
        bounds = [one for one in (problem.ects, self.aims.most_ects) if one is not None]
        self.most_ects = float(min(bounds)) if bounds else INFINITE
        self.least_ects = float(problem.least_ects) if problem.least_ects else -INFINITE
        if len(self.entries):
            # What stays at the door counts among the credits of the objective, not of the limits.
            matrix.all_rows([len(ects)], every, ects, self.least_ects, self.most_ects)
            self.least_ects, self.most_ects = -INFINITE, INFINITE
        self.ects_row = matrix.all_rows(
            [len(ects) + len(self.entries)],
            [*every, *self.entries.tolist()],
            [*ects, *[float(problem.entry_price)] * len(self.entries)],
            self.least_ects,
            self.most_ects,
        )
        worth = np.flatnonzero(self.worth)
        self.worth_row = matrix.all_rows(
            [len(worth)], worth, self.worth[worth], -INFINITE, INFINITE
        )
        if problem.cost is not None:
            fees = [float(one.cost or 0) for one in candidates]
            matrix.all_rows([len(fees)], every, fees, -INFINITE, float(problem.cost))
        if problem.courses is not None:
            matrix.all_rows([len(ects)], every, 1.0, -INFINITE, float(problem.courses))

    def _load(self) -> None:
        """No stretch of slots holds more credits than it may, wherever the courses are placed.

        These follow from the load per slot; with them placement seldom has to object.
        """
        problem = self.problem
        if not problem.slots:
            return
        if self.aims.ordered or (self.aims.timetable and problem.load is not None):
            self._timetable(problem.load)  # they follow from it
            return
        if problem.load is None:
            return
        inside = _Inside(problem)
        for first in range(len(problem.slots)):
            for last in range(first, len(problem.slots)):
                most = problem.load * (last - first + 1)
                if problem.ects is not None and problem.ects <= most:
                    break
                least = inside.least(first, last)
                if least.sum() > most:
                    places = np.flatnonzero(least)
                    self.matrix.all_rows(
                        [len(places)], places, least[places], -INFINITE, float(most)
                    )

    def _timetable(self, most: int | None) -> None:
        """How many courses of a kind take each of the kind's placements; the load of each slot.

        Courses that could take one another's place in every slot are of one kind: told apart,
        they would be tried in every order. Those whose order is held are told apart.
        """
        candidates = self.problem.candidates
        apart = self._asking() if self.aims.ordered else frozenset()
        kinds: defaultdict[tuple[int, _Ways], list[int]] = defaultdict(list)
        for place, one in enumerate(candidates):
            alike = {(option.first, option.load) for option in one.placements}
            kinds[place if place in apart else -1, tuple(sorted(alike))].append(place)
        loads: list[list[tuple[int, float]]] = [[] for _ in self.problem.slots]
        taken: dict[int, list[tuple[int, int, int]]] = {}
        for (alone, ways), places in kinds.items():
            columns = [places] * len(ways)
            if len(ways) > 1:
                start = self.matrix.column(0.0, float(len(places)), count=len(ways))
                columns = [[start + way] for way in range(len(ways))]
                self.matrix.row(
                    [*((one, -1.0) for one in places), *((c, 1.0) for [c] in columns)], 0.0, 0.0
                )
            for of, (first, load) in zip(columns, ways, strict=True):
                for slot, part in enumerate(load, first):
                    if part:
                        loads[slot] += [(column, float(part)) for column in of]
                if alone >= 0:
                    taken.setdefault(alone, []).append((first, first + len(load) - 1, of[0]))
        if most is not None:
            for held in loads:
                if held:
                    self.matrix.row(held, -INFINITE, float(most))
        for place in taken:
            for group in candidates[place].groups:
                self._before(taken[place], [taken[one] for one in group if one in taken])

    def _before(self, asks: _Taken, meets: Sequence[_Taken]) -> None:
        """Who begins by a slot has a member of the group behind, for every slot."""
        for slot in sorted({first for first, _, _ in asks}):
            begun = [(column, 1.0) for first, _, column in asks if first <= slot]
            over = [(column, -1.0) for one in meets for _, last, column in one if last < slot]
            self.matrix.row([*begun, *over], -INFINITE, 0.0)

    def _asking(self) -> frozenset[int]:
        """The courses that ask for others, and those."""
        asking = {c: one.groups for c, one in enumerate(self.problem.candidates) if one.groups}
        return frozenset(asking).union(*chain.from_iterable(asking.values()))

    def _credentials(self) -> None:
        problem, matrix = self.problem, self.matrix
        first = matrix.column(count=len(problem.credentials))
        self.completed = np.arange(first, matrix.columns)
        for column, courses in zip(self.completed.tolist(), problem.credentials, strict=True):
            for course in courses:
                matrix.row([(column, 1.0), (course, -1.0)], -INFINITE, 0.0)
        if problem.credentials_only:
            earning: defaultdict[int, list[int]] = defaultdict(list)
            for column, courses in zip(self.completed.tolist(), problem.credentials, strict=True):
                for course in courses:
                    earning[course].append(column)
            for place in range(len(problem.candidates)):
                matrix.row(
                    [(place, 1.0), *((column, -1.0) for column in earning[place])], -INFINITE, 0.0
                )

    def solve(self, levels: int | None = None) -> Selection:
        """The best selection by the first so many levels, or by all, inside the time."""
        self.solver = Solver(
            self.matrix, (self.ects_row, self.worth_row, *self.count_rows.values())
        )
        self.reached, self.before = [], []
        self.chosen = self.values = self.again = None
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
        self.chosen = self.values = self.again = None
        while self.reached:
            self.reached.pop()
            self.solver.limit(*self.before[len(self.reached)])
            del self.before[len(self.reached) :]
            selection = self.climb(levels)
            if selection.status != "infeasible":
                return selection
        return self.climb(levels)

    def climb(self, levels: int | None = None) -> Selection:
        """Solves the levels not reached yet, up to so many."""
        problem = self.problem
        if not problem.candidates:
            return Selection((), (Level(COVERAGE, 0, 0), Level(ECTS, 0, 0)), "optimal")
        names = self.names[:levels]
        for name in names[len(self.reached) :]:
            if self.chosen is not None and name in _COUNTS and not self.measured[name]:
                # Fewer than none there are not.
                self._reach(Level(name, 0, 0))
                continue
            self._hold()
            maximise = name in _MOST
            before = self.solver.bounds
            found = self._best(name)
            first_or_had = not self.reached or self.values is not None
            if found is None and self.solver.infeasible and first_or_had:
                self.solver.limit(*before)
                with self.solver.unpresolved():
                    found = self._best(name)
            if found is None:
                if self.chosen is None:
                    return Selection((), (), "infeasible" if self.solver.infeasible else "unknown")
                self._reach(Level(name, self.measured[name], None), before)
                break
            self._take(found)
            value = self.measured[name]
            bound = found.bound
            if bound is not None:
                # What is proved possible is never worse than what was found.
                bound = max(bound, value) if maximise else min(bound, value)
            self._reach(Level(name, value, bound), before)
        if self.chosen is None:
            return Selection((), (), "unknown")
        proved = all(level.proved for level in self.reached)
        complete = len(self.reached) == len(names)
        return Selection(
            self.chosen, tuple(self.reached), "optimal" if proved and complete else "feasible"
        )

    def _reach(self, level: Level, before: Bounds | None = None) -> None:
        self.reached.append(level)
        self.before.append(before or self.solver.bounds)

    def _take(self, found: Found) -> None:
        self.values = found.values
        self.chosen = self._selected(found.values)
        self.measured = measure(self.problem, self.chosen)

    def _value(self, found: Found, name: str) -> int:
        """A level's value for a solution."""
        return measure(self.problem, self._selected(found.values))[name]

    def _best(self, name: str) -> Found | None:
        """The best solution for a level, on the columns that can matter to it."""
        if name == COVERAGE:
            return self._most_coverage()
        if name == ECTS:
            return self._fewest_credits()
        if name == COVERAGE_AGAIN and self.again is not None:
            return self.again
        return self._next(name)

    def _next(self, name: str) -> Found | None:
        """The best solution for a level that the solution in hand is near to, or best at."""
        counts, most = self.objectives[name], name in _MOST
        relaxed = self.solver.relax(counts, self._left(), maximise=most)
        if relaxed is None:
            return None
        possible = _possible(relaxed.value, most)
        have = self.measured[name] if self.values is not None else None
        if self.values is not None and have == possible:
            return Found(self.values, possible)
        if relaxed.whole:
            return Found(np.rint(relaxed.values), possible)
        if have is not None:
            self._fix(relaxed, abs(relaxed.value - have))
        found = self.solver.best(counts, most, self._left(), self.values)
        if found is not None:
            self._fix(relaxed, abs(relaxed.value - self._value(found, name)))
        return found

    def _fix(self, relaxed: Relaxed, spare: float) -> None:
        """Fixes the columns that every solution so near the relaxation leaves, or takes.

        Reduced costs of the linear relaxation tell: what taking a course costs at least.
        Dantzig, Fulkerson, Johnson 1954.
        """
        solver = self.solver
        solver.limit(*_fixed(solver.bounds, relaxed.costs, spare, relaxed.value))
        solver.settle()

    def _most_coverage(self) -> Found | None:
        """The most coverage: sought near the relaxation, and where it is not there, further off."""
        solver, worth = self.solver, self.objectives[COVERAGE]
        solver.settle()
        relaxed = solver.relax(worth, self._left(), maximise=True)
        if relaxed is None:
            return None
        possible = _possible(relaxed.value, True)
        found = Found(np.rint(relaxed.values), possible) if relaxed.whole else None
        before = solver.bounds
        floors = [relaxed.value * (1 - guess) for guess in _GUESSES] + [-INFINITE]
        while found is None or self._value(found, COVERAGE) < possible:
            floor = floors.pop(0) if found is None else float(self._value(found, COVERAGE))
            solver.limit(*before)
            if floor > -INFINITE:
                self._fix(relaxed, relaxed.value - floor)
            start = None if found is None else found.values
            other = solver.best(worth, True, self._left(), start)
            if other is not None and self._value(other, COVERAGE) >= floor:
                found = other
                break
            if other is None and found is not None:
                found = Found(found.values, possible)  # out of time for the proof
                break
            if other is None and (not solver.infeasible or not floors):
                return None
            found = other or found
        # From now on only what covers enough matters.
        solver.limit(*before)
        self._fix(relaxed, relaxed.value - self._floor(self._value(found, COVERAGE)))
        return found

    def _fewest_credits(self) -> Found | None:
        """The fewest credits: as few as the relaxation allows, else a step more, and so on.

        Whether so few will do is asked by seeking the most coverage at them: that is far nearer
        to its relaxation than the credits are, and it is the next level's answer too.
        """
        solver, counts = self.solver, self.objectives[ECTS]
        lightest = solver.relax(counts, self._left(), maximise=False)
        if lightest is None:
            return None
        step = math.gcd(
            *(one.ects for one in self.problem.candidates),
            self.problem.entry_price if len(self.entries) else 0,
        )
        least = step * math.ceil((lightest.value - _MARGIN * (1 + lightest.value)) / step)
        most, before = self.most_ects, solver.bounds
        if self.values is not None:
            most = float(self.measured[ECTS])
        for _ in range(_STEPS):
            if least > most or self._left() <= 0:
                break
            solver.limit(*before)
            solver.bound(self.ects_row, self.least_ects, float(least))
            self._fix(lightest, least - lightest.value)
            self.again = self._fullest()
            if self.again is not None:
                return Found(self.again.values, least)
            if not solver.infeasible:
                break
            least += step
        solver.limit(*before)
        solver.bound(self.ects_row, self.least_ects, most)
        if self._left() <= 0 or least > most:
            solver.infeasible = self.values is None and least > most
            return None if self.values is None else Found(self.values, int(min(least, most)))
        if self.values is not None:
            self._fix(lightest, most - lightest.value)
        return solver.best(counts, False, self._left(), self.values)

    def _fullest(self) -> Found | None:
        """The most coverage, if it is as much as is held."""
        solver, worth, floor = self.solver, self.objectives[COVERAGE], self._least()
        relaxed = solver.relax(worth, self._left(), maximise=True)
        if relaxed is None:
            return None
        possible = _possible(relaxed.value, True)
        if possible < floor:
            solver.infeasible = True
            return None
        if relaxed.whole:
            return Found(np.rint(relaxed.values), possible)
        self._fix(relaxed, relaxed.value - floor)
        found = solver.best(worth, True, self._left())
        if found is not None:
            self._fix(relaxed, relaxed.value - self._value(found, COVERAGE))
        return found

    def _left(self) -> float:
        return self.until - time.perf_counter()

    def _floor(self, covered: int) -> float:
        """The least coverage that later levels may come down to."""
        return float(math.ceil(covered * (1 - self.aims.slack) - 1e-9))

    def _selected(self, values: NDArray[np.float64]) -> tuple[int, ...]:
        return tuple(np.flatnonzero(values[: len(self.problem.candidates)] > 0.5).tolist())

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
        if self.problem.entries:
            names.append(ENTRIES)
        if any(one.unproved for one in self.problem.candidates) and not all(
            one.unproved for one in self.problem.candidates
        ):
            names.append(UNPROVED)
        if len(self.unmet):
            names.append(RECOMMENDATIONS)
        if len(self.completed):
            names.append(CREDENTIALS)
        names.append(TIE_BREAK)
        return names[: self.aims.levels]

    def _objective(self, name: str) -> Floats:
        """What each column counts at a level."""
        found = np.zeros(self.matrix.columns)
        candidates = self.problem.candidates
        if name in (COVERAGE, COVERAGE_AGAIN):
            found[: len(self.worth)] = self.worth
        elif name == ECTS:
            found[: len(candidates)] = [one.ects for one in candidates]
            found[self.entries] = self.problem.entry_price
        elif name == ENTRIES:
            found[self.entries] = 1.0
        elif name == UNPROVED:
            found[: len(candidates)] = [one.unproved for one in candidates]
        elif name == RECOMMENDATIONS:
            found[self.unmet] = 1.0
        elif name == CREDENTIALS:
            found[self.completed] = 1.0
        else:
            found[: len(candidates)] = [one.hash for one in candidates]
        return found

    def _hold(self) -> None:
        """Holds every level reached: from now on none may lose what it has."""
        values = {level.name: level.value for level in self.reached}
        self.solver.bound(self.worth_row, self._held(), INFINITE)
        most = float(values.get(ECTS, INFINITE))
        self.solver.bound(self.ects_row, self.least_ects, min(most, self.most_ects))
        for name, row in self.count_rows.items():
            value = float(values[name]) if name in values else None
            if name == CREDENTIALS:
                self.solver.bound(row, -INFINITE if value is None else value, INFINITE)
            else:
                self.solver.bound(row, -INFINITE, INFINITE if value is None else value)


def _possible(value: float, maximise: bool) -> int:
    """The best whole number that a relaxation leaves possible."""
    spare = min(0.25, _MARGIN * (1 + abs(value)))
    return math.floor(value + spare) if maximise else math.ceil(value - spare)


def _fixed(bounds: Bounds, costs: NDArray[np.float64], spare: float, value: float) -> Bounds:
    """The bounds with each column fixed that would cost more than can be spared, or save it."""
    lower, upper = bounds[0].copy(), bounds[1].copy()
    spare += _MARGIN * (1 + abs(value))
    upper[(lower == 0) & (costs > spare)] = 0.0
    lower[(upper == 1) & (costs < -spare)] = 1.0
    return lower, upper


class _Inside:
    """The credits of every candidate's placements, slot by slot."""

    def __init__(self, problem: Problem) -> None:
        counts = np.array([len(one.placements) for one in problem.candidates])
        options = [option for one in problem.candidates for option in one.placements]
        lengths = np.array([len(one.load) for one in options], dtype=np.intp)
        loads = np.fromiter(chain.from_iterable([one.load for one in options]), np.int64)
        rows = np.repeat(np.arange(len(options)), lengths)
        starts = np.array([one.first for one in options], dtype=np.intp)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        by_slot = np.zeros((len(problem.slots) + 1, len(options)), dtype=np.int64)
        by_slot[starts[rows] + within + 1, rows] = loads
        self.until = np.cumsum(by_slot, axis=0)
        self.some = counts > 0
        self.heads = (np.cumsum(counts) - counts)[self.some]

    def least(self, first: int, last: int) -> NDArray[np.int64]:
        """For each candidate, the fewest credits of any placement inside the stretch of slots."""
        found = np.zeros(len(self.some), dtype=np.int64)
        if len(self.heads):
            inside = self.until[last + 1] - self.until[first]
            found[self.some] = np.minimum.reduceat(inside, self.heads)
        return found


def measure(problem: Problem, chosen: Sequence[int]) -> dict[str, int]:
    """Every level's value for a selection, counted from the problem."""
    selected = set(chosen)
    best: dict[int, int] = {}
    for place in chosen:
        for target, worth in problem.candidates[place].gains:
            best[target] = max(best.get(target, 0), worth)
    covered = sum(best.values())
    entries = sum(one.stays(selected) for one in problem.entries)
    return {
        COVERAGE: covered,
        COVERAGE_AGAIN: covered,
        ECTS: sum(problem.candidates[place].ects for place in chosen)
        + problem.entry_price * entries,
        ENTRIES: entries,
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
