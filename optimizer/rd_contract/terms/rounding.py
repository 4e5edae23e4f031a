"""Terms that a contract can state: shares and rates in steps, money in units, every sum exact (M38).

The solver's terms have as many digits as a double. Here they become multiples of a step or a unit, powers of ten as a
rule. Given rates and deposits, (M11) and the conditions of uniqueness bound each member's share by itself, so that what
is left is to make shares add up to 1, and then transfers to what the pool pays: whole numbers near given ones, within
bounds, with a given sum. Where the terms that were chosen spend their incentives to the last, terms beside them are
rounded that leave some room and cost next to nothing. Where that does not help either, the next finer step is taken.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Literal

import numpy as np

from ..base.arrays import Array
from ..base.tolerances import ABSOLUTE_GAP, FEASIBILITY, LEXICOGRAPHIC, QUOTIENT, ROUNDING, SUMS
from ..model import exact
from ..model.design import Terms
from ..model.payoffs import payoffs
from ..model.relevance import team_problem
from ..model.rules import terms_rules
from ..outcome.contract import Rounding
from .apportionment import SumRow, apportion, apportion_under
from .choice import Choice, among_all
from .program import TermsProgram
from .room import with_room
from .steps import Steps, coarsest
from .support import program_under
from .uniqueness import Uniqueness

#: Part of what rounding may cost that such terms may spend; the rest is for rounding itself.
SPENT = 0.8

#: Which step has to become finer.
Coarse = Literal["share", "money"]

#: ``a s + b φ + q d ≥ right`` for one member.
Row = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Pick:
    """A member's rate in steps and deposit in units, with the shares in steps that go with them."""

    rate: int
    deposit: int
    least: int
    most: int


@dataclass(frozen=True)
class _Rounded:
    """Rounded terms of the members, what they cost, how far they move a surplus (money), who settles the pool."""

    terms: Terms
    cost: float
    moved: float
    settler: int | None


def round_terms(choice: Choice, *, unit: float | None = None, room: float = 0.0) -> tuple[Terms, Rounding]:
    """Return the terms of a contract rounded to what it can state, and how that was done.

    Parameters
    ----------
    choice
        The terms as they were chosen.
    unit
        Unit of money to aim at, in the instance's money; None: derived from the amounts of the contract, as it is
        where nothing is found near the one that was asked for: asking must not give worse terms than not asking.
    room
        What rounding may take from the objective, money in the problem's unit; what counts as nothing it always may.

    Returns
    -------
    tuple
        Terms for all n firms, in the problem's unit of money. Where no steps keep every condition they are the chosen
        ones, and the units are None.
    """
    rounder = _Rounder(choice, room)
    aim = coarsest(rounder.team, rounder.local, rounder.terms, unit)
    found = rounder.from_aim(aim)
    if found is None and unit is not None:
        aim = coarsest(rounder.team, rounder.local, rounder.terms, None)
        found = rounder.from_aim(aim)
    if found is None:
        return choice.terms, rounder.describe(aim, None, _Rounded(rounder.terms, 0.0, 0.0, None))
    steps, rounded = found
    return rounder.among_all(rounded.terms), rounder.describe(aim, steps, rounded)


class _Rounder:
    """The conditions of one design's terms, among its members, in their own unit of money."""

    def __init__(self, choice: Choice, room: float) -> None:
        self._choice = choice
        self.team, self.local = team_problem(choice.parameters, choice.design)
        members, self._unit = list(choice.design.members), self.team.scale / choice.parameters.scale
        self._room = max(room / self._unit, ABSOLUTE_GAP)
        given = choice.terms
        self.terms = Terms(
            given.share[members],
            given.rate[members],
            given.transfer[members] / self._unit,
            given.deposit[members] / self._unit,
        )
        self._program = TermsProgram(self.team, self.local)
        parts = payoffs(self.team, self.local, self.terms)
        self._surplus = parts.total - self.team.outside
        amounts = [parts.revenue, parts.transfer, parts.cost, self.team.outside]
        summed = [*amounts, *(getattr(parts, part.name) for part in fields(parts))]
        #: By how much a condition in money may be missed, far below what the certificate allows, shape (m,): a part of
        #: the member's own amounts, however small they are, and what sums of all of them lose.
        self._slack = np.maximum(LEXICOGRAPHIC * _largest(amounts), SUMS * _largest(summed))
        self._rows = self._by_member()
        self._outlay = exact.common_outlay(self.team, self.local)
        # A contract without transfers stays one: a unit here and there would be nothing but rounding.
        self._still = self._outlay == 0 and not np.any(np.abs(self.terms.transfer) > self._slack)

    def _rows_of_members(self) -> list[tuple[Array, float]]:
        """Return (M11) and the conditions of uniqueness as rows of the terms program and what they must reach."""
        rows = [(row, right) for _, row, right in self._program.incentive_rows]
        conditions = self._choice.conditions
        return rows + (Uniqueness(self._program).rows(conditions) if conditions else [])

    def _by_member(self) -> list[list[Row]]:
        """Return these rows, each of which concerns one member, by member; loosened by what the solver may miss."""
        program = self._program
        rows: list[list[Row]] = [[] for _ in range(program.count)]
        for row, right in self._rows_of_members():
            a, b, q = (row[program.block(quantity)] for quantity in ("s", "phi", "d"))
            at = int(np.argmax(np.abs(a) + np.abs(b) + np.abs(q)))
            terms = (a[at] * self.terms.share[at], b[at] * self.terms.rate[at], q[at] * self.terms.deposit[at])
            slack = FEASIBILITY * max(abs(right), *map(abs, terms))
            rows[at].append((float(a[at]), float(b[at]), float(q[at]), float(right - slack)))
        return rows

    def among_all(self, terms: Terms) -> Terms:
        """Return terms of the members for all firms of the problem, in its unit of money."""
        return among_all(self._choice.parameters, self._choice.design, terms, self._unit)

    def describe(self, aim: Steps, steps: Steps | None, found: _Rounded) -> Rounding:
        """Return what is said about the rounding."""
        return Rounding(
            money_unit=None if steps is None else float(steps.money),
            share_step=None if steps is None else float(steps.share),
            aimed_unit=float(aim.money),
            aimed_step=float(aim.share),
            settled_by=None if found.settler is None else self.team.names[found.settler],
            cost=found.cost * self.team.scale if found.cost > ROUNDING else 0.0,
            moved=found.moved * self.team.scale if found.moved > ROUNDING else 0.0,
        )

    # what is rounded

    def starts(self, steps: Steps) -> Iterator[Terms]:
        """Yield the terms that were chosen, then, if there are any, such beside them that leave more room."""
        yield self.terms
        program = program_under(self.team, self.local, self._choice.conditions or ())
        most = self._taken(self.terms) + SPENT * self._room
        beside = with_room(program, self.terms, steps, self._rows_of_members(), most)
        if beside is not None:
            yield beside

    def from_aim(self, aim: Steps) -> tuple[Steps, _Rounded] | None:
        """Return the coarsest steps from those aimed at that keep every condition, and the terms in them."""
        steps: Steps | None = aim
        while steps is not None:
            coarse: Coarse = "share"
            for near in self.starts(steps):
                found = self.attempt(near, steps)
                if isinstance(found, _Rounded):
                    return steps, found
                coarse = found
            steps = steps.finer(coarse, aim)
        return None

    # one attempt

    def attempt(self, near: Terms, steps: Steps) -> _Rounded | Coarse:
        """Return the terms in given steps that are nearest to some, or which step has to become finer."""
        picks = [self._pick(at, near, steps) for at in range(self._program.count)]
        bounds = [(pick.least, pick.most) for pick in picks if pick is not None]
        if len(bounds) < len(picks):
            return "share"
        low, high = zip(*bounds, strict=True)
        wanted, whole = (near.share / float(steps.share)).tolist(), round(1 / steps.share)
        shares = apportion_under(wanted, low, high, whole, self._sums_of_shares(steps))
        if shares is None:
            return "share"
        deposits = [pick.deposit * steps.money for pick in picks if pick is not None]
        if not all(map(exact.is_statable, deposits)):
            return "money"
        terms = Terms(
            share=np.array([float(count * steps.share) for count in shares]),
            rate=np.array([float(pick.rate * steps.share) for pick in picks if pick is not None]),
            transfer=np.zeros(len(picks)),
            deposit=self._money(deposits),
        )
        if not self._may_pay(terms.rate):
            return "share"
        paid_back = sum(exact.reimbursements(self.team, self.local, terms.rate), Fraction(0))
        paid = self._transfers(terms, -(paid_back + self._outlay), steps)
        if paid is None:
            return "money"
        return self._judged(replace(terms, transfer=paid[0]), paid[1], steps)

    def _sums_of_shares(self, steps: Steps) -> list[SumRow]:
        """Return the rules on shares (M34), in steps."""
        whole = float(1 / steps.share)
        return [
            SumRow(rule.weights.tolist(), rule.lower * whole, rule.upper * whole)
            for rule in terms_rules(self.team)
            if rule.measure == "revenue_share"
        ]

    def _may_pay(self, rate: Array) -> bool:
        """Return whether rates, shape (m,), keep the cost-sharing budget (M14) and the rules on it (M34)."""
        program, block = self._program, self._program.block("phi")
        paid = max(float(row[block] @ rate) for row in program.reimbursement_rows())
        if paid > self.team.sharing_budget * (1.0 + LEXICOGRAPHIC):
            return False
        for rule in terms_rules(self.team):
            for row in program.rule_rows(rule) if rule.measure == "reimbursement" else ():
                terms = row[block] * rate
                grace = LEXICOGRAPHIC * float(np.abs(terms).max(initial=0.0))
                if not rule.lower - grace <= terms.sum() <= rule.upper + grace:
                    return False
        return True

    def _pick(self, at: int, near: Terms, steps: Steps) -> _Pick | None:
        """Return the nearest rate and deposit of a member that leave shares, best its own rounded; None: none does."""
        p, program = self.team, self._program
        unit, step = float(steps.money) / p.scale, float(steps.share)
        most = (
            exact.written(program.upper[program.block("phi")][at]) // steps.share,
            exact.written(program.upper[program.block("d")][at] * p.scale) // steps.money,
        )
        wanted = (near.rate[at] / step, near.deposit[at] / unit, near.share[at] / step)
        best, least_moved = None, math.inf
        for rate, deposit in itertools.product(_neighbours(wanted[0], most[0]), _neighbours(wanted[1], most[1])):
            low, high = self._shares(at, float(rate * steps.share), float(deposit * steps.money) / p.scale, unit)
            first = max(math.ceil(exact.written(p.s_min[at]) / steps.share), _ceil(low / step))
            last = min(exact.written(p.s_max[at]) // steps.share, -_ceil(-high / step))
            moved = abs(rate - wanted[0]) + abs(deposit - wanted[1]) + max(first - wanted[2], wanted[2] - last, 0.0)
            if first <= last and moved < least_moved:
                best, least_moved = _Pick(rate, deposit, first, last), moved
        return best

    def _shares(self, at: int, rate: float, deposit: float, unit: float) -> tuple[float, float]:
        """Return the smallest and the largest share of a member that keep its conditions, given rate and deposit."""
        low, high = -1.0, 2.0
        for a, b, q, right in [*self._rows[at], *self._fairness(at, unit)]:
            needed = right - b * rate - q * deposit
            if a > 0.0:
                low = max(low, needed / a)
            elif a < 0.0:
                high = min(high, needed / a)
            elif needed > 0.0:
                return 2.0, -1.0
        return low, high

    def _fairness(self, at: int, unit: float) -> Iterator[Row]:
        """Yield rows that keep a surplus within a unit where transfers cannot: at their limit (M14), or left out."""
        row, _ = self._program.surplus[at]
        a, b, q = (float(row[self._program.block(quantity)][at]) for quantity in ("s", "phi", "d"))
        a -= 2.0 * float(self._program.weight[at] * self.terms.share[at])  # the premium's slope
        now = float(a * self.terms.share[at] + b * self.terms.rate[at] + q * self.terms.deposit[at])
        down = 0.0 if self._still else float(self.terms.transfer[at] + self.team.liquidity[at])
        if math.isfinite(down):
            yield -a, -b, -q, -(now + down + unit)
        if self._still:
            yield a, b, q, now - min(unit, float(self._surplus[at] + self._slack[at]))

    def _transfers(self, terms: Terms, due: Fraction, steps: Steps) -> tuple[Array, int | None] | None:
        """Return transfers that add up to what is due, to the last digit, and whose is no multiple of the unit."""
        p, unit = self.team, float(steps.money) / self.team.scale
        total = due // steps.money
        base = payoffs(p, self.local, terms).total - p.outside
        wanted = (self._surplus - base) / unit
        wanted += (float(due / steps.money) - wanted.sum()) / len(wanted)
        low = (np.maximum(0.0 if self._still else -p.liquidity, -base) - self._slack) / unit
        high = np.zeros(len(wanted)) if self._still else np.full(len(wanted), math.inf)
        counts = apportion(wanted.tolist(), low.tolist(), high.tolist(), total)
        if counts is None:
            return None
        amounts = [count * steps.money for count in counts]
        if not all(map(exact.is_statable, amounts)):
            return None
        rest = due - total * steps.money
        settler = int(np.argmax(wanted - np.array(counts, dtype=float))) if rest else None
        if settler is not None:
            amounts[settler] += rest
        return self._money(amounts), settler

    def _money(self, amounts: list[Fraction]) -> Array:
        """Return amounts of the instance's money in the team's unit; it is a power of two, so that no digit is lost."""
        return np.array([float(amount) for amount in amounts]) / self.team.scale

    # what it does

    def _judged(self, terms: Terms, settler: int | None, steps: Steps) -> _Rounded | Coarse:
        """Return rounded terms if they cost no more than they may, divide as was chosen, and leave one equilibrium."""
        p, unit = self.team, float(steps.money) / self.team.scale
        surplus = payoffs(p, self.local, terms).total - p.outside
        moved = float(np.abs(surplus - self._surplus).max())
        taken = self._taken(terms) - self._taken(self.terms)
        cost = taken
        if self._program.aversion.wanted:
            cost = self._program.value_of(self.terms) - self._program.value_of(terms)
        elif p.objective == "lead" and p.lead is not None:
            cost = float(self._surplus[p.lead] - surplus[p.lead])
        if taken > self._room:
            return self._costlier(terms)
        if cost > self._room:
            return "money"
        if moved > len(surplus) * unit + max(taken, 0.0) + float(self._slack.max()) or self._others(terms):
            return "share"
        return _Rounded(terms, max(cost, 0.0), moved, settler)

    def _costlier(self, terms: Terms) -> Coarse:
        """Return whether it is shares (risk premia) or money (guarantee fees) that cost more than before (M19)."""
        now, before = payoffs(self.team, self.local, terms), payoffs(self.team, self.local, self.terms)
        premia, fees = now.premium.sum() - before.premium.sum(), now.fee.sum() - before.fee.sum()
        return "share" if premia >= fees else "money"

    def _taken(self, terms: Terms) -> float:
        """Return guarantee fees and risk premia (M19): all that terms take from W, money."""
        parts = payoffs(self.team, self.local, terms)
        return float((parts.fee + parts.premium).sum())

    def _others(self, terms: Terms) -> bool:
        """Return whether the agreed efforts are to be the only equilibrium, and are not."""
        if self._choice.conditions is None:
            return False
        point = self._program.zero()
        for quantity, values in (("s", terms.share), ("phi", terms.rate), ("d", terms.deposit)):
            point[self._program.block(quantity)] = values
        return bool(Uniqueness(self._program).others(point))


def _neighbours(value: float, last: int) -> list[int]:
    """Return the whole numbers next to a value, none of them below 0 or above the last."""
    return sorted({min(max(near, 0), last) for near in (math.floor(value), math.ceil(value))})


def _largest(amounts: list[Array]) -> Array:
    """Return the largest magnitude of each member's amounts, shape (m,)."""
    largest: Array = np.max(np.abs(amounts), axis=0)
    return largest


def _ceil(value: float) -> int:
    """Return the least whole number that is at least a value, but for the rounding of a double."""
    return math.ceil(value - QUOTIENT * abs(value))
