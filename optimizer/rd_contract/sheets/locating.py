"""Where in a spreadsheet a problem with its document stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..base.errors import Problem
from ..formats.documents import Place, describe, join_path
from .wording import Wording

_CELL = re.compile(r"([A-Z]{1,3})(\d+)")

#: Paths with a position: others are words, too.
_PATH = re.compile(r"[a-z_.]*[a-z_]\[\d+\](?:\.[a-z_]+(?:\[\d+\])?)*")


class Locator:
    """Says where in a spreadsheet a problem with the document stands.

    Parameters
    ----------
    cells
        The cell of each place.
    sheets
        Titles of the sheets, in the order of the file.
    wording
        How the file calls things.
    """

    def __init__(self, cells: dict[Place, str], sheets: Sequence[str], wording: Wording) -> None:
        self._places, self._wording = cells, wording
        self._sheets = {title: at for at, title in enumerate(sheets)}
        self._known: dict[str, str] = {}

    def __call__(self, problem: Problem) -> Problem:
        """Return a problem with the cell before its path, and in its hint instead of paths."""
        problem = self._wording.of(problem)
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
