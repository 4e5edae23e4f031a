"""Rules on the context of an instance, and the position in the chain that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from ..base.names import normalised
from ..formats.documents import describe
from .context import Context, Position
from .judging import Finding, number, one_of, quoted, rule
from .schema import InstanceData

#: The factor that counts for each position.
FACTOR_OF: dict[Position, str] = {
    "manufacturer": "supplier_distance_difference",
    "distributor": "information_integration",
}

#: What tells the position.
_READ = ("context.position", "project.lead", "firms[].name", "firms[].role")


def position_of(instance: InstanceData) -> Position | None:
    """Return the position in the chain that the context of an instance is about; None: nothing tells.

    What the context says, else the lead's role if it is one of the words, else the only factor that is given of those
    that are about a position.

    Parameters
    ----------
    instance
        The instance.
    """
    if instance.context.position is not None:
        return instance.context.position
    lead = next((firm for firm in instance.firms if firm.name == instance.project.lead), None)
    role = "" if lead is None else normalised(lead.role).casefold()
    given = _given(instance.context)
    by_role = (position for position in get_args(Position) if position == role)
    return next(by_role, given[0] if len(given) == 1 else None)


def _given(context: Context) -> list[Position]:
    """Return the positions about which a factor says something."""
    return [position for position, factor in FACTOR_OF.items() if getattr(context, factor) is not None]


@rule("known-context-modes", "modes[].name")
def _known_modes(instance: InstanceData) -> Iterator[Finding]:
    names = [mode.name for mode in instance.modes]
    for field in ("exploratory_mode", "exploitative_mode"):
        name = getattr(instance.context, field)
        usual = name == Context.model_fields[field].default
        if name not in names and not usual:  # an instance need not have the usual ones
            yield f"context.{field}", f"unknown mode {quoted(name)}", *one_of(name, names)


@rule("context-position", *_READ)
def _position(instance: InstanceData) -> Iterator[Finding]:
    if len(_given(instance.context)) > 1 and position_of(instance) is None:
        words = " or ".join(map(describe, get_args(Position)))
        hint = "manufacturers and distributors look at different things, and factors of both are given"
        yield "context.position", "nothing", words, hint


@rule("idle-factor", *_READ, severity="warning")
def _idle_factor(instance: InstanceData) -> Iterator[Finding]:
    position = position_of(instance)
    for other in _given(instance.context):
        if position not in (None, other):
            path = f"context.{FACTOR_OF[other]}"
            found = number(getattr(instance.context, FACTOR_OF[other]))
            yield path, found, f"nothing, as the lead is a {position}", f"it counts for a {other} only"
