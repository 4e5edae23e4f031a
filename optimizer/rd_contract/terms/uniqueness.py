"""Terms under which the agreed efforts are the only equilibrium, not just one of several (Winter 2004).

Every other profile of efforts must have somebody who gains by leaving it. That is a choice between linear conditions on
the terms, one for each member and each level it could go to; it is added for the profiles that would otherwise be
equilibria, until none is left. Gains below a resolution count as none, so that the certificate, which allows for
rounding, agrees.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..contract import Design
from ..engine import Index
from ..parameters import Array, Parameters
from ..payoffs import marginal_value
from ..tolerances import CERTIFICATE
from .program import Option, TermsProgram

#: Most profiles that are enumerated; beyond, only games of strategic complements can be judged.
MAX_PROFILES = 20_000

#: What leaving a profile must bring, relative to what is at stake for the member: well above what the certificate
#: takes for rounding.
STRICT = 100.0 * CERTIFICATE

#: Further equilibria that are ruled out at a time.
BATCH = 12

#: Combinations of shares that are looked at before the linear programs decide, and grace for rounding.
LOOKS, GRACE = 2_000, 1e-9

Flags = NDArray[np.bool_]


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
        p, program = self._parameters, self._program
        x = Design(program.design.regime, profile).efforts(p.x)
        marginal = marginal_value(p, self._regime, x)
        options = []
        for i, level in enumerate(profile):
            for other in range(len(p.x[i])):
                if other != level:
                    options.append(self._gain(i, level, other, float(marginal[i])))
        program.add_choice([option for option in options if option.most > option.right])

    def may_fit(self) -> bool:
        """Return False if the shares that must make somebody leave every other profile add up to more than one.

        For each profile and member the least share at which it would leave is known, at the best rate and deposit for
        that. Which member it is, is decided profile by profile, the one with the fewest possibilities first, until the
        shares do not fit, or nothing is left to decide. True where that takes too long.
        """
        if self._profiles is None:
            return True
        other = (self._profiles != np.array(self._agreed)).any(axis=1)
        marginal = self._marginal()
        agreed = marginal[~other]
        asked = np.column_stack([self._least_shares(i, marginal[other, i], other) for i in range(len(self._agreed))])
        own = [self._least_share_to_stay(i, float(agreed[0, i])) for i in range(len(self._agreed))]
        waiting, looks = [np.array(own)], 0
        while waiting:
            shares = waiting.pop()
            looks += 1
            left = 1.0 + GRACE - float(shares.sum())
            if left < 0.0:
                continue
            unhappy = asked[~(asked <= shares + GRACE).any(axis=1)]
            if not len(unhappy) or looks > LOOKS:
                return True
            affordable = unhappy - shares <= left
            hardest = int(np.argmin(affordable.sum(axis=1)))
            for i in np.flatnonzero(affordable[hardest])[::-1].tolist():
                raised = shares.copy()
                raised[i] = unhappy[hardest, i]
                waiting.append(raised)
        return False

    def _least_shares(self, i: int, marginal: Array, chosen: Flags) -> Array:
        """Return the share from which a member leaves each of some profiles under the best terms, inf: never."""
        assert self._profiles is not None
        levels = self._profiles[chosen, i]
        least = np.full(len(levels), np.inf)
        for level in range(len(self._parameters.x[i])):
            for other in range(len(self._parameters.x[i])):
                if other != level:
                    at = np.flatnonzero(levels == level)
                    asked = self._share_for(i, (level, other), marginal[at], float(self._strict[i]))
                    least[at] = np.minimum(least[at], asked)
        return least

    def _least_share_to_stay(self, i: int, marginal: float) -> float:
        """Return the least share at which a member keeps to its agreed level (M11) under the best terms."""
        p, level = self._parameters, self._agreed[i]
        asked = [float(self._share_for(i, (other, level), np.array([marginal]), p.margin)[0]) for other in range(level)]
        return max([float(p.s_min[i]), *asked])

    def _share_for(self, i: int, step: tuple[int, int], marginal: Array, right: float) -> Array:
        """Return the least share at which going from one level to another brings a member so much, inf: none does."""
        p, (level, other) = self._parameters, step
        dx = float(p.x[i][other] - p.x[i][level])
        dc = float(self._cost[i][other] - self._cost[i][level])
        caught = float(self._caught[i][other] - self._caught[i][level])
        rate = float(p.subsidy + (self._program.upper[self._program.block("phi")][i] if dc > 0.0 else 0.0))
        deposit = float(min(self._program.upper[self._program.block("d")][i], self._limit[i])) if caught < 0.0 else 0.0
        fixed = float(p.benefit[i]) * dx - (1.0 - float(p.theta[i]) * rate) * dc - caught * (deposit + p.stake[i])
        slope, low, high = marginal * dx, float(p.s_min[i]), float(p.s_max[i])
        enough = fixed + slope * low >= right
        share = np.where(slope > 0.0, (right - fixed) / np.where(slope > 0.0, slope, 1.0), np.inf)
        least: Array = np.where(enough, low, np.where(share <= high, share, np.inf))
        return least

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
