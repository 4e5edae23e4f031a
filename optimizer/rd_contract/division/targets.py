"""What the division rules that value coalitions (M23) aim at, section 5 of the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import numpy as np

from ..base.arrays import Array
from ..instance.schema import Valuing
from ..model.parameters import Parameters
from ..search import SearchOptions
from ..terms import Support
from .coalitions import AllianceGame
from .game import Game
from .nucleolus import nucleolus
from .shapley import Value, shapley


@dataclass(frozen=True)
class Targets:
    """What a rule gives each firm.

    Parameters
    ----------
    payoff, error : arrays, shape (n,)
        Surplus and its standard error, money; 0 for firms outside.
    sampled
        Whether standard errors mean anything.
    searches
        Coalitions that were searched.
    """

    payoff: Array
    error: Array
    sampled: bool
    searches: int


def aims(rule: str) -> bool:
    """Return whether a division rule has targets."""
    return rule in get_args(Valuing)


def find_targets(parameters: Parameters, support: Support, rule: str, options: SearchOptions) -> Targets:
    """Return the targets of a rule for the contract of a design.

    Parameters
    ----------
    parameters
        The numbers; money scaled to O(1).
    support
        The design and its W.
    rule
        One that has targets.
    options
        Time limit and threads.

    Raises
    ------
    Unfinished
        When a limit or Ctrl-C came first.
    """
    members = list(support.design.members)
    game = AllianceGame(parameters, members, support.joint_surplus, options)
    value = RULES[rule](game)
    spread = np.zeros((2, parameters.n))
    spread[:, members] = value.payoff, value.error
    return Targets(spread[0], spread[1], value.orders > 0, game.searched)


def nash(game: Game) -> Array:
    """Return the Nash bargaining solution (Nash 1950) of all players, shape (n,), money.

    The disagreement point is what each player reaches alone. With transferable surplus what is left is divided
    equally. Where the players' values alone add up to more than v(N), there is nothing to gain by agreeing, and nothing
    is the disagreement point.

    Parameters
    ----------
    game
        The game.
    """
    alone = np.array([game.value(1 << i) for i in range(game.players)])
    if alone.sum() > game.worth:
        alone = np.zeros(game.players)
    payoff: Array = alone + (game.worth - alone.sum()) / game.players
    return payoff


def _exactly(rule: Callable[[Game], Array]) -> Callable[[Game], Value]:
    return lambda game: Value(rule(game), np.zeros(game.players), 0)


#: How each rule that has targets divides the worth of a game.
RULES: dict[str, Callable[[Game], Value]] = {
    "nash": _exactly(nash),
    "shapley": shapley,
    "nucleolus": _exactly(nucleolus),
}
