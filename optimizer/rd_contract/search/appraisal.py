"""What teams are worth before their terms are chosen: joint surplus, least shares, rules broken; many at a time.

It proves nothing of a team but that its least shares cannot fit: the terms program decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array, Flags, Index
from ..base.tolerances import GRACE, NONZERO, ROUNDING, SMALLEST
from ..master import Entries
from ..model.pair_amounts import PairAmounts
from ..model.rules import team_rules


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
        How far (M16)-(M18) are broken, counted.
    """

    value: Array
    share: Array
    breaches: Array


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
    compelled : array of bool, shape (n,)
        Firms that must join.
    """

    def __init__(self, entries: Entries, *, hidden: bool = True) -> None:
        p = self.parameters = entries.parameters
        self.entries, self.hidden = entries, hidden
        self.spill = PairAmounts.of_pairs(p.sigma, p.n)
        self.coordination = PairAmounts.of_pairs(p.pi, p.n)
        self.exclusive = PairAmounts.of_pairs(dict.fromkeys(p.exclusive, 1.0), p.n)
        self.rules = [(rule, rule.weights(entries.firm, entries.cost)) for rule in team_rules(p)]
        self.compelled = np.isin(np.arange(p.n), p.compelled)
        self._read_needs()
        self._undemanding = not (hidden and (self._need.any() or p.s_min.any()))

    def _read_needs(self) -> None:
        """Marginal income without reimbursement, what full reimbursement saves of it, and the money that takes."""
        entries, p = self.entries, self.parameters
        needs, i = entries.needs, entries.firm
        self._need, self._saved = np.zeros(len(entries)), np.zeros(len(entries))
        saved = needs.rate * p.phi_max[i[needs.entry]]
        self._need[needs.entry] = np.maximum(needs.income + saved, 0.0)
        self._saved[needs.entry] = saved

    def least_shares(self, entries: Index, marginal: Array, counted: Flags | None = None) -> Array:
        """Return the sum of the least shares of teams, one for each column.

        Parameters
        ----------
        entries : array of int, shape (members, teams)
        marginal : array, shape (members, teams)
            MV_i, money.
        counted : array of bool, shape (members, teams)
            Whether each is a member; None: all are.

        Returns
        -------
        array, shape (teams,)
            With the cost-sharing budget (M14) spent where it saves most.
        """
        p = self.parameters
        if self._undemanding:
            return np.zeros(entries.shape[1])
        safe = np.maximum(marginal, NONZERO)
        share, possible = self._need[entries] / safe, self._saved[entries] / safe
        floor = p.s_min[self.entries.firm[entries]]
        if counted is not None:
            share, floor = share * counted, floor * counted
        saved = np.clip(share - floor, 0.0, possible)  # below the floor, or 0, nothing is saved
        if np.isfinite(p.sharing_budget):
            money = self.entries.full_reimbursement[entries] * saved / np.maximum(possible, SMALLEST)
            order = np.argsort(-saved / np.maximum(money, ROUNDING), axis=0, kind="stable")
            paid = np.take_along_axis(money, order, 0)
            before = np.cumsum(paid, axis=0) - paid
            part = np.clip((p.sharing_budget - before) / np.maximum(paid, ROUNDING), 0.0, 1.0)
            granted = np.empty_like(part)
            np.put_along_axis(granted, order, part, 0)
            saved = saved * granted
        total: Array = np.maximum(share - saved, floor).sum(axis=0)
        return total

    def appraise(self, teams: Index) -> tuple[Array, Flags]:
        """Return what teams are worth, and whether they may be feasible.

        Parameters
        ----------
        teams : array of int, shape (teams, members)
            Their entries, one per firm.

        Returns
        -------
        tuple
            Joint surplus before fees and premia, money, and whether (M16)-(M18) hold and the least shares fit, each of
            shape (teams,).
        """
        entries, p = self.entries, self.parameters
        firm, x = entries.firm[teams], entries.x[teams]
        pairs = (firm[:, :, None], firm[:, None, :])
        gamma = entries.regime.f * p.gamma.at(*pairs)
        marginal = entries.regime.f * p.v[firm] + (gamma * x[:, None, :]).sum(axis=2)
        surplus = (
            entries.constant
            + entries.gain[teams].sum(axis=1)
            + 0.5 * (gamma * x[:, :, None] * x[:, None, :]).sum(axis=(1, 2))
        )
        if p.sigma:
            surplus += (self.spill.at(*pairs) * x[:, :, None]).sum(axis=(1, 2))
        if p.pi:
            surplus -= 0.5 * self.coordination.at(*pairs).sum(axis=(1, 2))
        fits: Flags = self.least_shares(teams.T, marginal.T) <= 1.0 + GRACE
        for rule, weights in self.rules:
            fits &= rule.holds(weights[teams].sum(axis=1))
        if p.exclusive:
            fits &= ~(self.exclusive.at(*pairs) > 0.0).any(axis=(1, 2))
        return surplus, fits

    def keeps_rules(self, team: Index) -> bool:
        """Return whether a team, its entries of shape (members,), keeps (M16)-(M18)."""
        member = np.zeros((1, self.parameters.n))
        member[0, self.entries.firm[team]] = 1.0
        breaches = self._breaches(team[None, :], np.zeros(0, dtype=np.intp), member)
        return bool(breaches[0, -1] <= GRACE)

    def neighbours(self, teams: Index, coming: Index) -> Neighbours:
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
        marginal = f * self.parameters.v[firm] + own, f * self.parameters.v[i] + pull
        share = self._shares(teams, coming, marginal, with_newcomers[:, :, at] * level)
        value = np.column_stack([worth[:, None] + gain, worth])
        return Neighbours(value, share, self._breaches(teams, coming, member))

    def _shares(self, teams: Index, coming: Index, marginal: tuple[Array, Array], pull: Array) -> Array:
        """Return the sums of least shares.

        Parameters
        ----------
        marginal : arrays, shapes (teams, members) and (teams, candidates)
            MV of members without a newcomer, and of candidates, money.
        pull : array, shape (teams, members, candidates)
            What candidates add to MV of members, money.
        """
        count, size = teams.shape
        members = np.empty((size + 1, count, len(coming)), dtype=np.intp)
        members[:-1], members[-1] = teams.T[:, :, None], coming
        own, new = marginal
        of_members = np.empty(members.shape)
        of_members[:-1] = own.T[:, :, None] + pull.transpose(1, 0, 2)
        of_members[-1] = new
        joined = self.least_shares(members.reshape(size + 1, -1), of_members.reshape(size + 1, -1))
        return np.column_stack([joined.reshape(count, -1), self.least_shares(teams.T, own.T)])

    def _breaches(self, teams: Index, coming: Index, member: Array) -> Array:
        """Return how far each team breaks (M16)-(M18), counted."""
        p, i = self.parameters, self.entries.firm[coming]
        breaches = np.zeros((len(teams), len(coming) + 1))
        for rule, weights in self.rules:
            breaches += rule.breach(weights[teams].sum(axis=1)[:, None] + np.append(weights[coming], 0.0))
        missing = self.compelled * (1.0 - member)
        breaches += missing.sum(axis=1)[:, None]
        breaches[:, :-1] -= missing[:, i]
        if p.exclusive:
            excluded = self.exclusive.times(member)
            breaches += 0.5 * np.einsum("tn,tn->t", member, excluded)[:, None]
            breaches[:, :-1] += excluded[:, i]
        return breaches
