"""Which scenarios a result tells of, and what efforts are agreed for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..base.tolerances import SUMS
from ..instance import Instance, worlds
from ..outcome.contract import Check, Result
from .checks import none_found


def check_listed(instance: Instance, result: Result) -> list[Check]:
    """Check that a result tells of the instance's scenarios, and of a plan where one is agreed (``scenarios``).

    Parameters
    ----------
    instance, result
        The instance, and a result with a contract. A result that tells of none says nothing wrong, but for a plan,
        which it has to tell.
    """
    if not (result.scenarios or is_planned(instance)):
        return []
    detail = "Every scenario of the instance is told of once, in its order, with the efforts agreed for it alone."
    return [none_found("scenarios", [*_problems(instance, result)], detail)]


def agreed_efforts(instance: Instance, result: Result) -> tuple[Mapping[str, float], ...]:
    """Return the agreed effort of every member, by name, in each scenario.

    Parameters
    ----------
    instance, result
        The instance, and a result with a contract.

    Returns
    -------
    tuple
        One mapping where numbers are certain. Nothing where efforts are agreed by scenario and the result does not
        say them all; if it says none of any scenario, they are the same in all.
    """
    constant = bool(result.scenarios) and all(one.efforts is None for one in result.scenarios)
    if constant or not is_planned(instance):
        return ({member.firm: member.effort_level for member in result.members},) * max(len(instance.scenarios), 1)
    plans = tuple(one.efforts for one in result.scenarios if one.efforts is not None)
    members = {member.firm for member in result.members}
    complete = len(plans) == len(instance.scenarios) and all(plan.keys() == members for plan in plans)
    return plans if complete else ()


def is_planned(instance: Instance) -> bool:
    """Return whether an effort of each member is agreed for every scenario by itself."""
    return bool(instance.scenarios) and instance.uncertainty.agreement == "by_scenario"


def _problems(instance: Instance, result: Result) -> Iterator[str]:
    own, told = worlds(instance), result.scenarios
    if [one.name for one in told] != [one.name for one in own]:
        yield f"{len(told)} are told of, the instance has {len(own)}, or names and order are others"
    elif any(abs(one.probability - other.probability) > SUMS for one, other in zip(told, own, strict=True)):
        yield "a probability is not the instance's"
    planned, members = is_planned(instance), {member.firm for member in result.members}
    constant = all(one.efforts is None for one in told)
    for one in told:
        if (one.efforts is not None) != (planned and not constant):
            yield f'"{one.name}": efforts are given in every scenario or in none, and only where they are agreed so'
        elif one.efforts is not None and one.efforts.keys() != members:
            yield f'"{one.name}": efforts are named for others than the members'
