"""The checklist of an instance that has a context."""

from __future__ import annotations

from ...base.errors import InstanceError, Problem
from ...formats.doors import require
from ...instance import UNKNOWN, Instance, position_of
from .score import Checklist

#: How a context is written down.
_HINT = 'such as {"context": {"strategic_orientation": "technology", "network_ties": 0.8}}; what is left out counts 0'


def checklist_of(instance: Instance) -> Checklist:
    """Return what the context of an instance says, as it enters (A1).

    Parameters
    ----------
    instance
        With a context.

    Raises
    ------
    InstanceError
        For an instance without one.
    """
    require(Instance, instance)
    if instance.context == UNKNOWN:
        expected = "what is known of the situation, strategic_orientation for example"
        raise InstanceError([Problem("context", "nothing", expected, _HINT, "context")], instance.name)
    return Checklist.of(instance.context, position_of(instance))
