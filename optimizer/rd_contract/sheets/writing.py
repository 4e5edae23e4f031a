"""An instance as sheets: what stands in which cell, for workbooks and CSV alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..base.errors import InstanceError, Problem
from .advice import meaning_of_empty
from .field_types import Kind
from .grid import MAX_COLUMNS, MAX_ROWS
from .headings import ALLOWED, ATTRIBUTE, BESIDE, IF_EMPTY, UNIT, VALUE, WHAT, Heading
from .layout import Column, Layout, Sheet, attribute, counting, varying
from .notation import GROUP_EXAMPLE, attribute_text, group_text, names_text, quoted

#: Longest text of a cell of a workbook.
LONGEST_TEXT = 32_767


@dataclass(frozen=True)
class Entry:
    """What stands in a cell, and for which field.

    Parameters
    ----------
    value
        A number or a text; None: nothing.
    column
        The field; None: it is only for people.
    """

    value: float | int | str | None
    column: Column | None = None


@dataclass(frozen=True)
class Page:
    """One sheet as it is written.

    Parameters
    ----------
    title
        Its title.
    headings
        Of each column, its name.
    columns
        Of each column, its field; None: cells have fields of their own, or are only for people.
    notes
        Rows below the headings that are only for people.
    rows
        The cells.
    """

    title: str
    headings: tuple[str, ...]
    columns: tuple[Column | None, ...]
    notes: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[Entry, ...], ...]


def pages_of(document: Mapping[str, Any], layout: Layout) -> list[Page]:
    """Return every sheet of an instance.

    Parameters
    ----------
    document
        As ``to_dict`` writes it.
    layout
        Of its type.

    Raises
    ------
    InstanceError
        For what no sheet can hold.
    """
    currency = document["currency"] or "money"
    pages = []
    for sheet in layout.sheets:
        if not sheet.place:
            pages.append(_project(document, sheet, currency))
        elif sheet is layout.capabilities:
            pages.append(_capabilities(document, sheet))
        else:
            rows = _levels(document) if sheet is layout.efforts else _entries(document, sheet)
            pages.append(_list_page(sheet, _columns(document, sheet), rows, currency))
    _refuse_what_does_not_fit(pages)
    return pages


def _project(document: Mapping[str, Any], sheet: Sheet, currency: str) -> Page:
    rows = []
    for column in sheet.columns:
        beside = [*(Entry(said(column)) for said in _describers(currency)), Entry(column.note)]
        rows.append((Entry(column.heading.english), Entry(shown(_at(document, column.place), column), column), *beside))
    headings = (WHAT.english, VALUE.english, *(heading.english for heading in BESIDE))
    return Page(sheet.title, headings, (None,) * len(headings), (), tuple(rows))


def _entries(document: Mapping[str, Any], sheet: Sheet) -> Iterator[Mapping[str, Any]]:
    if sheet.place == ("scenarios",):
        yield from _changes(document)
    else:
        yield from _at(document, sheet.place)


def _changes(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of the sheet Scenarios: one for each change, the first with what is said of the scenario."""
    for scenario in document["scenarios"]:
        first, *more = scenario["changes"] or [{}]
        yield scenario | {"changes": first}
        yield from ({"changes": change} for change in more)


def _levels(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of the sheet Efforts: of firms whose menu is no curve."""
    for firm in document["firms"]:
        if isinstance(firm["efforts"], list):
            yield from ({"firm": firm["name"], **level} for level in firm["efforts"])


def _columns(document: Mapping[str, Any], sheet: Sheet) -> tuple[Column, ...]:
    """Return the columns of a list; those of the firms' attributes stand behind what is like them."""
    if sheet.place != ("firms",):
        return sheet.columns
    names = sorted({name for firm in document["firms"] for name in firm["attributes"]})
    columns = (attribute(name, f"{ATTRIBUTE.english}: {attribute_text(name)}") for name in names)
    at = 1 + sheet.columns.index(sheet.column("sme"))
    return (*sheet.columns[:at], *columns, *sheet.columns[at:])


def _list_page(sheet: Sheet, columns: tuple[Column, ...], entries: Iterator[Mapping[str, Any]], currency: str) -> Page:
    rows = []
    for entry in entries:
        rows.append(tuple(_entry(entry, column) for column in columns))
    notes = tuple(
        (title, *(said(column) for column in columns[1:]))
        for title, said in zip((UNIT, ALLOWED, IF_EMPTY), _describers(currency), strict=True)
    )
    return Page(sheet.title, tuple(column.heading.english for column in columns), columns, notes, tuple(rows))


def _entry(row: Mapping[str, Any], column: Column) -> Entry:
    path = _at(row, ("changes", "path")) if column.kind == "varied" else None
    field = varying(counting(column, row.get("measure")), path)
    return Entry(shown(_at(row, field.place), field), field)


def _capabilities(document: Mapping[str, Any], sheet: Sheet) -> Page:
    [firm] = sheet.columns
    names = [technology["name"] for technology in document["project"]["technologies"]]
    columns = (firm, *(capability(name) for name in names))
    rows = tuple(
        (
            Entry(quoted(entry["name"]), firm),
            *(Entry(entry["capabilities"].get(name), capability(name)) for name in names),
        )
        for entry in document["firms"]
        if entry["capabilities"]
    )
    notes = tuple((title, *([said] * len(names))) for title, said in ((UNIT, "%"), (ALLOWED, "0% to 100%")))
    headings = (firm.heading.english, *(quoted(name) for name in names))
    return Page(sheet.title, headings, columns, (*notes, (IF_EMPTY, *(["0%"] * len(names)))), rows)


def capability(name: str) -> Column:
    """Return the column of a technology in the sheet Capabilities."""
    return Column(
        (name,), Heading(name), "number", least=0.0, most=1.0, description=f"How well the firm masters {name}"
    )


def _at(node: Any, place: Sequence[str | int]) -> Any:
    """Return what stands at a place, None where the menu there is no curve, or a firm has no such attribute."""
    for part in place:
        if isinstance(node, list) and isinstance(part, str):
            return None
        node = node.get(part) if isinstance(node, Mapping) else node[part]
    return node


# --- cells -------------------------------------------------------------------------------------------------


def shown(value: Any, column: Column) -> float | int | str | None:
    """Return what a cell holds for a value: nothing for the default, else its number or text.

    Parameters
    ----------
    value
        As the document has it.
    column
        Its field.
    """
    if value is None or (not column.required and value == column.default):
        return None
    if column.kind not in ("number", "whole") or isinstance(value, str):
        return in_text(value, column)
    if column.kind == "whole":
        return int(value) if float(value) == value else str(value)  # digits that no number of a spreadsheet has
    number: float = value
    return number


def in_text(value: Any, column: Column) -> str:
    """Return how a value is written that is no number.

    Parameters
    ----------
    value
        As the document has it.
    column
        Its field.
    """
    return _WRITERS.get(column.kind, str)(value)


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    "json": json.dumps,
    "flag": lambda value: "yes" if value else "no",
    "text": quoted,
    "names": names_text,
    "attribute": attribute_text,
    "group": group_text,
}


# --- what columns are for ----------------------------------------------------------------------------------


def _describers(currency: str) -> tuple[Callable[[Column], str], ...]:
    return (lambda column: unit(column, currency)), allowed, if_left_empty


def unit(column: Column, currency: str) -> str:
    """Return the unit of a column's cells.

    Parameters
    ----------
    column
        The field.
    currency
        Unit of money.
    """
    if column.percent:
        return "%"
    if column.money:
        return currency if column.money == 1 else f"per {currency}"
    return _UNITS.get(column.kind, "a firm" if column.firms else "text")


_UNITS: dict[Kind, str] = {
    "number": "number",
    "whole": "whole number",
    "flag": "yes or no",
    "word": "one of these",
    "json": "JSON",
    "names": "names",
    "attribute": "an attribute",
    "group": "attributes and values",
    "limit": "of what is counted",
    "varied": "as what changes",
}

#: What cells in a notation of their own may hold.
_NOTATIONS: dict[Kind, str] = {
    "names": "with ; between",
    "attribute": "a column headed Attribute, role or sme",
    "group": f"{GROUP_EXAMPLE}; firms = A; B",
    "limit": "at least 0; of the revenue a part, such as 20%",
    "varied": "as for what changes",
}


def allowed(column: Column) -> str:
    """Return what a column's cells may hold."""
    if column.kind in ("flag", "word"):
        return ", ".join(column.words) or "yes, no"
    if column.kind not in ("number", "whole"):
        return _NOTATIONS.get(column.kind, "as in the sheet Firms" if column.firms else "")
    return f"{', '.join(column.words)} or a whole number" if column.words else _range(column)


def _range(column: Column) -> str:
    if column.percent:
        return "0% to 100%"
    if column.above is not None:
        return f"above {column.above:g}" + ("" if column.most is None else f", at most {column.most:g}")
    most = None if column.money else column.most
    if most is not None:
        return f"{column.least or 0:g} to {most:,.0f}"
    return "any amount" if column.least is None or column.least < 0.0 else f"at least {column.least:g}"


def if_left_empty(column: Column) -> str:
    """Return what an empty cell of a column means."""
    if column.required:
        menu = "required, or rows in Efforts"
        return menu if column.place[0] == "efforts" else "required"
    return "" if column.default == "" else meaning_of_empty(column)


def _refuse_what_does_not_fit(pages: Sequence[Page]) -> None:
    problems = []
    for page in pages:
        for count, most, what in ((len(page.rows), MAX_ROWS - 10, "rows"), (len(page.columns), MAX_COLUMNS, "columns")):
            if count > most:
                hint = "keep this instance as JSON"
                problems.append(Problem(page.title, f"{count:,} {what}", f"at most {most:,}", hint, "file"))
        for row in page.rows:
            problems += [_too_long(page, entry) for entry in row if len(str(entry.value)) > LONGEST_TEXT]
    if problems:
        raise InstanceError(problems, "this instance as sheets")


def _too_long(page: Page, entry: Entry) -> Problem:
    name = entry.column.heading.english if entry.column else ""
    found = f"a text of {len(str(entry.value)):,} characters"
    hint = "keep this instance as JSON"
    return Problem(f"{page.title}, {name}", found, f"at most {LONGEST_TEXT:,} characters in a cell", hint, "file")
