"""Rows of a program, collected block by block as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_matrix

from ..base.arrays import Array, Index


class Rows:
    """Rows ``lower ≤ A x ≤ upper`` under construction.

    Parameters
    ----------
    columns
        Number of columns that rows may use.
    """

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.count = 0
        self._places: list[Index] = []
        self._columns: list[Index] = []
        self._values: list[Array] = []
        self._lower: list[Array] = []
        self._upper: list[Array] = []

    def add(
        self,
        terms: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike]],
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
        *,
        count: int = 1,
    ) -> Index:
        """Add a block of rows.

        Parameters
        ----------
        terms
            Triples (row within the block, column, coefficient), each broadcast to one length.
        lower, upper
            Bounds, broadcast to the block.
        count
            Number of rows of the block.

        Returns
        -------
        array of int, shape (count,)
            Positions of the rows.
        """
        for term in terms:
            place, column, value = np.broadcast_arrays(*(np.atleast_1d(part) for part in term))
            self._places.append(place.astype(np.intp) + self.count)
            self._columns.append(column.astype(np.intp))
            self._values.append(value.astype(float))
        self._lower.append(np.broadcast_to(np.asarray(lower, dtype=float), (count,)))
        self._upper.append(np.broadcast_to(np.asarray(upper, dtype=float), (count,)))
        first = self.count
        self.count += count
        return np.arange(first, self.count)

    def matrix(self) -> csr_matrix:
        """Return A, shape (rows, columns); coefficients of one column in one row add up."""
        if not self._values:
            return csr_matrix((self.count, self.columns))
        places = np.concatenate(self._places), np.concatenate(self._columns)
        matrix = csr_matrix((np.concatenate(self._values), places), shape=(self.count, self.columns))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return matrix

    def bounds(self) -> tuple[Array, Array]:
        """Return the lower and upper bounds, each of shape (rows,)."""
        if not self._lower:
            return np.zeros(0), np.zeros(0)
        return np.concatenate(self._lower), np.concatenate(self._upper)
