"""The Owen value (Owen 1977): the Shapley value where some players join in a block, as a union agreed on beforehand.

Unions come one after the other in random order, and the players of each one after the other in random order. Where
every player is a union of its own, or all are in one, it is the Shapley value.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np

from .game import Game, coalition_of
from .shapley import EXACT, ORDERS, Value, sampled


def owen(game: Game, unions: Sequence[Hashable], orders: int = ORDERS, seed: int = 0) -> Value:
    """Return the Owen value, exact for up to ``EXACT`` players, by sampled orders above.

    Parameters
    ----------
    game
        The game.
    unions : sequence of length n
        The union of each player, by any mark; None: a union of its own.
    orders, seed
        Orders that are drawn where there are many players, at least 2.
    """
    blocks = blocks_of(unions)
    if game.players <= EXACT:
        return _exact(game, blocks)

    def draw(random: np.random.Generator) -> list[int]:
        order = random.permutation(len(blocks)).tolist()
        return [blocks[at][i] for at in order for i in random.permutation(len(blocks[at])).tolist()]

    return sampled(game, orders, seed, draw)


def blocks_of(unions: Sequence[Hashable]) -> list[tuple[int, ...]]:
    """Return the players of each union, those without a mark by themselves.

    Parameters
    ----------
    unions : sequence of length n
        The union of each player; None: a union of its own.
    """
    blocks: dict[Hashable, list[int]] = {}
    for player, mark in enumerate(unions):
        blocks.setdefault((player,) if mark is None else ("", mark), []).append(player)
    return [tuple(block) for block in blocks.values()]


def _exact(game: Game, blocks: Sequence[tuple[int, ...]]) -> Value:
    """Return ``Σ_R Σ_T |R|!(m−|R|−1)!/m! · |T|!(b−|T|−1)!/b! · (v(R ∪ T ∪ i) − v(R ∪ T))`` for each player i.

    R runs through unions without that of i, T through players of its union without i; m unions, b players in i's.
    """
    whole = [coalition_of(block) for block in blocks]
    terms: list[tuple[int, int, float]] = []
    for at, block in enumerate(blocks):
        others = [union for place, union in enumerate(whole) if place != at]
        for before, outer in _subsets(others):
            for i in block:
                partners = [1 << j for j in block if j != i]
                terms += [(i, before | inner, outer * weight) for inner, weight in _subsets(partners)]
    needed = {t for i, before, _ in terms for t in (before, before | 1 << i)}
    # The large ones first: what the best alliance among them does without is not worth a search of its own.
    values = {t: game.value(t) for t in sorted(needed, key=lambda t: (-t.bit_count(), t))}
    payoff = np.zeros(game.players)
    for i, before, weight in terms:
        payoff[i] += weight * (values[before | 1 << i] - values[before])
    return Value(payoff, np.zeros(game.players), 0)


def _subsets(parts: Sequence[int]) -> list[tuple[int, float]]:
    """Return the union of each subset of disjoint coalitions, and how likely just these come before one more."""
    found = []
    for chosen in range(1 << len(parts)):
        size = chosen.bit_count()
        together = sum(part for at, part in enumerate(parts) if chosen >> at & 1)
        found.append((together, 1.0 / ((len(parts) + 1) * math.comb(len(parts), size))))
    return found
