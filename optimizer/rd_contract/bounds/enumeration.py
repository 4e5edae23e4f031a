"""All teams whose Lagrangian exceeds a value: implicit enumeration, partial team by partial team.

Teams grow by one entry at a time; whoever joins first closes what stood before it, so that each team is reached once. A
partial team T with k places left is dropped if ``L(T) + the k largest of (a_e + q_eT + ½ the k − 1 largest of q_ee')``
does not exceed the value: each pair of newcomers is counted half with either, at its best (the bound of Gilmore 1962
and Lawler 1963).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..base.arrays import Array, Flags, Index
from ..base.crews import Threads
from .compilation import fastest, is_compiled, remember
from .keeping import Keeping
from .lagrangian import Lagrangian, strongest_partners

#: Looks between two questions whether to go on, about, counting so many for each partial team besides; most teams that
#: are handed over in one go. All of it takes some hundredths of a second; of larger groups the screen is slower. What
#: grows in a step is kept: in larger ones, several branches at once would take gigabytes.
STEP, EACH, GROUP = 300_000, 100, 1_000

#: Partners that are ranked for each entry, and entries beyond which that is worth while: with few, all are looked at.
RANKED, LARGE = 128, 512

#: Looks that screening one team takes as long as.
JUDGING = 200

#: Most looks at a sample of the partial teams of one size, about, but for so many teams; looks at a part of them that
#: are worth a thread.
SAMPLED, FEWEST, WORTH_A_THREAD = 200_000, 20, 50_000


@dataclass(frozen=True)
class Partial:
    """Partial teams of one size.

    Parameters
    ----------
    members : array of int, shape (teams, size), places among the entries in play
    value : array, shape (teams,), L of each, money
    first : array of int, shape (teams + 1,), where the open entries of each team begin in the next two
    open : array of int, places of the entries that may still join, team after team, the most promising first
    pull : array of the same shape, what each of them would add, money
    """

    members: Index
    value: Array
    first: Index
    open: Index
    pull: Array

    def __len__(self) -> int:
        """Return the number of teams."""
        return len(self.value)

    @property
    def size(self) -> int:
        """Members of each team."""
        return int(self.members.shape[1])

    @property
    def pairs(self) -> Index:
        """Pairs of open entries of each team, shape (teams,)."""
        pairs: Index = np.diff(self.first) ** 2
        return pairs

    def is_open(self, count: int) -> Flags:
        """Return which of ``count`` entries are open to each team, shape (teams, count)."""
        flags = np.zeros((len(self), count), dtype=bool)
        flags[np.repeat(np.arange(len(self)), np.diff(self.first)), self.open] = True
        return flags

    def part(self, start: int, end: int) -> Partial:
        """Return some of the teams."""
        first = self.first[start : end + 1]
        here = slice(first[0], first[-1])
        return Partial(
            self.members[start:end], self.value[start:end], first - first[0], self.open[here], self.pull[here]
        )

    def with_open(self, newcomers: Flags, teams: Flags) -> tuple[Partial, Flags]:
        """Return some of the teams, with some of what is open to them, and which they are: no team without any.

        Parameters
        ----------
        newcomers : array of bool, shape (open entries,)
        teams : array of bool, shape (teams,)
        """
        counts = np.add.reduceat(newcomers.astype(np.intp), self.first[:-1])
        kept: Flags = teams & (counts > 0)
        there = newcomers & np.repeat(kept, np.diff(self.first))
        first = np.concatenate([[0], np.cumsum(counts[kept])]).astype(np.intp)
        return Partial(self.members[kept], self.value[kept], first, self.open[there], self.pull[there]), kept

    def chosen(self, kept: Flags) -> Partial:
        """Return the teams of a mask of shape (teams,)."""
        counts = np.diff(self.first)
        there = np.repeat(kept, counts)
        first = np.concatenate([[0], np.cumsum(counts[kept])]).astype(np.intp)
        return Partial(self.members[kept], self.value[kept], first, self.open[there], self.pull[there])


@dataclass(frozen=True)
class Step:
    """What became of partial teams.

    Parameters
    ----------
    teams : array of int, shape (found, members), entries of the teams that were found
    origin : array of int, shape (found,), the partial team that each comes from
    grown
        Partial teams with one more member that may still exceed the value.
    parent : array of int, shape (grown,), the partial team that each comes from
    looks : array of int, shape (teams,), how much was looked at for each
    """

    teams: Index
    origin: Index
    grown: Partial
    parent: Index
    looks: Index

    @staticmethod
    def joined(steps: Sequence[Step]) -> Step:
        """Return what became of all partial teams from what became of parts of them, in order."""
        if len(steps) == 1:
            return steps[0]
        before = np.cumsum([0, *(len(step.looks) for step in steps)])
        grown = [step.grown for step in steps]
        counts = np.concatenate([np.diff(partial.first) for partial in grown])
        return Step(
            np.concatenate([step.teams for step in steps]),
            np.concatenate([step.origin + start for step, start in zip(steps, before, strict=False)]),
            Partial(
                np.concatenate([partial.members for partial in grown]),
                np.concatenate([partial.value for partial in grown]),
                np.concatenate([[0], np.cumsum(counts)]).astype(np.intp),
                np.concatenate([partial.open for partial in grown]),
                np.concatenate([partial.pull for partial in grown]),
            ),
            np.concatenate([step.parent + start for step, start in zip(steps, before, strict=False)]),
            np.concatenate([step.looks for step in steps]),
        )


@dataclass
class Branch:
    """A part of an enumeration: partial teams from which teams are still to grow, and where that stands.

    Parameters
    ----------
    waiting
        Partial teams, those of the fewest members first; the last are grown next.
    beyond
        The value that L must exceed, money; may be raised at any time.
    looks
        Looks so far: open entries of partial teams, and pairs of them; who does more with what is found may add to it.
    pause
        Looks at which it pauses.
    """

    waiting: list[Partial]
    beyond: float
    looks: int = 0
    pause: float = np.inf

    @property
    def can_be_split(self) -> bool:
        """Whether more than one partial team waits."""
        return bool(self.waiting) and len(self.waiting) + len(self.waiting[0]) > 2

    @property
    def promise(self) -> tuple[int, int]:
        """How much work there may be, to be compared: the fewer members its smallest teams have, the more."""
        return -self.waiting[0].size, len(self.waiting[0])

    def split(self) -> Branch:
        """Give away a part, about half of what promises most work; it must be possible.

        Every second team goes: neighbours are alike, and the first ones have more open to them.
        """
        largest = self.waiting[0]
        if len(largest) == 1:
            return Branch([self.waiting.pop(0)], self.beyond)
        odd = np.arange(len(largest)) % 2 == 1
        self.waiting[0] = largest.chosen(~odd)
        return Branch([largest.chosen(odd)], self.beyond)


@dataclass(frozen=True)
class Sample:
    """Some of the partial teams of one size, what became of them, and how many each stands for, shape (teams,)."""

    partial: Partial
    step: Step
    weight: Array


class Estimate(NamedTuple):
    """How many looks an enumeration will take, and how many it took to say so."""

    work: float
    taken: int


class Enumeration:
    """The teams of allowed entries with L above a value.

    Parameters
    ----------
    lagrangian
        L.
    allowed : array of int
        Entries that may be chosen.
    beyond
        The value to begin with, money.
    crew
        Who grows samples; None: this thread.

    Attributes
    ----------
    entries : array of int
        The allowed entries.

    Notes
    -----
    Team sizes, compelled and exclusive firms are kept (M17). Of other rules, what can no longer be kept is not grown;
    whether a team keeps them is left to the caller. With a compiler or without: the same teams in the same order, after
    the same looks. Nothing here changes after it was made: branches may be grown in several threads at once.
    """

    def __init__(self, lagrangian: Lagrangian, allowed: Index, beyond: float, crew: Threads | None = None) -> None:
        p = lagrangian.entries.parameters
        self.beyond, self._crew = beyond, crew or Threads()
        self._size_min, self.size_max = max(p.size_min, 1, len(p.compelled)), p.size_max
        self.lagrangian, self.entries = lagrangian, allowed
        self._firm = np.append(lagrangian.entries.firm[allowed], p.n)  # the last entry stands for nobody
        self._compelled = sorted(p.compelled)
        # Without a price of shares effort is seen, and terms do not matter (M22).
        self._keeping = Keeping(lagrangian.entries, allowed, hidden=lagrangian.multipliers.share > 0.0)
        self._pairs = np.empty((len(allowed) + 1, len(allowed) + 1))
        self._pairs[-1], self._pairs[:, -1] = -np.inf, -np.inf
        lagrangian.write_quadratic(self.quadratic, allowed)
        self._ranked = strongest_partners(self.quadratic, RANKED if is_compiled() and len(allowed) > LARGE else 0)

    @property
    def quadratic(self) -> Array:
        """What pairs of entries add to L: q,  shape (entries, entries), money."""
        return self._pairs[:-1, :-1]

    def above(self, beyond: float) -> Enumeration:
        """Return the enumeration with another value to begin with, money; both share what pairs are worth."""
        other = copy.copy(self)
        other.beyond = beyond
        return other

    def root(self) -> Branch:
        """Return the branch that holds all teams."""
        nobody = self._nobody()
        return Branch([nobody] if len(nobody) else [], self.beyond)

    def teams(self, branch: Branch, ended: Callable[[], bool] = lambda: False) -> Iterator[Index]:
        """Grow a branch, depth first, and yield its teams as arrays of entries, shape (teams, members), by size.

        Parameters
        ----------
        branch
            What is grown, until it pauses; afterwards, what is left of it.
        ended
            Asked after every step of some hundredths of a second, and between groups of what it found; where it is true
            all ends, and teams may be missing.
        """
        while branch.waiting and branch.looks < branch.pause and not ended():
            partial = branch.waiting.pop()
            end = _end(partial)
            if end < len(partial):
                branch.waiting.append(partial.part(end, len(partial)))
            step = self._grow(partial.part(0, end), branch.beyond)
            branch.looks += int(step.looks.sum())
            if len(step.grown):
                branch.waiting.append(step.grown)
            for start in range(0, len(step.teams), GROUP):
                if start and ended():
                    return
                yield step.teams[start : start + GROUP]

    def estimate(self, most: float = np.inf, count: int = 1_000, seed: int = 0) -> Estimate:
        """Estimate how many looks the enumeration will take, from a sample of the teams of each size (Knuth 1975).

        A team that is found counts as many looks as judging it takes. What is found to exceed ``most`` is not looked at
        further.
        """
        work, taken = 0.0, 0
        for sample in self.sample(count, SAMPLED, seed):
            taken += int(sample.step.looks.sum())
            work += float(sample.weight @ sample.step.looks + JUDGING * sample.weight[sample.step.origin].sum())
            if work > most:
                break
        return Estimate(work, taken)

    def sample(self, count: int, most: float, seed: int) -> Iterator[Sample]:
        """Yield about ``count`` random partial teams of each size, the smallest first, fewer to keep to so many looks.

        Teams that have and stand for more pairs of open entries are taken more often, as more grows from them.
        """
        random = np.random.default_rng(seed)
        partial, weight = self._nobody(), np.ones(1)
        while len(partial):
            chance = _chances(weight * partial.pairs, partial.pairs, count, most)
            # At even distances, so that what is alike is taken as often as it should be.
            passed = np.floor(np.cumsum(chance) + random.random())
            kept = np.diff(passed, prepend=0.0) > 0.0
            partial, weight = partial.chosen(kept), weight[kept] / chance[kept]
            step = self._grow_together(partial)
            yield Sample(partial, step, weight)
            partial, weight = step.grown, weight[step.parent]

    def _nobody(self) -> Partial:
        """Return the team of nobody, to which everything is open; no team at all where there are no entries."""
        count = len(self.entries)
        nobody = Partial(
            np.zeros((1, 0), dtype=np.intp),
            np.array([self.lagrangian.constant]),
            np.array([0, count], dtype=np.intp),
            np.arange(count, dtype=np.intp),
            self.lagrangian.linear[self.entries],
        )
        nobody = nobody.part(0, 1 if count and self.size_max > 0 else 0)
        return self._able(nobody, self.size_max)[0]

    def _grow_together(self, partial: Partial) -> Step:
        """Grow partial teams by one member, the crew a part each; that comes to the same, whatever the parts."""
        work = np.cumsum(partial.pairs + EACH)
        count = min(self._crew.count, int(work[-1]) // WORTH_A_THREAD)
        ends = np.searchsorted(work, work[-1] * np.arange(1, count) / count).tolist() if count > 1 else []
        cuts = [0, *sorted(set(ends) - {0}), len(partial)]
        parts = [partial.part(start, end) for start, end in pairwise(cuts)]
        return Step.joined(self._crew.spread(lambda part, _: self._grow(part, self.beyond), parts, lambda: False))

    def _grow(self, partial: Partial, beyond: float) -> Step:
        """Grow partial teams by one member, as far as that may lead beyond a value."""
        may, kind = self._may_join(partial.members)
        left = self.size_max - partial.size
        teams = (partial.value, partial.first, partial.open, partial.pull)
        listed, grown, value, first, open_, pull, looks = fastest()(
            self._pairs, self._ranked, *teams, may, kind, left, float(beyond)
        )
        remember(int(looks.sum()))
        listed = listed[:, : listed.shape[1] if partial.size + 1 >= self._size_min else 0]
        found = self.entries[np.column_stack([partial.members[listed[0]], listed[1]])]
        members = np.column_stack([partial.members[grown[0]], grown[1]])
        more, kept = self._able(Partial(members, value, first, open_, pull), left - 1)
        return Step(found, listed[0], more, grown[0][kept], looks)

    def _able(self, partial: Partial, left: int) -> tuple[Partial, Flags]:
        """Return the partial teams that can still keep their rules, and which these are, shape (teams,)."""
        if not self._keeping or not len(partial):
            return partial, np.ones(len(partial), dtype=bool)
        teams, newcomers = self._keeping.able(partial.members, partial.first, partial.open, left)
        return partial.with_open(newcomers, teams)

    def _may_join(self, members: Index) -> tuple[Flags, Index]:
        """Return which entries may join teams next, by kinds, shape (kinds, entries + 1), and of which kind each is.

        Compelled firms come first, one by one; then, where a rule misses something, those that bring it.
        """
        size = members.shape[1]
        if size < len(self._compelled):
            return (self._firm == self._compelled[size])[None, :], np.zeros(len(members), dtype=np.intp)
        return self._keeping.helpers, self._keeping.missing(members)


def _end(partial: Partial) -> int:
    """Return how many teams are a step's work, at least one."""
    return max(1, int(np.searchsorted(np.cumsum(partial.pairs + EACH), STEP, side="right")))


def _chances(importance: Array, work: Index, count: int, most: float) -> Array:
    """Return with which chances to take partial teams, shape (teams,): about so many of them, and so much work."""
    chance: Array = np.minimum(count * importance / importance.sum(), 1.0)
    chance *= min(1.0, max(most / float(chance @ work), FEWEST / float(chance.sum())))
    # Of few teams at least one is taken, whatever rounding does.
    chance[np.argmax(chance)] = 1.0
    return chance
