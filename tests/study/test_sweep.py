"""Sweeps: plans, points, the engine, and what is left when processes, disks and people give up."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from builders import THREE, grid
from clusters import local_cluster
from commands import PATIENCE, start_sweep, sweep_command
from rd_contract import Edit, Instance, OptionError, Result, solve, verify
from rd_contract.base.errors import PlanError
from rd_contract.instance import variant
from rd_contract.report.frames.sweeps import membership_frequency, points_table, sweep_members_table
from rd_contract.report.frames.writing import write_table
from rd_contract.study.sweep import (
    Points,
    Resources,
    SolveSettings,
    Store,
    SweepPlan,
    SweepProgress,
    check_plan,
    engine,
    sweep,
    worker,
)
from rd_contract.study.sweep.worker import Report, Task

ONE = Resources(jobs=1)


def answers(folder: Path) -> dict[str, Any]:
    """The content of every point's file, times left out, and the checksum, which is one of the times, too."""
    found = {}
    for path in sorted((folder / "points").rglob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["result"] is not None:
            record["result"]["solver"]["seconds"] = 0.0
        del record["checksum"]
        found[path.name] = record
    return found


# --- plans and points --------------------------------------------------------------------------------------


def test_the_short_form_says_what_the_file_says() -> None:
    short = SweepPlan.from_options(
        ["project.value=1:3:3", "firms.*.joining_cost=*0.5:1.5:2", "objective=joint,lead", "project.budget=null,4"],
        "grid",
        None,
        7,
    )
    document = {
        "format": "rd-contract-sweep/1",
        "seed": 7,
        "vary": [
            {"path": "project.value", "low": 1, "high": 3, "steps": 3},
            {"path": "firms.*.joining_cost", "scale": True, "low": 0.5, "high": 1.5, "steps": 2},
            {"path": "objective", "values": ["joint", "lead"]},
            {"path": "project.budget", "values": [None, 4.0]},
        ],
    }
    assert short == SweepPlan.from_dict(document)
    assert [axis.label for axis in short.vary][:2] == ["project.value", "*firms.*.joining_cost"]


def test_a_grid_holds_every_combination_once() -> None:
    points = Points(grid("project.value=1:3:3", "firms.A.credit=0.1,0.2"))
    assert len(points) == 6
    values = [tuple(edit.value for edit in point) for point in points]
    assert values == [(value, credit) for value in (1.0, 2.0, 3.0) for credit in (0.1, 0.2)]
    assert points[-1] == points[5]
    with pytest.raises(IndexError):
        points[6]


def test_millions_of_points_take_no_time() -> None:
    points = Points(grid("project.value=0:1:3000", "project.base_value=0:1:3000"))
    assert len(points) == 9_000_000
    assert [edit.value for edit in points[8_999_999]] == [1.0, 1.0]


def test_one_at_a_time_begins_with_the_instance_itself() -> None:
    plan = SweepPlan.from_options(["project.value=1,2", "firms.A.credit=0.5"], "one-at-a-time", None, 0)
    points = Points(plan)
    assert [[(edit.path, edit.value) for edit in point] for point in points] == [
        [],
        [("project.value", 1.0)],
        [("project.value", 2.0)],
        [("firms.A.credit", 0.5)],
    ]
    assert [(axis.path, list(places)) for axis, places in points.changed_axes()] == [
        ("project.value", [1, 2]),
        ("firms.A.credit", [3]),
    ]


def _number(edit: Edit) -> float:
    assert isinstance(edit.value, int | float)
    return float(edit.value)


@pytest.mark.parametrize("design", ["latin-hypercube", "monte-carlo"])
@pytest.mark.parametrize(
    ("distribution", "quantiles"),
    [
        ("uniform", {0.0: 2.0, 0.5: 5.0, 1.0: 8.0}),
        ("triangular", {0.125: 3.5, 0.5: 5.0, 0.875: 6.5}),
        ("normal", {0.05: 2.0, 0.5: 5.0, 0.95: 8.0}),
        ("lognormal", {0.05: 2.0, 0.5: 4.0, 0.95: 8.0}),
    ],
)
def test_samples_have_their_distribution(design: str, distribution: str, quantiles: dict[float, float]) -> None:
    plan = SweepPlan.from_options(["project.value=2:8", "division=equal,lead"], design, 4000, 3, distribution)
    drawn = np.array([_number(point[0]) for point in Points(plan)])
    for quantile, value in quantiles.items():
        assert np.quantile(drawn, quantile) == pytest.approx(value, abs=0.2)
    words = [point[1].value for point in Points(plan)]
    assert words.count("equal") == pytest.approx(2000, abs=150)
    assert list(Points(plan)) == list(Points(plan))
    other = SweepPlan.from_options(["project.value=2:8", "division=equal,lead"], design, 4000, 4, distribution)
    assert Points(other)[0] != Points(plan)[0]


def test_a_latin_hypercube_is_even_in_every_direction() -> None:
    plan = SweepPlan.from_options(["project.value=0:1", "project.base_value=0:1"], "latin-hypercube", 50, 0)
    for at in range(2):
        cells = [math.floor(50 * _number(point[at])) for point in Points(plan)]
        assert sorted(cells) == list(range(50))


@pytest.mark.parametrize(
    ("vary", "named"),
    [
        (["project.value"], "PATH="),
        (["project.value=1:2:x"], "PATH="),
        (["project.value=1:nan"], "PATH="),
        (["project.value=3:1:2"], "low of at most high"),
        (["project.value=*a,b"], "numbers as factors"),
        (["project.value=1,2", "project.value=3"], "at most once"),
        (["project.value=0:1:100000", "project.base_value=0:1:100000"], "points"),
    ],
)
def test_bad_plans_are_refused(vary: list[str], named: str) -> None:
    with pytest.raises(PlanError) as caught:
        grid(*vary)
    assert named in str(caught.value)


def test_bad_paths_and_values_are_all_told_before_the_first_solve(instance: Instance, tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        sweep(instance, grid("project.vlaue=1,2", "firms.Z.credit=0:1:3"), tmp_path / "sweep")
    assert [problem.path for problem in caught.value.problems] == ["project.vlaue", "firms.Z.credit"]
    with pytest.raises(PlanError) as caught:
        sweep(instance, grid("project.cost_sharing_budget=-1,1", "firms.A.credit=0.5,1.5"), tmp_path / "sweep")
    assert {problem.path for problem in caught.value.problems} == {"project.cost_sharing_budget", "firms.A.credit"}
    assert not (tmp_path / "sweep").exists()


def test_values_that_only_clash_together_are_found(instance: Instance) -> None:
    plan = grid("firms.A.share.min=0,0.6", "firms.A.share.max=0.5,1")
    with pytest.raises(PlanError) as caught:
        check_plan(instance, plan)
    assert "share" in str(caught.value)


# --- solving -----------------------------------------------------------------------------------------------


def test_every_point_is_what_solve_says(instance: Instance, tmp_path: Path) -> None:
    plan = grid("firms.*.outside_option=0,0.5,9", "relations.A & C.synergy=0,5")
    seen: list[SweepProgress] = []
    outcome = sweep(instance, plan, tmp_path / "sweep", resources=ONE, on_progress=seen.append)
    assert outcome.complete
    assert outcome.solved == 7
    assert [progress.done for progress in seen] == list(range(1, 8))
    assert seen[-1].seconds_left == 0.0
    statuses = set()
    for point, record in zip(Points(plan), outcome.records(), strict=True):
        changed = variant(instance, point)
        expected = solve(changed)
        found = Result.from_dict(record["result"])
        statuses.add(found.status)
        assert found.status == expected.status
        assert found.instance.sha256 == changed.sha256
        if expected.objective_value is not None:
            assert found.objective_value == pytest.approx(expected.objective_value, rel=2e-6)
            assert verify(changed, found).holds
    assert statuses == {"optimal", "no_contract"}


def test_processes_and_order_change_nothing(instance: Instance, tmp_path: Path) -> None:
    vary = ["firms.*.outside_option=0:1:3", "relations.A & C.synergy=0:5:2"]
    sweep(instance, grid(*vary), tmp_path / "one", resources=ONE)
    sweep(instance, grid(*vary), tmp_path / "two", resources=Resources(jobs=2))
    swapped = grid(vary[0].replace("0:1:3", "1,0,0.5"), vary[1])
    sweep(instance, swapped, tmp_path / "other", resources=ONE)
    assert answers(tmp_path / "one") == answers(tmp_path / "two") == answers(tmp_path / "other")


def test_a_warm_sweep_finds_the_same_values(instance: Instance, tmp_path: Path) -> None:
    plan = grid("firms.*.outside_option=0:1:4")
    cold = sweep(instance, plan, tmp_path / "cold", resources=ONE)
    warm = sweep(instance, plan, tmp_path / "warm", resources=ONE, warm=True)
    for one, other in zip(cold.records(), warm.records(), strict=True):
        assert one["result"]["objective_value"] == pytest.approx(other["result"]["objective_value"], rel=2e-6)


def test_resuming_solves_only_what_is_missing(instance: Instance, tmp_path: Path) -> None:
    folder = tmp_path / "sweep"
    first = sweep(instance, grid("firms.A.outside_option=0:1:3"), folder, resources=ONE)
    with pytest.raises(OptionError, match="not empty"):
        sweep(instance, grid("firms.A.outside_option=0:1:3"), folder, resources=ONE)
    times = {path: path.stat().st_mtime_ns for path in (folder / "points").rglob("*.json")}
    again = sweep(instance, grid("firms.A.outside_option=0:1:5"), folder, resources=ONE, existing="resume")
    assert (first.solved, again.solved) == (4, 2)  # the first time with the instance itself
    assert again.complete
    assert all(path.stat().st_mtime_ns == time_ for path, time_ in times.items())
    next(iter(times)).write_text("{half", encoding="utf-8")
    assert sweep(instance, grid("firms.A.outside_option=0:1:5"), folder, resources=ONE, existing="resume").complete
    other = Instance.from_dict({**THREE, "name": "another"})
    with pytest.raises(PlanError, match="another instance"):
        sweep(other, grid("firms.A.outside_option=0:1:3"), folder, resources=ONE, existing="resume")


def test_failures_are_kept_listed_and_retried(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = grid("firms.A.outside_option=0:1:3")

    def failing(problem: Instance, **options: Any) -> Result:
        if problem.firms[0].outside_option == 0.5:
            raise RuntimeError("out of luck")
        return solve(problem, **options)

    monkeypatch.setattr(worker, "solve", failing)
    outcome = sweep(instance, plan, tmp_path / "sweep", resources=ONE)
    assert outcome.statuses == {"optimal": 2, "failed": 1}
    assert not outcome.complete
    table = points_table(outcome)
    assert table["error"].tolist() == ["", "RuntimeError: out of luck", ""]
    monkeypatch.undo()
    unchanged = sweep(instance, plan, tmp_path / "sweep", resources=ONE, existing="resume")
    assert (unchanged.solved, unchanged.statuses["failed"]) == (0, 1)
    retried = sweep(instance, plan, tmp_path / "sweep", resources=ONE, existing="retry")
    assert retried.solved == 1
    assert retried.complete


def test_points_beyond_the_check_may_be_invalid(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rd_contract.study.sweep.run.CHECKED", 1)
    plan = grid("firms.A.share.min=0,0.6", "firms.A.share.max=1,0.5")
    outcome = sweep(instance, plan, tmp_path / "sweep", resources=ONE)
    assert outcome.statuses == {"optimal": 3, "invalid": 1}


# --- tables ------------------------------------------------------------------------------------------------


def test_tables_are_tidy(instance: Instance, tmp_path: Path) -> None:
    outcome = sweep(instance, grid("firms.*.outside_option=0,9", "objective=joint"), tmp_path / "sweep", resources=ONE)
    points, members = points_table(outcome), sweep_members_table(outcome)
    assert points["firms.*.outside_option"].tolist() == [0.0, 9.0]
    assert points["status"].tolist() == ["optimal", "no_contract"]
    assert points["surplus"].tolist() == [points["joint_surplus"][0], 0.0]
    assert points["size"].tolist() == [len(members), 0]
    assert members["share"].sum() == pytest.approx(1.0)
    frequency = membership_frequency(points)
    assert set(frequency) == {0.5}
    assert set(frequency.index) == set(members["firm"])
    for name in ("points.csv", "points.parquet"):
        write_table(points, tmp_path / name)
    pd.testing.assert_frame_equal(
        pd.read_csv(tmp_path / "points.csv", keep_default_na=False)[["status", "members"]],
        pd.read_parquet(tmp_path / "points.parquet")[["status", "members"]].astype("str"),
        check_dtype=False,
    )
    assert not list(tmp_path.glob("*.part"))


# --- when processes die ------------------------------------------------------------------------------------


def dying(task: Task) -> Report:
    """Die while solving one point, always."""
    if task.point and task.point[0].value == 0.5:
        with Store(Path(task.folder)).marked_as_running(task.name):
            os.kill(os.getpid(), signal.SIGKILL)
    return worker.answer(task)


def dying_once(task: Task) -> Report:
    """Die while solving one point, the first time."""
    trace = Path(task.folder) / "died"
    if task.point and task.point[0].value == 0.5 and not trace.exists():
        with Store(Path(task.folder)).marked_as_running(task.name):
            trace.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return worker.answer(task)


@pytest.mark.parametrize("killer", [dying, dying_once])
def test_a_point_that_kills_its_process_costs_no_other(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killer: Any
) -> None:
    monkeypatch.setattr(engine, "answer", killer)
    outcome = sweep(instance, grid("firms.A.outside_option=0.1:0.9:9"), tmp_path / "sweep", resources=Resources(jobs=2))
    failed = 1 if killer is dying else 0
    assert outcome.statuses["failed"] == failed
    assert outcome.statuses["optimal"] == 9 - failed
    errors = [record["error"] for record in outcome.records() if record["status"] == "failed"]
    assert all("process" in error for error in errors)
    assert not list((tmp_path / "sweep" / "running").iterdir())


def resumed(instance_path: Path, folder: Path, points: int) -> None:
    """Resume a sweep; nothing that was answered is touched."""
    times = {path: path.stat().st_mtime_ns for path in folder.glob("points/??/*.json")}
    assert 0 < len(times) < points
    done = subprocess.run(
        sweep_command(instance_path, folder, "--resume", "--jobs", "2", points=points),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert all(path.stat().st_mtime_ns == time_ for path, time_ in times.items())
    assert len(list(folder.glob("points/??/*.json"))) == points + 1  # and the instance itself
    assert len(pd.read_csv(folder / "points.csv")) == points


def test_after_kill_9_of_the_parent_nothing_finished_is_solved_again(instance_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sweep"
    process = start_sweep(sweep_command(instance_path, folder, "--jobs", "2", points=150), folder, 8)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert all(json.loads(path.read_text("utf-8")) for path in folder.glob("points/??/*.json"))
    resumed(instance_path, folder, 150)


def test_ctrl_c_keeps_what_is_finished(instance_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sweep"
    process = start_sweep(sweep_command(instance_path, folder, "--jobs", "2", points=150), folder, 8)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 5, errors
    assert "--resume" in errors
    assert "Traceback" not in errors
    resumed(instance_path, folder, 150)


def test_a_killed_worker_is_replaced(instance_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sweep"
    process = start_sweep(sweep_command(instance_path, folder, "--jobs", "2", points=150), folder, 8)
    children = ["ps", "-o", "pid=,args=", "--ppid", str(process.pid)]
    listed = subprocess.run(children, capture_output=True, text=True, check=True)
    workers = [int(line.split()[0]) for line in listed.stdout.splitlines() if "loky" in line and "resource" not in line]
    assert workers, listed.stdout
    os.kill(workers[0], signal.SIGKILL)
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert "150 optimal" in output


def test_a_full_disk_ends_a_sweep_and_loses_nothing(instance_path: Path, tmp_path: Path) -> None:
    """Files may not grow beyond what the instance takes: like a disk without room, for everything larger."""
    folder = tmp_path / "sweep"
    room = len(Instance.from_file(instance_path).to_json().encode())
    limit = f"import resource, signal, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room})); "
    run = f"{limit} sys.argv = sys.argv[1:]; from rd_contract_cli.main import run; run()"
    arguments = [sys.executable, "-c", run, *sweep_command(instance_path, folder, "--jobs", "1", points=5)[2:]]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 5, done.stderr
    assert "can no longer be written" in done.stdout
    assert not list(folder.glob("points/??/*"))
    resumed_run = subprocess.run(
        sweep_command(instance_path, folder, "--resume", points=5), capture_output=True, text=True, check=False
    )
    assert resumed_run.returncode == 0, resumed_run.stderr


# --- on a cluster ------------------------------------------------------------------------------------------


def test_a_dask_cluster_gives_the_same_files(instance: Instance, tmp_path: Path) -> None:
    """A real cluster on this machine: a scheduler, and two workers in processes of their own."""
    vary = ["firms.*.outside_option=0:1:4", "relations.A & C.synergy=0:5:2"]
    with local_cluster() as cluster:
        resources = Resources(backend="dask", scheduler=cluster.scheduler_address)
        there = sweep(instance, grid(*vary), tmp_path / "there", resources=resources)
    here = sweep(instance, grid(*vary), tmp_path / "here", resources=ONE)
    assert there.complete
    assert there.efficiency is None
    assert there.statuses == here.statuses
    assert answers(tmp_path / "there") == answers(tmp_path / "here")


def test_no_scheduler_is_an_error_of_the_user(instance: Instance, tmp_path: Path) -> None:
    resources = Resources(backend="dask", scheduler="tcp://127.0.0.1:1")
    with pytest.raises(OptionError, match="no Dask scheduler answers"):
        sweep(instance, grid("firms.A.outside_option=0,1"), tmp_path / "sweep", resources=resources)


# --- the command -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "code", "named"),
    [
        ([], 2, "either --vary"),
        (["--vary", "project.vlaue=1,2"], 3, "project.vlaue"),
        (["--vary", "firms.A.outside_option=0,1", "--plan", "x.json"], 2, "either --vary"),
        (["--plan", "x.json"], 3, "x.json"),
        (["--vary", "firms.A.outside_option=0,1", "--backend", "dask"], 2, "--scheduler"),
        (["--vary", "firms.A.outside_option=0:1", "--sample", "3", "--design", "grid"], 3, "samples"),
    ],
)
def test_wrong_use_is_refused(instance_path: Path, tmp_path: Path, more: list[str], code: int, named: str) -> None:
    program = [sys.executable, "-m", "rd_contract_cli", "sweep", str(instance_path), "-o", str(tmp_path / "sweep")]
    done = subprocess.run([*program, *more], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_the_time_limit_of_a_point_is_a_failure_that_can_be_retried(instance: Instance, tmp_path: Path) -> None:
    plan = grid("firms.A.outside_option=0.5,1")
    quick = SolveSettings(time_limit=1e-9)
    outcome = sweep(instance, plan, tmp_path / "sweep", settings=quick, resources=ONE)
    assert set(outcome.statuses) <= {"stopped", "feasible"}
    assert not outcome.complete
    assert sweep(instance, plan, tmp_path / "sweep", resources=ONE, existing="retry").complete
