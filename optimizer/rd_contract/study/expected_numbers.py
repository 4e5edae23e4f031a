"""The numbers of scenarios one by one: what each is on average, and a firm's that is moved in all of them alike.

A null in an instance stands for a number that follows from others: a contribution, a synergy, what is usual in the
project. Where one scenario says such a number and another does not, what the null stands for there counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from ..formats.documents import Place
from ..formats.doors import require
from ..instance import (
    Edit,
    Firm,
    Instance,
    Relation,
    Scenario,
    ScenarioChange,
    World,
    path_to,
    restated,
    subsidy_rate_of,
    variant,
    worlds,
)
from ..instance.changing import Changer
from ..model.derivation import derive_in_order, eligible_firms
from ..model.synergies import Pairs

#: Name of the scenario in which every number is its mean.
EXPECTED = "expected numbers"


def at_expected_numbers(instance: Instance) -> Instance:
    """Return the instance that ignores uncertainty: each number that a scenario changes is its mean over all (M31).

    Parameters
    ----------
    instance
        An instance. Without scenarios it is returned as it is.

    Returns
    -------
    Instance
        With these means as its one scenario, which is certain: requirements are still met at the instance's own
        capabilities (M18), and reimbursements leave room for the mean subsidies (M29). It is always valid: means of
        numbers that may stand somewhere may stand there, and the means of menus whose costs rise with the level do.
    """
    require(Instance, instance)
    found = worlds(instance)
    if not found:
        return instance
    changer = Changer(instance)
    targets = {target.place: target for at in range(len(found)) for target, _ in changer.made(at)}
    means = tuple(ScenarioChange(path=one.path, value=_mean(found, one.place)) for one in targets.values())
    return instance.model_copy(update={"scenarios": (Scenario(name=EXPECTED, changes=means),)})


def _mean(found: Sequence[World], place: Place) -> float:
    numbers = [number_at(world.instance, place) for world in found]
    weighted = math.fsum(world.probability * number for world, number in zip(found, numbers, strict=True))
    mean = weighted / math.fsum(world.probability for world in found)
    return min(max(mean, min(numbers)), max(numbers))  # rounding leaves no range that all of them keep


def number_at(instance: Instance, place: Place) -> float:
    """Return the number at a place of an instance; of a null what it stands for there.

    Parameters
    ----------
    instance
        An instance, or a scenario as one.
    place
        Where a number may stand that scenarios may change.
    """
    node: Any = instance
    holders = []
    for step in place:
        holders.append(node)
        if isinstance(node, dict):
            node = node.get(step, 0.0)
        else:
            node = node[step] if isinstance(step, int) else getattr(node, step)
    return _stood_for(instance, holders[-1], str(place[-1])) if node is None else float(node)


def _stood_for(instance: Instance, holder: Firm | Relation, field: str) -> float:
    """Return what a null in a field of a firm or of a pair stands for."""
    if isinstance(holder, Firm):
        if field == "subsidy_rate":
            return subsidy_rate_of(holder, instance)
        return _derived_contribution(instance, holder)
    if field != "synergy":
        return float(getattr(instance.project.default_relation, field))
    firms = [firm for firm in instance.firms if firm.name in holder.between]
    project = instance.project.model_copy(update={"lead": None})
    alone = instance.unjudged(firms=tuple(firms), project=project, rules=())
    return float(derive_in_order(alone, firms).gamma[0, 1])  # (M6)


def _derived_contribution(instance: Instance, firm: Firm) -> float:
    """Return (M5), money: the last digit as :func:`~rd_contract.model.derivation.derive` has it."""
    firms = eligible_firms(instance)
    firms += [] if firm in firms else [firm]
    return float(Pairs(instance, firms, {}).contributions[firms.index(firm)])


@dataclass(frozen=True)
class FirmNumber:
    """A number of a firm, which may be another one in every scenario.

    Parameters
    ----------
    instance
        Whose firm it is.
    path
        The path to the number.
    own
        The instance's own; of a null what it stands for.
    in_scenarios
        The same in each scenario.
    """

    instance: Instance
    path: str
    own: float
    in_scenarios: tuple[float, ...]

    @classmethod
    def of(cls, instance: Instance, firm: str, field: str) -> Self:
        """Return a field of a firm that holds a number, by its name."""
        place: Place = ("firms", [one.name for one in instance.firms].index(firm), field)
        numbers = tuple(number_at(world.instance, place) for world in worlds(instance))
        return cls(instance, path_to("firms", firm, field), number_at(instance, place), numbers)

    @property
    def highest(self) -> float:
        """The largest that it is anywhere."""
        return max(self.own, *self.in_scenarios) if self.in_scenarios else self.own

    def moved(self, by: float, least: float = -math.inf) -> Instance:
        """Return the instance with the number moved as far everywhere, nowhere below a limit."""
        changed = self.instance
        if any(number != self.own for number in self.in_scenarios):
            changed = restated(changed, {self.path: [max(number + by, least) for number in self.in_scenarios]})
        else:
            changed = restated(changed, {self.path: None})
        return variant(changed, [Edit(self.path, max(self.own + by, least))])
