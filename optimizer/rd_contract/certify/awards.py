"""What a result says beyond its one contract: division targets, stability, the next best alliances, uniqueness.

What coalitions are worth is not computed again, as little as the optimum; what is said about it must fit together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from ..base.tolerances import GAP
from ..instance import Instance
from ..instance.schema import Valuing
from ..outcome.contract import Alternative, Check, DivisionTargets, Member, Result, Stability
from .accounts import open_accounts
from .checks import at_least, equal, fact, largest, none_found
from .conditions import check_conditions
from .equilibria import find_equilibria
from .figures import check_figures
from .reading import read_contract
from .rounding import check_rounding

#: Division rules that value coalitions (M23).
VALUING = get_args(Valuing)


def check_only(result: Result, only: bool | None) -> list[Check]:
    """Check that the agreed profile is the only equilibrium, if that was asked for (``only-equilibrium``)."""
    if result.robust is None:
        return []
    detail = "The agreed efforts are the only ones, in pure efforts, from which nobody wants to deviate."
    return [fact("only-equilibrium", only is True, detail)]


def check_shares_of_surplus(result: Result) -> list[Check]:
    """Check division targets and stability (M23), (M24), as far as they are reported."""
    checks = []
    if result.division_targets is not None:
        checks += _check_targets(result.division, result.division_targets, result.members)
    if result.stability is not None:
        checks += _check_stability(result.stability, result.members)
    return checks


def check_alternatives(instance: Instance, result: Result) -> list[Check]:
    """Check every next best alliance like the contract itself, and that they stand in order (``alternative``)."""
    checks = []
    sets = [{member.firm for member in result.members}]
    above = result.objective_value
    for place, alternative in enumerate(result.alternatives, start=2):
        own = {member.firm for member in alternative.members}
        problems = ["the members are those of a better alliance"] if own in sets else []
        if above is not None and alternative.objective_value > above + largest(above) * GAP:
            problems.append("it is better than the one before it")
        if (alternative.rounding is None) != (result.rounding is None):
            problems.append("how terms were rounded is told of this alliance or of the first, not of both")
        sets.append(own)
        above = alternative.objective_value
        problems += [check.detail for check in _alternative_checks(instance, result, alternative) if not check.holds]
        detail = f"The alliance in place {place} keeps every condition, and its figures are right."
        checks.append(none_found("alternative", problems, detail))
    return checks


def _alternative_checks(instance: Instance, result: Result, alternative: Alternative) -> list[Check]:
    fields = {name: getattr(alternative, name) for name in type(alternative).model_fields}
    alone = result.replace(**fields, status="feasible", bound=None, gap=None, alternatives=(), first_best=None)
    checks, agreement = read_contract(instance, alone)
    if agreement is None:
        return checks
    accounts = open_accounts(agreement)
    checks = [*checks, *check_conditions(agreement, accounts), *check_figures(agreement, accounts)]
    checks += check_rounding(agreement, accounts)
    checks += check_shares_of_surplus(alone.replace(stability=None))
    if result.robust is not None:
        only, _ = find_equilibria(agreement.parameters, agreement.design, agreement.terms)
        checks += check_only(result, only)
    return checks


def _check_targets(division: str, targets: DivisionTargets, members: Sequence[Member]) -> list[Check]:
    problems = [] if division in VALUING else [f"the division rule {division} has no targets"]
    surplus = {member.firm: member.surplus for member in members}
    if targets.finished != bool(targets.targets) or targets.finished != (targets.distance is not None):
        problems.append("targets and distance are given together, or not at all")
    if not set(targets.standard_errors) <= set(surplus) or min(targets.standard_errors.values(), default=0.0) < 0.0:
        problems.append("standard errors are those of members, and at least 0")
    if targets.standard_errors and division != "shapley":
        problems.append("only the Shapley value is sampled")
    if targets.finished and set(targets.targets) != set(surplus):
        problems.append("targets are named for others than the members")
    checks = [none_found("division", problems, "The division rule's targets are named for the members.")]
    if problems or targets.distance is None:
        return checks
    scale = _scale(members)
    farthest = max(abs(surplus[name] - target) for name, target in targets.targets.items())
    detail = "Targets add up to the joint surplus."
    checks.append(equal("division", sum(targets.targets.values()), sum(surplus.values()), detail, scale=10.0 * scale))
    detail = "No surplus is farther from the target of the division rule than is said."
    checks.append(equal("division", targets.distance, farthest, detail, scale=scale))
    return checks


def _scale(members: Sequence[Member]) -> float:
    """Return the largest amount that the members' surpluses are made of, money."""
    return largest([amount for member in members for amount in (member.expected_profit, member.outside_option)])


def _check_stability(stability: Stability, members: Sequence[Member]) -> list[Check]:
    surplus = {member.firm: member.surplus for member in members}
    if stability.stable:
        claims_more = bool(stability.coalition) or stability.value is not None or stability.surplus is not None
        detail = "No part of the alliance is named that would rather leave it (M24)."
        return [fact("stability", not claims_more, detail)]
    if not stability.coalition or stability.value is None or stability.surplus is None:
        return [fact("stability", False, "The part that would rather leave is named, with what it has and reaches.")]
    detail = "The part of the alliance that would rather leave it (M24) consists of some members, each named once."
    several = set(stability.coalition)
    proper = several < set(surplus) and len(several) == len(stability.coalition)
    checks = [fact("stability", proper, detail)]
    together = sum(surplus.get(name, 0.0) for name in stability.coalition)
    scale = _scale(members)
    detail = "What these members have together is the sum of their surpluses."
    checks.append(equal("stability", stability.surplus, together, detail, scale=scale))
    detail = "They reach more on their own than they have by the contract (M24)."
    checks.append(at_least("stability", stability.value, stability.surplus, detail, scale=0.0))
    return checks
