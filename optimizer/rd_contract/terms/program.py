"""The linear program of all terms that carry a given design.

With members and efforts fixed, (M11)-(M15) are linear in shares, rates, deposits and transfers; only the risk
premium is convex, and enters by tangents. Written as arrays: it is solved thousands of times, and a test holds
it against the extensive form.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..base import tolerances
from ..base.arrays import Array
from ..base.errors import SolverError
from ..engine import Outcome
from ..model.design import Design, Terms
from ..model.parameters import Parameters, RuleRow
from ..model.payoffs import agreed_revenue, design_surplus, payoffs
from ..model.rules import terms_rules
from .aversion import Aversion
from .deviations import deviations, largest
from .stages import StagedProgram

#: Rounds of tangents after which a risk premium must be tight; each round shrinks the error at least fourfold.
MAX_ROUNDS = 200

#: Premium of the whole revenue, in the team's unit of money, from which shares are bounded by what the team can afford
#: of it; and from which that is less than what a row tells from 0 (``FEASIBILITY``), and the share is 0.
RISKY, PROHIBITIVE = 1e6, 1e18

#: Largest deposit, in the team's unit of money, below which deposits are counted in a unit of their own.
SMALL = 1e-3


class TermsProgram(StagedProgram):
    """All terms of a design, as rows over columns ``s, φ, d, t, ρ, |t|`` per member and one level ``e``.

    Parameters
    ----------
    parameters
        The numbers, best those of :func:`~rd_contract.model.relevance.team_problem`: the members only, in their own
        unit.
    design
        Who joins, how hard, in which regime.

    Attributes
    ----------
    parameters
        The numbers in the design's regime; of scenarios, their averages (M25).
    members : list of int
        Positions of the m members; block k of the columns holds one quantity of all of them.
    incentive_rows : list of (member, row vector, right-hand side)
        (M11) as ``row · columns ≥ right-hand side``, for the member at that place among the members: of each scenario
        that members know when they work (M26), or of the average (M27).
    surplus : list of (row vector, constant)
        ``w_i = row · columns + constant`` (M10), (M15).
    pool_row, sharing_rows, participation_rows : int, lists of int
        Where (M13), the cost-sharing budget (M14; none: no limit, several: of scenarios) and (M15) of each member stand
        among the rows.
    aversion_rows : range
        Where the rows stand that hold the objective to what each scenario is worth (M30); none: it is the average.
    """

    def __init__(self, parameters: Parameters, design: Design) -> None:
        self.problem, parameters = parameters, parameters.at(design.regime)
        self.parameters = parameters
        self.design = design
        self.regime = parameters.regimes[design.regime]
        self.members = list(design.members)
        self.count = len(self.members)
        self.aversion = Aversion.of(self)
        super().__init__(6 * self.count + 1 + self.aversion.width, level=6 * self.count)
        self.x = design.efforts(parameters.x)
        self.revenue = agreed_revenue(self.problem, design)
        self.design_surplus = design_surplus(self.problem, design)
        # A premium of the whole revenue below what tangents may miss is nothing; its tangents would be noise.
        premium = parameters.premium(self.regime)[self.members]
        self.weight = np.where(premium > tolerances.PREMIUM, np.minimum(premium, PROHIBITIVE), 0.0)
        # A share with a large premium is small: in its own unit its rows keep their precision.
        self.unit[self.block("s")] = 2.0 ** -np.ceil(0.5 * np.log2(np.maximum(self.weight, 1.0)))
        # So is a deposit beside a surplus that the team has whatever anybody does.
        limit = parameters.d_max[self.members]
        small = (limit > 0.0) & (limit < SMALL)
        self.unit[self.block("d")] = 2.0 ** np.where(small, np.floor(np.log2(np.where(small, limit, 1.0))), 0.0)
        self.bound(*self._bounds())
        self.surplus = self.surplus_in(self.problem)
        self.incentive_rows = list(self._incentives())
        self._add_shared_rows()

    # columns

    def block(self, quantity: str) -> slice:
        """Return the columns of one quantity: ``s``, ``phi``, ``d``, ``t``, ``rho`` or ``abs``."""
        start = ("s", "phi", "d", "t", "rho", "abs").index(quantity) * self.count
        return slice(start, start + self.count)

    def _bounds(self) -> tuple[Array, Array]:
        """(M12), (M9), (M14): bounds of shares, rates, deposits and transfers."""
        p, members = self.parameters, self.members
        lower, upper = self.zero(), np.full(self.width, math.inf)
        low, high = p.s_min[members], p.s_max[members]
        lower[self.block("s")] = low
        upper[self.block("s")] = np.maximum(np.minimum(self._affordable(), high), low)
        upper[self.block("phi")] = np.where(p.theta[members] > 0.0, p.phi_max[members], 0.0)
        # Without detection a deposit cannot deter; it would only cost its fee.
        upper[self.block("d")] = p.d_max[members] if self.regime.q > 0.0 else 0.0
        lower[self.block("t")] = -p.liquidity[members]
        lower[self.level] = -math.inf
        self.aversion.bound(lower)
        return lower, upper

    def _affordable(self) -> Array:
        """Return the largest shares whose premium a contract could bear: W >= 0 (M15) leaves it no more, (m,)."""
        bearable = np.sqrt(max(self.design_surplus, 1.0) / np.maximum(self.weight, 1.0))
        share: Array = np.where(self.weight >= RISKY, np.where(self.weight >= PROHIBITIVE, 0.0, bearable), 1.0)
        return share

    # rows

    def reimbursement_row(self) -> Array:
        """Return ``Σ θ_i φ_i k_g c_i`` as a row (M13)."""
        return self.reimbursement_in(self.parameters)

    def reimbursement_in(self, p: Parameters) -> Array:
        """Return ``Σ θ_i φ_i k_g c_i`` by the numbers of a scenario, or by averages, as a row."""
        row, regime, levels = self.zero(), p.regimes[self.design.regime], self.design.levels
        row[self.block("phi")] = [p.verifiable_cost(regime, i)[levels[i]] for i in self.members]
        return row

    def reimbursement_rows(self) -> list[Array]:
        """Return what is reimbursed in every scenario, as rows: each keeps the cost-sharing budget (M29)."""
        # One that nowhere exceeds another asks for nothing beside it.
        return [self._row_of("phi", paid) for paid in largest(self._verifiable())]

    def _verifiable(self) -> Array:
        """Return θ_i k_g c_i of the members at the agreed levels, shape (scenarios, m), money; of averages, one row."""
        seen = self.problem.scenarios
        if seen is None:
            return self.reimbursement_row()[None, self.block("phi")]
        chosen = np.array([seen.start[i] + self.design.levels[i] for i in self.members], dtype=np.intp)
        verifiable: Array = seen.verifiable(self.design.regime, chosen)
        return verifiable

    def _row_of(self, quantity: str, coefficients: Array) -> Array:
        row = self.zero()
        row[self.block(quantity)] = coefficients
        return row

    def rule_row(self, rule: RuleRow) -> Array:
        """Return what a rule on terms (M34) counts, as a row: of amounts, on average."""
        weights = rule.weights[self.members]
        if rule.measure == "revenue_share":
            return self._row_of("s", weights)
        return self._row_of("phi", weights * self.reimbursement_row()[self.block("phi")])

    def rule_rows(self, rule: RuleRow) -> list[Array]:
        """Return what a rule on terms (M34) counts, as rows: of amounts, in every scenario."""
        if rule.measure == "revenue_share":
            return [self.rule_row(rule)]
        weights = rule.weights[self.members]
        return [self._row_of("phi", weights * paid) for paid in np.unique(self._verifiable(), axis=0)]

    def terms_cost_row(self) -> Array:
        """Return ``η Σ d_i + Σ ρ_i`` as a row: what the terms take from W (M19)."""
        row = self.zero()
        row[self.block("d")] = self.parameters.eta
        row[self.block("rho")] = 1.0
        return row

    def surplus_in(self, p: Parameters) -> list[tuple[Array, float]]:
        """Return (M10) less the outside option, member by member, by the numbers of a scenario, or by averages.

        The premium is the average one.
        """
        average = p.at(self.design.regime)
        revenue, paid = agreed_revenue(p, self.design), self.reimbursement_in(average)
        nothing = np.zeros(p.n)
        # With all terms zero, (M10) leaves what the design alone gives.
        fixed = payoffs(p, self.design, Terms(nothing, nothing, nothing, nothing)).total - average.outside
        rows = []
        for at, i in enumerate(self.members):
            row = self.zero()
            row[self.block("s").start + at] = revenue
            row[self.block("phi").start + at] = paid[self.block("phi").start + at]
            row[self.block("d").start + at] = -p.eta
            row[self.block("t").start + at] = 1.0
            row[self.block("rho").start + at] = -1.0
            rows.append((row, float(fixed[i])))
        return rows

    def _incentives(self) -> Iterator[tuple[int, Array, float]]:
        """(M11) for every member and every deviation: in every scenario (M26), or on average (M27)."""
        for at, asked in enumerate(deviations(self.problem, self.design)):
            for share, deposit, rate, right in asked.tolist():
                row = self.zero()
                row[self.block("s").start + at] = share
                row[self.block("d").start + at] = deposit
                row[self.block("phi").start + at] = rate
                yield at, row, right

    def _add_shared_rows(self) -> None:
        p = self.parameters
        shares = self.zero()
        shares[self.block("s")] = 1.0
        self.add(shares, 1.0, 1.0)  # (M12)
        pool = self.reimbursement_row()
        pool[self.block("t")] = 1.0
        pairs = sum(cost for (i, j), cost in p.pi.items() if i in self.members and j in self.members)
        self.pool_row = len(self._rows)
        self.add(pool, -self.regime.K - pairs, -self.regime.K - pairs)  # (M13)
        self.sharing_rows = []
        for paid in self.reimbursement_rows() if math.isfinite(p.sharing_budget) else ():
            self.sharing_rows.append(len(self._rows))
            self.add(paid, upper=p.sharing_budget)  # (M14), (M29)
        for rule in terms_rules(self.problem):
            for row in self.rule_rows(rule):
                self.add(row, rule.lower, rule.upper)  # (M34)
        for _, row, right in self.incentive_rows:
            self.add(row, lower=right)  # (M11)
        self.participation_rows = list(range(len(self._rows), len(self._rows) + self.count))
        self._kept = list(self.participation_rows)
        for row, constant in self.surplus:
            self.add(row, lower=-constant)  # (M15)
        for at in range(self.count):
            for sign in (1.0, -1.0):
                row = self.zero()
                row[self.block("abs").start + at] = 1.0
                row[self.block("t").start + at] = sign
                self.add(row, lower=0.0)
            self._add_first_tangents(at)
        self.aversion_rows = range(len(self._rows), len(self._rows) + self.aversion.count(self))
        self.aversion.add_rows(self)

    def _add_first_tangents(self, at: int) -> None:
        """Add tangents of a risk premium from the largest share that is affordable down to where it is below 1."""
        weight, share = float(self.weight[at]), float(self._affordable()[at])
        if weight > 0.0 and share > 0.0:
            for halvings in range(2 + max(0, math.ceil(0.5 * math.log2(weight) + math.log2(share)))):
                self.add_tangent(at, share * 0.5**halvings)

    def add_tangent(self, at: int, share: float, exact: bool = False) -> None:
        """Add ``ρ ≥ ½ r σ² (2ŝ s − ŝ²)``, tight at ŝ (M10); an equation where the share is settled.

        Parameters
        ----------
        at
            Place among the members.
        share
            ŝ.
        exact
            Whether the premium is on the tangent, not just above.
        """
        row = self.zero()
        row[self.block("rho").start + at] = 1.0
        row[self.block("s").start + at] = -2.0 * self.weight[at] * share
        right = -self.weight[at] * share**2
        self.add(row, lower=right, upper=right if exact else math.inf)

    # solving

    def solve(self, objective: Array) -> Outcome:
        """Maximise ``objective · columns``; risk premia are exact to tolerance in the answer.

        Raises
        ------
        SolverError
            When the objective is unbounded or the tangents do not become tight.
        """
        for _ in range(MAX_ROUNDS):
            outcome = self._run(objective)
            if outcome.ending == "unbounded":
                raise SolverError("the terms of a design are unbounded")
            if outcome.point is None or not self._tighten(outcome.point):
                return outcome
        raise SolverError("the tangents of a risk premium did not become tight")

    def _tighten(self, point: Array) -> bool:
        """Add the tangents that the point violates; True if there were any."""
        shares, premia = point[self.block("s")], point[self.block("rho")]
        error = self.weight * shares**2 - premia
        loose = np.flatnonzero(error > tolerances.PREMIUM)
        for at in loose:
            self.add_tangent(int(at), float(shares[at]))
        return bool(len(loose))

    def settle_risky_shares(self, point: Array) -> None:
        """Settle the shares of risk-bearing members: where W is optimal, strict concavity makes them unique.

        They stay within the slack of their value, and the premium follows its tangent there, which is exact to
        the square of the slack.
        """
        for at in np.flatnonzero(self.weight > 0.0).tolist():
            column = self.block("s").start + at
            share = float(point[column])
            slack = self.slack / max(1.0, math.sqrt(self.weight[at]))
            self.lower[column] = max(self.lower[column], share - slack)
            self.upper[column] = min(self.upper[column], share + slack)
            self.add_tangent(at, share, exact=True)

    # reading

    def terms(self, point: Array) -> Terms:
        """Return the terms of a point, numerical dust removed, for all n firms."""
        quantities = []
        for quantity in ("s", "phi", "t", "d"):
            values = point[self.block(quantity)]
            low, high = self.lower[self.block(quantity)], self.upper[self.block(quantity)]
            dust = tolerances.DUST * np.minimum(high, 1.0)  # a small deposit may be all that can be asked for
            values = np.clip(np.where(np.abs(values) < dust, 0.0, values), low, high)
            full = np.zeros(self.parameters.n)
            full[self.members] = values
            quantities.append(full)
        share, rate, transfer, deposit = quantities
        return Terms(share=share, rate=rate, transfer=transfer, deposit=deposit)

    def value_of(self, terms: Terms) -> float:
        """Return what the objective of :attr:`aversion` is at terms (M30), money."""
        columns = self.zero()
        for quantity, values in (("s", terms.share), ("phi", terms.rate), ("d", terms.deposit), ("t", terms.transfer)):
            columns[self.block(quantity)] = values[self.members]
        columns[self.block("rho")] = self.weight * terms.share[self.members] ** 2
        return self.aversion.value(self, columns)

    def surpluses(self, point: Array) -> Array:
        """Return w_i of every member at a point, shape (m,)."""
        return np.array([row @ point + constant for row, constant in self.surplus])

    def surplus_of(self, at: int) -> tuple[Array, float]:
        """Return ``w`` of the member at a position as row and constant."""
        return self.surplus[at]

    def position(self, firm: int) -> int:
        """Return where a firm stands among the members."""
        return self.members.index(firm)
