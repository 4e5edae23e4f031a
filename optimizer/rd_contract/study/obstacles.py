"""When no contract exists: which rules stand in the way."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..base.cancellation import CancelToken, heeding
from ..base.errors import InstanceError
from ..base.options import check_calls
from ..base.tolerances import PRECISION
from ..formats.doors import require
from ..instance import Edit, Instance, among_scenarios, amount_words, path_to, variant, worlds
from ..model.derivation import derive
from ..model.relevance import relevant
from ..outcome.contract import Demands, Obstacle, Result
from ..search import Found, SearchOptions, search
from .conflicts import minimal_conflict, told_by_value
from .expected_numbers import at_expected_numbers
from .rulebook import RISKLESS, DroppableRule, droppable_rules, without

#: Identifier of the obstacle that is no rule of the instance, but what was asked for.
DEMANDS = "demands"

#: Where an instance says whether efforts are agreed for each scenario.
AGREEMENT = "uncertainty.agreement"

#: Nothing is asked beyond the instance.
NO_DEMANDS = Demands()

#: Seconds that the search has after a solve without a time limit, however quick that was.
LEAST_SECONDS = 5.0


def with_obstacles(
    instance: Instance,
    result: Result,
    *,
    time_limit: float | None = None,
    threads: int = 1,
    cancel: CancelToken | None = None,
) -> Result:
    """Return a result with what stands in the way where it is that no contract exists; any other as it is.

    Parameters
    ----------
    instance
        The instance.
    result
        What ``solve`` returned for it. The seconds of this search are added to its own.
    time_limit
        Seconds; None: as long as the result took, and at least ``LEAST_SECONDS``. There may be hundreds of questions,
        each as hard as the one that is answered.
    threads, cancel
        As of :func:`explain_obstacles`.
    """
    if result.status != "no_contract" or result.obstacles:
        return result
    started = time.perf_counter()
    limit = max(LEAST_SECONDS, result.solver.seconds) if time_limit is None else time_limit
    found = explain_obstacles(instance, time_limit=limit, threads=threads, demands=result.demands, cancel=cancel)
    seconds = result.solver.seconds + time.perf_counter() - started
    return result.replace(obstacles=found, solver=result.solver.model_copy(update={"seconds": seconds}))


def explain_obstacles(
    instance: Instance,
    *,
    time_limit: float | None = None,
    threads: int = 1,
    demands: Demands = NO_DEMANDS,
    cancel: CancelToken | None = None,
) -> tuple[Obstacle, ...]:
    """Return the rules that keep an instance from having a contract.

    Rules that make a contract possible when dropped alone come first. Where no single one does, a minimal set
    of rules is returned that conflict: with any one of them dropped besides all rules outside the set, a
    contract exists. Where even the absence of all rules does not help, the obstacle is the matter itself: no
    alliance earns more than its members earn outside, or risk or moral hazard eats what it would earn; or it is
    what was demanded beyond the instance. Where the instance has scenarios, what of them is in the way comes with
    these rules: that efforts are agreed for all of them alike, single ones, or that numbers differ at all. An obstacle
    ``unfinished`` says that time ran out before all was known; Ctrl-C ends the analysis like a time limit does.

    Parameters
    ----------
    instance
        An instance for which ``solve`` proved that no contract exists.
    time_limit
        Seconds for the whole analysis; what is known by then is returned.
    threads
        Threads of the solver.
    demands
        What was asked of a contract beyond the instance.
    cancel
        Stops the analysis from another thread or task.
    """
    require(Instance, instance)
    check_calls(cancel=cancel)
    probe = _Probe(instance, math.inf if time_limit is None else time_limit, threads)
    found, helping = Conflict((), unfinished=True), list[Obstacle]()
    with heeding(cancel):
        try:
            found = _conflict(probe, demands)
            helping += (obstacle for obstacle in found.obstacles if obstacle.alone)
            if instance.scenarios and not any(obstacle.rule == DEMANDS for obstacle in helping):
                helping.extend(_of_scenarios(probe))
        except KeyboardInterrupt:
            probe.unfinished = True
    if not (found.unfinished or probe.unfinished):
        return tuple(helping) or found.obstacles
    # That it is the matter itself is known only once nothing else is in the way.
    return (*(helping or (one for one in found.obstacles if one.path)), UNFINISHED)


@dataclass(frozen=True)
class Conflict:
    """A minimal set of rules that conflict.

    Parameters
    ----------
    obstacles
        The rules, in the order of the rulebook, or what no rule of the user's can change; rules that suffice when
        dropped alone are marked, and they all are in it: a rule that every conflict holds is in this one.
    unfinished
        Whether time ran out, or Ctrl-C or a cancelled token came, before all was known.
    interrupted
        Whether it was one of the latter.
    """

    obstacles: tuple[Obstacle, ...]
    unfinished: bool = False
    interrupted: bool = False


def find_conflict(
    instance: Instance, *, time_limit: float | None = None, threads: int = 1, demands: Demands = NO_DEMANDS
) -> Conflict:
    """Return a minimal set of rules that leave no contract, and which of them suffice when dropped alone.

    Parameters
    ----------
    instance
        An instance for which ``solve`` proved that no contract exists.
    time_limit
        Seconds for the whole analysis; what is known by then is returned.
    threads
        Threads of the solver.
    demands
        What was asked of a contract beyond the instance; where dropping it suffices, it is the one obstacle.
    """
    probe = _Probe(instance, math.inf if time_limit is None else time_limit, threads)
    try:
        return replace(_conflict(probe, demands), interrupted=probe.interrupted)
    except KeyboardInterrupt:
        return Conflict((), unfinished=True, interrupted=True)


def _conflict(probe: _Probe, demands: Demands) -> Conflict:
    if demands != NO_DEMANDS:
        plain = probe.without([])
        if plain is None or plain.best is not None:
            asked = () if plain is None else (_demanded(demands, plain, probe.instance.currency),)
            return Conflict(asked, unfinished=plain is None)
    rules = droppable_rules(probe.instance)
    bare = probe.without(rules)
    if bare is None or not bare.proven:
        return Conflict((), unfinished=True)
    if bare.best is None:
        return _matter_itself(probe, rules, bare)
    conflict = minimal_conflict(rules, lambda kept: probe.conflict(rules, kept))
    if probe.unfinished:
        return Conflict((), unfinished=True)
    found = [(rule, probe.without([rule])) for rule in conflict]
    told = _told(probe, rules, conflict)
    obstacles = tuple(
        _obstacle(rule, bool(answer and answer.best), answer) for rule, (_, answer) in zip(told, found, strict=True)
    )
    if len(obstacles) == 1 and not obstacles[0].alone:
        return _with_itself(probe, rules, obstacles[0])
    return Conflict(obstacles, probe.unfinished)


def _with_itself(probe: _Probe, rules: list[DroppableRule], only: Obstacle) -> Conflict:
    """Return a conflict of one rule with itself, unless that nothing is earned under the rules explains more."""
    base = probe.without([])
    if base is None or probe.unfinished:  # it may suffice to drop that rule
        return Conflict((), unfinished=True)
    return _matter_itself(probe, rules, base) if (base.best_first_best or 0.0) < 0.0 else Conflict((only,))


def _told(probe: _Probe, rules: Sequence[DroppableRule], conflict: Sequence[DroppableRule]) -> Sequence[DroppableRule]:
    """Return rules that conflict with the values of attributes that matter; as they are if there is no time left."""
    told = told_by_value(probe.instance, conflict, lambda narrowed: probe.conflict(rules, conflict, narrowed))
    return conflict if probe.unfinished else told


def _obstacle(rule: DroppableRule, alone: bool, found: Found | None) -> Obstacle:
    return Obstacle(rule=rule.rule, path=rule.path, detail=rule.detail, alone=alone, joint_surplus=_surplus(found))


def _surplus(found: Found | None) -> float | None:
    """Return the joint surplus of an answer, money; None without one."""
    return None if found is None or found.best is None else found.best.joint_surplus * found.scale


def _demanded(demands: Demands, plain: Found, currency: str) -> Obstacle:
    """Return the obstacle that was asked for: without it there is a contract."""
    margin = amount_words(demands.margin, currency)
    asked = [f"every deviation to cost at least {margin}"] if demands.margin > 0.0 else []
    asked += ["the agreed efforts to be the only equilibrium"] if demands.robust is not None else []
    detail = f"what was asked for: {' and '.join(asked)}"
    return Obstacle(rule=DEMANDS, path="", detail=detail, alone=True, joint_surplus=_surplus(plain))


#: Says that time ran out.
UNFINISHED = Obstacle(
    rule="unfinished",
    path="",
    detail="the search for the rules in the way was stopped before it was complete",
    alone=False,
    joint_surplus=None,
)


def _matter_itself(probe: _Probe, rules: list[DroppableRule], bare: Found) -> Conflict:
    """Return the obstacle that is no rule of the user's: too little value, too much risk, or moral hazard.

    Which of the latter two it is, a search without risk tells; as long as that has no answer, neither is claimed.
    """
    best = bare.best_first_best
    if best is None or best < 0.0:
        kind, detail = "value", "no alliance earns more than its members earn outside, even if effort could be observed"
    elif (calm := probe.without([*rules, RISKLESS])) is not None and calm.best is not None:
        kind, detail = "risk", "risk: what the members would ask for bearing it is more than an alliance earns"
    else:
        kind = "incentives"
        detail = "moral hazard: no shares, reimbursements and deposits make the efforts pay that the alliance needs"
    if probe.unfinished:
        return Conflict((), unfinished=True)
    return Conflict((Obstacle(rule=kind, path="", detail=detail, alone=False, joint_surplus=None),))


def _of_scenarios(probe: _Probe) -> Iterator[Obstacle]:
    """Yield what of the scenarios is in the way by itself; their numbers as a whole only where nothing less is."""
    found = False
    for rule, path, detail, changed in _otherwise(probe.instance):
        if probe.exhausted:  # to make the other instances takes long where scenarios are many
            probe.unfinished = True
            return
        answer = probe.without([], changed) if rule != "scenarios" or not found else None
        if answer is not None and answer.best is not None:
            found = True
            yield Obstacle(rule=rule, path=path, detail=detail, alone=True, joint_surplus=_surplus(answer))


def _otherwise(instance: Instance) -> Iterator[tuple[str, str, str, Instance]]:
    """Yield what could be otherwise about the scenarios, where it stands, in words, and the instance without it.

    A scenario beside which all others have no probability is certain, and cannot be done without.
    """
    if (instance.uncertainty.timing, instance.uncertainty.agreement) == ("before_effort", "same"):
        with contextlib.suppress(InstanceError):  # too much for plans
            planned = variant(instance, [Edit(AGREEMENT, "by_scenario")])
            detail = "one effort of each member for all scenarios, not one for each (by_scenario)"
            yield "agreement", AGREEMENT, detail, planned
    chances = [world.probability for world in worlds(instance)]
    for at, one in enumerate(instance.scenarios):
        others = [other for other in range(len(chances)) if other != at]
        if others and not any(chances[other] for other in others):
            continue
        without_it = among_scenarios(instance, others)
        yield "scenario", path_to("scenarios", one.name), f'scenario "{one.name}"', without_it
    yield "scenarios", "scenarios", "that numbers differ between scenarios", at_expected_numbers(instance)


class _Probe:
    """Solves an instance without some of its rules, within one time limit.

    ``unfinished``: whether some question has no answer, as time ran out or the user asked to stop.
    """

    def __init__(self, instance: Instance, time_limit: float, threads: int) -> None:
        self.instance = instance
        self.threads = threads
        self.deadline = time.perf_counter() + time_limit
        self.interrupted = False
        self.unfinished = False

    @property
    def exhausted(self) -> bool:
        """Whether the time is used up, or the user asked to stop."""
        return self.interrupted or time.perf_counter() >= self.deadline

    def conflict(
        self, rules: Sequence[DroppableRule], kept: Sequence[DroppableRule], instance: Instance | None = None
    ) -> bool:
        """Return whether no contract exists with only some of the rules; what makes no instance has none."""
        paths = {rule.path for rule in kept}
        found = self.without([rule for rule in rules if rule.path not in paths], instance)
        return found is None or found.best is None

    def without(self, rules: Sequence[DroppableRule], instance: Instance | None = None) -> Found | None:
        """Search without some rules, in another instance if given; None when that is none, or no time is left."""
        if self.exhausted:
            self.unfinished = True
            return None
        changed = without(self.instance if instance is None else instance, rules)
        if changed is None:
            return None
        left = self.deadline - time.perf_counter()
        found = search(
            relevant(derive(changed)).scaled(), SearchOptions(gap=PRECISION, time_limit=left, threads=self.threads)
        )
        self.interrupted = self.interrupted or found.interrupted
        self.unfinished = self.unfinished or (found.best is None and not found.proven)
        return found
