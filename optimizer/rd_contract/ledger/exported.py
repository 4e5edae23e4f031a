"""Exported files: one canonical entry a line, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ..base.errors import LedgerError, Problem
from ..base.files import read_bytes, source_name
from ..formats.documents import parse_json
from .entries import Entry
from .verification import read_entry


def exported_bytes(entries: Iterable[Entry]) -> bytes:
    """Return entries as an exported file holds them: one canonical entry a line, and nothing else.

    Parameters
    ----------
    entries
        The entries, from the first on.
    """
    return b"".join(entry.to_bytes() + b"\n" for entry in entries)


def exported_lines(path: str | os.PathLike[str]) -> list[bytes]:
    """Return the lines of an exported file.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    LedgerError
        With every line that is no entry, or out of order.
    """
    data = read_bytes(path, LedgerError)
    lines = data.splitlines()
    problems, latest = [], ""
    for number, line in enumerate(lines):
        entry, found = read_entry(line, number, latest)
        latest = latest if entry is None else max(latest, entry.time)
        problems += found
    if problems:
        raise LedgerError(_another_kind(data) or problems, source_name(path))
    return lines


def _another_kind(data: bytes) -> list[Problem]:
    """Return that a file is one document of another kind, if it is one: then its lines are not worth a word each."""
    try:
        Entry.from_dict(parse_json(data, LedgerError))
    except LedgerError as error:
        return [problem for problem in error.problems if problem.path == "format"]
    return []


def refuse_other(there: Iterable[tuple[int, object]], lines: list[bytes], source: str) -> None:
    """Refuse entries that part from those that are there.

    Parameters
    ----------
    there
        Numbers and bodies of the entries that are there.
    lines
        Lines of the exported file.
    source
        What it is called.

    Raises
    ------
    LedgerError
        With the first one that is another.
    """
    for (sequence, body), line in zip(there, lines, strict=False):
        if body != line:
            hint = "the two records part here; compare them"
            raise LedgerError([Problem(f"entry {sequence}", "another entry", "the one that is there", hint)], source)
