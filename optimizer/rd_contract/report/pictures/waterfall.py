"""Amounts below each other: each from nothing, or step by step from nothing to a whole."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..palette import GAIN, INK, LOSS, OTHERS, PALE_LOSS
from .canvas import EDGE, LABEL, LEADING, SMALL, WIDTH, Canvas, Pen, Scale, Style
from .distribution import Mark
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


@dataclass(frozen=True, slots=True)
class Bar:
    """One row.

    Parameters
    ----------
    label
        What it is.
    amount
        How much; None: there is no amount.
    text
        The amount as it is written, or why there is none.
    strong
        Whether it is the one that matters most.
    pale
        Whether it only serves for comparison.
    """

    label: str
    amount: float | None
    text: str
    strong: bool = False
    pale: bool = False


def waterfall(title: str, description: str, steps: Sequence[Step], label: str = "") -> str:
    """Return the picture of steps: bars from where the one before ended, levels from nothing.

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
    scale = _scale(itertools.chain.from_iterable(spans))
    middles, bottom = _rows(canvas, [Bar(step.label, step.amount, step.text, step.level) for step in steps], 0.0)
    canvas.path([(scale.at(0.0), 0.0), (scale.at(0.0), bottom)], Style(stroke=INK, width=0.8))
    before: tuple[float, float] | None = None
    for step, (start, end), middle in zip(steps, spans, middles, strict=True):
        if before is not None:
            canvas.path([before, (before[0], middle - 0.5 * BAR)], Style(stroke=INK, width=0.6))
        style = Style(INK) if step.level else _style(step.amount)
        canvas.bar((scale.at(start), scale.at(end), middle - 0.5 * BAR, BAR), style)
        before = scale.at(end), middle + 0.5 * BAR
    return canvas.svg(canvas.remark(bottom + 2.0, label))


def bars(title: str, description: str, rows: Sequence[Bar], label: str = "", mark: Mark | None = None) -> str:
    """Return the picture of amounts of a kind: bars from nothing.

    Parameters
    ----------
    title, description
        What it shows, and for who cannot see it.
    rows
        From top to bottom.
    label
        What the amounts are, below all.
    mark
        An amount that all are compared with, as a dashed line.
    """
    canvas = Canvas(title, description)
    compared = [] if mark is None else [mark.amount]
    scale = _scale([*(row.amount for row in rows if row.amount is not None), *compared])
    top = 0.0
    if mark is not None:
        place = scale.at(mark.amount)
        before = place > WIDTH / 2.0
        pen = Pen(SMALL, "end" if before else "start")
        canvas.text((place + (-4.0 if before else 4.0), 0.95 * SMALL), mark.text, pen)
        top = LEADING * SMALL + 2.0
    middles, bottom = _rows(canvas, rows, top)
    for row, middle in zip(rows, middles, strict=True):
        if row.amount is not None:
            style = Style(OTHERS) if row.pale else Style(INK) if row.strong else _style(row.amount)
            canvas.bar((scale.at(0.0), scale.at(row.amount), middle - 0.5 * BAR, BAR), style)
    canvas.path([(scale.at(0.0), top), (scale.at(0.0), bottom)], Style(stroke=INK, width=0.8))
    if mark is not None:
        canvas.path([(place, 1.0), (place, bottom)], Style(stroke=LOSS, width=1.4, dash="4 2"))
    return canvas.svg(canvas.remark(bottom + 2.0, label))


def _rows(canvas: Canvas, rows: Sequence[Bar], top: float) -> tuple[list[float], float]:
    """Write labels and amounts; return the middle of each row, and where the next thing may begin."""
    middles = []
    for row in rows:
        pen = Pen(strong=row.strong)
        lines = len(wrapped(row.label, pen.room(EDGE, LABELS), LABEL, LINES))
        height = ROW + LEADING * LABEL * (lines - 1)
        middle = top + 0.5 * height
        canvas.paragraph((EDGE, middle - 0.5 * LEADING * LABEL * lines), row.label, pen, LABELS, LINES)
        amount = Pen(LABEL if row.amount is not None else SMALL, "end", strong=row.strong)
        canvas.text((WIDTH - EDGE, middle + 0.35 * LABEL), row.text, amount, AMOUNTS - 6.0)
        middles.append(middle)
        top += height
    return middles, top


def _scale(amounts: Iterable[float]) -> Scale:
    ends = [0.0, *amounts]
    return Scale(min(ends), max(ends), EDGE + LABELS + 6.0, WIDTH - EDGE - AMOUNTS)


def _spans(steps: Sequence[Step]) -> Iterator[tuple[float, float]]:
    """Yield where the bar of each step begins and ends."""
    reached = 0.0
    for step in steps:
        start, reached = (0.0, step.amount) if step.level else (reached, reached + step.amount)
        yield start, reached


def _style(amount: float) -> Style:
    return Style(GAIN) if amount >= 0.0 else Style(PALE_LOSS, LOSS)
