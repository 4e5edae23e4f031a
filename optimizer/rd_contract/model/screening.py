"""What is allowed in an instance but probably not meant, seen in the derived numbers.

Synergies are derived for some firms at a time, so that memory does not grow with the number of pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array
from ..base.errors import Problem
from ..instance import Firm, Instance
from .derivation import eligible_firms, too_many_firms
from .synergies import Pairs, listed_pairs, refuse_overflow

#: How many times more than it brings a firm may cost to join before somebody is asked whether that is meant.
DEAR = 100.0


def find_warnings(instance: Instance) -> list[Problem]:
    """Return every warning about an instance: those of its rules, and those that need (M1)-(M6).

    Parameters
    ----------
    instance
        A valid instance.
    """
    view = _view(instance)
    large = too_many_firms(len(view.firms))
    memory = [] if large is None else [large]
    return [*instance.warnings(), *memory, *_dear_joining(instance, view), *_negative_marginal_values(view)]


@dataclass(frozen=True)
class _View:
    """What the warnings look at.

    Parameters
    ----------
    firms
        The n firms that may join.
    size
        Members of the largest team.
    contributions : array, shape (n,)
        v_i (M5), money.
    gains : array, shape (n,)
        Σ_j of the positive synergies γ_ij (M6), money.
    losses : array, shape (n,)
        Σ_j of the ``size - 1`` most negative γ_ij at full effort, money.
    """

    firms: list[Firm]
    size: int
    contributions: Array
    gains: Array
    losses: Array


def _view(instance: Instance) -> _View:
    firms, most = eligible_firms(instance), instance.project.team_size.max
    size = len(firms) if most is None else min(most, len(firms))
    full = np.array([max(entry.level for entry in firm.menu) for firm in firms], dtype=float)
    pairs = Pairs(instance, firms, listed_pairs(instance, {firm.name: i for i, firm in enumerate(firms)}))
    gains, losses = np.zeros((2, len(firms)))
    for some, others, gamma in pairs.rows():
        refuse_overflow(instance, pairs.contributions, gamma)
        gains[some] = np.maximum(gamma, 0.0).sum(axis=1)
        losses[some] = np.sort(np.minimum(gamma, 0.0) * full[others], axis=1)[:, : max(size - 1, 0)].sum(axis=1)
    return _View(firms, size, pairs.contributions, gains, losses)


def _dear_joining(instance: Instance, view: _View) -> list[Problem]:
    """Warn of firms that cost ``DEAR`` times more to join than their effort could ever bring: of mixed-up units."""
    most = max(mode.value_factor for mode in instance.modes)
    brings = most * (np.maximum(view.contributions, 0.0) + view.gains)
    ratios = {
        firm.name: firm.joining_cost / worth
        for firm, worth in zip(view.firms, brings.tolist(), strict=True)
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


def _negative_marginal_values(view: _View) -> list[Problem]:
    """Warn where a firm's effort would lower revenue in a team of the largest size.

    (M7) is of second order: where many members overlap heavily, redundancy counts what they share once per
    pair, and marginal values (M8) can fall below zero, which no expectation of revenue should do.
    """
    marginal = view.contributions + view.losses
    hit = np.flatnonzero((view.contributions > 0.0) & (marginal < 0.0)).tolist()
    if not hit:
        return []
    names = [firm.name for firm in view.firms]
    worst = sorted(hit, key=lambda i: (marginal[i], names[i]))[:3]
    listed = ", ".join(names[i] for i in worst) + (", ..." if len(hit) > len(worst) else "")
    found = f"a marginal value below 0 for {len(hit)} of {len(names)} firms in a team of {view.size} ({listed})"
    hint = "lower project.redundancy or team_size.max if such teams matter"
    return [Problem("project.redundancy", found, "effort that does not lower revenue", hint, "negative-marginal-value")]
