"""What is allowed in an instance but probably not meant, seen in the derived numbers.

Synergies are derived for some firms at a time, so that memory does not grow with the number of pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array
from ..base.errors import Problem
from ..instance import Firm, Instance, is_compelled
from .derivation import eligible_firms, too_many_firms
from .synergies import Pairs, listed_pairs, refuse_overflow

#: How many times more than it brings a firm may cost to join before somebody is asked whether that is meant.
DEAR = 100.0

#: How many times what the dearest effort costs a firm's effort may bring before that question: nobody's costs are so
#: small beside a project that is really to be shared.
RICH = 1_000.0


def find_doubts(instance: Instance) -> list[Problem]:
    """Return what is doubtful about an instance: the warnings of its rules, and those that need (M1)-(M6).

    Parameters
    ----------
    instance
        A valid instance.
    """
    view = _view(instance)
    large = too_many_firms(view.pairs)
    memory = [] if large is None else [large]
    doubts = (_dear_joining, _cheap_effort, _negative_marginal_values)
    found = [*memory, *(problem for doubt in doubts for problem in doubt(instance, view))]
    return [*instance.warnings(), *instance.located(found)]


@dataclass(frozen=True)
class _View:
    """What the warnings look at.

    Parameters
    ----------
    firms
        The n firms that may join: eligible, and not exclusive to one that must.
    size
        Members of the largest team.
    pairs
        Contributions v_i (M5) and synergies γ_ij (M6), money.
    gains : array, shape (n,)
        Σ_j of the positive synergies γ_ij (M6), money, without exclusive partners as below.
    losses : array, shape (n,)
        Σ_j of the most negative γ_ij at full effort, money, in a team that can be: of at most ``size``, with all that
        must join, without exclusive pairs.
    """

    firms: list[Firm]
    size: int
    pairs: Pairs
    gains: Array
    losses: Array


def _view(instance: Instance) -> _View:
    firms, most = _joining(instance), instance.project.team_size.max
    size = len(firms) if most is None else min(most, len(firms))
    place = {firm.name: i for i, firm in enumerate(firms)}
    listed = listed_pairs(instance, place)
    compelled = {place[firm.name] for firm in firms if is_compelled(firm, instance)}
    apart: dict[int, set[int]] = {}
    for i, j in (pair for pair, relation in listed.items() if relation.exclusive):
        apart.setdefault(i, set()).add(j)
        apart.setdefault(j, set()).add(i)
    full = np.array([max(entry.level for entry in firm.menu) for firm in firms], dtype=float)
    pairs = Pairs(instance, firms, listed)
    gains, losses = np.zeros((2, len(firms)))
    for some, others, gamma in pairs.rows():
        refuse_overflow(instance, pairs.contributions, gamma)
        for at in np.flatnonzero(np.isin(some, list(apart))).tolist():
            gamma[at, np.isin(others, list(apart[some[at]]))] = 0.0
        gains[some] = np.maximum(gamma, 0.0).sum(axis=1)
        worst = np.minimum(gamma, 0.0) * full[others]
        losses[some] = np.sort(worst, axis=1)[:, : max(size - 1, 0)].sum(axis=1)
        if not (compelled or apart):
            continue  # any team can be
        for at in np.flatnonzero(pairs.contributions[some] + losses[some] < 0.0).tolist():
            partners = dict(zip(others.tolist(), worst[at].tolist(), strict=True))
            losses[some[at]] = _loss(int(some[at]), partners, size, compelled, apart)
    return _View(firms, size, pairs, gains, losses)


def _joining(instance: Instance) -> list[Firm]:
    """Return the eligible firms that are not exclusive to one that must join."""
    firms = eligible_firms(instance)
    compelled = {firm.name for firm in firms if is_compelled(firm, instance)}
    barred: set[str] = set()
    for relation in instance.relations:
        if relation.exclusive and not compelled.isdisjoint(relation.between):
            barred |= set(relation.between) - compelled
    return [firm for firm in firms if firm.name not in barred]


def _loss(firm: int, worst: dict[int, float], size: int, compelled: set[int], apart: dict[int, set[int]]) -> float:
    """Return what a firm loses to the partners of a team that can be, the worst as far as there is room, money."""
    team = {firm, *compelled}
    partners = [j for j in sorted(worst, key=lambda j: worst[j]) if worst[j] < 0.0]
    for j in partners:
        if len(team) >= size:
            break
        if team.isdisjoint(apart.get(j, ())):
            team.add(j)
    return sum(worst[j] for j in team - {firm})


def _brings(instance: Instance, view: _View) -> Array:
    """Return what the effort of each firm could bring at most, shape (n,), money."""
    most: float = max(mode.value_factor for mode in instance.modes)
    brings: Array = most * (np.maximum(view.pairs.contributions, 0.0) + view.gains)
    return brings


def _dear_joining(instance: Instance, view: _View) -> list[Problem]:
    """Warn of firms that cost ``DEAR`` times more to join than their effort could ever bring: of mixed-up units."""
    ratios = {
        firm.name: firm.joining_cost / worth
        for firm, worth in zip(view.firms, _brings(instance, view).tolist(), strict=True)
        if worth > 0.0 and firm.joining_cost > 0.0
    }
    hit = {name: ratio for name, ratio in ratios.items() if ratio > DEAR}
    if not hit:
        return []
    worst = max(hit, key=lambda name: (hit[name], name))
    at, firm = next((at, firm) for at, firm in enumerate(instance.firms) if firm.name == worst)
    among = f"({len(hit)} of {len(view.firms)} firms)"
    found = f"{firm.joining_cost:g}, {hit[worst]:,.0f} times what its effort brings at most {among}"
    expected = "a joining cost that somebody would pay"
    hint = "are both amounts in the instance's currency unit?"
    return [Problem(f"firms[{at}].joining_cost", found, expected, hint, "dear-joining")]


def _cheap_effort(instance: Instance, view: _View) -> list[Problem]:
    """Warn where effort brings ``RICH`` times more than any effort costs: of mixed-up units, too."""
    brings = _brings(instance, view)
    dearest = max((entry.cost for firm in view.firms for entry in firm.menu), default=0.0)
    if dearest == 0.0 or brings.max() <= RICH * dearest:
        return []
    best = view.firms[int(brings.argmax())]
    at = next(at for at, firm in enumerate(instance.firms) if firm.name == best.name)
    derived = best.contribution is None
    path = "project.value" if derived else f"firms[{at}].contribution"
    amount = instance.project.value if derived else best.contribution
    ratio = f"{brings.max() / dearest:,.0f} times what the dearest effort of all firms costs ({dearest:g})"
    found = f"{amount:,.12g}, with which the effort of {best.name} brings up to {ratio}"
    hint = f"are both amounts in the instance's currency unit ({instance.currency or 'none is given'})?"
    return [Problem(path, found, "effort that costs something beside what it brings", hint, "cheap-effort")]


def _negative_marginal_values(instance: Instance, view: _View) -> list[Problem]:
    """Warn where a firm's effort would lower revenue in a team of the largest size.

    (M7) is of second order: where many members overlap heavily, redundancy counts what they share once per
    pair, and marginal values (M8) can fall below zero, which no expectation of revenue should do.
    """
    marginal = view.pairs.contributions + view.losses
    hit = np.flatnonzero((view.pairs.contributions > 0.0) & (marginal < 0.0)).tolist()
    if not hit:
        return []
    names = [firm.name for firm in view.firms]
    worst = sorted(hit, key=lambda i: (marginal[i], names[i]))[:3]
    listed = ", ".join(names[i] for i in worst) + (", ..." if len(hit) > len(worst) else "")
    found = (
        f"{instance.project.redundancy:g}, with which there are teams of up to {view.size} whose revenue falls if "
        f"{len(hit)} of {len(names)} firms work more ({listed})"
    )
    hint = "lower project.redundancy or team_size.max if such teams matter"
    return [Problem("project.redundancy", found, "effort that does not lower revenue", hint, "negative-marginal-value")]
