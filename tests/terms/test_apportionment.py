"""Whole numbers that add up and of which weighted sums keep limits."""

from __future__ import annotations

import math
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from rd_contract.terms.apportionment import SumRow, apportion, apportion_under

NUMBERS = st.floats(-6.0, 6.0).map(lambda value: round(value, 2))

Division = tuple[list[float], list[float], list[float], int, list[SumRow]]


@st.composite
def divisions(draw: st.DrawFn) -> Division:
    wanted = draw(st.lists(NUMBERS, min_size=2, max_size=3))
    low, high = ([value + draw(st.sampled_from(reach)) for value in wanted] for reach in ((-3.0, -1.0), (1.0, 3.0)))
    rows = []
    for _ in range(draw(st.integers(1, 2))):
        weights = [draw(st.sampled_from((0.0, 1.0, -0.3, 0.7))) for _ in wanted]
        middle = sum(weight * value for weight, value in zip(weights, wanted, strict=True)) + draw(st.floats(-1.0, 1.0))
        rows.append(SumRow(weights, middle - draw(st.sampled_from((0.2, 1.0, math.inf))), math.inf))
    return wanted, low, high, round(sum(wanted)) + draw(st.integers(-1, 1)), rows


def distance(chosen: tuple[int, ...], wanted: list[float]) -> float:
    return sum(abs(count - value) for count, value in zip(chosen, wanted, strict=True))


@settings(derandomize=True, deadline=None, max_examples=150)
@given(divisions())
def test_sums_keep_their_limits_and_nothing_nearer_does(division: Division) -> None:
    wanted, low, high, total, rows = division
    found = apportion_under(wanted, low, high, total, rows)
    ranges = [range(math.ceil(a), math.floor(b) + 1) for a, b in zip(low, high, strict=True)]
    fitting = [c for c in product(*ranges) if sum(c) == total and all(row.holds(c) for row in rows)]
    if found is None:
        assert fitting == []
        return
    assert found in fitting
    nearest = apportion(wanted, low, high, total)
    if found != nearest:
        assert nearest not in fitting
        assert distance(found, wanted) <= min(distance(c, wanted) for c in fitting) + 1e-6


def test_a_floor_on_a_group_by_hand() -> None:
    free = ([-math.inf] * 3, [math.inf] * 3)
    wanted = [3333.4, 3333.4, 3333.2]
    assert apportion_under(wanted, *free, 10_000, []) == (3334, 3333, 3333)
    assert apportion_under(wanted, *free, 10_000, [SumRow([0.0, 1.0, 1.0], 6667.0, math.inf)]) in (
        (3333, 3334, 3333),
        (3333, 3333, 3334),
    )
    assert (
        apportion_under(
            wanted, [0.0, 0.0, 0.0], [3333.0, 3334.0, 3334.0], 10_000, [SumRow([1.0, 0.0, 0.0], 3334.0, math.inf)]
        )
        is None
    )
