"""Terms beside given ones that leave more room: so much that rounding them need not break a condition."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from ..base.arrays import Array
from ..base.errors import SolverError
from ..model.design import Terms
from ..model.payoffs import payoffs
from ..model.rules import terms_rules
from .program import TermsProgram
from .steps import Steps

#: Steps by which terms that leave more room may lie beside those that were chosen.
BESIDE = 10


def with_room(
    program: TermsProgram, given: Terms, steps: Steps, conditions: Sequence[tuple[Array, float]], most: float
) -> Terms | None:
    """Return terms few steps beside given ones that keep (M11) and the budget (M14) though each moves by one.

    As far as that can be had for what they may take from W, and with surpluses as they are.

    Parameters
    ----------
    program
        The program of the team's terms; it is spent.
    given
        Terms of the members, in the team's unit of money.
    steps
        The steps.
    conditions
        (M11) and the conditions of uniqueness, as rows of the program and what they must reach.
    most
        What the terms may take from W (M19), money.

    Returns
    -------
    Terms or None
        None: there are none.
    """
    team = program.problem
    surplus = payoffs(team, program.design, given).total - team.outside
    step, unit = float(steps.share), float(steps.money) / team.scale
    reach = {"s": step, "phi": step, "d": max(unit, step * abs(program.revenue))}
    chosen = {"s": given.share, "phi": given.rate, "d": given.deposit}
    for quantity, near in reach.items():
        block = program.block(quantity)
        program.lower[block] = np.maximum(program.lower[block], chosen[quantity] - BESIDE * near)
        program.upper[block] = np.minimum(program.upper[block], chosen[quantity] + BESIDE * near)
    program.upper[program.level] = 1.0
    for at, (row, constant) in enumerate(program.surplus):
        target = float(surplus[at]) - constant
        program.add(row, lower=target - unit, upper=target + unit)
    for at in np.flatnonzero(program.weight > 0.0).tolist():
        program.add_tangent(at, float(given.share[at]))
    program.add(program.terms_cost_row(), upper=most)
    moves = program.zero()
    moves[program.block("s")] = moves[program.block("phi")] = step
    moves[program.block("d")] = unit
    try:
        point = program.max_min(_claims(program, conditions, moves)).point
    except SolverError:  # no terms beside the chosen ones, to the solver's precision
        return None
    return None if point is None else program.terms(point)


def _claims(
    program: TermsProgram, conditions: Sequence[tuple[Array, float]], moves: Array
) -> list[tuple[Array, float, float]]:
    """Return what must not fall below 0, as rows and constants, with what each loses where every column moves.

    Parameters
    ----------
    program, conditions
        As for :func:`with_room`.
    moves
        By how much each column moves, shape (columns,).
    """
    team = program.problem
    claims = [(row, -right, float(np.abs(row) @ moves)) for row, right in conditions]
    for row in program.reimbursement_rows() if program.sharing_rows else ():
        claims.append((-row, team.sharing_budget, float(row @ moves)))
    for rule in terms_rules(team):
        if rule.measure == "revenue_share":
            continue  # kept where shares are apportioned; a share that is fixed would leave no room to anything
        for row, (sign, limit) in itertools.product(program.rule_rows(rule), ((1.0, rule.lower), (-1.0, -rule.upper))):
            if math.isfinite(limit) and np.any(row):
                claims.append((sign * row, -limit, float(np.abs(row) @ moves)))
    return claims
