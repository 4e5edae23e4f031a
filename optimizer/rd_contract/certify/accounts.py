"""The books of a contract, computed once: payoffs firm by firm (M10), the alliance's (M19), (M20)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ..base.arrays import Array
from ..model.payoffs import Payoffs, coordination_cost, expected_revenue, payoffs, spillovers, value_parts
from .checks import largest
from .reading import Agreement
from .responses import Deviation, deviations


@dataclass(frozen=True)
class Accounts:
    """What a contract of m members pays, money.

    Parameters
    ----------
    parts
        The terms of (M10), each of shape (m,).
    profit
        U_i (M10), shape (m,).
    profit_scale
        Magnitude of the largest term of each member's payoff, its outside option included, shape (m,).
    revenue
        V (M7).
    base, own, shared
        The parts of V: f_g v_0, f_g v_i x_i (m,), and each member's half of its synergies (m,).
    pair_scale
        Magnitude of the largest single synergy of each member, halved, shape (m,).
    ledger
        The terms of (M19) by what they stand for, with their signs.
    outside
        Σ ū_i over the members.
    options
        What each member could do instead (M11), one entry per other level of its menu.
    """

    parts: Payoffs
    profit: Array
    profit_scale: Array
    revenue: float
    base: float
    own: Array
    shared: Array
    pair_scale: Array
    ledger: dict[str, float]
    outside: float
    options: tuple[tuple[Deviation, ...], ...]

    @property
    def joint_profit(self) -> float:
        """J as the sum of the payoffs Σ U_i (M19)."""
        return float(self.profit.sum())

    @property
    def joint_surplus(self) -> float:
        """W = J − Σ ū_i (M20)."""
        return self.joint_profit - self.outside

    @property
    def revenue_scale(self) -> float:
        """Magnitude of the largest term of V (M7)."""
        return largest(self.base, self.own, self.pair_scale)

    @property
    def scale(self) -> float:
        """Magnitude of the largest amount in the books: any member's, or the alliance's."""
        return largest(self.profit_scale, self.revenue_scale, self.ledger.values(), self.outside)


def open_accounts(agreement: Agreement) -> Accounts:
    """Return the books of a contract."""
    parameters, regime = agreement.parameters, agreement.regime
    x = agreement.design.efforts(parameters.x)
    parts = payoffs(parameters, agreement.design, agreement.terms)
    amounts = [getattr(parts, field.name) for field in fields(parts)] + [parameters.outside]
    base, own, shared = value_parts(parameters, regime, x)
    shared_most = parameters.gamma.sums_of_best(1, lambda amount, i, j: np.abs(amount) * (x[i] * x[j]))
    return Accounts(
        parts=parts,
        profit=parts.total,
        profit_scale=np.max(np.abs(amounts), axis=0),
        revenue=expected_revenue(parameters, regime, x),
        base=base,
        own=own,
        shared=shared,
        pair_scale=0.5 * regime.f * shared_most,
        ledger=_ledger(agreement, x),
        outside=float(parameters.outside.sum()),
        options=tuple(deviations(parameters, agreement.design, agreement.terms, firm) for firm in range(parameters.n)),
    )


def _ledger(agreement: Agreement, x: Array) -> dict[str, float]:
    """Return (M19), written out term by term; transfers, shares and reimbursements cancel in it."""
    parameters, regime, terms = agreement.parameters, agreement.regime, agreement.terms
    everyone = np.ones(parameters.n, dtype=bool)
    levels = agreement.design.levels
    cost = np.array([regime.k * parameters.c[i][level] for i, level in enumerate(levels)])
    sigma = parameters.volatility * regime.volatility_factor
    return {
        "revenue": expected_revenue(parameters, regime, x),
        "private benefits": float((parameters.benefit * x).sum()),
        "spillovers": float(spillovers(parameters, x, everyone).sum()),
        "R&D costs after subsidies": -float(((1.0 - parameters.theta * parameters.subsidy) * cost).sum()),
        "joining costs": -float(parameters.joining.sum()),
        "monitoring": -regime.K,
        "coordination": -coordination_cost(parameters, everyone),
        "guarantee fees": -parameters.eta * float(terms.deposit.sum()),
        "risk premiums": -0.5 * sigma * sigma * float((parameters.risk * terms.share * terms.share).sum()),
    }
