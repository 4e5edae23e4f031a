"""What stands of each firm elsewhere than in its own row: levels of effort, and what it masters."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from ..base.errors import Problem
from ..base.names import normalised
from ..formats.documents import Place
from ..instance.judging import quoted
from .collecting import Collection, name_in
from .grid import CellError, Grid, is_blank
from .headings import COST_AT, key, unit_of
from .layout import Column, Layout, Sheet
from .matching import Table, table_of
from .rows import gather, refuse_sums, refuse_without
from .writing import capability


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
            if not is_blank(raw):
                refuse_sums(table, number, values, "firm", ("firms", index, "name"), found)
                with contextlib.suppress(CellError):  # it is said where the row is understood
                    self._index.setdefault(name_in(raw), index)
        self._meant: set[int] = set()
        self.levels: dict[int, int] = {}

    def __contains__(self, name: str) -> bool:
        return normalised(name) in self._index

    def find(self, raw: Any, cell: str) -> int | None:
        """Return the position of the firm that a cell names, None (and a problem) if there is none.

        Parameters
        ----------
        raw
            What the cell holds.
        cell
            How it is called.
        """
        name = None if is_blank(raw) else self._found.name(raw, cell)
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
        for index, (number, values) in enumerate(self._table.rows):
            lacks = index not in self.levels and ("firms", index) not in full
            if index in curves and index in self.levels:
                hint = "empty the cells on the curve, or delete the levels"
                found, expected = "a cost curve, and levels of effort", "one of the two"
                self._found.refuse(Problem(curves[index], found, expected, hint, "cell"))
            elif lacks and index not in self._meant:
                cell, hint = self._table.grid.name(number, at), f"it needs a value; {elsewhere}"
                if sum(not is_blank(value) for value in values) == 1:
                    hint += "; begin the row with # if it is no firm"
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
    if refuse_without(table, table.lacks(sheet.columns), found):
        return
    at = table.position("firm") or 0
    for number, values in table.rows:
        cell = table.grid.name(number, at)
        index = firms.find(values[at] if at < len(values) else None, cell)
        if index is not None:
            entry = firms.next_level(index, cell)
            for position, column in table.columns.items():
                if position != at:
                    gather(table, number, values, position, column, entry, found)


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
    for at in levels:
        found.amounts(table.others[at], table.grid.name(table.row, at))
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
            gather(table, number, values, at, cost, entry, found)
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
        refuse_without(table, layout.capabilities.columns, found)
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
            gather(table, number, values, position, column, ("firms", index, "capabilities"), found)


def _technologies(table: Table, found: Collection) -> dict[int, Column]:
    """Return the columns of technologies, those that are not known refused."""
    place = ("project", "technologies")
    named = (said for said in found.said if said.entry[:2] == place and said.column.place == ("name",))
    known = []
    for said in named:
        with contextlib.suppress(CellError):  # as above
            known.append(name_in(said.raw))
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
            columns[at] = capability(name).headed(text, own=True)
    return columns
