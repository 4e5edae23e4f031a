"""``explain``: why these partners, what the others would have needed, what rules and breaches cost."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from ...base.cancellation import CancelToken, finishing, heeding, is_cancelled
from ...base.errors import OptionError, Problem, ResultError
from ...base.names import normalised
from ...base.options import check_calls, check_kind
from ...base.parallel import Resources
from ...base.tolerances import GAP
from ...certify import is_averse
from ...formats.doors import require
from ...formats.hints import nearest
from ...instance import Instance
from ...outcome.claims import Stability
from ...outcome.contract import InstanceReference, Result
from ...outcome.stability import stability
from ...pipeline import check_options, learn_from, solve
from ...search import Guide
from ..asking import (
    PATIENCE,
    NotExamined,
    OnProgress,
    Part,
    Question,
    Questions,
    Settings,
    Unanswered,
    alone,
    gap_of,
    refuse_unusable,
)
from ..obstacles import find_conflict
from ..worth import find_values
from .candidates import examine_candidate, rank
from .disputes import breaches
from .members import examine_member
from .prices import local_prices
from .relaxations import correct, relax
from .rules import examine_rules, rule_groups
from .settings import Case
from .types import Candidate, Correction, Explanation, MemberCase, Relaxation, RuleCost

#: Part of the time that is left which learning from the contract may take.
LEARNING = 0.1

#: Candidates that are examined unless more are asked for.
MOST = 12


def explain(
    instance: Instance,
    result: Result | None = None,
    *,
    firms: Sequence[str] | None = None,
    most: int = MOST,
    time_limit: float | None = None,
    jobs: int | None = 1,
    on_progress: OnProgress | None = None,
    cancel: CancelToken | None = None,
) -> Explanation:
    """Explain a contract, or why none exists.

    Parameters
    ----------
    instance
        The instance.
    result
        What ``solve`` returned for it; None: it is solved first.
    firms
        Names of the only firms to explain, members or not; None: all members, and candidates as ``most`` says.
    most
        Most candidates to examine, those first that look best beside the members or in the place of one.
    time_limit
        Seconds for everything; what was not examined by then is listed. Without one, no single solve takes longer than
        a minute, so that one hard question does not keep the others waiting.
    jobs
        Processes; None: one per core. The answer does not depend on it.
    on_progress
        Called after every question.
    cancel
        Ends it from another thread or task; with several ``jobs``, between two questions.

    Returns
    -------
    Explanation
        Ctrl-C, and a token that is cancelled, end it like a time limit does.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C while the instance is solved first.
    ResultError
        When the result's certificate does not hold for the instance, or when it holds no answer.
    OptionError
        For an option outside its range or an unknown firm.
    """
    require(Instance, instance)
    started = time.monotonic()
    check_options(time_limit, GAP, 1, "auto")
    check_calls(cancel=cancel, on_progress=on_progress)
    check_kind(Result, result=result)
    firms = None if firms is None else [normalised(name) for name in firms]
    _check(instance, firms, most)
    deadline = math.inf if time_limit is None else started + time_limit
    questions = Questions(Resources(jobs), on_progress)
    with heeding(cancel):
        answer = result if result is not None else solve(instance, time_limit)
        questions.interrupted = answer.interrupted
        refuse_unusable(instance, answer)
        gap, patience = gap_of(answer), PATIENCE if time_limit is None else math.inf
        settings = Settings(gap, deadline, None, patience, answer.demands)
        if answer.has_contract:
            settings = dataclasses.replace(settings, guide=_guide(instance, answer, settings, questions))
            fields = _contract_fields(Case(instance, answer, settings), firms, most, questions)
        else:
            if result is not None:
                _check_emptiness(instance, settings, questions)
            fields = _conflict_fields(instance, settings, questions)
        if instance.scenarios and (firms is None or not answer.has_contract):
            fields["scenario_values"] = find_values(instance, answer, settings, questions)
    return Explanation(
        instance=InstanceReference(name=instance.name, sha256=instance.sha256),
        currency=instance.currency,
        objective=instance.objective,
        has_contract=answer.has_contract,
        proven=answer.proven,
        complete=not questions.missed,
        mode=answer.mode,
        monitoring=answer.monitoring,
        members=tuple(member.firm for member in answer.members),
        objective_value=answer.objective_value,
        asked=None if firms is None else tuple(dict.fromkeys(firms)),
        gap=gap,
        margin=answer.margin,
        robust=answer.robust,
        scenarios=len(instance.scenarios),
        uncertainty=instance.uncertainty if instance.scenarios else None,
        not_examined=(
            *questions.missed,
            *not_asked(firms if answer.has_contract else None, uncertain=bool(instance.scenarios)),
        ),
        seconds=time.monotonic() - started,
        **fields,
    )


# --- what is asked -----------------------------------------------------------------------------------------


def _guide(instance: Instance, answer: Result, settings: Settings, questions: Questions) -> Guide | None:
    """Return what the contract teaches, which may take a part of the time; None where it was stopped."""
    if questions.interrupted:
        return None
    try:
        return learn_from(instance, answer, math.inf if settings.left is None else LEARNING * settings.left)
    except KeyboardInterrupt:
        questions.interrupted = True
        return None


def _contract_fields(case: Case, firms: Sequence[str] | None, most: int, questions: Questions) -> dict[str, Any]:
    outside = rank(case.instance, case.contract)
    candidates = outside[:most] if firms is None else [name for name in outside if name in firms]
    members = [name for name in case.members if firms is None or name in firms]
    asked = [
        *(Question("candidate", name, partial(alone, examine_candidate, case, name)) for name in candidates),
        *(Question("member", name, partial(alone, examine_member, case, name)) for name in members),
        *(Question("rule", _subject(paths), partial(examine_rules, case, paths)) for paths in rule_groups(case, firms)),
    ]
    found = questions.ask(asked)
    costs = sorted((one for one in found if isinstance(one, RuleCost)), key=lambda one: -one.cost)
    with finishing():  # a few small programs
        prices = local_prices(case.instance, case.contract) if firms is None else None
    slacks = [one.incentive_slack for one in case.contract.members if one.incentive_slack is not None]
    return {
        "tolerance": case.tolerance,
        "candidates": tuple(one for one in found if isinstance(one, Candidate)),
        "candidates_not_examined": len(outside) - len(candidates),
        "member_cases": tuple(one for one in found if isinstance(one, MemberCase)),
        "rules": tuple(costs),
        "smallest_slack": min(slacks, default=None),
        "largest_slack": None if prices is None else prices.largest_slack,
        "stability": None if firms is not None or is_averse(case.instance) else _stability(case, questions),
        "prices": () if prices is None else prices.prices,
        "breaches": tuple(one for one in breaches(case.instance, case.contract) if one.firm in members),
    }


def _stability(case: Case, questions: Questions) -> Stability | None:
    found = None
    if not questions.interrupted:
        found = stability(case.instance, case.contract, time_limit=case.settings.left)
        # Without a time limit only somebody who asked for it can have stopped the search.
        questions.interrupted = found is None and (is_cancelled() or case.settings.left is None)
    if found is None:
        questions.miss("stability", "whether a part of the alliance would rather leave", questions.reason)
    return found


def not_asked(firms: Sequence[str] | None, *, uncertain: bool) -> list[NotExamined]:
    """Return what concerns the alliance as a whole, or other firms, where only some firms were asked about.

    Parameters
    ----------
    firms
        Their names; None: no firm was left out, and neither was anything else.
    uncertain
        Whether the instance has scenarios.
    """
    if firms is None:
        return []
    reason = f"asked about {', '.join(dict.fromkeys(firms)) or 'no firm'} only"
    left_out: dict[Part, str] = {
        "rule": "rules about the alliance as a whole or about other firms",
        "price": "what more room in the limits on the terms would bring",
        "stability": "whether a part of the alliance would rather leave",
    }
    if uncertain:
        left_out["scenario"] = "what ignoring the scenarios costs, and what knowing more of them is worth"
    return [NotExamined(part=part, subject=subject, reason=reason) for part, subject in left_out.items()]


def _subject(paths: Sequence[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{len(paths)} rules from {paths[0]} to {paths[-1]}"


def _conflict_fields(instance: Instance, settings: Settings, questions: Questions) -> dict[str, Any]:
    conflict = find_conflict(instance, time_limit=settings.left, demands=settings.demands)
    questions.interrupted = questions.interrupted or conflict.interrupted
    if conflict.unfinished:
        questions.miss("conflict", "which rules conflict", questions.reason)
    helping = [one for one in conflict.obstacles if one.alone and one.path]
    paths = [one.path for one in conflict.obstacles if one.path]
    asked = [Question("relaxation", one.detail, partial(alone, relax, instance, settings, one)) for one in helping]
    if paths and not helping and not conflict.unfinished:
        asked.append(Question("correction", "the fewest rules", partial(alone, correct, instance, settings, paths)))
    found = questions.ask(asked)
    relaxed = [one for one in found if isinstance(one, Relaxation)]
    return {
        "tolerance": 0.0,
        "obstacles": conflict.obstacles,
        "relaxations": tuple(sorted(relaxed, key=lambda one: math.inf if one.relative is None else one.relative)),
        "correction": next((one for one in found if isinstance(one, Correction)), None),
    }


# --- checks ------------------------------------------------------------------------------------------------


def _check(instance: Instance, firms: Sequence[str] | None, most: object) -> None:
    if isinstance(most, bool) or not isinstance(most, int) or most < 0:
        raise OptionError(f"most must be a whole number of at least 0, not {most!r}")
    names = [firm.name for firm in instance.firms]
    for name in firms or ():
        if name not in names:
            near = nearest(name, names, 0.0)
            raise OptionError(
                f'the instance has no firm "{name}"' + (f'; the nearest name is "{near}"' if near else "")
            )


def _check_emptiness(instance: Instance, settings: Settings, questions: Questions) -> None:
    """Refuse a result that says there is no contract where there is one."""
    try:
        found = settings.solve(instance)
    except Unanswered:
        return
    except KeyboardInterrupt:
        questions.interrupted = True
        return
    if found.has_contract:
        problem = Problem(
            "status", '"no_contract"', "the truth: a contract exists", "solve the instance again", "contract"
        )
        raise ResultError([problem], instance.name)
