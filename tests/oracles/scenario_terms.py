"""The best terms of one plan for an uncertain world: (M25)-(M30), written down as they stand.

One team, one regime and one set of terms for all scenarios; one effort level of each member, or one for each scenario.
An instance without scenarios has one, itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np

from oracles.problem import Problem, read_problem
from oracles.rules import terms_limits
from oracles.terms import (
    FIRST_TANGENTS,
    MAX_ROUNDS,
    PREMIUM_ERROR,
    SAME_SHARE,
    Profile,
    Vector,
    minimum,
)
from oracles.worlds import raw_worlds


@dataclass(frozen=True)
class Uncertain:
    """An instance with its scenarios.

    Attributes
    ----------
    own
        The instance's own numbers: who may join, and what somebody must master (M18).
    worlds
        The numbers of every scenario.
    probabilities
        Of the scenarios.
    timing, agreement, objective, alpha
        How a contract reckons with them.
    """

    own: Problem
    worlds: tuple[Problem, ...]
    probabilities: tuple[float, ...]
    timing: str
    agreement: str
    objective: str
    alpha: float


def read_uncertain(instance: Mapping[str, Any]) -> Uncertain:
    """Read a raw, valid instance of format ``rd-contract/1`` with its scenarios."""
    worlds = raw_worlds(instance)
    asked = instance.get("uncertainty") or {}
    return Uncertain(
        own=read_problem(instance),
        worlds=tuple(read_problem(raw) for _, raw in worlds),
        probabilities=tuple(probability for probability, _ in worlds),
        timing=asked.get("timing", "before_effort"),
        agreement=asked.get("agreement", "same"),
        objective=asked.get("objective", "expected"),
        alpha=asked.get("alpha", 0.1),
    )


def measured(uncertain: Uncertain, values: Sequence[float]) -> float:
    """Return what values by scenario come to: their mean, the worst, or the mean of the worst part α (M30)."""
    pairs = sorted(zip(values, uncertain.probabilities, strict=True))
    if uncertain.objective == "worst":
        return pairs[0][0]
    if uncertain.objective == "expected":
        return sum(probability * value for value, probability in pairs)
    left, total = uncertain.alpha, 0.0
    for value, probability in pairs:
        part = min(probability, left)
        total, left = total + part * value, left - part
    # probabilities that do not quite add to 1 leave a rounding error to the best scenario
    return (total + left * pairs[-1][0]) / uncertain.alpha


@dataclass(frozen=True)
class Plan:
    """A team, a regime (positions in the lists) and each member's agreed level in every scenario.

    ``choices`` holds, scenario by scenario, the position of each member's level in its menu.
    """

    uncertain: Uncertain
    mode: int
    monitoring: int
    members: tuple[int, ...]
    choices: tuple[tuple[int, ...], ...]

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """The design with the numbers of each scenario."""
        return tuple(
            Profile(world, world.modes[self.mode], world.monitoring[self.monitoring], self.members, choice)
            for world, choice in zip(self.uncertain.worlds, self.choices, strict=True)
        )

    @cached_property
    def lead(self) -> int | None:
        """The lead's place among the members, where its payoff is the objective (M21)."""
        own = self.uncertain.own
        return self.members.index(own.lead) if own.lead_objective and own.lead is not None else None


@dataclass(frozen=True)
class Terms:
    """The best terms of a plan, by member; ``values`` are those of the objective, by scenario (M30). Money as given."""

    objective_value: float
    joint_surplus: float
    values: tuple[float, ...]
    shares: tuple[float, ...]
    reimbursement_rates: tuple[float, ...]
    transfers: tuple[float, ...]
    deposits: tuple[float, ...]


#: ``row @ columns + constant``, in scaled money.
Amount = tuple[Vector, float]


class Programme:
    """The terms LP of a plan: columns s, phi, t, d and s**2, a block of members each, then those of the objective.

    ``worst`` has one column, the level that no scenario falls short of; ``cvar`` has a level and what each scenario
    falls short of it (Rockafellar & Uryasev 2000).
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.uncertain = plan, plan.uncertain
        self.count = len(plan.members)
        self.first = 5 * self.count
        self.width = self.first + {"expected": 0, "worst": 1, "cvar": 1 + len(plan.profiles)}[self.uncertain.objective]
        self.scale = max(problem.scale for problem in (self.uncertain.own, *self.uncertain.worlds))
        self.weights = self.uncertain.probabilities
        self.premiums = [profile.premium_rates() / self.scale for profile in plan.profiles]
        self.dearest = np.max(self.premiums, axis=0)
        self.rows: list[Vector] = []
        self.limits: list[float] = []
        self.tangents: list[list[float]] = [[] for _ in range(self.count)]
        # by scenario, by member
        self.surpluses = [[self._surplus(world, i) for i in range(self.count)] for world in range(len(self.weights))]
        self.pools = [self._pool(world) for world in range(len(self.weights))]
        self._add_incentives()
        self._add_participation()
        self._add_budget_and_rules()
        self._add_tangents([position for position in range(self.count) if self.dearest[position] > 0], FIRST_TANGENTS)
        self.aim = self._aim()

    def _row(self) -> Vector:
        return np.zeros(self.width)

    def _column(self, block: int, position: int) -> int:
        return block * self.count + position

    def _at_most(self, amount: Amount, limit: float = 0.0) -> None:
        self.rows.append(amount[0])
        self.limits.append(limit - amount[1])

    def _mean(self, amounts: Sequence[Amount]) -> Amount:
        row, constant = self._row(), 0.0
        for weight, (part, fixed) in zip(self.weights, amounts, strict=True):
            row, constant = row + weight * part, constant + weight * fixed
        return row, constant

    def _reimbursable(self, world: int, position: int) -> float:
        """Return ``theta_i k_g c_i`` of a scenario."""
        profile = self.plan.profiles[world]
        return profile.firms[position].verifiable * profile.costs[position] / self.scale

    # --- amounts of a scenario ------------------------------------------------------------------------------

    def _surplus(self, world: int, position: int) -> Amount:
        """Return ``U_i - outside option`` (M10), before what the pool lacks or keeps is settled."""
        profile = self.plan.profiles[world]
        row = self._row()
        row[self._column(0, position)] = profile.revenue / self.scale
        row[self._column(1, position)] = self._reimbursable(world, position)
        row[self._column(2, position)] = 1.0
        row[self._column(3, position)] = -profile.problem.guarantee_fee
        row[self._column(4, position)] = -self.premiums[world][position]
        fixed = profile.fixed_payoff(position) - profile.firms[position].outside_option
        return row, fixed / self.scale

    def _pool(self, world: int) -> Amount:
        """Return what the pool lacks (M13)."""
        row = self._row()
        for position in range(self.count):
            row[self._column(1, position)] = self._reimbursable(world, position)
            row[self._column(2, position)] = 1.0
        return row, self.plan.profiles[world].common_cost / self.scale

    def _worth(self, world: int) -> Amount:
        """Return ``W`` (M20), whoever settles the pool; for the lead ``U_lead`` (M21), which settles all of it (E3)."""
        earning = self.surpluses[world] if self.plan.lead is None else [self.surpluses[world][self.plan.lead]]
        row = sum((amount[0] for amount in earning), -self.pools[world][0])
        constant = sum((amount[1] for amount in earning), -self.pools[world][1])
        if self.plan.lead is not None:
            constant += self.plan.profiles[world].firms[self.plan.lead].outside_option / self.scale
        return row, constant

    def _gain(self, world: int, position: int, level: int) -> Amount:
        """Return what a member gains by working at another level than agreed: (M11) asks that it is nothing."""
        profile = self.plan.profiles[world]
        firm = profile.firms[position]
        effort = profile.levels[position] - firm.levels[level]
        saved = profile.costs[position] - profile.mode.cost_factor * firm.costs[level]
        detected = profile.monitoring.detection * max(0.0, effort)
        row = self._row()
        row[self._column(0, position)] = -profile.marginal_value(position) * effort / self.scale
        row[self._column(1, position)] = -firm.verifiable * saved / self.scale
        row[self._column(3, position)] = -detected
        fixed = (
            (1 - firm.verifiable * firm.subsidy_rate) * saved - firm.private_benefit * effort - detected * firm.stake
        )
        return row, fixed / self.scale

    # --- constraints ----------------------------------------------------------------------------------------

    def _add_incentives(self) -> None:
        """Add (M26), in every scenario, also one of probability 0; or (M27), on average."""
        for position in range(self.count):
            for level in range(len(self.plan.profiles[0].firms[position].levels)):
                gains = [self._gain(world, position, level) for world in range(len(self.weights))]
                if self.uncertain.timing == "after_effort":
                    gains = [self._mean(gains)]
                for gain in gains:
                    self._at_most(gain)

    def _add_participation(self) -> None:
        """Add (M29): nobody expects less than outside."""
        for position in range(self.count):
            row, constant = self._mean([surpluses[position] for surpluses in self.surpluses])
            self._at_most((-row, -constant))

    def _add_budget_and_rules(self) -> None:
        """Add the cost-sharing budget and the rules on terms (M34), in every scenario (M29)."""
        names = [firm.name for firm in self.plan.profiles[0].firms]
        for world, profile in enumerate(self.plan.profiles):
            limits = [*terms_limits(profile.problem.rules, profile.problem.candidates, names)]
            if isfinite(profile.problem.cost_sharing_budget):
                limits.append(("reimbursement", [1.0] * self.count, profile.problem.cost_sharing_budget))
            for measure, weights, right in limits:
                row, shares = self._row(), measure == "revenue_share"
                for position, weight in enumerate(weights):
                    amount = 1.0 if shares else self._reimbursable(world, position)
                    row[self._column(0 if shares else 1, position)] = weight * amount
                self._at_most((row, 0.0), right if shares else right / self.scale)

    def _add_tangents(self, positions: Sequence[int], shares: Sequence[float]) -> None:
        """Hold the square of a share above its tangents."""
        for position in positions:
            for share in shares:
                row = self._row()
                row[self._column(0, position)] = 2 * share
                row[self._column(4, position)] = -1.0
                self._at_most((row, -(share**2)))
                self.tangents[position].append(share)

    def _aim(self) -> Vector:
        """Return the row to be minimised, minus (M30), and hold the columns of the objective."""
        worths = [self._worth(world) for world in range(len(self.weights))]
        if self.uncertain.objective == "expected":
            return -self._mean(worths)[0]
        aim = self._row()
        aim[self.first] = -1.0
        for world, (row, constant) in enumerate(worths):
            held = -row
            held[self.first] = 1.0
            if self.uncertain.objective == "cvar":
                held[self.first + 1 + world] = -1.0
                aim[self.first + 1 + world] = self.weights[world] / self.uncertain.alpha
            self._at_most((held, -constant))
        return aim

    def _bounds(self) -> list[tuple[float | None, float | None]]:
        firms, scale = [self.uncertain.own.firms[i] for i in self.plan.members], self.scale
        granted = [max(world.firms[i].subsidy_rate for world in self.uncertain.worlds) for i in self.plan.members]
        bounds: list[tuple[float | None, float | None]] = [(f.share_min, f.share_max) for f in firms]
        bounds += [
            (0.0, max(0.0, min(firm.max_reimbursement, 1.0 - subsidy)))
            for firm, subsidy in zip(firms, granted, strict=True)
        ]
        bounds += [(-f.liquidity / scale if isfinite(f.liquidity) else None, None) for f in firms]
        bounds += [(0.0, f.max_deposit / scale if isfinite(f.max_deposit) else None) for f in firms]
        bounds += [(0.0, None if rate > 0 else 0.0) for rate in self.dearest]
        free: list[tuple[float | None, float | None]] = [(None, None)]
        return bounds + (free + [(0.0, None)] * len(self.weights))[: self.width - self.first]

    # --- solving --------------------------------------------------------------------------------------------

    def _minimise(self) -> Vector | None:
        shares, (pool, common) = self._row(), self._mean(self.pools)
        shares[: self.count] = 1.0
        equal = np.array([shares, pool]), np.array([1.0, -common])  # (M12), (M28)
        return minimum(self.aim, (self.rows, self.limits), equal, self._bounds())

    def solve(self) -> Vector | None:
        """Return optimal columns, squares exact to ``PREMIUM_ERROR``; None if no terms are feasible.

        Raises
        ------
        ArithmeticError
            If the solver or the tangents come to no end.
        """
        for _ in range(MAX_ROUNDS):
            point = self._minimise()
            if point is None:
                return None
            shares, squares = point[: self.count], point[4 * self.count : self.first]
            short = [
                position
                for position in range(self.count)
                if self.dearest[position] * (shares[position] ** 2 - squares[position]) > PREMIUM_ERROR
                and min(abs(shares[position] - u) for u in self.tangents[position]) > SAME_SHARE
            ]
            if not short:
                point[4 * self.count : self.first] = shares**2
                return point
            for position in short:
                self._add_tangents([position], [float(shares[position])])
        raise ArithmeticError("the tangents of the risk premium do not close")

    def terms(self, point: Vector) -> Terms:
        """Return columns in words, money in the currency unit."""
        shares, rates, transfers, deposits = point[: 4 * self.count].reshape(4, self.count)
        worths = [self._worth(world) for world in range(len(self.weights))]
        values = [float(row @ point + constant) * self.scale for row, constant in worths]
        earned = [self._mean(amounts) for amounts in zip(*self.surpluses, strict=True)]
        return Terms(
            objective_value=measured(self.uncertain, values),
            joint_surplus=sum(float(row @ point + constant) for row, constant in earned) * self.scale,
            values=tuple(values),
            shares=tuple(map(float, shares)),
            reimbursement_rates=tuple(map(float, rates)),
            transfers=tuple(float(transfer) * self.scale for transfer in transfers),
            deposits=tuple(float(deposit) * self.scale for deposit in deposits),
        )


def best_terms(plan: Plan) -> Terms | None:
    """Return the terms that serve (M30) best under (M26)-(M29); None if there are none.

    Rules (M16)-(M18), (M32) and (M33) on the design itself are not looked at here.
    """
    programme = Programme(plan)
    point = programme.solve()
    return None if point is None else programme.terms(point)
