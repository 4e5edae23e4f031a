"""What is nothing but the rounding of sums is nothing in a result: no surplus of 8.9e-16."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import pytest

from commands import invoke
from printing import printed
from rd_contract import Edit, Instance, bundled_path, load_bundled, solve, variant, verify
from rd_contract.report.content.contract import contract_report


def _worth_nothing(outside: float, **changes: Any) -> Instance:
    """Return two firms that together earn as much as outside: 6."""
    edits = [Edit("firms.Supplier.outside_option", 6 - outside), Edit("firms.Manufacturer.outside_option", outside)]
    return variant(load_bundled("two_firms"), [*edits, *(Edit(path, value) for path, value in changes.items())])


def _dust(value: Any, place: str = "") -> Iterator[str]:
    """Yield the places of amounts that stand for nothing."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _dust(part, f"{place}.{key}")
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from _dust(part, f"{place}[{at}]")
    elif isinstance(value, float) and 0.0 < abs(value) < 1e-12:
        yield f"{place}: {value}"


@pytest.mark.parametrize("outside", [4.1, 4.9, 5.3, 5.7])
@pytest.mark.parametrize("division", ["equal", "lead"])
def test_a_contract_worth_nothing_is_worth_zero(outside: float, division: Literal["equal", "lead"]) -> None:
    instance = _worth_nothing(outside, division=division)
    result = solve(instance)
    assert result.joint_surplus == 0.0
    assert [member.surplus for member in result.members] == [0.0, 0.0]
    assert list(_dust(result.model_dump(mode="json", exclude={"certificate"}))) == []
    assert verify(instance, result).holds


@pytest.mark.parametrize("outside", [0.1, 0.7, 1.1, 1.7])
def test_a_member_held_to_its_outside_option_has_a_surplus_of_zero(outside: float) -> None:
    instance = variant(
        load_bundled("two_firms"), [Edit("firms.Supplier.outside_option", outside), Edit("objective", "lead")]
    )
    result = solve(instance)
    assert [member.surplus for member in result.members if member.firm == "Supplier"] == [0.0]
    assert verify(instance, result).holds


def test_no_report_shows_dust() -> None:
    instance = _worth_nothing(4.1)
    assert not re.search(r"\de-\d", printed(contract_report(solve(instance), instance)))
    settings = ["firms.Supplier.outside_option=0.7", "objective=lead"]
    done = invoke("solve", str(bundled_path("two_firms")), *(word for text in settings for word in ("--set", text)))
    assert done.exit_code == 0
    assert not re.search(r"\de-\d", done.stdout)
