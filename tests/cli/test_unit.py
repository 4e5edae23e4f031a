"""The unit that terms are rounded to: wherever a command solves and states terms, and with its reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commands import flat, invoke
from printing import sentences
from rd_contract import Edit, OptionError, Result, bundled_path, load_bundled, solve, variant
from rd_contract.report.content.contract import contract_report


@pytest.fixture
def file() -> str:
    return str(bundled_path("two_firms"))


def test_compare_states_the_terms_of_instances_in_the_unit_asked_for(file: str) -> None:
    done = invoke("compare", file, file, "--unit", "0.1")
    assert done.exit_code == 0, done.output
    assert "Transfer +0.400 +0.400" in flat(done.stdout)
    assert "Transfer +0.4296 +0.4296" in flat(invoke("compare", file, file).stdout)


def test_explain_solves_with_the_unit_asked_for(file: str, answer: Callable[..., dict[str, Any]]) -> None:
    seen = answer(OptionError("seen"))
    invoke("explain", file, "--unit", "0.1")
    assert seen["unit"] == 0.1


def test_where_no_terms_are_chosen_no_unit_is_taken(file: str, tmp_path: Path) -> None:
    result = tmp_path / "r.json"
    result.write_text(solve(load_bundled("two_firms")).to_json(), encoding="utf-8")
    for words in (["explain", file, str(result)], ["compare", file]):
        done = invoke(*words, "--unit", "0.1")
        assert done.exit_code == 2
        assert "Invalid value for '--unit': goes with" in flat(done.stderr)


def _told(result: Result) -> str:
    return sentences(contract_report(result))


def test_the_unit_is_always_named_with_its_reason() -> None:
    instance = load_bundled("two_firms")
    assert "Stated to 0.01% and 0.00001;" in _told(solve(instance))
    assert "The unit follows the size and digits of the amounts." in _told(solve(instance))
    asked = _told(solve(instance, unit=0.1))
    assert "Stated to 0.01% and 0.1;" in asked
    assert "The unit was asked for." in asked


def test_a_unit_that_moves_with_an_amount_is_named_anew() -> None:
    """Ten times the money: ten times the unit, and the report says so."""
    paths = ["firms.*.contribution", "firms.*.efforts.1.cost", "relations.Supplier & Manufacturer.synergy"]
    result = solve(variant(load_bundled("two_firms"), [Edit(path, 10.0, "scale") for path in paths]))
    assert result.rounding is not None
    assert result.rounding.aimed_unit == 1e-4
    assert "Stated to 0.01% and 0.0001;" in _told(result)
