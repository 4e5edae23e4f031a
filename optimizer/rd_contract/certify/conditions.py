"""The conditions of a contract, (M11)-(M15), each computed from the contract itself.

Scales (see :mod:`.checks`): shares and rates are parts of a whole, so their unit is 1; deposits are measured
against their cap; transfers top up payoffs, so conditions on them are measured against the largest term of
the payoffs they belong to (the pool's balance (M13) is the same statement as Σ U_i = J (M19)); deviations are
measured against the largest amount that the deviation itself moves.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..outcome.contract import Check
from .accounts import Accounts, Books
from .checks import amount, at_least, at_most, equal, largest, within
from .reading import Agreement
from .responses import Deviation, most_attractive
from .worlds import World, in_worst


def check_conditions(agreement: Agreement, books: Books) -> list[Check]:
    """Return the verdicts on terms (M12)-(M14), incentives (M11) and participation (M15).

    Of scenarios, incentives are those of (M26) or (M27); pool and participation are averages (M28), (M29).
    """
    accounts = books.mean
    return [
        *_check_shares(agreement),
        *_check_rates(agreement),
        *_check_deposits(agreement),
        *_check_liquidity(agreement, accounts),
        *in_worst(
            [
                (world, [*_check_cost_sharing(agreement, world, one)])
                for world, one in zip(agreement.worlds, books.each, strict=True)
            ]
        ),
        _check_pool(agreement, accounts),
        *_check_incentives(agreement, accounts),
        *_check_margin(agreement, accounts),
        *_check_participation(agreement, accounts),
    ]


def _check_shares(agreement: Agreement) -> Iterator[Check]:
    p, s = agreement.parameters, agreement.terms.share
    detail = "The members' shares add up to the whole revenue (M12)."
    yield equal("share-sum", float(s.sum()), 1.0, detail, scale=largest(1.0, s))
    for i, name in enumerate(p.names):
        low, high = float(p.s_min[i]), float(p.s_max[i])
        detail = f"{name}'s share of the revenue lies between its floor {low:g} and its cap {high:g} (M12)."
        yield within("share-bounds", float(s[i]), (low, high), detail, scale=1.0, firm=name)


def _check_rates(agreement: Agreement) -> Iterator[Check]:
    p, rate = agreement.parameters, agreement.terms.rate
    # What subsidies leave in every scenario (M29).
    left = 1.0 - np.max([world.parameters.subsidy for world in agreement.worlds], axis=0)
    for i, name in enumerate(p.names):
        high = float(p.phi_max[i])
        if agreement.is_uncertain:
            high = min(high, float(left[i]))
        detail = f"The alliance reimburses between 0 and {high:g} of {name}'s verifiable cost (M9)."
        yield within("rate-bounds", float(rate[i]), (0.0, high), detail, scale=1.0, firm=name)


def _check_deposits(agreement: Agreement) -> Iterator[Check]:
    p, deposit = agreement.parameters, agreement.terms.deposit
    for i, name in enumerate(p.names):
        high = float(p.d_max[i])
        detail = f"{name} deposits between 0 and {amount(high, agreement.currency)} (M14)."
        scale = largest(deposit[i], high)
        yield within("deposit-bounds", float(deposit[i]), (0.0, high), detail, scale=scale, firm=name)


def _check_liquidity(agreement: Agreement, accounts: Accounts) -> Iterator[Check]:
    limits = {firm.name: firm.liquidity for firm in agreement.instance.firms}
    for i, name in enumerate(agreement.names):
        limit = limits[name]
        if limit is None:
            continue
        detail = f"{name} pays in no more than the {amount(limit, agreement.currency)} it has at hand (M14)."
        scale = largest(limit, accounts.profit_scale[i])
        yield at_least("liquidity", float(agreement.terms.transfer[i]), -limit, detail, scale=scale, firm=name)


def _check_cost_sharing(agreement: Agreement, world: World, accounts: Accounts) -> Iterator[Check]:
    limit = agreement.instance.project.cost_sharing_budget
    if limit is None:
        return
    p = world.parameters
    paid = accounts.parts.reimbursement
    detail = f"Reimbursements stay within the cost-sharing budget {amount(limit, agreement.currency)} (M14)."
    # What could be reimbursed at most counts too: otherwise a budget of 0 would leave no scale at all.
    scale = largest(limit, paid, p.theta * p.phi_max * accounts.parts.cost)
    yield at_most("cost-sharing-budget", float(paid.sum()), limit, detail, scale=scale)


def _check_pool(agreement: Agreement, accounts: Accounts) -> Check:
    transfers, reimbursed = agreement.terms.transfer, accounts.parts.reimbursement
    monitoring, coordination = 0.0 - accounts.ledger["monitoring"], 0.0 - accounts.ledger["coordination"]
    detail = (
        f"The alliance's pool balances (M13): net transfers to members {float(transfers.sum()):.6g}, "
        f"reimbursements {float(reimbursed.sum()):.6g}, monitoring {monitoring:.6g} and coordination "
        f"{amount(coordination, agreement.currency)} add up to 0."
    )
    if agreement.is_uncertain:
        detail += " So it does on average over the scenarios (M28)."
    return equal("pool-balance", accounts.lacking, 0.0, detail, scale=accounts.pool_scale)


def _check_incentives(agreement: Agreement, accounts: Accounts) -> Iterator[Check]:
    for i, name in enumerate(agreement.names):
        best = most_attractive(accounts.options[i])
        if best is None:
            agreed = _level(agreement, i, agreement.designs[0].levels[i])
            detail = f"{name} has no other level than {agreed} to choose from (M11)."
            yield at_most("incentive", 0.0, 0.0, detail, scale=0.0, firm=name)
        else:
            yield at_most(
                "incentive",
                best.gain,
                0.0,
                _temptation(agreement, i, best),
                scale=best.scale,
                rounding=best.rounding,
                firm=name,
            )


def _temptation(agreement: Agreement, i: int, best: Deviation) -> str:
    name = agreement.names[i]
    scenarios = [world.name for world in agreement.worlds]
    design = agreement.designs[0 if best.scenario is None else scenarios.index(best.scenario)]
    agreed, other = (_level(agreement, i, level) for level in (design.levels[i], best.level))
    effect = f"{'gain' if best.gain > 0.0 else 'lose'} {amount(abs(best.gain), agreement.currency)}"
    where, number = "", "(M11)"
    if best.scenario is not None:
        where, number = f'In scenario "{best.scenario}", where it is tempted most: w', "(M26)"
    elif agreement.is_uncertain:
        where, number = "On average over the scenarios, w", "(M27)"
    return (
        f"{where or 'W'}orking at the agreed level {agreed} pays {name} at least as well as any other level {number}: "
        f"its best alternative is {other}, by which it would {effect}."
    )


def _level(agreement: Agreement, i: int, level: int) -> str:
    label = agreement.parameters.labels[i][level]
    return f"{agreement.parameters.x[i][level]:g}" + (f" ({label})" if label else "")


def _check_margin(agreement: Agreement, accounts: Accounts) -> Iterator[Check]:
    """Check that every deviation costs as much as was asked for."""
    margin = agreement.result.margin
    if margin <= 0.0:
        return
    for name, options in zip(agreement.names, accounts.options, strict=True):
        best = most_attractive(options)
        if best is not None:
            detail = f"Whatever else {name} does costs it at least {amount(margin, agreement.currency)}, as asked for."
            scale, rounding = largest(best.scale, margin), best.rounding
            yield at_least("margin", -best.gain, margin, detail, scale=scale, rounding=rounding, firm=name)


def _check_participation(agreement: Agreement, accounts: Accounts) -> Iterator[Check]:
    for i, name in enumerate(agreement.names):
        outside = float(accounts.outside[i])
        detail = (
            f"{name} expects to earn at least the {amount(outside, agreement.currency)} that it would earn "
            f"outside (M15)."
        )
        yield at_least(
            "participation",
            float(accounts.profit[i]),
            outside,
            detail,
            scale=float(accounts.profit_scale[i]),
            firm=name,
        )
