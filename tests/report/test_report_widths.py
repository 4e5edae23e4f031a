"""No digit and no name of a report is ever cut off: every report, at every width, for amounts of every size."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from rich.console import Console

from printing import cells_of, printed, reads_as
from rd_contract import (
    Instance,
    Resources,
    Result,
    SweepPlan,
    advise,
    break_even,
    compare,
    compare_results,
    explain,
    explain_obstacles,
    over_worlds,
    sensitivity,
    solve,
    sweep,
)
from rd_contract.report.content.advice import advice_report
from rd_contract.report.content.comparison import comparison_report
from rd_contract.report.content.contract import certificate_report, contract_report
from rd_contract.report.content.explanation import explanation_report
from rd_contract.report.content.overview import instance_summary
from rd_contract.report.content.sensitivities import break_even_summary, sensitivity_summary
from rd_contract.report.content.sweeps import sweep_summary
from rd_contract.report.content.worlds import worlds_summary
from rd_contract.report.frames.sweeps import points_table
from rd_contract.report.page import Block, Column, Page, Table, Words, facts, table
from rd_contract.report.render.terminal import rendered
from rd_contract.report.render.workbook import workbook

WIDTHS = (40, 47, 60, 72, 80, 100, 120, 200)

#: So wide that nothing is folded.
OPEN = 400

#: What one unit of the instance below is worth: its largest amounts are then 0.004, 4 million and 4 · 10^12.
UNITS = (1e-3, 1e6, 1e12)

_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]\d+)?%?")

_NAMES = ("Müller Präzision GmbH", "Nordic Sensors AB", "Istanbul Kompozit A.Ş.", "Shenzhen Motor Co.", "Řezáč s.r.o.")


def _lines(block: Block, width: int) -> list[str]:
    return [line.rstrip() for line in printed(Page.of([block]), width).splitlines()]


def _document(unit: float, **changes: Any) -> dict[str, Any]:
    """Return an instance with long names and every kind of term, in whole units of money."""
    worth, costs = (3.2, 2.5, 1.8, 3.8, 0.9), (1.1, 0.9, 0.6, 1.9, 0.3)
    firms: list[dict[str, Any]] = [
        {
            "name": name,
            "role": "supplier of assemblies",
            "contribution": value * unit,
            "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": cost * unit, "label": "full"}],
            "outside_option": 0.1 * unit,
            "joining_cost": 0.05 * unit,
            "max_reimbursement": 0.2,
            "max_deposit": 0.2 * unit,
            "liquidity": 0.4 * unit,
        }
        for name, value, cost in zip(_NAMES, worth, costs, strict=True)
    ]
    return {
        "format": "rd-contract/1",
        "name": "eDrive 2027",
        "currency": "EUR",
        "division": "nucleolus",
        "project": {"lead": _NAMES[0], "value": unit, "budget": 4.5 * unit, "team_size": {"min": 1, "max": 3}},
        "modes": [{"name": "standard"}, {"name": "ambitious", "value_factor": 1.15, "cost_factor": 1.1}],
        "monitoring": [{"name": "none"}, {"name": "milestone audits", "cost": 0.1 * unit, "detection": 0.6}],
        "firms": firms,
        "relations": [{"between": list(_NAMES[:2]), "synergy": 0.8 * unit, "spillover": 0.05 * unit}],
    } | changes


def _hopeless(unit: float) -> Instance:
    document = _document(unit, relations=[])
    document["firms"] = document["firms"][:2]
    for firm in document["firms"]:
        firm["outside_option"] = 100.0 * unit
    return Instance.from_dict(document)


@cache
def _reports(unit: float, folder: Path) -> dict[str, Page]:
    """Return every report of one instance, by the command that prints it."""
    return dict(_made(Instance.from_dict(_document(unit)), unit, folder))


def _made(instance: Instance, unit: float, folder: Path) -> Iterator[tuple[str, Page]]:
    result = solve(instance, top=3, stability=True)
    assert result.certificate is not None
    assert len(result.alternatives) == 2
    yield "solve", contract_report(result, instance)
    lead = solve(Instance.from_dict(_document(unit, objective="lead")))
    yield "solve for the lead", contract_report(lead, instance)
    yield "verify", certificate_report(result.certificate, instance.currency)
    yield "check", instance_summary(instance, 0)
    hopeless = _hopeless(unit)
    none = solve(hopeless)
    assert none.status == "no_contract"
    yield "solve in vain", contract_report(none.replace(obstacles=explain_obstacles(hopeless)), hopeless)
    yield "explain in vain", explanation_report(explain(hopeless, none, jobs=1))
    yield "explain", explanation_report(explain(instance, result, most=1, jobs=1))
    yield "compare", comparison_report(compare(instance, leads=[_NAMES[1]]))
    yield "advise", _advised(unit)
    yield "compare results", comparison_report(compare_results({"first draft.json": result, "for the lead.json": lead}))
    yield from _studies(Instance.from_dict(_document(unit, division="equal")), result, unit, folder)


def _advised(unit: float) -> Page:
    known = {"strategic_orientation": "market", "network_ties": 0.123, "demand_change": 1.0, "policy_support": 0.4}
    named = {"exploratory_mode": "ambitious", "exploitative_mode": "standard"}
    context = {**known, **named, "weights": {"network_ties": 2.5}}
    return advice_report(advise(Instance.from_dict(_document(unit, division="equal", context=context)), calibrate=True))


def _studies(instance: Instance, result: Result, unit: float, folder: Path) -> Iterator[tuple[str, Page]]:
    axes = [f"project.base_value={0.1 * unit!r},{unit!r}", f"firms.{_NAMES[3]}.outside_option={unit!r},{3 * unit!r}"]
    plan = SweepPlan.from_options(axes, "one-at-a-time", None, 0)
    outcome = sweep(instance, plan, folder / f"{unit:g}", resources=Resources(1))
    yield "sweep", sweep_summary(outcome, points_table(outcome), instance.currency)
    sensitivities = sensitivity(outcome)
    assert sensitivities is not None
    yield "sensitivities", sensitivity_summary(sensitivities, instance.currency)
    moved = SweepPlan.from_options([f"firms.{_NAMES[3]}.outside_option=0:{3.0 * unit!r}:4"], "one-at-a-time", None, 0)
    found = break_even(instance, moved.vary[0], tolerance=0.2, resources=Resources(1))
    assert found.changes
    yield "break-even", break_even_summary({moved.vary[0].label: found}, "contract", instance.currency)
    signed = over_worlds(instance, plan, {"the contract as signed": result}, optima=outcome, resources=Resources(1))
    yield "evaluate and regret", worlds_summary(signed, instance.currency)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("widths")


@pytest.mark.parametrize("unit", UNITS)
def test_every_number_and_name_is_whole_at_every_width(unit: float, folder: Path) -> None:
    lost = []
    for report, page in _reports(unit, folder).items():
        whole = printed(page, OPEN)
        numbers = Counter(_NUMBER.findall(whole))
        names = {word for name in _NAMES if name in whole for word in name.split()}
        assert numbers, report
        for width in WIDTHS:
            text = printed(page, width)
            assert max(map(len, text.splitlines())) <= width
            missing = [*(numbers - Counter(_NUMBER.findall(text))), *(name for name in names if name not in text)]
            lost += [(report, width, missing)] if missing else []
    assert not lost


@pytest.mark.parametrize("unit", UNITS)
def test_cells_know_the_numbers_that_they_show(unit: float, folder: Path) -> None:
    """So that a workbook goes on computing with what a terminal shows."""
    for report, page in _reports(unit, folder).items():
        known = [cell for cell in cells_of(page) if cell.number is not None]
        numbers = re.compile(r"[+-]?\d[\d,]*(\.\d+)?(e-?\d+)?%?")
        tables = [block for block in page.blocks if isinstance(block, Table)]
        shown = [cell for table in tables for row in table.rows for cell in row if numbers.fullmatch(cell.plain)]
        assert [cell.plain for cell in shown if cell.number is None] == [], report
        for cell in known:
            assert cell.number is not None
            assert reads_as(cell.plain, cell.number.value), (report, cell)
        book = load_workbook(io.BytesIO(workbook({"page": page})), data_only=True)
        held = {cell.value for row in book["page"].iter_rows() for cell in row}
        assert held >= {cell.number.value for cell in known if cell.number is not None}, report


# --- the shape itself ------------------------------------------------------------------------------------

_WORD = st.text("abcxyzäÖ日本", min_size=1, max_size=18)
_CELL = st.lists(_WORD, max_size=5).map(" ".join)
_AMOUNT = st.floats(-1e12, 1e12).map(lambda amount: f"{amount:,.3f}")


@st.composite
def _tables(draw: st.DrawFn) -> Table:
    kinds = draw(st.lists(st.booleans(), min_size=1, max_size=7))
    most = draw(st.none() | st.integers(3, 30))
    columns = [Column(draw(_WORD), number=number, most=None if number else most) for number in kinds]
    rows = draw(st.lists(st.tuples(*(_AMOUNT if number else _CELL for number in kinds)), min_size=1, max_size=4))
    return table(columns, rows)


@settings(deadline=None)
@given(_tables(), st.integers(40, 200))
def test_cells_are_whole_or_folded_between_words(sheet: Table, width: int) -> None:
    text = printed(Page.of([sheet]), width)
    console = Console(width=width)
    assert all(console.measure(line).maximum <= width for line in text.splitlines())
    shown = Counter(text.split())
    assert not Counter(word for row in sheet.rows for cell in row for word in cell.plain.split()) - shown


def test_a_table_stands_side_by_side_as_long_as_it_fits_and_is_stacked_below() -> None:
    columns = (Column("Firm"), Column("Now", number=True), Column("Remark"))
    sheet = table(columns, [("Alpha Works", "1,800,000 → 2,417,390", "not proven"), ("Beta", "", "")])
    assert _lines(sheet, 38) == [
        "Firm                      Now   Remark",
        "─" * 38,
        "Alpha   1,800,000 → 2,417,390   not",
        "Works                           proven",
        "Beta",
    ]
    assert _lines(sheet, 26) == [
        "Alpha Works",
        "  Now     1,800,000 →",
        "          2,417,390",
        "  Remark  not proven",
        "Beta",
    ]


def test_a_row_without_a_name_goes_on_with_the_block_above_it() -> None:
    sheet = table((Column("Who"), Column("Loss", number=True)), [("A" * 12, "1,000,000"), ("", "2,000,000")])
    assert _lines(sheet, 20) == [
        "AAAAAAAAAAAA",
        "  Loss  1,000,000",
        "  Loss  2,000,000",
    ]


def test_values_stand_below_their_labels_where_there_is_no_room_beside_them() -> None:
    sheet = table((Column("Who"), Column("A-very-long-label", number=True)), [("A", "1,000,000")])
    assert _lines(sheet, 19) == ["A", "  A-very-long-label", "    1,000,000"]


def test_facts_are_stacked_without_labels() -> None:
    page = facts([("If effort were visible", "1,000,000,000,000", "much is lost")])
    assert _lines(page, 30) == ["If effort were visible", "  1,000,000,000,000", "  much is lost"]


def test_styles_of_cells_survive_stacking() -> None:
    sheet = table(
        (Column("Mode"), Column("Surplus", number=True)), [(Words.of(("m" * 30, "good")), Words.of(("1" * 20, "good")))]
    )
    stream = io.StringIO()
    Console(file=stream, width=32, force_terminal=True, color_system="standard").print(rendered(Page.of([sheet])))
    assert stream.getvalue().count("32m") == 2
