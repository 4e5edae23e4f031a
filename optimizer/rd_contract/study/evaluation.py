"""A signed contract in a world that differs from the one it was made for: what members do then, and what it is worth.

Terms and the agreed effort stay; prices, costs, synergies may be others. The agreed profile is played if nobody gains
by leaving it (M11). Otherwise members reply in turn, the one that gains most first, until nobody gains any more. That
always comes to an end: members whose shares are positive play a weighted potential game with potential
``V(x) + Σ (what i's effort brings and costs it alone) / s_i`` (Monderer & Shapley 1996), and what a member without a
share does depends on nobody else.

Where the instance has scenarios, that is played in each of them; or once, on average, where members work before they
know which one it is (M27): averages of such games are such games.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from ..base.arrays import Array, Flags
from ..base.errors import SolverError
from ..base.tolerances import CERTIFICATE
from ..certify import Deviation, averaged, deviations, objective_over
from ..formats.doors import require
from ..instance import Instance
from ..model.design import Design
from ..model.payoffs import Payoffs, marginal_value, payoffs, pool_balance
from ..outcome.contract import Result
from ..outcome.reading import Agreement, Occasion, read_occasions

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
    scenarios
        Where the instance has scenarios, what the contract comes to in each; then the objective is that of (M30), and
        all else an average. Shirkers play less than agreed in some scenario; losers lose on average.
    """

    value: float
    joint_surplus: float
    efforts: dict[str, float]
    shirkers: tuple[str, ...]
    losers: tuple[str, ...]
    profits: dict[str, float]
    deficit: float
    scenarios: tuple[ScenarioEvaluation, ...] = ()


@dataclass(frozen=True)
class ScenarioEvaluation:
    """What a signed contract comes to in one scenario.

    Parameters
    ----------
    name, probability
        The scenario.
    outcome
        What the contract comes to with its numbers.
    """

    name: str
    probability: float
    outcome: Evaluation


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
    occasions = read_occasions(instance, contract)
    if instance.scenarios and instance.uncertainty.timing == "after_effort":
        played = [_play(occasions)] * len(occasions)
    else:
        played = [_play([one]) for one in occasions]
    members = [member.firm for member in contract.members]
    outcomes = [_worth(one, design, members) for one, design in zip(occasions, played, strict=True)]
    return _on_average(instance, occasions, outcomes, members) if instance.scenarios else outcomes[0].evaluation


# --- what is played ----------------------------------------------------------------------------------------


def _play(occasions: Sequence[Occasion]) -> Design:
    """Return what is played where nobody can tell some occasions from each other, which agree the same efforts."""
    agreed = occasions[0].signed.design
    if not any(option.tempting for firm in range(len(agreed.levels)) for option in _options(occasions, firm)):
        return agreed
    played = agreed
    for _ in range(MAX_REPLIES):
        reply = _best_reply(occasions, played)
        if reply is None:
            return played
        played = reply
    raise SolverError("the members' replies do not come to rest: amounts are too far apart")


def _options(occasions: Sequence[Occasion], firm: int) -> tuple[Deviation, ...]:
    """Return what a member could do instead of keeping to the agreement, as the certificate judges it (M11), (M27)."""
    each = [deviations(one.signed.parameters, one.signed.design, one.signed.terms, firm) for one in occasions]
    return averaged(_weights(occasions), each)


def _weights(occasions: Sequence[Occasion]) -> list[float]:
    """Return how probable each of some occasions is, given that it is one of them, be it improbable itself."""
    return [one.probability for one in occasions] if len(occasions) > 1 else [1.0]


def _best_reply(occasions: Sequence[Occasion], played: Design) -> Design | None:
    """Return the profile after the reply of the member that gains most by one; None if nobody gains."""
    moved = [_moved(one.signed, played) for one in occasions]
    weights = _weights(occasions)
    best_gain, best = 0.0, None
    for i, level in enumerate(played.levels):
        income, borne, lost = sum((weight * one[i] for weight, one in zip(weights, moved, strict=True)), np.zeros(()))
        payoff = income - borne - lost
        at = int(np.argmax(payoff))
        gain = float(payoff[at] - payoff[level])
        scale = max(abs(float(part[at] - part[level])) for part in (income, borne, lost))
        if gain > max(CERTIFICATE * scale, best_gain):
            best_gain, best = gain, Design(played.regime, (*played.levels[:i], at, *played.levels[i + 1 :]))
    return best


def _moved(signed: Agreement, played: Design) -> list[Array]:
    """Return what each member's own level moves, the others as they play: income, cost and what being caught costs it.

    One array of each member, shape (3, |L_i|), money.
    """
    p, terms, regime = signed.parameters, signed.terms, signed.parameters.regimes[signed.design.regime]
    marginal, part = marginal_value(p, regime, played.efforts(p.x)), p.borne(terms.rate)
    return [
        np.array(
            [(terms.share[i] * marginal[i] + p.benefit[i]) * p.x[i], part[i] * regime.k * p.c[i], _lost(signed, i)]
        )
        for i in range(p.n)
    ]


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


@dataclass(frozen=True)
class _Outcome:
    """What is played on one occasion; what each of m members has beyond its outside option, and how exact that is."""

    evaluation: Evaluation
    surplus: Array
    rounding: Array


def _worth(occasion: Occasion, played: Design, members: Sequence[str]) -> _Outcome:
    """Return what a contract comes to on one occasion; its members are named in the order of the contract."""
    instance, signed, p = occasion.instance, occasion.signed, occasion.signed.parameters
    earned = earnings(signed, played)
    parts, profits = earned.parts, earned.profits
    surplus = profits - p.outside
    value = float(surplus.sum())
    lead = instance.project.lead if instance.objective == "lead" else None
    if lead is not None:
        outside = next(firm.outside_option for firm in instance.firms if firm.name == lead)
        value = float(profits[p.names.index(lead)]) if lead in p.names else outside
    x, agreed = played.efforts(p.x), signed.design.efforts(p.x)
    rounding = CERTIFICATE * sum((np.abs(getattr(parts, field.name)) for field in fields(parts)), np.abs(p.outside))
    evaluation = Evaluation(
        value=value,
        joint_surplus=float(surplus.sum()),
        efforts=_by_name(p.names, x, members),
        shirkers=_named(p.names, x < agreed, members),
        losers=_named(p.names, surplus < -rounding, members),
        profits=_by_name(p.names, profits, members),
        deficit=earned.deficit,
    )
    return _Outcome(evaluation, surplus, rounding)


def _on_average(
    instance: Instance, occasions: Sequence[Occasion], outcomes: Sequence[_Outcome], members: Sequence[str]
) -> Evaluation:
    """Return what a contract comes to over all scenarios (M30); its members are named in the order of the contract."""
    chances, names = [one.probability for one in occasions], occasions[0].signed.parameters.names
    seen = [outcome.evaluation for outcome in outcomes]

    def mean(amounts: Sequence[float]) -> float:
        return float(np.dot(chances, amounts))

    surplus, rounding = (
        np.tensordot(chances, [getattr(outcome, name) for outcome in outcomes], axes=1)
        for name in ("surplus", "rounding")
    )
    return Evaluation(
        value=objective_over(instance.uncertainty, [one.value for one in seen], chances),
        joint_surplus=mean([one.joint_surplus for one in seen]),
        efforts={name: mean([one.efforts[name] for one in seen]) for name in members},
        shirkers=tuple(name for name in members if any(name in one.shirkers for one in seen)),
        losers=_named(names, surplus < -rounding, members),
        profits={name: mean([one.profits[name] for one in seen]) for name in members},
        deficit=mean([one.deficit for one in seen]),
        scenarios=tuple(
            ScenarioEvaluation(one.name or "", one.probability, evaluation)
            for one, evaluation in zip(occasions, seen, strict=True)
        ),
    )


def _named(names: Sequence[str], which: Flags, members: Sequence[str]) -> tuple[str, ...]:
    """Return those of some names that something holds of, in the order of the contract's members."""
    so = dict(zip(names, which.tolist(), strict=True))
    return tuple(name for name in members if so[name])


def _bearers(signed: Agreement) -> Array:
    """Return the part of the pool's deficit that each member bears: its share, or all of it the lead, shape (m,)."""
    if signed.lead is not None:
        return np.array([float(name == signed.lead) for name in signed.parameters.names])
    return signed.terms.share


def _at(signed: Agreement, levels: Sequence[int], quantity: Callable[[Agreement, int], Array]) -> Array:
    """Return a quantity of every member at the level it plays, shape (m,)."""
    return np.array([quantity(signed, firm)[level] for firm, level in enumerate(levels)])


def _by_name(names: Sequence[str], values: Array, members: Sequence[str]) -> dict[str, float]:
    """Return numbers by name, in the order of the contract's members."""
    told = dict(zip(names, values.tolist(), strict=True))
    return {name: told[name] for name in members}
