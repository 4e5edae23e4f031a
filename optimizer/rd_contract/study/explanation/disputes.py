"""What each breach costs whom: a member works at another level than agreed, the others keep to theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ...instance import Instance
from ...model.design import Design
from ...outcome.contract import Result
from ...outcome.reading import Agreement, Occasion, read_occasions
from ..evaluation import Earnings, earnings
from .types import Breach, Harm


def breaches(instance: Instance, contract: Result) -> tuple[Breach, ...]:
    """Return every breach of every member, in the order of the contract and of the menus.

    Parameters
    ----------
    instance
        The instance.
    contract
        Its contract.
    """
    occasions = read_occasions(instance, contract)
    agreed = [earnings(one.signed, one.signed.design) for one in occasions]
    return tuple(
        breach for member in contract.members for breach in _of_member(occasions, agreed, member.firm, contract)
    )


def _of_member(
    occasions: Sequence[Occasion], agreed: Sequence[Earnings], firm: str, contract: Result
) -> Iterator[Breach]:
    p = occasions[0].signed.parameters
    at = p.names.index(firm)
    others = [p.names.index(member.firm) for member in contract.members if member.firm != firm]
    for level in range(len(p.x[at])):
        if all(one.signed.design.levels[at] == level for one in occasions):
            continue
        told = [_breach(one.signed, before, at, level, others) for one, before in zip(occasions, agreed, strict=True)]
        yield _averaged(occasions, told)


def _breach(signed: Agreement, agreed: Earnings, at: int, level: int, others: Sequence[int]) -> Breach:
    p, levels = signed.parameters, signed.design.levels
    q = p.regimes[signed.design.regime].q
    played = Design(signed.design.regime, (*levels[:at], level, *levels[at + 1 :]))
    after, unseen = earnings(signed, played), earnings(signed, played, detected=False)
    change = after.profits - agreed.profits
    return Breach(
        firm=p.names[at],
        level=float(p.x[at][level]),
        label=p.labels[at][level],
        agreed_level=float(p.x[at][levels[at]]),
        detection=float(q * max(0.0, p.x[at][levels[at]] - p.x[at][level])),
        at_stake=float(signed.terms.deposit[at] + p.stake[at]),
        own_undetected=float(after.parts.total[at] - agreed.parts.total[at]),
        own_expected=float(after.parts.total[at] - after.lost[at] - agreed.parts.total[at]),
        gain_undetected=float(unseen.profits[at] - agreed.profits[at]),
        gain_expected=float(change[at]),
        settlement=float(agreed.settled[at] - after.settled[at]),
        others=tuple(_harm(p.names[i], i, agreed, after) for i in others),
        others_together=float(np.sum(change) - change[at]),
        alliance=float(np.sum(change)),
    )


#: What a breach and a harm say in numbers that differ by scenario.
_OF_BREACH = tuple(name for name, field in Breach.model_fields.items() if field.annotation is float and name != "level")
_OF_HARM = tuple(name for name, field in Harm.model_fields.items() if field.annotation is float)


def _averaged(occasions: Sequence[Occasion], told: Sequence[Breach]) -> Breach:
    """Return one breach in several scenarios as what it comes to on average."""
    if len(told) == 1:
        return told[0]
    chances = [one.probability for one in occasions]

    def mean(parts: Sequence[Breach] | Sequence[Harm], name: str) -> float:
        return float(np.dot(chances, [getattr(part, name) for part in parts]))

    harms = [
        same[0].model_copy(update={name: mean(same, name) for name in _OF_HARM})
        for same in zip(*(one.others for one in told), strict=True)
    ]
    averages = {name: mean(told, name) for name in _OF_BREACH}
    agreed = {one.name or "": breach.agreed_level for one, breach in zip(occasions, told, strict=True)}
    plan = agreed if len(set(agreed.values())) > 1 else {}
    return told[0].model_copy(update={**averages, "agreed_by_scenario": plan, "others": tuple(harms)})


def _harm(name: str, at: int, agreed: Earnings, after: Earnings) -> Harm:
    return Harm(
        firm=name,
        revenue=float(after.parts.revenue[at] - agreed.parts.revenue[at]),
        spillover=float(after.parts.spillover[at] - agreed.parts.spillover[at]),
        settlement=float(agreed.settled[at] - after.settled[at]),
        total=float(after.profits[at] - agreed.profits[at]),
    )
