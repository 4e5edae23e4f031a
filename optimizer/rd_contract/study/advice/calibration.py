"""The factor of the exploratory mode after the advice: the only thing that advice ever changes, and on request only."""

from __future__ import annotations

from dataclasses import dataclass

from ...base.errors import InstanceError, Problem
from ...formats.hints import nearest
from ...instance import Edit, Instance, path_to, stated_in, variant
from .reading import checklist_of
from .score import probability


@dataclass(frozen=True)
class Calibration:
    """An instance whose exploratory mode is worth what the checklist makes of it.

    Parameters
    ----------
    instance
        The new instance.
    mode
        Name of the exploratory mode.
    before, after
        Its ``value_factor`` that was, and that is: the same times 2 p (A3).
    fixed_in
        Scenarios that give the factor a value of their own, which stays.
    """

    instance: Instance
    mode: str
    before: float
    after: float
    fixed_in: tuple[str, ...]


def calibrated(instance: Instance) -> Calibration:
    """Return an instance with the ``value_factor`` of its exploratory mode multiplied by 2 p_exploratory (A3).

    Nothing else changes: at p = 1/2 the factor stays, and it at most doubles. An estimate of one's own is better.

    Parameters
    ----------
    instance
        With a context; it stays as it is.

    Raises
    ------
    InstanceError
        For an instance without a context, or without the exploratory mode that this names; also where the new factor
        would be too large.
    """
    ratio = 2.0 * probability(checklist_of(instance).score)
    name = instance.context.exploratory_mode
    names = [mode.name for mode in instance.modes]
    if name not in names:
        near = nearest(name, names)
        hint = "context.exploratory_mode may name another one" + (f": {near!r}?" if near else "")
        raise InstanceError([Problem("modes", ", ".join(map(repr, names)), f"a mode {name!r}", hint, "context")])
    [mode] = [one for one in instance.modes if one.name == name]
    after = mode.value_factor * ratio
    path = path_to("modes", name, "value_factor")
    made = variant(instance, [Edit(path, after)])
    return Calibration(made, name, mode.value_factor, after, stated_in(instance).get(path, ()))
