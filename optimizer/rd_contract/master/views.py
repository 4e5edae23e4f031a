"""What incentives ask of the terms where scenarios differ: of each firm, those of the scenarios that ask for most.

Known before working, a scenario ω asks ``s_i MV_iω ≥ K_iω`` of a member (M26), and so does any weighted sum of them. A
bound that knows one marginal value of each firm, whose partners count as in the average γ̄, may therefore ask
``s_i (τ v_iω + Σ_j γ̄_ij x_j) ≥ τ K_iω`` wherever ``τ γ_ijω ≤ γ̄_ij`` for all partners j: then the left-hand side is no
less than that of ω times τ. Where all synergies move together nothing is lost by it. Known after working, only the
average asks (M27).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..base.arrays import Array, Index
from ..base.tolerances import NONZERO
from ..model.pair_amounts import Change, PairAmounts
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
    views = [_view_of(one) for one in _seen(entries, entries.deposit_limit)]
    amounts = [one.parameters.gamma.changed(_times(one.regime.f)) for one in _seen(entries, entries.deposit_limit)]
    scales = [_scale(amount, entries.parameters.gamma) for amount in amounts]
    # Beside which partners a firm will work is not known: those of half of the best ones will do to choose by.
    middle = 0.5 * entries.parameters.gamma.sums_of_best(entries.partners)
    asked = [_asked(view, scale, middle, entries.firm) for view, scale in zip(views, scales, strict=True)]
    chosen = np.argmax(asked, axis=0)
    scale = np.take_along_axis(np.array(scales), chosen[None, :], axis=0)[0]
    i = entries.firm[views[0].needs.entry]
    return View(
        own=_of(chosen, [view.own for view in views]) * scale,
        needs=Needs(
            views[0].needs.entry,
            _of(chosen[i], [view.needs.income for view in views]) * scale[i],
            _of(chosen[i], [view.needs.rate for view in views]) * scale[i],
            _of(chosen[i], [view.needs.detection for view in views]) * scale[i],
        ),
        detection=_of(chosen, [view.detection for view in views]) * scale,
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


def _times(factor: float) -> Change:
    return lambda amount, *_: factor * amount


def _scale(amounts: PairAmounts, mean: PairAmounts) -> Array:
    """Return the largest τ of each firm with ``τ·amount_ij ≤ mean_ij`` for all j, shape (n,); nan: there is none."""
    n = mean.n
    first, second, wanted = mean.pairs()
    one, other, there = amounts.pairs()
    firm, partner = np.concatenate([first, one]), np.concatenate([second, other])
    del wanted, there
    place = np.unique(firm * n + partner)
    firm, partner = place // n, place % n
    own, limit = amounts.at(firm, partner), mean.at(firm, partner)
    most, least = np.full(n, np.inf), np.zeros(n)
    positive, negative = own > 0.0, own < 0.0
    ratio = np.divide(limit, own, out=np.zeros(len(own)), where=own != 0.0)
    for side in (firm, partner):
        np.minimum.at(most, side[positive], ratio[positive])
        np.maximum.at(least, side[negative], ratio[negative])
        # What costs nothing here, and something on average, cannot be bounded by it.
        most[side[(own == 0.0) & (limit < 0.0)]] = 0.0
    scale = np.where(np.isfinite(most), most, np.maximum(least, 1.0))
    return np.where((scale >= least) & (scale > NONZERO), scale, np.nan)


def _asked(view: View, scale: Array, middle: Array, firm: Index) -> Array:
    """Return the share that a view asks for beside middling partners, shape (n,); −1 where it says nothing."""
    i = firm[view.needs.entry]
    most = np.zeros(len(scale))
    np.maximum.at(most, i, view.needs.income)
    marginal = scale * view.own + middle
    share: Array = np.where(marginal > NONZERO, scale * most / np.maximum(marginal, NONZERO), np.inf)
    return np.where(np.isnan(scale), -1.0, np.where(most > 0.0, share, 0.0))


def _of(chosen: Index, arrays: list[Array]) -> Array:
    """Return of each place the number of the array that is chosen there."""
    picked: Array = np.take_along_axis(np.array(arrays), chosen[None, :], axis=0)[0]
    return picked
