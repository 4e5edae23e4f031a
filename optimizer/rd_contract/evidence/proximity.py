"""How near two firms are in technology (Jaffe 1986)."""

from __future__ import annotations

import numpy as np

from ..base.arrays import Array, Index
from ..base.blocks import row_blocks


def directions(counts: Array) -> Array:
    """Return each firm's row of counts as a vector of length 1, shape (firms, classes)."""
    scaled = counts / counts.max(axis=1, keepdims=True)  # squares of any counts stay finite
    unit: Array = scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
    return unit


def proximities(counts: Array, first: Index, second: Index) -> Array:
    """Return ``P_ij = Σ_k x_ik x_jk / √(Σ_k x_ik² Σ_k x_jk²)`` of some pairs: the cosine of what both do, in [0, 1].

    Parameters
    ----------
    counts : array, shape (firms, classes)
        Counts, no row of them 0 throughout.
    first, second : arrays of positions, shape (pairs,)
        The pairs.
    """
    unit = directions(counts)
    cosines: Array = np.clip((unit[first] * unit[second]).sum(axis=1), 0.0, 1.0)
    return cosines


def proximity_matrix(counts: Array) -> Array:
    """Return P of all pairs, shape (firms, firms): symmetric, 1 on the diagonal; as :func:`proximities`."""
    unit = directions(counts)
    matrix = np.clip(unit @ unit.T, 0.0, 1.0)
    matrix = np.maximum(matrix, matrix.T)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def mean_proximity(counts: Array) -> float:
    """Return the mean of P over all pairs of different firms, without computing each; 0 for a single firm."""
    n = len(counts)
    if n < 2:
        return 0.0
    together = directions(counts).sum(axis=0)
    return float(np.clip((together @ together - n) / (n * (n - 1)), 0.0, 1.0))


def nearest_pairs(counts: Array, most: int) -> tuple[Index, Index]:
    """Return the pairs in which one firm is among the nearest of the other, by positions i < j, sorted.

    Parameters
    ----------
    counts : array, shape (firms, classes)
        Counts.
    most
        How many of each firm; of firms that are as near those that come first. Firms without a class in common are
        no pair.
    """
    unit, n = directions(counts), len(counts)
    found: set[tuple[int, int]] = set()
    for rows in row_blocks(n, n):
        near = np.round(unit[rows] @ unit.T, 12)  # what is as near by rounding only, is as near
        near[np.arange(len(near)), np.arange(n)[rows]] = 0.0
        order = np.argsort(-near, axis=1, kind="stable")[:, :most]
        for i, partners in zip(range(n)[rows], order, strict=True):
            found |= {(min(i, j), max(i, j)) for j in partners.tolist() if near[i - rows.start, j] > 0.0}
    pairs = np.array(sorted(found), dtype=np.intp).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
