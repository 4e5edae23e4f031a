"""What a comparison says once, and of everybody that it holds for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from commands import flat
from comparisons import bundled
from printing import printed_comparison
from rd_contract import Comparison


@dataclass(frozen=True)
class Words:
    """A comparison changed in some rows, as text."""

    name: str

    def __call__(self, **changes: Any) -> str:
        _, found = bundled(self.name)
        rows = tuple(row.model_copy(update=changes.get(row.id, {})) for row in found.scenarios)
        changed: Comparison = found.model_copy(update={"scenarios": rows})
        return flat(printed_comparison(changed))


def test_all_who_gain_most_by_leading_are_named() -> None:
    text = Words("two_firms")()
    assert "Leading is worth most to Manufacturer and Supplier: 6.000 each, beyond their outside options." in text


def test_one_who_gains_most_is_named_alone() -> None:
    text = Words("two_firms")(**{"lead:Supplier": {"lead_surplus": 5.0}})
    assert "Leading is worth most to Manufacturer: 6.000 beyond its outside option." in text


@pytest.mark.parametrize("name", ["two_firms", "horizon2020_12"])
def test_what_monitoring_is_worth_stands_there_once(name: str) -> None:
    _, found = bundled(name)
    gain = found.gain("joint", "least-monitoring")
    assert gain is not None
    text = Words(name)()
    assert ("All of that comes from monitoring by" in text) == (gain.amount > 1e-6)
    assert "is worth 2.000" not in text
    assert "is worth 0.175" not in text


def test_another_worth_of_monitoring_is_told() -> None:
    text = Words("two_firms")(**{"least-monitoring": {"joint_surplus": 5.0}})
    assert "rather than" in text
    assert "is worth 1.000, 20.0%." in text
    assert "All of that" not in text
