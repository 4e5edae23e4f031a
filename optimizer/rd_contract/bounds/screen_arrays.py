"""The screen of teams, many at a time by arrays: what is used where nothing is compiled.

Every sum is taken in the order of :mod:`~rd_contract.bounds.screen_kernel`, so that both say the same, to the last bit.
"""

from __future__ import annotations

import numpy as np

from ..base.arrays import Array, Flags, Index
from ..base.tolerances import GRACE, NONZERO, ROUNDING, SMALLEST
from .screen_kernel import Measures, ShareNeeds


def screen(measures: Measures, teams: Index, beyond: float) -> tuple[Array, Flags]:
    """Return what teams are worth, and whether they may be feasible; see :func:`.screen_kernel.screen`."""
    firm, x = measures.firm[teams], measures.x[teams]
    own = _partners(measures.synergy, firm, x)
    surplus = np.full(len(teams), measures.constant)
    for part in (measures.gain[teams] + 0.5 * x * own).T:
        surplus += part
    if len(measures.spill):
        for part in (x * _partners(measures.spill, firm, np.ones(x.shape))).T:
            surplus += part
    if len(measures.coordination):
        for part in (0.5 * _partners(measures.coordination, firm, np.ones(x.shape))).T:
            surplus -= part
    fits: Flags = surplus > beyond
    left = np.flatnonzero(fits)
    some = teams[left]
    fits[left] = least_shares(measures.needs, some.T, (own[left] + measures.single[some]).T) <= 1.0 + GRACE
    return surplus, fits


def least_shares(needs: ShareNeeds, entries: Index, marginal: Array, counted: Flags | None = None) -> Array:
    """Return the sum of the least shares of teams, one for each column.

    Parameters
    ----------
    needs
        What asks for shares.
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
    if not needs.demanding:
        return np.zeros(entries.shape[1])
    safe = np.maximum(marginal, NONZERO)
    share, possible, floor = needs.income[entries] / safe, needs.saved[entries] / safe, needs.floor[entries]
    if counted is not None:
        share, floor = share * counted, floor * counted
    granted = np.minimum(np.maximum(share - floor, 0.0), possible)  # below the floor, or 0, nothing is saved
    if needs.budget < np.inf:
        granted = _rationed(needs.budget, granted, needs.paid[entries] * granted / np.maximum(possible, SMALLEST))
    total = np.zeros(entries.shape[1])
    for part in np.maximum(share - granted, floor):
        total += part
    return total


def _partners(amounts: Array, firm: Index, weight: Array) -> Array:
    """Return the sum of each member's amounts with the others, times their weights, shape (teams, members)."""
    total = np.zeros(weight.shape)
    for partner, factor in zip(firm.T, weight.T, strict=True):
        total += amounts[firm, partner[:, None]] * factor[:, None]
    return total


def _rationed(budget: float, granted: Array, money: Array) -> Array:
    """Return what is saved once a budget is spent by what a unit of money saves; all of shape (members, teams)."""
    order = np.argsort(-(granted / np.maximum(money, ROUNDING)), axis=0, kind="stable")
    paid = np.take_along_axis(money, order, 0)
    left = budget - (np.add.accumulate(paid, axis=0) - paid)
    part = np.empty_like(granted)
    np.put_along_axis(part, order, np.minimum(np.maximum(left / np.maximum(paid, ROUNDING), 0.0), 1.0), 0)
    rationed: Array = granted * part
    return rationed
