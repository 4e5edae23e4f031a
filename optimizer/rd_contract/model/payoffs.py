"""What every firm earns: (M7)-(M10) and (M19), term by term, for any effort profile and any terms.

Plain numpy, for one regime at a time; nothing here knows whether the profile is an equilibrium or the terms
are admissible.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Array
from ..base.tolerances import SUMS
from .design import Design, Terms
from .parameters import Parameters, Regime


@dataclass(frozen=True)
class Payoffs:
    """The terms of (M10), each of shape (n,), money; 0 for firms outside.

    Costs are positive numbers that are subtracted.
    """

    revenue: Array
    transfer: Array
    benefit: Array
    spillover: Array
    cost: Array
    reimbursement: Array
    subsidy: Array
    entry: Array
    fee: Array
    premium: Array

    @property
    def total(self) -> Array:
        """U_i (M10), shape (n,)."""
        gains = self.revenue + self.transfer + self.benefit + self.spillover + self.reimbursement + self.subsidy
        return gains - self.cost - self.entry - self.fee - self.premium

    def surplus(self, outside: Array) -> Array:
        """Return w_i = U_i − ū_i (M20), shape (n,), money; what is no more than its sum loses is nothing.

        Parameters
        ----------
        outside
            ū_i, shape (n,), money.
        """
        surplus = self.total - outside
        terms = np.abs([outside, *(getattr(self, field.name) for field in fields(self))])
        return np.where(np.abs(surplus) <= SUMS * terms.max(axis=0), 0.0, surplus)


def value_parts(parameters: Parameters, regime: Regime, x: Array) -> tuple[float, Array, Array]:
    """Return the parts of (M7): base, each firm's own, and its half of its synergies, (), (n,), (n,)."""
    at_work = np.flatnonzero(x)  # few of many: most products are with zeros
    synergies = np.zeros(parameters.n)
    synergies[at_work] = 0.5 * x[at_work] * parameters.gamma.restricted(at_work).times(x[at_work])
    return regime.f * parameters.v0, regime.f * parameters.v * x, regime.f * synergies


def expected_revenue(parameters: Parameters, regime: Regime, x: Array) -> float:
    """Return V(x) (M7); ``x`` has shape (n,) with 0 for firms outside."""
    base, own, shared = value_parts(parameters, regime, x)
    return base + float(own.sum() + shared.sum())


def marginal_value(parameters: Parameters, regime: Regime, x: Array) -> Array:
    """Return MV_i (M8) of every firm, shape (n,)."""
    marginal: Array = regime.f * (parameters.v + parameters.gamma.times(x))
    return marginal


def spillovers(parameters: Parameters, x: Array, member: NDArray[np.bool_]) -> Array:
    """Return Σ_j σ_ij x_j of every member, shape (n,)."""
    received = np.zeros(parameters.n)
    for (i, j), sigma in parameters.sigma.items():
        if member[i] and member[j]:
            received[i] += sigma * x[j]
            received[j] += sigma * x[i]
    return received


def coordination_cost(parameters: Parameters, member: NDArray[np.bool_]) -> float:
    """Return Σ π_ij over pairs of members (M13)."""
    return sum(cost for (i, j), cost in parameters.pi.items() if member[i] and member[j])


def effort_cost(parameters: Parameters, design: Design) -> Array:
    """Return k_g c_i at the design's levels, 0 for firms outside, shape (n,)."""
    p = parameters.at(design.regime)
    k = p.regimes[design.regime].k
    return np.array([k * p.c[i][level] if level >= 0 else 0.0 for i, level in enumerate(design.levels)])


def _at_levels(design: Design, costs: Callable[[int], Array]) -> Array:
    """Return a part of the costs of every firm at the design's levels, 0 for firms outside, shape (n,)."""
    return np.array([costs(i)[level] if level >= 0 else 0.0 for i, level in enumerate(design.levels)])


def agreed_value_parts(parameters: Parameters, design: Design) -> tuple[float, Array, Array]:
    """Return the parts of (M7) at the agreed efforts, of scenarios on average; as :func:`value_parts`."""
    if (seen := parameters.scenarios) is None:
        return value_parts(parameters, parameters.regimes[design.regime], design.efforts(parameters.x))
    base, own, shared = seen.value_parts(design)
    return float(seen.probability @ base), seen.probability @ own, seen.probability @ shared


def agreed_revenue(parameters: Parameters, design: Design) -> float:
    """Return V (M7) at the agreed efforts, of scenarios on average, money."""
    base, own, shared = agreed_value_parts(parameters, design)
    return base + float(own.sum() + shared.sum())


def _benefits(parameters: Parameters, design: Design) -> Array:
    """Return b_i x_i, shape (n,), money."""
    if (seen := parameters.scenarios) is None:
        benefits: Array = parameters.benefit * design.efforts(parameters.x)
        return benefits
    average: Array = seen.probability @ (seen.firms["benefit"] * seen.efforts(design))
    return average


def _received(parameters: Parameters, design: Design) -> Array:
    """Return Σ_j σ_ij x_j of every member, shape (n,), money."""
    if (seen := parameters.scenarios) is None:
        return spillovers(parameters, design.efforts(parameters.x), np.array(design.levels) >= 0)
    average: Array = seen.probability @ seen.spillovers(design)
    return average


def payoffs(parameters: Parameters, design: Design, terms: Terms) -> Payoffs:
    """Return every term of (M10) for a design under terms; of scenarios, the averages (M25)."""
    whole, parameters = parameters, parameters.at(design.regime)
    regime = parameters.regimes[design.regime]
    member = np.array(design.levels) >= 0
    base, own, shared = agreed_value_parts(whole, design)
    verifiable = _at_levels(design, lambda i: parameters.verifiable_cost(regime, i))
    return Payoffs(
        revenue=terms.share * (base + float(own.sum() + shared.sum())),
        transfer=terms.transfer,
        benefit=_benefits(whole, design),
        spillover=_received(whole, design),
        cost=effort_cost(parameters, design),
        reimbursement=verifiable * terms.rate,
        subsidy=_at_levels(design, lambda i: parameters.subsidised_cost(regime, i)),
        entry=np.where(member, parameters.entry_cost, 0.0),
        fee=parameters.eta * terms.deposit,
        premium=parameters.premium(regime) * terms.share**2,
    )


def pool_balance(parameters: Parameters, design: Design, terms: Terms) -> float:
    """Return the left-hand side of (M13), (M28): 0 when the pool balances, money."""
    parts = payoffs(parameters, design, terms)
    parameters = parameters.at(design.regime)
    member = np.array(design.levels) >= 0
    regime = parameters.regimes[design.regime]
    outlay = regime.K + coordination_cost(parameters, member)
    return float(terms.transfer.sum() + parts.reimbursement.sum()) + outlay


def design_surplus(parameters: Parameters, design: Design) -> float:
    """Return joint surplus W (M19), (M20) of a design before guarantee fees and risk premia, money.

    What the terms can do is only to take fees and premia away from it: an upper bound on W and, without
    moral hazard, W itself (M22). Of scenarios, the average.
    """
    if (seen := parameters.scenarios) is not None:
        return float(seen.probability @ seen.surpluses(design)) - _tolls(parameters, design)
    regime = parameters.regimes[design.regime]
    member = np.array(design.levels) >= 0
    x = design.efforts(parameters.x)
    gains = (
        expected_revenue(parameters, regime, x)
        + float(parameters.benefit @ x)
        + float(spillovers(parameters, x, member).sum())
    )
    borne = float(_at_levels(design, lambda i: parameters.borne_cost(regime, i)).sum())
    fixed = (
        float((parameters.entry_cost + parameters.outside)[member].sum())
        + regime.K
        + coordination_cost(parameters, member)
    )
    return gains - borne - fixed - _tolls(parameters, design)


def aimed_surplus(parameters: Parameters, design: Design) -> float:
    """Return what bounds a design's objective before fees and premia (M30), money: scenarios by their weights."""
    if (seen := parameters.scenarios) is None:
        return design_surplus(parameters, design)
    return float(seen.weight @ seen.surpluses(design)) - _tolls(parameters, design)


def _tolls(parameters: Parameters, design: Design) -> float:
    return 0.0 if parameters.toll is None else float(parameters.toll[list(design.members)].sum())
