"""Products of sums over menus, for long menus: three columns for a pair instead of one for each two levels.

What the master needs of a pair is what its efforts bring together, ``x_i·x_j``, and what either adds to the other's
marginal value in the share requirement, ``K_i·x_j`` and ``K_j·x_i``. Each is a product a·b of two amounts that are
linear in the choices, and for every threshold t ≥ 0

    a·b ≤ t·b + b̂·(a − t)⁺,  with (a − t)⁺ = Σ_e (a_e − t)⁺ z_e

which is exact where t is the chosen level's amount. *Tails* ``y_e``, "the firm works at level e or above", are what is
branched on: half of a menu is decided at a time, not one level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_matrix

from ..base.arrays import Array, Flags, Index
from ..engine import Rows
from .entries import Entries
from .pairs import Pairs

#: The two amounts of a choice that products are made of: its effort x, and what it needs K.
EFFORT, NEED = 0, 1


@dataclass(frozen=True)
class Joint:
    """Columns for what pairs do together, and the tails of menus.

    Parameters
    ----------
    pairs
        The pairs, none of which loses by working together.
    effort : array of int, shape (pairs,)
        Column of ``x_i·x_j``.
    pull : array of int, shape (2, pairs)
        Columns of ``K_i·x_j`` and of ``K_j·x_i``, money; K is what the firm's agreed level needs.
    tail : array of int, shape (entries,)
        Columns ``y_e``, binary.
    """

    pairs: Pairs
    effort: Index
    pull: Index
    tail: Index

    @property
    def count(self) -> int:
        """Number of columns."""
        return int(self.effort.size + self.pull.size + self.tail.size)


def can_be_joint(pairs: Pairs) -> bool:
    """Return whether all that pairs do together is to gain by joint work, so that bounds from above are enough."""
    return not (pairs.idle_too.any() or pairs.costly.any())


def make_joint(entries: Entries, first_column: int) -> Joint:
    """Return the columns of the pairs and tails, from ``first_column`` on."""
    pairs = entries.pairs
    count = len(pairs)
    effort, one, other, tail = np.split(
        first_column + np.arange(3 * count + len(entries)), np.cumsum([count, count, count])
    )
    return Joint(pairs, effort, np.stack([one, other]), tail)


def joint_marginal(entries: Entries, joint: Joint, width: int) -> csr_matrix:
    """Return ``κ_i MV_i = f (v_i κ_i + Σ_j γ_ij K_i x_j)`` (M8), shape (n, columns), κ_i being K of i's level or 0."""
    p, f, pairs = entries.parameters, entries.regime.f, joint.pairs
    each = np.arange(len(entries))
    parts = [
        (entries.firm, each, entries.own[entries.firm] * entries.least_income),
        (pairs.first, joint.pull[0], f * pairs.synergy),
        (pairs.second, joint.pull[1], f * pairs.synergy),
    ]
    row, column, value = (np.concatenate(part) for part in zip(*parts, strict=True))
    return csr_matrix((value, (row, column)), shape=(p.n, width))


def add_tails(rows: Rows, entries: Entries, joint: Joint) -> None:
    """Add ``z_e = y_e − y_next``: who works at a level or above, but not above, works at it."""
    each = np.arange(len(entries))
    lower = each[1:][entries.firm[1:] == entries.firm[:-1]] - 1
    terms = [(each, joint.tail, 1.0), (lower, joint.tail[lower + 1], -1.0), (each, each, -1.0)]
    rows.add(terms, 0.0, 0.0, count=len(entries))


def tails_of(entries: Entries, z: Array) -> Array:
    """Return the tails of choices z, both of shape (entries,)."""
    above = np.cumsum(z[::-1])[::-1]
    tails: Array = above - np.append(above, 0.0)[entries.start[entries.firm + 1]]
    return tails


class Thresholds:
    """Products of two firms' amounts, from above by thresholds.

    Parameters
    ----------
    entries, joint
        The entries and the columns of their products.
    among : array of bool, shape (entries,)
        Choices that are left: they decide the largest amounts.
    width
        Columns of the program.
    """

    def __init__(self, entries: Entries, joint: Joint, among: Flags, width: int) -> None:
        self._width = width
        self._start, self._firm = entries.start, entries.firm
        pairs, n = joint.pairs, entries.parameters.n
        #: Efforts and needs, shape (2, entries), and the largest of either, shape (2, n).
        self._amounts = np.stack([entries.x, entries.least_income])
        self._largest = np.zeros((2, n))
        for largest, amounts in zip(self._largest, self._amounts, strict=True):
            np.maximum.at(largest, entries.firm, amounts * among)
        # Each product twice: by thresholds of the one amount, and of the other.
        first, second = pairs.first, pairs.second
        columns: Index = np.concatenate([joint.effort, joint.pull[0], joint.pull[1]])
        one, other = np.concatenate([first, first, second]), np.concatenate([second, second, first])
        kind = np.repeat([EFFORT, NEED, NEED], len(pairs))
        straight = np.full(len(kind), EFFORT)
        self._column: Index = np.tile(columns, 2)
        self._bent: Index = np.concatenate([one, other])
        self._straight: Index = np.concatenate([other, one])
        self._kinds: tuple[Index, Index] = np.concatenate([kind, straight]), np.concatenate([straight, kind])

    def first_rows(self) -> tuple[csr_matrix, Array]:
        """Return the rows at threshold 0, a·b ≤ b̂·a, of both sides, as ``rows · x ≥ right``."""
        sides = np.arange(len(self._column))
        return self.rows(sides, np.zeros(len(sides)))

    def rows(self, sides: Index, at: Array) -> tuple[csr_matrix, Array]:
        """Return the rows of some sides of products at thresholds, both of shape (rows,), as ``rows · x ≥ right``."""
        rows, count = Rows(self._width), len(sides)
        bent, straight = self._bent[sides], self._straight[sides]
        kind, other = self._kinds[0][sides], self._kinds[1][sides]
        place, entry = self._menus(bent)
        hinge = np.maximum(self._amounts[kind[place], entry] - at[place], 0.0)
        terms: list[tuple[ArrayLike, ArrayLike, ArrayLike]] = [
            (np.arange(count), self._column[sides], -1.0),
            (place, entry, self._largest[other, straight][place] * hinge),
        ]
        each, beside = self._menus(straight)
        rows.add([*terms, (each, beside, at[each] * self._amounts[other[each], beside])], lower=0.0, count=count)
        return rows.matrix(), np.zeros(count)

    def violated(self, point: Array, tolerance: float) -> tuple[Index, Array]:
        """Return the sides of products that a point takes for more than they are, and the best threshold of each."""
        if not len(self._column):
            return np.zeros(0, dtype=np.intp), np.zeros(0)
        place, entry = self._menus(self._bent)
        kind, other = (kinds[place] for kinds in self._kinds)
        straight = self._straight[place]
        limit = self._amounts[kind, entry] * self._sums(point)[other, straight]
        limit += self._largest[other, straight] * self._hinges(point)[kind, entry]
        excess = point[self._column][place] - limit
        # The best threshold of each side stands first.
        order = np.lexsort((-excess, place))
        best = order[np.unique(place[order], return_index=True)[1]]
        best = best[excess[best] > tolerance]
        return place[best], self._amounts[kind[best], entry[best]]

    def _menus(self, firms: Index) -> tuple[Index, Index]:
        """Return the entries of firms, one after the other, with the place of the firm in the list."""
        size = np.diff(self._start)[firms]
        place = np.repeat(np.arange(len(firms)), size)
        entry = np.arange(len(place)) - np.repeat(np.cumsum(size) - size, size) + self._start[firms][place]
        return place, entry

    def _sums(self, point: Array) -> Array:
        """Return what firms' amounts are at a point, shape (2, n)."""
        z, n = point[: len(self._firm)], len(self._start) - 1
        return np.stack([np.bincount(self._firm, amounts * z, n) for amounts in self._amounts])

    def _hinges(self, point: Array) -> Array:
        """Return ``Σ_e (a_e − t)⁺ z_e`` of each firm at the thresholds of its own menu, shape (2, entries)."""
        at, entry = self._menus(self._firm)
        above = np.maximum(self._amounts[:, entry] - self._amounts[:, at], 0.0) * point[entry]
        return np.stack([np.bincount(at, part, len(self._firm)) for part in above])
