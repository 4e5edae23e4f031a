"""Scores over time: a line of steps and decline for each of several, one panel for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..palette import COLOURS, INK, OTHERS
from .canvas import EDGE, FINE, SMALL, WIDTH, Canvas, Legend, Pen, Scale, Style

#: Height of the field, room above it, room of the numbers at its left, radius of what marks an entry.
HEIGHT, ABOVE, LEFT, RADIUS = 180.0, 8.0, 32.0, 2.4


@dataclass(frozen=True, slots=True)
class Moment:
    """A place on a line, and what a pointer on it tells; without a text it is only passed."""

    at: float
    score: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """The scores of one, in the order of time.

    Parameters
    ----------
    label
        Whose they are.
    marks
        At least one.
    """

    label: str
    marks: tuple[Moment, ...]


def courses(title: str, description: str, lines: Sequence[Course], ends: tuple[str, str]) -> str:
    """Return the picture.

    Parameters
    ----------
    title, description
        What it shows, and for who cannot see it.
    lines
        At least one; as many as there are colours are coloured.
    ends
        How the first and the last moment are written.
    """
    canvas = Canvas(title, description)
    moments = [mark.at for line in lines for mark in line.marks]
    across = Scale(min(moments), max(moments), LEFT, WIDTH - EDGE - RADIUS)
    up = Scale(0.0, 1.0, ABOVE + HEIGHT, ABOVE)
    for part in (0.0, 0.5, 1.0):
        canvas.path([(LEFT, up.at(part)), (WIDTH - EDGE, up.at(part))], Style(stroke=OTHERS, width=0.6))
        canvas.text((LEFT - 4.0, up.at(part) + 0.35 * SMALL), f"{part:g}", Pen(SMALL, "end"))
    canvas.path([(LEFT, up.at(1.0)), (LEFT, up.at(0.0)), (WIDTH - EDGE, up.at(0.0))], Style(stroke=INK))
    for number, line in reversed(list(enumerate(lines))):
        places = [(across.at(mark.at), up.at(mark.score)) for mark in line.marks]
        canvas.path(places, Style(stroke=_colour(number), width=1.6))
        for place, mark in zip(places, line.marks, strict=True):
            if mark.text:
                canvas.circle(place, RADIUS, Style(_colour(number), "#FFFFFF", 0.6), mark.text)
    bottom = ABOVE + HEIGHT + 1.3 * SMALL
    canvas.text((LEFT, bottom), ends[0], FINE, WIDTH / 2.0 - LEFT)
    if min(moments) < max(moments):
        canvas.text((WIDTH - EDGE, bottom), ends[1], Pen(SMALL, "end"), WIDTH / 2.0 - 2.0 * EDGE)
    legend = Legend(canvas, bottom + 0.7 * SMALL)
    for number, line in enumerate(lines):
        legend.line(line.label, Style(stroke=_colour(number), width=2.4))
    return canvas.svg(legend.bottom + EDGE)


def _colour(number: int) -> str:
    return COLOURS[number] if number < len(COLOURS) else OTHERS
