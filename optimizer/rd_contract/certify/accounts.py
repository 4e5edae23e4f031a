"""The books of a contract, computed once: payoffs firm by firm (M10), the alliance's (M19), (M20).

Where there are scenarios, each has books of its own, and what is averaged are their amounts (M25).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from ..base.arrays import Array
from ..model.design import Design, Terms
from ..model.parameters import Parameters
from ..model.payoffs import Payoffs, coordination_cost, expected_revenue, payoffs, spillovers, value_parts
from .aims import is_averse, objective_over
from .checks import largest
from .reading import Agreement
from .responses import Deviation, averaged, deviations


@dataclass(frozen=True)
class Accounts:
    """What a contract of m members pays, money.

    Parameters
    ----------
    parts
        The terms of (M10), each of shape (m,).
    profit
        U_i (M10), shape (m,).
    verifiable
        The part of each member's cost that can be reimbursed, θ_i k_g c_i, shape (m,).
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
        ū_i, shape (m,).
    options
        What each member could do instead (M11), one entry per other level of its menu.
    """

    parts: Payoffs
    profit: Array
    verifiable: Array
    profit_scale: Array
    revenue: float
    base: float
    own: Array
    shared: Array
    pair_scale: Array
    ledger: dict[str, float]
    outside: Array
    options: tuple[tuple[Deviation, ...], ...]

    @property
    def joint_profit(self) -> float:
        """J as the sum of the payoffs Σ U_i (M19)."""
        return float(self.profit.sum())

    @property
    def joint_surplus(self) -> float:
        """W = J − Σ ū_i (M20)."""
        return self.joint_profit - float(self.outside.sum())

    @property
    def lacking(self) -> float:
        """What the pool lacks (M13), 0 where it balances; negative: what is left."""
        paid = float(self.parts.transfer.sum() + self.parts.reimbursement.sum())
        return paid - self.ledger["monitoring"] - self.ledger["coordination"]

    @property
    def pool_scale(self) -> float:
        """Magnitude of the largest term of the pool (M13), and of the payoffs that transfers top up."""
        pooled = (self.ledger["monitoring"], self.ledger["coordination"])
        return largest(self.parts.transfer, self.parts.reimbursement, pooled, self.profit_scale)

    @property
    def revenue_scale(self) -> float:
        """Magnitude of the largest term of V (M7)."""
        return largest(self.base, self.own, self.pair_scale)

    @property
    def scale(self) -> float:
        """Magnitude of the largest amount in the books: any member's, or the alliance's."""
        return largest(self.profit_scale, self.revenue_scale, self.ledger.values(), float(self.outside.sum()))


@dataclass(frozen=True)
class Books:
    """The accounts of a contract in every scenario, and on average.

    Parameters
    ----------
    each
        One for every world of the agreement.
    mean
        Their averages by probability (M25), with what members could do instead: in all scenarios (M26), or on average
        where they work before they know the scenario (M27).
    values
        What the objective is in each scenario (M30), money.
    settled : arrays, each of shape (m,)
        What each member earns in each scenario, its part of what the pool lacks taken off (E3).
    objective
        The objective (M20), (M21), (M30).
    """

    each: tuple[Accounts, ...]
    mean: Accounts
    values: tuple[float, ...]
    settled: tuple[Array, ...]
    objective: float

    @property
    def scale(self) -> float:
        """Magnitude of the largest amount in any of the books: what the worst scenario is made of."""
        return largest([one.scale for one in self.each])


def open_books(agreement: Agreement) -> Books:
    """Return the books of a contract."""
    terms, lead = agreement.terms, agreement.lead
    pairs = list(zip(agreement.worlds, agreement.designs, strict=True))
    each = tuple(_open_accounts(world.parameters, design, terms, world.name) for world, design in pairs)
    chances = [world.probability for world in agreement.worlds]
    after = agreement.is_uncertain and agreement.instance.uncertainty.timing == "after_effort"
    mean = _average(chances, each, after=after)
    bearing = terms.share if lead is None else np.arange(len(agreement.names)) == lead
    settled = tuple(one.profit - one.lacking * bearing for one in each)
    values = tuple(
        one.joint_surplus - one.lacking if lead is None else float(earned[lead])
        for one, earned in zip(each, settled, strict=True)
    )
    objective = mean.joint_surplus if lead is None else float(mean.profit[lead])
    if is_averse(agreement.instance):
        objective = objective_over(agreement.instance.uncertainty, values, chances)
    return Books(each, mean, values, settled, objective)


def _open_accounts(parameters: Parameters, design: Design, terms: Terms, scenario: str | None) -> Accounts:
    """Return the accounts in one world."""
    regime = parameters.regimes[design.regime]
    x = design.efforts(parameters.x)
    parts = payoffs(parameters, design, terms)
    amounts = [getattr(parts, field.name) for field in fields(parts)] + [parameters.outside]
    base, own, shared = value_parts(parameters, regime, x)
    shared_most = parameters.gamma.sums_of_best(1, lambda amount, i, j: np.abs(amount) * (x[i] * x[j]))
    return Accounts(
        parts=parts,
        profit=parts.total,
        verifiable=parameters.theta * parts.cost,
        profit_scale=np.max(np.abs(amounts), axis=0),
        revenue=expected_revenue(parameters, regime, x),
        base=base,
        own=own,
        shared=shared,
        pair_scale=0.5 * regime.f * shared_most,
        ledger=_ledger(parameters, design, terms),
        outside=parameters.outside,
        options=tuple(deviations(parameters, design, terms, firm, scenario) for firm in range(parameters.n)),
    )


def _ledger(parameters: Parameters, design: Design, terms: Terms) -> dict[str, float]:
    """Return (M19), written out term by term; transfers, shares and reimbursements cancel in it."""
    regime, x = parameters.regimes[design.regime], design.efforts(parameters.x)
    everyone = np.ones(parameters.n, dtype=bool)
    cost = np.array([regime.k * parameters.c[i][level] for i, level in enumerate(design.levels)])
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


# --- averages --------------------------------------------------------------------------------------------


def _average(chances: Sequence[float], each: Sequence[Accounts], *, after: bool) -> Accounts:
    """Return the averages of accounts, the only ones themselves."""
    if len(each) == 1:
        return each[0]

    def array(name: str) -> Array:
        return np.tensordot(chances, [getattr(one, name) for one in each], axes=1)

    def number(name: str) -> float:
        return float(np.dot(chances, [getattr(one, name) for one in each]))

    parts = Payoffs(
        **{
            field.name: np.tensordot(chances, [getattr(one.parts, field.name) for one in each], axes=1)
            for field in fields(Payoffs)
        }
    )
    several = list(zip(*(one.options for one in each), strict=True))
    return Accounts(
        parts=parts,
        profit=parts.total,
        verifiable=array("verifiable"),
        profit_scale=array("profit_scale"),
        revenue=number("revenue"),
        base=number("base"),
        own=array("own"),
        shared=array("shared"),
        pair_scale=array("pair_scale"),
        ledger={name: float(np.dot(chances, [one.ledger[name] for one in each])) for name in each[0].ledger},
        outside=array("outside"),
        options=tuple(averaged(chances, same) if after else tuple(itertools.chain(*same)) for same in several),
    )
