"""What is said of obstacles where the search for them ends early: what is known, and never more than that."""

from __future__ import annotations

import dataclasses
import itertools
import time
from types import SimpleNamespace
from typing import Any

import pytest

from builders import firm, make_document
from rd_contract import Instance, Result, explain_obstacles, load_bundled, solve
from rd_contract.instance import among_scenarios
from rd_contract.outcome.contract import Obstacle
from rd_contract.report.content.contract import contract_report
from rd_contract.report.render.markdown import markdown
from rd_contract.search import Found, search
from rd_contract.study import obstacles
from rd_contract.study.obstacles import LEAST_SECONDS, UNFINISHED, find_conflict, with_obstacles

MANY = 12


@pytest.fixture(scope="module")
def many() -> Instance:
    """Return two firms that have to earn something in many scenarios, in the first of which nothing can be earned."""
    scenarios = [
        {"name": f"s{at}", "probability": 0.0 if at == 0 else 1.0 / (MANY - 1), "changes": [change(at)]}
        for at in range(MANY)
    ]
    return Instance.from_dict(load_bundled("two_firms").to_dict() | {"scenarios": scenarios})


def change(at: int) -> dict[str, Any]:
    return {"path": "modes.*.value_factor", "factor": 0.0 if at == 0 else 1.0 + at / 1000}


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let every search take a second by a clock that nothing else moves; return the times at which they began."""
    began: list[float] = []
    monkeypatch.setattr(obstacles, "time", SimpleNamespace(perf_counter=lambda: float(len(began))))

    def slow(*given: Any) -> Found:
        began.append(float(len(began)))
        return search(*given)

    monkeypatch.setattr(obstacles, "search", slow)
    return began


def ended_by(monkeypatch: pytest.MonkeyPatch, at: int, name: str = "search") -> None:
    """Let Ctrl-C come in the call of that number of something that the search calls."""
    calls, call = itertools.count(1), getattr(obstacles, name)

    def interrupted(*given: Any, **options: Any) -> Any:
        if next(calls) == at:
            raise KeyboardInterrupt
        return call(*given, **options)

    monkeypatch.setattr(obstacles, name, interrupted)


def told(result: Result, instance: Instance) -> str:
    return " ".join(markdown(contract_report(result, instance)).replace("\\", "").split())


def kinds(found: tuple[Obstacle, ...]) -> list[str]:
    return [one.rule for one in found]


def test_beside_a_solve_it_is_bounded_and_tells_what_it_found(many: Instance, ticking: list[float]) -> None:
    result = solve(many)
    assert result.status == "no_contract"
    found = with_obstacles(many, result)
    assert len(ticking) == LEAST_SECONDS
    assert kinds(found.obstacles) == ["scenario", "unfinished"]
    assert found.solver.seconds == result.solver.seconds + LEAST_SECONDS


def test_it_has_as_long_as_the_solve_took(many: Instance, ticking: list[float]) -> None:
    result = solve(many)
    slow = result.replace(solver=result.solver.model_copy(update={"seconds": 6.0}))
    with_obstacles(many, slow)
    assert len(ticking) == 6
    ticking.clear()
    with_obstacles(many, slow, time_limit=4.0)
    assert len(ticking) == 4


def test_no_instance_is_made_that_nobody_has_time_for(
    many: Instance, ticking: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def counted(*given: Any) -> Instance:
        made.append(1)
        return among_scenarios(*given)

    monkeypatch.setattr(obstacles, "among_scenarios", counted)
    explain_obstacles(many, time_limit=6.0)
    assert len(ticking) == 6
    assert len(made) < 6


def test_by_itself_it_has_no_limit(many: Instance) -> None:
    assert kinds(explain_obstacles(many)) == ["scenario"]


def test_results_with_contracts_stay_as_they_are() -> None:
    instance = load_bundled("two_firms")
    result = solve(instance)
    assert with_obstacles(instance, result) is result


def test_an_early_end_claims_nothing_about_the_rest(many: Instance, ticking: list[float]) -> None:
    assert ticking == []
    text = told(with_obstacles(many, solve(many)), many)
    assert "without it a contract exists" in text
    assert "what else may help is not known" in text
    assert "dropping rules does not help" not in text


@pytest.mark.parametrize(
    ("name", "at", "known"),
    [
        ("search", 1, []),
        ("search", 3, []),
        ("search", 4, ["scenario"]),
        ("among_scenarios", 1, []),
        ("among_scenarios", 2, ["scenario"]),
        ("droppable_rules", 1, []),
        ("derive", 4, ["scenario"]),
    ],
)
def test_ctrl_c_keeps_what_is_known(
    many: Instance, name: str, at: int, known: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended_by(monkeypatch, at, name)
    assert kinds(explain_obstacles(many)) == [*known, "unfinished"]


@pytest.mark.parametrize("name", ["search", "droppable_rules", "derive"])
def test_ctrl_c_in_the_search_for_a_conflict_ends_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ended_by(monkeypatch, 1, name)
    found = find_conflict(load_bundled("no_contract"))
    assert (found.obstacles, found.unfinished, found.interrupted) == ((), True, True)


def test_risk_and_moral_hazard_are_told_from_each_other_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    averse = [firm("A", 8.0, 1.0, risk_aversion=50.0, private_benefit=-3.0)]
    instance = Instance.from_dict(make_document(averse, project={"volatility": 10.0}))
    assert solve(instance).status == "no_contract"
    assert kinds(explain_obstacles(instance)) in (["risk"], ["incentives"])
    asked = itertools.count(1)

    def unproven(*given: Any) -> Found:
        found = search(*given)
        return found if next(asked) == 1 else dataclasses.replace(found, best=None, proven=False)

    monkeypatch.setattr(obstacles, "search", unproven)
    assert explain_obstacles(instance) == (UNFINISHED,)


def test_it_ends_in_time_by_the_clock(many: Instance) -> None:
    started = time.monotonic()
    assert kinds(explain_obstacles(many, time_limit=0.5))[-1] == "unfinished"
    assert time.monotonic() - started < 30.0  # three on a busy machine; all of it takes more than that


@pytest.mark.parametrize(("other", "named"), [(0.0, ["never"]), (1e-9, ["never", "sure"])])
def test_what_is_certain_cannot_be_done_without(other: float, named: list[str]) -> None:
    nothing = [{"path": "firms.A.outside_option", "value": 0.0}, {"path": "modes.baseline.value_factor", "value": 0.0}]
    scenarios = [
        {"name": "never", "probability": other, "changes": nothing},
        {"name": "sure", "probability": 1.0 - other, "changes": []},
    ]
    instance = Instance.from_dict(make_document([firm("A", 5.0, 1.0)], scenarios=scenarios))
    assert solve(instance).status == "no_contract"
    found = explain_obstacles(instance)
    assert [one.path for one in found if one.rule == "scenario"] == [f"scenarios.{name}" for name in named]
