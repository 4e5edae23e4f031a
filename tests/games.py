"""Games whose values are given: what the division rules are tested on, beside those of alliances."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from rd_contract.base.arrays import Array
from rd_contract.division import Complaint
from rd_contract.division.game import digits


class TableGame:
    """A game whose values are all known.

    Parameters
    ----------
    values : array, shape (2^n,)
        v of every coalition, money; the first, of nobody, is 0.
    """

    def __init__(self, values: Array) -> None:
        self._values = np.asarray(values, dtype=float)
        self.players = int(self._values.size).bit_length() - 1
        if self._values.shape != (1 << self.players,) or self._values[0] != 0.0:
            raise ValueError("values are needed of all 2^n coalitions, 0 for nobody")

    @property
    def worth(self) -> float:
        """v(N), money."""
        return float(self._values[-1])

    def value(self, coalition: int) -> float:
        """Return v of a coalition, money."""
        return float(self._values[coalition])

    def values(self) -> Array:
        """Return v of every coalition, shape (2^n,), money."""
        return self._values

    def complaints(self, payoff: Array, above: float, wanted: Callable[[int], bool]) -> Iterator[Complaint]:
        """Yield wanted coalitions, but nobody and everybody, by falling excess, as far as it exceeds a number."""
        excess = self._values - digits(np.arange(1 << self.players), self.players) @ payoff
        excess[[0, -1]] = -np.inf
        for coalition in np.argsort(-excess, kind="stable").tolist():
            if excess[coalition] <= above:
                return
            if wanted(coalition):
                yield Complaint(coalition, float(self._values[coalition]))
