"""Sheets as an instance: what each row says, and what is said of the reading."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ..base.errors import Problem
from ..formats.documents import Place, join_path
from ..formats.forms import Draft
from ..instance.judging import quoted
from .cells import text_in
from .collecting import Collection, Said
from .firms import Firms, read_capabilities, read_costs_at, read_levels
from .grid import CellError, Fault, Grid, is_blank, is_comment, letters, listed
from .headings import BESIDE, VALUE, WHAT, key
from .layout import Layout, Sheet
from .matching import LOOKED_AT, match, sheets_in, table_of
from .remarks import add_notes
from .rows import read_rows
from .scenarios import read_scenarios
from .units import is_same, money_in

#: Most sheets that are named in one line, and most cells.
_LISTED, _CONTRADICTING = 12, 3


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
                read = read_scenarios if sheet.place == ("scenarios",) else read_rows
                read(table, sheet, found)
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
    _warn_of_units(currency, found)
    numerals = found.numerals(currency)
    if numerals.currency and not currency:
        currency = found.document["currency"] = numerals.currency.upper()
        found.note("assumed", f"every amount is in {currency}, as cells say")
    understood = found.understand(numerals)
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
                hint = _into_one({text, currency}) or "bring all amounts into one unit, and name it alike"
                found.refuse(Problem(cell, f"amounts in {text}", expected, hint, "cell"))
        return currency
    # The unit that says most comes first: one may leave out the currency that others name.
    named = sorted(set(units.values()), key=lambda text: (not _names_currency(text), text))
    if any(not is_same(one, other) for one in named for other in named):
        amounts = f"amounts in {' and '.join(sorted(named))}"
        hint = _into_one(named) or "bring all amounts into one unit"
        found.refuse(Problem(next(iter(units)), amounts, "one unit for all amounts", hint, "cell"))
    elif named:
        currency = found.document["currency"] = named[0]
        found.note("assumed", f"every amount is in {currency}, as headings say")
    return currency


def _warn_of_units(currency: str, found: Collection) -> None:
    """Warn of units that the template wrote, or somebody since, and that the file's currency contradicts."""
    others = {cell: text for cell, text in found.remarks.items() if money_in(text) and not is_same(text, currency)}
    if currency and others:
        cells, units = listed(others, _CONTRADICTING), listed(others.values(), _CONTRADICTING)
        found.note(
            "warning", f"all amounts are taken to be in {currency}, the file's currency; {units} stands in {cells}"
        )


def _into_one(units: Iterable[str]) -> str:
    """Return what to do about amounts of which some come once, others again and again; empty for other differences."""
    periods = {money.period for unit in units if (money := money_in(unit)) is not None}
    if len(periods) < 2:
        return ""
    return f"an amount for each {max(periods)} is none for the whole project: state what all of it comes to"


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
    columns = _columns(grid, sheet)
    seen: dict[Place, str] = {}
    for number, values in grid.said(columns.what):
        label, raw, unit = (values[at] if 0 <= at < len(values) else None for at in columns)
        cell, here = grid.name(number, columns.what), grid.name(number, columns.value)
        if is_comment(label) or (isinstance(label, str) and key(label) in map(key, WHAT.names)):
            continue
        if isinstance(label, Fault):
            found.refuse(CellError(label.found, label.expected, label.hint).at(cell))
        elif not isinstance(label, str):
            _refuse_nameless(raw, here, found)
        else:
            read_value(label, raw, cell, here, sheet, seen, found)
            column, _ = match(label, sheet)
            if column is not None and not is_blank(raw):
                found.remark_unit(unit, column, grid.name(number, columns.unit))
            elif column is not None and columns.unit < 0:
                _refuse_beside(grid, number, values, columns.value, found)


class _Columns(NamedTuple):
    """Where names, values and units stand; no units where no headings say so."""

    what: int
    value: int
    unit: int


def _columns(grid: Grid, sheet: Sheet) -> _Columns:
    """Return where names and values stand: as headed, or else where most names are known, with the values beside."""
    unit = BESIDE[0]
    for _, values in grid.rows[:LOOKED_AT]:
        names = [key(head) if isinstance(head, str) else "" for head in values]
        at = [
            next((at for at, name in enumerate(names) if name in map(key, head.names)), None)
            for head in (WHAT, VALUE, unit)
        ]
        if at[0] is not None and at[1] is not None:
            return _Columns(at[0], at[1], len(names) if at[2] is None else at[2])
    known = Counter(
        at
        for _, values in grid.rows
        for at, label in enumerate(values)
        if isinstance(label, str) and match(label, sheet)[0] is not None
    )
    what = min(known, key=lambda at: (-known[at], at), default=0)
    return _Columns(what, what + 1, -1)


def _refuse_nameless(raw: Any, here: str, found: Collection) -> None:
    if not is_blank(raw):
        expected = "a name of a value of the project before it"
        found.refuse(Problem(here, "a value", expected, "begin the row with # if it is only for people", "cell"))


def _refuse_beside(grid: Grid, number: int, values: Sequence[Any], value: int, found: Collection) -> None:
    """Refuse what stands in no column that is read, in the row of a value that is left empty."""
    at = next((at for at in range(value + 1, len(values)) if not is_blank(values[at])), None)
    if at is not None:
        expected = f"the value in column {letters(value)}, beside its name"
        hint = f"move it there, or put headings above: {WHAT.english} and {VALUE.english}"
        found.refuse(Problem(grid.name(number, at), "a value", expected, hint, "cell"))


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
        found.called[join_path(column.place)] = label
        if column.money == 1:
            found.amounts(label, cell)
        if not is_blank(raw):
            found.said.append(Said((), column, here, raw))
