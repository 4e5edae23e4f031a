"""Solving again asks what the file says was asked: an honest file is never refuted by it."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from builders import THREE
from rd_contract import Instance, solve
from rd_contract.study import second_solve
from rd_contract.study.audit import audit

#: One value of each option that is not the default.
ASKED: dict[str, Any] = {
    "time_limit": 300.0,
    "gap": 0.001,
    "threads": 2,
    "method": "extensive",
    "top": 3,
    "margin": 0.01,
    "robust": "unique",
    "stable": True,
    "unit": 0.25,
}

#: Told anew from the file, whether it was asked for or not.
ELSEWHERE = {"stability"}


@pytest.mark.parametrize("unit", [0.25, 1.0])
def test_terms_in_a_unit_that_was_asked_for_are_found_again(unit: float) -> None:
    """The second solve stated the terms of the next best alliances in a unit of its own, and refuted the file."""
    instance = Instance.from_dict(THREE)
    result = solve(instance, top=3, unit=unit)
    assert result.alternatives
    checked = audit(instance, result, solve_again=True)
    assert checked.again
    assert not checked.failures


def test_every_option_that_a_result_records_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = Instance.from_dict(THREE)
    result = solve(instance, **ASKED)
    assert set(result.solver.options) == ASKED.keys() | ELSEWHERE
    asked: list[dict[str, Any]] = []

    def remembered(*arguments: Any, **named: Any) -> Any:
        asked.append(inspect.signature(solve).bind(*arguments, **named).arguments)
        return result

    monkeypatch.setattr(second_solve, "solve", remembered)
    second_solve.SecondSolve(instance, result, ASKED["time_limit"], None)
    assert {name: asked[0][name] for name in ASKED} == ASKED


def test_other_terms_than_a_search_states_are_noticed() -> None:
    """Such that keep every condition: rounded to another unit than the file says was asked for."""
    instance = Instance.from_dict(THREE)
    result = solve(instance, unit=1.0)
    lie = result.replace(solver=result.solver.model_copy(update={"options": {**result.solver.options, "unit": 0.001}}))
    assert not audit(instance, lie).failures
    assert {check.id for check in audit(instance, lie, solve_again=True).failures} == {"terms"}
