"""Whether a sample is large enough for what is read from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import rd_contract
from builders import TWO_PARTNERS
from printing import sentences
from rd_contract import Instance, Resources, SweepPlan, sweep
from rd_contract.report.content.sensitivities import sensitivity_summary
from rd_contract.report.content.sweeps import sweep_summary
from rd_contract.report.content.worlds import worlds_summary
from rd_contract.report.frames.sweeps import points_table
from rd_contract.report.words.verdicts import lead_verdict, parts_verdict, sensitivity_verdict, tail_verdict
from rd_contract.study.sweep import Effect, Index, Sensitivity
from rd_contract.study.worlds import ContractOverWorlds, OverWorlds, over_worlds


def index(name: str, total: float, error: float) -> Index:
    """Return the index of a parameter."""
    return Index(name, total, error, total, error)


def test_an_interval_wider_than_what_it_surrounds_tells_nothing() -> None:
    vague = sensitivity_verdict([index("a", 0.6, 0.1), index("b", 0.3, 0.2)])
    assert vague.startswith("Too small a sample to tell: the 95% interval of b is wider")
    effects = [Effect("a", 3.0, 3.0, 1.0, 2.0), Effect("b", 1.0, 1.0, 0.0, 0.1)]
    assert "interval of a is wider" in sensitivity_verdict(effects)


def test_what_is_next_to_nothing_may_be_vague() -> None:
    assert sensitivity_verdict([index("a", 0.8, 0.05), index("b", 0.01, 0.04)]) == ""
    assert sensitivity_verdict([index("a", float("nan"), float("nan"))]) == ""
    assert sensitivity_verdict([Effect("a", 0.0, 0.0, 0.0, 0.0)]) == ""
    assert sensitivity_verdict([]) == ""


def test_an_order_is_open_where_intervals_overlap() -> None:
    found = [index("a", 0.5, 0.1), index("b", 0.45, 0.1), index("c", 0.1, 0.02)]
    assert sensitivity_verdict(found) == "Which matters more is open for a or b: their 95% intervals overlap."
    assert sensitivity_verdict([index("a", 0.5, 0.01), index("b", 0.4, 0.01)]) == ""


@pytest.mark.parametrize(("points", "beyond"), [(1, "1 point"), (60, "3 points"), (180, "9 points"), (200, "")])
def test_a_quantile_needs_points_beyond_it(points: int, beyond: str) -> None:
    verdict = tail_verdict(points)
    assert (f"rest on {beyond} of {points}: take 200 or more" in verdict) == bool(beyond)
    assert bool(verdict) == bool(beyond)


@pytest.mark.parametrize(("points", "rough"), [(1, "98"), (24, "20"), (96, "10"), (97, ""), (1000, "")])
def test_parts_of_few_points_are_rough(points: int, rough: str) -> None:
    assert (f"up to +/- {rough} percentage points" in parts_verdict(points)) == bool(rough)


def test_the_summary_of_a_sample_says_how_rough_it_is(tmp_path: Path) -> None:
    instance = Instance.from_dict(TWO_PARTNERS)
    for design, samples in (("latin-hypercube", 4), ("grid", None)):
        plan = SweepPlan.from_options(["project.value=15:20"], design, samples, 0)
        outcome = sweep(instance, plan, tmp_path / design, resources=Resources(jobs=1))
        text = sentences(sweep_summary(outcome, points_table(outcome)))
        assert ("Parts of 4 points are rough" in text) == (design != "grid")


def contract(name: str, values: list[float]) -> ContractOverWorlds:
    """Return a contract that comes to given values."""
    nobody = np.zeros((len(values), 0))
    none = nobody.astype(bool)
    return ContractOverWorlds(name, None, (), np.array(values), None, nobody, none, none)


def compared(*contracts: ContractOverWorlds) -> OverWorlds:
    """Return contracts at the points of a sample."""
    plan = SweepPlan.from_options(["project.value=1:2"], "monte-carlo", 4, 0)
    return OverWorlds(plan, contracts, None)


def test_the_best_on_average_is_told_from_the_next_or_not() -> None:
    alike = compared(contract("A", [1.0, 5.0, 3.0, 2.0]), contract("B", [3.0, 1.0, 4.0, 2.5]))
    assert lead_verdict(alike).startswith("These points do not tell it from B: the difference is 0.125 +/- ")
    # Point by point A is always worth more, whatever the worlds do to both.
    assert lead_verdict(compared(contract("A", [1.1, 5.2, 3.1, 2.1]), contract("B", [1.0, 5.0, 3.0, 2.0]))) == ""
    assert "One point" in lead_verdict(compared(contract("A", [1.0]), contract("B", [0.0])))
    assert lead_verdict(compared(contract("A", [1.0, 2.0]))) == ""


def test_summaries_say_it() -> None:
    rows = (index("a", 0.6, 0.1), index("b", 0.3, 0.2))
    assert "Too small a sample" in sentences(sensitivity_summary(Sensitivity(rows, 0)))
    instance = Instance.from_dict(TWO_PARTNERS)
    signed = {"signed": rd_contract.solve(instance)}
    for samples, few in ((40, True), (200, False)):
        plan = SweepPlan.from_options(["project.value=*0.9:1.1"], "monte-carlo", samples, 0)
        text = sentences(worlds_summary(over_worlds(instance, plan, signed)))
        assert ("rest on 2 points of 40" in text) == few
