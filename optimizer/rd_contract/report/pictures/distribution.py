"""How often amounts occur: a histogram, with marks at those that matter."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..palette import GAIN, INK
from .canvas import EDGE, FINE, SMALL, WIDTH, Canvas, Pen, Scale, Style

#: Height of the highest bar, of a mark's text; fewest and most bars; half the width of the only one.
HIGHEST, TEXT, FEWEST, MOST, THIN = 120.0, 15.0, 6, 30, 10.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the histogram, money, and what is written at it."""

    amount: float
    text: str


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each value counts, and how the sum of those in a bar is written."""

    parts: Sequence[float]
    write: Callable[[float], str]


def distribution(
    title: str,
    description: str,
    values: Sequence[float],
    marks: Sequence[Mark],
    label: str,
    write: Callable[[float], str],
    span: tuple[float, float] | None = None,
    weights: Weights | None = None,
) -> str:
    """Return the picture.

    Parameters
    ----------
    title, description
        What it shows, and for who cannot see it.
    values
        Amounts, at least one.
    marks
        Lines, each with its text above the bars.
    label
        What the amounts are.
    write
        How an amount is written.
    span
        Least and largest amount that the picture has room for, of several that are compared; None: of these values.
    weights
        How much each value counts; None: all count as one.
    """
    counted = weights or Weights((1.0,) * len(values), "{:g}".format)
    canvas = Canvas(title, description)
    amounts = [*values, *(mark.amount for mark in marks), *(span or ())]
    low, high = min(amounts), max(amounts)
    middle, half = WIDTH / 2.0, (WIDTH / 2.0 - EDGE - 16.0 if low < high else THIN)
    scale = Scale(low, high, middle - half, middle + half)
    top = TEXT * len(marks) + 4.0
    floor = top + HIGHEST
    counts = histogram(values, low, high, counted.parts)
    width = (scale.end - scale.start) / len(counts)
    for at, count in enumerate(counts):
        if count:
            height = HIGHEST * count / max(counts)
            left = scale.start + width * at
            canvas.bar((left, left + width, floor - height, height), Style(GAIN, "#FFFFFF", 0.6), counted.write(count))
    canvas.path([(scale.start, floor), (scale.end, floor)], Style(stroke=INK))
    for at, mark in enumerate(sorted(marks, key=lambda mark: mark.amount)):
        x, letters = scale.at(mark.amount), TEXT * at
        canvas.path([(x, letters + 3.0), (x, floor)], Style(stroke=INK, width=1.2, dash="4 2"))
        after = x < WIDTH / 2.0
        pen = Pen(SMALL, "start" if after else "end")
        canvas.text((x + (4.0 if after else -4.0), letters + 0.95 * SMALL + 1.0), mark.text, pen)
    letters = floor + 1.3 * SMALL
    if low < high:
        canvas.text((EDGE, letters), write(low), FINE, WIDTH / 2.0 - 2.0 * EDGE)
        canvas.text((WIDTH - EDGE, letters), write(high), Pen(SMALL, "end"), WIDTH / 2.0 - 2.0 * EDGE)
    else:
        canvas.text((middle, letters), write(low), Pen(SMALL, "middle"))
    return canvas.svg(canvas.remark(letters + 3.0, label))


def histogram(values: Sequence[float], low: float, high: float, weights: Sequence[float]) -> list[float]:
    """Return how much the values count that fall into each of some bins of the same width.

    A value at the upper end falls into the last one.

    Parameters
    ----------
    values
        Amounts from ``low`` to ``high``.
    low, high
        Where the first bin begins, and the last one ends; the same: one bin.
    weights
        How much each value counts.
    """
    if low == high:
        return [math.fsum(weights)]
    bins = min(max(math.isqrt(len(values)), FEWEST), MOST)
    places = Scale(low, high, 0.0, float(bins))
    counts = [0.0] * bins
    for value, weight in zip(values, weights, strict=True):
        counts[min(int(places.at(value)), bins - 1)] += weight
    return counts
