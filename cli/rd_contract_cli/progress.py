"""While something runs: a live line on the terminal, and Ctrl-C that stops a solve once gently, twice at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from rd_contract.report.words.numbers import clean, duration
from rd_contract.report.words.progress import progress_parts

from .console import console, say
from .interrupts import second_quits

if TYPE_CHECKING:
    from rd_contract import ComparisonProgress, Progress
    from rd_contract.study.sweep import SweepProgress

_FRAMES = "|/-\\"
_STOPPING = "stopping with the best so far; Ctrl-C again quits at once"


class ProgressLine:
    """The live line: what is being done, how good the answer is so far, how long it took.

    Parameters
    ----------
    task
        What is being done, shown until the solver reports.
    """

    def __init__(self, task: str) -> None:
        self.task = task
        self.started = time.monotonic()
        self.latest: Progress | None = None
        self.stopping = False

    def update(self, progress: Progress) -> None:
        """Take note of a report; drawing is left to the terminal's own pace."""
        self.latest = progress

    def __rich__(self) -> Text:
        """Return the line as it stands now."""
        seconds = time.monotonic() - self.started
        parts = [_STOPPING] if self.stopping else []
        parts += self.latest_parts()
        line = f"{_FRAMES[int(seconds * 8) % len(_FRAMES)]} {' | '.join(parts)} | {duration(seconds)}"
        return Text(line, no_wrap=True, overflow="crop")

    def latest_parts(self) -> list[str]:
        """Return what is known of the work."""
        return [self.task] if self.latest is None else progress_parts(self.latest)


class ComparisonLine(ProgressLine):
    """The live line of several solves: which one it is, then where it stands."""

    def take(self, progress: ComparisonProgress) -> None:
        """Take note of a report."""
        number = f"{progress.done + 1}" if progress.total is None else f"{progress.done + 1} of {progress.total}"
        self.task = f"{number}: {clean(progress.title)}"
        self.latest = progress.search

    def latest_parts(self) -> list[str]:
        """Return what is known of the work."""
        latest = self.latest  # a report may arrive between two looks
        return [self.task, *([] if latest is None else progress_parts(latest))]


@contextmanager
def watching(task: str) -> Iterator[Callable[[Progress], None] | None]:
    """Show progress on standard error if that is a terminal, and watch for Ctrl-C.

    Parameters
    ----------
    task
        What is being done, shown until the solver reports.

    Yields
    ------
    callable or None
        For ``on_progress``.
    """
    line = ProgressLine(task)
    with _live(line) as shown:
        yield line.update if shown else None


@contextmanager
def comparing(task: str) -> Iterator[Callable[[ComparisonProgress], None] | None]:
    """Show the progress of several solves as :func:`watching` does that of one.

    Parameters
    ----------
    task
        What is being done, shown until the first solve begins.

    Yields
    ------
    callable or None
        For ``on_progress``.
    """
    line = ComparisonLine(task)
    with _live(line) as shown:
        yield line.take if shown else None


@contextmanager
def _live(line: ProgressLine) -> Iterator[bool]:
    """Show a line while something runs, and watch for Ctrl-C; yields whether anybody sees it."""
    screen = console(stderr=True)

    def stop() -> None:
        line.stopping = True
        if not screen.is_terminal:
            say(f"Interrupted: {_STOPPING}.")

    with second_quits(stop):
        if not screen.is_terminal:
            yield False
            return
        with Live(
            line, console=screen, transient=True, refresh_per_second=8, redirect_stdout=False, redirect_stderr=False
        ):
            yield True


@contextmanager
def counting(task: str) -> Iterator[Callable[[SweepProgress], None] | None]:
    """Show a bar with rate and time left on standard error if that is a terminal.

    Parameters
    ----------
    task
        What is being done.

    Yields
    ------
    callable or None
        For ``on_progress``.
    """
    screen = console(stderr=True)
    if not screen.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rest]}"))
    with Bar(*columns, console=screen, transient=True) as bar:
        shown = bar.add_task(task, total=None, rest="")

        def update(progress: SweepProgress) -> None:
            parts = [f"{progress.rate:.2f} a second"]
            if progress.seconds_left is not None:
                parts.append(f"{duration(progress.seconds_left)} left")
            if progress.failed:
                parts.append(f"{progress.failed} not proven or failed")
            bar.update(shown, completed=progress.done, total=progress.total, rest=", ".join(parts))

        yield update
