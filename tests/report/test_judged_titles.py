"""Where contracts are judged by no mean: columns and sentences say what their numbers are, and whose they are."""

from __future__ import annotations

import functools

import pytest

from builders import Document, grid
from rd_contract import Comparison, Instance, Result, compare, explain, load_bundled, over_worlds, solve
from rd_contract.report.award import Award
from rd_contract.report.award.content import award_page
from rd_contract.report.content.comparison import comparison_report
from rd_contract.report.content.contract import contract_report, money_of
from rd_contract.report.content.explanation import explanation_report
from rd_contract.report.content.worlds import worlds_summary
from rd_contract.report.page import Language, Page, Table
from rd_contract.report.render.markdown import markdown
from rd_contract.report.words.leading import for_lead, written_for
from rd_contract.study.counterpart import counterpart

#: How contracts are judged: in the worst scenario, over the worst part, on average.
RECKONED: dict[str, Document] = {
    "worst": {"objective": "worst"},
    "cvar": {"objective": "cvar", "alpha": 0.4},
    "expected": {"objective": "expected"},
}


def asked(instance: Instance, uncertainty: Document, aim: str) -> Instance:
    """Return two firms that know a bad, an expected and a good scenario before they work."""
    bad = [
        {"path": "firms.*.contribution", "factor": 0.6},
        {"path": "monitoring.ledger.cost", "value": 1.5},
        {"path": "monitoring.ledger.detection", "value": 0.4},
    ]
    good = [
        {"path": "firms.*.contribution", "factor": 1.3},
        {"path": "firms.Supplier.efforts.1.cost", "factor": 1.1},
        {"path": "firms.*.outside_option", "value": 0.3},
    ]
    told = [("pessimistic", 0.25, bad), ("expected", 0.5, []), ("optimistic", 0.25, good)]
    scenarios = [{"name": name, "probability": chance, "changes": changes} for name, chance, changes in told]
    changed = {
        "objective": aim,
        "currency": "EUR million",
        "scenarios": scenarios,
        "uncertainty": {"agreement": "by_scenario", **uncertainty},
    }
    return Instance.from_dict(instance.to_dict() | changed)


@functools.cache
def instance(objective: str = "worst", aim: str = "joint") -> Instance:
    return asked(load_bundled("two_firms"), RECKONED[objective], aim)


@functools.cache
def solved(objective: str = "worst", aim: str = "joint") -> Result:
    return solve(instance(objective, aim), top=2)


@functools.cache
def compared(objective: str = "worst", aim: str = "joint") -> Comparison:
    return compare(instance(objective, aim))


def said(page: Page) -> str:
    """Return what a page says, without marks of its format."""
    return markdown(page).replace("\\", "").replace("**", "")


def with_column(page: Page, title: str, row: str) -> Table:
    """Return the table of a page with a column, and with a row of that name."""
    [found] = [
        block
        for block in page.blocks
        if isinstance(block, Table)
        and title in [column.title for column in block.columns]
        and row in [cells[0].plain for cells in block.rows]
    ]
    return found


def cell(table: Table, row: str, title: str) -> str:
    at = [column.title for column in table.columns].index(title)
    return next(cells[at].plain for cells in table.rows if cells[0].plain == row)


# --- what the other objective would change ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("objective", "aim", "expected"),
    [
        ("worst", "joint", "the lead's profit in the worst scenario, that would be 2.305 instead of 0.000;"),
        (
            "cvar",
            "joint",
            "the lead's profit on average over the worst 40.00% of what may happen, that would be 3.213 instead of "
            "1.500;",
        ),
        (
            "worst",
            "lead",
            "the joint surplus of all members in the worst scenario, that would be 0.000 instead of -2.500;",
        ),
    ],
)
def test_the_other_objective_is_told_by_what_is_judged(objective: str, aim: str, expected: str) -> None:
    given, result = instance(objective, aim), solved(objective, aim)
    other = counterpart(given, result, time_limit=60.0)
    assert other is not None
    text = for_lead(result, given.project.lead, other, money_of(result))
    assert f"If the contract were written for {expected} on average over all scenarios, " in text
    assert "on average over all scenarios, the lead's profit would be " in text
    assert "to earn most" not in text
    where = {"worst": "in the worst scenario", "cvar": "on average over the worst 40.00% of what may happen"}[objective]
    whose = "that pays the lead most" if aim == "joint" else "that is best for all members together"
    assert written_for(other) == f"{whose} {where}"
    short = for_lead(result, given.project.lead, other.replace(status="feasible"), money_of(result))
    assert "that would be at least " in short
    assert ", by a short search, not proven to be the best;" in short
    same = for_lead(result, given.project.lead, result.replace(objective_value=None), money_of(result))
    assert "instead of" in same or same.endswith("it would be the same.")


def test_means_are_told_as_before() -> None:
    given, result = instance("expected"), solved("expected")
    other = counterpart(given, result, time_limit=60.0)
    assert other is not None
    assert "If it wrote the contract to earn most itself, " in for_lead(
        result, given.project.lead, other, money_of(result)
    )
    assert written_for(other) == "that pays the lead most"


# --- titles --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("objective", "aim", "title", "note"),
    [
        ("worst", "joint", "Judged", "Judged: the joint surplus in the worst scenario."),
        ("worst", "lead", "Judged", "Judged: the lead's profit in the worst scenario."),
        ("expected", "joint", "Joint surplus", ""),
        ("expected", "lead", "Lead's profit", ""),
    ],
)
def test_the_next_best_alliances_are_titled_by_what_they_are_told_by(
    objective: str, aim: str, title: str, note: str
) -> None:
    page = contract_report(solved(objective, aim), instance(objective, aim))
    ranked = next(block for block in page.blocks if isinstance(block, Table) and block.columns[0].title == "Place")
    assert ranked.columns[3].title == title
    assert note in said(page)
    assert ("Judged: the" in said(page)) == bool(note)


def test_evaluations_over_points_say_what_they_hold() -> None:
    found = over_worlds(instance(), grid("project.base_value=0,1"), {"own": solved()})
    judged = worlds_summary(found, "", "joint surplus in the worst scenario")
    assert [column.title for column in with_column(judged, "Judged", "own").columns][:3] == [
        "Contract",
        "Judged",
        "5% quantile",
    ]
    assert "Judged: the joint surplus in the worst scenario, on average over the points." in said(judged)
    assert "Judged" not in said(worlds_summary(found))


def test_columns_that_are_not_there_are_not_explained() -> None:
    averse = said(explanation_report(explain(instance())))
    assert "Known: what the best contract" in averse
    assert "Its part" not in averse
    assert "Its part: probability times" in said(explanation_report(explain(instance("expected"))))


# --- forms of cooperation --------------------------------------------------------------------------------------


def test_more_on_average_is_never_a_negative_less() -> None:
    text = " ".join(said(comparison_report(compared("cvar"))).split())
    assert (
        "Led by Manufacturer, all together gain on average 1.000 EUR million more than at the joint optimum, which is "
        "the best by the joint surplus in the worst 40.00%." in text
    )
    assert "-1.000" not in text
    assert "of probability" not in text
    assert "Every contract is the best in the worst 40.00%;" in text


def test_a_lead_under_which_all_gain_more_is_not_called_a_cost() -> None:
    found = compared("cvar")
    rows = [row for row in found.scenarios if row.id != "lead:Supplier"]
    third = next(row for row in rows if row.id == "lead:Manufacturer")
    alike = third.model_copy(update={"id": "lead:Supplier", "lead": "Supplier"})
    text = said(comparison_report(found.model_copy(update={"scenarios": (*rows, alike)})))
    assert "more than at the joint optimum" in text
    assert "the most that leadership costs" not in text


@pytest.mark.parametrize(
    ("language", "form", "judged", "firms", "visible"),
    [
        ("en", "Led by Manufacturer", "Judged", "Firms", "If effort were visible"),
        ("de", "Geführt von Manufacturer", "Beurteilt", "Firmen", "Wäre Einsatz sichtbar"),
        ("zh", "由Manufacturer牵头", "评判值", "企业数", "若投入可见"),
    ],
)
def test_awards_tell_what_forms_are_judged_by(
    language: Language, form: str, judged: str, firms: str, visible: str
) -> None:
    award = Award(
        solved("worst", "lead"), instance("worst", "lead"), language=language, comparison=compared("worst", "lead")
    )
    table = with_column(award_page(award), judged, form)
    assert cell(table, form, judged).replace(",", ".") == "2.305"
    unknown = [text.plain for text in next(row for row in table.rows if row[0].plain == visible)]
    assert cell(table, visible, firms) == "-"
    assert set(unknown[1:]) == {"-"}
    assert award.say("judged_note") in said(award_page(award))


def test_what_monitoring_is_worth_says_of_which_contract() -> None:
    led = Award(solved("worst", "lead"), instance("worst", "lead"), language="en", comparison=compared("worst", "lead"))
    text = said(award_page(led))
    assert "This is reckoned by what contracts are judged by. That is said of the joint optimum." in text
    own = said(award_page(Award(solved(), instance(), language="en", comparison=compared())))
    assert "This is reckoned by what contracts are judged by." in own
    assert "That is said of the joint optimum." not in own
    mean = said(
        award_page(Award(solved("expected"), instance("expected"), language="en", comparison=compared("expected")))
    )
    assert "reckoned by what contracts are judged by" not in mean


def test_what_monitoring_is_worth_is_a_difference_of_judged_values() -> None:
    found = compared("cvar")
    rows = [
        row.model_copy(update={"objective_value": 0.25, "joint_surplus": 9.0}) if row.id == "least-monitoring" else row
        for row in found.scenarios
    ]
    changed = found.model_copy(update={"scenarios": tuple(rows)})
    gain = changed.gain("joint", "least-monitoring", judged=True)
    assert gain is not None
    assert gain.amount == pytest.approx(1.25)
    text = said(comparison_report(changed))
    assert "is worth 1.250 EUR million by the joint surplus in the worst 40.00%" in text
    assert "is worth 1.250 EUR million" in said(
        award_page(Award(solved("cvar"), instance("cvar"), language="en", comparison=changed))
    )
