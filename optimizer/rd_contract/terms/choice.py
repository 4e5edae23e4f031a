"""The choice among the terms that support the optimum, section 5 of the model.

Lexicographic: the objective, the division rule, the largest smallest incentive slack, the smallest deposits,
the smallest transfers. Two stages of our own follow, the smallest reimbursements and the smallest largest
share, so that as little as possible is left to the solver's taste.
"""

from __future__ import annotations

import numpy as np

from .. import tolerances
from ..contract import Design, Terms
from ..errors import SolverError
from ..parameters import Array, Parameters
from ..payoffs import effort_cost
from .program import TermsProgram
from .support import optimal_point

#: Division rules that are computed.
SUPPORTED_DIVISIONS = ("equal", "proportional", "lead")

#: Smallest dual, relative to the largest, that proves a row tight in every optimum.
_BINDING = 1e-6


def choose_terms(parameters: Parameters, design: Design, division: str) -> Terms:
    """Return the terms of a design that the division rule and the tie-breaks select.

    Parameters
    ----------
    parameters
        The numbers; money scaled to O(1).
    design
        A design that some terms carry.
    division
        One of :data:`SUPPORTED_DIVISIONS`.

    Raises
    ------
    SolverError
        When no terms carry the design.
    """
    program = TermsProgram(parameters, design)
    best = optimal_point(program)
    if best is None:
        raise SolverError("no terms carry the design that was chosen")
    point = _keep_optimum(program, best[0])
    if division == "lead" and parameters.lead is not None:
        row, _ = program.surplus_of(program.position(parameters.lead))
        point = _maximise(program, row)
    else:
        for group, weights in _groups(program, division):
            point = _leximin(program, group, weights)
    if program.incentive_rows:
        point = _widest_slack(program)
    return program.terms(_tie_breaks(program, point))


def _keep_optimum(program: TermsProgram, point: Array) -> Array:
    """Hold the objective's second stage, W, where the optimum left it; the first is held already."""
    program.settle_risky_shares(point)
    cost = program.terms_cost_row()
    if program.solve(-cost).point is None:
        program.loosen_participation()
    return _maximise(program, -cost)


def _groups(program: TermsProgram, division: str) -> list[tuple[list[int], Array]]:
    """Return the members in the order in which the rule cares for them, with their weights.

    Under ``proportional`` the weight is the own R&D cost at the agreed level plus joining cost. Who bears no
    cost has no claim in proportion and comes last.
    """
    everyone = list(range(program.count))
    equal = np.ones(program.count)
    if division != "proportional":
        return [(everyone, equal)]
    cost = effort_cost(program.parameters, program.design) + program.parameters.joining
    weights = cost[program.members]
    claims = [at for at in everyone if weights[at] > tolerances.DUST]
    rest = [at for at in everyone if at not in claims]
    return [(group, w) for group, w in ((claims, weights), (rest, equal)) if group]


def _leximin(program: TermsProgram, group: list[int], weights: Array) -> Array:
    """Raise the smallest ``w_i / weight_i`` of the group, then the next, and so on; keep what is reached.

    A row with a positive dual is tight in every optimum, so its member can be settled; each round settles at
    least one.
    """
    open_members = list(group)
    while True:
        rows = [(*program.surplus_of(at), float(weights[at])) for at in open_members]
        outcome = program.max_min(rows)
        assert outcome.point is not None
        assert outcome.duals is not None
        level = float(outcome.point[program.level])
        duals = np.abs(outcome.duals[-len(rows) :])
        settled = [at for at, dual in zip(open_members, duals, strict=True) if dual > _BINDING * duals.max()]
        for at in settled or open_members:
            row, constant = program.surplus_of(at)
            program.keep(row, weights[at] * level - constant)
        open_members = [at for at in open_members if at not in (settled or open_members)]
        if not open_members:
            return outcome.point


def _widest_slack(program: TermsProgram) -> Array:
    """Make the smallest incentive slack (M11) as large as possible, and keep it."""
    outcome = program.max_min([(row, -right, 1.0) for _, row, right in program.incentive_rows])
    assert outcome.point is not None
    level = float(outcome.point[program.level])
    for _, row, right in program.incentive_rows:
        program.keep(row, right + level)
    return outcome.point


def _maximise(program: TermsProgram, row: Array) -> Array:
    outcome = program.solve(row)
    if outcome.point is None:
        raise SolverError("a stage of the choice of terms found nothing")
    program.keep(row, float(row @ outcome.point))
    return outcome.point


def _tie_breaks(program: TermsProgram, point: Array) -> Array:
    """Take the smallest deposits, transfers and reimbursements, then the smallest largest share, in this order."""
    deposits, transfers = program.zero(), program.zero()
    deposits[program.block("d")] = -1.0
    transfers[program.block("abs")] = -1.0
    for row in (deposits, transfers, -program.reimbursement_row()):
        if np.any(row):
            point = _maximise(program, row)
    shares = []
    for at in range(program.count):
        row = program.zero()
        row[program.block("s").start + at] = -1.0
        shares.append((row, 0.0, 1.0))
    outcome = program.max_min(shares)
    return outcome.point if outcome.point is not None else point
