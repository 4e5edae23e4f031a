"""Whether terms exist that carry a design, and the best of them for the objective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..contract import Design
from ..parameters import Array, Parameters
from ..payoffs import design_surplus
from ..relevance import team_problem
from .program import TermsProgram
from .uniqueness import Uniqueness

#: Level of every member.
Profile = tuple[int, ...]


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
    """

    design: Design
    value: float
    joint_surplus: float
    cost: float
    shares: Array


def optimal_point(program: TermsProgram) -> tuple[Array, float] | None:
    """Optimise the objective, then W.

    Under objective ``joint`` (M20) the two are one. Under ``lead`` (M21) W comes second: no terms that give the
    lead the same and the others less are chosen.

    Returns
    -------
    tuple or None
        The point and the objective's value; None when no terms carry the design.
    """
    p = program.parameters
    value = None
    if p.objective == "lead" and p.lead is not None:
        row, constant = program.surplus_of(program.position(p.lead))
        outcome = program.solve(row)
        if outcome.point is None:
            return None
        program.keep(row, float(row @ outcome.point))
        value = float(row @ outcome.point) + constant + float(p.outside[p.lead])
    cost = program.terms_cost_row()
    outcome = program.solve(-cost)
    if outcome.point is None:
        return None
    if value is None:
        value = program.design_surplus - float(cost @ outcome.point)
    return outcome.point, value


def unique_point(team: Parameters, local: Design, excluded: list[Profile]) -> tuple[TermsProgram, Array, float] | None:
    """Optimise the objective over terms under which the agreed profile is the only equilibrium.

    Parameters
    ----------
    team, local
        The problem of the members.
    excluded
        Profiles that are known to need attention; what is found is added.

    Returns
    -------
    tuple or None
        The program, its choices still open, the point and the objective's value; None when no terms do.
    """
    while True:
        program = TermsProgram(team, local)
        uniqueness = Uniqueness(program)
        if not excluded and not uniqueness.may_exist():
            return None
        for profile in excluded:
            uniqueness.exclude(profile)
        best = optimal_point(program)
        if best is None:
            return None
        others = uniqueness.others(best[0])
        if not others:
            return program, *best
        excluded += others


def best_terms(parameters: Parameters, design: Design, *, unique: bool = False) -> Support | None:
    """Return the best objective that terms can give a design, or None when none carry it.

    Exact: (M9)-(M15) with everything but the terms fixed; with ``unique``, only terms count under which the agreed
    efforts are the only equilibrium.
    """
    team, local = team_problem(parameters, design)
    program = TermsProgram(team, local)
    best = optimal_point(program)
    if best is None:
        return None
    point, value = best
    if unique:
        found = unique_point(team, local, [])
        if found is None:
            return None
        program, point, value = found
    unit = team.scale / parameters.scale
    cost = float(program.terms_cost_row() @ point)
    shares = np.zeros(parameters.n)
    shares[list(design.members)] = program.terms(point).share
    return Support(design, value * unit, (program.design_surplus - cost) * unit, cost * unit, shares)


def visible_support(parameters: Parameters, design: Design) -> Support:
    """Return what a design is worth if effort can be observed (M22): no incentives, no fees, no premia, no shares."""
    surplus = design_surplus(parameters, design)
    return Support(design, surplus, surplus, 0.0, np.zeros(parameters.n))
