"""Baseline: the model as it is written, products and all, solved by SCIP as a nonconvex program.

Nothing is linearised by hand: the solver gets products of levels (M7), of shares with marginal values (M11) and with
revenue (M14), and the squares of the risk premium (M10). Incentive rows are indicator constraints of the binary of
their level, so the model has no constant that switches them off. Of the forms tried on the network family (20 firms)
this is the fastest: with rows multiplied by their binary it took 1.5 to 2 times as long, with efforts as variables and
products of those up to 3 times as long. One thread, the same gap and time limit as the others.
"""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pyscipopt  # type: ignore[import-not-found, unused-ignore]

from rd_contract import Instance
from rd_contract.base.tolerances import ABSOLUTE_GAP
from rd_contract.model.parameters import Parameters
from rd_contract.model.relevance import surplus_bound

from .baselines import Outcome, RegimeOutcome, Task, best_over_regimes, divides_surplus, marginal_value_range

Expression = Any

#: SCIP's feasibility tolerance: its default of 1e-6 lets shares of too little incentive pass.
FEASIBILITY = 1e-7


def solve_nonconvex(instance: Instance, time_limit: float, gap: float) -> Outcome:
    """Solve an instance by the nonconvex program of each regime, with SCIP."""
    return best_over_regimes(instance, time_limit, gap, _solve_regime)


def _solve_regime(task: Task) -> RegimeOutcome:
    program = Nonconvex(task.parameters, task.regime)
    model = program.model
    model.hideOutput()
    settings = {
        "limits/gap": task.gap,
        "limits/absgap": ABSOLUTE_GAP,
        "limits/time": task.seconds_left,
        "numerics/feastol": FEASIBILITY,
        "parallel/maxnthreads": 1,
    }
    model.setParams(settings)
    if math.isfinite(task.cutoff):
        model.setObjlimit(task.cutoff)
    started = time.perf_counter()
    model.optimize()
    spent = time.perf_counter() - started
    return _read(model, spent, task.cutoff)


def _read(model: Any, spent: float, cutoff: float) -> RegimeOutcome:
    status = model.getStatus()
    value = float(model.getObjVal()) if model.getNSols() > 0 else None
    if status == "infeasible" or (status == "optimal" and value is None):
        return RegimeOutcome(None, cutoff, True, spent)
    if status not in ("optimal", "gaplimit", "timelimit"):
        raise RuntimeError(f"SCIP ended with {status!r}")
    bound = float(model.getDualbound())
    return RegimeOutcome(
        value, None if model.isInfinity(abs(bound)) else bound, status in ("optimal", "gaplimit"), spent
    )


class Nonconvex:
    """The nonconvex program of one regime.

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
        self.most_surplus = max(surplus_bound(parameters, self.regime), 0.0)
        self.model = pyscipopt.Model("nonconvex")
        self._add_variables()
        self._add_team()
        self._add_values()
        self._add_incentives()
        self._add_surplus()

    def _variable(self, name: str, low: float | None, high: float | None, kind: str = "C") -> Any:
        return self.model.addVar(name, vtype=kind, lb=low, ub=high)

    def _add_variables(self) -> None:
        p, firms = self.p, self.firms
        deterred = self.regime.q > 0.0  # without detection a deposit would only cost its fee
        self.z = [[self._variable(f"z{i},{a}", 0.0, 1.0, "B") for a in range(len(p.x[i]))] for i in firms]
        self.y = [self._variable(f"y{i}", 0.0, 1.0, "B") for i in firms]
        self.x = [self._variable(f"x{i}", 0.0, float(p.x[i].max())) for i in firms]
        self.c = [self._variable(f"c{i}", 0.0, float(self.regime.k * p.c[i].max())) for i in firms]
        self.s = [self._variable(f"s{i}", 0.0, float(p.s_max[i])) for i in firms]
        self.phi = [self._variable(f"phi{i}", 0.0, float(p.phi_max[i]) if p.theta[i] > 0.0 else 0.0) for i in firms]
        self.d = [self._variable(f"d{i}", 0.0, float(p.d_max[i]) if deterred else 0.0) for i in firms]

    def _sum(self, terms: Any) -> Expression:
        return pyscipopt.quicksum(terms)

    def _add_team(self) -> None:
        """The agreed effort and its cost; (M12), (M16), (M17), (M18)."""
        p, add, firms = self.p, self.model.addCons, self.firms
        for i in firms:
            add(self._sum(self.z[i]) == self.y[i])
            add(self._sum(float(x) * z for x, z in zip(p.x[i], self.z[i], strict=True)) == self.x[i])
            add(self._sum(self.regime.k * float(c) * z for c, z in zip(p.c[i], self.z[i], strict=True)) == self.c[i])
            add(self.s[i] <= float(p.s_max[i]) * self.y[i])
            add(self.s[i] >= float(p.s_min[i]) * self.y[i])
            add(self.d[i] <= float(p.d_max[i]) * self.y[i])
        team = self._sum(self.y)
        add(team >= max(p.size_min, 1))
        add(team <= p.size_max)
        add(self._sum(self.s) == 1.0)
        for i in p.compelled:
            add(self.y[i] == 1.0)
        for i, j in p.exclusive:
            add(self.y[i] + self.y[j] <= 1.0)
        for row in p.rules:
            counted = self._sum(float(row.weights[i]) * self.y[i] for i in firms)
            add(counted >= row.lower)
            add(counted <= row.upper)
        if math.isfinite(p.budget):
            add(self._sum(self.c[i] + float(p.joining[i]) * self.y[i] for i in firms) <= p.budget)

    def _add_values(self) -> None:
        """Revenue (M7), and what each firm's effort is worth (M8)."""
        p, f = self.p, self.regime.f
        self.mv: list[Any] = []
        for i in self.firms:
            value = self._variable(f"mv{i}", None, None)
            partners = self._sum(f * float(p.gamma[i, j]) * self.x[j] for j in np.flatnonzero(p.gamma.row(i)).tolist())
            self.model.addCons(value == f * float(p.v[i]) + partners)
            self.mv.append(value)
        self.V = self._variable("V", None, None)
        own = self._sum(f * float(p.v[i]) * self.x[i] for i in self.firms)
        pairs = self._sum(
            f * float(p.gamma[i, j] * x * other) * self.z[i][a] * self.z[j][b]
            for i, j in p.synergy_pairs
            for a, x in enumerate(p.x[i])
            for b, other in enumerate(p.x[j])
            if x * other > 0.0
        )
        self.model.addCons(own + pairs - self.V == -f * p.v0)

    def _add_incentives(self) -> None:
        """(M11): each row counts where its level is the agreed one."""
        p = self.p
        low, high = marginal_value_range(p, self.at)
        for i in self.firms:
            most = float(p.s_max[i])
            income = self._variable(f"income{i}", min(0.0, most * float(low[i])), max(0.0, most * float(high[i])))
            self.model.addCons(income == self.s[i] * self.mv[i])
            for a in range(len(p.x[i])):
                for other in range(len(p.x[i])):
                    if other != a:
                        self.model.addConsIndicator(self._shortfall(i, a, other, income) <= 0.0, self.z[i][a])

    def _shortfall(self, i: int, a: int, other: int, income: Expression) -> Expression:
        """Return what i saves by another level less what it loses."""
        p = self.p
        dx = float(p.x[i][a] - p.x[i][other])
        dc = self.regime.k * float(p.c[i][a] - p.c[i][other])
        punished = self.regime.q * max(0.0, dx)
        theta = float(p.theta[i])
        saved = (1.0 - theta * p.subsidy[i]) * dc - theta * dc * self.phi[i]
        lost = dx * income + float(p.benefit[i]) * dx + punished * self.d[i] + punished * float(p.stake[i])
        return saved - lost

    # --- money

    def _fixed_payoff(self, i: int) -> Expression:
        """Return what i earns (M10) without revenue, reimbursement and transfer."""
        p = self.p
        received = self._sum(
            sigma * self.x[second if i == first else first] * self.y[i]
            for (first, second), sigma in p.sigma.items()
            if i in (first, second)
        )
        borne = float(1.0 - p.theta[i] * p.subsidy[i]) * self.c[i] + float(p.joining[i]) * self.y[i]
        premium = float(p.premium(self.regime)[i]) * self.s[i] * self.s[i]
        return float(p.benefit[i]) * self.x[i] + received - borne - p.eta * self.d[i] - premium

    def _reimbursement(self, i: int) -> Expression:
        """Return θ_i φ_i k_g c_i (M13)."""
        return float(self.p.theta[i]) * self.phi[i] * self.c[i]

    def _add_surplus(self) -> None:
        """(M13)-(M15), (M19)-(M21): W, its division where that matters, and the objective."""
        p, add = self.p, self.model.addCons
        if math.isfinite(p.sharing_budget):
            add(self._sum(self._reimbursement(i) for i in self.firms) <= p.sharing_budget)
        payoffs = self._sum(self._fixed_payoff(i) - float(p.outside[i]) * self.y[i] for i in self.firms)
        coordination = self._sum(cost * self.y[i] * self.y[j] for (i, j), cost in p.pi.items())
        surplus = self._variable("W", 0.0, self.most_surplus)
        add(surplus <= self.V + payoffs - coordination - self.regime.K)
        goal = surplus
        if divides_surplus(p):
            goal = self._divide(surplus)
        self.model.setObjective(goal, "maximize")

    def _divide(self, surplus: Any) -> Expression:
        """Divide W among the members, (M14), (M15); return the objective.

        W is a variable below what the contract is worth. Nothing is gained by that: what is left could go to any
        member.
        """
        p, add = self.p, self.model.addCons
        w = [self._variable(f"w{i}", 0.0, self.most_surplus) for i in self.firms]
        add(self._sum(w) == surplus)
        for i in self.firms:
            add(w[i] <= self.most_surplus * self.y[i])
            if math.isfinite(p.liquidity[i]):
                earned = self.s[i] * self.V + self._fixed_payoff(i) + self._reimbursement(i)
                add(w[i] + float(p.outside[i]) * self.y[i] - earned >= -float(p.liquidity[i]) * self.y[i])
        if p.objective == "lead" and p.lead is not None:
            return w[p.lead] + float(p.outside[p.lead])
        return surplus
