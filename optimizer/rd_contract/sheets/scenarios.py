"""Rows as scenarios: each one a change; those without a name go on with the scenario above them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..base.errors import Problem
from ..formats.documents import Place, describe
from ..formats.hints import readings
from ..formats.number_text import tidy
from ..instance.judging import quoted
from .collecting import Collection, name_in
from .grid import CellError, is_blank
from .layout import Sheet, varying
from .looks import Shown
from .matching import Table
from .rows import gather, refuse_sums, refuse_without


def read_scenarios(table: Table, sheet: Sheet, found: Collection) -> None:
    """Gather the sheet Scenarios.

    Parameters
    ----------
    table
        With its headings understood.
    sheet
        What it is.
    found
        What is known of the file.
    """
    missing = table.lacks(sheet.columns)
    if table.position(*_PATH) is None and any(column.place[0] == "changes" for column in table.columns.values()):
        missing.append(sheet.column(*_PATH))
    refuse_without(table, missing, found)
    scenarios = _Scenarios(table, found)
    for number, values in table.rows:
        scenarios.read(number, values)


#: The fields of a change.
_PATH, _FACTOR = ("changes", "path"), ("changes", "factor")
_CHANGE = (_PATH, ("changes", "value"), _FACTOR)

#: A change in percent.
_MORE_OR_LESS = re.compile(r"[+-] ?[\d.,]+ ?%")


class _Scenarios:
    """The scenarios of a sheet, as far as its rows are read."""

    def __init__(self, table: Table, found: Collection) -> None:
        self._table, self._found = table, found
        self._index, self._changes = -1, 0
        self._name: str | None = None
        self._probability: Any = None

    def read(self, number: int, values: Sequence[Any]) -> None:
        """Gather a row: of another scenario than the one above it, or of the same."""
        raw = self._at(values, "name")
        if self._table.position("name") is None:  # whose rows these are nobody knows
            self._begin(number, values, raw)
            self._found.malformed += [("scenarios", self._index, field) for field in ("name", "probability")]
        elif not is_blank(raw) and not self._goes_on(raw):
            self._begin(number, values, raw)
        elif self._index < 0:
            self._begin(number, values, raw)  # what is wrong with the rest of it is said, too
        else:
            self._refuse_another_probability(number, values)
        if any(not is_blank(self._at(values, *place)) for place in _CHANGE):
            self._change(number, values)

    def _goes_on(self, raw: Any) -> bool:
        """Return whether a name is that of the scenario above."""
        with contextlib.suppress(CellError):  # it is said where the cell is understood
            return name_in(raw) == self._name
        return False

    def _begin(self, number: int, values: Sequence[Any], raw: Any) -> None:
        self._index, self._changes, self._name = self._index + 1, 0, None
        with contextlib.suppress(CellError):  # as above
            self._name = None if is_blank(raw) else name_in(raw)
        self._probability = self._at(values, "probability")
        entry: Place = ("scenarios", self._index)
        cell, stated = self._cell(number, "name"), [("name",), ("probability",)]
        self._found.begin(entry, cell)
        if self._table.position("name") is not None and is_blank(raw):
            problem = Problem(cell, "nothing", "the name of a scenario", "it needs a value", "cell")
            self._found.refuse(problem, (*entry, "name"))
            stated.remove(("name",))
        refuse_sums(self._table, number, values, "scenario", (*entry, "name"), self._found)
        for at, column in self._table.columns.items():
            if column.place in stated:
                gather(self._table, number, values, at, column, entry, self._found)

    def _refuse_another_probability(self, number: int, values: Sequence[Any]) -> None:
        raw = self._at(values, "probability")
        if not is_blank(raw) and raw != self._probability:
            expected = "one probability for each scenario, in its first row"
            of = f"another probability of {quoted(self._name or '')}"
            self._found.refuse(Problem(self._cell(number, "probability"), of, expected, "", "cell"))

    def _change(self, number: int, values: Sequence[Any]) -> None:
        entry: Place = ("scenarios", self._index, "changes", self._changes)
        self._changes += 1
        cell, raw, path = self._cell(number, *_PATH), self._at(values, *_PATH), None
        self._found.begin(entry, cell)
        if self._table.position(*_PATH) is None:
            self._found.malformed.append((*entry, "path"))
        elif is_blank(raw):
            hint = "such as project.value, or firms.*.joining_cost"
            self._found.refuse(Problem(cell, "nothing", "what changes", hint, "cell"), (*entry, "path"))
        else:
            with contextlib.suppress(CellError):  # as above
                path = name_in(raw)
        for at, column in self._table.columns.items():
            if column.place == _FACTOR and _is_ambiguous(factor := self._at(values, *_FACTOR)):
                self._found.refuse(_ambiguous(factor, self._cell(number, *_FACTOR)), (*entry, "factor"))
            elif column.place in _CHANGE:
                field = replace(varying(column, path), place=column.place[1:])
                gather(self._table, number, values, at, field, entry, self._found)

    def _at(self, values: Sequence[Any], *place: str) -> Any:
        at = self._table.position(*place)
        return None if at is None or at >= len(values) else values[at]

    def _cell(self, number: int, *place: str) -> str:
        return self._table.grid.name(number, self._table.position(*place) or 0)


def _is_ambiguous(raw: Any) -> bool:
    """Return whether a factor is a percentage with a sign: so much more or less, or a factor below 0."""
    if isinstance(raw, str):
        return _MORE_OR_LESS.fullmatch(tidy(raw)) is not None and bool(readings(raw))
    return isinstance(raw, Shown) and raw.look.is_part and raw < 0.0


def _ambiguous(raw: Any, cell: str) -> Problem:
    part = readings(raw)[0] if isinstance(raw, str) else float(raw)
    than = "more" if part > 0.0 else "less"
    hint = f"write {100.0 * (1.0 + part):.12g}% for {than} than there is, {part:.12g} for the factor itself"
    return Problem(cell, describe(f"{100.0 * part:+.12g}%"), "a factor with one reading", hint, "cell")
