"""The schedule of a contract for scenarios: what each is, what is done and paid in it, and that clauses say so."""

from __future__ import annotations

import functools
import re
from typing import Any, get_args

import pytest

from builders import firm, make_document, pair
from rd_contract import Edit, Instance, Result, explain, load_bundled, solve, variant, worlds
from rd_contract.report.award import Award
from rd_contract.report.award.book import award_book
from rd_contract.report.award.content import award_page
from rd_contract.report.award.languages import tongue
from rd_contract.report.award.schedule import Schedule
from rd_contract.report.award.sheet import term_sheet
from rd_contract.report.content.figures_data import ContractAmounts
from rd_contract.report.page import Heading, Language, Page, Paragraph, Table
from rd_contract.report.render.markdown import markdown
from uncertain_contracts import Part, scenarios, told

#: What the lean scenario changes: everything that a clause gives a number of, and numbers of others.
LEAN = [
    {"path": "firms.A.efforts.1.cost", "value": 6.6},
    {"path": "firms.*.verifiable_cost_share", "factor": 0.5},
    {"path": "monitoring.ledger.cost", "value": 0.9},
    {"path": "monitoring.ledger.detection", "factor": 0.9},
    {"path": "monitoring.audits.cost", "value": 7.0},
    {"path": "firms.Other.outside_option", "value": 77.0},
    {"path": "relations.A & B.coordination_cost", "value": 0.2},
    {"path": "project.guarantee_fee", "value": 0.02},
]


@functools.cache
def lean() -> tuple[Instance, Result]:
    """Return two partners that need a ledger, deposits and reimbursement, and a third firm that stays out."""
    needs: dict[str, Any] = {"max_reimbursement": 0.4, "max_deposit": 1.0, "share": {"max": 0.55}}
    document = make_document(
        [firm("A", 12.0, 6.0, **needs), firm("B", 12.0, 6.0, **needs), firm("Other", 1.0, 1.0, outside_option=50.0)],
        relations=[pair("A", "B", synergy=4.0)],
        currency="EUR million",
        monitoring=[
            {"name": "ledger", "cost": 0.4, "detection": 0.9},
            {"name": "audits", "cost": 5.0, "detection": 1.0},
        ],
        scenarios=[
            {"name": "lean", "probability": 0.25, "changes": LEAN},
            {"name": "usual", "probability": 0.75, "changes": []},
        ],
    )
    instance = Instance.from_dict(document)
    return instance, solve(instance)


@functools.cache
def drawn() -> tuple[Instance, Result]:
    """Return the same with sixty scenarios."""
    instance, _ = lean()
    changed = [
        {
            "name": f"draw {at}",
            "changes": [
                {"path": "monitoring.ledger.cost", "value": 0.2 + at / 100.0},
                {"path": "firms.*.contribution", "factor": 1.0 + at / 500.0},
            ],
        }
        for at in range(60)
    ]
    instance = Instance.from_dict(instance.to_dict() | {"scenarios": changed})
    return instance, solve(instance)


def sheet_of(known: tuple[Instance, Result], language: Language = "en", **more: Any) -> Page:
    instance, result = known
    return term_sheet(Award(result, instance, language=language, **more))


def clause(page: Page, title: str) -> tuple[str, list[Table]]:
    """Return the text and the tables of a part of a page, given how its heading begins."""
    starts = [at for at, one in enumerate(page.blocks) if isinstance(one, Heading)]
    [start] = [at for at in starts if page.blocks[at].text.startswith(title)]  # type: ignore[union-attr]
    end = next((at for at in starts if at > start), len(page.blocks))
    part = page.blocks[start:end]
    said = " ".join(one.text.plain for one in part if isinstance(one, Paragraph))
    return said, [one for one in part if isinstance(one, Table)]


def cells(table: Table) -> list[list[str]]:
    return [[cell.plain for cell in row] for row in table.rows]


# --- clauses -----------------------------------------------------------------------------------------------


def test_monitoring_is_paid_as_each_scenario_says() -> None:
    said, _ = clause(sheet_of(lean()), "6. ")
    assert "0.900 EUR million in lean, 0.400 EUR million in usual" in said


def test_of_many_scenarios_the_clause_has_the_average_and_says_so() -> None:
    instance, result = drawn()
    said, _ = clause(sheet_of(drawn()), "6. ")
    mean = sum(world.probability * world.instance.monitoring[0].cost for world in worlds(instance))
    assert result.monitoring == "ledger"
    assert f"a joint cost of {mean:.3f} EUR million on average" in said


def test_a_cost_that_no_scenario_changes_is_given_as_it_is() -> None:
    instance = variant(load_bundled("two_firms"), [Edit("project.base_value", 0.0)])
    same = Instance.from_dict(
        instance.to_dict()
        | {"scenarios": [{"name": name, "changes": [{"path": "monitoring.none.cost", "value": 1.0}]} for name in "ab"]}
    )
    said, _ = clause(sheet_of((same, solve(same))), "6. ")
    assert re.search(r"at a joint cost of 1\.000, borne", said)


@pytest.mark.parametrize("language", get_args(Language))
def test_every_clause_with_an_average_says_that_it_is_one(language: Language) -> None:
    page, says = sheet_of(lean(), language), tongue(language)
    note = says.say("averages", schedule=says.say("schedule"))
    for at in (2, 4, 5):
        said, _ = clause(page, f"{at}. ")
        assert note in said
    said, _ = clause(page, "3. ")
    assert note not in said


def test_a_clause_without_an_average_says_nothing_of_them() -> None:
    """Efforts cost the same in all sixty scenarios; the pool's payments do not."""
    page, says = sheet_of(drawn()), tongue("en")
    note = says.say("averages", schedule=says.say("schedule"))
    assert note not in clause(page, "2. ")[0]
    assert note in clause(page, "5. ")[0]


def test_breaches_are_averages_too() -> None:
    instance, result = lean()
    known = explain(instance, result)
    said, _ = clause(sheet_of(lean(), explanation=known), "7. ")
    assert "averages over the scenarios" in said
    certain = variant(instance, [Edit("scenarios", [])])
    answer = solve(certain)
    said, _ = clause(sheet_of((certain, answer), explanation=explain(certain, answer)), "7. ")
    assert "scenario" not in said


# --- definitions -------------------------------------------------------------------------------------------


def test_each_scenario_is_defined_by_what_it_changes_from_what_to_what() -> None:
    _, [table, _] = _schedule(lean())
    rows = cells(table)
    assert [row[:2] for row in rows if row[0]] == [["lean", "25.00%"], ["usual", "75.00%"]]
    numbers = {row[2]: (row[3], row[4]) for row in rows}
    assert numbers["Cost of ledger"] == ("0.4", "0.9")
    assert numbers["Cost of effort 1.00: A"] == ("6", "6.6")
    assert numbers["Verifiable cost share of A"] == ("1", "0.5")
    assert numbers["Project guarantee fee"] == ("0", "0.02")
    assert numbers["nothing: as in the instance"] == ("", "")


def test_numbers_are_defined_to_their_last_digit() -> None:
    changes = [{"path": "firms.A.outside_option", "value": 123456.789}, {"path": "firms.B.contribution", "factor": 1.1}]
    document = make_document(
        [firm("A", 2345678.25, 4.0), firm("B", 1234567.0, 4.0)],
        relations=[pair("A", "B", synergy=9.0)],
        scenarios=[{"name": "a", "changes": changes}, {"name": "b", "changes": []}],
    )
    instance = Instance.from_dict(document)
    _, [table, *_] = _schedule((instance, solve(instance)))
    numbers = {row[2]: (row[3], row[4]) for row in cells(table)}
    assert numbers["Outside option of A"] == ("0", "123456.789")
    assert numbers["Contribution of B"] == ("1234567", "1358023.7")


def test_a_change_of_many_numbers_is_told_as_one() -> None:
    firms = [firm(f"F{at}", 10.0, 2.0) for at in range(14)]
    changed = scenarios({"firms.*.contribution": "*1.25"}, {})
    given, signed = told(make_document(firms, scenarios=changed), {f"F{at}": Part(1.0 / 14.0) for at in range(14)})
    _, [table, *_] = _schedule((Instance.from_dict(given), Result.from_dict(signed)))
    assert cells(table)[0] == ["case 1", "50.00%", "Contribution of 14 firms", "× 1.25"]


def test_what_is_no_part_of_the_contract_is_left_out() -> None:
    _, result = lean()
    assert {member.firm for member in result.members} == {"A", "B"}
    text = markdown(sheet_of(lean()))
    assert "Other" not in text
    assert "audits" not in text
    assert "77" not in text


def test_a_scenario_that_changes_only_what_is_elsewhere_changes_nothing_here() -> None:
    instance, _ = lean()
    changes = [{"path": "monitoring.audits.cost", "value": 7.0}]
    changed = Instance.from_dict(
        instance.to_dict() | {"scenarios": [{"name": "a", "changes": changes}, {"name": "b", "changes": []}]}
    )
    _, [table] = _schedule((changed, solve(changed)))
    assert [row[2] for row in cells(table)] == ["nothing that concerns this contract", "nothing: as in the instance"]


def test_many_scenarios_are_summarised_and_the_instance_named_that_has_them() -> None:
    instance, _ = drawn()
    said, [table, done] = _schedule(drawn())
    assert "60 scenarios, too many to define" in said
    assert instance.sha256 in said
    assert cells(table) == [
        ["Cost of ledger", "0.4", "0.2", "0.495", "0.79", "60"],
        ["Contribution of A", "12", "12", "12.708", "13.416", "60"],
        ["Contribution of B", "12", "12", "12.708", "13.416", "60"],
    ]
    assert [column.title for column in done.columns] == ["", "Lowest", "On average", "Highest"]


def test_without_the_instance_it_is_said_where_scenarios_are_defined() -> None:
    instance, result = lean()
    said, [table, _] = _schedule((None, result))
    assert f"instance with fingerprint {instance.sha256}" in said
    assert cells(table) == [["lean", "25.00%"], ["usual", "75.00%"]]


def test_without_the_instance_every_amount_may_be_an_average() -> None:
    _, result = drawn()
    says = tongue("en")
    page = term_sheet(Award(result))
    assert says.say("averages", schedule=says.say("schedule")) in clause(page, "2. ")[0]
    assert says.say("schedule_done_note") not in markdown(page)


def test_a_certain_contract_has_no_schedule() -> None:
    instance = load_bundled("two_firms")
    assert list(Schedule(Award(solve(instance), instance)).of_contract()) == []


def _schedule(known: tuple[Instance | None, Result]) -> tuple[str, list[Table]]:
    """Return the text and the tables of a schedule."""
    instance, result = known
    blocks = list(Schedule(Award(result, instance)).of_contract())
    text = " ".join(one.text.plain for one in blocks if isinstance(one, Paragraph))
    return text, [one for one in blocks if isinstance(one, Table)]


# --- what is done and paid ---------------------------------------------------------------------------------


def test_what_is_paid_in_each_scenario_is_on_average_what_the_result_says() -> None:
    instance, result = lean()
    due, chances = ContractAmounts(instance, result).of_scenarios(), [one.probability for one in result.scenarios]
    for member in result.members:
        cost = sum(p * one.cost[member.firm] for p, one in zip(chances, due, strict=True))
        paid = sum(p * one.reimbursement[member.firm] for p, one in zip(chances, due, strict=True))
        assert cost == pytest.approx(member.effort_cost)
        assert paid == pytest.approx(member.reimbursement)
    assert [one.monitoring for one in due] == pytest.approx([0.9, 0.4])
    assert [one.coordination for one in due] == pytest.approx([0.2, 0.0])


def test_the_schedule_has_what_differs_and_nothing_else() -> None:
    _, [_, done] = _schedule(lean())
    rows = {row[0]: row[1:] for row in cells(done)}
    assert rows["A (R&D cost)"] == ["6.600", "6.000", "6.150"]
    assert "B (R&D cost)" not in rows
    assert rows["Cost of monitoring"] == ["0.900", "0.400", "0.525"]
    assert rows["Cost of coordination"] == ["0.200", "0.000", "0.050"]
    assert rows["Pool lacks"][2] in ("0.000", "\N{MINUS SIGN}0.000")


def test_a_scenario_in_which_nobody_works_is_named() -> None:
    changes = [{"path": "firms.*.contribution", "factor": 0.01}, {"path": "relations.A & B.synergy", "value": 0.0}]
    instance = Instance.from_dict(
        make_document([firm("A", 10.0, 2.0), firm("B", 10.0, 2.0)], relations=[pair("A", "B", synergy=3.0)])
        | {
            "scenarios": [{"name": "dead", "changes": changes}, {"name": "alive", "changes": []}],
            "uncertainty": {"agreement": "by_scenario"},
        }
    )
    said, _ = _schedule((instance, solve(instance)))
    assert "Nobody works in: dead." in said


# --- where it stands ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", get_args(Language))
def test_boards_lawyers_and_procurement_all_read_what_scenarios_are(language: Language) -> None:
    instance, result = lean()
    award = Award(result, instance, language=language)
    title = award.say("schedule")
    for page in (award_page(award), term_sheet(award), award_book(award)[award.say("tab_scenarios")]):
        [table, *_] = clause(page, title)[1]
        assert [row[0].plain for row in table.rows if row[0].plain] == ["lean", "usual"]
        text = markdown(page)
        assert award.money(0.9) in text
        assert "{" not in text


def test_the_basis_names_the_sweep_file_whose_points_are_the_scenarios() -> None:
    instance, result = lean()
    named = result.with_settings((), "outlook.json")
    said, _ = clause(term_sheet(Award(named, instance)), "9. ")
    assert "the points of the sweep file outlook.json" in said
