"""Scenarios as instances: the numbers that an alliance may find itself with (M25)."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from ..base.errors import InstanceError, OptionError, Problem
from .changing import CHANGES, Changer
from .model import Instance
from .scenarios import Uncertainty


@dataclass(frozen=True)
class World:
    """One scenario ω, as an instance of its own.

    Parameters
    ----------
    name
        The scenario's name.
    probability
        Its probability p_ω, as given; of n scenarios without one 1/n.
    instance
        The numbers of that scenario. It has no scenarios itself. What is decided before anybody knows the scenario is
        as in the instance that lists it: requirements (M18) are met at that one's capabilities, and reimbursement
        limits may exceed what a scenario's subsidy rates leave (M29). Pairs that any scenario names are listed in all.
    """

    name: str
    probability: float
    instance: Instance


def worlds(instance: Instance) -> tuple[World, ...]:
    """Return the scenarios of an instance as instances, in the order of the file; none where there are none.

    Parameters
    ----------
    instance
        The instance. What it answers is kept with it.

    Raises
    ------
    InstanceError
        Of a part of an instance only, which nobody judged: with every change that leads to what is gone.
    """
    if not instance.scenarios:
        return ()
    known: tuple[World, ...] | None = instance.__dict__.get("_worlds")
    if known is None:
        known = instance.__dict__["_worlds"] = _made(instance)  # no field: equal instances are equal
    return known


def among_scenarios(instance: Instance, kept: Collection[int]) -> Instance:
    """Return an instance that knows it will find itself in one of some of its scenarios.

    Parameters
    ----------
    instance
        With scenarios.
    kept
        Positions of those that are still possible; their probabilities are normalised anew.

    Raises
    ------
    OptionError
        Where several together have no probability. A single one is certain, be it what never happens.
    """
    left = [instance.scenarios[at] for at in sorted(kept)]
    if len(left) == 1:
        left = [left[0].model_copy(update={"probability": None})]
    if all(scenario.probability is None for scenario in left):
        return instance.unjudged(scenarios=tuple(left))  # a valid instance, as fewer scenarios ask for less
    total = math.fsum(scenario.probability or 0.0 for scenario in left)
    if total <= 0.0:
        raise OptionError("the scenarios that are kept have no probability")
    return instance.unjudged(
        scenarios=tuple(
            scenario.model_copy(update={"probability": min((scenario.probability or 0.0) / total, 1.0)})
            for scenario in left
        )
    )


def stated_in(instance: Instance) -> dict[str, tuple[str, ...]]:
    """Return which scenarios say what a number is in them, whatever the instance says, by its path.

    Parameters
    ----------
    instance
        The instance. Scenarios that multiply a number by a factor follow it, and are none of these.
    """
    changer = Changer(instance)
    found: dict[str, list[str]] = {}
    for scenario in instance.scenarios:
        for change in scenario.changes:
            targets = changer.targets(change.path)
            if change.value is not None and isinstance(targets, list):
                for target in targets:
                    found.setdefault(target.path, []).append(scenario.name)
    return {path: tuple(dict.fromkeys(names)) for path, names in found.items()}


def _made(instance: Instance) -> tuple[World, ...]:
    changer = Changer(instance)
    found = list(map(changer.numbers, range(len(instance.scenarios))))
    problems = [
        Problem(f"{numbers.path}[{at}].{wrong.field}", wrong.found, wrong.expected, wrong.hint, CHANGES)
        for numbers in found
        for at, wrong in numbers.complaints
    ]
    if problems:
        raise InstanceError(problems, instance.name)
    equal = 1.0 / len(found)
    return tuple(
        World(
            name=scenario.name,
            probability=equal if scenario.probability is None else scenario.probability,
            instance=instance.unjudged(**changer.changed(numbers), scenarios=(), uncertainty=Uncertainty()),
        )
        for scenario, numbers in zip(instance.scenarios, found, strict=True)
    )
