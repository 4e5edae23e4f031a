"""Tables of raw data as they are found: one sheet of a workbook, or a CSV file, with its headings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ..base.errors import OptionError, Problem, TableError
from ..base.files import read_bytes, source_name
from ..base.workbooks import require
from ..formats.documents import describe
from ..formats.forms import Note
from ..formats.hints import EMPTY
from ..sheets.cells import Numerals, value_of
from ..sheets.collecting import Collection, name_in
from ..sheets.delimited import grid_of
from ..sheets.grid import CellError, Grid, is_blank, is_comment, trimmed
from ..sheets.headings import Heading, key, names_sum
from ..sheets.layout import Column
from ..sheets.matching import LOOKED_AT

_Read = TypeVar("_Read")

#: A number of something; which fields of the format have such a column does not matter here.
COUNT = Column((), Heading("Count"), "number")


@dataclass
class RawTable:
    """One table: its headings, the rows below them, and everything that is wrong with it.

    Parameters
    ----------
    grid
        The sheet.
    row
        Number of the row with the headings.
    headings
        Them, as they are found.
    rows
        The rows below that say something, with their numbers.
    source
        The file, for messages.
    wrong
        What is wrong with cells, with their places.
    notes
        What is to be told about the reading.
    """

    grid: Grid
    row: int
    headings: list[Any]
    rows: list[tuple[int, list[Any]]]
    source: str
    wrong: list[tuple[int, int, Problem]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def refuse(self, row: int, column: int, error: CellError) -> None:
        """Add what is wrong with a cell."""
        self.wrong.append((row, column, error.at(self.grid.name(row, column))))

    def understood(self, row: int, column: int, value: Any, read: Callable[[Any], _Read]) -> _Read | None:
        """Return what a cell says, None (and a problem) where that cannot be read.

        Parameters
        ----------
        row, column
            Where it stands.
        value
            What it holds.
        read
            Reads it; raises :class:`~rd_contract.sheets.grid.CellError`.
        """
        try:
            return read(value)
        except CellError as error:
            self.refuse(row, column, error)
            return None

    def name(self, row: int, column: int, value: Any, what: str) -> str | None:
        """Return a cell as a name, None (and a problem) where it is none; as :meth:`understood`."""

        def read(raw: Any) -> str:
            if is_blank(raw):
                raise CellError("nothing", f"the name of a {what}")
            if isinstance(raw, str) and names_sum(raw):  # it would be as good as all others together
                hint = f'begin it with # if it holds sums; write "{trimmed(raw)}" in quotes if a {what} is called so'
                raise CellError(describe(trimmed(raw)), f"the name of a {what}", hint)
            return name_in(raw)

        return self.understood(row, column, value, read)

    def numerals(self, columns: Sequence[int]) -> Numerals:
        """Return how numbers are written in some columns."""
        return Numerals.of(
            (
                (self.grid.name(number, at), values[at])
                for number, values in self.rows
                for at in columns
                if at < len(values) and not is_blank(values[at])
            ),
            "",
        )

    def tell(self, on_note: Callable[[Note], None] | None) -> None:
        """Tell what was understood otherwise than it stands there, where anybody listens."""
        if on_note is not None:
            for note in self.notes:
                on_note(note)

    def conclude(self) -> None:
        """Raise TableError if anything is wrong, in the order of the rows."""
        if self.wrong:
            ordered = sorted(self.wrong, key=lambda each: each[:2])
            raise TableError([problem for *_, problem in ordered], self.source)


def table_in(path: str | os.PathLike[str], encoding: str | None, known: frozenset[str]) -> RawTable:
    """Return the table of a file: CSV, or the one sheet of a workbook that holds anything.

    Rows that begin with ``#`` are only for people; the first other row of at least two cells holds the headings. So a
    title may stand above them.

    Parameters
    ----------
    path
        The file.
    encoding
        Of CSV; None: UTF-8.
    known
        Headings that tell the delimiter, as :func:`~rd_contract.sheets.headings.key` returns them.

    Raises
    ------
    TableError
        For what is no table.
    OptionError
        For an encoding where there is none to choose, or an extra that is not installed.
    """
    source, notes = source_name(path), list[Note]()
    ending = Path(path).suffix.lower()
    if ending in (".xlsx", ".xlsm"):
        if encoding is not None:
            raise OptionError("an encoding can be named for CSV files only; workbooks say theirs")
        grid = _sheet_of(path, source, notes)
    elif ending in (".csv", ".tsv", ".txt"):
        grid = grid_of(
            path, TableError, encoding or "utf-8", source, lambda cells: sum(key(cell) in known for cell in cells)
        )
    else:
        hint = 'save it as CSV or as "Excel Workbook (.xlsx)"'
        raise TableError([Problem("", f"a file {ending or source!r}", "a file .csv or .xlsx", hint, "file")], source)
    table = _table_of(grid, known, source, notes)
    _refuse_without_heading(table)
    return table


def _table_of(grid: Grid, known: frozenset[str], source: str, notes: list[Note]) -> RawTable:
    """Return the headings of a sheet, and the rows below them; raises TableError where there are none."""
    said = list(grid.said())
    number, headings = next(
        (row for row in grid.rows[:LOOKED_AT] if _may_be_headings(row[1], known)), said[0] if said else (0, [])
    )
    first = next((at for at, head in enumerate(headings) if not is_blank(head) and not is_comment(head)), 0)
    rows = [row for row in grid.said(first) if row[0] > number]
    if not rows:
        raise TableError([Problem(grid.title, "no rows", "headings, and rows below them", "", "cell")], source)
    if above := sum(row[0] < number for row in said):
        notes.append(Note("ignored", f"{above} row{'s' * (above > 1)} above the headings of {grid.title}"))
    return RawTable(grid, number, headings, rows, source, notes=notes)


def _may_be_headings(values: Sequence[Any], known: frozenset[str]) -> bool:
    """Return whether a row is no title and no comment; a comment in the heading of its first column makes it none."""
    said = [value for value in values if not is_blank(value)]
    if not values or not is_comment(values[0]):
        return len(said) > 1
    return any(key(str(value)) in known for value in said[1:])


def _sheet_of(path: str | os.PathLike[str], source: str, notes: list[Note]) -> Grid:
    require("openpyxl")
    from ..sheets.opening import grids_of  # noqa: PLC0415 - the extra `office`

    found = Collection()
    every = grids_of(read_bytes(path, TableError), TableError, source, found)
    notes += found.notes
    grids = [grid for grid in every if not is_comment(grid.title) and any(True for _ in grid.said())]
    if len(grids) == 1:
        return grids[0]
    titles = ", ".join(grid.title for grid in grids)
    hint = "begin the titles of the others with #" if grids else "show the sheet, or fill it in"
    problem = Problem("", f"the sheets {titles}" if grids else "no sheet that says anything", "one sheet", hint, "file")
    raise TableError([problem], source)


def _refuse_without_heading(table: RawTable) -> None:
    """Refuse columns that hold something and have no heading, each once."""
    headed = {at for at, heading in enumerate(table.headings) if not is_blank(heading)}
    seen: set[int] = set()
    for number, values in table.rows:
        for at, value in enumerate(values):
            if at not in headed and at not in seen and not is_blank(value):
                seen.add(at)
                hint = "give its column a heading; one that begins with # if it is only for people"
                table.refuse(number, at, CellError("a value", "nothing, its column has no heading", hint))


def headed(table: RawTable) -> Iterator[tuple[int, Any]]:
    """Yield position and heading of the columns that are not only for people."""
    for at, heading in enumerate(table.headings):
        if not is_blank(heading) and not is_comment(heading):
            yield at, heading


def count_in(value: Any, numerals: Numerals, empty: str) -> float:
    """Return a cell as a count.

    Parameters
    ----------
    value
        What it holds.
    numerals
        How numbers are written in the file.
    empty
        What to write where nothing was counted.

    Raises
    ------
    CellError
        When it is none: negative, empty, a text.
    """
    expected = "a number of at least 0"
    if is_blank(value) or (isinstance(value, str) and value.strip().casefold() in EMPTY):
        found = "nothing" if is_blank(value) else describe(value)
        raise CellError(found, expected, empty)
    if isinstance(value, str) and "%" in value:
        raise CellError(
            describe(value), expected, "counts are no parts of something: the transforms make shares of them"
        )
    number = float(value_of(value, COUNT, numerals))
    if not 0.0 <= number <= LARGEST:
        raise CellError(f"{number:.12g}", expected if number < 0.0 else f"at most {LARGEST:g}")
    return number


#: Largest count: sums of tables of any size stay far from overflow, and whole numbers exact.
LARGEST = 1e12
