"""Rows of the extensive form, one function per family, each with its equation."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo

from ..base.arrays import Array
from ..model.rules import TeamRule, distinct_rules, team_rules, terms_rules
from .sets import Sets
from .variables import pair_membership, product, share

Expression = Any

#: Tangents of each share requirement.
TANGENTS = 5


# --- the team --------------------------------------------------------------------------------------------


def add_team_rules(model: Any, sets: Sets) -> None:
    """Add (M16)-(M18): what members count together, compelled members, exclusive pairs; at least one member.

    What may differ between scenarios, costs and planned efforts, is counted in each of them (M29).
    """
    p = sets.parameters
    firm = np.array([i for i, _ in sets.entries])
    rules: dict[str, tuple[TeamRule, Array, Array]] = {}
    for at, seen in enumerate(sets.worlds):
        q = seen.parameters
        x, cost = (np.array([menus[i][a] for i, a in sets.entries]) for menus in (q.x, q.c))
        for rule in team_rules(q, hidden=False):
            planned = sets.planned and (rule.effort is not None or rule.working is not None)
            if at == 0 or rule.spending is not None or planned:
                rules[f"{rule.name} [{at}]" if at else rule.name] = (rule, x, seen.regime.k * cost)

    def within(m: Any, name: str) -> Any:
        rule, x, cost = rules[name]
        weights = rule.weights(firm, x, cost)
        total = sum(float(w) * m.z[entry] for entry, w in zip(sets.entries, weights, strict=True) if w != 0.0)
        return _between(total, rule.lower, rule.upper, sum(m.y[i] for i in sets.firms) <= -1.0)

    model.team_rules = pyo.Constraint(list(rules), rule=within)
    model.compelled = pyo.Constraint(list(p.compelled), rule=lambda m, i: m.y[i] == 1.0)
    model.exclusive = pyo.Constraint(list(p.exclusive), rule=lambda m, i, j: m.y[i] + m.y[j] <= 1.0)


def _between(total: Any, lower: float, upper: float, impossible: Any = pyo.Constraint.Infeasible) -> Any:
    """Return ``lower ≤ total ≤ upper`` as Pyomo takes it; what can never be is said by a row that never holds."""
    if isinstance(total, int):  # nobody counts
        return pyo.Constraint.Feasible if lower <= 0.0 <= upper else impossible
    low, high = (limit if math.isfinite(limit) else None for limit in (lower, upper))
    return pyo.inequality(low, total, high) if low is None or high is None or low != high else total == low


def add_distinct_rules(model: Any, sets: Sets) -> None:
    """Add (M32) for different values of an attribute: ``w_a`` is 1 where some member has the value a, else 0."""
    rules = distinct_rules(sets.parameters)
    values = [(r, a) for r, rule in enumerate(rules) for a in range(rule.values)]
    have = [(r, int(rule.labels[i]), i) for r, rule in enumerate(rules) for i in sets.firms if rule.labels[i] >= 0]
    holders = {(r, a): [i for s, b, i in have if (s, b) == (r, a)] for r, a in values}
    model.value = pyo.Var(values, bounds=(0.0, 1.0))
    model.value_held = pyo.Constraint(values, rule=lambda m, r, a: m.value[r, a] <= sum(m.y[i] for i in holders[r, a]))
    model.value_seen = pyo.Constraint(have, rule=lambda m, r, a, i: m.value[r, a] >= m.y[i])
    model.distinct = pyo.Constraint(
        range(len(rules)),
        rule=lambda m, r: _between(sum(m.value[s, a] for s, a in values if s == r), rules[r].lower, rules[r].upper),
    )


def add_terms_rules(model: Any, sets: Sets) -> None:
    """Add (M34): what the terms give a group; of amounts, in every scenario."""
    worlds = sets.worlds
    rows = [
        (row, seen)
        for at, seen in enumerate(worlds)
        for row in terms_rules(seen.parameters)
        if at == 0 or row.measure == "reimbursement"
    ]

    def within(m: Any, r: int) -> Any:
        row, seen = rows[r]
        part = share if row.measure == "revenue_share" else reimbursement
        total = sum(float(row.weights[i]) * part(m, seen, i) for i in sets.firms if row.weights[i] != 0.0)
        return _between(int(total) if isinstance(total, float) else total, row.lower, row.upper)

    model.terms_rules = pyo.Constraint(range(len(rows)), rule=within)


def add_team_size_products(model: Any, sets: Sets) -> None:
    """Add the product of ``Σ y ≤ size_max`` with ``z[i,l]``: implied for binaries, strong for the relaxation."""
    p = sets.parameters
    partners: dict[int, list[int]] = {i: [] for i in sets.firms}
    for i, j in sets.product_pairs:
        partners[i].append(j)
        partners[j].append(i)

    def rule(m: Any, i: int, a: int) -> Any:
        joint = sum(m.P[i, a, j, b] if i < j else m.P[j, b, i, a] for j in partners[i] for b in sets.menus[j])
        return joint <= (p.size_max - 1) * m.z[i, a]

    tight = [(i, a) for i, a in sets.entries if len(partners[i]) > p.size_max - 1]
    model.team_size_products = pyo.Constraint(tight, rule=rule)


# --- value and cost --------------------------------------------------------------------------------------


def gross_cost(model: Any, sets: Sets) -> Expression:
    """Return ``Σ k_g c_i``."""
    p, k = sets.parameters, sets.regime.k
    return sum(k * float(p.c[i][a]) * model.z[i, a] for i, a in sets.entries)


def revenue(model: Any, sets: Sets) -> Expression:
    """Return V(x) (M7)."""
    p = sets.parameters
    own = sum(float(p.v[i] * p.x[i][a]) * model.z[i, a] for i, a in sets.entries)
    together = sum(
        float(p.gamma[i, j] * p.x[i][a] * p.x[j][b]) * model.P[i, a, j, b]
        for i, j in sets.synergy_pairs
        for a in sets.working[i]
        for b in sets.working[j]
    )
    return sets.regime.f * (p.v0 + own + together)


def spillover_received(model: Any, sets: Sets, i: int) -> Expression:
    """Return ``Σ_j σ_ij x_j y_i`` (M10)."""
    p = sets.parameters
    total: Expression = 0.0
    for (first, second), sigma in p.sigma.items():
        if i in (first, second):
            # The partner's level weighs: the other index of the pair's product.
            total += sum(
                sigma * float(p.x[second][b] if i == first else p.x[first][a]) * model.P[first, a, second, b]
                for a in sets.menus[first]
                for b in sets.menus[second]
            )
    return total


def design_surplus(model: Any, sets: Sets) -> Expression:
    """Return (M20) before guarantee fees and risk premia: what the design alone decides; of scenarios, on average."""
    return sum(part * surplus_in(model, one) for part, one in sets.parts)


def surplus_in(model: Any, sets: Sets) -> Expression:
    """Return the same by the numbers of the sets alone, a scenario's for example."""
    p, regime = sets.parameters, sets.regime
    benefit = sum(float(p.benefit[i] * p.x[i][a]) * model.z[i, a] for i, a in sets.entries)
    spill = sum(spillover_received(model, sets, i) for i in sorted({i for pair in p.sigma for i in pair}))
    borne = sum(float(p.borne_cost(regime, i)[a]) * model.z[i, a] for i, a in sets.entries)
    fixed = sum(float(p.entry_cost[i] + p.outside[i]) * model.y[i] for i in sets.firms)
    coordination = sum(cost * pair_membership(model, sets, i, j) for (i, j), cost in p.pi.items())
    return revenue(model, sets) + benefit + spill - borne - fixed - regime.K - coordination


def tolls(model: Any, sets: Sets) -> Expression:
    """Return what the objective is lowered by for its members, whatever W is."""
    toll = sets.parameters.toll
    return 0.0 if toll is None else sum(float(toll[i]) * model.y[i] for i in sets.firms)


# --- terms -----------------------------------------------------------------------------------------------


def add_share_budget(model: Any, sets: Sets) -> None:
    """Add (M12): the whole revenue is distributed; and its products with ``z[j,m]``.

    ``Σ_i s_i·z[j,m] = z[j,m]`` leaves out firms without product: at most 1 remains.
    """
    model.share_sum = pyo.Constraint(expr=sum(share(model, sets, i) for i in sets.firms) == 1.0)
    holders: dict[tuple[int, int], list[Any]] = {}
    for i, a, j, b in sets.share_products:
        holders.setdefault((j, b), []).append(model.q[i, a, j, b])
    model.share_sum_products = pyo.Constraint(
        list(holders), rule=lambda m, j, b: sum(holders[j, b]) + m.s[j, b] <= m.z[j, b]
    )


def add_incentives(model: Any, sets: Sets) -> None:
    """Add (M11) for every level and every deviation, upward ones too: in every scenario (M26), or on average (M27)."""
    outlook = sets.parameters.outlook
    known = outlook is None or outlook.timing == "before_effort"
    seen = sets.worlds if known else (sets,)
    index = [
        (w, i, a, other)
        for w, one in enumerate(seen)
        for i, a in sets.entries
        for other in sets.kept_throughout[i]
        if one.parameters.x[i][other] != one.parameters.x[i][a]
    ]
    slacks = [incentive_slack(one) for one in seen]
    model.incentive = pyo.Constraint(index, rule=lambda m, w, i, a, other: slacks[w](m, i, a, other) >= 0.0)


def incentive_slack(sets: Sets) -> Callable[[Any, int, int, int], Expression]:
    """Return what a deviation costs more than it gains (M11): a function of the model, firm, level and other level.

    Each is the inequality times ``z[i,l]``, so it vanishes unless i is a member at level l. What a deviation upward
    would bring or cost may have been cut: the amounts are those as written.
    """
    p, regime = sets.parameters.as_written(), sets.regime
    q = regime.q

    def marginal_income(m: Any, i: int, a: int) -> Expression:
        """``s_i·MV_i·z[i,a]`` (M8)."""
        return regime.f * (
            float(p.v[i]) * m.s[i, a]
            + sum(
                float(p.gamma[i, j] * p.x[j][b]) * m.q[i, a, j, b] for j in sets.neighbours[i] for b in sets.working[j]
            )
        )

    def slack(m: Any, i: int, a: int, other: int) -> Any:
        dx = float(p.x[i][a] - p.x[i][other])
        own, verifiable = p.borne_cost(regime, i), p.verifiable_cost(regime, i)
        shortfall = q * max(0.0, dx)
        gain = marginal_income(m, i, a) * dx + (float(p.benefit[i]) * dx + shortfall * float(p.stake[i])) * m.z[i, a]
        if i in sets.depositing:
            gain += shortfall * m.d[i, a]
        borne = (float(own[a] - own[other]) + p.margin) * m.z[i, a]
        if i in sets.reimbursed:
            borne -= float(verifiable[a] - verifiable[other]) * m.phi[i, a]
        return gain - borne

    return slack


def add_incentive_tangents(model: Any, sets: Sets) -> None:
    """Add what (M11) implies for the share alone: ``s_i ≥ K/MV_i``, from below by its perspective's tangents.

    ``K`` is the least marginal income that keeps i from a lower level when rate and deposit are at their
    largest. ``K z²/(MV z)`` is convex, so for every ``M̂ > 0`` the row ``s[i,l] ≥ K (2 z/M̂ − (MV z)/M̂²)`` is
    implied by the incentive rows; the relaxation is far tighter with a few of them. Where efforts differ by scenario,
    no average is of this form.
    """
    if sets.planned:
        return
    p, regime = sets.parameters, sets.regime
    largest = sets.largest_marginal_values()
    index = [
        (i, a, step)
        for i, a in sets.entries
        if sets.neighbours[i] and p.s_max[i] > 0.0 and sets.required_income(i, a) > 0.0
        for step in range(TANGENTS)
    ]

    def rule(m: Any, i: int, a: int, step: int) -> Any:
        needed = sets.required_income(i, a)
        least = needed / float(p.s_max[i])  # a smaller MV_i would need more than the largest share
        at = least * max(float(largest[i]) / least, 1.0) ** (step / (TANGENTS - 1))
        marginal = regime.f * (
            float(p.v[i]) * m.z[i, a]
            + sum(
                float(p.gamma[i, j] * p.x[j][b]) * product(m, i, a, j, b)
                for j in sets.neighbours[i]
                for b in sets.working[j]
            )
        )
        return m.s[i, a] >= needed * (2.0 / at * m.z[i, a] - marginal / at**2)

    model.incentive_tangents = pyo.Constraint(index, rule=rule)


def fees(model: Any, sets: Sets, i: int) -> Expression:
    """Return ``η·d_i`` (M10)."""
    if i not in sets.depositing:
        return 0.0
    return sets.parameters.eta * sum(model.d[i, a] for a in sets.menus[i])


def add_surplus(model: Any, sets: Sets, bound: float) -> None:
    """Add (M13), (M15), (M19): the members' surpluses are not negative and sum to W; outsiders have none.

    With transfers free, pool balance says no more than that the payoffs sum to J.
    """
    terms = sum(fees(model, sets, i) for i in sets.depositing) + sum(model.rho[i] for i in sets.risk_bearing)
    model.W = pyo.Var(bounds=(0.0, max(bound, 0.0)))
    model.joint_surplus = pyo.Constraint(expr=design_surplus(model, sets) - terms == model.W)
    model.surplus_sum = pyo.Constraint(expr=sum(model.w[i] for i in sets.firms) == model.W)
    model.surplus_member = pyo.Constraint(sets.firms, rule=lambda m, i: m.w[i] <= max(bound, 0.0) * m.y[i])


def add_cost_sharing_budget(model: Any, sets: Sets) -> None:
    """Add (M14): reimbursements within the cost-sharing budget, in every scenario (M29)."""
    p, worlds = sets.parameters, sets.worlds
    if math.isfinite(p.sharing_budget) and sets.reimbursed:
        model.cost_sharing_budget = pyo.Constraint(
            range(len(worlds)),
            rule=lambda m, w: sum(reimbursement(m, worlds[w], i) for i in sets.reimbursed) <= p.sharing_budget,
        )


def reimbursement(model: Any, sets: Sets, i: int) -> Expression:
    """Return ``θ_i φ_i k_g c_i`` (M13)."""
    if i not in sets.reimbursed:
        return 0.0
    verifiable = sets.parameters.verifiable_cost(sets.regime, i)
    return sum(float(verifiable[a]) * model.phi[i, a] for a in sets.menus[i])


def add_premium_tangent(model: Any, sets: Sets, i: int, at: float) -> None:
    """Add one tangent of the risk premium (M10): ``½ r σ² s² ≥ ½ r σ² (2ŝ s − ŝ² y)``, exact at ŝ."""
    weight = float(sets.parameters.premium(sets.regime)[i])
    model.premium_tangents.add(model.rho[i] >= weight * (2.0 * at * share(model, sets, i) - at**2 * model.y[i]))
