"""The summary of a record as tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from .methods import METHODS
from .records import Record
from .registry import REFERENCE
from .summary import Duration, Line, common, ratio, summarise

#: The method that the others are compared with.
BASE = next(iter(METHODS))


def results(record: Record) -> Table:
    """Return medians over seeds, with ratios to the decomposition on the same spec and on the reference spec."""
    lines = summarise(record.runs, record.time_limit)
    times = {(line.spec, line.method): line.time for line in lines}
    headings = ("instances", "method", "proven", "median s", "min-max s", "gap", f"/ {BASE}", f"/ {REFERENCE}")
    table = _table("Wall time, medians over seeds", headings)
    previous = ""
    for line in lines:
        if previous and line.spec != previous:
            table.add_section()
        table.add_row(
            line.spec if line.spec != previous else "",
            line.method,
            f"{line.proven}/{line.runs}",
            str(line.time),
            f"{line.fastest} - {line.slowest}",
            _gap(line),
            _over(line.time, times.get((line.spec, BASE))),
            _over(line.time, times.get((REFERENCE, BASE))),
        )
        previous = line.spec
    return table


def comparison(record: Record, earlier: Record) -> Table:
    """Return ratios of medians over the runs that both records have."""
    now, before = common(record.runs, earlier.runs)
    old = {(line.spec, line.method): line for line in summarise(before, earlier.time_limit)}
    table = _table("Compared with earlier", ("instances", "method", "seeds", "now s", "earlier s", "now / earlier"))
    for line in summarise(now, record.time_limit):
        then = old[line.spec, line.method]
        table.add_row(
            line.spec,
            line.method,
            str(line.runs),
            str(line.time),
            str(then.time),
            str(ratio(line.time, then.time)),
        )
    return table


def _table(title: str, headings: Sequence[str]) -> Table:
    table = Table(title=title)
    for at, heading in enumerate(headings):
        table.add_column(heading, justify="left" if at < 2 else "right", no_wrap=True)
    return table


def _over(one: Duration, other: Duration | None) -> str:
    return "" if other is None else str(ratio(one, other))


def _gap(line: Line) -> str:
    return "-" if line.gap is None else f"{line.gap:.2%}"
