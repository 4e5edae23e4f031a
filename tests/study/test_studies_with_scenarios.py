"""Comparisons, sweeps, break-even values, frontiers, regret and stability of instances with scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from builders import Document, firm, make_document
from commands import flat, invoke, write
from oracles.scenarios import best_contract
from rd_contract import (
    Axis,
    Instance,
    OptionError,
    PlanError,
    SweepPlan,
    break_even,
    compare,
    compare_results,
    form_instance,
    frontier,
    over_worlds,
    solve,
    stability,
    sweep,
)
from rd_contract.study.sweep import Moved
from uncertain_contracts import AFTER, LOW_HIGH, PLANS, ledger, scenarios, two

SMALL: Document = {"modes.*.value_factor": 0.9}
LARGE: Document = {"modes.*.value_factor": 1.1}
CVAR: Document = {"objective": "cvar", "alpha": 0.75}


def three(uncertainty: Document | None = None, **fields: Any) -> Document:
    """Return three firms in two modes; what the second is worth only a scenario's numbers of it tell."""
    return make_document(
        [firm("A", 10.0, 2.0), firm("B", 8.0, 2.0, max_reimbursement=0.3), firm("C", 7.0, 2.0, outside_option=0.5)],
        {"cost_sharing_budget": 1.0, **fields.pop("project", {})},
        modes=[{"name": "plain", "value_factor": 0.4}, {"name": "bold", "value_factor": 1.1, "cost_factor": 1.2}],
        scenarios=scenarios(
            {"modes.bold.value_factor": 0.9, "firms.B.outside_option": 1.0},
            {"modes.bold.value_factor": 1.3, "firms.C.contribution": 6.0},
            {"firms.*.efforts.1.cost": "*1.1"},
            probabilities=[0.3, 0.5, 0.2],
        ),
        uncertainty=uncertainty or {},
        **fields,
    )


def enumerated(instance: Instance) -> float:
    """Return the best objective; 0 where there is no contract."""
    found = best_contract(instance.to_dict())
    return 0.0 if found is None else found.objective_value


# --- comparisons ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("uncertainty", [{}, AFTER, {"objective": "worst"}, CVAR], ids=str)
def test_each_form_is_the_best_of_its_kind_by_what_contracts_are_judged_by(uncertainty: Document) -> None:
    instance = Instance.from_dict(three(uncertainty))
    found = compare(instance, leads=())
    for form in ("shares-only", "cost-sharing", "joint"):
        row = found.form(form)
        assert row is not None
        assert row.objective_value == pytest.approx(enumerated(form_instance(instance, form)), abs=1e-5)
    equal = found.form("equal-shares")
    assert equal is not None
    best = max(enumerated(form_instance(instance, "equal-shares", size)) for size in (1, 2, 3))
    assert equal.objective_value == pytest.approx(best, abs=1e-5)
    assert equal.proven
    averse = "objective" in uncertainty
    assert [note for note in found.notes if "means over the scenarios" in note] == [*found.notes][-1:] * averse


def test_equal_shares_of_plans_are_looked_for_at_every_number_of_members() -> None:
    instance = Instance.from_dict(two(4.0, *LOW_HIGH, uncertainty=PLANS))
    equal = compare(instance, leads=()).form("equal-shares")
    assert equal is not None
    best = max(enumerated(form_instance(instance, "equal-shares", size)) for size in (1, 2))
    assert equal.objective_value == pytest.approx(best, abs=1e-5)


def test_what_a_lead_earns_is_expected_over_the_scenarios() -> None:
    changes = ({"firms.A.outside_option": 1.0}, {"firms.A.outside_option": 3.0})
    instance = Instance.from_dict(two(2.0, *changes, project={"lead": "A"}, uncertainty={"objective": "worst"}))
    none = compare(instance).form("none")
    assert none is not None
    assert none.lead_profit == pytest.approx(2.0)
    led = solve(Instance.from_dict(instance.to_dict() | {"objective": "lead"}))
    [row] = compare_results({"led": led}).scenarios
    expected = next(member.expected_profit for member in led.members if member.firm == "A")
    assert row.lead_profit == pytest.approx(expected)


# --- sweeps --------------------------------------------------------------------------------------------------


def test_probabilities_are_swept_together_and_alpha_by_itself(tmp_path: Path) -> None:
    document = two(4.0, SMALL, LARGE, uncertainty=CVAR)
    document["scenarios"] = scenarios(SMALL, LARGE, probabilities=[0.5, 0.5])
    instance = Instance.from_dict(document)
    other = Moved(path="scenarios.case 2.probability", values=(0.8, 0.4))
    chances = Axis(path="scenarios.case 1.probability", values=(0.2, 0.6), together=(other,))
    alpha = Axis(path="uncertainty.alpha", values=(0.3,))
    found = sweep(instance, SweepPlan(vary=(chances, alpha)), tmp_path / "points")
    told = [record["result"]["objective_value"] for record in found.records()]
    expected = []
    for first in (0.2, 0.6):
        for part in (0.3,):
            changed = document | {"uncertainty": CVAR | {"alpha": part}}
            changed["scenarios"] = scenarios(SMALL, LARGE, probabilities=[first, 1.0 - first])
            expected.append(enumerated(Instance.from_dict(changed)))
    assert told == pytest.approx(expected, abs=1e-5)


def test_a_break_even_of_a_probability_takes_what_it_leaves_from_another(tmp_path: Path) -> None:
    document = two(4.0, SMALL, LARGE)
    document["scenarios"] = scenarios(SMALL, LARGE, probabilities=[0.5, 0.5])
    instance, first = Instance.from_dict(document), "scenarios.case 1.probability"
    with pytest.raises(PlanError) as caught:
        break_even(instance, Axis(path=first, low=0.2, high=0.6))
    assert all('vary another one "together" with it' in problem.hint for problem in caught.value.problems)
    other = Moved(path="scenarios.case 2.probability", low=0.8, high=0.4)
    found = break_even(instance, Axis(path=first, low=0.2, high=0.6, steps=2, together=(other,)), tolerance=0.5)
    assert found.at_low is not None
    assert not found.unanswered
    name = write(tmp_path / "i.json", document)
    done = invoke("break-even", name, "--vary", f"{first}=0.2:0.6", "--jobs", "1")
    assert done.exit_code == 3
    assert 'vary another one "together" with it that falls as it rises' in flat(done.stderr)


def test_one_probability_alone_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    instance = write(tmp_path / "i.json", two(4.0, SMALL, LARGE))
    done = invoke("sweep", instance, "--vary", "scenarios.case 1.probability=0.2,0.5", "-o", str(tmp_path / "out"))
    assert done.exit_code == 3
    assert "a probability in every scenario, or in none" in flat(done.stderr)


def test_where_a_contract_breaks_even_it_does_so_over_the_scenarios() -> None:
    """Two of 10 at a cost of 4: in the worst case A adds 5, and with more outside had better stay there."""
    instance = Instance.from_dict(two(4.0, SMALL, LARGE, uncertainty={"objective": "worst"}))
    axis = Axis(path="firms.A.outside_option", low=0.0, high=14.0, steps=3)
    first = break_even(instance, axis, tolerance=0.05).changes[0]
    assert first.low <= 5.0 <= first.high


def test_regret_is_against_the_best_contract_for_the_scenarios(tmp_path: Path) -> None:
    instance = Instance.from_dict(two(4.0, *LOW_HIGH))
    plan = SweepPlan.from_options(("project.base_value=0,1",), "grid", None, 0)
    optima = sweep(instance, plan, tmp_path / "points")
    found = over_worlds(instance, plan, {"ours": solve(instance)}, optima=optima)
    regret = {one.name: one.regret for one in found.contracts}["ours"]
    assert regret is not None
    assert regret.tolist() == pytest.approx([0.0, 0.0], abs=1e-6)


# --- frontiers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("uncertainty", [{}, {"objective": "worst"}], ids=str)
def test_a_frontier_is_of_the_objective_over_the_scenarios(uncertainty: Document) -> None:
    instance = Instance.from_dict(three(uncertainty))
    found = frontier(instance, "members", direction="smaller")
    for point in found.points:
        limited = three(uncertainty, project={"team_size": {"max": round(point.second)}})
        assert point.objective_value == pytest.approx(enumerated(Instance.from_dict(limited)), abs=1e-5)
    assert len(found.points) >= 2


# --- stability -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("uncertainty", [{"objective": "worst"}, CVAR], ids=str)
def test_who_would_leave_is_a_question_about_means(uncertainty: Document, tmp_path: Path) -> None:
    document = two(4.0, SMALL, LARGE, uncertainty=uncertainty)
    instance = Instance.from_dict(document)
    contract = solve(instance, stability=True)
    assert contract.stability is None
    with pytest.raises(OptionError, match="stability is about mean surpluses"):
        stability(instance, contract)
    with pytest.raises(OptionError, match="stable: with the uncertainty objective"):
        solve(instance, stable=True)
    done = invoke("solve", write(tmp_path / "i.json", document))
    assert done.exit_code == 0
    assert "able: " not in done.stdout
    assert invoke("solve", str(tmp_path / "i.json"), "--stable").exit_code == 2
    assert invoke("explain", str(tmp_path / "i.json"), "--jobs", "1").exit_code == 0


def test_on_average_who_would_leave_is_told() -> None:
    instance = Instance.from_dict(two(4.0, *LOW_HIGH, uncertainty=PLANS))
    found = solve(instance, stability=True)
    assert found.stability is not None
    assert found.stability.value == pytest.approx(6.0)  # one alone works in both cases; its part of 10.5 is less


def test_verifying_solves_again_with_scenarios(tmp_path: Path) -> None:
    for name, document in (("known", ledger(SMALL, LARGE)), ("plans", two(4.0, *LOW_HIGH, uncertainty=PLANS))):
        instance, result = write(tmp_path / f"{name}.json", document), str(tmp_path / f"{name} result.json")
        assert invoke("solve", instance, "-o", result).exit_code == 0
        assert invoke("verify", instance, result, "--solve").exit_code == 0


def test_forms_without_monitoring_leave_its_changes_out() -> None:
    """What a scenario changes of the ledger led nowhere there, and every such form was said to have no contract."""
    raw = three(monitoring=[{"name": "none"}, {"name": "ledger", "cost": 0.2, "detection": 0.5}])
    raw["scenarios"][0]["changes"].append({"path": "monitoring.ledger.cost", "value": 0.3})
    raw["scenarios"][1]["changes"].append({"path": "monitoring.*.cost", "factor": 2.0})
    instance = Instance.from_dict(raw)
    told = {row.id: row for row in compare(instance, leads=[]).scenarios}
    for form in ("shares-only", "cost-sharing"):
        without = form_instance(instance, form)
        assert all(not change.path.startswith("monitoring") for one in without.scenarios for change in one.changes)
        assert told[form].joint_surplus == pytest.approx(enumerated(without), abs=1e-6)
        assert enumerated(without) > 0.0
