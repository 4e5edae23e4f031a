"""What people of procurement have in their files: understood with certainty or refused at its cell, never guessed."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from rd_contract import Instance
from rd_contract.instance import values_at
from rd_contract.sheets.advice import way_out
from rd_contract.sheets.layout import layout_of
from rd_contract.sheets.units import is_same, money_in
from spreadsheets import FIRMS, Rows, plain, problems_of, read, workbook

HEAD = "name;contribution;cost"


def column(heading: str, *cells: Any, **more: Rows) -> dict[str, Rows]:
    """Return the sheet Firms of two firms with one more column, and more sheets."""
    return {"Firms": tuple((*row, cell) for row, cell in zip(FIRMS, (heading, *cells), strict=True)), **more}


def project(*values: tuple[str, Any]) -> Rows:
    return (("What", "Value"), *values)


def shown(code: str, at: int = 4) -> Callable[[Workbook], None]:
    """Return that the cells of a column are shown in some format."""

    def change(book: Workbook) -> None:
        for row in (2, 3):
            book["Firms"].cell(row, at).number_format = code

    return change


# --- lists: text, and what is said of it -------------------------------------------------------------------

LISTS_REFUSED = {
    "errors that were saved as text": (
        f"{HEAD}\nA;9;4\n#N/A;5;5\n#NV;5;5\nB;#REF!;3\nC;#####;Err:502\n",
        [
            "list!A3: found the error #N/A; expected a value (repair the formula)",
            "list!A4: found the error #NV; expected a value (repair the formula)",
            "list!B5: found the error #REF!; expected a value (repair the formula)",
            "list!B6: found #####, a number that found no room; expected a value (make the column wider",
            "list!C6: found the error Err:502; expected a value (repair the formula)",
        ],
    ),
    "a heading that is an error": (f"{HEAD};#BEZUG!\nA;9;4;\n", ["list!D1: found the error #BEZUG!; expected a value"]),
    "a quotation mark that is never closed": (
        f'{HEAD};comment\nA;9;4;"see below\nB;5;5;x\n',
        ["list: found text that is no CSV in the row that begins in line 2 (unexpected end of data); expected"],
    ),
    "a quotation mark for inches": (
        f'{HEAD};comment\nA;9;4;"5" pipe\n',
        ["list: found text that is no CSV in the row that begins in line 2 ("],
    ),
    "rows between two quotation marks": (
        f'{HEAD};comment\nA;9;4;"see below\nB;5;5;x\nC;5;5;done"\n',
        ["list!D2: found a text of several lines, one of which looks like a row; expected one row on each line"],
    ),
    "a link as a name": (
        f'{HEAD}\n"=HYPERLINK(""http://x"",""Siemens"")";9;4\n',
        ['list!A2: found "=HYPERLINK(\\"http://x\\",\\"Siemens\\")"; expected a value (write the value, not the'],
    ),
    "two columns that may be the firm": (
        "Supplier;Company;brings;cost\nA;x;9;4\n",
        ["list!B1: found 'Company'; expected one column for Firm (the other is column A; begin one with # to have it"],
    ),
    "two columns that may be the cost": (
        "Firma;Beitrag;Kosten;R&D cost\nA;9;4;5\n",
        ["list!D1: found 'R&D cost'; expected one column for Cost of full effort (the other is column C;"],
    ),
    "what a firm turns over is not what it brings": (
        "Firma;Umsatz;Kosten\nA;900000;4\n",
        ["list!A1: found no column that says what firms bring;"],
    ),
    "no member, or no need to be one": (
        f"{HEAD};membership\nA;9;4;no\nB;9;4;yes\n",
        [
            'list!D2: found "no"; expected optional, required or excluded',
            'list!D3: found "yes"; expected optional, required or excluded',
        ],
    ),
    "each year, and once": (
        "name;contribution (EUR p.a.);cost (EUR)\nA;9;4\n",
        [
            "list!B1: found amounts in EUR and EUR p.a.; expected one unit for all amounts "
            "(an amount for each year is none for the whole project: state what all of it comes to)"
        ],
    ),
    "each year, in a file of amounts": (
        "# currency: EUR\nname;contribution (EUR/Jahr);cost\nA;9;4\n",
        ["list!B2: found amounts in EUR/Jahr; expected amounts in EUR, the file's currency (an amount for each year"],
    ),
    "for each kilogram": (
        "# currency: EUR\nname;contribution;cost (EUR/kg)\nA;9;4\n",
        ["list!C2: found amounts in EUR/kg; expected amounts in EUR, the file's currency"],
    ),
    "other units in cells": (
        f"# currency: EUR million\n{HEAD}\nA;9;1200 EUR\nB;1 EUR p.a.;2\nC;12k;1\n",
        [
            'list!C3: found "1200 EUR"; expected an amount in EUR million',
            'list!B4: found "1 EUR p.a."; expected an amount in EUR million',
            'list!B5: found "12k"; expected an amount in EUR million',
        ],
    ),
    "lines above the table without a colon": (
        f"# most members 2\n# Title of the deal\n# currency EUR\n# most members of our team\n{HEAD}\nA;9;4\n",
        [
            "list!A1: found '# most members 2'; expected the name of a value of the project (did you mean "
            "'# most members: 2'?)",
            "list!A3: found '# currency EUR'; expected the name of a value of the project (did you mean "
            "'# currency: EUR'?)",
        ],
    ),
    "how many, with a word": (
        f"# most members: 4 firms\n{HEAD}\nA;9;4\n",
        ['list!A1: found "4 firms"; expected a whole number (write the number alone: 4)'],
    ),
    "sums of groups": (
        f"{HEAD}\nA;9;4\nDE Total;1;1\nSub-total;1;1\nØ;1;1\nÜbertrag;1;1\n小计;1;1\nGesamtergebnis;1;1\n",
        [f"list!A{row}: found " for row in range(3, 9)],
    ),
    "a remark below the table": (
        f"{HEAD}\nA;9;4\nSource: purchasing;;\n",
        ["list!C3: found nothing; expected the cost of full effort (it needs a value; or costs of levels in columns "
         "such as 'cost at 50%'; begin the row with # if it is no firm)"],
    ),
    "units in a row of their own": (
        f"{HEAD}\n;EUR;EUR\nA;9;4\n",
        [
            "list!A2: found nothing; expected a name (it needs a value; begin the row with # if it is only for "
            "people)",
            'list!B2: found "EUR"; expected a number',
            'list!C2: found "EUR"; expected a number',
        ],
    ),
    "headings again in the middle": (
        f"{HEAD}\nA;9;4\nname;contribution;cost\nB;1;1\n",
        ['list!B3: found "contribution"; expected a number', 'list!C3: found "cost"; expected a number'],
    ),
    "parts under a heading in percent": (
        f"{HEAD};most reimbursed (%)\nA;9;4;0.5\nB;9;4;40\nC;9;4;40%\nD;9;4;0\nE;9;4;1,5\n",
        [
            "list!D2: found 0.5; expected a number with one reading (write 0.5% or 50%: the heading says %, so it may "
            "be either)",
            "list!D3 (firms[1].max_reimbursement): found 40; expected a number of at most 1 (write 40% or 0.4)",
            "list!D6 (firms[4].max_reimbursement): found 1.5; expected a number of at most 1 (write 1.5% or 0.015)",
        ],
    ),
    "days and months, which decide no decimal sign": (
        f"{HEAD}\nA;03.05;4\nB;31.12.;5\nC;1,234;5\n",
        [
            "list!B2: found a date (03.05); expected a number",
            "list!B3: found a date (31.12.); expected a number",
            'list!B4: found "1,234"; expected a number with one reading',
        ],
    ),
    "a firm that takes part with VAT": (f"{HEAD};with VAT\nA;9;4;1\n", ["list!D1: found 'VAT'; expected a firm of"]),
}  # fmt: skip

LISTS_READ: dict[str, tuple[str, dict[str, Any], str]] = {
    "a firm that begins like a remark is named": (
        f"{HEAD}\nA;9;4\n#2 Beta GmbH;5;5\n# remark\n",
        {"firms.*.name": {"A"}},
        "ignored: rows of list that begin with #: 3",
    ),
    "numbers of rows under #": (f"#;{HEAD}\n1;A;9;4\n2;B;5;5\n", {"firms.*.name": {"A", "B"}}, ""),
    "others decide the decimal sign, and that is said": (
        f"{HEAD}\nA;9,5;4\nB;1,234;2\n",
        {"firms.B.contribution": {1.234}},
        "assumed: the decimal sign is the comma, as in list!B2: 1,234 in list!B3 is 1.234",
    ),
    "text of several lines": (f'{HEAD};comment\nA;9;4;"one\ntwo; three"\nB;5;5;x\n', {"firms.*.name": {"A", "B"}}, ""),
    "digits that other programs keep": (f'{HEAD}\n="0012";9;4\n', {"firms.0012.contribution": {9.0}}, ""),
    "colons of a Chinese keyboard": (
        "# 货币：万元\n# 最多成员：2\n企业,贡献,成本\nA,9,4\n",
        {"currency": {"万元"}, "project.team_size.max": {2}},
        "understood: most members: 2, from list!A2",
    ),
    "employees are no partners": (
        f"{HEAD};Mitarbeiter;Without VAT;mit A\nA;9;4;120;1;\nB;9;4;8;1;2\n",
        {"relations.A & B.synergy": {2.0}},
        "ignored: the columns Mitarbeiter, Without VAT",
    ),
    "its own heading wins": (
        "Firma;Beitrag;Kosten;Cost of full effort\nA;9;4;5\n",
        {"firms.A.efforts.full_cost": {5.0}},
        "ignored: the column Kosten",
    ),
    "a question is answered by yes and no": (
        f"{HEAD};must have?\nA;9;4;no\nB;9;4;1\nC;9;4;required\n",
        {"firms.A.membership": {"optional"}, "firms.B.membership": {"required"}, "firms.C.membership": {"required"}},
        "",
    ),
    "the unit of the file in other words": (
        f"# currency: EUR million\n{HEAD};earns elsewhere\nA;9 MEUR;4 Mio. €;5 million\n",
        {"firms.A.contribution": {9.0}, "firms.A.outside_option": {5.0}},
        "",
    ),
    "the sign of a currency that the file names": (
        f"# currency: CNY\n{HEAD}\nA;¥9;4\n",
        {"firms.A.contribution": {9.0}},
        "",
    ),
    "one currency beside amounts": (
        f"{HEAD}\nA;9 EUR;€4\n",
        {"currency": {"EUR"}},
        "assumed: every amount is in EUR, as cells say",
    ),
    "every amount each year": (
        "name;contribution (EUR/year);cost (EUR p.a.)\nA;9;4\n",
        {"currency": {"EUR p.a."}},
        "assumed: every amount is in EUR p.a., as headings say",
    ),
    "marks of direction around names and numbers": (
        f"{HEAD}\n\u202b\u0634\u0631\u0643\u0629\u202c;9;4\nB;\u200e500;4\n",
        {"firms.\u0634\u0631\u0643\u0629.contribution": {9.0}, "firms.B.contribution": {500.0}},
        "",
    ),
    "what joins letters inside a text stays": (
        f"{HEAD};role\nA;9;4;\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645\n",
        {"firms.A.role": {"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"}},
        "",
    ),
    "columns and rows that are empty": (f"{HEAD};;;\nA;9;4;;;\n;;;;;\n", {"firms.*.name": {"A"}}, ""),
    "a name without end": (f"{HEAD}\n{'A' * 300};9;4\n", {"firms.*.name": {"A" * 300}}, ""),
    "names that only look like sums": (
        f"{HEAD}\nØrsted;9;4\nTotalEnergies;9;4\nÜbertragungsnetz AG;9;4\n",
        {"firms.*.contribution": {9.0}},
        "",
    ),
}


@pytest.mark.parametrize("name", LISTS_REFUSED)
def test_lists_that_are_refused(name: str, tmp_path: Path) -> None:
    text, expected = LISTS_REFUSED[name]
    found = problems_of(plain(tmp_path, text))
    assert len(found) == len(expected), found
    assert [line for line, begin in zip(found, expected, strict=True) if not line.startswith(begin)] == []


@pytest.mark.parametrize("name", LISTS_READ)
def test_lists_that_are_understood(name: str, tmp_path: Path) -> None:
    text, values, note = LISTS_READ[name]
    instance, notes = read(plain(tmp_path, text))
    assert {path: set(values_at(instance, path)) for path in values} == values
    assert not note or note in notes


# --- workbooks ---------------------------------------------------------------------------------------------

OTHER = "expected a number that is shown as it is (format the cell as Number, and see whether it still says what is"

BOOKS_REFUSED: dict[str, tuple[dict[str, Rows], Callable[[Workbook], object] | None, list[str]]] = {
    "an amount shown as a part": (
        column("Earns elsewhere", 0.15, 0),
        shown("0%"),
        ["Firms!D2: found 15%; expected an amount (format the cell as Number if", "Firms!D3: found 0%; expected an"],
    ),
    "a percent sign that is only written behind": (
        column("Most reimbursed", 0.5, None),
        shown('0.0"%"'),
        [f"Firms!D2: found 0.5, shown as another number; {OTHER}"],
    ),
    "thousands that are not shown": (
        column("Earns elsewhere", 1_200_000, None),
        shown("#,##0,"),
        [f"Firms!D2: found 1200000, shown as another number; {OTHER}"],
    ),
    "dollars in a file of euros": (
        column("Earns elsewhere", 1200, None, Project=project(("Currency", "EUR"))),
        shown("[$$-409]#,##0"),
        ["Firms!D2: found 1200, shown in $; expected an amount in EUR (format the cell as Number if it is in the unit"],
    ),
    "euros in a file of thousands": (
        column("Earns elsewhere", 1200, None, Project=project(("Currency", "kEUR"))),
        shown('#,##0.00 "€"'),
        ["Firms!D2: found 1200, shown in €; expected an amount in kEUR"],
    ),
    "one amount beside two firms": (
        column("Joining cost", 10, None),
        lambda book: book["Firms"].merge_cells("D2:D3"),
        [f"Firms!D{row}: found a number merged over several rows; expected one number in each row" for row in (2, 3)],
    ),
    "one amount in words beside two firms": (
        column("Joining cost", "10", None),
        lambda book: book["Firms"].merge_cells("D2:D3"),
        [f"Firms!D{row}: found a number merged over several rows; expected one number in each row" for row in (2, 3)],
    ),
    "values of the project that have no name": (
        {"Firms": FIRMS, "Project": project(("#REF!", 2), ("", 3))},
        None,
        [
            "Project!A2: found the error #REF!; expected a value (repair the formula)",
            "Project!B3: found a value; expected a name of a value of the project before it",
        ],
    ),
    "a value of the project that stands somewhere else": (
        {"Firms": FIRMS, "Project": (("Most members", None, 2),)},
        None,
        ["Project!C1: found a value; expected the value in column B, beside its name (move it there, or put headings"],
    ),
    "headings in French": (
        {"Firms": (("Entreprise", "Contribution", "Coût"), ("A", 9, 4))},
        None,
        [
            "Firms!A1: found 'Entreprise'; expected a column of the sheet Firms",
            "Firms!A1: found no column Firm; expected",
            "Firms!C1: found 'Coût'; expected a column of the sheet Firms",
            "Firms!A2: found nothing; expected the cost of full effort",
        ],
    ),
    "a date before all dates": (
        column("Earns elsewhere", -5, None),
        shown("dd.mm.yyyy"),
        ["Firms!D2: found a date that is none; expected a value (format the cell as Number and type it again)"],
    ),
    "a time that takes days": (
        column("Earns elsewhere", datetime.timedelta(hours=30), None),
        None,
        ["Firms!D2: found a date (01 Jan 1900); expected a number (Excel turned what was typed into a date"],
    ),
}

SHIFTED: tuple[tuple[Any, ...], ...] = ((), (), (), ())


def shifted(rows: Rows) -> Rows:
    """Return a table that begins at C5."""
    return (*SHIFTED, *((None, None, *row) for row in rows))


BOOKS_READ: dict[str, tuple[dict[str, Rows], Callable[[Workbook], object] | None, dict[str, Any], str]] = {
    "parts shown as parts": (
        column("Most reimbursed (%)", 0.15, 0.2),
        shown("0%"),
        {"firms.*.max_reimbursement": {0.15, 0.2}},
        "",
    ),
    "the file's own currency": (
        column("Earns elsewhere", 1200, 1200, Project=project(("Currency", "EUR"))),
        shown('_-* #,##0.00 "€"_-'),
        {"firms.*.outside_option": {1200.0}},
        "",
    ),
    "the only currency that is shown": (
        column("Earns elsewhere", 1200, 1200),
        shown('#,##0.00 "€"'),
        {"currency": {"EUR"}},
        "assumed: every amount is in EUR, as cells say",
    ),
    "text beside several rows": (
        column("Role", "lab", None),
        lambda book: book["Firms"].merge_cells("D2:D3"),
        {"firms.*.role": {"lab"}},
        "",
    ),
    "a column for people": (
        column("# asked on", "3 May", None),
        None,
        {"firms.*.name": {"Pump Works", "Sensor Lab"}},
        "ignored: columns of Firms that begin with #: D",
    ),
    "two rows of headings": (
        {"Firms": (("Firm", "Money", None), (None, "Contribution", "Cost"), ("A", 9, 4))},
        lambda book: (book["Firms"].merge_cells("A1:A2"), book["Firms"].merge_cells("B1:C1")),
        {"firms.A.efforts.full_cost": {4.0}},
        "ignored: 1 row above the headings of Firms",
    ),
    "tables that begin at C5": (
        {
            "Firms": shifted((*FIRMS, ("# note", "x", "y"))),
            "Project": shifted(project(("Most members", 2))),
            "Relations": shifted((("Firm A", "Firm B", "Synergy"), ("Pump Works", "Sensor Lab", 3))),
        },
        None,
        {"project.team_size.max": {2}, "relations.*.synergy": {3.0}, "firms.*.name": {"Pump Works", "Sensor Lab"}},
        "ignored: rows of Firms that begin with #: 8",
    ),
    "values of the project without headings, at D5": (
        {"Firms": FIRMS, "Project": shifted(((1, "Most members", 2), (2, "Title", "t")))},
        None,
        {"project.team_size.max": {2}, "name": {"t"}},
        "",
    ),
    "a title above a matrix": (
        {
            "Firms": FIRMS,
            "Technologies": (("Technology",), ("cells",)),
            "Capabilities": (("Who masters what",), ("Firm", "cells"), ("Pump Works", 0.5)),
        },
        None,
        {"firms.Pump Works.capabilities.cells": {0.5}},
        "ignored: 1 row above the headings of Capabilities",
    ),
    "a workbook in Chinese": (
        {
            "企业": (("企业", "贡献 (万元)", "全力成本（万元）", "中小企业"), ("甲公司", 9, 4, "是"), ("乙", 8, 4)),
            "项目": (("名称", "值"), ("货币", "万元")),
        },
        None,
        {"firms.甲公司.sme": {True}, "currency": {"万元"}},
        "",
    ),
    "numbers with decimals as names": (
        {
            "Firms": (FIRMS[0], (1.1, 9, 4), (2.2, 8, 4)),
            "Relations": (("Firm A", "Firm B", "Synergy"), ("1.1", "2.2", 3)),
        },
        None,
        {"relations.1.1 & 2.2.synergy": {3.0}},
        "",
    ),
    "another unit beside an amount": (
        {"Firms": FIRMS, "Project": (("What", "Value", "Unit"), ("Currency", "EUR million"), ("R&D budget", 9, "T€"))},
        None,
        {"project.budget": {9.0}},
        "warning: all amounts are taken to be in EUR million, the file's currency; T€ stands in Project!C3",
    ),
    "another unit in the row of units": (
        {"Firms": (FIRMS[0], ("# unit", "k€", "k€"), *FIRMS[1:]), "Project": project(("Currency", "EUR million"))},
        None,
        {"firms.*.contribution": {9.0, 6.0}},
        "warning: all amounts are taken to be in EUR million, the file's currency; k€ stands in Firms!B2, Firms!C2",
    ),
    "a known sheet that is hidden": (
        {"Firms": FIRMS, "Relations": (("Firm A", "Firm B", "Synergy"), ("Pump Works", "Sensor Lab", 3))},
        lambda book: setattr(book["Relations"], "sheet_state", "veryHidden"),
        {"firms.*.name": {"Pump Works", "Sensor Lab"}},
        "warning: the hidden sheet Relations is not read",
    ),
    "a link that shows a name": (
        {"Firms": (FIRMS[0], ("Siemens", 9, 4))},
        lambda book: setattr(book["Firms"]["A2"], "hyperlink", "http://siemens.example"),
        {"firms.*.name": {"Siemens"}},
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOOKS_REFUSED)
def test_workbooks_that_are_refused(name: str, tmp_path: Path) -> None:
    sheets, change, expected = BOOKS_REFUSED[name]
    found = problems_of(workbook(tmp_path / "a.xlsx", sheets, change))
    assert len(found) == len(expected), found
    assert [line for line, begin in zip(found, expected, strict=True) if not line.startswith(begin)] == []


@pytest.mark.parametrize("name", BOOKS_READ)
def test_workbooks_that_are_understood(name: str, tmp_path: Path) -> None:
    sheets, change, values, note = BOOKS_READ[name]
    instance, notes = read(workbook(tmp_path / "a.xlsx", sheets, change))
    assert {path: set(values_at(instance, path)) for path in values} == values
    assert not note or note in notes


# --- ways out ----------------------------------------------------------------------------------------------

FIRM = layout_of(Instance).firms

WAYS_OUT = {
    "unlimited": ("leave the cell empty: no limit", "write a number: here nothing is without limit"),
    "kein limit": ("leave the cell empty: no limit", "write a number: here nothing is without limit"),
    "none": ("leave the cell empty: no limit; write 0 if nothing is meant", "leave the cell empty: 0%"),
    "n/a": ("leave the cell empty: no limit", "leave the cell empty: 0%"),
    "low": ("write how much: words are not turned into numbers",) * 2,
    "sehr hoch": ("write how much: words are not turned into numbers",) * 2,
    "4 firms": ("write the number alone: 4",) * 2,
    "ca. 3": ("write the number alone: 3",) * 2,
    "~30%": ("write the number alone: 30%",) * 2,
    "110 percent": ("write 110%",) * 2,
    "ca. 110 prozent": ("write 110%",) * 2,
    "3-5": ("write one number, the likeliest; a sweep tries others",) * 2,
    "3 bis 5": ("write one number, the likeliest; a sweep tries others",) * 2,
    "< 5": ("write one number, the likeliest; a sweep tries others",) * 2,
    "(1,200)": ("write -1,200 if it is below zero",) * 2,
    "1200-": ("write -1200 if it is below zero",) * 2,
    "1/2": ("", ""),
    "blue": ("", ""),
}


@pytest.mark.parametrize("text", WAYS_OUT)
def test_what_to_write_instead(text: str, tmp_path: Path) -> None:
    columns = (FIRM.column("liquidity"), FIRM.column("max_reimbursement"))
    assert tuple(way_out(text, one) for one in columns) == WAYS_OUT[text]
    lines = problems_of(plain(tmp_path, f'{HEAD};can pay in;most reimbursed\nA;9;4;"{text}";"{text}"\n'))
    assert [hint in line for hint, line in zip(WAYS_OUT[text], lines, strict=True)] == [True, True]


def test_the_most_that_there_is_is_the_default() -> None:
    assert way_out("unlimited", FIRM.column("share", "max")) == "leave the cell empty: 100%"


PERIODS = ["EUR p.a.", "EUR p. a.", "EUR/year", "EUR/a", "€ per annum", "EUR pro Jahr", "EUR/Jahr", "EUR annually"]


@given(st.sampled_from(PERIODS), st.sampled_from(PERIODS))
def test_all_ways_to_say_each_year_are_the_same_and_not_once(one: str, other: str) -> None:
    assert is_same(one, other)
    assert not is_same(one, "EUR")
    assert not is_same(one, "EUR/month")
    assert money_in("元/年") == money_in("RMB p.a.")
