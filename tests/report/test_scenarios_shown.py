"""What is shown of a contract's scenarios: sections, pictures, awards, workbooks, frames."""

from __future__ import annotations

import functools
import io
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rd_contract import Edit, Instance, Result, SweepPlan, evaluate, load_bundled, solve, variant, with_scenarios
from rd_contract.report.award import Award, award_file
from rd_contract.report.award.content import award_page
from rd_contract.report.award.sheet import term_sheet
from rd_contract.report.content.by_scenario import judged_value, scenario_section
from rd_contract.report.content.contract import contract_report, money_of
from rd_contract.report.content.contract_figures import contract_figures
from rd_contract.report.content.figures_data import ContractAmounts
from rd_contract.report.content.outlook import Outlook, Spread, tightest
from rd_contract.report.content.scenario_figures import scenario_figures
from rd_contract.report.content.study_figures import evaluations_figures
from rd_contract.report.frames.scenarios import outcomes_table
from rd_contract.report.page import Heading, Page, Paragraph, Table
from rd_contract.report.pictures.distribution import histogram
from rd_contract.report.render.markdown import markdown
from rd_contract.report.words.results import proof

#: Two firms in a market that may be bad; each works where it is good, only.
BAD = {
    "name": "bad",
    "probability": 0.3,
    "changes": [
        {"path": "firms.*.contribution", "factor": 0.4},
        {"path": "monitoring.ledger.cost", "factor": 1.5},
        {"path": "firms.Supplier.outside_option", "value": 0.5},
    ],
}
GOOD = {"name": "good", "probability": 0.7, "changes": []}


@functools.cache
def planned() -> tuple[Instance, Result]:
    document = load_bundled("two_firms").to_dict()
    instance = Instance.from_dict(
        document | {"scenarios": [BAD, GOOD], "uncertainty": {"agreement": "by_scenario"}, "currency": "EUR million"}
    )
    return instance, solve(instance, stability=True)


@functools.cache
def drawn(count: int, objective: str = "expected", timing: str = "after_effort") -> tuple[Instance, Result]:
    plan = SweepPlan.from_options(
        ("modes.*.value_factor=*0.5:1.5", "firms.*.outside_option=*0:2"), "latin-hypercube", count, 0
    )
    edits = [Edit("uncertainty.timing", timing), Edit("uncertainty.objective", objective)]
    instance = with_scenarios(variant(load_bundled("horizon2020_12"), edits), plan)
    return instance, solve(instance)


def section(result: Result) -> Page:
    return Page.of(scenario_section(result, money_of(result)))


def cells(table: Table) -> list[list[str]]:
    return [[cell.plain for cell in row] for row in table.rows]


def tables(page: Page) -> dict[str, Table]:
    found: dict[str, Table] = {}
    title = ""
    for block in page.blocks:
        if isinstance(block, Heading):
            title = block.text
        elif isinstance(block, Table):
            found[title] = block
    return found


def said(page: Page) -> str:
    return " ".join(block.text.plain for block in page.blocks if isinstance(block, Paragraph))


# --- amounts with probabilities ----------------------------------------------------------------------------

AMOUNTS = st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 9)), min_size=1, max_size=30).filter(
    lambda pairs: any(weight for _, weight in pairs)
)


def spread_of(pairs: list[tuple[int, int]]) -> Spread:
    weights = np.array([float(weight) for _, weight in pairs])
    return Spread(np.array([float(amount) for amount, _ in pairs]), weights / weights.sum())


@given(pairs=AMOUNTS, part=st.floats(0.01, 1.0))
def test_a_quantile_is_the_least_amount_that_enough_probability_stays_below(
    pairs: list[tuple[int, int]], part: float
) -> None:
    spread = spread_of(pairs)
    found, room = spread.quantile(part), 2e-7
    assert found in spread.amounts
    assert spread.chances[spread.amounts <= found].sum() >= part - room
    assert spread.chances[spread.amounts < found].sum() <= part + room
    assert spread.lowest <= found <= spread.highest
    assert spread.quantile(part / 2.0) <= found


@given(pairs=AMOUNTS)
def test_probabilities_count_as_often_as_scenarios_are_listed(pairs: list[tuple[int, int]]) -> None:
    spread = spread_of(pairs)
    listed = np.repeat(spread.amounts, [weight for _, weight in pairs])
    assert spread.mean == pytest.approx(float(listed.mean()), abs=1e-9)
    assert spread.below() == pytest.approx(float((listed < 0.0).mean()), abs=1e-9)
    parts = histogram(spread.amounts.tolist(), spread.lowest, spread.highest, spread.chances.tolist())
    assert math.fsum(parts) == pytest.approx(1.0)


def test_rounding_is_no_loss() -> None:
    assert Spread(np.array([-1e-12, 5.0]), np.array([0.5, 0.5])).below() == 0.0
    assert Spread(np.array([-1e-3, 5.0]), np.array([0.5, 0.5])).below() == 0.5


# --- a few scenarios ---------------------------------------------------------------------------------------


def test_each_of_a_few_scenarios_is_told_with_what_members_earn_and_do_in_it() -> None:
    _, result = planned()
    page = section(result)
    found = tables(page)
    first = cells(found["What the contract comes to in each scenario"])
    assert [row[0] for row in first] == ["bad", "good", "On average"]
    assert [row[1] for row in first] == ["30.00%", "70.00%", ""]
    money = money_of(result)
    assert first[0][3] == money.text(result.scenarios[0].joint_surplus)
    assert first[2][3] == money.text(result.joint_surplus)
    assert first[0][4] == money.text(result.scenarios[0].pool_balance) != money.text(0.0)
    earnings = found["What each member earns in each scenario"]
    assert [column.title for column in earnings.columns] == ["Firm", "bad", "good", "Loss"]
    assert cells(earnings)[0][1:3] == [money.text(one.profits["Manufacturer"]) for one in result.scenarios]
    efforts = cells(found["How hard each member works in each scenario"])
    assert efforts == [["Manufacturer", "0", "1.00"], ["Supplier", "0", "1.00"]]
    assert "an effort of each is agreed for every one of them" in said(page)


def test_surpluses_are_profits_less_what_is_earned_outside_then() -> None:
    _, result = planned()
    bad = result.scenarios[0]
    assert bad.surpluses["Supplier"] == pytest.approx(bad.profits["Supplier"] - 0.5)
    assert sum(bad.surpluses.values()) == pytest.approx(bad.joint_surplus)
    assert Outlook.of_result(result).losing == {"Manufacturer": 0.3, "Supplier": 0.3}


def test_a_member_is_asked_most_where_its_slack_is_least() -> None:
    _, result = planned()
    for one in tightest(result):
        slacks = {told.name: told.slack[one.firm] for told in result.scenarios}
        assert one.margin == min(slacks.values())
        assert set(one.scenarios) == {name for name, slack in slacks.items() if slack == pytest.approx(one.margin)}
    rows = cells(tables(section(result))["Where each member is asked most"])
    assert [row[0] for row in rows] == ["Manufacturer", "Supplier"]


def test_the_report_says_that_amounts_are_averages() -> None:
    instance, result = planned()
    text = said(contract_report(result, instance))
    assert "outside the alliance, on average over 2 scenarios." in text
    certain = solve(load_bundled("two_firms"))
    assert "on average" not in said(contract_report(certain))
    assert section(certain).blocks == ()


def test_what_is_drawn_of_a_plan_adds_up_to_its_averages() -> None:
    instance, result = planned()
    amounts = ContractAmounts(instance, result)
    assert result.value_parts is not None
    assert math.fsum(amounts.of_sources().values()) == pytest.approx(result.joint_surplus)
    assert sum(amounts.of_pairs().values()) == pytest.approx(result.value_parts.synergies)
    for member in result.members:
        assert math.fsum(amounts.of_members()[member.firm].values()) == pytest.approx(member.expected_profit)


# --- many scenarios ----------------------------------------------------------------------------------------


def test_of_many_scenarios_it_is_told_how_they_spread() -> None:
    _, result = drawn(60)
    page = section(result)
    found = tables(page)
    assert max(len(table.rows) for table in found.values()) < 12
    spread = found["How it may turn out"]
    titles = [column.title for column in spread.columns]
    assert titles == ["", "On average", "Lowest", "5%", "Median", "95%", "Highest", "Loss"]
    values = sorted(one.joint_surplus for one in result.scenarios)
    money = money_of(result)
    row = cells(spread)[0]
    expected = [result.joint_surplus, values[0], values[2], values[29], values[56], values[-1]]
    assert row[1:7] == [money.text(value) for value in expected]
    losing = sum(value < 0.0 for value in values) / 60
    assert row[7] == f"{losing:.2%}"
    assert "no scenario asks more of a member than another" in said(page)


def test_the_worst_case_may_be_below_what_no_alliance_is_worth() -> None:
    _, result = drawn(60, "worst")
    assert result.objective_value is not None
    assert result.objective_value < 0.0
    assert result.status == "optimal"
    text = said(Page.of(judged_value(result, money_of(result))))
    value = money_of(result).full(result.objective_value)
    assert f"In the worst scenario, by which it is judged, the joint surplus is {value}." in text
    assert "no alliance at all is worth 0" in text
    report = contract_report(result)
    assert text in said(report)
    regimes = tables(report)["Regimes compared"]
    assert regimes.columns[3].title == "Judged at most"
    loose = result.replace(status="feasible", stop_reason="time_limit")
    assert "no contract has a joint surplus in the worst scenario above" in proof(loose, money_of(result))


def test_a_tail_is_judged_by_its_mean() -> None:
    _, result = drawn(60, "cvar")
    text = said(Page.of(judged_value(result, money_of(result))))
    assert text.startswith("On average over the worst 10.00% of what may happen, by which it is judged,")
    values = sorted(one.joint_surplus for one in result.scenarios)
    assert result.objective_value == pytest.approx(np.mean(values[:6]), abs=1e-5)


def test_nothing_is_judged_where_the_mean_counts() -> None:
    _, result = drawn(60)
    assert list(judged_value(result, money_of(result))) == []


# --- pictures ----------------------------------------------------------------------------------------------


def test_pictures_of_few_and_of_many_scenarios() -> None:
    instance, result = planned()
    few = contract_figures(result, instance)[-2:]
    assert [figure.title for figure in few] == [
        "Joint surplus in each scenario",
        "What each member earns in each scenario",
    ]
    assert few[0].chart is not None
    assert [label for label, _ in few[0].chart.steps] == ["bad (30.00%)", "good (70.00%)"]
    for one in result.scenarios:
        assert money_of(result).text(one.profits["Supplier"]) in few[1].svg
    _, wide = drawn(60)
    many = scenario_figures(wide, money_of(wide))
    assert [figure.title for figure in many] == [
        "How the joint surplus may turn out",
        "How each member's profit may turn out",
    ]
    assert many[0].chart is not None
    assert sum(part.value for _, part in many[0].chart.steps) == pytest.approx(1.0)
    certain = solve(load_bundled("two_firms"))
    assert scenario_figures(certain, money_of(certain)) == ()


def test_evaluations_are_drawn_as_the_results_that_they_bear_out() -> None:
    instance, result = planned()
    alone = evaluations_figures({"signed": evaluate(instance, result)}, "EUR million")
    assert [one.title for one in alone] == [one.title for one in scenario_figures(result, money_of(result))]
    several = evaluations_figures(dict.fromkeys("ab", evaluate(instance, result)))
    assert [one.title.partition(":")[0] for one in several] == ["a", "a", "b", "b"]


# --- awards ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "What the contract comes to in each scenario",
                "averages over 2 scenarios",
                "With a probability of 30.00%",
            ),
        ),
        (
            "de",
            (
                "Wohin der Vertrag in jedem Szenario führt",
                "Mittelwerte über 2 Szenarien",
                "Mit einer Wahrscheinlichkeit",
            ),
        ),
        ("zh", ("合同在各情景下的结果", "2种情景的平均值", "的概率为30.00%")),
    ],
)
def test_awards_tell_scenarios_in_every_language(language: Any, words: tuple[str, ...]) -> None:
    instance, result = planned()
    award = Award(result, instance, language=language)
    text = award_file(award, ".html").decode()
    for one in words:
        assert one in text
    assert text.count("<svg") == len(contract_figures(result, instance))
    if language != "en":
        english = ("Joint surplus", "On average", "scenario", "Median")
        shown = markdown(award_page(award))
        assert not [one for one in english if one in shown]


def test_lawyers_read_the_plan_and_who_settles_what_the_pool_lacks() -> None:
    instance, result = planned()
    page = term_sheet(Award(result, instance))
    assert "agreed is, for each scenario:" in said(page)
    assert ["Supplier", "0", "1.00"] in cells(tables(page)["2. Contributions"])
    assert "each in proportion to its share of the revenue" in said(page)
    assert "The pool balances: " not in said(page)
    led = Award(result.replace(objective="lead"), instance)
    assert "the party that leads pays in" in said(term_sheet(led))
    certain = solve(load_bundled("two_firms"))
    assert "scenario" not in said(term_sheet(Award(certain)))


def test_a_board_reads_in_the_first_lines_that_the_worst_case_is_a_loss() -> None:
    instance, result = drawn(60, "worst")
    text = said(award_page(Award(result, instance)))
    assert "In the worst scenario, by which it is judged, the joint surplus is −" in text
    assert "By what contracts are judged by, no other one does better" in text
    german = said(award_page(Award(result, instance, language="de")))
    assert "gar keine Allianz ist 0 wert" in german


def test_the_workbook_has_every_scenario() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    instance, result = drawn(60, "expected", "before_effort")
    book = openpyxl.load_workbook(io.BytesIO(award_file(Award(result, instance), ".xlsx")))
    rows = list(book["By scenario"].iter_rows(values_only=True))
    start = next(at for at, row in enumerate(rows) if row[0] == "Scenario")
    heads, listed = [cell for cell in rows[start] if cell], rows[start + 1 : start + 61]
    assert [row[0] for row in listed] == [one.name for one in result.scenarios]
    assert [row[3] for row in listed] == [one.joint_surplus for one in result.scenarios]
    firm = result.members[0].firm
    at = heads.index(f"{firm} (Profit)")
    assert [row[at] for row in listed] == pytest.approx([one.profits[firm] for one in result.scenarios], abs=1e-9)
    assert f"{firm} (Safety margin there)" in heads
    certain = Award(solve(load_bundled("two_firms")))
    assert "By scenario" not in openpyxl.load_workbook(io.BytesIO(award_file(certain, ".xlsx"))).sheetnames


def test_award_files_of_scenarios_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    instance, result = planned()
    for ending in (".html", ".md"):
        award = Award(result, instance)
        assert award_file(award, ending) == award_file(replace(award), ending)


# --- frames ------------------------------------------------------------------------------------------------


def test_a_frame_has_all_that_is_told_of_every_scenario() -> None:
    _, result = planned()
    frame = outcomes_table(result)
    assert list(frame.index) == ["bad", "good"]
    assert frame.loc["bad", "profit: Supplier"] == result.scenarios[0].profits["Supplier"]
    assert frame.loc["good", "effort: Supplier"] == 1.0
    assert (frame["probability"] * frame["joint_surplus"]).sum() == pytest.approx(result.joint_surplus)
    assert outcomes_table(solve(load_bundled("two_firms"))).empty
