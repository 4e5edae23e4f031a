"""What a contract is judged by where several things may happen (M30)."""

from __future__ import annotations

from collections.abc import Sequence

from ..instance import Instance, Uncertainty


def is_averse(instance: Instance) -> bool:
    """Return whether bad scenarios count for more than their probability."""
    return bool(instance.scenarios) and instance.uncertainty.objective != "expected"


def seeks_surplus(instance: Instance) -> bool:
    """Return whether the objective is the joint surplus, on average over scenarios (M20)."""
    return instance.objective == "joint" and not is_averse(instance)


def objective_over(asked: Uncertainty, values: Sequence[float], chances: Sequence[float]) -> float:
    """Return the objective, from what it is in every scenario (M30), money.

    Parameters
    ----------
    asked
        How contracts are judged: whether by the mean, the worst, or the mean of the worst part of probability
        (Rockafellar & Uryasev 2000).
    values, chances
        What the objective is in each scenario, money, and its probability.
    """
    if asked.objective == "worst":
        return min(values)
    left = part = 1.0 if asked.objective == "expected" else asked.alpha
    total = value = 0.0
    for value, chance in sorted(zip(values, chances, strict=True)):
        counted = min(chance, left)
        total, left = total + counted * value, left - counted
    return (total + left * value) / part
