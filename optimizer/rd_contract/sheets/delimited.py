"""Comma-separated values: text in, rows out, whatever the delimiter; and back."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from ..base.errors import DocumentError, Problem
from ..base.files import read_bytes, source_name
from ..formats.forms import ENCODINGS
from .grid import MAX_COLUMNS, MAX_ROWS, Formula, Grid, content, is_blank, too_large

#: What may stand between the values of a row; the likeliest first.
DELIMITERS = (",", ";", "\t")

#: Marks at the beginning of files, and the encodings that they are marks of.
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

#: How programs keep spreadsheets from taking a text of digits for a number.
_KEPT = re.compile(r'="([^"]*)"')

#: Characters and lines among which the headings are looked for.
_LOOKED_AT, _HEADS = 100_000, 20


def text_of(path: str | os.PathLike[str], error: type[DocumentError], encoding: str) -> str:
    """Return the text of a file; a byte-order mark says its encoding for certain, and is no part of it.

    Parameters
    ----------
    path, error
        As for :func:`~rd_contract.base.files.read_bytes`.
    encoding
        Name of the encoding.

    Raises
    ------
    DocumentError
        When it cannot be read, or has another encoding.
    """
    data = read_bytes(path, error)
    said = next((name for mark, name in _MARKS.items() if data.startswith(mark)), encoding)
    try:
        text = data.decode(said).removeprefix("\ufeff")
    except UnicodeDecodeError as reason:
        found = f"byte {reason.start:,} ({data[reason.start : reason.start + 1].hex()}) is not {said.upper()}"
        hint = 'save it as "CSV UTF-8", or name its encoding: guessing would spoil names without a word'
        raise error([Problem("", found, f"{said.upper()} text", hint, "encoding")], source_name(path)) from None
    except (LookupError, ValueError):  # no codec of texts
        known = ", ".join(f"{name} ({where})" for name, where in ENCODINGS.items())
        problem = Problem("", f"an unknown encoding {encoding!r}", f"the name of one, such as {known}", "", "encoding")
        raise error([problem], source_name(path)) from None
    if "\0" in text:
        found, hint = "binary data, or UTF-16 text", 'save it as "CSV UTF-8"'
        problem = Problem("", found, f"comma-separated values in {said.upper()}", hint, "encoding")
        raise error([problem], source_name(path))
    return text


def grid_of(
    path: str | os.PathLike[str],
    error: type[DocumentError],
    encoding: str,
    name: str,
    known: Callable[[Sequence[str]], int],
) -> Grid:
    """Return the rows of a file.

    Parameters
    ----------
    path, error, encoding
        As for :func:`text_of`.
    name
        What the file is called: its cells are named by that, without its ending.
    known
        Says of the cells of a heading how many of them are known: the delimiter under which most are is taken.

    Raises
    ------
    DocumentError
        For what is no such file, or too large.
    """
    text, source = text_of(path, error, encoding), source_name(path)
    grid, line, delimiter = Grid(source_name(Path(name).stem)), 1, _delimiter(text, known)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, values in enumerate(rows, start=1):
            line = rows.line_num + 1
            if not all(map(is_blank, values)):
                _refuse_too_large(grid.title, number, values, error, source)
                grid.rows.append((number, [_content(value) for value in values]))
    except csv.Error as reason:
        found = f"text that is no CSV in the row that begins in line {line:,} ({reason})"
        hint = "close every quotation mark, and write two for one that belongs to the text"
        raise error([Problem(grid.title, found, "comma-separated values", hint, "file")], source) from None
    _refuse_swallowed(grid, delimiter, error, source)
    return grid


def _content(text: str) -> Any:
    """Return what a cell holds; what other programs write for a text of digits is that text."""
    plain = text.strip()
    if plain.startswith("="):
        return kept[1] if (kept := _KEPT.fullmatch(plain)) else Formula(text)
    return content(text)


def _refuse_too_large(title: str, number: int, values: Sequence[str], error: type[DocumentError], source: str) -> None:
    for count, most, what in ((number, MAX_ROWS, "rows"), (len(values), MAX_COLUMNS, "columns")):
        if count > most:
            raise error([too_large(title, what, most)], source)


def _refuse_swallowed(grid: Grid, delimiter: str, error: type[DocumentError], source: str) -> None:
    """Refuse a cell that holds whole rows: the quotation mark that opens it was a slip, or meant inches."""
    signs = max((len(values) for _, values in grid.rows), default=0) - 1
    problems = [
        Problem(
            grid.name(number, at),
            "a text of several lines, one of which looks like a row",
            "one row on each line",
            "close the quotation mark before it, or write the text on one line",
            "cell",
        )
        for number, values in grid.rows
        for at, value in enumerate(values)
        if isinstance(value, str) and "\n" in value
        if signs > 1 and any(line.count(delimiter) >= signs for line in value.splitlines())
    ]
    if problems:
        raise error(problems, source)


def _delimiter(text: str, known: Callable[[Sequence[str]], int]) -> str:
    """Return the delimiter under which most cells of the headings are known, or else that makes the most cells."""
    lines = (line for line in text[:_LOOKED_AT].splitlines() if line.strip() and line.lstrip('" ')[:1] != "#")
    heads = list(itertools.islice(lines, _HEADS))

    def worth(sign: str) -> tuple[int, int]:
        cells = list(csv.reader(heads, delimiter=sign))
        return max(map(known, cells), default=0), max(map(len, cells), default=0)

    return max(DELIMITERS, key=worth)


def text_from(rows: Iterable[Iterable[str | None]]) -> str:
    """Return rows as comma-separated values, with the byte-order mark that lets Excel read UTF-8.

    Parameters
    ----------
    rows
        The cells; None for nothing.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow(["" if cell is None else cell for cell in row])
    return "\ufeff" + buffer.getvalue()
