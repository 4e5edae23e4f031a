"""The best contract for an uncertain world by trying everything: all regimes, teams and plans, one terms LP each.

Only for small instances. The only shortcut is to leave out plans that provably cannot beat the best one found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf
from typing import Any

from oracles.enumeration import ROUNDING, affordable, efforts_of, teams
from oracles.scenario_terms import Plan, Terms, Uncertain, best_terms, measured, read_uncertain
from oracles.terms import FILTER_SLACK, Profile, shares_may_fit


def _choices(uncertain: Uncertain, mode: int, monitoring: int, team: tuple[int, ...]) -> Iterator[Plan]:
    """Yield the plans of a team in a regime that keep (M16) and rules on amounts in every scenario (M29)."""
    menus = [range(len(uncertain.own.firms[i].levels)) for i in team]
    kept: list[list[tuple[int, ...]]] = []
    for world in uncertain.worlds:
        regime = world.modes[mode], world.monitoring[monitoring]
        kept.append([choice for choice in product(*menus) if affordable(Profile(world, *regime, team, choice))])
    if uncertain.agreement == "by_scenario":
        chosen: Iterator[tuple[tuple[int, ...], ...]] = product(*kept)
    else:
        chosen = ((choice,) * len(kept) for choice in kept[0] if all(choice in other for other in kept))
    for choices in chosen:
        yield Plan(uncertain, mode, monitoring, team, choices)


def all_plans(uncertain: Uncertain) -> Iterator[Plan]:
    """Yield the admissible plans, those that meet (M16)-(M18)."""
    own = uncertain.own
    for team in teams(own):
        for mode, monitoring in product(range(len(own.modes)), range(len(own.monitoring))):
            yield from _choices(uncertain, mode, monitoring, team)


def ceiling(plan: Plan) -> float:
    """Return an upper bound of the objective, minus infinity where (M29) cannot hold for all.

    No terms raise the joint surplus of any scenario, so neither its mean nor its worst part; the lead expects at most
    what the others' outside options leave, and its worst is not more than what it expects.
    """
    bounds = [profile.surplus_bound for profile in plan.profiles]
    expected = sum(weight * bound for weight, bound in zip(plan.uncertain.probabilities, bounds, strict=True))
    if expected < -FILTER_SLACK * plan.uncertain.own.scale:
        return -inf
    if plan.lead is None:
        return measured(plan.uncertain, bounds)
    outside = [profile.firms[plan.lead].outside_option for profile in plan.profiles]
    return expected + sum(weight * u for weight, u in zip(plan.uncertain.probabilities, outside, strict=True))


@dataclass(frozen=True)
class Answer:
    """A best contract; ``efforts`` are the members' agreed levels by name, one mapping for each scenario."""

    objective_value: float
    joint_surplus: float
    values: tuple[float, ...]
    mode: str
    monitoring: str
    efforts: tuple[dict[str, float], ...]


def _answer(plan: Plan, terms: Terms) -> Answer:
    return Answer(
        objective_value=terms.objective_value,
        joint_surplus=terms.joint_surplus,
        values=terms.values,
        mode=plan.profiles[0].mode.name,
        monitoring=plan.profiles[0].monitoring.name,
        efforts=tuple(map(efforts_of, plan.profiles)),
    )


def best_contract(instance: Mapping[str, Any]) -> Answer | None:
    """Return a best contract over all regimes, teams and plans; None if none exists.

    Parameters
    ----------
    instance
        A raw, valid instance of format ``rd-contract/1``.
    """
    uncertain = read_uncertain(instance)
    candidates = [(ceiling(plan), plan) for plan in all_plans(uncertain)]
    candidates.sort(key=lambda candidate: -candidate[0])
    best: Answer | None = None
    for bound, plan in candidates:
        if bound == -inf or (best is not None and bound <= best.objective_value):
            break
        if uncertain.timing == "before_effort" and not shares_may_fit(*plan.profiles):
            continue
        terms = best_terms(plan)
        if terms is not None and (best is None or terms.objective_value > best.objective_value):
            best = _answer(plan, terms)
    return best


def find_plan(
    instance: Mapping[str, Any], mode: str, monitoring: str, efforts: Sequence[Mapping[str, float]]
) -> Plan | None:
    """Return a plan by names, or None if it breaks (M16)-(M18).

    Parameters
    ----------
    instance
        A raw, valid instance of format ``rd-contract/1``.
    mode, monitoring
        Names of the regime.
    efforts
        Agreed level by member, in each scenario.
    """
    uncertain = read_uncertain(instance)
    own = uncertain.own
    team = tuple(sorted(own.index(name) for name in efforts[0]))
    choices = []
    for agreed in efforts:
        distances = [[abs(x - agreed[own.firms[i].name]) for x in own.firms[i].levels] for i in team]
        assert max(map(min, distances)) <= ROUNDING, "no such level"
        choices.append(tuple(one.index(min(one)) for one in distances))
    regime = [one.name for one in own.modes].index(mode), [one.name for one in own.monitoring].index(monitoring)
    plan = Plan(uncertain, *regime, team, tuple(choices))
    return plan if team in teams(own) and all(map(affordable, plan.profiles)) else None


def plan_value(
    instance: Mapping[str, Any], mode: str, monitoring: str, efforts: Sequence[Mapping[str, float]]
) -> float | None:
    """Return the best objective that one plan can reach, see :func:`find_plan`; None: it cannot be had."""
    plan = find_plan(instance, mode, monitoring, efforts)
    terms = None if plan is None else best_terms(plan)
    return None if terms is None else terms.objective_value
