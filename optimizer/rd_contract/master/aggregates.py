"""Low rank: thousands of synergies as a handful of aggregates.

Synergies derived from capabilities (M6) are ``γ_ij = Σ_r λ_r b_ir b_jr`` for every pair that no relation lists. With
the aggregates ``B_r = Σ_i b_ir x_i`` the products of a firm's choice with all its partners' shrink to the products
``W_er = z_e·B_r``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..base.arrays import Array, Index
from ..base.tolerances import ROUNDING
from ..engine import Rows
from ..model.pair_amounts import PairAmounts
from ..model.parameters import Parameters
from .entries import Entries

#: Tangents of each B_r² from the start.
TANGENTS = 9


@dataclass(frozen=True)
class Factor:
    """``γ = b diag(λ) bᵀ`` off the diagonal, but for a few pairs.

    Parameters
    ----------
    b : array, shape (n, rank)
    eigenvalues : array, shape (rank,), money
    correction
        What is left of γ, zero for most pairs, money.
    """

    b: Array
    eigenvalues: Array
    correction: PairAmounts

    @property
    def diagonal(self) -> Array:
        """``Σ_r λ_r b_ir²``, shape (n,): what the form says of a firm with itself, which γ does not, money."""
        diagonal: Array = (self.b**2) @ self.eigenvalues
        return diagonal


def find_factor(parameters: Parameters) -> Factor | None:
    """Return the factor of the derived synergies; None where there is none."""
    p = parameters
    if p.factor is None:
        return None
    b, eigenvalues = p.factor
    form = (b * eigenvalues) @ b.T
    gamma = p.gamma.matrix()  # derived: most pairs have a synergy
    correction = gamma - form
    largest = max(float(np.abs(gamma).max()), float(np.abs(form).max()))
    correction[np.abs(correction) <= ROUNDING * largest] = 0.0
    np.fill_diagonal(correction, 0.0)
    return Factor(b, eigenvalues, PairAmounts.of_matrix(correction))


@dataclass(frozen=True)
class Aggregates:
    """Columns ``W``, ``B`` and ``Q`` (for B²) of a program.

    Parameters
    ----------
    W : array of int, shape (working entries, rank)
    B, Q : arrays of int, shape (rank,)
    working : array of int, shape (working entries,)
        Entries that work: ``W = 0`` makes no sense for the others.
    low, high : arrays, shape (rank,)
        Bounds of B.
    """

    W: Index
    B: Index
    Q: Index
    working: Index
    low: Array
    high: Array

    @property
    def count(self) -> int:
        """Number of columns."""
        return int(self.W.size + self.B.size + self.Q.size)


def make_aggregates(entries: Entries, factor: Factor, first_column: int) -> Aggregates:
    """Return the aggregates' columns, from ``first_column`` on; B is bounded by what the size of the team allows."""
    low, high = range_of_sums(entries, factor.b[entries.firm] * entries.x[:, None])
    working, rank = np.flatnonzero(entries.x > 0.0), len(factor.eigenvalues)
    W = first_column + np.arange(len(working) * rank).reshape(len(working), rank)
    B = first_column + W.size + np.arange(rank)
    return Aggregates(W, B, B + rank, working, low, high)


def range_of_sums(entries: Entries, values: Array) -> tuple[Array, Array]:
    """Return the range of ``Σ_e values_e z_e`` over teams of admissible size, by column.

    Parameters
    ----------
    values : array, shape (entries, columns)

    Returns
    -------
    tuple of two arrays, shape (columns,)
    """
    n = entries.parameters.n
    highest, lowest = np.zeros((n, values.shape[1])), np.zeros((n, values.shape[1]))
    np.maximum.at(highest, entries.firm, values)
    np.minimum.at(lowest, entries.firm, values)
    size = entries.parameters.size_max
    return np.sort(lowest, axis=0)[:size].sum(axis=0), np.sort(highest, axis=0)[::-1][:size].sum(axis=0)


def add_aggregates(rows: Rows, entries: Entries, factor: Factor, columns: Aggregates) -> None:
    """Add what ties ``B``, ``W`` and ``Q`` together: definitions, the hull of each product, links and tangents."""
    _add_definitions(rows, entries, factor, columns)
    _add_product_bounds(rows, entries, columns)
    _add_squares(rows, factor, columns)
    _add_size_products(rows, entries, columns)


def _add_definitions(rows: Rows, entries: Entries, factor: Factor, columns: Aggregates) -> None:
    """``B_r = Σ_e b_ir x_e z_e`` and, times itself, ``Q_r = Σ_e b_ir x_e W_er``."""
    rank = len(factor.eigenvalues)
    place = np.tile(np.arange(rank), (len(columns.working), 1))
    weight = factor.b[entries.firm[columns.working]] * entries.x[columns.working, None]
    z = np.repeat(columns.working[:, None], rank, axis=1)
    each = np.arange(rank)
    rows.add([(place.ravel(), z.ravel(), weight.ravel()), (each, columns.B, -1.0)], 0.0, 0.0, count=rank)
    rows.add([(place.ravel(), columns.W.ravel(), weight.ravel()), (each, columns.Q, -1.0)], 0.0, 0.0, count=rank)


def _add_product_bounds(rows: Rows, entries: Entries, columns: Aggregates) -> None:
    """``W_er`` is B_r where z_e = 1 and 0 where it is 0: between B's bounds times z_e, and the rest of B likewise."""
    rank = len(columns.B)
    W = columns.W.ravel()
    z = np.repeat(columns.working, rank)
    low, high = np.tile(columns.low, len(columns.working)), np.tile(columns.high, len(columns.working))
    each = np.arange(W.size)
    rows.add([(each, W, 1.0), (each, z, -low)], lower=0.0, count=W.size)
    rows.add([(each, W, 1.0), (each, z, -high)], upper=0.0, count=W.size)
    firms, firm = np.unique(entries.firm[columns.working], return_inverse=True)
    place = (firm[:, None] * rank + np.arange(rank)).ravel()
    count = len(firms) * rank
    rest = [(np.arange(count), np.tile(columns.B, len(firms)), 1.0), (place, W, -1.0)]
    rows.add([*rest, (place, z, low)], lower=np.tile(columns.low, len(firms)), count=count)
    rows.add([*rest, (place, z, high)], upper=np.tile(columns.high, len(firms)), count=count)


def _add_squares(rows: Rows, factor: Factor, columns: Aggregates) -> None:
    """``Q_r ≥ B_r²`` by tangents where λ_r < 0 wants it small; ``Q_r ≤`` its secant where λ_r > 0 wants it large."""
    for r, eigenvalue in enumerate(factor.eigenvalues.tolist()):
        low, high = float(columns.low[r]), float(columns.high[r])
        if eigenvalue < 0.0:
            for at in np.linspace(low, high, TANGENTS).tolist():
                rows.add([(0, columns.Q[r], 1.0), (0, columns.B[r], -2.0 * at)], lower=-(at**2))
        else:
            rows.add([(0, columns.Q[r], 1.0), (0, columns.B[r], -(low + high))], upper=-low * high)


def _add_size_products(rows: Rows, entries: Entries, columns: Aggregates) -> None:
    """``(size_max − Σ z)(B − low) ≥ 0`` and ``(size_max − Σ z)(high − B) ≥ 0``, idle members left out.

    Left-out terms are ``z_e (B − low) ≥ 0`` and ``z_e (high − B) ≥ 0``: the rows stay valid.
    """
    size = entries.parameters.size_max
    if size >= entries.parameters.n:
        return
    rank = len(columns.B)
    place = np.tile(np.arange(rank), len(columns.working))
    W, z = columns.W.ravel(), np.repeat(columns.working, rank)
    each = np.arange(rank)
    for sign, bound in ((1.0, columns.low), (-1.0, columns.high)):
        terms: list[tuple[ArrayLike, ArrayLike, ArrayLike]] = [
            (each, columns.B, sign * size),
            (place, W, -sign),
            (place, z, sign * np.tile(bound, len(columns.working))),
        ]
        rows.add(terms, lower=sign * size * bound, count=rank)


def marginal_terms(entries: Entries, factor: Factor, columns: Aggregates) -> list[tuple[Index, Index, Array]]:
    """Return the part of ``(MV·z)_e`` (M8) that the factor gives, as (entry, column, coefficient)."""
    f, rank = entries.regime.f, len(columns.B)
    firm = entries.firm[columns.working]
    entry = np.repeat(columns.working, rank)
    own = (columns.working, columns.working, -f * factor.diagonal[firm] * entries.x[columns.working])
    return [own, (entry, columns.W.ravel(), (f * factor.eigenvalues * factor.b[firm]).ravel())]


def value_terms(entries: Entries, factor: Factor, columns: Aggregates) -> list[tuple[Index, Array]]:
    """Return the part of V (M7) that the factor gives, as (column, coefficient): ``½ f (Σ λ B² − Σ γ_ii x_i²)``."""
    f = entries.regime.f
    at = columns.working
    own = -0.5 * f * factor.diagonal[entries.firm[at]] * entries.x[at] ** 2
    return [(at, own), (columns.Q, 0.5 * f * factor.eigenvalues)]
