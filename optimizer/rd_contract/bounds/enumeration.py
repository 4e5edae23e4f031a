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

from ..base.arrays import Array, Flags, Index
from .lagrangian import Lagrangian

#: Partial teams times open entries that are looked at in one go: what fits into a processor's cache.
BATCH = 100_000

#: Parts into which the newcomers of a batch of so many looks are cut: to a late newcomer little is open.
CUTS, WORTH_CUTTING = 4, 20_000

#: Pairs of open entries that may be looked at for each look at a partial team: a fresh bound on what newcomers can gain
#: with each other is worth several times the rest of the work.
RENEWING = 4

#: Looks that screening one team takes as long as.
JUDGING = 200


@dataclass(frozen=True)
class Batch:
    """Partial teams of one size.

    Parameters
    ----------
    members : array of int, shape (teams, size), places among the entries in play
    value : array, shape (teams,), L of each, money
    open : array of int, shape (open,), places of the entries that may still join some of the teams, ascending
    pull : array, shape (teams, open), what each of them would add, money; −inf where it must not join
    """

    members: Index
    value: Array
    open: Index
    pull: Array


@dataclass(frozen=True)
class Offspring:
    """Teams to come: for each its parent in a batch and the open entry that joins; what is open begins at ``first``."""

    parents: Batch
    parent: Index
    column: Index
    first: int

    @property
    def members(self) -> Index:
        """The teams, shape (teams, size)."""
        return np.column_stack([self.parents.members[self.parent], self.parents.open[self.column]])

    @property
    def value(self) -> Array:
        """L of each, shape (teams,), money."""
        value: Array = self.parents.value[self.parent] + self.parents.pull[self.parent, self.column]
        return value


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
    entries : array of int
        The allowed entries in the order in which they join.
    quadratic : array, shape (entries, entries)
        q among them, money.
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
        self._size_min, self.size_max = max(p.size_min, 1, len(p.compelled)), p.size_max
        self._compelled = sorted(p.compelled)
        self.lagrangian = lagrangian
        self.entries = self._ordered(allowed)
        self._firm = lagrangian.entries.firm[self.entries]
        self.quadratic = lagrangian.quadratic(self.entries)
        self._halves: dict[int, Array] = {}

    def _ordered(self, allowed: Index) -> Index:
        """Compelled firms first, one after the other; then the most valuable."""
        entries = self.lagrangian.entries
        compelled = np.isin(entries.firm[allowed], self._compelled)
        rank = np.where(compelled, entries.firm[allowed] - entries.parameters.n, 0)
        ordered: Index = allowed[np.lexsort((-self.lagrangian.linear[allowed], rank))]
        return ordered

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
            good = self._is_good(teams)
            if good.any():
                yield self.entries[teams.members[good]]
            if self._may_grow(teams):
                waiting += self._grow(teams)

    def estimate(self, count: int = 2_000, seed: int = 0) -> float:
        """Estimate how many looks the enumeration will take, from a sample of the teams of each size (Knuth 1975).

        A team that is found counts as many looks as judging it takes.
        """
        looks = 0.0
        for batches, weight in self.sample(count, seed):
            for teams in batches:
                looks += weight * teams.pull.size if self._may_grow(teams) else 0.0
                looks += weight * JUDGING * np.count_nonzero(self._is_good(teams))
        return looks

    def sample(self, count: int, seed: int) -> Iterator[tuple[list[Batch], float]]:
        """Yield up to ``count`` random teams of each size, the smallest first, and how many each stands for."""
        random = np.random.default_rng(seed)
        waiting, weight = self._first(), 1.0
        while waiting:
            total = sum(len(offspring.parent) for offspring in waiting)
            kept = random.permutation(total) < count
            weight *= total / int(kept.sum())
            batches = self._gathered(waiting, kept)
            yield batches, weight
            waiting = [offspring for teams in batches if self._may_grow(teams) for offspring in self._grow(teams)]

    def _gathered(self, waiting: list[Offspring], kept: Flags) -> list[Batch]:
        """Return some of the teams to come, neighbours together, as they would come to be looked at."""
        members = np.concatenate([offspring.members for offspring in waiting])[kept]
        value = np.concatenate([offspring.value for offspring in waiting])[kept]
        order = np.argsort(members[:, -1], kind="stable")
        linear, count = self.lagrangian.linear[self.entries], len(self.entries)
        batches = []
        for part in np.array_split(order, -(-len(order) // self._batch_of(count))):
            teams = members[part]
            open_ = np.arange(teams[0, -1] + 1, count)
            pull = linear[open_] + sum(self.quadratic[np.ix_(member, open_)] for member in teams.T)
            batches.append(Batch(teams, value[part], open_, pull))
        return batches

    def _is_good(self, teams: Batch) -> Flags:
        """Return which teams are complete and exceed the value."""
        good: Flags = (teams.value > self.beyond) & (teams.members.shape[1] >= self._size_min)
        return good

    def _may_grow(self, teams: Batch) -> bool:
        return teams.members.shape[1] < self.size_max and len(teams.open) > 0

    def _first(self) -> list[Offspring]:
        """Return the teams of one."""
        places = np.arange(len(self.entries))
        nobody = np.zeros((1, 0), dtype=np.intp)
        linear = self.lagrangian.linear[self.entries]
        start = Batch(nobody, np.array([self.lagrangian.constant]), places, linear[None, :])
        return self._grow(start) if len(places) else []

    def _next(self, waiting: list[Offspring]) -> Batch:
        """Take the next teams, not more than are looked at in one go."""
        offspring = waiting.pop()
        parents, first = offspring.parents, offspring.first
        open_ = parents.open[first:]
        count = self._batch_of(len(open_))
        if len(offspring.parent) > count:
            waiting.append(Offspring(parents, offspring.parent[count:], offspring.column[count:], first))
        teams = Offspring(parents, offspring.parent[:count], offspring.column[:count], first)
        members = teams.members
        pull = parents.pull[teams.parent, first:] + self.quadratic[np.ix_(members[:, -1], open_)]
        return Batch(members, teams.value, open_, pull)

    def _batch_of(self, open_: int) -> int:
        """Return how many teams are looked at in one go: enough for what newcomers can gain to be found anew."""
        return max(1, BATCH // max(open_, 1), -(-open_ // RENEWING))

    def _grow(self, teams: Batch) -> list[Offspring]:
        """Return the teams with one more member that may still exceed the value."""
        self.looked_at += teams.pull.size
        size = teams.members.shape[1]
        left = self.size_max - size
        promise = teams.pull + self._half(teams)
        if size:
            np.putmask(promise, teams.open <= teams.members[:, -1:], -np.inf)
        best = _largest(promise, left)
        least = np.maximum(best[:, 0], 0.0) if promise.shape[1] > left else np.zeros(len(promise))
        excess = teams.value + np.maximum(best, 0.0).sum(axis=1) - self.beyond
        # With a candidate that is not among the best: its promise instead of the least of theirs.
        grows = promise > np.where(excess > 0.0, least - excess, np.inf)[:, None]
        usable = grows.any(axis=0)
        if size < len(self._compelled):
            grows &= self._firm[teams.open] == self._compelled[size]
        pull = teams.pull if usable.all() else teams.pull[:, usable]
        parents = Batch(teams.members, teams.value, teams.open[usable], pull)
        return self._cut(parents, grows[:, usable])

    def _half(self, teams: Batch) -> Array:
        """Return half of what each newcomer can gain with other newcomers at most, shape (open,), money."""
        others = self.size_max - teams.members.shape[1] - 1
        if len(teams.open) ** 2 <= RENEWING * teams.pull.size:
            return _half_of_best(self.quadratic[np.ix_(teams.open, teams.open)], others)
        if others not in self._halves:
            self._halves[others] = _half_of_best(self.quadratic, others)
        return self._halves[others][teams.open]

    def _cut(self, parents: Batch, grows: Flags) -> list[Offspring]:
        """Cut the offspring by newcomer."""
        cuts = CUTS if grows.size > WORTH_CUTTING else 1
        edges = np.unique(np.linspace(0, grows.shape[1], cuts + 1).astype(int)).tolist()
        offspring = []
        for first, end in pairwise(edges):
            parent, column = np.nonzero(grows[:, first:end])
            if len(parent):
                offspring.append(Offspring(parents, parent, column + first, first))
        return offspring


def _largest(values: Array, count: int) -> Array:
    """Return the ``count`` largest values of each row, the least of them first."""
    rest = values.shape[1] - count
    return np.partition(values, rest, axis=1)[:, rest:] if rest > 0 else values


def _half_of_best(values: Array, count: int) -> Array:
    """Return half the sum of the ``count`` largest values of each row, none below 0."""
    if count <= 0:
        return np.zeros(len(values))
    half: Array = 0.5 * np.maximum(_largest(values, count), 0.0).sum(axis=1)
    return half
