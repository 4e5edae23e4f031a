"""What single firms reach without partners, by trying every mode and level.

Alone, a firm holds the whole revenue and all cost, so its payoff is the joint surplus: it works at the level where that
is largest, and no other level can be agreed on. Reimbursing itself, or a deposit, would only move money in its own
pocket. Where the best level is beyond its R&D budget, it goes for that level all the same once nobody looks (M11): in
that mode there is no contract.

Where one effort is agreed for scenarios that the firm gets to know before it works, the same level need not be its best
in all of them. Then it reaches at least what it would do in each scenario anyway, and at most the best level from which
it is nowhere tempted upwards: downwards, what it has at stake may hold it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..base.arrays import Flags
from ..base.tolerances import CERTIFICATE
from ..instance import Instance, is_eligible
from ..outcome.contract import Check, StandAlone
from .checks import largest, none_found, slack
from .comparisons import average, cheapest, is_held_alone, terms_alone
from .listed import is_planned
from .worlds import World, worlds_of


def check_alone(instance: Instance, members: Sequence[str], entries: Sequence[StandAlone], scale: float) -> Check:
    """Check that every member is listed once, with the best that it reaches alone (``stand-alone``).

    Parameters
    ----------
    instance
        The instance.
    members
        Names of the members.
    entries
        What the result says of single firms, at least one.
    scale
        Largest amount in the books of the contract, money: what is dust beside it decides nothing.
    """
    problems = []
    if sorted(entry.firm for entry in entries) != sorted(members):
        problems.append("not every member is listed once")
    firms = {firm.name: firm for firm in instance.firms}
    known = {entry.firm for entry in entries if entry.firm in firms and is_eligible(firms[entry.firm], instance)}
    if known:
        worlds = worlds_of(instance, sorted(known))
        for entry in entries:
            if entry.firm in known:
                low, high, size = _reach(instance, worlds, worlds[0].parameters.names.index(entry.firm))
                allowed = slack(max(size, scale))
                if not low - allowed <= entry.joint_surplus <= high + allowed:
                    problems.append(f"{entry.firm} reaches {high:.6g}, not {entry.joint_surplus:.6g}")
    return none_found("stand-alone", problems, "No member reaches anything better without partners, in any mode.")


def _reach(instance: Instance, worlds: Sequence[World], i: int) -> tuple[float, float, float]:
    """Return the best joint surplus of one firm, at least 0, and the magnitude of the amounts it is made of; money.

    Twice: a limit that is reached but for rounding is once held to be exceeded, and once to be kept.
    """
    low = high = scale = 0.0
    for mode in dict.fromkeys(regime.mode for regime in worlds[0].parameters.regimes):
        alone = _Alone(worlds, cheapest(worlds, mode), i)
        if is_planned(instance):
            sure, possible = alone.planned()
        elif is_held_alone(instance):
            sure, possible = alone.held()
        else:
            sure, possible = alone.best()
        low, high, scale = max(low, sure), max(high, possible), max(scale, alone.size)
    return low, high, scale


class _Alone:
    """One firm by itself in one mode: what every level of its menu is worth in every scenario, and what it takes.

    Parameters
    ----------
    worlds
        The W scenarios.
    regime, i
        Positions of the regime and of the firm.
    """

    def __init__(self, worlds: Sequence[World], regime: int, i: int) -> None:
        regimes = [world.parameters.regimes[regime] for world in worlds]
        levels = range(len(worlds[0].parameters.x[i]))
        terms = [
            [terms_alone(world.parameters, own, i, level) for level in levels]
            for world, own in zip(worlds, regimes, strict=True)
        ]
        self.chances = np.array([world.probability for world in worlds])
        #: Joint surplus and magnitude of its largest term, shape (W, levels), money.
        self.surplus = np.array([[sum(one) for one in several] for several in terms])
        self.scale = np.array([[largest(one) for one in several] for several in terms])
        self.size = largest(self.chances @ self.scale)
        spent = [
            own.k * world.parameters.c[i] + world.parameters.joining[i]
            for world, own in zip(worlds, regimes, strict=True)
        ]
        paid = average(worlds, [own.K for own in regimes])
        cash = float(worlds[0].parameters.liquidity[i]) - paid
        room = np.array([float(worlds[0].parameters.budget) - one for one in spent])
        allowed = CERTIFICATE * np.array(spent)
        #: Whether budget (M16) and liquidity allow a level, but for rounding and all the same, shape (W, levels).
        self.possible = (room >= -allowed) & (cash >= -slack(paid))
        self.sure = (room >= allowed) & (cash >= slack(paid))

    def best(self) -> tuple[float, float]:
        """Return what the level reaches that is best on average."""
        mean = self.chances @ self.surplus
        good = mean >= mean.max() - slack(self.size)
        return self._among(good, good)

    def held(self) -> tuple[float, float]:
        """Return what one level for all scenarios reaches that each of them leaves a reason to work at."""
        from_here_up = np.maximum.accumulate(self.surplus[:, ::-1], axis=1)[:, ::-1]
        nowhere_up: Flags = np.logical_and.reduce(self.surplus >= from_here_up - CERTIFICATE * self.scale)
        best: Flags = np.logical_and.reduce(self.surplus >= self.surplus.max(axis=1, keepdims=True))
        return self._among(best, nowhere_up)

    def planned(self) -> tuple[float, float]:
        """Return what the best level of every scenario reaches."""
        best = self.surplus.max(axis=1)
        near = self.surplus >= best[:, None] - CERTIFICATE * self.scale
        total = max(float(self.chances @ best), 0.0)
        low, high = (total if (near & kept).any(axis=1).all() else 0.0 for kept in (self.sure, self.possible))
        return low, high

    def _among(self, sure: Flags, possible: Flags) -> tuple[float, float]:
        """Return the best of some levels, at least 0: of those that are surely allowed, and of those that may be."""
        mean = self.chances @ self.surplus
        kept = ((sure & self.sure.all(axis=0)), (possible & self.possible.all(axis=0)))
        low, high = (float(mean[levels].max(initial=0.0)) for levels in kept)
        return low, high
