"""What a search knows so far, and when it must stop.

Only the methods of :class:`Search` write either: other modules report what they found, and ask.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ..base import tolerances
from ..base.arrays import Array, Index
from ..base.cancellation import is_cancelled
from ..base.choices import Phase
from ..base.crews import Crew, Threads
from ..base.errors import SolverError
from ..bounds import Multipliers
from ..engine import SolveOptions
from ..model.averaging import weighed
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.payoffs import aimed_surplus
from ..outcome.ending import RegimeStatus, StopReason
from ..terms import Support, best_terms, scenario_weights, visible_support
from .reporting import Progress, Reporter

#: Part of the gap at which a proof ends: the rest is for what the choice of terms and their rounding may take from the
#: objective. Half of it lets most terms be rounded to few decimals, and costs hardly any search.
PROVEN = 0.5

#: What follows a search takes as long as judging the answer once for each of its members, and so many times more: the
#: stages of the choice of terms, going alone, the certificate. At most this part of the time limit is kept for it.
STAGES, MOST_KEPT = 12, 0.7

#: Seconds that the result and its certificate take for each regime, about.
REGIME_SECONDS = 5e-5

#: Part of the time limit after which the search for a first contract ends and what was found is judged: only then it is
#: known what must be kept for the terms.
FIRST = 0.4


@dataclass(frozen=True)
class SearchOptions:
    """How to search: relative gap, seconds (inf: no limit), threads, progress callback; what to begin with.

    ``start`` is a design, ``multipliers`` what served a similar problem. ``top``: how many alliances are asked for,
    each with other members; ``floor``: the objective, scaled money, that a contract must exceed to matter; ``unique``:
    whether the agreed efforts must be the only equilibrium; ``concluding``: whether the time limit holds for the
    choice of terms and the certificate, too, that follow the search; ``cluster``: who enumerates teams instead of this
    process.
    """

    gap: float = tolerances.GAP
    time_limit: float = math.inf
    threads: int = 1
    on_progress: Callable[[Progress], None] | None = None
    start: Design | None = None
    multipliers: Multipliers | None = None
    top: int = 1
    floor: float = -math.inf
    unique: bool = False
    concluding: bool = False
    cluster: Crew | None = None


#: What decides a regime, or tries to.
Attempt = Literal["enumeration", "branch and cut", "extensive form"]


@dataclass
class RegimeFound:
    """What is known of one regime, money scaled; written by :class:`Search` alone.

    Parameters
    ----------
    status
        As in the result format; ``stopped`` until decided.
    best
        Best design found, with its exact value.
    bound
        Proven upper bound on the objective; None: nothing is known.
    first_best, first_best_bound
        W_FB (M22) of the regime and its proven bound; None: not known, or no team is admissible.
    method
        What decided the regime, or tried to; None: nothing had to.
    unjudged
        The most that designs may be worth whose terms could not be solved; −inf: there are none.
    """

    status: RegimeStatus = "stopped"
    best: Support | None = None
    bound: float | None = None
    first_best: float | None = None
    first_best_bound: float | None = None
    first_best_design: Design | None = None
    method: Attempt | None = None
    unjudged: float = -math.inf


@dataclass
class Search:
    """The state of one search: incumbent, regimes, clock, crew; ``hidden``: whether effort is (M22: it is not)."""

    parameters: Parameters
    options: SearchOptions
    regimes: list[RegimeFound] = field(default_factory=list)
    best: Support | None = None
    rounds: int = 0
    started: float = field(default_factory=time.perf_counter)
    hidden: bool = True
    crew: Threads = field(default_factory=Threads)
    multipliers: Multipliers | None = None
    prices: dict[int, tuple[Multipliers, Array]] = field(default_factory=dict)
    teams: dict[tuple[int, ...], Support] = field(default_factory=dict)
    _unique: dict[Design, Support | None] = field(default_factory=dict)
    _kept: float = 0.0
    _stopped: StopReason | None = None
    _judges: bool = False
    _reporter: Reporter = field(init=False)

    def __post_init__(self) -> None:
        """Open one record per regime, and see who is told where the search stands."""
        self._reporter = Reporter(self.options.on_progress)
        self.regimes = [RegimeFound() for _ in self.parameters.regimes]
        if self.options.concluding:
            self._kept = REGIME_SECONDS * len(self.regimes)

    @property
    def enumerators(self) -> Crew:
        """Who enumerates teams: a cluster, or the crew."""
        return self.options.cluster or self.crew

    @property
    def seconds(self) -> float:
        """Seconds since the search began."""
        return time.perf_counter() - self.started

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - time.perf_counter()

    @property
    def _is_averse(self) -> bool:
        outlook = self.parameters.outlook
        return outlook is not None and outlook.averse

    @property
    def beyond_surplus(self) -> float:
        """By how much the objective may exceed W, money: U_ℓ ≤ W + ū_ℓ, as nobody's surplus is negative (M15)."""
        p = self.parameters
        return float(p.outside[p.lead]) if p.objective == "lead" and p.lead is not None else 0.0

    @property
    def stopped(self) -> StopReason | None:
        """Why the search must end; None: nothing was noticed yet that ends it."""
        return self._stopped

    def stop(self, reason: StopReason) -> None:
        """Record why the search must end: the first reason stays, but for an interruption, which always counts."""
        if self._stopped is None or reason == "interrupted":
            self._stopped = reason

    def aim(self) -> None:
        """Weigh scenarios as the best contract known does (M30), from now on.

        Any weights that the objective allows bound it. Those of the lead's profit stay the probabilities: what the
        others earn is not negative on average only, so that the lead earns no more than there is.
        """
        p = self.parameters
        if not self._is_averse or p.objective == "lead" or self.best is None:
            return
        with contextlib.suppress(SolverError):
            weights = scenario_weights(p, self.best.design)
            if weights is not None:
                self.parameters = weighed(p, weights)

    def must_stop(self) -> bool:
        """Look at the clock and the tokens, and return whether the search must end.

        Once it must, that stays so: what was left out then is not known, and the deadline may move.
        """
        if self._stopped is None and is_cancelled():
            self.stop("interrupted")
        if self._stopped is None and self.seconds_left <= 0.0:
            self.stop("time_limit")
        return self._stopped is not None

    def late_for_a_first(self) -> bool:
        """Return whether the search must end, or has looked long enough for a first design to judge."""
        looking = self.options.concluding and not self._judges
        return self.must_stop() or (looking and self.seconds > FIRST * self.options.time_limit)

    @property
    def deadline(self) -> float:
        """When the search must end, on the clock of ``time.perf_counter``: what follows it has to fit in as well."""
        limit = self.options.time_limit
        return self.started + limit - min(self._kept, MOST_KEPT * limit)

    @property
    def known(self) -> float:
        """The objective of the last of the alliances asked for, −inf while there are fewer; at least the floor."""
        last = -math.inf
        if len(self.teams) >= self.options.top:
            last = min(support.value for support in self.teams.values())
        return max(last, self.options.floor)

    @property
    def cutoff(self) -> float:
        """The objective that a regime must exceed to matter: what is known and its gap."""
        known = self.known
        return known if known == -math.inf else known + PROVEN * self.tolerance(known)

    @property
    def beyond(self) -> float:
        """What W must exceed to matter, money; where effort is hidden, W is never negative in a contract (M15)."""
        least = self.parameters.least_value - tolerances.GRACE if self.hidden else -math.inf
        return max(self.cutoff - self.beyond_surplus, least)

    def matters(self, design: Design, surplus: float) -> bool:
        """Return whether a design whose W is at most this may be better than what is known of its members."""
        if surplus <= self.cutoff - self.beyond_surplus:
            return False
        team = self.teams.get(design.members)
        return team is None or surplus > team.value - self.beyond_surplus

    def tolerance(self, value: float) -> float:
        """Return the absolute gap, scaled money, at which a value counts as proven.

        That is the gap asked for or, of a value that is small beside the unit of money, as little as can be told apart:
        the reported gap is measured against the value, and against 1 in the instance's unit.
        """
        asked = max(self.options.gap, tolerances.FINEST_GAP)
        reported = asked * max(abs(value), 1.0 / self.parameters.scale)
        return max(self.options.gap * abs(value), min(reported, tolerances.ABSOLUTE_GAP), tolerances.ROUNDING)

    def evaluate(self, design: Design) -> Support | None:
        """Return the exact worth of a design under its best terms; remember it if it is the best.

        Where the solver fails on its terms, what it may be worth at most stays in the regime's bound.
        """
        started, self._judges = time.perf_counter(), True
        try:
            support = self._judged(design)
        except SolverError:
            found = self.regimes[design.regime]
            most = aimed_surplus(self.parameters, design) + self.beyond_surplus
            found.unjudged = max(found.unjudged, most)
            return None
        if support is not None:
            if self.options.concluding and (self.best is None or support.value > self.best.value):
                judging = (STAGES + len(design.members)) * (time.perf_counter() - started)
                self._kept = judging * self.options.top + REGIME_SECONDS * len(self.regimes)
            found = self.regimes[design.regime]
            visible = support.joint_surplus + support.cost  # what the design is worth where effort can be observed
            if not self._is_averse and found.first_best is not None and visible > found.first_best:
                found.first_best, found.first_best_design = visible, design
            if found.best is None or support.value > found.best.value:
                found.best = support
            if self.best is None or support.value > self.best.value:
                self.best = support
            self._remember(support)
        return support

    def _judged(self, design: Design) -> Support | None:
        if not self.hidden:
            return visible_support(self.parameters, design)
        if not self.options.unique:
            return best_terms(self.parameters, design)
        # Hard to judge: nobody is judged twice, nor further than it takes to see that it cannot matter. That stays so,
        # as what is known does not fall; and after the deadline nothing is judged.
        if design not in self._unique:
            least = self.known
            self._unique[design] = best_terms(self.parameters, design, unique=True, least=least, deadline=self.deadline)
        return self._unique[design]

    def _remember(self, support: Support) -> None:
        """Keep the best contract of each of the best teams."""
        members = support.design.members
        if members in self.teams and self.teams[members].value >= support.value:
            return
        self.teams[members] = support
        if len(self.teams) > self.options.top:
            # Of teams that are worth the same, the one found first stays.
            worst = min(reversed(self.teams), key=lambda team: self.teams[team].value)
            del self.teams[worst]

    def lifted(self, position: int, levels: tuple[int, ...], kept: Index) -> Design:
        """Return a design of all firms from the levels of those kept, whose positions are given."""
        full = np.full(self.parameters.n, -1)
        full[kept] = levels
        return Design(position, tuple(full.tolist()))

    def count(self, rounds: int) -> None:
        """Count mixed-integer programs that were solved."""
        self.rounds += rounds

    def keep(self, multipliers: Multipliers) -> None:
        """Keep the multipliers that served a regime, as the next one is like it."""
        self.multipliers = multipliers

    def keep_prices(self, position: int, multipliers: Multipliers, rules: Array) -> None:
        """Keep the prices at which a regime's cuts bound it best; those of rules have shape (rules,)."""
        self.prices[position] = multipliers, rules

    def attempt(self, position: int, method: Attempt) -> None:
        """Record what tries to decide a regime."""
        self.regimes[position].method = method

    def rule_out(self, position: int) -> None:
        """Record that a regime is proven to have no contract."""
        self.regimes[position].status = "no_contract"

    def show_first_best(self, position: int, levels: tuple[int, ...]) -> float:
        """Record the best levels found if effort could be observed (M22), and return W there, scaled money."""
        found, design = self.regimes[position], Design(position, levels)
        found.first_best = aimed_surplus(self.parameters, design)
        found.first_best_design = design
        return found.first_best

    def bound_first_best(self, position: int, bound: float) -> None:
        """Record a proven bound of W_FB (M22), scaled money; where that is a loss, the regime has no contract.

        (M15) asks for W >= 0, and W never exceeds the first best.
        """
        found = self.regimes[position]
        found.first_best_bound = bound
        self.tighten(position, bound + self.beyond_surplus)
        if bound < self.parameters.least_value - tolerances.ABSOLUTE_GAP:
            self.rule_out(position)

    def settle(self, position: int, bound: float | None) -> None:
        """Record a decided regime; ``bound`` None: nothing is left beyond the designs already evaluated."""
        found = self.regimes[position]
        if found.best is None and bound in (None, -math.inf) and found.unjudged == -math.inf:
            self.rule_out(position)
            return
        evaluated = -math.inf if found.best is None else found.best.value
        self.tighten(position, evaluated if bound is None else bound)

    def tighten(self, position: int, bound: float | None) -> None:
        """Record a proven bound of a regime."""
        found = self.regimes[position]
        known = [value for value in (bound, found.bound) if value is not None and value < math.inf]
        found.bound = max(min(known), found.unjudged) if known else None
        if found.bound is not None and found.best is not None:
            # A design that terms carry only just, shares adding up to 1 in the last digit, may be infeasible to the
            # MILP. The terms program, in the design's own unit, decides.
            found.bound = max(found.bound, found.best.value)

    def close(self) -> tuple[RegimeFound, ...]:
        """Say of every regime in one word what is known, and return them all."""
        for found in self.regimes:
            found.status = self._status(found)
        return tuple(self.regimes)

    def _status(self, found: RegimeFound) -> RegimeStatus:
        if found.status == "no_contract":
            return "no_contract"
        if found.bound is not None:
            if found.best is not None and found.bound <= found.best.value + self.tolerance(found.best.value):
                return "optimal"
            if found.bound <= self.cutoff:
                return "dominated"
        return "stopped" if found.best is None else "feasible"

    def solver_options(
        self, phase: Phase, position: int, cutoff: float = -math.inf, portion: float = 1.0
    ) -> SolveOptions:
        """Return the options of one mixed-integer solve, which may take a portion of the time that is left."""
        return SolveOptions(
            gap=PROVEN * self.options.gap,
            time_limit=self.seconds_left * portion,
            threads=self.options.threads,
            cutoff=cutoff,
            on_progress=self._reporter.during(self, phase, position),
        )

    def report(self, phase: Phase, position: int, bound: float | None) -> None:
        """Tell the caller where the search stands, with the bound of a regime; None: not known."""
        self._reporter.report(self, phase, position, bound)
