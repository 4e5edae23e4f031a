"""What can matter: bounds on every alliance's gain, and the parts of a problem that lie beyond them.

A candidate whose outside option, or a level whose cost, is larger than anything an alliance could earn decides
nothing. Left in, it would set the scale of the money, and with it every tolerance; a number typed to say "never" must
not blur all others.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from .blocks import row_blocks
from .contract import Design
from .parameters import Array, Parameters, Regime

#: How many times everything an alliance could gain a firm must ask for to be left out. At 1 it could be already; what
#: lies between does no harm, and the problem stays the user's.
BEYOND = 10.0


def firm_gains(parameters: Parameters, regime: Regime) -> Array:
    """Return what each firm could add at most to W (M19) before its costs, shape (n,), money.

    Every gain is taken and no loss: the firm at full effort with its best ``size_max − 1`` partners, each pair's gain
    counted half with either firm.
    """
    p, f = parameters, regime.f
    sent = [(i, j, max(sigma, 0.0)) for pair, sigma in p.sigma.items() for i, j in (pair, pair[::-1])]
    partners = max(p.size_max - 1, 0)
    best_pairs = np.zeros(p.n)
    for rows in row_blocks(p.n, p.n):
        pair = 0.5 * f * np.maximum(p.gamma[rows], 0.0)
        for i, j, sigma in sent:
            if rows.start <= i < rows.stop:
                pair[i - rows.start, j] += sigma
        best_pairs[rows] = np.sort(pair, axis=1)[:, ::-1][:, :partners].sum(axis=1)
    gains: Array = f * np.maximum(p.v, 0.0) + np.maximum(p.benefit, 0.0) + best_pairs
    return gains


def surplus_bound(parameters: Parameters, regime: Regime) -> float:
    """Return an upper bound on W (M20) in a regime from the data alone, money."""
    p = parameters
    gains = firm_gains(p, regime) + np.maximum(-p.outside, 0.0)
    return float(regime.f * max(p.v0, 0.0) + np.sort(gains)[::-1][: p.size_max].sum())


def relevant(parameters: Parameters) -> Parameters:
    """Return the same problem without firms, and without the size of costs, that no contract can bear.

    A firm goes if W would be negative in every alliance with it (M15), by far, unless every alliance must contain it. A
    cost beyond all gains is cut to twice what keeps it out of reach, both as an agreed level and as a deviation (M11).
    """
    p = parameters
    richest = max(p.regimes, key=lambda regime: regime.f)  # the bounds grow with f, and with nothing else of a regime
    total = surplus_bound(p, richest)
    kept = []
    for i in range(p.n):
        cheapest = min(regime.k for regime in p.regimes) * (1.0 - p.theta[i] * p.subsidy) * p.c[i][0]
        if i in p.compelled or cheapest + p.joining[i] + p.outside[i] <= BEYOND * total:
            kept.append(i)
    reach = 2.0 * (total + float(firm_gains(p, richest).max()))
    if reach > 0.0:
        reach += p.margin  # (M11) asks of a deviation that it costs more than it brings by this
    capped = p
    if reach > 0.0:  # where nothing can be gained, a cost cut to twice nothing would be a cost no more
        capped = dataclasses.replace(p, c=tuple(np.minimum(p.c[i], _cost_cap(p, i, reach)) for i in range(p.n)))
    enough = len(kept) >= max(p.size_min, 1) and all(set(able) & set(kept) for _, able in p.able)
    return restricted(capped, kept) if enough and len(kept) < p.n else capped


def with_costs_of(parameters: Parameters, original: Parameters) -> Parameters:
    """Return the problem with costs as they were before :func:`relevant` cut them, in its own unit of money."""
    place = {name: i for i, name in enumerate(original.names)}
    unit = parameters.scale / original.scale
    return dataclasses.replace(parameters, c=tuple(original.c[place[name]] / unit for name in parameters.names))


def _cost_cap(p: Parameters, i: int, reach: float) -> float:
    """Return a cost of which even the smallest part that the firm and the alliance can bear exceeds the reach."""
    borne = [1.0 - p.theta[i] * p.subsidy, 1.0 - p.theta[i] * (p.subsidy + p.phi_max[i])]
    factor = min(regime.k for regime in p.regimes) * min(part for part in [1.0, *borne] if part > 0.0)
    if factor <= 0.0 or borne[0] <= 0.0:
        return math.inf  # a cost that nobody bears keeps nobody away
    return float(reach / factor)


def restricted(parameters: Parameters, kept: list[int]) -> Parameters:
    """Return the problem among some of the firms, in their order; rules on the others go with them."""
    p = parameters
    place = {i: at for at, i in enumerate(kept)}

    def pairs(values: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
        return {(place[i], place[j]): value for (i, j), value in values.items() if i in place and j in place}

    rows = np.array(kept, dtype=int)
    columns = ("v", "theta", "phi_max", "s_min", "s_max", "d_max", "stake", "liquidity", "outside", "joining")
    changed: dict[str, object] = {name: getattr(p, name)[rows] for name in (*columns, "benefit", "risk")}
    return dataclasses.replace(
        p,
        **changed,  # type: ignore[arg-type]
        names=tuple(p.names[i] for i in kept),
        labels=tuple(p.labels[i] for i in kept),
        lead=None if p.lead is None else place.get(p.lead),
        x=tuple(p.x[i] for i in kept),
        c=tuple(p.c[i] for i in kept),
        gamma=p.gamma[np.ix_(rows, rows)],
        factor=None if p.factor is None else (p.factor[0][rows], p.factor[1]),
        toll=None if p.toll is None else p.toll[rows],
        sigma=pairs(p.sigma),
        pi=pairs(p.pi),
        exclusive=tuple((place[i], place[j]) for i, j in p.exclusive if i in place and j in place),
        size_max=min(p.size_max, len(kept)),
        compelled=tuple(place[i] for i in p.compelled if i in place),
        able=tuple((name, tuple(place[i] for i in able if i in place)) for name, able in p.able),
    )


def team_problem(parameters: Parameters, design: Design) -> tuple[Parameters, Design]:
    """Return the problem among a design's members alone, in its regime alone and the team's own unit of money.

    What the design's terms must balance is then of order 1, whatever else the instance holds.
    """
    members = list(design.members)
    # Terms see each synergy by itself: no low-rank form is needed, nor scaled to a unit that may be far from its own.
    regime = parameters.regimes[design.regime]
    team = dataclasses.replace(restricted(parameters, members), factor=None, regimes=(regime,))
    levels = tuple(design.levels[i] for i in members)
    cost = [float(regime.k * team.c[at][level]) for at, level in enumerate(levels)]
    amounts = [abs(regime.f * team.v0), regime.K, *cost]
    amounts += [float(np.abs(values).max()) for values in (regime.f * team.v, regime.f * team.gamma)]
    amounts += [float(np.abs(values).max()) for values in (team.outside, team.joining, team.benefit)]
    amounts += [abs(value) for value in (*team.sigma.values(), *team.pi.values())]
    return team.in_unit_near(max(amounts)), Design(0, levels)
