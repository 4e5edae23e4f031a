"""Rules on how many members of some kind a team has, one object for each.

What an object says serves everywhere: the optimizer counts with it (:mod:`rd_contract.model.rules`), and an explanation
drops or eases it. The certificate checks each rule a second time, from the instance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from .paths import path_to
from .schema import InstanceData


@dataclass(frozen=True)
class Quota:
    """A team must have at least, or at most, so many members of some kind.

    Parameters
    ----------
    kind
        Kind of the rule.
    path
        Where its number stands in an instance; no two quotas share it.
    detail
        The rule in words.
    firms
        Names of the firms that count.
    number
        The number in the instance.
    weaker
        Other numbers that ask for less, the nearest first; all that could make a difference.
    without
        What stands there where there is no such rule.
    lower, upper
        Fewest and most members that count.
    """

    kind: str
    path: str
    detail: str
    firms: frozenset[str]
    number: float
    weaker: tuple[float, ...]
    without: float | None
    lower: float = -math.inf
    upper: float = math.inf


def quotas(instance: InstanceData) -> list[Quota]:
    """Return every such rule of an instance.

    Parameters
    ----------
    instance
        The instance.
    """
    return [*_requirements(instance)]


def _requirements(instance: InstanceData) -> Iterator[Quota]:
    """Yield a rule for each technology that somebody must master (M18)."""
    for technology in instance.project.technologies:
        least = technology.requirement
        if least is None:
            continue
        mastery = {firm.name: firm.capabilities.get(technology.name, 0.0) for firm in instance.firms}
        yield Quota(
            "requirement",
            path_to("project", "technologies", technology.name, "requirement"),
            f"some member masters {technology.name} at {least:g} or better",
            frozenset(name for name, score in mastery.items() if score >= least),
            least,
            tuple(sorted({score for score in mastery.values() if score < least} | {0.0}, reverse=True)),
            None,
            lower=1.0,
        )
