"""What a result says beyond its one contract: division targets, stability, the next best alliances, uniqueness.

What coalitions are worth is not computed again, as little as the optimum; what is said about it must fit together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from ..base.tolerances import GAP
from ..instance import Instance
from ..instance.schema import Valuing
from ..outcome.claims import DivisionTargets, Outsiders, Stability, StableTerms
from ..outcome.contract import Alternative, Check, Member, Result
from .accounts import open_books
from .checks import at_least, at_most, equal, fact, largest, listing, none_found
from .conditions import check_conditions
from .equilibria import equilibria_of
from .figures import check_figures
from .reading import read_contract
from .rounding import check_rounding

#: Division rules that value coalitions (M23).
VALUING = get_args(Valuing)

#: How many times the slack of a condition a sum of surpluses may be away from what its terms were held to: searches and
#: the choice of terms tell a claim from none at that.
FAR_FROM = 10.0


def check_only(result: Result, only: bool | None) -> list[Check]:
    """Check that the agreed profile is the only equilibrium, if that was asked for (``only-equilibrium``)."""
    if result.robust is None:
        return []
    detail = "The agreed efforts are the only ones, in pure efforts, from which nobody wants to deviate."
    return [fact("only-equilibrium", only is True, detail)]


def check_shares_of_surplus(instance: Instance, result: Result) -> list[Check]:
    """Check division targets, stability and claims of groups (M23), (M24), (M37), as far as they are reported."""
    checks = []
    if result.division_targets is not None:
        checks += _check_targets(result.division, result.division_targets, result.members)
    if result.stability is not None:
        checks += _check_stability(result.stability, result.members)
        if result.stability.outsiders is not None:
            checks += _check_outsiders(instance, result.stability.outsiders, result.members)
    if result.stable_terms is not None:
        checks += _check_stable_terms(instance, result.stable_terms, result)
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
    books = open_books(agreement)
    checks = [*checks, *check_conditions(agreement, books), *check_figures(agreement, books)]
    checks += check_rounding(agreement, books)
    checks += check_shares_of_surplus(instance, alone.replace(stability=None))
    if result.robust is not None:
        checks += check_only(result, equilibria_of(agreement)[0])
    return checks


def _check_targets(division: str, targets: DivisionTargets, members: Sequence[Member]) -> list[Check]:
    problems = [] if division in VALUING else [f"the division rule {division} has no targets"]
    surplus = {member.firm: member.surplus for member in members}
    if targets.finished != bool(targets.targets) or targets.finished != (targets.distance is not None):
        problems.append("targets and distance are given together, or not at all")
    if not set(targets.standard_errors) <= set(surplus) or min(targets.standard_errors.values(), default=0.0) < 0.0:
        problems.append("standard errors are those of members, and at least 0")
    if targets.standard_errors and division not in ("shapley", "owen"):
        problems.append("only the Shapley value and the Owen value are sampled")
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
    proper = set(stability.coalition) < set(surplus) and _is_in_order(stability.coalition, members)
    return [
        fact("stability", proper, detail),
        *_check_gain(stability.coalition, stability.value, stability.surplus, members, "(M24)"),
    ]


def _check_outsiders(instance: Instance, outside: Outsiders, members: Sequence[Member]) -> list[Check]:
    if outside.stable:
        claims_more = bool(outside.group) or outside.value is not None or outside.surplus is not None
        return [fact("stability", not claims_more, "No group is named that would gain by another alliance (M37).")]
    if not outside.group or outside.value is None or outside.surplus is None:
        return [fact("stability", False, "The group that would gain is named, with what it has and reaches (M37).")]
    detail = "The group that would gain by another alliance (M37) consists of candidates, one of them a member."
    return [
        fact("stability", _is_group(instance, outside.group, members), detail),
        *_check_gain(outside.group, outside.value, outside.surplus, members, "(M37)"),
    ]


def _check_gain(
    group: Sequence[str], value: float, surplus: float, members: Sequence[Member], number: str
) -> Iterator[Check]:
    """Yield whether a group has what is said, and would gain."""
    together = _together(group, members)
    detail = "What these members have together is the sum of their surpluses."
    yield equal("stability", surplus, together, detail, scale=_scale(members))
    detail = f"They reach more on their own than they have by the contract {number}."
    yield at_least("stability", value, surplus, detail, scale=0.0)


def _check_stable_terms(instance: Instance, terms: StableTerms, result: Result) -> list[Check]:
    """Check that each claim is met but for what is missing (M37), and that so much is."""
    members, scale = result.members, _scale(result.members)
    problems = [
        f"{listing(one.group) or 'nobody'} is no group of candidates with a member"
        for one in terms.claims
        if not _is_group(instance, one.group, members)
    ]
    checks = [none_found("stable-terms", problems, "Groups with a claim consist of candidates, one of them a member.")]
    moved = 0.0 if result.rounding is None else result.rounding.moved
    lacking = [0.0]
    for one in terms.claims:
        together, room = _together(one.group, members), len(set(one.group)) * moved
        lacking.append(one.value - together)
        detail = f"{listing(one.group)}: the members have what the group claims, but for what is missing (M37)."
        limit = one.value - terms.missing - room
        checks.append(at_least("stable-terms", together, limit, detail, scale=FAR_FROM * scale))
    detail = "No more is said to be missing than some group lacks (M37)."
    room = len(members) * moved
    checks.append(at_most("stable-terms", terms.missing, max(lacking) + room, detail, scale=FAR_FROM * scale))
    return checks


def _is_group(instance: Instance, group: Sequence[str], members: Sequence[Member]) -> bool:
    """Return whether a group consists of candidates, with some of the members, and not just all; each named once."""
    names, inside = set(group), {member.firm for member in members}
    known = names <= {firm.name for firm in instance.firms}
    return known and bool(names & inside) and names != inside and _is_in_order(group, members)


def _is_in_order(group: Sequence[str], members: Sequence[Member]) -> bool:
    """Return whether a group names each firm once: members in the order of the contract, then others by their names."""
    names, inside = set(group), [member.firm for member in members]
    return list(group) == [*(name for name in inside if name in names), *sorted(names - set(inside))]


def _together(group: Sequence[str], members: Sequence[Member]) -> float:
    """Return what the members among some firms have together, money."""
    return sum(member.surplus for member in members if member.firm in group)
