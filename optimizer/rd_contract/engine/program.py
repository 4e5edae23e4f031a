"""A linear or mixed-integer program as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ..base.arrays import Array


@dataclass(frozen=True)
class Program:
    """Maximise ``objective · x + offset`` subject to ``row_lower ≤ A x ≤ row_upper``, ``lower ≤ x ≤ upper``.

    Parameters
    ----------
    objective, lower, upper : arrays, shape (columns,)
        Objective coefficients and bounds; infinite bounds are ``±inf``.
    offset
        Constant of the objective.
    A : sparse matrix, shape (rows, columns)
        Row coefficients.
    row_lower, row_upper : arrays, shape (rows,)
        Bounds of the rows.
    integer : array of bool, shape (columns,)
        Which columns take integer values only.
    columns, rows : tuples of str
        Names for export and messages; may be empty.
    """

    objective: Array
    offset: float
    A: csr_matrix
    row_lower: Array
    row_upper: Array
    lower: Array
    upper: Array
    integer: NDArray[np.bool_]
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    @property
    def is_mixed_integer(self) -> bool:
        """Whether some column must be integer."""
        return bool(self.integer.any())

    def equilibrated(self) -> Program:
        """Return the same program with every row divided by a power of two near its largest coefficient.

        A feasibility tolerance then means the same on a row of a firm that earns thousands and on one of a
        firm that earns cents; powers of two leave the numbers exact.
        """
        A, factor = self.A.tocsr().astype(float), self.row_factors()
        if not A.nnz:
            return self
        scaled = csr_matrix((A.data * np.repeat(factor, np.diff(A.indptr)), A.indices, A.indptr), shape=A.shape)
        return Program(
            self.objective,
            self.offset,
            scaled,
            self.row_lower * factor,
            self.row_upper * factor,
            self.lower,
            self.upper,
            self.integer,
            self.columns,
            self.rows,
        )

    def row_factors(self) -> Array:
        """Return the power of two by which :meth:`equilibrated` multiplies each row, shape (rows,)."""
        A = self.A.tocsr()
        if not A.nnz:
            return np.ones(A.shape[0])
        largest = np.maximum.reduceat(np.append(np.abs(A.data), 0.0), A.indptr[:-1].clip(max=A.nnz)).astype(float)
        largest[np.diff(A.indptr) == 0] = 1.0
        # A row of nearly nothing is left nearly as it is: its coefficients are rounding.
        exponent = np.floor(np.log2(np.where(largest > 0.0, largest, 1.0)))
        factors: Array = 2.0 ** -np.clip(exponent, -60.0, 60.0)
        return factors
