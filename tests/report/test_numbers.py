"""Numbers as they are written: once, whether a page or a spreadsheet shows them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rd_contract.report.words.numbers import Written, fixed, points, signed

AMOUNTS = st.one_of(
    st.floats(-1e6, 1e6),
    st.builds(
        lambda half, noise: half / 2000.0 * (1.0 + noise), st.integers(-(10**7), 10**7), st.floats(-1e-10, 1e-10)
    ),
)


def in_a_spreadsheet(number: float, decimals: int) -> str:
    """Return what Excel shows of a number that it holds: the 15 digits that it knows, halves away from zero."""
    with localcontext(prec=60):
        known = Decimal(f"{number:.15g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{abs(known) if known.is_zero() else known:,f}"


@given(AMOUNTS, st.integers(0, 5))
def test_a_spreadsheet_shows_what_a_page_shows(amount: float, decimals: int) -> None:
    written = fixed(amount, decimals)
    assert in_a_spreadsheet(written.value, decimals) == written
    assert written.value == pytest.approx(amount, rel=2e-9)


@given(AMOUNTS, st.integers(0, 5))
@example(100000.31048384984, 5)  # of fifteen digits the last is a half
def test_percentages_are_rounded_alike(ratio: float, decimals: int) -> None:
    written = points(ratio, decimals)
    held = Decimal(in_a_spreadsheet(written.value, decimals + 2).replace(",", "")).scaleb(2)
    assert f"{abs(held) if held.is_zero() else held:,f}%" == written


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(3.3125, "3.313"), (3.3124999999999, "3.313"), (-0.0005, "-0.001"), (-0.0004, "0.000"), (1234.5678, "1,234.568")],
)
def test_halves_go_away_from_zero(amount: float, shown: str) -> None:
    assert fixed(amount, 3) == shown
    assert in_a_spreadsheet(fixed(amount, 3).value, 3) == shown


def test_a_number_that_needs_no_help_is_held_as_it_is() -> None:
    for amount in (0.1 + 0.2, 2.0 / 3.0, 12.3456789):
        assert fixed(amount, 3).value == amount


def test_a_sign_in_front_changes_nothing() -> None:
    written = signed(3.3124999999999, lambda amount: fixed(amount, 3))
    assert isinstance(written, Written)
    assert (written, in_a_spreadsheet(written.value, 3)) == ("+3.313", "3.313")
