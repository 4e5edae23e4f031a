"""Which partial teams, and which newcomers, may still lead to a team that keeps its rules (M16), (M18), (M32)-(M35).

A rule that fixes a count is as good as a bound: where two countries are missing and two places are left, only firms of
other countries may come. What cannot be kept any more is dropped before its pairs are looked at. And where a member
asks for partners, these come next, before the team grows in all the ways that they would have to join anyhow.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..base.arrays import Array, Flags, Index
from ..master import Entries
from ..model.rules import counting_rules, distinct_rules


class _Row(NamedTuple):
    """``lower ≤ Σ weight ≤ upper`` over the members of a team; weights of shape (entries + 1,)."""

    weights: Array
    lower: float
    upper: float


class _Values(NamedTuple):
    """Numbers of different labels; labels of shape (entries + 1,), −1: none; ``number`` is how many there are."""

    labels: Index
    number: int
    lower: float
    upper: float


class Keeping:
    """The rules on teams of one regime.

    Parameters
    ----------
    entries
        The choices of the regime.
    allowed : array of int
        Entries among which teams are grown.
    hidden
        Whether terms matter.

    Attributes
    ----------
    helpers : array of bool, shape (kinds, entries + 1)
        Who may come next: of the first kind of teams, everybody; of each other kind, the few who bring what one rule
        misses.
    """

    def __init__(self, entries: Entries, allowed: Index, *, hidden: bool) -> None:
        p, firm = entries.parameters, entries.firm[allowed]
        self._rows: list[_Row] = []
        for rule in counting_rules(p, hidden=hidden)[1:]:  # the first one is the size of the team
            weights = np.append(rule.weights(firm, entries.x[allowed], entries.cost[allowed]), 0.0)
            self._rows.append(_Row(weights, rule.lower - rule.grace, rule.upper + rule.grace))
        self._values = [
            _Values(np.append(rule.labels[firm], -1), rule.values, rule.lower, rule.upper) for rule in distinct_rules(p)
        ]
        self._find_helpers(firm, p.size_max)

    def _find_helpers(self, firm: Index, most: int) -> None:
        """Find who brings a team nearer to a limit that it misses because of its members.

        Where nobody's team misses it already, or more firms help than a team holds, the strongest come first as ever:
        that leaves fewer partial teams.
        """
        limits = [
            (row.weights * sign, limit * sign)
            for row in self._rows
            for sign, limit in ((1.0, row.lower), (-1.0, row.upper))
            if np.isfinite(limit)
        ]
        counted = [(len(np.unique(firm[weights[:-1] > 0.0])), weights, limit) for weights, limit in limits]
        few = sorted((one for one in counted if one[0] <= most and one[2] <= 0.0), key=lambda one: -one[0])
        # Where a team misses several things, the last one is told: what the fewest can bring.
        self._limits = [(weights, limit) for _, weights, limit in few]
        everybody = np.ones(len(firm) + 1, dtype=bool)
        self.helpers: Flags = np.array([everybody, *(weights > 0.0 for weights, _ in self._limits)])

    def missing(self, members: Index) -> Index:
        """Return of which kind partial teams are, shape (teams,): what they miss that the fewest can bring.

        Every team that grows from one and keeps its rules has one of the helpers among its further members.

        Parameters
        ----------
        members : array of int, shape (teams, size)
            Places among the allowed entries.
        """
        kind = np.zeros(len(members), dtype=np.intp)
        for at, (weights, least) in enumerate(self._limits, 1):
            kind[weights[members].sum(axis=1) < least] = at
        return kind

    def __bool__(self) -> bool:
        """Return whether there are any rules."""
        return bool(self._rows or self._values)

    def able(self, members: Index, first: Index, open_: Index, left: int) -> tuple[Flags, Flags]:
        """Return which partial teams can still keep every rule by itself, and which of their newcomers leave them so.

        Parameters
        ----------
        members : array of int, shape (teams, size)
            Places among the allowed entries.
        first : array of int, shape (teams + 1,)
            Where the open entries of each team begin, one at least.
        open_ : array of int
            The open entries, team after team.
        left
            Places that are left in each team, at least 1.

        Returns
        -------
        tuple of arrays of bool, shapes (teams,) and (open entries,)
        """
        teams, newcomers = np.ones(len(members), dtype=bool), np.ones(len(open_), dtype=bool)
        team = np.repeat(np.arange(len(members)), np.diff(first))
        for row in self._rows:
            total, own = row.weights[members].sum(axis=1), row.weights[open_]
            if np.isfinite(row.lower):
                missing = row.lower - total
                some, other = _most(own, first, team, left)
                teams &= some >= missing
                newcomers &= own + other >= missing[team]
            if np.isfinite(row.upper):
                missing = total - row.upper
                some, other = _most(-own, first, team, left)
                teams &= some >= missing
                newcomers &= other - own >= missing[team]
        for values in self._values:
            able, may = _able(values, members, open_, team, left)
            teams &= able
            newcomers &= may
        return teams, newcomers & teams[team]


def _most(own: Array, first: Index, team: Index, left: int) -> tuple[Array, Array]:
    """Return the most that newcomers can add in all, shape (teams,), and beside each of them, shape (open entries,)."""
    gain = np.maximum(own, 0.0)
    largest, total = np.maximum.reduceat(gain, first[:-1]), np.add.reduceat(gain, first[:-1])
    beside: Array = np.minimum((left - 1) * largest[team], total[team] - gain)
    return np.minimum(left * largest, total), beside


def _able(values: _Values, members: Index, open_: Index, team: Index, left: int) -> tuple[Flags, Flags]:
    """Return which teams can still have so many different values, and which of their newcomers leave them so."""
    there = np.zeros((len(members), values.number + 1), dtype=bool)
    there[np.arange(len(members))[:, None], values.labels[members]] = True
    there[:, -1] = True  # who has no value brings no new one
    new: Flags = ~there[team, values.labels[open_]]
    coming = np.zeros_like(there)
    coming[team[new], values.labels[open_[new]]] = True
    count = there[:, :-1].sum(axis=1)
    missing = values.lower - count
    able: Flags = (missing <= np.minimum(coming.sum(axis=1), left)) & (count <= values.upper)
    full, urgent = count[team] >= values.upper, missing[team] > left - 1
    return able, ~(new & full) & ~(~new & urgent)
