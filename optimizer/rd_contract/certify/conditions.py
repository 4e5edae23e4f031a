"""The conditions of a contract, (M11)-(M15), each computed from the contract itself.

Scales (see :mod:`.checks`): shares and rates are parts of a whole, so their unit is 1; deposits are measured
against their cap; transfers top up payoffs, so conditions on them are measured against the largest term of
the payoffs they belong to (the pool's balance (M13) is the same statement as Σ U_i = J (M19)); deviations are
measured against the largest amount that the deviation itself moves.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..outcome.contract import Check
from .accounts import Accounts
from .checks import amount, at_least, at_most, equal, largest, within
from .reading import Agreement
from .responses import Deviation, most_attractive


def check_conditions(agreement: Agreement, accounts: Accounts) -> list[Check]:
    """Return the verdicts on terms (M12)-(M14), incentives (M11) and participation (M15)."""
    return [
        *_check_shares(agreement),
        *_check_rates(agreement),
        *_check_deposits(agreement),
        *_check_liquidity(agreement, accounts),
        *_check_cost_sharing(agreement, accounts),
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
    for i, name in enumerate(p.names):
        high = float(p.phi_max[i])
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
    for i, name in enumerate(agreement.parameters.names):
        limit = limits[name]
        if limit is None:
            continue
        detail = f"{name} pays in no more than the {amount(limit, agreement.currency)} it has at hand (M14)."
        scale = largest(limit, accounts.profit_scale[i])
        yield at_least("liquidity", float(agreement.terms.transfer[i]), -limit, detail, scale=scale, firm=name)


def _check_cost_sharing(agreement: Agreement, accounts: Accounts) -> Iterator[Check]:
    limit = agreement.instance.project.cost_sharing_budget
    if limit is None:
        return
    p = agreement.parameters
    paid = accounts.parts.reimbursement
    detail = f"Reimbursements stay within the cost-sharing budget {amount(limit, agreement.currency)} (M14)."
    # What could be reimbursed at most counts too: otherwise a budget of 0 would leave no scale at all.
    scale = largest(limit, paid, p.theta * p.phi_max * accounts.parts.cost)
    yield at_most("cost-sharing-budget", float(paid.sum()), limit, detail, scale=scale)


def _check_pool(agreement: Agreement, accounts: Accounts) -> Check:
    transfers, reimbursed = agreement.terms.transfer, accounts.parts.reimbursement
    monitoring, coordination = -accounts.ledger["monitoring"], -accounts.ledger["coordination"]
    detail = (
        f"The alliance's pool balances (M13): net transfers to members {float(transfers.sum()):.6g}, "
        f"reimbursements {float(reimbursed.sum()):.6g}, monitoring {monitoring:.6g} and coordination "
        f"{amount(coordination, agreement.currency)} add up to 0."
    )
    left = float(transfers.sum() + reimbursed.sum()) + monitoring + coordination
    scale = largest(transfers, reimbursed, monitoring, coordination, accounts.profit_scale)
    return equal("pool-balance", left, 0.0, detail, scale=scale)


def _check_incentives(agreement: Agreement, accounts: Accounts) -> Iterator[Check]:
    p, design = agreement.parameters, agreement.design
    for i, name in enumerate(p.names):
        best = most_attractive(accounts.options[i])
        agreed = _level(agreement, i, design.levels[i])
        if best is None:
            detail = f"{name} has no other level than {agreed} to choose from (M11)."
            yield at_most("incentive", 0.0, 0.0, detail, scale=0.0, firm=name)
        else:
            yield at_most(
                "incentive",
                best.gain,
                0.0,
                _temptation(agreement, i, agreed, best),
                scale=best.scale,
                rounding=best.rounding,
                firm=name,
            )


def _temptation(agreement: Agreement, i: int, agreed: str, best: Deviation) -> str:
    name, other = agreement.parameters.names[i], _level(agreement, i, best.level)
    effect = f"{'gain' if best.gain > 0.0 else 'lose'} {amount(abs(best.gain), agreement.currency)}"
    return (
        f"Working at the agreed level {agreed} pays {name} at least as well as any other level (M11): its "
        f"best alternative is {other}, by which it would {effect}."
    )


def _level(agreement: Agreement, i: int, level: int) -> str:
    label = agreement.parameters.labels[i][level]
    return f"{agreement.parameters.x[i][level]:g}" + (f" ({label})" if label else "")


def _check_margin(agreement: Agreement, accounts: Accounts) -> Iterator[Check]:
    """Check that every deviation costs as much as was asked for."""
    margin = agreement.result.margin
    if margin <= 0.0:
        return
    for name, options in zip(agreement.parameters.names, accounts.options, strict=True):
        best = most_attractive(options)
        if best is not None:
            detail = f"Whatever else {name} does costs it at least {amount(margin, agreement.currency)}, as asked for."
            scale, rounding = largest(best.scale, margin), best.rounding
            yield at_least("margin", -best.gain, margin, detail, scale=scale, rounding=rounding, firm=name)


def _check_participation(agreement: Agreement, accounts: Accounts) -> Iterator[Check]:
    for i, name in enumerate(agreement.parameters.names):
        outside = float(agreement.parameters.outside[i])
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
