"""The least shares that scenarios ask of a design, whatever the terms: a look before these are solved for."""

from __future__ import annotations

import numpy as np

from ..base.arrays import Array
from ..base.tolerances import GRACE
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.scenarios import Scenarios


def shares_may_fit(parameters: Parameters, design: Design) -> bool:
    """Return whether the least shares of a design in all scenarios (M26), or on average (M27), may add up to 1 (M12).

    Rates and deposits are taken at their largest; true where numbers are certain, as whoever proposes a design has seen
    to that.

    Parameters
    ----------
    parameters
        The numbers.
    design
        Who joins, how hard each works, in which regime.
    """
    p, seen = parameters, parameters.scenarios
    if seen is None:
        return True
    marginal = seen.marginal(design)
    total = 0.0
    for i in design.members:
        total += max(float(p.s_min[i]), _least(p, seen, design, i, marginal[:, i]))
    return total <= 1.0 + GRACE


def _least(p: Parameters, seen: Scenarios, design: Design, i: int, marginal: Array) -> float:
    """Return the least share that keeps a member from every lower level; ``marginal``: MV_i of all scenarios, money."""
    r, others = design.regime, seen.kept_throughout(i)
    places = np.append(others, seen.start[i] + design.levels[i])  # of a pool with plans, few of many levels
    rate = min(float(p.phi_max[i]), 1.0 - float(seen.firms["subsidy"][:, i].max()))  # (M29)
    cost = seen.cost(r, places) - seen.subsidised(r, places) - rate * seen.verifiable(r, places)
    q, stake = seen.regimes["q"][:, r], seen.firms["stake"][:, i]
    deterred = np.where(q > 0.0, q * (np.where(q > 0.0, p.d_max[i], 0.0) + stake), 0.0)
    dx = seen.x[:, places[-1:]] - seen.x[:, others]
    steep = np.zeros(dx.shape)
    np.divide(cost[:, -1:] - cost[:, :-1] + p.margin, dx, out=steep, where=dx > 0.0)
    needed, lower = steep - (seen.firms["benefit"][:, i] + deterred)[:, None], dx > 0.0
    if p.outlook is not None and p.outlook.timing == "after_effort":
        needed, marginal = seen.probability[None, :] @ needed, np.array([seen.probability @ marginal])
        lower = lower[:1]  # efforts are the same in all scenarios
    most = np.where(lower, needed, -np.inf).max(axis=1, initial=-np.inf)
    share = np.where(most > 0.0, np.inf, 0.0)
    np.divide(most, marginal, out=share, where=(most > 0.0) & (marginal > 0.0))
    return float(share.max())
