"""Rules on teams and terms, (M16)-(M18) and (M32)-(M35), one object for each.

What an object says once serves everywhere: as a linear row of a program, as a mask over enumerated teams, as a measure
of how far a team breaks it, and as the question whether a coalition can still meet it. Two kinds of rule stay apart,
because they are many and say no more than which: members that every team has, and pairs that no team has
(``Parameters.compelled``, ``Parameters.exclusive``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ..base.arrays import Array, Flags, Index
from ..base.tolerances import GRACE, NONZERO, SUMS
from ..instance.groups import IN_MONEY
from .design import Design
from .parameters import Parameters, RuleRow

#: Measures that the terms fix, not the design.
OF_TERMS = ("revenue_share", "reimbursement")


@dataclass(frozen=True)
class TeamRule:
    """What the members of a team count together must lie between two limits.

    Parameters
    ----------
    name
        Which rule it is.
    counts : array, shape (n,)
        What each firm counts as a member.
    lower, upper
        The limits.
    spending, effort, working : arrays, shape (n,), or None
        What a member counts besides: for each unit of its cost of effort ``k_g c_il``; for each unit of effort; if it
        works at all. None: nothing.
    grace
        By how much a limit may be missed: sums of parts and amounts are rounded.
    unit
        What breaches are measured in.
    """

    name: str
    counts: Array
    lower: float = -math.inf
    upper: float = math.inf
    spending: Array | None = None
    effort: Array | None = None
    working: Array | None = None
    grace: float = 0.0
    unit: float = 1.0

    def weights(self, firm: Index, x: Array, cost: Array) -> Array:
        """Return what choices count: the coefficients of a linear row.

        Parameters
        ----------
        firm : array of int, shape (choices,)
            Whose choice it is.
        x : array, shape (choices,)
            Its effort.
        cost : array, shape (choices,)
            What its effort costs in the regime, money.
        """
        weights: Array = self.counts[firm]
        for part, amount in ((self.spending, cost), (self.effort, x), (self.working, x > 0.0)):
            if part is not None:
                weights = weights + part[firm] * amount
        return weights

    def holds(self, total: Array) -> Flags:
        """Return whether teams that count so much together keep the rule."""
        held: Flags = (total <= self.upper + self.grace) & (total >= self.lower - self.grace)
        return held

    def breach(self, total: Array) -> Array:
        """Return how far teams that count so much together break the rule, in units of its limit."""
        over, under = total - self.upper, self.lower - total
        excess: Array = np.where(over > self.grace, over, 0.0) + np.where(under > self.grace, under, 0.0)
        return excess / self.unit

    def can_be_met(self, firms: Index) -> bool:
        """Return whether some team among these firms may keep the rule, as far as membership decides."""
        if any(part is not None for part in (self.spending, self.effort, self.working)):
            return True
        low, high = np.minimum(self.counts[firms], 0.0).sum(), np.maximum(self.counts[firms], 0.0).sum()
        return bool(high >= self.lower - self.grace and low <= self.upper + self.grace)


@dataclass(frozen=True)
class DistinctRule:
    """The members of a team have at least and at most so many different values of an attribute (M32).

    Parameters
    ----------
    name
        Which rule it is.
    labels : array of int, shape (n,)
        The value of each firm, numbered from 0; −1: it has none.
    lower, upper
        The limits.
    """

    name: str
    labels: Index
    lower: float
    upper: float

    @property
    def values(self) -> int:
        """How many values there are."""
        return int(self.labels.max(initial=-1)) + 1

    def present(self, firms: Index) -> Flags:
        """Return which values teams have, shape (teams, values).

        Parameters
        ----------
        firms : array of int, shape (teams, members)
        """
        found = np.zeros((len(firms), self.values + 1), dtype=bool)
        found[np.arange(len(firms))[:, None], self.labels[firms]] = True  # −1 is the last column
        return found[:, :-1]

    def count(self, firms: Index) -> Array:
        """Return how many different values teams have, shape (teams,)."""
        counted: Array = self.present(firms).sum(axis=1).astype(float)
        return counted

    def holds(self, count: Array) -> Flags:
        """Return whether teams with so many values keep the rule."""
        held: Flags = (count >= self.lower) & (count <= self.upper)
        return held

    def breach(self, count: Array) -> Array:
        """Return how many values teams have too few or too many."""
        excess: Array = np.maximum(count - self.upper, 0.0) + np.maximum(self.lower - count, 0.0)
        return excess

    def can_be_met(self, firms: Index) -> bool:
        """Return whether some team among these firms may keep the rule."""
        return len(set(self.labels[firms].tolist()) - {-1}) >= self.lower


def team_rules(parameters: Parameters, *, hidden: bool = True) -> list[TeamRule]:
    """Return the rules on designs: size (M17), what members count (M18), (M32), (M33), (M35), R&D budget (M16).

    Parameters
    ----------
    parameters
        The numbers.
    hidden
        Whether terms matter: then the members that rules on terms (M34) need are asked for, too.
    """
    p = parameters
    rules = [TeamRule("team_size", np.ones(p.n), float(max(p.size_min, 1)), float(p.size_max))]
    for row in p.rules:
        if row.labels is not None:
            continue
        if row.measure not in OF_TERMS:
            rules.append(_counted(p, row))
        elif hidden:
            rules += _needed(p, row)
    if math.isfinite(p.budget):
        rules.append(budget_rule(p))
    return rules


def distinct_rules(parameters: Parameters) -> list[DistinctRule]:
    """Return the rules on how many different values of an attribute a team has (M32)."""
    return [
        DistinctRule(row.name, row.labels, row.lower, row.upper) for row in parameters.rules if row.labels is not None
    ]


def counting_rules(parameters: Parameters, *, hidden: bool = True) -> list[TeamRule]:
    """Return rules of sums alone that every design keeps which keeps all rules: of so many values, as many members."""
    needed = [
        TeamRule(rule.name, (rule.labels >= 0).astype(float), lower=rule.lower)
        for rule in distinct_rules(parameters)
        if rule.lower > 0.0
    ]
    return [*team_rules(parameters, hidden=hidden), *needed]


def terms_rules(parameters: Parameters) -> list[RuleRow]:
    """Return the rules on what the terms give (M34)."""
    return [row for row in parameters.rules if row.measure in OF_TERMS]


def can_all_be_met(parameters: Parameters, firms: Index) -> bool:
    """Return whether each rule by itself may be kept by some team among some firms, as far as membership decides."""
    return all(rule.can_be_met(firms) for rule in team_rules(parameters)) and all(
        rule.can_be_met(firms) for rule in distinct_rules(parameters)
    )


def keeps_rules_everywhere(parameters: Parameters, design: Design) -> bool:
    """Return whether a design keeps the rules on what it fixes, budget included, in every scenario (M29).

    True where there are none: then whoever proposes a design has seen to the rules.
    """
    p, seen = parameters, parameters.scenarios
    if seen is None:
        return True
    firm = np.array(design.members, dtype=np.intp)
    chosen = seen.start[firm] + np.array(design.levels)[firm]
    cost = seen.cost(design.regime, chosen)
    joining, borne = seen.firms["joining"][:, firm], (seen.firms["theta"] * seen.firms["subsidy"])[:, firm]
    held = [budget_rule(p).holds((cost + joining).sum(axis=1))] if math.isfinite(p.budget) else []
    x = seen.x[:, chosen]
    counts = {"cost": cost + joining, "subsidy": borne * cost, "effort": x, "working": (x > 0.0).astype(float)}
    for row in p.rules:
        if row.labels is None and row.measure in counts:
            held.append(_counted(p, row).holds(counts[row.measure] @ row.weights[firm]))
    return all(bool(one.all()) for one in held)


def budget_rule(parameters: Parameters) -> TeamRule:
    """Return the rule that effort and joining cost no more than the R&D budget (M16), without a limit where none is."""
    p = parameters
    grace = GRACE * p.budget if math.isfinite(p.budget) else 0.0
    unit = max(p.budget, NONZERO)
    return TeamRule("budget", p.joining, upper=p.budget, spending=np.ones(p.n), grace=grace, unit=unit)


def _counted(p: Parameters, row: RuleRow) -> TeamRule:
    """Return a rule on what the design fixes (M33)."""
    weights, scale = row.weights, _scale(p, row)
    rule = TeamRule(row.name, np.zeros(p.n), row.lower, row.upper, grace=_grace(p, row))
    if row.measure == "members":
        return replace(rule, counts=weights)
    if row.measure == "working":
        return replace(rule, working=weights)
    if row.measure == "effort":
        return replace(rule, effort=weights)
    unit = max(scale, NONZERO)
    if row.measure == "cost":
        return replace(rule, counts=weights * p.joining, spending=weights, unit=unit)
    return replace(rule, spending=weights * p.theta * p.subsidy, unit=unit)


def _needed(p: Parameters, row: RuleRow) -> list[TeamRule]:
    """Return what a rule on the terms (M34) needs of the design: shares and rates at most as large as they may be."""
    gaining, losing = np.maximum(row.weights, 0.0), np.minimum(row.weights, 0.0)
    if row.measure == "reimbursement":
        most, least = (part * p.theta * p.phi_max for part in (gaining, losing))
        unit = max(_scale(p, row), NONZERO)
    else:
        most, least = gaining * p.s_max + losing * p.s_min, gaining * p.s_min + losing * p.s_max
        unit = 1.0
    needed = []
    for words, reached, limits in (("least", most, (row.lower, math.inf)), ("most", least, (-math.inf, row.upper))):
        if any(map(math.isfinite, limits)):
            rule = TeamRule(f"{row.name} ({words})", reached, *limits, grace=_grace(p, row), unit=unit)
            spent = replace(rule, counts=np.zeros(p.n), spending=reached)
            needed.append(spent if row.measure == "reimbursement" else rule)
    return needed


def _grace(p: Parameters, row: RuleRow) -> float:
    """Return by how much a rule may be missed: a part of its limit, and what sums of numbers, or large amounts, lose.

    A level may cost far more than all that a team spends: of that no more is forgiven than rounding.
    """
    limits = [abs(limit) for limit in (row.lower, row.upper) if math.isfinite(limit)]
    lost = SUMS * p.size_max if row.measure in IN_MONEY else GRACE
    return GRACE * max(limits, default=0.0) + lost * _scale(p, row)


def _scale(p: Parameters, row: RuleRow) -> float:
    """Return the largest amount that a firm may count by a rule, about, in its unit."""
    largest = float(np.abs(row.weights).max(initial=0.0))
    if row.measure in IN_MONEY:
        factor = max(regime.k for regime in p.regimes)
        costs = [factor * float(menu.max()) for menu in p.c]
        largest *= max(costs, default=0.0) + (float(p.joining.max(initial=0.0)) if row.measure == "cost" else 0.0)
    return largest
