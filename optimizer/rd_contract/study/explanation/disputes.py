"""What each breach costs whom: a member works at another level than agreed, the others keep to theirs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...instance import Instance
from ...model.design import Design
from ...outcome.contract import Result
from ...outcome.reading import Agreement, read_agreement
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
    signed = read_agreement(instance, contract)
    agreed = earnings(signed, signed.design)
    return tuple(breach for member in contract.members for breach in _of_member(signed, agreed, member.firm, contract))


def _of_member(signed: Agreement, agreed: Earnings, firm: str, contract: Result) -> Iterator[Breach]:
    p, levels = signed.parameters, signed.design.levels
    at = p.names.index(firm)
    q = p.regimes[signed.design.regime].q
    order = [p.names.index(member.firm) for member in contract.members if member.firm != firm]
    for level in range(len(p.x[at])):
        if level == levels[at]:
            continue
        played = Design(signed.design.regime, (*levels[:at], level, *levels[at + 1 :]))
        after, unseen = earnings(signed, played), earnings(signed, played, detected=False)
        change = after.profits - agreed.profits
        yield Breach(
            firm=firm,
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
            others=tuple(_harm(p.names[i], i, agreed, after) for i in order),
            others_together=float(np.sum(change) - change[at]),
            alliance=float(np.sum(change)),
        )


def _harm(name: str, at: int, agreed: Earnings, after: Earnings) -> Harm:
    return Harm(
        firm=name,
        revenue=float(after.parts.revenue[at] - agreed.parts.revenue[at]),
        spillover=float(after.parts.spillover[at] - agreed.parts.spillover[at]),
        settlement=float(agreed.settled[at] - after.settled[at]),
        total=float(after.profits[at] - agreed.profits[at]),
    )
