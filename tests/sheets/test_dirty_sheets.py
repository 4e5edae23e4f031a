"""Spreadsheets as they come: what each cell is understood as, or what is said of it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from rd_contract import Instance, InstanceError
from rd_contract.instance import values_at
from samples import CASES
from spreadsheets import FIRMS, Rows, problems_of, read, rewritten, workbook

DATE_HINT = "Excel turned what was typed into a date: format the cell as Number and type it again"


@dataclass(frozen=True)
class Sheets:
    """A workbook: its sheets, and either values at paths or the problems, one line each."""

    id: str
    sheets: dict[str, Rows]
    values: dict[str, Any] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    change: Callable[[Workbook], object] | None = None


def firms(*columns: tuple[str, Any, Any], **more: Rows) -> dict[str, Rows]:
    """Return the sheet Firms of two firms with more columns, each with its heading and two cells."""
    rows = zip(*zip(*FIRMS, strict=True), *columns, strict=True)
    return {"Firms": tuple(rows), **more}


def project(*values: tuple[str, Any]) -> Rows:
    """Return the sheet Project with some values."""
    return (("What", "Value"), *values)


def number(id: str, first: Any, second: Any, *values: float) -> Sheets:
    """Return two cells in a column of amounts, and what they are read as."""
    read = {
        f"firms.{firm}.outside_option": value for firm, value in zip(("Pump Works", "Sensor Lab"), values, strict=True)
    }
    return Sheets(id, firms(("Earns elsewhere", first, second)), read)


def refused(id: str, *problems: str, first: Any = None, second: Any = None, heading: str = "Earns elsewhere") -> Sheets:
    """Return two cells in a column, and what is said of them."""
    return Sheets(id, firms((heading, first, second)), problems=problems)


UNDERSTOOD = [
    number("numbers", 1.5, 2, 1.5, 2.0),
    number("decimal commas", "9,5", "0,35", 9.5, 0.35),
    number("commas decide", "9,5", "1,234", 9.5, 1.234),
    number("points decide", "9.5", "1,234", 9.5, 1234.0),
    number("german thousands decide", "1.234,5", "1.234", 1234.5, 1234.0),
    number("english thousands decide", "1,234.5", "1,234", 1234.5, 1234.0),
    number("millions decide", "1.200.000", "1,5", 1_200_000.0, 1.5),
    number("blanks between thousands", "1 200", "1\u202f200\u00a0000", 1200.0, 1_200_000.0),
    number("swiss", "1'200.50", "1\u2019200", 1200.5, 1200.0),
    number("minus signs", "\u22123.5", "-0,25", -3.5, -0.25),
    number("blanks around", " 9.5 ", "\u00a07\u00a0", 9.5, 7.0),
    number("full width", "１２．５", "－３", 12.5, -3.0),
    number("exponents", "1.5e3", "2E2", 1500.0, 200.0),
    number("a currency before and after", "€ 1.200,50", "12 EUR", 1200.5, 12.0),
    number("a dollar in front of a minus", "$5", "-$3", 5.0, -3.0),
    number("nothing but blanks is empty", " ", "\u00a0\u200b", 0.0, 0.0),
    Sheets(
        "the file's own currency",
        firms(("Earns elsewhere", "1.5 EUR million", 2), Project=project(("Currency", "EUR million"))),
        {"firms.Pump Works.outside_option": 1.5, "currency": "EUR million"},
    ),
    Sheets(
        "percentages",
        firms(("Most reimbursed", "35%", "12,5 %"), ("Credit score", 0.5, "100%")),
        {"firms.Pump Works.max_reimbursement": 0.35, "firms.Sensor Lab.max_reimbursement": 0.125},
    ),
    Sheets(
        "yes and no",
        firms(
            ("SME", "ja", "x"), Relations=(("Firm A", "Firm B", "Never together"), ("Pump Works", "Sensor Lab", "否"))
        ),
        {"firms.*.sme": True, "relations.Pump Works & Sensor Lab.exclusive": False},
    ),
    Sheets("booleans", firms(("SME", True, 1)), {"firms.*.sme": True}),
    Sheets(
        "words in other languages",
        firms(("Mitgliedschaft", "必须", "Must join")),
        {"firms.*.membership": "required"},
    ),
    Sheets(
        "names that are numbers",
        {
            "Firms": (("Firm", "Contribution"), (3, 1), (4.5, 1)),
            "Efforts": (("Firm", "Level", "Cost"), (3, 1, 1), ("4.5", 1, 1)),
        },
        {"firms.3.contribution": 1.0, "firms.4.5.contribution": 1.0},
    ),
    Sheets(
        "other headings, other order, units, comments",
        {
            "Firmen": (
                ("# for us", "Kosten bei vollem Einsatz (EUR)", "Firma", "Beitrag [EUR]", "# why"),
                ("note", 4, "Pump Works", 9, "because"),
                (None, None, None, None, None),
                ("# a comment", "n/a", "n/a", "n/a", "n/a"),
                (None, 2, "Sensor Lab", 6, 1),
            )
        },
        {"firms.Pump Works.contribution": 9.0, "firms.Sensor Lab.efforts.full_cost": 2.0},
    ),
    Sheets(
        "names of fields",
        {"firms": (("name", "contribution", "full_cost", "share.max"), ("A", 1, 1, "80%"), ("B", 1, 1, None))},
        {"firms.A.share.max": 0.8, "firms.B.share.max": 1.0},
    ),
    Sheets(
        "rows above the headings that are comments, and empty ones",
        {"Firms": (("# Our list",), (), *FIRMS, (None, " "), (None,))},
        {"firms.Sensor Lab.contribution": 6.0},
    ),
    Sheets(
        "a title above the headings, and titles of groups",
        {
            "Firms": (("Suppliers, as of May",), ("draft", None, "2"), *FIRMS),
            "Project": (("Data of the project",), ("Limits",), ("Most members", 2)),
        },
        {"firms.Pump Works.contribution": 9.0, "project.team_size.max": 2},
    ),
    Sheets(
        "a firm called like a sum, in quotes",
        {"Firms": (FIRMS[0], ('"Total"', 1, 1))},
        {"firms.Total.contribution": 1.0},
    ),
    Sheets(
        "names that look alike are one name",
        firms(
            Relations=(("Firm A", "Firm B", "Synergy"), ("Pump  Works ", "Sensor\u00a0Lab", 3)),
            Project=project(("Lead firm", " pump".title() + " Works")),
        ),
        {"relations.Pump Works & Sensor Lab.synergy": 3.0, "project.lead": "Pump Works"},
    ),
    Sheets(
        "composed characters",
        {
            "Firms": (FIRMS[0], ("M\u00fcller AG", 5, 1), ("X", 5, 1)),
            "Relations": (("Firm A", "Firm B", "Synergy"), ("Mu\u0308ller AG", "X", 1)),
        },
        {"relations.M\u00fcller AG & X.synergy": 1.0},
    ),
    Sheets(
        "costs of some levels",
        {"Firms": (("Firm", "Contribution", "Cost at 50%", "Cost at 100 %"), ("A", 9, 1, 4), ("B", 6, None, 2))},
        {"firms.A.efforts.1.level": 0.5, "firms.A.efforts.0.cost": 0.0, "firms.B.efforts.1.cost": 2.0},
    ),
    Sheets(
        "levels in rows, in any order of firms",
        {
            "Firms": (("Firm", "Contribution"), ("A", 9), ("B", 6)),
            "Efforts": (("Firm", "Level", "Cost"), ("B", 0, 0), ("A", "0%", 0), ("B", 1, 2), ("A", 1, 4)),
        },
        {"firms.A.efforts.1.cost": 4.0, "firms.B.efforts.1.cost": 2.0},
    ),
    Sheets(
        "a firm that is merged over its levels",
        {
            "Firms": (("Firm", "Contribution"), ("A", 9)),
            "Efforts": (("Firm", "Level", "Cost"), ("A", 0, 0), (None, 0.5, 1), (None, 1, 4)),
        },
        {"firms.A.efforts.2.cost": 4.0},
        change=lambda book: book["Efforts"].merge_cells("A2:A4"),
    ),
    Sheets(
        "a project without headings",
        firms(
            Project=(
                ("Most members", "2"),
                ("# ours", 7),
                ("Projektwert", "1.234,5"),
                ("default_relation.trust", "80%"),
            )
        ),
        {"project.team_size.max": 2, "project.value": 1234.5, "project.default_relation.trust": 0.8},
    ),
    Sheets(
        "quoted text is JSON",
        firms(("Role", '" outer "', '"#1"')),
        {"firms.Pump Works.role": " outer ", "firms.Sensor Lab.role": "#1"},
    ),
    Sheets(
        "capabilities with units in headings, 0 and nothing",
        {
            "Firms": FIRMS,
            "Technologies": (("Technology",), ("cells",), ("anode (Li)",)),
            "Capabilities": (("Firm", "cells (%)", "anode (Li)"), ("Sensor Lab", "80%", 0)),
        },
        {"firms.Sensor Lab.capabilities.cells": 0.8, "firms.Sensor Lab.capabilities.anode (Li)": 0.0},
    ),
]

REFUSED = [
    refused(
        "a date",
        f"Firms!D2: found a date (03 May 2026); expected a number ({DATE_HINT})",
        first=datetime.date(2026, 5, 3),
        second=1,
    ),
    refused(
        "a date as text, and a month",
        f"Firms!D2: found a date (03.05.2026); expected a number ({DATE_HINT})",
        f"Firms!D3: found a date (Mai 26); expected a number ({DATE_HINT})",
        first="03.05.2026",
        second="Mai 26",
    ),
    refused(
        "a time",
        f"Firms!D2: found a time (09:30:00); expected a number ({DATE_HINT})",
        first=datetime.time(9, 30),
    ),
    refused(
        "a date for a name of a role",
        "Firms!D2: found a date (03 May 2026); expected text (format the cell as Text and type it again)",
        first=datetime.date(2026, 5, 3),
        heading="Role",
    ),
    refused(
        "one number with two readings",
        'Firms!D2: found "1,234"; expected a number with one reading '
        "(write 1234 or 1.2340: nothing in the file says which sign is the decimal one)",
        first="1,234",
    ),
    Sheets(
        "contradictory signs leave it open",
        firms(("Earns elsewhere", "9,5", "9.5"), ("Joining cost", "1.500", None)),
        problems=(
            'Firms!E2: found "1.500"; expected a number with one reading '
            "(write 1500 or 1.5: nothing in the file says which sign is the decimal one)",
        ),
    ),
    refused(
        "words for nothing",
        'Firms!D2: found "n/a"; expected a number (leave the cell empty: 0)',
        'Firms!D3: found "-"; expected a number (leave the cell empty: 0)',
        first="n/a",
        second="-",
    ),
    refused(
        "no limit is empty",
        'Firms!D2: found "unknown"; expected a number (leave the cell empty: no limit)',
        first="unknown",
        heading="Can pay in",
    ),
    refused(
        "another currency than elsewhere",
        'Firms!D2: found "12 EUR"; expected a number without a unit (write the number alone, in the unit of the file)',
        'Firms!D3: found "$ 12"; expected a number without a unit (write the number alone, in the unit of the file)',
        first="12 EUR",
        second="$ 12",
    ),
    Sheets(
        "a currency that is a millionth of the file's",
        firms(("Earns elsewhere", "1200 EUR", 1), Project=project(("Currency", "EUR million"))),
        problems=(
            'Firms!D2: found "1200 EUR"; expected an amount in EUR million '
            "(write the number alone, in the unit of the file)",
        ),
    ),
    refused(
        "thousands as a letter",
        'Firms!D2: found "12k"; expected a number without a unit (write the number alone, in the unit of the file)',
        first="12k",
    ),
    refused("a percentage of no amount", 'Firms!D2: found "40%"; expected an amount', first="40%"),
    refused("two numbers", 'Firms!D2: found "3-5"; expected a number', first="3-5"),
    refused("a truth value", "Firms!D2: found TRUE; expected a number", first=True),
    Sheets(
        "a percentage without its sign",
        firms(("Most reimbursed", 40, "40")),
        problems=(
            "Firms!D2 (firms[0].max_reimbursement): found 40; expected a number of at most 1 (write 40% or 0.4)",
            "Firms!D3 (firms[1].max_reimbursement): found 40; expected a number of at most 1 (write 40% or 0.4)",
        ),
    ),
    refused(
        "less than nothing",
        "Firms!D2 (firms[0].joining_cost): found -1; expected a number of at least 0",
        first=-1,
        heading="Joining cost",
    ),
    refused("half a step", "Firms!D2: found 2.5; expected a whole number", first=2.5, heading="Effort steps"),
    refused(
        "neither yes nor no",
        'Firms!D2: found "maybe"; expected yes or no',
        'Firms!D3: found "?"; expected yes or no (leave the cell empty: no)',
        first="maybe",
        second="?",
        heading="SME",
    ),
    refused(
        "a word that is none",
        "Firms!D2: found \"requird\"; expected optional, required or excluded (did you mean 'required'?)",
        first="requird",
        heading="Membership",
    ),
    refused(
        "broken quotes",
        'Firms!D2: found "\\"a\\" or \\"b\\""; expected text without quotes around it, or text in quotes as JSON '
        "writes it (leave the outer quotes out)",
        first='"a" or "b"',
        heading="Role",
    ),
    Sheets(
        "unknown columns",
        firms(("Joining csot", 1, 1), ("Shoe size", 1, 1), ("Phone", "1", "2")),
        problems=(
            "Firms!D1: found 'Joining csot'; expected a column of the sheet Firms "
            "(did you mean 'Joining cost'? Begin it with # if the column is only for people)",
            "Firms!E1: found 'Shoe size'; expected a column of the sheet Firms (begin it with # if it is for people)",
            "Firms!F1: found 'Phone'; expected a column of the sheet Firms (begin it with # if it is for people)",
        ),
    ),
    refused(
        "a column twice",
        "Firms!D1: found 'Beitrag'; expected each column once "
        "(the other is column B; begin one with # to have it ignored)",
        first=1,
        heading="Beitrag",
    ),
    Sheets(
        "values without a heading",
        {"Firms": ((*FIRMS[0], None), (*FIRMS[1], 7), FIRMS[2])},
        problems=(
            "Firms!D2: found a value; expected nothing, its column has no heading "
            "(give its column a heading; one that begins with # if it is only for people)",
        ),
    ),
    Sheets(
        "a firm without a name, one without a cost, and one in two forms",
        {
            "Firms": (FIRMS[0], (None, 9, 4), ("B", 9, None), ("C", 9, 4)),
            "Efforts": (("Firm", "Level", "Cost"), ("C", 1, 4)),
        },
        problems=(
            "Firms!A2: found nothing; expected a name (it needs a value; begin the row with # if it is only for "
            "people)",
            "Firms!C3: found nothing; expected the cost of full effort "
            "(it needs a value; or give levels of effort and their costs in the sheet Efforts)",
            "Firms!C4: found a cost curve, and levels of effort; expected one of the two "
            "(empty the cells on the curve, or delete the levels)",
        ),
    ),
    Sheets(
        "firms that are misspelled elsewhere",
        firms(
            Efforts=(("Firm", "Level", "Cost"), ("Sensr Lab", 1, 2)),
            Relations=(("Firm A", "Firm B"), ("Pump Works", "Sensor Labs")),
            Technologies=(("Technology",), ("cells",)),
            Capabilities=(("Firm", "cels"), ("Pump Work", 1)),
            Project=project(("Lead firm", "Pmp Works")),
        ),
        problems=(
            "Efforts!A2: found 'Sensr Lab'; expected a firm of the sheet Firms (did you mean 'Sensor Lab'?)",
            "Relations!B2 (relations[0].between[1]): found unknown firm 'Sensor Labs'; "
            "expected one of 'Pump Works', 'Sensor Lab' (did you mean 'Sensor Lab'?)",
            "Capabilities!B1: found 'cels'; expected a technology of the sheet Technologies (did you mean 'cells'?)",
            "Capabilities!A2: found 'Pump Work'; expected a firm of the sheet Firms (did you mean 'Pump Works'?)",
            "Project!B2 (project.lead): found unknown firm 'Pmp Works'; expected one of 'Pump Works', 'Sensor Lab' "
            "(did you mean 'Pump Works'?)",
        ),
    ),
    Sheets(
        "the same firm twice",
        {"Firms": (*FIRMS, ("Pump  Works", 1, 1)), "Project": project(("Title", "x"))},
        problems=(
            "Firms!A4 (firms[2].name): found 'Pump Works'; expected a name used once (Firms!A2 has the same name)",
        ),
    ),
    Sheets(
        "a row of sums",
        {"Firms": (*FIRMS, ("Total", 15, 6))},
        problems=(
            "Firms!A4: found 'Total'; expected a firm "
            '(begin the row with # if it holds sums; write "Total" in quotes if a firm is called so)',
        ),
    ),
    refused(
        "not even a number", "Firms!D2: found Infinity; expected a whole number", first="1e999", heading="Effort steps"
    ),
    Sheets(
        "values of the project that are unknown, or there twice",
        firms(Project=project(("Most membres", 3), ("Title", "a"), ("Titel", "b"))),
        problems=(
            "Project!A2: found 'Most membres'; expected a value of the sheet Project (did you mean 'Most members'?)",
            "Project!A4: found 'Titel'; expected each value once (it stands in Project!A3, too)",
        ),
    ),
    Sheets(
        "no firms",
        {"Tabelle1": (("Firma",), ("A",))},
        problems=("document: found no firms; expected a sheet Firms with a row for each candidate (sheets: Tabelle1)",),
    ),
    Sheets(
        "a sheet that is misspelled, and one that is there twice",
        {"Firms": FIRMS, "Firmen": FIRMS, "Relation": ()},
        problems=(
            "Firmen: found a second sheet Firms; expected one (the other is Firms)",
            "Relation: found a sheet 'Relation'; expected a sheet that is known "
            "(did you mean 'Relations'? Begin its title with # if it is only for people)",
        ),
    ),
    Sheets(
        "cells merged sideways",
        firms(("Joining cost", 1, 2), ("Earns elsewhere", None, 3)),
        problems=(
            "Firms!E2: found cells merged over several columns; expected one value in each column (unmerge them)",
        ),
        change=lambda book: book["Firms"].merge_cells("D2:E2"),
    ),
    Sheets(
        "shares in the wrong order, at the cell of one of them",
        firms(("Least share", "60%", None), ("Most share", "50%", None)),
        problems=('Firms!D2 (firms[0].share): found {"min": 0.6, "max": 0.5}; expected min of at most max (0.5)',),
    ),
]


@pytest.mark.parametrize("case", UNDERSTOOD, ids=lambda case: case.id)
def test_what_is_understood(case: Sheets, tmp_path: Path) -> None:
    instance = Instance.from_file(workbook(tmp_path / "a.xlsx", case.sheets, case.change))
    for path, expected in case.values.items():
        assert set(values_at(instance, path)) == {expected}, path


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.id)
def test_what_is_refused(case: Sheets, tmp_path: Path) -> None:
    found = problems_of(workbook(tmp_path / "a.xlsx", case.sheets, case.change))
    assert len(found) == len(case.problems), found
    for line, expected in zip(found, case.problems, strict=True):
        assert line == expected or (not expected.endswith(")") and line.startswith(expected)), line


def test_there_are_cases_enough() -> None:
    assert len({case.id for case in (*UNDERSTOOD, *REFUSED)}) == len(UNDERSTOOD) + len(REFUSED) >= 50


def test_errors_and_formulas_without_a_value(tmp_path: Path) -> None:
    """A formula without a value looks empty; its value would be a default that nobody chose."""
    rows = firms(("Earns elsewhere", "=1/0", "=1+1"), ("Joining cost", "=B2", 1))
    path = workbook(tmp_path / "a.xlsx", rows)

    def compute(parts: dict[str, bytes]) -> None:
        sheet = parts["xl/worksheets/sheet1.xml"]

        sheet = sheet.replace(b'<c r="D2"><f>1/0</f><v></v></c>', b'<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>')

        sheet = sheet.replace(b'<c r="E2"><f>B2</f><v></v></c>', b'<c r="E2"><f>B2</f><v>9</v></c>')
        assert b"#DIV/0!" in sheet
        assert b"<v>9</v></c>" in sheet
        parts["xl/worksheets/sheet1.xml"] = sheet

    assert problems_of(rewritten(path, compute)) == [
        "Firms!D2: found the error #DIV/0!; expected a value (repair the formula)",
        "Firms!D3: found a formula without a computed value; expected a value "
        "(open the file in Excel or LibreOffice and save it)",
    ]


def test_the_dirty_spreadsheet_from_the_field(tmp_path: Path) -> None:
    """The case that came as JSON, as the workbook it came from: what is certain is understood, the rest is refused."""
    document = json.loads((CASES / "dirty_spreadsheet.json").read_text(encoding="utf-8"))
    one, two = document["firms"]
    rows = (
        ("Firm", "Contribution", "Joining cost", "Can pay in", "Credit score", "Least share", "Most share"),
        (one["name"], one["contribution"], None, None, None, one["share"]["min"], one["share"]["max"]),
        (two["name"], two["contribution"], two["joining_cost"], two["liquidity"], two["credit"], None, None),
    )
    levels = [(firm["name"], entry["level"], entry["cost"]) for firm in document["firms"] for entry in firm["efforts"]]
    values = (
        ("Lead firm", document["project"]["lead"]),
        ("Public subsidy", document["project"]["subsidy_rate"]),
        ("R&D budget", document["project"]["budget"]),
    )
    sheets = {"Project": project(*values), "Firms": rows, "Efforts": (("Firm", "Level", "Cost"), *levels)}
    path = workbook(tmp_path / "a.xlsx", sheets)
    assert problems_of(path) == [
        "Firms!F2 (firms[0].share.min): found 35; expected a number of at most 1 (write 35% or 0.35)",
        "Firms!G2 (firms[0].share.max): found 100; expected a number of at most 1 (write 100% or 1)",
        'Firms!D3: found "n/a"; expected a number (leave the cell empty: no limit)',
        "Efforts!B5 (firms[1].efforts[1].level): found 50; expected a number of at most 1 (write 50% or 0.5)",
    ]


@pytest.mark.parametrize("name", ["names_composed", "names_double_blank", "names_trailing_blank"])
def test_lookalike_names_are_one_firm_in_sheets_too(name: str, tmp_path: Path) -> None:
    document = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    rows = [(firm["name"], firm["contribution"], 0.1) for firm in document["firms"]]
    [line] = problems_of(workbook(tmp_path / "a.xlsx", {"Firms": (FIRMS[0], *rows)}))
    assert line.startswith("Firms!A3 (firms[1].name): found ")
    assert line.endswith("expected a name used once (Firms!A2 has the same name)")


def test_names_that_differ_in_case_are_two_firms(tmp_path: Path) -> None:
    document = json.loads((CASES / "names_case.json").read_text(encoding="utf-8"))
    rows = [(firm["name"], firm["contribution"], 0.1) for firm in document["firms"]]
    instance, _ = read(workbook(tmp_path / "a.xlsx", {"Firms": (FIRMS[0], *rows)}))
    assert [problem.rule for problem in instance.warnings()] == ["similar-names"]


def test_what_is_said_of_a_reading(tmp_path: Path) -> None:
    rows = firms(("Most reimbursed (of cost)", 0.4, None), ("SME", "yes", "no"), ("# ours", 1, 2))
    path = workbook(
        tmp_path / "a.xlsx",
        {**rows, "Project": project(("Currency", "EUR"), ("Most members", 2)), "Shoes": ((1,),)},
        lambda book: setattr(book.create_sheet("Secret"), "sheet_state", "hidden"),
    )
    _, notes = read(path)
    assert notes == [
        "understood: firm: Pump Works, Sensor Lab, from Firms column A",
        "understood: contribution: 6 to 9 EUR, from Firms column B",
        "understood: cost of full effort: 2 to 4 EUR, from Firms column C",
        "understood: most reimbursed: 40%, from Firms column D",
        "understood: SME: 1 yes, 1 no, from Firms column E",
        "understood: most members: 2, from Project!B3",
        "assumed: five levels of effort: 0%, 25%, 50%, 75%, 100%",
        "assumed: cost rises with the square of effort: half of the effort costs a quarter",
        "ignored: the hidden sheet Secret is not read",
        "ignored: the sheet Shoes",
        "ignored: columns of Firms that begin with #: F",
        "warning: no pair of firms brings synergy: working together gains nothing then. Say what pairs bring, or who "
        "masters which technology",
        "warning: no firm earns anything elsewhere: what a firm would earn on its own is taken to be 0, and the gain "
        "of the alliance looks larger than it is",
    ]


def test_hidden_rows_count_and_that_is_said(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        firms(),
        lambda book: setattr(book["Firms"].row_dimensions[3], "hidden", True),
    )
    instance, notes = read(path)
    assert len(instance.firms) == 2
    assert "understood: hidden rows of Firms count like the others: 1" in notes


def test_problems_of_a_thousand_rows_are_all_found_and_few_are_shown(tmp_path: Path) -> None:
    rows = [(f"F{at}", "n/a", 40) for at in range(1000)]
    path = workbook(tmp_path / "a.xlsx", {"Firms": (FIRMS[0], *rows)})
    with pytest.raises(InstanceError) as caught:
        Instance.from_file(path)
    assert len(caught.value.problems) == 1000
    assert str(caught.value).endswith("and 950 more")
