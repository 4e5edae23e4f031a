"""Multipliers that rule out much: the Lagrangian dual, where partial teams are at stake.

The bound of a partial team is convex in the prices and, at the optimum, the tangents touch where its members' MV are.
Both conditions are averaged over a random sample of partial teams, those near the value in question above all, and
solved by alternation. Multipliers steer only: any are valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from ..base.arrays import Array, Flags, Index
from ..base.crews import Threads
from ..base.tolerances import FAINT, LEAST_MARGINAL, NONZERO, SEEN
from ..master import Entries
from .enumeration import Enumeration, Partial
from .lagrangian import Lagrangian, Multipliers

#: Rounds of alternation on one sample, its partial teams of each size, and most looks at all of them.
ROUNDS, SAMPLE, LOOKS = 4, 300, 1_500_000

#: Part of the largest team at which partial teams are sampled: smaller ones are few, larger ones are ruled out already.
SIZES = (0.3, 0.7)

#: Largest change of the price of shares in a round, as a logarithm.
STEP = 0.3


@dataclass(frozen=True)
class Completions:
    """Partial teams of one size and what their bounds add to them.

    Parameters
    ----------
    teams : array of int, shape (teams, size), places among the allowed entries
    coming : array of int, shape (teams, left), places of the best newcomers
    joins : array of bool, shape (teams, left), whether they join
    partners : array of int, shape (entries, left − 1), for each newcomer those with whom its bound counts it half
    helps : array of bool, shape (entries, left − 1), whether they help it
    weight : array, shape (teams,), how much each team matters; adds up to 1
    """

    teams: Index
    coming: Index
    joins: Flags
    partners: Index
    helps: Flags
    weight: Array


def tuned(
    entries: Entries,
    allowed: Index,
    beyond: float,
    start: Multipliers,
    *,
    seed: int = 0,
    ended: Callable[[], bool] = lambda: False,
    crew: Threads | None = None,
) -> Multipliers:
    """Improve multipliers for an enumeration of what exceeds a value, on one sample of partial teams.

    Parameters
    ----------
    entries, allowed, beyond
        What is to be enumerated, see :class:`Enumeration`.
    start
        Where to begin; the price of shares must be positive.
    seed
        Of the sample.
    ended
        Asked before each round; what was reached is returned if true.
    crew
        Who grows the sample; None: this thread.

    Returns
    -------
    Multipliers
        The same for the same seed.
    """
    multipliers = start
    sample: list[Partial] = []
    for number in range(ROUNDS):
        if ended():
            break
        lagrangian = Lagrangian(entries, multipliers)
        enumeration = Enumeration(lagrangian, allowed, beyond, crew)
        if number == 0:
            sample = list(_partial_teams(enumeration, seed))
        if not sample:
            break
        pulls = _pulls(enumeration)
        sums = [_count(_complete(enumeration, partial), *pulls) for partial in sample]
        chosen, marginal = np.mean(sums, axis=0)
        multipliers = _moved(lagrangian, multipliers, allowed, chosen, marginal)
    return multipliers


def _partial_teams(enumeration: Enumeration, seed: int) -> Iterator[Partial]:
    """Yield samples of partial teams of one size each."""
    largest = enumeration.size_max
    low, high = max(1, round(SIZES[0] * largest)), max(1, round(SIZES[1] * largest))
    for sample in enumeration.sample(SAMPLE, LOOKS / largest, seed):
        if low <= sample.partial.size <= high:
            yield sample.partial
        if sample.partial.size >= high:
            break


def _complete(enumeration: Enumeration, partial: Partial) -> Completions:
    """Find what the bounds of partial teams of one size rest on."""
    q, lagrangian = enumeration.quadratic, enumeration.lagrangian
    linear, size, teams = lagrangian.linear[enumeration.entries], partial.size, partial.members
    left = enumeration.size_max - size
    within = np.where(np.eye(size, dtype=bool), 0.0, q[teams[:, :, None], teams[:, None, :]])
    value = lagrangian.constant + linear[teams].sum(axis=1) + 0.5 * within.sum(axis=(1, 2))
    partners, helps = _best(q, left - 1)
    half = 0.5 * np.where(helps, np.take_along_axis(q, partners, 1), 0.0).sum(axis=1)
    promise = linear + q[teams].sum(axis=1) + half
    promise[~partial.is_open(len(linear))] = -np.inf
    coming, joins = _best(promise, left)
    bound = value + np.where(joins, np.take_along_axis(promise, coming, 1), 0.0).sum(axis=1)
    return Completions(teams, coming, joins, partners, helps, _weights(bound - enumeration.beyond))


def _count(at: Completions, pull: Array, own: Array) -> Array:
    """Return how often each entry is chosen, and the sum of its MV (money) there, shape (2, entries in play)."""
    chosen, marginal = np.zeros((2, len(own)))
    everyone = np.hstack([at.teams, at.coming])
    there = np.hstack([np.ones(at.teams.shape, dtype=bool), at.joins])
    for member in at.teams.T:
        np.add.at(chosen, member, at.weight)
        drawn = (pull[member[:, None], everyone] * there).sum(axis=1)
        np.add.at(marginal, member, at.weight * (own[member] + drawn))
    joining = at.weight[:, None] * at.joins
    halves = 0.5 * (np.take_along_axis(pull, at.partners, 1) * at.helps).sum(axis=1)
    drawn = pull[at.coming[:, :, None], at.teams[:, None, :]].sum(axis=2)
    np.add.at(chosen, at.coming, joining)
    np.add.at(marginal, at.coming, joining * (own[at.coming] + drawn + halves[at.coming]))
    # Each newcomer is counted half with its best partners, whose MV it raises by half.
    often = np.bincount(at.coming.ravel(), joining.ravel(), minlength=len(own))
    raised = 0.5 * often[:, None] * at.helps * pull[at.partners, np.arange(len(own))[:, None]]
    np.add.at(marginal, at.partners, raised)
    return np.stack([chosen, marginal])


def _pulls(enumeration: Enumeration) -> tuple[Array, Array]:
    """Return what each entry's MV gains from each other one, shape (entries, entries), and its own part, money."""
    entries, chosen = enumeration.lagrangian.entries, enumeration.entries
    i, f = entries.firm[chosen], entries.regime.f
    pull = f * entries.parameters.gamma.between(i, i) * entries.x[chosen]
    return pull, entries.own[i]


def _best(values: Array, count: int) -> tuple[Index, Flags]:
    """Return where the ``count`` largest values of each row are, and which of them are positive."""
    count = min(max(count, 0), values.shape[1])
    if count == 0:
        return np.zeros((len(values), 0), dtype=np.intp), np.zeros((len(values), 0), dtype=bool)
    at = np.argpartition(values, values.shape[1] - count, axis=1)[:, values.shape[1] - count :]
    return at, np.take_along_axis(values, at, 1) > 0.0


def _weights(excess: Array) -> Array:
    """Return weights that add up to 1: those that are not ruled out count, and somewhat those that nearly are not."""
    width = max(0.25 * float(np.std(excess)), NONZERO)
    weight = expit(excess / width) + FAINT
    normed: Array = weight / weight.sum()
    return normed


def _moved(lagrangian: Lagrangian, at: Multipliers, places: Index, chosen: Array, total: Array) -> Multipliers:
    """Move tangents half of the way to the mean MV, and prices towards what balances the budgets."""
    entries = lagrangian.entries
    p, firm = entries.parameters, entries.firm[places]
    touched = np.maximum(at.marginal[places], NONZERO)
    income, floor = entries.least_income[places], p.s_min[firm]
    shares = np.where(
        income > floor * touched,
        income * (2.0 * chosen / touched - total / touched**2),
        floor * chosen,
    ).sum()
    share = at.share * float(np.exp(np.clip(shares - 1.0, -STEP, STEP)))
    seen = chosen > SEEN
    mean = np.maximum(total[seen] / chosen[seen], LEAST_MARGINAL)
    marginal = at.marginal.copy()
    marginal[places[seen]] = np.sqrt(touched[seen] * mean)
    money = 0.5 * (at.money + _balancing_price(lagrangian, share, places, chosen))
    return Multipliers(share, money, marginal)


def _balancing_price(lagrangian: Lagrangian, share: float, places: Index, chosen: Array) -> float:
    """Return the price of money at which those who gain more from it just use up the cost-sharing budget."""
    entries = lagrangian.entries
    budget = entries.parameters.sharing_budget
    paid = entries.full_reimbursement[places]
    able = paid > 0.0
    if not np.isfinite(budget) or not able.any():
        return 0.0
    worth = share * lagrangian.saved_share[places][able] / paid[able]
    order = np.argsort(-worth, kind="stable")
    used = np.cumsum((chosen[able] * paid[able])[order])
    beyond = np.flatnonzero(used > budget)
    return float(worth[order[beyond[0]]]) if len(beyond) else 0.0
