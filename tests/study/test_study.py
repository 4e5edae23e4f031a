"""Export for other solvers, and the rules that stand in the way."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import highspy
import pytest

from oracles.enumeration import best_contract
from oracles.random_instances import random_instance
from rd_contract import Instance, OptionError, explain_obstacles, export_model, load_bundled, solve
from rd_contract.study.rulebook import droppable_rules, without

TWO: dict[str, Any] = {
    "format": "rd-contract/1",
    "firms": [
        {"name": "A", "contribution": 4.0, "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 1}]},
        {"name": "B", "contribution": 6.0, "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 2}]},
    ],
}


def read_and_solve(path: Path) -> tuple[str, float, list[str]]:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", 1e-7)
    highs.setOptionValue("mip_feasibility_tolerance", 1e-9)
    highs.setOptionValue("primal_feasibility_tolerance", 1e-9)
    assert highs.readModel(str(path)) == highspy.HighsStatus.kOk
    highs.run()
    status = highs.modelStatusToString(highs.getModelStatus())
    return status, highs.getInfo().objective_function_value, list(highs.getLp().col_names_)


@pytest.mark.parametrize("ending", [".mps", ".lp"])
@pytest.mark.parametrize("seed", range(12))
def test_exported_model_has_the_same_optimum(tmp_path: Path, seed: int, ending: str) -> None:
    raw = random_instance(seed)
    path = tmp_path / f"model{ending}"
    export_model(Instance.from_dict(raw), path)
    status, value, names = read_and_solve(path)
    answer = best_contract(raw)
    if answer is None:
        assert status == "Infeasible"
    else:
        # The premium is underestimated between the tangents of the file, by what its documentation says.
        assert answer.objective_value - 1e-6 <= value <= answer.objective_value + 1e-4 * max(1.0, abs(value))
    assert len(set(names)) == len(names)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_exported_names_carry_the_firms(tmp_path: Path) -> None:
    document = {**TWO, "firms": [{**TWO["firms"][0], "name": "Ä & Söhne, Werk 1"}, TWO["firms"][1]]}
    path = tmp_path / "model.lp"
    export_model(Instance.from_dict(document), path)
    _, value, names = read_and_solve(path)
    assert value == pytest.approx(7.0)
    assert any("S_hne_Werk_1" in name for name in names)


@pytest.mark.parametrize("path", ["model.txt", "model", "missing/model.lp"])
def test_export_refuses_what_it_cannot_write(tmp_path: Path, path: str) -> None:
    with pytest.raises(OptionError, match="cannot export"):
        export_model(Instance.from_dict(TWO), tmp_path / path)
    assert list(tmp_path.iterdir()) == []


def changed(project: dict[str, Any] | None = None, **firms: dict[str, Any]) -> Instance:
    listed = [{**firm, **firms.get(firm["name"], {})} for firm in TWO["firms"]]
    return Instance.from_dict({**TWO, "project": project or {}, "firms": listed})


def test_single_obstacle_is_named() -> None:
    instance = changed({"team_size": {"min": 2}}, A={"share": {"min": 0.0, "max": 0.1}}, B={"outside_option": 6.5})
    assert solve(instance).status == "no_contract"
    found = {obstacle.path: obstacle for obstacle in explain_obstacles(instance)}
    assert "firms[1].outside_option" in found
    assert all(obstacle.alone for obstacle in found.values())
    for path, obstacle in found.items():
        [rule] = [rule for rule in droppable_rules(instance) if rule.path == path]
        relaxed = without(instance, [rule])
        assert relaxed is not None
        assert solve(relaxed).joint_surplus == pytest.approx(obstacle.joint_surplus, rel=2e-3)


def test_conflict_of_two_rules_is_minimal() -> None:
    # A must join and asks too much; so does B: no single rule helps, both do.
    instance = changed(
        None, A={"outside_option": 9.0, "membership": "required"}, B={"outside_option": 9.0, "membership": "required"}
    )
    assert solve(instance).status == "no_contract"
    obstacles = explain_obstacles(instance)
    assert obstacles
    rules = droppable_rules(instance)
    named = [rule for rule in rules if rule.path in {obstacle.path for obstacle in obstacles}]
    others = [rule for rule in rules if rule not in named]
    kept = without(instance, others)
    assert kept is not None
    assert solve(kept).status == "no_contract"
    for rule in named:
        relaxed = without(instance, [*others, rule])
        assert relaxed is not None
        assert solve(relaxed).has_contract


def test_obstacle_may_be_the_matter_itself() -> None:
    worthless = changed(
        None, A={"contribution": -1.0, "joining_cost": 1.0}, B={"contribution": -1.0, "joining_cost": 1.0}
    )
    assert [obstacle.rule for obstacle in explain_obstacles(worthless)] == ["value"]
    # Each alone is worth more than it costs, both must join, and neither works on less than 0.6 of the revenue.
    hidden = Instance.from_dict(
        {
            "format": "rd-contract/1",
            "project": {"lead": "A"},
            "firms": [
                {"name": "A", "contribution": 0.0, "efforts": [{"level": 1, "cost": 0.0}], "joining_cost": 1.0},
                {
                    "name": "B",
                    "contribution": 6.0,
                    "efforts": [{"level": 0, "cost": 0}, {"level": 0.9, "cost": 5.3}, {"level": 1, "cost": 5.5}],
                    "private_benefit": -1.0,
                },
            ],
        }
    )
    assert solve(hidden).status == "no_contract"
    assert [obstacle.rule for obstacle in explain_obstacles(hidden)] in (["incentives"], ["value"])


def test_obstacles_respect_the_time_limit() -> None:
    started = time.monotonic()
    explain_obstacles(load_bundled("no_contract"), time_limit=1e-6)
    assert time.monotonic() - started < 5.0


@pytest.mark.parametrize("seed", [0, 6, 19, 22])
def test_obstacles_of_random_instances_are_true(seed: int) -> None:
    raw = random_instance(seed)
    assert best_contract(raw) is None
    instance = Instance.from_dict(raw)
    for obstacle in explain_obstacles(instance):
        if obstacle.alone:
            [rule] = [rule for rule in droppable_rules(instance) if rule.path == obstacle.path]
            relaxed = without(instance, [rule])
            assert relaxed is not None
            assert best_contract(relaxed.to_dict()) is not None
