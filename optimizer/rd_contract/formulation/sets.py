"""Index sets of one regime's model."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..base.arrays import Array, Pair
from ..model.parameters import Parameters, Regime
from ..model.relevance import surplus_bound

#: Largest number of product variables of an extensive form that is built; each takes about 3 kB in Pyomo.
MAX_PRODUCTS = 2_000_000


@dataclass(frozen=True)
class Sets:
    """Which products and rows the model of a regime needs.

    Parameters
    ----------
    parameters
        The numbers, with money scaled to O(1).
    regime
        The regime (g, m).
    among
        The numbers of all scenarios, with their regimes: what some of them need is there for all. None: no scenarios.
    chances
        The probability of each scenario.
    """

    parameters: Parameters
    regime: Regime
    among: tuple[tuple[Parameters, Regime], ...] = ()
    chances: tuple[float, ...] = ()

    @classmethod
    def of(cls, parameters: Parameters, position: int) -> Sets:
        """Return the sets of the regime at a position; of scenarios, with their averages (M25) as numbers."""
        p = parameters.at(position)
        seen = [world.problem for world in parameters.worlds]
        among = tuple((one, one.regimes[position]) for one in seen)
        return cls(p, p.regimes[position], among, tuple(world.probability for world in parameters.worlds))

    @property
    def worlds(self) -> tuple[Sets, ...]:
        """The same sets with the numbers of each scenario; these alone where numbers are certain."""
        seen = self.among or ((self.parameters, self.regime),)
        return tuple(dataclasses.replace(self, parameters=one, regime=regime) for one, regime in seen)

    @property
    def parts(self) -> tuple[tuple[float, Sets], ...]:
        """Sets whose amounts make up the averages, with their parts: each scenario where efforts differ by it."""
        return tuple(zip(self.chances, self.worlds, strict=True)) if self.planned else ((1.0, self),)

    @cached_property
    def planned(self) -> bool:
        """Whether efforts differ by scenario: then levels are plans, and averages are of products with them."""
        x = [np.concatenate(p.x) for p, _ in self.among]
        return any(not np.array_equal(x[0], one) for one in x[1:])

    @property
    def _seen(self) -> tuple[tuple[Parameters, Regime], ...]:
        return self.among or ((self.parameters, self.regime),)

    @cached_property
    def firms(self) -> range:
        """Positions of the eligible firms N."""
        return range(self.parameters.n)

    @cached_property
    def menus(self) -> tuple[range, ...]:
        """Positions of the levels of each menu L_i."""
        return tuple(range(len(levels)) for levels in self.parameters.x)

    @cached_property
    def working(self) -> tuple[tuple[int, ...], ...]:
        """Positions of the levels above 0, in some scenario, of each menu."""
        works = [np.any([p.x[i] > 0.0 for p, _ in self._seen], axis=0) for i in self.firms]
        return tuple(tuple(np.flatnonzero(flags).tolist()) for flags in works)

    @cached_property
    def kept_throughout(self) -> tuple[tuple[int, ...], ...]:
        """Positions of the levels at which each firm works as hard in every scenario: what it may deviate to."""
        kept = [np.all([p.x[i] == self._seen[0][0].x[i] for p, _ in self._seen], axis=0) for i in self.firms]
        return tuple(tuple(np.flatnonzero(flags).tolist()) for flags in kept)

    @cached_property
    def entries(self) -> list[tuple[int, int]]:
        """All (i, l)."""
        return [(i, level) for i in self.firms for level in self.menus[i]]

    @cached_property
    def synergy_pairs(self) -> tuple[Pair, ...]:
        """Pairs (i < j) with γ_ij ≠ 0, in any scenario."""
        if not self.among:
            return self.parameters.synergy_pairs
        return tuple(sorted({pair for p, _ in self.among for pair in p.synergy_pairs}))

    @cached_property
    def product_pairs(self) -> list[Pair]:
        """Pairs (i < j) whose joint choice matters: synergy, spillover or coordination cost."""
        others = {pair for p, _ in self._seen for pair in (*p.sigma, *p.pi)}
        return sorted({*self.synergy_pairs, *others})

    @cached_property
    def neighbours(self) -> tuple[tuple[int, ...], ...]:
        """Partners j with γ_ij ≠ 0 of each firm."""
        near: list[list[int]] = [[] for _ in self.firms]
        for i, j in self.synergy_pairs:
            near[i].append(j)
            near[j].append(i)
        return tuple(tuple(sorted(partners)) for partners in near)

    @cached_property
    def cash_limited(self) -> tuple[int, ...]:
        """Firms whose transfer has a lower limit (M14)."""
        return tuple(np.flatnonzero(np.isfinite(self.parameters.liquidity)).tolist())

    @cached_property
    def revenue_known(self) -> tuple[int, ...]:
        """Firms whose revenue ``s_i·V`` must be known: for their transfer, or for what they earn in a scenario."""
        p = self.parameters
        averse = p.outlook is not None and p.outlook.averse and p.objective == "lead" and p.lead is not None
        return tuple(sorted({*self.cash_limited, *([p.lead] if averse and p.lead is not None else [])}))

    @cached_property
    def share_products(self) -> list[tuple[int, int, int, int]]:
        """All (i, l, j, m): i's share at level l times j working at level m.

        Needed where i's incentives (M11) depend on j, and where i's revenue must be known for (M14).
        """
        return [
            (i, level, j, m)
            for i in self.firms
            if len(self.menus[i]) > 1 or i in self.revenue_known
            for j in self.neighbours[i]
            for level in self.menus[i]
            for m in self.working[j]
        ]

    @cached_property
    def reimbursed(self) -> tuple[int, ...]:
        """Firms whose cost can be reimbursed (M9)."""
        return tuple(i for i in self.firms if any(p.theta[i] * p.phi_max[i] > 0.0 for p, _ in self._seen))

    @cached_property
    def depositing(self) -> tuple[int, ...]:
        """Firms whose deposit can deter: without detection a deposit only costs its fee."""
        detected = any(regime.q > 0.0 for _, regime in self._seen)
        return tuple(i for i in self.firms if detected and self.parameters.d_max[i] > 0.0)

    @cached_property
    def risk_bearing(self) -> tuple[int, ...]:
        """Firms with a positive risk premium in this regime (M10)."""
        return tuple(np.flatnonzero(self.parameters.premium(self.regime) > 0.0).tolist())

    def product_count(self) -> int:
        """Return how many products and incentive rows the extensive form has at most, without making them."""
        p = self.parameters
        menus = np.array([len(menu) for menu in self.menus])
        working = np.array([len(levels) for levels in self.working])
        i, j, _ = p.gamma.pairs()  # no lists of pairs: there may be millions
        others = sum(1 for pair in {*p.sigma, *p.pi} if p.gamma[pair] == 0.0)
        pairs = int((menus[i] * menus[j]).sum()) + others * int(menus.max()) ** 2
        shares = int((menus[i] * working[j] + menus[j] * working[i]).sum())
        cash = int((working[i] * working[j]).sum()) + int(working.sum())
        return pairs + shares + len(self.revenue_known) * cash + int((menus**2).sum())

    def surplus_bound(self) -> float:
        """Return an upper bound on W from the data alone: of plans, the mean of those of all scenarios."""
        return sum(part * surplus_bound(one.parameters, one.regime) for part, one in self.parts)

    def largest_marginal_values(self) -> Array:
        """Return an upper bound on each MV_i (M8): the best partners at full effort, shape (n,)."""
        p = self.parameters
        full = np.array([levels.max() for levels in p.x])
        gains = p.gamma.sums_of_best(max(p.size_max - 1, 0), lambda amount, _, j: amount * full[j])
        result: Array = self.regime.f * (p.v + gains)
        return result

    def required_income(self, i: int, level: int) -> float:
        """Return the least ``s_i·MV_i`` that keeps i from every lower level (M11), money; 0 if none is needed.

        Rates and deposits are taken at their largest, so no terms can do with less.
        """
        p, regime = self.parameters, self.regime
        penalty = regime.q * (p.d_max[i] + p.stake[i])
        dx = p.x[i][level] - p.x[i][:level]
        borne = p.borne_cost(regime, i) - p.phi_max[i] * p.verifiable_cost(regime, i)
        return float(np.max((borne[level] - borne[:level] + p.margin) / dx - p.benefit[i] - penalty, initial=0.0))


def count_products(parameters: Parameters) -> int:
    """Return how many product variables the extensive form of one regime has: what decides its size."""
    return Sets.of(parameters, 0).product_count()


def has_extensive_form(parameters: Parameters) -> bool:
    """Return whether the extensive form of one regime is small enough for the memory to be built."""
    return count_products(parameters) <= MAX_PRODUCTS
