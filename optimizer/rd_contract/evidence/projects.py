"""Joint projects: who worked with whom, from when to when."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from ..base.options import check_calls
from ..formats.documents import describe
from ..formats.forms import Note
from ..instance.judging import quoted
from ..sheets.grid import CellError, Fault, is_blank, trimmed
from ..sheets.headings import FIRM, Heading, key
from .days import NoDayError, day_of
from .tables import RawTable, headed, table_in

_PROJECT = Heading("Project", "Projekt", "项目", also=("Project name", "Project ID", "Acronym"))
_START = Heading("Start", "Beginn", "开始", also=("Start date", "From", "Von", "Begin"))
_END = Heading("End", "Ende", "结束", also=("End date", "To", "Bis"))
_COLUMNS: dict[str, Heading] = {"project": _PROJECT, "firm": FIRM, "start": _START, "end": _END}
_MEANT = {key(name): column for column, each in _COLUMNS.items() for name in (*each.names, *each.also)}

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day of something; both None where that is not known."""

    first: datetime.date | None = None
    last: datetime.date | None = None

    def common(self, other: Period) -> Period | None:
        """Return what two periods have in common, None for nothing; what is not known may be anything."""
        if self is other:  # as in a register, where everybody takes part from the first to the last day
            return self
        if self.first is None or self.last is None or other.first is None or other.last is None:
            return Period()
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) if first <= last else None


@dataclass(frozen=True)
class JointProjects:
    """Projects, and who took part in them when.

    Parameters
    ----------
    members
        By project, by firm: when it took part.
    """

    members: Mapping[str, Mapping[str, Period]]

    @classmethod
    def from_file(
        cls, path: str | os.PathLike[str], *, encoding: str | None = None, on_note: Callable[[Note], None] | None = None
    ) -> Self:
        """Read a table with a row for each firm of each project: project, firm, start, end.

        Parameters
        ----------
        path, encoding, on_note
            As for :meth:`.Counts.from_file`.

        Raises
        ------
        TableError
            With every problem at its cell.
        OptionError
            As :func:`~.tables.table_in`.
        """
        check_calls(on_note=on_note)
        table = table_in(path, encoding, frozenset(_MEANT))
        columns = _columns(table)
        table.conclude()
        rows = _Rows(table, columns)
        for number, values in table.rows:
            rows.read(number, values)
        table.conclude()
        if rows.undated:
            of, rest = ("row", "its") if rows.undated == 1 else ("rows", "their")
            said = f"{rows.undated:,} {of} without dates: of {rest} ties only the number counts"
            table.notes.append(Note("understood", said))
        table.tell(on_note)
        return cls(rows.members)

    @property
    def firms(self) -> tuple[str, ...]:
        """Everybody who took part in a project, sorted by name."""
        return tuple(sorted({firm for members in self.members.values() for firm in members}))


def _columns(table: RawTable) -> dict[str, int]:
    """Return where the columns are; a heading that is missing, or stands twice, is a problem."""
    found: dict[str, int] = {}
    for at, heading in headed(table):
        column = _MEANT.get(key(str(heading)))
        if column is None:
            table.notes.append(Note("ignored", f"the column {heading}"))
        elif column in found:
            hint = "begin one with # to have it ignored"
            table.refuse(table.row, at, CellError(quoted(str(heading)), f"one column for {column}", hint))
        else:
            found[column] = at
    missing = [column for column in _COLUMNS if column not in found]
    if missing:
        named = ", ".join(_COLUMNS[column].english for column in missing)
        problem = CellError(f"no column {named}", "the columns Project, Firm, Start, End", "")
        table.refuse(table.row, 0, problem)
    return found


class _Rows:
    """The rows of one table, as they are read."""

    def __init__(self, table: RawTable, columns: Mapping[str, int]) -> None:
        self._table, self._columns = table, columns
        self.members: dict[str, dict[str, Period]] = {}
        self.undated = 0
        self._where: dict[tuple[str, str], str] = {}

    def read(self, number: int, values: list[Any]) -> None:
        """Read one row."""
        at, table = self._columns, self._table
        cells = {column: values[place] if place < len(values) else None for column, place in at.items()}
        project = table.name(number, at["project"], cells["project"], "project")
        firm = table.name(number, at["firm"], cells["firm"], "firm")
        first = table.understood(number, at["start"], cells["start"], lambda raw: day_in(raw, last=False))
        last = table.understood(number, at["end"], cells["end"], lambda raw: day_in(raw, last=True))
        dated = [not is_blank(cells[column]) for column in ("start", "end")]
        if dated[0] != dated[1]:
            column = "end" if dated[0] else "start"
            hint = "leave both empty where they are not known"
            table.refuse(number, at[column], CellError("nothing", "a date, as the other one is there", hint))
        elif first is not None and last is not None and last < first:
            table.refuse(number, at["end"], CellError(last.isoformat(), f"a day from {first.isoformat()} on"))
        if project is None or firm is None:
            return
        where = self._where.setdefault((project, firm), table.grid.name(number, at["firm"]))
        if where != table.grid.name(number, at["firm"]):
            expected, hint = f"each firm once in a project; the first is {where}", "write one row from start to end"
            table.refuse(number, at["firm"], CellError(quoted(firm), expected, hint))
            return
        self.undated += not any(dated)
        period = Period() if first is None or last is None else Period(first, last)
        self.members.setdefault(project, {})[firm] = period


def day_in(value: Any, *, last: bool) -> datetime.date | None:
    """Return the day that a cell says, None for nothing.

    Parameters
    ----------
    value
        A date, a text such as ``2021-03-31`` or ``31.03.2021``, or a year, which stands for one of its days.
    last
        Whether a year stands for its last day.

    Raises
    ------
    CellError
        When it says none for certain: ``03/04/2021`` is another day in another country.
    """
    if isinstance(value, Fault):
        raise CellError(value.found, value.expected, value.hint)
    if is_blank(value):
        return None
    try:
        day = _day_of(value, last)
    except NoDayError as error:
        raise CellError(f"{describe(value)}, {error.why}", error.expected) from None
    if day is None:
        raise CellError(describe(value), "a date such as 2021-03-31, or a year", "write it as YEAR-MONTH-DAY")
    return day


def _day_of(value: Any, last: bool) -> datetime.date | None:
    """Return the day that a cell says, None where it is written otherwise; raises NoDayError."""
    if isinstance(value, datetime.date):
        return day_of(value.year, value.month, value.day)
    text = _text_of(value)
    if _YEAR.fullmatch(text):
        return day_of(int(text), 12, 31) if last else day_of(int(text), 1, 1)
    if iso := _ISO.fullmatch(text):
        return day_of(int(iso[1]), int(iso[2]), int(iso[3]))
    if dotted := _DOTTED.fullmatch(text):
        return day_of(int(dotted[3]), int(dotted[2]), int(dotted[1]))
    return None


def _text_of(value: Any) -> str:
    if isinstance(value, float | int) and not isinstance(value, bool) and value == int(value):
        return str(int(value))
    return trimmed(str(value))
