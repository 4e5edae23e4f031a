"""The choice among the terms that support the optimum, section 5 of the model.

Lexicographic: the objective, the division rule, the largest smallest incentive slack, the smallest deposits,
the smallest transfers. Two stages of our own follow, the smallest reimbursements and the smallest largest
share, so that as little as possible is left to the solver's taste.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..base import tolerances
from ..base.arrays import Array
from ..base.errors import SolverError
from ..model.design import Design, Terms
from ..model.parameters import Parameters
from ..model.payoffs import effort_cost
from ..model.relevance import team_problem
from .mending import carries, mended
from .program import TermsProgram
from .support import optimal_point, program_under, unique_conditions
from .uniqueness import Conditions, Profile, Uniqueness


@dataclass(frozen=True, slots=True)
class Guarantee:
    """What some members are to have together, if that can be (M37).

    Parameters
    ----------
    members
        Positions of the members, among all firms.
    value
        The least sum of their surpluses, money.
    """

    members: tuple[int, ...]
    value: float


#: Something to be raised: a row of the terms, a constant, and the weight that its sum is divided by.
Claim = tuple[Array, float, float]

#: The claims of members by their place.
Group = dict[int, list[Claim]]

#: Largest coefficient, in the team's unit of money, beside which the solver still sees a coefficient of 1.
RUINOUS = 2.0**26


@dataclass(frozen=True)
class Choice:
    """The terms that were chosen for a design, to the solver's precision.

    Parameters
    ----------
    parameters, design
        The problem, in any unit of money, and the design.
    terms
        The terms, money in the problem's unit.
    conditions
        Conditions that make the agreed efforts the only equilibrium; None: that was not asked for.
    complete
        Whether the division rule and the tie-breaks had their say. Where amounts lie too far apart for that, the terms
        are those of the best objective, any of them.
    """

    parameters: Parameters
    design: Design
    terms: Terms
    conditions: Conditions | None
    complete: bool = True


def choose_terms(
    parameters: Parameters,
    design: Design,
    division: str,
    targets: Array | None = None,
    conditions: Conditions | None = None,
    guarantees: Sequence[Guarantee] = (),
) -> Choice:
    """Return the terms of a design that the division rule and the tie-breaks select, before they are rounded.

    Parameters
    ----------
    parameters
        The numbers, in any unit of money.
    design
        A design that some terms carry.
    division
        The division rule.
    targets : array, shape (n,), or None
        Surpluses, money, that a rule which computes them aims at: the largest deviation is made as small as possible,
        then the next, and so on. Such a rule without targets divides equally.
    conditions
        Where the agreed efforts must be the only equilibrium: conditions that ensure it (``Support.conditions``).
        Others may, too; the surplus is divided within these, and more are added where the choice asks for it.
    guarantees
        What groups of members are to have, before the division rule; where terms as good cannot give all of it, the
        largest of what is missing is as small as possible: the least core (Maschler, Peleg & Shapley 1979).

    Raises
    ------
    SolverError
        When no terms carry the design.
    """
    team, local = team_problem(parameters, design)
    unit = team.scale / parameters.scale
    own = None if targets is None else targets[list(design.members)] / unit
    place = {firm: at for at, firm in enumerate(design.members)}
    held = [Guarantee(tuple(place[i] for i in one.members), one.value / unit) for one in guarantees]
    rule = _Rule(division, own, held)
    excluded: list[Profile] = []
    while True:
        program = program_under(team, local, conditions or ())
        best = optimal_point(program)
        if best is None:
            raise SolverError("no terms carry the design that was chosen")
        point, terms, complete = _carrying(program, best[0], rule)
        others = [] if conditions is None else Uniqueness(program).others(point)
        if not others:
            return Choice(parameters, design, among_all(parameters, design, terms, unit), conditions, complete)
        excluded += others
        conditions = unique_conditions(team, local, start=conditions or (), excluded=others) or unique_conditions(
            team, local, excluded=excluded
        )
        if conditions is None:
            raise SolverError("no terms leave the agreed efforts as the only equilibrium")


@dataclass(frozen=True)
class _Rule:
    """The division rule, its targets, and what groups are to have before it; members by place, money in the team's."""

    division: str
    targets: Array | None
    guarantees: Sequence[Guarantee]


def _carrying(program: TermsProgram, optimum: Array, rule: _Rule) -> tuple[Array, Terms, bool]:
    """Return the point that is selected among those as good as an optimal one, its terms, and whether that could be.

    Terms near a bound are put onto it, unless what they lose by that is what somebody needs. Where a stage fails, or
    what stages leave to each other is more than a condition bears, it is the optimal point, whose terms were seen to
    carry the design.
    """
    with contextlib.suppress(SolverError):
        chosen = _chosen(program, optimum, rule)
        for point in (_snap(program, chosen), chosen):
            terms = mended(program, point)
            if carries(program, terms):
                return point, terms, True
    return optimum, mended(program, optimum), False


def _chosen(program: TermsProgram, point: Array, rule: _Rule) -> Array:
    """Return the point that the rule and the tie-breaks select among those as good as an optimal one."""
    _keep_optimum(program, point)
    _keep_guarantees(program, rule.guarantees)
    lead = program.parameters.lead
    if rule.division == "lead" and lead is not None:
        _maximise(program, program.surplus_of(program.position(lead))[0])
    else:
        for group in _groups(program, rule.division, rule.targets):
            _leximin(program, group)
    _widen_slack(program)
    return _tie_breaks(program)


def among_all(parameters: Parameters, design: Design, terms: Terms, unit: float) -> Terms:
    """Return a team's terms for all n firms of a problem.

    Parameters
    ----------
    parameters, design
        The problem and the design.
    terms
        Terms of the members alone.
    unit
        The team's unit of money, in units of the problem.
    """
    members = list(design.members)

    def spread(values: Array, factor: float = 1.0) -> Array:
        full = np.zeros(parameters.n)
        full[members] = values * factor
        return full

    return Terms(
        share=spread(terms.share),
        rate=spread(terms.rate),
        transfer=spread(terms.transfer, unit),
        deposit=spread(terms.deposit, unit),
    )


def _keep_optimum(program: TermsProgram, point: Array) -> None:
    """Hold the objective's second stage, W, where the optimum left it; the first is held already."""
    program.settle_risky_shares(point)
    _maximise(program, -program.terms_cost_row())


def _keep_guarantees(program: TermsProgram, guarantees: Sequence[Guarantee]) -> None:
    """Make the largest of what guarantees lack as small as possible, nothing at best, and keep it (M37)."""
    if not guarantees:
        return
    rows = []
    for one in guarantees:
        row, constant = program.zero(), -one.value
        for at in one.members:
            own, given = program.surplus_of(at)
            row, constant = row + own, constant + given
        rows.append((row, constant))
    highest = program.upper[program.level]
    program.upper[program.level] = 0.0
    outcome = program.max_min([(row, constant, 1.0) for row, constant in rows])
    program.upper[program.level] = highest
    assert outcome.point is not None
    level = float(outcome.point[program.level])
    for row, constant in rows:
        program.keep(row, level - constant)


def _snap(program: TermsProgram, point: Array) -> Array:
    """Move shares, rates and deposits that are within the stages' slack of a bound onto it, if terms allow."""
    lower, upper = program.lower.copy(), program.upper.copy()
    for quantity in ("s", "phi", "d"):
        for column in range(*program.block(quantity).indices(program.width)):
            low, high = lower[column], upper[column]
            near = tolerances.SNAP * max(1.0, high)
            if low < point[column] < low + near:
                program.upper[column] = low
            elif high - near < point[column] < high:
                program.lower[column] = high
    outcome = program.solve(-program.terms_cost_row())
    program.lower, program.upper = lower, upper
    return point if outcome.point is None else outcome.point


def _groups(program: TermsProgram, division: str, targets: Array | None) -> list[Group]:
    """Return the members in the order in which the rule cares for them, with what it would raise for each.

    Under ``proportional`` the weight is the own R&D cost at the agreed level plus joining cost. Who bears no
    cost has no claim in proportion and comes last. With targets, deviations to either side are kept small.
    """
    everyone = range(program.count)
    if targets is not None:
        return [{at: _deviations(program, at, float(targets[at])) for at in everyone}]
    if division != "proportional":
        return [{at: [(*program.surplus_of(at), 1.0)] for at in everyone}]
    cost = effort_cost(program.parameters, program.design) + program.parameters.joining
    weights = cost[program.members]
    weights = weights / max(float(weights.max()), tolerances.DUST)
    claims = [at for at in everyone if weights[at] > tolerances.NO_CLAIM]
    first: Group = {at: [(*program.surplus_of(at), float(weights[at]))] for at in claims}
    last: Group = {at: [(*program.surplus_of(at), 1.0)] for at in everyone if at not in claims}
    return [group for group in (first, last) if group]


def _deviations(program: TermsProgram, at: int, target: float) -> list[Claim]:
    """Return what a member is above and below its target, negative."""
    row, constant = program.surplus_of(at)
    return [(row, constant - target, 1.0), (-row, target - constant, 1.0)]


def _leximin(program: TermsProgram, group: Group) -> None:
    """Raise the smallest ``claim / weight`` of the group, then the next, and so on; keep what is reached.

    A row with a positive dual is tight in every optimum, so its member can be settled; each round settles at
    least one. Levels count from what all who wait have whatever the terms are: it may be far more than terms can move.
    """
    waiting = dict(group)
    while waiting:
        owners = [at for at, claims in waiting.items() for _ in claims]
        given = max(0.0, min(constant / weight for claims in waiting.values() for _, constant, weight in claims))
        waiting = {
            at: [(row, constant - weight * given, weight) for row, constant, weight in claims]
            for at, claims in waiting.items()
        }
        outcome = program.max_min([claim for claims in waiting.values() for claim in claims])
        assert outcome.point is not None
        assert outcome.duals is not None
        level = float(outcome.point[program.level])
        duals = np.abs(outcome.duals[-len(owners) :])
        tight = tolerances.BINDING * duals.max()
        settled = {at for at, dual in zip(owners, duals, strict=True) if dual > tight} or set(waiting)
        for at in [at for at in waiting if at in settled]:
            for row, constant, weight in waiting.pop(at):
                program.keep(row, weight * level - constant)


def _widen_slack(program: TermsProgram) -> None:
    """Make the smallest incentive slack (M11) as large as possible, and keep it."""
    if not program.incentive_rows:
        return
    # Beside a deviation to something ruinous the level would be lost in rounding, and it in the slack that stages leave
    # each other: there a part of the slack will do.
    parts = [
        min(1.0, RUINOUS / float(np.abs(row).max())) if np.any(row) else 1.0 for _, row, _ in program.incentive_rows
    ]
    rows = [(part * row, part * right) for part, (_, row, right) in zip(parts, program.incentive_rows, strict=True)]
    outcome = program.max_min([(row, -right, 1.0) for row, right in rows])
    assert outcome.point is not None
    level = min(float(outcome.point[program.level]), RUINOUS)
    for row, right in rows:
        program.keep(row, right + level)


def _maximise(program: TermsProgram, row: Array) -> None:
    """Make a row as large as possible, and keep it."""
    outcome = program.reach(lambda: program.solve(row))
    assert outcome.point is not None
    program.keep(row, float(row @ outcome.point))


def _tie_breaks(program: TermsProgram) -> Array:
    """Take the smallest deposits, transfers and reimbursements, then the smallest largest share, in this order."""
    deposits, transfers = program.zero(), program.zero()
    deposits[program.block("d")] = -1.0
    transfers[program.block("abs")] = -1.0
    for row in (deposits, transfers, -program.reimbursement_row()):
        if np.any(row):
            _maximise(program, row)
    shares = []
    for at in range(program.count):
        row = program.zero()
        row[program.block("s").start + at] = -1.0
        shares.append((row, 0.0, 1.0))
    outcome = program.max_min(shares)
    assert outcome.point is not None
    return outcome.point
