"""Variables of the extensive form, by family.

Everything that depends on a firm's level is *disaggregated* over its menu: ``s[i, l]`` is the share of firm i
if it is at level l and 0 otherwise. Products of such a quantity with a binary are then exact without any big-M.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from .sets import Sets


def add_design_variables(model: Any, sets: Sets) -> None:
    """Add ``z[i,l]`` (agreed level), ``y[i] = Σ_l z[i,l]`` (membership), section 3."""
    model.z = pyo.Var(sets.entries, domain=pyo.Binary)
    model.y = pyo.Var(sets.firms, bounds=(0.0, 1.0))

    def membership(m: Any, i: int) -> Any:
        return sum(m.z[i, level] for level in sets.menus[i]) == m.y[i]

    model.membership = pyo.Constraint(sets.firms, rule=membership)


def add_pair_products(model: Any, sets: Sets) -> None:
    """Add ``P[i,l,j,m] = z[i,l]·z[j,m]`` for the pairs that need it, exactly.

    The rows describe the convex hull of the product of the two firms' choices: each row and column of the
    table of joint choices is at most its margin, and two members make exactly one joint choice.
    """
    index = [(i, a, j, b) for i, j in sets.product_pairs for a in sets.menus[i] for b in sets.menus[j]]
    model.P = pyo.Var(index, bounds=(0.0, 1.0))

    def first_margin(m: Any, i: int, j: int, a: int) -> Any:
        return sum(m.P[i, a, j, b] for b in sets.menus[j]) <= m.z[i, a]

    def second_margin(m: Any, i: int, j: int, b: int) -> Any:
        return sum(m.P[i, a, j, b] for a in sets.menus[i]) <= m.z[j, b]

    def joint(m: Any, i: int, j: int) -> Any:
        return m.y[i] + m.y[j] - pair_membership(m, sets, i, j) <= 1.0

    pairs = sets.product_pairs
    first = [(i, j, a) for i, j in pairs for a in sets.menus[i]]
    second = [(i, j, b) for i, j in pairs for b in sets.menus[j]]
    model.product_first = pyo.Constraint(first, rule=first_margin)
    model.product_second = pyo.Constraint(second, rule=second_margin)
    model.product_joint = pyo.Constraint(pairs, rule=joint)


def product(model: Any, i: int, a: int, j: int, b: int) -> Any:
    """Return the variable for ``z[i,a]·z[j,b]``, whichever way round the pair is stored."""
    return model.P[i, a, j, b] if i < j else model.P[j, b, i, a]


def pair_membership(model: Any, sets: Sets, i: int, j: int) -> Any:
    """Return ``y_i·y_j`` for a product pair (i < j)."""
    return sum(model.P[i, a, j, b] for a in sets.menus[i] for b in sets.menus[j])


def add_term_variables(model: Any, sets: Sets) -> None:
    """Add shares ``s``, reimbursement rates ``phi``, deposits ``d`` by level, surpluses ``w``, premia ``rho``.

    ``s[i,l]`` lies between the bounds of (M12) times ``z[i,l]``; ``phi`` and ``d`` below theirs of (M9), (M14).
    """
    p = sets.parameters
    levels = {i: [(i, level) for level in sets.menus[i]] for i in sets.firms}
    model.s = pyo.Var(sets.entries, bounds=lambda _, i, __: (0.0, float(p.s_max[i])))
    model.phi = pyo.Var(
        [e for i in sets.reimbursed for e in levels[i]], bounds=lambda _, i, __: (0.0, float(p.phi_max[i]))
    )
    model.d = pyo.Var([e for i in sets.depositing for e in levels[i]], bounds=lambda _, i, __: (0.0, float(p.d_max[i])))
    model.w = pyo.Var(sets.firms, bounds=(0.0, None))
    model.rho = pyo.Var(sets.risk_bearing, bounds=lambda _, i: (0.0, float(p.premium(sets.regime)[i])))
    model.share_cap = pyo.Constraint(sets.entries, rule=lambda m, i, a: m.s[i, a] <= float(p.s_max[i]) * m.z[i, a])
    floors = [(i, a) for i, a in sets.entries if p.s_min[i] > 0.0]
    model.share_floor = pyo.Constraint(floors, rule=lambda m, i, a: m.s[i, a] >= float(p.s_min[i]) * m.z[i, a])
    model.rate_cap = pyo.Constraint(
        list(model.phi), rule=lambda m, i, a: m.phi[i, a] <= float(p.phi_max[i]) * m.z[i, a]
    )
    model.deposit_cap = pyo.Constraint(list(model.d), rule=lambda m, i, a: m.d[i, a] <= float(p.d_max[i]) * m.z[i, a])


def share(model: Any, sets: Sets, i: int) -> Any:
    """Return ``s_i``, the share whatever the level."""
    return sum(model.s[i, level] for level in sets.menus[i])


def add_share_products(model: Any, sets: Sets) -> None:
    """Add ``q[i,l,j,m] = s[i,l]·z[j,m]`` for partners with synergy, exactly and without big-M.

    Given ``P``, the share at level l splits into the part with j at work at m and the rest; each part lies
    between the share bounds times the product of the binaries it belongs to.
    """
    p = sets.parameters
    index = sets.share_products
    model.q = pyo.Var(index, bounds=lambda _, i, *__: (0.0, float(p.s_max[i])))
    model.split_cap = pyo.Constraint(
        index, rule=lambda m, i, a, j, b: m.q[i, a, j, b] <= float(p.s_max[i]) * product(m, i, a, j, b)
    )
    floors = [e for e in index if p.s_min[e[0]] > 0.0]
    model.split_floor = pyo.Constraint(
        floors, rule=lambda m, i, a, j, b: m.q[i, a, j, b] >= float(p.s_min[i]) * product(m, i, a, j, b)
    )
    margins = sorted({(i, a, j) for i, a, j, _ in index})

    def rest(m: Any, i: int, a: int, j: int) -> Any:
        return m.s[i, a] - sum(m.q[i, a, j, b] for b in sets.working[j])

    def rest_binary(m: Any, i: int, a: int, j: int) -> Any:
        return m.z[i, a] - sum(product(m, i, a, j, b) for b in sets.working[j])

    model.split_rest_cap = pyo.Constraint(
        margins, rule=lambda m, i, a, j: rest(m, i, a, j) <= float(p.s_max[i]) * rest_binary(m, i, a, j)
    )
    model.split_rest_floor = pyo.Constraint(
        margins, rule=lambda m, i, a, j: rest(m, i, a, j) >= float(p.s_min[i]) * rest_binary(m, i, a, j)
    )
