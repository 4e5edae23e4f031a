"""From what a search found to a result in the user's words and units: terms are chosen, figures computed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..base.choices import Robust
from ..base.tolerances import GAP, STATED_GAP
from ..base.version import __version__, pyomo_version
from ..division import Sought, Targets, aims
from ..engine import highs_version
from ..instance import Instance
from ..model.design import Design, Terms
from ..model.exact import effort_costs, reimbursements
from ..model.parameters import Parameters
from ..model.payoffs import Payoffs, agreed_revenue, agreed_value_parts, payoffs
from ..search import PROVEN, Found
from ..terms import Support, TermsProgram, choose_terms, round_terms
from .by_scenario import outcomes_of
from .claims import DivisionTargets
from .comparisons import first_best, in_file_order, regime_outcomes, stand_alone
from .contract import (
    Alternative,
    InstanceReference,
    Member,
    RegimeOutcome,
    Result,
    SolverInfo,
    ValueParts,
)
from .ending import Bounds, Status, StopReason


@dataclass(frozen=True)
class Call:
    """Options of a call, as its result records them."""

    time_limit: float | None
    gap: float
    threads: int
    method: str
    top: int
    margin: float
    robust: Robust | None
    stability: bool
    stable: bool
    unit: float | None


def assemble(instance: Instance, parameters: Parameters, found: Found, sought: Sequence[Sought], call: Call) -> Result:
    """Put a search's answer into the user's words and units.

    Parameters
    ----------
    instance
        The decision problem.
    parameters
        The same as it was searched; figures are those of the amounts as written.
    found
        What the search found.
    sought
        What the terms of each of the alliances found aim at.
    call
        What was asked.

    Returns
    -------
    Result
        Without certificate; its solver part says 0 seconds.
    """
    judged = [
        _contract(instance, parameters, found, support, aim, call)
        for support, aim in zip(found.teams, sought, strict=True)
    ]
    contracts, complete = [contract for contract, _ in judged], all(complete for _, complete in judged)
    first = contracts[0] if contracts else None
    reached = None if first is None else first.joint_surplus
    bounds = _bounds(found, first, parameters.scale)
    status, reason = _verdict(found, complete, bounds.gap, call.gap)
    written = parameters.as_written()
    return Result(
        **_heading(instance, call, _method(found, call.method), found.rounds),
        status=status,
        stop_reason=reason,
        **_fields(first),
        bound=bounds.bound,
        gap=bounds.gap,
        regimes=regime_outcomes(written, found, reached),
        first_best=first_best(written, found, call.gap, reached),
        stand_alone=stand_alone(instance, parameters, found),
        alternatives=tuple(contracts[1:]),
    )


def unsearched(instance: Instance, call: Call) -> Result:
    """Return the result of a solve that Ctrl-C ended before the search began: nothing is known.

    Parameters
    ----------
    instance, call
        As for :func:`assemble`.

    Returns
    -------
    Result
        Without certificate; its solver part says 0 seconds.
    """
    unknown = {"joint_surplus": None, "bound": None, "method": None}
    regimes = itertools.product(instance.modes, instance.monitoring)
    return Result(
        **_heading(instance, call, "extensive" if call.method == "extensive" else "decomposed", 0),
        status="stopped",
        stop_reason="interrupted",
        **_fields(None),
        bound=None,
        gap=None,
        regimes=tuple(
            RegimeOutcome(mode=mode.name, monitoring=option.name, status="stopped", **unknown)
            for mode, option in regimes
        ),
        first_best=None,
        stand_alone=(),
    )


def _heading(instance: Instance, call: Call, method: str, rounds: int) -> dict[str, Any]:
    """Return the fields that say what was asked, and what answered."""
    return {
        "instance": InstanceReference(name=instance.name, sha256=instance.sha256),
        "objective": instance.objective,
        "division": instance.division,
        "currency": instance.currency,
        "uncertainty": instance.uncertainty if instance.scenarios else None,
        "margin": call.margin,
        "robust": call.robust,
        "certificate": None,
        "solver": SolverInfo(
            rd_contract=__version__,
            highs=highs_version(),
            pyomo=pyomo_version(),
            method=method,
            seconds=0.0,
            rounds=rounds,
            options=asdict(call),
        ),
    }


def _fields(contract: Alternative | None) -> dict[str, Any]:
    """Return the fields of a result that say what its contract is: those that the next best alliances have, too."""
    if contract is None:
        return {**dict.fromkeys(Alternative.model_fields), "members": (), "scenarios": ()}
    return {name: getattr(contract, name) for name in Alternative.model_fields}


def _bounds(found: Found, contract: Alternative | None, scale: float) -> Bounds:
    """Return how good a contract is proven to be: rounded terms of the best may be worth a little less than found."""
    if contract is None or found.bound is None:
        return Bounds(None if contract is None else contract.objective_value, None)
    return Bounds(contract.objective_value, max(found.bound * scale, contract.objective_value))


def _verdict(found: Found, complete: bool, gap: float | None, asked: float) -> tuple[Status, StopReason]:
    """Return what is claimed of an answer, and why the solve ended: "optimal" where the reported gap says so, only.

    The search may have reached the gap in its own unit of money, and the figures in the user's unit may not, where
    amounts lie too far apart to be told from each other. So may the choice of terms fail where the search did not.
    """
    if found.best is None:
        return ("no_contract" if found.proven else "stopped"), found.stop_reason
    if not found.proven:
        return "feasible", found.stop_reason
    if not complete or gap is None or gap > max(asked, STATED_GAP):
        return "feasible", "numerical_trouble"
    return "optimal", found.stop_reason


def _method(found: Found, asked: str) -> str:
    """Return which method found the answer; with the extensive form beside it where that had to take over."""
    if asked == "extensive":
        return "extensive"
    fell_back = any(regime.method == "extensive form" for regime in found.regimes)
    return "decomposed, extensive" if fell_back else "decomposed"


def _room(found: Found, support: Support, chosen: float, gap: float) -> float:
    """Return what rounding the terms may take from the objective, scaled money: what proof and choice leave of the gap.

    Where a larger gap than usual is asked for, rounding must not use it up, nor change the order of alternatives.

    Parameters
    ----------
    found, support
        What the search found, and the best terms of the design.
    chosen
        The objective with the terms as they were chosen, scaled money.
    gap
        The gap asked for.
    """
    room = (1.0 - PROVEN) * min(gap, GAP) * abs(support.value) - (support.value - chosen)
    if found.proven and found.bound is not None and support is found.teams[0]:
        # The gap is measured against what is left after rounding.
        room = min(room, gap * (abs(chosen) - room) - (found.bound - chosen))
    return max(room, 0.0)


def _contract(
    instance: Instance,
    parameters: Parameters,
    found: Found,
    support: Support,
    sought: Sought,
    call: Call,
) -> tuple[Alternative, bool]:
    """Return the contract of one alliance, its terms rounded to a unit of money at the cost of what a proof leaves.

    And whether its terms were chosen as the division rule and the tie-breaks ask for.
    """
    targets, claims = sought.targets, sought.claims
    aimed = None if targets is None else targets.payoff
    held = () if claims is None else claims.guarantees(support.design)
    p, design = parameters.as_written(), support.design
    choice = choose_terms(parameters, design, instance.division, aimed, support.conditions, held)
    room = _room(found, support, _worth(p, design, choice.terms)[1], call.gap)
    terms, rounding = round_terms(choice, unit=call.unit, room=room)
    parts = payoffs(p, design, terms)
    members = list(design.members)
    surplus, value = _worth(p, design, terms)
    mean = p.at(design.regime)
    regime = mean.regimes[design.regime]
    base, own, shared = agreed_value_parts(p, design)
    people = _members(instance, p, design, terms, parts)
    contract = Alternative(
        mode=regime.mode,
        monitoring=regime.monitoring,
        joint_surplus=surplus * p.scale,
        joint_profit=float(parts.total[members].sum()) * p.scale,
        expected_revenue=agreed_revenue(p, design) * p.scale,
        objective_value=value * p.scale,
        value_parts=ValueParts(
            base=base * p.scale,
            contributions=float(own.sum()) * p.scale,
            synergies=float(shared.sum()) * p.scale,
        ),
        members=people,
        division_targets=_targets(p, people, targets) if aims(instance.division) else None,
        stable_terms=None if claims is None else claims.stated(p, [member.firm for member in people]),
        rounding=rounding,
        scenarios=outcomes_of(p, design, terms),
    )
    return contract, choice.complete


def _worth(p: Parameters, design: Design, terms: Terms) -> tuple[float, float]:
    """Return W (M20) and the objective, W, the lead's profit (M21) or (M30), under terms, scaled money."""
    parts = payoffs(p, design, terms)
    surplus = float(parts.surplus(p.at(design.regime).outside)[list(design.members)].sum())
    if p.outlook is not None and p.outlook.averse:
        return surplus, TermsProgram(p, design).value_of(terms)
    return surplus, float(parts.total[p.lead]) if p.objective == "lead" and p.lead is not None else surplus


def _targets(p: Parameters, members: Sequence[Member], targets: Targets | None) -> DivisionTargets:
    """Return what the rule aims at, member by member, and how far the terms are from it."""
    if targets is None:
        return DivisionTargets(targets={}, standard_errors={}, distance=None, searches=0, finished=False)
    place = {name: i for i, name in enumerate(p.names)}
    aimed = {member.firm: float(targets.payoff[place[member.firm]]) * p.scale for member in members}
    # What the terms and their rounding took from W is borne by all alike.
    taken = (sum(aimed.values()) - sum(member.surplus for member in members)) / len(members)
    aimed = {name: target - taken for name, target in aimed.items()}
    errors = {name: float(targets.error[place[name]]) * p.scale for name in aimed} if targets.sampled else {}
    distance = max(abs(member.surplus - aimed[member.firm]) for member in members)
    return DivisionTargets(
        targets=aimed, standard_errors=errors, distance=distance, searches=targets.searches, finished=True
    )


def _members(instance: Instance, p: Parameters, design: Design, terms: Terms, parts: Payoffs) -> tuple[Member, ...]:
    scale = p.scale
    slack = _incentive_slack(p, design, terms)
    # As a reader of the contract computes them from its decimals.
    cost = dict(zip(design.members, effort_costs(p, design), strict=True))
    paid = dict(zip(design.members, reimbursements(p, design, terms.rate), strict=True))
    mean = p.at(design.regime)
    x, surplus = design.efforts(p.x), parts.surplus(mean.outside)
    _, own, shared = agreed_value_parts(p, design)
    return tuple(
        Member(
            firm=p.names[i],
            effort_level=float(x[i]),
            effort_label=p.labels[i][design.levels[i]],
            effort_cost=float(cost[i]),
            share=float(terms.share[i]),
            reimbursement_rate=float(terms.rate[i]),
            reimbursement=float(paid[i]),
            transfer=float(terms.transfer[i]) * scale,
            deposit=float(terms.deposit[i]) * scale,
            expected_profit=float(parts.total[i]) * scale,
            outside_option=float(mean.outside[i]) * scale,
            surplus=float(surplus[i]) * scale,
            incentive_slack=None if i not in slack else slack[i] * scale,
            contribution_value=float(own[i]) * scale,
            synergy_value=float(shared[i]) * scale,
        )
        for i in in_file_order(instance, p, design.members)
    )


def _incentive_slack(p: Parameters, design: Design, terms: Terms) -> dict[int, float]:
    """Return the smallest slack of (M11) of each member that has a choice."""
    program = TermsProgram(p, design)
    columns = program.zero()
    for quantity, values in (("s", terms.share), ("phi", terms.rate), ("d", terms.deposit)):
        columns[program.block(quantity)] = values[program.members]
    slack: dict[int, float] = {}
    for at, row, right in program.incentive_rows:
        firm = program.members[at]
        slack[firm] = min(slack.get(firm, math.inf), float(row @ columns) - right + p.margin)
    return slack
