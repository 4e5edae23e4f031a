"""What matters: swings, elementary effects, Sobol' indices and break-even values, against closed forms."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from printing import sentences
from rd_contract import (
    Instance,
    OptionError,
    PlanError,
    Resources,
    Result,
    SweepPlan,
    break_even,
    sensitivity,
    solve,
    sweep,
)
from rd_contract.instance import variant
from rd_contract.report.content.sensitivities import break_even_summary, sensitivity_summary
from rd_contract.report.frames.sensitivities import break_even_table, sensitivity_table
from rd_contract.study.sweep import Axis, Effect, Index, Points, Store, SweepOutcome, Swing, worker
from rd_contract.study.sweep.indices import sobol_indices

ONE = Resources(jobs=1)

#: Every firm's share of its own value is small: nothing binds, and the surplus is what the firms bring less what they
#: cost, ``f (v_0 + Σ v_i) − Σ (c_i + F_i + ū_i)``.
ADDITIVE: dict[str, Any] = {
    "format": "rd-contract/1",
    "name": "additive",
    "project": {"base_value": 10.0},
    "firms": [
        {"name": name, "contribution": 20.0, "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 2.0}]}
        for name in ("A", "B", "C")
    ],
}


@pytest.fixture
def additive() -> Instance:
    return Instance.from_dict(ADDITIVE)


def run(instance: Instance, folder: Path, design: str, samples: int | None, *vary: str) -> SweepOutcome:
    return sweep(instance, SweepPlan.from_options(vary, design, samples, 1), folder / design, resources=ONE)


def by_name(outcome: SweepOutcome) -> dict[str, Any]:
    found = sensitivity(outcome)
    assert found is not None
    return {row.parameter: row for row in found.rows}


def test_the_surplus_of_the_additive_team_is_its_closed_form(additive: Instance) -> None:
    assert solve(additive).joint_surplus == pytest.approx(70.0 - 6.0)


def test_sobol_indices_of_an_additive_team(additive: Instance, tmp_path: Path) -> None:
    """A sum of independent terms: each explains its own variance, width² / 12, by itself and with all others."""
    widths = {"firms.A.joining_cost": 4.0, "firms.B.outside_option": 2.0, "project.base_value": 1.0}
    vary = [f"{path}={5.0}:{5.0 + width}" for path, width in widths.items()]
    found = by_name(run(additive, tmp_path, "sobol", 64, *vary))
    total = sum(width**2 for width in widths.values())
    for path, width in widths.items():
        index = found[path]
        assert isinstance(index, Index)
        assert index.first_order == pytest.approx(width**2 / total, abs=0.06)
        assert index.total == pytest.approx(width**2 / total, abs=0.06)
        assert abs(index.first_order - width**2 / total) <= index.first_order_error


def test_sobol_indices_of_ishigamis_function() -> None:
    """Published: Ishigami & Homma 1990, with a = 7 and b = 0.1 (Saltelli et al. 2008, p. 177)."""
    plan = SweepPlan.from_options([f"p{at}={-math.pi}:{math.pi}" for at in range(3)], "sobol", 4096, 0)
    x, y, z = np.array([[edit.value for edit in point] for point in Points(plan)], dtype=float).T
    outcome = np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
    found = sobol_indices(["x", "y", "z"], outcome, 0)
    assert [index.first_order for index in found] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert [index.total for index in found] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


def test_sobol_indices_of_a_product(additive: Instance, tmp_path: Path) -> None:
    """``f (v_0 + 60)`` less what does not vary: the two parameters also explain something together."""
    vary = ["modes.baseline.value_factor=0.5:1.5", "project.base_value=0:120"]
    found = by_name(run(additive, tmp_path, "sobol", 64, *vary))
    mean_f, var_f, mean_b, var_b = 1.0, 1.0 / 12.0, 120.0, 120.0**2 / 12.0
    of_f, of_b, of_both = mean_b**2 * var_f, mean_f**2 * var_b, var_f * var_b
    total = of_f + of_b + of_both
    for path, own in ((vary[0], of_f), (vary[1], of_b)):
        index = found[path.split("=")[0]]
        assert index.first_order == pytest.approx(own / total, abs=0.08)
        assert index.total == pytest.approx((own + of_both) / total, abs=0.08)


def test_morris_effects_of_a_linear_team_are_its_slopes(additive: Instance, tmp_path: Path) -> None:
    vary = ["firms.A.joining_cost=0:4", "project.base_value=0:10", "firms.*.outside_option=0:1"]
    found = by_name(run(additive, tmp_path, "morris", 4, *vary))
    for path, slope in (("firms.A.joining_cost", -4.0), ("project.base_value", 10.0), ("firms.*.outside_option", -3.0)):
        effect = found[path]
        assert isinstance(effect, Effect)
        assert (effect.mean, effect.mean_absolute) == pytest.approx((slope, abs(slope)))
        assert effect.deviation == pytest.approx(0.0, abs=1e-6)


def test_morris_levels_stay_within_the_quantiles_of_unbounded_distributions() -> None:
    plan = SweepPlan.from_options(["project.base_value=2:8"], "morris", 4, 0, "normal")
    values = [float(str(point[0].value)) for point in Points(plan)]
    assert min(values) == pytest.approx(2.0)
    assert max(values) == pytest.approx(8.0)


def test_what_does_not_vary_has_no_sobol_index(additive: Instance, tmp_path: Path) -> None:
    found = by_name(run(additive, tmp_path, "sobol", 4, "firms.A.credit=0.5:1"))
    assert math.isnan(found["firms.A.credit"].total)
    outcome = sensitivity(run(additive, tmp_path / "again", "sobol", 4, "firms.A.credit=0.5:1"))
    assert outcome is not None
    assert "nothing to explain" in sentences(sensitivity_summary(outcome))


def test_swings(additive: Instance, tmp_path: Path) -> None:
    vary = ["firms.A.joining_cost=0,4,30", "project.base_value=5,20", "division=equal,proportional"]
    found = by_name(run(additive, tmp_path, "one-at-a-time", None, *vary))
    joining = found["firms.A.joining_cost"]
    assert isinstance(joining, Swing)
    # At 30 the firm stays out, and what it would bring is lost: 18.
    assert (joining.base, joining.lowest, joining.highest) == pytest.approx((64.0, 46.0, 64.0))
    assert (joining.at_lowest, joining.at_highest, joining.alliances) == (30, "unchanged", 2)
    assert found["project.base_value"].width == pytest.approx(15.0)
    assert found["division"].width == pytest.approx(0.0, abs=1e-9)
    assert list(found) == ["firms.A.joining_cost", "project.base_value", "division"]


def test_samples_that_are_not_answered_are_left_out(additive: Instance, tmp_path: Path) -> None:
    outcome = run(additive, tmp_path, "morris", 4, "firms.A.joining_cost=0:4", "project.base_value=0:10")
    point = Points(outcome.plan)[4]
    Store(outcome.folder).path(outcome.name_of(point)).unlink()
    found = sensitivity(outcome)
    assert found is not None
    assert found.left_out >= 1
    effects = {row.parameter: row for row in found.rows}
    assert effects["firms.A.joining_cost"].mean == pytest.approx(-4.0)  # type: ignore[union-attr]
    assert "left out" in sentences(sensitivity_summary(found))
    for file in outcome.folder.glob("points/*/*.json"):
        file.unlink()
    with pytest.raises(OptionError, match="only 0 of 4 samples"):
        sensitivity(outcome)


def test_sobol_indices_with_any_seed_are_the_same_every_time() -> None:
    random = np.random.default_rng(0).random(4 * 64)
    for seed in (0, 1):
        assert sobol_indices(["a", "b"], random, seed) == sobol_indices(["a", "b"], random, seed)


def test_rounding_is_not_explained(additive: Instance, tmp_path: Path) -> None:
    """A surplus that differs in its last digits only does not vary."""
    random = 6.0 + 4e-15 * np.random.default_rng(0).random(4 * 64)
    assert all(math.isnan(index.total) for index in sobol_indices(["a", "b"], random, 0, 1e-6))
    found = by_name(run(additive, tmp_path, "sobol", 4, "firms.A.max_deposit=5:9", "firms.B.liquidity=200:400"))
    assert all(math.isnan(index.total) for index in found.values())


def test_morris_takes_ranges_only() -> None:
    with pytest.raises(PlanError, match="ranges LOW:HIGH"):
        SweepPlan.from_options(["project.base_value=0,4"], "morris", 4, 0)


def test_other_designs_have_no_sensitivities(additive: Instance, tmp_path: Path) -> None:
    assert sensitivity(run(additive, tmp_path, "grid", None, "project.base_value=1,2")) is None


@pytest.mark.parametrize("design", ["morris", "sobol"])
def test_the_extra_is_asked_for(design: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, f"SALib.sample.{design}", None)
    plan = SweepPlan.from_options(["project.base_value=1:2"], design, 4, 0)
    with pytest.raises(OptionError, match=r"rd-contract\[sensitivity\]"):
        Points(plan)


@pytest.mark.parametrize(
    ("design", "samples", "message"),
    [("sobol", 100, "a power of 2"), ("morris", 1, "at least 2 trajectories"), ("sobol", None, "a number of samples")],
)
def test_numbers_of_samples_that_mean_nothing_are_refused(design: str, samples: int | None, message: str) -> None:
    with pytest.raises(PlanError, match=message):
        SweepPlan.from_options(["project.base_value=1:2"], design, samples, 0)


@pytest.mark.parametrize(("design", "points"), [("morris", 4 * 3), ("sobol", 4 * 4)])
def test_designs_are_the_same_every_time(design: str, points: int) -> None:
    plan = SweepPlan.from_options(["project.base_value=1:2", "project.value=3:4"], design, 4, 7)
    assert len(Points(plan)) == plan.count == points
    assert list(Points(plan)) == list(Points(plan))
    other = plan.model_copy(update={"seed": 8})
    assert list(Points(other)) != list(Points(plan))


def test_tables_and_summaries(additive: Instance, tmp_path: Path) -> None:
    for design, samples, word in (("one-at-a-time", None, "Swing"), ("morris", 4, "mu*"), ("sobol", 4, "First order")):
        vary = ["firms.A.joining_cost=0:4", "project.base_value=0:10"]
        found = sensitivity(run(additive, tmp_path, design, samples, *vary))
        assert found is not None
        frame = sensitivity_table(found)
        assert list(frame["parameter"]) == ["project.base_value", "firms.A.joining_cost"]
        assert word in sentences(sensitivity_summary(found, "EUR"))


# --- break-even --------------------------------------------------------------------------------------------


def test_break_even_of_a_joining_cost_is_what_the_firm_brings(additive: Instance) -> None:
    """B is worth 20 and costs 2: it is in while joining costs less than 18."""
    axis = Axis(path="firms.B.joining_cost", low=0.0, high=40.0)
    for watch in ("contract", "alliance", "B"):
        outcome = break_even(additive, axis, watch=watch, tolerance=1e-4, resources=ONE)
        (change,) = outcome.changes
        assert change.low <= 18.0 <= change.high
        assert change.high - change.low <= 1e-4 * 40.0
        assert change.surplus_low == pytest.approx(46.0, abs=0.01)
        assert outcome.unanswered == ()
        assert (change.before[-1] == "C") == (watch != "B")
    assert break_even(additive, axis, watch="regime", resources=ONE).changes == ()


def test_every_change_that_the_scan_sees_is_found(additive: Instance) -> None:
    """Firm i needs the share 2 / (f v_i): those of A and B fit from f = 0.3 on, those of all three from 0.7."""
    raw = additive.to_dict()
    for firm, value in zip(raw["firms"], (20.0, 10.0, 5.0), strict=True):
        firm |= {"contribution": value, "joining_cost": 0.5}
    instance = Instance.from_dict(raw)
    axis = Axis(path="modes.baseline.value_factor", low=0.05, high=0.9, steps=12)
    found = break_even(instance, axis, watch="alliance", tolerance=1e-4, resources=ONE)
    assert [set(change.after) for change in found.changes] == [{"A", "B"}, {"A", "B", "C"}]
    for change, exact in zip(found.changes, (0.3, 0.7), strict=True):
        assert change.low <= exact <= change.high
        below, above = (solve(variant(instance, [axis.edit(value)])) for value in (change.low, change.high))
        assert {member.firm for member in below.members} == set(change.before)
        assert {member.firm for member in above.members} == set(change.after)


def test_a_regime_changes_where_its_incentives_no_longer_fit(additive: Instance) -> None:
    """Each of three needs the share 2 k / (1.5 · 20): more than all from k = 5 on, long before it is a loss."""
    raw = {
        **additive.to_dict(),
        "modes": [{"name": "plain"}, {"name": "bold", "value_factor": 1.5, "cost_factor": 2.0}],
    }
    instance = Instance.from_dict(raw)
    axis = Axis(path="modes.bold.cost_factor", low=1.0, high=9.0)
    (change,) = break_even(instance, axis, watch="regime", tolerance=1e-4, resources=ONE).changes
    assert change.low <= 5.0 <= change.high
    assert (change.surplus_low, change.surplus_high) == pytest.approx((1.5 * 70.0 - 30.0, 64.0), abs=0.01)
    assert (change.before, change.after) == (("bold + none",), ("plain + none",))


def test_whole_numbers_end_at_neighbours(additive: Instance) -> None:
    axis = Axis(path="project.team_size.max", low=1, high=3)
    changes = break_even(additive, axis, resources=ONE).changes
    assert [(change.low, change.high) for change in changes] == [(1, 2), (2, 3)]


def test_a_scan_of_whole_numbers_sees_each(additive: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    axis = Axis(path="project.team_size.max", low=1, high=8)
    asked: list[int | None] = []

    def watched(instance: Instance, **options: Any) -> Result:
        asked.append(instance.project.team_size.max)
        return solve(instance, **options)

    monkeypatch.setattr(worker, "solve", watched)
    break_even(additive, axis, resources=ONE)
    assert set(asked) == {None, *range(1, 9)}


def test_answers_are_kept_and_used_again(additive: Instance, tmp_path: Path) -> None:
    axis = Axis(path="firms.B.joining_cost", low=0.0, high=40.0)
    first = break_even(additive, axis, folder=tmp_path / "kept", resources=ONE)
    again = break_even(additive, axis, folder=tmp_path / "kept", resources=ONE)
    assert first.solved > 10
    assert again.solved == 0
    assert again.changes == first.changes


def test_points_without_a_proof_are_said(additive: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    def weak(instance: Instance, **options: Any) -> Result:
        result = solve(instance, **options)
        cost = next(firm.joining_cost for firm in instance.firms if firm.name == "B")
        return result.replace(status="feasible") if 15.0 < cost < 25.0 else result

    monkeypatch.setattr(worker, "solve", weak)
    outcome = break_even(additive, Axis(path="firms.B.joining_cost", low=0.0, high=40.0), resources=ONE)
    assert 20.0 in outcome.unanswered
    (change,) = outcome.changes
    assert (change.low, change.high) == (15.0, 25.0)
    assert "no proven answer at" in sentences(break_even_summary({"B": outcome}, "contract"))


@pytest.mark.parametrize(
    ("axis", "options", "error", "message"),
    [
        ({"values": (1.0, 2.0)}, {}, OptionError, "needs a range"),
        ({"low": 1.0, "high": 1.0}, {}, OptionError, "needs a range"),
        ({"low": 1.0, "high": 2.0, "steps": 1}, {}, OptionError, "two ends"),
        ({"low": 1.0, "high": 2.0}, {"watch": "D"}, OptionError, '"D"'),
        ({"low": 1.0, "high": 2.0}, {"tolerance": 0.0}, OptionError, "tolerance"),
        ({"low": 1.0, "high": 2.0}, {"tolerance": math.nan}, OptionError, "tolerance"),
        ({"low": -1.0, "high": 2.0}, {}, PlanError, "joining_cost"),
        ({"low": 1.0, "high": 2.0, "path": "firms.D.credit"}, {}, PlanError, '"D"'),
    ],
)
def test_bad_searches_are_refused(
    additive: Instance, axis: dict[str, Any], options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        break_even(additive, Axis(**{"path": "firms.B.joining_cost", **axis}), **options)


def test_break_even_report(additive: Instance) -> None:
    axis = Axis(path="firms.B.joining_cost", low=0.0, high=40.0)
    outcome = break_even(additive, axis, resources=ONE)
    text = sentences(break_even_summary({axis.label: outcome}, "contract", "EUR"))
    assert "- B" in text
    assert "EUR" in text
    frame = break_even_table(outcome.changes)
    assert frame["after"].tolist() == ["baseline + none; A; C"]
    nothing = break_even(additive, Axis(path="firms.B.credit", low=0.0, high=1.0), watch="B", resources=ONE)
    assert "Nowhere that was looked: in throughout" in sentences(break_even_summary({"credit": nothing}, "B"))
