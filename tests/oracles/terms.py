"""The best terms of one design: a linear programme over shares, reimbursement rates, transfers and deposits.

With members and efforts fixed, (M10)-(M15) are linear in the terms but for the risk premium, which enters as
one variable per member held above a growing set of tangents of the true parabola.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import inf, isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog  # type: ignore[import-untyped, unused-ignore]

from oracles.problem import Firm, Mode, Monitoring, Problem
from oracles.rules import terms_limits

Vector = NDArray[np.float64]

# How far, in scaled money, the tangents may stay below the true risk premium.
PREMIUM_ERROR = 1e-10
# A further tangent this close to one that is there already cannot change the premium visibly.
SAME_SHARE = 1e-7
FIRST_TANGENTS = (0.0, 0.25, 0.5, 0.75, 1.0)
MAX_ROUNDS = 500
TOLERANCES = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
# The share filter may only drop designs that the programme would refuse by a clear distance.
FILTER_SLACK = 1e-7

OPTIMAL, INFEASIBLE = 0, 2


@dataclass(frozen=True)
class Terms:
    """Optimal terms of a design, per member in the order of its members; money in the currency unit."""

    objective_value: float
    joint_surplus: float
    shares: tuple[float, ...]
    reimbursement_rates: tuple[float, ...]
    transfers: tuple[float, ...]
    deposits: tuple[float, ...]


@dataclass(frozen=True)
class Profile:
    """A regime, a member set (indices of firms) and, per member, the index of its agreed level."""

    problem: Problem
    mode: Mode
    monitoring: Monitoring
    members: tuple[int, ...]
    choice: tuple[int, ...]

    @cached_property
    def firms(self) -> tuple[Firm, ...]:
        """The members."""
        return tuple(self.problem.firms[i] for i in self.members)

    @cached_property
    def levels(self) -> tuple[float, ...]:
        """Agreed effort levels ``x_i``."""
        return tuple(firm.levels[c] for firm, c in zip(self.firms, self.choice, strict=True))

    @cached_property
    def costs(self) -> tuple[float, ...]:
        """Gross effort costs ``k_g c_i``."""
        factor = self.mode.cost_factor
        return tuple(factor * firm.costs[c] for firm, c in zip(self.firms, self.choice, strict=True))

    @cached_property
    def revenue(self) -> float:
        """Expected revenue (M7)."""
        total = self.problem.base_value
        for firm, level in zip(self.firms, self.levels, strict=True):
            total += firm.contribution * level
        for (i, x), (j, y) in combinations(zip(self.members, self.levels, strict=True), 2):
            total += self.problem.synergy[i][j] * x * y
        return self.mode.value_factor * total

    def marginal_value(self, position: int) -> float:
        """Return the marginal value of a member's effort (M8)."""
        gamma = self.problem.synergy[self.members[position]]
        partners = sum(
            gamma[j] * x
            for other, (j, x) in enumerate(zip(self.members, self.levels, strict=True))
            if other != position
        )
        return self.mode.value_factor * (self.firms[position].contribution + partners)

    def fixed_payoff(self, position: int) -> float:
        """Return the part of a member's payoff (M10) that the terms do not touch."""
        firm = self.firms[position]
        sigma = self.problem.spillover[self.members[position]]
        received = sum(sigma[j] * x for j, x in zip(self.members, self.levels, strict=True))
        own_cost = (1 - firm.verifiable * firm.subsidy_rate) * self.costs[position]
        return firm.private_benefit * self.levels[position] + received - own_cost - firm.joining_cost

    @cached_property
    def common_cost(self) -> float:
        """Monitoring plus coordination costs, paid from the pool (M13)."""
        pairs = combinations(self.members, 2)
        return self.monitoring.cost + sum(self.problem.coordination_cost[i][j] for i, j in pairs)

    @cached_property
    def surplus_bound(self) -> float:
        """Joint surplus (M20) before deposits and risk premium: no terms reach more."""
        members = range(len(self.members))
        joint_profit = self.revenue - self.common_cost + sum(self.fixed_payoff(p) for p in members)
        return joint_profit - sum(firm.outside_option for firm in self.firms)

    def premium_rates(self) -> Vector:
        """Return ``a_i`` with risk premium ``a_i s_i**2`` (M10)."""
        deviation = self.problem.volatility * self.mode.volatility_factor
        return np.array([0.5 * firm.risk_aversion * deviation**2 for firm in self.firms])


def share_interval(profile: Profile, position: int) -> tuple[float, float]:
    """Return the shares that a member may have at best, reimbursed and deposited as (M11) likes it most.

    A relaxation: every deviation picks its own favourable reimbursement rate and deposit.
    """
    firm, problem = profile.firms[position], profile.problem
    low, high = firm.share_min, firm.share_max
    marginal, detection = profile.marginal_value(position), profile.monitoring.detection
    for level, cost in zip(firm.levels, firm.costs, strict=True):
        effort = profile.levels[position] - level
        saved = profile.costs[position] - profile.mode.cost_factor * cost
        rate = firm.max_reimbursement if saved > 0 else 0.0
        need = (1 - firm.verifiable * (firm.subsidy_rate + rate)) * saved - firm.private_benefit * effort
        if detection * effort > 0:
            need -= detection * effort * (firm.max_deposit + firm.stake)
        slope = marginal * effort
        if slope > FILTER_SLACK * problem.scale:
            low = max(low, need / slope)
        elif slope < -FILTER_SLACK * problem.scale:
            high = min(high, need / slope)
    return low, high


def shares_may_fit(*profiles: Profile) -> bool:
    """Tell whether the members' share intervals leave room for shares that sum to one (M12).

    Parameters
    ----------
    profiles
        A design; of scenarios, the design with the numbers of each.
    """
    intervals = []
    for position in range(len(profiles[0].members)):
        ends = [share_interval(profile, position) for profile in profiles]
        intervals.append((max(low for low, _ in ends), min(high for _, high in ends)))
    if any(low > high + FILTER_SLACK for low, high in intervals):
        return False
    lowest = sum(low for low, _ in intervals)
    highest = sum(high for _, high in intervals)
    return lowest <= 1 + FILTER_SLACK and highest >= 1 - FILTER_SLACK


def minimum(
    objective: Vector,
    at_most: tuple[Sequence[Vector], Sequence[float]],
    equal: tuple[Vector, Vector],
    bounds: Sequence[tuple[float | None, float | None]],
) -> Vector | None:
    """Return the columns of a linear program at its minimum; None if there are none.

    Parameters
    ----------
    objective
        What is minimised.
    at_most, equal
        Rows and what they must not exceed, or equal.
    bounds
        Of the columns.

    Raises
    ------
    ArithmeticError
        If the solver comes to no end.
    """
    for presolve in (True, False):
        answer: Any = linprog(
            objective,
            A_ub=np.array(at_most[0]),
            b_ub=np.array(at_most[1]),
            A_eq=equal[0],
            b_eq=equal[1],
            bounds=bounds,
            method="highs",
            options={**TOLERANCES, "presolve": presolve},
        )
        if answer.status == OPTIMAL:
            return np.asarray(answer.x, dtype=np.float64)
        if answer.status == INFEASIBLE:
            return None
    raise ArithmeticError(f"terms programme not decided: {answer.message}")


class Programme:
    """The terms LP; columns are s, phi, t, d, p (premium), one block of members each, money scaled."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.count = len(profile.members)
        self.scale = profile.problem.scale
        self.rows: list[Vector] = []
        self.limits: list[float] = []
        self.premium = profile.premium_rates() / self.scale
        self.tangents: list[list[float]] = [[] for _ in range(self.count)]
        self.payoffs = [self._payoff(position) for position in range(self.count)]
        self._add_incentives()
        self._add_budget_and_participation()
        for position in range(self.count):
            for share in FIRST_TANGENTS:
                self._add_tangent(position, share)

    def _column(self, block: int, position: int) -> int:
        return block * self.count + position

    def _row(self) -> Vector:
        return np.zeros(5 * self.count)

    def _reimbursable(self, position: int) -> float:
        """Return ``theta_i k_g c_i``, the reimbursement at rate 1, in scaled money."""
        return self.profile.firms[position].verifiable * self.profile.costs[position] / self.scale

    def _payoff(self, position: int) -> Vector:
        """Return the coefficients of ``U_i`` (M10) without its fixed part."""
        row = self._row()
        row[self._column(0, position)] = self.profile.revenue / self.scale
        row[self._column(1, position)] = self._reimbursable(position)
        row[self._column(2, position)] = 1.0
        row[self._column(3, position)] = -self.profile.problem.guarantee_fee
        row[self._column(4, position)] = -1.0
        return row

    def _add(self, row: Vector, limit: float) -> None:
        self.rows.append(row)
        self.limits.append(limit)

    def _add_incentives(self) -> None:
        """Add (M11): agreed level against every other level of the menu, as ``row @ terms <= limit``."""
        profile = self.profile
        for position, firm in enumerate(profile.firms):
            marginal = profile.marginal_value(position)
            for deviation, (level, cost) in enumerate(zip(firm.levels, firm.costs, strict=True)):
                if deviation == profile.choice[position]:
                    continue
                effort = profile.levels[position] - level
                saved = profile.costs[position] - profile.mode.cost_factor * cost
                detected = profile.monitoring.detection * max(0.0, effort)
                row = self._row()
                row[self._column(0, position)] = -marginal * effort / self.scale
                row[self._column(1, position)] = -firm.verifiable * saved / self.scale
                row[self._column(3, position)] = -detected
                own = (1 - firm.verifiable * firm.subsidy_rate) * saved
                gained = firm.private_benefit * effort + detected * firm.stake
                self._add(row, (gained - own) / self.scale)

    def _add_budget_and_participation(self) -> None:
        """Add the cost-sharing budget (M14), rules on terms (M34) and participation (M15)."""
        if isfinite(self.profile.problem.cost_sharing_budget):
            row = self._row()
            for position in range(self.count):
                row[self._column(1, position)] = self._reimbursable(position)
            self._add(row, self.profile.problem.cost_sharing_budget / self.scale)
        names = [firm.name for firm in self.profile.firms]
        for measure, weights, right in terms_limits(self.profile.problem.rules, self.profile.problem.candidates, names):
            row, shares = self._row(), measure == "revenue_share"
            for position, weight in enumerate(weights):
                amount = 1.0 if shares else self._reimbursable(position)
                row[self._column(0 if shares else 1, position)] = weight * amount
            self._add(row, right if shares else right / self.scale)
        for position, firm in enumerate(self.profile.firms):
            fixed = self.profile.fixed_payoff(position)
            self._add(-self.payoffs[position], (fixed - firm.outside_option) / self.scale)

    def _add_tangent(self, position: int, share: float) -> None:
        """Hold the premium above the tangent ``a (2 u s - u**2)`` of ``a s**2`` at ``u``."""
        rate = float(self.premium[position])
        if rate > 0:
            row = self._row()
            row[self._column(0, position)] = 2 * rate * share
            row[self._column(4, position)] = -1.0
            self._add(row, rate * share**2)
            self.tangents[position].append(share)

    def _bounds(self) -> list[tuple[float | None, float | None]]:
        firms, scale = self.profile.firms, self.scale
        bounds: list[tuple[float | None, float | None]] = [(f.share_min, f.share_max) for f in firms]
        bounds += [(0.0, firm.max_reimbursement) for firm in firms]
        bounds += [(-f.liquidity / scale if isfinite(f.liquidity) else None, None) for f in firms]
        bounds += [(0.0, f.max_deposit / scale if isfinite(f.max_deposit) else None) for f in firms]
        # without risk the premium is exactly zero; a free one would be a needless degenerate column
        return bounds + [(0.0, None if rate > 0 else 0.0) for rate in self.premium]

    def _equalities(self) -> tuple[Vector, Vector]:
        """Return shares that sum to one (M12) and the pool's balance (M13)."""
        shares, pool = self._row(), self._row()
        for position in range(self.count):
            shares[self._column(0, position)] = 1.0
            pool[self._column(1, position)] = self._reimbursable(position)
            pool[self._column(2, position)] = 1.0
        return np.array([shares, pool]), np.array([1.0, -self.profile.common_cost / self.scale])

    def _objective(self) -> Vector:
        """Return what is minimised: minus the lead's payoff (M21), or what (M19) loses to fees and risk."""
        problem = self.profile.problem
        if problem.lead_objective and problem.lead is not None:
            return -self.payoffs[self.profile.members.index(problem.lead)]
        row = self._row()
        row[3 * self.count : 4 * self.count] = problem.guarantee_fee
        row[4 * self.count :] = 1.0
        return row

    def _minimise(self) -> Vector | None:
        return minimum(self._objective(), (self.rows, self.limits), self._equalities(), self._bounds())

    def solve(self) -> Vector | None:
        """Return optimal columns, the premium exact to ``PREMIUM_ERROR``; None if no terms are feasible.

        Raises
        ------
        ArithmeticError
            If the solver or the tangents come to no end.
        """
        for _ in range(MAX_ROUNDS):
            point = self._minimise()
            if point is None:
                return None
            shares, held = point[: self.count], point[4 * self.count : 5 * self.count]
            short = [
                position
                for position in range(self.count)
                if self.premium[position] * shares[position] ** 2 - held[position] > PREMIUM_ERROR
                and min(abs(shares[position] - u) for u in self.tangents[position]) > SAME_SHARE
            ]
            if not short:
                return point
            for position in short:
                self._add_tangent(position, float(shares[position]))
        raise ArithmeticError("the tangents of the risk premium do not close")


def _unpack(profile: Profile, programme: Programme, point: Vector) -> Terms:
    problem, count = profile.problem, len(profile.members)
    shares, rates, transfers, deposits, _ = (
        tuple(float(value) for value in point[block * count : (block + 1) * count]) for block in range(5)
    )
    premium = float(profile.premium_rates() @ np.square(point[:count]))
    deposits_paid = tuple(deposit * problem.scale for deposit in deposits)
    surplus = profile.surplus_bound - problem.guarantee_fee * sum(deposits_paid) - premium
    value = surplus
    if problem.lead_objective and problem.lead is not None:
        position = profile.members.index(problem.lead)
        held = float(point[4 * count + position])
        true = float(programme.premium[position]) * shares[position] ** 2
        scaled = float(programme.payoffs[position] @ point) + held - true
        value = scaled * problem.scale + profile.fixed_payoff(position)
    return Terms(
        objective_value=value,
        joint_surplus=surplus,
        shares=shares,
        reimbursement_rates=rates,
        transfers=tuple(transfer * problem.scale for transfer in transfers),
        deposits=deposits_paid,
    )


def best_terms(profile: Profile) -> Terms | None:
    """Return the terms that serve the objective (M20) or (M21) best under (M11)-(M15).

    Parameters
    ----------
    profile
        A design; the rules (M16)-(M18) on the design itself are not looked at here.

    Returns
    -------
    Terms or None
        None if no terms make every member work as agreed and join.
    """
    programme = Programme(profile)
    point = programme.solve()
    return None if point is None else _unpack(profile, programme, point)


def surplus_ceiling(profile: Profile) -> float:
    """Return an upper bound of the objective, minus infinity where (M15) cannot hold for all.

    The payoffs sum to the joint profit (M19), so everybody's participation needs a joint surplus of at least
    zero, and the lead can at most take what the others' outside options leave.
    """
    problem = profile.problem
    bound = profile.surplus_bound
    if bound < -FILTER_SLACK * problem.scale:
        return -inf
    if problem.lead_objective and problem.lead is not None:
        return bound + problem.firms[problem.lead].outside_option
    return bound


def payoffs(profile: Profile, terms: Terms) -> Sequence[float]:
    """Return every member's expected payoff (M10) under the given terms."""
    fee, premium = profile.problem.guarantee_fee, profile.premium_rates()
    return [
        terms.shares[p] * profile.revenue
        + terms.transfers[p]
        + profile.fixed_payoff(p)
        + firm.verifiable * terms.reimbursement_rates[p] * profile.costs[p]
        - fee * terms.deposits[p]
        - float(premium[p]) * terms.shares[p] ** 2
        for p, firm in enumerate(profile.firms)
    ]
