"""Pages as a workbook, one sheet for each: numbers stay numbers, sums are formulas, pictures become charts.

The same pages give the same bytes.
"""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from ...base.workbooks import Exact, new_workbook
from ..page import (
    Block,
    Bullets,
    Chart,
    Column,
    Facts,
    Figure,
    Footer,
    Heading,
    Page,
    Paragraph,
    Run,
    Table,
    Tone,
    Words,
)
from ..words.numbers import Written

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

#: Widths of columns in characters, and over how many of them running text is spread.
_NARROW, _WIDE, _SPREAD = 11, 46, 8

#: Characters of running text that surely fit into one line.
_LINE = 88

#: Height of a line of text, points.
_HEIGHT = 15.5

#: What a cell can hold.
_LONGEST = 32_767

#: Rows that a chart covers, and the sheet that holds what charts draw.
_CHART_ROWS = 18
_CHART_DATA = "Chart data"

_LOOKS: dict[Tone, dict[str, Any]] = {
    "plain": {},
    "title": {"bold": True, "font_size": 16},
    "strong": {"bold": True},
    "good": {"font_color": "#1B5E20"},
    "success": {"bold": True, "font_color": "#1B5E20"},
    "caution": {"font_color": "#7A4A00"},
    "warning": {"bold": True, "font_color": "#7A4A00"},
    "alarm": {"bold": True, "font_color": "#A30000"},
    "quiet": {"font_color": "#55606B"},
}
_HEAD: dict[str, Any] = {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "vcenter"}

_SECTION: dict[str, Any] = {"bold": True, "font_color": "#0B5394", "font_size": 13}

#: The columns of a list of facts.
_FACTS = (Column(""), Column("", number=True), Column(""))


def workbook(pages: Mapping[str, Page]) -> bytes:
    """Return pages as a workbook (.xlsx).

    Parameters
    ----------
    pages
        The pages by the names of their sheets.

    Raises
    ------
    OptionError
        Where the extra ``office`` is not installed.
    """
    buffer = io.BytesIO()
    title = next((page.title for page in pages.values() if page.title), "")
    book = new_workbook(buffer, _plain(title))
    formats = _Formats(book)
    charts = _ChartData(book, formats)
    for name, page in pages.items():
        _Sheet(book.add_worksheet(name), formats, charts).write(page)
    charts.write()
    book.close()
    return buffer.getvalue()


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, look: Mapping[str, Any]) -> Format:
        """Return the format that looks so."""
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(dict(look))
        return self._made[key]


class _ChartData:
    """What the charts draw, on a sheet of its own behind the others."""

    def __init__(self, book: Workbook, formats: _Formats) -> None:
        self._book = book
        self._formats = formats
        self._rows: list[tuple[str, Written | None, tuple[float, ...]]] = []

    def add(self, title: str, chart: Chart) -> Any:
        """Return a chart: bars on an invisible foot, in one colour what adds, in another what takes away."""
        first = len(self._rows) + 1
        self._rows.append((title, None, ()))
        base = 0.0
        for at, (label, amount) in enumerate(chart.steps):
            start = base if chart.falling and at < len(chart.steps) - 1 else 0.0
            self._rows.append((label, amount, _stacked(start, amount.value)))
            base += amount.value
        drawn = self._book.add_chart({"type": "column", "subtype": "stacked"})
        rows = (first, len(self._rows) - 1)
        gain, loss = {"color": "#0072B2"}, {"color": "#D55E00"}
        for column, fill in enumerate(({"none": True}, gain, gain, loss, loss), start=2):
            drawn.add_series(
                {
                    "categories": [_CHART_DATA, rows[0], 0, rows[1], 0],
                    "values": [_CHART_DATA, rows[0], column, rows[1], column],
                    "fill": fill,
                    "border": {"none": True},
                    "gap": 40,
                }
            )
        drawn.set_legend({"none": True})
        drawn.set_title({"name": _plain(title), "name_font": {"size": 12}})
        drawn.set_size({"width": 760, "height": 340})
        return drawn

    def write(self) -> None:
        """Write the sheet, where there is a chart."""
        if not self._rows:
            return
        sheet = self._book.add_worksheet(_CHART_DATA)
        sheet.set_column(0, 0, _WIDE)
        sheet.hide()
        for row, (label, amount, parts) in enumerate(self._rows):
            sheet.write_string(row, 0, _plain(label), self._formats.of({} if amount is not None else _SECTION))
            if amount is not None:
                form = self._formats.of({"num_format": amount.form})
                for column, number in enumerate((amount.value, *parts), 1):
                    sheet.write_number(row, column, Exact(number), form)


def _stacked(start: float, amount: float) -> tuple[float, ...]:
    """Return the parts of a bar that goes on from a start: foot, what adds above and below zero, what takes away there.

    Stacks grow from zero, upwards and downwards apart, so a bar that crosses it is made of two parts.
    """
    low, high = min(start, start + amount), max(start, start + amount)
    foot = max(low, 0.0) + min(high, 0.0)
    parts = max(high, 0.0) - max(low, 0.0), min(low, 0.0) - min(high, 0.0)
    return (foot, *parts, 0.0, 0.0) if amount >= 0.0 else (foot, 0.0, 0.0, *parts)


@dataclass
class _Sheet:
    """One sheet while it is written, row by row."""

    sheet: Worksheet
    formats: _Formats
    charts: _ChartData
    row: int = 0
    widths: dict[int, int] = field(default_factory=dict)
    folded: dict[int, list[tuple[int, str]]] = field(default_factory=dict)

    def write(self, page: Page) -> None:
        """Write a page, and set how the sheet looks and prints."""
        for block in page.blocks:
            self._block(block)
        for column, width in self.widths.items():
            self.sheet.set_column(column, column, width)
        for row, cells in self.folded.items():
            lines = max(_lines(text, self.widths[at]) for at, text in cells)
            if lines > 1:
                self.sheet.set_row(row, _HEIGHT * lines)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)
        self.sheet.hide_gridlines(2)
        self.sheet.freeze_panes(1, 0)
        self.sheet.set_footer("&L&A&R&P / &N")

    def _block(self, block: Block) -> None:
        match block:
            case Heading() | Paragraph() | Bullets() | Footer():
                self._text(block)
            case Table(columns, rows, total):
                self._table(columns, rows, total)
            case Facts(rows):
                for cells in rows:
                    self._cells(_FACTS, cells)
            case Figure(title, _, _, chart):
                if chart is not None:
                    self.row += 1
                    self.sheet.insert_chart(self.row, 0, self.charts.add(title, chart), {"description": _plain(title)})
                    self.row += _CHART_ROWS

    def _text(self, block: Heading | Paragraph | Bullets | Footer) -> None:
        match block:
            case Heading(text, unit):
                self.row += 1 if self.row else 0
                self._line(f"{text} ({unit})" if unit else text, _SECTION)
            case Paragraph(text):
                self._line(text.plain, _look(text), text.runs)
            case Bullets(entries):
                for entry in entries:
                    self._line(f"• {entry.plain}", {})
            case Footer(text):
                self.row += 1
                self._line(text, _LOOKS["quiet"])

    def _line(self, text: str, look: Mapping[str, Any], runs: Sequence[Run] = ()) -> None:
        """Write running text over several columns, as high as it needs."""
        mixed = len(runs) > 1
        form = self.formats.of({**({} if mixed else look), "text_wrap": True, "valign": "top"})
        self.sheet.merge_range(self.row, 0, self.row, _SPREAD - 1, "", form)
        if mixed:
            parts = [part for run in runs for part in (self.formats.of(_LOOKS[run.tone]), _plain(run.text))]
            self.sheet.write_rich_string(self.row, 0, *parts, form)
        else:
            self.sheet.write_string(self.row, 0, _plain(text), form)
        scale = look.get("font_size", 11) / 11
        lines = max(math.ceil(cell_len(text) * scale / _LINE), 1)
        self.sheet.set_row(self.row, _HEIGHT * lines * scale)
        self.row += 1

    def _table(self, columns: Sequence[Column], rows: Sequence[Sequence[Words]], total: Sequence[Words] | None) -> None:
        for at, column in enumerate(columns):
            form = self.formats.of({**_HEAD, **_side(column, at)})
            self.sheet.write_string(self.row, at, _plain(column.title), form)
            self._widen(at, column.title, column)
            self._fold(at, column.title)
        self.row += 1
        first = self.row
        for cells in rows:
            self._cells(columns, cells)
        if total is not None:
            self._total(columns, total, first)
        self.row += 1

    def _cells(self, columns: Sequence[Column], cells: Sequence[Words]) -> None:
        for at, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            look = {**_look(cell), "valign": "top", **_side(column, at)}
            if cell.number is not None:
                form = self.formats.of({**look, "num_format": cell.number.form})
                self.sheet.write_number(self.row, at, Exact(cell.number.value), form)
            elif cell.runs:  # the remark of a fact may stand over what is right of it
                form = self.formats.of({**look, "text_wrap": columns is not _FACTS})
                self.sheet.write_string(self.row, at, _plain(cell.plain), form)
            if columns is not _FACTS or at < len(columns) - 1:
                self._widen(at, cell.plain, column)
                self._fold(at, cell.plain)
        self.row += 1

    def _total(self, columns: Sequence[Column], cells: Sequence[Words], first: int) -> None:
        """Write sums as formulas: who changes a number sees them follow."""
        from xlsxwriter.utility import xl_range  # noqa: PLC0415

        for at, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            look = {**_LOOKS["strong"], "top": 1, **_side(column, at)}
            if cell.number is None:
                self.sheet.write_string(self.row, at, _plain(cell.plain), self.formats.of(look))
                continue
            formula = f"=SUM({xl_range(first, at, self.row - 1, at)})"
            form = self.formats.of({**look, "num_format": cell.number.form})
            self.sheet.write_formula(self.row, at, formula, form, Exact(cell.number.value))
        self.row += 1

    def _fold(self, at: int, text: str) -> None:
        """Note a text that may need several lines, once the width of its column is known."""
        self.folded.setdefault(self.row, []).append((at, text))

    def _widen(self, at: int, text: str, column: Column) -> None:
        needed = cell_len(text) if column.number else max(map(cell_len, text.split(" ")))
        wished = cell_len(text) if column.number else min(cell_len(text), column.most or _WIDE)
        self.widths[at] = max(self.widths.get(at, _NARROW), min(max(needed, wished) + 2, _WIDE))


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a cell, broken between words."""
    lines, used = 1, 0
    for word in text.split(" "):
        length = cell_len(word)
        if used and used + 1 + length > width:
            lines, used = lines + 1, length
        else:
            used += length + bool(used)
    return lines


def _look(text: Words) -> dict[str, Any]:
    return _LOOKS[text.runs[0].tone if text.runs else "plain"]


def _side(column: Column, at: int) -> dict[str, Any]:
    """Return how a cell stands: what is no number, a little off the number left of it."""
    return {"align": "right"} if column.number else {"align": "left", "indent": int(at > 0)}


def _plain(text: str) -> str:
    """Return text without what XML cannot hold, and not longer than a cell."""
    kept = (one for one in text if unicodedata.category(one) not in ("Cc", "Cs") or one in "\n\t")
    return "".join(kept)[:_LONGEST]
