"""Stretches of a parameter in which the same holds, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..palette import COLOURS, INK, ink_on
from .canvas import EDGE, FINE, SMALL, WIDTH, Canvas, Pen, Scale, Style
from .lettering import text_width

#: Height of a strip, room of its title and of the texts below it, distance of strips, width from which it is numbered.
STRIP, NAME, BELOW, APART, NUMBERED = 16.0, 17.0, 14.0, 12.0, 12.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where the same holds: from the end of the one before to ``end``, and what does."""

    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Band:
    """One parameter.

    Parameters
    ----------
    label
        The parameter.
    low, high
        The ends of its range.
    texts
        The two as they are written.
    stretches
        In the order of the values; the last ends at ``high``.
    now, now_text
        The value that it has, and how that is written; None: none in the range.
    """

    label: str
    low: float
    high: float
    texts: tuple[str, str]
    stretches: tuple[Stretch, ...]
    now: float | None = None
    now_text: str = ""


def bands(title: str, description: str, rows: Sequence[Band]) -> str:
    """Return the picture: a strip for each parameter, its stretches numbered, and what holds in each below it.

    Parameters
    ----------
    title, description
        What it shows, and for who cannot see it.
    rows
        Parameters.
    """
    canvas = Canvas(title, description)
    top = 0.0
    for row in rows:
        top = _band(canvas, row, top) + APART
    return canvas.svg(top - APART + EDGE)


def _band(canvas: Canvas, row: Band, top: float) -> float:
    """Draw one strip; return where the next thing may begin."""
    canvas.text(
        (EDGE, top + NAME - 5.0), row.label, Pen(strong=True), WIDTH - 4.0 * EDGE - text_width(row.now_text, SMALL)
    )
    scale = Scale(row.low, row.high, EDGE + 2.0, WIDTH - EDGE - 2.0)
    strip, start = top + NAME, row.low
    for number, stretch in enumerate(row.stretches):
        colour = COLOURS[number % len(COLOURS)]
        left, right = scale.at(start), scale.at(stretch.end)
        canvas.bar((left, right, strip, STRIP), Style(colour, "#FFFFFF", 1.0), stretch.text)
        if right - left >= NUMBERED:
            canvas.text(
                ((left + right) / 2.0, strip + 0.7 * STRIP), str(number + 1), Pen(SMALL, "middle", ink_on(colour))
            )
        start = stretch.end
    letters = strip + STRIP + 0.8 * BELOW
    if row.now is not None and row.low <= row.now <= row.high:
        place = scale.at(row.now)
        canvas.path([(place, strip - 3.0), (place, strip + STRIP + 3.0)], Style(stroke="#FFFFFF", width=4.5))
        canvas.path([(place, strip - 3.0), (place, strip + STRIP + 3.0)], Style(stroke=INK, width=2.0))
        canvas.text((WIDTH - EDGE, top + NAME - 5.0), row.now_text, Pen(SMALL, "end"), WIDTH / 3.0)
    canvas.text((EDGE, letters), row.texts[0], FINE, WIDTH / 2.0 - 2.0 * EDGE)
    canvas.text((WIDTH - EDGE, letters), row.texts[1], Pen(SMALL, "end"), WIDTH / 2.0 - 2.0 * EDGE)
    bottom = strip + STRIP + BELOW + 2.0
    for number, stretch in enumerate(row.stretches):
        colour = COLOURS[number % len(COLOURS)]
        canvas.bar((EDGE, EDGE + 13.0, bottom + 1.5, 11.0), Style(colour))
        canvas.text((EDGE + 6.5, bottom + 10.0), str(number + 1), Pen(8.5, "middle", ink_on(colour)))
        bottom = canvas.paragraph((EDGE + 18.0, bottom), stretch.text, FINE, lines=3) + 2.0
    return bottom
