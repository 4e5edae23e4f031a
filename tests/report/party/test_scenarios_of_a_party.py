"""The page for one party of a contract for scenarios tells its part as the award does: no average as if agreed."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from rd_contract import Award, Instance, Result, load_bundled, solve
from rd_contract.report.award import award_file
from rd_contract.report.content.figures_data import ContractAmounts
from rd_contract.report.page import Language
from rd_contract.report.party import party_file, party_of

SCENARIOS = [
    {
        "name": "bad",
        "probability": 0.25,
        "changes": [
            {"path": "firms.*.contribution", "factor": 0.6},
            {"path": "monitoring.ledger.cost", "value": 1.5},
        ],
    },
    {"name": "usual", "probability": 0.5, "changes": []},
    {
        "name": "good",
        "probability": 0.25,
        "changes": [
            {"path": "firms.*.contribution", "factor": 1.3},
            {"path": "firms.Supplier.efforts.1.cost", "factor": 1.1},
        ],
    },
]


@cache
def signed(
    agreement: str = "by_scenario", judged: str = "expected", objective: str = "joint"
) -> tuple[Instance, Result]:
    """Return two firms in three scenarios, and their contract."""
    changed: dict[str, Any] = {
        "currency": "EUR million",
        "objective": objective,
        "scenarios": SCENARIOS,
        "uncertainty": {"agreement": agreement, "objective": judged},
    }
    if objective == "lead":
        changed["division"] = "lead"
    instance = Instance.from_dict(load_bundled("two_firms").to_dict() | changed)
    return instance, solve(instance)


def page(found: tuple[Instance, Result], firm: str, language: Language = "en", *, blind: bool = False) -> str:
    """Return the page for one party as Markdown."""
    instance, result = found
    award = Award(result, None if blind else instance, language=language)
    return party_file(party_of(award, firm), ".md").decode().replace("\\", "")


def amounts(told: list[float]) -> list[str]:
    """Return amounts as pages write them."""
    return [f"{amount:.3f}".replace("-", "\N{MINUS SIGN}") for amount in told]


def column(text: str, title: str) -> list[str]:
    """Return what stands below a title of a table."""
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("| Scenario |") and f"| {title} |" in line)
    place = [cell.strip() for cell in lines[at].split("|")].index(title)
    rows = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.split("|")][place])
    return rows


def test_efforts_are_told_as_the_award_tells_them() -> None:
    instance, result = found = signed()
    text, award = page(found, "Supplier"), award_file(Award(result, instance), ".md").decode()
    told = "0 in bad, 1.00 in usual and good"
    assert f"| Effort | 0.750 on average | {told} |" in text
    sentence = next(line.removeprefix("- ") for line in award.splitlines() if line.startswith("- Supplier: working"))
    assert told in sentence
    assert sentence in text.splitlines()
    assert "than 0.750" not in text
    assert column(text, "Effort") == ["0", "1.00", "1.00"]


def test_every_amount_of_a_scenario_is_that_of_the_result() -> None:
    instance, result = found = signed()
    text = page(found, "Supplier")
    own = next(member for member in result.members if member.firm == "Supplier")
    due, told = ContractAmounts(instance, result).of_scenarios(), result.scenarios
    assert column(text, "R&D cost") == amounts([one.cost["Supplier"] for one in due]) == ["0.000", "4.000", "4.400"]
    assert column(text, "You pay in") == amounts([own.share * one.pool_balance for one in told])
    assert column(text, "Profit") == amounts([one.profits["Supplier"] for one in told])
    assert column(text, "Safety margin") == amounts([one.slack["Supplier"] for one in told])
    assert amounts([own.incentive_slack or 0.0]) == [min(column(text, "Safety margin"), key=float)]


def test_what_is_an_average_says_so() -> None:
    text = page(signed(), "Supplier")
    assert "amounts are averages over 3 scenarios where nothing else is said" in text
    assert "| R&D cost | 3.100 | on average over the scenarios, before reimbursement and subsidy |" in text
    assert "Probabilities and amounts are averages over the scenarios" in text


def test_a_cost_that_is_the_same_in_every_scenario_is_no_average() -> None:
    dearer = [{"name": "dearer", "changes": [{"path": "monitoring.ledger.cost", "value": 1.2}]}]
    document = load_bundled("two_firms").to_dict() | {"scenarios": [*dearer, {"name": "usual", "changes": []}]}
    instance = Instance.from_dict(document)
    text = page((instance, solve(instance)), "Supplier")
    assert "| R&D cost | 4.000 | of this effort, before reimbursement and subsidy |" in text
    assert "| Effort | 1.00 | work |" in text


def test_the_duty_to_pay_what_the_pool_lacks_is_there() -> None:
    instance, result = found = signed()
    terms = award_file(Award(result, instance), ".md", "terms").decode().splitlines()
    clause = next(line for line in terms if line.startswith("The pool balances on average"))
    text = page(found, "Supplier")
    assert clause in text.splitlines()
    own = next(member for member in result.members if member.firm == "Supplier")
    most = own.share * max(one.pool_balance for one in result.scenarios)
    assert most > 0.01
    assert f"you pay {most:.3f} EUR million at most, in scenario bad." in text


def test_where_the_lead_pays_alone_the_others_pay_nothing() -> None:
    _, result = found = signed(judged="worst", objective="lead")
    assert any(abs(one.pool_balance) > 0.01 for one in result.scenarios)
    lead, other = page(found, "Manufacturer"), page(found, "Supplier")
    for text in (lead, other):
        assert "the party that leads pays in" in text
        assert "The contract is to be best in the worst of them." in text
    assert "you pay" not in other.replace("you pay it at signing", "")
    assert column(lead, "You pay in") == amounts([one.pool_balance for one in result.scenarios])
    assert "the lead's profit is" in lead  # which is its own
    assert "the lead's profit is" not in other


def test_what_a_contract_is_judged_by_is_a_total_for_all() -> None:
    _, result = found = signed(judged="worst")
    said = f"the joint surplus is {amounts([result.objective_value or 0.0])[0]} EUR million"
    assert {said in page(found, member.firm) for member in result.members} == {True}


def test_without_the_instance_what_is_not_known_is_not_told() -> None:
    text = page(signed(), "Supplier", blind=True)
    assert "| Scenario | Probability | Effort | You pay in |" in text
    assert "on average over the scenarios, before reimbursement and subsidy" in text
    other = page(signed(judged="worst", objective="lead"), "Manufacturer", blind=True)
    assert "You pay in" not in other  # who leads is not known
    assert "the party that leads pays in" in other


def test_certain_numbers_have_nothing_of_it() -> None:
    instance = load_bundled("two_firms")
    text = page((instance, solve(instance)), "Supplier")
    assert "scenario" not in text
    assert "average over" not in text


@pytest.mark.parametrize(("language", "words"), [("de", ("Erlös", "im Mittel 0,750")), ("zh", ("收入", "平均0.750"))])
def test_other_languages_use_the_words_of_the_award(language: Language, words: tuple[str, ...]) -> None:
    text = page(signed(), "Supplier", language)
    assert all(word in text for word in words)
    assert "Umsatz" not in text
    assert "ledger" in text


def test_what_a_page_is_written_from_has_nothing_of_others_at_hand() -> None:
    """Words and numbers of a party hold no award that they could be asked for."""
    instance, result = signed()
    found = party_of(Award(result, instance), "Supplier")
    assert "Award(" not in repr(found)
    assert "Result(" not in repr(found)
