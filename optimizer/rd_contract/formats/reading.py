"""Files are read as what they are said to be: of a folder, a spreadsheet or a mistyped name it is said what to do."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..base.errors import DocumentError, Problem
from .documents import parse_json, read_bytes, source_name
from .hints import nearest

#: How the names of files end that are read where only JSON is.
ENDINGS = (".json",)

#: How the names of files end that hold instances, never anything else that is read.
_SPREADSHEETS = (".xlsx", ".csv")

#: Most files that are named.
_LISTED = 5


def read_document(
    path: str | os.PathLike[str], error: type[DocumentError], endings: tuple[str, ...] = ENDINGS
) -> dict[str, Any]:
    """Read one JSON object from a file, or from standard input for ``-``.

    Parameters
    ----------
    path
        The file; its ending does not matter as long as there is JSON in it.
    error
        Type of the error to raise.
    endings
        How the names of files end that could be read in its place.

    Raises
    ------
    DocumentError
        Of the given type, with what to do instead.
    """
    try:
        return parse_json(read_bytes(path, error), error, source_name(path))
    except DocumentError as reason:
        if os.fspath(path) == "-":
            raise
        raise error([helped(problem, Path(path), endings) for problem in reason.problems], reason.source) from None


def helped(problem: Problem, path: Path, endings: tuple[str, ...]) -> Problem:
    """Return a problem of a file with what can be said from its name and its neighbours.

    Parameters
    ----------
    problem
        What is wrong with it.
    path
        The file.
    endings
        How the names of files end that could be read in its place.
    """
    try:
        if path.is_dir():
            return replace(problem, hint=_one_of(_documents(path, endings), endings))
        if not path.exists():
            near = nearest(path.name, _documents(path.parent, endings))
            hint = f'did you mean "{path.parent / near}"?' if near else problem.hint
            return replace(problem, hint=hint)
    except (OSError, ValueError):  # a name that no file can have, a folder that cannot be looked into
        return problem
    ending = path.suffix.lower()
    if ending in ("", *endings) or problem.expected == "a readable file":
        return problem
    others = " or ".join(other for other in endings if other != ".json")
    found = f'a file that ends in "{ending}", not JSON: {problem.found}'
    hint = f"spreadsheets end in {others}" if others else "no other kind is read"
    if ending in _SPREADSHEETS:  # which byte of it is no text does not matter
        found = f'a spreadsheet (its name ends in "{ending}")'
        hint = "a spreadsheet holds an instance; solve it first, and name the result that is written"
    return replace(problem, found=found, expected='a JSON file, which ends in ".json"', hint=hint)


def _documents(folder: Path, endings: tuple[str, ...]) -> list[str]:
    """Return the names of the files in a folder that could be read."""
    return sorted(path.name for path in folder.iterdir() if path.suffix.lower() in endings)


def _one_of(names: list[str], endings: tuple[str, ...]) -> str:
    if not names:
        return f"there is no file in it that ends in {' or '.join(endings)}"
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"name a file in it: {', '.join(names[:_LISTED])}{more}"
