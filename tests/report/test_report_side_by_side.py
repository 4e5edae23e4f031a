"""Several results, their terms firm by firm."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from commands import invoke
from printing import printed_comparison
from rd_contract import Comparison, Instance, Result, compare, compare_results, load_bundled, solve
from rd_contract.division import Unfinished
from rd_contract.report.words.numbers import Money
from rd_contract.report.words.stated import Stated


@cache
def _solved(division: str = "equal", largest: int | None = None, currency: str = "EUR million") -> Result:
    document = load_bundled("horizon2020_12").to_dict()
    document |= {"division": division, "currency": currency}
    document["project"]["team_size"]["max"] = largest
    return solve(Instance.from_dict(document))


def _terms(page: str) -> dict[tuple[str, str], list[str]]:
    """Return the amounts of each firm and term, as the table shows them."""
    lines = page[page.index("Terms side by side") :].splitlines()[3:]
    found, firm = {}, ""
    for line in lines:
        if line.startswith("Difference:") or not line.strip():
            break
        name, *rest = (part.strip() for part in line.rstrip().split("   ") if part.strip() or not line.startswith("  "))
        if not line.startswith(" "):
            firm = name
        else:
            rest = [name, *rest]
        term, *amounts = [part for part in rest if part]
        found[firm, term] = amounts
    return found


def test_terms_of_two_results_stand_side_by_side_with_their_difference() -> None:
    first, second = _solved(), _solved("nucleolus", 3)
    terms = _terms(printed_comparison(compare_results({"a.json": first, "b.json": second})))
    assert [firm for firm, term in terms if term == "Share"] == [member.firm for member in first.members]
    money = Money.of([first.expected_revenue])
    stated = Stated.together([(first.members, first.rounding), (second.members, second.rounding)], money)
    assert stated.money.decimals > money.decimals
    for one in first.members:
        other = next((member for member in second.members if member.firm == one.firm), None)
        for term, field in (("Transfer", "transfer"), ("Deposit", "deposit"), ("Surplus", "surplus")):
            amounts = terms[one.firm, term]
            text = money.text if term == "Surplus" else stated.money.text
            assert amounts[0] == text(getattr(one, field))
            if other is None:
                assert amounts[1:] == ["-", "-"]
            else:
                difference = getattr(other, field) - getattr(one, field)
                assert amounts[1] == text(getattr(other, field))
                assert float(amounts[2]) == pytest.approx(difference, abs=6e-4)
                assert amounts[2].startswith("+") == (float(amounts[2]) > 0.0)
        assert float(terms[one.firm, "Share"][0].rstrip("%")) == pytest.approx(100.0 * one.share, abs=1e-12)
        assert float(terms[one.firm, "Effort"][0]) == one.effort_level


def test_terms_that_nobody_uses_are_left_out() -> None:
    plain = {"reimbursement_rate": 0.0, "deposit": 0.0}
    result = _solved()
    result = result.replace(members=tuple(member.model_copy(update=plain) for member in result.members))
    terms = _terms(printed_comparison(compare_results({"a.json": result, "b.json": result})))
    assert {term for _, term in terms} == {"Effort", "Share", "Transfer", "Surplus"}  # no averages: all is certain
    assert {amounts[-1] for (_, term), amounts in terms.items() if term == "Share"} == {"0.0000%"}


def test_more_than_two_results_have_no_difference() -> None:
    page = printed_comparison(
        compare_results({"a.json": _solved(), "b.json": _solved("nucleolus"), "c.json": _solved("nash")}), 200
    )
    terms = page[page.index("Terms side by side") :]
    assert "Difference" not in terms
    assert terms.splitlines()[1].split()[-3:] == ["a.json", "b.json", "c.json"]


def test_amounts_in_different_units_are_not_subtracted() -> None:
    terms = _terms(printed_comparison(compare_results({"a.json": _solved(), "b.json": _solved(currency="USD")})))
    assert {amounts[2] for (_, term), amounts in terms.items() if term == "Surplus"} == {"-"}
    assert {amounts[2] for (_, term), amounts in terms.items() if term == "Share"} == {"0.0000%"}


def test_contracts_without_a_common_member_have_no_terms_to_compare() -> None:
    page = printed_comparison(compare_results({"a.json": _solved(), "b.json": solve(load_bundled("two_firms"))}))
    assert "Terms side by side" not in page


def test_a_comparison_keeps_the_terms_in_its_file(tmp_path: Path) -> None:
    files: list[str] = []
    for name, result in (("a.json", _solved()), ("b.json", _solved("nash"))):
        files.append(str(tmp_path / name))
        Path(files[-1]).write_text(result.to_json(), encoding="utf-8")
    done = invoke("compare", *files, "--json")
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.stdout)
    assert document["scenarios"][0]["terms"] == _solved().to_dict()["members"]
    assert "Terms side by side" in printed_comparison(Comparison.from_dict(document))


def test_rows_whose_division_alone_is_missing_count_as_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any) -> Any:
        raise Unfinished("time_limit")

    monkeypatch.setattr("rd_contract.pipeline.find_targets", stopped)
    instance = Instance.from_dict(load_bundled("two_firms").to_dict() | {"division": "nucleolus"})
    forms = compare(instance, leads=[])
    joint = forms.form("joint")
    assert joint is not None
    assert (joint.status, joint.stop_reason, joint.proven) == ("feasible", "division_time_limit", True)
    assert "not proven" not in printed_comparison(forms)
    result = solve(instance)
    page = printed_comparison(compare_results({"a.json": result, "b.json": result}, [instance]))
    assert page.count("   certified") == 2
    assert "not proven" not in page
