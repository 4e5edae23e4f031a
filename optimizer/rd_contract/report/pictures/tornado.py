"""How far an amount moves when one parameter at a time takes its values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..palette import GAIN, INK, LOSS, PALE_LOSS, QUIET
from .canvas import EDGE, SMALL, WIDTH, Canvas, Pen, Scale, Style, column
from .lettering import text_width

#: Height of a row, of its label and of its bar; least and largest room of the values at both sides, the blank in it.
ROW, NAME, BAR, VALUES, WIDEST, BLANK = 34.0, 15.0, 12.0, 62.0, 136.0, 4.0


@dataclass(frozen=True, slots=True)
class Range:
    """One parameter's row.

    Parameters
    ----------
    label
        The parameter.
    low, high
        Least and largest amount over its values.
    at_low, at_high
        The values at which they are reached, as they are written; empty: the unchanged one.
    changes
        What else changes between them, for example who is a member; empty: nothing.
    """

    label: str
    low: float
    high: float
    at_low: str
    at_high: str
    changes: str = ""


def tornado(
    title: str, description: str, rows: Sequence[Range], base: float, label: str, write: Callable[[float], str]
) -> str:
    """Return the picture: one bar for each parameter, from its least to its largest amount; changes by a diamond.

    Parameters
    ----------
    title, description
        What it shows, and for who cannot see it.
    rows
        Parameters, the most important first.
    base
        The amount where nothing is changed.
    label
        What the amounts are.
    write
        How an amount is written.
    """
    canvas = Canvas(title, description)
    ends = [base, *(row.low for row in rows), *(row.high for row in rows)]
    values = (Pen(SMALL).width(value) + BLANK for row in rows for value in (row.at_low, row.at_high))
    halves = (0.5 * Pen(SMALL, strong=True).width(write(amount)) for amount in ends)
    room = column((*values, *halves), VALUES, WIDEST)
    scale = Scale(min(ends), max(ends), EDGE + room, WIDTH - EDGE - room)
    last = ROW * len(rows)
    for at, row in enumerate(rows):
        top = ROW * at
        _label(canvas, row, top + NAME - 4.0)
        box = top + NAME, BAR
        told = f"{row.label}: {write(row.low)} … {write(row.high)}"
        if row.low < base:
            canvas.bar((scale.at(row.low), scale.at(base), *box), Style(PALE_LOSS, LOSS), told)
        if row.high > base:
            canvas.bar((scale.at(base), scale.at(row.high), *box), Style(GAIN), told)
        middle = top + NAME + 0.5 * BAR + 0.35 * SMALL
        left, right = scale.at(min(row.low, base)), scale.at(max(row.high, base))
        canvas.text((left - BLANK, middle), row.at_low, Pen(SMALL, "end"), room - BLANK)
        canvas.text((right + BLANK, middle), row.at_high, Pen(SMALL), room - BLANK)
        end = last + 3.0 if at == len(rows) - 1 else top + ROW  # it must not cross the name of the next row
        canvas.path([(scale.at(base), top + NAME - 2.0), (scale.at(base), end)], Style(stroke=INK))
    return canvas.svg(_axis(canvas, scale, base, last, label, write))


def _label(canvas: Canvas, row: Range, base: float) -> None:
    """Write the name of a row, and what changes in it with a diamond before it."""
    noted = min(0.5 * WIDTH, text_width(row.changes, SMALL)) if row.changes else 0.0
    canvas.text((EDGE, base), row.label, Pen(), WIDTH - 2.0 * EDGE - noted - (24.0 if noted else 0.0))
    if row.changes:
        canvas.text((WIDTH - EDGE, base), row.changes, Pen(SMALL, "end", QUIET), noted)
        _diamond(canvas, (WIDTH - EDGE - noted - 8.0, base - 0.35 * SMALL))


def _diamond(canvas: Canvas, place: tuple[float, float]) -> None:
    x, y = place
    canvas.path([(x, y - 4.0), (x + 4.0, y), (x, y + 4.0), (x - 4.0, y), (x, y - 4.0)], Style(LOSS))


def _axis(canvas: Canvas, scale: Scale, base: float, top: float, label: str, write: Callable[[float], str]) -> float:
    """Write the amounts at both ends and at the base; return where the picture ends."""
    line, letters = top + 3.0, top + 3.0 + 1.3 * SMALL
    canvas.path([(scale.start, line), (scale.end, line)], Style(stroke=INK, width=0.8))
    places = {scale.at(amount): amount for amount in (scale.low, base, scale.high)}
    centre = scale.at(base)
    for place, amount in places.items():
        text = write(amount)
        room = 0.5 * (text_width(text, SMALL) + text_width(write(base), SMALL)) + 6.0
        if place == centre or abs(place - centre) >= room:
            canvas.text((place, letters), text, Pen(SMALL, "middle", strong=place == centre))
    return canvas.remark(letters + 3.0, label)
