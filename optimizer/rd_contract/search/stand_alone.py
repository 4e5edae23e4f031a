"""What a single firm reaches without partners."""

from __future__ import annotations

import dataclasses

import numpy as np

from ..contract import Design
from ..parameters import Parameters
from ..payoffs import design_surplus
from ..relevance import restricted
from ..terms import Support, best_terms
from ..tolerances import ABSOLUTE_GAP


def best_alone(parameters: Parameters, firm: int) -> Support | None:
    """Return the best contract of a firm with itself: all revenue, all cost, no partners.

    The rules on teams (size, requirements, required firms, share bounds) do not apply to a firm that goes alone; the
    budget and its liquidity do. None when going alone does not pay in any regime.

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
    alone = dataclasses.replace(alone, objective="joint", s_min=np.zeros(1), s_max=np.ones(1), margin=0.0)
    designs = [
        Design(regime, (level,))
        for regime, name in enumerate(alone.regimes)
        for level, cost in enumerate(alone.c[0].tolist())
        if name.k * cost + alone.joining[0] <= alone.budget
    ]
    best: Support | None = None
    # No contract is worth more than the design would be if effort could be observed: the most promising first.
    promises = sorted(((design_surplus(alone, design), design) for design in designs), key=lambda one: -one[0])
    for promise, design in promises:
        if promise < -ABSOLUTE_GAP or (best is not None and promise <= best.joint_surplus):
            break
        support = best_terms(alone, design)
        if support is not None and (best is None or support.joint_surplus > best.joint_surplus):
            best = support
    return None if best is None else dataclasses.replace(best, design=_among_all(parameters, firm, best.design))


def _among_all(parameters: Parameters, firm: int, design: Design) -> Design:
    levels = [-1] * parameters.n
    levels[firm] = design.levels[0]
    return Design(design.regime, tuple(levels))
