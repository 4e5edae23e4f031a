"""Amounts of pairs, kept full or sparse: the same answer to every question, and no array of all pairs for it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rd_contract.base import blocks
from rd_contract.base.arrays import Array, Pair
from rd_contract.model import pair_amounts
from rd_contract.model.pair_amounts import PairAmounts

Amounts = dict[Pair, float]


@st.composite
def pairs_of_few(draw: st.DrawFn) -> tuple[int, Amounts]:
    """Return a number of firms, and amounts of some of their pairs, in either order; some are 0."""
    n = draw(st.integers(1, 9))
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda pair: pair[0] != pair[1])
    amount = st.integers(-8, 8).map(lambda eighths: eighths / 8.0)  # sums of them are exact
    drawn = draw(st.dictionaries(pairs, amount, max_size=14))
    return n, {pair: value for pair, value in drawn.items() if pair[0] < pair[1] or pair[::-1] not in drawn}


def full_matrix(n: int, amounts: Amounts) -> Array:
    matrix = np.zeros((n, n))
    for (i, j), amount in amounts.items():
        matrix[i, j] = matrix[j, i] = amount
    return matrix


def kept_both_ways(n: int, amounts: Amounts) -> Iterator[PairAmounts]:
    """Yield the amounts made from pairs and from a matrix, kept full and sparse, however many there are."""
    for few in (n, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pair_amounts, "FEW", few)
            patch.setattr(pair_amounts, "SPARSE", 1.0)
            patch.setattr(blocks, "HELD", 2 * n)
            yield PairAmounts.of_pairs(amounts, n)
            yield PairAmounts.of_matrix(full_matrix(n, amounts))


@settings(max_examples=150, deadline=None)
@given(pairs_of_few(), st.integers(0, 99))
def test_it_is_looked_up_the_same(given_: tuple[int, Amounts], seed: int) -> None:
    n, amounts = given_
    matrix = full_matrix(n, amounts)
    draws = np.random.default_rng(seed)
    some, others = draws.integers(0, n, 5), draws.integers(0, n, (3, 1))
    for found in kept_both_ways(n, amounts):
        assert found.n == n
        assert np.array_equal(found.matrix(), matrix)
        assert all(found[i, j] == matrix[i, j] for i in range(n) for j in range(n))
        assert np.array_equal(found.at(some, others), matrix[some, others])
        assert np.array_equal(found.between(some, others[:, 0]), matrix[np.ix_(some, others[:, 0])])
        assert np.array_equal(found.between(some[:0], some), np.zeros((0, 5)))
        assert all(np.array_equal(found.row(i), matrix[i]) for i in range(n))
        assert {*found.numbers.ravel().tolist(), 0.0} == {*matrix.ravel().tolist(), 0.0}
        first, second, amount = found.pairs()
        expected = [(i, j) for i in range(n) for j in range(i + 1, n) if matrix[i, j] != 0.0]
        assert list(zip(first.tolist(), second.tolist(), strict=True)) == expected
        assert amount.tolist() == [matrix[pair] for pair in expected]


@settings(max_examples=150, deadline=None)
@given(pairs_of_few(), st.integers(0, 9))
def test_it_is_summed_the_same(given_: tuple[int, Amounts], count: int) -> None:
    n, amounts = given_
    matrix = full_matrix(n, amounts)
    x = np.arange(1.0, n + 1.0)
    team = np.arange(0, n, 2)
    best = [sum(sorted(np.maximum(row, 0.0).tolist(), reverse=True)[:count]) for row in matrix]
    worst = [sum(sorted(np.maximum(row, 0.0).tolist(), reverse=True)[:count]) for row in -matrix * x]
    for found in kept_both_ways(n, amounts):
        assert np.array_equal(found.times(x), matrix @ x)
        assert np.array_equal(found.times(np.array([x, 2.0 * x])), np.array([x, 2.0 * x]) @ matrix)
        assert found.times(np.zeros((0, n))).shape == (0, n)
        assert np.array_equal(found.drawn(team, x[team]), x[team] @ matrix[team])
        assert found.sums_of_best(count).tolist() == best
        assert found.sums_of_best(count, lambda amount, _, j: -amount * x[j]).tolist() == worst
        assert np.array_equal(np.sort(found.at_efforts(x)), np.sort((matrix * np.outer(x, x))[np.triu(matrix) != 0.0]))


@settings(max_examples=150, deadline=None)
@given(pairs_of_few(), pairs_of_few())
def test_it_is_changed_the_same(given_: tuple[int, Amounts], new: tuple[int, Amounts]) -> None:
    n, amounts = given_
    matrix = full_matrix(n, amounts)
    x, kept = np.arange(float(n)), np.arange(n)[::-2]
    instead = {pair: value for pair, value in new[1].items() if max(pair) < n}
    replaced = matrix.copy()
    for (i, j), amount in instead.items():
        replaced[i, j] = replaced[j, i] = amount
    some, others = np.array(list(instead), dtype=np.intp).reshape(-1, 2).T
    for found in kept_both_ways(n, amounts):
        assert np.array_equal(found.restricted(kept).matrix(), matrix[np.ix_(kept, kept)])
        weighted = found.changed(lambda amount, i, j: np.maximum(amount, 0.0) * (x[i] * x[j]))
        assert np.array_equal(weighted.matrix(), np.maximum(matrix, 0.0) * np.outer(x, x))
        assert all(value != 0.0 for value in weighted.pairs()[2].tolist())
        assert np.array_equal(found.replaced(some, others, list(instead.values())).matrix(), replaced)
        assert np.array_equal(found.matrix(), matrix)  # as it was


@settings(max_examples=100, deadline=None)
@given(pairs_of_few(), pairs_of_few())
def test_what_is_the_same_is_equal_however_it_is_kept(one: tuple[int, Amounts], other: tuple[int, Amounts]) -> None:
    same = one[0] == other[0] and np.array_equal(full_matrix(*one), full_matrix(*other))
    for a in kept_both_ways(*one):
        assert all(a == again for again in kept_both_ways(*one))
        assert all((a == b) == same for b in kept_both_ways(*other))
    assert PairAmounts.of_pairs({}, 1) != 0


def test_few_of_many_pairs_are_kept_sparse() -> None:
    n = pair_amounts.FEW + 1
    ring = {(i, i + 1): 1.0 for i in range(n - 1)}
    every = PairAmounts.of_matrix(np.ones((n, n)) - np.eye(n))
    assert PairAmounts.of_pairs(ring, n).numbers.size == 2 * len(ring)
    assert PairAmounts.of_matrix(full_matrix(n, ring)).numbers.size == 2 * len(ring)
    assert every.numbers.size == n**2
    few = every.changed(lambda amount, i, j: np.where(np.abs(i - j) == 1, amount, 0.0))
    assert few == PairAmounts.of_pairs(ring, n)
    assert few.numbers.size == 2 * len(ring)
    few_firms = few.restricted(np.arange(n - 1))
    assert few_firms.numbers.size == (n - 1) ** 2


def test_amounts_of_few_of_many_pairs_take_no_matrix() -> None:
    n, random = 4000, np.random.default_rng(0)
    drawn = random.integers(0, n, (2 * n, 2))
    amounts = {(min(i, j), max(i, j)): 1.0 for i, j in drawn.tolist() if i != j}
    x, team = random.random(n), np.arange(0, n, 100)
    tracemalloc.start()
    found = PairAmounts.of_pairs(amounts, n)
    changed = found.changed(lambda amount, i, j: amount * (x[i] * x[j])).replaced(team[:-1], team[1:], 2.0)
    changed.sums_of_best(2, lambda amount, _, j: amount * x[j])
    changed.restricted(np.arange(1, n)).times(x[1:])
    changed.between(team, np.arange(n))
    changed.at(team[:, None], team)
    changed.drawn(team, x[team])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.1 * 8 * n**2


def test_teams_are_multiplied_by_their_members_alone() -> None:
    """What pairs of others are worth is not even read: a pool of hundreds has a hundred thousand of them."""
    matrix = np.array([[0.0, 2.0, 3.0, 4.0], [2.0, 0.0, 5.0, 6.0], [3.0, 5.0, 0.0, np.nan], [4.0, 6.0, np.nan, 0.0]])
    teams = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0], [1.0, 2.0, 0.0, 0.0]])
    expected = [[0.0, 2.0, 3.0, 4.0], [4.0, 0.0, 10.0, 12.0], [4.0, 2.0, 13.0, 16.0]]
    assert PairAmounts.of_matrix(matrix).times(teams).tolist() == expected
