"""Spreadsheets as people and other programs make them: written cell by cell, with everything that may be wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from rd_contract import Instance, InstanceError
from rd_contract.formats.forms import Note

Rows = Sequence[Sequence[Any]]

#: Two firms, the least that a workbook has to say.
FIRMS: Rows = (
    ("Firm", "Contribution", "Cost of full effort"),
    ("Pump Works", 9, 4),
    ("Sensor Lab", 6, 2),
)


def workbook(path: Path, sheets: Mapping[str, Rows], change: Callable[[Workbook], object] | None = None) -> Path:
    """Write a workbook with some rows on each sheet, and change it before it is saved."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    if change is not None:
        change(book)
    book.save(path)
    return path


def plain(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write one plain CSV file, called list."""
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Change the parts of a workbook by hand, as a damaged or hostile file has them."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    path.write_bytes(buffer.getvalue())
    return path


def problems_of(path: Path, **options: Any) -> list[str]:
    """Return what is wrong with a file, one line for each problem; nothing for a good one."""
    try:
        Instance.from_file(path, **options)
    except InstanceError as error:
        return [str(problem) for problem in error.problems]
    return []


def read(path: Path, **options: Any) -> tuple[Instance, list[str]]:
    """Return an instance and what was said of its reading."""
    notes: list[Note] = []
    instance = Instance.from_file(path, on_note=notes.append, **options)
    return instance, [f"{note.kind}: {note.text}" for note in notes]
