"""One plain CSV of candidates, as people have it before they know this program.

It needs names, what each firm brings and what full effort costs it. Columns that mean nothing here are left out, and
that is said; so is everything that is assumed.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Sequence
from typing import Any

from ..base.errors import DocumentError, Problem
from ..base.names import normalised
from ..formats.documents import Place
from ..formats.forms import Draft
from ..formats.hints import nearest, readings
from ..instance import Instance
from ..instance.judging import quoted
from .cells import Numerals, text_in, value_of
from .collecting import Collection, Said, name_in
from .delimited import grid_of
from .firms import Firms, read_costs_at
from .grid import CellError, Fault, Grid, is_blank, is_comment, listed, trimmed
from .headings import COST_AT, KNOWS, WITH, Heading, key, unit_of
from .layout import Column, Layout, layout_of
from .matching import Table, match, table_of
from .reading import concluded, read_value
from .rows import read_rows
from .units import money_in
from .writing import capability

#: Similarity, in [0, 1], from which a heading is taken for another one misspelled.
_MISSPELLED = 0.85

#: Most columns that are named in one line.
_LISTED = 12

#: The colon of another keyboard.
_COLON = re.compile("：")

_LEAD = Column(("lead",), Heading("Lead", "Konsortialführer", "牵头企业"), "flag", default=False)


def read(path: str | os.PathLike[str], error: type[DocumentError], encoding: str, name: str) -> Draft:
    """Return what a list of candidates says; as :func:`~rd_contract.formats.forms.read_draft`.

    Parameters
    ----------
    path, error, encoding, name
        As there.
    """
    layout, found = layout_of(Instance), Collection()

    def count(cells: Sequence[str]) -> int:
        return sum(match(cell, layout.firms)[0] is not None for cell in cells)

    grid = grid_of(path, error, encoding, name, count)
    found.sheets.append(grid.title)
    _read_head(grid, layout, found)
    table = table_of(grid, layout.firms, found, strict=False)
    if table is None:
        found.refuse(Problem(grid.title, "no rows", "a heading, and a row for each candidate", "", "cell"), ("firms",))
        return found.draft()
    read_rows(table, layout.firms, found)
    firms = Firms(table, found)
    read_costs_at(table, layout.efforts, firms, found)
    _check_costs(table, firms, found)
    _Extra(table, layout, firms, found).read()
    return concluded(found)


def _check_costs(table: Table, firms: Firms, found: Collection) -> None:
    """Refuse a list without costs once, not for each of its rows."""
    if table.position("efforts", "full_cost") is not None or any(map(_is_cost_at, table.others.values())):
        firms.check_menus("or costs of levels in columns such as 'cost at 50%'")
        return
    expected = "a column headed cost: what full effort costs each firm"
    hint = f"or columns such as 'cost at 50%' and 'cost at 100%'. {_not_understood(table)}"
    problem = Problem(table.grid.name(table.row, 0), "no column with costs", expected, hint, "cell")
    found.refuse(problem, *(("firms", index, "efforts") for index in range(len(table.rows))))


def _is_cost_at(heading: str) -> bool:
    return COST_AT.fullmatch(key(heading)) is not None


def _not_understood(table: Table) -> str:
    others = [text for text in table.others.values() if not _is_extra(text)]
    return f"Not understood: {listed(others, _LISTED) or 'none'}"


def _is_extra(heading: str) -> bool:
    """Return whether a heading is one that only such a list has."""
    names_something = WITH.fullmatch(trimmed(heading)) or KNOWS.fullmatch(trimmed(heading))
    return names_something is not None or _is_cost_at(heading) or key(heading) in _LEAD.keys


# --- what stands above the table ---------------------------------------------------------------------------


def _read_head(grid: Grid, layout: Layout, found: Collection) -> None:
    """Gather lines such as ``# currency: EUR million``: values of the sheet Project."""
    seen: dict[Place, str] = {}
    labels = {name for column in layout.project.columns for name in column.keys}
    for number, values in grid.rows:
        if not is_comment(values[0]):
            continue
        label, colon, value = _COLON.sub(":", trimmed(values[0]).lstrip("# "), count=1).partition(":")
        parts = (part.found if isinstance(part, Fault) else part for part in (value, *values[1:]) if not is_blank(part))
        value = ", ".join(map(trimmed, parts))
        cell = grid.name(number, 0)
        if match(label, layout.project)[0] is not None and value:
            read_value(label, value, cell, cell, layout.project, seen, found)
        elif near := _meant(label, value, labels) if colon else _unseparated(label, labels):
            hint = f"did you mean '# {near}'?"
            found.refuse(Problem(cell, quoted(f"# {label}"), "the name of a value of the project", hint, "cell"))


def _meant(label: str, value: str, labels: Iterable[str]) -> str | None:
    return nearest(key(label), sorted(labels), 0.8) if value else None


def _unseparated(text: str, labels: Iterable[str]) -> str | None:
    """Return how a line is written that names a value and gives it without a colon; None for any other remark."""
    plain = key(text)
    for name in sorted(labels, key=len, reverse=True):
        rest = plain.removeprefix(name).lstrip(" =")
        if rest != plain and (readings(rest) or money_in(rest) is not None):
            return f"{name}: {text[-len(rest) :] if text.casefold().endswith(rest) else rest}"
    return None


# --- columns that only such a list has ---------------------------------------------------------------------


class _Extra:
    """Columns of a list that are no columns of the sheet Firms.

    Parameters
    ----------
    table
        The list.
    layout
        Of an instance.
    firms
        The candidates.
    found
        What is known of the file.
    """

    def __init__(self, table: Table, layout: Layout, firms: Firms, found: Collection) -> None:
        self._table, self._layout, self._firms, self._found = table, layout, firms, found
        self._pairs: dict[frozenset[int], tuple[str, str]] = {}
        self._technologies: list[str] = []

    def read(self) -> None:
        """Gather them all; what is left is ignored, and that is said."""
        ignored = []
        for at, text in self._table.others.items():
            if partner := WITH.fullmatch(trimmed(text)):
                self._read_pairs(at, partner[1])
            elif technology := KNOWS.fullmatch(trimmed(text)):
                self._read_capabilities(at, technology[1])
            elif key(text) in _LEAD.keys:
                self._read_lead(at)
            elif not _is_cost_at(text) and not self._is_misspelled(at, text):
                ignored.append(text)
        if ignored:
            columns = "column" if len(ignored) == 1 else "columns"
            self._found.note("ignored", f"the {columns} {listed(ignored, _LISTED)}")
        if self._table.position("contribution") is None and not self._technologies:
            expected = "a column headed contribution: what each firm's full effort brings"
            hint = f"or columns such as 'knows: TECHNOLOGY', and a line '# value: ...'. {_not_understood(self._table)}"
            cell = self._table.grid.name(self._table.row, 0)
            self._found.refuse(Problem(cell, "no column that says what firms bring", expected, hint, "cell"))

    def _is_misspelled(self, at: int, text: str) -> bool:
        """Return whether a heading is next to one that is known, after refusing it: it would be missed in silence."""
        known = {**self._layout.firms.also, **self._layout.firms.own}
        near = nearest(key(text), [name for name in known if len(name) > 3], _MISSPELLED)
        if near is None or self._table.position(*known[near].place) is not None:
            return False
        hint = f"did you mean {near!r}? Begin it with # if the column is only for people"
        cell = self._table.grid.name(self._table.row, at)
        self._found.refuse(Problem(cell, quoted(text), "a heading that is known, or quite another one", hint, "cell"))
        return True

    def _cells(self, at: int) -> list[tuple[int, str, Any]]:
        """Return position of the firm, name and content of the cells of a column that say something."""
        return [
            (index, self._table.grid.name(number, at), values[at])
            for index, (number, values) in enumerate(self._table.rows)
            if at < len(values) and not is_blank(values[at])
        ]

    def _read_pairs(self, at: int, partner: str) -> None:
        head = self._table.grid.name(self._table.row, at)
        alone = partner.removesuffix(f"({unit_of(partner)})")
        if partner not in self._firms and alone in self._firms:  # the brackets are no part of a firm's name
            self._found.amounts(partner, head)
            partner = alone
        other = self._firms.find(partner, head)
        synergy = self._layout.sheet("relations").column("synergy")
        for index, cell, raw in self._cells(at) if other is not None else ():
            assert other is not None
            pair = frozenset((index, other))
            if len(pair) < 2:
                if text_in(raw) not in ("-", "–", "—", "x", "0"):
                    self._found.refuse(
                        Problem(cell, quoted(str(raw)), "nothing: a firm is no pair with itself", "", "cell")
                    )
            elif pair in self._pairs:
                before, where = self._pairs[pair]
                if before != raw:
                    expected, hint = f"{quoted(before)}, as in {where}", "give each pair once"
                    self._found.refuse(Problem(cell, quoted(str(raw)), expected, hint, "cell"))
            else:
                self._pairs[pair] = raw, cell
                entry = ("relations", len(self._pairs) - 1)
                self._found.put((*entry, "between"), [self._name(index), self._name(other)], cell)
                self._found.said.append(Said(entry, synergy, cell, raw))

    def _read_capabilities(self, at: int, name: str) -> None:
        cell = self._table.grid.name(self._table.row, at)
        place: Place = ("project", "technologies", len(self._technologies))
        column = capability(name.removesuffix("(%)").rstrip()).headed(name, own=True)
        self._technologies.append(name)
        self._found.put((*place, "name"), column.heading.english, cell)
        for index, where, raw in self._cells(at):
            self._found.said.append(Said(("firms", index, "capabilities"), column, where, raw))

    def _read_lead(self, at: int) -> None:
        leads = []
        for index, cell, raw in self._cells(at):
            try:
                if value_of(raw, _LEAD, Numerals()):
                    leads.append((self._name(index), cell))
            except CellError as error:
                self._found.refuse(error.at(cell))
        above = [(normalised(said.raw), said.cell) for said in self._found.said if said.place == ("project", "lead")]
        for name, cell in leads[: 0 if above else 1]:
            self._found.put(("project", "lead"), name, cell)
        for first, where in (*above, *leads)[:1]:
            for name, cell in leads:
                if name != first:
                    self._found.refuse(Problem(cell, "a second lead", f"one; the first is {where}", "", "cell"))

    def _name(self, index: int) -> str:
        """Return the name of a firm; one that cannot be read is said where its row is understood."""
        at, values = self._table.position("name"), self._table.rows[index][1]
        with contextlib.suppress(CellError):
            return name_in(values[at]) if at is not None and at < len(values) and not is_blank(values[at]) else ""
        return ""
