"""Ctrl-C at any moment of a search for a frontier: what is known is told, and why it is not all."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from commands import invoke
from printing import sentences
from rd_contract import (
    CancelToken,
    Frontier,
    Instance,
    Resources,
    Result,
    SolveSettings,
    bundled_path,
    frontier,
    load_bundled,
    solve,
)
from rd_contract.report.content.frontier import frontier_report

ONE = Resources(1)

#: With a limit, as what is not proven has ended by one.
HURRIED = SolveSettings(time_limit=60.0)


def unproven(*arguments: Any, **options: Any) -> Result:
    """What a solve returns that its limit ends with a contract, however fast the machine is."""
    return solve(*arguments, **options).replace(status="feasible", stop_reason="time_limit", bound=None, gap=None)


def interrupted(*_: Any, **__: Any) -> Any:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "moment",
    [
        "rd_contract.study.sweep.store.Store.create",
        "rd_contract.study.frontier.measure_goals._Measured.end",
        "rd_contract.study.frontier.measure_goals._Measured.within_reach",
        "rd_contract.study.frontier.run.Curve.scan",
        "rd_contract.study.frontier.run.problems_of",
    ],
)
def test_between_two_solves_what_is_known_is_kept(moment: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(moment, interrupted)
    instance = load_bundled("two_firms")
    found = frontier(instance, "cost", folder=tmp_path, resources=ONE)
    assert found.stopped == "interrupted"
    assert not found.proven
    assert Frontier.from_dict(found.to_dict()) == found
    began = moment.endswith("create")
    assert len(found.points) == (0 if began else 1)
    if not began:
        assert found.best_proven
        assert found.points[0].objective_value == pytest.approx(solve(instance).joint_surplus)
        assert "Stopped early: interrupted. What is shown is proven" in sentences(frontier_report(found))
    monkeypatch.undo()
    whole = frontier(instance, "cost", folder=tmp_path, resources=ONE)
    assert whole.proven
    assert len(whole.points) > 1


def test_a_token_that_is_cancelled_between_two_solves_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from rd_contract.base.cancellation import checkpoint  # noqa: PLC0415 - as what runs between two solves calls it

    token = CancelToken()

    def cancelled(*_: Any) -> None:
        token.cancel()
        checkpoint()

    monkeypatch.setattr("rd_contract.study.frontier.measure_goals._Measured.within_reach", cancelled)
    found = frontier(load_bundled("two_firms"), "cost", resources=ONE, cancel=token)
    assert (found.stopped, len(found.points)) == ("interrupted", 1)


def test_ctrl_c_while_a_contract_that_is_known_is_proven(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    instance = load_bundled("two_firms")
    monkeypatch.setattr("rd_contract.study.sweep.worker.solve", unproven)
    before = frontier(instance, "cost", folder=tmp_path, settings=HURRIED, resources=ONE)
    assert before.unproven_best
    assert before.stopped == "the best contract is not proven"
    monkeypatch.setattr("rd_contract.study.sweep.worker.solve", interrupted)
    found = frontier(instance, "cost", folder=tmp_path, settings=HURRIED, resources=ONE)
    assert found.stopped == "interrupted"
    assert found.unproven_best
    assert found.points == before.points
    told = sentences(frontier_report(found))
    assert "not proven to be the best" in told
    assert "Others were not looked for; interrupted." in told
    assert "longer time limit" not in told
    assert "What is shown is proven" not in told


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("frontier", str(bundled_path("two_firms")), "--second", "cost"), "--keep"),
        (("sweep", str(bundled_path("two_firms")), "--vary", "project.base_value=0,1"), "-o"),
    ],
)
def test_who_ends_a_command_before_it_began_is_told_that_there_is_no_folder(
    words: tuple[str, ...], option: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(f"rd_contract_cli.commands.{words[0]}.read_instance", interrupted)
    folder = tmp_path / "kept"
    done = invoke(*words, option, str(folder))
    assert done.exit_code == 130
    assert not folder.exists()
    assert f"Interrupted before there was an answer to keep: {folder} was not made." in " ".join(done.stderr.split())
    folder.mkdir()
    assert invoke(*words, option, str(folder)).stderr.strip() == "Interrupted."


@pytest.mark.parametrize(
    "words", [("frontier", "--second", "cost", "--keep", "kept"), ("break-even", "--vary", "project.base_value=0:1")]
)
def test_who_ends_a_search_before_its_first_answer_is_shown_none(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("rd_contract.study.sweep.worker.solve", interrupted)
    done = invoke(words[0], str(bundled_path("two_firms")), *words[1:])
    assert (done.exit_code, done.stdout) == (130, "")
    assert "Interrupted" in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_tightest_limits_on_exposure_are_not_asked_for_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take longest: who ends the search early has the points of the others."""
    asked: list[float] = []

    def watched(instance: Instance, **options: Any) -> Result:
        asked.append(min(math.inf if one.liquidity is None else one.liquidity for one in instance.firms))
        return solve(instance, **options)

    monkeypatch.setattr("rd_contract.study.sweep.worker.solve", watched)
    found = frontier(load_bundled("two_firms"), "exposure", resources=ONE, points=3)
    assert found.proven
    assert asked[:2] == [math.inf, math.inf]
    assert asked[2:6] == sorted(asked[2:6], reverse=True)
    assert min(asked[2:]) > 0.0
