"""What is left of a regime's pool once choices are eliminated, as a smaller pool of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..base.arrays import Flags, Index
from ..bounds import Choices
from ..master import Entries
from ..model.quantities import restricted


@dataclass(frozen=True)
class Left:
    """The choices of one regime that are left.

    Parameters
    ----------
    entries
        The choices of the firms that are left, or compelled.
    choices
        Those of them that are left.
    kept : array of int, shape (firms left,)
        The firms' places in the whole pool.
    among : array of bool, shape (entries of the whole pool,)
        The entries' places there.
    """

    entries: Entries
    choices: Choices
    kept: Index
    among: Flags

    @classmethod
    def of(cls, entries: Entries, choices: Choices) -> Left:
        """Leave out the firms of which no choice is left.

        Parameters
        ----------
        entries
            All choices of the regime.
        choices
            Those that are left.
        """
        pool = entries.problem
        there = np.bincount(entries.firm[choices.alive], minlength=pool.n) > 0
        kept = np.flatnonzero(choices.compelled | there)
        if len(kept) < pool.n:
            pool = restricted(pool, kept.tolist())
        among = np.isin(entries.firm, kept)
        left = Choices(choices.alive[among], choices.compelled[kept])
        return cls(Entries(pool, entries.position), left, kept, among)
