"""From cells to a document: values are gathered with their places first, and understood together.

How numbers are written is decided once for a whole file, so no number is read before all cells are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..base.errors import SHOWN, Problem
from ..base.names import normalised
from ..formats.documents import Place, describe, join_path
from ..formats.forms import Draft, Note
from ..formats.hints import nearest
from ..instance.judging import quoted
from .cells import Numerals, value_of
from .grid import CellError, listed, trimmed
from .headings import FIELDS, Heading, unit_of
from .layout import Column

#: Most numbers that are named whose reading others decide.
_DECIDED = 3

_CELL = re.compile(r"([A-Z]{1,3})(\d+)")

#: Paths with a position: others are words, too.
_PATH = re.compile(r"[a-z_.]*[a-z_]\[\d+\](?:\.[a-z_]+(?:\[\d+\])?)*")

#: What the format says of a rule as a whole, and how it names the rule's fields there.
_OF_RULES = frozenset({"rule-kind", "rule-members", "rule-order", "rule-whole", "rule-share"})
_FIELD = re.compile(
    r"\b(?:(?:distinct|each|group|together)(?=,| and| only|$)|if_member|then_members|how_many|measure"
    r"|m(?:in|ax)(?:_fraction)?)\b"
)


@dataclass(frozen=True)
class Said:
    """One cell that says something.

    Parameters
    ----------
    entry
        Place in the document of what its row is about.
    column
        The field.
    cell
        How the cell is called.
    raw
        What it holds.
    """

    entry: Place
    column: Column
    cell: str
    raw: Any

    @property
    def place(self) -> Place:
        """Place in the document of the value."""
        return (*self.entry, *self.column.place)


@dataclass
class Collection:
    """Everything that is known of a file while it is read.

    Parameters
    ----------
    document
        The instance, as far as it is known.
    said
        Cells whose values are still to be understood.
    problems, malformed, notes
        As in :class:`~rd_contract.formats.forms.Draft`.
    cells
        Where the values of the document stand in the file.
    headings
        What columns are headed, by how they are called: ``Firms column G``.
    brackets
        What stands in brackets behind names of amounts, by the cells of the names.
    remarks
        What is said for people of the units of amounts, by cells.
    sheets
        Titles of the sheets, in the order of the file.
    hidden
        Titles of those that nobody sees, which are not read.
    """

    document: dict[str, Any] = field(default_factory=lambda: {"format": "rd-contract/1"})
    said: list[Said] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    malformed: list[Place] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    cells: dict[Place, str] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    brackets: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    def note(self, kind: Any, text: str) -> None:
        """Add a note."""
        self.notes.append(Note(kind, text))

    def refuse(self, problem: Problem, *places: Place) -> None:
        """Add a problem, and the places that lack a value by it."""
        self.problems.append(problem)
        self.malformed += places

    def put(self, place: Place, value: Any, cell: str) -> None:
        """Set a value of the document; objects and lists on the way are made."""
        node: Any = self.document
        for part, below in zip(place, (*place[1:], None), strict=True):
            filled = value if below is None else [] if isinstance(below, int) else {}
            if isinstance(node, list):
                while len(node) <= int(part):
                    node.append(None)
                node[int(part)] = filled if below is None or node[int(part)] is None else node[int(part)]
            else:
                node[part] = filled if below is None or part not in node else node[part]
            node = node[part]
        self.cells[place] = cell

    def begin(self, entry: Place, cell: str) -> None:
        """Begin an entry of a list."""
        self.put(entry, {}, cell)

    def amounts(self, heading: str, cell: str) -> None:
        """Remember what stands in brackets behind the name of an amount: it may be a unit."""
        if unit := unit_of(heading):
            self.brackets[cell] = unit

    def remark_unit(self, text: Any, column: Column, cell: str) -> None:
        """Remember what a cell for people says of the unit of an amount."""
        if column.money == 1 and isinstance(text, str):
            self.remarks[cell] = trimmed(text)

    def name(self, raw: Any, cell: str) -> str | None:
        """Return a cell as a name, None (and a problem) where it is none."""
        try:
            return name_in(raw)
        except CellError as error:
            self.refuse(error.at(cell))
            return None

    def among(self, name: str, known: Iterable[str], sheet: str, what: str, cell: str) -> str | None:
        """Return the name that is probably meant by one that is not known, after refusing it.

        Parameters
        ----------
        name
            As it stands in the file.
        known
            The names there are.
        sheet, what
            Where they stand, and what they are names of.
        cell
            Where the name stands.
        """
        near = nearest(name, list(known)) if len(self.problems) < SHOWN else None
        hint = f"did you mean {quoted(near)}?" if near else ""
        self.refuse(Problem(cell, quoted(name), f"a {what} of the sheet {sheet}", hint, "cell"))
        return near

    def understand(self, numerals: Numerals) -> list[tuple[Said, Any]]:
        """Understand every cell, put its value into the document, and return cells with their values."""
        understood, decided = [], []
        for said in self.said:
            try:
                value = value_of(said.raw, said.column, numerals)
            except CellError as error:
                self.refuse(error.at(said.cell), said.place)
                self.cells.setdefault(said.place, said.cell)
                continue
            self.put(said.place, value, said.cell)
            understood.append((said, value))
            if said.column.kind in ("number", "whole") and numerals.decides(said.raw):
                decided.append(f"{trimmed(said.raw)} in {said.cell} is {value:.12g}")
        if decided:
            sign = "comma" if numerals.decimal == "," else "point"
            read = listed(decided, _DECIDED)
            self.note("assumed", f"the decimal sign is the {sign}, as in {numerals.witness}: {read}")
        return understood

    def numerals(self, currency: str) -> Numerals:
        """Return how numbers are written in the file."""
        return Numerals.of(
            ((said.cell, said.raw) for said in self.said if said.column.kind in ("number", "whole")), currency
        )

    def draft(self) -> Draft:
        """Return what was understood."""
        locate = Locator(self.cells, self.sheets)
        return Draft(self.document, tuple(self.problems), tuple(self.malformed), tuple(self.notes), locate)


_NAME = Column((), Heading(""), "text")


def name_in(raw: Any) -> str:
    """Return a cell as a name, in its one spelling; raises :class:`~rd_contract.sheets.cells.CellError`."""
    return normalised(value_of(raw, _NAME, Numerals()))


class Locator:
    """Says where in a spreadsheet a problem with the document stands.

    Parameters
    ----------
    cells
        The cell of each place.
    sheets
        Titles of the sheets, in the order of the file.
    """

    def __init__(self, cells: dict[Place, str], sheets: Sequence[str]) -> None:
        self._places = cells
        self._sheets = {title: at for at, title in enumerate(sheets)}
        self._known: dict[str, str] = {}

    def __call__(self, problem: Problem) -> Problem:
        """Return a problem with the cell before its path, and in its hint instead of paths."""
        if problem.rule in _OF_RULES:
            problem = _in_headings(problem)
        cell = self._cell(problem.path)
        if not cell:
            return problem
        found, expected, hint = map(self._in_cells, (problem.found, problem.expected, problem.hint))
        # The cell says better than a name whom it is about.
        return replace(
            problem,
            path=f"{cell} ({problem.path})",
            found=found,
            expected=expected,
            hint=_in_percent(problem) or hint,
            subject="",
        )

    def _in_cells(self, words: str) -> str:
        return _PATH.sub(lambda path: self._cells.get(path[0], path[0]), words)

    def rank(self, problem: Problem) -> tuple[int, int, int, str]:
        """Return what sorts problems as they stand in the file: by sheets, rows, columns; what is nowhere comes last.

        Parameters
        ----------
        problem
            With its cell.
        """
        sheet, _, cell = problem.path.partition(" (")[0].rpartition("!")
        found = _CELL.fullmatch(cell)
        if found is None or not sheet:
            title = problem.path.partition(" (")[0]
            return (self._sheets.get(title, len(self._sheets) if title else -1), 0, 0, "")
        return (self._sheets.get(sheet, len(self._sheets)), int(found[2]), len(found[1]), found[1])

    @property
    def _cells(self) -> dict[str, str]:
        if not self._known:
            for place, cell in self._places.items():
                self._known[join_path(place)] = cell
            for place, cell in self._places.items():
                for length in range(1, len(place)):
                    self._known.setdefault(join_path(place[:length]), cell)
        return self._known

    def _cell(self, path: str) -> str:
        """Return the cell of a path, or of what contains it; empty if there is none."""
        while path:
            if path in self._cells:
                return self._cells[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return ""


def _in_headings(problem: Problem) -> Problem:
    """Return what is said of a rule with the headings of its columns in place of fields, at the limit that it is of."""

    def headed(words: str) -> str:
        return _FIELD.sub(lambda name: repr(FIELDS[f"rules.{name[0]}"].english), words)

    if problem.rule == "rule-kind":
        return replace(problem, found=headed(problem.found), expected=headed(problem.expected))
    field = _FIELD.search(problem.expected)
    path = problem.path if field is None else f"{problem.path}.{field[0]}"
    return replace(problem, path=path, expected=headed(problem.expected))


def _in_percent(problem: Problem) -> str:
    """Return the hint for a part of a whole that was written without its percent sign."""
    try:
        number = float(problem.found)
    except ValueError:
        return ""
    is_part = problem.expected == "a number of at most 1" or problem.rule == "rule-share"
    if not is_part or not 1.0 < number <= 100.0:
        return ""
    return f"write {describe(number).removesuffix('.0')}% or {number / 100.0:.12g}"
