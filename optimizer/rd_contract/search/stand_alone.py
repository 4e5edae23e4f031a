"""What a single firm reaches without partners."""

from __future__ import annotations

import dataclasses

import numpy as np

from ..base.arrays import Array
from ..base.errors import SolverError
from ..base.tolerances import ABSOLUTE_GAP
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.payoffs import design_surplus
from ..model.quantities import restricted
from ..model.rules import budget_rule
from ..terms import Support, best_terms


def best_alone(parameters: Parameters, firm: int) -> Support | None:
    """Return the best contract of a firm with itself: all revenue, all cost, no partners.

    The rules on teams (size, requirements, required firms, share bounds, groups) do not apply to a firm that goes
    alone; the budget and its liquidity do. None when going alone does not pay in any regime.

    Parameters
    ----------
    parameters
        The numbers; money scaled to O(1).
    firm
        Position of the firm.
    """
    alone = restricted(parameters, [firm])
    # Alone, its payoff is the joint one, and all revenue is its own whatever an alliance would allow it.
    # It has nobody to work for, and needs no margin.
    alone = dataclasses.replace(alone, objective="joint", s_min=np.zeros(1), s_max=np.ones(1), margin=0.0, rules=())
    best: Support | None = None
    # No contract is worth more than the design would be if effort could be observed: the most promising first.
    promises = _surplus_if_visible(alone)
    for at in np.argsort(-promises, axis=None, kind="stable").tolist():
        position, level = divmod(at, promises.shape[1])
        promise = float(promises[position, level])
        if promise < -ABSOLUTE_GAP or (best is not None and promise <= best.joint_surplus):
            break
        try:
            support = best_terms(alone, Design(position, (level,)))
        except SolverError:
            continue  # a benchmark: what cannot be told is not reported
        if support is not None and (best is None or support.joint_surplus > best.joint_surplus):
            best = support
    return None if best is None else dataclasses.replace(best, design=_among_all(parameters, firm, best.design))


def _surplus_if_visible(alone: Parameters) -> Array:
    """Return W (M22) of the one firm of a problem at every level in every regime, shape (regimes, levels), money.

    As :func:`~rd_contract.model.payoffs.design_surplus`, for all at once; −inf beyond the budget (M16), which in
    scenarios the terms are asked for.
    """
    if alone.scenarios is not None:
        levels = range(len(alone.x[0]))
        return np.array([[design_surplus(alone, Design(r, (at,))) for at in levels] for r in range(len(alone.regimes))])
    f, k, K = np.array([(regime.f, regime.k, regime.K) for regime in alone.regimes]).T
    x, cost = alone.x[0], k[:, None] * alone.c[0]
    gains = (f * alone.v0)[:, None] + (f * alone.v[0])[:, None] * x + alone.benefit[0] * x
    borne = alone.borne()[0] * cost
    fixed = (alone.entry_cost[0] + alone.outside[0]) + K
    if alone.toll is not None:
        fixed += alone.toll[0]
    return np.where(budget_rule(alone).holds(cost + alone.joining[0]), gains - borne - fixed[:, None], -np.inf)


def _among_all(parameters: Parameters, firm: int, design: Design) -> Design:
    levels = [-1] * parameters.n
    levels[firm] = design.levels[0]
    return Design(design.regime, tuple(levels))
