"""What contracts are judged by where that is no mean: told wherever it counts, also against doing without."""

from __future__ import annotations

import functools
from typing import get_args

import pytest

from builders import firm, make_document, pair
from rd_contract import Instance, Result, audit, compare, compare_results, solve
from rd_contract.outcome.claims import Outsiders, Stability
from rd_contract.report.award import Award
from rd_contract.report.award.content import award_page
from rd_contract.report.content.audit import audit_report
from rd_contract.report.content.comparison import comparison_report
from rd_contract.report.content.contract import contract_report
from rd_contract.report.content.division import stability_note
from rd_contract.report.page import Language, Page, Table
from rd_contract.report.render.markdown import markdown
from rd_contract.report.words.numbers import Money


@functools.cache
def led(objective: str = "worst", outside: float = 1.0, *, aim: str = "lead") -> tuple[Instance, Result]:
    """Return an alliance that earns much less in one scenario, whose lead could earn as much outside in both."""
    bad = [{"path": "firms.*.contribution", "factor": 0.6}]
    document = make_document(
        [firm("Lead", 12.0, 4.0, outside_option=outside), firm("Other", 12.0, 4.0)],
        relations=[pair("Lead", "Other", synergy=6.0)],
        objective=aim,
        project={"lead": "Lead"},
        currency="EUR million",
        scenarios=[{"name": "bad", "changes": bad}, {"name": "good", "changes": []}],
        uncertainty={"objective": objective, "alpha": 0.5},
    )
    instance = Instance.from_dict(document)
    return instance, solve(instance)


@pytest.mark.parametrize("objective", ["worst", "cvar"])
def test_a_lead_that_would_have_more_without_any_contract_is_told(objective: str) -> None:
    instance, result = led(objective, 17.0)
    value = result.objective_value
    assert value is not None
    assert value < 17.0
    said = "Without any contract it would be 17.000 EUR million, judged in the same way"
    assert said in markdown(contract_report(result, instance))
    assert said in markdown(audit_report(audit(instance, result), result, instance))
    lead = result.members[0]
    assert f"the lead earns {lead.surplus:.3f} EUR million more than outside" in markdown(
        contract_report(result, instance)
    )


def test_a_lead_that_gains_is_not_told_so() -> None:
    instance, result = led("worst", 1.0)
    assert (result.objective_value or 0.0) > 1.0
    assert "Without any contract" not in markdown(contract_report(result, instance))


@pytest.mark.parametrize("language", get_args(Language))
def test_boards_read_it_in_their_language(language: Language) -> None:
    instance, result = led("worst", 17.0)
    words = {"en": "Without any contract", "de": "Ohne jeden Vertrag", "zh": "若没有任何合同"}[language]
    assert words in markdown(award_page(Award(result, instance, language=language)))


# --- comparisons -------------------------------------------------------------------------------------------


def tables_of(page: Page) -> list[Table]:
    return [one for one in page.blocks if isinstance(one, Table)]


def columns_of(page: Page) -> list[list[str]]:
    return [[column.title for column in one.columns] for one in tables_of(page)]


def test_forms_are_compared_by_what_they_are_judged_by() -> None:
    instance, result = led("worst", aim="joint")
    comparison = compare(instance)
    joint, none = comparison.form("joint"), comparison.form("none")
    assert joint is not None
    assert none is not None
    assert joint.objective_value == pytest.approx(result.objective_value)
    assert none.objective_value == 0.0
    alone = comparison.form("alone")
    assert alone is not None
    assert alone.joint_surplus is not None
    assert alone.objective_value is None  # what each reaches alone is known on average only
    page = comparison_report(comparison)
    assert "Judged" in columns_of(page)[0]
    text = markdown(page)
    assert "Judged: what contracts are judged by, the joint surplus in the worst scenario" in text
    assert f"{result.objective_value:.3f}" in text


def test_results_are_compared_by_what_they_are_judged_by() -> None:
    several = {"worst": led("worst")[1], "mean": led("expected")[1], "tail": led("cvar")[1]}
    page = comparison_report(compare_results(several, [led(name)[0] for name in ("worst", "expected", "cvar")]))
    [head, *_] = columns_of(page)
    assert head[:4] == ["File", "Surplus", "Lead earns", "Judged"]
    rows = {row[0].plain: row[3].plain for row in tables_of(page)[0].rows}
    assert rows == {
        "worst": f"{several['worst'].objective_value:.3f}",
        "mean": "",
        "tail": f"{several['tail'].objective_value:.3f}",
    }
    assert "the lead's profit in the worst scenario or the lead's profit in the worst 50.00%" in markdown(page)


def test_where_means_count_there_is_no_such_column() -> None:
    instance, result = led("expected", aim="joint")
    for page in (comparison_report(compare(instance)), comparison_report(compare_results({"one": result}))):
        assert not any("Judged" in titles for titles in columns_of(page))
        assert "Judged" not in markdown(page)


# --- one firm, or several ----------------------------------------------------------------------------------


def test_a_firm_alone_is_not_all_members_together() -> None:
    changes = [{"path": "firms.A.contribution", "factor": 0.3}]
    document = make_document(
        [firm("A", 10.0, 4.0)],
        scenarios=[{"name": "bad", "changes": changes}, {"name": "good", "changes": []}],
        uncertainty={"timing": "after_effort"},
    )
    instance = Instance.from_dict(document)
    result = solve(instance)
    assert result.scenarios[0].joint_surplus < 0.0
    text = markdown(award_page(Award(result, instance)))
    assert "earning less than outside is so probable: A (50.00%)" in text
    assert "all members together" not in text.partition("Risks that remain")[2].partition("## ")[0]


@pytest.mark.parametrize(
    ("group", "said"),
    [
        (("A",), "by an alliance of its own, 8.000 more than the 1.000 that it has here"),
        (("A", "X"), "by an alliance of their own, 8.000 more than the 1.000 that members among them have here"),
    ],
)
def test_one_firm_that_would_leave_is_one(group: tuple[str, ...], said: str) -> None:
    outside = Outsiders(stable=False, group=group, value=9.0, surplus=1.0)
    away = Stability(stable=True, coalition=(), value=None, surplus=None, outsiders=outside)
    assert said in markdown(Page.of(stability_note(away, True, Money.of([9.0, 1.0]))))
