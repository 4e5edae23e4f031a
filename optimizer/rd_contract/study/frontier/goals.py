"""Second goals: what a contract has of one, and the variants of an instance in which it must have at least so much.

A limit on a measure of rules is a rule of its own (M33), (M34). One on the lead's profit is the lead's outside option,
one on the smallest surplus the outside options of all, and one on the largest exposure liquidity and largest deposits:
in ``docs/method.md`` each is shown to leave exactly the contracts that keep the limit.
"""

from __future__ import annotations

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from ...base.choices import Direction, Measure, SecondGoal
from ...base.errors import GroupError, InstanceError, OptionError, Problem
from ...formats.hints import meant
from ...instance import (
    COUNTED,
    GROUP_OF_FIRMS,
    Edit,
    Firm,
    Instance,
    belongs,
    is_compelled,
    is_eligible,
    path_to,
    range_of,
    variant,
)
from ...instance.wording import group_words
from ...model.derivation import derive
from ...model.relevance import relevant, surplus_bound
from ...model.rules import OF_TERMS
from ...outcome.contract import Result
from ..measures import measured
from ..sweep import Axis, Moved, SweepPlan, problems_of
from .curve import Kind
from .reach import best_measure, best_of_terms, least_exposure

#: Second goals of which less is better, unless it is asked for otherwise.
SMALLER: tuple[SecondGoal, ...] = ("cost", "reimbursement", "subsidy", "exposure")

#: Name of the rule that a limit on a measure is.
RULE = "second goal"

#: Firms of a group: each attribute with one value or several.
Group = Mapping[str, Any]


@dataclass(frozen=True)
class Goal(ABC):
    """A second goal of an instance.

    Parameters
    ----------
    original
        The instance that was asked about.
    instance
        What variants are made of: the same contracts, and where there are several of the same first goal, terms that
        have as much of the second as the terms can give, if a division rule can see to that.
    larger
        Whether more is better.
    kind
        How its values move.
    group
        Whose, in words; empty: everybody's.
    """

    original: Instance
    instance: Instance
    larger: bool
    kind: Kind
    group: str = ""

    @abstractmethod
    def plan(self, limits: Sequence[float], base: Result | None) -> SweepPlan:
        """Return the points at which contracts must keep the limits, as many for each, those of a limit together.

        Parameters
        ----------
        limits
            Limits on the second goal.
        base
            The best contract without a limit; None: not known yet.
        """

    @abstractmethod
    def end(self, base: Result) -> float:
        """Return a value of the second goal that no contract is better than.

        Parameters
        ----------
        base
            The best contract without a limit.
        """

    @abstractmethod
    def value(self, contract: Result) -> float:
        """Return what a contract has of the second goal."""

    @property
    @abstractmethod
    def start(self) -> float:
        """A limit that the instance can always have, with which a search begins."""

    def within_reach(self, contract: Result) -> float | None:
        """Return the best of the second goal that other terms of a contract's design have, at the same first goal.

        None where the contract has it already, or it is not known.
        """
        return None

    def first(self, contract: Result) -> float:
        """Return the first goal of a contract, by the outside options of the instance that was asked about."""
        if self.original.objective == "lead" or self.original.scenarios:
            return float(contract.objective_value or 0.0)
        return float(contract.joint_profit or 0.0) - sum(self.outside[member.firm] for member in contract.members)

    @property
    def outside(self) -> dict[str, float]:
        """Outside options by firm, money."""
        return {firm.name: firm.outside_option for firm in self.original.firms}


def goal_of(
    instance: Instance,
    second: str,
    group: Group | None = None,
    group_rule: str | None = None,
    direction: Direction | None = None,
) -> Goal:
    """Return a second goal.

    Parameters
    ----------
    instance
        The instance.
    second
        A measure of rules over groups, ``lead_profit``, ``smallest_surplus`` or ``exposure``.
    group
        Firms that the measure counts; None: all.
    group_rule
        Name of a rule whose group it is instead.
    direction
        ``larger`` or ``smaller``; None: as the goal has it.

    Raises
    ------
    OptionError
        For a goal that is unknown, or that this instance does not have.
    GroupError
        For a group that cannot be, with every problem.
    """
    known = get_args(SecondGoal)
    if second not in known:
        raise OptionError(f'the second goal must be one of {", ".join(known)}, not "{second}"{meant(second, known)}')
    if direction not in (None, *get_args(Direction)):
        raise OptionError(f'the direction must be larger or smaller, not "{direction}"')
    if (reason := _refused_in_scenarios(instance, second)) is not None:
        raise OptionError(reason)
    larger = direction == "larger" if direction is not None else second not in SMALLER
    if second in get_args(Measure):
        return _rule_goal(instance, second, _group(instance, group, group_rule), larger)
    if group is not None or group_rule is not None:
        raise OptionError(f"a group goes with {', '.join(get_args(Measure))}, not with {second}")
    if larger == (second in SMALLER):
        raise OptionError(f"{second} has one direction: {'smaller' if second in SMALLER else 'larger'} is better")
    return _member_goal(instance, second)


def _refused_in_scenarios(instance: Instance, second: str) -> str | None:
    """Return why a goal is none of an instance with scenarios; None where it is."""
    if not instance.scenarios or second in ("members", "revenue_share"):
        return None
    if second in (*COUNTED, "effort"):
        if instance.uncertainty.agreement == "same":
            return None
        return f"{second} is no second goal where efforts are agreed by scenario: it is another number in each"
    return f"{second} is no second goal of an instance with scenarios: it is another amount in each of them"


def _group(instance: Instance, group: Group | None, group_rule: str | None) -> Group | None:
    if group_rule is None:
        return group
    if group is not None:
        raise OptionError("give a group, or the rule that has it, not both")
    named = {rule.name: rule.group for rule in instance.rules if rule.group is not None}
    if group_rule not in named:
        listed = f"one of {', '.join(named)}" if named else "none, as no rule has a group"
        raise OptionError(
            f'the rule with the group must be {listed}, not "{group_rule}"{meant(group_rule, list(named))}'
        )
    return {name: list(values) for name, values in (named[group_rule] or {}).items()}


# --- measures of rules ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Measured(Goal):
    """A measure over a group, limited by a rule."""

    measure: Measure = "members"
    rule: str = RULE
    counted: tuple[str, ...] = ()

    def plan(self, limits: Sequence[float], base: Result | None) -> SweepPlan:
        limit = path_to("rules", self.rule, "min" if self.larger else "max")
        active = Moved(path=path_to("rules", self.rule, "active"), values=(True,) * len(limits))
        return SweepPlan(vary=(Axis(path=limit, values=tuple(limits), together=(active,)),))

    def end(self, base: Result) -> float:
        firms = [firm for firm in self.original.firms if firm.name in self.counted and is_eligible(firm, self.original)]
        if not self.larger:
            compelled = [firm for firm in firms if is_compelled(firm, self.original)]
            return sum(self._range(firm)[0] for firm in compelled)
        most = sorted((self._range(firm)[1] for firm in firms), reverse=True)[: self.original.project.team_size.max]
        return min(sum(most), 1.0) if self.measure == "revenue_share" else sum(most)

    def _range(self, firm: Firm) -> tuple[float, float]:
        return range_of(firm, self.measure, self.original)

    def value(self, contract: Result) -> float:
        counts = measured(self.original, contract, self.measure)
        return sum(count for name, count in counts.items() if name in self.counted)

    def within_reach(self, contract: Result) -> float | None:
        if self.kind != "terms":
            return None
        best = best_measure(self.measure, frozenset(self.counted), larger=self.larger)
        return best_of_terms(self.original, contract, best)

    @property
    def start(self) -> float:
        if self.larger:
            return 0.0
        total = sum(self._range(firm)[1] for firm in self.original.firms if firm.name in self.counted)
        return min(total, 1.0) if self.measure == "revenue_share" else total


def _rule_goal(instance: Instance, second: str, group: Group | None, larger: bool) -> Goal:
    [measure] = [one for one in get_args(Measure) if one == second]
    names = {rule.name for rule in instance.rules}
    name = next(one for one in itertools.chain([RULE], (f"{RULE} {n}" for n in itertools.count(2))) if one not in names)
    whose = {GROUP_OF_FIRMS: [firm.name for firm in instance.firms]} if group is None else dict(group)
    rule = {"name": name, "active": False, "group": whose, "measure": measure, "min" if larger else "max": 0.0}
    ruled = instance.to_dict()
    ruled["rules"] = [*ruled.get("rules", ()), rule]
    try:
        extended = Instance.from_dict(ruled, instance.name)
    except InstanceError as error:
        raise GroupError(_of_the_group(error.problems, len(instance.rules)), "The second goal's group") from None
    read = extended.rules[-1].group or {}
    counted = tuple(firm.name for firm in extended.firms if belongs(firm, read))
    kind: Kind = "count" if measure in COUNTED else "terms" if measure in OF_TERMS else "design"
    words = "" if group is None else group_words(read)
    return _Measured(instance, extended, larger, kind, words, measure, name, counted)


def _of_the_group(problems: Sequence[Problem], at: int) -> list[Problem]:
    """Return problems of the rule that was added, without where it was put."""
    own = f"rules[{at}]."
    return [
        Problem(problem.path.removeprefix(own), problem.found, problem.expected, problem.hint, problem.rule)
        for problem in problems
    ]


# --- goals of members ----------------------------------------------------------------------------------------


class _LeadProfit(Goal):
    """The lead's expected profit."""

    def plan(self, limits: Sequence[float], base: Result | None) -> SweepPlan:
        return SweepPlan(vary=(Axis(path=path_to("firms", self._lead, "outside_option"), values=tuple(limits)),))

    def end(self, base: Result) -> float:
        return self.outside[self._lead] + float(base.bound or 0.0)  # the others' surpluses are not negative (M15)

    def value(self, contract: Result) -> float:
        return next(member.expected_profit for member in contract.members if member.firm == self._lead)

    @property
    def start(self) -> float:
        return self.outside[self._lead]

    @property
    def _lead(self) -> str:
        return self.original.project.lead or ""


class _SmallestSurplus(Goal):
    """The smallest surplus of a member."""

    def plan(self, limits: Sequence[float], base: Result | None) -> SweepPlan:
        raised = [
            Moved(
                path=path_to("firms", firm.name, "outside_option"),
                values=tuple(firm.outside_option + limit for limit in limits),
            )
            for firm in self._eligible
        ]
        first, *others = raised
        axis = Axis(path=first.path, values=first.values, together=tuple(others))
        if self.original.objective == "lead":  # what the lead earns is not counted from its outside option
            return SweepPlan(vary=(axis,))
        sizes = self._sizes(min(limits), base)
        most = Moved(path="project.team_size.max", values=sizes)
        return SweepPlan(vary=(axis, Axis(path="project.team_size.min", values=sizes, together=(most,))))

    def _sizes(self, limit: float, base: Result | None) -> tuple[int, ...]:
        """Return the sizes of teams of which each member may have so much."""
        size, most = self.original.project.team_size, len(self._eligible)
        if base is not None and base.bound is not None and limit > 0.0:
            most = min(most, max(int(base.bound / limit) + 1, size.min))
        sizes = range(size.min, min(most, size.max or most) + 1)
        return tuple(n for n in sizes if not _refused(self.instance, n)) or (size.min,)

    @property
    def _eligible(self) -> list[Firm]:
        return [firm for firm in self.original.firms if is_eligible(firm, self.original)]

    def end(self, base: Result) -> float:
        return self._whole(base) / self.original.project.team_size.min

    def _whole(self, base: Result) -> float:
        """Return what the surplus of no contract exceeds, money."""
        if self.original.objective == "joint":
            return float(base.bound or 0.0)
        if base.first_best is not None:
            return base.first_best.bound
        p = relevant(derive(self.original)).scaled()
        return p.scale * max(surplus_bound(p, regime) for regime in p.regimes)

    def value(self, contract: Result) -> float:
        return min(member.expected_profit - self.outside[member.firm] for member in contract.members)

    @property
    def start(self) -> float:
        return 0.0


class _Exposure(Goal):
    """The largest amount that a member pays in, or deposits."""

    def plan(self, limits: Sequence[float], base: Result | None) -> SweepPlan:
        limited = [
            Moved(path=path_to("firms", firm.name, field), values=tuple(_at_most(limit, own) for limit in limits))
            for firm in self.original.firms
            for field, own in (("max_deposit", firm.max_deposit), ("liquidity", firm.liquidity))
            if is_eligible(firm, self.original)
        ]
        first, *others = limited
        return SweepPlan(vary=(Axis(path=first.path, values=first.values, together=tuple(others)),))

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
_OF_MEMBERS: dict[str, tuple[type[Goal], str | None]] = {
    "lead_profit": (_LeadProfit, "lead"),
    "smallest_surplus": (_SmallestSurplus, "equal"),
    "exposure": (_Exposure, None),
}


def _member_goal(instance: Instance, second: str) -> Goal:
    kind, division = _OF_MEMBERS[second]
    if second == "lead_profit" and instance.project.lead is None:
        raise OptionError("lead_profit needs a lead, and the project has none")
    if second == "lead_profit" and instance.objective == "lead":
        raise OptionError("lead_profit is the first goal of this instance already: its objective is lead")
    divided = instance if division is None else variant(instance, [Edit("division", division)])
    return kind(instance, divided, second not in SMALLER, "terms")


def _refused(instance: Instance, size: int) -> bool:
    """Return whether there is no team of a size, as the format has it."""
    return bool(problems_of(instance, (Edit("project.team_size.min", size), Edit("project.team_size.max", size))))


def _at_most(limit: float, own: float | None) -> float | None:
    """Return a limit of a firm that is no larger than another one; None: there is none."""
    least = limit if own is None else min(own, limit)
    return None if math.isinf(least) else least
