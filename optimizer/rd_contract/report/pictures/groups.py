"""Amounts of the same kinds for several names: a group of bars for each, so that its kinds can be compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..palette import COLOURS, INK, OTHERS, ink_on
from .canvas import EDGE, SMALL, WIDTH, Canvas, Legend, Pen, Scale, Style, column
from .lettering import text_width

#: Height of a name, of a bar, what is free below a group, width from which a bar is numbered.
NAME, BAR, APART, NUMBERED = 15.0, 11.0, 7.0, 14.0

#: Size of the amounts beside bars, least and largest room of them, and the blanks in it.
FIGURES, AMOUNTS, WIDEST, BLANK = 9.0, 64.0, 124.0, 6.0

#: Colours of the kinds, in their order.
KINDS = (*COLOURS, OTHERS)


@dataclass(frozen=True, slots=True)
class Group:
    """One name with its amounts.

    Parameters
    ----------
    name
        Whose they are.
    amounts
        One for each kind, money.
    text
        What is written beside the name.
    """

    name: str
    amounts: tuple[float, ...]
    text: str = ""


def groups(
    title: str,
    description: str,
    rows: Sequence[Group],
    kinds: Sequence[str],
    label: str,
    write: Callable[[float], str],
) -> str:
    """Return the picture: below each name a bar for each kind, numbered, from nothing.

    Parameters
    ----------
    title, description
        What it shows, and for who cannot see it.
    rows
        From top to bottom; each has an amount for each kind.
    kinds
        What the amounts of a group are.
    label
        What all amounts are, below all.
    write
        How an amount is written.
    """
    canvas = Canvas(title, description)
    ends = [0.0, *(amount for row in rows for amount in row.amounts)]
    room = column(
        (Pen(FIGURES).width(write(amount)) + BLANK for row in rows for amount in row.amounts), AMOUNTS, WIDEST
    )
    before = room if min(ends) < 0.0 else 18.0
    scale = Scale(min(ends), max(ends), EDGE + before, WIDTH - EDGE - room)
    top = 0.0
    for row in rows:
        top = _group(canvas, row, top, scale, kinds, write) + APART
    legend = Legend(canvas, top)
    for number, kind in enumerate(kinds):
        _number(canvas, number, legend.box(kind, _style(number)))
    return canvas.svg(canvas.remark(legend.bottom, label))


def _group(
    canvas: Canvas, row: Group, top: float, scale: Scale, kinds: Sequence[str], write: Callable[[float], str]
) -> float:
    """Draw one name and its bars; return where they end."""
    noted = min(0.5 * WIDTH, text_width(row.text, SMALL) + 2.0)
    canvas.text((EDGE, top + NAME - 4.0), row.name, Pen(), WIDTH - 2.0 * EDGE - noted - 8.0)
    canvas.text((WIDTH - EDGE, top + NAME - 4.0), row.text, Pen(SMALL, "end"), noted)
    for number, (kind, amount) in enumerate(zip(kinds, row.amounts, strict=True)):
        place = top + NAME + BAR * number
        canvas.bar((scale.at(0.0), scale.at(amount), place, BAR - 1.0), _style(number), f"{kind}: {write(amount)}")
        left, right = sorted((scale.at(0.0), scale.at(amount)))
        if right - left >= NUMBERED:
            _number(canvas, number, (scale.at(0.0) + (7.0 if amount > 0.0 else -7.0), place + 0.5 * BAR - 0.5))
        letters = place + 0.5 * BAR + 0.32 * SMALL
        if amount < 0.0:
            canvas.text((left - 4.0, letters), write(amount), Pen(FIGURES, "end"), WIDEST - BLANK)
        else:
            canvas.text((right + 4.0, letters), write(amount), Pen(FIGURES), WIDEST - BLANK)
    bottom = top + NAME + BAR * len(kinds)
    canvas.path([(scale.at(0.0), top + NAME - 1.0), (scale.at(0.0), bottom)], Style(stroke=INK, width=0.8))
    return bottom


def _style(number: int) -> Style:
    return Style(KINDS[number % len(KINDS)], "#FFFFFF", 0.6)


def _number(canvas: Canvas, number: int, place: tuple[float, float]) -> None:
    pen = Pen(8.5, "middle", ink_on(KINDS[number % len(KINDS)]))
    canvas.text((place[0], place[1] + 3.0), str(number + 1), pen)
