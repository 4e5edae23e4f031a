"""Sheets as an instance: what each row says, and what is said of the reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..base.errors import Problem
from ..base.names import normalised
from ..formats.documents import Place
from ..formats.forms import Draft
from ..instance.judging import quoted
from .cells import if_empty
from .collecting import Collection, Said
from .grid import Grid, is_blank, is_comment, letters
from .headings import COST_AT, VALUE, WHAT, key, unit_of
from .layout import Column, Layout, Sheet
from .matching import Table, match, sheets_in, table_of
from .remarks import add_notes
from .writing import capability


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
        hint = "" if title else "sheets: " + (", ".join(grid.title for grid in grids) or "none")
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
    return concluded(found, list(tables.values()))


def concluded(found: Collection, tables: Sequence[Table]) -> Draft:
    """Return the draft of everything that was gathered.

    Parameters
    ----------
    found
        What is known of the file.
    tables
        The sheets that were read by columns.
    """
    texts = [said for said in found.said if said.place == ("currency",)]
    currency = str(found.text(texts[0].raw, texts[0].cell) or "") if texts else found.document.get("currency", "")
    found.said = [said for said in found.said if said not in texts] if currency else found.said
    if currency:
        found.put(("currency",), currency, texts[0].cell if texts else "")
    _check_units(tables, currency, found)
    understood = found.understand(found.numerals(currency))
    add_notes(found, understood, currency)
    return found.draft()


def _check_units(tables: Sequence[Table], currency: str, found: Collection) -> None:
    """Warn where headings name another unit of money than the file."""
    if not currency:
        return
    for table in tables:
        heads = dict(table.grid.rows)[table.row]
        for at, column in table.columns.items():
            unit = unit_of(str(heads[at])) if column.money == 1 else ""
            if unit and key(unit) != key(currency):
                where = f"{table.grid.title} column {letters(at)} says ({unit}), the file's currency is {currency}"
                found.note("warning", f"{where}: amounts are taken as they stand")


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
    if column is None:
        found.among(label, [column.heading.english for column in sheet.columns], sheet.title, "value", cell)
    elif column.place in seen:
        found.refuse(Problem(cell, quoted(label), "each value once", f"it stands in {seen[column.place]}, too", "cell"))
    else:
        seen[column.place] = cell
        found.cells[column.place] = here
        if not is_blank(raw):
            found.said.append(Said((), column, here, raw))


# --- rows of objects ---------------------------------------------------------------------------------------


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
    missing = [column for column in sheet.columns if column.required and column not in table.columns.values()]
    missing = [column for column in missing if column.place[0] != "efforts"]
    for column in missing:
        found.refuse(_no_column(table, column))
    for index, (number, values) in enumerate(table.rows):
        entry: Place = (*sheet.place, index)
        found.begin(entry, table.grid.name(number, 0))
        found.malformed += [(*entry, *column.place) for column in missing]
        for at, column in table.columns.items():
            _gather(table, number, values, at, column, entry, found)


def _no_column(table: Table, column: Column) -> Problem:
    found, expected = f"no column {column.heading.english}", "one, it has no default"
    return Problem(table.grid.name(table.row, 0), found, expected, "", "cell")


def _gather(
    table: Table, number: int, values: Sequence[Any], at: int, column: Column, entry: Place, found: Collection
) -> None:
    raw, cell = values[at] if at < len(values) else None, table.grid.name(number, at)
    place = (*entry, *column.place)
    if not is_blank(raw):
        found.said.append(Said(entry, column, cell, raw))
    elif column.required and column.place[0] != "efforts":
        found.refuse(Problem(cell, "nothing", _wanted(column), if_empty(column), "cell"), place)
    else:
        found.cells[place] = cell


def _wanted(column: Column) -> str:
    return "a number" if column.kind == "number" else "a name"


class Firms:
    """The candidates by name, and where what each can do is written.

    Parameters
    ----------
    table
        The sheet Firms.
    found
        What is known of the file.
    """

    def __init__(self, table: Table, found: Collection) -> None:
        self._table, self._found = table, found
        self._index: dict[str, int] = {}
        at = table.position("name")
        for index, (number, values) in enumerate(table.rows):
            raw = values[at] if at is not None and at < len(values) else None
            if isinstance(raw, str) and not is_blank(raw):
                name = self._silently(raw, table.grid.name(number, at or 0))
                self._index.setdefault(name, index)
        self._meant: set[int] = set()
        self.levels: dict[int, int] = {}

    def _silently(self, raw: str, cell: str) -> str:
        """Return a name; what is wrong with it is said where the row is understood."""
        before = len(self._found.problems)
        name = self._found.text(raw, cell)
        del self._found.problems[before:]
        return name or ""

    @property
    def names(self) -> list[str]:
        """The names, in their order."""
        return list(self._index)

    def find(self, raw: Any, cell: str) -> int | None:
        """Return the position of the firm that a cell names, None (and a problem) if there is none.

        Parameters
        ----------
        raw
            What the cell holds.
        cell
            How it is called.
        """
        name = None if is_blank(raw) else self._found.text(raw, cell)
        if is_blank(raw):
            self._found.refuse(
                Problem(cell, "nothing", f"a firm of the sheet {self._table.grid.title}", "it needs a value", "cell")
            )
        if name is None:
            return None
        if name not in self._index:
            near = self._found.among(name, self._index, self._table.grid.title, "firm", cell)
            if near is not None:  # what it lacks is in the row that misspells it
                self._meant.add(self._index[near])
                self._found.malformed.append(("firms", self._index[near], "capabilities"))
            return None
        return self._index[name]

    def next_level(self, index: int, cell: str) -> Place:
        """Return the place of one more level of a firm's effort."""
        self.levels[index] = self.levels.get(index, -1) + 1
        place = ("firms", index, "efforts", self.levels[index])
        self._found.begin(place, cell)
        return place

    def check_menus(self, elsewhere: str = "or give levels of effort and their costs in the sheet Efforts") -> None:
        """Refuse firms of which nobody knows what they can do, and those of which it is said in two forms.

        Parameters
        ----------
        elsewhere
            Where else it can be said.
        """
        curves: dict[int, str] = {}
        for said in self._found.said:
            if said.entry[:1] == ("firms",) and said.column.place[0] == "efforts":
                curves.setdefault(int(said.entry[1]), said.cell)
        full = {said.entry for said in self._found.said if said.column.place == ("efforts", "full_cost")}
        at = self._table.position("efforts", "full_cost") or 0
        dropped = set()
        for index, (number, _) in enumerate(self._table.rows):
            lacks = index not in self.levels and ("firms", index) not in full
            if index in curves and index in self.levels:
                hint = "empty the cells on the curve, or delete the levels"
                found, expected = "a cost curve, and levels of effort", "one of the two"
                self._found.refuse(Problem(curves[index], found, expected, hint, "cell"))
            elif lacks and index not in self._meant:
                cell, hint = self._table.grid.name(number, at), f"it needs a value; {elsewhere}"
                self._found.refuse(Problem(cell, "nothing", "the cost of full effort", hint, "cell"))
            elif not lacks:
                continue
            dropped.add(index)
        self._drop(dropped)

    def _drop(self, firms: set[int]) -> None:
        """Leave out the efforts of some firms: what is wrong with them is said already, or in another row."""
        self._found.malformed += [("firms", index, "efforts") for index in firms]
        of_efforts = {("firms", index, "efforts") for index in firms}
        self._found.said = [said for said in self._found.said if said.place[:3] not in of_efforts]
        for index in firms:
            self._found.document["firms"][index].pop("efforts", None)


def read_levels(grid: Grid, sheet: Sheet, firms: Firms, found: Collection) -> None:
    """Gather the sheet Efforts.

    Parameters
    ----------
    grid, sheet
        As it was found, and what it is.
    firms
        The candidates.
    found
        What is known of the file.
    """
    table = table_of(grid, sheet, found)
    if table is None:
        return
    for column in sheet.columns:
        if column.required and column not in table.columns.values():
            found.refuse(_no_column(table, column))
            return
    at = table.position("firm") or 0
    for number, values in table.rows:
        cell = table.grid.name(number, at)
        index = firms.find(values[at] if at < len(values) else None, cell)
        if index is not None:
            entry = firms.next_level(index, cell)
            for position, column in table.columns.items():
                if position != at:
                    _gather(table, number, values, position, column, entry, found)


def read_costs_at(table: Table, sheet: Sheet, firms: Firms, found: Collection) -> None:
    """Gather columns such as "Cost at 50%": levels of effort; the firm is taken to be able to idle for nothing.

    Parameters
    ----------
    table
        The sheet Firms.
    sheet
        The sheet Efforts.
    firms
        The candidates.
    found
        What is known of the file.
    """
    levels = dict(sorted(_levels_at(table), key=lambda item: item[1]))
    cost = sheet.column("cost")
    for index, (number, values) in enumerate(table.rows):
        given = [at for at in levels if at < len(values) and not is_blank(values[at])]
        if given and index in firms.levels:
            cell = table.grid.name(number, given[0])
            hint = "empty this cell, or delete the firm's rows there"
            found.refuse(
                Problem(cell, "a level of effort, and rows in the sheet Efforts", "one of the two", hint, "cell")
            )
            continue
        if given and levels[given[0]] > 0.0:
            idle = firms.next_level(index, table.grid.name(number, given[0]))
            found.document["firms"][index]["efforts"][idle[-1]].update(level=0.0, cost=0.0)
        for at in given:
            entry = firms.next_level(index, table.grid.name(number, at))
            found.put((*entry, "level"), levels[at], table.grid.name(table.row, at))
            _gather(table, number, values, at, cost, entry, found)
    if levels and min(levels.values()) > 0.0:
        found.note("assumed", "every firm can idle, at no cost: no column says what an effort of 0% costs")


def _levels_at(table: Table) -> Iterator[tuple[int, float]]:
    for at, text in table.others.items():
        if level := COST_AT.fullmatch(key(text)):
            yield at, float(level[1].replace(",", ".")) / 100.0


def read_capabilities(grid: Grid, layout: Layout, firms: Firms, found: Collection) -> None:
    """Gather the matrix of capabilities.

    Parameters
    ----------
    grid
        As it was found: a row for each firm, a column for each technology.
    layout
        Of the instance.
    firms
        The candidates.
    found
        What is known of the file.
    """
    table = table_of(grid, layout.capabilities, found)
    if table is None:
        return
    at = table.position("firm")
    if at is None:
        found.refuse(_no_column(table, layout.capabilities.columns[0]))
        return
    columns = _technologies(table, found)
    seen: set[int] = set()
    for number, values in table.rows:
        cell = table.grid.name(number, at)
        index = firms.find(values[at] if at < len(values) else None, cell)
        if index is None:
            continue
        if index in seen:
            found.refuse(Problem(cell, quoted(str(values[at])), "each firm in one row", "", "cell"))
            continue
        seen.add(index)
        for position, column in columns.items():
            _gather(table, number, values, position, column, ("firms", index, "capabilities"), found)


def _technologies(table: Table, found: Collection) -> dict[int, Column]:
    """Return the columns of technologies, those that are not known refused."""
    place = ("project", "technologies")
    named = (said for said in found.said if said.entry[:2] == place and said.column.place == ("name",))
    known = [name for said in named if (name := found.text(said.raw, said.cell))]
    columns: dict[int, Column] = {}
    for at, text in table.others.items():
        names = [normalised(text), normalised(text.removesuffix(f"({unit_of(text)})"))]
        name = next((name for name in names if name in known), None)
        cell = table.grid.name(table.row, at)
        if name is None:
            found.among(names[0], known, "Technologies", "technology", cell)
            found.malformed.append(("firms", 0, "capabilities", names[0]))
        elif any(column.place == (name,) for column in columns.values()):
            found.refuse(Problem(cell, quoted(text), "each technology in one column", "", "cell"))
        else:
            columns[at] = capability(name)
    return columns
