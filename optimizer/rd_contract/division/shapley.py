"""The Shapley value (Shapley 1953): what a player adds on average when all join one after the other in random order."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array
from .game import Game, digits

#: Most players for whom all coalitions are valued.
EXACT = 12

#: Orders that are drawn where there are more.
ORDERS = 500


@dataclass(frozen=True)
class Value:
    """What a value gives each player.

    Parameters
    ----------
    payoff : array, shape (n,)
        What each player gets, money; adds up to v(N).
    error : array, shape (n,)
        Standard errors, money; 0 where all coalitions were valued.
    orders
        How many orders were drawn; 0: none, the value is exact.
    """

    payoff: Array
    error: Array
    orders: int


def shapley(game: Game, orders: int = ORDERS, seed: int = 0) -> Value:
    """Return the Shapley value, exact for up to ``EXACT`` players, by sampled orders above (Castro et al. 2009).

    Parameters
    ----------
    game
        The game.
    orders, seed
        Orders that are drawn where there are many players, at least 2.
    """
    if game.players <= EXACT:
        return Value(exact_shapley(game.values(), game.players), np.zeros(game.players), 0)
    return sampled_shapley(game, orders, seed)


def exact_shapley(values: Array, players: int) -> Array:
    """Return ``Σ_T |T|! (n − |T| − 1)! / n! · (v(T ∪ i) − v(T))`` over all T without i, shape (n,), money.

    Parameters
    ----------
    values : array, shape (2^n,)
        v of every coalition.
    players
        n.
    """
    coalitions = np.arange(1 << players)
    sizes = digits(coalitions, players).sum(axis=1).astype(int)
    weight = np.array([1.0 / (players * math.comb(players - 1, size)) for size in range(players)])
    payoff = np.empty(players)
    for i in range(players):
        without = coalitions[coalitions >> i & 1 == 0]
        payoff[i] = weight[sizes[without]] @ (values[without | 1 << i] - values[without])
    return payoff


def sampled_shapley(game: Game, orders: int, seed: int) -> Value:
    """Return the average over random orders of all players, with standard errors."""
    return sampled(game, orders, seed, lambda random: random.permutation(game.players).tolist())


def sampled(game: Game, orders: int, seed: int, draw: Callable[[np.random.Generator], list[int]]) -> Value:
    """Return what each player adds to those before it on average over random orders, with standard errors.

    Parameters
    ----------
    game
        The game.
    orders, seed
        How many orders are drawn, at least 2, and from which seed.
    draw
        Returns an order of the players.
    """
    random = np.random.default_rng(seed)
    added = np.zeros((orders, game.players))
    for row in added:
        coalition, before = 0, 0.0
        for i in draw(random):
            coalition |= 1 << i
            now = game.value(coalition)
            row[i], before = now - before, now
    return Value(added.mean(axis=0), added.std(axis=0, ddof=1) / math.sqrt(orders), orders)
