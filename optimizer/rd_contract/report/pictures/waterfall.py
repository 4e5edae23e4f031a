"""From nothing to a whole, step by step: what adds to it and what takes away."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..palette import GAIN, INK, LOSS, PALE_LOSS
from .canvas import EDGE, LABEL, LEADING, WIDTH, Canvas, Pen, Scale, Style
from .lettering import wrapped

#: Height of a row with one line, and what of it the bar takes; width of labels, their most lines, width of amounts.
ROW, BAR, LABELS, LINES, AMOUNTS = 22.0, 13.0, 150.0, 2, 76.0


@dataclass(frozen=True, slots=True)
class Step:
    """One row.

    Parameters
    ----------
    label
        What it is.
    amount
        What it adds (or takes away, if negative); of a level, what has been reached.
    text
        The amount as it is written.
    level
        Whether it shows what has been reached instead of adding to it.
    """

    label: str
    amount: float
    text: str
    level: bool = False


def waterfall(title: str, description: str, steps: Sequence[Step], label: str = "") -> str:
    """Return the picture: bars from where the one before ended, levels from nothing.

    What takes away is pale with an outline, so that it is told apart without colours as well.

    Parameters
    ----------
    title, description
        What it shows, and for who cannot see it.
    steps
        Rows from top to bottom; after a level, steps go on from it.
    label
        What the amounts are, below all.
    """
    canvas = Canvas(title, description)
    spans = list(_spans(steps))
    ends = [0.0, *itertools.chain.from_iterable(spans)]
    scale = Scale(min(ends), max(ends), EDGE + LABELS + 6.0, WIDTH - EDGE - AMOUNTS)
    heights = [ROW + LEADING * LABEL * (_lines(step) - 1) for step in steps]
    tops = list(itertools.accumulate(heights, initial=0.0))
    canvas.path([(scale.at(0.0), 0.0), (scale.at(0.0), tops[-1])], Style(stroke=INK, width=0.8))
    before: tuple[float, float] | None = None
    for step, (start, end), top, height in zip(steps, spans, tops, heights, strict=False):
        middle = top + 0.5 * height
        first = middle - 0.5 * LEADING * LABEL * _lines(step)
        canvas.paragraph((EDGE, first), step.label, Pen(strong=step.level), LABELS, LINES)
        if before is not None:
            canvas.path([before, (before[0], middle - 0.5 * BAR)], Style(stroke=INK, width=0.6))
        canvas.bar((scale.at(start), scale.at(end), middle - 0.5 * BAR, BAR), _style(step))
        pen = Pen(anchor="end", strong=step.level)
        canvas.text((WIDTH - EDGE, middle + 0.35 * LABEL), step.text, pen, AMOUNTS - 6.0)
        before = scale.at(end), middle + 0.5 * BAR
    return canvas.svg(canvas.remark(tops[-1] + 2.0, label))


def _lines(step: Step) -> int:
    """Return how many lines a label takes."""
    return len(wrapped(step.label, Pen(strong=step.level).room(EDGE, LABELS), LABEL, LINES))


def _spans(steps: Sequence[Step]) -> Iterator[tuple[float, float]]:
    """Yield where the bar of each step begins and ends."""
    reached = 0.0
    for step in steps:
        start, reached = (0.0, step.amount) if step.level else (reached, reached + step.amount)
        yield start, reached


def _style(step: Step) -> Style:
    if step.level:
        return Style(INK)
    return Style(GAIN) if step.amount >= 0.0 else Style(PALE_LOSS, LOSS)
