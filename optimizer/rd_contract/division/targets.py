"""What the division rules that value coalitions (M23) aim at, section 5 of the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from ..base.arrays import Array
from ..instance import Instance
from ..instance.conditions import attribute_of
from ..instance.schema import Firm, Valuing
from ..model.parameters import Parameters
from ..search import SearchOptions
from ..terms import Support
from .coalitions import AllianceGame
from .game import Game
from .nucleolus import nucleolus
from .owen import owen
from .shapley import Value, shapley

#: A rule: from a game, its players and the attribute whose values are their unions to what each player gets.
Rule = Callable[[Game, Sequence[Firm], str | None], Value]


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


def find_targets(instance: Instance, parameters: Parameters, support: Support, options: SearchOptions) -> Targets:
    """Return the targets of the instance's division rule for the contract of a design.

    Parameters
    ----------
    instance
        The decision problem, with a rule that has targets.
    parameters
        The numbers; money scaled to O(1).
    support
        The design and its W.
    options
        Time limit and threads.

    Raises
    ------
    Unfinished
        When a limit or Ctrl-C came first.
    """
    members = list(support.design.members)
    game = AllianceGame(parameters, members, support.joint_surplus, options)
    firms = {firm.name: firm for firm in instance.firms}
    value = RULES[instance.division](game, [firms[parameters.names[i]] for i in members], instance.division_unions)
    spread = np.zeros((2, parameters.n))
    spread[:, members] = value.payoff, value.error
    return Targets(spread[0], spread[1], value.orders > 0, game.searched)


def nash(game: Game, weights: Sequence[float] | None = None) -> Array:
    """Return the Nash bargaining solution (Nash 1950) of all players, shape (n,), money.

    The disagreement point is what each player reaches alone. With transferable surplus what is left is divided
    equally, or in proportion to bargaining weights (Kalai 1977). Where the players' values alone add up to more than
    v(N), there is nothing to gain by agreeing, and nothing is the disagreement point.

    Parameters
    ----------
    game
        The game.
    weights : sequence of length n, or None
        The players' bargaining weights, above 0; None: all alike.
    """
    alone = np.array([game.value(1 << i) for i in range(game.players)])
    if alone.sum() > game.worth:
        alone = np.zeros(game.players)
    parts = np.ones(game.players) if weights is None else np.asarray(weights, dtype=float)
    payoff: Array = alone + (game.worth - alone.sum()) * (parts / parts.sum())
    return payoff


def _exactly(rule: Callable[[Game], Array]) -> Rule:
    return lambda game, *_: _exact(rule(game))


def _exact(payoff: Array) -> Value:
    return Value(payoff, np.zeros(len(payoff)), 0)


def _weighted(game: Game, firms: Sequence[Firm], _: str | None) -> Value:
    return _exact(nash(game, [firm.bargaining_weight for firm in firms]))


def _in_unions(game: Game, firms: Sequence[Firm], unions: str | None) -> Value:
    assert unions is not None  # asked for where an instance is read
    return owen(game, [attribute_of(firm, unions) for firm in firms])


#: How each rule that has targets divides the worth of a game.
RULES: dict[str, Rule] = {
    "nash": _exactly(nash),
    "weights": _weighted,
    "shapley": lambda game, *_: shapley(game),
    "owen": _in_unions,
    "nucleolus": _exactly(nucleolus),
}
