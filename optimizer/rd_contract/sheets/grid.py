"""Sheets as they are found in files: values by row and column, before anybody knows what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..base.errors import Problem

#: Most rows and columns of a sheet that are read; files with more are refused, not cut.
MAX_ROWS = 20_000
MAX_COLUMNS = 1_000

#: What begins a row, or the heading of a column, that is only for people.
COMMENT = "#"

#: What spreadsheets take for the beginning of a formula.
FORMULA = tuple("=+-@\t\r＝＋－＠")

#: Longest text that is quoted in full in a list.
_SHORT = 40

#: What nobody sees around a text: blanks, and marks of width, joining and direction.
_AROUND = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")


@dataclass(frozen=True)
class Fault:
    """A cell without a value that could be used, in the words of a problem."""

    found: str
    expected: str
    hint: str


class CellError(Exception):
    """A cell cannot be understood.

    Parameters
    ----------
    found, expected, hint
        As in :class:`~rd_contract.Problem`.
    """

    def __init__(self, found: str, expected: str, hint: str = "") -> None:
        super().__init__(found)
        self.found, self.expected, self.hint = found, expected, hint

    def at(self, cell: str) -> Problem:
        """Return the problem of the cell of that name."""
        return Problem(cell, self.found, self.expected, self.hint, "cell")


class Spread(str):
    """A text that is merged over several rows: what names them is true of each, an amount may be of all together."""


class Formula(str):
    """A text that begins as a formula, in a file that has no formulas."""


#: What is refused for an amount that is merged over several rows.
DOWNWARDS = Fault(
    "a number merged over several rows",
    "one number in each row",
    "unmerge the cells, and write in each row what is true of it",
)

#: What spreadsheets write where a value cannot be computed or shown, in their languages.
_ERROR = re.compile(
    r"#(?:N/A|NV|REF!|BEZUG!|VALUE!|WERT!|VALEUR!|NAME\?|NOM\?|DIV/0!|NULL!|NUL!|NUM!|ZAHL!|NOMBRE!|SPILL!|ÜBERLAUF!"
    r"|CALC!|KALK!|FIELD!|FELD!|BLOCKED!|CONNECT!|UNKNOWN!|BUSY!|GETTING_DATA)|#{3,}|Err:\d{3}"
)


def content(text: str) -> str | Fault | None:
    """Return what a text in a cell says: None where nobody sees anything, a fault for an error that was saved as text.

    Parameters
    ----------
    text
        As the file has it.
    """
    if is_blank(text):
        return None
    plain = trimmed(text)
    if plain[:1] not in ("#", "E") or not _ERROR.fullmatch(plain):
        return text
    if plain.startswith("##"):
        return Fault(f"{plain[:8]}, a number that found no room", "a value", "make the column wider, and save it again")
    return failed(plain)


def failed(error: str) -> Fault:
    """Return what a cell holds whose formula ends in an error."""
    return Fault(f"the error {error}", "a value", "repair the formula")


@dataclass
class Grid:
    """One sheet.

    Parameters
    ----------
    title
        Its title.
    rows
        Number of each row in the file, from 1, and its values from column A on: text, numbers, booleans, dates, None,
        or a :class:`Fault`.
    """

    title: str
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)

    def name(self, row: int, column: int) -> str:
        """Return how a cell is called.

        Parameters
        ----------
        row
            Number of the row, from 1.
        column
            Number of the column, from 0.
        """
        return f"{self.title}!{letters(column)}{row}"

    def column(self, column: int) -> str:
        """Return how a column is called; as :meth:`name`."""
        return f"{self.title} column {letters(column)}"

    def said(self, first: int = 0) -> Iterator[tuple[int, list[Any]]]:
        """Yield the rows that say something: neither empty nor comments.

        Parameters
        ----------
        first
            The first column of the table: a row that begins with a comment there is one, too.
        """
        for number, values in self.rows:
            if not any(map(is_comment, (*values[:1], *values[first : first + 1]))) and not all(map(is_blank, values)):
                yield number, values


def letters(column: int) -> str:
    """Return the letters of a column.

    Parameters
    ----------
    column
        Its number, from 0.
    """
    text = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def trimmed(text: str) -> str:
    """Return a text without blanks of any kind, or invisible characters, around it."""
    if text.isascii():
        return text.strip()
    before, behind = _AROUND.match(text), _AROUND.match(text[::-1])
    return text[before.end() if before else 0 : len(text) - (behind.end() if behind else 0)]


def listed(texts: Iterable[str], most: int) -> str:
    """Return texts, each once, in one line: the first few, shortened, and how many more there are.

    Parameters
    ----------
    texts
        The texts.
    most
        Most that are shown.
    """
    known = list(dict.fromkeys(texts))
    shown = ", ".join(text if len(text) <= _SHORT else text[: _SHORT - 3] + "..." for text in known[:most])
    return shown + (f" and {len(known) - most} more" if len(known) > most else "")


def is_blank(value: Any) -> bool:
    """Return whether a cell holds nothing that anybody sees."""
    return value is None or (isinstance(value, str) and not trimmed(value))


def is_comment(value: Any) -> bool:
    """Return whether a cell begins a comment."""
    return isinstance(value, str) and trimmed(value).startswith(COMMENT)


def too_large(title: str, what: str, most: int) -> Problem:
    """Return the problem of a sheet that has more than is read.

    Parameters
    ----------
    title
        Of the sheet.
    what, most
        What it has too many of, and how many are read.
    """
    hint = "delete what does not belong there, also empty rows and columns that are formatted"
    return Problem(title, f"more than {most:,} {what}", f"at most {most:,}", hint, "file")
