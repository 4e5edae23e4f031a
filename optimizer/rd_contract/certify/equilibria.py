"""Other effort profiles that the same terms support: pure Nash equilibria by enumeration.

The agreed profile is one equilibrium; if there are others, the members could end up in a worse one although
nobody breaks the rules. Vectorised over all profiles at once, apart from :mod:`rd_contract.model.payoffs`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Array
from ..base.tolerances import CERTIFICATE, SUMS
from ..model.design import Design, Terms
from ..model.parameters import Parameters
from ..model.payoffs import design_surplus
from ..outcome.contract import Equilibrium
from .reading import Agreement
from .responses import penalty

#: Most effort profiles that are enumerated; beyond, the question is left open.
MAX_PROFILES = 20_000

#: Most other equilibria that are listed, the best for the alliance first.
MAX_LISTED = 20


@dataclass(frozen=True)
class _Profiles:
    """All P profiles of the a members that have a choice, the other members at their only level.

    Parameters
    ----------
    active
        Positions of the members with a choice.
    levels
        Menu positions, shape (P, a).
    x
        Effort levels, shape (P, a).
    fixed
        Effort of every member without a choice, 0 for the others, shape (m,).
    strides
        Distance in P between neighbouring levels of each active member, length a.
    """

    active: tuple[int, ...]
    levels: NDArray[np.int64]
    x: Array
    fixed: Array
    strides: tuple[int, ...]


def equilibria_of(agreement: Agreement) -> tuple[bool | None, tuple[Equilibrium, ...]]:
    """Return whether the agreed efforts are the only equilibrium, and others; with scenarios that is left open.

    Parameters
    ----------
    agreement
        The contract. Members who know the scenario before they choose play another game in each.
    """
    if agreement.is_uncertain:
        return None, ()
    return find_equilibria(agreement.parameters, agreement.designs[0], agreement.terms)


def find_equilibria(
    parameters: Parameters, design: Design, terms: Terms
) -> tuple[bool | None, tuple[Equilibrium, ...]]:
    """Return whether the agreed profile is the only pure equilibrium, and the others.

    At every profile each member's payoff (M10), less the expected penalty for working below its *agreed*
    effort, is compared with what its other levels would give. Ties count as equilibria: a member that loses
    no more than the certificate's tolerance, relative to the largest change that any term of its payoff but
    the penalty undergoes over its menu, is content.

    Parameters
    ----------
    parameters, design, terms
        The contract of m members, all of them inside; arrays of shape (m,).

    Returns
    -------
    tuple
        True, False, or None when there are more than ``MAX_PROFILES`` profiles and efforts are not complements; and
        at most ``MAX_LISTED`` other equilibria, the largest joint surplus (M19), (M20) first: of complements
        beyond ``MAX_PROFILES`` profiles, the lowest and the highest.
    """
    if math.prod(len(menu) for menu in parameters.x) > MAX_PROFILES:
        return _between_extremes(parameters, design, terms)
    profiles = _enumerate(parameters, design)
    revenue = _revenue(parameters, design, profiles)
    stable = np.ones(len(revenue), dtype=bool)
    for column in range(len(profiles.active)):
        stable &= _content(parameters, design, terms, profiles, revenue, column)
    agreed = sum(design.levels[i] * stride for i, stride in zip(profiles.active, profiles.strides, strict=True))
    found = np.flatnonzero(stable)
    others = found[found != agreed]
    surplus = _joint_surplus(parameters, design, terms, profiles, revenue)[others]
    order = [k for k in np.argsort(-surplus, kind="stable") if np.isfinite(surplus[k])][:MAX_LISTED]
    listed = []
    for k in order:
        efforts = _efforts(parameters, profiles, int(others[k]))
        allowed = _within_budgets(parameters, design, terms, efforts)
        listed.append(Equilibrium(efforts=efforts, joint_surplus=float(surplus[k]), within_budgets=allowed))
    return bool(stable[agreed]) and not len(others), tuple(listed)


def _between_extremes(
    parameters: Parameters, design: Design, terms: Terms
) -> tuple[bool | None, tuple[Equilibrium, ...]]:
    """Answer for efforts that are complements, whatever the number of profiles (Topkis 1979).

    Where every synergy among the members is at least 0, a member that works more makes nobody want to work less. From
    everybody's lowest level, everybody goes up to the lowest of its nearly best levels until nobody moves: the lowest
    equilibrium. All others lie between it and its counterpart from above, so the agreed one is the only one if
    all three are the same.
    """
    if float(parameters.gamma.numbers.min(initial=0.0)) < 0.0 or float(terms.share.min()) < 0.0:
        return None, ()
    ends = {_extreme(parameters, design, terms, lowest=lowest) for lowest in (True, False)}
    others = sorted(ends - {design.levels}, reverse=True)
    listed = []
    for levels in others:
        efforts = {name: float(parameters.x[i][levels[i]]) for i, name in enumerate(parameters.names)}
        played = Design(design.regime, levels)
        premia = parameters.premium(parameters.regimes[design.regime]) * terms.share * terms.share
        surplus = design_surplus(parameters, played) - float(parameters.eta * terms.deposit.sum() + premia.sum())
        allowed = _within_budgets(parameters, design, terms, efforts)
        listed.append(Equilibrium(efforts=efforts, joint_surplus=surplus, within_budgets=allowed))
    return not others, tuple(sorted(listed, key=lambda one: -one.joint_surplus))


def _extreme(parameters: Parameters, design: Design, terms: Terms, *, lowest: bool) -> tuple[int, ...]:
    """Return the levels of the lowest or highest equilibrium."""
    p, regime = parameters, parameters.regimes[design.regime]
    levels = [0 if lowest else len(menu) - 1 for menu in p.x]
    full = np.array([menu.max() for menu in p.x])
    settled = False
    while not settled:
        settled = True
        for i, menu in enumerate(p.x):
            others = np.array([p.x[j][level] for j, level in enumerate(levels)])
            own = [
                p.benefit[i] * menu,
                -(1.0 - p.theta[i] * (p.subsidy[i] + terms.rate[i])) * regime.k * p.c[i],
                -penalty(p, design, terms, i),
            ]
            share = terms.share[i] * regime.f * (p.v[i] + p.gamma.row(i) @ others) * menu
            reach = terms.share[i] * regime.f * (abs(p.v[i]) + np.abs(p.gamma.row(i)) @ full) * float(np.ptp(menu))
            scale = max(float(reach), *(float(np.ptp(term)) for term in own[:-1]))
            tolerance = CERTIFICATE * scale + SUMS * max(float(reach), float(np.abs(own[-1]).max()))
            payoff = share + np.sum(own, axis=0)
            good = np.flatnonzero(payoff >= payoff.max() - tolerance)
            level = int(good[0] if lowest else good[-1])
            if level != levels[i]:
                levels[i], settled = level, False
    return tuple(levels)


def _within_budgets(parameters: Parameters, design: Design, terms: Terms, efforts: dict[str, float]) -> bool:
    """Return whether a profile's costs respect (M14) and (M16), which no contract may promise to break."""
    p, k = parameters, parameters.regimes[design.regime].k
    spent = paid = 0.0
    for name, x in efforts.items():
        i = p.names.index(name)
        cost = float(k * p.c[i][int(np.argmin(np.abs(p.x[i] - x)))])
        spent += cost + float(p.joining[i])
        paid += float(p.theta[i] * terms.rate[i]) * cost
    return spent <= p.budget * (1.0 + CERTIFICATE) and paid <= p.sharing_budget * (1.0 + CERTIFICATE)


def _enumerate(parameters: Parameters, design: Design) -> _Profiles:
    sizes = [len(menu) for menu in parameters.x]
    active = tuple(i for i, size in enumerate(sizes) if size > 1)
    strides = tuple(math.prod(sizes[j] for j in active[k + 1 :]) for k in range(len(active)))
    count = math.prod(sizes)
    positions = np.arange(count)
    levels = np.zeros((count, len(active)), dtype=np.int64)
    x = np.zeros((count, len(active)))
    for column, (i, stride) in enumerate(zip(active, strides, strict=True)):
        levels[:, column] = positions // stride % sizes[i]
        x[:, column] = parameters.x[i][levels[:, column]]
    fixed = design.efforts(parameters.x)
    fixed[list(active)] = 0.0
    return _Profiles(active, levels, x, fixed, strides)


def _revenue(parameters: Parameters, design: Design, profiles: _Profiles) -> Array:
    """Return V (M7) at every profile, shape (P,), money."""
    active, fixed = np.array(profiles.active, dtype=np.intp), profiles.fixed
    from_fixed = parameters.gamma.times(fixed)
    constant = parameters.v0 + parameters.v @ fixed + 0.5 * fixed @ from_fixed
    linear = profiles.x @ (parameters.v + from_fixed)[active]
    quadratic = 0.5 * ((profiles.x @ parameters.gamma.between(active, active)) * profiles.x).sum(axis=1)
    value: Array = parameters.regimes[design.regime].f * (constant + linear + quadratic)
    return value


def _content(
    parameters: Parameters, design: Design, terms: Terms, profiles: _Profiles, revenue: Array, column: int
) -> NDArray[np.bool_]:
    """Return at which profiles one member has no better level, shape (P,)."""
    i, regime = profiles.active[column], parameters.regimes[design.regime]
    cost = regime.k * parameters.c[i]
    own = [  # what its own level alone moves, each of shape (|L_i|,)
        parameters.benefit[i] * parameters.x[i],
        -cost,
        parameters.theta[i] * terms.rate[i] * cost,
        parameters.theta[i] * parameters.subsidy[i] * cost,
        -penalty(parameters, design, terms, i),
    ]
    # Axis 1 runs over the member's own levels, the other two over what everyone else does.
    share = (terms.share[i] * revenue).reshape(-1, len(cost), profiles.strides[column])
    payoff = share + np.sum(own, axis=0)[:, None]
    # A penalty that is not in play must not forgive what is: however large, it does not widen the tolerance.
    scale = np.maximum(np.ptp(share, axis=1, keepdims=True), max(float(np.ptp(term)) for term in own[:-1]))
    rounding = np.maximum(np.abs(share).max(axis=1, keepdims=True), float(np.abs(own[-1]).max()))
    tolerance = CERTIFICATE * scale + SUMS * rounding
    content: NDArray[np.bool_] = (payoff >= payoff.max(axis=1, keepdims=True) - tolerance).reshape(-1)
    return content


def _joint_surplus(parameters: Parameters, design: Design, terms: Terms, profiles: _Profiles, revenue: Array) -> Array:
    """Return W (M19), (M20) at every profile, shape (P,), money."""
    regime, active = parameters.regimes[design.regime], list(profiles.active)
    per_effort = parameters.benefit.copy()  # private benefit and the spillovers that a unit of effort sends out
    for (i, j), sigma in parameters.sigma.items():
        per_effort[i] += sigma
        per_effort[j] += sigma
    net = [
        (1.0 - parameters.theta[i] * parameters.subsidy[i]) * regime.k * parameters.c[i] for i in range(parameters.n)
    ]
    moved = revenue + profiles.x @ per_effort[active]
    for column, i in enumerate(active):
        moved = moved - net[i][profiles.levels[:, column]]
    unmoved = float(per_effort @ profiles.fixed)
    unmoved -= sum(float(costs[0]) for costs in net if len(costs) == 1)
    unmoved -= float((parameters.entry_cost + parameters.outside).sum()) + regime.K + sum(parameters.pi.values())
    unmoved -= float(parameters.eta * terms.deposit.sum())
    unmoved -= float((parameters.premium(regime) * terms.share * terms.share).sum())
    surplus: Array = moved + unmoved
    return surplus


def _efforts(parameters: Parameters, profiles: _Profiles, profile: int) -> dict[str, float]:
    x = profiles.fixed.copy()
    x[list(profiles.active)] = profiles.x[profile]
    return dict(zip(parameters.names, x.tolist(), strict=True))
