"""Sheets as an instance: what each row says, and what is said of the reading."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from ..base.errors import Problem
from ..formats.documents import Place
from ..formats.forms import Draft
from ..instance.judging import quoted
from .cells import CellError, text_in
from .collecting import Collection, Said
from .firms import Firms, read_capabilities, read_costs_at, read_levels
from .grid import Grid, is_blank, is_comment, listed
from .headings import VALUE, WHAT, key
from .layout import Layout, Sheet
from .matching import match, sheets_in, table_of
from .remarks import add_notes
from .rows import read_rows
from .units import is_same, money_in

#: Most sheets that are named in one line.
_LISTED = 12


def draft_of(grids: Sequence[Grid], layout: Layout, found: Collection) -> Draft:
    """Return what sheets say.

    Parameters
    ----------
    grids
        The sheets of a file, hidden ones left out.
    layout
        Those of an instance.
    found
        What is known of the file so far.
    """
    matched = sheets_in(grids, layout, found)
    if "Project" in matched:
        read_project(matched["Project"], layout.project, found)
    tables = {}
    for sheet in layout.lists:
        if sheet.title in matched:
            table = table_of(matched[sheet.title], sheet, found)
            if table is not None:
                tables[sheet.title] = table
                read_rows(table, sheet, found)
    if "Firms" not in tables:
        title = matched["Firms"].title if "Firms" in matched else ""
        hint = "" if title else f"sheets: {listed((grid.title for grid in grids), _LISTED) or 'none'}"
        found.refuse(
            Problem(title, "no firms", "a sheet Firms with a row for each candidate", hint, "cell"), ("firms",)
        )
    else:
        firms = Firms(tables["Firms"], found)
        if layout.efforts.title in matched:
            read_levels(matched[layout.efforts.title], layout.efforts, firms, found)
        read_costs_at(tables["Firms"], layout.efforts, firms, found)
        if layout.capabilities.title in matched:
            read_capabilities(matched[layout.capabilities.title], layout, firms, found)
        firms.check_menus()
    return concluded(found)


def concluded(found: Collection) -> Draft:
    """Return the draft of everything that was gathered.

    Parameters
    ----------
    found
        What is known of the file.
    """
    currency = ""
    for said in found.said:
        if said.place == ("currency",) and isinstance(said.raw, str):
            with contextlib.suppress(CellError):  # it is said where the cell is understood
                currency = text_in(said.raw)
    currency = settled(currency, found)
    understood = found.understand(found.numerals(currency))
    add_notes(found, understood, currency)
    return found.draft()


def settled(currency: str, found: Collection) -> str:
    """Return the unit of all amounts: the file's currency, or the one unit that is named beside them.

    Amounts are never converted: another unit is refused, and what is no unit is said to be left out.

    Parameters
    ----------
    currency
        As the file says it; empty where it says none.
    found
        What is known of the file.
    """
    units = {}
    for cell, text in found.brackets.items():
        if money_in(text) is not None or (currency and is_same(text, currency)):
            units[cell] = text
        else:
            found.note("ignored", f"({text}) in the heading {cell}: it is no unit of money")
    if currency:
        for cell, text in units.items():
            if not is_same(text, currency):
                expected = f"amounts in {currency}, the file's currency"
                hint = "bring all amounts into one unit, and name it alike"
                found.refuse(Problem(cell, f"amounts in {text}", expected, hint, "cell"))
        return currency
    # The unit that says most comes first: one may leave out the currency that others name.
    named = sorted(set(units.values()), key=lambda text: (not _names_currency(text), text))
    if any(not is_same(one, other) for one in named for other in named):
        amounts, hint = f"amounts in {' and '.join(sorted(named))}", "bring all amounts into one unit"
        found.refuse(Problem(next(iter(units)), amounts, "one unit for all amounts", hint, "cell"))
    elif named:
        currency = found.document["currency"] = named[0]
        found.note("assumed", f"every amount is in {currency}, as headings say")
    return currency


def _names_currency(text: str) -> bool:
    money = money_in(text)
    return money is not None and money.currency != ""


# --- the sheet Project -------------------------------------------------------------------------------------


def read_project(grid: Grid, sheet: Sheet, found: Collection) -> None:
    """Gather the values that there are once.

    Parameters
    ----------
    grid
        With a row for each value: what it is, and the value.
    sheet
        The sheet Project.
    found
        What is known of the file.
    """
    rows = list(grid.said())
    what, value = _two_columns(rows[0][1]) if rows else (0, 1)
    seen: dict[Place, str] = {}
    for number, values in rows:
        label, cell = values[what] if what < len(values) else None, grid.name(number, what)
        if not isinstance(label, str) or is_blank(label) or is_comment(label):
            continue
        if key(label) in map(key, WHAT.names):
            continue
        here = grid.name(number, value)
        read_value(label, values[value] if value < len(values) else None, cell, here, sheet, seen, found)


def _two_columns(heads: Sequence[Any]) -> tuple[int, int]:
    """Return where the names and the values stand: as headed, else in the first two columns."""
    names = [key(head) if isinstance(head, str) else "" for head in heads]
    at = [next((at for at, name in enumerate(names) if name in map(key, head.names)), None) for head in (WHAT, VALUE)]
    return (0 if at[0] is None else at[0]), (1 if at[1] is None else at[1])


def read_value(
    label: str, raw: Any, cell: str, here: str, sheet: Sheet, seen: dict[Place, str], found: Collection
) -> None:
    """Gather one value of the sheet Project.

    Parameters
    ----------
    label, cell
        What it is called, and where that stands.
    raw, here
        The value, and where it stands.
    sheet
        The sheet Project.
    seen
        The cells of the values so far.
    found
        What is known of the file.
    """
    column, _ = match(label, sheet)
    if column is None and is_blank(raw):
        return  # the title of a group of rows
    if column is None:
        found.among(label, [column.heading.english for column in sheet.columns], sheet.title, "value", cell)
    elif column.place in seen:
        found.refuse(Problem(cell, quoted(label), "each value once", f"it stands in {seen[column.place]}, too", "cell"))
    else:
        seen[column.place] = cell
        found.cells[column.place] = here
        if column.money == 1:
            found.amounts(label, cell)
        if not is_blank(raw):
            found.said.append(Said((), column, here, raw))
