"""Every number that a result reports about its contract, held against the recomputed one.

The scale of a figure is the largest term that it is made of (see :mod:`.checks`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..base.tolerances import GAP, STATED_GAP
from ..outcome.contract import Check, Member, Result, ScenarioOutcome
from .accounts import Accounts, Books
from .checks import amount, at_least, at_most, equal, fact, largest, none_found, slack
from .listed import is_planned
from .reading import Agreement
from .responses import Deviation, most_attractive

Figure = tuple[str, float, float, float]  # what it is, reported, recomputed, scale


def check_figures(agreement: Agreement, books: Books) -> list[Check]:
    """Return the verdicts on the members' and the alliance's figures, and on the identity (M19).

    Of scenarios, these are averages (M25), and what is told of each scenario is checked as well.
    """
    accounts = books.mean
    checks = [_check_joint_profit(accounts)]
    checks += [_check_figure(figure, agreement.currency) for figure in _alliance_figures(agreement, books)]
    for i, member in enumerate(agreement.members):
        checks += [
            _check_figure(figure, agreement.currency, member.firm)
            for figure in _member_figures(agreement, accounts, i, member)
        ]
        checks.append(_check_slack(accounts.options[i], member, agreement.currency))
    return [*checks, *_check_scenarios(agreement, books)]


def _check_joint_profit(accounts: Accounts) -> Check:
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


def check_bound(agreement: Agreement, books: Books) -> list[Check]:
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
            books.objective,
            f"The contract is worth no more than the proven upper bound. {claim}",
            scale=books.scale,
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


def _alliance_figures(agreement: Agreement, books: Books) -> Iterator[Figure]:
    result, accounts = agreement.result, books.mean
    scale = accounts.scale
    figures = (
        ("expected_revenue (M7)", result.expected_revenue, accounts.revenue, accounts.revenue_scale),
        ("joint_profit (M19)", result.joint_profit, accounts.joint_profit, scale),
        ("joint_surplus (M20)", result.joint_surplus, accounts.joint_surplus, scale),
        ("objective_value (M20), (M21), (M30)", result.objective_value, books.objective, books.scale),
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


def _member_figures(agreement: Agreement, accounts: Accounts, i: int, member: Member) -> Iterator[Figure]:
    parts, scale = accounts.parts, float(accounts.profit_scale[i])
    cost, outside = float(parts.cost[i]), float(accounts.outside[i])
    profit, verifiable = float(accounts.profit[i]), float(accounts.verifiable[i])
    paid, own, shared = float(parts.reimbursement[i]), float(accounts.own[i]), float(accounts.shared[i])
    yield "effort_cost (M9)", member.effort_cost, cost, cost
    yield "reimbursement (M9)", member.reimbursement, paid, largest(verifiable, paid)
    yield "expected_profit (M10)", member.expected_profit, profit, scale
    yield "outside_option (M15)", member.outside_option, outside, largest(outside)
    yield "surplus, expected profit less outside option (M20)", member.surplus, profit - outside, scale
    yield "contribution_value (M7)", member.contribution_value, own, largest(own)
    yield "synergy_value (M7)", member.synergy_value, shared, float(accounts.pair_scale[i])
    if is_planned(agreement.instance):
        pairs = zip(agreement.worlds, agreement.designs, strict=True)
        level = sum(world.probability * float(world.parameters.x[i][design.levels[i]]) for world, design in pairs)
        yield "effort_level, on average over the scenarios", member.effort_level, level, level


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


# --- scenarios -------------------------------------------------------------------------------------------


def _check_scenarios(agreement: Agreement, books: Books) -> list[Check]:
    """Check all that is told of every scenario, scenario by scenario (``scenarios``)."""
    told = agreement.result.scenarios
    if [one.name for one in told] != [world.name for world in agreement.worlds]:
        return []  # that is a matter of the structure
    checks = []
    for at, one in enumerate(told):
        wrong = [
            f"{what} is {amount(reported, agreement.currency)}, not {amount(recomputed, agreement.currency)}"
            for what, reported, recomputed, allowed in _scenario_figures(agreement, books, at, one)
            if not (reported == recomputed or abs(reported - recomputed) <= allowed)
        ]
        wrong += _misnamed(agreement, books.each[at], one)
        detail = f'What the contract comes to in scenario "{one.name}" is recomputed with its numbers (E1)-(E5).'
        checks.append(none_found("scenarios", wrong, detail))
    return checks


def _scenario_figures(agreement: Agreement, books: Books, at: int, told: ScenarioOutcome) -> Iterator[Figure]:
    """Yield the figures of a scenario, each with by how much it may be wrong in place of its scale."""
    accounts = books.each[at]
    allowed, settled = slack(accounts.scale), books.settled[at]
    surplus = accounts.joint_surplus - accounts.lacking
    yield "joint_surplus (M20)", told.joint_surplus, surplus, allowed
    yield "objective_value (M30)", told.objective_value, books.values[at], allowed
    yield "expected_revenue (M7)", told.expected_revenue, accounts.revenue, slack(accounts.revenue_scale)
    yield "pool_balance (M28)", told.pool_balance, accounts.lacking, slack(accounts.pool_scale)
    for i, name in enumerate(agreement.names):
        if name in told.profits:
            yield f"profit of {name} (E4)", told.profits[name], float(settled[i]), allowed
        if name in told.surpluses:
            beyond = float(settled[i] - accounts.outside[i])
            yield f"surplus of {name} (M15)", told.surpluses[name], beyond, allowed
        options = accounts.options[i]
        if name in told.slack and options:
            room = slack(largest([one.scale for one in options]), largest([one.rounding for one in options]))
            yield f"slack of {name} (M26)", told.slack[name], min(-one.gain for one in options), room


def _misnamed(agreement: Agreement, accounts: Accounts, told: ScenarioOutcome) -> Iterator[str]:
    """Yield whose profit, surplus or slack is missing, or told although there is none."""
    for what, amounts in (("profits", told.profits), ("surpluses", told.surpluses)):
        if amounts.keys() != set(agreement.names):
            yield f"{what} are named for others than the members"
    before = agreement.instance.uncertainty.timing == "before_effort"
    choosing = {name for name, options in zip(agreement.names, accounts.options, strict=True) if options and before}
    if told.slack.keys() != choosing:
        yield "slack is named for others than the members that choose their effort in it"
