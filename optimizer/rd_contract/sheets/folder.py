"""A folder with a CSV file for each sheet: the workbook for people and programs that have no Excel."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from ..base.errors import DocumentError, Problem
from ..base.files import MAX_BYTES, source_name, write_atomically
from ..base.tolerances import LEAST_IN_PERCENT
from ..formats.forms import READ, Draft, Written
from ..formats.number_text import number_in
from ..formats.reading import helped
from ..instance import Instance
from .collecting import Collection
from .delimited import grid_of, text_from
from .grid import FORMULA
from .headings import BESIDE, VALUE, WHAT, key
from .layout import Layout, layout_of
from .reading import draft_of
from .writing import Entry, Page, pages_of


def read(path: str | os.PathLike[str], error: type[DocumentError], encoding: str, name: str) -> Draft:
    """Return what the CSV files of a folder say; as :func:`~rd_contract.formats.forms.read_draft`.

    Parameters
    ----------
    path, error, encoding, name
        As there.
    """
    folder, layout = Path(path), layout_of(Instance)
    try:
        files = sorted(file for file in folder.iterdir() if _is_sheet(file))
    except OSError as reason:
        problem = Problem("", reason.strerror or str(reason), "a folder that can be read", "", "file")
        raise error([problem], name) from None
    if not files:
        problem = Problem("", "a folder without CSV files", "a file, or a folder with Firms.csv in it", "", "file")
        raise error([helped(problem, folder, READ)], name)
    if sum(file.stat().st_size for file in files) > MAX_BYTES:
        raise error([Problem("", f"more than {MAX_BYTES:,} bytes", f"at most {MAX_BYTES:,} bytes", rule="file")])
    known, grids, problems = _known(layout), [], []

    def count(cells: Sequence[str]) -> int:
        return sum(key(cell) in known for cell in cells)

    for file in files:
        try:
            grids.append(grid_of(file, error, encoding, file.name, count))
        except DocumentError as reason:
            problems += [replace(problem, path=problem.path or source_name(file.name)) for problem in reason.problems]
    if problems:
        raise error(problems, name)
    return draft_of(grids, layout, Collection())


def _is_sheet(file: Path) -> bool:
    """Return whether a file is one of the sheets, and not what a system keeps beside it."""
    return file.suffix.lower() == ".csv" and not file.name.startswith(".") and file.is_file()


def _known(layout: Layout) -> frozenset[str]:
    fields = frozenset().union(*(column.keys for sheet in layout.sheets for column in sheet.columns))
    return fields | {key(name) for heading in (WHAT, VALUE, *BESIDE) for name in heading.names}


def write(instance: Written, path: Path) -> None:
    """Write an instance as a folder of CSV files; every sheet has one, so none is left from another instance.

    Parameters
    ----------
    instance, path
        As for :func:`~rd_contract.formats.forms.write_instance`, which says what is raised.
    """
    pages = pages_of(instance.to_dict(), layout_of(Instance))
    path.mkdir(parents=True, exist_ok=True)
    for page in pages:
        write_atomically(path / f"{page.title}.csv", text_from(_rows(page)))


def _rows(page: Page) -> Iterator[Sequence[str | None]]:
    for texts in (page.headings, *page.notes):
        yield [harmless(text) for text in texts]
    for row in page.rows:
        yield [_cell(entry) for entry in row]


def _cell(entry: Entry) -> str | None:
    if entry.value is None or isinstance(entry.value, str):
        return entry.value and harmless(entry.value)
    return _written(entry.value, in_percent=entry.column is not None and entry.column.percent)


def _written(number: float, *, in_percent: bool) -> str:
    """Return a number with all its digits, as its column's unit says, and so that it has one reading in any file."""
    text, sign = repr(number), ""
    if in_percent and (not number or abs(number) >= LEAST_IN_PERCENT):
        text, sign = f"{Decimal(text).scaleb(2):f}", "%"
    return f"{text}0{sign}" if "." in text and number_in(text, ",") is not None else f"{text}{sign}"


def harmless(text: str) -> str:
    """Return a text in quotes, as JSON writes it, that a spreadsheet would take for a formula, or lines of it for rows.

    Parameters
    ----------
    text
        A text as :func:`~rd_contract.sheets.notation.quoted` returns it.
    """
    is_plain = "\n" not in text and not text.lstrip(" ").startswith(FORMULA)
    return text if is_plain else json.dumps(text, ensure_ascii=False)
