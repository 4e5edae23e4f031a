"""What is allowed in an instance but probably not meant, seen in the derived numbers."""

from __future__ import annotations

import numpy as np

from .errors import Problem
from .instance import Instance
from .parameters import derive


def find_warnings(instance: Instance) -> list[Problem]:
    """Return every warning about an instance: those of its rules, and those that need (M1)-(M6).

    Parameters
    ----------
    instance
        A valid instance.
    """
    return [*instance.warnings(), *_negative_marginal_values(instance)]


def _negative_marginal_values(instance: Instance) -> list[Problem]:
    """Warn where a firm's effort would lower revenue in a team of the largest size.

    (M7) is of second order: where many members overlap heavily, redundancy counts what they share once per
    pair, and marginal values (M8) can fall below zero, which no expectation of revenue should do.
    """
    p = derive(instance)
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
