"""Amounts below each other: each from nothing, or step by step from nothing to a whole."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..palette import GAIN, INK, LOSS, OTHERS, PALE_LOSS
from .canvas import EDGE, LABEL, LEADING, SMALL, WIDTH, Canvas, Pen, Scale, Style, column
from .distribution import Mark
from .lettering import wrapped

#: Height of a row with one line, and what of it the bar takes; width of labels, their most lines; least and largest
#: width of amounts, and the blank before them.
ROW, BAR, LABELS, LINES, AMOUNTS, WIDEST, BLANK = 22.0, 13.0, 150.0, 2, 76.0, 176.0, 6.0


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
    rows = [Bar(step.label, step.amount, step.text, step.level) for step in steps]
    room = _amounts(rows)
    scale = _scale(itertools.chain.from_iterable(spans), room)
    middles, bottom = _rows(canvas, rows, 0.0, room)
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
    room = _amounts(rows)
    scale = _scale([*(row.amount for row in rows if row.amount is not None), *compared], room)
    top = 0.0 if mark is None else LEADING * SMALL + 2.0
    middles, bottom = _rows(canvas, rows, top, room)
    for row, middle in zip(rows, middles, strict=True):
        if row.amount is not None:
            style = Style(OTHERS) if row.pale else Style(INK) if row.strong else _style(row.amount)
            canvas.bar((scale.at(0.0), scale.at(row.amount), middle - 0.5 * BAR, BAR), style)
    canvas.path([(scale.at(0.0), top), (scale.at(0.0), bottom)], Style(stroke=INK, width=0.8))
    if mark is not None:
        place = scale.at(mark.amount)
        begin = 1.0 if _name(canvas, mark.text, place) else top
        canvas.path([(place, begin), (place, bottom)], Style(stroke=LOSS, width=1.4, dash="4 2"))
    return canvas.svg(canvas.remark(bottom + 2.0, label))


def _name(canvas: Canvas, text: str, place: float) -> bool:
    """Write what a mark is, beside it; above it where that has more room. Return whether it stands beside it."""
    before = place > WIDTH / 2.0
    pen, x = Pen(SMALL, "end" if before else "start"), place + (-4.0 if before else 4.0)
    beside = pen.width(text) <= pen.room(x, None)
    canvas.text((x if beside else WIDTH - EDGE, 0.95 * SMALL), text, pen if beside else Pen(SMALL, "end"))
    return beside


def _rows(canvas: Canvas, rows: Sequence[Bar], top: float, room: float) -> tuple[list[float], float]:
    """Write labels and amounts; return the middle of each row, and where the next thing may begin."""
    middles = []
    for row in rows:
        pen = Pen(strong=row.strong)
        lines = len(wrapped(row.label, pen.room(EDGE, LABELS), LABEL, LINES))
        height = ROW + LEADING * LABEL * (lines - 1)
        middle = top + 0.5 * height
        canvas.paragraph((EDGE, middle - 0.5 * LEADING * LABEL * lines), row.label, pen, LABELS, LINES)
        canvas.text((WIDTH - EDGE, middle + 0.35 * LABEL), row.text, _pen(row), room - BLANK)
        middles.append(middle)
        top += height
    return middles, top


def _pen(row: Bar) -> Pen:
    """Return what the amount of a row is written with."""
    return Pen(LABEL if row.amount is not None else SMALL, "end", strong=row.strong)


def _amounts(rows: Sequence[Bar]) -> float:
    """Return how wide the column of amounts is."""
    return column((_pen(row).width(row.text) + BLANK for row in rows), AMOUNTS, WIDEST)


def _scale(amounts: Iterable[float], room: float) -> Scale:
    ends = [0.0, *amounts]
    return Scale(min(ends), max(ends), EDGE + LABELS + 6.0, WIDTH - EDGE - room)


def _spans(steps: Sequence[Step]) -> Iterator[tuple[float, float]]:
    """Yield where the bar of each step begins and ends."""
    reached = 0.0
    for step in steps:
        start, reached = (0.0, step.amount) if step.level else (reached, reached + step.amount)
        yield start, reached


def _style(amount: float) -> Style:
    return Style(GAIN) if amount >= 0.0 else Style(PALE_LOSS, LOSS)
