"""Cooperative games: what coalitions are worth (M23), and which of them is the unhappiest with a division (M24).

Players are numbered; a coalition is a whole number whose binary digit i says whether player i belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Array


@dataclass(frozen=True, slots=True)
class Complaint:
    """A coalition and what it is worth.

    Parameters
    ----------
    coalition
        Its binary digits.
    value
        v of it, money.
    """

    coalition: int
    value: float


class Game(Protocol):
    """A transferable-utility game (N, v) with v(∅) = 0.

    ``players`` is the number n of players.
    """

    @property
    def players(self) -> int:
        """Number of players."""
        ...

    @property
    def worth(self) -> float:
        """v(N), money."""
        ...

    def value(self, coalition: int) -> float:
        """Return v of a coalition, money."""
        ...

    def values(self) -> Array:
        """Return v of every coalition, shape (2^n,), money."""
        ...

    def complaints(self, payoff: Array, above: float, wanted: Callable[[int], bool]) -> Iterator[Complaint]:
        """Yield wanted coalitions whose excess ``v(T) − Σ_T payoff`` exceeds a number, the unhappiest first.

        Parameters
        ----------
        payoff : array, shape (n,)
            What each player gets, money, at least 0.
        above
            The number, money.
        wanted
            Whether a coalition may be yielded. For every wanted one whose excess exceeds the number, a wanted one of at
            least that excess is yielded; the value yielded with it may be less than v of it.
        """
        ...


def digits(coalitions: NDArray[np.int64], players: int) -> Array:
    """Return membership in coalitions as zeros and ones, shape (coalitions, players)."""
    return (coalitions[:, None] >> np.arange(players) & 1).astype(float)


def members_of(coalition: int) -> tuple[int, ...]:
    """Return the players of a coalition."""
    return tuple(i for i in range(coalition.bit_length()) if coalition >> i & 1)


def coalition_of(players: tuple[int, ...]) -> int:
    """Return the coalition of some players."""
    return sum(1 << i for i in players)
