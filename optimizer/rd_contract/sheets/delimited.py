"""Comma-separated values: text in, rows out, whatever the delimiter; and back."""

from __future__ import annotations

import csv
import io
import itertools
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ..base.errors import DocumentError, Problem
from ..base.files import read_bytes, source_name
from .grid import MAX_COLUMNS, MAX_ROWS, Grid, is_blank, too_large

#: What may stand between the values of a row; the likeliest first.
DELIMITERS = (",", ";", "\t")

#: Characters and lines among which the headings are looked for.
_LOOKED_AT, _HEADS = 100_000, 20


def text_of(path: str | os.PathLike[str], error: type[DocumentError], encoding: str) -> str:
    """Return the text of a file; a byte-order mark is no part of it.

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
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as reason:
        found = f"byte {reason.start:,} ({data[reason.start : reason.start + 1].hex()}) is not {encoding.upper()}"
        hint = 'save it as "CSV UTF-8", or name its encoding: guessing would spoil names without a word'
        raise error([Problem("", found, f"{encoding.upper()} text", hint, "file")], source_name(path)) from None
    except LookupError:
        problem = Problem("", f"an unknown encoding {encoding!r}", "the name of one, such as cp1252", "", "file")
        raise error([problem], source_name(path)) from None


def grid_of(
    path: str | os.PathLike[str], error: type[DocumentError], encoding: str, known: Callable[[Sequence[str]], int]
) -> Grid:
    """Return the rows of a file.

    Parameters
    ----------
    path, error, encoding
        As for :func:`text_of`.
    known
        Says of the cells of a heading how many of them are known: the delimiter under which most are is taken.

    Raises
    ------
    DocumentError
        For what is no such file, or too large.
    """
    text, source = text_of(path, error, encoding), source_name(path)
    if "\0" in text[:1000]:
        found, hint = "binary data, or UTF-16 text", 'save it as "CSV UTF-8"'
        raise error([Problem("", found, "comma-separated values in UTF-8", hint, "file")], source)
    grid = Grid(source_name(Path(path).stem))
    try:
        for number, values in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, known)), 1
        ):
            if all(map(is_blank, values)):
                continue
            for count, most, what in ((number, MAX_ROWS, "rows"), (len(values), MAX_COLUMNS, "columns")):
                if count > most:
                    raise error([too_large(grid.title, what, most)], source)
            grid.rows.append((number, [None if is_blank(value) else value for value in values]))
    except csv.Error as reason:
        found = f"text that is no CSV ({reason})"
        raise error([Problem("", found, "comma-separated values", "", "file")], source) from None
    return grid


def _delimiter(text: str, known: Callable[[Sequence[str]], int]) -> str:
    """Return the delimiter under which most cells of the headings are known, or else that makes the most cells."""
    lines = (line for line in text[:_LOOKED_AT].splitlines() if line.strip() and line.lstrip('" ')[:1] != "#")
    heads = list(itertools.islice(lines, _HEADS))

    def worth(sign: str) -> tuple[int, int]:
        cells = list(csv.reader(heads, delimiter=sign))
        return max(map(known, cells), default=0), max(map(len, cells), default=0)

    return max(DELIMITERS, key=worth)


def text_from(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as comma-separated values, with the byte-order mark that lets Excel read UTF-8.

    Parameters
    ----------
    rows
        The cells; None for nothing.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow(["" if cell is None else repr(cell) if isinstance(cell, float) else cell for cell in row])
    return "\ufeff" + buffer.getvalue()
