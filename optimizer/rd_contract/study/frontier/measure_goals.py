"""Measures of rules over groups as second goals: a limit on one is a rule (M33), (M34)."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from ...base.choices import Measure
from ...base.errors import GroupError, InstanceError, Problem
from ...instance import (
    COUNTED,
    GROUP_OF_FIRMS,
    Instance,
    belongs,
    is_compelled,
    is_eligible,
    path_to,
    range_of,
    worlds,
)
from ...instance.wording import group_words
from ...model.rules import OF_TERMS
from ...outcome.contract import Result
from ..measures import measured
from ..sweep import Axis, Moved, SweepPlan
from .curve import Kind
from .goal import Goal
from .reach import best_measure, best_of_terms

#: Name of the rule that a limit on a measure is.
RULE = "second goal"

#: Firms of a group: each attribute with one value or several.
Group = Mapping[str, Any]


@dataclass(frozen=True)
class _Measured(Goal):
    """A measure over a group, limited by a rule; of scenarios as it is in the worst of them, as rules hold in all."""

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
            compelled = [firm.name for firm in firms if is_compelled(firm, self.original)]
            return self._worst([sum(least for least, _ in ranges) for ranges in self._ranges(compelled)])
        most, size = [], self.original.project.team_size.max
        for ranges in self._ranges([firm.name for firm in firms]):
            total = sum(sorted((highest for _, highest in ranges), reverse=True)[:size])
            most.append(min(total, 1.0) if self.measure == "revenue_share" else total)
        return self._worst(most)

    def _ranges(self, firms: Collection[str]) -> Iterator[list[tuple[float, float]]]:
        """Yield the least and the most that each of some firms counts, in every scenario."""
        for seen in [world.instance for world in worlds(self.original)] or [self.original]:
            yield [range_of(firm, self.measure, seen) for firm in seen.firms if firm.name in firms]

    def _worst(self, amounts: Iterable[float]) -> float:
        """Return what of the amounts in all scenarios counts: as a rule does, the limit holds in every one."""
        return min(amounts) if self.larger else max(amounts)

    def value(self, contract: Result) -> float:
        counts = measured(self.original, contract, self.measure)
        return self._worst([sum(one[name] for name in one if name in self.counted) for one in counts])

    def within_reach(self, contract: Result) -> float | None:
        if self.kind != "terms":
            return None
        best = best_measure(self.measure, frozenset(self.counted), larger=self.larger)
        return best_of_terms(self.original, contract, best)

    @property
    def start(self) -> float:
        if self.larger:
            return 0.0
        total = self._worst([sum(highest for _, highest in ranges) for ranges in self._ranges(self.counted)])
        return min(total, 1.0) if self.measure == "revenue_share" else total


def measure_goal(instance: Instance, second: str, group: Group | None, larger: bool) -> Goal:
    """Return a measure of rules as a second goal.

    Parameters
    ----------
    instance
        The instance.
    second
        Name of the measure.
    group
        Firms that it counts; None: all.
    larger
        Whether more is better.

    Raises
    ------
    GroupError
        For a group that cannot be, with every problem.
    """
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
