"""Products of two firms' choices: ``P[e, e'] = z_e·z_e'`` for the pairs whose joint choice matters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array, Index
from ..engine import Rows
from .entries import Entries
from .pairs import Pairs


@dataclass(frozen=True)
class Products:
    """Columns ``P`` of a program.

    Parameters
    ----------
    column : array of int, shape (products,)
        Position of each product.
    one, other : arrays of int, shape (products,)
        The entries e (of the first firm) and e' (of the second).
    pair : array of int, shape (products,)
        Which pair.
    pairs
        The pairs.
    """

    column: Index
    one: Index
    other: Index
    pair: Index
    pairs: Pairs

    def __len__(self) -> int:
        """Return the number of products."""
        return len(self.column)


def count_pair_products(entries: Entries, pairs: Pairs) -> int:
    """Return how many products the pairs need."""
    joint = _choices(entries, pairs)
    return int((joint[0] * joint[1]).sum())


def _choices(entries: Entries, pairs: Pairs) -> tuple[Index, Index]:
    """Return how many entries of either firm take part in each pair's products."""
    n = entries.parameters.n
    menu = np.diff(entries.start)
    working = np.bincount(entries.firm[entries.x > 0.0], minlength=n)
    first = np.where(pairs.idle_too, menu[pairs.first], working[pairs.first])
    second = np.where(pairs.idle_too, menu[pairs.second], working[pairs.second])
    return first, second


def make_products(entries: Entries, pairs: Pairs, first_column: int) -> Products:
    """Return the products of the pairs, columns from ``first_column`` on.

    Levels strictly increase from 0 or above, so only the first entry of a menu can be idle: the working ones come last.
    """
    first, second = _choices(entries, pairs)
    size = first * second
    pair = np.repeat(np.arange(len(pairs)), size)
    at = np.arange(len(pair)) - np.repeat(np.cumsum(size) - size, size)
    one = entries.start[pairs.first[pair] + 1] - first[pair] + at // np.maximum(second[pair], 1)
    other = entries.start[pairs.second[pair] + 1] - second[pair] + at % np.maximum(second[pair], 1)
    column = first_column + np.arange(len(pair))
    return Products(column, one.astype(np.intp), other.astype(np.intp), pair.astype(np.intp), pairs)


def add_margins(rows: Rows, entries: Entries, products: Products) -> None:
    """Add the convex hull of each pair's joint choice: rows and columns of its table are at most their margin.

    Where joint work may be a loss, two members make at least one joint choice (exactly one, with the margins).
    """
    if not len(products):
        return
    for mine, theirs in ((products.one, products.other), (products.other, products.one)):
        key = mine * (len(entries.start) - 1) + entries.firm[theirs]
        kinds, row = np.unique(key, return_inverse=True)
        margin = kinds // (len(entries.start) - 1)
        count = len(kinds)
        rows.add([(row, products.column, 1.0), (np.arange(count), margin, -1.0)], upper=0.0, count=count)
    costly = np.flatnonzero(products.pairs.costly)
    if len(costly):
        row_of = np.full(len(products.pairs), -1)
        row_of[costly] = np.arange(len(costly))
        chosen = row_of[products.pair] >= 0
        row = row_of[products.pair[chosen]]
        terms = [(row, products.column[chosen], -1.0)]
        for side in (products.one, products.other):
            taking_part = np.unique(np.stack([row, side[chosen]]), axis=1)
            terms.append((taking_part[0], taking_part[1], 1.0))
        rows.add(terms, upper=1.0, count=len(costly))


def add_products_with(rows: Rows, entries: Entries, products: Products, weight: Array, limit: float) -> None:
    """Add the product of ``Σ_e weight_e z_e ≤ limit`` with each ``z_e`` (reformulation-linearisation).

    The weights, shape (entries,), are not negative, so firms without product with e may be left out:
    ``Σ_e' weight_e' P_ee' ≤ (limit − weight_e)·z_e``, valid as ``z_e² = z_e`` and a firm has one level. Rows that the
    margins imply are not added.
    """
    if not len(products) or not np.isfinite(limit):
        return
    count = len(entries)
    heaviest = np.zeros(len(entries.start) - 1)
    np.maximum.at(heaviest, entries.firm, weight)
    met = np.zeros(count)
    for mine, theirs in ((products.one, products.other), (products.other, products.one)):
        once = np.unique(np.stack([mine, entries.firm[theirs]]), axis=1)
        np.add.at(met, once[0], heaviest[once[1]])
    tight = np.flatnonzero(met > limit - weight)
    if not len(tight):
        return
    row_of = np.full(count, -1)
    row_of[tight] = np.arange(len(tight))
    terms = [(np.arange(len(tight)), tight, weight[tight] - limit)]
    for mine, theirs in ((products.one, products.other), (products.other, products.one)):
        chosen = row_of[mine] >= 0
        terms.append((row_of[mine[chosen]], products.column[chosen], weight[theirs[chosen]]))
    rows.add(terms, upper=0.0, count=len(tight))
