"""Rules on money are told with their currency: in explanations, in results, and in awards of other languages."""

from __future__ import annotations

from typing import Any

import pytest

from builders import firm, make_instance
from printing import sentences
from rd_contract import Edit, Instance, explain, explain_obstacles, load_bundled, variant
from rd_contract.outcome.contract import Demands
from rd_contract.report.award.languages import tongue
from rd_contract.report.content.explanation import explanation_report
from rd_contract.study.rulebook import droppable_rules

#: Rules on amounts, and how each is told; others are not told with a currency.
RULES: dict[str, Any] = {
    "spent": {"group": {"firms": ["A", "B"]}, "measure": "cost", "max": 2600.5},
    "paid back": {"group": {"firms": ["A"]}, "measure": "reimbursement", "min": 0},
    "paid by others": {"group": {"firms": ["B"]}, "measure": "subsidy", "max": 1e6},
    "part": {"group": {"firms": ["A"]}, "measure": "cost", "min_fraction": 0.1},
    "work": {"group": {"firms": ["A"]}, "measure": "effort", "min": 0.5},
    "share": {"group": {"firms": ["A"]}, "measure": "revenue_share", "min": 0.1},
}
WITH_UNIT = {
    "R&D budget of 2,600 EUR million",
    "cost-sharing budget of 1,234,567.89 EUR million",
    "A: cannot pay in more than 1,000 EUR million",
    "A: earns 0.5 EUR million outside",
    "spent: at most 2,600.5 EUR million of R&D and joining cost with A and B",
    "paid back: at least 0 EUR million of reimbursements for A",
    "paid by others: at most 1,000,000 EUR million of public subsidies for B",
}
WITHOUT = {
    "part: at least 10% of the R&D and joining cost with A",
    "work: at least 0.5 of effort for A",
    "share: at least 10% of the revenue for A",
}


def ruled(currency: str) -> Instance:
    members = [firm("A", 10.0, 2.0, outside_option=0.5, liquidity=1000.0), firm("B", 8.0, 2.0)]
    raw = make_instance(members, {"budget": 2600.0, "cost_sharing_budget": 1234567.89}).to_dict()
    raw["currency"] = currency
    raw["rules"] = [{"name": name, **rule} for name, rule in RULES.items()]
    return Instance.from_dict(raw)


def test_rules_on_amounts_are_told_with_their_currency() -> None:
    assert {rule.detail for rule in droppable_rules(ruled("EUR million"))} == WITH_UNIT | WITHOUT
    assert {rule.detail for rule in droppable_rules(ruled("EUR million")) if rule.in_money} == WITH_UNIT
    bare = {rule.detail for rule in droppable_rules(ruled(""))}
    assert bare == {told.replace(" EUR million", "") for told in WITH_UNIT} | WITHOUT


def test_what_was_asked_for_is_told_with_its_currency() -> None:
    instance = ruled("CHF")
    told = {one.detail for one in explain_obstacles(instance, demands=Demands(1e6, None))}
    assert told == {"what was asked for: every deviation to cost at least 1,000,000 CHF"}


def test_the_change_of_a_rule_on_money_is_told_with_its_currency() -> None:
    tight = variant(load_bundled("two_firms"), [Edit("project.budget", 1.0)])
    raw = {**tight.to_dict(), "currency": "EUR million"}
    raw["firms"] = [{**one, "membership": "required"} for one in raw["firms"]]
    found = explain(Instance.from_dict(raw))
    [raised] = [one for one in found.relaxations if one.rule == "budget"]
    assert raised.in_money
    page = sentences(explanation_report(found))
    assert "R&D budget of 1 EUR million" in page
    assert "raise the R&D budget from 1.000 to 13.001 EUR million, a change" in page


@pytest.mark.parametrize(
    ("english", "german", "chinese"),
    [
        ("R&D budget of 2600", "F&E-Budget von 2600", "研发预算2600"),
        ("R&D budget of 2,600.5 EUR million", "F&E-Budget von 2.600,5 Mio. EUR", "研发预算2,600.5 百万欧元"),
        (
            "what was asked for: every deviation to cost at least 3 kEUR and the agreed efforts to be the only "
            "equilibrium",
            "was verlangt war: dass jede Abweichung mindestens 3 kEUR kostet und der vereinbarte Einsatz das einzige "
            "Gleichgewicht ist",
            "所要求的：任何偏离至少付出3 kEUR，且约定的投入是唯一均衡",
        ),
        (
            "A: earns 0.5 to 1,000 EUR million outside",
            "A: verdient außerhalb 0,5 bis 1.000 Mio. EUR",
            "A：外部收益0.5至1,000 百万欧元",
        ),
        (
            "R: at least 3 kEUR of reimbursements for A and B",
            "R: mindestens 3 kEUR Erstattungen bei A und B",
            "R：A和B占有至少3 kEUR的成本补偿",
        ),
    ],
)
def test_awards_translate_amounts_with_their_currency(english: str, german: str, chinese: str) -> None:
    assert tongue("de").rephrased(english) == german
    assert tongue("zh").rephrased(english) == chinese
