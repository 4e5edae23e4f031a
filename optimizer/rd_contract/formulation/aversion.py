"""The objective where bad scenarios count for more than their probability (M30), as epigraphs."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from .liquidity import share_of_revenue, transfer
from .rows import Expression, fees, reimbursement, spillover_received, surplus_in
from .sets import Sets
from .variables import pair_membership


def add_aversion(model: Any, sets: Sets) -> Expression:
    """Add ζ and what each scenario lacks of it; return the worst scenario's value, or the mean of the worst part."""
    outlook, worlds = sets.parameters.outlook, sets.worlds
    assert outlook is not None
    index = range(len(worlds))
    model.zeta = pyo.Var()
    if outlook.objective == "worst":
        model.worst = pyo.Constraint(index, rule=lambda m, w: m.zeta <= scenario_value(m, sets, worlds[w]))
        return model.zeta
    model.lacking = pyo.Var(index, bounds=(0.0, None))
    model.tail = pyo.Constraint(index, rule=lambda m, w: m.zeta - m.lacking[w] <= scenario_value(m, sets, worlds[w]))
    chances = [chance / outlook.alpha for chance in sets.chances]
    return model.zeta - sum(chance * model.lacking[w] for w, chance in zip(index, chances, strict=True))


def scenario_value(model: Any, sets: Sets, seen: Sets) -> Expression:
    """Return what the objective is in one scenario: W_ω, or U_ℓω with what the pool lacks or keeps (E3)."""
    p, average = seen.parameters, sets.parameters
    if average.objective != "lead" or average.lead is None:
        paid = sum(fees(model, seen, i) for i in seen.depositing)
        return surplus_in(model, seen) - paid - sum(_premium(model, sets, seen, i) for i in sets.risk_bearing)
    lead, regime = average.lead, seen.regime
    earned = share_of_revenue(model, seen, lead) + spillover_received(model, seen, lead)
    earned += sum(
        float(p.benefit[lead] * p.x[lead][a] - p.borne_cost(regime, lead)[a]) * model.z[lead, a]
        for a in seen.menus[lead]
    )
    earned -= float(p.entry_cost[lead]) * model.y[lead] + fees(model, seen, lead)
    if lead in sets.risk_bearing:
        earned -= _premium(model, sets, seen, lead)
    # Transfers of all balance the pool on average, so what is left in a scenario is by how much less it pays then.
    left = _outlay(model, sets) - _outlay(model, seen)
    return earned + reimbursement(model, seen, lead) + transfer(model, sets, lead) + left


def _premium(model: Any, sets: Sets, seen: Sets, i: int) -> Expression:
    """Return the risk premium of a scenario: a part of the average one."""
    whole = float(sets.parameters.premium(sets.regime)[i])
    return float(seen.parameters.premium(seen.regime)[i]) / whole * model.rho[i]


def _outlay(model: Any, sets: Sets) -> Expression:
    """Return what the pool pays (M13): reimbursements, monitoring, coordination."""
    p = sets.parameters
    pairs = sum(cost * pair_membership(model, sets, i, j) for (i, j), cost in p.pi.items())
    return sum(reimbursement(model, sets, i) for i in sets.reimbursed) + sets.regime.K + pairs
