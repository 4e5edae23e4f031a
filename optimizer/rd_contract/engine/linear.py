"""A linear program that is solved again and again while rows are added and change.

The last basis stays dual feasible, and the dual simplex method goes on from it.
"""

from __future__ import annotations

import dataclasses
import math
import time
from dataclasses import dataclass
from typing import Any, Literal

import highspy
import numpy as np
from scipy.sparse import csr_matrix

from ..base.arrays import Array, Index
from ..base.errors import SolverError
from .highs import load_program, refuse_old_versions
from .interruptible import run_linear
from .program import Program

_Status = highspy.HighsModelStatus
_DUAL = 1


@dataclass(frozen=True)
class LinearOutcome:
    """What one solve ended with; ``value`` bounds the program from above in all cases but ``infeasible``.

    Parameters
    ----------
    ending
        ``time_limit``: nothing was proven.
    value
        Objective; infinite if nothing was proven, minus infinity if infeasible.
    point, reduced_costs : arrays, shape (columns,)
        Empty unless optimal.
    """

    ending: Literal["optimal", "infeasible", "time_limit"]
    value: float
    point: Array
    reduced_costs: Array


class LinearSolver:
    """A loaded linear program.

    Parameters
    ----------
    program
        The program; integrality is ignored.
    deadline
        Clock, in the time of ``time.perf_counter``, at which a solve gives up.
    """

    def __init__(self, program: Program, deadline: float = math.inf) -> None:
        refuse_old_versions()
        relaxed = dataclasses.replace(program.equilibrated(), integer=np.zeros_like(program.integer))
        self._highs = load_program(
            relaxed, {"presolve": "off", "simplex_strategy": _DUAL, "threads": 1, "random_seed": 0}
        )
        self._deadline = deadline

    def set_row_bounds(self, rows: Index, lower: Array, upper: Array) -> None:
        """Set the bounds of rows."""
        for row, low, high in zip(rows.tolist(), lower.tolist(), upper.tolist(), strict=True):
            self._highs.changeRowBounds(row, low, high)

    def add_rows(self, matrix: csr_matrix, lower: Array, upper: Array) -> Index:
        """Add rows ``lower ≤ matrix · x ≤ upper``; return their positions."""
        count, first = matrix.shape[0], self._highs.getNumRow()
        if count:
            starts, places = matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32)
            self._highs.addRows(count, lower, upper, matrix.nnz, starts, places, matrix.data)
        return np.arange(first, first + count)

    def solve(self) -> LinearOutcome:
        """Maximise, from the last basis.

        Raises
        ------
        SolverError
            When HiGHS fails.
        KeyboardInterrupt
            On Ctrl-C or a cancelled token.
        """
        left = self._deadline - time.perf_counter()
        if left <= 0.0:
            return self._unsolved("time_limit", math.inf)
        # The time limit of HiGHS counts all runs of one object.
        self._option("time_limit", self._highs.getRunTime() + left if math.isfinite(left) else math.inf)
        if run_linear(self._highs) == highspy.HighsStatus.kError:
            raise SolverError("HiGHS failed on a linear relaxation")
        return self._read()

    def _option(self, name: str, value: Any) -> None:
        if self._highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverError(f"HiGHS refused option {name}={value!r}")

    def _read(self) -> LinearOutcome:
        status = self._highs.getModelStatus()
        value = float(self._highs.getInfo().objective_function_value)
        if status == _Status.kOptimal:
            solution = self._highs.getSolution()
            return LinearOutcome("optimal", value, np.array(solution.col_value), np.array(solution.col_dual))
        if status in (_Status.kInfeasible, _Status.kUnboundedOrInfeasible):
            return self._unsolved("infeasible", -math.inf)
        if status == _Status.kTimeLimit:
            return self._unsolved("time_limit", math.inf)
        raise SolverError(f"HiGHS ended a linear relaxation with {self._highs.modelStatusToString(status)!r}")

    @staticmethod
    def _unsolved(ending: Literal["infeasible", "time_limit"], value: float) -> LinearOutcome:
        nothing = np.zeros(0)
        return LinearOutcome(ending, value, nothing, nothing)
