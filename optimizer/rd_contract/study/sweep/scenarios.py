"""``with_scenarios``: the points of a plan as what nobody knows yet, instead of one question each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...base.errors import InstanceError, PlanError, Problem
from ...formats.documents import describe
from ...formats.doors import require
from ...instance import MAX_SCENARIOS, Edit, Instance
from .plan import SweepPlan
from .points import Point, Points

#: A place in a change of a scenario, as messages write it.
_CHANGE = re.compile(r"scenarios\[(\d+)\]\.changes\[(\d+)\]")


def with_scenarios(instance: Instance, plan: SweepPlan) -> Instance:
    """Return an instance whose scenarios are the points of a plan, all equally probable (M25).

    A contract is then made for all of them at once, where a sweep makes one for each.

    Parameters
    ----------
    instance
        What the points change. How its contract reckons with scenarios stays as it is; scenarios of its own are
        replaced.
    plan
        The points: a grid, a latin hypercube, ... What they set are numbers that scenarios may change.

    Returns
    -------
    Instance
        With scenarios that are called ``1 of 100``, ``2 of 100``, ...

    Raises
    ------
    PlanError
        With every path that leads nowhere or to what scenarios may not change, and every value that the instance
        cannot have, each with the first point that has it; and with what the instance does not allow where it has
        scenarios.
    """
    require(Instance, instance)
    require(SweepPlan, plan)
    if plan.count > MAX_SCENARIOS:
        expected = f"at most {MAX_SCENARIOS:,}, so that one contract can be made for all"
        raise PlanError([Problem("", f"{plan.count:,} points", expected, "", "points")], "the scenarios")
    points = Points(plan)
    problems = [problem for at, point in enumerate(points) for problem in _no_numbers(point, _name(at, points))]
    if problems:
        raise PlanError(dict.fromkeys(problems), "the scenarios")
    scenarios = [{"name": _name(at, points), "changes": list(map(_change, point))} for at, point in enumerate(points)]
    try:
        return instance.model_copy(update={"scenarios": scenarios})
    except InstanceError as error:
        told = [_of_the_plan(problem, points) for problem in error.problems]
        raise PlanError(dict.fromkeys(told), "the scenarios") from None


def _name(at: int, points: Points) -> str:
    return f"{at + 1} of {len(points)}"


def _change(edit: Edit) -> dict[str, Any]:
    return {"path": edit.path, "factor" if edit.operation == "scale" else "value": edit.value}


def _no_numbers(point: Point, name: str) -> Iterator[Problem]:
    """Yield what a point sets that is no number; the plan says so of factors."""
    for edit in point:
        if isinstance(edit.value, bool) or not isinstance(edit.value, int | float):
            yield Problem(
                edit.path, describe(edit.value), "a number, as scenarios change nothing else", "", "axis", name
            )


def _of_the_plan(problem: Problem, points: Points) -> Problem:
    """Return a problem of a scenario as one of its point, at the path of the plan; others as they are."""
    match = _CHANGE.match(problem.path)
    if match is None:
        return problem
    point, change = int(match[1]), int(match[2])
    return replace(problem, path=points[point][change].path, subject=_name(point, points))
