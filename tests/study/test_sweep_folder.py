"""A sweep's folder: one writer, files that are checked when they are read, plans that do not push each other out."""

from __future__ import annotations

import errno
import itertools
import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import THREE, grid
from commands import flat, invoke, start_sweep, sweep_command
from rd_contract import Instance, OptionError, open_sweep
from rd_contract.base.files import write_atomically
from rd_contract.report.frames.sweeps import points_table
from rd_contract.study.sweep import Axis, Points, Resources, Store, SweepOutcome, SweepPlan, records, store, worker
from rd_contract.study.sweep import sweep as run
from rd_contract.study.sweep.lock import HOLDER, LOCK, only_writer
from rd_contract.study.sweep.records import is_sound

ONE = Resources(jobs=1)

#: Holds a folder until it is killed.
HOLD = """
import sys, time
from pathlib import Path
from rd_contract.study.sweep.lock import only_writer
with only_writer(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60.0)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sweep"


def swept(instance: Instance, folder: Path, *vary: str, **options: Any) -> SweepOutcome:
    return run(instance, grid(*vary), folder, resources=ONE, **options)


def files_of(outcome: SweepOutcome) -> list[Path]:
    """The files of the plan's points, in its order."""
    there = Store(outcome.folder)
    return [there.path(outcome.name_of(point)) for point in Points(outcome.plan)]


# --- grids -------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_a_grid_is_the_product_of_its_axes_in_their_order(sizes: list[int]) -> None:
    axes = [Axis(path=f"axis{at}", values=tuple(map(float, range(size)))) for at, size in enumerate(sizes)]
    points = [tuple(edit.value for edit in point) for point in Points(SweepPlan(vary=tuple(axes)))]
    assert points == list(itertools.product(*(axis.listed() for axis in axes)))


def test_a_grid_may_have_more_axes_than_an_array_has_dimensions(folder: Path) -> None:
    """Seventy firms with one value each are one point."""
    efforts = [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 1.0}]
    firms = [{"name": f"F{at}", "contribution": 2.0, "efforts": efforts} for at in range(70)]
    many = Instance.from_dict({"format": "rd-contract/1", "project": {"team_size": {"max": 3}}, "firms": firms})
    outcome = swept(many, folder, *(f"firms.F{at}.outside_option=0.1" for at in range(70)))
    assert outcome.complete
    [record] = outcome.records()
    assert record["result"]["joint_surplus"] == pytest.approx(2 * 0.9)  # each needs half of what there is to work


def test_designs_that_would_fill_the_memory_are_refused() -> None:
    many = [Axis(path=f"firms.{at}.credit", low=0.0, high=1.0) for at in range(100)]
    with pytest.raises(ValueError, match="numbers to draw"):
        SweepPlan(design="monte-carlo", samples=1_000_000, vary=tuple(many))
    drawn = Points(SweepPlan(design="monte-carlo", samples=3, vary=tuple(many)))
    assert all(type(edit.value) is float for edit in drawn[2])


# --- damage ------------------------------------------------------------------------------------------------


def _another_surplus(text: str) -> str:
    record = json.loads(text)
    record["result"]["joint_surplus"] = 99.0
    return json.dumps(record)


def _no_result(text: str) -> str:
    return json.dumps(json.loads(text) | {"result": None})


def _sealed(**changes: Any) -> Callable[[str], str]:
    """Somebody who knows how checksums are made."""

    def change(text: str) -> str:
        record = json.loads(text) | changes
        return json.dumps(record | {"checksum": records._checksum(record)})

    return change


DAMAGES: dict[str, Callable[[str], str]] = {
    "empty": lambda _: "",
    "cut": lambda text: text[: len(text) // 2],
    "garbage": lambda _: "\x00\x01{]",
    "deep": lambda _: "[" * 100_000,
    "a list": lambda _: "[1, 2]",
    "a number": lambda _: "7",
    "nothing in it": lambda _: "{}",
    "without a status": lambda text: json.dumps({k: v for k, v in json.loads(text).items() if k != "status"}),
    "status of a wrong type": lambda text: json.dumps(json.loads(text) | {"status": 3}),
    "values of a wrong type": _sealed(values=[1]),
    "another surplus": _another_surplus,
    "no result": _no_result,
    "no result, sealed": _sealed(result=None),
    "a result of a wrong type": _sealed(result=[]),
    "another status": _sealed(status="no_contract"),
    "no checksum": lambda text: json.dumps({k: v for k, v in json.loads(text).items() if k != "checksum"}),
    "other values": _sealed(values={"firms.A.outside_option": 0.25}),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> SweepOutcome:
    return swept(
        Instance.from_dict(THREE), tmp_path_factory.mktemp("whole") / "sweep", "firms.A.outside_option=0,0.5,1"
    )


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_no_answer(whole: SweepOutcome, damage: str) -> None:
    path = files_of(whole)[1]
    text = path.read_text("utf-8")
    assert Store(whole.folder).read(path.stem) == json.loads(text)
    path.write_text(DAMAGES[damage](text), encoding="utf-8")
    try:
        assert Store(whole.folder).read(path.stem) is None
        assert [record["status"] for record in whole.records()] == ["optimal", "missing", "optimal"]
        assert points_table(whole)["status"].tolist() == ["optimal", "missing", "optimal"]
    finally:
        path.write_text(text, encoding="utf-8")


def test_every_changed_byte_that_says_something_else_is_seen(whole: SweepOutcome) -> None:
    path = files_of(whole)[0]
    data = path.read_bytes()
    before = json.loads(data)
    for at in range(0, len(data), 7):
        changed = bytearray(data)
        changed[at] ^= 1
        try:
            record = json.loads(changed)
        except ValueError:
            continue
        assert record == before or not is_sound(record, path.stem)


def test_a_resume_solves_damaged_points_again_and_says_so(instance_path: Path, folder: Path) -> None:
    vary = ["--vary", "firms.A.outside_option=0,0.5,1", "--jobs", "1"]
    assert invoke("sweep", str(instance_path), "-o", str(folder), *vary).exit_code == 0
    _, outcome = open_sweep(folder)
    first, second, third = files_of(outcome)
    texts = [path.read_text("utf-8") for path in (first, second, third)]
    first.write_text(texts[1], encoding="utf-8")  # another point's answer
    second.write_text(texts[1][:100], encoding="utf-8")
    base = Store(folder).path(outcome.name_of(()))
    base.write_text("", encoding="utf-8")
    contract = invoke("regret", str(folder), "--jobs", "1")
    assert "2 point files were damaged" in contract.stderr
    again = invoke("sweep", str(instance_path), "-o", str(folder), *vary, "--resume")
    assert again.exit_code == 0
    assert "3 point files were damaged" in again.stderr
    assert second.stem in again.stderr
    assert third.read_text("utf-8") == texts[2]
    assert pd.read_csv(folder / "points.csv")["status"].tolist() == ["optimal"] * 3
    assert "were damaged" not in invoke("sweep", str(instance_path), "-o", str(folder), *vary, "--resume").stderr


@pytest.mark.parametrize("name", ["settings.json", "sweep.json", "instance.json"])
@pytest.mark.parametrize("text", ["", '{"gap": "x"}', "[]"])
def test_damaged_files_about_the_sweep_do_not_stop_a_resume(
    instance: Instance, folder: Path, name: str, text: str
) -> None:
    swept(instance, folder, "firms.A.outside_option=0,1")
    (folder / name).write_text(text, encoding="utf-8")
    again = swept(instance, folder, "firms.A.outside_option=0,1", existing="resume")
    assert again.complete
    assert again.solved == 0
    assert open_sweep(folder)[1].complete


def test_another_version_of_the_solver_is_another_question(
    instance: Instance, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = swept(instance, folder, "firms.A.outside_option=0,1")
    monkeypatch.setattr(records, "versions", lambda: ("0.1.0", "9.9.9"))
    monkeypatch.setattr(worker, "versions", lambda: ("0.1.0", "9.9.9"))
    again = swept(instance, folder, "firms.A.outside_option=0,1", existing="resume")
    assert (first.solved, again.solved) == (3, 3)
    assert {record["asked"]["highs"] for record in again.records()} == {"9.9.9"}


def test_a_worker_of_another_version_is_refused(
    instance: Instance, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a cluster, where others may have installed something else."""
    monkeypatch.setattr(worker, "versions", lambda: ("0.0.9", "1.15.0"))
    outcome = swept(instance, folder, "firms.A.outside_option=0,1")
    assert outcome.statuses == {"failed": 2}
    assert all("0.0.9" in record["error"] for record in outcome.records())


# --- plans -------------------------------------------------------------------------------------------------


def test_points_of_earlier_plans_stay_in_the_tables(instance_path: Path, folder: Path) -> None:
    def table(*vary: str) -> pd.DataFrame:
        options = itertools.chain.from_iterable(("--vary", one) for one in vary)
        done = invoke("sweep", str(instance_path), "-o", str(folder), *options, "--resume", "--jobs", "1")
        assert done.exit_code == 0, done.stderr
        return pd.read_csv(folder / "points.csv")

    first = table("firms.A.outside_option=0,0.5,1")
    assert first["in_plan"].all()
    smaller = table("firms.A.outside_option=0.5")
    assert smaller["firms.A.outside_option"].tolist() == [0.5, 0.0, 1.0]
    assert smaller["in_plan"].tolist() == [True, False, False]
    assert set(smaller["point"]) == set(first["point"])
    other = table("firms.B.outside_option=0.25,0.75")
    assert other["in_plan"].tolist() == [True, True, False, False, False]
    assert other["firms.A.outside_option"].isna().tolist() == [True, True, False, False, False]
    assert set(pd.read_csv(folder / "members.csv")["point"]) == set(other["point"])
    assert table("firms.B.outside_option=0.25,0.75")["in_plan"].tolist() == other["in_plan"].tolist()
    _, outcome = open_sweep(folder)
    assert len(outcome.earlier_plans()) == 2
    assert sum(outcome.statuses.values()) == 2
    back = table("firms.A.outside_option=0,0.5,1")
    assert back["in_plan"].tolist() == [True] * 3 + [False] * 2


# --- one writer --------------------------------------------------------------------------------------------


def holding(folder: Path) -> subprocess.Popen[str]:
    """Another process that works in a folder."""
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_refused_with_who_is_there(instance_path: Path, folder: Path) -> None:
    process = start_sweep(sweep_command(instance_path, folder, "--jobs", "1", points=3000), folder, 3)
    try:
        second = invoke(*sweep_command(instance_path, folder, "--resume", points=3000)[3:])
        assert second.exit_code == 2
        flat = " ".join(second.stderr.replace("│", " ").split())
        assert f"process {process.pid} on " in flat
        assert "since " in flat
        assert "--unlock" in flat
    finally:
        process.kill()
        process.communicate()
    assert (folder / HOLDER).exists()  # nobody was left to remove it
    resumed = invoke(*sweep_command(instance_path, folder, "--resume", "--jobs", "1", points=5)[3:])
    assert resumed.exit_code == 0, resumed.stderr
    assert not (folder / HOLDER).exists()


def test_a_lock_whose_holder_is_gone_is_none_and_unlock_takes_any(instance: Instance, folder: Path) -> None:
    process = holding(folder)
    try:
        with pytest.raises(OptionError, match=f"process {process.pid} on .* works in"):
            swept(instance, folder, "firms.A.outside_option=0,1")
        assert sorted(path.name for path in folder.iterdir()) == sorted([LOCK, HOLDER])
        assert swept(instance, folder, "firms.A.outside_option=0,1", unlock=True).complete
    finally:
        process.kill()
        process.communicate()
    process = holding(folder)
    process.kill()
    process.communicate()
    assert swept(instance, folder, "firms.A.outside_option=0,1", existing="resume").complete


@pytest.mark.parametrize("text", ["", "[]", '{"pid": 3}'])
def test_a_holder_that_cannot_be_read_is_somebody(folder: Path, text: str) -> None:
    folder.mkdir()
    with only_writer(folder):
        (folder / HOLDER).write_text(text, encoding="utf-8")
        with pytest.raises(OptionError, match="another process works in"), only_writer(folder):
            pass


# --- folders that cannot be written ------------------------------------------------------------------------


def test_a_folder_that_turns_read_only_ends_a_sweep_with_its_summary(
    instance_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Any] = []

    def writing(path: Path, content: str | bytes) -> None:
        if path.parent.parent.name == "points":
            if len(written) == 4:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            written.append(path)
        write_atomically(path, content)

    monkeypatch.setattr(store, "write_atomically", writing)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: writing(folder / "points" / "x" / "y", ""))
    done = invoke(*sweep_command(instance_path, folder, "--jobs", "1", points=40)[3:])
    assert done.exit_code == 5
    assert "3 optimal" in done.stdout
    assert "can no longer be written (Permission denied)" in done.stdout
    assert len(written) == 4


def test_one_file_that_cannot_be_written_is_one_failure(
    instance: Instance, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = grid("firms.A.outside_option=0,0.5,1")
    outcome = run(instance, plan, folder, resources=ONE)
    blocked = files_of(outcome)[1]
    blocked.unlink()
    blocked.mkdir()
    again = run(instance, plan, folder, resources=ONE, existing="resume")
    assert again.statuses == {"optimal": 2, "missing": 1}
    assert not again.stopped
    assert again.damaged == (blocked.stem,)


def test_a_folder_that_cannot_be_written_at_the_start_is_no_wrong_usage(instance_path: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = invoke(*sweep_command(instance_path, tmp_path / "file" / "sweep", points=2)[3:])
    assert done.exit_code == 1
    assert "cannot be read or written" in done.stderr


# --- ctrl-c ------------------------------------------------------------------------------------------------


def test_no_marks_are_left_by_ctrl_c(instance: Instance, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        (folder / "running" / "another").touch()  # a worker that was killed
        raise KeyboardInterrupt

    swept(instance, folder, "firms.A.outside_option=2")
    monkeypatch.setattr(worker, "solve", interrupted)
    outcome = swept(instance, folder, "firms.A.outside_option=0,1", existing="resume")
    assert outcome.stopped == "interrupted"
    assert not list((folder / "running").iterdir())


@pytest.mark.parametrize("moment", ["rd_contract.study.sweep.worker.solve", "rd_contract.study.sweep.run._Run.reports"])
@pytest.mark.parametrize("existed", [False, True])
def test_ctrl_c_before_the_first_answer_leaves_no_folder(
    moment: str, existed: bool, instance_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    if existed:
        folder.mkdir()
    monkeypatch.setattr(moment, interrupted)
    words = ["sweep", str(instance_path), "--vary", "firms.*.outside_option=0,1", "-o", str(folder), "--jobs", "1"]
    done = invoke(*words)
    assert done.exit_code == 130
    assert done.stdout == ""
    assert folder.exists() == existed
    assert not existed or not list(folder.iterdir())
    said = "Interrupted." if existed else f"Interrupted before there was an answer to keep: {folder} was not made."
    assert said in flat(done.stderr)


def test_ctrl_c_before_the_folder_is_complete_leaves_none(
    instance: Instance, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "_keep_plan", interrupted)
    with pytest.raises(KeyboardInterrupt):
        swept(instance, folder, "firms.A.outside_option=0,1")
    assert not folder.exists()


def test_ctrl_c_before_a_new_answer_leaves_the_folder_of_an_earlier_sweep(
    instance: Instance, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    swept(instance, folder, "firms.A.outside_option=0,1")
    known = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for path in list(known):
        if path.parent.parent.name == "points":
            path.unlink()  # as if it had been killed before its first answer
            del known[path]
    monkeypatch.setattr(worker, "solve", interrupted)
    outcome = swept(instance, folder, "firms.A.outside_option=0,1", existing="resume")
    assert (outcome.stopped, outcome.solved, outcome.has_answers) == ("interrupted", 0, False)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == known


@pytest.mark.skipif(not hasattr(os, "O_DIRECTORY"), reason="folders cannot be synchronised")
def test_a_rename_is_settled_in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled: list[bool] = []
    synchronise = os.fsync

    def fsync(descriptor: int) -> None:
        settled.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        synchronise(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    write_atomically(tmp_path / "file", "text")
    assert settled == [False, True]
