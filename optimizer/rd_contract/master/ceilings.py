"""What keeps a member from working harder than agreed, where it is to work less in one scenario than in another.

With certain numbers members are to work as hard as they can be made to; a plan lets some of them idle in a bad
scenario, and their one share must not tempt them to work then. Beside a deviation upward (M26) asks for
``s_i·MV_e ≤ U_e`` at the entry e that is agreed, with ``U_e = min ((Δ borne − margin)/Δx) − b_i`` over higher levels,
at no reimbursement.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, diags_array, vstack

from ..base.arrays import Array, Index
from ..base.tolerances import NONZERO
from ..model.selves import Selves
from .entries import Entries


class ShareCeilings:
    """Rows that ``s_i·MV_e ≤ U_e`` implies, of which those are added that a point breaks.

    By itself, with ``m_e = MV_e z_e`` and ``MV ≤ M̄``, as ``(s̄ − s)(M̄ − MV) ≥ 0``: ``s̄ m_e + M̄ s_e ≤ (U_e + s̄ M̄) z_e``;
    and beside an entry e' of another scenario that needs ``s_i·MV_e' ≥ K_e'``, as both have the same share:
    ``K_e' m_e − U_e m_e' ≤ K_e' M̄ (1 − z_e')``.

    Parameters
    ----------
    entries, selves
        The choices of the selves.
    share : array of int, shape (entries,)
        Columns of shares.
    marginal : sparse matrix, shape (entries, columns of the program)
        ``MV z`` of each entry.
    """

    def __init__(self, entries: Entries, selves: Selves, share: Index, marginal: csr_matrix) -> None:
        p, i = entries.parameters, entries.firm
        self._marginal, self._width = marginal, marginal.shape[1]
        self._most, self._limit = p.s_max[i], np.maximum(entries.marginal_limit[i], 0.0)
        self._ceiling, self._income = _ceilings(entries), entries.least_income
        self._alone: Index = np.flatnonzero(np.isfinite(self._ceiling))
        self._harder, self._lower = _beside(entries, selves, self._ceiling)
        each, count = np.arange(len(entries)), len(entries)
        self._share = csr_matrix((np.ones(count), (each, share)), shape=(count, self._width))
        self._chosen = csr_matrix((np.ones(count), (each, each)), shape=(count, self._width))

    def first_rows(self) -> tuple[csr_matrix, Array]:
        """Return nothing: few of the rows matter."""
        return csr_matrix((0, self._width)), np.zeros(0)

    def violated(self, point: Array, tolerance: float) -> tuple[Index, Array]:
        """Return the rows that a point breaks, numbered, and nothing that they would be made at."""
        marginal, share, z = self._marginal @ point, self._share @ point, self._chosen @ point
        at, most, limit = self._alone, self._most[self._alone], self._limit[self._alone]
        alone = most * marginal[at] + limit * share[at] - (self._ceiling[at] + most * limit) * z[at]
        e, lower = self._harder, self._lower
        beside = self._income[e] * (marginal[lower] - self._limit[lower] * (1.0 - z[e]))
        beside -= self._ceiling[lower] * marginal[e]
        broken: Index = np.flatnonzero(np.concatenate([alone, beside]) > tolerance)
        return broken, np.zeros(len(broken))

    def rows(self, numbers: Index, _: Array) -> tuple[csr_matrix, Array]:
        """Return some rows as ``rows · x ≥ right``."""
        count = len(self._alone)
        at, other = self._alone[numbers[numbers < count]], numbers[numbers >= count] - count
        most, limit, ceiling = self._most[at], self._limit[at], self._ceiling[at]
        alone = (
            diags_array(ceiling + most * limit) @ self._chosen[at]
            - diags_array(most) @ self._marginal[at]
            - diags_array(limit) @ self._share[at]
        )
        e, lower = self._harder[other], self._lower[other]
        needed = self._income[e] * self._limit[lower]
        beside = (
            diags_array(self._ceiling[lower]) @ self._marginal[e]
            - diags_array(self._income[e]) @ self._marginal[lower]
            - diags_array(needed) @ self._chosen[e]
        )
        return csr_matrix(vstack([alone, beside])), np.concatenate([np.zeros(len(at)), -needed])


def _ceilings(entries: Entries) -> Array:
    """Return U of each entry, shape (entries,), money; infinite at the highest level of a firm."""
    ceiling, b = np.full(len(entries), np.inf), entries.parameters.benefit
    for rise in range(1, int(entries.level.max(initial=0)) + 1):
        upper = np.flatnonzero(entries.level >= rise)
        lower = upper - rise
        dx = entries.x[upper] - entries.x[lower]
        saved = (entries.borne[upper] - entries.borne[lower] - entries.parameters.margin) / dx
        np.minimum.at(ceiling, lower, saved - b[entries.firm[lower]])
    return ceiling


def _beside(entries: Entries, selves: Selves, ceiling: Array) -> tuple[Index, Index]:
    """Return pairs of entries of one firm in different scenarios: one that needs a share, one that limits it."""
    firm, scenario = selves.firm[entries.firm], selves.scenario[entries.firm]
    needy = np.flatnonzero(entries.least_income > NONZERO)
    limiting = np.flatnonzero(np.isfinite(ceiling) & (ceiling >= 0.0))
    harder, lower = [np.zeros(0, dtype=np.intp)], [np.zeros(0, dtype=np.intp)]
    for i in range(selves.whole.n):
        one, other = needy[firm[needy] == i], limiting[firm[limiting] == i]
        both = np.array(np.meshgrid(one, other, indexing="ij")).reshape(2, -1)
        apart = scenario[both[0]] != scenario[both[1]]
        harder.append(both[0][apart])
        lower.append(both[1][apart])
    return np.concatenate(harder).astype(np.intp), np.concatenate(lower).astype(np.intp)
