"""A signed contract in a world that differs from the one it was made for: what members do then, and what it is worth.

Terms and the agreed effort stay; prices, costs, synergies may be others. The agreed profile is played if nobody gains
by leaving it (M11). Otherwise members reply in turn, the one that gains most first, until nobody gains any more. That
always comes to an end: members whose shares are positive play a weighted potential game with potential
``V(x) + Σ (what i's effort brings and costs it alone) / s_i`` (Monderer & Shapley 1996), and what a member without a
share does depends on nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from ..base.arrays import Array
from ..base.errors import SolverError
from ..base.tolerances import CERTIFICATE
from ..formats.doors import require
from ..instance import Instance
from ..model.design import Design
from ..model.payoffs import Payoffs, marginal_value, payoffs, pool_balance
from ..outcome.contract import Result
from ..outcome.reading import Agreement, read_agreement

#: Replies after which rounding is to blame: each one raises the potential, and profiles are finitely many.
MAX_REPLIES = 100_000


@dataclass(frozen=True)
class Evaluation:
    """What a signed contract comes to; money in the instance's unit.

    Parameters
    ----------
    value
        The instance's objective: joint surplus, or for objective ``lead`` what the lead earns (outside, if it is
        no member).
    joint_surplus
        W (M20) at what is played, less the reputation that detected breaches cost.
    efforts
        What each member plays.
    shirkers
        Members that play less than agreed.
    losers
        Members that earn less than outside (M15).
    profits
        What each member earns: U_i (M10), less what detected breaches cost it and its part of the deficit: its share of
        it, and for objective ``lead`` all of it the lead.
    deficit
        What the pool (M13) lacks once reimbursements are paid and forfeited deposits are in; negative: what is left.
    """

    value: float
    joint_surplus: float
    efforts: dict[str, float]
    shirkers: tuple[str, ...]
    losers: tuple[str, ...]
    profits: dict[str, float]
    deficit: float


@dataclass(frozen=True)
class Earnings:
    """What members earn when a profile is played, m members, money.

    Parameters
    ----------
    parts
        The terms of (M10).
    lost : array, shape (m,)
        What detected breaches cost each member on average, deposit and reputation.
    settled : array, shape (m,)
        Its part of what the pool lacks (E3); negative: of what is left.
    deficit
        What the pool lacks.
    """

    parts: Payoffs
    lost: Array
    settled: Array
    deficit: float

    @property
    def profits(self) -> Array:
        """(E4), shape (m,)."""
        profits: Array = self.parts.total - self.lost - self.settled
        return profits


def evaluate(instance: Instance, contract: Result) -> Evaluation:
    """Return what a signed contract comes to in an instance that may differ from the one it was made for.

    Parameters
    ----------
    instance
        The world. The rules about who may join are not asked again: the contract is signed.
    contract
        A result with a contract.

    Raises
    ------
    ResultError
        When the result has no contract, or names a firm or regime that the instance does not have.
    """
    require(Instance, instance)
    require(Result, contract)
    signed = read_agreement(instance, contract)
    return _worth(instance, signed, _play(signed))


# --- what is played ----------------------------------------------------------------------------------------


def _play(signed: Agreement) -> Design:
    """Return what is played."""
    played = signed.design
    for _ in range(MAX_REPLIES):
        reply = _best_reply(signed, played)
        if reply is None:
            return played
        played = reply
    raise SolverError("the members' replies do not come to rest: amounts are too far apart")


def _best_reply(signed: Agreement, played: Design) -> Design | None:
    """Return the profile after the reply of the member that gains most by one; None if nobody gains."""
    p, terms, regime = signed.parameters, signed.terms, signed.parameters.regimes[signed.design.regime]
    marginal = marginal_value(p, regime, played.efforts(p.x))
    best_gain, best = 0.0, None
    for i, level in enumerate(played.levels):
        borne = p.borne(terms.rate)[i] * regime.k * p.c[i]
        income = (terms.share[i] * marginal[i] + p.benefit[i]) * p.x[i]
        lost = _lost(signed, i)
        payoff = income - borne - lost
        at = int(np.argmax(payoff))
        gain = float(payoff[at] - payoff[level])
        scale = max(abs(float(part[at] - part[level])) for part in (income, borne, lost))
        if gain > max(CERTIFICATE * scale, best_gain):
            best_gain, best = gain, Design(played.regime, (*played.levels[:i], at, *played.levels[i + 1 :]))
    return best


def _lost(signed: Agreement, firm: int) -> Array:
    """Return what being caught costs a member at each level, deposit and reputation, (M11), shape (|L_i|,), money."""
    lost: Array = _caught(signed, firm) * (signed.terms.deposit[firm] + signed.parameters.stake[firm])
    return lost


def _caught(signed: Agreement, firm: int) -> Array:
    """Return the probability of being caught at each level, shape (|L_i|,)."""
    x = signed.parameters.x[firm]
    q = signed.parameters.regimes[signed.design.regime].q
    caught: Array = q * np.maximum(x[signed.design.levels[firm]] - x, 0.0)
    return caught


# --- what it is worth --------------------------------------------------------------------------------------


def earnings(signed: Agreement, played: Design, *, detected: bool = True) -> Earnings:
    """Return what members earn when a profile is played, whoever gains by leaving it (E3), (E4).

    Parameters
    ----------
    signed
        The contract.
    played
        The levels that are played, in the order of its members.
    detected
        Whether breaches are detected with their probability, or not at all.
    """
    p = signed.parameters
    lost, forfeited = np.zeros((2, p.n))
    if detected:
        lost = _at(signed, played.levels, _lost)
        forfeited = _at(signed, played.levels, _caught) * signed.terms.deposit
    deficit = pool_balance(p, played, signed.terms) - float(forfeited.sum())
    return Earnings(payoffs(p, played, signed.terms), lost, deficit * _bearers(signed), deficit)


def _worth(instance: Instance, signed: Agreement, played: Design) -> Evaluation:
    p = signed.parameters
    earned = earnings(signed, played)
    parts, profits = earned.parts, earned.profits
    surplus = float((profits - p.outside).sum())
    value = surplus
    lead = instance.project.lead if instance.objective == "lead" else None
    if lead is not None:
        outside = next(firm.outside_option for firm in instance.firms if firm.name == lead)
        value = float(profits[p.names.index(lead)]) if lead in p.names else outside
    x, agreed = played.efforts(p.x), signed.design.efforts(p.x)
    rounding = CERTIFICATE * sum((np.abs(getattr(parts, field.name)) for field in fields(parts)), np.abs(p.outside))
    return Evaluation(
        value=value,
        joint_surplus=surplus,
        efforts=_by_name(p.names, x),
        shirkers=tuple(name for name, low in zip(p.names, x < agreed, strict=True) if low),
        losers=tuple(name for name, low in zip(p.names, profits < p.outside - rounding, strict=True) if low),
        profits=_by_name(p.names, profits),
        deficit=earned.deficit,
    )


def _bearers(signed: Agreement) -> Array:
    """Return the part of the pool's deficit that each member bears: its share, or all of it the lead, shape (m,)."""
    if signed.lead is not None:
        return np.array([float(name == signed.lead) for name in signed.parameters.names])
    return signed.terms.share


def _at(signed: Agreement, levels: Sequence[int], quantity: Callable[[Agreement, int], Array]) -> Array:
    """Return a quantity of every member at the level it plays, shape (m,)."""
    return np.array([quantity(signed, firm)[level] for firm, level in enumerate(levels)])


def _by_name(names: Sequence[str], values: Array) -> dict[str, float]:
    return dict(zip(names, values.tolist(), strict=True))
