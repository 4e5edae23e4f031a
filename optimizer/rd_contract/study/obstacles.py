"""When no contract exists: which rules stand in the way."""

from __future__ import annotations

import math
import time

from ..contract import Obstacle
from ..instance import Instance
from ..parameters import derive
from ..relevance import relevant
from ..search import Found, SearchOptions, search
from .rulebook import RISKLESS, DroppableRule, droppable_rules, without

#: Gap at which the surplus without a rule is reported: the question is whether a contract exists.
GAP = 1e-3


def explain_obstacles(instance: Instance, *, time_limit: float | None = None, threads: int = 1) -> tuple[Obstacle, ...]:
    """Return the rules that keep an instance from having a contract.

    Rules that make a contract possible when dropped alone come first. Where no single one does, a minimal set
    of rules is returned that conflict: with any one of them dropped besides all rules outside the set, a
    contract exists. Where even the absence of all rules does not help, the obstacle is the matter itself: no
    alliance earns more than its members earn outside, or risk or moral hazard eats what it would earn. An
    obstacle ``unfinished`` says that time ran out before all was known.

    Parameters
    ----------
    instance
        An instance for which ``solve`` proved that no contract exists.
    time_limit
        Seconds for the whole analysis; what is known by then is returned.
    threads
        Threads of the solver.
    """
    probe = _Probe(instance, math.inf if time_limit is None else time_limit, threads)
    rules = droppable_rules(instance)
    bare = probe.without(rules)
    if bare is None or not bare.proven:
        return (_UNFINISHED,)
    if bare.best is None:
        return (_matter_itself(probe, rules, bare),)
    obstacles = [_obstacle(rule, True, found) for rule in rules if (found := probe.without([rule])) and found.best]
    if not obstacles and not probe.exhausted:
        obstacles = [_obstacle(rule, False, None) for rule in _conflict(probe, rules)]
        if len(obstacles) == 1 and (base := probe.without([])) is not None and (base.best_first_best or 0.0) < 0.0:
            # A conflict of one rule with itself explains nothing; that nothing is earned under the rules does.
            return (_matter_itself(probe, rules, base),)
    return (*obstacles, _UNFINISHED) if probe.exhausted else tuple(obstacles)


def _conflict(probe: _Probe, rules: list[DroppableRule]) -> list[DroppableRule]:
    """Return a minimal conflicting set by deletion: a rule stays only if dropping it lets a contract exist."""
    dropped: list[DroppableRule] = []
    for rule in rules:
        found = probe.without([*dropped, rule])
        if probe.exhausted:
            break
        if found is None or found.best is None:
            dropped.append(rule)
    return [rule for rule in rules if rule not in dropped]


def _obstacle(rule: DroppableRule, alone: bool, found: Found | None) -> Obstacle:
    surplus = None
    if found is not None and found.best is not None:
        surplus = found.best.joint_surplus * found.scale
    return Obstacle(rule=rule.rule, path=rule.path, detail=rule.detail, alone=alone, joint_surplus=surplus)


_UNFINISHED = Obstacle(
    rule="unfinished",
    path="",
    detail="the search for the rules in the way was stopped before it was complete",
    alone=False,
    joint_surplus=None,
)


def _matter_itself(probe: _Probe, rules: list[DroppableRule], bare: Found) -> Obstacle:
    """Return the obstacle that is no rule of the user's: too little value, too much risk, or moral hazard."""
    best = bare.best_first_best
    if best is None or best < 0.0:
        kind, detail = "value", "no alliance earns more than its members earn outside, even if effort could be observed"
    elif (calm := probe.without([*rules, RISKLESS])) is not None and calm.best is not None:
        kind, detail = "risk", "risk: what the members would ask for bearing it is more than an alliance earns"
    else:
        kind = "incentives"
        detail = "moral hazard: no shares, reimbursements and deposits make the efforts pay that the alliance needs"
    return Obstacle(rule=kind, path="", detail=detail, alone=False, joint_surplus=None)


class _Probe:
    """Solves an instance without some of its rules, within one time limit."""

    def __init__(self, instance: Instance, time_limit: float, threads: int) -> None:
        self.instance = instance
        self.threads = threads
        self.deadline = time.perf_counter() + time_limit
        self.interrupted = False

    @property
    def exhausted(self) -> bool:
        """Whether the time is used up, or the user asked to stop."""
        return self.interrupted or time.perf_counter() >= self.deadline

    def without(self, rules: list[DroppableRule]) -> Found | None:
        """Search without some rules; None when that makes no instance or there is no time left."""
        if self.exhausted:
            return None
        changed = without(self.instance, rules)
        if changed is None:
            return None
        left = self.deadline - time.perf_counter()
        found = search(
            relevant(derive(changed)).scaled(), SearchOptions(gap=GAP, time_limit=left, threads=self.threads)
        )
        self.interrupted = self.interrupted or found.stop_reason == "interrupted"
        return found
