"""The cells of one sheet of a workbook, and what is merged, hidden or computed among them: all in one pass.

Nothing is kept of cells that hold nothing, so that memory is bounded by what a file says and not by what it formats.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import Any

from ..base.errors import Problem
from .grid import DOWNWARDS, MAX_COLUMNS, MAX_ROWS, Fault, Grid, Spread, content, failed, is_blank, too_large
from .looks import PLAIN, Look, Shown
from .parts import Attributes, Book, Pieces, walk

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

_FORMULA_FAULT = Fault(
    "a formula without a computed value", "a value", "open the file in Excel or LibreOffice and save it"
)
_SIDEWAYS = Fault("cells merged over several columns", "one value in each column", "unmerge them")

#: Most merged cells that hold something.
_MOST_MERGED = 10_000

#: A day beyond the last one.
_NO_DAY = 2_958_466


class TooLargeError(Exception):
    """A sheet holds more than is read; carries the problem."""

    def __init__(self, title: str, what: str, most: int) -> None:
        super().__init__(title)
        self.problem: Problem = too_large(title, what, most)


@dataclass
class _Cell:
    """One cell while it is read."""

    row: int
    column: int
    kind: str
    look: Look
    is_formula: bool = False


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
    _merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    _row: int = 0
    _column: int = 0
    _is_hidden: bool = False
    _cell: _Cell | None = None
    _pieces: Pieces = field(default_factory=Pieces)

    def read(self, part: bytes) -> Grid:
        """Return what stands in the sheet.

        Raises
        ------
        TooLargeError
            For more than is read.
        expat.ExpatError, LookupError, ValueError, EntityError
            For a damaged one.
        """
        walk(part, self._start, self._end, self._pieces.add)
        for ranges in self._merged:
            self._spread(*ranges)
        return Grid(self.title, [(number, values) for number, values in sorted(self._rows.items()) if values])

    def _start(self, name: str, attributes: Attributes) -> None:
        if self._cell is not None:
            self._cell.is_formula = self._cell.is_formula or name == "f"
            self._pieces.start(name)
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column, self._is_hidden = 0, attributes.get("hidden") in ("1", "true")
        elif name == "mergeCell":
            self._merged.append(_range(attributes["ref"]))
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            last = min(int(attributes["max"]), MAX_COLUMNS)
            self.hidden_columns += max(last - int(attributes["min"]) + 1, 0)

    def _begin_cell(self, attributes: Attributes) -> None:
        if "r" in attributes:
            row, self._column = _address(attributes["r"])
            if row != self._row:
                raise ValueError(attributes["r"])
        else:
            self._column += 1
        look = self.book.looks[int(attributes["s"])] if "s" in attributes and self.book.looks else PLAIN
        self._cell = _Cell(self._row, self._column, attributes.get("t", "n"), look)
        self._pieces.begin()

    def _end(self, name: str) -> None:
        self._pieces.end(name)
        if name == "c" and self._cell is not None:
            cell, self._cell = self._cell, None
            value = _value(cell, self._pieces.text, self.book)
            if not is_blank(value):
                self._put(cell, value)

    def _put(self, cell: _Cell, value: Any) -> None:
        for number, most, what in ((cell.row, MAX_ROWS, "rows"), (cell.column, MAX_COLUMNS, "columns")):
            if number > most:
                raise TooLargeError(self.title, what, most)
        if cell.row not in self._rows:
            self.hidden_rows += self._is_hidden
        values = self._rows.setdefault(cell.row, [])
        values += [None] * (cell.column - len(values))
        if values[cell.column - 1] is not None:
            raise ValueError("one cell twice")
        values[cell.column - 1] = value

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


def _address(text: str) -> tuple[int, int]:
    """Return row and column of a cell, from 1; raises ValueError for what is none."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise ValueError(text)
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _range(text: str) -> tuple[int, int, int, int]:
    first, _, last = text.partition(":")
    (top, left), (bottom, right) = _address(first), _address(last or first)
    return top, left, bottom, right


def _value(cell: _Cell, text: str, book: Book) -> Any:
    """Return what a cell holds, None for nothing."""
    if cell.kind == "e":
        return failed(text)
    if cell.is_formula and not text and cell.kind != "str":  # an empty text is what a formula may well give
        return _FORMULA_FAULT
    if not text:
        return None
    if cell.kind in ("s", "str", "inlineStr"):
        return content(_unescaped(_shared(text, book) if cell.kind == "s" else text))
    return _number(cell, text, book)


def _shared(number: str, book: Book) -> str:
    """Return one of the texts that cells share; raises LookupError where there is none."""
    if not number.isdecimal():
        raise LookupError(number)
    return book.texts[int(number)]


def _number(cell: _Cell, text: str, book: Book) -> Any:
    """Return the number of a cell, or the truth value or date that it stands for."""
    if cell.kind == "b":
        return text in ("1", "true")
    if cell.kind == "d":
        return datetime.datetime.fromisoformat(text)
    number = int(text) if _WHOLE.fullmatch(text) else float(text)
    if cell.look.is_date:
        return _dated(float(number), book.epoch)
    return number if cell.look == PLAIN else Shown(number, cell.look)


def _dated(days: float, epoch: datetime.datetime) -> Any:
    """Return the date, or the time of a first day, that a number is shown as."""
    if not 0.0 <= days < _NO_DAY:
        return Fault("a date that is none", "a value", "format the cell as Number and type it again")
    # A day that never was, 29 February 1900, is counted.
    moment = epoch + datetime.timedelta(days=days + (0.0 < days < 60.0 and epoch.year < 1900))
    return moment.time() if days < 1.0 else moment


def _unescaped(text: str) -> str:
    """Return a text with the characters that XML has no place for."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
