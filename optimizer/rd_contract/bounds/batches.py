"""Growing partial teams by one member, many teams at a time by arrays: what is used where nothing is compiled.

Every sum is taken in the order of :mod:`~rd_contract.bounds.kernel`, so that both give the same, to the last bit.
"""

from __future__ import annotations

import numpy as np

from ..base.arrays import Array, Flags, Index
from .kernel import Grown

#: Pairs of open entries that are looked at in one go: what fits into a processor's cache.
PAIRS = 100_000


def grow(  # noqa: PLR0913, PLR0917 - as the kernel has it
    quadratic: Array,
    _ranked: Index,
    value: Array,
    first: Index,
    entries: Index,
    pull: Array,
    may: Flags,
    kind: Index,
    left: int,
    beyond: float,
) -> Grown:
    """Add one member to each of some partial teams; see :func:`~rd_contract.bounds.kernel.grow`; ranks are not used."""
    counts, parts, start = np.diff(first), [], 0
    while start < len(value):
        end = _end(counts, start)
        here, drawn = _filled(first[start : end + 1], entries, pull, len(quadratic) - 1)
        # Compared team by team: a mask for each of them would be as wide as all entries.
        allowed = may[kind[start:end][:, None], here]
        part = _grow(quadratic, value[start:end], (here, drawn, allowed), counts[start:end], left, beyond)
        part[0][0] += start
        part[1][0] += start
        parts.append(part)
        start = end
    listed, grown, grown_value, grown_count, grown_entries, grown_pull, looks = zip(*parts, strict=True)
    return (
        np.concatenate(listed, axis=1),
        np.concatenate(grown, axis=1),
        np.concatenate(grown_value),
        np.concatenate([[0], np.cumsum(np.concatenate(grown_count))]).astype(np.intp),
        np.concatenate(grown_entries),
        np.concatenate(grown_pull),
        np.concatenate(looks),
    )


def _end(counts: Index, start: int) -> int:
    """Return the end of the teams that are looked at in one go: as many as fit, filled up to the most open entries."""
    widest = np.maximum.accumulate(counts[start : start + PAIRS])
    fit = widest**2 * np.arange(1, len(widest) + 1) <= PAIRS
    return start + max(int(np.count_nonzero(fit)), 1)


def _grow(
    quadratic: Array, value: Array, filled: tuple[Index, Array, Flags], counts: Index, left: int, beyond: float
) -> Grown:
    """Grow teams that are filled up to the most open entries; like :func:`grow`, but with counts for beginnings.

    ``filled`` are the open entries, what each would add, and which may join next, shape (teams, most open entries).
    """
    here, drawn, allowed = filled
    promise = drawn + _half(quadratic, here, left - 1)
    kept = _kept(promise, left, value, beyond)
    width = int(kept.sum(axis=1).max(initial=0))
    # Those that may join, then the most promising; what is not kept comes last.
    order = np.lexsort((-promise, ~allowed, ~kept), axis=1)[:, :width]
    here, drawn = np.take_along_axis(here, order, 1), np.take_along_axis(drawn, order, 1)
    allowed, kept = np.take_along_axis(allowed, order, 1), np.take_along_axis(kept, order, 1)
    here[~kept] = len(quadratic) - 1
    looks = counts + counts**2 + kept.sum(axis=1) ** 2 if left > 1 else counts.copy()
    total = value[:, None] + drawn
    joins = kept & allowed
    team, at = np.nonzero(joins & (total > beyond))
    listed = np.stack([team, here[team, at]])
    if left == 1:
        return _nobody(listed, looks)
    team, at = np.nonzero(joins)
    # What is open to a team with a newcomer: those that stand behind it.
    behind = np.arange(width) > at[:, None]
    pull = np.where(behind, drawn[team] + quadratic[here[team, at][:, None], here[team]], -np.inf)
    promise = pull + _half(quadratic, here, left - 2)[team]
    open_ = _kept(promise, left - 1, total[team, at], beyond)
    grows = open_.any(axis=1)
    team, at, open_ = team[grows], at[grows], open_[grows]
    grown = np.stack([team, here[team, at]])
    return listed, grown, total[team, at], open_.sum(axis=1), here[team][open_], pull[grows][open_], looks


def _nobody(listed: Index, looks: Index) -> Grown:
    """Return teams of which none grows any further."""
    none, nothing = np.zeros(0, dtype=np.intp), np.zeros(0)
    return listed, np.zeros((2, 0), dtype=np.intp), nothing, none, none, nothing, looks


def _filled(first: Index, entries: Index, pull: Array, nobody: int) -> tuple[Index, Array]:
    """Return open entries and their pull, shape (teams, most open entries), filled up with nobody who adds −inf."""
    counts = np.diff(first)
    there = np.arange(int(counts.max(initial=0))) < counts[:, None]
    here = np.full(there.shape, nobody, dtype=np.intp)
    drawn = np.full(there.shape, -np.inf)
    here[there], drawn[there] = entries[first[0] : first[-1]], pull[first[0] : first[-1]]
    return here, drawn


def _half(quadratic: Array, here: Index, most: int) -> Array:
    """Return half of what each entry can gain with ``most`` others of its row, money, in the shape of ``here``."""
    if most < 1:
        return np.zeros(here.shape)
    half: Array = 0.5 * _largest(quadratic[here[:, :, None], here[:, None, :]], most)[0]
    return half


def _kept(promise: Array, left: int, value: Array, beyond: float) -> Flags:
    """Return with which entries teams of some values may get beyond another one, in the shape of ``promise``."""
    total, least = _largest(promise, left)
    excess = value + total - beyond
    # With one that is not among the best: its promise instead of the least of theirs.
    kept: Flags = promise > np.where(excess > 0.0, least - excess, np.inf)[:, None]
    return kept


def _largest(values: Array, most: int) -> tuple[Array, Array]:
    """Return the sum of the ``most`` largest positive values of each row, the largest first, and the least of them."""
    width = values.shape[-1]
    if width == 0:
        return np.zeros(values.shape[:-1]), np.zeros(values.shape[:-1])
    # Sums of rows by numpy are taken in pairs; accumulating them is not.
    ordered = np.sort(-np.maximum(values, 0.0), axis=-1)[..., :most]
    total = -np.add.accumulate(ordered, axis=-1)[..., -1]
    least = -ordered[..., -1] if width >= most else np.zeros(total.shape)
    return total, least
