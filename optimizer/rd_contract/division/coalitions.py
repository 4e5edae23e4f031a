"""The game of an alliance: what each part of it would reach on its own (M23), as the optimizer finds it."""

from __future__ import annotations

import dataclasses
import itertools
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import numpy as np

from ..base.arrays import Array
from ..base.cancellation import checkpoint
from ..base.parallel import Resources, workers
from ..base.tolerances import FINEST_GAP
from ..model.parameters import Parameters
from ..model.quantities import restricted
from ..model.rules import can_all_be_met
from ..outcome.ending import StopReason
from ..search import Found, SearchOptions, search
from .game import Complaint, coalition_of, digits, members_of
from .shapley import EXACT

#: Coalitions from which on several processes are worth their start.
MANY = 100

#: Unhappy coalitions that are asked for at first; four times as many where these do not settle the matter.
FIRST, MORE = 4, 4


class Unfinished(Exception):
    """A limit or Ctrl-C came before all that was needed was known; carries the reason."""

    def __init__(self, reason: StopReason) -> None:
        super().__init__(reason)
        self.reason = reason


class AllianceGame:
    """The game (S, v) of an alliance.

    Parameters
    ----------
    parameters
        The numbers; money scaled to O(1).
    members
        Positions of the n members.
    worth
        W of their contract, money: what there is to divide, v(S).
    options
        Deadline and threads of the searches; as many processes as threads are used where coalitions are many.

    Notes
    -----
    v(T) is the best W of an alliance among T under the instance's rules, whatever the objective; 0 where there is none,
    as without the lead. Values are kept, so each coalition is searched once at most.
    """

    def __init__(self, parameters: Parameters, members: Sequence[int], worth: float, options: SearchOptions) -> None:
        own = restricted(parameters, list(members))
        self.parameters = dataclasses.replace(own, objective="joint")
        self.players, self.worth = len(members), worth
        self.searched = 0
        self._jobs = options.threads
        self._deadline = time.perf_counter() + options.time_limit
        self._options = of_parts(options)
        self._known = {0: 0.0, (1 << self.players) - 1: worth}

    def value(self, coalition: int) -> float:
        """Return v of a coalition, money; raises Unfinished if the time is up first."""
        if coalition in self._known:
            return self._known[coalition]
        if not self._may_contract(coalition):
            return 0.0
        self._learn(coalition, self._search(self._part(coalition)))
        return self._known[coalition]

    def values(self) -> Array:
        """Return v of every coalition, shape (2^n,), money; raises Unfinished if the time is up first."""
        sizes = digits(np.arange(1 << self.players), self.players).sum(axis=1)
        # The large ones first: what the best alliance among them does without is not worth a search of its own.
        for size in range(self.players - 1, 0, -1):
            unknown = [t for t in np.flatnonzero(sizes == size).tolist() if t not in self._known]
            able = [t for t in unknown if self._may_contract(t)]
            self._known |= dict.fromkeys((t for t in unknown if t not in able), 0.0)
            if self._jobs > 1 and len(able) >= MANY:
                self._learn_all(able)
            else:
                for t in able:
                    self.value(t)
        return np.array([self._known[t] for t in range(1 << self.players)])

    def _learn_all(self, coalitions: list[int]) -> None:
        """Keep the values of many coalitions, searched on several processes."""
        parts = ((self._part(t), self._limited()) for t in coalitions)
        with (
            workers(Resources(self._jobs)) as pool,
            closing(pool.spread(_searched, parts, len(coalitions), in_order=True)) as coming,
        ):
            for t, found in zip(coalitions, coming, strict=True):
                checkpoint()  # tokens stay with this process
                self._learn(t, proven(found))
                self.searched += 1

    def complaints(self, payoff: Array, above: float, wanted: Callable[[int], bool]) -> Iterator[Complaint]:
        """Yield wanted coalitions whose excess exceeds a number, the unhappiest first: a search among the members.

        Each member of a coalition has to be paid what it gets already: what remains of W is the coalition's excess.
        An alliance that is not wanted stands for itself with the cheapest further member that makes it wanted.
        """
        waiting = [Complaint(0, 0.0)]  # an alliance of nobody: those who get nothing from anybody
        yielded: set[int] = set()
        count, complete = FIRST, False
        while not complete:
            found, complete = self._unhappy(payoff, above, count)
            lowest = -math.inf if complete else min(_excess(one, payoff) for one in found)
            widened = (self._widened(one, payoff, wanted) for one in (*waiting, *found))
            ready = {one for one in widened if one is not None and one.coalition not in yielded}
            for one in sorted(ready, key=lambda one: (-_excess(one, payoff), one.coalition)):
                # What was not found yet has no larger excess than the least that was.
                if _excess(one, payoff) > above and _excess(one, payoff) >= lowest and one.coalition not in yielded:
                    yielded.add(one.coalition)
                    yield one
            count *= MORE

    # searching

    def _unhappy(self, payoff: Array, above: float, count: int) -> tuple[list[Complaint], bool]:
        """Return the alliances of largest excess among the members, and whether these are all that exceed a number."""
        everybody = (1 << self.players) - 1
        p = dataclasses.replace(self.parameters, toll=payoff)
        found = self._search(p, top=count + 1, floor=above)
        alliances = [
            Complaint(
                coalition_of(support.design.members), support.value + float(payoff[list(support.design.members)].sum())
            )
            for support in found.teams
            if support.value > above
        ]
        proper = [one for one in alliances if one.coalition != everybody]
        return proper, len(alliances) <= count

    def _widened(self, one: Complaint, payoff: Array, wanted: Callable[[int], bool]) -> Complaint | None:
        if one.coalition and wanted(one.coalition):
            return one
        wider = (
            (float(payoff[i]), one.coalition | 1 << i)
            for i in range(self.players)
            if not one.coalition >> i & 1 and wanted(one.coalition | 1 << i)
        )
        cheapest = min(wider, default=None)
        return None if cheapest is None else Complaint(cheapest[1], one.value)

    def _search(self, p: Parameters, top: int = 1, floor: float = -math.inf) -> Found:
        self.searched += 1
        return proven(search(p, dataclasses.replace(self._limited(), top=top, floor=floor)))

    def _limited(self) -> SearchOptions:
        return dataclasses.replace(self._options, time_limit=self._deadline - time.perf_counter())

    def _part(self, coalition: int) -> Parameters:
        return restricted(self.parameters, list(members_of(coalition)))

    def _may_contract(self, coalition: int) -> bool:
        """Return whether a coalition has who has to be there (M17), (M18), (M32)-(M35)."""
        p, inside = self.parameters, set(members_of(coalition))
        firms = np.array(sorted(inside), dtype=np.intp)
        return inside >= set(p.compelled) and can_all_be_met(p, firms)

    def _learn(self, coalition: int, found: Found) -> None:
        """Keep the value of a coalition, and of those between the best alliance in it and itself, if they are few."""
        inside = members_of(coalition)
        core = () if found.best is None else tuple(inside[i] for i in found.best.design.members)
        value = 0.0 if found.best is None else max(found.best.value, 0.0)
        self._known[coalition] = value
        self._known.setdefault(coalition_of(core), value)
        if self.players > EXACT:
            return
        spare = [i for i in inside if i not in core]
        for count in range(1, len(spare)):
            for chosen in itertools.combinations(spare, count):
                self._known.setdefault(coalition_of((*core, *chosen)), value)


def _searched(question: tuple[Parameters, SearchOptions]) -> Found:
    return search(*question)


def of_parts(options: SearchOptions) -> SearchOptions:
    """Return the options of searches for what groups of firms are worth: one process, to the end, nothing reported."""
    return dataclasses.replace(
        options,
        gap=FINEST_GAP,
        threads=1,
        on_progress=None,
        start=None,
        multipliers=None,
        top=1,
        floor=-math.inf,
        concluding=False,
        cluster=None,
    )


def proven(found: Found) -> Found:
    """Return what a search found that came to its end; raises Unfinished for others."""
    if found.interrupted or not found.proven:
        raise Unfinished("interrupted" if found.interrupted else found.stop_reason)
    return found


def _excess(one: Complaint, payoff: Array) -> float:
    return one.value - float(payoff[list(members_of(one.coalition))].sum())
