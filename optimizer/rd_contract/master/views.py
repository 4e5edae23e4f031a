"""What incentives ask of the terms where scenarios differ: of each firm, those of the scenario that asks for most.

Known before working, a scenario ω asks ``s_i MV_iω ≥ K_iω`` of a member (M26). A bound that knows one marginal value of
each firm, whose partners count as in the average γ̄, may ask ``s_i (τ v_iω + δ_i + Σ_j γ̄_ij x_j) ≥ τ K_iω`` for any
τ > 0 where δ_i is no less than ``Σ_j (τ γ_ijω − γ̄_ij) x_j`` of any team: then the left-hand side is no less than that
of ω times τ. Where all synergies move together δ is 0, and nothing is lost. Known after working, only the average asks
(M27). Who only looks for contracts, and proves nothing, leaves out δ, which most teams need little of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..base.arrays import Array, Index
from ..base.tolerances import NONZERO
from ..model.pair_amounts import PairAmounts
from ..model.parameters import Parameters

if TYPE_CHECKING:
    from .entries import Entries


@dataclass(frozen=True)
class Needs:
    """What (M11) asks of a member that is to stay off one lower level, at the best terms for it, per unit of effort.

    At level l and against level l', with u the reimbursement rate and v the deposit that are *not* used (each measured
    from its upper limit): ``s_i·MV_i ≥ income·z + rate·u + detection·v``.

    Parameters
    ----------
    entry : array of int, shape (needs,)
        Entry whose incentive it is.
    income : array, shape (needs,)
        Marginal income needed with rate and deposit at their limits, money; may be negative.
    rate : array, shape (needs,)
        How much more is needed per unit of rate not granted, money: ``θ_i k Δc/Δx``.
    detection : array, shape (needs,)
        How much more per unit of deposit not made: q of the regime.
    """

    entry: Index
    income: Array
    rate: Array
    detection: Array


@dataclass(frozen=True)
class View:
    """What incentives are seen by.

    Parameters
    ----------
    own : array, shape (n,)
        MV_i (M8) without partners, money.
    needs
        What (M11) asks of each entry.
    detection : array, shape (n,)
        Detection probability per unit of shortfall.
    """

    own: Array
    needs: Needs
    detection: Array


def hardest_view(entries: Entries) -> View:
    """Return what incentives are seen by: by the numbers themselves where they are certain."""
    if entries.problem.scenarios is None:
        return _view_of(entries)
    views = [view for seen in _seen(entries, entries.deposit_limit) for view in _beside_average(seen, entries)]
    # Beside which partners a firm will work is not known: half of the best ones will do to choose by.
    middle = 0.5 * entries.parameters.gamma.sums_of_best(entries.partners)
    chosen = np.argmax([_asked(view, middle, entries.firm) for view in views], axis=0)
    i = entries.firm[views[0].needs.entry]
    return View(
        own=_of(chosen, [view.own for view in views]),
        needs=Needs(
            views[0].needs.entry,
            _of(chosen[i], [view.needs.income for view in views]),
            _of(chosen[i], [view.needs.rate for view in views]),
            _of(chosen[i], [view.needs.detection for view in views]),
        ),
        detection=_of(chosen, [view.detection for view in views]),
    )


def largest_deposits(entries: Entries) -> Array:
    """Return the largest deposits that can be of use, shape (n,), money: in any scenario."""
    if entries.problem.scenarios is None:
        return entries.own_deposit_limit()
    limits: Array = np.max([one.own_deposit_limit() for one in _seen(entries)], axis=0)
    return limits


def _view_of(entries: Entries) -> View:
    own = entries.regime.f * entries.parameters.v
    return View(own, entries.own_needs(), np.full(entries.parameters.n, entries.regime.q))


def _seen(entries: Entries, deposit_limit: Array | None = None) -> list[Entries]:
    """Return entries by the averages and, where members know the scenario when they work, by each scenario."""
    p, position = entries.problem, entries.position
    mean = p.at(position)
    seen: list[Parameters] = [mean]
    if p.outlook is not None and p.outlook.timing == "before_effort":
        seen += [world.problem for world in p.worlds]
    return [type(entries)(one, position, deposit_limit=deposit_limit) for one in seen]


def _beside_average(seen: Entries, entries: Entries) -> Iterator[View]:
    """Yield what numbers ask for where partners count as on average, for a few τ."""
    view, f = _view_of(seen), seen.regime.f
    gamma, average = seen.parameters.gamma, entries.parameters.gamma
    full = np.array([levels.max() for levels in entries.parameters.x])
    for tau in _ratios(seen, entries):
        beyond = np.zeros(entries.parameters.n)
        if not entries.likely:
            excess = PairAmounts.total([tau * f, -1.0], [gamma, average])
            beyond = excess.sums_of_best(entries.partners, lambda amount, _, j: amount * full[j])
        needs = view.needs
        scaled = Needs(needs.entry, tau * needs.income, tau * needs.rate, tau * needs.detection)
        yield View(tau * view.own + beyond, scaled, tau * view.detection)


def _ratios(seen: Entries, entries: Entries) -> set[float]:
    """Return by which τ numbers are like the average: by what firms bring, and by what pairs do."""
    f = seen.regime.f
    brought = [
        (np.abs(entries.parameters.v).sum(), f * np.abs(seen.parameters.v).sum()),
        (np.abs(entries.parameters.gamma.numbers).sum(), f * np.abs(seen.parameters.gamma.numbers).sum()),
    ]
    return {float(average / own) for average, own in brought if own > 0.0 and average > 0.0} or {1.0}


def _asked(view: View, middle: Array, firm: Index) -> Array:
    """Return the share that a view asks for beside middling partners, shape (n,)."""
    most = np.zeros(len(middle))
    np.maximum.at(most, firm[view.needs.entry], view.needs.income)
    marginal = view.own + middle
    share: Array = np.where(marginal > NONZERO, most / np.maximum(marginal, NONZERO), np.inf)
    return np.where(most > 0.0, share, 0.0)


def _of(chosen: Index, arrays: list[Array]) -> Array:
    """Return of each place the number of the array that is chosen there."""
    picked: Array = np.take_along_axis(np.array(arrays), chosen[None, :], axis=0)[0]
    return picked
