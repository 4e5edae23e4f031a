"""Everything that is wrong with scenarios in a workbook, at its cell, in the words of the workbook's own headings."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from rd_contract.sheets.headings import WORDS
from spreadsheets import FIRMS, Rows, problems_of, workbook

HEADS: dict[str, tuple[str, ...]] = {
    "Scenarios": ("Scenario", "Probability", "What changes", "New value", "Or times"),
    "Szenarien": ("Szenario", "Wahrscheinlichkeit", "Was sich ändert", "Neuer Wert", "Oder mal"),
    "情景": ("情景名称", "概率", "变化项", "新值", "或乘以"),
}


def told(folder: Path, title: str, heads: Any, *rows: tuple[Any, ...], project: Rows = ()) -> list[str]:
    sheets: dict[str, Rows] = {"Firms": FIRMS, title: (heads, *rows)}
    return problems_of(workbook(folder / "a.xlsx", sheets | ({"Project": project} if project else {})))


def test_a_date_is_no_path(tmp_path: Path) -> None:
    [found] = told(tmp_path, "Scenarios", HEADS["Scenarios"], ("bad", None, datetime.date(2026, 5, 3), 1, None))
    assert found.startswith("Scenarios!C2: found a date (03 May 2026)")


def test_a_missing_name_hides_nothing(tmp_path: Path) -> None:
    rows = (
        (None, "200%", "project.base_value", "abc", None),
        (None, None, None, 1, 2),
        ("good", 0.5, "firms.Pump Work.cooperation", 0.5, None),
    )
    found = told(tmp_path, "Scenarios", HEADS["Scenarios"], *rows)
    assert [line.partition(";")[0] for line in found] == [
        "Scenarios!A2: found nothing",
        'Scenarios!B2: found "200%"',
        'Scenarios!D2: found "abc"',
        "Scenarios!C3: found nothing",
        'Scenarios!C4 (scenarios[1].changes[0].path): found "Pump Work"',
    ]


@pytest.mark.parametrize(
    ("lacking", "rows", "cells"),
    [
        (
            0,
            ((0.5, "project.base_value", "abc", None), (None, None, 1, 2), (None, "project.nothing", 1, None)),
            ["A1", "C2", "B3", "B4"],
        ),
        (2, (("a", 0.5, "abc", None), (None, None, 1, 2), ("b", 0.4, None, 2)), ["A1", "B2", "C2"]),
    ],
)
def test_a_missing_column_hides_nothing(lacking: int, rows: Any, cells: list[str], tmp_path: Path) -> None:
    heads = tuple(head for at, head in enumerate(HEADS["Scenarios"]) if at != lacking)
    found = told(tmp_path, "Scenarios", heads, *rows)
    assert [line.partition("!")[2][:2] for line in found][: len(cells)] == cells


@pytest.mark.parametrize("title", HEADS)
def test_a_change_is_spoken_of_by_the_headings_of_the_sheet(title: str, tmp_path: Path) -> None:
    rows = (("bad", None, "project.base_value", None, None), ("good", None, "project.base_value", 1, 2))
    heads = HEADS[title]
    value, factor = map(repr, heads[3:])
    assert told(tmp_path, title, heads, *rows) == [
        f"{title}!D2 (scenarios[0].changes[0].value): found neither; expected either {value} or {factor}, a number",
        f"{title}!E3 (scenarios[1].changes[0].factor): found {value} 1 and {factor} 2; expected either {value} or "
        f"{factor}, a number",
    ]


@pytest.mark.parametrize("title", HEADS)
def test_a_column_that_is_not_there_is_called_as_in_the_language_of_the_others(title: str, tmp_path: Path) -> None:
    heads = HEADS[title]
    [found] = told(tmp_path, title, heads[:4], ("bad", None, "project.base_value", None))
    assert f"either {heads[3]!r} or {heads[4]!r}, a number" in found


SAID: dict[str, tuple[Rows, list[str]]] = {
    "Scenarios": (
        (
            ("What", "Value"),
            ("Scenario known", "after effort"),
            ("Efforts agreed", "by scenario"),
            ("Division", "shapley"),
            ("Scenarios judged by", "worst"),
        ),
        [
            """found "by scenario"; expected "same", or 'Scenario known' "before_effort":""",
            """found "shapley"; expected "equal", "proportional" or "lead" with 'Scenarios judged by' "worst\"""",
        ],
    ),
    "Szenarien": (
        (
            ("Was", "Wert"),
            ("Szenario bekannt", "nach dem Einsatz"),
            ("Einsatz vereinbart", "je Szenario"),
            ("Aufteilung", "shapley"),
            ("Szenarien beurteilt nach", "schlechtestes"),
        ),
        [
            """found "je Szenario"; expected "derselbe", or 'Szenario bekannt' "vor dem Einsatz":""",
            """expected "gleich", "anteilig" or "Konsortialführer" with 'Szenarien beurteilt nach' "schlechtestes\"""",
        ],
    ),
    "情景": (
        (("What", "Value"), ("情景获知", "努力后"), ("努力约定", "按情景")),
        ["""found "按情景"; expected "相同", or '情景获知' "努力前":"""],
    ),
}


@pytest.mark.parametrize("title", SAID)
def test_values_of_the_project_are_spoken_of_as_the_workbook_has_them(title: str, tmp_path: Path) -> None:
    project, expected = SAID[title]
    found = told(tmp_path, title, HEADS[title], ("bad", None, "project.base_value", 1, None), project=project)
    assert len(found) == len(expected)
    for line, words in zip(found, expected, strict=True):
        assert words in line


def test_too_many_plans_are_spoken_of_by_headings(tmp_path: Path) -> None:
    project = (("What", "Value"), ("Efforts agreed", "by_scenario"))
    rows = [(f"case {at}", None, "project.base_value", 1, None) for at in range(12)]
    [found] = told(tmp_path, "Scenarios", HEADS["Scenarios"], *rows, project=project)
    assert """(fewer scenarios or effort levels, or 'Efforts agreed' "same")""" in found


def test_words_end_with_what_german_and_chinese_say() -> None:
    for word, names in WORDS.items():
        chinese = [any("\u4e00" <= sign <= "\u9fff" for sign in name) for name in names]
        assert chinese == [False] * (len(names) - 1) + [True], word
        assert len(names) > 1, word
