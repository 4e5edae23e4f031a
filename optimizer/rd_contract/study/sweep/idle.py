"""What a plan varies although nothing looks at it."""

from __future__ import annotations

from collections.abc import Iterable

from ...base.errors import Problem
from ...instance import Instance
from ...instance.scenario_judging import IDLE, idle_alpha
from .axis import Axis

_UNCERTAINTY, _ALPHA, _OBJECTIVE = "uncertainty.", "uncertainty.alpha", "uncertainty.objective"


def idle_axes(instance: Instance, axes: Iterable[Axis]) -> list[Problem]:
    """Return a warning for each path that is varied without any effect, as an instance has them.

    Parameters
    ----------
    instance
        What is varied.
    axes
        What varies it.
    """
    parts = [part for axis in axes for part in axis.parts if part.path.startswith(_UNCERTAINTY)]
    if not instance.scenarios:
        found, expected = "no scenarios", "scenarios that it is about"
        return [Problem(part.path, found, expected, IDLE, "unused-uncertainty") for part in parts]
    objectives = {value for part in parts if part.path == _OBJECTIVE for value in part.values or ()}
    objectives = objectives or {instance.uncertainty.objective}
    if "cvar" in objectives or all(part.path != _ALPHA for part in parts):
        return []
    return [Problem(_ALPHA, *idle_alpha(" or ".join(sorted(map(str, objectives)))), "idle-alpha")]
