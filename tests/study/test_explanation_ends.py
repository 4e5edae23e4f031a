"""When explanations end: by Ctrl-C at once, and never by the clock of the wall."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.families import network
from commands import PATIENCE, PROGRAM, invoke, works
from rd_contract import Result, explain, load_bundled, solve
from rd_contract.base.parallel import ProcessDied, Workers
from rd_contract.instance import bundled_path
from rd_contract.search import search
from rd_contract.study import obstacles
from rd_contract.study.asking import Settings
from rd_contract.study.explanation import run


def interrupted(*_: Any, **__: Any) -> Any:
    raise KeyboardInterrupt


def unasked(*_: Any, **__: Any) -> Any:
    raise AssertionError("nobody waits for that any more")


def stopping(*arguments: Any, **options: Any) -> Result:
    """A solve that Ctrl-C ended with the best contract so far."""
    return solve(*arguments, **options).noting(interrupted=True)


@pytest.mark.parametrize("name", ["two_firms", "no_contract"])
def test_the_clock_of_the_wall_ends_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It jumps by an hour at every look, as when a computer is set."""
    jumps = itertools.count(step=3600)
    monkeypatch.setattr(time, "time", lambda: float(next(jumps)))
    found = explain(load_bundled(name), time_limit=600.0)
    assert found.complete
    assert found.seconds < 600.0


def test_ctrl_c_in_the_questions_ends_all_that_would_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = load_bundled("two_firms")
    contract = solve(instance)
    monkeypatch.setattr(Settings, "solve", interrupted)
    monkeypatch.setattr(run, "stability", unasked)
    found = explain(instance, contract)
    assert not found.complete
    assert found.stability is None
    assert {one.reason for one in found.not_examined} == {"interrupted"}
    assert "stability" in {one.part for one in found.not_examined}


def test_ctrl_c_while_conflicts_are_sought_ends_all_that_would_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = load_bundled("no_contract")
    answer = solve(instance)
    monkeypatch.setattr(obstacles, "search", lambda *given: dataclasses.replace(search(*given), interrupted=True))
    monkeypatch.setattr(run, "relax", unasked)
    found = explain(instance, answer)
    assert not found.complete
    assert {one.reason for one in found.not_examined} == {"interrupted"}


def test_ctrl_c_in_the_first_solve_asks_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "solve", stopping)
    monkeypatch.setattr(Settings, "solve", unasked)
    monkeypatch.setattr(run, "stability", unasked)
    found = explain(load_bundled("two_firms"))
    assert not found.complete
    assert {one.reason for one in found.not_examined} == {"interrupted"}


def test_the_command_stops_there_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rd_contract.solve", stopping)
    monkeypatch.setattr("rd_contract.explain", unasked)
    done = invoke("explain", str(bundled_path("two_firms")))
    assert done.exit_code == 5


@pytest.mark.skipif(os.name != "posix", reason="sends signals the POSIX way")
@pytest.mark.parametrize("when", ["solving", "asking"])
def test_a_real_ctrl_c_is_heeded_at_once(when: str, tmp_path: Path) -> None:
    """Of instances that take minutes: the one to be solved, the other to be explained."""
    instance = bundled_path("horizon2020_200")
    if when == "solving":
        instance = tmp_path / "many_partners.json"
        instance.write_text(json.dumps(network(60, 3, degree=16.0)), encoding="utf-8")
    arguments = [*PROGRAM, "explain", str(instance), "--jobs", "1"]
    if when == "asking":
        (tmp_path / "contract.json").write_text(solve(load_bundled("horizon2020_200"), 1.0).to_json(), encoding="utf-8")
        arguments.insert(5, str(tmp_path / "contract.json"))
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    works(process, 4)
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    _, errors = process.communicate(timeout=PATIENCE)
    assert time.monotonic() - started < 60.0  # two on a machine with nothing else to do, minutes if nobody heeds it
    assert process.returncode == 5, errors
    assert "Traceback" not in errors


def test_a_process_that_dies_costs_its_questions_and_not_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def dying(*_: Any, **__: Any) -> Any:
        raise ProcessDied

    monkeypatch.setattr(Workers, "spread", dying)
    instance = load_bundled("two_firms")
    found = explain(instance, solve(instance), jobs=2)
    assert not found.complete
    assert all("died" in one.reason for one in found.not_examined)
    assert found.stability is not None
