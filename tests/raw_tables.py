"""Raw data at random: tables of counts."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rd_contract.base.arrays import Array


@st.composite
def tables(draw: st.DrawFn) -> Array:
    """Return counts without a row or column of zeros."""
    shape = draw(st.tuples(st.integers(1, 7), st.integers(1, 6)))
    counts = draw(arrays.arrays(float, shape, elements=st.integers(0, 50).map(float)))
    counts[counts.sum(axis=1) == 0.0, 0] = 1.0
    counts[0, counts.sum(axis=0) == 0.0] = 1.0
    found: Array = counts
    return found
