"""What a team is worth once one firm changes: it comes, works at another level, or leaves; all changes at once.

Where :meth:`Appraisal.neighbours` looks at every pair of a member that leaves and a candidate that comes, this looks at
single firms, and so at teams of thousands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array, Flags, Index
from ..base.blocks import row_blocks
from .appraisal import Appraisal, Neighbours


@dataclass(frozen=True)
class Changes:
    """Changes of a team, one firm in each.

    Parameters
    ----------
    firm : array of int, shape (changes,)
        Who changes.
    place : array of int, shape (changes,)
        Its place in the team, −1 where it is no member yet.
    old, new : arrays of int, shape (changes,)
        Its entries before and after; where it is no member, or leaves, they mean nothing.
    leaves : array of bool, shape (changes,)
        Whether it leaves.
    """

    firm: Index
    place: Index
    old: Index
    new: Index
    leaves: Flags

    @property
    def was(self) -> Flags:
        """Whether the firm is a member before."""
        inside: Flags = self.place >= 0
        return inside

    def some(self, which: slice) -> Changes:
        """Return some of the changes."""
        return Changes(self.firm[which], self.place[which], self.old[which], self.new[which], self.leaves[which])

    def sum_of(self, amounts: Array) -> Array:
        """Return by how much the sum of an amount of entries, shape (entries,), changes."""
        changed: Array = np.where(self.leaves, 0.0, amounts[self.new]) - np.where(self.was, amounts[self.old], 0.0)
        return changed


def appraise_changes(appraisal: Appraisal, team: Index, coming: Index) -> Neighbours:
    """Appraise a team in which one firm changes.

    Parameters
    ----------
    appraisal
        What is known of the regime.
    team : array of int, shape (members,)
        Its entries, one per firm.
    coming : array of int, shape (candidates,)
        Entries: of a member, it changes its level.

    Returns
    -------
    Neighbours
        With arrays of shape (candidates + members,): after the candidates each member leaves.
    """
    entries, p, f = appraisal.entries, appraisal.parameters, appraisal.entries.regime.f
    firm, x = entries.firm[team], entries.x[team]
    changes = _changes(appraisal, team, coming)
    moved, inside = changes.sum_of(entries.x), (~changes.leaves).astype(float) - changes.was
    own = p.gamma.restricted(firm).changed(lambda amount, *_: f * amount).times(x)
    value = entries.constant + entries.gain[team].sum() + 0.5 * x @ own + changes.sum_of(entries.gain)
    share = np.empty(len(moved))
    for some in row_blocks(len(moved), len(team) + 1):
        part = changes.some(some)
        pull = f * p.gamma.between(firm, part.firm)
        value[some] += moved[some] * (x @ pull)
        share[some] = _shares(appraisal, team, part, entries.own[firm] + own, pull, moved[some])
    member, effort = np.zeros((2, p.n))
    member[firm], effort[firm] = 1.0, x
    if p.sigma:
        received, sent = (appraisal.spill.times(row[None, :])[0] for row in (effort, member))
        value += member @ received + inside * received[changes.firm] + moved * sent[changes.firm]
    if p.pi:
        outlay = appraisal.coordination.times(member[None, :])[0]
        value -= 0.5 * member @ outlay + inside * outlay[changes.firm]
    return Neighbours(value, share, _breaches(appraisal, team, changes, member, inside))


def _changes(appraisal: Appraisal, team: Index, coming: Index) -> Changes:
    firm = appraisal.entries.firm
    place = np.full(appraisal.parameters.n, -1)
    place[firm[team]] = np.arange(len(team))
    new = np.concatenate([coming, team])
    before = place[firm[new]]
    return Changes(firm[new], before, np.append(team, 0)[before], new, np.arange(len(new)) >= len(coming))


def _shares(appraisal: Appraisal, team: Index, changes: Changes, marginal: Array, pull: Array, moved: Array) -> Array:
    """Return the sums of least shares after each change.

    Parameters
    ----------
    marginal : array, shape (members,)
        MV of the members before, money.
    pull : array, shape (members, changes)
        What effort of those who change adds to it, money per unit.
    moved : array, shape (changes,)
        By how much their effort changes.
    """
    entries, each = appraisal.entries, np.arange(len(moved))
    after = np.empty((len(team) + 1, len(moved)))
    after[:-1] = marginal[:, None] + pull * moved
    # A firm's own MV does not depend on its effort: the diagonal of γ is 0.
    after[-1] = entries.own[changes.firm] + entries.x[team] @ pull
    members = np.empty(after.shape, dtype=np.intp)
    members[:-1], members[-1] = team[:, None], changes.new
    counted = np.ones(after.shape, dtype=bool)
    counted[changes.place[changes.was], each[changes.was]] = False
    counted[-1] = ~changes.leaves
    return appraisal.least_shares(members, after, counted)


def _breaches(appraisal: Appraisal, team: Index, changes: Changes, member: Array, inside: Array) -> Array:
    """Return how far (M16)-(M18) are broken after each change, counted."""
    breaches = np.zeros(len(inside))
    for rule, weights in appraisal.rules:
        breaches += rule.breach(weights[team].sum() + changes.sum_of(weights))
    for distinct in appraisal.distinct:
        counts = np.bincount(distinct.labels[appraisal.entries.firm[team]] + 1, minlength=distinct.values + 1)
        label = distinct.labels[changes.firm]
        alone = np.where(inside > 0.0, counts[label + 1] == 0, counts[label + 1] == 1)
        change = np.where(label >= 0, inside * alone, 0.0)
        breaches += distinct.breach(np.count_nonzero(counts[1:]) + change)
    missing = float((appraisal.compelled * (1.0 - member)).sum())
    breaches += missing - inside * appraisal.compelled[changes.firm]
    if appraisal.parameters.exclusive:
        excluded = appraisal.exclusive.times(member[None, :])[0]
        breaches += 0.5 * member @ excluded + inside * excluded[changes.firm]
    return breaches
