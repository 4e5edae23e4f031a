"""Whether terms exist that carry a design, and the best of them for the objective."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..base import tolerances
from ..base.arrays import Array
from ..base.errors import SolverError
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.payoffs import aimed_surplus, payoffs
from ..model.relevance import team_problem
from ..model.rules import keeps_rules_everywhere
from .least_shares import shares_may_fit
from .mending import are_out_of_reach, carries, mended
from .program import TermsProgram
from .uniqueness import Conditions, OutOfTime, Profile, Uniqueness


@dataclass(frozen=True)
class Support:
    """The best terms of a design.

    Parameters
    ----------
    design
        The design they carry.
    value
        Objective, money in the unit of the parameters.
    joint_surplus
        W (M20) at those terms.
    cost
        What those terms take from W: guarantee fees and risk premia (M19).
    shares : array, shape (n,)
        Revenue shares of those terms, where further tangents of a risk premium are worth most.
    conditions
        Conditions that make the agreed efforts the only equilibrium; None: that was not asked for.
    """

    design: Design
    value: float
    joint_surplus: float
    cost: float
    shares: Array
    conditions: Conditions | None = None


def optimal_point(program: TermsProgram) -> tuple[Array, float] | None:
    """Optimise the objective, then W.

    Under objective ``joint`` (M20) the two are one. Under ``lead`` (M21), and where bad scenarios count for more (M30),
    W comes second: no terms that give the lead the same and the others less are chosen.

    Returns
    -------
    tuple or None
        The point and the objective's value; None when no terms carry the design.
    """
    value = None
    if not _is_surplus(program):
        row, constant = objective_row(program)
        outcome = program.solve(row)
        if outcome.point is None:
            return None
        program.keep(row, float(row @ outcome.point))
        value = float(row @ outcome.point) + constant
    cost = program.terms_cost_row()
    outcome = program.solve(-cost)
    if outcome.point is None:
        return None
    if value is None:
        value = program.design_surplus - float(cost @ outcome.point)
    return outcome.point, value


def unique_conditions(
    team: Parameters,
    local: Design,
    *,
    start: Conditions = (),
    excluded: Sequence[Profile] = (),
    least: float = -math.inf,
    deadline: float = math.inf,
) -> Conditions | None:
    """Return conditions on the terms under which the agreed profile is the only equilibrium, the objective at its best.

    Parameters
    ----------
    team, local
        The problem of the members.
    start, excluded
        Conditions that hold, and profiles that somebody must be sure to leave, in any case.
    least
        Value of the objective, money, that terms must exceed to matter.
    deadline
        On the clock of ``time.perf_counter``.

    Returns
    -------
    conditions or None
        None when no terms do that matter.

    Raises
    ------
    OutOfTime
        When the deadline comes first.
    """
    uniqueness = Uniqueness(TermsProgram(team, local))
    objective, constant = objective_row(uniqueness.program)

    def judge(conditions: Conditions) -> tuple[float, list[Profile]]:
        found = optimal_point(program_under(team, local, conditions))
        if found is None:  # risk premia are larger than their tangents
            return -math.inf, []
        return float(objective @ found[0]), uniqueness.others(found[0])

    return uniqueness.best_conditions(
        objective, judge, start=start, excluded=excluded, least=least - constant, deadline=deadline
    )


def program_under(team: Parameters, local: Design, conditions: Conditions) -> TermsProgram:
    """Return the program of the terms that meet conditions of uniqueness."""
    program = TermsProgram(team, local)
    for row, right in Uniqueness(program).rows(conditions) if conditions else ():
        program.add(row, lower=right)
    return program


def objective_row(program: TermsProgram) -> tuple[Array, float]:
    """Return the objective as a row of the terms and a constant: (M20), less what the terms cost, (M21) or (M30)."""
    p = program.parameters
    if program.aversion.wanted:
        return program.aversion.objective(program), 0.0
    if p.objective == "lead" and p.lead is not None:
        row, constant = program.surplus_of(program.position(p.lead))
        return row, constant + float(p.outside[p.lead])
    return -program.terms_cost_row(), program.design_surplus


def _is_surplus(program: TermsProgram) -> bool:
    """Return whether the objective is joint surplus, on average where there are scenarios (M20)."""
    p = program.parameters
    return not program.aversion.wanted and (p.objective != "lead" or p.lead is None)


def best_terms(
    parameters: Parameters,
    design: Design,
    *,
    unique: bool = False,
    least: float = -math.inf,
    deadline: float = math.inf,
) -> Support | None:
    """Return the best objective that terms can give a design, or None when none carry it.

    Exact: (M9)-(M15) with everything but the terms fixed; with ``unique``, only terms count under which the agreed
    efforts are the only equilibrium, and None is also returned when none of them exceeds ``least``, money, or when the
    deadline comes first.

    Raises
    ------
    SolverError
        When the solver fails, or cannot tell amounts so far apart from each other that its terms would be any.
    """
    if not (keeps_rules_everywhere(parameters, design) and shares_may_fit(parameters, design)):
        return None
    team, local = team_problem(parameters, design)
    unit = team.scale / parameters.scale
    program = TermsProgram(team, local)
    conditions: Conditions | None = None
    best = optimal_point(program)
    if best is not None and unique:
        try:
            found = unique_conditions(team, local, least=least / unit, deadline=deadline)
        except OutOfTime:
            return None
        if found is None:
            return None
        conditions, program = found, program_under(team, local, found)
        best = optimal_point(program)
    if best is None:
        return None
    point, value = best
    terms = mended(program, point)
    if not carries(program, terms):
        # (M15) asks for W >= 0: below it is no contract, by however little.
        if are_out_of_reach(program) or float((payoffs(team, local, terms).total - team.outside).sum()) < 0.0:
            return None
        raise SolverError("amounts are too far apart to tell whether terms carry a design")
    cost = float(program.terms_cost_row() @ point)
    shares = np.zeros(parameters.n)
    shares[list(design.members)] = terms.share
    return Support(design, value * unit, (program.design_surplus - cost) * unit, cost * unit, shares, conditions)


def scenario_weights(parameters: Parameters, design: Design) -> Array | None:
    """Return how much each scenario counts where terms make a design's objective best (M30); None: that is not known.

    They are the prices of the scenarios: of all averages with weights that the objective allows, the one with these is
    least there, so that a bound by them is as good as any near the design.

    Raises
    ------
    SolverError
        When the solver fails.
    """
    team, local = team_problem(parameters, design)
    program = TermsProgram(team, local)
    outcome = program.solve(objective_row(program)[0])
    if outcome.point is None or outcome.duals is None:
        return None
    prices = np.abs(outcome.duals[program.aversion_rows])
    total = float(prices.sum())
    return prices / total if total > tolerances.NONZERO else None


def visible_support(parameters: Parameters, design: Design) -> Support:
    """Return what a design is worth if effort can be observed (M22): no incentives, no fees, no premia, no shares."""
    surplus = aimed_surplus(parameters, design)
    return Support(design, surplus, surplus, 0.0, np.zeros(parameters.n))
