"""Units of money: understood however they are written, and never two of them in one file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rd_contract.sheets.units import Money, is_same, money_in
from spreadsheets import FIRMS, plain, problems_of, read, workbook

UNITS = {
    "kEUR": Money("eur", 3, ""),
    "TEUR": Money("eur", 3, ""),
    "T€": Money("eur", 3, ""),
    "in thousand EUR": Money("eur", 3, ""),
    "'000 EUR": Money("eur", 3, ""),
    "MEUR": Money("eur", 6, ""),
    "€m": Money("eur", 6, ""),
    "Mio. €": Money("eur", 6, ""),
    "USDbn": Money("usd", 9, ""),
    "万元": Money("cny", 4, ""),
    "百万元": Money("cny", 6, ""),
    "million": Money("", 6, ""),
    "TRY": Money("try", 0, ""),
    "A$": Money("a$", 0, ""),
    "EUR, net": Money("eur", 0, "net"),
}


@pytest.mark.parametrize("text", UNITS)
def test_what_units_mean(text: str) -> None:
    assert money_in(text) == UNITS[text]


@pytest.mark.parametrize("text", ["", "full", "at full effort", "%", "people"])
def test_what_is_no_unit(text: str) -> None:
    assert money_in(text) is None


@given(st.sampled_from(["k", "T", "M", "bn", ""]), st.sampled_from(["EUR", "USD", "€", "CHF"]))
def test_glued_and_apart_in_either_order_are_the_same(multiple: str, currency: str) -> None:
    forms = (multiple + currency, f"{multiple} {currency}", f"{currency} {multiple}", f"in {currency}{multiple}")
    assert all(is_same(one, other) for one in forms for other in forms)


LIST = "firm,contribution ({}),cost ({}),earns elsewhere ({})\nA,3200,1100,250\nB,2500,900,150\n"


@pytest.mark.parametrize("unit", ["kEUR", "TEUR", "MEUR", "k€", "in thousand EUR"])
def test_one_unit_in_all_headings_is_that_of_the_file(unit: str, tmp_path: Path) -> None:
    instance, notes = read(plain(tmp_path, LIST.format(unit, unit, unit)))
    assert instance.currency == unit
    assert f"assumed: every amount is in {unit}, as headings say" in notes


def test_another_spelling_of_the_same_unit_is_no_other_unit(tmp_path: Path) -> None:
    instance, _ = read(plain(tmp_path, "# currency: EUR thousand\n" + LIST.format("kEUR", "T€", "thousand")))
    assert instance.currency == "EUR thousand"
    assert read(plain(tmp_path, LIST.format("million", "MEUR", "million")))[0].currency == "MEUR"


@pytest.mark.parametrize("unit", ["kEUR", "TEUR", "MEUR", "T€", "in thousand EUR", "USD", "million"])
def test_two_units_are_refused(unit: str, tmp_path: Path) -> None:
    [line] = problems_of(plain(tmp_path, LIST.format("EUR", unit, "EUR")))
    assert line.startswith("list!B1: found amounts in ")
    [line] = problems_of(plain(tmp_path, "# currency: EUR\n" + LIST.format("EUR", unit, "EUR")))
    assert line.startswith(f"list!C2: found amounts in {unit}; expected amounts in EUR, the file's currency (bring all")


def test_every_place_with_an_amount_counts(tmp_path: Path) -> None:
    text = "firm,contribution (EUR),cost at 50% (kEUR),cost at 100% (kEUR),with A (MEUR)\nA,5,1,2,\nB,5,1,2,1\n"
    problems = problems_of(plain(tmp_path, "# currency: EUR\n" + text))
    assert [line.partition(";")[0] for line in problems] == [
        "list!C2: found amounts in kEUR",
        "list!D2: found amounts in kEUR",
        "list!E2: found amounts in MEUR",
    ]


def test_a_workbook_says_one_unit(tmp_path: Path) -> None:
    firms = (("Firm", "Contribution (k EUR)", "Cost of full effort (EUR million)"), *FIRMS[1:])
    said = (("What", "Value"), ("Currency", "EUR thousand"), ("R&D budget (kEUR)", 100), ("Base value (MEUR)", 1))
    problems = problems_of(workbook(tmp_path / "a.xlsx", {"Firms": firms, "Project": said}))
    assert [line.partition(";")[0] for line in problems] == [
        "Firms!C1: found amounts in EUR million",
        "Project!A4: found amounts in MEUR",
    ]
    alone = (("Firm", "Contribution (kEUR)", "Cost of full effort"), *FIRMS[1:])
    assert read(workbook(tmp_path / "b.xlsx", {"Firms": alone}))[0].currency == "kEUR"


def test_what_is_no_unit_is_said_to_be_left_out(tmp_path: Path) -> None:
    _, notes = read(plain(tmp_path, LIST.format("EUR", "full", "EUR")))
    assert "ignored: (full) in the heading list!C1: it is no unit of money" in notes
