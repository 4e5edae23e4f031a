"""How a comparison is printed."""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len

import rd_contract
from commands import flat
from comparisons import bundled
from printing import printed_comparison
from rd_contract import ComparisonProgress, Instance, Progress, compare, load_bundled
from rd_contract_cli.progress import ComparisonLine


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("name", ["two_firms", "no_contract", "big_m_trap", "horizon2020_12"])
def test_report_fits(name: str, width: int) -> None:
    _, found = bundled(name)
    page = printed_comparison(found, width)
    assert all(cell_len(line.rstrip()) <= width for line in page.splitlines())
    text = flat(page)
    assert "…" not in page
    worth = [row for row in found.scenarios if row not in found.led]
    for row in worth:
        assert any(line.startswith(row.title[:12]) for line in page.splitlines()), row.title
    for word in ("Surplus", "Of best", "Lost", "Revenue", "Firms"):
        assert word in text


def test_numbers_stand_below_each_other() -> None:
    page = printed_comparison(bundled("horizon2020_12")[1]).splitlines()
    start = next(at for at, line in enumerate(page) if line.startswith("Form of cooperation"))
    rows = page[start + 2 : start + 10]
    assert len({line.index(".") for line in rows}) == 1
    assert [line.split("  ")[0] for line in rows][0::7] == ["No cooperation", "First best: effort is visible"]


def test_sentences() -> None:
    text = flat(printed_comparison(bundled("horizon2020_12")[1]))
    for sentence in (
        "Cost sharing adds 2.256 EUR million, 175%.",
        "Deposits and monitoring add 0.175 EUR million, 4.9%.",
        "Led by Bosch (DE), all together gain 0.167 EUR million less than at the joint optimum.",
        "Led by Daimler (DE), all together gain 1.080 EUR million less",
        "Leading is worth most to RWTH Aachen (DE): 3.719 EUR million",
        "The price of moral hazard is 4.999 EUR million, 57.3% of what could be gained",
    ):
        assert sentence in text
    text = flat(printed_comparison(bundled("two_firms")[1]))
    assert "Cost sharing adds nothing: the instance reimburses no cost." in text
    assert "Monitoring adds 2.000, 50.0%." in text
    assert "Whoever leads, all together gain as much as at the joint optimum" in text
    text = flat(printed_comparison(bundled("no_contract")[1]))
    assert "No contract exists under the rules of the instance" in text
    assert "If effort were visible, 8.500 could be gained: all of it is lost." in text
    assert "adds" not in text


def test_what_is_not_proven_is_doubted_in_words() -> None:
    found = bundled("two_firms")[1]
    rows = tuple(row.model_copy(update={"proven": row.id == "first-best"}) for row in found.scenarios)
    text = flat(printed_comparison(found.model_copy(update={"scenarios": rows})))
    doubt = "(as far as is known: not all is proven)"
    assert f"beyond their outside options {doubt}." in text or f"beyond its outside option {doubt}." in text
    assert f"if each of them did without partners {doubt}." in text
    alone = found.form("alone")
    assert alone is not None
    alike = tuple(
        row.model_copy(update={"joint_surplus": alone.joint_surplus}) if row.id == "joint" else row for row in rows
    )
    text = flat(printed_comparison(found.model_copy(update={"scenarios": alike})))
    assert f"as much as if each of them did without partners {doubt}." in text


def test_names_are_no_markup() -> None:
    raw = load_bundled("two_firms").to_dict()
    text = json.dumps(raw).replace("Supplier", "[red]Supp\\u0007lier[/red]")
    with pytest.raises(rd_contract.InstanceError):
        Instance.from_json(text)  # control characters do not get this far
    found = compare(Instance.from_json(text.replace("\\u0007", "")))
    assert "[red]Supplier[/red]" in printed_comparison(found)


def test_the_live_line_says_which_form_it_is() -> None:
    line = ComparisonLine("starting")
    assert "starting" in line.__rich__().plain
    line.take(ComparisonProgress("Shares only", 2, 9, None))
    assert "3 of 9: Shares only" in line.__rich__().plain
    line.take(ComparisonProgress("Shares only", 2, None, Progress("contract", "fast", None, 1.5, 3.0, 1.0, 0.1)))
    assert "3: Shares only | searching contracts | fast | best 1.500 | at most 3.000" in line.__rich__().plain
