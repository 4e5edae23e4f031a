"""``solve``: design, terms and certificate, the only place where they meet."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeGuard

import numpy as np

from .certify import verify
from .contract import (
    Bounds,
    Design,
    FirstBest,
    InstanceReference,
    Member,
    RegimeOutcome,
    Result,
    SolverInfo,
    StandAlone,
    Status,
    Terms,
    ValueParts,
)
from .engine import highs_version
from .errors import InstanceError, OptionError, Problem
from .instance import COMPUTED_DIVISIONS, Instance
from .parameters import Parameters, derive
from .payoffs import Payoffs, design_surplus, effort_cost, expected_revenue, payoffs, value_parts
from .relevance import relevant, with_costs_of
from .search import Found, Guide, Progress, SearchOptions, best_alone, learn, search
from .terms import TermsProgram, choose_terms
from .tolerances import ABSOLUTE_GAP, CERTIFICATE, GAP
from .version import __version__, pyomo_version

#: Methods that can be asked for.
METHODS = ("auto", "decomposed", "extensive")


def solve(
    instance: Instance,
    time_limit: float | None = None,
    gap: float = GAP,
    threads: int = 1,
    method: str = "auto",
    on_progress: Callable[[Progress], None] | None = None,
    start: Result | None = None,
    guide: Guide | None = None,
) -> Result:
    """Find the best contract of an instance, prove it, and certify it.

    Parameters
    ----------
    instance
        The decision problem.
    time_limit
        Seconds after which the best contract so far is returned; None: no limit.
    gap
        Relative optimality gap, in [0, 1].
    threads
        Threads of the solver, at most one per core is used; only 1 is reproducible.
    method
        ``decomposed``: bounds, enumeration, branch and cut; ``extensive``: the extensive form of every regime, the
        reference; ``auto``: the decomposed method.
    on_progress
        Called now and then with :class:`Progress`, possibly from another thread.
    start
        A contract, of this instance or a similar one, at whose design the search begins: faster where the best
        contract is near it. What does not exist here is ignored.
    guide
        What :func:`learn_from` learnt of a similar instance: faster where many are solved.

    Returns
    -------
    Result
        With certificate. Ctrl-C ends the solve like a time limit does: ``stop_reason`` is ``interrupted``.

    Raises
    ------
    OptionError
        For an option outside its range.
    InstanceError
        For a division rule that this version does not compute.
    SolverError
        When the solver contradicts itself; nothing is returned that could be wrong.
    """
    started = time.perf_counter()
    check_options(time_limit, gap, threads, method)
    _check_division(instance)
    derived = derive(instance)
    parameters = relevant(derived).scaled()
    limit = math.inf if time_limit is None else float(time_limit)
    # More threads than cores gain nothing, and thousands of them end the process.
    options = SearchOptions(
        float(gap),
        limit,
        min(int(threads), os.cpu_count() or 1),
        on_progress,
        design_of(start, parameters),
        None if guide is None else guide.multipliers(parameters),
    )
    found = search(parameters, options, "extensive" if method == "extensive" else "decomposed")
    recorded = {"time_limit": time_limit, "gap": gap, "threads": threads, "method": method}

    def conclude() -> Result:
        result = _assemble(instance, with_costs_of(parameters, derived), found, recorded)
        solver = result.solver.model_copy(update={"seconds": time.perf_counter() - started})
        return result.replace(certificate=verify(instance, result), solver=solver)

    try:
        return conclude()
    except KeyboardInterrupt:
        return conclude()  # what was found is not thrown away a moment before the end; a second Ctrl-C is heeded


def learn_from(instance: Instance, result: Result) -> Guide | None:
    """Return what the search of similar instances can begin with; None where there is nothing to learn.

    Parameters
    ----------
    instance
        The decision problem.
    result
        Its answer.
    """
    parameters = relevant(derive(instance)).scaled()
    design = design_of(result, parameters)
    return None if design is None else learn(parameters, design)


def check_options(time_limit: object, gap: object, threads: object, method: object) -> None:
    """Refuse options of :func:`solve` outside their ranges; raises OptionError."""
    if time_limit is not None and not (_is_number(time_limit) and time_limit > 0.0):
        raise OptionError(f"time_limit must be a positive number of seconds or None, not {time_limit!r}")
    if not (_is_number(gap) and 0.0 <= gap <= 1.0):
        raise OptionError(f"gap must be a number in [0, 1], not {gap!r}")
    if isinstance(threads, bool) or not isinstance(threads, int | np.integer) or threads < 1:
        raise OptionError(f"threads must be a whole number of at least 1, not {threads!r}")
    if method not in METHODS:
        raise OptionError(f"method must be one of {', '.join(METHODS)}, not {method!r}")


def design_of(result: Result | None, parameters: Parameters) -> Design | None:
    """Return the design of a contract among the firms, levels and regimes of a problem; None where it has none.

    Members that are not there are left out; of those that are, each works at the level nearest to the agreed one.
    """
    if result is None or not result.has_contract:
        return None
    p = parameters
    regime = next(
        (r for r, at in enumerate(p.regimes) if (at.mode, at.monitoring) == (result.mode, result.monitoring)), 0
    )
    place = {name: i for i, name in enumerate(p.names)}
    levels = [-1] * p.n
    for member in result.members:
        if member.firm in place:
            i = place[member.firm]
            levels[i] = int(np.argmin(np.abs(p.x[i] - member.effort_level)))
    return Design(regime, tuple(levels))


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check_division(instance: Instance) -> None:
    if instance.division not in COMPUTED_DIVISIONS:
        expected = "one of " + ", ".join(f'"{rule}"' for rule in COMPUTED_DIVISIONS) + " in this version"
        raise InstanceError([Problem("division", f'"{instance.division}"', expected, "", "division")])


# --- assembling the result -------------------------------------------------------------------------------


def _assemble(instance: Instance, p: Parameters, found: Found, options: dict[str, Any]) -> Result:
    """Put a search's answer into the user's words and units."""
    status: Status = "optimal" if found.proven else "feasible"
    if found.best is None:
        status = "no_contract" if found.proven else "stopped"
    return Result(
        instance=InstanceReference(name=instance.name, sha256=instance.sha256),
        status=status,
        stop_reason=found.stop_reason,
        objective=instance.objective,
        division=instance.division,
        currency=instance.currency,
        **_contract_fields(instance, p, found),
        regimes=_regime_outcomes(p, found),
        first_best=_first_best(p, found, options["gap"]),
        certificate=None,
        solver=SolverInfo(
            rd_contract=__version__,
            highs=highs_version(),
            pyomo=pyomo_version(),
            method=_method(found, options["method"]),
            seconds=0.0,
            rounds=found.rounds,
            options=options,
        ),
    )


def _method(found: Found, asked: str) -> str:
    """Return which method found the answer; with the extensive form beside it where that had to take over."""
    if asked == "extensive":
        return "extensive"
    fell_back = any(regime.method == "extensive form" for regime in found.regimes)
    return "decomposed, extensive" if fell_back else "decomposed"


def _contract_fields(instance: Instance, p: Parameters, found: Found) -> dict[str, Any]:
    if found.best is None:
        missing = (
            "mode",
            "monitoring",
            "joint_surplus",
            "joint_profit",
            "expected_revenue",
            "objective_value",
            "gap",
        )
        return {**dict.fromkeys(missing), "bound": None, "members": (), "stand_alone": ()}
    bound = None if found.bound is None else found.bound * p.scale
    design = found.best.design
    terms = choose_terms(p, design, instance.division)
    regime = p.regimes[design.regime]
    parts = payoffs(p, design, terms)
    members = list(design.members)
    surplus = float((parts.total - p.outside)[members].sum())
    value = surplus
    if p.objective == "lead" and p.lead is not None:
        value = float(parts.total[p.lead])
    base, own, shared = value_parts(p, regime, design.efforts(p.x))
    value *= p.scale
    bounds = Bounds(value, None if bound is None else max(bound, value))
    return {
        "mode": regime.mode,
        "monitoring": regime.monitoring,
        "joint_surplus": surplus * p.scale,
        "joint_profit": float(parts.total[members].sum()) * p.scale,
        "expected_revenue": expected_revenue(p, regime, design.efforts(p.x)) * p.scale,
        "objective_value": value,
        "bound": bounds.bound,
        "gap": bounds.gap,
        "value_parts": ValueParts(
            base=base * p.scale,
            contributions=float(own.sum()) * p.scale,
            synergies=float(shared.sum()) * p.scale,
        ),
        "members": _members(instance, p, design, terms, parts),
        "stand_alone": _stand_alone(instance, p, members),
    }


def _in_file_order(instance: Instance, p: Parameters, positions: Sequence[int]) -> list[int]:
    place = {firm.name: at for at, firm in enumerate(instance.firms)}
    return sorted(positions, key=lambda i: place[p.names[i]])


def _members(instance: Instance, p: Parameters, design: Design, terms: Terms, parts: Payoffs) -> tuple[Member, ...]:
    scale = p.scale
    slack = _incentive_slack(p, design, terms)
    cost = effort_cost(p, design)
    x = design.efforts(p.x)
    _, own, shared = value_parts(p, p.regimes[design.regime], x)
    return tuple(
        Member(
            firm=p.names[i],
            effort_level=float(x[i]),
            effort_label=p.labels[i][design.levels[i]],
            effort_cost=float(cost[i]) * scale,
            share=float(terms.share[i]),
            reimbursement_rate=float(terms.rate[i]),
            reimbursement=float(parts.reimbursement[i]) * scale,
            transfer=float(terms.transfer[i]) * scale,
            deposit=float(terms.deposit[i]) * scale,
            expected_profit=float(parts.total[i]) * scale,
            outside_option=float(p.outside[i]) * scale,
            surplus=float(parts.total[i] - p.outside[i]) * scale,
            incentive_slack=None if i not in slack else slack[i] * scale,
            contribution_value=float(own[i]) * scale,
            synergy_value=float(shared[i]) * scale,
        )
        for i in _in_file_order(instance, p, design.members)
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
        slack[firm] = min(slack.get(firm, math.inf), float(row @ columns) - right)
    return slack


def _regime_outcomes(p: Parameters, found: Found) -> tuple[RegimeOutcome, ...]:
    outcomes = []
    for regime, record in zip(p.regimes, found.regimes, strict=True):
        surplus = None if record.best is None else record.best.joint_surplus * p.scale
        bound = None if record.bound is None or record.status == "no_contract" else record.bound * p.scale
        if bound is not None and record.best is not None:
            bound = max(bound, record.best.value * p.scale)
        outcomes.append(
            RegimeOutcome(
                mode=regime.mode,
                monitoring=regime.monitoring,
                status=record.status,
                joint_surplus=surplus,
                bound=bound,
                method=record.method,
            )
        )
    return tuple(outcomes)


def _first_best(p: Parameters, found: Found, gap: float) -> FirstBest | None:
    """Return the first best of all regimes; None where a limit left it unproven."""
    if any(r.first_best_bound is None and r.status != "no_contract" for r in found.regimes):
        return None  # a regime is not decided: its first best may be the best
    known = [
        (r.first_best, r.first_best_bound, r.first_best_design)
        for r in found.regimes
        if r.first_best is not None and r.first_best_bound is not None and r.first_best_design is not None
    ]
    if not known:
        return None
    surplus, _, design = max(known, key=lambda entry: entry[0])
    if abs(design_surplus(p, design) - surplus) > CERTIFICATE * max(1.0, abs(surplus)):
        return None  # it needs costs that were cut because no contract can bear them: a bound, but no design's worth
    bound = max(surplus, *(bound for _, bound, _ in known))
    if bound - surplus > max(gap * abs(surplus), ABSOLUTE_GAP) * (1.0 + CERTIFICATE):
        return None
    regime = p.regimes[design.regime]
    price = None if found.best is None else (surplus - found.best.joint_surplus) * p.scale
    return FirstBest(
        joint_surplus=surplus * p.scale,
        bound=bound * p.scale,
        mode=regime.mode,
        monitoring=regime.monitoring,
        efforts={p.names[i]: float(p.x[i][design.levels[i]]) for i in design.members},
        price_of_moral_hazard=price,
    )


def _stand_alone(instance: Instance, p: Parameters, members: list[int]) -> tuple[StandAlone, ...]:
    """Return what each member reaches without the others."""
    alternatives = []
    for i in _in_file_order(instance, p, members):
        best = best_alone(p, i)
        if best is None:
            alone = StandAlone(firm=p.names[i], joint_surplus=0.0, effort_level=None, mode=None)
        else:
            level = float(p.x[i][best.design.levels[i]])
            mode = p.regimes[best.design.regime].mode
            surplus = max(best.joint_surplus, 0.0) * p.scale  # (M15), but for rounding
            alone = StandAlone(firm=p.names[i], joint_surplus=surplus, effort_level=level, mode=mode)
        alternatives.append(alone)
    return tuple(alternatives)
