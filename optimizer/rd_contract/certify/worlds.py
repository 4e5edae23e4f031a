"""The numbers that a contract is judged by: those of every scenario (M25), or the instance's own where it has none.

What is asked in every scenario becomes one verdict, that of the scenario where it is closest to be broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..instance import Instance, worlds
from ..model.derivation import derive_in_order, eligible_firms
from ..model.parameters import Parameters
from ..outcome.contract import Check


@dataclass(frozen=True)
class World:
    """One scenario ω, or the instance itself where nothing is uncertain.

    Parameters
    ----------
    name
        The scenario's name; None: the instance's own numbers are certain.
    probability
        p_ω; 1 where nothing is uncertain.
    instance
        The instance with the numbers of the scenario.
    parameters
        These numbers for some firms alone, in the same order in every scenario, money in the instance's unit.
    """

    name: str | None
    probability: float
    instance: Instance
    parameters: Parameters


def derive_for(instance: Instance, names: Sequence[str]) -> Parameters:
    """Return the instance's own numbers for some firms alone, in the instance's unit of money.

    Parameters
    ----------
    instance
        The instance.
    names
        Names of eligible firms, at least one. The rules about teams are left out: they are checked on
        the instance itself.
    """
    return _in_order(instance, _ordered(instance, names))


def worlds_of(instance: Instance, names: Sequence[str]) -> tuple[World, ...]:
    """Return the numbers of every scenario for some firms alone; one world where the instance has no scenarios.

    Parameters
    ----------
    instance, names
        As for :func:`derive_for`; firms stand in the same order in every scenario.
    """
    order = _ordered(instance, names)
    found = worlds(instance)
    if not found:
        return (World(None, 1.0, instance, _in_order(instance, order)),)
    return tuple(World(one.name, one.probability, one.instance, _in_order(one.instance, order)) for one in found)


def _ordered(instance: Instance, names: Sequence[str]) -> list[str]:
    """Return names in an order that depends on the firms' data only."""
    chosen = set(names)
    return [firm.name for firm in eligible_firms(instance) if firm.name in chosen]


def _in_order(instance: Instance, names: Sequence[str]) -> Parameters:
    by_name = {firm.name: firm for firm in instance.firms}
    firms = [by_name[name] for name in names]
    project = instance.project.model_copy(update={"lead": None})
    return derive_in_order(instance.unjudged(firms=tuple(firms), project=project, rules=()), firms)


def in_worst(verdicts: Sequence[tuple[World, Sequence[Check]]]) -> list[Check]:
    """Return of every condition the verdict in the scenario where it is broken most, or closest to be.

    Parameters
    ----------
    verdicts
        The verdicts on the same conditions, in the same order, in every scenario.
    """
    named = [[_named(world, check) for check in checks] for world, checks in verdicts]
    return [min(same, key=_comfort) for same in zip(*named, strict=True)]


def _comfort(check: Check) -> tuple[bool, float]:
    distance = abs(check.value - check.limit)
    return check.holds, distance if check.holds else -distance


def _named(world: World, check: Check) -> Check:
    if world.name is None:
        return check
    return check.model_copy(update={"detail": f'In scenario "{world.name}": {check.detail}'})
