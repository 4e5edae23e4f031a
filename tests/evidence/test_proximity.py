"""Technological proximity (Jaffe 1986)."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from raw_tables import tables
from rd_contract.base.arrays import Array
from rd_contract.evidence.proximity import mean_proximity, nearest_pairs, proximities, proximity_matrix


def test_by_hand() -> None:
    counts = np.array([[3.0, 4.0], [4.0, 3.0], [0.0, 2.0]])
    assert np.allclose(proximity_matrix(counts), [[1.0, 0.96, 0.8], [0.96, 1.0, 0.6], [0.8, 0.6, 1.0]])
    assert np.isclose(mean_proximity(counts), (0.96 + 0.8 + 0.6) / 3)
    assert proximities(counts, np.array([0]), np.array([2])).tolist() == [0.8]


@given(tables(), st.floats(0.01, 1e6))
def test_what_a_proximity_is(counts: Array, factor: float) -> None:
    matrix = proximity_matrix(counts)
    assert np.array_equal(matrix, matrix.T)
    assert (matrix >= 0.0).all()
    assert (matrix <= 1.0).all()
    assert (np.diag(matrix) == 1.0).all()
    scaled = counts.copy()
    scaled[0] *= factor  # a larger firm works on the same
    assert np.allclose(proximity_matrix(scaled), matrix, rtol=1e-9, atol=1e-12)
    n = len(counts)
    if n > 1:
        assert np.isclose(mean_proximity(counts), (matrix.sum() - n) / (n * (n - 1)), atol=1e-12)
        first, second = np.triu_indices(n, 1)
        assert np.allclose(proximities(counts, first, second), matrix[first, second], atol=1e-12)


@given(tables(), st.integers(0, 8))
def test_nearest_pairs_are_those_of_the_matrix(counts: Array, most: int) -> None:
    matrix = np.round(proximity_matrix(counts), 12)
    expected = set()
    for i in range(len(counts)):
        others = sorted((j for j in range(len(counts)) if j != i), key=lambda j: (-matrix[i, j], j))
        expected |= {(min(i, j), max(i, j)) for j in others[:most] if matrix[i, j] > 0.0}
    first, second = nearest_pairs(counts, most)
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == sorted(expected)


def test_one_firm_has_no_pairs() -> None:
    assert proximity_matrix(np.array([[2.0]])).tolist() == [[1.0]]
    assert mean_proximity(np.array([[2.0]])) == 0.0
    assert len(nearest_pairs(np.array([[2.0]]), 5)[0]) == 0


def test_counts_of_any_size_stay_finite() -> None:
    counts = np.array([[1e12, 1e-200], [1e-200, 1e-200]])
    assert np.isfinite(proximity_matrix(counts)).all()
