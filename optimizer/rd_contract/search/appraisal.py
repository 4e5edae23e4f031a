"""What teams are worth before their terms are chosen: joint surplus, least shares, rules broken; many at a time.

It proves nothing of a team but that its least shares cannot fit: the terms program decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..base.arrays import Array, Flags, Index
from ..base.tolerances import GRACE
from ..bounds import Measures, ShareNeeds, fastest_screen, least_shares
from ..master import Entries, counted_rules
from ..model.pair_amounts import PairAmounts
from ..model.rules import distinct_rules


@dataclass(frozen=True)
class Neighbours:
    """Teams with one more member; the last column stands for nobody coming.

    Parameters
    ----------
    value : array, shape (teams, candidates + 1)
        Joint surplus before fees and premia, money.
    share : array, shape (teams, candidates + 1)
        Sum of the least shares.
    breaches : array, shape (teams, candidates + 1)
        How far (M16)-(M18), (M32), (M33) and (M35) are broken, counted.
    """

    value: Array
    share: Array
    breaches: Array


@dataclass(frozen=True)
class Prospects:
    """Teams with one more member; the last column stands for nobody coming. Least shares are found where asked for.

    Parameters
    ----------
    value, breaches : arrays, shape (teams, candidates + 1)
        As of :class:`Neighbours`.
    appraisal, teams, coming
        What was appraised.
    marginal : arrays, shapes (teams, members) and (teams, candidates)
        MV of members without a newcomer, and of candidates, money.
    pull : array, shape (teams, members, newcomers)
        What a newcomer's effort adds to MV of members, money per unit.
    at : array of int, shape (candidates,)
        Which newcomer each candidate is.
    """

    value: Array
    breaches: Array
    appraisal: Appraisal
    teams: Index
    coming: Index
    marginal: tuple[Array, Array]
    pull: Array
    at: Index

    def shares(self, rows: Index, columns: Index) -> Array:
        """Return the sums of the least shares of some of the teams.

        Parameters
        ----------
        rows, columns : arrays of int, shape (some,)
            Which.
        """
        teams, own, joins = self.teams[rows], self.marginal[0][rows], columns < len(self.coming)
        if not joins.any():
            return self.appraisal.least_shares(teams.T, own.T)
        columns = np.where(joins, columns, 0)  # whoever stands for nobody is not counted
        newcomer = self.coming[columns]
        raised = self.pull[rows, :, self.at[columns]] * self.appraisal.entries.x[newcomer][:, None]
        members = np.vstack([teams.T, newcomer])
        marginal = np.vstack([(own + np.where(joins[:, None], raised, 0.0)).T, self.marginal[1][rows, columns]])
        counted = np.ones(members.shape, dtype=bool)
        counted[-1] = joins
        return self.appraisal.least_shares(members, marginal, None if joins.all() else counted)


class Appraisal:
    """The worth of teams in one regime.

    Parameters
    ----------
    entries
        The choices.
    hidden
        Whether effort is hidden, so that least shares count.

    Attributes
    ----------
    spill, coordination, exclusive
        σ and π (money) of all pairs, and 1 where a pair excludes each other.
    rules : list of (rule, array of shape (entries,))
        The rules on teams, and what each entry counts.
    distinct : list of rules
        Those on different values of attributes.
    compelled : array of bool, shape (n,)
        Firms that must join.
    needs
        What asks for shares.
    """

    def __init__(self, entries: Entries, *, hidden: bool = True) -> None:
        p = self.parameters = entries.parameters
        self.entries, self.hidden = entries, hidden
        self.spill = PairAmounts.of_pairs(p.sigma, p.n)
        self.coordination = PairAmounts.of_pairs(p.pi, p.n)
        self.exclusive = PairAmounts.of_pairs(dict.fromkeys(p.exclusive, 1.0), p.n)
        self.rules = counted_rules(entries, hidden=hidden)
        self.distinct = distinct_rules(p)
        self.compelled = np.isin(np.arange(p.n), p.compelled)
        self.needs = self._read_needs()

    def _read_needs(self) -> ShareNeeds:
        """Return what asks for shares: marginal income without reimbursement, and what that saves."""
        entries, p = self.entries, self.parameters
        needs, i = entries.needs, entries.firm
        income, full = np.zeros(len(entries)), np.zeros(len(entries))
        saved = needs.rate * p.phi_max[i[needs.entry]]
        income[needs.entry] = np.maximum(needs.income + saved, 0.0)
        full[needs.entry] = saved
        floor = p.s_min[i]
        demanding = bool(self.hidden and (income.any() or floor.any()))
        return ShareNeeds(income, full, floor, entries.full_reimbursement, float(p.sharing_budget), demanding)

    @cached_property
    def measures(self) -> Measures:
        """What listed teams are measured by; synergies are held once more, as a full matrix."""
        entries, p, f = self.entries, self.parameters, self.entries.regime.f
        nothing = np.zeros((0, 0))
        return Measures(
            entries.constant,
            entries.firm,
            entries.x,
            entries.gain,
            entries.own[entries.firm],
            np.ascontiguousarray(f * p.gamma.matrix()),
            self.spill.matrix() if p.sigma else nothing,
            self.coordination.matrix() if p.pi else nothing,
            self.needs,
        )

    def least_shares(self, entries: Index, marginal: Array, counted: Flags | None = None) -> Array:
        """Return the sums of the least shares of teams; see :func:`~rd_contract.bounds.least_shares`."""
        return least_shares(self.needs, entries, marginal, counted)

    def appraise(self, teams: Index, beyond: float = -np.inf) -> tuple[Array, Flags]:
        """Return what teams are worth, and which of those that are worth more than a value may be feasible.

        Like :func:`.screen_kernel.screen`, but what is feasible keeps (M16)-(M18), (M32), (M33) and (M35), too.

        Parameters
        ----------
        teams : array of int, shape (teams, members)
        beyond
            The value, money.
        """
        surplus, fits = fastest_screen()(self.measures, np.ascontiguousarray(teams), float(beyond))
        left = np.flatnonzero(fits)
        some = teams[left]
        firm = self.entries.firm[some]
        for rule, weights in self.rules:
            fits[left] &= rule.holds(weights[some].sum(axis=1))
        for distinct in self.distinct:
            fits[left] &= distinct.holds(distinct.count(firm))
        if self.parameters.exclusive:
            fits[left] &= ~(self.exclusive.at(firm[:, :, None], firm[:, None, :]) > 0.0).any(axis=(1, 2))
        return surplus, fits

    def keeps_rules(self, team: Index) -> bool:
        """Return whether a team, its entries of shape (members,), keeps (M16)-(M18), (M32), (M33) and (M35)."""
        member = np.zeros((1, self.parameters.n))
        member[0, self.entries.firm[team]] = 1.0
        breaches = self._breaches(team[None, :], np.zeros(0, dtype=np.intp), member)
        return bool(breaches[0, -1] <= GRACE)

    def neighbours(self, teams: Index, coming: Index) -> Neighbours:
        """Appraise each team with each candidate, and with none; see :meth:`prospects`."""
        seen = self.prospects(teams, coming)
        rows, columns = np.indices(seen.value.shape).reshape(2, -1)
        return Neighbours(seen.value, seen.shares(rows, columns).reshape(seen.value.shape), seen.breaches)

    def prospects(self, teams: Index, coming: Index) -> Prospects:
        """Appraise each team with each candidate, and with none; a candidate of a firm that is a member means nothing.

        Parameters
        ----------
        teams : array of int, shape (teams, members)
            Their entries, one per firm.
        coming : array of int, shape (candidates,)
            Entries.
        """
        entries, f = self.entries, self.entries.regime.f
        firm, x, i, level = entries.firm[teams], entries.x[teams], entries.firm[coming], entries.x[coming]
        rows = np.arange(len(teams))[:, None]
        member, effort = np.zeros((2, len(teams), self.parameters.n))
        member[rows, firm], effort[rows, firm] = 1.0, x
        newcomers, at = np.unique(i, return_inverse=True)
        with_newcomers = f * self.parameters.gamma.between(firm.ravel(), newcomers).reshape(*firm.shape, len(newcomers))
        among = f * self.parameters.gamma.at(firm[:, :, None], firm[:, None, :])
        pull, own = np.einsum("tm,tmn->tn", x, with_newcomers)[:, at], np.einsum("tm,tmk->tk", x, among)
        worth = entries.constant + entries.gain[teams].sum(axis=1) + 0.5 * np.einsum("tm,tm->t", x, own)
        gain = entries.gain[coming] + level * pull
        if self.parameters.sigma:
            received = self.spill.times(effort)
            worth += np.einsum("tn,tn->t", member, received)
            gain += received[:, i] + level * self.spill.times(member)[:, i]
        if self.parameters.pi:
            outlay = self.coordination.times(member)
            worth -= 0.5 * np.einsum("tn,tn->t", member, outlay)
            gain -= outlay[:, i]
        value = np.column_stack([worth[:, None] + gain, worth])
        breaches = self._breaches(teams, coming, member)
        marginal = entries.own[firm] + own, entries.own[i] + pull
        return Prospects(value, breaches, self, teams, coming, marginal, with_newcomers, at)

    def _breaches(self, teams: Index, coming: Index, member: Array) -> Array:
        """Return how far each team breaks (M16)-(M18), counted."""
        p, i = self.parameters, self.entries.firm[coming]
        breaches = np.zeros((len(teams), len(coming) + 1))
        for rule, weights in self.rules:
            breaches += rule.breach(weights[teams].sum(axis=1)[:, None] + np.append(weights[coming], 0.0))
        for distinct in self.distinct:
            present, label = distinct.present(self.entries.firm[teams]), np.append(distinct.labels[i], -1)
            new = (label >= 0) & ~np.column_stack([present, np.zeros(len(teams), dtype=bool)])[:, label]
            breaches += distinct.breach(present.sum(axis=1)[:, None] + new)
        missing = self.compelled * (1.0 - member)
        breaches += missing.sum(axis=1)[:, None]
        breaches[:, :-1] -= missing[:, i]
        if p.exclusive:
            excluded = self.exclusive.times(member)
            breaches += 0.5 * np.einsum("tn,tn->t", member, excluded)[:, None]
            breaches[:, :-1] += excluded[:, i]
        return breaches
