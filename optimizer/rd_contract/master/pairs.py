"""Pairs of firms whose joint work or membership is worth something, or costs something."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Array, Index
from ..base.blocks import row_blocks
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
    """

    first: Index
    second: Index
    synergy: Array
    spillover: Array
    coordination: Array

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.first)

    @property
    def idle_too(self) -> NDArray[np.bool_]:
        """Where joint membership counts, not joint work alone: spillovers reach the idle, coordination costs all."""
        matters: NDArray[np.bool_] = (self.spillover != 0.0) | (self.coordination != 0.0)
        return matters

    @property
    def costly(self) -> NDArray[np.bool_]:
        """Where working together may be a loss, so that products must be bounded from below, too."""
        costly: NDArray[np.bool_] = (self.synergy < 0.0) | (self.spillover < 0.0) | (self.coordination > 0.0)
        return costly


def find_pairs(parameters: Parameters, synergy: Array) -> Pairs:
    """Return the pairs with a synergy in a symmetric matrix, shape (n, n), a spillover or a coordination cost."""
    p = parameters
    rows, columns = _above_diagonal(synergy)
    others = [pair for pair in sorted({*p.sigma, *p.pi}) if synergy[pair] == 0.0]
    first = np.concatenate([rows, np.array([i for i, _ in others], dtype=np.intp)])
    second = np.concatenate([columns, np.array([j for _, j in others], dtype=np.intp)])
    spillover, coordination = np.zeros(len(first)), np.zeros(len(first))
    if p.sigma or p.pi:
        place = {(i, j): at for at, (i, j) in enumerate(zip(first.tolist(), second.tolist(), strict=True))}
        for pair, value in p.sigma.items():
            spillover[place[pair]] = value
        for pair, value in p.pi.items():
            coordination[place[pair]] = value
    return Pairs(first, second, synergy[first, second], spillover, coordination)


def _above_diagonal(matrix: Array) -> tuple[Index, Index]:
    """Return where a square matrix is not 0 above its diagonal, row by row; some rows at a time, as it may be large."""
    found = []
    for block in row_blocks(*matrix.shape):
        row, column = np.nonzero(matrix[block])
        above = column > row + block.start
        found.append((row[above] + block.start, column[above]))
    rows, columns = (np.concatenate(part) for part in zip(*found, strict=True)) if found else (np.zeros(0, int),) * 2
    return rows.astype(np.intp), columns.astype(np.intp)
