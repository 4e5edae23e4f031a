"""The report: sentences, numbers, tables and the page on the terminal, from results made by hand."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import Any

import pytest
from rich.console import Console

from builders import NO_CONTRACT
from printing import printed, sentences
from rd_contract import find_warnings
from rd_contract.instance import Instance
from rd_contract.outcome.claims import DivisionTargets
from rd_contract.outcome.contract import (
    Certificate,
    Check,
    Equilibrium,
    FirstBest,
    InstanceReference,
    Member,
    Obstacle,
    RegimeOutcome,
    Result,
    SolverInfo,
    StandAlone,
    ValueParts,
)
from rd_contract.report.content.contract import certificate_report, contract_report
from rd_contract.report.content.overview import instance_summary
from rd_contract.report.frames.contracts import checks_table, members_table, regimes_table
from rd_contract.report.render.terminal import rendered
from rd_contract.report.words import results as words
from rd_contract.report.words.numbers import (
    Money,
    clean,
    duration,
    exact,
    fixed,
    listing,
    percent,
    plural,
    significant,
)

# --- results made by hand --------------------------------------------------------------------------------


def _member(firm: str, **changes: Any) -> Member:
    fields: dict[str, Any] = {
        "firm": firm,
        "effort_level": 1.0,
        "effort_label": "full",
        "effort_cost": 6.0,
        "share": 0.4,
        "reimbursement_rate": 0.25,
        "reimbursement": 1.5,
        "transfer": -1.5,
        "deposit": 2.0,
        "expected_profit": 4.25,
        "outside_option": 1.0,
        "surplus": 3.25,
        "incentive_slack": 0.31,
        "contribution_value": 12.0,
        "synergy_value": 3.125,
    }
    return Member(**(fields | changes))


def _regime(mode: str, monitoring: str, status: str, surplus: float | None, bound: float | None) -> RegimeOutcome:
    return RegimeOutcome.model_validate(
        {"mode": mode, "monitoring": monitoring, "status": status, "joint_surplus": surplus, "bound": bound}
    )


def _check(firm: str | None, holds: bool = True, value: float = 0.5) -> Check:
    detail = "no deviation pays (M11)" if holds else "working at 0.25 pays (M11)"
    return Check(id="incentive", firm=firm, value=value, limit=0.0, holds=holds, detail=detail)


def _result(**changes: Any) -> Result:
    fields: dict[str, Any] = {
        "instance": InstanceReference(name="Battery alliance", sha256="ab12" * 16),
        "status": "optimal",
        "stop_reason": "optimality",
        "objective": "joint",
        "division": "equal",
        "currency": "EUR million",
        "mode": "explore",
        "monitoring": "ledger",
        "joint_surplus": 9.6,
        "joint_profit": 12.625,
        "expected_revenue": 45.3,
        "objective_value": 9.6,
        "bound": 9.6,
        "gap": 0.0,
        "value_parts": ValueParts(base=0.0, contributions=36.24, synergies=9.06),
        "members": (
            _member("Cellmaker", effort_level=0.75, effort_label=""),
            _member("Institute", share=0.25, transfer=2.5, incentive_slack=0.0),
            _member("Carmaker", share=0.35, transfer=-1e-14, incentive_slack=None),
        ),
        "regimes": (
            _regime("exploit", "none", "dominated", None, 8.125),
            _regime("exploit", "ledger", "no_contract", None, None),
            _regime("explore", "none", "optimal", 7.375, 7.375),
            _regime("explore", "ledger", "optimal", 9.6, 9.6),
        ),
        "first_best": FirstBest(
            joint_surplus=12.0,
            bound=12.0,
            mode="explore",
            monitoring="none",
            efforts={"Cellmaker": 1.0},
            price_of_moral_hazard=2.4,
        ),
        "stand_alone": (
            StandAlone(firm="Cellmaker", joint_surplus=1.25, effort_level=0.5, mode="exploit"),
            StandAlone(firm="Carmaker", joint_surplus=2.25, effort_level=0.5, mode="exploit"),
            StandAlone(firm="Institute", joint_surplus=0.0, effort_level=None, mode=None),
        ),
        "certificate": Certificate(
            holds=True, checks=(_check("Cellmaker"), _check("Institute")), only_equilibrium=True
        ),
        "solver": SolverInfo(
            rd_contract="0.1.0", highs="1.15.1", pyomo="6.10.1", method="extensive", seconds=1.23, rounds=4, options={}
        ),
    }
    return Result(**(fields | changes))


_NO_CONTRACT: dict[str, Any] = {
    **NO_CONTRACT,
    "value_parts": None,
    "regimes": (),
    "first_best": None,
    "stand_alone": (),
    "certificate": None,
}


def _without_contract(status: str, reason: str, **changes: Any) -> Result:
    return _result(**(_NO_CONTRACT | {"status": status, "stop_reason": reason} | changes))


def _instance(**changes: Any) -> Instance:
    document: dict[str, Any] = {
        "format": "rd-contract/1",
        "name": "Battery alliance",
        "project": {"lead": "Cellmaker"},
        "firms": [
            {"name": name, "role": role, "contribution": 10.0, "efforts": {"full_cost": 6.0}}
            for name, role in (("Cellmaker", "supplier"), ("Institute", "research"), ("Carmaker", "maker"))
        ],
    }
    return Instance.from_dict(document | changes)


# --- numbers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (-0.001, 2, "0.00"),
        (-0.0, 0, "0"),
        (1234.5, 1, "1,234.5"),
        (-0.006, 2, "-0.01"),
        (3.3125, 3, "3.313"),
        (3.3124999999, 3, "3.313"),
        (1e15, 0, "1" + ",000" * 5),
    ],
)
def test_fixed_decimals_never_show_minus_zero(number: float, decimals: int, text: str) -> None:
    assert fixed(number, decimals) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0"), (-0.0, "0"), (0.5, "0.5000"), (1234567.0, "1,234,567"), (1.5e-9, "1.500e-09"), (-12.0, "-12.00")],
)
def test_significant_digits(number: float, text: str) -> None:
    assert significant(number) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(0.0, "0.00%"), (1 / 3, "33.33%"), (1e-9, "below 0.01%"), (None, "-"), (12.0, "1,200.00%")],
)
def test_percentages(ratio: float | None, text: str) -> None:
    assert percent(ratio) == text


@pytest.mark.parametrize(
    ("amounts", "text"),
    [
        ([0.5], "0.2500"),
        ([12.0, None], "0.250"),
        ([5000.0], "0.25"),
        ([-50_000.0], "0.3"),
        ([2e6], "0"),
        ([], "0.25"),
        ([3e-9], "0.2500"),
    ],
)
def test_money_takes_its_decimals_from_the_largest_amount(amounts: list[float | None], text: str) -> None:
    assert Money.of(amounts).text(0.25) == text


def test_money_names_its_unit_and_a_missing_amount() -> None:
    money = Money.of([10.0], "EUR million")
    assert money.full(-1.0) == "-1.000 EUR million"
    assert money.full(None) == money.text(None) == "-"
    assert Money.of([10.0]).full(2.0) == "2.000"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.7, "1 min 00 s"), (7505.0, "2 h 05 min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_small_words() -> None:
    assert plural(1, "firm") == "1 firm"
    assert plural(1200, "firm") == "1,200 firms"
    assert listing(["A"]) == "A"
    assert listing(["A", "B", "C"]) == "A, B and C"
    assert exact(-0.0) == "0"
    assert exact(0.1 + 0.2) == "0.3"


def test_control_characters_become_visible() -> None:
    assert clean("a\x1b[31mb\nc\u202e") == "a\\x1b[31mb c\\u202e"


# --- the page --------------------------------------------------------------------------------------------


def test_the_page_opens_with_what_to_do_and_how_sure_that_is() -> None:
    lines = printed(contract_report(_result())).splitlines()
    assert lines[0] == "Battery alliance"
    assert lines[1] == 'Recommended: an alliance of 3 firms in mode "explore" with monitoring "ledger".'
    assert lines[2].startswith("Joint surplus: 9.600 EUR million more than")
    assert "Proven optimal: no other contract does better (proven bound 9.600, gap 0.00%)." in lines


def test_sections_stand_in_reading_order() -> None:
    page = printed(contract_report(_result()))
    titles = [
        "Who joins",
        "Terms",
        "What each member earns",
        "What the alliance is worth",
        "What else was possible",
        "Regimes compared",
        "Verification",
        "What the words mean",
        "Solved in 1.2 s",
    ]
    places = [page.index(title) for title in titles]
    assert places == sorted(places)


@pytest.mark.parametrize("width", [80, 100])
def test_every_line_fits(width: int) -> None:
    long = _member(
        "Fraunhofer-Institut fuer Werkstoff- und Strahltechnik " + "x" * 60, effort_label="all hands on deck"
    )
    result = _result(members=(long, *_result().members))
    page = printed(contract_report(result, _instance()), width)
    assert max(map(len, page.splitlines())) <= width
    assert "…" not in page  # nothing is cut off
    assert page.count("x") >= 3 * 60


def test_roles_and_the_lead_come_from_the_instance() -> None:
    page = printed(contract_report(_result(), _instance()))
    assert "Cellmaker (lead)   supplier" in page
    assert "Role" not in printed(contract_report(_result()))


def test_members_terms_are_readable() -> None:
    page = printed(contract_report(_result()))
    terms = page[page.index("\nTerms") : page.index("What each member earns")]
    rows = {line.split()[0]: line.split()[1:] for line in terms.splitlines() if line.strip()}
    assert rows["Firm"] == ["Share", "Reimbursed", "in", "money", "Transfer", "Deposit"]
    assert rows["Institute"] == ["25.00%", "25.00%", "1.500", "+2.500", "2.000"]
    assert rows["Carmaker"] == ["35.00%", "25.00%", "1.500", "0.000", "2.000"]
    assert "no choice" in page
    assert "-0.000" not in page


def test_terms_that_are_not_used_are_said_and_not_tabled() -> None:
    plain = {"reimbursement_rate": 0.0, "reimbursement": 0.0, "transfer": 0.0, "deposit": 0.0}
    result = _result(members=tuple(_member(name, **plain) for name in "ABC"))
    page = printed(contract_report(result))
    assert "R&D cost is not reimbursed. There are no transfers. No deposits are needed." in page
    assert "Transfer:" not in page
    assert "Deposit:" not in page


def test_value_and_alternatives() -> None:
    page = printed(contract_report(_result()))
    assert "Expected revenue   45.300  what the shares divide" in page
    assert "20.0% of the expected revenue comes from synergies." in " ".join(page.split())
    assert "If effort were visible  12.000  2.400 (20.0%) is lost because effort is hidden" in page
    assert "Carmaker alone           2.250  without partners; next Cellmaker 1.250" in page


def test_regimes_are_compared_and_the_best_is_marked() -> None:
    page = printed(contract_report(_result()))
    rows = {tuple(line.split()[:2]): line.split()[2:] for line in page.splitlines() if line.startswith("explo")}
    assert rows["exploit", "none"] == ["-", "8.125", "cannot", "win"]
    assert rows["exploit", "ledger"] == ["-", "-", "no", "contract", "exists"]
    assert rows["explore", "ledger"] == ["9.600", "9.600", "recommended"]
    single = _result(regimes=_result().regimes[3:])
    assert "Regimes compared" not in printed(contract_report(single))


def test_what_a_limit_ended_is_neither_recommended_nor_told_what_is_lost_for_certain() -> None:
    page = printed(contract_report(_result(status="feasible", stop_reason="time_limit", bound=11.0, gap=0.15)))
    assert "at most 2.400 (20.0%) is lost because effort is hidden" in " ".join(page.split())
    assert "explore ledger 9.600 9.600 best found so far" in " ".join(page.split())
    assert "ecommended:" not in page


def test_only_paying_single_members_are_named() -> None:
    nobody = (StandAlone(firm="Cellmaker", joint_surplus=0.0, effort_level=None, mode=None),)
    assert "going alone pays for none of them" in sentences(contract_report(_result(stand_alone=nobody)))


def test_one_firm_goes_alone() -> None:
    result = _result(members=(_member("Cellmaker", share=1.0),), monitoring="none")
    assert words.recommendation(result) == 'Recommended: Cellmaker goes alone in mode "explore" without monitoring.'
    assert "The surplus is" not in printed(contract_report(result))


def test_objective_lead_names_the_leads_profit() -> None:
    result = _result(
        objective="lead", objective_value=4.25, bound=5.0, gap=0.17, status="feasible", stop_reason="time_limit"
    )
    page = sentences(contract_report(result))
    assert "The lead's expected profit is 4.250 EUR million, which was maximised." in page
    assert "no contract has an expected profit of the lead above 5.000 EUR million (gap 17.00%)" in page
    assert "Lead at most" in page


def test_a_stopped_search_says_what_is_known() -> None:
    result = _result(status="feasible", stop_reason="interrupted", bound=10.2, gap=0.0625)
    page = sentences(contract_report(result))
    assert "Best found so far: an alliance of 3 firms" in page
    assert "Not proven optimal, the search stopped on request" in page
    assert "above 10.200 EUR million (gap 6.25%)" in page
    unknown = sentences(contract_report(_result(status="feasible", stop_reason="time_limit", bound=None, gap=None)))
    assert "how much better another one may be is not known" in unknown


def test_a_wide_gap_is_not_called_optimal_without_saying_so() -> None:
    page = sentences(contract_report(_result(bound=9.7, gap=0.0104)))
    assert "Proven optimal within the gap you asked for: no contract has a joint surplus above 9.700" in page


@pytest.mark.parametrize(
    ("reason", "stopped"),
    [("division_time_limit", "at the time limit"), ("division_interrupted", "on request"), ("division_size_limit", "")],
)
def test_a_proven_contract_that_is_not_divided_as_asked_says_which_is_which(reason: str, stopped: str) -> None:
    unknown = DivisionTargets(targets={}, standard_errors={}, distance=None, searches=7, finished=False)
    result = _result(status="feasible", stop_reason=reason, division="shapley", division_targets=unknown)
    page = sentences(contract_report(result))
    assert result.proven
    assert "Recommended, but not divided as asked: an alliance of 3 firms" in page
    assert "Proven optimal: no other contract does better (proven bound 9.600, gap 0.00%). Only its division" in page
    assert f"the search for the Shapley value stopped {stopped}" in page
    assert "Best found so far" not in page
    assert "Not proven" not in page


def test_stopped_without_a_contract() -> None:
    page = sentences(contract_report(_without_contract("stopped", "time_limit", bound=12.25)))
    assert "No contract found: the search stopped at the time limit." in page
    assert "That does not mean that none exists." in page
    assert "None can have a joint surplus above 12.250 EUR million." in page


def test_no_contract_names_the_rules_in_the_way() -> None:
    obstacles = (
        Obstacle(rule="budget", path="project.budget", detail="the R&D budget of 3", alone=True, joint_surplus=2.5),
        Obstacle(rule="share", path="firms[3].share.min", detail="40% for [b]x", alone=False, joint_surplus=None),
        Obstacle(rule="size", path="project.team_size", detail="two members", alone=True, joint_surplus=None),
        Obstacle(rule="value", path="", detail="nothing pays", alone=False, joint_surplus=None),
    )
    page = sentences(contract_report(_without_contract("no_contract", "no_contract", obstacles=obstacles)))
    assert "No contract exists that satisfies every rule. This is proven." in page
    assert "the R&D budget of 3" in page
    assert "project.budget" in page
    assert "joint surplus 2.500" in page
    assert "40% for [b]x" in page
    assert "no rule of yours" in page
    assert "What the words mean" not in page
    bare = sentences(contract_report(_without_contract("no_contract", "no_contract")))
    assert "Which rules stand in the way was not worked out." in bare


def test_a_failed_certificate_is_said_first_and_in_full() -> None:
    checks = (_check("Cellmaker"), _check("[red]Institute", holds=False, value=-1.25e-6))
    page = printed(contract_report(_result(certificate=Certificate(holds=False, checks=checks))))
    assert page.index("Do not sign") < page.index("Recommended")
    flat = " ".join(page.split())
    assert "The certificate does not hold: 1 of 2 checks does not hold." in flat
    assert "incentive ([red]Institute): working at 0.25 pays (M11) (computed -1.25e-06, limit 0)" in flat
    assert "Do not sign" in printed(contract_report(_result(certificate=None)))


def test_other_equilibria_are_a_caution() -> None:
    others = tuple(
        Equilibrium(efforts={"Cellmaker": 0.0}, joint_surplus=-1.0 * n, within_budgets=n < 3) for n in range(1, 6)
    )
    certificate = Certificate(
        holds=True, checks=(_check("Cellmaker"),), only_equilibrium=False, other_equilibria=others
    )
    page = sentences(contract_report(_result(certificate=certificate)))
    assert "Caution: 5 other effort profiles are stable under the same terms, too" in page
    assert "Cellmaker 0: joint surplus -1.000 EUR million" in page
    assert page.count("it would break a budget and cannot be agreed") == 1
    assert "- and 2 more" in page
    unknown = certificate.model_copy(update={"only_equilibrium": None, "other_equilibria": ()})
    assert "the team is too large" in sentences(contract_report(_result(certificate=unknown)))


def test_text_from_files_is_never_markup_nor_steers_the_terminal() -> None:
    members = (_member("[red]x[/red]", effort_label="\x1b[2Jgone"), _member("[/]"))
    result = _result(members=members, mode="[bold]m", currency="[i]EUR")
    page = printed(contract_report(result))
    assert "[red]x[/red]" in page
    assert "[/]" in page
    assert '"[bold]m"' in page
    assert "[i]EUR" in page
    assert "\x1b" not in page


def test_the_page_survives_terminals_without_unicode() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    Console(file=stream, width=80).print(rendered(contract_report(_result(), _instance())))


def test_certificate_report_counts_each_condition() -> None:
    certificate = Certificate(holds=False, checks=(_check("A"), _check("B", holds=False)))
    page = printed(certificate_report(certificate, "EUR"))
    assert "1 of 2 fail" in page
    empty = printed(certificate_report(Certificate(holds=True, checks=())))
    assert empty.strip() == "Independently verified: all 0 checks hold."


# --- the summary of an instance --------------------------------------------------------------------------


def test_summary_of_an_instance() -> None:
    firms = [
        {"name": f"Firm {n}", "contribution": 1.0, "efforts": {"full_cost": 1.0}, "credit": 0.5 if n == 7 else 1.0}
        for n in range(9)
    ]
    firms[8]["membership"] = "excluded"
    firms[1]["membership"] = "required"
    project = {"lead": "Firm 0", "min_credit": 0.6, "team_size": {"min": 2, "max": 4}, "budget": 12.5}
    relations = [{"between": ["Firm 2", "Firm 3"], "exclusive": True}]
    page = sentences(instance_summary(_instance(firms=firms, project=project, relations=relations, currency="EUR"), 0))
    assert page.startswith("Valid. Battery alliance")
    for part in (
        "Firms 9 Firm 0, Firm 1, Firm 2, Firm 3, Firm 4, Firm 5 and 3 more",
        "Eligible 7 1 excluded and 1 below the least credit score",
        "Lead 1 Firm 0",
        "Required 1 Firm 1",
        "Pairs described 1 1 of them exclusive",
        "Regimes 1 mode baseline; monitoring none",
        "Team size 2 to 4 members",
        "R&D budget 12.500 EUR",
    ):
        assert part in page


def test_summary_counts_warnings() -> None:
    firms = [{"name": "A", "contribution": 1.0, "efforts": {"full_cost": 1.0}, "max_deposit": 1.0}]
    instance = _instance(firms=firms, project={})
    page = printed(instance_summary(instance, len(find_warnings(instance))))
    assert page.startswith("Valid, with 1 warning.")


# --- data frames -----------------------------------------------------------------------------------------


def test_members_table() -> None:
    frame = members_table(_result())
    assert list(frame.index) == ["Cellmaker", "Institute", "Carmaker"]
    assert frame.loc["Institute", "share"] == 0.25
    assert frame["incentive_slack"].isna().tolist() == [False, False, True]
    assert set(frame.columns) == set(Member.model_fields) - {"firm"}


def test_regimes_table_marks_the_chosen_one() -> None:
    frame = regimes_table(_result())
    assert frame.loc[("explore", "ledger"), "chosen"]
    assert frame["chosen"].sum() == 1
    assert frame["joint_surplus"].dtype == "float64"


def test_tables_without_rows_keep_their_columns_and_types() -> None:
    result = _without_contract("no_contract", "no_contract")
    assert members_table(result)["share"].dtype == "float64"
    assert regimes_table(result).empty
    checks = checks_table(result)
    assert checks.empty
    assert checks["holds"].dtype == "bool"


def test_checks_table() -> None:
    frame = checks_table(_result())
    assert frame["firm"].tolist() == ["Cellmaker", "Institute"]
    assert frame["holds"].all()


def test_the_page_does_not_load_pandas() -> None:
    room = "rd_contract.report.content"
    code = f"import sys, {room}.contract, {room}.overview; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
