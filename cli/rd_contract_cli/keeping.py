"""What is not overwritten unasked: files that hold what no command can make again, or in which somebody has worked.

Answers, tables, pictures and reports are made anew each time, and replace what is there. Instances, exports and what
else people keep are replaced by ``--force`` alone, or where nothing is lost by it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import typer

import rd_contract
from rd_contract.base.errors import DocumentError, OptionError
from rd_contract.base.files import MAX_BYTES

#: Kinds of documents that no command can make again, by what their formats begin with, and what each is called.
_KINDS = {
    "rd-contract": "an instance",
    "rd-contract-sweep": "a sweep plan",
    "rd-contract-credit-rules": "a file of credit rules",
    "rd-contract-entry": "entries of a ledger",
    "rd-contract-proof": "a proof",
    "rd-contract-consistency": "a proof",
}

#: How files begin that are no JSON, and what they are called.
_BEGINNINGS = (
    (re.compile(rb"SQLite format 3\x00"), "a ledger"),
    (re.compile(rb"-----BEGIN "), "a key"),
    (re.compile(rb"[^\n]+\n[0-9]+\n[A-Za-z0-9+/]{43}=\n\n"), "a checkpoint"),
)


def kept_in(file: Path) -> str:
    """Return what a file holds that no command can make again; empty for all else.

    Parameters
    ----------
    file
        The file, which need not be there.
    """
    try:
        if not file.is_file() or file.stat().st_size > MAX_BYTES:
            return ""
        data = file.read_bytes()
    except OSError:
        return ""
    if file.suffix.lower() == ".csv":
        return "an instance" if _is_instance(file) else ""
    for beginning, kind in _BEGINNINGS:
        if beginning.match(data):
            return kind
    # Of an exported file, each line is a document.
    found = _format_of(data) or _format_of(data.partition(b"\n")[0])
    return _KINDS.get(found.partition("/")[0], "")


def _is_instance(table: Path) -> bool:
    """Return whether a table is one of candidates: answers have other columns."""
    try:
        rd_contract.Instance.from_file(table)
    except (DocumentError, OptionError):
        return False
    return True


def _format_of(data: bytes) -> str:
    """Return the format that a document says it has; empty where it is none, or says nothing."""
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ""
    found = document.get("format") if isinstance(document, dict) else None
    return found if isinstance(found, str) else ""


def keep_edited(target: Path, *, force: bool = False) -> None:
    """Refuse to overwrite a workbook or a document in which somebody has worked since it was written.

    Parameters
    ----------
    target
        The file.
    force
        Whether it may be overwritten.

    Raises
    ------
    typer.BadParameter
        When it was saved by another program.
    """
    if target.suffix.lower() not in (".xlsx", ".docx") or not target.is_file() or force:
        return
    from rd_contract.base.workbooks import is_as_written  # noqa: PLC0415 - help must stay quick

    if not is_as_written(target):
        raise typer.BadParameter(f"{target} was worked in; rd-contract report --force overwrites it.")


def check_free(target: str | Path, force: bool, option: str = "'--output' / '-o'") -> None:
    """Refuse to overwrite a file or a folder that holds something.

    Parameters
    ----------
    target
        What is to be written.
    force
        Whether overwriting was asked for.
    option
        Name of the option or argument, for the message.

    Raises
    ------
    typer.BadParameter
        When something is there.
    """
    there = Path(target)
    # A pipe or a device holds nothing.
    full = any(there.iterdir()) if there.is_dir() else there.is_file() and there.stat().st_size > 0
    if full and not force:
        raise typer.BadParameter(f"{target} exists; --force overwrites it.", param_hint=option)


def check_continued(target: Path, content: bytes, force: bool) -> None:
    """Refuse to overwrite a file of which something would be lost, as the new content does not begin with all of it.

    Parameters
    ----------
    target
        The file.
    content
        What is to be written.
    force
        Whether overwriting was asked for.

    Raises
    ------
    typer.BadParameter
        When something would be lost.
    """
    if not force and target.is_file() and not content.startswith(target.read_bytes()):
        reason = f"{target} exists, and holds something else than what is to be written; --force overwrites it."
        raise typer.BadParameter(reason, param_hint="'--output' / '-o'")
