"""What doing without an alliance comes to, by the objective that contracts are judged by."""

from __future__ import annotations

from ..certify import objective_over
from ..instance import Instance, worlds


def doing_without(instance: Instance) -> float:
    """Return the objective where nobody signs, money: no surplus, or what the lead earns outside, over scenarios (M30).

    Parameters
    ----------
    instance
        The instance.
    """
    values, every = undone(instance), worlds(instance)
    return objective_over(instance.uncertainty, values, [one.probability for one in every]) if every else values[0]


def undone(instance: Instance) -> tuple[float, ...]:
    """Return the same in every scenario; once where an instance has none.

    Parameters
    ----------
    instance
        The instance.
    """
    seen = [one.instance for one in worlds(instance)] or [instance]
    lead = instance.project.lead
    if instance.objective != "lead" or lead is None:
        return (0.0,) * len(seen)
    return tuple(next(firm.outside_option for firm in one.firms if firm.name == lead) for one in seen)
