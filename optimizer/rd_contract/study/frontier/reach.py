"""How much of a second goal the terms of a design can give without a loss of the first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...base.arrays import Array
from ...base.choices import Measure
from ...base.errors import SolverError
from ...instance import Instance
from ...model.derivation import derive
from ...model.parameters import RuleRow
from ...model.relevance import relevant, team_problem
from ...outcome.contract import Result
from ...outcome.reading import nearest_design
from ...terms import TermsProgram, objective_row

#: Takes the terms of a design and their unit of money; returns the best of the second goal.
Best = Callable[[TermsProgram, float], float]


def best_of_terms(instance: Instance, contract: Result, best: Best) -> float | None:
    """Return the best of a second goal among the terms of a contract's design that are worth as much as the contract.

    Parameters
    ----------
    instance
        The instance.
    contract
        A contract of it.
    best
        The second goal.

    Returns
    -------
    float or None
        To the solver's precision, before terms are rounded; None where rounding has left no room.
    """
    parameters = relevant(derive(instance)).scaled()
    design = nearest_design(contract, parameters)
    if design is None or contract.objective_value is None:
        return None
    team, local = team_problem(parameters, design)
    program = TermsProgram(team, local)
    row, constant = objective_row(program)
    program.keep(row, contract.objective_value / team.scale - constant)
    try:
        return best(program, team.scale)
    except SolverError:
        return None


def best_measure(measure: Measure, counted: frozenset[str], *, larger: bool) -> Best:
    """Return the best of what a measure of the terms (M34) counts, in its own unit; of scenarios in the worst of them.

    Parameters
    ----------
    measure
        ``revenue_share`` or ``reimbursement``.
    counted
        Names of the firms that count.
    larger
        Whether more is better.
    """

    def best(program: TermsProgram, unit: float) -> float:
        weights = np.array([float(name in counted) for name in program.parameters.names])
        rows = program.rule_rows(RuleRow(measure, measure, weights, 0.0, 0.0))
        sign = 1.0 if larger else -1.0
        outcome = program.max_min([(sign * row, 0.0, 1.0) for row in rows])
        assert outcome.point is not None
        return sign * float(outcome.point[program.level]) * (unit if measure == "reimbursement" else 1.0)

    return best


def least_exposure(program: TermsProgram, unit: float) -> float:
    """Return the least that the largest payment or deposit of a member can be, money.

    Parameters
    ----------
    program
        The terms of a design.
    unit
        Their unit of money.
    """

    def entry(quantity: str, at: int, sign: float) -> Array:
        row = program.zero()
        row[program.block(quantity).start + at] = sign
        return row

    members = range(program.count)
    spared = [entry("t", at, 1.0) for at in members] + [entry("d", at, -1.0) for at in members]
    outcome = program.max_min([(row, 0.0, 1.0) for row in [*spared, program.zero()]])
    assert outcome.point is not None
    return -float(outcome.point[program.level]) * unit
