"""Amounts of pairs of firms: a full matrix where most pairs have one, a sparse one where few of many have.

A pool of 10,000 firms has fifty million pairs, of which a file lists some ten thousand: no question that is asked of
such amounts, but for the matrix itself, makes an array of all pairs. How they are kept is decided from how many there
are, and nobody who asks needs to know.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..base.arrays import Array, Index, Pair
from ..base.blocks import row_blocks

#: Firms up to which a full matrix is the quickest for any amounts, and part of all pairs up to which those of more
#: firms are kept sparse: with its places a number takes four times as much memory there, and longer to multiply.
FEW, SPARSE = 400, 0.1

#: New amounts from amounts and the positions of both firms, which it can compute with entry by entry; 0 stays 0.
Change = Callable[[Array, Index, Index], Array]


def largest_sum(values: Array, count: int) -> Array:
    """Return the sum of the ``count`` largest positive values of each row, shape (rows,)."""
    total = np.zeros(len(values))
    for rows in row_blocks(*values.shape) if count > 0 else ():
        positive = np.maximum(values[rows], 0.0)
        if np.count_nonzero(positive, axis=1).max() > count:
            positive = -np.partition(-positive, count - 1, axis=1)[:, :count]
        total[rows] = positive.sum(axis=1)
    return total


def pair_columns(amounts: Mapping[Pair, float]) -> tuple[Index, Index, Array]:
    """Return both firms of each pair, and its amount, each of shape (pairs,)."""
    pairs: Index = np.array(list(amounts), dtype=np.intp).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], np.array(list(amounts.values()), dtype=float)


class PairAmounts(ABC):
    """A symmetric matrix of amounts, one for each pair of n firms, with zero diagonal.

    It is made by :meth:`of_pairs` or :meth:`of_matrix`, and never changes: what changes amounts returns others.
    """

    @staticmethod
    def of_matrix(matrix: Array) -> PairAmounts:
        """Return the amounts of a symmetric matrix with zero diagonal, shape (n, n); it is kept, not copied."""
        n = len(matrix)
        if n <= FEW or np.count_nonzero(matrix) > SPARSE * n**2:
            return _Full(matrix)
        firm, partner = np.nonzero(matrix)
        return _Sparse(firm, partner, matrix[firm, partner], n)

    @staticmethod
    def of_pairs(amounts: Mapping[Pair, float], n: int) -> PairAmounts:
        """Return the amounts of some pairs of n firms, each pair in either order; all others have none."""
        return _kept(*pair_columns(amounts), n)

    @staticmethod
    def total(factors: Sequence[float], amounts: Sequence[PairAmounts]) -> PairAmounts:
        """Return sums of amounts of the same n firms, each times a factor; there is at least one of them."""
        n = amounts[0].n
        kinds = list(zip(factors, amounts, strict=True))
        if len(kinds) == 1:
            [(factor, only)] = kinds
            return only.changed(lambda amount, *_: factor * amount)
        if any(isinstance(one, _Full) for _, one in kinds):
            matrix = np.zeros((n, n))
            for factor, one in kinds:
                matrix += factor * one.matrix()
            return PairAmounts.of_matrix(matrix)
        parts = [(*one.pairs(), factor) for factor, one in kinds]
        place = np.concatenate([first * n + second for first, second, _, _ in parts])
        wanted, at = np.unique(place, return_inverse=True)
        summed = np.zeros(len(wanted))
        np.add.at(summed, at, np.concatenate([factor * amount for _, _, amount, factor in parts]))
        return _kept(wanted // n, wanted % n, summed, n)

    @property
    @abstractmethod
    def n(self) -> int:
        """Number of firms."""

    def __getitem__(self, pair: Pair) -> float:
        """Return the amount of one pair."""
        return float(self.at(*pair))

    def __eq__(self, other: object) -> bool:
        """Return whether the amounts of all pairs are the same."""
        if not isinstance(other, PairAmounts):
            return NotImplemented
        return self.n == other.n and all(map(np.array_equal, self.pairs(), other.pairs()))

    __hash__ = None  # type: ignore[assignment]  # arrays have none either

    @property
    @abstractmethod
    def numbers(self) -> Array:
        """All numbers that are kept, in no particular order: each amount at least once, and perhaps 0."""

    @abstractmethod
    def pairs(self) -> tuple[Index, Index, Array]:
        """Return the pairs (i < j) whose amount is not 0, by i and then j, and their amounts, each (pairs,)."""

    @abstractmethod
    def matrix(self) -> Array:
        """Return all amounts, shape (n, n); not to be changed. For few firms, and for what is said of all pairs."""

    @abstractmethod
    def at(self, firms: Index | int, partners: Index | int) -> Array:
        """Return the amounts of pairs given one by one, of the shape that the two arrays have together."""

    @abstractmethod
    def between(self, firms: Index, partners: Index) -> Array:
        """Return the amounts of each of some firms with each of some partners, shape (firms, partners)."""

    @abstractmethod
    def restricted(self, firms: Index) -> PairAmounts:
        """Return the amounts among some firms, each once, in their order."""

    @abstractmethod
    def changed(self, change: Change) -> PairAmounts:
        """Return amounts that are changed entry by entry, the same way whichever firm of a pair comes first."""

    @abstractmethod
    def replaced(self, firms: Index, partners: Index, amounts: ArrayLike) -> PairAmounts:
        """Return the same amounts but for some pairs, each given once, and what these have instead."""

    @abstractmethod
    def times(self, x: Array) -> Array:
        """Return ``Σ_j amount_ij x_j`` for every firm i, of the shape of x: (n,) or (rows, n)."""

    @abstractmethod
    def drawn(self, firms: Index, x: Array) -> Array:
        """Return ``Σ_i amount_ij x_i`` over some firms for every firm j, shape (n,); x has shape (firms,)."""

    @abstractmethod
    def sums_of_best(self, count: int, change: Change | None = None) -> Array:
        """Return the sum of the ``count`` largest positive amounts of each firm, shape (n,).

        Parameters
        ----------
        count
            Most partners of a firm.
        change
            What the amounts of firm i, which comes first, are changed to before; need not be the same for both firms.
        """

    def row(self, firm: int) -> Array:
        """Return the amounts of one firm with everybody, shape (n,)."""
        row: Array = self.between(np.array([firm]), np.arange(self.n))[0]
        return row

    def at_efforts(self, x: Array) -> Array:
        """Return ``amount_ij x_i x_j`` of the pairs (i < j) that have an amount, shape (pairs,); x has shape (n,)."""
        first, second, amount = self.pairs()
        return amount * (x[first] * x[second])


class _Full(PairAmounts):
    """Amounts of most pairs; some rows at a time where something is computed from all of them, as n may be large."""

    def __init__(self, matrix: Array) -> None:
        self._matrix = matrix

    @property
    def n(self) -> int:
        return len(self._matrix)

    @property
    def numbers(self) -> Array:
        return self._matrix

    def pairs(self) -> tuple[Index, Index, Array]:
        rows, columns = [np.zeros(0, dtype=np.intp)], [np.zeros(0, dtype=np.intp)]
        for block in row_blocks(self.n, self.n):
            row, column = np.nonzero(self._matrix[block])
            above = column > row + block.start
            rows.append(row[above] + block.start)
            columns.append(column[above])
        first, second = np.concatenate(rows), np.concatenate(columns)
        return first, second, self._matrix[first, second]

    def matrix(self) -> Array:
        return self._matrix

    def at(self, firms: Index | int, partners: Index | int) -> Array:
        amounts: Array = self._matrix[firms, partners]
        return amounts

    def between(self, firms: Index, partners: Index) -> Array:
        amounts: Array = self._matrix[firms].take(partners, axis=1)
        return amounts

    def restricted(self, firms: Index) -> PairAmounts:
        return PairAmounts.of_matrix(self.between(firms, firms))

    def changed(self, change: Change) -> PairAmounts:
        new = np.empty_like(self._matrix)
        for rows, amounts in self._changed_rows(change):
            new[rows] = amounts
        return PairAmounts.of_matrix(new)

    def replaced(self, firms: Index, partners: Index, amounts: ArrayLike) -> PairAmounts:
        if not len(firms):
            return self
        new = self._matrix.copy()
        new[firms, partners] = new[partners, firms] = amounts
        return PairAmounts.of_matrix(new)

    def times(self, x: Array) -> Array:
        # Symmetric: from either side the same, but for the last bit.
        product: Array
        if x.ndim == 1:
            product = self._matrix @ x
        else:  # teams are much smaller than pools, and a small product is not spread over threads that only wait
            there = np.flatnonzero(x.any(axis=0))
            product = x[:, there] @ self._matrix[there]
        return product

    def drawn(self, firms: Index, x: Array) -> Array:
        drawn: Array = x @ self._matrix[firms]
        return drawn

    def sums_of_best(self, count: int, change: Change | None = None) -> Array:
        if change is None:
            return largest_sum(self._matrix, count)
        sums = np.empty(self.n)
        for rows, amounts in self._changed_rows(change):
            sums[rows] = largest_sum(amounts, count)
        return sums

    def _changed_rows(self, change: Change) -> Iterator[tuple[slice, Array]]:
        everyone = np.arange(self.n)
        for rows in row_blocks(self.n, self.n):
            yield rows, change(self._matrix[rows], everyone[rows, None], everyone[None, :])


class _Sparse(PairAmounts):
    """Amounts of few of many pairs: those that are not 0, each for either firm, by firm and then partner."""

    def __init__(self, firm: Index, partner: Index, numbers: Array, n: int) -> None:
        self._n = n
        self._firm, self._partner = firm, partner
        #: The place that each number has in a matrix, ascending; behind them stands a 0, at a place that no pair has.
        self._place, self._padded = np.append(firm * n + partner, n * n), np.append(numbers, 0.0)
        #: Where the numbers of each firm begin, and the last ones end.
        self._start: Index = np.searchsorted(firm, np.arange(n + 1))

    @property
    def n(self) -> int:
        return self._n

    @property
    def numbers(self) -> Array:
        return self._padded[:-1]

    def pairs(self) -> tuple[Index, Index, Array]:
        above = self._partner > self._firm
        return self._firm[above], self._partner[above], self.numbers[above]

    def matrix(self) -> Array:
        amounts = np.zeros((self.n, self.n))
        amounts[self._firm, self._partner] = self.numbers
        return amounts

    def at(self, firms: Index | int, partners: Index | int) -> Array:
        wanted = np.asarray(firms) * self.n + partners
        found = np.searchsorted(self._place, wanted)
        amounts: Array = np.where(self._place[found] == wanted, self._padded[found], 0.0)
        return amounts

    def between(self, firms: Index, partners: Index) -> Array:
        asked, column = np.unique(partners, return_inverse=True)
        place = np.full(self.n, -1)
        place[asked] = np.arange(len(asked))
        count = self._start[firms + 1] - self._start[firms]
        row = np.repeat(np.arange(len(firms)), count)
        at = np.arange(len(row)) + np.repeat(self._start[firms] - np.cumsum(count) + count, count)
        there = place[self._partner[at]] >= 0
        row, at = row[there], at[there]
        amounts = np.zeros((len(firms), len(asked)))
        amounts[row, place[self._partner[at]]] = self.numbers[at]
        return amounts[:, column]

    def restricted(self, firms: Index) -> PairAmounts:
        place = np.full(self.n, -1)
        place[firms] = np.arange(len(firms))
        first, second, amount = self.pairs()
        both = (place[first] >= 0) & (place[second] >= 0)
        return _kept(place[first[both]], place[second[both]], amount[both], len(firms))

    def changed(self, change: Change) -> PairAmounts:
        numbers = change(self.numbers, self._firm, self._partner)
        left = numbers != 0.0
        return _Sparse(self._firm[left], self._partner[left], numbers[left], self.n)

    def replaced(self, firms: Index, partners: Index, amounts: ArrayLike) -> PairAmounts:
        given = np.minimum(firms, partners) * self.n + np.maximum(firms, partners)
        first, second, amount = self.pairs()
        stays = ~np.isin(first * self.n + second, given)
        new = np.broadcast_to(np.asarray(amounts, dtype=float), given.shape)
        return _kept(
            np.concatenate([first[stays], firms]),
            np.concatenate([second[stays], partners]),
            np.concatenate([amount[stays], new]),
            self.n,
        )

    def times(self, x: Array) -> Array:
        product = [np.bincount(self._firm, self.numbers * row[self._partner], self.n) for row in np.atleast_2d(x)]
        return np.array(product, dtype=float).reshape(x.shape)

    def drawn(self, firms: Index, x: Array) -> Array:
        effort = np.zeros(self.n)
        effort[firms] = x
        return self.times(effort)

    def sums_of_best(self, count: int, change: Change | None = None) -> Array:
        firm = self._firm
        numbers = self.numbers if change is None else change(self.numbers, firm, self._partner)
        numbers = np.maximum(numbers, 0.0)
        if np.diff(self._start).max() > count:
            order = np.lexsort((-numbers, firm))  # of each firm the largest first
            best = order[np.arange(len(order)) - self._start[firm] < count]
            numbers, firm = numbers[best], firm[best]
        return np.bincount(firm, numbers, self.n).astype(float)


def _kept(first: Index, second: Index, amount: Array, n: int) -> PairAmounts:
    """Return the amounts of pairs given once each, in either order, as suits how many of them there are."""
    there = np.flatnonzero(amount)
    first, second, amount = first[there], second[there], amount[there]
    firm, partner = np.concatenate([first, second]), np.concatenate([second, first])
    numbers = np.concatenate([amount, amount])
    if n > FEW and len(numbers) <= SPARSE * n**2:
        order = np.lexsort((partner, firm))
        return _Sparse(firm[order], partner[order], numbers[order], n)
    matrix = np.zeros((n, n))
    matrix[firm, partner] = numbers
    return _Full(matrix)
