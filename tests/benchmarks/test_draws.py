"""How the answer moves with the number of scenarios: measured, told in a table, drawn; its instances."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import draws
from benchmarks.draws import CASES, Draw
from benchmarks.families import FAMILIES
from benchmarks.registry import SUITES
from rd_contract import Instance

RESULTS = Path(__file__).resolve().parent / "results"


def test_contracts_are_made_for_each_case_number_and_seed() -> None:
    found = list(draws.measure(Instance.from_dict(FAMILIES["horizon"](4, 0)), [2, 3], 2, judges=5))
    assert [(one.case, one.count, one.seed) for one in found] == [
        (case, count, seed) for case in CASES for count in (2, 3) for seed in (0, 1)
    ]
    for one in found:
        assert 0.0 <= one.broken <= 1.0
        assert (one.asking > 0) == (one.case == "before_effort")
        assert sum(one.shares.values()) == pytest.approx(1.0)


def test_the_table_has_a_row_for_each_number_and_the_figure_a_panel_for_each_question(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    figure = tmp_path / "draws.svg"
    assert draws.main(["--read", str(RESULTS / "draws.json"), "--figure", str(figure)]) == 0
    found = [Draw(**one) for one in json.loads((RESULTS / "draws.json").read_text())["draws"]]
    told = draws.table(found)
    assert told.count("\n| 1,000 |") == len(CASES)
    assert len(draws.draw(found).axes) == 3
    assert "promised by its own scenarios" in figure.read_text(encoding="utf-8")


def test_the_page_shows_what_was_measured() -> None:
    found = [Draw(**one) for one in json.loads((RESULTS / "draws.json").read_text())["draws"]]
    page = (RESULTS.parents[2] / "docs" / "how-to.md").read_text(encoding="utf-8")
    assert draws.table(found) in page


def test_a_larger_number_of_scenarios_goes_on_from_a_smaller_one() -> None:
    few, many = (FAMILIES["uncertain"](12, 1, scenarios=count) for count in (2, 5))
    assert many["scenarios"][:2] == few["scenarios"]
    assert len(Instance.from_dict(many).scenarios) == 5


def test_the_suite_of_scenarios_grows_by_tens() -> None:
    small = [dict(spec.options)["scenarios"] for spec in SUITES["scenarios"] if spec.size == 12]
    assert small == [1, 10, 100, 1000]
