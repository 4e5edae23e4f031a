"""Forms of cooperation side by side: each against an instance edited by hand, the enumeration oracle, brute force."""

from __future__ import annotations

import copy
import functools
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import rd_contract
from commands import flat
from comparisons import bundled, near
from oracles.enumeration import best_contract, first_best
from oracles.random_instances import random_instance
from printing import printed_comparison
from rd_contract import (
    Comparison,
    ComparisonError,
    ComparisonProgress,
    Instance,
    OptionError,
    Result,
    compare,
    compare_results,
    form_instance,
    load_bundled,
    solve,
)
from rd_contract.report.frames.comparison import forms_table
from rd_contract.study.comparison import run

Raw = dict[str, Any]

#: Random instances with all features: the first, and some in which every instrument is worth something.
SEEDS = (*range(14), 19, 35, 63, 70, 97, 105, 116, 122, 124)

#: From the least to the most that can be agreed on.
LADDER = ("none", "equal-shares", "shares-only", "cost-sharing", "least-monitoring", "joint", "first-best")


@functools.cache
def compared(seed: int) -> tuple[Instance, Comparison]:
    instance = Instance.from_dict(random_instance(seed))
    return instance, compare(instance)


def surpluses(found: Comparison) -> dict[str, float | None]:
    return {row.id: row.joint_surplus for row in found.scenarios}


# --- edits by hand, on the raw document, sharing nothing with the package ------------------------------------


def bare(raw: Raw) -> Raw:
    """Drop deposits and monitoring."""
    raw = copy.deepcopy(raw)
    raw["objective"] = "joint"
    raw["monitoring"] = [{"name": "nothing"}]
    for firm in raw["firms"]:
        firm.pop("max_deposit", None)
    return raw


def unshared(raw: Raw) -> Raw:
    """Drop deposits, monitoring and reimbursement."""
    raw = bare(raw)
    for firm in raw["firms"]:
        firm.pop("max_reimbursement", None)
    return raw


def led(raw: Raw, lead: str) -> Raw:
    raw = copy.deepcopy(raw)
    before = raw["project"].get("lead")
    for firm in raw["firms"]:
        if firm["name"] == before and before != lead:
            firm["membership"] = "required"
    raw["project"]["lead"] = lead
    raw["objective"] = "lead"
    return raw


def least_watched(raw: Raw) -> Raw:
    """Leave the option of monitoring that detects least."""
    raw = copy.deepcopy(raw) | {"objective": "joint"}
    if "monitoring" in raw:
        rank = min(raw["monitoring"], key=lambda one: (one.get("detection", 0.0), one.get("cost", 0.0)))
        raw["monitoring"] = [rank]
    return raw


BY_HAND: dict[str, Callable[[Raw], Raw]] = {
    "shares-only": unshared,
    "cost-sharing": bare,
    "least-monitoring": least_watched,
    "joint": lambda raw: copy.deepcopy(raw) | {"objective": "joint"},
}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_form_is_what_enumeration_finds_in_the_instance_edited_by_hand(seed: int) -> None:
    raw = random_instance(seed)
    _, found = compared(seed)
    for row in found.scenarios:
        if row.id in BY_HAND:
            best = best_contract(BY_HAND[row.id](raw))
            assert row.joint_surplus == near(0.0 if best is None else best.joint_surplus), row.id
            assert (row.status == "no_contract") == (best is None)
    for row in found.led:
        assert row.lead is not None
        best = best_contract(led(raw, row.lead)) if row.instance is not None else None
        assert (row.status == "no_contract") == (best is None)
        if best is not None:
            assert row.lead_profit == row.objective_value == near(best.objective_value)
            # Designs that pay the lead the same may differ in what the others get, never below their outside options.
            assert row.joint_surplus is not None
            assert row.lead_surplus is not None
            assert row.joint_surplus >= row.lead_surplus - 1e-6
    visible = found.form("first-best")
    assert visible is not None
    limit = first_best(raw)
    if visible.joint_surplus is None:
        assert limit is None  # no team is allowed at all
    else:
        assert limit is not None
        assert visible.joint_surplus == near(max(limit, 0.0))


def test_the_random_instances_have_all_features() -> None:
    """Otherwise the test above says little."""
    found = [compared(seed)[1] for seed in SEEDS]
    differ = [(one.form(a), one.form(b)) for one in found for a, b in itertools.pairwise(LADDER[1:5])]
    strict = {(a.id, b.id) for a, b in differ if a and b and (b.joint_surplus or 0.0) > (a.joint_surplus or 0.0) + 0.01}
    assert strict == set(itertools.pairwise(LADDER[1:5]))
    assert any(one.objective == "lead" for one in found)
    assert any(row.status == "no_contract" for one in found for row in one.led)


# --- the order that theory demands ---------------------------------------------------------------------------


def keeps_shares_free(instance: Instance) -> bool:
    return all((firm.share.min, firm.share.max) == (0.0, 1.0) for firm in instance.firms)


def offers_free_rein(instance: Instance) -> bool:
    return any(option.cost == option.detection == 0.0 for option in instance.monitoring)


def check_order(instance: Instance, found: Comparison) -> None:
    worth = surpluses(found)
    ladder = [step for step in LADDER if step != "equal-shares" or keeps_shares_free(instance)]
    if len(instance.monitoring) < 2:
        ladder.remove("least-monitoring")
        assert "least-monitoring" not in worth
    if not offers_free_rein(instance):
        ladder = [step for step in ladder if step not in ("least-monitoring", "joint", "first-best")]
    for less, more in itertools.pairwise(ladder):
        low, high = worth[less], worth[more]
        if low is not None and high is not None:
            assert low <= high + 2e-6 * max(1.0, abs(high)), (less, more)
    joint = worth["joint"]
    assert joint is not None
    for row in found.led:
        assert row.joint_surplus is not None
        assert row.joint_surplus <= joint + 2e-6 * max(1.0, abs(joint))


@pytest.mark.parametrize("seed", SEEDS)
def test_more_instruments_are_worth_more(seed: int) -> None:
    check_order(*compared(seed))


@pytest.mark.parametrize("name", ["two_firms", "big_m_trap", "no_contract", "horizon2020_12"])
def test_more_instruments_are_worth_more_in_the_examples(name: str) -> None:
    check_order(*bundled(name))


def test_rules_that_a_row_sets_aside_are_said() -> None:
    """Without a free option that detects nothing, or with limits on shares, the order may break: a note says so."""
    seen = set()
    for seed in SEEDS:
        instance, found = compared(seed)
        limits, free = not keeps_shares_free(instance), offers_free_rein(instance)
        assert [("floors and caps" in note, "no free option" in note) for note in found.notes] == [
            *([(True, False)] if limits else []),
            *([] if free else [(False, True)]),
        ]
        seen |= {("limits", limits), ("free", free)}
    assert len(seen) == 4


# --- two firms by hand ---------------------------------------------------------------------------------------


def test_two_firms() -> None:
    """The tutorial's instance: alone 4, with the ledger 6, visible effort 7."""
    _, found = bundled("two_firms")
    assert surpluses(found) == {
        "none": 0.0,
        "alone": near(4.0),
        "equal-shares": near(4.0),
        "shares-only": near(4.0),
        "cost-sharing": near(4.0),
        "least-monitoring": near(4.0),
        "joint": near(6.0),
        "lead:Manufacturer": near(6.0),
        "lead:Supplier": near(6.0),
        "first-best": near(7.0),
    }
    joint = found.form("joint")
    assert joint is not None
    assert (joint.members, joint.monitoring, joint.own) == (("Manufacturer", "Supplier"), "ledger", True)
    assert joint.price_of_moral_hazard == near(1.0)
    assert joint.share_of_first_best == near(6.0 / 7.0)
    gain = found.gain("joint", "cost-sharing")
    assert gain is not None
    assert (gain.amount, gain.ratio, gain.proven) == (near(2.0), near(0.5), True)
    assert found.gain("joint", "lead:Nobody") is None
    assert found.gain("alone", "none") is not None


def test_going_alone_is_the_best_team_of_one() -> None:
    """Where no rule about teams and shares stands in the way, alone is the instance of one firm, objective joint."""
    instance, found = bundled("automotive_cluster")
    alone, joint = found.form("alone"), found.form("joint")
    assert alone is not None
    assert joint is not None
    assert set(alone.members) <= set(joint.members)
    total = 0.0
    for name in joint.members:
        raw = instance.to_dict()
        raw["firms"] = [firm for firm in raw["firms"] if firm["name"] == name]
        raw["relations"] = []
        raw["project"] |= {"lead": None, "team_size": {"min": 1, "max": 1}}
        for technology in raw["project"]["technologies"]:
            technology["requirement"] = None
        best = best_contract(raw)
        total += 0.0 if best is None else best.joint_surplus
        assert (best is not None) == (name in alone.members)
    assert alone.joint_surplus == near(total)
    assert total > 1.0


# --- variants ------------------------------------------------------------------------------------------------


def test_a_form_can_be_solved_again_from_the_instance_it_names() -> None:
    instance, found = bundled("horizon2020_12")
    for row in found.scenarios:
        if row.instance is None:
            continue
        size = len(row.members) if row.id == "equal-shares" else None
        again = form_instance(instance, row.id, size)
        assert again.sha256 == row.instance.sha256
        assert Instance.from_json(again.to_json()) == again
    shares = found.form("shares-only")
    assert shares is not None
    assert shares.joint_surplus == near(solve(form_instance(instance, "shares-only")).joint_surplus)


def test_edits_are_named_and_only_those_that_change_something() -> None:
    instance, found = bundled("horizon2020_12")
    edits = {row.id: row.edits for row in found.scenarios}
    assert edits["joint"] == ()
    assert edits["lead:Bosch (DE)"] == ("objective = lead",)
    assert edits["lead:TNO (NL)"] == (
        "objective = lead",
        "project.lead = TNO (NL)",
        "firms.Bosch (DE).membership = required",
    )
    assert edits["cost-sharing"] == (
        "firms.*.max_deposit = 0",
        'monitoring = only "none", free, without detection',
    )
    assert edits["equal-shares"][-2:] == ("project.team_size = 2", "firms.*.share = 1/2")
    # The instance's own free option keeps its name.
    raw = instance.to_dict()
    raw["monitoring"][0]["name"] = "trust"
    assert form_instance(Instance.from_dict(raw), "shares-only").monitoring[0].name == "trust"


@pytest.mark.parametrize(
    ("form", "size", "named"),
    [
        ("equal-shares", None, "needs one"),
        ("joint", 2, "belongs to"),
        ("alone", None, "alone"),
        ("lead:Nobody", None, "Nobody"),
    ],
)
def test_forms_without_an_instance_are_refused(form: str, size: int | None, named: str) -> None:
    with pytest.raises(OptionError, match=named):
        form_instance(load_bundled("two_firms"), form, size)


def test_equal_instances_are_solved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the instance offers no cost sharing, shares alone are the same problem."""
    solved = []

    def counted(instance: Instance, *given: Any, **options: Any) -> Result:
        solved.append(instance.sha256)
        return solve(instance, *given, **options)

    monkeypatch.setattr(run, "solve", counted)
    compare(load_bundled("two_firms"), leads=())
    assert len(solved) == len(set(solved))


# --- who leads -----------------------------------------------------------------------------------------------


def test_the_instances_own_contract_is_marked() -> None:
    raw = load_bundled("two_firms").to_dict() | {"objective": "lead"}
    instance = Instance.from_dict(raw)
    found = compare(instance, leads=["Supplier"])
    assert [row.id for row in found.scenarios if row.own] == ["lead:Manufacturer"]
    own, solved = found.form("lead:Manufacturer"), solve(instance)
    assert own is not None
    assert own.instance is not None
    assert own.instance.sha256 == instance.sha256
    assert own.objective_value == own.lead_profit == near(solved.objective_value)
    assert own.joint_surplus == near(solved.joint_surplus)
    assert found.form("lead:Supplier") is not None
    assert "the instance's own" in flat(printed_comparison(found))


def test_firms_that_may_not_join_do_not_lead() -> None:
    raw = load_bundled("automotive_cluster").to_dict()
    names = [firm["name"] for firm in raw["firms"]]
    raw["firms"][0]["membership"] = "excluded"
    raw["firms"][1]["credit"] = 0.2
    raw["project"]["min_credit"] = 0.5
    instance = Instance.from_dict(raw)
    assert [row.lead for row in compare(instance).led] == names[2:]
    assert compare(instance, leads=()).led == ()
    assert [row.lead for row in compare(instance, leads=[names[3], names[3]]).led] == [names[3]]
    for name, why in ((names[0], "excluded"), (names[1], "min_credit"), (names[2][:-1], "did you mean")):
        with pytest.raises(OptionError, match=why):
            compare(instance, leads=[name])


def test_of_many_firms_the_members_of_the_joint_optimum_lead() -> None:
    raw = load_bundled("horizon2020_12").to_dict()
    more = copy.deepcopy(raw["firms"][-1])
    raw["firms"].append(more | {"name": "One more", "joining_cost": 50.0})
    found = compare(Instance.from_dict(raw))
    joint = found.form("joint")
    assert joint is not None
    assert tuple(row.lead for row in found.led) == joint.members
    assert len(joint.members) == 5


def test_two_leads_that_exclude_each_other_have_no_contract() -> None:
    raw = load_bundled("two_firms").to_dict()
    raw["relations"] = [{"between": ["Manufacturer", "Supplier"], "exclusive": True}]
    found = compare(Instance.from_dict(raw))
    row = found.form("lead:Supplier")
    assert row is not None
    assert (row.status, row.instance, row.joint_surplus, row.members) == ("no_contract", None, 0.0, ())
    assert row.lead_surplus == 0.0


# --- stopping ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", range(1, 8))
@pytest.mark.parametrize("kind", ["during", "between"])
def test_what_is_known_when_interrupted_is_returned(kind: str, when: int, monkeypatch: pytest.MonkeyPatch) -> None:
    count = itertools.count(1)

    def interrupted(instance: Instance, *given: Any, **options: Any) -> Result:
        result = solve(instance, *given, **options)
        if next(count) < when:
            return result
        if kind == "between":
            raise KeyboardInterrupt
        return result.replace(status="feasible", stop_reason="interrupted")

    instance, whole = bundled("two_firms")  # before the solver is replaced: it is kept for other tests
    monkeypatch.setattr(run, "solve", interrupted)
    found = compare(instance)
    known = surpluses(whole)
    for row in found.scenarios:
        assert row.joint_surplus == near(known[row.id])
    if next(count) > when:  # otherwise there were not that many solves
        assert not found.complete
        assert len(found.scenarios) < len(whole.scenarios) or any(not row.proven for row in found.scenarios)
        assert "Interrupted" in printed_comparison(found)
    assert Comparison.from_dict(found.to_dict()) == found


def test_a_time_limit_is_said() -> None:
    found = compare(load_bundled("horizon2020_12"), time_limit=0.01, leads=["Saft (FR)"])
    assert found.complete
    stopped = [row for row in found.scenarios if row.stop_reason == "time_limit"]
    assert stopped
    for row in stopped:
        assert row.status in ("feasible", "stopped")
        assert not row.proven
        known = bundled("horizon2020_12")[1].form(row.id)
        assert known is not None
        assert known.joint_surplus is not None
        if row.objective == "joint" and row.bound is not None:
            assert row.bound >= known.joint_surplus - 1e-6
        if row.objective == "joint" and row.joint_surplus is not None:
            assert row.joint_surplus <= known.joint_surplus + 1e-6
    assert "not proven" in printed_comparison(found) or "not known" in printed_comparison(found)


def test_progress_names_the_form() -> None:
    seen: list[ComparisonProgress] = []
    compare(load_bundled("two_firms"), on_progress=seen.append)
    titles = [progress.title for progress in seen]
    assert titles[0] == "Joint optimum with monitoring"
    assert "Led by Supplier (core-technology supplier)" in titles
    assert {progress.total for progress in seen} == {7}
    assert sorted(progress.done for progress in seen) == [progress.done for progress in seen]


@pytest.mark.parametrize("options", [{"time_limit": 0.0}, {"gap": 2.0}, {"threads": 0}])
def test_options_outside_their_ranges_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        compare(load_bundled("two_firms"), **options)


# --- several results -----------------------------------------------------------------------------------------


def test_several_results() -> None:
    one, other = load_bundled("two_firms"), load_bundled("no_contract")
    dollars = Instance.from_dict(one.to_dict() | {"currency": "USD"})
    results = {"a.json": solve(one), "b.json": solve(other), "c.json": solve(dollars)}
    found = compare_results(results)
    assert [row.id for row in found.scenarios] == list(results)
    assert (found.kind, found.instance, found.currency) == ("results", None, "")
    assert [row.joint_surplus for row in found.scenarios] == [near(6.0), 0.0, near(6.0)]
    assert [row.certificate_holds for row in found.scenarios] == [True, None, True]
    assert any("units" in note and "USD" in note for note in found.notes)
    assert any("3 different instances" in note for note in found.notes)
    same = compare_results({"a": results["a.json"], "b": results["a.json"]})
    assert same.notes == ()
    assert same.instance == results["a.json"].instance
    assert found.led == ()
    with pytest.raises(OptionError, match="nothing to compare"):
        compare_results({})


def test_a_lead_earns_what_its_result_maximised() -> None:
    raw = load_bundled("two_firms").to_dict()
    result = solve(Instance.from_dict(raw | {"objective": "lead"}))
    found = compare_results({"lead": result, "joint": solve(Instance.from_dict(raw))})
    assert found.scenarios[0].lead_profit == result.objective_value
    assert found.objective is None
    assert any("what the lead earns" in note for note in found.notes)
    assert "Lead earns" in printed_comparison(found)


# --- file and frame ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["two_firms", "no_contract", "horizon2020_12"])
def test_round_trip(name: str, tmp_path: Path) -> None:
    _, found = bundled(name)
    path = tmp_path / "comparison.json"
    path.write_text(found.to_json(), encoding="utf-8")
    assert Comparison.from_file(path) == found
    Draft202012Validator(rd_contract.json_schema("comparison")).validate(json.loads(found.to_json()))


def test_a_bad_file_is_refused_with_every_problem() -> None:
    document = bundled("two_firms")[1].to_dict()
    document["scenarios"][0]["statuss"] = "optimal"
    document["scenarios"][1]["joint_surplus"] = "much"
    with pytest.raises(ComparisonError) as caught:
        Comparison.from_dict(document)
    assert [problem.path for problem in caught.value.problems] == ["scenarios[0].statuss", "scenarios[1].joint_surplus"]


def test_frame() -> None:
    instance, found = bundled("no_contract")
    frame = forms_table(found)
    assert frame["scenario"].tolist() == [row.id for row in found.scenarios]
    assert frame["joint_surplus"].tolist() == [row.joint_surplus for row in found.scenarios]
    assert frame["expected_revenue"].isna().all()
    assert frame["expected_revenue"].dtype == "float64"
    assert frame.loc[frame["scenario"] == "first-best", "efforts"].item().startswith(f"{instance.firms[0].name} 1.00; ")
