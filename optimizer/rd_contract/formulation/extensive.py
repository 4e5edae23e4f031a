"""The extensive form of one regime: the whole bilevel problem as one MILP, exactly.

Reads like the table of contents of ``docs/model.md``. Each binary choice of each firm is a variable, every
product of variables is disaggregated over the menus, and the lower level is replaced by its incentive rows.
Only the risk premium (convex, not linear) is approximated: from below, by tangents that are added until tight.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ParamSpec

import pyomo.environ as pyo
from pyomo.common.log import LoggingIntercept

from ..base.exclusive import PYOMO
from ..model.design import Design
from ..model.parameters import Parameters
from . import rows, variables
from .aversion import add_aversion
from .liquidity import add_liquidity
from .sets import Sets

Parameter = ParamSpec("Parameter")

#: Tangents of each risk premium from the start, at 1, 1/2, 1/4 ...; more where a large premium keeps shares small.
FIRST_TANGENTS = 5


def _quietly(build: Callable[Parameter, Any]) -> Callable[Parameter, Any]:
    """Keep Pyomo from printing while a model is built or changed, by one thread at a time.

    Ctrl-C in a rule would put its log on standard output. Each thread puts the log back as it found it.
    """

    @functools.wraps(build)
    def quiet(*args: Parameter.args, **kwargs: Parameter.kwargs) -> Any:
        with PYOMO, LoggingIntercept(module="pyomo"):
            return build(*args, **kwargs)

    return quiet


@_quietly
def build_extensive_form(parameters: Parameters, regime: int, surplus_bound: float | None = None) -> Any:
    """Return the Pyomo model of one regime, (M7)-(M21).

    Parameters
    ----------
    parameters
        The numbers; money should be scaled to O(1).
    regime
        Position of the regime.
    surplus_bound
        A proven upper bound on W less the tolls of its members in this regime, money; None: one derived from the data.

    Returns
    -------
    ConcreteModel
        Maximises W (M20) or the lead's payoff (M21).
    """
    sets = Sets.of(parameters, regime)
    parameters = sets.parameters
    averse = parameters.outlook is not None and parameters.outlook.averse
    bound = sets.surplus_bound() if surplus_bound is None or averse else surplus_bound - parameters.least_value
    model = _build_design(sets, "extensive form")
    variables.add_term_variables(model, sets)
    variables.add_share_products(model, sets)
    rows.add_share_budget(model, sets)
    rows.add_incentives(model, sets)
    rows.add_incentive_tangents(model, sets)
    rows.add_cost_sharing_budget(model, sets)
    rows.add_terms_rules(model, sets)
    rows.add_surplus(model, sets, bound)
    add_liquidity(model, sets)
    model.premium_tangents = pyo.ConstraintList()
    for i in sets.risk_bearing:
        weight = float(parameters.premium(sets.regime)[i])
        for halvings in range(FIRST_TANGENTS + max(0, math.ceil(0.5 * math.log2(weight)))):
            rows.add_premium_tangent(model, sets, i, 0.5**halvings)
    if averse:
        goal = add_aversion(model, sets)
    elif parameters.objective == "lead" and parameters.lead is not None:
        goal = model.w[parameters.lead] + float(parameters.outside[parameters.lead])
    else:
        goal = model.W - rows.tolls(model, sets)
    model.objective = pyo.Objective(expr=goal, sense=pyo.maximize)
    return model


@_quietly
def build_first_best(parameters: Parameters, regime: int) -> Any:
    """Return the Pyomo model of (M22): the best design if effort could be observed, in one regime."""
    sets = Sets.of(parameters, regime)
    model = _build_design(sets, "first best")
    goal = rows.design_surplus(model, sets) - rows.tolls(model, sets)
    model.objective = pyo.Objective(expr=goal, sense=pyo.maximize)
    return model


def _build_design(sets: Sets, name: str) -> Any:
    """Return a model of who joins and how hard each works, under the rules that do not depend on terms."""
    model = pyo.ConcreteModel(name=name)
    variables.add_design_variables(model, sets)
    variables.add_pair_products(model, sets)
    rows.add_team_rules(model, sets)
    rows.add_distinct_rules(model, sets)
    rows.add_team_size_products(model, sets)
    return model


@_quietly
def add_premium_tangents(model: Any, parameters: Parameters, regime: int, shares: Iterable[tuple[int, float]]) -> None:
    """Add tangents of the risk premium at the given (firm, share), where the firm bears one."""
    sets = Sets.of(parameters, regime)
    for i, at in shares:
        if i in sets.risk_bearing and at > 0.0:
            rows.add_premium_tangent(model, sets, i, at)


@_quietly
def exclude_design(model: Any, design: Design) -> None:
    """Cut off one design and no other: at least one firm's choice must differ."""
    if not hasattr(model, "excluded"):
        model.excluded = pyo.ConstraintList()
    agree = sum(model.z[i, a] if a >= 0 else 1.0 - model.y[i] for i, a in enumerate(design.levels))
    model.excluded.add(agree <= len(design.levels) - 1)


def read_design(parameters: Parameters, regime: int, values: Mapping[str, float]) -> Design:
    """Return the design that a solution's binaries stand for, rounded.

    Parameters
    ----------
    values
        Column values by Pyomo name.
    """
    levels = [-1] * parameters.n
    for i, menu in enumerate(parameters.x):
        for a in range(len(menu)):
            if values.get(f"z[{i},{a}]", 0.0) > 0.5:
                levels[i] = a
    return Design(regime, tuple(levels))
