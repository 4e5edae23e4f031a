"""What is allowed in an instance but probably not meant, seen in the derived numbers."""

from __future__ import annotations

import numpy as np

from .errors import Problem
from .instance import Instance
from .parameters import Parameters, derive

#: How many times more than it brings a firm may cost to join before somebody is asked whether that is meant.
DEAR = 100.0


def find_warnings(instance: Instance) -> list[Problem]:
    """Return every warning about an instance: those of its rules, and those that need (M1)-(M6).

    Parameters
    ----------
    instance
        A valid instance.
    """
    p = derive(instance)
    return [*instance.warnings(), *_dear_joining(instance, p), *_negative_marginal_values(p)]


def _dear_joining(instance: Instance, p: Parameters) -> list[Problem]:
    """Warn of firms that cost ``DEAR`` times more to join than their effort could ever bring: of mixed-up units."""
    most = max(regime.f for regime in p.regimes)
    alone = np.maximum(p.v, 0.0)
    dear = np.flatnonzero(p.joining > DEAR * most * alone)  # few: only their synergies have to be added up
    brings = most * (alone[dear] + np.maximum(p.gamma[dear], 0.0).sum(axis=1))
    ratios = {p.names[i]: p.joining[i] / worth for i, worth in zip(dear.tolist(), brings, strict=True) if worth > 0.0}
    hit = {name: ratio for name, ratio in ratios.items() if ratio > DEAR}
    if not hit:
        return []
    worst = max(hit, key=lambda name: (hit[name], name))
    at, firm = next((at, firm) for at, firm in enumerate(instance.firms) if firm.name == worst)
    found = f"{firm.joining_cost:g}, {hit[worst]:,.0f} times what its effort brings at most ({len(hit)} of {p.n} firms)"
    expected = "a joining cost that somebody would pay"
    hint = "are both amounts in the instance's currency unit?"
    return [Problem(f"firms[{at}].joining_cost", found, expected, hint, "dear-joining")]


def _negative_marginal_values(p: Parameters) -> list[Problem]:
    """Warn where a firm's effort would lower revenue in a team of the largest size.

    (M7) is of second order: where many members overlap heavily, redundancy counts what they share once per
    pair, and marginal values (M8) can fall below zero, which no expectation of revenue should do.
    """
    full = np.array([levels.max() for levels in p.x])
    losses = np.sort(np.minimum(p.gamma, 0.0) * full, axis=1)[:, : max(p.size_max - 1, 0)]
    marginal = p.v + losses.sum(axis=1)
    hit = np.flatnonzero((p.v > 0.0) & (marginal < 0.0)).tolist()
    if not hit:
        return []
    worst = sorted(hit, key=lambda i: (marginal[i], p.names[i]))[:3]
    names = ", ".join(p.names[i] for i in worst) + (", ..." if len(hit) > len(worst) else "")
    found = f"a marginal value below 0 for {len(hit)} of {p.n} firms in a team of {p.size_max} ({names})"
    hint = "lower project.redundancy or team_size.max if such teams matter"
    return [Problem("project.redundancy", found, "effort that does not lower revenue", hint, "negative-marginal-value")]
