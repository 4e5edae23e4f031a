"""Long lists, cut to what one has to see: what came last and what weighs most, or the two ends of a ranking."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from typing import TypeVar

from ..words.numbers import whole

Row = TypeVar("Row")

#: Rows of a list on a terminal, and of one on a page, beyond which it is cut.
ON_TERMINAL, ON_PAGE = 60, 200


def telling(rows: Sequence[Row], weight: Callable[[Row], float], most: int) -> list[Row]:
    """Return rows in their order: of more than ``most`` the latest half, and before it those that weigh most.

    Parameters
    ----------
    rows
        In the order in which they came.
    weight
        What a row weighs; of equal ones, the later is kept.
    most
        How many are kept.
    """
    if len(rows) <= most:
        return list(rows)
    earlier = len(rows) - most // 2
    heaviest = heapq.nlargest(most - most // 2, range(earlier), key=lambda at: (weight(rows[at]), at))
    return [*(rows[at] for at in sorted(heaviest)), *rows[earlier:]]


def ends(rows: Sequence[Row], rank: Callable[[Row], float], most: int) -> list[Row]:
    """Return rows in their order: of more than ``most`` the lowest and the highest.

    Parameters
    ----------
    rows, most
        As for :func:`telling`.
    rank
        By what they are ranked.
    """
    if len(rows) <= most:
        return list(rows)
    ranked = sorted(range(len(rows)), key=lambda at: rank(rows[at]))
    kept = {*ranked[: most // 2], *ranked[len(ranked) - (most - most // 2) :]}
    return [row for at, row in enumerate(rows) if at in kept]


def latest_of(total: int, most: int, others: str) -> str:
    """Return what is listed by :func:`telling`.

    Parameters
    ----------
    total
        How many rows there are.
    most
        How many are listed.
    others
        What the others do, after "that".
    """
    later, earlier = most // 2, most - most // 2
    listed = f"Listed are {whole(most)} of {whole(total)}"
    return f"{listed}: the latest {later}, and of those before them the {earlier} that {others}."


def ends_of(total: int, most: int, what: str) -> str:
    """Return what is listed by :func:`ends`.

    Parameters
    ----------
    total, most
        As for :func:`latest_of`.
    what
        What they are ranked by.
    """
    low, high = most // 2, most - most // 2
    return f"Listed are {whole(most)} of {whole(total)}: the {low} of lowest and the {high} of highest {what}."
