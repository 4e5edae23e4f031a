"""What a contract comes to in each scenario (M25)-(M30), for the result."""

from __future__ import annotations

import numpy as np

from ..base.arrays import Array
from ..model.design import Design, Terms
from ..model.parameters import Parameters
from ..model.payoffs import payoffs, pool_balance
from ..model.scenarios import Scenarios
from .contract import ScenarioOutcome


def outcomes_of(p: Parameters, design: Design, terms: Terms) -> tuple[ScenarioOutcome, ...]:
    """Return what a contract comes to in each scenario; nothing where numbers are certain.

    Parameters
    ----------
    p
        The problem.
    design, terms
        The contract; money in the problem's unit.
    """
    seen = p.scenarios
    if seen is None:
        return ()
    members, leads = list(design.members), p.objective == "lead" and p.lead is not None
    bearers = np.array([float(i == p.lead) for i in range(p.n)]) if leads else terms.share
    slack = _slacks(p, seen, design, terms) if p.outlook is not None and p.outlook.timing == "before_effort" else {}
    (base, own, shared), efforts, told = seen.value_parts(design), seen.efforts(design), []
    for w, world in enumerate(p.worlds):
        lacking = pool_balance(world.problem, design, terms)
        parts = payoffs(world.problem, design, terms)
        profits = parts.total - lacking * bearers
        surpluses = profits - world.problem.outside
        surplus = float(surpluses[members].sum())
        revenue = float(base[w] + own[w].sum() + shared[w].sum())
        told.append(
            ScenarioOutcome(
                name=world.name,
                probability=world.probability,
                joint_surplus=surplus * p.scale,
                objective_value=(float(profits[p.lead]) if leads else surplus) * p.scale,
                expected_revenue=revenue * p.scale,
                profits={p.names[i]: float(profits[i]) * p.scale for i in members},
                surpluses={p.names[i]: float(surpluses[i]) * p.scale for i in members},
                pool_balance=lacking * p.scale,
                slack={p.names[i]: float(left[w]) * p.scale for i, left in slack.items()},
                efforts={p.names[i]: float(efforts[w, i]) for i in members} if seen.planned else None,
            )
        )
    return tuple(told)


def _slacks(p: Parameters, seen: Scenarios, design: Design, terms: Terms) -> dict[int, Array]:
    """Return what the best deviation would cost each member that has a choice, shape (scenarios,), money (M26)."""
    r, marginal = design.regime, seen.marginal(design)
    cost, verifiable, q = seen.cost(r) - seen.subsidised(r), seen.verifiable(r), seen.regimes["q"][:, r]
    slacks = {}
    for i, agreed in zip(design.members, seen.agreed(design).tolist(), strict=True):
        others = seen.kept_throughout(i)
        if len(others) < 2:
            continue
        dx = seen.x[:, [agreed]] - seen.x[:, others]
        income = terms.share[i] * marginal[:, i] + seen.firms["benefit"][:, i]
        caught = q * (terms.deposit[i] + seen.firms["stake"][:, i])
        borne = cost - terms.rate[i] * verifiable
        lost = income[:, None] * dx + caught[:, None] * np.maximum(dx, 0.0) - borne[:, [agreed]] + borne[:, others]
        slacks[i] = np.where(dx != 0.0, lost, np.inf).min(axis=1)
    return slacks
