"""What is written where: data to standard output, everything said about it to standard error.

Text from files and from the command line is never read as markup, and a reader that goes away (``| head``)
ends the writing, not the program.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rd_contract.base.errors import SHOWN, DocumentError, Problem
from rd_contract.report.page import Page
from rd_contract.report.render.terminal import WIDTH, rendered
from rd_contract.report.words.numbers import clean, plural

from .streams import silence

if TYPE_CHECKING:
    from rd_contract import Note

#: Warnings of one rule that are shown unless all are asked for: a rule may find one in each of 1,500 firms.
_FEW = 3


class OutputError(Exception):
    """Standard output cannot be written, for example because a disk is full."""


class _Console(Console):
    """A console that falls silent when nobody reads on."""

    def on_broken_pipe(self) -> None:
        """Go on without output: the exit code still tells the outcome."""
        self.quiet = True
        silence(self.file)


def console(*, stderr: bool = False) -> Console:
    """Return a console for standard output, or for standard error.

    Made anew for each use because the streams may have been replaced meanwhile.
    """
    made = _Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    made.width = min(made.width, WIDTH)
    return made


def show(page: Page) -> None:
    """Print a report on standard output; raises :class:`OutputError` when that fails."""
    try:
        console().print(rendered(page))
    except OSError as error:
        raise OutputError(error.strerror or str(error)) from None


def write_data(text: str) -> None:
    """Write data to standard output: UTF-8 whatever the terminal speaks, because the formats are.

    Raises
    ------
    OutputError
        When it cannot be written. A reader that went away is no error.
    """
    stream = sys.stdout
    if stream is None:
        return
    try:
        stream.flush()
        if hasattr(stream, "buffer"):
            stream.buffer.write(text.encode("utf-8", "surrogatepass"))
        else:
            stream.write(text)
        stream.flush()
    except BrokenPipeError:
        silence(stream)
    except OSError as error:
        raise OutputError(error.strerror or str(error)) from None


def write_shown(text: str) -> None:
    """Write data as :func:`write_data`; on a terminal with what is invisible made visible: files get every byte.

    Parameters
    ----------
    text
        Lines of JSON, in which such a character and its escape say the same.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    on_terminal = sys.stdout is not None and sys.stdout.isatty()
    write_data("".join(f"{clean(line)}\n" for line in text.splitlines()) if on_terminal else text)


def say(message: str) -> None:
    """Print a message for people on standard error."""
    _line(Text(clean(message)))


def say_note(note: Note) -> None:
    """Print on standard error what a spreadsheet was understood as."""
    style = "bold yellow" if note.kind == "warning" else "dim"
    _line(Text.assemble((f"{note.head}: ", style), clean(note.text)))


def fail(message: str) -> None:
    """Print an error message on standard error."""
    _line(Text.assemble(("Error: ", "bold red"), clean(message)))


def _line(text: Text) -> None:
    screen = console(stderr=True)
    # In a log a message stays on one line, so that it can be searched for.
    screen.print(text, soft_wrap=not screen.is_terminal)


def warn(problems: Sequence[Problem], *, everything: bool = False) -> None:
    """Print warnings about an instance on standard error.

    Parameters
    ----------
    problems
        As ``Instance.warnings`` returns them.
    everything
        Whether to list all, instead of the first few of each rule.
    """
    for rule in dict.fromkeys(problem.rule for problem in problems):
        found = [problem for problem in problems if problem.rule == rule]
        for problem in found if everything else found[:_FEW]:
            _line(Text.assemble(("Warning: ", "bold yellow"), clean(str(problem))))
        if len(found) > _FEW and not everything:
            more = plural(len(found) - _FEW, "more warning")
            _line(Text(f"         and {more} of this kind; rd-contract check lists all"))


def show_problems(error: DocumentError) -> None:
    """List the problems of a document on standard error, of very many the first.

    Parameters
    ----------
    error
        The error with its problems.
    """
    name = error.source or f"This {error.kind}"
    count = plural(len(error.problems), "problem")
    fail(f"{name} cannot be used as {_article(error.kind)}: {count}")
    screen = console(stderr=True)
    for number, problem in enumerate(error.problems[:SHOWN], start=1):
        screen.print(Text())
        screen.print(Text(f"{number}. {_place(problem, error.source)}", "bold", overflow="fold"))
        screen.print(Padding(_details(problem), (0, 0, 0, 3)))
    if len(error.problems) > SHOWN:
        screen.print(Text(f"\nand {plural(len(error.problems) - SHOWN, 'more problem')}"))


def _place(problem: Problem, source: str) -> str:
    """Return where a problem is; what was given as the value of an option is no file."""
    if problem.place or problem.rule not in ("file", "encoding", "locked"):
        return clean(problem.place) or "the whole document"
    return source if source.startswith("--") else "the file"


def _article(kind: str) -> str:
    return f"an {kind}" if kind[:1] in "aeiou" else f"a {kind}"


def _details(problem: Problem) -> Table:
    lines = Table.grid(padding=(0, 2))
    lines.add_column(style="dim", no_wrap=True)
    lines.add_column(overflow="fold")
    parts = (("found", problem.found), ("expected", problem.expected), ("hint", problem.hint))
    for name, text in parts:
        if text:
            lines.add_row(name, Text(clean(text)))
    return lines
