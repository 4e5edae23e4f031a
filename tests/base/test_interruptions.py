"""Ctrl-C in the last moment of a solve, when its answer is found already: the answer counts, and nothing goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import rd_contract
from printing import sentences
from rd_contract import Axis, Resources, SweepPlan, load_bundled, solve
from rd_contract.report.content.sweeps import sweep_summary
from rd_contract.report.frames.sweeps import points_table


@pytest.fixture(params=[1, 2], ids=["first solve", "second solve"])
def late_ctrl_c(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Ctrl-C arrives while the answer of one solve is being certified; yields of which."""
    honest, calls = rd_contract.verify, 0

    def interrupted(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == request.param:
            raise KeyboardInterrupt
        return honest(*arguments)

    monkeypatch.setattr("rd_contract.pipeline.verify", interrupted)
    yield request.param
    assert calls == request.param + 1  # certified the second time, and nothing solved after that


PLAN = SweepPlan(vary=(Axis(path="firms.Supplier.outside_option", values=(0.0, 1.0, 2.0)),))


def test_a_sweep_keeps_the_answer_and_ends(late_ctrl_c: int, tmp_path: Path) -> None:
    outcome = rd_contract.sweep(load_bundled("two_firms"), PLAN, tmp_path / "sweep", resources=Resources(jobs=1))
    assert outcome.stopped == "interrupted"
    assert outcome.solved == late_ctrl_c
    assert outcome.base_solved
    assert not outcome.complete
    page = sentences(sweep_summary(outcome, points_table(outcome)))
    beside = "The unchanged instance" if late_ctrl_c == 1 else "1 point and the unchanged instance"
    assert f"{beside} solved in" in page


def test_break_even_ends(late_ctrl_c: int) -> None:
    axis = Axis(path="firms.Supplier.outside_option", low=0.0, high=12.0)
    found = rd_contract.break_even(load_bundled("two_firms"), axis, resources=Resources(jobs=1))
    assert (found.stopped, found.solved) == ("interrupted", late_ctrl_c)


def test_a_frontier_ends_with_what_is_known(late_ctrl_c: int) -> None:
    found = rd_contract.frontier(load_bundled("two_firms"), "cost", resources=Resources(jobs=1))
    assert (found.stopped, found.solved) == ("interrupted", late_ctrl_c)
    assert [point.second for point in found.points] == [17.0]
    assert found.gaps


def test_a_comparison_ends(late_ctrl_c: int) -> None:
    found = rd_contract.compare(load_bundled("two_firms"))
    assert not found.complete
    assert found.form("joint") is not None


def test_advice_ends(late_ctrl_c: int) -> None:
    found = rd_contract.advise(load_bundled("explore_or_exploit"), calibrate=True)
    assert (found.complete, len(found.modes), found.calibration) == (False, late_ctrl_c, None)
    assert all(one.proven for one in found.modes)
    assert found.most_profitable == (("exploitative",) if late_ctrl_c == 2 else ())


def test_who_asked_for_stability_too_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("rd_contract.outcome.stability.AllianceGame.complaints", interrupted)
    result = solve(load_bundled("two_firms"), stability=True)
    assert (result.status, result.interrupted, result.stability) == ("optimal", True, None)
    assert rd_contract.stability(load_bundled("two_firms"), result) is None


def test_before_the_search_began_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("rd_contract.pipeline.derive", interrupted)
    instance = load_bundled("horizon2020_12")
    result = solve(instance, method="extensive")
    assert (result.status, result.stop_reason, result.interrupted) == ("stopped", "interrupted", True)
    assert {(one.mode, one.monitoring, one.status) for one in result.regimes} == {
        (mode.name, option.name, "stopped") for mode in instance.modes for option in instance.monitoring
    }
    assert result.certificate is not None
    assert result.certificate.holds
    assert rd_contract.audit(instance, result).holds
    assert rd_contract.Result.from_dict(result.to_dict()).to_dict() == result.to_dict()
