"""An amount far from what is usual among the others is warned of, as the definition says, in pools of any size."""

from __future__ import annotations

from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from rd_contract.instance.plausibility import _median_of_others


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([0.5, 1.0, 2.0, 3.0, 700.0, 1e6]), min_size=3, max_size=9), st.data())
def test_the_median_of_the_others(amounts: list[float], data: st.DataObject) -> None:
    one = data.draw(st.integers(0, len(amounts) - 1))
    others = [amount for at, amount in enumerate(amounts) if at != one]
    assert _median_of_others(sorted(amounts), amounts[one]) == median(others)
