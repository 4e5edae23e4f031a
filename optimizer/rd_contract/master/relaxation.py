"""The master of one regime: who, how hard; and of the terms what a linear relaxation can know."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix

from ..base.arrays import Array, Flags, Index
from ..base.tolerances import NONZERO
from ..engine import Program, Rows
from ..model.rules import budget_rule, terms_rules
from ..model.selves import Selves
from .aggregates import Aggregates, Factor, add_aggregates, make_aggregates, marginal_terms, value_terms
from .by_scenario import link_selves, make_worst_columns, over_scenarios, scenarios_of
from .ceilings import ShareCeilings
from .chains import Joint, Thresholds, add_tails, joint_marginal, make_joint, tails_of
from .entries import Entries
from .incentives import PremiumTangents, ShareRequirement, TermColumns, add_rents, add_term_rows, make_term_columns
from .pairs import find_pairs, no_pairs
from .products import add_margins, add_products_with, make_products
from .team import add_team, value_columns

Cuts = tuple[csr_matrix, Array]
Family = ShareRequirement | PremiumTangents | Thresholds | ShareCeilings


@dataclass(frozen=True)
class Master:
    """A relaxation of all contracts of a regime: columns ``z`` come first, one for each entry.

    Parameters
    ----------
    entries
        The entries.
    program
        The rows from the start; every contract satisfies them.
    firm_rows : array of int, shape (n,)
        Row ``Σ_l z_il ≤ 1`` of each firm: setting its lower bound to 1 makes the firm a member.
    surplus_row, constant
        Row of what W must reach, and what W has beyond the row's sum, money.
    families
        What the program holds only some of: tangents and thresholds, added where a point breaks them.
    tails : array of int, shape (entries,), or None
        Where menus are branched on by halves, the binary columns "works at the entry's level or above"; None: ``z`` is.
    """

    entries: Entries
    program: Program
    firm_rows: Index
    surplus_row: int
    constant: float
    families: tuple[Family, ...]
    tails: Index | None = None

    def violated(self, point: Array, tolerance: float) -> list[Cuts]:
        """Return rows ``matrix · x ≥ right`` that hold for every contract and that the point breaks."""
        cuts = []
        for family in self.families:
            members, at = family.violated(point, tolerance)
            if len(members):
                cuts.append(family.rows(members, at))
        return cuts

    def integers(self, z: Array) -> tuple[Index, Array]:
        """Return the integer columns and their values where the choices are z, shape (entries,)."""
        return (np.arange(len(z)), z) if self.tails is None else (self.tails, tails_of(self.entries, z))


@dataclass(frozen=True)
class MasterOptions:
    """What a master is to hold.

    Parameters
    ----------
    incentives
        Whether effort is hidden; without, the master is the first best (M22).
    factor
        The low-rank form of the synergies; None: products of pairs.
    surplus
        A value that W must reach for a contract to matter, money.
    joint
        Whether pairs have three products each, by thresholds, instead of one for each two levels; with no factor.
    among : array of bool, shape (entries,), or None
        Choices that are left, None: all; with them alone the thresholds need to hold.
    selves
        Whose choices these are where efforts are agreed by scenario; None: those of firms.
    """

    incentives: bool = True
    factor: Factor | None = None
    surplus: float = 0.0
    joint: bool = False
    among: Flags | None = None
    selves: Selves | None = None


def build_master(entries: Entries, options: MasterOptions | None = None) -> Master:
    """Return the master of a regime.

    Parameters
    ----------
    entries
        The entries of the regime; money scaled to O(1).
    options
        What it is to hold.
    """
    return _Builder(entries, options or MasterOptions()).build()


class _Builder:
    """Columns in the order z, P (or those of pairs as a whole, and tails), W, B, Q, values, terms; then rows."""

    def __init__(self, entries: Entries, options: MasterOptions) -> None:
        self.entries, self.options = entries, options
        p = entries.parameters
        self.factor = options.factor
        self.joint: Joint | None = make_joint(entries, len(entries)) if options.joint else None
        pairs = no_pairs() if options.joint else entries.pairs
        if self.factor is not None:
            pairs = find_pairs(p, self.factor.correction)
        if options.selves is not None and options.incentives:
            pairs = replace(pairs, tempting=True)
        self.products = make_products(entries, pairs, len(entries))
        width = len(entries) + len(self.products) + (self.joint.count if self.joint else 0)
        self.aggregates: Aggregates | None = None
        if self.factor is not None:
            self.aggregates = make_aggregates(entries, self.factor, width)
            width += self.aggregates.count
        self.present = value_columns(p, width)
        width += sum(map(len, self.present))
        self.terms = (
            make_term_columns(entries, width, linked=options.selves is not None) if options.incentives else None
        )
        width += self.terms.count if self.terms else 0
        self.worst = make_worst_columns(options.selves, width)
        self.width = width + (self.worst.count if self.worst else 0)
        self.rows = Rows(self.width)

    def build(self) -> Master:
        """Add all rows and put the program together."""
        firm_rows = add_team(self.rows, self.entries, self.present, hidden=self.options.incentives)
        add_margins(self.rows, self.entries, self.products)
        self._add_rule_products()
        if self.aggregates is not None and self.factor is not None:
            add_aggregates(self.rows, self.entries, self.factor, self.aggregates)
        families = self._add_families()
        if self.options.selves is not None:
            link_selves(self.rows, self.entries, self.options.selves, self.terms)
        surplus, constant = self._surplus()
        used = np.flatnonzero(surplus)
        floor = self.options.surplus - constant if self.options.incentives else -np.inf
        surplus_row = int(self.rows.add([(0, used, surplus[used])], lower=floor)[0])
        objective, offset = self._objective(surplus, constant)
        if self.terms is not None:
            self._keep_rents(surplus, constant)
        program = self._program(objective, offset)
        tails = None if self.joint is None else self.joint.tail
        return Master(self.entries, program, firm_rows, surplus_row, constant, families, tails)

    def _add_rule_products(self) -> None:
        """Add the products of size limit, R&D budget and share budget with every choice."""
        entries, p = self.entries, self.entries.parameters
        add_products_with(self.rows, entries, self.products, np.ones(len(entries)), entries.partners + 1.0)
        budget = budget_rule(p)
        spent = budget.weights(entries.firm, entries.x, entries.cost)
        add_products_with(self.rows, entries, self.products, spent, budget.upper)
        if self.options.incentives:
            limit = np.maximum(entries.marginal_limit[entries.firm], NONZERO)
            least = np.maximum(np.minimum(entries.least_income / limit, 1.0), p.s_min[entries.firm])
            add_products_with(self.rows, entries, self.products, least, 1.0)

    # the terms

    def _add_families(self) -> tuple[Family, ...]:
        """Add the first rows of what is known only in part, and return it."""
        families = self._term_families()
        if self.joint is not None:
            add_tails(self.rows, self.entries, self.joint)
            among = self.entries.possible if self.options.among is None else self.options.among
            families = (*families, Thresholds(self.entries, self.joint, among, self.width))
        for family in families:
            matrix, right = family.first_rows()
            if matrix.shape[0]:
                coordinates = matrix.tocoo()
                terms = [(coordinates.row, coordinates.col, coordinates.data)]
                self.rows.add(terms, lower=right, count=matrix.shape[0])
        return families

    def _term_families(self) -> tuple[Family, ...]:
        if self.terms is None:
            return ()
        entries = self.entries
        add_term_rows(self.rows, entries, self.terms, *scenarios_of(entries, self.options.selves))
        self._add_terms_rules(self.terms)
        limit = entries.marginal_limit[entries.firm]
        if self.aggregates is not None and self.factor is not None:
            limit = np.minimum(limit, self._limit_in_range(self.factor, self.aggregates))
        marginal = self._marginal() if self.joint is None else joint_marginal(entries, self.joint, self.width)
        families: tuple[Family, ...] = (
            ShareRequirement(entries, self.terms, marginal, limit),
            PremiumTangents(entries, self.terms, self.width),
        )
        if self.options.selves is not None and self.joint is None:
            families = (*families, ShareCeilings(entries, self.options.selves, self.terms.share, marginal))
        return families

    def _add_terms_rules(self, columns: TermColumns) -> None:
        """Add rules on shares (M34); of those on reimbursements the master knows what rates allow at most."""
        for row in terms_rules(self.entries.parameters):
            if row.measure == "revenue_share":
                self.rows.add([(0, columns.share, row.weights[self.entries.firm])], row.lower, row.upper)

    def _limit_in_range(self, factor: Factor, aggregates: Aggregates) -> Array:
        """Return an upper bound on MV_i where the aggregates stay within their bounds, by entry, money."""
        entries, f = self.entries, self.entries.regime.f
        pull = factor.b * factor.eigenvalues
        most = np.where(pull > 0.0, pull * aggregates.high, pull * aggregates.low).sum(axis=1)
        full = np.array([levels.max() for levels in entries.parameters.x])
        extra = factor.correction.changed(lambda amount, *_: np.maximum(amount, 0.0)).times(full)
        i = entries.firm
        limit: Array = entries.own[i] + f * (most[i] + extra[i] - factor.diagonal[i] * entries.x)
        return limit

    def _marginal(self) -> csr_matrix:
        """Return ``(MV·z)_e`` (M8), shape (entries, columns)."""
        entries, products, f = self.entries, self.products, self.entries.regime.f
        each = np.arange(len(entries))
        synergy = f * products.pairs.synergy[products.pair]
        parts = [
            (each, each, entries.own[entries.firm]),
            (products.one, products.column, synergy * entries.x[products.other]),
            (products.other, products.column, synergy * entries.x[products.one]),
        ]
        if self.aggregates is not None and self.factor is not None:
            parts += marginal_terms(entries, self.factor, self.aggregates)
        row, column, value = (np.concatenate(part) for part in zip(*parts, strict=True))
        return csr_matrix((value, (row, column)), shape=(len(entries), self.width))

    # surplus and objective

    def _surplus(self) -> tuple[Array, float]:
        """Return W (M20), of scenarios what they count for (M30), as coefficients, shape (columns,), and a constant."""
        entries, products, p = self.entries, self.products, self.entries.parameters
        surplus = np.zeros(self.width)
        surplus[: len(entries)] = entries.gain
        x, y = entries.x[products.one], entries.x[products.other]
        pairs, pair = products.pairs, products.pair
        surplus[products.column] = (
            entries.regime.f * pairs.synergy[pair] * x * y + pairs.spillover[pair] * (x + y) - pairs.coordination[pair]
        )
        if self.joint is not None:
            surplus[self.joint.effort] = entries.regime.f * self.joint.pairs.synergy
        if self.aggregates is not None and self.factor is not None:
            for column, value in value_terms(entries, self.factor, self.aggregates):
                surplus[column] += value
        if self.terms is not None:
            deposit = np.flatnonzero(self.terms.deposit >= 0)
            surplus[deposit] -= p.eta * entries.deposit_limit[entries.firm[deposit]]
            surplus[self.terms.deposit[deposit]] = p.eta
            surplus[self.terms.premium[self.terms.premium >= 0]] = -1.0
        if (selves := self.options.selves) is None:
            return surplus, entries.constant
        least = 0.0 if self.options.incentives else -np.inf
        return over_scenarios(self.rows, selves, self._scenarios(selves), surplus, self.worst, least)

    def _scenarios(self, selves: Selves) -> Index:
        """Return in which scenario each column adds to W, shape (columns,)."""
        of_entry, where = selves.scenario[self.entries.firm], np.zeros(self.width, dtype=np.intp)
        where[: len(of_entry)] = of_entry
        where[self.products.column] = of_entry[self.products.one]
        if self.joint is not None:
            where[self.joint.effort] = selves.scenario[self.joint.pairs.first]
        if self.terms is not None:
            for columns, owner in ((self.terms.deposit, of_entry), (self.terms.premium, selves.scenario)):
                there = columns >= 0
                where[columns[there]] = owner[there]
        return where

    def _objective(self, surplus: Array, constant: float) -> tuple[Array, float]:
        """Return the objective: W (M20), or U_ℓ (M21), at most W + ū_ℓ less what others keep for lack of cash."""
        p = self.entries.parameters if self.options.selves is None else self.options.selves.whole
        if self.terms is None or p.objective != "lead" or p.lead is None:
            return surplus, constant
        objective = surplus.copy()
        others = [i for i in np.flatnonzero(self.terms.rent >= 0).tolist() if i != p.lead]
        objective[self.terms.rent[others]] = -1.0
        return objective, constant + float(p.outside[p.lead])

    def _keep_rents(self, surplus: Array, constant: float) -> None:
        """Add that W covers what the cash-limited keep: nobody's surplus is negative (M15)."""
        assert self.terms is not None
        rents = self.terms.rent[self.terms.rent >= 0]
        if not len(rents):
            return
        add_rents(self.rows, self.entries, self.terms, self._spill_received(), self._least_revenue())
        kept = surplus.copy()
        if self.entries.parameters.toll is not None:  # the toll lowers the objective, not what the members have
            kept[: len(self.entries)] += self.entries.parameters.toll[self.entries.firm]
        used = np.flatnonzero(kept)
        self.rows.add([(0, used, kept[used]), (0, rents, -1.0)], lower=-constant)

    def _spill_received(self) -> dict[int, tuple[Index, Array]]:
        """Return the spillovers that each cash-limited firm receives, as columns and coefficients (M10)."""
        products, entries = self.products, self.entries
        received: dict[int, tuple[Index, Array]] = {}
        spillover = products.pairs.spillover[products.pair]
        for i in np.flatnonzero(np.isfinite(entries.parameters.liquidity)).tolist():
            columns, values = [], []
            for mine, theirs in ((products.one, products.other), (products.other, products.one)):
                at = np.flatnonzero((entries.firm[mine] == i) & (spillover != 0.0))
                columns.append(products.column[at])
                values.append(spillover[at] * entries.x[theirs[at]])
            received[i] = (np.concatenate(columns), np.concatenate(values))
        return received

    def _least_revenue(self) -> float:
        """Return a lower bound on V in designs that matter: W plus all costs less all other gains (M19), money."""
        entries, p = self.entries, self.entries.parameters
        other_gains = np.zeros(p.n)
        for (i, j), sigma in p.sigma.items():
            other_gains[i] += max(sigma, 0.0)
            other_gains[j] += max(sigma, 0.0)
        firm = entries.firm
        cost = entries.borne + p.entry_cost[firm] + p.outside[firm]
        if p.toll is not None:
            cost += p.toll[firm]
        least = np.full(p.n, np.inf)
        np.minimum.at(least, firm, cost - p.benefit[firm] * entries.x - other_gains[firm])
        compelled = np.zeros(p.n, dtype=bool)
        compelled[list(p.compelled)] = True
        others = np.sort(np.minimum(least[~compelled], 0.0))[: max(p.size_max - int(compelled.sum()), 0)]
        return self.options.surplus + entries.regime.K + float(least[compelled].sum() + others.sum())

    def _program(self, objective: Array, offset: float) -> Program:
        entries, p = self.entries, self.entries.parameters
        lower, upper = np.zeros(self.width), np.full(self.width, np.inf)
        count = len(entries)
        upper[:count] = entries.possible if self.options.incentives else 1.0
        upper[self.products.column] = 1.0
        for columns in self.present:
            upper[columns] = 1.0
        if self.aggregates is not None:
            lower[self.aggregates.W] = -np.inf
            lower[self.aggregates.Q] = -np.inf
            lower[self.aggregates.B], upper[self.aggregates.B] = self.aggregates.low, self.aggregates.high
        if self.terms is not None:
            upper[self.terms.share] = p.s_max[entries.firm]
        if self.worst is not None:
            lower[self.worst.zeta] = -np.inf
        row_lower, row_upper = self.rows.bounds()
        integer = np.zeros(self.width, dtype=bool)
        binary = np.arange(count) if self.joint is None else self.joint.tail
        integer[binary], upper[binary] = True, np.minimum(upper[binary], 1.0)
        return Program(objective, offset, self.rows.matrix(), row_lower, row_upper, lower, upper, integer)
