"""The screen of teams, team by team, in the part of Python that numba compiles: joint surplus and least shares.

:mod:`~rd_contract.bounds.screen_arrays` does the same by arrays: every sum is taken in the same order there, so both
say the same of every team, to the last bit. Without a compiler this one is slow.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..base.arrays import Array, Flags, Index
from ..base.tolerances import GRACE, NONZERO, ROUNDING, SMALLEST


class ShareNeeds(NamedTuple):
    """What asks for shares in one regime, by entry; money scaled.

    Parameters
    ----------
    income, saved : arrays, shape (entries,)
        Marginal income that is needed without reimbursement, and what full reimbursement saves of it, money.
    floor : array, shape (entries,)
        The least share of whoever makes the choice.
    paid : array, shape (entries,)
        What full reimbursement takes from the cost-sharing budget, money.
    budget
        That budget (M14), money; infinite where there is none.
    demanding
        Whether any share is asked for.
    """

    income: Array
    saved: Array
    floor: Array
    paid: Array
    budget: float
    demanding: bool


class Measures(NamedTuple):
    """What teams of one regime are measured by; money scaled.

    Parameters
    ----------
    constant
        What no member changes of W, money.
    firm : array of int, shape (entries,)
        Whose choice each entry is.
    x, gain, single : arrays, shape (entries,)
        Effort; what it adds to W without partners, money; f v_i, MV without partners, money.
    synergy : array, shape (n, n)
        f γ, money.
    spill, coordination : arrays, shape (n, n), or (0, 0) where there is nothing of the kind
        σ and π, money.
    needs
        What asks for shares.
    """

    constant: float
    firm: Index
    x: Array
    gain: Array
    single: Array
    synergy: Array
    spill: Array
    coordination: Array
    needs: ShareNeeds


def screen(measures: Measures, teams: Index, beyond: float) -> tuple[Array, Flags]:
    """Return what teams are worth, and which of those that are worth more than a value may be feasible.

    Parameters
    ----------
    measures
        What they are measured by.
    teams : array of int, shape (teams, members)
        Their entries, one per firm.
    beyond
        The value, money: no more is looked at of teams that are not worth more.

    Returns
    -------
    tuple
        W (M20) before fees and premia, money, and whether it exceeds the value and the least shares fit into 1, each of
        shape (teams,).
    """
    count, size = teams.shape
    surplus, fits = np.empty(count), np.zeros(count, np.bool_)
    # Room to work in: of each member its firm, effort and synergy with the others; then what shares are found by.
    firm, x, own, other = np.empty(size, np.intp), np.empty(size), np.empty(size), np.empty(size)
    share, granted, money = np.empty(size), np.empty(size), np.empty(size)
    one = np.ones(size)
    for at in range(count):
        team = teams[at]
        for k in range(size):
            firm[k], x[k] = measures.firm[team[k]], measures.x[team[k]]
        partners(measures.synergy, firm, x, own)
        worth = measures.constant
        for k in range(size):
            worth += measures.gain[team[k]] + 0.5 * x[k] * own[k]
        if len(measures.spill) > 0:
            partners(measures.spill, firm, one, other)
            for k in range(size):
                worth += x[k] * other[k]
        if len(measures.coordination) > 0:
            partners(measures.coordination, firm, one, other)
            for k in range(size):
                worth -= 0.5 * other[k]
        surplus[at] = worth
        if worth > beyond:
            for k in range(size):
                own[k] += measures.single[team[k]]
            fits[at] = least_share(measures.needs, team, own, share, granted, money, other) <= 1.0 + GRACE
    return surplus, fits


def partners(amounts: Array, firm: Index, weight: Array, total: Array) -> None:
    """Write the sum of each member's amounts with the others, times their weights, one by one, to ``total``."""
    total[:] = 0.0
    for j in range(len(firm)):
        line = amounts[firm[j]]
        for k in range(j):
            amount = line[firm[k]]
            total[j] += amount * weight[k]
            total[k] += amount * weight[j]


def least_share(
    needs: ShareNeeds, team: Index, marginal: Array, share: Array, granted: Array, money: Array, worth: Array
) -> float:
    """Return the sum of a team's least shares at its MV, the cost-sharing budget spent where it saves most.

    The rest is room: of each member its share, what of it is saved, the money that takes and how much a unit saves.
    """
    size, total = len(team), 0.0
    if not needs.demanding:
        return total
    for k in range(size):
        entry = team[k]
        safe = max(marginal[k], NONZERO)
        share[k], possible = needs.income[entry] / safe, needs.saved[entry] / safe
        granted[k] = min(max(share[k] - needs.floor[entry], 0.0), possible)
        money[k] = needs.paid[entry] * granted[k] / max(possible, SMALLEST)
    if needs.budget < np.inf:
        ration(needs.budget, granted, money, worth)
    for k in range(size):
        total += max(share[k] - granted[k], needs.floor[team[k]])
    return total


def ration(budget: float, granted: Array, money: Array, worth: Array) -> None:
    """Spend a budget on what is saved, in place: by what a unit of money saves, of equals the first one first."""
    size = len(granted)
    for k in range(size):
        worth[k] = granted[k] / max(money[k], ROUNDING)
    spent = 0.0
    for _ in range(size):
        best = 0
        for k in range(1, size):
            if worth[k] > worth[best]:
                best = k
        spent += money[best]
        left = budget - (spent - money[best])
        granted[best] *= min(max(left / max(money[best], ROUNDING), 0.0), 1.0)
        worth[best] = -1.0  # less than anything that is left


#: What :func:`screen` calls.
PARTS = (partners, least_share, ration)
