"""Counts become capabilities: by hand, and what holds whatever the counts are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raw_tables import tables
from rd_contract import OptionError
from rd_contract.base.arrays import Array
from rd_contract.evidence import TRANSFORMS, Counts, capabilities_of

#: Firms by classes, small enough for a napkin.
TABLE = np.array([[6.0, 2.0], [0.0, 4.0], [3.0, 1.0]])


def counted(values: Array) -> Counts:
    return Counts(tuple(f"f{at}" for at in range(len(values))), tuple(f"c{k}" for k in range(values.shape[1])), values)


def test_by_hand() -> None:
    known = counted(TABLE)
    assert np.allclose(capabilities_of(known, "share"), [[0.75, 0.25], [0.0, 1.0], [0.75, 0.25]])
    # Of 16 counts 9 and 7 are in the classes: LQ = 0.75/(9/16) = 4/3, which becomes 4/7.
    quotient = [[4 / 7, 4 / 11], [0.0, 16 / 23], [4 / 7, 4 / 11]]
    assert np.allclose(capabilities_of(known, "location-quotient"), quotient)
    assert np.allclose(capabilities_of(known, "log"), np.log1p(TABLE) / math.log(7.0))
    assert np.allclose(capabilities_of(known, "rank"), [[1.0, 2 / 3], [0.0, 1.0], [2 / 3, 1 / 3]])


def test_who_does_as_everybody_has_half_by_location_quotient() -> None:
    assert np.allclose(capabilities_of(counted(np.array([[1.0, 3.0], [2.0, 6.0]])), "location-quotient"), 0.5)


def test_equals_have_equal_ranks() -> None:
    assert capabilities_of(counted(np.array([[2.0], [2.0], [1.0]])), "rank").ravel().tolist() == [1.0, 1.0, 1 / 3]


@given(tables(), st.sampled_from(sorted(TRANSFORMS)))
def test_all_lie_between_0_and_1_and_nothing_stays_nothing(values: Array, transform: str) -> None:
    found = capabilities_of(counted(values), transform)  # type: ignore[arg-type]
    assert found.shape == values.shape
    assert (found >= 0.0).all()
    assert (found <= 1.0).all()
    assert ((found > 0.0) == (values > 0.0)).all()


@given(tables(), st.sampled_from(sorted(TRANSFORMS)), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(values: Array, transform: str, random: object) -> None:
    rows, columns = list(range(values.shape[0])), list(range(values.shape[1]))
    random.shuffle(rows)  # type: ignore[attr-defined]
    random.shuffle(columns)  # type: ignore[attr-defined]
    found = capabilities_of(counted(values), transform)  # type: ignore[arg-type]
    moved = capabilities_of(counted(values[rows][:, columns]), transform)  # type: ignore[arg-type]
    assert np.allclose(found[rows][:, columns], moved, rtol=1e-12, atol=0.0)


@given(tables(), st.floats(0.01, 1000.0))
def test_what_does_not_hang_on_how_much_is_counted(values: Array, factor: float) -> None:
    """Shares of each firm, ranks of each class, location quotients of the table: other units change nothing."""
    one_firm, one_class = values.copy(), values.copy()
    one_firm[0] *= factor
    one_class[:, 0] *= factor
    for transform, scaled in (("share", one_firm), ("rank", one_class), ("location-quotient", values * factor)):
        found = capabilities_of(counted(values), transform)  # type: ignore[arg-type]
        assert np.allclose(found, capabilities_of(counted(scaled), transform), rtol=1e-9, atol=0.0)  # type: ignore[arg-type]


@given(tables(), st.integers(1, 20))
def test_more_of_a_class_never_means_less_of_it(values: Array, more: int) -> None:
    grown = values.copy()
    grown[0, 0] += more
    # Not by location quotient: who has more of a class makes it more common.
    for transform in ("share", "log", "rank"):
        before, after = (capabilities_of(counted(each), transform)[0, 0] for each in (values, grown))
        assert after >= before - 1e-12


def test_unknown_transforms_are_refused() -> None:
    with pytest.raises(OptionError, match='did you mean "share"'):
        capabilities_of(counted(TABLE), "shares")  # type: ignore[arg-type]
