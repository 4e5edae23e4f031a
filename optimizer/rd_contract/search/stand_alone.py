"""What a single firm reaches without partners."""

from __future__ import annotations

import dataclasses

import numpy as np

from ..contract import Design
from ..parameters import Parameters
from ..terms import Support, best_terms


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
    # Alone, its payoff is the joint one, and all revenue is its own whatever an alliance would allow it.
    nothing, everything = np.zeros(parameters.n), np.ones(parameters.n)
    parameters = dataclasses.replace(parameters, objective="joint", s_min=nothing, s_max=everything)
    best: Support | None = None
    for regime, name in enumerate(parameters.regimes):
        for level in range(len(parameters.x[firm])):
            spent = name.k * parameters.c[firm][level] + parameters.joining[firm]
            if spent > parameters.budget:
                continue
            levels = [-1] * parameters.n
            levels[firm] = level
            support = best_terms(parameters, Design(regime, tuple(levels)))
            if support is not None and (best is None or support.joint_surplus > best.joint_surplus):
                best = support
    return best
