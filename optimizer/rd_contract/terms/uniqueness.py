"""Terms under which the agreed efforts are the only equilibrium, not just one of several (Winter 2004).

Every other profile of efforts must have somebody who gains by leaving it. That is a choice between linear conditions on
the terms, one for each member and each level it could go to; it is added for the profiles that would otherwise be
equilibria, until none is left. Gains below a resolution count as none, so that the certificate, which allows for
rounding, agrees.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.sparse import csr_matrix

from ..contract import Design
from ..engine import Index, LinearSolver
from ..parameters import Array, Parameters
from ..payoffs import marginal_value
from ..tolerances import CERTIFICATE
from .alternatives import Option
from .program import TermsProgram

#: Most profiles that are enumerated; beyond, only games of strategic complements can be judged.
MAX_PROFILES = 20_000

#: What leaving a profile must bring, relative to what is at stake for the member: well above what the certificate
#: takes for rounding.
STRICT = 100.0 * CERTIFICATE

#: Further equilibria that are ruled out at a time.
BATCH = 12

#: Linear programs of the first look, after which mixed-integer programs decide.
LOOKS = 2_000

#: A way to leave a profile of levels: the profile, who leaves, and to which level.
Condition = tuple[tuple[int, ...], int, int]


def is_decidable(parameters: Parameters) -> bool:
    """Return whether the equilibria of every team can be found: by enumeration, or as efforts are complements."""
    largest = sorted((len(menu) for menu in parameters.x), reverse=True)[: parameters.size_max]
    return math.prod(largest) <= MAX_PROFILES or bool((parameters.gamma >= 0.0).all())


class Uniqueness:
    """The effort profiles of a team, and which of them its terms leave as equilibria.

    Parameters
    ----------
    program
        The terms of a design, its members only.
    """

    def __init__(self, program: TermsProgram) -> None:
        p = self._parameters = program.parameters
        self._program, self._agreed = program, program.design.levels
        self._regime = program.regime
        self._cost = [self._regime.k * costs for costs in p.c]
        self._caught = [
            self._regime.q * np.maximum(menu[level] - menu, 0.0) for menu, level in zip(p.x, self._agreed, strict=True)
        ]
        self._profiles = self._all_profiles()
        self._limit = self._deposit_limits()
        self._strict = STRICT * np.array([self._stake(i) for i in range(p.n)])

    def others(self, point: Array) -> list[tuple[int, ...]]:
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

    def exclude(self, profile: tuple[int, ...]) -> None:
        """Ask of the terms that somebody gains by leaving a profile."""
        self._program.add_choice([option for _, option in self._options(profile)])

    def _options(self, profile: tuple[int, ...]) -> list[tuple[Condition, Option]]:
        """Return who may leave a profile, where to, and under which condition on the terms."""
        marginal = self._marginal_at(profile)
        options = [
            ((profile, i, other), self._gain(i, level, other, float(marginal[i])))
            for i, level in enumerate(profile)
            for other in range(len(self._parameters.x[i]))
            if other != level
        ]
        return [(way, option) for way, option in options if option.most > option.right]

    def _marginal_at(self, profile: tuple[int, ...]) -> Array:
        x = Design(self._program.design.regime, profile).efforts(self._parameters.x)
        return marginal_value(self._parameters, self._regime, x)

    def may_exist(self) -> bool:
        """Return False if no terms can make somebody leave every other profile; True also where that takes too long.

        A tree of linear programs: where terms leave another profile as an equilibrium, one of the conditions under
        which somebody leaves it must hold. Risk premia are bounded from below only, so what has no terms here has none.
        """
        solver = LinearSolver(self._program.as_program(self._program.zero()), math.inf)
        rows: dict[Condition, int] = {}
        held: tuple[Condition, ...] = ()
        waiting, looks = [held], 0
        while waiting:
            wanted = waiting.pop()
            for way in dict.fromkeys((*held, *wanted)):
                self._hold(solver, rows, way, hold=way in wanted)
            held = wanted
            looks += 1
            outcome = solver.solve()
            if outcome.ending == "infeasible":
                continue
            others = self.others(outcome.point[: self._program.width] * self._program.unit)
            if not others or outcome.ending != "optimal" or looks > LOOKS:
                return True
            ways = min((self._ways(profile) for profile in others), key=len)
            waiting += [(*wanted, way) for way in ways]
        return False

    def _ways(self, profile: tuple[int, ...]) -> list[Condition]:
        """Return the ways in which somebody may leave a profile, the likeliest last."""
        options = sorted(self._options(profile), key=lambda entry: entry[1].most - entry[1].right)
        return [way for way, _ in options]

    def _hold(self, solver: LinearSolver, rows: dict[Condition, int], way: Condition, *, hold: bool) -> None:
        """Ask for a condition in the linear program, or no longer."""
        profile, i, other = way
        marginal = float(self._marginal_at(profile)[i])
        option = self._gain(i, profile[i], other, marginal)
        row = option.row * self._program.unit
        size = max(float(np.abs(row).max()), 1e-9)
        if way not in rows:
            rows[way] = int(solver.add_rows(csr_matrix(row / size), np.array([-np.inf]), np.array([np.inf]))[0])
        least = option.right / size if hold else -np.inf
        solver.set_row_bounds(np.array([rows[way]]), np.array([least]), np.array([np.inf]))

    # payoffs

    def _marginal(self) -> Array:
        """Return MV (M8) of every member at every profile, shape (profiles, m), money."""
        assert self._profiles is not None
        p = self._parameters
        x = np.column_stack([p.x[i][self._profiles[:, i]] for i in range(p.n)])
        marginal: Array = self._regime.f * (p.v + x @ p.gamma)
        return marginal

    def _gain(self, i: int, level: int, other: int, marginal: float) -> Option:
        """Return what going to another level brings a member, as a row of the terms that must reach a number."""
        p, program = self._parameters, self._program
        dx = float(p.x[i][other] - p.x[i][level])
        dc = float(self._cost[i][other] - self._cost[i][level])
        caught = float(self._caught[i][other] - self._caught[i][level])
        row = program.zero()
        columns = [program.block(quantity).start + i for quantity in ("s", "phi", "d")]
        values = [marginal * dx, float(p.theta[i]) * dc, -caught]
        row[columns] = values
        fixed = float(p.benefit[i]) * dx - (1.0 - float(p.theta[i]) * p.subsidy) * dc - caught * float(p.stake[i])
        low = program.lower[columns]
        high = np.minimum(program.upper[columns], [np.inf, np.inf, self._limit[i]])
        ends = np.array([values * low, values * high])
        right = float(self._strict[i]) - fixed
        return Option(row, right, float(ends.min(axis=0).sum()), float(ends.max(axis=0).sum()))

    def _payoff(self, point: Array, i: int, marginal: Array) -> Array:
        """Return what each level gives a member at several profiles of the others, shape (profiles, levels), money."""
        p, program = self._parameters, self._program
        share, rate, deposit = (point[program.block(quantity).start + i] for quantity in ("s", "phi", "d"))
        borne = (1.0 - p.theta[i] * (p.subsidy + rate)) * self._cost[i]
        own = p.benefit[i] * p.x[i] - borne - self._caught[i] * (deposit + p.stake[i])
        payoff: Array = share * marginal[:, None] * p.x[i] + own
        return payoff

    def _stake(self, i: int) -> float:
        """Return the largest change that a term of the member's payoff can undergo over its menu, money."""
        p = self._parameters
        full = np.array([menu.max() for menu in p.x])
        reach = self._regime.f * (abs(float(p.v[i])) + float(np.abs(p.gamma[i]) @ full))
        moved = [reach * float(np.ptp(p.x[i])), float(np.ptp(self._cost[i])), abs(float(p.benefit[i]))]
        return max(*moved, float(np.ptp(self._caught[i])) * float(min(p.stake[i], self._limit[i])), 1e-9)

    def _deposit_limits(self) -> Array:
        """Return deposits beyond which nobody would ever shirk, shape (m,), money: more can serve no purpose."""
        p = self._parameters
        full = np.array([menu.max() for menu in p.x])
        limits = np.zeros(p.n)
        for i, (menu, cost) in enumerate(zip(p.x, self._cost, strict=True)):
            if self._regime.q <= 0.0 or len(menu) == 1:
                continue
            reach = self._regime.f * (abs(float(p.v[i])) + float(np.abs(p.gamma[i]) @ full)) + abs(float(p.benefit[i]))
            limits[i] = 2.0 * (reach + float((np.diff(cost) / np.diff(menu)).max())) / self._regime.q
        return limits

    # profiles

    def _all_profiles(self) -> Index | None:
        """Return all profiles, shape (profiles, m); None where efforts are complements and profiles too many."""
        sizes = [len(menu) for menu in self._parameters.x]
        if math.prod(sizes) > MAX_PROFILES:
            return None
        grid = np.indices(sizes).reshape(len(sizes), -1).T
        profiles: Index = grid.astype(np.intp)
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
