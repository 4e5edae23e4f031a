"""Rows as entries of a list: one cell after the other."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from ..base.choices import Measure
from ..base.errors import Problem
from ..formats.documents import Place
from ..instance.judging import quoted
from .advice import if_empty
from .cells import Numerals, value_of
from .collecting import Collection, Said
from .grid import CellError, is_blank, trimmed
from .headings import names_sum
from .layout import Column, Sheet, counting
from .matching import Table

#: Where technologies are, whose weights somebody may have added up.
_TECHNOLOGIES: Place = ("project", "technologies")


def read_rows(table: Table, sheet: Sheet, found: Collection) -> None:
    """Gather the entries of a list, one for each row.

    Parameters
    ----------
    table
        With its headings understood.
    sheet
        What it is.
    found
        What is known of the file.
    """
    if sheet.place == ("firms",):
        found.put(sheet.place, [], table.grid.title)
    missing = [column for column in table.lacks(sheet.columns) if column.place[0] != "efforts"]
    refuse_without(table, missing, found)
    for index, (number, values) in enumerate(table.rows):
        entry: Place = (*sheet.place, index)
        found.begin(entry, table.grid.name(number, 0))
        found.malformed += [(*entry, *column.place) for column in missing]
        if sheet.place == _TECHNOLOGIES:
            refuse_sums(table, number, values, "technology", (*entry, "name"), found)
        measure = _measure(table, values)
        for at, column in table.columns.items():
            gather(table, number, values, at, counting(column, measure), entry, found)


def refuse_sums(table: Table, number: int, values: Sequence[Any], kind: str, place: Place, found: Collection) -> None:
    """Refuse a row of sums: it would be one more of a kind, as much as all the others together.

    Parameters
    ----------
    table
        The sheet.
    number, values
        The row.
    kind
        What a row is about.
    place
        Place of its name in the document.
    found
        What is known of the file.
    """
    at = table.position("name")
    raw = None if at is None or at >= len(values) else values[at]
    if isinstance(raw, str) and names_sum(raw):
        hint = f'begin the row with # if it holds sums; write "{trimmed(raw)}" in quotes if a {kind} is called so'
        found.refuse(Problem(table.grid.name(number, at or 0), quoted(raw), f"a {kind}", hint, "cell"), place)


def _measure(table: Table, values: Sequence[Any]) -> Measure | None:
    """Return what a rule counts, None where that is not known; what is wrong with it is said where it is understood."""
    at = table.position("measure")
    raw = None if at is None or at >= len(values) else values[at]
    if is_blank(raw):
        return "members"
    assert at is not None
    with contextlib.suppress(CellError):
        word: Measure = value_of(raw, table.columns[at], Numerals())
        return word
    return None


def refuse_without(table: Table, missing: Sequence[Column], found: Collection) -> bool:
    """Refuse a sheet that lacks columns that have no default, and return whether it does.

    Parameters
    ----------
    table
        The sheet.
    missing
        What it lacks.
    found
        What is known of the file.
    """
    if missing:
        names = " and ".join(column.heading.english for column in missing)
        cell, which = table.grid.name(table.row, 0), "columns" if len(missing) > 1 else "column"
        found.refuse(
            Problem(cell, f"no {which} {names}", "a heading for everything that every row must say", "", "cell")
        )
    return bool(missing)


def gather(
    table: Table, number: int, values: Sequence[Any], at: int, column: Column, entry: Place, found: Collection
) -> None:
    """Gather one cell; an empty one is a problem where there is no default.

    Parameters
    ----------
    table
        The sheet.
    number, values
        The row.
    at, column
        Position and field of the column.
    entry
        Place in the document of what the row is about.
    found
        What is known of the file.
    """
    raw, cell = values[at] if at < len(values) else None, table.grid.name(number, at)
    place = (*entry, *column.place)
    if not is_blank(raw):
        found.said.append(Said(entry, column, cell, raw))
    elif column.required and column.place[0] != "efforts":
        people = "; begin the row with # if it is only for people" if column.place == ("name",) else ""
        found.refuse(Problem(cell, "nothing", _wanted(column), if_empty(column) + people, "cell"), place)
    else:
        found.cells[place] = cell


def _wanted(column: Column) -> str:
    return "a number" if column.kind == "number" else "a name"
