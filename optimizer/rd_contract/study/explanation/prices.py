"""What relaxing a limit on the terms by one unit brings: duals of the linear program of all terms of the team.

A dual that is not zero says that a limit may matter. Where several duals fit one optimum, as in degenerate programs,
one of them overstates what relaxing brings; so the limit is relaxed a little, and what that gains is the price.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...base.tolerances import NO_PRICE, PRECISION, PRICE_STEP
from ...engine import Outcome
from ...instance import Instance
from ...model.derivation import derive
from ...model.design import Design
from ...model.parameters import Parameters
from ...model.relevance import team_problem
from ...outcome.contract import Result
from ...outcome.reading import nearest_design
from ...terms import TermsProgram
from .types import LimitKind, Price


@dataclass(frozen=True)
class _Limit:
    """A limit: which, of whom (position in the team; None: the alliance's), and the problem with it relaxed."""

    kind: LimitKind
    at: int | None
    relaxed: Parameters


@dataclass(frozen=True)
class LocalPrices:
    """Prices of limits, and the safety margin they are prices of.

    Parameters
    ----------
    largest_slack
        Largest smallest slack of (M11) that any terms of the team reach, money; None: nobody has a choice.
    prices
        Those that are not zero.
    """

    largest_slack: float | None
    prices: tuple[Price, ...]


def local_prices(instance: Instance, contract: Result) -> LocalPrices:
    """Return the prices of the limits on the terms, members and efforts being as agreed.

    Parameters
    ----------
    instance
        The instance.
    contract
        Its contract.
    """
    parameters = dataclasses.replace(derive(instance), margin=contract.margin)
    design = nearest_design(contract, parameters)
    assert design is not None
    team, local = team_problem(parameters, design)
    order = {member.firm: at for at, member in enumerate(contract.members)}
    found: dict[tuple[LimitKind, int | None], dict[str, float]] = {}
    largest = None
    # Bad scenarios are counted by whole surpluses, of which these amounts themselves are a part.
    averse = team.outlook is not None and team.outlook.averse and team.objective == "joint"
    counted: dict[str, tuple[LimitKind, ...]] = {
        "objective": ("participation", "monitoring_cost") if averse else (),
        "safety_margin": (),
    }
    for name, solved in (("objective", _objective), ("safety_margin", _margin)):
        base = solved(team, local)
        if base is None:
            continue
        program, outcome = base
        if name == "safety_margin":
            largest = (float(outcome.value or 0.0) + team.margin) * team.scale
        for limit in _limits(team, local):
            price = _price(limit, program, outcome, solved(limit.relaxed, local), counted[name])
            if price > NO_PRICE:
                found.setdefault((limit.kind, limit.at), {})[name] = price
    prices = [_record(team, limit, values) for limit, values in found.items()]
    return LocalPrices(largest, tuple(sorted(prices, key=lambda one: order.get(one.firm or "", len(order)))))


def _record(team: Parameters, limit: tuple[LimitKind, int | None], values: dict[str, float]) -> Price:
    kind, at = limit
    rate = kind in ("reimbursement_limit", "share_cap", "share_floor")
    factor = 0.01 * team.scale if rate else 1.0
    return Price(
        limit=kind,
        firm=None if at is None else team.names[at],
        unit="percentage point" if rate else "money",
        objective=factor * values.get("objective", 0.0),
        safety_margin=factor * values.get("safety_margin", 0.0),
    )


# --- the two programs --------------------------------------------------------------------------------------

Solved = tuple[TermsProgram, Outcome]


def _objective(team: Parameters, design: Design) -> Solved | None:
    """Maximise what the terms can do for the objective; None where they can do nothing."""
    program = TermsProgram(team, design)
    if program.aversion.wanted:
        row = program.aversion.objective(program)
    elif team.objective == "lead" and team.lead is not None:
        row = program.surplus_of(program.position(team.lead))[0]
    else:
        row = -program.terms_cost_row()
        if program.parameters.eta <= 0.0 and not np.any(program.weight > 0.0):
            return None
    outcome = program.solve(row)
    return None if outcome.point is None else (program, outcome)


def _margin(team: Parameters, design: Design) -> Solved | None:
    """Maximise the smallest slack of (M11); None where nobody has a choice."""
    program = TermsProgram(team, design)
    if not program.incentive_rows:
        return None
    for _, row, right in program.incentive_rows:
        epigraph = row.copy()
        epigraph[program.level] = -1.0
        program.add(epigraph, lower=right)
    level = program.zero()
    level[program.level] = 1.0
    outcome = program.solve(level)
    return None if outcome.point is None else (program, outcome)


# --- the limits --------------------------------------------------------------------------------------------


def _limits(team: Parameters, design: Design) -> Iterator[_Limit]:
    """Yield every limit that can be relaxed."""
    for at in range(team.n):
        yield from _limits_of_member(team, design, at)
    if np.isfinite(team.sharing_budget):
        relaxed = dataclasses.replace(team, sharing_budget=team.sharing_budget + PRICE_STEP)
        yield _Limit("cost_sharing_budget", None, relaxed)
    if _least(team, "K", design) >= PRICE_STEP:
        yield _Limit("monitoring_cost", None, _cheaper(team, design))


def _limits_of_member(team: Parameters, design: Design, at: int) -> Iterator[_Limit]:
    def moved(field: str, step: float) -> Parameters:
        values = getattr(team, field).copy()
        values[at] += step
        return dataclasses.replace(team, **{field: values})

    average = team.at(design.regime)
    subsidy = team.subsidy[at] if team.scenarios is None else team.scenarios.firms["subsidy"][:, at].max()
    if average.regimes[design.regime].q > 0.0:
        yield _Limit("deposit_limit", at, moved("d_max", PRICE_STEP))
    if average.theta[at] > 0.0 and team.phi_max[at] + subsidy <= 1.0 - PRICE_STEP:
        yield _Limit("reimbursement_limit", at, moved("phi_max", PRICE_STEP))
    if team.s_max[at] < 1.0:
        yield _Limit("share_cap", at, moved("s_max", PRICE_STEP))
    if team.s_min[at] >= PRICE_STEP:
        yield _Limit("share_floor", at, moved("s_min", -PRICE_STEP))
    if np.isfinite(team.liquidity[at]):
        yield _Limit("liquidity", at, moved("liquidity", PRICE_STEP))
    yield _Limit("participation", at, _content(moved("outside", -PRICE_STEP), at))


def _least(team: Parameters, field: str, design: Design) -> float:
    """Return the least that a number of the regime is in any scenario."""
    if team.scenarios is None:
        return float(getattr(team.regimes[design.regime], field))
    return float(team.scenarios.regimes[field][:, design.regime].min())


def _cheaper(team: Parameters, design: Design) -> Parameters:
    """Return the team with monitoring that costs a little less, in every scenario."""
    regimes = list(team.regimes)
    regimes[design.regime] = dataclasses.replace(regimes[design.regime], K=regimes[design.regime].K - PRICE_STEP)
    seen = team.scenarios
    if seen is not None:
        costs = seen.regimes["K"].copy()
        costs[:, design.regime] -= PRICE_STEP
        seen = dataclasses.replace(seen, regimes=seen.regimes | {"K": costs})
    return dataclasses.replace(team, regimes=tuple(regimes), scenarios=seen)


def _content(team: Parameters, at: int) -> Parameters:
    """Return the team, a member of which has a little less outside, with as much less in every scenario."""
    if (seen := team.scenarios) is None:
        return team
    outside = seen.firms["outside"].copy()
    outside[:, at] -= PRICE_STEP
    return dataclasses.replace(team, scenarios=dataclasses.replace(seen, firms=seen.firms | {"outside": outside}))


def _price(
    limit: _Limit, program: TermsProgram, base: Outcome, relaxed: Solved | None, counted: Sequence[LimitKind]
) -> float:
    """Return what a unit of relaxation brings: the dual, where solving the relaxed program confirms it.

    A column that is fixed at 0 stands in no row of the program, so that its dual says nothing. What limits that count
    in the value add by themselves is not brought by better terms.
    """
    dual = _dual(limit, program, base)
    if relaxed is None or relaxed[1].value is None or base.value is None:
        return 0.0
    gained = (relaxed[1].value - base.value) / PRICE_STEP - float(limit.kind in counted)
    return dual if abs(gained - dual) <= PRECISION * max(1.0, dual) else gained


def _dual(limit: _Limit, program: TermsProgram, outcome: Outcome) -> float:
    """Return the dual or reduced cost of a limit, positive where relaxing may gain."""
    assert outcome.duals is not None
    assert outcome.reduced_costs is not None
    columns = {
        "deposit_limit": ("d", 1.0),
        "reimbursement_limit": ("phi", 1.0),
        "share_cap": ("s", 1.0),
        "share_floor": ("s", -1.0),
        "liquidity": ("t", -1.0),
    }
    if limit.at is not None and limit.kind in columns:
        quantity, sign = columns[limit.kind]
        return float(sign * outcome.reduced_costs[program.block(quantity).start + limit.at])
    if limit.at is not None:
        return float(-outcome.duals[program.participation_rows[limit.at]])
    if limit.kind == "monitoring_cost":
        return float(outcome.duals[program.pool_row])
    return float(outcome.duals[program.sharing_rows].sum())
