"""The least tax with which terms of a design meet the claims of groups of its members (M37), by a programme of its own.

The objective stays at its best, as does the joint surplus after it; then the largest of what claims lack is minimised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linprog  # type: ignore[import-untyped, unused-ignore]

from oracles.terms import TOLERANCES, Profile, Programme, Vector

#: What a later stage leaves to an earlier one, in scaled money.
KEPT = 1e-8


class _Claims(Programme):
    """The terms of a design with one more column, what every claim may lack."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.claims: list[Vector] = []
        self.aim = np.append(self._objective(), 0.0)

    def keep(self, row: Vector, value: float) -> None:
        """Keep a row at most at what was reached."""
        self._add(row, value + KEPT)

    def claim(self, positions: Sequence[int], value: float) -> None:
        """Ask that some members have a value together, but for what is lacking."""
        row, fixed = self._row(), -value
        for position in positions:
            row = row + self.payoffs[position]
            fixed += self.profile.fixed_payoff(position) - self.profile.firms[position].outside_option
        self.claims.append(np.append(-row, [-1.0, fixed / self.scale]))

    def _minimise(self) -> Vector | None:
        left, right = self._equalities()
        rows = [np.append(row, 0.0) for row in self.rows] + [claim[:-1] for claim in self.claims]
        answer: Any = linprog(
            self.aim,
            A_ub=np.array(rows),
            b_ub=np.array([*self.limits, *(claim[-1] for claim in self.claims)]),
            A_eq=np.hstack([left, np.zeros((len(left), 1))]),
            b_eq=right,
            bounds=[*self._bounds(), (0.0, None)],
            method="highs",
            options=TOLERANCES,
        )
        return np.asarray(answer.x, dtype=np.float64) if answer.status == 0 else None


def least_tax(profile: Profile, claims: Mapping[tuple[int, ...], float]) -> float:
    """Return the least amount, money, by which all claims have to be lowered.

    Parameters
    ----------
    profile
        A design that some terms carry.
    claims
        What members, by their positions in the design, claim together; money.
    """
    programme = _Claims(profile)
    goals = [programme.aim[:-1]]
    if profile.problem.lead_objective:
        waste = np.zeros_like(goals[0])
        waste[3 * programme.count : 4 * programme.count] = profile.problem.guarantee_fee
        waste[4 * programme.count :] = 1.0
        goals.append(waste)
    for goal in goals:
        programme.aim = np.append(goal, 0.0)
        point = programme.solve()
        assert point is not None
        programme.keep(goal, float(goal @ point[:-1]))
    for positions, value in claims.items():
        programme.claim(positions, value)
    programme.aim = np.append(np.zeros_like(goals[0]), 1.0)
    point = programme.solve()
    assert point is not None
    return float(point[-1]) * programme.scale
