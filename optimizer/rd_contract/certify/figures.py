"""Every number that a result reports about its contract, held against the recomputed one.

The scale of a figure is the largest term that it is made of (see :mod:`.checks`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..base.tolerances import GAP, STATED_GAP
from ..model.parameters import Parameters
from ..outcome.contract import Check, Member, Result
from .accounts import Accounts
from .checks import amount, at_least, at_most, equal, fact, largest
from .reading import Agreement
from .responses import Deviation, most_attractive

Figure = tuple[str, float, float, float]  # what it is, reported, recomputed, scale


def check_figures(agreement: Agreement, accounts: Accounts) -> list[Check]:
    """Return the verdicts on the members' and the alliance's figures, and on the identity (M19)."""
    checks = [check_joint_profit(agreement, accounts)]
    checks += [_check_figure(figure, agreement.currency) for figure in _alliance_figures(agreement, accounts)]
    for i, member in enumerate(agreement.members):
        checks += [
            _check_figure(figure, agreement.currency, member.firm)
            for figure in _member_figures(agreement.parameters, accounts, i, member)
        ]
        checks.append(_check_slack(accounts.options[i], member, agreement.currency))
    return checks


def check_joint_profit(agreement: Agreement, accounts: Accounts) -> Check:
    """Check that the members' payoffs add up to the joint profit written out (``joint-profit``, (M19))."""
    parts = ", ".join(f"{name} {value:.6g}" for name, value in accounts.ledger.items() if value != 0.0)
    return equal(
        "joint-profit",
        accounts.joint_profit,
        sum(accounts.ledger.values()),
        f"What the members earn together is what the alliance earns as a whole, so that nothing is lost or "
        f"made up (M19): {parts or 'nothing'}.",
        scale=accounts.scale,
    )


def objective_value(agreement: Agreement, accounts: Accounts) -> float:
    """Return the recomputed objective: W (M20), or the lead's payoff U_ℓ (M21); money."""
    lead = agreement.instance.project.lead
    if agreement.instance.objective == "lead" and lead in agreement.parameters.names:
        return float(accounts.profit[agreement.parameters.names.index(lead)])
    return accounts.joint_surplus


def check_bound(agreement: Agreement, accounts: Accounts) -> list[Check]:
    """Check the proven bound against the objective, and the gap (``bound``, ``gap``)."""
    result = agreement.result
    if result.bound is None or result.gap is None or result.objective_value is None:
        return []
    claim = (
        "That nothing better exists rests on the solver's bound; this certificate does not prove it again."
        if result.proven
        else "The solve ended early; a better contract may exist, up to the bound."
    )
    unit = max(1.0, abs(result.objective_value))
    distance = abs(result.bound - result.objective_value) / unit
    checks = [] if not result.proven else [_check_promise(result, result.gap)]
    return [
        *checks,
        at_least(
            "bound",
            result.bound,
            objective_value(agreement, accounts),
            f"The contract is worth no more than the proven upper bound. {claim}",
            scale=accounts.scale,
        ),
        equal(
            "gap",
            result.gap,
            distance,
            "The gap is the distance between bound and value, relative to the value (at least 1).",
            scale=distance,
            rounding=largest(result.bound, result.objective_value) / unit,
        ),
    ]


def _check_promise(result: Result, gap: float) -> Check:
    """Check that what is called optimal is proven within the gap that was asked for."""
    asked = result.solver.options.get("gap")
    allowed = max(float(asked), STATED_GAP) if isinstance(asked, int | float) else GAP
    detail = "The contract is called optimal, so the proof must reach the gap that was asked for."
    return at_most("gap", gap, allowed, detail, scale=0.0)


def _check_figure(figure: Figure, currency: str, firm: str | None = None) -> Check:
    what, reported, recomputed, scale = figure
    detail = f"{what}: {amount(reported, currency)} reported, {amount(recomputed, currency)} recomputed."
    return equal("figures", reported, recomputed, detail, scale=scale, firm=firm)


def _alliance_figures(agreement: Agreement, accounts: Accounts) -> Iterator[Figure]:
    result, scale = agreement.result, accounts.scale
    value = objective_value(agreement, accounts)
    figures = (
        ("expected_revenue (M7)", result.expected_revenue, accounts.revenue, accounts.revenue_scale),
        ("joint_profit (M19)", result.joint_profit, accounts.joint_profit, scale),
        ("joint_surplus (M20)", result.joint_surplus, accounts.joint_surplus, scale),
        ("objective_value (M20), (M21)", result.objective_value, value, scale),
    )
    for what, reported, recomputed, largest_term in figures:
        if reported is not None:  # that none is missing is a matter of ``claims``
            yield what, reported, recomputed, largest_term
    parts = result.value_parts
    if parts is not None:
        shared = float(accounts.shared.sum())
        yield "value_parts.base (M7)", parts.base, accounts.base, largest(accounts.base)
        yield (
            "value_parts.contributions (M7)",
            parts.contributions,
            float(accounts.own.sum()),
            largest(accounts.own),
        )
        yield "value_parts.synergies (M7)", parts.synergies, shared, largest(accounts.pair_scale)


def _member_figures(parameters: Parameters, accounts: Accounts, i: int, member: Member) -> Iterator[Figure]:
    parts, scale = accounts.parts, float(accounts.profit_scale[i])
    cost, outside = float(parts.cost[i]), float(parameters.outside[i])
    profit, verifiable = float(accounts.profit[i]), float(parameters.theta[i]) * cost
    paid, own, shared = float(parts.reimbursement[i]), float(accounts.own[i]), float(accounts.shared[i])
    yield "effort_cost (M9)", member.effort_cost, cost, cost
    yield "reimbursement (M9)", member.reimbursement, paid, largest(verifiable, paid)
    yield "expected_profit (M10)", member.expected_profit, profit, scale
    yield "outside_option (M15)", member.outside_option, outside, largest(outside)
    yield "surplus, expected profit less outside option (M20)", member.surplus, profit - outside, scale
    yield "contribution_value (M7)", member.contribution_value, own, largest(own)
    yield "synergy_value (M7)", member.synergy_value, shared, float(accounts.pair_scale[i])


def _check_slack(options: tuple[Deviation, ...], member: Member, currency: str) -> Check:
    best, reported = most_attractive(options), member.incentive_slack
    what = "incentive_slack, what the best deviation would cost (M11)"
    if best is None or reported is None:
        words = "a single level to choose from" if best is None else "other levels to choose from"
        detail = f"{what}: given exactly when there is a choice; {member.firm} has {words}."
        return fact("figures", best is None and reported is None, detail, member.firm)
    lost = min(-option.gain for option in options)
    return equal(
        "figures",
        reported,
        lost,
        f"{what}: {amount(reported, currency)} reported, {amount(lost, currency)} recomputed.",
        scale=largest([option.scale for option in options]),
        rounding=largest([option.rounding for option in options]),
        firm=member.firm,
    )
