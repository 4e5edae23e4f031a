"""A breach is one: who worked as agreed, or more, loses no credit by an entry that says otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgers import DIGEST, entry
from rd_contract import EntryError

_LEVELS = st.floats(0, 1)


def _breach(agreed: float, observed: float) -> None:
    entry(0, "breach_detected", firm="B", agreed_effort=agreed, observed_effort=observed, evidence_sha256=DIGEST)


@given(_LEVELS, _LEVELS)
def test_exactly_less_than_agreed_is_a_breach(agreed: float, observed: float) -> None:
    if observed < agreed:
        _breach(agreed, observed)
        return
    with pytest.raises(EntryError) as caught:
        _breach(agreed, observed)
    [problem] = caught.value.problems
    assert problem.path == "data.observed_effort"
    assert "less than the agreed effort" in problem.expected


def test_of_an_effort_that_is_none_nothing_more_is_said() -> None:
    with pytest.raises(EntryError) as caught:
        _breach(2.0, 0.5)
    assert [problem.path for problem in caught.value.problems] == ["data.agreed_effort"]
