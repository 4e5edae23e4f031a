"""Which sheet is which, and which column is which field: by headings in three languages and by names of fields."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..base.errors import Problem
from ..formats.documents import join_path
from ..formats.hints import nearest
from ..instance.judging import quoted
from ..instance.schema import BUILT_IN
from .cells import text_in
from .collecting import Collection
from .grid import CellError, Fault, Grid, is_blank, is_comment, letters, listed, trimmed
from .headings import ALLOWED, ATTRIBUTE, COST_AT, IF_EMPTY, UNIT, key
from .layout import Column, Layout, Sheet, attribute
from .notation import attribute_in


@dataclass(frozen=True)
class Table:
    """A sheet whose headings are understood.

    Parameters
    ----------
    grid
        As it was found.
    row
        Number of the row with its headings.
    columns
        Fields by position, from 0.
    others
        Headings by position that mean no field.
    rows
        The rows below the headings that say something, with their numbers.
    """

    grid: Grid
    row: int
    columns: Mapping[int, Column]
    others: Mapping[int, str]
    rows: Sequence[tuple[int, list[Any]]]

    def lacks(self, columns: Iterable[Column]) -> list[Column]:
        """Return which of some columns it lacks that every row must say."""
        there = {column.place for column in self.columns.values()}
        return [column for column in columns if column.required and column.place not in there]

    def position(self, *place: str | int) -> int | None:
        """Return where the column of a field is, None if there is none."""
        return next((at for at, column in self.columns.items() if column.place == place), None)


def sheets_in(grids: Iterable[Grid], layout: Layout, found: Collection) -> dict[str, Grid]:
    """Return the sheets that are known, by their English titles; notes and problems go to ``found``.

    Parameters
    ----------
    grids
        The sheets of a file.
    layout
        Those of an instance.
    found
        What is known of the file.
    """
    names = {key(name): sheet for sheet in layout.sheets for name in _titles(sheet)}
    matched: dict[str, Grid] = {}
    for title in found.hidden:
        found.note("warning" if key(title) in names else "ignored", f"the hidden sheet {title} is not read")
    for grid in grids:
        found.sheets.append(grid.title)
        sheet = names.get(key(grid.title))
        if sheet is None:
            _unknown_sheet(grid.title, names, found)
        elif sheet.title in matched:
            other = matched[sheet.title].title
            found.refuse(Problem(grid.title, f"a second sheet {sheet.title}", "one", f"the other is {other}", "cell"))
        else:
            matched[sheet.title] = grid
    return matched


def _titles(sheet: Sheet) -> tuple[str, ...]:
    own = sheet.place[-1] if sheet.place else "project"
    return (*sheet.heading.names, *sheet.heading.also, own)


#: Rows at the top of a sheet among which its headings are looked for.
LOOKED_AT = 20

#: Least similarity of a heading to the one that was probably meant: a slip of the pen, not another word.
_ALIKE = 0.7

#: Most rows that are named in one line.
_LISTED = 12

#: A column with an attribute of firms; or the field of firms that is called so.
_ATTRIBUTE = re.compile(rf"(?:(?:{'|'.join(ATTRIBUTE.names)}) *[:：]|attributes\.) *(.+)", re.IGNORECASE)

#: How the template's own rows for people begin.
_TEMPLATE = frozenset({UNIT, ALLOWED, IF_EMPTY})

#: Sheets of the template that are only for people.
_FOR_PEOPLE = frozenset({"read me", "readme"})


def _unknown_sheet(title: str, names: Mapping[str, Sheet], found: Collection) -> None:
    if key(title) in _FOR_PEOPLE or is_comment(title):
        return
    near = nearest(key(title), list(names), 0.8)
    if near is None:
        found.note("ignored", f"the sheet {title}")
        return
    hint = f"did you mean {names[near].title!r}? Begin its title with # if it is only for people"
    found.refuse(Problem(title, f"a sheet {title!r}", "a sheet that is known", hint, "cell"))


def match(heading: str, sheet: Sheet) -> tuple[Column | None, bool]:
    """Return the field that a heading means, and whether it is the field's own heading."""
    plain = key(heading)
    column = sheet.own.get(plain, sheet.also.get(plain))
    if column is None and sheet.place == ("firms",) and (named := _ATTRIBUTE.fullmatch(trimmed(heading))):
        with contextlib.suppress(CellError):  # a heading that is not known
            name = attribute_in(named[1])
            return sheet.column(name) if name in BUILT_IN else attribute(name, heading), True
    return column, plain in sheet.own


def table_of(grid: Grid, sheet: Sheet, found: Collection, *, strict: bool = True) -> Table | None:
    """Return a sheet with its headings understood, None for one without any; problems go to ``found``.

    Parameters
    ----------
    grid
        As it was found.
    sheet
        What it is.
    found
        What is known of the file.
    strict
        Whether a heading that means no field is a problem.
    """
    rows = list(grid.said())
    if not rows:
        return None
    number = _head_row(grid, sheet, rows[0][0])
    heads = dict(grid.rows)[number]
    above = sum(row[0] < number for row in rows)
    if above:
        found.note("ignored", f"{above} row{'s' * (above > 1)} above the headings of {grid.title}")
    first = next(at for at, head in enumerate(heads) if not is_blank(head))
    rows = [row for row in grid.said(first) if row[0] > number]
    _say_left_out(grid, number, {row[0] for row in rows}, found)
    _say_columns_left_out(grid, heads, rows, found)
    texts = {at: text for at, head in enumerate(heads) if (text := _heading(head, grid.name(number, at), found))}
    found.headings |= {grid.column(at): text for at, text in texts.items()}
    columns, others = _matched(texts, sheet, lambda at: grid.name(number, at), found)
    found.called |= {join_path((*sheet.place, *column.place)): texts[at] for at, column in columns.items()}
    for at, column in columns.items():
        if column.money == 1:
            found.amounts(texts[at], grid.name(number, at))
    _remember_units(grid, number, columns, found)
    if strict and not sheet.matrix:
        for at, text in others.items():
            _unknown_column(text, sheet, grid.name(number, at), found)
    _without_heading(grid, rows, {at for at, head in enumerate(heads) if not is_blank(head)}, found)
    return Table(grid, number, columns, others, rows)


def _remember_units(grid: Grid, head: int, columns: Mapping[int, Column], found: Collection) -> None:
    """Remember what the template's row of units says."""
    for number, values in grid.rows:
        if number > head and UNIT in values:
            for at, column in columns.items():
                found.remark_unit(values[at] if at < len(values) else None, column, grid.name(number, at))


def _say_left_out(grid: Grid, head: int, read: set[int], found: Collection) -> None:
    """Say which rows are left out by their #, where they hold more than a remark and are not the template's own."""
    left = [
        str(number)
        for number, values in grid.rows
        if number > head and number not in read
        if len(said := [value for value in values if not is_blank(value)]) > 1 and said[0] not in _TEMPLATE
    ]
    if left:
        found.note("ignored", f"rows of {grid.title} that begin with #: {listed(left, _LISTED)}")


def _say_columns_left_out(
    grid: Grid, heads: Sequence[Any], rows: Sequence[tuple[int, list[Any]]], found: Collection
) -> None:
    """Say which columns are left out by their #, where they hold anything."""
    filled = {at for _, values in rows for at, value in enumerate(values) if not is_blank(value)}
    left = [letters(at) for at, head in enumerate(heads) if at in filled and is_comment(head)]
    if left:
        found.note("ignored", f"columns of {grid.title} that begin with #: {listed(left, _LISTED)}")


def _head_row(grid: Grid, sheet: Sheet, first: int) -> int:
    """Return the number of the row of the headings: the first with two that are known, or else the first of all.

    A sheet that knows one heading only has it there.

    So a title may stand above them, and a comment in the heading of the first column makes no comment of the row.
    """
    for number, values in grid.rows[:LOOKED_AT]:
        names = [value for value in values if isinstance(value, str) and not is_comment(value)]
        if sum(match(name, sheet)[0] is not None for name in names) >= min(2, len(sheet.columns)):
            return number
    return first


def _heading(value: Any, cell: str, found: Collection) -> str:
    """Return a heading as text; empty for a column that is only for people, or has none."""
    if is_blank(value):
        return ""
    if isinstance(value, Fault):
        found.refuse(CellError(value.found, value.expected, value.hint).at(cell))
        return ""
    if is_comment(value):
        return ""
    try:
        return text_in(value) if isinstance(value, str | int | float) else str(value)
    except CellError as error:
        found.refuse(error.at(cell))
        return ""


def _matched(
    texts: Mapping[int, str], sheet: Sheet, cell: Any, found: Collection
) -> tuple[dict[int, Column], dict[int, str]]:
    """Return fields by position, and the headings that mean none; a field found twice is a problem."""
    columns: dict[int, Column] = {}
    others: dict[int, str] = {}
    taken: dict[tuple[str | int, ...], tuple[int, bool]] = {}
    by_own_name = sorted(texts, key=lambda at: (not match(texts[at], sheet)[1], at))
    for at in by_own_name:
        column, own = match(texts[at], sheet)
        other, as_own = (-1, False) if column is None else taken.get(column.place, (-1, False))
        if column is None or (other >= 0 and (sheet.matrix or own < as_own)):
            others[at] = texts[at]
        elif other >= 0:
            expected = "each column once" if own else f"one column for {column.heading.english}"
            hint = f"the other is column {letters(other)}; begin one with # to have it ignored"
            found.refuse(Problem(cell(at), quoted(texts[at]), expected, hint, "cell"))
        else:
            taken[column.place], columns[at] = (at, own), column.headed(texts[at], own=own)
    return dict(sorted(columns.items())), dict(sorted(others.items()))


def _unknown_column(text: str, sheet: Sheet, cell: str, found: Collection) -> None:
    if sheet.place == ("firms",) and COST_AT.fullmatch(key(text)):
        return
    near = nearest(key(text), list(sheet.own), _ALIKE)
    meant = f"did you mean {sheet.own[near].heading.english!r}? " if near else ""
    hint = f"{meant}Begin it with # if the column is only for people" if near else "begin it with # if it is for people"
    found.refuse(Problem(cell, quoted(text), f"a column of the sheet {sheet.title}", hint, "cell"))


def _without_heading(grid: Grid, rows: Sequence[tuple[int, list[Any]]], headed: set[int], found: Collection) -> None:
    """Refuse columns that hold something and have no heading, each once."""
    seen: set[int] = set()
    for number, values in rows:
        for at, value in enumerate(values):
            if at not in headed and at not in seen and not is_blank(value):
                seen.add(at)
                hint = "give its column a heading; one that begins with # if it is only for people"
                problem = Problem(grid.name(number, at), "a value", "nothing, its column has no heading", hint, "cell")
                found.refuse(problem)
