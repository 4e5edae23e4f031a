"""The points of a sweep, each made when it is asked for: a grid of millions takes no memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
from scipy.stats import norm, qmc

from ...base.arrays import Array
from ...base.tolerances import ROUNDING
from ...instance import Edit, Scalar
from .axis import Axis, Moved, Setting
from .indices import salib_samples
from .plan import SAMPLED, SweepPlan

#: Quantiles at which a normal distribution has the ends of its range.
TAIL = 0.05

Point = tuple[Edit, ...]


class Points(Sequence[Point]):
    """The points of a plan, in an order of their own.

    Parameters
    ----------
    plan
        What is varied and how.
    """

    def __init__(self, plan: SweepPlan) -> None:
        self.plan = plan
        self._lists = [axis.settings() for axis in plan.vary]
        self._columns = _sampled(plan)
        self._count = plan.count

    def __len__(self) -> int:
        """Return the number of points."""
        return self._count

    @overload
    def __getitem__(self, at: int) -> Point: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Point]: ...
    def __getitem__(self, at: int | slice) -> Point | Sequence[Point]:
        """Return a point, or several."""
        if isinstance(at, slice):
            return [self._point(k) for k in range(*at.indices(self._count))]
        if not -self._count <= at < self._count:
            raise IndexError(at)
        return self._point(at % self._count)

    def _point(self, at: int) -> Point:
        axes = self.plan.vary
        if self.plan.design == "one-at-a-time":
            return self._one(at)
        settings = self._combination(at) if self._columns is None else self._drawn(at, self._columns)
        return tuple(edit for axis, setting in zip(axes, settings, strict=True) for edit in axis.edits(setting))

    def _combination(self, at: int) -> list[Setting]:
        """Return what a point of a grid sets, in which the last axis changes fastest."""
        settings = []
        for listed in reversed(self._lists):
            at, place = divmod(at, len(listed))
            settings.append(listed[place])
        return settings[::-1]

    @staticmethod
    def _drawn(at: int, columns: list[list[Sequence[Scalar]]]) -> list[Setting]:
        """Return what a drawn point sets."""
        return [tuple(column[at] for column in parts) for parts in columns]

    def _one(self, at: int) -> Point:
        """Return the unchanged instance first, then one changed value at a time."""
        rest = at - 1
        for axis, listed in zip(self.plan.vary, self._lists, strict=True):
            if 0 <= rest < len(listed):
                return axis.edits(listed[rest])
            rest -= len(listed)
        return ()

    def changed_axes(self) -> Iterator[tuple[Axis, range]]:
        """Yield for a one-at-a-time design each axis with the positions of its points."""
        first = 1
        for axis, listed in zip(self.plan.vary, self._lists, strict=True):
            yield axis, range(first, first + len(listed))
            first += len(listed)


def _sampled(plan: SweepPlan) -> list[list[Sequence[Scalar]]] | None:
    """Return the values of each path of each axis of a sampled design, None for the others."""
    if plan.design not in SAMPLED:
        return None
    unit = unit_samples(plan)
    ends = plan.design == "morris"
    return [[_drawn(part, unit[:, at], ends=ends) for part in axis.parts] for at, axis in enumerate(plan.vary)]


def unit_samples(plan: SweepPlan) -> Array:
    """Return the quantiles that a sampled design draws, shape (points, axes).

    Raises
    ------
    OptionError
        When the design needs the extra ``sensitivity``.
    """
    count, axes = plan.samples or 0, len(plan.vary)
    if plan.design == "latin-hypercube":
        unit: Array = qmc.LatinHypercube(axes, rng=np.random.default_rng(plan.seed)).random(count)
        return unit
    if plan.design == "monte-carlo":
        return np.random.default_rng(plan.seed).random((count, axes))
    return salib_samples(plan.design, axes, count, plan.seed)


def _drawn(axis: Moved, unit: Array, *, ends: bool) -> Sequence[Scalar]:
    """Return the values of a path at quantiles, shape (samples,); ``ends``: quantiles of 0 and 1 are among them."""
    if axis.values is not None:
        return [axis.values[min(int(u * len(axis.values)), len(axis.values) - 1)] for u in unit.tolist()]
    if ends and axis.distribution in ("normal", "lognormal"):  # which reach their ends nowhere
        unit = TAIL + (1.0 - 2.0 * TAIL) * unit
    low, high = axis.ends
    width = 2.0 * float(norm.ppf(1.0 - TAIL))
    middle = 0.5 * (low + high)
    if axis.distribution == "uniform":
        drawn = low + (high - low) * unit
    elif axis.distribution == "triangular":
        left = low + np.sqrt(0.5 * unit) * (high - low)
        right = high - np.sqrt(0.5 * (1.0 - unit)) * (high - low)
        drawn = np.where(unit < 0.5, left, right)
    else:
        spread = norm.ppf(np.clip(unit, ROUNDING, 1.0 - ROUNDING))
        if axis.distribution == "normal":
            drawn = middle + spread * (high - low) / width
        else:
            logs = np.log([low, high])
            drawn = np.exp(logs.mean() + spread * (logs[1] - logs[0]) / width)
    return array("d", np.ascontiguousarray(drawn, dtype=float).tobytes())
