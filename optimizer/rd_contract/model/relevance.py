"""What can matter: bounds on every alliance's gain, and the parts of a problem that lie beyond them.

A candidate, a level, a pair or a monitoring option that costs more than any alliance could earn decides nothing. Left
in, it would set the scale of the money, and with it every tolerance; a number typed to say "never" must not blur all
others.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Array, Pair
from ..base.tolerances import GRACE, GRAIN
from .design import Design, Terms
from .pair_amounts import PairAmounts, largest_sum, pair_columns
from .parameters import Parameters, Regime
from .payoffs import coordination_cost, effort_cost, expected_revenue, payoffs
from .quantities import restricted
from .rules import can_all_be_met

#: How many times everything an alliance could gain something must cost to be left out. At 1 it could be already; what
#: lies between does no harm, and the problem stays the user's.
BEYOND = 10.0

#: How many times what is out of reach a base value may cost before it is cut: it is lost whoever joins, and the first
#: best (M22) still tells how far away a contract is.
BASELESS = 1e4

#: How many times the largest amount that matters the premium of the whole revenue (M10) may be: beyond, the search
#: reckons with this one.
DREAD = 1e9

#: How many times what is at stake in a team an amount may be, in its unit of money, that no agreed effort brings or
#: costs.
FAR = 16.0


def firm_gains(parameters: Parameters, regime: Regime) -> Array:
    """Return what each firm could add at most to W (M19) before its costs, shape (n,), money.

    Every gain is taken and no loss: the firm at full effort with its best ``size_max − 1`` partners, each pair's gain
    counted half with either firm.
    """
    p, f = parameters, regime.f
    pair_gain = p.gamma.changed(lambda amount, *_: 0.5 * f * np.maximum(amount, 0.0))
    i, j, sigma = pair_columns(p.sigma)
    pair_gain = pair_gain.replaced(i, j, pair_gain.at(i, j) + np.maximum(sigma, 0.0))
    best_pairs = pair_gain.sums_of_best(max(p.size_max - 1, 0))
    gains: Array = f * np.maximum(p.v, 0.0) + np.maximum(p.benefit, 0.0) + best_pairs
    return gains


def surplus_bound(parameters: Parameters, regime: Regime) -> float:
    """Return an upper bound on W (M20) in a regime from the data alone, money."""
    p = parameters
    gains = firm_gains(p, regime) + np.maximum(-p.outside, 0.0)
    return float(regime.f * max(p.v0, 0.0) + np.sort(gains)[::-1][: p.size_max].sum())


@dataclass(frozen=True)
class Reach:
    """What contracts of a problem can bring, from the data alone, whatever the regime; money.

    Parameters
    ----------
    total
        Upper bound on W (M20) before monitoring is paid.
    gross
        What the best firms and pairs bring at most before any cost, of levels and pairs that can matter.
    loss
        The least that a firm costs which costs more than it brings; infinite if there is none.
    hopeless : array of bool, shape (all levels of all menus,)
        Levels with which W would be negative, by far, or that alone cost more than the budget (M16).
    apart : set of pairs (i < j)
        Pairs that are never members together: exclusive ones, and those with which W would be negative, by far.
    """

    total: float
    gross: float
    loss: float
    hopeless: NDArray[np.bool_]
    apart: frozenset[Pair]

    @property
    def most(self) -> float:
        """Money: a loss this large is in no contract, nor a gain."""
        return BEYOND * (self.total + self.gross or self.loss)


def reach_of(parameters: Parameters) -> Reach:
    """Return what contracts can bring, and what is in none of them.

    Leaving out what cannot matter lowers the bound for the rest; so it is done until nothing more is found.
    """
    p, firm = parameters, _firm_of_levels(parameters)
    apart = frozenset((min(pair), max(pair)) for pair in p.exclusive)
    i, j, coordination = pair_columns(p.pi)
    hopeless = _unaffordable(p, firm)
    needed: list[int] | None = None
    while True:
        x = np.zeros(p.n)  # the largest effort that can matter, by firm
        np.maximum.at(x, firm, np.where(hopeless, 0.0, np.concatenate(p.x)))
        gain = _pair_gains(p, x, apart)
        gains, worth = _level_worth(p, firm, gain)
        best, most = np.zeros((2, p.n))
        np.maximum.at(best, firm, np.where(hopeless, 0.0, worth))
        np.maximum.at(most, firm, np.where(hopeless, 0.0, gains))
        base = max(regime.f for regime in p.regimes) * max(p.v0, 0.0)
        total, gross = (base + float(largest_sum(values[None, :], p.size_max)[0]) for values in (best, most))
        limit = BEYOND * (total + GRAIN * gross)
        beyond = hopeless | (worth < -limit)
        needed = _best_of(p, firm, np.where(hopeless, -np.inf, worth)) if needed is None else needed
        beyond[needed] = False
        lossy = gain.at(i, j) - coordination < -limit
        parted = apart.union(zip(i[lossy].tolist(), j[lossy].tolist(), strict=True))
        if np.array_equal(beyond, hopeless) and parted == apart:
            highest = np.full(p.n, -np.inf)
            np.maximum.at(highest, firm, worth)
            return Reach(total, gross, float(np.min(-highest, initial=np.inf, where=highest < 0.0)), hopeless, apart)
        hopeless, apart = beyond, parted


def _unaffordable(p: Parameters, firm: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return which levels cost more than the budget (M16) in every regime, whoever else joins."""
    spent = min(regime.k for regime in p.regimes) * np.concatenate(p.c) + p.joining[firm]
    beyond: NDArray[np.bool_] = spent > p.budget * (1.0 + GRACE)
    return beyond


def _best_of(p: Parameters, firm: NDArray[np.intp], worth: Array) -> list[int]:
    """Return the best level of each compelled firm: some level of theirs is in every contract, that one if any."""
    menus = [np.flatnonzero(firm == i) for i in p.compelled]
    return [int(menu[np.argmax(worth[menu])]) for menu in menus]


def _firm_of_levels(p: Parameters) -> NDArray[np.intp]:
    return np.repeat(np.arange(p.n), [len(levels) for levels in p.x])


def _pair_gains(p: Parameters, x: Array, apart: frozenset[Pair]) -> PairAmounts:
    """Return what each pair brings at most at efforts up to x, before what working together costs, money."""
    f = max(regime.f for regime in p.regimes)
    gain = p.gamma.changed(lambda amount, i, j: np.maximum(amount, 0.0) * f * (x[i] * x[j]))
    i, j, sigma = pair_columns(p.sigma)
    gain = gain.replaced(i, j, gain.at(i, j) + np.maximum(sigma, 0.0) * (x[i] + x[j]))
    return gain.replaced(*pair_columns(dict.fromkeys(apart, 0.0)))


def _level_worth(p: Parameters, firm: NDArray[np.intp], pair_gain: PairAmounts) -> tuple[Array, Array]:
    """Return what each level brings, and what it adds to W at most in any regime, money; half of each pair counts."""
    f, k = [regime.f for regime in p.regimes], min(regime.k for regime in p.regimes)
    x, c = np.concatenate(p.x), np.concatenate(p.c)
    i, j, coordination = pair_columns(p.pi)
    net = pair_gain.replaced(i, j, np.maximum(pair_gain.at(i, j) - coordination, 0.0))
    partners = max(p.size_max - 1, 0)
    of_pairs, of_net_pairs = (0.5 * amounts.sums_of_best(partners)[firm] for amounts in (pair_gain, net))
    own = max(f) * np.maximum(p.v, 0.0) + np.maximum(p.benefit, 0.0)
    lost = min(f) * np.maximum(-p.v, 0.0) + np.maximum(-p.benefit, 0.0)
    premium = np.min([p.premium(regime) for regime in p.regimes], axis=0) * p.s_min**2
    fixed = p.entry_cost + np.maximum(p.outside, 0.0) + premium
    free = np.maximum(-p.outside, 0.0)
    gains = own[firm] * x + of_pairs + free[firm]
    worth = (own - lost)[firm] * x + of_net_pairs - p.borne()[firm] * k * c + (free - fixed)[firm]
    return gains, worth


def relevant(parameters: Parameters) -> Parameters:
    """Return the same problem without firms that are in no contract, and with amounts that are in none cut.

    A firm goes if W would be negative in every alliance with it (M15), by far, unless every alliance must contain it.
    Of those that stay, amounts so large that no contract can bear them are cut to what is still out of reach; pairs
    that cost as much are apart. The proof that no contract is lost and none won stands in ``docs/cuts.md``. Terms are
    judged by the amounts as written (:meth:`~rd_contract.model.parameters.Parameters.as_written`).
    """
    p = parameters
    if p.scenarios is not None:  # what is in no contract of the averages may be in one
        return p
    while True:
        reach, firm = reach_of(p), _firm_of_levels(p)
        hopeful = set(firm[~reach.hopeless].tolist()) | set(p.compelled)
        kept = sorted(hopeful)
        left = np.array(kept, dtype=np.intp)
        enough = len(kept) >= max(p.size_min, 1) and can_all_be_met(p, left)
        if len(kept) == p.n or not enough:
            return _cut(p, reach) if 0.0 < reach.most < math.inf else p
        p = restricted(p, kept)


def _cut(p: Parameters, reach: Reach) -> Parameters:
    """Return the problem with amounts of no contract cut; what they were is remembered."""
    most = reach.most
    least = np.array([_least_positive(levels.tolist()) for levels in p.x])
    f = _least_positive([regime.f for regime in p.regimes])
    apart = sorted(reach.apart.difference(p.exclusive))
    gamma = p.gamma
    with np.errstate(over="ignore"):  # at efforts of next to nothing no amount is too large
        of_firm, of_effort = most / (f * least), most / least
        if max(gamma.numbers.max(initial=0.0), -gamma.numbers.min(initial=0.0)) > most / f:
            gamma = gamma.changed(lambda amount, i, j: _bounded(amount, most / (f * (least[i] * least[j]))))
    changed: dict[str, Any] = {
        "v": _bounded(p.v, of_firm),
        "benefit": _bounded(p.benefit, of_effort),
        "gamma": gamma,
        **{name: np.minimum(cost, most) for name, cost in p.entry_costs.items()},
        "outside": np.minimum(p.outside, most),
        "v0": max(p.v0, -BASELESS * most / f),
        "c": tuple(np.minimum(costs, limit) for costs, limit in zip(p.c, _cost_limits(p, most), strict=True)),
        "sigma": {(i, j): float(_bounded(s, of_effort[[i, j]].max())) for (i, j), s in p.sigma.items()},
        "pi": {pair: min(cost, most) for pair, cost in p.pi.items()},
        "regimes": tuple(dataclasses.replace(regime, K=min(regime.K, most)) for regime in p.regimes),
        "exclusive": (*p.exclusive, *apart),
        "risk": _risk_bounded(p, DREAD * most),
    }
    written = {name: getattr(p, name) for name, value in changed.items() if not _same(getattr(p, name), value)}
    written.pop("exclusive", None)
    return dataclasses.replace(p, **changed, most=most, written=written)


def _risk_bounded(p: Parameters, limit: float) -> Array:
    """Return risk aversions with which no premium of the whole revenue is above a limit where revenue varies least."""
    varies = [regime for regime in p.regimes if p.variance(regime) > 0.0]
    if not varies:
        return p.risk
    premium = np.min([p.premium(regime) for regime in varies], axis=0)
    bounded: Array = np.where(premium > limit, p.risk * (limit / np.maximum(premium, limit)), p.risk)
    return bounded


def _least_positive(values: list[float]) -> float:
    return min((value for value in values if value > 0.0), default=1.0)


def _bounded(amount: Array | float, limit: Array | float) -> Array:
    """Return amounts, those beyond a limit to either side as losses: what is gained there is gained by nobody."""
    cut: Array = np.where(np.abs(amount) > limit, -limit, amount)
    return cut


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and one and isinstance(one[0], np.ndarray):
        return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    return bool(np.array_equal(one, other)) if isinstance(one, np.ndarray) else bool(one == other)


def _cost_limits(p: Parameters, most: float) -> Array:
    """Return the cost of each firm of which even what the alliance bears in the cheapest mode is out of reach, (n,)."""
    borne = p.borne() * _least_positive([regime.k for regime in p.regimes])
    # A cost that nobody bears keeps nobody away.
    limits: Array = np.divide(most, borne, out=np.full(p.n, math.inf), where=borne > 0.0)
    return limits


def team_problem(parameters: Parameters, design: Design) -> tuple[Parameters, Design]:
    """Return the problem among a design's members alone, in its regime alone and the team's own unit of money.

    What the design's terms must balance is then of order 1, whatever else the instance holds.
    """
    p, members = parameters, list(design.members)
    among = restricted(p, members)
    cut = among.at(design.regime)
    regime = cut.regimes[design.regime]
    local = Design(design.regime, tuple(design.levels[i] for i in members))
    x, costs = local.efforts(cut.x), [regime.k * menu for menu in cut.c]
    fixed: list[Array | float] = [
        regime.f * cut.v0,
        regime.K,
        *(c[at] for c, at in zip(costs, local.levels, strict=True)),
    ]
    fixed += [cut.outside, cut.entry_cost, *cut.pi.values()]
    used: list[Array | float] = [regime.f * cut.v * x, regime.f * cut.gamma.at_efforts(x), cut.benefit * x]
    used += [sigma * max(x[i], x[j]) for (i, j), sigma in cut.sigma.items()]
    offered: list[Array | float] = [regime.f * cut.v, regime.f * cut.gamma.numbers, cut.benefit, *cut.sigma.values()]
    at_stake = _largest([*fixed, *used])
    # What nobody works for, and what other levels would cost, must not be out of all proportion to the unit.
    amount = max(at_stake, min(_largest(offered), FAR * at_stake), _largest(costs) / FAR) or _largest(offered)
    # Nor what a member has and keeps: terms move other amounts.
    amount = min(amount, FAR * _dealt(cut, dataclasses.replace(local, regime=design.regime)) or amount)
    # Terms see each synergy by itself: no low-rank form is needed, nor scaled to a unit that may be far from its own.
    written = cut.as_written()
    team = dataclasses.replace(
        written,
        factor=None,
        regimes=(written.regimes[design.regime],),
        rules=among.rules,
        scenarios=None if among.scenarios is None else among.scenarios.in_regime(design.regime),
    )
    return team.in_unit_near(amount), Design(0, local.levels)


def _dealt(team: Parameters, design: Design) -> float:
    """Return the most that terms can move among a team, money: revenue, what costs are paid back, what members pay in.

    A member pays in what it has at hand, and no more than it gains (M15); a lead whose profit is the objective (M21) no
    more than the others need.
    """
    regime, nothing = team.regimes[design.regime], np.zeros(team.n)
    x, member = design.efforts(team.x), np.ones(team.n, dtype=bool)
    revenue = abs(expected_revenue(team, regime, x))
    parts: list[Array | float] = [regime.f * team.v0, regime.f * team.v * x, regime.f * team.gamma.at_efforts(x)]
    verifiable = team.theta * effort_cost(team, design)
    gained = payoffs(team, design, Terms(nothing, nothing, nothing, nothing)).total - team.outside
    paid = np.minimum(team.liquidity, np.maximum(gained + revenue + team.phi_max * verifiable, 0.0))
    outlay = regime.K + coordination_cost(team, member)
    if team.objective == "lead" and team.lead is not None:
        others = np.arange(team.n) != team.lead
        needed = revenue + outlay + float(verifiable.sum() + np.maximum(-gained[others], 0.0).sum())
        paid[team.lead] = min(paid[team.lead], needed)
    return _largest([*parts, verifiable, float(paid.sum()), outlay])


def _largest(amounts: Iterable[Array | float]) -> float:
    return max(float(np.abs(values).max(initial=0.0)) for values in amounts)
