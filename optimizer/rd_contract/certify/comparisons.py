"""What a result reports beside its contract: other regimes, the first best, firms on their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from ..instance import Firm, Instance, is_eligible
from ..model.design import Design
from ..model.parameters import Parameters, Regime
from ..model.payoffs import design_surplus, value_parts
from ..outcome.contract import Check, FirstBest, RegimeOutcome, Result, StandAlone
from .accounts import Accounts
from .checks import amount, at_least, at_most, equal, largest, none_found, slack
from .figures import objective_value
from .group_rules import check_amount_rules
from .reading import Agreement, check_budget, check_team, derive_for, is_on_menu, nearest_level, work_without_terms


def check_regimes(agreement: Agreement, accounts: Accounts) -> list[Check]:
    """Check the list of regimes (``regimes``): complete, chosen one consistent, none reported better."""
    result, instance = agreement.result, agreement.instance
    offered = Counter((mode.name, option.name) for mode in instance.modes for option in instance.monitoring)
    listed = Counter((regime.mode, regime.monitoring) for regime in result.regimes)
    unmatched = [f"{mode} / {monitoring}" for mode, monitoring in (offered - listed) + (listed - offered)]
    checks = [
        none_found("regimes", unmatched, "Every combination of mode and monitoring is reported once."),
        none_found("regimes", _regime_problems(agreement), "Every regime's status fits what it reports."),
    ]
    scale = accounts.scale  # once: regimes may be a hundred thousand
    for regime in result.regimes:
        checks += _check_outcome(agreement, accounts, regime, scale)
    return checks


def _check_outcome(agreement: Agreement, accounts: Accounts, regime: RegimeOutcome, scale: float) -> Iterator[Check]:
    result, surplus = agreement.result, regime.joint_surplus
    name = f"{regime.mode} / {regime.monitoring}"
    chosen = (regime.mode, regime.monitoring) == (result.mode, result.monitoring)
    joint = agreement.instance.objective == "joint"
    if surplus is not None and chosen:
        detail = f"The chosen regime {name} is reported with the joint surplus of the contract (M20)."
        yield equal("regimes", surplus, accounts.joint_surplus, detail, scale=scale)
    elif surplus is not None and joint:
        detail = f"The regime {name} is not reported better than the chosen one (M20)."
        yield at_most("regimes", surplus, accounts.joint_surplus, detail, scale=scale)
    value = surplus if joint else (objective_value(agreement, accounts) if chosen else None)
    if regime.bound is not None and value is not None:
        detail = f"The proven bound of the regime {name} is not below the value that it is reported to reach."
        yield at_least("regimes", regime.bound, value, detail, scale=scale)


def _regime_problems(agreement: Agreement) -> list[str]:
    result = agreement.result
    problems = []
    for regime in result.regimes:
        name = f"{regime.mode} / {regime.monitoring}"
        chosen = (regime.mode, regime.monitoring) == (result.mode, result.monitoring)
        solved = regime.status in ("optimal", "feasible")
        if chosen and not (solved and (result.status != "optimal" or regime.status == "optimal")):
            problems.append(f"{name} was chosen, the result is {result.status}, its status is {regime.status}")
        if solved and regime.joint_surplus is None:
            problems.append(f"{name} is {regime.status} without a joint surplus")
        if regime.status == "no_contract" and regime.joint_surplus is not None:
            problems.append(f"{name} has a joint surplus without a contract")
        if result.status == "optimal" and regime.status == "stopped":
            problems.append(f"{name} was left undecided although the result is optimal")
    return problems


# --- the first best --------------------------------------------------------------------------------------


def check_first_best(instance: Instance, result: Result, accounts: Accounts | None) -> list[Check]:
    """Check the benchmark without moral hazard (M22), if it is reported (``first-best``).

    That it is the best is not proven again, only that its alliance may form and is worth what is said. Without a
    contract (``accounts`` None) there is nothing to compare it with.
    """
    best = result.first_best
    if best is None:
        return []
    problems = _first_best_problems(instance, best)
    detail = "The benchmark without moral hazard (M22) names firms, efforts and a regime of the instance."
    checks = [none_found("first-best", problems, detail)]
    if problems:
        return checks
    parameters = derive_for(instance, list(best.efforts))
    design = _first_best_design(instance, best, parameters)
    broken = [
        check.detail
        for check in (
            *check_team(instance, list(best.efforts)),
            *check_budget(instance, parameters, design),
            *check_amount_rules(instance, work_without_terms(parameters, design)),
        )
        if not check.holds
    ]
    surplus, scale = design_surplus(parameters, design), _design_scale(parameters, design)
    detail = "Without moral hazard (M22), the alliance keeps the rules about teams and budget (M16)-(M18)."
    checks.append(none_found("first-best", broken, detail))
    detail = f"Joint surplus without moral hazard (M22): {amount(surplus, instance.currency)} recomputed."
    checks.append(equal("first-best", best.joint_surplus, surplus, detail, scale=scale))
    detail = "The first best (M22) is worth no more than its proven upper bound."
    checks.append(at_least("first-best", best.bound, surplus, detail, scale=scale))
    if accounts is None:
        return checks
    scale = max(scale, accounts.scale)
    detail = "No contract is worth more than the proven upper bound on the first best (M22)."
    checks.append(at_most("first-best", accounts.joint_surplus, best.bound, detail, scale=scale))
    if best.price_of_moral_hazard is not None:
        price = surplus - accounts.joint_surplus
        detail = f"Price of moral hazard, W_FB − W (M22): {amount(price, instance.currency)} recomputed."
        checks.append(equal("figures", best.price_of_moral_hazard, price, detail, scale=scale))
    return checks


def _first_best_problems(instance: Instance, best: FirstBest) -> list[str]:
    firms = {firm.name: firm for firm in instance.firms}
    problems = [] if best.efforts else ["no firm is named"]
    if best.mode not in {mode.name for mode in instance.modes}:
        problems.append(f"unknown mode {best.mode!r}")
    if best.monitoring not in {option.name for option in instance.monitoring}:
        problems.append(f"unknown monitoring option {best.monitoring!r}")
    for name, level in best.efforts.items():
        problems += _effort_problems(instance, firms.get(name), name, level)
    return problems


def _effort_problems(instance: Instance, firm: Firm | None, name: str, level: float) -> list[str]:
    if firm is None:
        return [f"unknown firm {name!r}"]
    if not is_eligible(firm, instance):
        return [f"{name} may not join"]
    return [] if is_on_menu(firm.menu, level) else [f"effort {level:g} is not on {name}'s menu"]


def _first_best_design(instance: Instance, best: FirstBest, parameters: Parameters) -> Design:
    menus = {firm.name: firm.menu for firm in instance.firms}
    regimes = [(regime.mode, regime.monitoring) for regime in parameters.regimes]
    levels = tuple(nearest_level(menus[name], best.efforts[name]) for name in parameters.names)
    return Design(regimes.index((best.mode, best.monitoring)), levels)


def _design_scale(parameters: Parameters, design: Design) -> float:
    """Return the magnitude of the largest amount in a design's joint surplus, money."""
    regime, x = parameters.regimes[design.regime], design.efforts(parameters.x)
    cost = [regime.k * parameters.c[i][level] for i, level in enumerate(design.levels)]
    base, own, _ = value_parts(parameters, regime, x)
    pairs = regime.f * parameters.gamma.at_efforts(x)
    money = (base, own, pairs, cost, parameters.outside, parameters.benefit * x, regime.K)
    sums = (parameters.pi.values(), parameters.sigma.values())
    return largest(*money, *parameters.entry_costs.values(), *sums)


# --- firms on their own ----------------------------------------------------------------------------------


def check_stand_alone(instance: Instance, entries: Sequence[StandAlone], scale: float) -> list[Check]:
    """Check what is reported of single firms without partners, if anything (``stand-alone``).

    ``scale`` is the largest amount in the books of the contract that they are held against, money: what is dust beside
    it decides nothing. Each reported surplus is recomputed at the reported effort and mode: the firm holds the whole
    revenue and its risk, and takes the cheapest monitoring option. That nothing better is possible is not proven again.
    """
    if not entries:
        return []
    firms = {firm.name: firm for firm in instance.firms}
    modes = {mode.name for mode in instance.modes}
    twice = [name for name, count in Counter(entry.firm for entry in entries).items() if count > 1]
    problems = [f"{name} is listed twice" for name in twice]
    known = [entry.firm for entry in entries if entry.firm in firms and is_eligible(firms[entry.firm], instance)]
    parameters = derive_for(instance, known) if known else None
    for entry in entries:
        found = _stand_alone_problems(instance, firms.get(entry.firm), entry, modes)
        if parameters is not None and not found and entry.effort_level is not None:
            found = _stand_alone_error(parameters, entry, entry.effort_level, scale)
        problems += found
    detail = "What single firms reach without partners is recomputed at the effort and mode reported (M23)."
    return [none_found("stand-alone", problems, detail)]


def _stand_alone_problems(instance: Instance, firm: Firm | None, entry: StandAlone, modes: set[str]) -> list[str]:
    if (entry.effort_level is None) != (entry.mode is None):
        return [f"{entry.firm}: effort and mode are given together or not at all"]
    if entry.joint_surplus < 0.0 or (entry.mode is None and entry.joint_surplus != 0.0):
        return [f"{entry.firm}: a surplus of {entry.joint_surplus:g} does not fit"]
    if entry.mode is not None and entry.mode not in modes:
        return [f"{entry.firm}: unknown mode {entry.mode!r}"]
    if entry.effort_level is not None:
        return _effort_problems(instance, firm, entry.firm, entry.effort_level)
    return [] if firm is not None else [f"unknown firm {entry.firm!r}"]


def _stand_alone_error(parameters: Parameters, entry: StandAlone, level: float, scale: float) -> list[str]:
    i = parameters.names.index(entry.firm)
    regime = min((r for r in parameters.regimes if r.mode == entry.mode), key=lambda r: r.K)
    terms = terms_alone(parameters, regime, i, int(np.argmin(np.abs(parameters.x[i] - level))))
    surplus = sum(terms)
    if abs(surplus - entry.joint_surplus) <= slack(largest(terms, scale)):
        return []
    return [f"{entry.firm}: {entry.joint_surplus:.6g} reported, {surplus:.6g} recomputed"]


def terms_alone(parameters: Parameters, regime: Regime, i: int, level: int) -> list[float]:
    """Return the terms of (M19), (M20) for one firm with share 1 and no partners, money.

    Parameters
    ----------
    parameters, regime
        The numbers, and the regime it works in.
    i, level
        Position of the firm, and of the level in its menu.
    """
    x, cost = float(parameters.x[i][level]), regime.k * float(parameters.c[i][level])
    return [
        regime.f * parameters.v0,
        regime.f * float(parameters.v[i]) * x,
        float(parameters.benefit[i]) * x,
        -(1.0 - float(parameters.theta[i] * parameters.subsidy[i])) * cost,
        *(-float(cost[i]) for cost in parameters.entry_costs.values()),
        -float(parameters.outside[i]),
        -regime.K,
        -float(parameters.premium(regime)[i]),
    ]
