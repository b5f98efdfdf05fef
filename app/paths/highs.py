"""HiGHS on one matrix: single thread, the same answer every time, bounds told with values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

INFINITE: float = highspy.kHighsInf

Terms = list[tuple[int, float]]
"""Columns with their coefficients."""

_NEARLY_ONE = 1 - 1e-6
_FEASIBLE = 2  # HiGHS's kSolutionStatusFeasible
_ROUNDING = 1e-9  # all coefficients are whole numbers, and a row that is broken is so by one
_ROW_WISE = 2  # HiGHS's own numbers: MatrixFormat, ObjSense, HighsVarType
_MINIMISE, _MAXIMISE = 1, -1
_REAL, _WHOLE = 0, 1

_OPTIONS = (
    ("output_flag", False),
    ("threads", 1),
    ("parallel", "off"),
    ("random_seed", 1),
    # Levels start from the solution of the level before: this finds nothing better.
    ("mip_heuristic_run_feasibility_jump", False),
    ("mip_rel_gap", 0.0),
    # Every objective is a whole number: a gap below one is none.
    ("mip_abs_gap", _NEARLY_ONE),
)


@dataclass
class Matrix:
    """Rows as they come, columns with bounds; passed to the solver in one go."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def column(self, low: float = 0.0, high: float = 1.0) -> int:
        """The index of a new whole-number column."""
        self.lower.append(low)
        self.upper.append(high)
        return len(self.lower) - 1

    def row(self, terms: Iterable[tuple[int, float]], low: float, high: float) -> int:
        """The index of a new row; no column may stand in it twice."""
        held = list(terms)
        self.index.extend([column for column, _ in held])
        self.value.extend([value for _, value in held])
        self.starts.append(len(self.index))
        self.row_lower.append(low)
        self.row_upper.append(high)
        return len(self.row_lower) - 1


@dataclass(frozen=True)
class Found:
    """A solution: the columns' values, and the proved bound (None if there is none)."""

    values: NDArray[np.float64]
    bound: int | None


@dataclass(frozen=True)
class Relaxed:
    """The linear relaxation: its value and every column's reduced cost."""

    value: float
    duals: NDArray[np.float64]


class Solver:
    """HiGHS on one matrix, single thread, the same answer every time.

    Each call hands HiGHS only what is still open: the columns that are not fixed, and the rows
    that these can still break. HiGHS's own presolve takes as long over the rest as its solve does
    over what is left.
    """

    def __init__(self, matrix: Matrix) -> None:
        self.columns = len(matrix.lower)
        self.infeasible = False
        self.presolve = "choose"
        self.lower, self.upper = np.array(matrix.lower), np.array(matrix.upper)
        self.row_lower = np.array(matrix.row_lower)
        self.row_upper = np.array(matrix.row_upper)
        # Every entry by row, column and value, in order of rows.
        self.column = np.array(matrix.index, dtype=np.int32)
        self.value = np.array(matrix.value, dtype=np.float64)
        counts = np.diff(matrix.starts)
        self.row = np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    @contextmanager
    def unpresolved(self) -> Iterator[None]:
        """Solves without presolving, for as long as it lasts.

        HiGHS 1.16 now and then presolves a problem to which a row was added into an infeasible
        one: that verdict is to be heard twice.
        """
        self.presolve = "off"
        try:
            yield
        finally:
            self.presolve = "choose"

    def limit(self, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> None:
        """New bounds for the first columns."""
        self.lower[: len(lower)] = lower
        self.upper[: len(upper)] = upper

    def bound(self, row: int, low: float, high: float) -> None:
        """New bounds for a row."""
        self.row_lower[row], self.row_upper[row] = low, high

    def add(self, terms: Terms, low: float, high: float) -> None:
        """One more row."""
        self.column = np.append(self.column, np.array([c for c, _ in terms], dtype=np.int32))
        self.value = np.append(self.value, [value for _, value in terms])
        self.row = np.append(self.row, np.full(len(terms), len(self.row_lower), dtype=np.int32))
        self.row_lower = np.append(self.row_lower, low)
        self.row_upper = np.append(self.row_upper, high)

    def relax(self, terms: Terms, seconds: float, *, maximise: bool) -> Relaxed | None:
        """The linear relaxation; None if it has none, or no time is left."""
        self.infeasible = False
        if seconds <= 0:
            return None
        part = self._open(terms, maximise=maximise, whole=False)
        if part.closed:
            self.infeasible = part.broken
            value = float(part.costs @ self.lower)
            return None if part.broken else Relaxed(value, np.zeros(self.columns))
        part.highs.setOptionValue("time_limit", seconds)
        # Presolve takes longer than it spares: there is little left that it could take out.
        part.highs.setOptionValue("presolve", "off")
        part.run()
        status = part.highs.getModelStatus()
        self.infeasible = status == highspy.HighsModelStatus.kInfeasible
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        # A column that is fixed already costs nothing to leave as it is.
        duals = np.zeros(self.columns)
        duals[part.columns] = part.highs.getSolution().col_dual
        return Relaxed(part.highs.getInfo().objective_function_value, duals)

    def best(self, terms: Terms, maximise: bool, seconds: float) -> Found | None:
        """The best solution found in the time with the proved bound; None if none was found."""
        self.infeasible = False
        if seconds <= 0:
            return None
        part = self._open(terms, maximise=maximise, whole=True)
        if part.closed:
            self.infeasible = part.broken
            value = round(float(part.costs @ self.lower))
            return None if part.broken else Found(self.lower.copy(), value)
        highs = part.highs
        highs.setOptionValue("time_limit", seconds)
        if self._values is not None:
            solution = highspy.HighsSolution()
            solution.col_value = self._values[part.columns]
            highs.setSolution(solution)
        part.run()
        if self._values is not None and not part.agrees(self._all(part)):
            # HiGHS 1.16 may better a start solution while presolving it, tell the better value
            # and still hand back the start: solved again without one, it hands back its own.
            highs.clearSolver()
            part.run()
        status = highs.getModelStatus()
        info = highs.getInfo()
        self.infeasible = status == highspy.HighsModelStatus.kInfeasible
        if info.primal_solution_status != _FEASIBLE:
            return None
        values = self._values = self._all(part)
        dual = info.mip_dual_bound
        bound: int | None = None
        if math.isfinite(dual):
            bound = math.floor(dual + 1e-4) if maximise else math.ceil(dual - 1e-4)
        if status == highspy.HighsModelStatus.kOptimal:
            bound = round(info.objective_function_value)
        return Found(values, bound)

    def _all(self, part: _Part) -> NDArray[np.float64]:
        """The values of all columns in a part's solution."""
        values = self.lower.copy()
        values[part.columns] = part.highs.getSolution().col_value
        return values

    def _open(self, terms: Terms, *, maximise: bool, whole: bool) -> _Part:
        """The part of the problem that is still open, with its objective."""
        costs = np.zeros(self.columns)
        for column, value in terms:
            costs[column] = value
        free = self.lower < self.upper
        columns = np.flatnonzero(free)
        low = self._sums(np.where(self.value > 0, self.lower[self.column], self.upper[self.column]))
        high = self._sums(
            np.where(self.value > 0, self.upper[self.column], self.lower[self.column])
        )
        given = self._sums(np.where(free, 0.0, self.lower)[self.column])
        bind = (low < self.row_lower - _ROUNDING) | (high > self.row_upper + _ROUNDING)
        # A row that nothing open can break, or mend, still says where there is no solution.
        kept = free[self.column] & bind[self.row]
        sizes = np.bincount(self.row[kept], minlength=len(bind))[bind]
        renamed = np.cumsum(free, dtype=np.int32) - 1
        highs = _highs()
        highs.setOptionValue("presolve", self.presolve)
        # All at once, as arrays: HighsLp takes them entry by entry.
        status = highs.passModel(
            len(columns),
            len(sizes),
            int(sizes.sum()),
            _ROW_WISE,
            _MAXIMISE if maximise else _MINIMISE,
            float(costs[~free] @ self.lower[~free]),
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
        return _Part(highs, columns, costs, len(sizes))

    def _sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Row by row the sum of its entries' coefficients, each times its value."""
        sums = np.bincount(self.row, self.value * values, minlength=len(self.row_lower))
        return sums.astype(np.float64)

    _values: NDArray[np.float64] | None = None


def _highs() -> Any:
    # The class under highspy's own: that one prints a banner to stdout when it is made.
    highs = highspy.Highs.__mro__[1]()
    for option, value in _OPTIONS:
        highs.setOptionValue(option, value)
    return highs


@dataclass(frozen=True)
class _Part:
    """HiGHS on the open part of a problem.

    Attributes:
        highs: the solver, which holds the open columns and the rows that they can break.
        columns: the open columns.
        costs: the objective, of all columns.
        rows: how many rows can be broken.
    """

    highs: Any
    columns: NDArray[np.intp]
    costs: NDArray[np.float64]
    rows: int

    @property
    def closed(self) -> bool:
        """Whether every column is fixed: then there is nothing to solve."""
        return not len(self.columns)

    @property
    def broken(self) -> bool:
        """Whether a row is broken, where every column is fixed."""
        return self.rows > 0

    def run(self) -> None:
        """Solves; once more without presolving where that is what fails.

        HiGHS 1.16 ends about one small problem in a thousand with an error in its presolve.
        """
        self.highs.run()
        if self.highs.getModelStatus() == highspy.HighsModelStatus.kSolveError:
            self.highs.setOptionValue("presolve", "off")
            self.highs.clearSolver()
            self.highs.run()

    def agrees(self, values: NDArray[np.float64]) -> bool:
        """Whether the solution handed back has the value that is told of it."""
        info = self.highs.getInfo()
        if info.primal_solution_status != _FEASIBLE:
            return True
        return bool(abs(self.costs @ values - info.objective_function_value) <= 0.5)
