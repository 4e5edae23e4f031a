"""A linear program that is solved in stages: each keeps what those before it reached, to tolerance."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from ..base import tolerances
from ..base.arrays import Array
from ..base.errors import SolverError
from ..engine import Outcome, Program, solve_program

#: How often a stage of the choice may be loosened by its slack.
MAX_LOOSENED = 4


class StagedProgram:
    """Rows over columns, to which stages add theirs.

    Parameters
    ----------
    width
        How many columns there are.
    level
        The column ``e``, the level that a max-min stage raises.

    Attributes
    ----------
    unit
        What each column is counted in where the program is solved, shape (width,).
    lower, upper
        Bounds of the columns, shape (width,).
    """

    lower: Array
    upper: Array

    def __init__(self, width: int, level: int) -> None:
        self.width, self.level = width, level
        self.unit = np.ones(width)
        self._rows: list[Array] = []
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._kept: list[int] = []

    def bound(self, lower: Array, upper: Array) -> None:
        """Bound the columns; those that are 0 by these bounds stay so."""
        self.lower, self.upper = lower, upper
        self._free = (lower != 0.0) | (upper != 0.0)

    def zero(self) -> Array:
        """Return a row vector of zeros."""
        return np.zeros(self.width)

    def add(self, row: Array, lower: float = -math.inf, upper: float = math.inf) -> None:
        """Add ``lower ≤ row · columns ≤ upper``."""
        self._rows.append(row)
        self._lower.append(lower)
        self._upper.append(upper)

    def as_program(self, objective: Array) -> Program:
        """Return the rows as they stand, each column in its own ``unit``.

        A column that cannot be anything but 0 has no coefficients: they would decide what is rounding in its rows.
        """
        unit = self.unit
        return Program(
            objective=objective * unit,
            offset=0.0,
            A=csr_matrix(np.array(self._rows) * (unit * self._free)),
            row_lower=np.array(self._lower),
            row_upper=np.array(self._upper),
            lower=self.lower / unit,
            upper=self.upper / unit,
            integer=np.zeros(self.width, dtype=bool),
        )

    def _run(self, objective: Array) -> Outcome:
        outcome = solve_program(self.as_program(objective))
        point, reduced = outcome.point, outcome.reduced_costs
        return dataclasses.replace(
            outcome,
            point=None if point is None else point * self.unit,
            reduced_costs=None if reduced is None else reduced / self.unit,
        )

    @property
    def slack(self) -> float:
        """What a later stage of the choice leaves to an earlier one, money."""
        return tolerances.LEXICOGRAPHIC

    def keep(self, row: Array, value: float) -> None:
        """Keep ``row · columns`` at least at the value that an earlier stage reached, to tolerance."""
        if np.any(row):
            self._kept.append(len(self._rows))
            self.add(row, lower=value - self.slack)

    def reach(self, run: Callable[[], Outcome]) -> Outcome:
        """Run a stage; where rounding has left it no room, loosen what is kept a little, and run it again.

        The point of the stage before is admissible but for rounding: its premium was known to tolerance, its
        rows are met to tolerance. Twice the slack is far below what the certificate allows.

        Raises
        ------
        SolverError
            When that does not help: then it is not rounding.
        """
        for _ in range(MAX_LOOSENED):
            outcome = run()
            if outcome.ending == "optimal":
                return outcome
            for at in self._kept:
                self._lower[at] -= self.slack
        raise SolverError(f"a stage of the choice of terms ended with {outcome.ending!r}")

    def max_min(self, rows: Sequence[tuple[Array, float, float]]) -> Outcome:
        """Maximise the smallest ``(row · columns + constant) / weight``; rows are removed again afterwards.

        The duals of these rows are the last ones of the outcome, in order.
        """
        mark = len(self._rows)
        for row, constant, weight in rows:
            epigraph = row.copy()
            epigraph[self.level] = -weight
            self.add(epigraph, lower=-constant)
        objective = self.zero()
        objective[self.level] = 1.0
        outcome = self.reach(lambda: self._run(objective))
        for stack in (self._rows, self._lower, self._upper):
            del stack[mark:]
        return outcome
