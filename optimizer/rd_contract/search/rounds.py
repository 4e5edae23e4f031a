"""The rounds of an enumeration: parts of it are grown and screened by many at once, and nobody sees how many.

A round is made of a number of branches, each grown depth first for the same number of looks, all against what was known
when the round began. How many and how long hangs on the looks so far, and on nothing else: the answer is the same
whoever works on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array, Index
from ..base.crews import Crew
from ..bounds import JUDGING, Branch, Enumeration, Lagrangian, Multipliers, prepare
from ..master import Entries
from ..model.parameters import Parameters
from .appraisal import Appraisal

#: Part of the looks so far that a round takes: what a better contract would have saved in it is little.
PORTION = 1 / 8

#: Most branches of a round; least and most looks of each, hundredths of a second and about one.
BRANCHES, LEAST, MOST = 32, 1_000_000, 32_000_000

#: Promising teams after which a branch pauses: one of them may rule out much of what is to come.
MANY = 1_000

#: Levels of all firms, −1: outside.
Levels = tuple[int, ...]


@dataclass(frozen=True)
class Grown:
    """What became of a branch.

    Parameters
    ----------
    branch
        What is left of it.
    promising : tuples of an array, shape (found,), and one of int, shape (found, members)
        What teams are worth that passed the screen, money, and their entries; by size.
    """

    branch: Branch
    promising: tuple[tuple[Array, Index], ...]


class Bench:
    """What growing and screening the teams of a regime takes; made anew where it is sent to.

    Parameters
    ----------
    enumeration
        The teams that a bound does not rule out.
    appraisal
        The screen. Where effort can be observed, only the best team of a branch is of interest (M22).
    """

    def __init__(self, enumeration: Enumeration, appraisal: Appraisal) -> None:
        self.enumeration, self.appraisal = enumeration, appraisal

    def __reduce__(self) -> tuple[Callable[..., Bench], tuple[object, ...]]:
        """Send what it was made from, which is small: arrays of all pairs would be hundreds of megabytes."""
        entries, teams = self.appraisal.entries, self.enumeration
        own = (entries.problem, entries.position, teams.lagrangian.multipliers, teams.entries)
        return _bench, (*own, self.appraisal.hidden)

    def __call__(self, branch: Branch, ended: Callable[[], bool]) -> Grown:
        """Grow a branch until it pauses, and screen its teams; each counts as the looks that this takes."""
        promising: list[tuple[Array, Index]] = []
        found = 0
        for teams in self.enumeration.teams(branch, ended):
            branch.looks += JUDGING * len(teams)
            surplus, fits = self.appraisal.appraise(teams, branch.beyond)
            kept = np.flatnonzero(fits)
            if not self.appraisal.hidden and len(kept):
                kept = kept[[np.argmax(surplus[kept])]]
                branch.beyond, promising = float(surplus[kept[0]]), []
            if len(kept):
                promising.append((surplus[kept], teams[kept]))
                found += len(kept)
            if self.appraisal.hidden and found >= MANY:
                branch.pause = branch.looks
        return Grown(branch, tuple(promising))


def _bench(parameters: Parameters, position: int, multipliers: Multipliers, allowed: Index, hidden: bool) -> Bench:
    """Make a bench where much is to be done, and nobody is in a hurry."""
    prepare(np.inf, np.inf)
    entries = Entries(parameters, position)
    enumeration = Enumeration(Lagrangian(entries, multipliers), allowed, -np.inf)
    return Bench(enumeration, Appraisal(entries, hidden=hidden))


class Rounds:
    """One enumeration, round after round.

    Parameters
    ----------
    bench
        What is done in them.
    crew
        Who works on branches.
    most
        Looks after which it is given up.

    Attributes
    ----------
    looked_at
        Looks so far; a team that was screened counts as many as that takes.
    """

    def __init__(self, bench: Bench, crew: Crew, most: float) -> None:
        self.bench, self._crew, self._most = bench, crew, most
        self._branches = [bench.enumeration.root()]
        self.looked_at = 0

    @property
    def tasks(self) -> int:
        """Branches of the next round, if there are so many."""
        return int(np.clip(PORTION * self.looked_at // LEAST, 1, BRANCHES))

    @property
    def go_on(self) -> bool:
        """Whether there is another round."""
        return bool(self._branches) and self.looked_at <= self._most

    @property
    def complete(self) -> bool:
        """Whether all was looked at."""
        return not self._branches and self.looked_at <= self._most

    def next(self, beyond: float, ended: Callable[[], bool]) -> list[tuple[float, Levels]]:
        """Go through the next round.

        Parameters
        ----------
        beyond
            The value that W must exceed, money.
        ended
            Whether to end early; then some teams may be missing.

        Returns
        -------
        list of (float, levels)
            What teams that passed the screen are worth, money, and the teams.
        """
        count = self.tasks
        left = (self._most - self.looked_at) / count + 1
        looks = min(max(PORTION * self.looked_at / count, LEAST), MOST, left)
        tasks = [
            Branch(branch.waiting, beyond, branch.looks, branch.looks + looks)
            for branch in _divided(self._branches, count)
        ]
        before = sum(branch.looks for branch in tasks)
        grown = self._crew.spread(self.bench, tasks, ended)
        self.looked_at += sum(part.branch.looks for part in grown) - before
        self._branches = [part.branch for part in grown if part.branch.waiting]
        levels = self.bench.appraisal.entries.levels
        return [
            (float(worth), levels(team))
            for part in grown
            for surplus, teams in part.promising
            for worth, team in zip(surplus, teams, strict=True)
        ]


def _divided(branches: Sequence[Branch], count: int) -> list[Branch]:
    """Return branches of which some were split, up to a number."""
    divided = list(branches)
    while len(divided) < count:
        able = [branch for branch in divided if branch.can_be_split]
        if not able:
            break
        divided.append(max(able, key=lambda branch: branch.promise).split())
    return divided
