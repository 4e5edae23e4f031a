"""Terms under which the agreed efforts are the only equilibrium, not just one of several (Winter 2004).

Every other profile of efforts must have somebody who gains by leaving it. That is a choice between linear conditions on
the terms, one for each member and each level it could go to; it is added for the profiles that would otherwise be
equilibria, until none is left. Gains below a resolution count as none, so that the certificate, which allows for
rounding, agrees.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from ..base.arrays import Array, Index
from ..base.errors import SolverError
from ..base.tolerances import ABSOLUTE_GAP, NONZERO, STRICT
from ..engine import LinearOutcome, LinearSolver
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.payoffs import marginal_value
from .program import TermsProgram

#: Most profiles that are enumerated; beyond, only games of strategic complements can be judged.
MAX_PROFILES = 20_000

#: Further equilibria that are ruled out at a time.
BATCH = 12

#: Level of every member.
Profile = tuple[int, ...]

#: A way to leave a profile: the profile, who leaves, and to which level.
Condition = tuple[Profile, int, int]
Conditions = tuple[Condition, ...]

#: What the objective reaches exactly under some conditions, and profiles that its terms leave as equilibria.
Judge = Callable[[Conditions], tuple[float, list[Profile]]]


class OutOfTime(Exception):
    """The deadline came before it was known whether terms exist."""


@dataclass(frozen=True)
class Option:
    """A condition on the terms, ``row · columns ≥ right``; ``most`` is what the row can be at most."""

    row: Array
    right: float
    most: float


def is_decidable(parameters: Parameters) -> bool:
    """Return whether the equilibria of every team can be found: by enumeration, or as efforts are complements."""
    largest = sorted((len(menu) for menu in parameters.x), reverse=True)[: parameters.size_max]
    return math.prod(largest) <= MAX_PROFILES or bool((parameters.gamma.numbers >= 0.0).all())


class Uniqueness:
    """The effort profiles of a team, and which of them its terms leave as equilibria.

    Parameters
    ----------
    program
        The terms of a design, its members only; its rows are not changed.
    """

    def __init__(self, program: TermsProgram) -> None:
        p = self._parameters = program.parameters
        self.program, self._agreed = program, program.design.levels
        self._regime = program.regime
        self._cost = [self._regime.k * costs for costs in p.c]
        self._caught = [
            self._regime.q * np.maximum(menu[level] - menu, 0.0) for menu, level in zip(p.x, self._agreed, strict=True)
        ]
        self._profiles = self._all_profiles()
        self._limit = self._deposit_limits()
        self._strict = STRICT * np.array([self._stake(i) for i in range(p.n)])

    def others(self, point: Array) -> list[Profile]:
        """Return profiles, not the agreed one, that nobody gains by leaving under the terms of a point."""
        if self._profiles is None:
            ends = {self._extreme(point, lowest=lowest) for lowest in (True, False)}
            return sorted(ends - {self._agreed})
        marginal = self._marginal()
        content = (self._profiles != np.array(self._agreed)).any(axis=1)
        for i in range(marginal.shape[1]):
            payoff = self._payoff(point, i, marginal[:, i])
            now = payoff[np.arange(len(payoff)), self._profiles[:, i]]
            content &= payoff.max(axis=1) - now < 0.5 * self._strict[i]
        return [tuple(levels) for levels in self._profiles[content][:BATCH].tolist()]

    def best_conditions(
        self,
        objective: Array,
        judge: Judge,
        *,
        start: Conditions = (),
        excluded: Sequence[Profile] = (),
        least: float = -math.inf,
        deadline: float = math.inf,
    ) -> Conditions | None:
        """Return conditions under which the best terms leave the agreed profile alone; None where no terms do.

        A tree of linear programs. Where the terms of a node leave another profile as an equilibrium, one of the
        conditions under which somebody leaves it must hold; risk premia are bounded from below only.

        Parameters
        ----------
        objective : array, shape (columns,)
            What is maximised.
        judge
            Tells what is reached exactly under some conditions, and which profiles the terms then leave.
        start
            Conditions that hold in any case.
        excluded
            Profiles for which a condition is asked for in any case.
        least
            What the objective must exceed to matter.
        deadline
            On the clock of ``time.perf_counter``.

        Raises
        ------
        OutOfTime
            When the deadline comes first.
        """
        relaxation = _Relaxation(self, objective, deadline)
        # The best bound first; among equals what has the most conditions, so that terms are found soon.
        waiting: list[tuple[float, int, int, Conditions]] = [(-math.inf, 0, 0, start)]
        count, reached, best = 0, least, None
        while waiting and -waiting[0][0] > reached + ABSOLUTE_GAP:
            wanted = heapq.heappop(waiting)[-1]
            bound = relaxation.bound(wanted)
            children = [wanted]
            if not waiting or bound >= -waiting[0][0] - ABSOLUTE_GAP:
                left = self._left(relaxation, wanted, excluded) if bound > reached + ABSOLUTE_GAP else []
                if not left and bound > reached + ABSOLUTE_GAP:
                    value, left = judge(wanted)
                    if not left and value > reached:
                        reached, best = value, wanted
                ways = min((self._ways(profile) for profile in left), key=len, default=[])
                children = [(*wanted, way) for way in ways]
            for child in children:
                count += 1
                heapq.heappush(waiting, (-bound, -len(child), -count, child))
        return best

    def _left(self, relaxation: _Relaxation, wanted: Conditions, excluded: Sequence[Profile]) -> list[Profile]:
        """Return profiles that still need a condition: excluded ones, and those that the relaxation's terms leave."""
        settled = {way[0] for way in wanted}
        left = [profile for profile in excluded if profile not in settled]
        return left or self.others(relaxation.point)

    def rows(self, conditions: Sequence[Condition]) -> list[tuple[Array, float]]:
        """Return conditions as rows of the terms and the numbers that they must reach."""
        return [(option.row, option.right) for option in map(self._option, conditions)]

    def _ways(self, profile: Profile) -> list[Condition]:
        """Return the ways in which somebody may leave a profile, the likeliest last."""
        every = [
            (profile, i, other)
            for i, level in enumerate(profile)
            for other in range(len(self._parameters.x[i]))
            if other != level
        ]
        room = {way: option.most - option.right for way in every for option in [self._option(way)]}
        return sorted((way for way in every if room[way] > 0.0), key=lambda way: room[way])

    def _option(self, way: Condition) -> Option:
        profile, i, other = way
        x = Design(self.program.design.regime, profile).efforts(self._parameters.x)
        marginal = marginal_value(self._parameters, self._regime, x)
        return self._gain(i, profile[i], other, float(marginal[i]))

    # payoffs

    def _marginal(self) -> Array:
        """Return MV (M8) of every member at every profile, shape (profiles, m), money."""
        assert self._profiles is not None
        p = self._parameters
        x = np.column_stack([p.x[i][self._profiles[:, i]] for i in range(p.n)])
        marginal: Array = self._regime.f * (p.v + p.gamma.times(x))
        return marginal

    def _gain(self, i: int, level: int, other: int, marginal: float) -> Option:
        """Return what going to another level brings a member, as a row of the terms that must reach a number."""
        p, program = self._parameters, self.program
        dx = float(p.x[i][other] - p.x[i][level])
        dc = float(self._cost[i][other] - self._cost[i][level])
        caught = float(self._caught[i][other] - self._caught[i][level])
        row = program.zero()
        columns = [program.block(quantity).start + i for quantity in ("s", "phi", "d")]
        values = [marginal * dx, float(p.theta[i]) * dc, -caught]
        row[columns] = values
        fixed = float(p.benefit[i]) * dx - float(p.borne()[i]) * dc - caught * float(p.stake[i])
        low = program.lower[columns]
        high = np.minimum(program.upper[columns], [np.inf, np.inf, self._limit[i]])
        most = np.maximum(values * low, values * high).sum()
        return Option(row, float(self._strict[i]) - fixed, float(most))

    def _payoff(self, point: Array, i: int, marginal: Array) -> Array:
        """Return what each level gives a member at several profiles of the others, shape (profiles, levels), money."""
        p, program = self._parameters, self.program
        share, rate, deposit = (point[program.block(quantity).start + i] for quantity in ("s", "phi", "d"))
        borne = p.borne(rate)[i] * self._cost[i]
        own = p.benefit[i] * p.x[i] - borne - self._caught[i] * (deposit + p.stake[i])
        payoff: Array = share * marginal[:, None] * p.x[i] + own
        return payoff

    def _stake(self, i: int) -> float:
        """Return the largest change that a term of the member's payoff can undergo over its menu, money."""
        p = self._parameters
        full = np.array([menu.max() for menu in p.x])
        reach = self._regime.f * (abs(float(p.v[i])) + float(np.abs(p.gamma.row(i)) @ full))
        moved = [reach * float(np.ptp(p.x[i])), float(np.ptp(self._cost[i])), abs(float(p.benefit[i]))]
        return max(*moved, float(np.ptp(self._caught[i])) * float(min(p.stake[i], self._limit[i])), NONZERO)

    def _deposit_limits(self) -> Array:
        """Return deposits beyond which nobody would ever shirk, shape (m,), money: more can serve no purpose."""
        p = self._parameters
        full = np.array([menu.max() for menu in p.x])
        limits = np.zeros(p.n)
        for i, (menu, cost) in enumerate(zip(p.x, self._cost, strict=True)):
            if self._regime.q <= 0.0 or len(menu) == 1:
                continue
            reach = self._regime.f * (abs(float(p.v[i])) + float(np.abs(p.gamma.row(i)) @ full)) + abs(
                float(p.benefit[i])
            )
            limits[i] = 2.0 * (reach + float((np.diff(cost) / np.diff(menu)).max())) / self._regime.q
        return limits

    # profiles

    def _all_profiles(self) -> Index | None:
        """Return all profiles, shape (profiles, m); None where efforts are complements and profiles too many."""
        sizes = [len(menu) for menu in self._parameters.x]
        count = math.prod(sizes)
        if count > MAX_PROFILES:
            return None
        # The digits of the profile's number. A grid would need an axis for each member, of which numpy has 64 at most.
        strides = np.array([math.prod(sizes[i + 1 :]) for i in range(len(sizes))], dtype=np.intp)
        profiles: Index = np.arange(count)[:, None] // strides % np.array(sizes, dtype=np.intp)
        return profiles

    def _extreme(self, point: Array, *, lowest: bool) -> tuple[int, ...]:
        """Return the lowest or highest equilibrium of a game of strategic complements (Topkis 1979).

        From one end everybody goes to the lowest, or highest, of its nearly best levels, until nobody moves.
        """
        p = self._parameters
        levels = [0 if lowest else len(menu) - 1 for menu in p.x]
        moved = True
        while moved:
            moved = False
            for i in range(p.n):
                x = Design(0, tuple(levels)).efforts(p.x)
                marginal = marginal_value(p, self._regime, x)[i : i + 1]
                payoff = self._payoff(point, i, marginal)[0]
                good = np.flatnonzero(payoff > payoff.max() - 0.5 * self._strict[i])
                level = int(good[0] if lowest else good[-1])
                if level != levels[i]:
                    levels[i], moved = level, True
        return tuple(levels)


class _Relaxation:
    """The linear program of the terms, with some conditions asked for: solved again and again from the last basis."""

    def __init__(self, uniqueness: Uniqueness, objective: Array, deadline: float) -> None:
        self._uniqueness, self._objective, self._deadline = uniqueness, objective, deadline
        self.point = np.zeros(0)
        self._load()

    def _load(self) -> None:
        program = self._uniqueness.program.as_program(self._objective)
        self._solver = LinearSolver(program, self._deadline)
        self._rows: dict[Condition, int] = {}
        self._held: Conditions = ()

    def bound(self, wanted: Conditions) -> float:
        """Solve with the conditions wanted and no others; return the value, minus infinity where no terms meet them."""
        try:
            outcome = self._solve(wanted)
        except SolverError:  # after many changes a fresh start may be needed
            self._load()
            outcome = self._solve(wanted)
        if outcome.ending == "infeasible":
            return -math.inf
        if outcome.ending == "time_limit":
            raise OutOfTime
        if outcome.ending != "optimal":
            raise SolverError(f"a linear program of the terms ended with {outcome.ending!r}")
        self.point = outcome.point * self._uniqueness.program.unit
        return outcome.value

    def _solve(self, wanted: Conditions) -> LinearOutcome:
        for way in dict.fromkeys((*self._held, *wanted)):
            self._hold(way, hold=way in wanted)
        self._held = wanted
        return self._solver.solve()

    def _hold(self, way: Condition, *, hold: bool) -> None:
        """Ask for a condition, or no longer."""
        [(row, right)] = self._uniqueness.rows([way])
        row = row * self._uniqueness.program.unit
        size = max(float(np.abs(row).max()), NONZERO)
        if way not in self._rows:
            added = self._solver.add_rows(csr_matrix(row / size), np.array([-np.inf]), np.array([np.inf]))
            self._rows[way] = int(added[0])
        least = right / size if hold else -np.inf
        self._solver.set_row_bounds(np.array([self._rows[way]]), np.array([least]), np.array([np.inf]))
