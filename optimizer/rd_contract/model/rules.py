"""Rules on who is in a team, (M16)-(M18), one object for each: what its members count, and how much that may be.

What an object says once serves everywhere: as a linear row of a program, as a mask over enumerated teams, as a measure
of how far a team breaks it, and as the question whether a coalition can still meet it. Two kinds of rule stay apart,
because they are many and say no more than which: members that every team has, and pairs that no team has
(``Parameters.compelled``, ``Parameters.exclusive``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array, Flags, Index
from ..base.tolerances import GRACE, NONZERO
from .parameters import Parameters


@dataclass(frozen=True)
class TeamRule:
    """What the members of a team count together must lie between two limits.

    Parameters
    ----------
    name
        Kind of the rule, and which if there are several.
    counts : array, shape (n,)
        What each firm counts as a member.
    lower, upper
        The limits.
    spends
        Whether a member counts its cost of effort ``k_g c_il``, too; counts and limits are money then.
    """

    name: str
    counts: Array
    lower: float = -math.inf
    upper: float = math.inf
    spends: bool = False

    def weights(self, firm: Index, cost: Array) -> Array:
        """Return what choices count: the coefficients of a linear row.

        Parameters
        ----------
        firm : array of int, shape (choices,)
            Whose choice it is.
        cost : array, shape (choices,)
            What its effort costs in the regime, money.
        """
        weights: Array = self.counts[firm]
        return weights + cost if self.spends else weights

    def holds(self, total: Array) -> Flags:
        """Return whether teams that count so much together keep the rule."""
        grace = GRACE if self.spends else 0.0
        held: Flags = (total <= self.upper * (1.0 + grace)) & (total >= self.lower)
        return held

    def breach(self, total: Array) -> Array:
        """Return how far teams that count so much together break the rule, in units of its limit."""
        unit = max(self.upper, NONZERO) if self.spends else 1.0
        excess: Array = (np.maximum(total - self.upper, 0.0) + np.maximum(self.lower - total, 0.0)) / unit
        return excess

    def can_be_met(self, firms: Index) -> bool:
        """Return whether some team among these firms may keep the rule, as far as membership decides."""
        return bool(np.maximum(self.counts[firms], 0.0).sum() >= self.lower)


def team_rules(parameters: Parameters) -> list[TeamRule]:
    """Return the rules of a problem: size (M17), quotas such as requirements (M18), R&D budget (M16)."""
    p = parameters
    rules = [TeamRule("team_size", np.ones(p.n), float(max(p.size_min, 1)), float(p.size_max))]
    for name, counted, fewest, most in p.quotas:
        rules.append(TeamRule(name, np.isin(np.arange(p.n), counted).astype(float), fewest, most))
    if math.isfinite(p.budget):
        rules.append(budget_rule(p))
    return rules


def budget_rule(parameters: Parameters) -> TeamRule:
    """Return the rule that effort and joining cost no more than the R&D budget (M16), without a limit where none is."""
    return TeamRule("budget", parameters.joining, upper=parameters.budget, spends=True)
