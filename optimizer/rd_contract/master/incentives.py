"""What the master knows of the terms: least shares, scarce rates and deposits, risk premia, rents for lack of cash."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags_array

from ..base.arrays import Array, Index
from ..base.tolerances import NONZERO
from ..engine import Rows
from .entries import Entries

#: Liquidity, in scaled money, that limits nobody.
AMPLE = 1e6

#: Tangents of each least share and of each risk premium from the start; the others come where they are needed.
TANGENTS = 8


@dataclass(frozen=True)
class TermColumns:
    """Columns of a master that stand for terms; −1 where there is none.

    Parameters
    ----------
    share : array of int, shape (entries,)
        ``s_e``, i's share if it is at the entry.
    rate, deposit : arrays of int, shape (entries,)
        ``u_e`` and ``v_e``: reimbursement rate and deposit not used, where the one is scarce or the other costs.
    premium, rent : arrays of int, shape (n,)
        Risk premium, and surplus that a cash-limited firm gets at least.
    count
        How many columns there are.
    """

    share: Index
    rate: Index
    deposit: Index
    premium: Index
    rent: Index
    count: int


def make_term_columns(entries: Entries, first_column: int, *, linked: bool = False) -> TermColumns:
    """Return the columns that the terms of a regime need, from ``first_column`` on.

    Parameters
    ----------
    entries
        The choices of the regime.
    first_column
        The first of the columns.
    linked
        Whether rates are compared with those of other entries, so that entries without cost have one as well.
    """
    p, regime = entries.parameters, entries.regime
    i = entries.firm
    scarce = math.isfinite(p.sharing_budget)
    reimbursed = scarce & ((entries.full_reimbursement > 0.0) | (linked & (p.theta * p.phi_max > 0.0)[i]))
    depositing = (entries.detection[i] * p.eta > 0.0) & (p.d_max[i] > 0.0)
    at = first_column
    columns = []
    limited = p.liquidity < AMPLE
    everyone = np.ones(len(entries), dtype=bool)
    for wanted in (everyone, reimbursed, depositing, p.premium(regime) > 0.0, limited):
        column = np.full(len(wanted), -1)
        column[wanted] = at + np.arange(int(np.count_nonzero(wanted)))
        at += int(np.count_nonzero(wanted))
        columns.append(column.astype(np.intp))
    share, rate, deposit, premium, rent = columns
    return TermColumns(share, rate, deposit, premium, rent, at - first_column)


def add_term_rows(rows: Rows, entries: Entries, columns: TermColumns, scenario: Index, scenarios: int) -> None:
    """Add (M12) for shares, and the limits of rates (M9), (M14) and deposits (M14).

    Parameters
    ----------
    rows, entries, columns
        To which they are added, the choices, and the columns.
    scenario : array of int, shape (n,)
        In which scenario each firm is: shares and budgets are those of one scenario.
    scenarios
        How many there are.
    """
    p = entries.parameters
    each, i = np.arange(len(entries)), entries.firm
    rows.add([(scenario[i], columns.share, 1.0)], 1.0, 1.0, count=scenarios)
    rows.add([(each, columns.share, 1.0), (each, each, -p.s_max[i])], upper=0.0, count=len(entries))
    floor = np.flatnonzero(p.s_min[i] > 0.0)
    at = np.arange(len(floor))
    rows.add([(at, columns.share[floor], 1.0), (at, floor, -p.s_min[i[floor]])], lower=0.0, count=len(floor))
    for column, limit in ((columns.rate, p.phi_max), (columns.deposit, entries.deposit_limit)):
        used = np.flatnonzero(column >= 0)
        at = np.arange(len(used))
        rows.add([(at, column[used], 1.0), (at, used, -limit[i[used]])], upper=0.0, count=len(used))
    paid = np.flatnonzero(columns.rate >= 0)
    if len(paid):
        money = entries.verifiable[paid]
        where = scenario[i[paid]]
        terms = [(where, paid, money * p.phi_max[i[paid]]), (where, columns.rate[paid], -money)]
        rows.add(terms, upper=p.sharing_budget, count=scenarios)


class ShareRequirement:
    """The least shares (M11): ``s ≥ (K + rate·u + q·v)/MV``, from below by tangents.

    ``K/MV`` is convex in MV, its perspective ``K z²/(MV z)`` in (z, MV z): for every M̂ > 0
    ``s ≥ K (2 z/M̂ − (MV z)/M̂²) + (rate·u + q·v)/M̄`` with M̄ ≥ MV, without any big-M. That is asked of each entry, or
    once of each firm: then every term is a sum over its entries, K is the least above 0, and z counts each as K_e/K.

    Parameters
    ----------
    entries
        The entries.
    columns
        Columns of the terms.
    marginal : sparse matrix, shape (entries or n, columns of the program)
        Of each entry ``MV z``, or of each firm ``Σ_e K_e MV z_e``, as a row over the program's columns.
    limit : array, shape (entries,)
        M̄, an upper bound on MV at each entry, money.
    """

    def __init__(self, entries: Entries, columns: TermColumns, marginal: csr_matrix, limit: Array) -> None:
        needs = entries.needs
        useful = np.flatnonzero(limit[needs.entry] > 0.0)
        entry, income = needs.entry[useful], needs.income[useful]
        kinds, group = np.unique(
            entry if marginal.shape[0] == len(entries) else entries.firm[entry], return_inverse=True
        )
        self._shape = (len(kinds), marginal.shape[1])
        least = np.full(len(kinds), np.inf)
        np.minimum.at(least, group, np.where(income > 0.0, income, np.inf))
        #: K of each requirement, money; 0: it is none of a share alone.
        self.income: Array = np.where(np.isfinite(least), least, 0.0)
        self._marginal = marginal[kinds]
        if marginal.shape[0] != len(entries):
            self._marginal = diags_array(1.0 / least) @ self._marginal
        self._chosen = self._sparse([(group, entry, np.maximum(income, 0.0) / least[group])])
        self._share = self._sparse([(group, columns.share[entry], np.ones(len(entry)))])
        extra = []
        detection = needs.detection[useful]
        for column, weight in ((columns.rate, needs.rate[useful]), (columns.deposit, detection)):
            at = np.flatnonzero(column[entry] >= 0)
            extra.append((group[at], column[entry[at]], weight[at] / limit[entry[at]]))
        self._rest = self._sparse([(group, entry, np.minimum(income, 0.0) / limit[entry]), *extra])
        self._has_extra = np.isin(np.arange(len(kinds)), np.concatenate([part[0] for part in extra]))
        self.limit: Array = np.full(len(kinds), -np.inf)
        np.maximum.at(self.limit, group, limit[entry])
        floor = np.full(len(kinds), np.inf)
        np.minimum.at(floor, group, entries.marginal_floor[entries.firm[entry]])
        # The least MV that partners leave, and at which the whole revenue would do.
        self._smallest = np.minimum(np.maximum(np.maximum(self.income, floor), NONZERO), self.limit)

    def _sparse(self, parts: list[tuple[Index, Index, Array]]) -> csr_matrix:
        """Return sums of (requirement, column, coefficient) as a matrix."""
        row, column, value = (np.concatenate(part) for part in zip(*parts, strict=True))
        return csr_matrix((value, (row, column)), shape=self._shape)

    def first_rows(self) -> tuple[csr_matrix, Array]:
        """Return tangents on a geometric grid, and the needs without one, as ``rows · x ≥ right``."""
        positive = np.flatnonzero(self.income > 0.0)
        grid = np.linspace(0.0, 1.0, TANGENTS)
        at = self._smallest[positive, None] ** (1.0 - grid) * self.limit[positive, None] ** grid
        other = np.flatnonzero((self.income <= 0.0) & self._has_extra)
        need = np.concatenate([np.repeat(positive, TANGENTS), other])
        return self.rows(need, np.concatenate([at.ravel(), self.limit[other]]))

    def rows(self, need: Index, at: Array) -> tuple[csr_matrix, Array]:
        """Return the tangents of some needs at M̂, shape (len(need),), as ``rows · x ≥ right``."""
        income = self.income[need]
        slope, bend = diags_array(2.0 * income / at), diags_array(income / at**2)
        straight = self._share[need] - slope @ self._chosen[need] - self._rest[need]
        return csr_matrix(straight + bend @ self._marginal[need]), np.zeros(len(need))

    def violated(self, point: Array, tolerance: float) -> tuple[Index, Array]:
        """Return the needs whose true requirement a point breaks, and M̂ for their tangents."""
        z, marginal, required = self._chosen @ point, self._marginal @ point, self._rest @ point
        bent = (self.income > 0.0) & (z > NONZERO)
        safe = np.maximum(marginal, self._smallest * z)
        required[bent] += self.income[bent] * z[bent] ** 2 / safe[bent]
        need = np.flatnonzero(bent & (required - self._share @ point > tolerance))
        touching: Array = np.clip(safe[need] / z[need], self._smallest[need], self.limit[need])
        return need, touching


class PremiumTangents:
    """Risk premia (M10) from below: ``ρ_i ≥ ½ r σ² (2ŝ Σ_l s_il − ŝ² y_i)``, exact at ŝ.

    Parameters
    ----------
    entries, columns
        The entries and the columns of the terms.
    width
        Columns of the program.
    """

    def __init__(self, entries: Entries, columns: TermColumns, width: int) -> None:
        self._entries, self._columns, self._width = entries, columns, width
        self.weight = entries.parameters.premium(entries.regime)

    def first_rows(self) -> tuple[csr_matrix, Array]:
        """Return tangents at shares 1, 1/2, 1/4 ...: at more of them where a large premium keeps shares small."""
        firms: list[int] = []
        shares: list[float] = []
        for i in np.flatnonzero(self.weight > 0.0).tolist():
            count = TANGENTS + max(0, math.ceil(0.5 * math.log2(self.weight[i])))
            firms += [i] * count
            shares += [0.5**halvings for halvings in range(count)]
        return self.rows(np.array(firms, dtype=np.intp), np.array(shares))

    def rows(self, firms: Index, shares: Array) -> tuple[csr_matrix, Array]:
        """Return the tangents of some firms at shares, both of shape (tangents,), as ``rows · x ≥ right``."""
        rows = Rows(self._width)
        for i, share in zip(firms.tolist(), shares.tolist(), strict=True):
            menu = np.arange(self._entries.start[i], self._entries.start[i + 1])
            weight = float(self.weight[i])
            terms = [
                (0, self._columns.premium[i], 1.0),
                (0, self._columns.share[menu], -2.0 * weight * share),
                (0, menu, weight * share**2),
            ]
            rows.add(terms, lower=0.0)
        return rows.matrix(), np.zeros(len(firms))

    def violated(self, point: Array, tolerance: float) -> tuple[Index, Array]:
        """Return the firms whose premium a point understates, and their shares."""
        total: Array = np.bincount(self._entries.firm, point[self._columns.share], len(self.weight)).astype(float)
        risky = np.flatnonzero(self.weight > 0.0)
        error = self.weight[risky] * total[risky] ** 2 - point[self._columns.premium[risky]]
        firms: Index = risky[error > tolerance]
        return firms, total[firms]


def add_rents(
    rows: Rows, entries: Entries, columns: TermColumns, spill: dict[int, tuple[Index, Array]], low: float
) -> None:
    """Add the surplus that a cash-limited member gets at least (M14): ``w_i ≥ s_i V + ... − liquidity_i``.

    It cannot pay out more than its cash, so what its share of revenue brings beyond that stays with it. ``V ≥ low`` in
    every design that matters; reimbursement only adds, and fee and premium are at most η d̄ and ½ r σ² s.

    Parameters
    ----------
    spill
        For a firm, columns and coefficients of the spillovers it receives (M10).
    low
        A lower bound on revenue, money; may be negative.
    """
    p = entries.parameters
    borne = entries.borne
    fee = p.eta * entries.deposit_limit
    premium = p.premium(entries.regime)
    for i in np.flatnonzero(columns.rent >= 0).tolist():
        menu = np.arange(entries.start[i], entries.start[i + 1])
        fixed = p.entry_cost[i] + p.outside[i] + p.liquidity[i] + fee[i]
        kept = p.benefit[i] * entries.x[menu] - borne[menu] - fixed
        terms = [
            (0, columns.rent[i], 1.0),
            (0, columns.share[menu], np.full(len(menu), premium[i] - low)),
            (0, menu, -kept),
        ]
        if i in spill:
            terms.append((0, spill[i][0], -spill[i][1]))
        rows.add(terms, lower=0.0)
