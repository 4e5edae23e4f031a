"""Two goals against each other: points that no other beats, and what lies behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..palette import GAIN, INK, PALE_LOSS
from .canvas import EDGE, FINE, SMALL, WIDTH, Anchor, Canvas, Pen, Scale, Style
from .lettering import text_width

#: Height of the picture's field, free room in it at each side, room for its title, radius of a point.
HEIGHT, ROOM, TITLE, RADIUS = 200.0, 14.0, 15.0, 4.0


@dataclass(frozen=True, slots=True)
class Point:
    """A point: ``across`` and ``up``, and what a pointer on it tells."""

    across: float
    up: float
    text: str


@dataclass(frozen=True, slots=True)
class Goal:
    """What runs along one side: its name, how an amount is written, and whether more is better."""

    label: str
    write: Callable[[float], str]
    larger: bool = True


def steps(
    title: str,
    description: str,
    points: Sequence[Point],
    goals: tuple[Goal, Goal],
    open_stretches: Sequence[tuple[tuple[float, float], tuple[float, float]]] = (),
) -> str:
    """Return the picture.

    Parameters
    ----------
    title, description
        What it shows, and for who cannot see it.
    points
        At least one, in the order of the first goal; none beats another in both goals.
    goals
        What runs across, and what runs up.
    open_stretches
        Where further points may lie: their ends across, and up.
    """
    canvas = Canvas(title, description)
    lines = [(*place, *height) for place, height in open_stretches]
    across = [point.across for point in points] + [end for line in lines for end in line[:2]]
    up = [point.up for point in points] + [end for line in lines for end in line[2:]]
    room = 2.0 * ROOM + max(text_width(goals[1].write(amount), SMALL) for amount in (min(up), max(up)))
    right = Scale(min(across), max(across), EDGE + ROOM, WIDTH - EDGE - min(room, WIDTH / 3.0))
    high = Scale(min(up), max(up), TITLE + HEIGHT - ROOM, TITLE + ROOM)
    better = f"{goals[1].label}, {'more' if goals[1].larger else 'less'} is better"
    canvas.text((EDGE, TITLE - 4.0), better, FINE)
    for left, end, low, top in lines:
        box = (right.at(left), right.at(end), high.at(max(low, top)), abs(high.at(low) - high.at(top)))
        canvas.bar(box, Style(PALE_LOSS), "further points may lie here")
    canvas.path([(EDGE, TITLE), (EDGE, TITLE + HEIGHT), (WIDTH - EDGE, TITLE + HEIGHT)], Style(stroke=INK))
    way = _stairs([(right.at(point.across), high.at(point.up)) for point in points])
    canvas.path(way, Style(stroke=GAIN, width=1.2))
    for point in points:
        canvas.circle((right.at(point.across), high.at(point.up)), RADIUS, Style(GAIN, "#FFFFFF", 0.8), point.text)
    bottom = TITLE + HEIGHT + 1.3 * SMALL
    ends: list[tuple[float, float, Anchor]] = [(EDGE, min(across), "start"), (WIDTH - EDGE, max(across), "end")]
    if min(across) == max(across):
        ends = [(WIDTH / 2.0, min(across), "middle")]
    for place, amount, anchor in ends:
        canvas.text((place, bottom), goals[0].write(amount), Pen(SMALL, anchor), WIDTH / 2.0 - 2.0 * EDGE)
    for at in sorted({min(up), max(up)}):
        canvas.text((WIDTH - EDGE, high.at(at) + 0.35 * SMALL), goals[1].write(at), Pen(SMALL, "end"), WIDTH / 3.0)
    remark = f"Across: {goals[0].label}, {'more' if goals[0].larger else 'less'} is better"
    return canvas.svg(canvas.remark(bottom + 3.0, remark))


def _stairs(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the way along the points, one goal after the other: what is behind it is beaten by a point."""
    way = [places[0]]
    for x, y in places[1:]:
        way += [(x, way[-1][1]), (x, y)]
    return way
