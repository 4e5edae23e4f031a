"""Who works with whom: members by effort, what pairs are worth together, and who stays out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..palette import GAIN, INK, LOSS, OTHERS, PALE_GAIN, QUIET
from .canvas import EDGE, FINE, LABEL, LEADING, QUIETLY, SMALL, WIDTH, Anchor, Canvas, Legend, Pen, Style
from .lettering import wrapped

#: Members, pairs and candidates that are drawn: the first, the largest and the first.
MEMBERS, PAIRS, CANDIDATES = 30, 80, 8

#: Half the width of the oval that members stand on, largest radius of a member, widest line, and the number of lines
#: that makes it half as wide.
ACROSS, RADIUS, WIDEST, CROWD = 76.0, 14.0, 7.0, 40.0

#: Room of a member in the height: where two lines of a name fit, and where one does; members of a side up to which the
#: former is taken; least height.
ROOMY, NARROW, FEW, LEAST = 44.0, 27.0, 6, 150.0


@dataclass(frozen=True, slots=True)
class Node:
    """A member.

    Parameters
    ----------
    name
        Its name.
    effort
        Between 0 and 1: the area of its circle.
    note
        What stands below its name; empty: nothing.
    lead
        Whether it is marked as the lead, by a ring.
    """

    name: str
    effort: float
    note: str = ""
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """What two members, by position, are worth to each other beyond their own work, money."""

    one: int
    other: int
    amount: float


@dataclass(frozen=True, slots=True)
class NetworkWords:
    """What the signs mean, as it is written below the picture; an empty text leaves its line out.

    Parameters
    ----------
    effort
        Of the area of a circle.
    gain, loss
        Of a line, and of a dashed one.
    outside
        Of those who stay out.
    more, weaker
        How many more members or candidates, and how many more pairs, there are than are drawn.
    """

    effort: str
    gain: str
    loss: str
    outside: str
    more: Callable[[int], str]
    weaker: Callable[[int], str]


def network(
    title: str,
    description: str,
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    words: NetworkWords,
    outside: Sequence[str] = (),
) -> str:
    """Return the picture: members on an oval, in their order, lines between them, candidates below.

    A line is the wider the more a pair is worth; one that is worth less together than apart is red and dashed.

    Parameters
    ----------
    title, description
        What it shows, and for who cannot see it.
    nodes
        Members; of very many, the first are drawn.
    edges
        Pairs of them; of very many, the largest are drawn.
    words
        What the signs mean.
    outside
        Names of candidates that stay out, those first that are to be drawn.
    """
    canvas = Canvas(title, description)
    shown = nodes[:MEMBERS]
    places, step, height = _oval(len(shown))
    pairs = sorted(
        (edge for edge in edges if edge.amount != 0.0 and max(edge.one, edge.other) < len(shown)),
        key=lambda edge: (-abs(edge.amount), edge.one, edge.other),
    )
    _lines(canvas, pairs[:PAIRS], places)
    for node, (x, y) in zip(shown, places, strict=True):
        _member(canvas, node, (x, y), step, right=x >= WIDTH / 2.0)
    bottom = _legend(canvas, words, pairs[:PAIRS], height + 6.0)
    if len(pairs) > PAIRS:
        bottom = canvas.paragraph((EDGE, bottom), words.weaker(len(pairs) - PAIRS), FINE)
    if len(nodes) > len(shown):
        bottom = canvas.paragraph((EDGE, bottom), words.more(len(nodes) - len(shown)), FINE)
    return canvas.svg(_outside(canvas, outside, words, bottom) + EDGE)


def _legend(canvas: Canvas, words: NetworkWords, pairs: Sequence[Edge], top: float) -> float:
    """Draw what the signs mean; return where the next thing may begin."""
    legend = Legend(canvas, top)
    if words.effort:
        x, y = legend.place(words.effort)
        canvas.circle((x - 4.0, y), 2.5, Style(GAIN))
        canvas.circle((x + 3.0, y), 5.0, Style(GAIN))
    if words.gain and any(edge.amount > 0.0 for edge in pairs):
        legend.line(words.gain, _line_style(1.0, 3.0))
    if words.loss and any(edge.amount < 0.0 for edge in pairs):
        legend.line(words.loss, _line_style(-1.0, 2.0))
    return legend.bottom


def _oval(count: int) -> tuple[list[tuple[float, float]], float, float]:
    """Return the place of each member, the height that each has, and the height of all.

    Members alternate between right and left, so that the first two face each other. On each side they are as far from
    each other in height: names beside them never touch.
    """
    right = (count + 1) // 2
    step = ROOMY if right <= FEW else NARROW
    height = max(step * right, LEAST)
    centre = WIDTH / 2.0, height / 2.0
    if count == 1:
        return [centre], step, height
    places = []
    for at in range(count):
        side = right if at % 2 == 0 else count // 2
        part = (2.0 * (at // 2) + 1.0) / side - 1.0
        across = ACROSS * math.sqrt(1.0 - part**2)
        places.append((centre[0] + (across if at % 2 == 0 else -across), centre[1] * (1.0 + part)))
    return places, height / right, height


def _lines(canvas: Canvas, pairs: Sequence[Edge], places: Sequence[tuple[float, float]]) -> None:
    widest = WIDEST / (1.0 + len(pairs) / CROWD)
    for edge in pairs:
        width = max(widest * abs(edge.amount) / abs(pairs[0].amount), 0.5)
        canvas.path([places[edge.one], places[edge.other]], _line_style(edge.amount, width))


def _line_style(amount: float, width: float) -> Style:
    return Style(stroke=PALE_GAIN, width=width) if amount > 0.0 else Style(stroke=LOSS, width=width, dash="5 3")


def _member(canvas: Canvas, node: Node, place: tuple[float, float], step: float, *, right: bool) -> None:
    """Draw a circle, and beside it the name with its note, at the outer side."""
    x, y = place
    radius = RADIUS * min(math.sqrt(max(node.effort, 0.0)), step / (2.0 * RADIUS))
    if node.lead:
        canvas.circle(place, radius + 2.5, Style("#FFFFFF", INK, 1.2))
    whole = f"{node.name}: {node.note}" if node.note else node.name
    if radius > 0.0:
        canvas.circle(place, max(radius, 2.0), Style(GAIN, "#FFFFFF", 0.8), whole)
    else:
        canvas.circle(place, 3.5, Style("#FFFFFF", GAIN, 1.2), whole)
    edge = WIDTH / 2.0 + (ACROSS + RADIUS + 8.0) * (1.0 if right else -1.0)
    if abs(edge - x) > 2.0 * RADIUS:  # near the top or the bottom of the oval: a thin line leads to the name
        start = x + (radius + 4.0) * (1.0 if right else -1.0)
        canvas.path([(start, y), (edge - (2.0 if right else -2.0), y)], Style(stroke=OTHERS, width=0.7))
    anchor: Anchor = "start" if right else "end"
    lines = wrapped(node.name, Pen(anchor=anchor).room(edge, None), LABEL, 2 if step >= ROOMY else 1)
    pen = Pen(SMALL, anchor, QUIET)
    rest = 2 if step >= ROOMY and len(lines) == 1 else 1
    notes = wrapped(node.note, pen.room(edge, None), SMALL, rest) if node.note else []
    top = y - 0.5 * LEADING * (LABEL * len(lines) + SMALL * len(notes))
    top = canvas.paragraph((edge, top), node.name, Pen(anchor=anchor), lines=len(lines))
    if notes:
        canvas.paragraph((edge, top), node.note, pen, lines=len(notes))


def _outside(canvas: Canvas, names: Sequence[str], words: NetworkWords, top: float) -> float:
    """Draw those who stay out, two beside each other; return where the next thing may begin."""
    if not names:
        return top
    if words.outside:
        top = canvas.paragraph((EDGE, top + 3.0), words.outside, FINE)
    half, row = WIDTH / 2.0, 1.45 * SMALL
    shown = names[:CANDIDATES]
    for at, name in enumerate(shown):
        x, y = EDGE + (half if at % 2 else 0.0), top + row * (at // 2) + 0.6 * row
        canvas.circle((x + 4.0, y), 3.5, Style("#FFFFFF", QUIET, 1.2, "2 1"))
        canvas.text((x + 12.0, y + 0.35 * SMALL), name, QUIETLY, half - 20.0)
    top += row * ((len(shown) + 1) // 2) + 3.0
    if len(names) > len(shown):
        top = canvas.paragraph((EDGE, top), words.more(len(names) - len(shown)), FINE)
    return top
