"""Hard cases from the field, each as it came: one table of those that are solved, one of those that are refused."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from builders import Document
from commands import invoke, write
from printing import printed
from rd_contract import Instance, InstanceError, explain, solve
from rd_contract.instance import values_at
from rd_contract.report.content.contract import contract_report
from rd_contract.report.content.explanation import explanation_report
from samples import CASES, case

#: Joint surplus of the best contract; None: there is none.
SOLVED: dict[str, float | None] = {
    "65_members": 65.0,  # more members than an array has axes
    "ambiguous_pairs": 28.6,  # 5 + 6 + 7 + 8 and synergies of 1 and 2, less four times 0.1
    "decimal_budget": 25.35,  # 4.35 + 0.1 + 0.2 are 4.65 to the last digit
    "decimal_caps": 2.97,  # 0.86 + 0.06 + 0.08 are 1
    "formulas_as_names": 2.5,
    "gately_1974": 1530.0,
    "names_case": 13.7,  # two firms, and a warning
    "outlier": 9.387728,  # as without the firm that would cost a billion
    "relation_composed": 13.7,
    "tiny_contribution": 0.0,
    "tiny_joining_cost": 7.0,  # as without joining cost
    "two_conflicts": None,
    "whole_numbers": 0.5,  # a curve through four steps, written 4.0
}

#: Where the problems are, and their rules.
REFUSED: dict[str, list[tuple[str, str]]] = {
    "dirty_spreadsheet": [
        (path, "schema")
        for path in (
            "project.budget",
            "project.subsidy_rate",
            "firms[0].contribution",
            "firms[0].efforts[1].level",
            "firms[0].efforts[1].cost",
            "firms[0].share.min",
            "firms[0].share.max",
            "firms[1].contribution",
            "firms[1].efforts[1].level",
            "firms[1].joining_cost",
            "firms[1].liquidity",
            "firms[1].credit",
        )
    ],
    "names_composed": [("firms[1].name", "unique-firms")],
    "names_double_blank": [("firms[1].name", "unique-firms")],
    "names_trailing_blank": [("firms[1].name", "unique-firms")],
    "text_for_yes_or_no": [("firms[0].sme", "schema")],
}

#: Those with a test below, or that belong to one of the others.
OTHERWISE = {"65_axes", "65_axes_plan", "drone", "solver_noise", "two_firms_result", "whole_euros"}


def test_every_case_has_its_answer() -> None:
    assert {path.stem for path in CASES.glob("*.json")} == {*SOLVED, *REFUSED, *OTHERWISE}


@pytest.mark.parametrize("name", SOLVED)
def test_what_is_solved(name: str) -> None:
    result = solve(case(name))
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures
    assert result.status == ("no_contract" if SOLVED[name] is None else "optimal")
    assert result.joint_surplus == pytest.approx(SOLVED[name], abs=1e-6)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    with pytest.raises(InstanceError) as caught:
        case(name)
    assert [(problem.path, problem.rule) for problem in caught.value.problems] == REFUSED[name]
    assert all(problem.hint for problem in caught.value.problems)


@pytest.mark.parametrize("size", [1e-9, -1e-9, 1e-15])
def test_a_contribution_next_to_nothing(size: float) -> None:
    raw = case("tiny_contribution").to_dict()
    raw["firms"][0]["contribution"] = size
    result = solve(Instance.from_dict(raw))
    assert result.status == "optimal"
    assert result.joint_surplus == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("division", "surpluses"),
    [("shapley", [850.0 / 3.0, 1450.0 / 3.0, 2290.0 / 3.0]), ("nucleolus", [180.0, 395.0, 955.0])],
)
def test_the_game_of_gately_1974(division: str, surpluses: list[float]) -> None:
    """Electric power in three regions of India, as published."""
    result = solve(Instance.from_dict(case("gately_1974").to_dict() | {"division": division}))
    assert [member.firm for member in result.members] == ["AP", "TN", "KM"]
    # Terms are stated in steps: shares of 0.01% of what there is to divide are split between members.
    assert [member.surplus for member in result.members] == pytest.approx(surpluses, abs=1e-3)


def test_a_path_that_fits_two_pairs_is_refused() -> None:
    with pytest.raises(InstanceError, match="2 readings"):
        values_at(case("ambiguous_pairs"), "relations.A & B & C.synergy")


def test_names_equal_but_for_case_are_warned_of() -> None:
    assert [problem.rule for problem in case("names_case").warnings()] == ["similar-names"]


def test_a_relation_means_the_firm_however_its_name_is_composed() -> None:
    instance = case("relation_composed")
    assert instance.relations[0].between[0] == instance.firms[0].name


def test_sixty_five_axes_of_one_value_are_one_point(tmp_path: Path) -> None:
    """Five firms keep an outside option of 0; half the revenue each makes two of them work, for 1 each."""
    plan = CASES / "65_axes_plan.json"
    folder = tmp_path / "sweep"
    arguments = ("sweep", str(CASES / "65_axes.json"), "--plan", str(plan), "-o", str(folder), "--jobs", "1")
    done = invoke(*arguments)
    assert done.exit_code == 0, done.stderr
    points = pd.read_csv(folder / "points.csv")
    assert len(points) == 1
    assert points["joint_surplus"].tolist() == pytest.approx([2.0])


def test_one_rule_stands_in_the_way_of_both_conflicts() -> None:
    """Only B meets the requirement, only B is cheap enough for the budget; the required A and B exclude each other."""
    found = explain(case("two_conflicts"))
    assert [(one.path, one.joint_surplus) for one in found.relaxations] == [("relations[0].exclusive", 107.0)]


def test_names_that_begin_like_formulas_are_texts_in_tables(tmp_path: Path) -> None:
    target = tmp_path / "forms.csv"
    assert invoke("compare", str(CASES / "formulas_as_names.json"), "--csv", str(target)).exit_code == 0
    cells = pd.read_csv(target, dtype=str, keep_default_na=False).to_numpy().ravel()
    assert any("SUM(1+1)" in cell for cell in cells)
    assert not [cell for cell in cells if cell[:1] in ("=", "@", "+")]


def test_whole_euros_lose_no_digit_in_narrow_tables() -> None:
    instance = case("whole_euros")
    contract = solve(instance)
    pages = (contract_report(contract, instance), explanation_report(explain(instance, contract)))
    for page in pages:
        whole = Counter(re.findall(r"\d[\d,]*", printed(page, 400)))
        assert any(len(amount) > 7 for amount in whole)
        for width in (40, 60, 80):
            assert not whole - Counter(re.findall(r"\d[\d,]*", printed(page, width))), width


def test_a_fifth_of_a_whole_amount_is_whole() -> None:
    page = printed(contract_report(solve(case("solver_noise")), case("solver_noise")), 200)
    assert "31,680,000" in page
    assert "31,679,999" not in page


def test_whole_numbers_are_whole_however_they_are_written(tmp_path: Path) -> None:
    document: Document = json.loads((CASES / "whole_numbers.json").read_text(encoding="utf-8"))
    document["firms"][0]["efforts"]["steps"] = 4
    plain = Instance.from_file(write(tmp_path / "plain.json", document))
    assert case("whole_numbers").sha256 == plain.sha256
