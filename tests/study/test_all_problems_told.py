"""What is wrong is told by its name, all of it: axes of sweeps, groups of second goals, unions without effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import run
from rd_contract import Edit, Instance, load_bundled, variant
from rd_contract.base.errors import GroupError, PlanError
from rd_contract.report.content.frontier import frontier_report
from rd_contract.report.render.markdown import markdown
from rd_contract.study.frontier import Frontier, frontier
from rd_contract.study.sweep import Axis, Resources, SolveSettings, SweepPlan
from rd_contract.study.sweep.run import check_plan


def test_an_axis_that_leads_nowhere_hides_nothing_of_the_others() -> None:
    lost = Axis(path="project.bugdet", values=(1.0,))
    bad = Axis(path="firms.Supplier.share.min", values=(0.1, 7.0))
    with pytest.raises(PlanError) as caught:
        check_plan(load_bundled("two_firms"), SweepPlan(vary=(lost, bad)))
    told = str(caught.value)
    assert "bugdet" in told
    assert "share.min" in told
    assert len(caught.value.problems) == 2


def test_a_group_that_cannot_be_is_called_a_group() -> None:
    with pytest.raises(GroupError) as caught:
        frontier(load_bundled("two_firms"), "members", group={"firms": ["Nobody"]})
    assert caught.value.kind == "group"


def test_the_command_does_not_call_a_group_an_instance() -> None:
    path = Path(__file__).resolve().parents[2] / "instances" / "two_firms.json"
    code, _, errors = run("frontier", str(path), "--second", "members", "--group", "firms=Nobody")
    assert code == 3
    assert b"cannot be used as a group" in errors
    assert b"as an instance" not in errors


def test_unions_without_the_owen_value_are_warned_of() -> None:
    raw = load_bundled("two_firms").to_dict()
    raw["division_unions"] = "role"
    warned = [warning.rule for warning in Instance.from_dict(raw).warnings()]
    assert warned.count("idle-unions") == 1
    divided = variant(Instance.from_dict(raw), [Edit("division", "owen")])
    assert "idle-unions" not in [warning.rule for warning in divided.warnings()]


def test_another_goal_in_a_folder_is_called_another_goal(tmp_path: Path) -> None:
    instance = load_bundled("two_firms")
    frontier(instance, "cost", folder=tmp_path / "kept", resources=Resources(1))
    with pytest.raises(PlanError, match="another second goal") as caught:
        frontier(instance, "effort", folder=tmp_path / "kept", resources=Resources(1))
    assert caught.value.kind == "folder for this frontier"
    assert [problem.path for problem in caught.value.problems] == ["instance.json"]


def test_a_contract_that_is_not_proven_is_shown_and_said_to_be_unproven() -> None:
    hurried = SolveSettings(time_limit=0.05)
    found = frontier(load_bundled("horizon2020_40"), "cost", settings=hurried, resources=Resources(1))
    assert found.unproven_best
    assert not found.proven
    [point] = found.points
    assert point.members
    assert point.bound is None or point.bound > point.objective_value
    assert Frontier.from_dict(found.to_dict()) == found
    words = markdown(frontier_report(found))
    assert "not proven to be the best" in words
    assert "What is shown is proven" not in words
    assert "No contract beats" not in words
