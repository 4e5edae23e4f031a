"""From cells to a document: values are gathered with their places first, and understood together.

How numbers are written is decided once for a whole file, so no number is read before all cells are known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..base.errors import SHOWN, Problem
from ..base.names import normalised
from ..formats.documents import Place, join_path
from ..formats.forms import Draft, Note
from ..formats.hints import nearest
from ..instance.judging import quoted
from .cells import Numerals, value_of
from .grid import CellError, listed, trimmed
from .headings import Heading, unit_of
from .layout import Column
from .locating import Locator
from .wording import Wording

#: Most numbers that are named whose reading others decide.
_DECIDED = 3


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
    called
        What the file calls fields of the format: ``scenarios.changes.value``.
    written
        Words that may be chosen, as cells have them, by the path of the value.
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
    called: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
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
            if said.column.kind == "word":
                self.written[join_path(said.place)] = trimmed(said.raw)
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
        locate = Locator(self.cells, self.sheets, Wording(self.called, self.written))
        return Draft(self.document, tuple(self.problems), tuple(self.malformed), tuple(self.notes), locate)


_NAME = Column((), Heading(""), "text")


def name_in(raw: Any) -> str:
    """Return a cell as a name, in its one spelling; raises :class:`~rd_contract.sheets.cells.CellError`."""
    return normalised(value_of(raw, _NAME, Numerals()))
