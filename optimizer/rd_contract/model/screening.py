"""What is allowed in an instance but probably not meant, seen in the derived numbers.

Synergies are derived for some firms at a time, so that memory does not grow with the number of pairs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array, Index
from ..base.errors import Problem
from ..instance import Firm, Instance, is_compelled
from .derivation import eligible_firms, too_many_firms
from .synergies import Pairs, listed_pairs, refuse_overflow

#: What each firm has at stake with each partner, by positions: listed synergies, money.
Listed = dict[int, dict[int, float]]

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
    doubts = (_dear_joining, _cheap_effort, _negative_by_overlap, _negative_by_relations)
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
    listed
        The synergies that relations state, without those of exclusive pairs.
    gains : array, shape (n,)
        Σ_j of the positive synergies γ_ij (M6), money, without exclusive partners as below.
    losses, by_overlap, by_relations : array, shape (n,)
        Σ_j of the most negative γ_ij at full effort, money, in a team that can be: of at most ``size``, with all that
        must join, without exclusive pairs; of all synergies, of derived ones only, of listed ones only.
    """

    firms: list[Firm]
    size: int
    pairs: Pairs
    listed: Listed
    gains: Array
    losses: Array
    by_overlap: Array
    by_relations: Array


@dataclass(frozen=True)
class _Teams:
    """Which teams there can be: of at most ``size``, with the compelled, without pairs that stay apart."""

    size: int
    compelled: set[int]
    apart: dict[int, set[int]]

    def losses(self, some: Index, others: Index, worst: Array, worth: Array) -> Array:
        """Return what firms lose to their worst partners, of what each loses to all others, money.

        Whoever's worth is not used up by the worst partners of all is not looked at more closely.
        """
        losses: Array = np.sort(worst, axis=1)[:, : max(self.size - 1, 0)].sum(axis=1)
        if not (self.compelled or self.apart):
            return losses  # any team can be
        for at in np.flatnonzero(worth + losses < 0.0).tolist():
            losses[at] = self.loss(int(some[at]), dict(zip(others.tolist(), worst[at].tolist(), strict=True)))
        return losses

    def loss(self, firm: int, worst: dict[int, float]) -> float:
        """Return what a firm loses to the partners of a team that can be, the worst as far as there is room, money."""
        team = {firm, *self.compelled}
        partners = [j for j in sorted(worst, key=lambda j: worst[j]) if worst[j] < 0.0]
        for j in partners:
            if len(team) >= self.size:
                break
            if team.isdisjoint(self.apart.get(j, ())):
                team.add(j)
        return sum(worst.get(j, 0.0) for j in team - {firm})


def _view(instance: Instance) -> _View:
    firms, most = _joining(instance), instance.project.team_size.max
    size = len(firms) if most is None else min(most, len(firms))
    place = {firm.name: i for i, firm in enumerate(firms)}
    relations = listed_pairs(instance, place)
    apart: dict[int, set[int]] = {}
    listed: Listed = {}
    for (i, j), relation in relations.items():
        for one, other in ((i, j), (j, i)):
            if relation.exclusive:
                apart.setdefault(one, set()).add(other)
            elif relation.synergy is not None:
                listed.setdefault(one, {})[other] = relation.synergy
    teams = _Teams(size, {place[firm.name] for firm in firms if is_compelled(firm, instance)}, apart)
    full = np.array([max(entry.level for entry in firm.menu) for firm in firms], dtype=float)
    pairs = Pairs(instance, firms, relations)
    gains, losses, by_overlap, by_relations = np.zeros((4, len(firms)))
    for some, others, gamma in pairs.rows():
        refuse_overflow(instance, pairs.contributions, gamma)
        _clear(gamma, some, others, apart)
        gains[some] = np.maximum(gamma, 0.0).sum(axis=1)
        worst, worth = np.minimum(gamma, 0.0) * full[others], pairs.contributions[some]
        losses[some] = teams.losses(some, others, worst, worth)
        if pairs.derived:
            _clear(worst, some, others, listed)
            by_overlap[some] = teams.losses(some, others, worst, worth) if listed else losses[some]
    for i, stated in listed.items():
        by_relations[i] = teams.loss(i, {j: min(amount, 0.0) * float(full[j]) for j, amount in stated.items()})
    return _View(firms, size, pairs, listed, gains, losses, by_overlap, by_relations)


def _clear(amounts: Array, some: Index, others: Index, partners: Mapping[int, Collection[int]]) -> None:
    """Set to 0 what firms have with some of their partners."""
    for at in np.flatnonzero(np.isin(some, list(partners))).tolist():
        amounts[at, np.isin(others, list(partners[some[at]]))] = 0.0


def _joining(instance: Instance) -> list[Firm]:
    """Return the eligible firms that are not exclusive to one that must join."""
    firms = eligible_firms(instance)
    compelled = {firm.name for firm in firms if is_compelled(firm, instance)}
    barred: set[str] = set()
    for relation in instance.relations:
        if relation.exclusive and not compelled.isdisjoint(relation.between):
            barred |= set(relation.between) - compelled
    return [firm for firm in firms if firm.name not in barred]


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
    best = int(brings.argmax())
    path, amount = _main_source(instance, view, best)
    ratio = f"{brings.max() / dearest:,.0f} times what the dearest effort of all firms costs ({dearest:g})"
    found = f"{amount:,.12g}, with which the effort of {view.firms[best].name} brings up to {ratio}"
    hint = f"are both amounts in the instance's currency unit ({instance.currency or 'none is given'})?"
    return [Problem(path, found, "effort that costs something beside what it brings", hint, "cheap-effort")]


def _main_source(instance: Instance, view: _View, firm: int) -> tuple[str, float]:
    """Return the amount that most of what a firm's effort brings comes from, with its path."""
    partners = {j: amount for j, amount in view.listed.get(firm, {}).items() if amount > 0.0}
    stated, contribution = sum(partners.values()), view.firms[firm].contribution
    own = max(float(view.pairs.contributions[firm]), 0.0)
    if stated > max(own, float(view.gains[firm]) - stated):
        most = max(partners, key=lambda j: partners[j])
        return _synergy_path(instance, view, firm, most), partners[most]
    if contribution is None or own < float(view.gains[firm]) - stated:
        return "project.value", instance.project.value
    at = next(at for at, one in enumerate(instance.firms) if one.name == view.firms[firm].name)
    return f"firms[{at}].contribution", contribution


def _synergy_path(instance: Instance, view: _View, firm: int, partner: int) -> str:
    """Return the path of the synergy that a relation states."""
    pair = {view.firms[firm].name, view.firms[partner].name}
    at = next(at for at, relation in enumerate(instance.relations) if set(relation.between) == pair)
    return f"relations[{at}].synergy"


def _negative_by_overlap(instance: Instance, view: _View) -> list[Problem]:
    """Warn where a firm's effort would lower revenue in a team of the largest size, as members overlap.

    (M7) is of second order: where many members overlap heavily, redundancy counts what they share once per
    pair, and marginal values (M8) can fall below zero, which no expectation of revenue should do.
    """
    hit = _hit(view, view.by_overlap)
    if not hit:
        return []
    found = f"{instance.project.redundancy:g}, {_falls(view, hit)}"
    hint = "lower project.redundancy or team_size.max if such teams matter"
    return [_negative("project.redundancy", found, hint)]


def _negative_by_relations(instance: Instance, view: _View) -> list[Problem]:
    """Warn where the synergies that relations state would have a firm's effort lower revenue.

    What overlap does alone is not their doing, but what both do together is.
    """
    alone, overlapping = _hit(view, view.by_relations), _hit(view, view.by_overlap)
    together = {i: amount for i, amount in _hit(view, view.losses).items() if i in view.listed and i not in overlapping}
    hit = together | alone
    bad = {(i, j): amount for i in hit for j, amount in view.listed[i].items() if amount < 0.0}
    if not bad:
        return []
    least = min(bad, key=lambda pair: (bad[pair], pair))
    others = len({frozenset(pair) for pair in bad}) - 1
    besides = f" (besides {others} more below 0)" if others else ""
    hint = "raise the synergies that relations state, or lower team_size.max, if such teams matter"
    if not hit.keys() <= alone.keys():
        hint = f"{hint}; project.redundancy ({instance.project.redundancy:g}) adds to it"
    found = f"{bad[least]:g}{besides}, {_falls(view, hit)}"
    return [_negative(_synergy_path(instance, view, *least), found, hint)]


def _hit(view: _View, losses: Array) -> dict[int, float]:
    """Return the firms whose effort would lower revenue with such losses, and by how much."""
    worth = view.pairs.contributions
    return {i: float(worth[i] + losses[i]) for i in np.flatnonzero((worth > 0.0) & (worth + losses < 0.0)).tolist()}


def _falls(view: _View, hit: dict[int, float]) -> str:
    """Return whose effort would lower revenue, in words; the worst are named."""
    names = [firm.name for firm in view.firms]
    worst = sorted(hit, key=lambda i: (hit[i], names[i]))[:3]
    listed = ", ".join(names[i] for i in worst) + (", ..." if len(hit) > len(worst) else "")
    works = "works" if len(hit) == 1 else "work"
    return (
        f"with which there are teams of up to {view.size} whose revenue falls if {len(hit)} of {len(names)} firms "
        f"{works} more ({listed})"
    )


def _negative(path: str, found: str, hint: str) -> Problem:
    return Problem(path, found, "effort that does not lower revenue", hint, "negative-marginal-value")
