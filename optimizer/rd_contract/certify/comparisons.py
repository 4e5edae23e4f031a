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
from .accounts import Books
from .aims import seeks_surplus
from .checks import amount, at_least, at_most, equal, largest, none_found, slack
from .group_rules import check_amount_rules
from .listed import is_planned
from .reading import Agreement, check_budget, check_team, is_on_menu, nearest_level, work_without_terms
from .worlds import World, in_worst, worlds_of


def check_regimes(agreement: Agreement, books: Books) -> list[Check]:
    """Check the list of regimes (``regimes``): complete, chosen one consistent, none reported better."""
    result, instance = agreement.result, agreement.instance
    offered = Counter((mode.name, option.name) for mode in instance.modes for option in instance.monitoring)
    listed = Counter((regime.mode, regime.monitoring) for regime in result.regimes)
    unmatched = [f"{mode} / {monitoring}" for mode, monitoring in (offered - listed) + (listed - offered)]
    checks = [
        none_found("regimes", unmatched, "Every combination of mode and monitoring is reported once."),
        none_found("regimes", _regime_problems(agreement), "Every regime's status fits what it reports."),
    ]
    scale = books.scale  # once: regimes may be a hundred thousand
    for regime in result.regimes:
        checks += _check_outcome(agreement, books, regime, scale)
    return checks


def _check_outcome(agreement: Agreement, books: Books, regime: RegimeOutcome, scale: float) -> Iterator[Check]:
    result, surplus, accounts = agreement.result, regime.joint_surplus, books.mean
    name = f"{regime.mode} / {regime.monitoring}"
    chosen = (regime.mode, regime.monitoring) == (result.mode, result.monitoring)
    joint = seeks_surplus(agreement.instance)
    if surplus is not None and chosen:
        detail = f"The chosen regime {name} is reported with the joint surplus of the contract (M20)."
        yield equal("regimes", surplus, accounts.joint_surplus, detail, scale=scale)
    elif surplus is not None and joint:
        detail = f"The regime {name} is not reported better than the chosen one (M20)."
        yield at_most("regimes", surplus, accounts.joint_surplus, detail, scale=scale)
    value = surplus if joint else (books.objective if chosen else None)
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


def check_first_best(instance: Instance, result: Result, books: Books | None) -> list[Check]:
    """Check the benchmark without moral hazard (M22), if it is reported (``first-best``).

    That it is the best is not proven again, only that its alliance may form and is worth what is said. Without a
    contract (``books`` None) there is nothing to compare it with. Of efforts that depend on the scenario only
    averages are told, from which its worth cannot be computed.
    """
    best = result.first_best
    if best is None:
        return []
    problems = _first_best_problems(instance, best)
    detail = "The benchmark without moral hazard (M22) names firms, efforts and a regime of the instance."
    checks = [none_found("first-best", problems, detail)]
    if problems:
        return checks
    names, surplus, scale = list(best.efforts), best.joint_surplus, abs(best.joint_surplus)
    broken = check_team(instance, names)
    if not is_planned(instance):
        worlds = worlds_of(instance, names)
        design = _first_best_design(instance, best, worlds[0].parameters)
        broken += in_worst([(world, _kept_by(world, design)) for world in worlds])
        surplus = sum(world.probability * design_surplus(world.parameters, design) for world in worlds)
        scale = sum(world.probability * _design_scale(world.parameters, design) for world in worlds)
        detail = f"Joint surplus without moral hazard (M22): {amount(surplus, instance.currency)} recomputed."
        checks.append(equal("first-best", best.joint_surplus, surplus, detail, scale=scale))
    detail = "Without moral hazard (M22), the alliance keeps the rules about teams and budget (M16)-(M18)."
    problems = [check.detail for check in broken if not check.holds]
    checks.insert(1, none_found("first-best", problems, detail))
    detail = "The first best (M22) is worth no more than its proven upper bound."
    checks.append(at_least("first-best", best.bound, surplus, detail, scale=scale))
    return checks if books is None else [*checks, *_check_price(instance, best, books, surplus, scale)]


def _kept_by(world: World, design: Design) -> list[Check]:
    """Return the verdicts on the rules about amounts that bind without moral hazard, too, in one world."""
    p = world.parameters
    return [
        *check_budget(world.instance, p, design),
        *check_amount_rules(world.instance, work_without_terms(p, design)),
    ]


def _check_price(instance: Instance, best: FirstBest, books: Books, surplus: float, scale: float) -> Iterator[Check]:
    """Check what hidden effort costs, given the first best's joint surplus and its magnitude, money."""
    scale = max(scale, books.mean.scale)
    reached = books.mean.joint_surplus
    detail = "No contract is worth more than the proven upper bound on the first best (M22)."
    yield at_most("first-best", reached, best.bound, detail, scale=scale)
    if best.price_of_moral_hazard is not None:
        price = surplus - reached
        detail = f"Price of moral hazard, W_FB − W (M22): {amount(price, instance.currency)} recomputed."
        yield equal("figures", best.price_of_moral_hazard, price, detail, scale=scale)


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
    if is_planned(instance):  # the average of a plan
        known = firm.menu[0].level - slack(1.0) <= level <= firm.menu[-1].level + slack(1.0)
    else:
        known = is_on_menu(firm.menu, level)
    return [] if known else [f"effort {level:g} is not on {name}'s menu"]


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
    Where one effort is agreed for scenarios that are known before work begins, monitoring and deposits may be what
    holds a firm to it: its surplus is no more than that. Of a plan only the average is told, and nothing recomputed.
    """
    if not entries:
        return []
    firms = {firm.name: firm for firm in instance.firms}
    modes = {mode.name for mode in instance.modes}
    twice = [name for name, count in Counter(entry.firm for entry in entries).items() if count > 1]
    problems = [f"{name} is listed twice" for name in twice]
    known = [entry.firm for entry in entries if entry.firm in firms and is_eligible(firms[entry.firm], instance)]
    worlds = worlds_of(instance, known) if known else ()
    for entry in entries:
        found = _stand_alone_problems(instance, firms.get(entry.firm), entry, modes)
        if worlds and not found and entry.effort_level is not None and not is_planned(instance):
            found = _stand_alone_error(instance, worlds, entry, entry.effort_level, scale)
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


def _stand_alone_error(
    instance: Instance, worlds: Sequence[World], entry: StandAlone, level: float, scale: float
) -> list[str]:
    p = worlds[0].parameters
    i, regime = p.names.index(entry.firm), cheapest(worlds, entry.mode or "")
    terms = average_alone(worlds, regime, i, int(np.argmin(np.abs(p.x[i] - level))))
    surplus = sum(terms)
    beyond = entry.joint_surplus - surplus
    allowed = slack(largest(terms, scale))
    if abs(beyond) <= allowed or (beyond <= allowed and is_held_alone(instance)):
        return []
    return [f"{entry.firm}: {entry.joint_surplus:.6g} reported, {surplus:.6g} recomputed"]


def is_held_alone(instance: Instance) -> bool:
    """Return whether a firm alone may need to be held to its effort: one for all scenarios, which it gets to know."""
    asked = instance.uncertainty
    return bool(instance.scenarios) and asked.timing == "before_effort" and asked.agreement == "same"


def cheapest(worlds: Sequence[World], mode: str) -> int:
    """Return the position of a mode's regime whose monitoring costs least, on average over scenarios."""
    regimes = [world.parameters.regimes for world in worlds]
    positions = [at for at, regime in enumerate(regimes[0]) if regime.mode == mode]
    return min(positions, key=lambda at: average(worlds, [several[at].K for several in regimes]))


def average(worlds: Sequence[World], amounts: Sequence[float]) -> float:
    """Return the average of an amount that is known in every scenario."""
    return sum(world.probability * one for world, one in zip(worlds, amounts, strict=True))


def average_alone(worlds: Sequence[World], regime: int, i: int, level: int) -> list[float]:
    """Return the terms of :func:`terms_alone`, on average over scenarios, money.

    Parameters
    ----------
    worlds
        The scenarios.
    regime, i, level
        Positions of the regime, of the firm, and of the level in its menu.
    """
    each = [terms_alone(world.parameters, world.parameters.regimes[regime], i, level) for world in worlds]
    return [average(worlds, several) for several in zip(*each, strict=True)]


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
