"""The Lagrangian of the scarce budgets: a bound on W that is quadratic in the choices, and nothing else.

Shares sum to one (M12), reimbursements to the cost-sharing budget (M14). Let μ be a price of shares and ν one of
reimbursement money. Every contract's design z then satisfies ``W ≤ L(z) = c + Σ_e a_e z_e + ½ Σ q_ee' z_e z_e'``:
at an entry e with ``s_e ≥ K/MV`` the share costs at least ``μ K (2/M̂ − MV/M̂²)`` for every M̂ > 0, which is linear in MV
and so quadratic in z. Exclusive pairs, sizes and requirements stay what they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..base.arrays import Array, Index
from ..base.blocks import row_blocks
from ..base.tolerances import NONZERO
from ..master import Entries

#: Numbers of each matrix on the way to q that are held at a time: what stays in a processor's cache.
CACHED = 50_000


@dataclass(frozen=True)
class Multipliers:
    """Prices and points of tangency.

    Parameters
    ----------
    share, money
        μ, the price of a whole revenue share, money; ν, the price of a unit of reimbursement, without unit. Both 0: the
        Lagrangian is the first best (M22).
    marginal : array, shape (entries,)
        M̂, where the tangents of the share requirement touch, by entry, money.
    """

    share: float
    money: float
    marginal: Array


class Lagrangian:
    """L of one regime for given multipliers.

    Parameters
    ----------
    entries
        The choices.
    multipliers
        μ, ν and M̂.

    Attributes
    ----------
    constant, linear
        c (money) and a, shape (entries,), money.
    weight : array, shape (entries,)
        How much a unit of MV at the entry is worth beyond what it earns: ``μ K/M̂²`` and the like, without unit.
    """

    def __init__(self, entries: Entries, multipliers: Multipliers) -> None:
        self.entries, self.multipliers = entries, multipliers
        p, i = entries.parameters, entries.firm
        mu, nu = multipliers.share, multipliers.money
        hidden = mu > 0.0
        income = entries.least_income if hidden else np.zeros(len(entries))
        at = np.maximum(multipliers.marginal, np.maximum(income, NONZERO))
        floor = p.s_min[i]
        risk = p.premium(entries.regime)[i] if hidden else np.zeros(len(entries))
        bent = income > floor * at  # elsewhere the floor asks for more
        # 1/M ≥ 2/M̂ − M/M̂², and for the risk premium 1/M² ≥ 3/M̂² − 2M/M̂³: both are convex in M > 0.
        share = np.where(bent, 2.0 * mu * income / at, mu * floor)
        premium = np.where(bent, 3.0 * risk * (income / at) ** 2, risk * floor**2)
        self._at, self._bent = at, bent
        self.weight: Array = np.where(bent, mu * income / at**2 + 2.0 * risk * income**2 / at**3, 0.0)
        # Under a floor that binds, rates and deposits may save nothing.
        terms = np.where(bent, self._terms_cost(mu, nu), 0.0)
        self.linear: Array = entries.gain - share - premium + entries.own[i] * self.weight - terms
        budget = nu * p.sharing_budget if hidden and np.isfinite(p.sharing_budget) else 0.0
        self.constant = entries.constant + mu + budget

    def _terms_cost(self, mu: float, nu: float) -> Array:
        """Return what reimbursement and deposit cost at least, whether they are used or not, by entry, money.

        Used, they cost ν a unit of money and the fee; not used, they cost the share that they would have saved, at
        least that at the largest MV.
        """
        entries, p = self.entries, self.entries.parameters
        i, saved, q = entries.firm, self.saved_share, entries.detection[entries.firm]
        scarce = nu if np.isfinite(p.sharing_budget) else 0.0
        cost: Array = np.minimum(scarce * entries.full_reimbursement, mu * saved)
        needing = entries.least_income > 0.0
        most = np.maximum(entries.marginal_limit[i], NONZERO)
        deposit = np.where(needing, np.minimum(p.eta, mu * q / most) * entries.deposit_limit[i], 0.0)
        return cost + deposit

    def taken(self, team: Index, marginal: Array) -> tuple[float, float]:
        """Return what L charges a team for: how much of the revenue, and of the cost-sharing budget in money.

        L of the team falls by this for each unit by which μ, or ν, rises; it rises by the budgets.

        Parameters
        ----------
        team : array of int
            Entries, one per member.
        marginal : array, shape (members,)
            MV of the members, money.
        """
        entries, mu, nu = self.entries, self.multipliers.share, self.multipliers.money
        at, bent, income = self._at[team], self._bent[team], entries.least_income[team]
        firm, q = entries.firm[team], entries.detection[entries.firm[team]]
        share = np.where(bent, income * (2.0 / at - marginal / at**2), entries.parameters.s_min[firm])
        saved, paid = self.saved_share[team], entries.full_reimbursement[team]
        scarce = nu if np.isfinite(entries.parameters.sharing_budget) else 0.0
        granted = bent & (scarce * paid <= mu * saved)
        share += np.where(bent & ~granted, saved, 0.0)
        most = np.maximum(entries.marginal_limit[firm], NONZERO)
        unpledged = bent & (income > 0.0) & (mu * q / most < entries.parameters.eta)
        share += np.where(unpledged, q / most * entries.deposit_limit[firm], 0.0)
        return float(share.sum()), float(paid[granted].sum())

    @cached_property
    def saved_share(self) -> Array:
        """The share that full reimbursement saves at least, at the largest MV, shape (entries,)."""
        entries, needs = self.entries, self.entries.needs
        i = entries.firm[needs.entry]
        most = np.maximum(entries.marginal_limit[i], NONZERO)
        saved = np.zeros(len(entries))
        saved[needs.entry] = np.where(needs.income > 0.0, needs.rate * entries.parameters.phi_max[i], 0.0) / most
        return saved

    def quadratic(self, chosen: Index) -> Array:
        """Return q among some entries, shape (chosen, chosen), money; −inf where two exclude each other."""
        q = np.empty((len(chosen), len(chosen)))
        self.write_quadratic(q, chosen)
        return q

    def write_quadratic(self, q: Array, chosen: Index) -> None:
        """Write what :meth:`quadratic` returns to an array: some rows at a time, few enough for a processor's cache."""
        entries, p = self.entries, self.entries.parameters
        i, x, weight = entries.firm[chosen], entries.x[chosen], self.weight[chosen]
        for rows in row_blocks(len(chosen), len(chosen), CACHED):
            own_x, own_weight = x[rows, None], weight[rows, None]
            joint = own_x * x
            joint += own_weight * x
            joint += own_x * weight
            np.multiply(entries.regime.f * p.gamma.between(i[rows], i), joint, out=q[rows])
            q[rows][i[rows, None] == i] = -np.inf
        self._add_memberships(q, chosen)
        for first, second in p.exclusive:
            q[np.ix_(i == first, i == second)] = -np.inf
            q[np.ix_(i == second, i == first)] = -np.inf

    def _add_memberships(self, q: Array, chosen: Index) -> None:
        """Add spillovers and coordination costs to q."""
        entries, p = self.entries, self.entries.parameters
        place = {int(entry): at for at, entry in enumerate(chosen)}
        for i, j in sorted({*p.sigma, *p.pi}):
            sigma, pi = p.sigma.get((i, j), 0.0), p.pi.get((i, j), 0.0)
            for e in range(entries.start[i], entries.start[i + 1]):
                for other in range(entries.start[j], entries.start[j + 1]):
                    if e in place and other in place:
                        value = sigma * (entries.x[e] + entries.x[other]) - pi
                        q[place[e], place[other]] += value
                        q[place[other], place[e]] += value


def strongest_partners(quadratic: Array, most: int) -> Index:
    """Return with whom each entry gains most, the largest q first, shape (entries, most).

    Parameters
    ----------
    quadratic : array, shape (entries, entries)
        q, money.
    most
        How many of them, if there are so many.
    """
    count = len(quadratic)
    most = min(most, count)
    ranked = np.empty((count, most), dtype=np.intp)
    for rows in row_blocks(count, count, CACHED) if most else ():
        best = np.argpartition(quadratic[rows], count - most, axis=1)[:, count - most :]
        order = np.argsort(-np.take_along_axis(quadratic[rows], best, 1), axis=1)
        ranked[rows] = np.take_along_axis(best, order, 1)
    return ranked
