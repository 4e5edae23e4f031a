"""Whatever stands in the cells: an instance, or problems, each cell once."""

from __future__ import annotations

import contextlib
import datetime
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rd_contract import Instance, InstanceError
from rd_contract.formats.forms import Draft
from rd_contract.instance.repair import remaining_problems
from rd_contract.sheets.cells import Numerals, value_of
from rd_contract.sheets.collecting import Collection
from rd_contract.sheets.grid import CellError, Fault, Grid
from rd_contract.sheets.layout import Layout, counting, layout_of
from rd_contract.sheets.reading import draft_of

LAYOUT: Layout = layout_of(Instance)

#: What people and programs put into cells.
CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["A", "B", "C", "A ", "Aa", "yes", "no", "x", "required", "40%", "0,5", "1,234", "1.234", "n/a", "=1"]
    ),
    st.sampled_from(
        ["Total", "#", "# x", '"A"', '"', '"x" y"', "12 EUR", "$ 3", "03.05.2026", "1e999", "inf", "-", "\x1b"]
    ),
    st.sampled_from(["sme = yes", "kind = A or", "role = A or role = B", "firms = A", '"A; B', "A; ", "all", "cost"]),
    st.sampled_from([0, 1, 2, 0.5, 40, -1, 1e15, 1e16, float("inf"), float("nan"), True, False]),
    st.sampled_from([datetime.date(2026, 5, 3), datetime.time(9), Fault("the error #N/A", "a value", "repair it")]),
    st.floats(0.0, 1.0),
    st.text(max_size=4),
)

#: Headings of columns that are no fields of the sheet, or fields with a name of their own.
OTHERS = ["Cost at 50%", "# ours", "A", "B", "Shoes", None, 3, "Attribute: country", "Merkmal: KMU", 'Attribute: "x']


@st.composite
def grids(draw: st.DrawFn) -> list[Grid]:
    """Return sheets with some of their headings, and anything below."""
    found = []
    for sheet in LAYOUT.sheets:
        if sheet.place != ("firms",) and draw(st.booleans()):
            continue
        columns = draw(st.lists(st.sampled_from(sheet.columns), min_size=1, max_size=6, unique_by=lambda c: c.place))
        if sheet.place == ("firms",):
            columns = [sheet.columns[0], sheet.column("efforts", "full_cost"), *columns]
        if not sheet.place:
            rows = [[column.heading.english, draw(CELLS)] for column in columns]
        else:
            heads: list[Any] = [column.heading.english for column in columns]
            heads += draw(st.lists(st.sampled_from(OTHERS), max_size=2))
            rows = [heads, *draw(st.lists(st.lists(CELLS, max_size=len(heads)), max_size=4))]
        found.append(Grid(sheet.title, [(number, row) for number, row in enumerate(rows, start=1) if row]))
    return found


def judged(draft: Draft) -> list[str]:
    """Return the places of all problems of a draft, as a file would be told them."""
    if draft.problems:
        more = remaining_problems(draft.document, draft.malformed)
        return [problem.path for problem in (*draft.problems, *map(draft.locate, more))]
    try:
        Instance.from_dict(draft.document)
    except InstanceError as error:
        return [draft.locate(problem).path for problem in error.problems]
    return []


@settings(derandomize=True, deadline=None, database=None, max_examples=150)
@given(grids())
def test_any_cells(sheets: list[Grid]) -> None:
    places = judged(draft_of(sheets, LAYOUT, Collection()))
    cells = Counter(path.partition(" (")[0] for path in places if "!" in path)
    # A name may be unknown and its row incomplete; nothing is said three times.
    assert not [cell for cell, count in cells.items() if count > 1], places


@settings(derandomize=True, deadline=None, database=None, max_examples=300)
@given(CELLS.filter(lambda cell: cell is not None), st.sampled_from([c for s in LAYOUT.sheets for c in s.columns]))
def test_any_cell_in_any_column(cell: Any, column: Any) -> None:
    number = (int, float)
    kinds: dict[str, Any] = {"number": number, "whole": int, "flag": bool, "json": object, "names": list, "group": dict}
    for measure in (None, "members", "effort", "cost", "revenue_share"):
        field = counting(column, measure)
        with contextlib.suppress(CellError):
            value = value_of(cell, field, Numerals())
            assert isinstance(value, kinds.get(field.kind, str)) or value in field.words


@settings(derandomize=True, deadline=None, database=None, max_examples=300)
@given(
    st.decimals(-(10**9), 10**9, places=2),
    st.sampled_from([",.", ".,", " ,", " .", "' ."]),
    st.sampled_from(["", " EUR", "\u20ac"]),
)
def test_amounts_are_read_as_they_were_meant(number: Any, signs: str, unit: str) -> None:
    """With the decimal sign known, every way to write an amount is that amount."""
    group, decimal = signs[0], signs[-1]
    text = f"{number:,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", group) + unit
    column = LAYOUT.firms.column("outside_option")
    assert value_of(text, column, Numerals(decimal, "EUR")) == pytest.approx(float(number), rel=1e-15)
