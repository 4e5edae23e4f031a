"""What matters: swings of a one-at-a-time sweep, elementary effects, Sobol' indices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...base.errors import OptionError
from ...base.tolerances import GAP
from ...instance import Scalar
from .indices import Effect, Index, elementary_effects, sobol_indices
from .outcome import SweepOutcome
from .points import Points, unit_samples

#: Stands for the value of the unchanged instance.
UNCHANGED = "unchanged"

#: Fewest whole samples from which effects and indices are computed.
FEWEST = 2


@dataclass(frozen=True)
class Swing:
    """How far the surplus moves when one parameter alone takes its values; money.

    Parameters
    ----------
    parameter
        Path; of several that move together all.
    base
        Surplus of the unchanged instance.
    lowest, highest
        Least and largest surplus over the parameter's values and the unchanged instance.
    at_lowest, at_highest
        The values at which they are reached, or ``unchanged``; of paths that move together the first one's.
    alliances
        Number of different contracts' member lists and regimes among them, the base's included.
    """

    parameter: str
    base: float
    lowest: float
    highest: float
    at_lowest: Scalar
    at_highest: Scalar
    alliances: int

    @property
    def width(self) -> float:
        """The whole swing, money."""
        return self.highest - self.lowest


@dataclass(frozen=True)
class Sensitivity:
    """What a sweep says of its parameters, the most important first.

    Parameters
    ----------
    rows
        One for each parameter.
    left_out
        Samples (trajectories, blocks, values) that could not be used because a point of theirs is not answered.
    """

    rows: tuple[Swing, ...] | tuple[Effect, ...] | tuple[Index, ...]
    left_out: int


def surplus_of(record: dict[str, Any]) -> float | None:
    """Return a point's joint surplus, money: 0 where no contract exists, None where there is no answer."""
    if record["status"] == "no_contract":
        return 0.0
    surplus: float | None = (record["result"] or {}).get("joint_surplus")
    return surplus


def judged_of(record: dict[str, Any]) -> float | None:
    """Return what a point's contract is judged by where that is no mean over scenarios (M30), money; None elsewhere."""
    result = record["result"] or {}
    asked = result.get("uncertainty") or {}
    judged: float | None = result.get("objective_value")
    return judged if asked.get("objective", "expected") != "expected" else None


def alliance_of(record: dict[str, Any]) -> tuple[str, ...]:
    """Return who is in and under which regime: regime first, then the members in the order of the file."""
    result = record["result"] or {}
    regime = [str(result[key]) for key in ("mode", "monitoring") if result.get(key) is not None]
    return (" + ".join(regime), *(member["firm"] for member in result.get("members", ())))


def sensitivity(outcome: SweepOutcome) -> Sensitivity | None:
    """Analyse a sweep of design one-at-a-time, morris or sobol; None for the others.

    Parameters
    ----------
    outcome
        The sweep.

    Raises
    ------
    OptionError
        Without the extra ``sensitivity``, or when too few of its points are answered.
    """
    if outcome.plan.design == "one-at-a-time":
        return _swings(outcome)
    if outcome.plan.design in ("morris", "sobol"):
        return _screening(outcome)
    return None


def _swings(outcome: SweepOutcome) -> Sensitivity:
    records = list(outcome.records())
    base = surplus_of(records[0])
    if base is None:
        raise OptionError("the unchanged instance has no answer: nothing to compare with")
    rows, left_out = [], 0
    for axis, positions in Points(outcome.plan).changed_axes():
        seen: list[tuple[float, Scalar]] = [(base, UNCHANGED)]
        alliances = {alliance_of(records[0])}
        for at, value in zip(positions, axis.listed(), strict=True):
            surplus = surplus_of(records[at])
            if surplus is None:
                left_out += 1
                continue
            seen.append((surplus, value))
            alliances.add(alliance_of(records[at]))
        if len(seen) == 1:
            continue  # nothing is known of this parameter
        lowest, highest = min(seen, key=lambda one: one[0]), max(seen, key=lambda one: one[0])
        rows.append(Swing(axis.label, base, lowest[0], highest[0], lowest[1], highest[1], len(alliances)))
    return Sensitivity(tuple(sorted(rows, key=lambda row: -row.width)), left_out)


def _screening(outcome: SweepOutcome) -> Sensitivity:
    plan = outcome.plan
    surpluses = np.array([surplus_of(record) for record in outcome.records()], dtype=float)
    blocks = surpluses.reshape(-1, plan.block)
    whole = np.isfinite(blocks).all(axis=1)
    if whole.sum() < FEWEST:
        message = f"only {int(whole.sum())} of {len(whole)} samples are answered in full"
        raise OptionError(message, how='existing="resume", or "retry", answers more', remedy="retry")
    labels = [axis.label for axis in plan.vary]
    answered = blocks[whole].ravel()
    left_out = int((~whole).sum())
    if plan.design == "sobol":
        noise = max(outcome.settings.gap, GAP) * float(np.abs(answered).max())
        indices = sobol_indices(labels, answered, plan.seed, noise)
        return Sensitivity(tuple(sorted(indices, key=lambda row: -np.nan_to_num(row.total))), left_out)
    unit = unit_samples(plan).reshape(len(blocks), plan.block, -1)[whole].reshape(len(answered), -1)
    effects = elementary_effects(labels, unit, answered, plan.seed)
    return Sensitivity(tuple(sorted(effects, key=lambda row: -row.mean_absolute)), left_out)
