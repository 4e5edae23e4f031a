"""Delivering an answer: to the files that were asked for and on standard output, without losing it where that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from rd_contract.base import files
from rd_contract.report.page import Figure, Page

from .console import fail, say, show, write_data
from .exits import ExitCode

if TYPE_CHECKING:
    from rd_contract.report.award import Award


@dataclass(frozen=True)
class Output:
    """What was asked to be written.

    Parameters
    ----------
    target
        The file, or the folder of several.
    write
        Writes it; raises OSError.
    said
        What is said once it is there.
    """

    target: Path
    write: Callable[[Path], None]
    said: str


def document(target: Path | None, text: str, said: str) -> list[Output]:
    """Return the output of one text, none without a target; ``said`` is completed by the target's name."""
    if target is None:
        return []
    return [Output(target, lambda path: files.write_atomically(path, text), f"{said} {target}")]


def award_output(
    target: Path | None, award: Award | None, page: Literal["award", "terms"] | None = None
) -> list[Output]:
    """Return the output of a report on an award, none without a target.

    Parameters
    ----------
    target
        The file; its ending says in which form.
    award
        What there is to report.
    page
        Which page; None: the one that the ending stands for.
    """
    if target is None or award is None:
        return []
    from rd_contract.report.award import award_file  # noqa: PLC0415 - help must stay quick

    def write(path: Path) -> None:
        # Made when what is asked for before it is written already: whatever goes wrong here costs no result.
        files.write_atomically(path, award_file(award, path.suffix.lower(), page))

    return [Output(target, write, f"Report written to {target}")]


def drawing(target: Path | None, title: str, figures: Callable[[], Sequence[Figure]]) -> list[Output]:
    """Return the output of pictures in one file, none without a target; where there is nothing to draw that is said.

    Parameters
    ----------
    target
        The file, or None.
    title
        Of the whole.
    figures
        Makes the pictures, once they are asked for.
    """
    if target is None:
        return []
    from rd_contract.report.pictures import write_figures  # noqa: PLC0415 - help must stay quick

    drawn = figures()
    if not drawn:
        return [Output(target, lambda _: None, f"{target} was not written: there is nothing to draw")]
    return [Output(target, partial(write_figures, title, drawn), f"Figure written to {target}")]


def deliver(
    pages: Callable[[], Iterable[Page]],
    outputs: Sequence[Output] = (),
    *,
    data: str | None = None,
    as_json: bool = False,
    notes: Iterable[str] = (),
    failed: ExitCode = ExitCode.INTERNAL,
) -> None:
    """Write the files first, as who reads standard output may be gone; then print, and say where the files are.

    Parameters
    ----------
    pages
        Makes the report.
    outputs
        The files.
    data
        The answer as JSON; None: it has no such form.
    as_json
        Whether to print the data in place of the report. They are printed, too, where a file cannot be written.
    notes
        What else is said of the answer, on standard error.
    failed
        How the program ends where a file cannot be written.

    Raises
    ------
    typer.Exit
        When a file cannot be written.
    """
    failure = _write(outputs)
    if data is not None and (as_json or failure):
        write_data(data)
    else:
        for page in pages():
            show(page)
    if failure:
        fail(f"{failure}{'' if data is None else '; the answer is on standard output'}.")
    for note in notes:
        say(note)
    if failure:
        raise typer.Exit(failed)
    for output in outputs:
        say(output.said)


def _write(outputs: Iterable[Output]) -> str:
    """Write files until one fails, and return how; empty if none does."""
    for output in outputs:
        try:
            output.write(output.target)
        except OSError as error:
            return f"{output.target} cannot be written ({error.strerror or error})"
    return ""
