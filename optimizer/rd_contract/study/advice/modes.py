"""What the optimizer finds in each mode alone, and which mode that makes the most profitable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...instance import UNKNOWN, Context, Instance, Mode, Scenario, ScenarioChange
from ...instance.changing import Changer, Complaint
from ...outcome.contract import Result
from .score import Side
from .types import ModeWorth


def mode_alone(instance: Instance, name: str) -> Instance:
    """Return an instance in which one mode alone is open.

    What scenarios change of other modes is gone with them; all else is as it was.

    Parameters
    ----------
    instance
        The instance.
    name
        Name of one of its modes.
    """
    [at] = [index for index, mode in enumerate(instance.modes) if mode.name == name]
    # A valid instance: no rule across fields is about modes but for those on the context, which may name the others.
    alone = {"modes": (instance.modes[at],), "context": UNKNOWN}
    if not instance.scenarios:
        return instance.unjudged(**alone)
    changer = Changer(instance)
    scenarios = tuple(
        scenario.model_copy(update={"changes": tuple(_kept(scenario, changer, at))}) for scenario in instance.scenarios
    )
    return instance.unjudged(**alone, scenarios=scenarios)


def _kept(scenario: Scenario, changer: Changer, at: int) -> Iterator[ScenarioChange]:
    """Yield what a scenario changes where one mode alone is left, given its position, by paths that name it."""
    for change in scenario.changes:
        targets = changer.targets(change.path)
        if isinstance(targets, Complaint) or not any(target.place[0] == "modes" for target in targets):
            yield change
            continue
        yield from (change.model_copy(update={"path": one.path}) for one in targets if one.place[:2] == ("modes", at))


def worth_of(mode: Mode, context: Context, result: Result) -> ModeWorth:
    """Return what the best contract in a mode is worth.

    Parameters
    ----------
    mode
        The mode.
    context
        What tells which side it is on.
    result
        Of the instance in which it alone is open.
    """
    sides: dict[str, Side] = {context.exploratory_mode: "exploratory", context.exploitative_mode: "exploitative"}
    return ModeWorth.in_mode(mode, sides.get(mode.name), result)


def most_profitable(modes: Sequence[ModeWorth]) -> tuple[str, ...]:
    """Return the mode whose contract is worth most, and those that the proofs do not tell apart from it.

    Parameters
    ----------
    modes
        All modes.

    Returns
    -------
    tuple
        Empty where no mode has a contract, or another one may still be worth more than the best that was found.
    """
    found = sorted((one for one in modes if one.objective_value is not None), key=_value, reverse=True)
    if not found:
        return ()
    rivals = [one for one in modes if one is not found[0] and _may_reach(one, _value(found[0]))]
    return tuple(one.mode for one in [found[0], *rivals]) if all(one.proven for one in rivals) else ()


def _may_reach(mode: ModeWorth, value: float) -> bool:
    """Return whether a contract in a mode may be worth as much, for all that is proven."""
    return mode.status != "no_contract" and (mode.bound is None or mode.bound >= value)


def _value(mode: ModeWorth) -> float:
    return mode.objective_value or 0.0


def ahead(modes: Sequence[ModeWorth], best: Sequence[str]) -> float | None:
    """Return by how much the most profitable mode is above the next one with a contract; None where there is none.

    Parameters
    ----------
    modes
        All modes.
    best
        The most profitable one, or several.
    """
    others = [_value(one) for one in modes if one.mode not in best and one.objective_value is not None]
    return max(_value(one) for one in modes if one.mode in best) - max(others) if best and others else None
