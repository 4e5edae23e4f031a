"""Efforts that are agreed by scenario, seen as one firm for each firm and scenario: its *selves*.

A plan of L levels in Ω scenarios is one of L^Ω choices, but a self has L. The selves of a firm join together and have
one share; each works as hard as the plan says for its scenario, beside the selves of that scenario alone, and is held
to it by the numbers of that scenario (M26). What is worth W_ω in a scenario is what its selves are worth together.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..base.arrays import Array, Index
from ..base.tolerances import NONZERO
from .design import Design
from .pair_amounts import PairAmounts
from .parameters import Parameters, RuleRow
from .quantities import PerFirm, quantities
from .scenarios import Scenarios, per_firm


@dataclass(frozen=True)
class Selves:
    """The selves of the n firms of a problem in its Ω scenarios, those of the first scenario first.

    Parameters
    ----------
    whole
        The problem, whose levels are plans.
    position
        The regime of the whole.
    problem
        A problem with certain numbers, whose firms are the selves. Its only regime leaves all amounts as they are, and
        detects every unit of shortfall: deposits and stakes are counted times the probability of detection. Of the
        terms it knows no more than that a self gets no more than the firm; and it has no base value.
    constant : array, shape (Ω,)
        What no self changes: base value less the cost of monitoring, by scenario, money.
    """

    whole: Parameters
    position: int
    problem: Parameters
    constant: Array

    @property
    def scenarios(self) -> Scenarios:
        """The scenarios."""
        assert self.whole.scenarios is not None
        return self.whole.scenarios

    @cached_property
    def scenario(self) -> Index:
        """The scenario of each self, shape (nΩ,)."""
        scenario: Index = np.repeat(np.arange(len(self.scenarios)), self.whole.n)
        return scenario

    @cached_property
    def detection(self) -> Array:
        """Probability of detection per unit of shortfall in the scenario of each self, shape (nΩ,)."""
        detection: Array = np.repeat(self.scenarios.regimes["q"][:, self.position], self.whole.n)
        return detection

    @cached_property
    def firm(self) -> Index:
        """The firm of each self, shape (nΩ,)."""
        firm: Index = np.tile(np.arange(self.whole.n), len(self.scenarios))
        return firm

    def deposits(self, useful: Array) -> Array:
        """Return the largest deposits that are of use to some self of each firm, as those of all its selves.

        Parameters
        ----------
        useful : array, shape (nΩ,)
            Those of use to each self, counted times the probability of detection, money; so is what is returned.
        """
        detection = self.detection.reshape(len(self.scenarios), -1)
        useful = useful.reshape(detection.shape)
        deposit = np.divide(useful, detection, out=np.zeros_like(useful), where=detection > 0.0).max(axis=0)
        deposits: Array = (detection * deposit).ravel()
        return deposits

    def design(self, levels: tuple[int, ...]) -> Design:
        """Return the design of the whole problem that levels of the selves make up, −1: outside."""
        chosen = np.array(levels, dtype=np.intp).reshape(len(self.scenarios), self.whole.n)
        plans = [-1 if chosen[0, i] < 0 else self._plans[i][tuple(chosen[:, i].tolist())] for i in range(self.whole.n)]
        return Design(self.position, tuple(plans))

    def levels(self, design: Design) -> tuple[int, ...]:
        """Return the levels of the selves in a design of the whole problem, −1: outside."""
        chosen = np.full((len(self.scenarios), self.whole.n), -1)
        for i in design.members:
            chosen[:, i] = list(self._plans[i])[design.levels[i]]
        return tuple(chosen.ravel().tolist())

    @cached_property
    def _plans(self) -> list[dict[tuple[int, ...], int]]:
        """Of each firm the place of each plan, by the levels that it consists of, in order of places."""
        return [self._plans_of(i) for i in range(self.whole.n)]

    def _plans_of(self, i: int) -> dict[tuple[int, ...], int]:
        seen = self.scenarios
        menu = seen.x[0, seen.kept_throughout(i)]
        levels = np.searchsorted(menu, seen.x[:, seen.start[i] : seen.start[i + 1]])
        return {tuple(plan): at for at, plan in enumerate(levels.T.tolist())}


def selves_of(parameters: Parameters, position: int) -> Selves:
    """Return the selves of the firms of a problem whose efforts are agreed by scenario.

    Parameters
    ----------
    parameters
        The problem; money scaled to O(1).
    position
        The regime.
    """
    p, seen = parameters, parameters.scenarios
    assert seen is not None
    f, q = seen.of_regime("f", position), seen.of_regime("q", position)
    kept = [seen.kept_throughout(i) for i in range(p.n)]
    cost, tiled = seen.cost(position), len(seen)
    same = {
        name: np.tile(getattr(p.at(position), name), tiled)
        for name, declared in quantities(Parameters).items()
        if declared.shape is PerFirm and name not in per_firm() and getattr(p, name) is not None
    }
    numbers: dict[str, Any] = dict.fromkeys(("factor", "scenarios", "outlook", "verifiable", "subsidised"))
    numbers |= same | {name: values.ravel() for name, values in seen.firms.items()}
    numbers |= {
        "v": (f * seen.firms["v"]).ravel(),
        "stake": (q * seen.firms["stake"]).ravel(),
        "d_max": (q * p.d_max).ravel(),
        "risk": 2.0 * seen.premium(position).ravel(),
        "liquidity": np.full(p.n * tiled, math.inf),  # a limit of what is transferred on average
    }
    regime = dataclasses.replace(p.regimes[position], f=1.0, k=1.0, volatility_factor=1.0, K=0.0, q=1.0)
    problem = dataclasses.replace(
        p,
        names=tuple(f"{name} ({scenario})" for scenario in seen.names for name in p.names),
        labels=tuple(("",) * len(levels) for levels in kept) * tiled,
        lead=None,
        objective="joint",
        regimes=(regime,),
        x=tuple(seen.x[w, levels] for w in range(tiled) for levels in kept),
        c=tuple(cost[w, levels] for w in range(tiled) for levels in kept),
        v0=0.0,
        volatility=1.0,
        gamma=_side_by_side(seen, f[:, 0]),
        sigma=_shifted(seen, seen.sigma.pairs, seen.sigma.amounts),
        pi=_shifted(seen, seen.pi.pairs, seen.pi.amounts),
        exclusive=tuple((w * p.n + i, w * p.n + j) for w in range(tiled) for i, j in p.exclusive),
        eta=_least_fee(seen, q[:, 0]),
        budget=math.inf,
        size_min=tiled * max(p.size_min, 1),
        size_max=tiled * p.size_max,
        compelled=tuple(w * p.n + i for w in range(tiled) for i in p.compelled),
        rules=_rules(p, tiled),
        **numbers,
    )
    constant = f[:, 0] * seen.single["v0"] - seen.regimes["K"][:, position]
    return Selves(p, position, problem, constant)


def same_in_all(parameters: Parameters) -> tuple[Parameters, tuple[Index, ...]]:
    """Return a problem with plans among those that are the same in all scenarios, and their places, firm by firm."""
    p, seen = parameters, parameters.scenarios
    assert seen is not None
    among = [seen.kept_throughout(i) for i in range(p.n)]
    places = tuple(one - first for one, first in zip(among, seen.start, strict=False))
    levels = np.concatenate(among)
    start = np.concatenate([[0], np.cumsum([len(one) for one in among])]).astype(np.intp)
    menus = {
        name: tuple(menu[at] for menu, at in zip(getattr(p, name), places, strict=True))
        for name in ("x", "c", "verifiable", "subsidised")
    }
    few = dataclasses.replace(seen, start=start, x=seen.x[:, levels], c=seen.c[:, levels])
    labels = tuple(tuple(names[at] for at in one) for names, one in zip(p.labels, places, strict=True))
    return dataclasses.replace(p, labels=labels, scenarios=few, **menus), places  # type: ignore[arg-type]


def _side_by_side(seen: Scenarios, factor: Array) -> PairAmounts:
    """Return the synergies of all selves, none between scenarios."""
    n, amounts = seen.n, dict[tuple[int, int], float]()
    for w, at in enumerate(seen.kind.tolist()):
        first, second, amount = seen.kinds[at].pairs()
        moved = zip((w * n + first).tolist(), (w * n + second).tolist(), strict=True)
        amounts |= zip(moved, (factor[w] * amount).tolist(), strict=True)
    return PairAmounts.of_pairs(amounts, n * len(seen))


def _shifted(seen: Scenarios, pairs: Index, amounts: Array) -> dict[tuple[int, int], float]:
    """Return amounts of pairs, shape (Ω, pairs), as those of selves; what is 0 is left out."""
    return {
        (w * seen.n + i, w * seen.n + j): amount
        for w, of_scenario in enumerate(amounts.tolist())
        for (i, j), amount in zip(pairs.tolist(), of_scenario, strict=True)
        if amount != 0.0
    }


def _least_fee(seen: Scenarios, detection: Array) -> float:
    """Return the least fee for a deposit that is counted times the probability of detection, in any scenario."""
    detected = detection > NONZERO
    return float((seen.single["eta"][detected] / detection[detected]).min()) if detected.any() else 0.0


def _rules(p: Parameters, scenarios: int) -> tuple[RuleRow, ...]:
    """Return the rules of selves: on members and shares for those of one scenario, on all else in every scenario."""
    once = {"members", "revenue_share"}
    rows = list(p.rules)
    if math.isfinite(p.budget):
        rows.append(RuleRow("budget", "cost", np.ones(p.n), -math.inf, p.budget))
    moved = []
    for row in rows:
        labels = None if row.labels is None else np.concatenate([row.labels, np.full((scenarios - 1) * p.n, -1)])
        for w in range(1 if labels is not None or row.measure in once else scenarios):
            weights = np.zeros((scenarios, p.n))
            weights[w] = row.weights
            moved.append(dataclasses.replace(row, weights=weights.ravel(), labels=labels))
    return tuple(moved)
