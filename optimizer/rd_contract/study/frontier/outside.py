"""Outside options, of scenarios in every one of them: what they are on average, and what raises all of a firm alike."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

from ...base.errors import OptionError
from ...instance import Instance, path_to, restated, worlds
from ...instance.changing import Changer
from ..sweep import Moved
from ..sweep.axis import MAX_TOGETHER

_FIELD = "outside_option"


def expected_outside(instance: Instance) -> dict[str, float]:
    """Return the outside option of every firm, of scenarios Σ p_ω ū_iω (M29), money.

    Parameters
    ----------
    instance
        The instance.
    """
    if not (seen := worlds(instance)):
        return {firm.name: firm.outside_option for firm in instance.firms}
    return {
        firm.name: math.fsum(world.probability * world.instance.firms[at].outside_option for world in seen)
        for at, firm in enumerate(instance.firms)
    }


def with_outside_stated(instance: Instance, firms: Collection[str]) -> Instance:
    """Return the same instance with what scenarios change of outside options as numbers, not as factors.

    Parameters
    ----------
    instance
        The instance.
    firms
        Whose they are.
    """
    changer = Changer(instance)
    changed = {target.place for at in range(len(instance.scenarios)) for target, _ in changer.made(at)}
    numbers = {
        path_to("firms", firm.name, _FIELD): [world.instance.firms[at].outside_option for world in worlds(instance)]
        for at, firm in enumerate(instance.firms)
        if firm.name in firms and ("firms", at, _FIELD) in changed
    }
    return restated(instance, numbers)


def raised(instance: Instance, firms: Sequence[str], by: Sequence[float]) -> tuple[Moved, ...]:
    """Return what moves the outside options of some firms by the same amounts in every scenario.

    Parameters
    ----------
    instance
        One as :func:`with_outside_stated` returns it, for these firms.
    firms
        Their names.
    by
        By how much, point by point, money.

    Raises
    ------
    OptionError
        Where scenarios have more of these numbers than can move together.
    """
    paths = {path_to("firms", name, _FIELD) for name in firms}
    own = [(path_to("firms", one.name, _FIELD), one.outside_option) for one in instance.firms if one.name in firms]
    moved = [*own, *_in_scenarios(instance, paths)]
    if len(moved) > MAX_TOGETHER:
        found = f"{len(moved):,} outside options of {len(firms):,} firms in {len(instance.scenarios):,} scenarios"
        raise OptionError(f"{found} are more than can move together, {MAX_TOGETHER:,}: take fewer scenarios")
    return tuple(Moved(path=path, values=tuple(value + more for more in by)) for path, value in moved)


def _in_scenarios(instance: Instance, paths: Collection[str]) -> Iterator[tuple[str, float]]:
    """Yield where scenarios state the numbers at some paths, and what they are."""
    for scenario in instance.scenarios:
        for at, change in enumerate(scenario.changes):
            if change.path in paths and change.value is not None:
                yield path_to("scenarios", scenario.name, "changes", str(at), "value"), change.value
