"""The nucleolus (Schmeidler 1969): the division whose unhappiest coalition is least unhappy, then the next, and so on.

A sequence of linear programs (Maschler, Peleg & Shapley 1979). Each one raises the least of ``x(T) − v(T)`` over the
coalitions that are not settled yet. Its rows are few: the game is asked for the coalitions that a point leaves
unhappier than the program knows, until there are none. A row with a positive dual is tight in every optimum, which
settles its coalition and all that are linear combinations of settled ones.
"""

from __future__ import annotations

import itertools

import numpy as np
from scipy.sparse import csr_matrix

from ..base.arrays import Array
from ..base.errors import SolverError
from ..base.tolerances import BINDING, INDEPENDENT, ROUNDING, SAME_EXCESS
from ..engine import Outcome, Program, solve_program
from .game import Complaint, Game, members_of

#: Rows that are added at a time.
BATCH = 3


def nucleolus(game: Game) -> Array:
    """Return the nucleolus, shape (n,), money.

    Nobody gets less than alone. Where the players' values alone add up to more than v(N), no division can give them
    that, and nobody gets less than nothing.

    Parameters
    ----------
    game
        A game whose values are not negative.

    Raises
    ------
    SolverError
        When rounding keeps a program from ending.
    """
    return _Successive(game).run()


class _Successive:
    """The linear programs: columns are what n players get, and the least unsettled ``x(T) − v(T)``."""

    def __init__(self, game: Game) -> None:
        self._game, self._n = game, game.players
        alone = np.array([game.value(1 << i) for i in range(self._n)])
        self._floor = alone if alone.sum() <= game.worth else np.zeros(self._n)
        everybody = (1 << self._n) - 1
        self._same = SAME_EXCESS * max(abs(game.worth), float(alone.max(initial=0.0)), ROUNDING)
        self._settled: list[tuple[int, float]] = [(everybody, game.worth)]
        self._basis = np.ones((1, self._n)) / np.sqrt(self._n)
        self._open = {1 << i: float(alone[i]) for i in range(self._n)}

    def run(self) -> Array:
        point = np.full(self._n, self._game.worth / self._n)
        while len(self._basis) < self._n:
            point = self._level()
        return point

    def _level(self) -> Array:
        """Solve one program to the end, settle what is tight in every optimum, and return its point."""
        self._open = {coalition: value for coalition, value in self._open.items() if self._is_open(coalition)}
        while True:
            outcome, coalitions = self._solve()
            point, least = outcome.point[:-1], float(outcome.point[-1])  # type: ignore[index]
            found = self._unhappier(point, least)
            if not found:
                break
            self._open.update((complaint.coalition, complaint.value) for complaint in found)
        self._settle(outcome, coalitions, least)
        return point

    def _solve(self) -> tuple[Outcome, list[int]]:
        n, coalitions = self._n, list(self._open)
        rows = [*self._settled, *self._open.items()]
        matrix = np.zeros((len(rows), n + 1))
        for row, (coalition, _) in zip(matrix, rows, strict=True):
            row[list(members_of(coalition))] = 1.0
        matrix[len(self._settled) :, n] = -1.0
        lower = np.array([value for _, value in rows])
        upper = np.where(np.arange(len(rows)) < len(self._settled), lower, np.inf)
        objective = np.zeros(n + 1)
        objective[n] = 1.0
        program = Program(
            objective=objective,
            offset=0.0,
            A=csr_matrix(matrix),
            row_lower=lower,
            row_upper=upper,
            lower=np.append(self._floor, -np.inf),
            upper=np.full(n + 1, np.inf),
            integer=np.zeros(n + 1, dtype=bool),
        )
        outcome = solve_program(program)
        if outcome.point is None or outcome.duals is None:
            raise SolverError(f"a program of the nucleolus ended with {outcome.ending!r}")
        return outcome, coalitions

    def _unhappier(self, point: Array, least: float) -> list[Complaint]:
        """Return open coalitions that get less than the program believes, the unhappiest first."""
        complaints = itertools.islice(self._game.complaints(point, -least + self._same, self._is_new), BATCH)
        # The row is that of all the coalition can reach, which may be more than what was found of it.
        return [Complaint(one.coalition, self._game.value(one.coalition)) for one in complaints]

    def _is_new(self, coalition: int) -> bool:
        return coalition not in self._open and self._is_open(coalition)

    def _settle(self, outcome: Outcome, coalitions: list[int], least: float) -> None:
        assert outcome.duals is not None
        assert outcome.point is not None
        duals = np.abs(outcome.duals[len(self._settled) :])
        before = len(self._basis)
        for coalition, dual in zip(coalitions, duals.tolist(), strict=True):
            if dual > BINDING * duals.max() and self._extend(coalition):
                self._settled.append((coalition, self._open[coalition] + least))
        if len(self._basis) == before:
            raise SolverError("the programs of the nucleolus do not come to an end")

    # the space of what is settled

    def _rest(self, coalition: int) -> Array:
        row = np.zeros(self._n)
        row[list(members_of(coalition))] = 1.0
        rest: Array = row - self._basis.T @ (self._basis @ row)
        return rest

    def _is_open(self, coalition: int) -> bool:
        return float(np.abs(self._rest(coalition)).max()) > INDEPENDENT

    def _extend(self, coalition: int) -> bool:
        rest = self._rest(coalition)
        length = float(np.linalg.norm(rest))
        if length <= INDEPENDENT:
            return False
        self._basis = np.vstack([self._basis, rest / length])
        return True
