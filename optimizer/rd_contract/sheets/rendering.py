"""Pages as an Excel workbook that explains itself: units, ranges, lists to choose from, notes; made to be printed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..base.tolerances import SUMS
from ..base.workbooks import Exact, new_workbook
from .advice import meaning_of_empty
from .layout import Column
from .manual import READ_ME, Style
from .writing import Entry, Page, allowed

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

#: Rows below the last one that are still checked while somebody types.
_SPARE = 200

#: Characters of a note below a heading that fit on one line.
_ROOM = 18

#: Columns that fit on a page as they are, and that can be read when they are made to fit.
_NARROW, _ON_A_PAGE = 5, 12

_FORMULA = ("=", "+", "-", "@")

_DARK, _MIDDLE, _LIGHT, _GREY = "#1F3864", "#2F5597", "#F2F2F2", "#595959"

_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 18, "font_color": _DARK},
    "section": {"bold": True, "font_size": 13, "font_color": _DARK, "bottom": 1, "bottom_color": _MIDDLE},
    "text": {"text_wrap": True, "valign": "top"},
    "term": {"bold": True, "valign": "top"},
    "code": {"font_name": "Consolas", "bg_color": _LIGHT},
    "required": {
        "bold": True,
        "font_color": "white",
        "bg_color": _DARK,
        "text_wrap": True,
        "valign": "vcenter",
        "border": 1,
    },
    "heading": {
        "bold": True,
        "font_color": "white",
        "bg_color": _MIDDLE,
        "text_wrap": True,
        "valign": "vcenter",
        "border": 1,
    },
    "note": {
        "italic": True,
        "font_size": 9,
        "font_color": _GREY,
        "bg_color": _LIGHT,
        "text_wrap": True,
        "valign": "top",
    },
    "plain": {"valign": "top"},
    "label": {"bold": True, "valign": "top"},
    "cell": {"border": 1, "border_color": "#BFBFBF", "valign": "top"},
}


def workbook_of(pages: Sequence[Page], document: Mapping[str, Any]) -> bytes:
    """Return a workbook with a page for people and one sheet for each page.

    Parameters
    ----------
    pages
        What the sheets hold.
    document
        The instance, for the title.

    Raises
    ------
    OptionError
        When the extra is not installed.
    """
    buffer = io.BytesIO()
    with new_workbook(buffer, document["name"]) as book:
        writer = _Writer(book, pages)
        writer.read_me()
        for page in pages:
            writer.sheet(page)
    return buffer.getvalue()


class _Writer:
    """Writes the sheets of one workbook; formats are made once each."""

    def __init__(self, book: Workbook, pages: Sequence[Page]) -> None:
        self._book = book
        self._formats: dict[tuple[Any, ...], Any] = {}
        self._pages = pages
        self._last = {page.title: 1 + len(page.notes) + len(page.rows) + _SPARE for page in pages}

    def _format(self, style: str, **more: Any) -> Any:
        key = (style, *sorted(more.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({**_STYLES[style], **more})
        return self._formats[key]

    def read_me(self) -> None:
        """Write the page that tells people what to do."""
        sheet = self._book.add_worksheet("Read me")
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 92)
        for row, (style, first, second) in enumerate(READ_ME):
            self._line(sheet, row, style, first, second)
        sheet.set_portrait()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _line(self, sheet: Any, row: int, style: Style, first: str, second: str) -> None:
        if style == "text":
            sheet.merge_range(row, 0, row, 1, "", self._format("text"))
            sheet.write_string(row, 0, first, self._format("text"))
            sheet.set_row(row, 15 * (1 + len(first) // 125))
        elif style == "row":
            sheet.write_string(row, 0, first, self._format("term"))
            sheet.write_string(row, 1, second, self._format("text"))
            sheet.set_row(row, 15 * (1 + len(second) // 105))
        else:
            for at, words in enumerate((first, second)):
                if words or style == "section":
                    sheet.write_string(row, at, words, self._format(style))

    def sheet(self, page: Page) -> None:
        """Write one sheet."""
        sheet = self._book.add_worksheet(page.title)
        sheet.set_tab_color(_DARK if page.title in ("Project", "Firms") else "#A6A6A6")
        for at, heading in enumerate(page.headings):
            column = page.columns[at]
            sheet.write_string(0, at, heading, self._format("required" if column and column.required else "heading"))
            if column is not None and (note := _note(column)):
                sheet.write_comment(
                    0, at, note, {"author": "", "width": 260, "height": 20 + 16 * (1 + len(note) // 34)}
                )
        for row, notes in enumerate(page.notes, start=1):
            sheet.set_row(row, 14 * max(1 + (len(text) - 1) // _ROOM for text in notes))
            for at, text in enumerate(notes):
                sheet.write_string(row, at, text, self._format("note"))
        first = 1 + len(page.notes)
        for row, entries in enumerate(page.rows, start=first):
            for at, entry in enumerate(entries):
                self._cell(sheet, row, at, entry, in_one_column=page.title == "Project")
        self._checks(sheet, page, first)
        self._appearance(sheet, page, first)

    def _cell(self, sheet: Any, row: int, at: int, entry: Entry, *, in_one_column: bool) -> None:
        if entry.column is None:
            sheet.write_string(row, at, str(entry.value or ""), self._format("label" if at == 0 else "note"))
        elif entry.value is None:
            sheet.write_blank(row, at, None, self._format("cell", **_empty_format(entry.column)))
        elif isinstance(entry.value, str):
            quote = {"quote_prefix": True} if entry.value.startswith(_FORMULA) else {}
            wrap = {"text_wrap": True} if len(entry.value) > 40 or "\n" in entry.value else {}
            sheet.write_string(row, at, entry.value, self._format("cell", **quote, **wrap))
        else:
            left = {"align": "left"} if in_one_column else {}
            number = self._format("cell", num_format=number_format(entry.value, entry.column), **left)
            sheet.write_number(row, at, Exact(entry.value), number)

    def _checks(self, sheet: Any, page: Page, first: int) -> None:
        """Let the spreadsheet offer what may be chosen, and refuse what is out of range, while somebody types."""
        for at, column in enumerate(page.columns):
            if column is not None and (check := self._check(column)):
                sheet.data_validation(first, at, self._last[page.title], at, check)
        if page.title == "Project":
            for row, entries in enumerate(page.rows, start=first):
                column = entries[1].column
                if column is not None and (check := self._check(column)):
                    sheet.data_validation(row, 1, row, 1, check)

    def _check(self, column: Column) -> dict[str, Any] | None:
        said = {"error_title": column.heading.english[:32], "error_message": f"Expected: {_expected(column)}"[:255]}
        if column.firms:
            firms = next(page for page in self._pages if page.title == "Firms")
            source = f"=Firms!$A${2 + len(firms.notes)}:$A${self._last['Firms'] + 1}"
            return {"validate": "list", "source": source, "error_type": "warning", **said}
        if column.kind in ("flag", "word"):
            return {"validate": "list", "source": list(column.words) or ["yes", "no"], **said}
        if column.kind not in ("number", "whole"):
            return None
        limits = _limits(column)
        return {"validate": "decimal" if column.kind == "number" else "integer", **limits, **said} if limits else None

    def _appearance(self, sheet: Any, page: Page, first: int) -> None:
        for at, width in enumerate(_widths(page)):
            column = page.columns[at]
            below = self._format("plain", **_empty_format(column)) if column else None
            sheet.set_column(at, at, width, below)
        sheet.set_row(0, 32)
        sheet.freeze_panes(first, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        if len(page.headings) > _NARROW:  # what is narrow would be blown up
            sheet.fit_to_pages(1 if len(page.headings) <= _ON_A_PAGE else 2, 0)
        sheet.repeat_rows(0, first - 1)
        sheet.repeat_columns(0)
        sheet.set_footer("&L&A&RPage &P of &N")


def _limits(column: Column) -> dict[str, Any]:
    """Return the range of a number as the writer wants it; empty for none."""
    if column.above is not None:
        return {"criteria": ">", "value": column.above}
    if column.least is None:
        return {}
    if column.most is None:
        return {"criteria": ">=", "value": column.least}
    return {"criteria": "between", "minimum": column.least, "maximum": column.most}


def _expected(column: Column) -> str:
    if column.firms:
        return "a firm of the sheet Firms"
    return f"{allowed(column)} (40% or 0.4)" if column.percent else allowed(column)


def _note(column: Column) -> str:
    """Return what the note at a heading says."""
    range_ = allowed(column)
    parts = [column.note, f"Allowed: {range_}" if range_ else ""]
    if not column.required and column.default != "":
        parts.append(f"If empty: {meaning_of_empty(column)}")
    return "\n".join(filter(None, parts))


def _widths(page: Page) -> Iterator[float]:
    if page.title == "Project":
        yield from (26, 36, 16, 46, 18, 74)
        return
    for at, heading in enumerate(page.headings):
        texts = [len(notes[at]) for notes in page.notes if at < len(notes)]
        texts = [min(length, _ROOM) for length in texts]
        cells = [len(str(row[at].value)) for row in page.rows[:200] if row[at].value is not None]
        words = max(map(len, heading.split()), default=0)
        yield min(max([9, 1 + words, 3 + len(heading) // 2, *texts, *(2 + min(cell, 38) for cell in cells)]), 40)


def number_format(value: float, column: Column) -> str:
    """Return a format that shows a number with the digits it has, few enough to read.

    Parameters
    ----------
    value
        The number.
    column
        Its field: parts of a whole are percentages.
    """
    shown = 100.0 * value if column.percent else value
    if shown and not 0.001 <= abs(shown) < 1e12:
        return "General"
    digits = next((digits for digits in range(7) if abs(round(shown, digits) - shown) <= SUMS * abs(shown)), 6)
    decimals = "." + "0" * digits if digits else ""
    return f"0{decimals}%" if column.percent else f"#,##0{decimals}"


def _empty_format(column: Column) -> dict[str, str]:
    """Return how a cell is formatted that nobody has filled in yet: typing 40 makes it 40%."""
    return {"num_format": "0%"} if column.percent else {}
