"""Liquidity (M14): the transfer of a cash-limited firm must be known, and with it its revenue ``s_i·V``.

``s_i·V`` multiplies a share with pairs of binaries. The products are disaggregated like all others; they are
the most numerous of the model, so they exist only for firms whose liquidity is limited.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from .rows import Expression, fees, reimbursement, spillover_received
from .sets import Sets
from .variables import share


def add_liquidity(model: Any, sets: Sets) -> None:
    """Add ``t_i ≥ −liquidity_i`` for the cash-limited firms, ``t_i`` read off the payoff (M10)."""
    _add_share_times_level(model, sets)
    _add_share_times_pair(model, sets)
    p = sets.parameters
    model.liquidity = pyo.Constraint(
        list(sets.cash_limited),
        rule=lambda m, i: transfer(m, sets, i) >= -float(p.liquidity[i]) * m.y[i],
    )


def transfer(model: Any, sets: Sets, i: int) -> Expression:
    """Return t_i of a cash-limited firm: its payoff (M10) less everything but the transfer."""
    p = sets.parameters
    premium = model.rho[i] if i in sets.risk_bearing else 0.0
    earned = sum(part * _earned_in(model, one, i) for part, one in sets.parts)
    return model.w[i] + float(p.outside[i]) * model.y[i] + premium - earned


def _earned_in(model: Any, sets: Sets, i: int) -> Expression:
    """Return what a firm earns without transfer and premium (M10)."""
    p, regime = sets.parameters, sets.regime
    benefit = sum(float(p.benefit[i] * p.x[i][a]) * model.z[i, a] for a in sets.menus[i])
    borne = sum(float(p.borne_cost(regime, i)[a]) * model.z[i, a] for a in sets.menus[i])
    return (
        share_of_revenue(model, sets, i)
        + benefit
        + spillover_received(model, sets, i)
        + reimbursement(model, sets, i)
        - borne
        - float(p.entry_cost[i]) * model.y[i]
        - fees(model, sets, i)
    )


def share_of_revenue(model: Any, sets: Sets, i: int) -> Expression:
    """Return ``s_i·V(x)`` (M7), linear in the products."""
    p = sets.parameters
    total = p.v0 * share(model, sets, i)
    total += sum(float(p.v[i] * p.x[i][a]) * model.s[i, a] for a in sets.working[i])
    total += sum(float(p.v[j] * p.x[j][b]) * model.h[i, j, b] for j in sets.firms if j != i for b in sets.working[j])
    for j, k in sets.synergy_pairs:
        gamma = float(p.gamma[j, k])
        if i in (j, k):
            other = k if i == j else j
            total += sum(
                gamma * float(p.x[i][a] * p.x[other][b]) * model.q[i, a, other, b]
                for a in sets.working[i]
                for b in sets.working[other]
            )
        else:
            total += sum(
                gamma * float(p.x[j][a] * p.x[k][b]) * model.T[i, j, a, k, b]
                for a in sets.working[j]
                for b in sets.working[k]
            )
    return sets.regime.f * total


def _add_share_times_level(model: Any, sets: Sets) -> None:
    """Add ``h[i,j,m] = s_i·z[j,m]`` for a cash-limited i and every other firm j."""
    p = sets.parameters
    pairs = [(i, j) for i in sets.revenue_known for j in sets.firms if j != i]
    index = [(i, j, b) for i, j in pairs for b in sets.working[j]]
    model.h = pyo.Var(index, bounds=lambda _, i, *__: (0.0, float(p.s_max[i])))

    def split(m: Any, i: int, j: int, b: int) -> Any:
        if j in sets.neighbours[i]:
            return m.h[i, j, b] == sum(m.q[i, a, j, b] for a in sets.menus[i])
        return m.h[i, j, b] <= float(p.s_max[i]) * m.z[j, b]

    def rest(m: Any, i: int, j: int) -> Any:
        return share(m, sets, i) - sum(m.h[i, j, b] for b in sets.working[j])

    model.share_level = pyo.Constraint(index, rule=split)
    model.share_level_rest = pyo.Constraint(pairs, rule=lambda m, i, j: rest(m, i, j) >= 0.0)
    model.share_level_cap = pyo.Constraint(
        pairs, rule=lambda m, i, j: rest(m, i, j) <= float(p.s_max[i]) * (1.0 - _at_work(m, sets, j))
    )


def _at_work(model: Any, sets: Sets, j: int) -> Expression:
    return sum(model.z[j, b] for b in sets.working[j])


def _add_share_times_pair(model: Any, sets: Sets) -> None:
    """Add ``T[i,j,l,k,m] = s_i·z[j,l]·z[k,m]`` for a cash-limited i and synergy pairs of other firms."""
    p = sets.parameters
    triples = [(i, j, k) for i in sets.revenue_known for j, k in sets.synergy_pairs if i not in (j, k)]
    index = [(i, j, a, k, b) for i, j, k in triples for a in sets.working[j] for b in sets.working[k]]
    model.T = pyo.Var(index, bounds=lambda _, i, *__: (0.0, float(p.s_max[i])))

    def cap(m: Any, i: int, j: int, a: int, k: int, b: int) -> Any:
        return m.T[i, j, a, k, b] <= float(p.s_max[i]) * m.P[j, a, k, b]

    def first(m: Any, i: int, j: int, k: int, a: int) -> Any:
        return sum(m.T[i, j, a, k, b] for b in sets.working[k]) <= m.h[i, j, a]

    def second(m: Any, i: int, j: int, k: int, b: int) -> Any:
        return sum(m.T[i, j, a, k, b] for a in sets.working[j]) <= m.h[i, k, b]

    def joint(m: Any, i: int, j: int, k: int) -> Any:
        # What remains of the share when neither works, which is nothing unless neither does.
        remains = (
            share(m, sets, i)
            - sum(m.h[i, j, a] for a in sets.working[j])
            - sum(m.h[i, k, b] for b in sets.working[k])
            + sum(m.T[i, j, a, k, b] for a in sets.working[j] for b in sets.working[k])
        )
        return remains >= 0.0

    model.pair_cap = pyo.Constraint(index, rule=cap)
    model.pair_first = pyo.Constraint([(i, j, k, a) for i, j, k in triples for a in sets.working[j]], rule=first)
    model.pair_second = pyo.Constraint([(i, j, k, b) for i, j, k in triples for b in sets.working[k]], rule=second)
    model.pair_joint = pyo.Constraint(triples, rule=joint)
