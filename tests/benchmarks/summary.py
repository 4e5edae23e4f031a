"""What many runs say together: medians over seeds, ratios between methods, disagreements.

A run without a proof counts with the time limit, which it would at least have taken. So a median can be a lower bound;
it is then marked with ">=", and so is every ratio that rests on it.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, permutations

from .records import Run

#: What two runs may differ by beyond the gap, relative: a feasibility tolerance of SCIP, 1e-7, times what a row of
#: incentives can be worth.
ROUNDING = 1e-5


@dataclass(frozen=True)
class Duration:
    """A time in seconds; ``censored``: it is only known to be at least so long."""

    seconds: float
    censored: bool = False

    def __str__(self) -> str:
        """Return the time with its mark."""
        return f"{'>= ' if self.censored else ''}{_digits(self.seconds)}"


@dataclass(frozen=True)
class Ratio:
    """One time over another; ``mark`` says how far the number can be trusted: "", ">=", "<=" or "?"."""

    value: float
    mark: str = ""

    def __str__(self) -> str:
        """Return the ratio with its mark."""
        return "?" if self.mark == "?" else f"{self.mark + ' ' if self.mark else ''}{_digits(self.value)}"


@dataclass(frozen=True)
class Line:
    """The runs of one spec and method over its seeds.

    Parameters
    ----------
    spec, method
        What was run.
    runs
        Number of runs.
    proven
        How many ended with a proof.
    time
        Median.
    fastest, slowest
        Shortest and longest run.
    gap
        Median final gap; None where a run has none in more than half of the cases.
    """

    spec: str
    method: str
    runs: int
    proven: int
    time: Duration
    fastest: Duration
    slowest: Duration
    gap: float | None


def duration(run: Run, time_limit: float) -> Duration:
    """Return how long a run took, or the time limit as a lower bound if it ended without a proof."""
    return Duration(run.seconds) if run.proven else Duration(time_limit, censored=True)


def median(durations: Sequence[Duration]) -> Duration:
    """Return the median; a lower bound if a run in the middle is one."""
    ordered = sorted(durations, key=lambda entry: (entry.seconds, entry.censored))
    middle = ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]
    # A run without a proof would have taken longer than any that it stands before in this order.
    censored = any(entry.censored for entry in ordered[: len(ordered) // 2 + 1])
    return Duration(statistics.mean(entry.seconds for entry in middle), censored)


def ratio(one: Duration, other: Duration) -> Ratio:
    """Return one time over another."""
    marks = {(False, False): "", (True, False): ">=", (False, True): "<=", (True, True): "?"}
    return Ratio(one.seconds / max(other.seconds, 1e-9), marks[one.censored, other.censored])


def summarise(runs: Iterable[Run], time_limit: float) -> list[Line]:
    """Return one line per spec and method, in the order in which they first occur."""
    grouped: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        grouped.setdefault((run.spec, run.method), []).append(run)
    return [_line(spec, method, group, time_limit) for (spec, method), group in grouped.items()]


def _line(spec: str, method: str, runs: list[Run], time_limit: float) -> Line:
    durations = sorted((duration(run, time_limit) for run in runs), key=lambda entry: (entry.seconds, entry.censored))
    gaps = sorted(float("inf") if run.gap is None else run.gap for run in runs if run.status != "no_contract")
    gap = statistics.median_low(gaps) if gaps else 0.0
    return Line(
        spec,
        method,
        len(runs),
        sum(run.proven for run in runs),
        median(durations),
        durations[0],
        durations[-1],
        None if gap == float("inf") else gap,
    )


def common(one: Sequence[Run], other: Sequence[Run]) -> tuple[list[Run], list[Run]]:
    """Return the runs of two records with the same spec, seed and method in both."""

    def keys(runs: Sequence[Run]) -> set[tuple[str, int, str]]:
        return {(run.spec, run.seed, run.method) for run in runs}

    both = keys(one) & keys(other)

    def kept(runs: Sequence[Run]) -> list[Run]:
        return [run for run in runs if (run.spec, run.seed, run.method) in both]

    return kept(one), kept(other)


# --- agreement ---------------------------------------------------------------------------------------------


def disagreements(runs: Iterable[Run], gap: float) -> list[str]:
    """Return in words where two methods contradict each other on the same instance.

    Two proven answers must agree within the gap, and no answer may exceed what another method proved to be the most.
    """
    ordered = sorted(runs, key=lambda run: (run.spec, run.seed))
    found = []
    for (spec, seed), group in groupby(ordered, key=lambda run: (run.spec, run.seed)):
        found += [f"{spec}, seed {seed}: {words}" for words in _contradictions(list(group), gap)]
    return found


def _contradictions(runs: list[Run], gap: float) -> Iterator[str]:
    for one, other in permutations(runs, 2):
        if one.status == "no_contract" and other.value is not None:
            yield f"{one.method} proved that no contract exists, {other.method} found {other.value:.9g}"
        if one.value is None or other.value is None:
            continue
        unit = max(1.0, abs(one.value), abs(other.value))
        if one.proven and other.proven and one.value - other.value > (gap + ROUNDING) * unit:
            yield f"{one.method} proved {one.value:.9g}, {other.method} proved {other.value:.9g}"
        elif other.bound is not None and one.value - other.bound > ROUNDING * unit:
            yield f"{one.method} found {one.value:.9g}, {other.method} proved at most {other.bound:.9g}"


def _digits(value: float) -> str:
    """Return three digits, and no more decimals than that takes."""
    return f"{value:.0f}" if value >= 100.0 else f"{value:.3g}"
