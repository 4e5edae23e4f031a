"""The lead's profit, the smallest surplus and the largest exposure as second goals: limits on what the data say anyway.

One on the lead's profit is the lead's outside option, one on the smallest surplus the outside options of all, of
scenarios higher by as much in every one of them; one on the largest exposure is liquidity and largest deposits, which
are the same in all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...instance import Edit, Instance, is_eligible, path_to, variant, worlds
from ...model.derivation import derive
from ...model.relevance import surplus_bound
from ...outcome.contract import Result
from ..sweep import Axis, Moved, SweepPlan, problems_of
from .goal import SMALLER, Goal
from .outside import raised, with_outside_stated
from .reach import best_of_terms, least_exposure


class _OfMembers(Goal):
    """A goal of members."""

    @classmethod
    def moving(cls, instance: Instance) -> list[str]:
        """Return the firms whose outside options limits move."""
        return []


class _LeadProfit(_OfMembers):
    """The lead's expected profit."""

    @classmethod
    def moving(cls, instance: Instance) -> list[str]:
        return [instance.project.lead or ""]

    def plan(self, limits: Sequence[float], base: Result | None) -> SweepPlan:
        return SweepPlan(
            vary=(_together(raised(self.instance, [self._lead], [limit - self.start for limit in limits])),)
        )

    def end(self, base: Result) -> float:
        return self.outside[self._lead] + most_surplus(self.original, base)  # the others' are not negative (M15)

    def value(self, contract: Result) -> float:
        return next(member.expected_profit for member in contract.members if member.firm == self._lead)

    @property
    def start(self) -> float:
        return self.outside[self._lead]

    @property
    def _lead(self) -> str:
        return self.original.project.lead or ""


class _SmallestSurplus(_OfMembers):
    """The smallest surplus of a member, expected where there are scenarios."""

    @classmethod
    def moving(cls, instance: Instance) -> list[str]:
        return [firm.name for firm in instance.firms if is_eligible(firm, instance)]

    def plan(self, limits: Sequence[float], base: Result | None) -> SweepPlan:
        axis = _together(raised(self.instance, self.moving(self.original), limits))
        if self.original.objective == "lead":  # what the lead earns is not counted from its outside option
            return SweepPlan(vary=(axis,))
        sizes = self._sizes(min(limits), base)
        most = Moved(path="project.team_size.max", values=sizes)
        return SweepPlan(vary=(axis, Axis(path="project.team_size.min", values=sizes, together=(most,))))

    def _sizes(self, limit: float, base: Result | None) -> tuple[int, ...]:
        """Return the sizes of teams of which each member may have so much."""
        size, most = self.original.project.team_size, len(self.moving(self.original))
        if base is not None and base.bound is not None and limit > 0.0:
            most = min(most, max(int(most_surplus(self.original, base) / limit) + 1, size.min))
        sizes = range(size.min, min(most, size.max or most) + 1)
        return tuple(n for n in sizes if not _refused(self.instance, n)) or (size.min,)

    def end(self, base: Result) -> float:
        return most_surplus(self.original, base) / self.original.project.team_size.min

    def value(self, contract: Result) -> float:
        return min(member.expected_profit - self.outside[member.firm] for member in contract.members)

    @property
    def start(self) -> float:
        return 0.0


class _Exposure(_OfMembers):
    """The largest amount that a member pays in, or deposits."""

    def plan(self, limits: Sequence[float], base: Result | None) -> SweepPlan:
        limited = [
            Moved(path=path_to("firms", firm.name, field), values=tuple(_at_most(limit, own) for limit in limits))
            for firm in self.original.firms
            for field, own in (("max_deposit", firm.max_deposit), ("liquidity", firm.liquidity))
            if is_eligible(firm, self.original)
        ]
        return SweepPlan(vary=(_together(limited),))

    def end(self, base: Result) -> float:
        return 0.0

    def value(self, contract: Result) -> float:
        return max(0.0, *(max(-member.transfer, member.deposit) for member in contract.members))

    def within_reach(self, contract: Result) -> float | None:
        return best_of_terms(self.original, contract, least_exposure)

    @property
    def start(self) -> float:
        return math.inf  # the tightest limits take longest, and are not asked for before others are known


#: Goals of members by their name, with the division rule that gives them as much as terms can give.
_OF_MEMBERS: dict[str, tuple[type[_OfMembers], str | None]] = {
    "lead_profit": (_LeadProfit, "lead"),
    "smallest_surplus": (_SmallestSurplus, "equal"),
    "exposure": (_Exposure, None),
}


def lacking(instance: Instance, second: str) -> str | None:
    """Return why an instance does not have a second goal; None where it has.

    Parameters
    ----------
    instance
        The instance.
    second
        Name of the goal.
    """
    if second != "lead_profit":
        return None
    if instance.project.lead is None:
        return "lead_profit needs a lead, and the project has none"
    if instance.objective == "lead":
        return "lead_profit is the first goal of this instance already: its objective is lead"
    return None


def member_goal(instance: Instance, second: str) -> Goal:
    """Return a second goal of members.

    Parameters
    ----------
    instance
        One that has it.
    second
        ``lead_profit``, ``smallest_surplus`` or ``exposure``.
    """
    kind, division = _OF_MEMBERS[second]
    divided = instance if division is None else variant(instance, [Edit("division", division)])
    return kind(instance, with_outside_stated(divided, kind.moving(instance)), second not in SMALLER, "terms")


def most_surplus(instance: Instance, base: Result) -> float:
    """Return what the surpluses of no contract's members exceed together, on average over scenarios, money.

    Parameters
    ----------
    instance
        The instance.
    base
        Its best contract.
    """
    if instance.objective == "joint" and instance.uncertainty.objective == "expected":
        return float(base.bound or 0.0)
    if base.first_best is not None:
        return base.first_best.bound
    # A bound of the data alone: what is judged by the worst case may be far below what members expect.
    seen = [(world.probability, world.instance) for world in worlds(instance)] or [(1.0, instance)]
    return math.fsum(probability * _from_data(one) for probability, one in seen)


def _from_data(instance: Instance) -> float:
    p = derive(instance)
    return max(surplus_bound(p, regime) for regime in p.regimes)


def _together(moved: Sequence[Moved]) -> Axis:
    """Return what moves all of it in step."""
    first, *others = moved
    return Axis(path=first.path, values=first.values, together=tuple(others))


def _refused(instance: Instance, size: int) -> bool:
    """Return whether there is no team of a size, as the format has it."""
    return bool(problems_of(instance, (Edit("project.team_size.min", size), Edit("project.team_size.max", size))))


def _at_most(limit: float, own: float | None) -> float | None:
    """Return a limit of a firm that is no larger than another one; None: there is none."""
    least = limit if own is None else min(own, limit)
    return None if math.isinf(least) else least
