"""What a single firm reaches without partners."""

from __future__ import annotations

import dataclasses

from ..contract import Design
from ..parameters import Parameters
from ..terms import Support, best_terms


def best_alone(parameters: Parameters, firm: int) -> Support | None:
    """Return the best contract of a firm with itself: all revenue, all cost, no partners.

    The rules that ask for a team (size, requirements, required firms) do not apply to a firm that goes alone;
    its budget does. None when going alone does not pay in any regime.

    Parameters
    ----------
    parameters
        The numbers; money scaled to O(1).
    firm
        Position of the firm.
    """
    parameters = dataclasses.replace(parameters, objective="joint")  # alone, its payoff is the joint one
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
