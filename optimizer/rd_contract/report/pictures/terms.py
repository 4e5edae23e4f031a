"""What each member gets and bears: stacked bars on both sides of nothing, and what is left of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..palette import COLOURS, INK, OTHERS, ink_on
from .canvas import EDGE, SMALL, WIDTH, Canvas, Legend, Pen, Scale, Style
from .lettering import text_width

#: Height of a row, of its name and of its bar; from bar to bar where it is narrow enough to be numbered; the part of
#: the width that the note beside a name may take: two amounts, of which none may be cut.
ROW, NAME, BAR, NUMBERED, NOTED = 37.0, 15.0, 13.0, 9.0, 0.84

#: Colours of the kinds that occur, in their order.
KINDS = (*COLOURS, OTHERS)


@dataclass(frozen=True, slots=True)
class Account:
    """One member's row.

    Parameters
    ----------
    name
        The member.
    amounts
        One for each kind, money: what it gets, or bears if negative.
    outside
        What it would earn outside, money.
    text
        What is written beside its name.
    """

    name: str
    amounts: tuple[float, ...]
    outside: float
    text: str = ""

    @property
    def profit(self) -> float:
        """What is left of all amounts."""
        return sum(self.amounts)


@dataclass(frozen=True, slots=True)
class TermsWords:
    """What the signs mean.

    Parameters
    ----------
    kinds
        Of each kind of amount.
    profit, outside
        Of the two marks.
    """

    kinds: tuple[str, ...]
    profit: str
    outside: str


def terms(
    title: str,
    description: str,
    rows: Sequence[Account],
    words: TermsWords,
    write: Callable[[float], str],
    label: str = "",
) -> str:
    """Return the picture: one bar for each member; what it gets to the right of nothing, what it bears to the left.

    The kinds are numbered, so that they are told apart without colours as well.

    Parameters
    ----------
    title, description
        What it shows, and for who cannot see it.
    rows
        Members; each has an amount for each kind.
    words
        What the signs mean.
    write
        How an amount is written.
    label
        What the amounts are, below all.
    """
    canvas = Canvas(title, description)
    used = [kind for kind in range(len(words.kinds)) if any(row.amounts[kind] != 0.0 for row in rows)]
    ends = [0.0, *(row.outside for row in rows)]
    for row in rows:
        ends += [sum(max(amount, 0.0) for amount in row.amounts), sum(min(amount, 0.0) for amount in row.amounts)]
    scale = Scale(min(ends), max(ends), EDGE + 6.0, WIDTH - EDGE - 6.0)
    last = ROW * len(rows)
    for at, row in enumerate(rows):
        _row(canvas, row, ROW * at, scale, [(used.index(kind), kind) for kind in used], words, write)
    canvas.path([(scale.at(0.0), 0.0), (scale.at(0.0), last)], Style(stroke=INK, width=0.8))
    return canvas.svg(canvas.remark(_legend(canvas, words, used, last + 8.0), label))


def _row(
    canvas: Canvas,
    row: Account,
    top: float,
    scale: Scale,
    kinds: Sequence[tuple[int, int]],
    words: TermsWords,
    write: Callable[[float], str],
) -> None:
    """Draw one member: its name, the bar below it, the marks on the bar."""
    base = top + NAME - 4.0
    noted = min(NOTED * WIDTH, text_width(row.text, SMALL) + 2.0)
    canvas.text((EDGE, base), row.name, Pen(), WIDTH - 2.0 * EDGE - noted - 8.0)
    canvas.text((WIDTH - EDGE, base), row.text, Pen(SMALL, "end"), noted)
    reached = {True: 0.0, False: 0.0}
    for number, kind in kinds:
        amount = row.amounts[kind]
        if amount == 0.0:
            continue
        start = reached[amount > 0.0]
        reached[amount > 0.0] = end = start + amount
        left, right = sorted((scale.at(start), scale.at(end)))
        told = f"{words.kinds[kind]}: {write(amount)}"
        canvas.bar((left, right, top + NAME, BAR), _style(number), told)
        if right - left >= NUMBERED:
            _number(canvas, number, ((left + right) / 2.0, top + NAME + BAR / 2.0))
    _profit(canvas, (scale.at(row.profit), top + NAME + BAR))
    _outside(canvas, (scale.at(row.outside), top + NAME + BAR))


def _legend(canvas: Canvas, words: TermsWords, used: Sequence[int], top: float) -> float:
    """Draw what the signs mean; return where the next thing may begin."""
    legend = Legend(canvas, top)
    for number, kind in enumerate(used):
        _number(canvas, number, legend.box(words.kinds[kind], _style(number)))
    _profit(canvas, legend.place(words.profit))
    _outside(canvas, legend.place(words.outside))
    return legend.bottom


def _style(number: int) -> Style:
    return Style(KINDS[number % len(KINDS)], "#FFFFFF", 0.6)


def _number(canvas: Canvas, number: int, place: tuple[float, float]) -> None:
    pen = Pen(8.5, "middle", ink_on(KINDS[number % len(KINDS)]))
    canvas.text((place[0], place[1] + 3.0), str(number + 1), pen)


def _profit(canvas: Canvas, place: tuple[float, float]) -> None:
    """Draw the mark of a profit: a diamond."""
    x, y = place
    canvas.path([(x, y - 4.5), (x + 4.0, y), (x, y + 4.5), (x - 4.0, y), (x, y - 4.5)], Style("#FFFFFF", INK, 1.4))


def _outside(canvas: Canvas, place: tuple[float, float]) -> None:
    """Draw the mark of what is earned outside: an upright line."""
    x, y = place
    canvas.path([(x, y - 5.0), (x, y + 5.0)], Style(stroke="#FFFFFF", width=4.0))
    canvas.path([(x, y - 5.0), (x, y + 5.0)], Style(stroke=INK, width=2.0))
