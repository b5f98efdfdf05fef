"""HiGHS on one matrix: single thread, the same answer every time, bounds told with values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

INFINITE: float = highspy.kHighsInf

Terms = list[tuple[int, float]]
"""Columns with their coefficients."""

_NEARLY_ONE = 1 - 1e-6
_FEASIBLE = 2  # HiGHS's kSolutionStatusFeasible


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
        for column, value in terms:
            self.index.append(column)
            self.value.append(value)
        self.starts.append(len(self.index))
        self.row_lower.append(low)
        self.row_upper.append(high)
        return len(self.row_lower) - 1


@dataclass(frozen=True)
class Found:
    """A solution: the columns' values, and the proved bound (None if there is none)."""

    values: Sequence[float]
    bound: int | None


@dataclass(frozen=True)
class Relaxed:
    """The linear relaxation: its value and every column's reduced cost."""

    value: float
    duals: NDArray[np.float64]


class Solver:
    """HiGHS on one matrix, single thread, the same answer every time."""

    def __init__(self, matrix: Matrix) -> None:
        self.columns = len(matrix.lower)
        self.all_columns = np.arange(self.columns, dtype=np.int32)
        self.infeasible = False
        self.presolve = "choose"
        lp = highspy.HighsLp()
        lp.num_col_ = self.columns
        lp.num_row_ = len(matrix.row_lower)
        lp.col_cost_ = np.zeros(self.columns)
        lp.col_lower_ = np.array(matrix.lower)
        lp.col_upper_ = np.array(matrix.upper)
        lp.row_lower_ = np.array(matrix.row_lower)
        lp.row_upper_ = np.array(matrix.row_upper)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(matrix.starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(matrix.index, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(matrix.value)
        lp.integrality_ = [highspy.HighsVarType.kInteger] * self.columns
        # The class under highspy's own: that one prints a banner to stdout when it is made.
        self.highs = highspy.Highs.__mro__[1]()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("parallel", "off"),
            ("random_seed", 1),
            # Levels start from the solution of the level before: this finds nothing better.
            ("mip_heuristic_run_feasibility_jump", False),
            ("mip_rel_gap", 0.0),
            # Every objective is a whole number: a gap below one is none.
            ("mip_abs_gap", _NEARLY_ONE),
        ):
            self.highs.setOptionValue(option, value)
        if self.highs.passModel(lp) == highspy.HighsStatus.kError:
            raise RuntimeError("HiGHS does not take the matrix")

    def limit(self, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> None:
        """New bounds for the first columns."""
        size = len(lower)
        self.highs.changeColsBounds(size, self.all_columns[:size], lower, upper)

    def relax(self, terms: Terms, seconds: float, *, maximise: bool) -> Relaxed | None:
        """The linear relaxation; None if it has none, or no time is left."""
        self.infeasible = False
        if seconds <= 0:
            return None
        highs = self.highs
        self._aim(terms, maximise=maximise)
        highs.setOptionValue("solve_relaxation", True)
        highs.setOptionValue("time_limit", highs.getRunTime() + seconds)
        self._run()
        highs.setOptionValue("solve_relaxation", False)
        status = highs.getModelStatus()
        self.infeasible = status == highspy.HighsModelStatus.kInfeasible
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        return Relaxed(
            highs.getInfo().objective_function_value, np.array(highs.getSolution().col_dual)
        )

    def _run(self) -> None:
        """Solves; once more without presolving where that is what fails.

        HiGHS 1.16 ends about one small problem in a thousand with an error in its presolve.
        """
        self.highs.run()
        if self.highs.getModelStatus() == highspy.HighsModelStatus.kSolveError:
            self.highs.setOptionValue("presolve", "off")
            self.highs.clearSolver()
            self.highs.run()
            self.highs.setOptionValue("presolve", self.presolve)

    @contextmanager
    def unpresolved(self) -> Iterator[None]:
        """Solves without presolving, for as long as it lasts.

        HiGHS 1.16 now and then presolves a problem to which a row was added into an infeasible
        one: that verdict is to be heard twice.
        """
        self.presolve = "off"
        self.highs.setOptionValue("presolve", self.presolve)
        self.highs.clearSolver()
        try:
            yield
        finally:
            self.presolve = "choose"
            self.highs.setOptionValue("presolve", self.presolve)

    def _aim(self, terms: Terms, *, maximise: bool) -> None:
        costs = np.zeros(self.columns)
        for column, value in terms:
            costs[column] = value
        self.highs.changeColsCost(self.columns, self.all_columns, costs)
        self.highs.changeObjectiveSense(
            highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
        )

    def bound(self, row: int, low: float, high: float) -> None:
        """New bounds for a row."""
        self.highs.changeRowBounds(row, low, high)

    def add(self, terms: Terms, low: float, high: float) -> None:
        """One more row."""
        columns = np.array([column for column, _ in terms], dtype=np.int32)
        values = np.array([value for _, value in terms])
        self.highs.addRow(low, high, len(terms), columns, values)

    def best(self, terms: Terms, maximise: bool, seconds: float) -> Found | None:
        """The best solution found in the time with the proved bound; None if none was found."""
        self.infeasible = False
        if seconds <= 0:
            return None
        highs = self.highs
        self._aim(terms, maximise=maximise)
        until = highs.getRunTime() + seconds
        highs.setOptionValue("time_limit", until)
        if self._values is not None:
            solution = highspy.HighsSolution()
            solution.col_value = self._values
            highs.setSolution(solution)
        self._run()
        if self._values is not None and not self._agrees(terms):
            # HiGHS 1.16 may better a start solution while presolving it, tell the better value
            # and still hand back the start: solved again without one, it hands back its own.
            highs.clearSolver()
            self._run()
        status = highs.getModelStatus()
        info = highs.getInfo()
        self.infeasible = status == highspy.HighsModelStatus.kInfeasible
        if info.primal_solution_status != _FEASIBLE:
            return None
        values = list(highs.getSolution().col_value)
        self._values = values
        dual = info.mip_dual_bound
        bound: int | None = None
        if math.isfinite(dual):
            bound = math.floor(dual + 1e-4) if maximise else math.ceil(dual - 1e-4)
        if status == highspy.HighsModelStatus.kOptimal:
            value = round(info.objective_function_value)
            bound = value
        return Found(values, bound)

    def _agrees(self, terms: Terms) -> bool:
        """Whether the solution handed back has the value that is told of it."""
        info = self.highs.getInfo()
        if info.primal_solution_status != _FEASIBLE:
            return True
        values = self.highs.getSolution().col_value
        told = info.objective_function_value
        counted = sum(value * values[column] for column, value in terms)
        return bool(abs(counted - told) <= 0.5)

    _values: list[float] | None = None
