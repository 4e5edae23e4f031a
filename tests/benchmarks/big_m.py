"""Baseline: the textbook mixed-integer program, incentives switched by big-M rows, products by McCormick.

One binary per firm and level. An incentive row (M11) counts only for the agreed level, so all others are lifted by a
constant M. Every product of a binary with a bounded quantity becomes a variable with its four McCormick rows. All
constants come from data: bounds on marginal values, shares and surpluses. The risk premium is held above tangents,
and tangents are added in an outer loop until it is exact.
"""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pyomo.environ as pyo

from rd_contract import Instance
from rd_contract.base.tolerances import PREMIUM
from rd_contract.engine import SolveOptions, solve_program
from rd_contract.engine.standard_form import compile_model
from rd_contract.model.parameters import Parameters
from rd_contract.model.relevance import surplus_bound

from .baselines import Outcome, RegimeOutcome, Task, best_over_regimes, divides_surplus, marginal_value_range

Expression = Any

#: Tangents of each risk premium from the start, at 1, 1/2, 1/4 ...
FIRST_TANGENTS = 5

#: Part of the gap that the tangents of all risk premia may cost.
PREMIUM_PART = 0.05


def solve_big_m(instance: Instance, time_limit: float, gap: float) -> Outcome:
    """Solve an instance by the big-M program of each regime, with HiGHS."""
    return best_over_regimes(instance, time_limit, gap, _solve_regime)


def _solve_regime(task: Task) -> RegimeOutcome:
    model = BigM(task.parameters, task.regime)
    spent, rounds = 0.0, 0
    bound: float | None = None
    while task.seconds_left > 0.0:
        program = compile_model(model.model)
        started = time.perf_counter()
        options = SolveOptions(gap=task.gap, time_limit=task.seconds_left, cutoff=task.cutoff)
        outcome = solve_program(program, options)
        spent += time.perf_counter() - started
        rounds += 1
        if outcome.ending in ("infeasible", "dominated"):
            nothing = -math.inf if outcome.ending == "infeasible" else task.cutoff
            return RegimeOutcome(None, nothing, True, spent, rounds)
        bound = _smaller(bound, outcome.bound)
        if outcome.point is None or outcome.value is None:
            break
        point = dict(zip(program.columns, outcome.point.tolist(), strict=True))
        exact = model.tighten(point, PREMIUM_PART * task.gap * abs(outcome.value))
        if exact or outcome.ending != "optimal":
            # A value that rests on too small a premium is none.
            closed = outcome.ending == "optimal"
            return RegimeOutcome(outcome.value if exact else None, bound, closed, spent, rounds)
    return RegimeOutcome(None, bound, False, spent, rounds)


def _smaller(first: float | None, second: float | None) -> float | None:
    known = [value for value in (first, second) if value is not None]
    return min(known, default=None)


class BigM:
    """The big-M program of one regime.

    Parameters
    ----------
    parameters
        The numbers, money scaled to O(1).
    regime
        Position of the regime.
    """

    def __init__(self, parameters: Parameters, regime: int) -> None:
        self.p = parameters
        self.at = regime
        self.regime = parameters.regimes[regime]
        self.firms = range(parameters.n)
        self.premium = parameters.premium(self.regime)
        self.model = pyo.ConcreteModel(name="big-M")
        self.model.product = pyo.VarList()
        self.model.rows = pyo.ConstraintList()
        self.most_surplus = max(surplus_bound(parameters, self.regime), 0.0)
        self._add_variables()
        self._add_team()
        self._add_pair_products()
        self._add_share_products()
        self._add_incentives()
        self._add_reimbursements()
        self._add_surplus()

    # --- building blocks

    def times(self, binary: Expression, quantity: Expression, low: float, high: float) -> Any:
        """Return a variable for a binary times a quantity between two bounds: the McCormick rows are exact."""
        product = self.model.product.add()
        product.setlb(min(low, 0.0))
        product.setub(max(high, 0.0))
        rows = self.model.rows
        rows.add(product <= high * binary)
        rows.add(product <= quantity - low * (1.0 - binary))
        rows.add(product >= quantity - high * (1.0 - binary))
        if low != 0.0:
            rows.add(product >= low * binary)
        return product

    def effort(self, i: int) -> Expression:
        """Return x_i, the agreed effort."""
        return sum(float(x) * self.model.z[i, a] for a, x in enumerate(self.p.x[i]) if x > 0.0)

    def cost(self, i: int) -> Expression:
        """Return k_g c_i, the cost of the agreed effort."""
        return sum(self.regime.k * float(c) * self.model.z[i, a] for a, c in enumerate(self.p.c[i]))

    # --- variables and the team

    def _add_variables(self) -> None:
        p, m, firms = self.p, self.model, self.firms
        deterred = self.regime.q > 0.0  # without detection a deposit would only cost its fee
        m.z = pyo.Var([(i, a) for i in firms for a in range(len(p.x[i]))], domain=pyo.Binary)
        m.y = pyo.Var(firms, bounds=(0.0, 1.0))
        m.s = pyo.Var(firms, bounds=lambda _, i: (0.0, float(p.s_max[i])))
        m.phi = pyo.Var(firms, bounds=lambda _, i: (0.0, float(p.phi_max[i]) if p.theta[i] > 0.0 else 0.0))
        m.d = pyo.Var(firms, bounds=lambda _, i: (0.0, float(p.d_max[i]) if deterred else 0.0))
        risky = np.flatnonzero(self.premium > 0.0).tolist()
        m.rho = pyo.Var(risky, bounds=lambda _, i: (0.0, float(self.premium[i])))
        m.membership = pyo.Constraint(firms, rule=lambda m, i: sum(m.z[i, a] for a in range(len(p.x[i]))) == m.y[i])
        for i in m.rho:
            for halvings in range(FIRST_TANGENTS):
                self._add_tangent(i, 0.5**halvings)

    def _add_team(self) -> None:
        """(M12), (M16), (M17), (M18)."""
        p, m, firms = self.p, self.model, self.firms
        rows = m.rows
        rows.add(pyo.inequality(max(p.size_min, 1), sum(m.y[i] for i in firms), p.size_max))
        rows.add(sum(m.s[i] for i in firms) == 1.0)
        for i in firms:
            rows.add(m.s[i] <= float(p.s_max[i]) * m.y[i])
            rows.add(m.s[i] >= float(p.s_min[i]) * m.y[i])
            rows.add(m.d[i] <= float(p.d_max[i]) * m.y[i])
        for i in p.compelled:
            rows.add(m.y[i] == 1.0)
        for i, j in p.exclusive:
            rows.add(m.y[i] + m.y[j] <= 1.0)
        for row in p.rules:
            counted = sum(float(row.weights[i]) * m.y[i] for i in firms)
            rows.add(pyo.inequality(row.lower, counted, row.upper))
        if math.isfinite(p.budget):
            rows.add(sum(self.cost(i) + float(p.joining[i]) * m.y[i] for i in firms) <= p.budget)

    # --- products

    def _add_pair_products(self) -> None:
        """``pair[i,a,j,b] = z_ia z_jb`` for i < j with synergy, both at work."""
        p, m = self.p, self.model
        self.pair: dict[tuple[int, int, int, int], Any] = {}
        for i, j in p.synergy_pairs:
            for a in np.flatnonzero(p.x[i] > 0.0).tolist():
                for b in np.flatnonzero(p.x[j] > 0.0).tolist():
                    self.pair[i, a, j, b] = self.times(m.z[i, a], m.z[j, b], 0.0, 1.0)

    def _add_share_products(self) -> None:
        """``income[i] = s_i MV_i`` (M8), from the products of shares with partners' levels."""
        p, f = self.p, self.regime.f
        self.income: dict[int, Expression] = {i: f * float(p.v[i]) * self.model.s[i] for i in self.firms}
        self.shared: dict[tuple[int, int, int], Any] = {}
        for first, second in p.synergy_pairs:
            for i, j in ((first, second), (second, first)):
                for b in np.flatnonzero(p.x[j] > 0.0).tolist():
                    self.income[i] += f * float(p.gamma[i, j] * p.x[j][b]) * self.share_at(i, j, b)

    def share_at(self, i: int, j: int, b: int) -> Any:
        """Return ``s_i z_jb``."""
        if (i, j, b) not in self.shared:
            m = self.model
            self.shared[i, j, b] = self.times(m.z[j, b], m.s[i], 0.0, float(self.p.s_max[i]))
        return self.shared[i, j, b]

    # --- incentives

    def _add_incentives(self) -> None:
        """(M11), each row lifted by the most that it can fall short when its level is not the agreed one."""
        p, m = self.p, self.model
        low, high = marginal_value_range(p, self.at)
        for i in self.firms:
            incomes = (min(0.0, float(p.s_max[i] * low[i])), max(0.0, float(p.s_max[i] * high[i])))
            for a in range(len(p.x[i])):
                for other in range(len(p.x[i])):
                    if other != a:
                        left, least = self._incentive(i, a, other, incomes)
                        m.rows.add(left >= min(least, 0.0) * (1.0 - m.z[i, a]))

    def _incentive(self, i: int, a: int, other: int, incomes: tuple[float, float]) -> tuple[Expression, float]:
        """Return what i loses less what it saves by another level, and the smallest value that this can have."""
        p, m = self.p, self.model
        dx = float(p.x[i][a] - p.x[i][other])
        dc = self.regime.k * float(p.c[i][a] - p.c[i][other])
        shortfall = self.regime.q * max(0.0, dx)
        theta, subsidy, rate = float(p.theta[i]), float(p.subsidy[i]), float(p.phi_max[i])
        constant = float(p.benefit[i]) * dx + shortfall * float(p.stake[i]) - (1.0 - theta * subsidy) * dc
        left = self.income[i] * dx + shortfall * m.d[i] + theta * dc * m.phi[i] + constant
        least = min(income * dx for income in incomes) + min(0.0, theta * dc * rate) + constant
        return left, least

    # --- money

    def _add_reimbursements(self) -> None:
        """``paid[i] = θ_i φ_i k_g c_i`` (M13), where somebody must know it: for the budget (M14) and limited cash."""
        p, m = self.p, self.model
        limited = math.isfinite(p.sharing_budget)
        self.paid: dict[int, Expression] = {}
        for i in self.firms:
            rate = float(p.phi_max[i])
            if p.theta[i] * rate > 0.0 and (limited or math.isfinite(p.liquidity[i])):
                parts = [
                    float(p.theta[i] * self.regime.k * c) * self.times(m.z[i, a], m.phi[i], 0.0, rate)
                    for a, c in enumerate(p.c[i])
                    if c > 0.0
                ]
                if parts:
                    self.paid[i] = sum(parts)
        if limited and self.paid:
            m.rows.add(sum(self.paid.values()) <= p.sharing_budget)

    def _received(self) -> dict[int, Expression]:
        """Return what each member receives as spillovers (M10)."""
        p, m = self.p, self.model
        received: dict[int, Expression] = dict.fromkeys(self.firms, 0.0)
        for (first, second), sigma in p.sigma.items():
            for i, j in ((first, second), (second, first)):
                for b in np.flatnonzero(p.x[j] > 0.0).tolist():
                    received[i] += sigma * float(p.x[j][b]) * self.times(m.z[j, b], m.y[i], 0.0, 1.0)
        return received

    def _revenue(self) -> Expression:
        """Return V (M7)."""
        p = self.p
        own = sum(float(p.v[i]) * self.effort(i) for i in self.firms)
        pairs = sum(
            float(p.gamma[i, j] * p.x[i][a] * p.x[j][b]) * product for (i, a, j, b), product in self.pair.items()
        )
        return self.regime.f * (p.v0 + own + pairs)

    def _fixed_payoff(self, i: int, received: Expression) -> Expression:
        """Return what i earns (M10) without revenue, reimbursement and transfer."""
        p, m = self.p, self.model
        premium = m.rho[i] if self.premium[i] > 0.0 else 0.0
        benefit = float(p.benefit[i]) * self.effort(i)
        borne = float(1.0 - p.theta[i] * p.subsidy[i]) * self.cost(i)
        return benefit + received - borne - float(p.joining[i]) * m.y[i] - p.eta * m.d[i] - premium

    def _add_surplus(self) -> None:
        """(M13), (M15), (M19)-(M21): W, its division where that matters, and the objective."""
        p, m = self.p, self.model
        received = self._received()
        payoff = {i: self._fixed_payoff(i, received[i]) for i in self.firms}
        coordination = sum(cost * self.times(m.y[i], m.y[j], 0.0, 1.0) for (i, j), cost in p.pi.items())
        outside = sum(float(p.outside[i]) * m.y[i] for i in self.firms)
        m.W = pyo.Var(bounds=(0.0, self.most_surplus))
        m.rows.add(self._revenue() + sum(payoff.values()) - outside - self.regime.K - coordination == m.W)
        goal: Expression = m.W
        if divides_surplus(p):
            m.w = pyo.Var(self.firms, bounds=(0.0, self.most_surplus))
            m.rows.add(sum(m.w[i] for i in self.firms) == m.W)
            for i in self.firms:
                m.rows.add(m.w[i] <= self.most_surplus * m.y[i])
                if math.isfinite(p.liquidity[i]):
                    self._add_liquidity(i, payoff[i])
            if p.objective == "lead" and p.lead is not None:
                goal = m.w[p.lead] + float(p.outside[p.lead])
        m.objective = pyo.Objective(expr=goal, sense=pyo.maximize)

    def _add_liquidity(self, i: int, payoff: Expression) -> None:
        """(M14): the transfer is what the payoff lacks; s_i V takes products of a share with pairs of levels."""
        p, m, f = self.p, self.model, self.regime.f
        revenue = p.v0 * m.s[i] + float(p.v[i]) * self._own_share_of_effort(i)
        for j in self.firms:
            if j != i:
                for b in np.flatnonzero(p.x[j] > 0.0).tolist():
                    revenue += float(p.v[j] * p.x[j][b]) * self.share_at(i, j, b)
        for (j, a, k, b), product in self.pair.items():
            worth = float(p.gamma[j, k] * p.x[j][a] * p.x[k][b])
            revenue += worth * self.times(product, m.s[i], 0.0, float(p.s_max[i]))
        transfer = m.w[i] + float(p.outside[i]) * m.y[i] - payoff - f * revenue - self.paid.get(i, 0.0)
        m.rows.add(transfer >= -float(p.liquidity[i]) * m.y[i])

    def _own_share_of_effort(self, i: int) -> Expression:
        """Return s_i x_i."""
        return sum(float(x) * self.share_at(i, i, a) for a, x in enumerate(self.p.x[i]) if x > 0.0)

    # --- the risk premium

    def _add_tangent(self, i: int, at: float) -> None:
        """``ρ_i ≥ ½ r σ² (2ŝ s_i − ŝ²)``, tight at ŝ (M10)."""
        weight = float(self.premium[i])
        self.model.rows.add(self.model.rho[i] >= weight * (2.0 * at * self.model.s[i] - at**2))

    def tighten(self, point: dict[str, float], tolerance: float) -> bool:
        """Add the tangents that a point violates.

        Returns
        -------
        bool
            Whether the premia of the point are exact: too small by no more than the tolerance altogether.
        """
        shares = {i: point[f"s[{i}]"] for i in self.model.rho}
        error = {i: float(self.premium[i]) * shares[i] ** 2 - point[f"rho[{i}]"] for i in shares}
        if sum(max(value, 0.0) for value in error.values()) <= max(tolerance, PREMIUM):
            return True
        for i, value in error.items():
            if value > 0.1 * PREMIUM:
                self._add_tangent(i, shares[i])
        return False
