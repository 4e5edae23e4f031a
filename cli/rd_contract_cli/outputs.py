"""Writing an answer to the file that was asked for, without losing it where that fails."""

from __future__ import annotations

from pathlib import Path

import typer

from .console import fail, write_data
from .exits import ExitCode


def save(target: Path | None, text: str, what: str) -> None:
    """Write a text to a file, if one was asked for; where that fails, to standard output.

    Parameters
    ----------
    target
        The file.
    text
        What it is to hold.
    what
        What that is, for the message.

    Raises
    ------
    typer.Exit
        When the file cannot be written.
    """
    from rd_contract.base.files import write_atomically  # noqa: PLC0415 - help must stay quick

    if target is None:
        return
    try:
        write_atomically(target, text)
    except OSError as error:
        fail(f"{target} cannot be written ({error.strerror or error}); the {what} is on standard output.")
        write_data(text)
        raise typer.Exit(ExitCode.INTERNAL) from None
