"""What members could do instead of what is agreed, and what that asks of the terms: (M11), (M26), (M27)."""

from __future__ import annotations

import numpy as np

from ..base.arrays import Array, Flags
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.payoffs import marginal_value
from ..model.scenarios import Scenarios


def deviations(parameters: Parameters, design: Design) -> list[Array]:
    """Return what each deviation of each member asks of its share, deposit and rate.

    In every scenario that members know when they work (M26), those that no other one implies; on average where they do
    not (M27).

    Parameters
    ----------
    parameters, design
        The numbers, and who works how hard.

    Returns
    -------
    list of arrays, shape (deviations, 4)
        Of each member, in their order: ``a s_i + b d_i + c φ_i ≥ right`` as rows a, b, c, right.
    """
    p, seen, outlook = parameters, parameters.scenarios, parameters.outlook
    if seen is None or (outlook is not None and outlook.timing == "after_effort"):
        average = p.at(design.regime)
        marginal = marginal_value(average, average.regimes[design.regime], design.efforts(average.x))
        return [_deviations(average, design, i, float(marginal[i])) for i in design.members]
    marginal = seen.marginal(design)
    return [_deviations_in(seen, design, i, marginal[:, i], p.margin) for i in design.members]


def _deviations(p: Parameters, design: Design, i: int, marginal: float) -> Array:
    """Return the rows of a member with certain numbers; ``marginal``: its MV, money."""
    regime, level = p.regimes[design.regime], design.levels[i]
    others = np.flatnonzero(np.arange(len(p.x[i])) != level)
    dx = p.x[i][level] - p.x[i][others]
    verifiable, own = p.verifiable_cost(regime, i), p.borne_cost(regime, i)
    shortfall = regime.q * np.maximum(dx, 0.0)
    right = own[level] - own[others] - p.benefit[i] * dx - shortfall * p.stake[i] + p.margin
    return np.column_stack([marginal * dx, shortfall, verifiable[level] - verifiable[others], right])


def _deviations_in(seen: Scenarios, design: Design, i: int, marginal: Array, margin: float) -> Array:
    """Return the rows of a member in all scenarios; ``marginal``: its MV, shape (scenarios,), money."""
    r, others = design.regime, seen.kept_throughout(i)
    places = np.append(others, seen.start[i] + design.levels[i])  # with plans, few of many levels
    x, verifiable = seen.x[:, places], seen.verifiable(r, places)
    own = seen.cost(r, places) - seen.subsidised(r, places)
    rows = [np.zeros((0, 4))]
    for other in range(len(others)):
        dx = x[:, -1] - x[:, other]
        shortfall = seen.regimes["q"][:, r] * np.maximum(dx, 0.0)
        right = own[:, -1] - own[:, other] - seen.firms["benefit"][:, i] * dx + margin
        right = right - shortfall * seen.firms["stake"][:, i]
        rate = verifiable[:, -1] - verifiable[:, other]
        # Shares, deposits and rates are not negative: whose coefficients are larger and whose need is less is met.
        asked = -np.column_stack([marginal * dx, shortfall, rate, -right])[dx != 0.0]
        rows.append(largest(asked) * np.array([-1.0, -1.0, -1.0, 1.0]))
    return np.concatenate(rows)


def largest(rows: Array) -> Array:
    """Return the rows that no other row exceeds everywhere, in their order, equal ones once, shape (some, columns)."""
    rows = rows[np.sort(np.unique(rows, axis=0, return_index=True)[1])]
    exceeded: Flags = np.all(rows[None, :, :] >= rows[:, None, :], axis=2)
    np.fill_diagonal(exceeded, val=False)
    left: Array = rows[~exceeded.any(axis=1)]
    return left
