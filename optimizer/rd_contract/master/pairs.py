"""Pairs of firms whose joint work or membership is worth something, or costs something."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Array, Index
from ..model.pair_amounts import PairAmounts, pair_columns
from ..model.parameters import Parameters


@dataclass(frozen=True)
class Pairs:
    """Pairs (i < j) with what their joint work is worth.

    Parameters
    ----------
    first, second : arrays of int, shape (pairs,)
        i and j.
    synergy, spillover, coordination : arrays, shape (pairs,)
        γ_ij, σ_ij, π_ij, money.
    tempting
        Whether it matters what the idle would bring beside partners at work: how much they are tempted to work.
    """

    first: Index
    second: Index
    synergy: Array
    spillover: Array
    coordination: Array
    tempting: bool = False

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.first)

    @property
    def idle_too(self) -> NDArray[np.bool_]:
        """Where joint membership counts, not joint work alone: spillovers reach the idle, coordination costs all."""
        matters: NDArray[np.bool_] = (self.spillover != 0.0) | (self.coordination != 0.0) | self.tempting
        return matters

    @property
    def costly(self) -> NDArray[np.bool_]:
        """Where working together may be a loss, so that products must be bounded from below, too."""
        costly: NDArray[np.bool_] = (self.synergy < 0.0) | (self.spillover < 0.0) | (self.coordination > 0.0)
        return costly


def no_pairs() -> Pairs:
    """Return no pair at all."""
    nobody, nothing = np.zeros(0, dtype=np.intp), np.zeros(0)
    return Pairs(nobody, nobody, nothing, nothing, nothing)


def find_pairs(parameters: Parameters, synergy: PairAmounts) -> Pairs:
    """Return the pairs with a synergy, a spillover or a coordination cost."""
    p = parameters
    rows, columns, amounts = synergy.pairs()
    others: Index = np.array(sorted({*p.sigma, *p.pi}), dtype=np.intp).reshape(-1, 2)
    others = others[synergy.at(others[:, 0], others[:, 1]) == 0.0]
    first, second = np.concatenate([rows, others[:, 0]]), np.concatenate([columns, others[:, 1]])
    spillover, coordination = np.zeros(len(first)), np.zeros(len(first))
    if p.sigma or p.pi:
        place = first * p.n + second
        order = np.argsort(place, kind="stable")
        for amounts_of, column in ((p.sigma, spillover), (p.pi, coordination)):
            asked, partner, value = pair_columns(amounts_of)
            column[order[np.searchsorted(place, asked * p.n + partner, sorter=order)]] = value
    return Pairs(first, second, np.append(amounts, np.zeros(len(others))), spillover, coordination)
