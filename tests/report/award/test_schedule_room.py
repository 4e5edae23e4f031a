"""A term sheet tells every scenario by itself up to twelve, and efforts by scenario only where they differ."""

from __future__ import annotations

from typing import Any

import pytest

from rd_contract import Award, Instance, Result, award_file, load_bundled, solve
from rd_contract.report.award.sheet import term_sheet
from rd_contract.report.page import Table

AVERAGES = "The effort above is the average"


def signed(scenarios: list[dict[str, Any]], agreement: str = "same") -> tuple[Instance, Result]:
    """Return two firms in some scenarios, and their contract."""
    uncertain = {"scenarios": scenarios, "uncertainty": {"agreement": agreement}}
    instance = Instance.from_dict(load_bundled("two_firms").to_dict() | uncertain)
    return instance, solve(instance)


def rising(count: int) -> list[dict[str, Any]]:
    """Return scenarios in which contributions are ever more."""
    factors = [1.0 + at / count for at in range(count)]
    return [
        {"name": f"S{at}", "changes": [{"path": "firms.*.contribution", "factor": factor}]}
        for at, factor in enumerate(factors)
    ]


def done(result: Result, instance: Instance) -> list[Table]:
    """Return the tables of what is done and paid in each scenario."""
    tables = [block for block in term_sheet(Award(result, instance)).blocks if isinstance(block, Table)]
    return [one for one in tables if one.columns[0].title == "" and any("Revenue" in row[0].plain for row in one.rows)]


@pytest.mark.parametrize(("count", "sizes"), [(5, [6]), (6, [4, 3]), (8, [5, 4]), (12, [5, 4, 4])])
def test_up_to_twelve_scenarios_are_told_one_by_one(count: int, sizes: list[int]) -> None:
    instance, result = signed(rising(count))
    tables = done(result, instance)
    assert [len(one.columns) - 1 for one in tables] == sizes
    titles = [column.title for one in tables for column in one.columns[1:]]
    assert titles == [*(one.name for one in result.scenarios), "On average"]
    revenue = [cell.plain for one in tables for row in one.rows if row[0].plain == "Revenue" for cell in row[1:]]
    amounts = [*(one.expected_revenue for one in result.scenarios), result.expected_revenue]
    assert revenue == [f"{amount:.3f}" for amount in amounts]


def test_of_more_it_is_told_how_they_spread() -> None:
    instance, result = signed(rising(13))
    (table,) = done(result, instance)
    assert [column.title for column in table.columns] == ["", "Lowest", "On average", "Highest"]


def test_efforts_that_are_the_same_in_every_scenario_are_no_averages() -> None:
    worse = {"name": "worse", "changes": [{"path": "firms.*.contribution", "factor": 0.4}]}
    dearer = {"name": "dearer", "changes": [{"path": "monitoring.ledger.cost", "value": 1.2}]}
    instance, result = signed([dearer, {"name": "usual", "changes": []}], "by_scenario")
    assert result.scenarios[0].efforts is not None
    assert result.scenarios[0].efforts == result.scenarios[1].efforts
    assert AVERAGES not in award_file(Award(result, instance), ".md", "terms").decode()
    instance, result = signed([worse, dearer], "by_scenario")
    assert AVERAGES in award_file(Award(result, instance), ".md", "terms").decode()
