"""The best contract by trying everything: all regimes, member sets and effort profiles, one terms LP each.

Only for small instances. Every step is the literal equation of the model, so that the answer can serve as the
truth in tests; the only shortcut is to leave out designs that provably cannot beat the best one found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from math import inf
from typing import Any

from oracles.problem import Problem, read_problem
from oracles.rules import design_allowed, team_allowed
from oracles.terms import Profile, best_terms, shares_may_fit, surplus_ceiling

# Sums of decimals that meet a limit exactly in decimal may exceed it by rounding in binary.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Design:
    """What is chosen before the terms: the regime, the members and their agreed effort levels."""

    mode: str
    monitoring: str
    efforts: dict[str, float]


@dataclass(frozen=True)
class Answer:
    """A best contract: ``W`` (M20) or ``U_lead`` (M21) as the objective says, and the design that has it."""

    objective_value: float
    joint_surplus: float
    mode: str
    monitoring: str
    efforts: dict[str, float]


def teams(problem: Problem) -> Iterator[tuple[int, ...]]:
    """Yield the member sets that meet (M17) and (M18)."""
    eligible = [i for i, firm in enumerate(problem.firms) if firm.eligible]
    required = {i for i, firm in enumerate(problem.firms) if firm.required}
    for size in range(1, len(eligible) + 1):
        if not problem.team_min <= size <= problem.team_max:
            continue
        for team in combinations(eligible, size):
            if required <= set(team) and _compatible(problem, team):
                yield team


def _compatible(problem: Problem, team: tuple[int, ...]) -> bool:
    """Tell whether a team has no exclusive pair (M17), masters what is required (M18), and keeps rules on members."""
    if any(pair in problem.exclusive for pair in combinations(team, 2)):
        return False
    if not team_allowed(problem.rules, problem.candidates, {problem.firms[i].name for i in team}):
        return False
    return all(
        requirement is None or any(problem.firms[i].capability[k] >= requirement for i in team)
        for k, requirement in enumerate(problem.requirements)
    )


def affordable(profile: Profile) -> bool:
    """Tell whether gross effort and joining costs stay within the R&D budget (M16), and rules on amounts hold (M33)."""
    spent = sum(profile.costs) + sum(firm.joining_cost for firm in profile.firms)
    if spent > profile.problem.budget + ROUNDING * profile.problem.scale:
        return False
    problem, efforts = profile.problem, efforts_of(profile)
    costs = dict(zip(efforts, profile.costs, strict=True))
    return design_allowed(problem.rules, problem.candidates, efforts, costs, problem.project_subsidy)


def _profiles(problem: Problem) -> Iterator[Profile]:
    """Yield every design that meets (M16), (M17) and (M18)."""
    for team in teams(problem):
        menus = [range(len(problem.firms[i].levels)) for i in team]
        for choice in product(*menus):
            for mode, monitoring in product(problem.modes, problem.monitoring):
                profile = Profile(problem, mode, monitoring, team, choice)
                if affordable(profile):
                    yield profile


def efforts_of(profile: Profile) -> dict[str, float]:
    """Return the agreed level of every member, by name."""
    return {firm.name: level for firm, level in zip(profile.firms, profile.levels, strict=True)}


def all_designs(instance: Mapping[str, Any]) -> Iterator[Design]:
    """Yield the admissible designs, those that meet (M16), (M17) and (M18).

    Parameters
    ----------
    instance
        A raw, valid instance of format ``rd-contract/1``.
    """
    for profile in _profiles(read_problem(instance)):
        yield Design(profile.mode.name, profile.monitoring.name, efforts_of(profile))


def best_contract(instance: Mapping[str, Any]) -> Answer | None:
    """Return a best contract over all regimes, member sets and effort profiles.

    Parameters
    ----------
    instance
        A raw, valid instance of format ``rd-contract/1``.

    Returns
    -------
    Answer or None
        None if no contract exists. Where several designs are best, one of them.
    """
    candidates = [(surplus_ceiling(profile), profile) for profile in _profiles(read_problem(instance))]
    candidates.sort(key=lambda candidate: -candidate[0])
    best: Answer | None = None
    for ceiling, profile in candidates:
        if ceiling == -inf or (best is not None and ceiling <= best.objective_value):
            break
        terms = best_terms(profile) if shares_may_fit(profile) else None
        if terms is not None and (best is None or terms.objective_value > best.objective_value):
            best = Answer(
                objective_value=terms.objective_value,
                joint_surplus=terms.joint_surplus,
                mode=profile.mode.name,
                monitoring=profile.monitoring.name,
                efforts=efforts_of(profile),
            )
    return best


def find_profile(problem: Problem, design: Design) -> Profile | None:
    """Return the design in indices, or None if it breaks (M16), (M17) or (M18).

    Raises
    ------
    ValueError
        If the design names a regime, a firm or a level that the instance does not have.
    """
    mode = next((mode for mode in problem.modes if mode.name == design.mode), None)
    monitoring = next((option for option in problem.monitoring if option.name == design.monitoring), None)
    if mode is None or monitoring is None:
        raise ValueError(f"no such regime: {design.mode!r}, {design.monitoring!r}")
    chosen: dict[int, int] = {}
    for name, level in design.efforts.items():
        i = problem.index(name)
        levels = problem.firms[i].levels
        distances = [abs(own - level) for own in levels]
        chosen[i] = distances.index(min(distances))
        if distances[chosen[i]] > ROUNDING:
            raise ValueError(f"{name!r} has no level {level}")
    team = tuple(sorted(chosen))
    profile = Profile(problem, mode, monitoring, team, tuple(chosen[i] for i in team))
    return profile if team in teams(problem) and affordable(profile) else None


def design_value(instance: Mapping[str, Any], mode: str, monitoring: str, efforts: dict[str, float]) -> float | None:
    """Return the best objective that one design can reach.

    Parameters
    ----------
    instance
        A raw, valid instance of format ``rd-contract/1``.
    mode, monitoring
        Names of the regime.
    efforts
        Agreed level per member, by name.

    Returns
    -------
    float or None
        None if the design breaks (M16)-(M18) or no terms support it.

    Raises
    ------
    ValueError
        If the design names something that the instance does not have.
    """
    profile = find_profile(read_problem(instance), Design(mode, monitoring, efforts))
    terms = None if profile is None else best_terms(profile)
    return None if terms is None else terms.objective_value


def first_best(instance: Mapping[str, Any]) -> float | None:
    """Return the joint surplus without moral hazard, liquidity limits, participation and risk (M22).

    Parameters
    ----------
    instance
        A raw, valid instance of format ``rd-contract/1``.

    Returns
    -------
    float or None
        None if no design meets (M16)-(M18). May be negative, as participation is left out.
    """
    return max((profile.surplus_bound for profile in _profiles(read_problem(instance))), default=None)
