"""Pages as workbooks and documents: what charts stack, how high rows are, how wide columns."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rd_contract.report.page import Chart, Column, Figure, Page, table, title
from rd_contract.report.render.document import word_document
from rd_contract.report.render.workbook import workbook
from rd_contract.report.words.numbers import fixed


def stacked(amounts: Sequence[float], *, falling: bool) -> list[tuple[float, ...]]:
    """Return what the chart of amounts stacks for each bar: foot, gain above and below zero, loss above and below."""
    steps = tuple((f"step {at}", fixed(amount, 3)) for at, amount in enumerate(amounts))
    page = Page.of([title("x"), Figure("Steps", "Steps.", "<svg/>", Chart(steps, falling))])
    sheet = openpyxl.load_workbook(io.BytesIO(workbook({"Sheet": page})))["Chart data"]
    return [tuple(float(str(cell.value)) for cell in row[2:7]) for row in list(sheet.iter_rows())[1:]]


@given(st.lists(st.floats(-50.0, 50.0).map(lambda amount: round(amount, 3)), min_size=2, max_size=6))
def test_each_bar_of_a_waterfall_begins_where_the_last_one_ended(amounts: list[float]) -> None:
    total = round(sum(amounts), 3)
    ends = [0.0, *itertools.accumulate(amounts)]
    rows = stacked([*amounts, total], falling=True)
    for (foot, *parts), start, end in zip(rows, ends, ends[1:], strict=False):
        # Stacks grow from zero on both sides, beyond the invisible foot.
        above, below = sum(part for part in parts if part > 0.0), sum(part for part in parts if part < 0.0)
        drawn = [edge for edge in (max(foot, 0.0), max(foot, 0.0) + above) if above]
        drawn += [edge for edge in (min(foot, 0.0), min(foot, 0.0) + below) if below]
        expected = (min(start, end), max(start, end)) if drawn else (0.0, 0.0)
        assert (min(drawn, default=0.0), max(drawn, default=0.0)) == pytest.approx(expected, abs=1e-9)
        assert above - below == pytest.approx(abs(end - start), abs=1e-9)
        gains, losses = parts[:2], parts[2:]
        assert not any(losses if end >= start else gains)
    assert rows[-1][0] == 0.0


def test_bars_that_do_not_fall_stand_on_nothing() -> None:
    assert stacked([2.0, -3.0], falling=False) == [(0.0, 2.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0, -3.0)]


def test_rows_are_as_high_as_their_longest_text() -> None:
    words = "a text of very many words that has to be broken over several lines of its cell"
    page = Page.of([table([Column("Short"), Column("Long", most=20)], [["one", words], ["two", "few"]])])
    sheet = openpyxl.load_workbook(io.BytesIO(workbook({"Sheet": page})))["Sheet"]
    assert (sheet.row_dimensions[2].height or 0.0) >= 4 * 15.0
    assert (sheet.row_dimensions[3].height or 15.0) < 20.0


def test_columns_of_a_document_hold_their_numbers_in_one_line() -> None:
    columns = [Column("Party"), Column("What"), Column("Amount", number=True)]
    page = Page.of([table(columns, [["Short", "a very long remark about " * 9, fixed(1234567.891, 5)]])])
    (shape,) = docx.Document(io.BytesIO(word_document(page))).tables
    widths = [cell.width.mm for cell in shape.rows[1].cells if cell.width is not None]
    assert sum(widths) == pytest.approx(170.0, abs=0.5)
    assert widths[2] > 2.0 * len("1,234,567.89100")
    assert widths[1] > widths[0]
