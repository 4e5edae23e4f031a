"""The cells of one sheet of a workbook, and what is merged, hidden or computed among them: all in one pass.

openpyxl reads the rows. Nothing is kept of cells that hold nothing, so that memory is bounded by what a file says and
not by what it formats.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import WorkSheetParser

from ..base.errors import Problem
from .grid import DOWNWARDS, MAX_COLUMNS, MAX_ROWS, Fault, Grid, Spread, content, failed, is_blank, too_large
from .looks import PLAIN, Shown
from .parts import Book, elements, tag

_ROW, _COLUMNS, _MERGED, _FORMULA = map(tag, ("row", "col", "mergeCell", "f"))

_FORMULA_FAULT = Fault(
    "a formula without a computed value", "a value", "open the file in Excel or LibreOffice and save it"
)
_SIDEWAYS = Fault("cells merged over several columns", "one value in each column", "unmerge them")

#: Most merged cells that hold something.
_MOST_MERGED = 10_000

#: A day beyond the last one.
_NO_DAY = 2_958_466

#: What whole numbers are exact up to, as workbooks have them.
_WHOLE = 10**15


class TooLargeError(Exception):
    """A sheet holds more than is read; carries the problem."""

    def __init__(self, title: str, what: str, most: int) -> None:
        super().__init__(title)
        self.problem: Problem = too_large(title, what, most)


class _Parser(WorkSheetParser):
    """openpyxl's reader of rows, which takes a formula that was never computed for nothing."""

    def parse_cell(self, element: Element) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        # An empty text is what a formula may well give.
        if cell["value"] is None and element.get("t") != "str" and element.find(_FORMULA) is not None:
            cell["value"] = _FORMULA_FAULT
        return cell


@dataclass
class SheetReader:
    """Reads one sheet.

    Parameters
    ----------
    title
        Of the sheet.
    book
        Of which it is part.
    hidden_rows, hidden_columns
        How many rows with something in them, and columns, are hidden.
    """

    title: str
    book: Book
    hidden_rows: int = 0
    hidden_columns: int = 0
    _spent: int = 0
    _rows: dict[int, list[Any]] = field(default_factory=dict)

    def read(self, part: bytes) -> Grid:
        """Return what stands in the sheet.

        Parameters
        ----------
        part
            Its XML.

        Raises
        ------
        TooLargeError
            For more than is read.
        Exception
            Of any kind, for a damaged one.
        """
        # Dates are told by their looks: openpyxl would warn of those that are none.
        parser = _Parser(io.BytesIO(), self.book.texts, data_only=True)
        merged = []
        for element in elements(part, {_ROW, _COLUMNS, _MERGED}):
            if element.tag == _ROW:
                self._row(parser, element)
            elif element.tag == _MERGED:
                merged.append(element.attrib["ref"])
            elif _is_hidden(element.attrib):
                last = min(int(element.attrib["max"]), MAX_COLUMNS)
                self.hidden_columns += max(last - int(element.attrib["min"]) + 1, 0)
        for reference in merged:
            left, top, right, bottom = (number or 1 for number in range_boundaries(reference))
            self._spread(top, left, bottom, right)
        return Grid(self.title, [(number, values) for number, values in sorted(self._rows.items()) if values])

    def _row(self, parser: _Parser, element: Any) -> None:
        number, cells = parser.parse_row(element)
        parser.row_dimensions.clear()  # one for each row that is formatted
        known = number in self._rows
        for cell in cells:
            if cell["row"] != number:
                raise ValueError("a cell of another row")
            value = self._value(cell)
            if not is_blank(value):
                self._put(number, int(cell["column"]), value)
        if number in self._rows and not known:
            self.hidden_rows += _is_hidden(element.attrib)

    def _value(self, cell: dict[str, Any]) -> Any:
        """Return what a cell holds, None for nothing."""
        kind, value = cell["data_type"], cell["value"]
        if kind == "e" and not isinstance(value, Fault):
            return failed(value or "")
        if isinstance(value, str):
            return content(unescape(value))
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._number(value, cell["style_id"])
        return value

    def _number(self, number: float, style: int) -> Any:
        """Return a number, or the date that it is shown as."""
        look = self.book.looks[style] if self.book.looks else PLAIN
        if look.is_date:
            if not 0.0 <= number < _NO_DAY:
                return Fault("a date that is none", "a value", "format the cell as Number and type it again")
            return from_excel(number, self.book.epoch)
        if abs(number) >= _WHOLE:
            number = float(number)
        return number if look == PLAIN else Shown(number, look)

    def _put(self, row: int, column: int, value: Any) -> None:
        for number, most, what in ((row, MAX_ROWS, "rows"), (column, MAX_COLUMNS, "columns")):
            if number > most:
                raise TooLargeError(self.title, what, most)
        values = self._rows.setdefault(row, [])
        values += [None] * (column - len(values))
        if values[column - 1] is not None:
            raise ValueError("one cell twice")
        values[column - 1] = value

    def _spread(self, top: int, left: int, bottom: int, right: int) -> None:
        """Give every cell of a range that is merged downwards its text; one merged sideways has no column of its own.

        A number that stands beside several rows may be true of each, or of all together.
        """
        values = self._rows.get(top, [])
        value = values[left - 1] if left <= len(values) else None
        if value is None or (top, left) == (bottom, right):
            return
        if (bottom - top + 1) * (right - left + 1) + self._spent > _MOST_MERGED:
            raise TooLargeError(self.title, "merged cells", _MOST_MERGED)
        self._spent += (bottom - top + 1) * (right - left + 1)
        if bottom > top:
            value = _spread_value(value)
        for number in range(top, bottom + 1):
            row = self._rows.setdefault(number, [])
            row += [None] * (right - len(row))
            row[left - 1] = value
            row[left:right] = [_SIDEWAYS] * (right - left)


def _spread_value(value: Any) -> Any:
    if isinstance(value, str):
        return Spread(value)
    return value if isinstance(value, bool | Fault) else DOWNWARDS


def _is_hidden(attributes: dict[str, str]) -> bool:
    return attributes.get("hidden") in ("1", "true")
