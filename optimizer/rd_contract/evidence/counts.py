"""How much of what each firm has done: a table of firms by classes, of patents, papers, projects."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ..base.arrays import Array
from ..base.errors import Problem, TableError
from ..base.options import check_calls
from ..formats.forms import Note
from ..instance.judging import quoted
from ..sheets.grid import CellError
from ..sheets.headings import FIRM, key
from .tables import RawTable, count_in, headed, table_in

#: What the column of firms may be headed; any other heading does as well, as it is the first.
_FIRMS = frozenset(map(key, (*FIRM.names, *FIRM.also, "organisation", "organization", "participant", "applicant")))

_EMPTY = "write 0 if the firm has none of it; leave the firm out if nobody counted"


@dataclass(frozen=True)
class Counts:
    """How much each firm has of each class.

    Parameters
    ----------
    firms, classes
        Their names, each once.
    values : array, shape (firms, classes)
        The counts, at least 0; no row and no column is 0 throughout.
    """

    firms: tuple[str, ...]
    classes: tuple[str, ...]
    values: Array

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=float)
        if values.shape != (len(self.firms), len(self.classes)):
            raise ValueError(f"counts of shape {values.shape} for {len(self.firms)} firms, {len(self.classes)} classes")
        problems = [
            Problem(what, f"{name} twice", "each name once")
            for what, names in (("firms", self.firms), ("classes", self.classes))
            for name, times in Counter(names).items()
            if times > 1
        ]
        if not (np.isfinite(values).all() and (values >= 0.0).all()):
            problems.append(Problem("values", "a negative number, or none", "numbers of at least 0"))
        else:
            problems += _nothing("firms", self.firms, values.sum(axis=1))
            problems += _nothing("classes", self.classes, values.sum(axis=0))
        if not values.size:
            problems.append(Problem("values", "no counts", "at least one firm and one class"))
        if problems:
            raise TableError(problems)
        values.flags.writeable = False
        object.__setattr__(self, "values", values)

    @classmethod
    def from_file(
        cls, path: str | os.PathLike[str], *, encoding: str | None = None, on_note: Callable[[Note], None] | None = None
    ) -> Self:
        """Read a table: a column of firms, and one for each class.

        Parameters
        ----------
        path
            A CSV file, or a workbook with one sheet.
        encoding
            Of CSV; None: UTF-8.
        on_note
            Is told what was understood otherwise than it stands there.

        Raises
        ------
        TableError
            With every problem at its cell.
        OptionError
            As :func:`~.tables.table_in`.
        """
        check_calls(on_note=on_note)
        table = table_in(path, encoding, _FIRMS)
        columns = [at for at, _ in headed(table)]
        firm_at, *class_at = columns or [0]
        _refuse_other_order(table, firm_at, class_at)
        classes = _named(table, ((table.row, at, table.headings[at]) for at in class_at), "class")
        rows = [(number, values[firm_at] if firm_at < len(values) else None) for number, values in table.rows]
        firms = _named(table, ((number, firm_at, value) for number, value in rows), "firm")
        if not class_at:
            table.refuse(table.row, firm_at, CellError("one column", "a column of firms, and one for each class"))
        counts = _read(table, class_at)
        _refuse_nothing(table, counts, firm_at, class_at)
        table.conclude()
        table.tell(on_note)
        return cls(tuple(firms), tuple(classes), counts)

    @property
    def total(self) -> float:
        """What was counted in all."""
        return float(self.values.sum())


def _nothing(what: str, names: Iterable[str], sums: Array) -> list[Problem]:
    """Return the problems of rows, or columns, that are 0 throughout."""
    return [
        Problem(f"{what}.{name}", "no count above 0", "at least one")
        for name, amount in zip(names, sums.tolist(), strict=True)
        if amount == 0.0
    ]


def _refuse_other_order(table: RawTable, firm_at: int, class_at: list[int]) -> None:
    """Refuse a column of firms that is not the first: what stands before it would be counts, or firms."""

    def says_firms(at: int) -> bool:
        return key(str(table.headings[at])) in _FIRMS

    for at in () if says_firms(firm_at) else filter(says_firms, class_at):
        hint = "begin the headings before it with # if these columns are only for people"
        table.refuse(table.row, at, CellError(quoted(str(table.headings[at])), "the column of firms first", hint))


def _named(table: RawTable, cells: Iterable[tuple[int, int, Any]], what: str) -> list[str]:
    """Return the names in some cells; a name that is none, or stands twice, is a problem and counts as empty."""
    first: dict[str, str] = {}
    names = []
    for row, column, value in cells:
        name = table.name(row, column, value, what) or ""
        if name and name in first:
            hint = f"add the counts up if they are the same {what}, else tell the names apart"
            table.refuse(row, column, CellError(quoted(name), f"each {what} once; the first is {first[name]}", hint))
        first.setdefault(name, table.grid.name(row, column))
        names.append(name)
    return names


def _read(table: RawTable, class_at: list[int]) -> Array:
    """Return the counts, shape (rows, classes); NaN where there is none."""
    numerals = table.numerals(class_at)
    counts = np.full((len(table.rows), len(class_at)), np.nan)
    for at, (number, values) in enumerate(table.rows):
        for k, column in enumerate(class_at):
            value = values[column] if column < len(values) else None
            count = table.understood(number, column, value, lambda raw: count_in(raw, numerals, _EMPTY))
            counts[at, k] = np.nan if count is None else count
    return counts


def _refuse_nothing(table: RawTable, counts: Array, firm_at: int, class_at: list[int]) -> None:
    """Refuse rows and columns that are 0 throughout: no profile follows from nothing."""
    for at in np.flatnonzero((counts == 0.0).all(axis=1)) if class_at else ():
        hint = "leave the firm out: nothing is known of what it can do"
        table.refuse(table.rows[at][0], firm_at, CellError("a row of zeros", "a count above 0 in the row", hint))
    for k in np.flatnonzero((counts == 0.0).all(axis=0)):
        hint = "leave the class out: nobody has anything of it"
        table.refuse(table.row, class_at[k], CellError("a column of zeros", "a count above 0 in the column", hint))
