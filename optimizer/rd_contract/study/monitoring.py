"""What monitoring is worth (M39): the best contract of an instance, against the best one without a choice of it.

To be watched is worth something because of what it makes possible: with more at stake for whoever shirks (M11), more
effort can be had, or the same with other terms. What that is depends on what is at stake anyway, and so on credit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..base.options import check_calls, check_kind
from ..base.tolerances import GAP
from ..formats.doors import require
from ..instance import Edit, Instance, Monitoring, Scenario, ScenarioChange, path_to, variant, worlds
from ..instance.paths import Addresses
from ..outcome.contract import Result
from ..pipeline import solve
from ..search import Progress
from .doing_without import doing_without

#: Paths into the options of monitoring.
OF_MONITORING = re.compile(r"monitoring[.\[]")


@dataclass(frozen=True, slots=True)
class MonitoringValue:
    """What it is worth that monitoring can be chosen (M39).

    Parameters
    ----------
    option
        The option of least detection, which is what there is without a choice.
    value
        By how much the objective of the best contract exceeds that of the best one with this option, money; what
        doing without an alliance comes to counts where there is no contract. None: a solve found nothing in time.
    proven
        Whether both contracts are proven within the gap.
    """

    option: str
    value: float | None
    proven: bool


def value_of_monitoring(
    instance: Instance,
    result: Result | None = None,
    *,
    time_limit: float | None = None,
    gap: float = GAP,
    threads: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
) -> MonitoringValue | None:
    """Return what it is worth that monitoring can be chosen (M39); None where there is only one option.

    Parameters
    ----------
    instance
        The instance.
    result
        What ``solve`` returned for it; None: it is solved first.
    time_limit
        Seconds for each solve.
    gap, threads, on_progress
        As for ``solve``.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C: nothing is known then.
    OptionError
        For an option outside its range.
    """
    require(Instance, instance)
    check_calls(on_progress=on_progress)
    check_kind(Result, result=result)
    if len(instance.monitoring) < 2:
        return None
    best = result if result is not None else solve(instance, time_limit, gap, threads, on_progress=on_progress)
    option, without = least_monitoring(instance), variant(instance, least_edits(instance))
    least = best
    if not (best.proven and best.monitoring == option.name):  # else nothing is gone that the contract makes use of
        least = solve(without, time_limit, gap, threads, on_progress=on_progress)
    if best.interrupted or least.interrupted:
        raise KeyboardInterrupt  # a solve ends with what it has, but what is asked for here is not known
    more, less = _objective(best, instance), _objective(least, without)
    value = None if more is None or less is None else more - less
    return MonitoringValue(option.name, value, best.proven and least.proven)


def _objective(result: Result, instance: Instance) -> float | None:
    """Return what a solve is worth, money; None where it found nothing and proved nothing."""
    return doing_without(instance) if result.status == "no_contract" else result.objective_value


def least_monitoring(instance: Instance) -> Monitoring:
    """Return the option of least detection, on average over the scenarios; of several the cheapest, then the first.

    Parameters
    ----------
    instance
        The instance.
    """
    return instance.monitoring[_least_at(instance)]


def _least_at(instance: Instance) -> int:
    seen = [(one.probability, one.instance) for one in worlds(instance)] or [(1.0, instance)]

    def mean(at: int, field: str) -> float:
        return math.fsum(chance * getattr(one.monitoring[at], field) for chance, one in seen)

    return min(range(len(instance.monitoring)), key=lambda at: (mean(at, "detection"), mean(at, "cost"), at))


def least_edits(instance: Instance) -> list[Edit]:
    """Return what leaves the option of least detection alone, in every scenario.

    Parameters
    ----------
    instance
        The instance.
    """
    at = _least_at(instance)
    option = instance.monitoring[at]
    edits = [Edit("monitoring", [option.model_dump(mode="json")])]
    if any(OF_MONITORING.match(change.path) for one in instance.scenarios for change in one.changes):
        addresses = Addresses(instance.to_dict())
        kept = [_about(one, at, option.name, addresses) for one in instance.scenarios]
        edits.append(Edit("scenarios", [one.model_dump(mode="json", exclude_unset=True) for one in kept]))
    return edits


def _about(scenario: Scenario, at: int, name: str, addresses: Addresses) -> Scenario:
    """Return a scenario without changes of other options; those of this one name it, as its position is another."""
    found = (_of_option(change, at, name, addresses) for change in scenario.changes)
    return scenario.model_copy(update={"changes": tuple(change for change in found if change is not None)})


def _of_option(change: ScenarioChange, at: int, name: str, addresses: Addresses) -> ScenarioChange | None:
    if not OF_MONITORING.match(change.path):
        return change
    fields: Sequence[str] = [str(place[-1]) for place in addresses.places(change.path) if place[1] == at]
    return change.model_copy(update={"path": path_to("monitoring", name, *fields)}) if fields else None
