"""All teams whose Lagrangian exceeds a value: implicit enumeration, many partial teams at a time.

Teams grow by one entry at a time, in a fixed order, so that each is reached once. A partial team T with k places left
is dropped if ``L(T) + the k largest of (a_e + q_eT + ½ the k − 1 largest of q_ee')`` does not exceed the value: each
pair of newcomers is counted half with either, at its best (the bound of Gilmore 1962 and Lawler 1963).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..engine import Index
from ..parameters import Array
from .lagrangian import Lagrangian

#: Partial teams times open entries that are looked at in one go: what fits into the processor's cache and memory.
BATCH = 2_000_000

#: Parts into which the newcomers of a batch are cut: to a late newcomer little is open.
CUTS = 4

#: Looks that screening one team takes as long as.
JUDGING = 300

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Batch:
    """Partial teams of one size.

    Parameters
    ----------
    members : array of int, shape (teams, size), places among the entries in play
    value : array, shape (teams,), L of each, money
    open : array of int, shape (open,), places of the entries that may still join some of the teams, ascending
    pull : array, shape (teams, open), what each of them would add, money; −inf where it must not join
    half : array, shape (open,), half of what each can gain with other newcomers at most, money
    """

    members: Index
    value: Array
    open: Index
    pull: Array
    half: Array


@dataclass(frozen=True)
class Offspring:
    """Teams to come: for each its parent in a batch and the open entry that joins; what is open begins at ``first``."""

    parents: Batch
    parent: Index
    column: Index
    first: int


class Enumeration:
    """The teams of allowed entries with L above a value.

    Parameters
    ----------
    lagrangian
        L.
    allowed : array of int
        Entries that may be chosen.
    beyond
        The value, money.

    Attributes
    ----------
    looked_at : int
        Partial teams times open entries that were looked at so far.

    Notes
    -----
    Team sizes, compelled and exclusive firms are kept (M17); budget (M16) and requirements (M18) are left to
    the caller.
    """

    def __init__(self, lagrangian: Lagrangian, allowed: Index, beyond: float) -> None:
        p = lagrangian.entries.parameters
        self.beyond = beyond
        self.looked_at = 0
        self._size_min, self._size_max = max(p.size_min, 1, len(p.compelled)), p.size_max
        self._compelled = sorted(p.compelled)
        self._lagrangian = lagrangian
        self._entries = self._ordered(allowed)
        self._firm = lagrangian.entries.firm[self._entries]
        self._quadratic = lagrangian.quadratic(self._entries)

    def _ordered(self, allowed: Index) -> Index:
        """Compelled firms first, one after the other; then the most valuable."""
        entries = self._lagrangian.entries
        compelled = np.isin(entries.firm[allowed], self._compelled)
        rank = np.where(compelled, entries.firm[allowed] - entries.parameters.n, 0)
        ordered: Index = allowed[np.lexsort((-self._lagrangian.linear[allowed], rank))]
        return ordered

    def root_bound(self) -> float:
        """Return a bound on L over all teams, money."""
        half = 0.5 * _sum_of_largest(self._quadratic, self._size_max - 1)
        promise = self._lagrangian.linear[self._entries] + half
        compelled = np.isin(self._firm, self._compelled)
        free = np.sort(promise[~compelled])[::-1][: self._size_max - len(self._compelled)]
        forced = sum(float(promise[self._firm == firm].max(initial=-np.inf)) for firm in self._compelled)
        return self._lagrangian.constant + forced + float(np.maximum(free, 0.0).sum())

    def teams(self, interrupted: Callable[[], bool] = lambda: False) -> Iterator[Index]:
        """Yield the teams as arrays of entries, shape (teams, members), teams of one size together.

        Parameters
        ----------
        interrupted
            Asked now and then; ends the enumeration if true.
        """
        waiting = self._first()
        while waiting and not interrupted():
            teams = self._next(waiting)
            size = teams.members.shape[1]
            if size >= self._size_min:
                good = teams.value > self.beyond
                if good.any():
                    yield self._entries[teams.members[good]]
            if size < self._size_max and len(teams.open):
                waiting += self._grow(teams)

    def estimate(self, sample: int = 2_000, seed: int = 0) -> float:
        """Estimate how many looks the enumeration will take, from a sample of the teams of each size (Knuth 1975).

        A team that is found counts as many looks as judging it takes.
        """
        random = np.random.default_rng(seed)
        sample = max(1, min(sample, BATCH // max(len(self._entries), 1)))
        waiting, weight, looks = self._first(), 1.0, 0.0
        for _ in range(self._size_max):
            counts = np.array([len(offspring.parent) for offspring in waiting])
            total = int(counts.sum())
            if not total:
                break
            chosen = np.sort(random.choice(total, sample, replace=False)) if total > sample else np.arange(total)
            weight *= total / len(chosen)
            grown: list[Offspring] = []
            ends = np.cumsum(counts)
            before = self.looked_at
            for offspring, end, count in zip(waiting, ends.tolist(), counts.tolist(), strict=True):
                part = chosen[(chosen >= end - count) & (chosen < end)] - (end - count)
                if len(part):
                    picked = Offspring(
                        offspring.parents, offspring.parent[part], offspring.column[part], offspring.first
                    )
                    teams = self._next([picked])
                    if teams.members.shape[1] >= self._size_min:
                        looks += weight * JUDGING * np.count_nonzero(teams.value > self.beyond)
                    grown += self._grow(teams) if teams.members.shape[1] < self._size_max and len(teams.open) else []
            looks += weight * (self.looked_at - before)
            waiting = grown
        return float(looks)

    def _first(self) -> list[Offspring]:
        """Return the teams of one."""
        places = np.arange(len(self._entries))
        nobody = np.zeros((1, 0), dtype=np.intp)
        linear = self._lagrangian.linear[self._entries]
        start = Batch(nobody, np.array([self._lagrangian.constant]), places, linear[None, :], np.zeros(len(places)))
        return self._grow(start) if len(places) else []

    def _next(self, waiting: list[Offspring]) -> Batch:
        """Take the next teams, not more than are looked at in one go."""
        offspring = waiting.pop()
        parents, first = offspring.parents, offspring.first
        open_ = parents.open[first:]
        count = max(1, BATCH // max(len(open_), 1))
        if len(offspring.parent) > count:
            waiting.append(Offspring(parents, offspring.parent[count:], offspring.column[count:], first))
        parent, column = offspring.parent[:count], offspring.column[:count]
        joining = parents.open[column]
        return Batch(
            np.column_stack([parents.members[parent], joining]),
            parents.value[parent] + parents.pull[parent, column],
            open_,
            parents.pull[parent, first:] + self._quadratic[np.ix_(joining, open_)],
            parents.half[first:],
        )

    def _grow(self, teams: Batch) -> list[Offspring]:
        """Return the teams with one more member that may still exceed the value."""
        self.looked_at += teams.pull.size
        size = teams.members.shape[1]
        left = self._size_max - size
        half = teams.half
        # What newcomers can gain with each other: found anew where it costs no more than the rest of the work.
        if size == 0 or len(teams.open) ** 2 <= 2 * teams.pull.size:
            half = 0.5 * _sum_of_largest(self._quadratic[np.ix_(teams.open, teams.open)], left - 1)
        promise = teams.pull + half
        if size:
            promise[teams.open[None, :] <= teams.members[:, -1:]] = -np.inf
        best = _largest(promise, left)
        total, least = best.sum(axis=1), best[:, -1] if promise.shape[1] > left else np.zeros(len(best))
        # With candidate e: its own promise and the left − 1 largest of the others.
        others = np.where(promise > least[:, None], total[:, None] - promise, (total - least)[:, None])
        grows = teams.value[:, None] + promise + others > self.beyond
        usable = grows.any(axis=0)
        if size < len(self._compelled):
            grows &= self._firm[teams.open] == self._compelled[size]
        pull = teams.pull if usable.all() else teams.pull[:, usable]
        parents = Batch(teams.members, teams.value, teams.open[usable], pull, half[usable])
        return self._cut(parents, grows[:, usable])

    def _cut(self, parents: Batch, grows: Flags) -> list[Offspring]:
        """Cut the offspring by newcomer."""
        edges = np.unique(np.linspace(0, grows.shape[1], CUTS + 1).astype(int)).tolist()
        offspring = []
        for first, end in pairwise(edges):
            parent, column = np.nonzero(grows[:, first:end])
            if len(parent):
                offspring.append(Offspring(parents, parent, column + first, first))
        return offspring


def _largest(values: Array, count: int) -> Array:
    """Return the ``count`` largest values of each row, none below 0; the last column holds the least of them."""
    if values.shape[1] <= count:
        return np.maximum(values, 0.0)
    largest = -np.partition(-values, count - 1, axis=1)[:, :count]
    return np.maximum(largest, 0.0)


def _sum_of_largest(values: Array, count: int) -> Array:
    if count <= 0 or not values.shape[1]:
        return np.zeros(len(values))
    total: Array = _largest(values, count).sum(axis=1)
    return total
