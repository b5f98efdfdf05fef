"""HiGHS on one matrix: single thread, the same answer every time, bounds told with values."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray

INFINITE: float = highspy.kHighsInf

Floats = NDArray[np.float64]
Indices = NDArray[np.integer[Any]]
Bounds = tuple[Floats, Floats]
Terms = list[tuple[int, float]]
"""Columns with their coefficients."""

_NEARLY_ONE = 1 - 1e-6
_FEASIBLE = 2  # HiGHS's kSolutionStatusFeasible
_ROUNDING = 1e-9  # all coefficients are whole numbers, and a row that is broken is so by one
_WHOLE_ENOUGH = 1e-6
_SMALL = 150  # columns
_LATE = 0.05  # seconds: how late HiGHS sees on large problems that its time is over
_WORTH_KEEPING = 0.5  # of a linear part's columns that are still open
_PASSES = 3  # of what bounds imply for one another
_ROW_WISE = 2  # HiGHS's own numbers: MatrixFormat, ObjSense, HighsVarType
_MINIMISE = 1
_REAL, _WHOLE = 0, 1

_OPTIONS = (
    ("output_flag", False),
    ("threads", 1),
    ("parallel", "off"),
    ("random_seed", 1),
    # What is left open is small: the bound is what takes time, and these do nothing for it.
    ("mip_heuristic_run_feasibility_jump", False),
    ("mip_heuristic_run_rins", False),
    ("mip_heuristic_run_rens", False),
    ("mip_heuristic_run_root_reduced_cost", False),
    ("mip_detect_symmetry", False),
    ("mip_allow_restart", False),
    # HiGHS 1.16 loses solutions when it presolves by enumeration, and proves what is left.
    ("presolve_rule_off", 1 << 16),
    ("mip_rel_gap", 0.0),
    # Every objective is a whole number: a gap below one is none.
    ("mip_abs_gap", _NEARLY_ONE),
)


class Matrix:
    """Rows and columns of whole numbers as they come, many at a time; passed to the solver in one go."""

    def __init__(self) -> None:
        self.columns = self.rows = 0
        self._entries: list[tuple[Indices, Indices, Floats]] = []
        self._bounds: list[tuple[Floats, Floats]] = []
        self._row_bounds: list[tuple[Floats, Floats]] = []

    def column(self, low: ArrayLike = 0.0, high: ArrayLike = 1.0, *, count: int = 1) -> int:
        """The index of the first of some new columns."""
        self._bounds.append((_spread(low, count), _spread(high, count)))
        self.columns += count
        return self.columns - count

    def row(self, terms: Iterable[tuple[int, float]], low: float, high: float) -> int:
        """The index of a new row; no column may stand in it twice."""
        held = list(terms)
        columns = [column for column, _ in held]
        return self.all_rows([len(held)], columns, [value for _, value in held], low, high)

    def all_rows(
        self,
        sizes: Sequence[int] | Indices,
        columns: Sequence[int] | Indices,
        values: ArrayLike,
        low: ArrayLike,
        high: ArrayLike,
    ) -> int:
        """The index of the first of some new rows, whose entries follow one another.

        Args:
            sizes: how many entries each row has.
            columns: the column of each entry.
            values: the coefficient of each entry, or of all.
            low: the lower bound of each row, or of all.
            high: the upper bound of each row, or of all.
        """
        count = len(sizes)
        at = np.asarray(columns, dtype=np.int32)
        rows = np.repeat(np.arange(self.rows, self.rows + count, dtype=np.int32), sizes)
        self._entries.append((rows, at, _spread(values, len(at))))
        self._row_bounds.append((_spread(low, count), _spread(high, count)))
        self.rows += count
        return self.rows - count

    def bounds(self) -> tuple[Floats, Floats]:
        """The bounds of the columns."""
        return _joined(self._bounds)

    def row_bounds(self) -> tuple[Floats, Floats]:
        """The bounds of the rows."""
        return _joined(self._row_bounds)

    def entries(self) -> tuple[Indices, Indices, Floats]:
        """Row, column and coefficient of every entry, in order of rows."""
        row, column, value = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        return row, column, value


def _spread(values: ArrayLike, count: int) -> Floats:
    """One value for each, where one stands for all."""
    return np.broadcast_to(np.asarray(values, dtype=np.float64), (count,))


def _joined(pairs: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    return np.concatenate([low for low, _ in pairs]), np.concatenate([high for _, high in pairs])


@dataclass(frozen=True)
class Found:
    """A solution: the columns' values, and the proved bound (None if there is none)."""

    values: Floats
    bound: int | None


@dataclass(frozen=True)
class Relaxed:
    """The linear relaxation.

    Attributes:
        value: what it comes to.
        costs: what it would lose for every column that were one more.
        values: the columns' values.
    """

    value: float
    costs: Floats
    values: Floats

    @property
    def whole(self) -> bool:
        """Whether its solution is one in whole numbers."""
        return bool(np.all(np.abs(self.values - np.rint(self.values)) < _WHOLE_ENOUGH))


class Solver:
    """HiGHS on one matrix, single thread, the same answer every time.

    Each call hands HiGHS only what is still open: the columns that are not fixed, and the rows
    that these can still break. HiGHS's own presolve takes as long over the rest as its solve does
    over what is left.
    """

    def __init__(self, matrix: Matrix, moving: Iterable[int] = ()) -> None:
        self.columns = matrix.columns
        self.infeasible = False
        self.presolve = "choose"
        self.lower, self.upper = matrix.bounds()
        self.row_lower, self.row_upper = matrix.row_bounds()
        self.row, self.column, self.value = matrix.entries()
        self._lay()
        self.moving = np.array(sorted(moving), dtype=np.intp)
        self._linear: _Part | None = None
        self._for_lines, self._for_whole = _highs(), _highs()
        # Presolve takes longer than it spares: there is little left that it could take out.
        self._for_lines.setOptionValue("presolve", "off")

    def _lay(self) -> None:
        """What follows from the entries alone."""
        self._above, self._below = np.maximum(self.value, 0.0), np.minimum(self.value, 0.0)
        self._size = np.abs(self.value)

    @contextmanager
    def unpresolved(self) -> Iterator[None]:
        """Solves without presolving, for as long as it lasts.

        HiGHS 1.16 now and then presolves a problem to which a row was added into an infeasible
        one: that verdict is to be heard twice.
        """
        self.presolve = "off"
        self._linear = None
        try:
            yield
        finally:
            self.presolve = "choose"

    @property
    def bounds(self) -> Bounds:
        """The bounds of the columns as they are now."""
        return self.lower.copy(), self.upper.copy()

    def limit(self, lower: Floats, upper: Floats) -> None:
        """New bounds for the columns."""
        self.lower, self.upper = lower.copy(), upper.copy()

    def bound(self, row: int, low: float, high: float) -> None:
        """New bounds for a row."""
        self.row_lower[row], self.row_upper[row] = low, high

    def add(self, terms: Terms, low: float, high: float) -> None:
        """One more row."""
        self._linear = None
        self.column = np.append(self.column, np.array([c for c, _ in terms], dtype=np.int32))
        self.value = np.append(self.value, [value for _, value in terms])
        self.row = np.append(self.row, np.full(len(terms), len(self.row_lower), dtype=np.int32))
        self.row_lower = np.append(self.row_lower, low)
        self.row_upper = np.append(self.row_upper, high)
        self._lay()

    def settle(self) -> None:
        """Takes from columns the values with which one step of theirs alone would break its row."""
        above = self.value > 0
        for _ in range(_PASSES):
            lower, upper = self.lower[self.column], self.upper[self.column]
            low = self._sums(self._above * lower + self._below * upper)
            spare = self.row_upper - low + _ROUNDING
            breaks = (lower < upper) & (self._size > spare[self.row])
            if not breaks.any():
                return
            rising, falling = self.column[breaks & above], self.column[breaks & ~above]
            # A column that may neither rise nor fall has no value left.
            self.upper[rising], self.lower[falling] = lower[breaks & above], upper[breaks & ~above]
            if self.contradicted:
                return

    @property
    def contradicted(self) -> bool:
        """Whether some column has no value left."""
        return bool((self.lower > self.upper).any())

    def relax(self, worth: Floats, seconds: float, *, maximise: bool) -> Relaxed | None:
        """The linear relaxation; None if it has none, or no time is left.

        It starts from where the last one ended.
        """
        self.infeasible = False
        if seconds <= 0:
            return None
        if self.contradicted:
            self.infeasible = True
            return None
        costs = -worth if maximise else worth
        part = self._linear
        if part is None or not part.take(self, costs):
            part = self._linear = self._open(costs, whole=False)
        sign = -1.0 if maximise else 1.0
        if part.closed:
            self.infeasible = part.broken
            value = float(costs @ self.lower)
            if part.broken:
                return None
            return Relaxed(sign * value, np.zeros(self.columns), self.lower.copy())
        part.run(seconds)
        status = part.highs.getModelStatus()
        self.infeasible = status == highspy.HighsModelStatus.kInfeasible
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        solution = part.highs.getSolution()
        # A column that is fixed already costs nothing to leave as it is.
        duals, values = np.zeros(self.columns), part.fixed.copy()
        duals[part.columns] = solution.col_dual
        values[part.columns] = solution.col_value
        return Relaxed(sign * part.highs.getInfo().objective_function_value, duals, values)

    def best(
        self, worth: Floats, maximise: bool, seconds: float, start: Floats | None = None
    ) -> Found | None:
        """The best solution found in the time with the proved bound; None if none was found."""
        self.infeasible = False
        if seconds <= 0:
            return None
        if self.contradicted:
            self.infeasible = True
            return None
        costs = -worth if maximise else worth
        part = self._open(costs, whole=True)
        sign = -1 if maximise else 1
        if part.closed:
            self.infeasible = part.broken
            value = sign * round(float(costs @ part.fixed))
            return None if part.broken else Found(part.fixed, value)
        highs = part.highs
        if start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = start[part.columns]
            highs.setSolution(solution)
        until = time.perf_counter() + seconds
        part.run(seconds)
        if self._doubted(part, start):
            highs.clearSolver()
            highs.setOptionValue("presolve", "off")
            part.run(max(0.0, until - time.perf_counter()))
        status = highs.getModelStatus()
        info = highs.getInfo()
        self.infeasible = status == highspy.HighsModelStatus.kInfeasible
        if info.primal_solution_status != _FEASIBLE:
            return None
        values = self._all(part)
        bound: int | None = None
        if math.isfinite(info.mip_dual_bound):
            bound = sign * math.ceil(info.mip_dual_bound - 1e-4)
        if status == highspy.HighsModelStatus.kOptimal:
            bound = sign * round(info.objective_function_value)
        return Found(values, bound)

    def _doubted(self, part: _Part, start: Floats | None) -> bool:
        """Whether what HiGHS 1.16 says is to be heard again, without presolving.

        It may better a start solution while presolving it, tell the better value and still hand
        back the start; and now and then it presolves a small problem into an infeasible one.
        """
        if part.highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return start is not None or len(part.columns) <= _SMALL
        return start is not None and not part.agrees(self._all(part))

    def _all(self, part: _Part) -> Floats:
        """The values of all columns in a part's solution."""
        values = part.fixed.copy()
        values[part.columns] = part.highs.getSolution().col_value
        return values

    def _open(self, costs: Floats, *, whole: bool) -> _Part:
        """The part of the problem that is still open, with its objective."""
        free = self.lower < self.upper
        columns = np.flatnonzero(free)
        lower, upper = self.lower[self.column], self.upper[self.column]
        low = self._sums(self._above * lower + self._below * upper)
        high = self._sums(self._above * upper + self._below * lower)
        given = self._sums(self.value * np.where(free, 0.0, self.lower)[self.column])
        bind = (low < self.row_lower - _ROUNDING) | (high > self.row_upper + _ROUNDING)
        broken = bool(bind.any())
        if not whole:
            bind[self.moving] = True
        # A row that nothing open can break, or mend, still says where there is no solution.
        kept = free[self.column] & bind[self.row]
        fixed = np.where(free, 0.0, self.lower)
        if whole:
            # A column that stands in no such row is as the objective would have it.
            held = np.zeros_like(free)
            held[self.column[kept]] = True
            loose = free & ~held
            fixed[loose] = np.where(costs[loose] < 0, self.upper[loose], self.lower[loose])
            free = held
            columns = np.flatnonzero(free)
        sizes = np.bincount(self.row[kept], minlength=len(bind))[bind]
        renamed = np.cumsum(free, dtype=np.int32) - 1
        highs = self._for_whole if whole else self._for_lines
        if whole:
            highs.setOptionValue("presolve", self.presolve)
        # All at once, as arrays: HighsLp takes them entry by entry.
        status = highs.passModel(
            len(columns),
            len(sizes),
            int(sizes.sum()),
            _ROW_WISE,
            _MINIMISE,
            float(costs @ fixed),
            costs[columns],
            self.lower[columns],
            self.upper[columns],
            (self.row_lower - given)[bind],
            (self.row_upper - given)[bind],
            np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
            renamed[self.column[kept]],
            self.value[kept],
            np.full(len(columns), _WHOLE if whole else _REAL, dtype=np.int32),
        )
        if status == highspy.HighsStatus.kError:
            raise RuntimeError("HiGHS does not take the matrix")
        return _Part(
            highs,
            columns,
            costs,
            np.flatnonzero(bind),
            broken,
            given,
            fixed,
            self.lower.copy(),
            self.upper.copy(),
        )

    def _sums(self, values: Floats) -> Floats:
        """Row by row the sum of its entries' values."""
        return np.bincount(self.row, values, minlength=len(self.row_lower)).astype(np.float64)


def _highs() -> Any:
    # The class under highspy's own: that one prints a banner to stdout when it is made.
    highs = highspy.Highs.__mro__[1]()
    for option, value in _OPTIONS:
        highs.setOptionValue(option, value)
    return highs


@dataclass
class _Part:
    """HiGHS on the open part of a problem."""

    highs: Any
    columns: NDArray[np.intp]
    costs: Floats
    rows: NDArray[np.intp]
    broken: bool
    given: Floats
    fixed: Floats
    lower: Floats
    upper: Floats

    def __post_init__(self) -> None:
        self.now = self.lower.copy(), self.upper.copy()

    @property
    def closed(self) -> bool:
        """Whether every column is fixed: then there is nothing to solve."""
        return not len(self.columns)

    def take(self, solver: Solver, costs: Floats) -> bool:
        """Whether the part could take the solver's bounds and the objective instead of its own."""
        if np.any(solver.lower < self.lower) or np.any(solver.upper > self.upper):
            return False
        if np.count_nonzero(solver.lower < solver.upper) < _WORTH_KEEPING * len(self.columns):
            return False
        # (rows that are not here do not bind, and their bounds stand still)
        highs = self.highs
        mine = self.columns
        changed = np.flatnonzero(
            (solver.lower[mine] != self.now[0][mine]) | (solver.upper[mine] != self.now[1][mine])
        ).astype(np.int32)
        if len(changed):
            highs.changeColsBounds(
                len(changed), changed, solver.lower[mine[changed]], solver.upper[mine[changed]]
            )
            self.now = solver.lower.copy(), solver.upper.copy()
        for row in solver.moving:
            highs.changeRowBounds(
                int(np.searchsorted(self.rows, row)),
                solver.row_lower[row] - self.given[row],
                solver.row_upper[row] - self.given[row],
            )
        highs.changeColsCost(len(mine), np.arange(len(mine), dtype=np.int32), costs[mine])
        highs.changeObjectiveOffset(float(costs @ self.fixed))
        self.costs = costs
        return True

    def run(self, seconds: float) -> None:
        """Solves; once more without presolving where that is what fails.

        HiGHS 1.16 ends about one small problem in a thousand with an error in its presolve.
        """
        # HiGHS counts the time of all runs.
        ends = self.highs.getRunTime() + max(seconds / 2, seconds - _LATE)
        self.highs.setOptionValue("time_limit", ends)
        self.highs.run()
        if self.highs.getModelStatus() == highspy.HighsModelStatus.kSolveError:
            self.highs.setOptionValue("presolve", "off")
            self.highs.clearSolver()
            self.highs.run()

    def agrees(self, values: Floats) -> bool:
        """Whether the solution handed back has the value that is told of it."""
        info = self.highs.getInfo()
        if info.primal_solution_status != _FEASIBLE:
            return True
        return bool(abs(self.costs @ values - info.objective_function_value) <= 0.5)
