"""Whether a sample is large enough for what is read from it, in words."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from ...base.arrays import Array
from ...study.sweep import Effect, Index
from ...study.worlds import TAIL, OverWorlds
from .numbers import Money, clean, listing, plural

#: Part of the largest effect from which one matters: of what is next to nothing, intervals are always wide.
MATTERS = 0.1

#: Fewest points beyond a quantile that is to be relied on.
BEYOND = 10

#: Standard errors of half a 95% confidence interval.
CONFIDENT = 1.96

#: Half a 95% confidence interval of a part of the points above which the parts are told to be rough.
ROUGH = 0.1

#: Designs whose points are a sample of the worlds.
DRAWN = ("latin-hypercube", "monte-carlo")

#: Names that are listed.
SHOWN = 4


def sensitivity_verdict(rows: Sequence[Effect | Index]) -> str:
    """Return why effects or indices should not be read from a sample, empty where they may.

    An interval that is wider than what it surrounds tells nothing; where two overlap, their order is open.

    Parameters
    ----------
    rows
        One for each parameter, the most important first; all of one kind.
    """
    told = [(clean(row.parameter), *_estimate(row)) for row in rows]
    largest = max((value for _, value, _ in told if math.isfinite(value)), default=0.0)
    told = [one for one in told if one[1] >= MATTERS * largest > 0.0]
    vague = [name for name, value, error in told if not 2.0 * error <= value]
    if vague:
        return (
            f"Too small a sample to tell: the 95% interval of {_named(vague)} is wider than what it says. "
            "Four times as many samples halve it."
        )
    open_ = [
        f"{one[0]} or {other[0]}" for one, other in itertools.pairwise(told) if one[1] - one[2] < other[1] + other[2]
    ]
    return f"Which matters more is open for {_named(open_)}: their 95% intervals overlap." if open_ else ""


def _estimate(row: Effect | Index) -> tuple[float, float]:
    """Return what a row says of its parameter, and half its 95% interval."""
    return (row.mean_absolute, row.error) if isinstance(row, Effect) else (row.total, row.total_error)


def tail_verdict(points: int) -> str:
    """Return why the downside should not be read from a sample, empty where it may.

    Parameters
    ----------
    points
        How many there are.
    """
    beyond = math.ceil(TAIL * points)
    if beyond >= BEYOND:
        return ""
    few = plural(beyond, "point")
    return f"The 5% quantile and the worst 5% rest on {few} of {points:,}: take {math.ceil(BEYOND / TAIL):,} or more."


def parts_verdict(points: int) -> str:
    """Return how rough parts of a sample are, empty where they are not.

    Parameters
    ----------
    points
        How many there are, at least one.
    """
    half = CONFIDENT * math.sqrt(0.25 / points)  # of a part of one half, the widest
    if half <= ROUGH:
        return ""
    return f"Parts of {plural(points, 'point')} are rough: up to +/- {100.0 * half:.0f} percentage points (95%)."


def lead_verdict(found: OverWorlds) -> str:
    """Return why the best contract on average may not be the best, empty where the sample tells it from the next.

    Parameters
    ----------
    found
        The evaluation of a sample; contracts are compared point by point.
    """
    best, *others = found.contracts
    if not others:
        return ""
    next_best = others[0]
    gain: Array = best.value - next_best.value
    gain = gain[np.isfinite(gain)]
    if len(gain) < 2:
        return f"One point cannot tell which contract is best: {clean(next_best.name)} may be as good."
    mean, error = float(gain.mean()), CONFIDENT * float(gain.std(ddof=1)) / math.sqrt(len(gain))
    if mean > error or error == 0.0:
        return ""
    money = Money.of([mean, error])
    return (
        f"These points do not tell it from {clean(next_best.name)}: the difference is {money.text(mean)} "
        f"+/- {money.text(error)} (95%)."
    )


def _named(names: Sequence[str]) -> str:
    more = [f"{len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return listing([*names[:SHOWN], *more])
