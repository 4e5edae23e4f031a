"""Forms of cooperation side by side: each against an instance edited by hand, the enumeration oracle, brute force."""

from __future__ import annotations

import copy
import functools
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from matplotlib.patches import Rectangle
from rich.cells import cell_len
from scipy.optimize import linprog  # type: ignore[import-untyped, unused-ignore]

import rd_contract
from commands import flat, invoke
from oracles.enumeration import best_contract, first_best
from oracles.problem import Firm, Mode, read_problem
from oracles.problem import Problem as Numbers
from oracles.random_instances import random_instance
from printing import printed_comparison
from rd_contract import (
    Comparison,
    ComparisonError,
    ComparisonProgress,
    Instance,
    OptionError,
    Progress,
    Result,
    compare,
    compare_results,
    form_instance,
    load_bundled,
    solve,
)
from rd_contract.model.derivation import derive
from rd_contract.report.comparison import forms_table
from rd_contract.report.figures import draw_forms, save_figure
from rd_contract.study.comparison import run
from rd_contract.study.comparison.equal_shares import best_equal_shares, surplus_with_equal_shares
from rd_contract_cli.progress import ComparisonLine

Raw = dict[str, Any]

#: Random instances with all features: the first, and some in which every instrument is worth something.
SEEDS = (*range(14), 19, 35, 63, 70, 97, 105, 116, 122, 124)

#: Those that are small enough for brute force.
SMALL = [seed for seed in range(60) if len(random_instance(seed)["firms"]) <= 4]

#: From the least to the most that can be agreed on.
LADDER = ("none", "equal-shares", "shares-only", "cost-sharing", "joint", "first-best")


@functools.cache
def compared(seed: int) -> tuple[Instance, Comparison]:
    instance = Instance.from_dict(random_instance(seed))
    return instance, compare(instance)


@functools.cache
def bundled(name: str) -> tuple[Instance, Comparison]:
    instance = load_bundled(name)
    return instance, compare(instance)


def surpluses(found: Comparison) -> dict[str, float | None]:
    return {row.id: row.joint_surplus for row in found.scenarios}


def near(value: float | None) -> Any:
    return pytest.approx(value, rel=2e-6, abs=2e-6)


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


BY_HAND: dict[str, Callable[[Raw], Raw]] = {
    "shares-only": unshared,
    "cost-sharing": bare,
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
    if not offers_free_rein(instance):
        ladder = [step for step in ladder if step not in ("joint", "first-best")]
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


# --- equal shares --------------------------------------------------------------------------------------------


def equal_split(raw: Raw) -> dict[int, float]:
    """Return the best W (M20) of every size of team, everybody holding 1/m, by trying every design.

    With shares given, (M11) is a comparison of numbers, W follows from efforts, and transfers must cover what members
    ask for and can pay: a linear program, or a sum.
    """
    data = read_problem(raw)
    able = [i for i, firm in enumerate(data.firms) if firm.eligible]
    needed = {i for i, firm in enumerate(data.firms) if firm.required}
    best: dict[int, float] = {}
    for size in range(1, len(able) + 1):
        for team in itertools.combinations(able, size):
            if data.team_min <= size <= data.team_max and needed <= set(team) and may_team_up(data, team):
                for worth in worths(data, team):
                    best[size] = max(best.get(size, -np.inf), worth)
    return best


def may_team_up(data: Numbers, team: tuple[int, ...]) -> bool:
    masters = all(
        least is None or max(data.firms[i].capability[k] for i in team) >= least
        for k, least in enumerate(data.requirements)
    )
    return masters and not any(pair in data.exclusive for pair in itertools.combinations(team, 2))


def worths(data: Numbers, team: tuple[int, ...]) -> Iterator[float]:
    """Yield W of every mode and profile of efforts that equal shares and transfers support."""
    m = len(team)
    firms = [data.firms[i] for i in team]
    gamma = np.array([[data.synergy[i][j] if i != j else 0.0 for j in team] for i in team])
    sigma = np.array([[data.spillover[i][j] if i != j else 0.0 for j in team] for i in team])
    pool = sum(data.coordination_cost[i][j] for i, j in itertools.combinations(team, 2))
    own = np.array([firm.contribution for firm in firms])
    for mode, choice in itertools.product(data.modes, itertools.product(*(range(len(f.levels)) for f in firms))):
        x = np.array([firm.levels[at] for firm, at in zip(firms, choice, strict=True)])
        cost = np.array([mode.cost_factor * firm.costs[at] for firm, at in zip(firms, choice, strict=True)])
        joining = np.array([firm.joining_cost for firm in firms])
        if cost.sum() + joining.sum() > data.budget + 1e-9:
            continue
        marginal = mode.value_factor * (own + gamma @ x)
        if not all(
            stays(data, mode, firm, at, marginal[i] / m) for i, (firm, at) in enumerate(zip(firms, choice, strict=True))
        ):
            continue
        revenue = mode.value_factor * (data.base_value + own @ x + 0.5 * x @ gamma @ x)
        variance = (data.volatility * mode.volatility_factor) ** 2
        before = (
            revenue / m
            + np.array([firm.private_benefit for firm in firms]) * x
            + sigma @ x
            - np.array([1.0 - firm.verifiable * data.subsidy_rate for firm in firms]) * cost
            - joining
            - np.array([firm.outside_option + 0.5 * firm.risk_aversion * variance / m**2 for firm in firms])
        )
        if transfers_exist(before, np.array([firm.liquidity for firm in firms]), pool):
            yield float(before.sum() - pool)


def stays(data: Numbers, mode: Mode, firm: Firm, at: int, per_effort: float) -> bool:
    """Tell whether no other level pays a member more (M11), nothing being reimbursed or detected."""
    levels, costs = np.array(firm.levels), mode.cost_factor * np.array(firm.costs)
    pay = (per_effort + firm.private_benefit) * levels - (1.0 - firm.verifiable * data.subsidy_rate) * costs
    return bool(pay[at] >= pay.max() - 1e-9)


def transfers_exist(before: np.ndarray[Any, Any], liquidity: np.ndarray[Any, Any], pool: float) -> bool:
    """Tell whether transfers exist with which everybody gains (M15), can pay (M14), and the pool balances (M13)."""
    bounds = [(max(-cash, -surplus) - 1e-9, None) for cash, surplus in zip(liquidity, before, strict=True)]
    answer = linprog(np.zeros(len(before)), A_eq=np.ones((1, len(before))), b_eq=[-pool], bounds=bounds)
    return bool(answer.status == 0)


@pytest.mark.parametrize("seed", SMALL)
def test_equal_shares_against_brute_force(seed: int) -> None:
    raw = random_instance(seed)
    instance = Instance.from_dict(raw)
    best = equal_split(raw)
    found = best_equal_shares(instance, lambda one, start, _: solve(one, start=start), None, None, None)
    worth = max(best.values(), default=None)
    if worth is None:
        assert (found.status, found.result) == ("no_contract", None)
        return
    assert found.result is not None
    assert found.status == "optimal"
    assert found.result.joint_surplus == near(worth)
    assert found.bound == near(worth)
    assert found.result.certificate is not None
    assert found.result.certificate.holds
    size = len(found.result.members)
    assert best[size] == near(worth)
    assert [member.share for member in found.result.members] == pytest.approx([1.0 / size] * size, abs=1e-9)


@pytest.mark.parametrize("seed", SMALL)
def test_what_a_size_is_said_to_be_worth_at_most_it_never_exceeds(seed: int) -> None:
    raw = random_instance(seed)
    p = derive(Instance.from_dict(raw))
    for size, worth in equal_split(raw).items():
        assert worth <= surplus_with_equal_shares(p, size) * p.scale + 1e-6


def test_what_members_send_each_other_counts_in_the_bound() -> None:
    """Two firms earn 4 each by work that costs 1, and send each other 3: 8 - 2 + 6 = 12; alone 4 - 1 = 3."""
    firm = {"contribution": 4.0, "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 1.0}]}
    raw = {
        "format": "rd-contract/1",
        "firms": [firm | {"name": name} for name in "AB"],
        "relations": [{"between": ["A", "B"], "synergy": 0.0, "spillover": 3.0}],
    }
    instance = Instance.from_dict(raw)
    assert [surplus_with_equal_shares(derive(instance), size) for size in (1, 2)] == [near(3.0), near(12.0)]
    found = best_equal_shares(instance, lambda one, start, _: solve(one, start=start), None, None, None)
    assert found.bound == near(12.0)
    assert found.searched == (2,)


def test_sizes_that_cannot_win_are_not_searched() -> None:
    """The bound is of use: of five sizes, most are settled by it."""
    instance = load_bundled("horizon2020_12")
    searched = best_equal_shares(instance, lambda one, start, _: solve(one, start=start), None, None, None).searched
    assert len(searched) < min(6, len(instance.firms))
    assert 2 in searched


@pytest.mark.parametrize("size", range(1, 13))
def test_parts_that_no_float_writes_exactly_add_up(size: int) -> None:
    firms = [
        {
            "name": f"F{i}",
            "contribution": 10.0 + i,
            "liquidity": 0.0,
            "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 0.4}],
        }
        for i in range(12)
    ]
    raw = {"format": "rd-contract/1", "project": {"team_size": {"min": size, "max": size}}, "firms": firms}
    found = best_equal_shares(Instance.from_dict(raw), lambda one, start, _: solve(one), None, None, None)
    assert found.result is not None
    assert found.result.certificate is not None
    assert found.result.certificate.holds
    assert found.result.joint_surplus == near(sum(10.0 + i - 0.4 for i in range(12 - size, 12)))


def test_floors_and_caps_are_set_aside_for_equal_shares_only() -> None:
    raw = load_bundled("two_firms").to_dict()
    raw["firms"][0]["share"] = {"min": 0.2, "max": 0.7}
    raw["firms"][1]["share"] = {"min": 0.3, "max": 1.0}
    found = compare(Instance.from_dict(raw))
    equal, shares = found.form("equal-shares"), found.form("shares-only")
    assert equal is not None
    assert shares is not None
    assert equal.joint_surplus == near(4.0)  # the manufacturer alone holds everything, its cap notwithstanding
    assert shares.joint_surplus is not None
    assert shares.joint_surplus < 3.9
    assert "set aside" in equal.what
    assert "see the last remarks" in flat(printed_comparison(found))


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
    assert {progress.total for progress in seen} == {6}
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


# --- the report ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("name", ["two_firms", "no_contract", "big_m_trap", "horizon2020_12"])
def test_report_fits(name: str, width: int) -> None:
    _, found = bundled(name)
    page = printed_comparison(found, width)
    assert all(cell_len(line.rstrip()) <= width for line in page.splitlines())
    text = flat(page)
    assert "…" not in page
    worth = [row for row in found.scenarios if row not in found.led]
    for row in worth:
        assert any(line.startswith(row.title[:12]) for line in page.splitlines()), row.title
    for word in ("Surplus", "Of best", "Lost", "Revenue", "Firms"):
        assert word in text


def test_numbers_stand_below_each_other() -> None:
    page = printed_comparison(bundled("horizon2020_12")[1]).splitlines()
    start = next(at for at, line in enumerate(page) if line.startswith("Form of cooperation"))
    rows = page[start + 2 : start + 9]
    assert len({line.index(".") for line in rows}) == 1
    assert [line.split("  ")[0] for line in rows][0::6] == ["No cooperation", "First best: effort is visible"]


def test_sentences() -> None:
    text = flat(printed_comparison(bundled("horizon2020_12")[1]))
    for sentence in (
        "Cost sharing adds 2.256 EUR million, 175%.",
        "Deposits and monitoring add 0.175 EUR million, 4.9%.",
        "Led by Bosch (DE), all together gain 0.167 EUR million less than at the joint optimum.",
        "Led by Daimler (DE), all together gain 1.080 EUR million less",
        "Leading is worth most to RWTH Aachen (DE): 3.719 EUR million",
        "The price of moral hazard is 4.999 EUR million, 57.3% of what could be gained",
    ):
        assert sentence in text
    text = flat(printed_comparison(bundled("two_firms")[1]))
    assert "Cost sharing adds nothing: the instance reimburses no cost." in text
    assert "Monitoring adds 2.000, 50.0%." in text
    assert "Whoever leads, all together gain as much as at the joint optimum" in text
    text = flat(printed_comparison(bundled("no_contract")[1]))
    assert "No contract exists under the rules of the instance" in text
    assert "If effort were visible, 8.500 could be gained: all of it is lost." in text
    assert "adds" not in text


def test_names_are_no_markup() -> None:
    raw = load_bundled("two_firms").to_dict()
    text = json.dumps(raw).replace("Supplier", "[red]Supp\\u0007lier[/red]")
    with pytest.raises(rd_contract.InstanceError):
        Instance.from_json(text)  # control characters do not get this far
    found = compare(Instance.from_json(text.replace("\\u0007", "")))
    assert "[red]Supplier[/red]" in printed_comparison(found)


def test_the_live_line_says_which_form_it_is() -> None:
    line = ComparisonLine("starting")
    assert "starting" in line.__rich__().plain
    line.take(ComparisonProgress("Shares only", 2, 9, None))
    assert "3 of 9: Shares only" in line.__rich__().plain
    line.take(ComparisonProgress("Shares only", 2, None, Progress("contract", "fast", None, 1.5, 3.0, 1.0, 0.1)))
    assert "3: Shares only | searching contracts | fast | best 1.500 | at most 3.000" in line.__rich__().plain


# --- the command ---------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Return paths of two instances, a result of the first, a bad instance and a bad result."""
    named = {}
    for name in ("two_firms", "no_contract"):
        named[name] = str(tmp_path / f"{name}.json")
        Path(named[name]).write_text(load_bundled(name).to_json(), encoding="utf-8")
    result = solve(load_bundled("two_firms"))
    contents = {
        "result": result.to_json(),
        "bad": json.dumps(load_bundled("two_firms").to_dict() | {"objektive": "joint"}),
        "bad_result": json.dumps(result.to_dict() | {"statuss": "optimal"}),
        "no_json": "{",
    }
    for name, text in contents.items():
        named[name] = str(tmp_path / f"{name}.json")
        Path(named[name]).write_text(text, encoding="utf-8")
    return named | {"folder": str(tmp_path)}


def test_compare_prints_and_writes(files: dict[str, str], tmp_path: Path) -> None:
    target, table = tmp_path / "out.json", tmp_path / "out.csv"
    done = invoke("compare", files["two_firms"], "-o", str(target), "--csv", str(table))
    assert done.exit_code == 0, done.stderr
    assert "Joint optimum with monitoring" in done.stdout
    assert "Wrote" in done.stderr
    found = Comparison.from_file(target)
    assert found == bundled("two_firms")[1]
    frame = pd.read_csv(table)
    assert frame["joint_surplus"].tolist() == [row.joint_surplus for row in found.scenarios]
    assert frame["members"].tolist()[5] == "Manufacturer; Supplier"


def test_the_figure_shows_what_the_table_says(files: dict[str, str], tmp_path: Path) -> None:
    found = bundled("horizon2020_12")[1]
    (axes,) = draw_forms(found).axes
    lengths = [bar.get_width() for bar in axes.patches if isinstance(bar, Rectangle)]
    rows = found.scenarios[:-1]
    assert lengths == [row.joint_surplus for row in rows]
    assert [label.get_text() for label in axes.get_yticklabels()][:2] == ["No cooperation", "Every member alone"]
    assert [np.asarray(line.get_xdata()).tolist() for line in axes.lines] == [[found.scenarios[-1].joint_surplus] * 2]
    for kind in ("svg", "png"):
        target = tmp_path / f"forms.{kind}"
        done = invoke("compare", files["two_firms"], "--figure", str(target))
        assert done.exit_code == 0, done.stderr
        first = target.read_bytes()
        save_figure(draw_forms(bundled("two_firms")[1]), target)
        assert target.read_bytes() == first
    (axes,) = draw_forms(bundled("no_contract")[1]).axes
    assert [text.get_text() for text in axes.texts].count("no contract") == 8


def test_compare_as_json(files: dict[str, str]) -> None:
    done = invoke("compare", files["two_firms"], "--json", "--lead", "Supplier", "--gap", "0.001")
    assert done.exit_code == 0, done.stderr
    found = Comparison.from_dict(json.loads(done.stdout))
    assert [row.id for row in found.led] == ["lead:Supplier"]
    assert done.stderr == ""


def test_compare_from_standard_input(files: dict[str, str]) -> None:
    done = invoke("compare", "-", "--json", input=Path(files["two_firms"]).read_text(encoding="utf-8"))
    assert done.exit_code == 0, done.stderr
    assert Comparison.from_dict(json.loads(done.stdout)) == bundled("two_firms")[1]


def test_compare_without_a_contract(files: dict[str, str]) -> None:
    done = invoke("compare", files["no_contract"])
    assert done.exit_code == 4
    assert "No contract exists" in flat(done.stdout)


def test_compare_stopped_early(tmp_path: Path) -> None:
    path = tmp_path / "i.json"
    path.write_text(load_bundled("horizon2020_12").to_json(), encoding="utf-8")
    done = invoke("compare", str(path), "--lead", "Saft (FR)", "--time-limit", "0.01")
    assert done.exit_code == 5, done.stderr


def test_compare_several_files(files: dict[str, str]) -> None:
    names = [files["two_firms"], files["result"], files["no_contract"], files["result"]]
    done = invoke("compare", *names, "--json")
    assert done.exit_code == 0, done.stderr
    found = Comparison.from_dict(json.loads(done.stdout))
    assert [row.id for row in found.scenarios] == [*names[:3], f"{files['result']} (2)"]
    assert [row.joint_surplus for row in found.scenarios] == [near(6.0), near(6.0), 0.0, near(6.0)]
    page = invoke("compare", *names).stdout
    assert "4 contracts side by side" in page
    assert "2 different instances" in flat(page)
    assert invoke("compare", files["no_contract"], files["no_contract"]).exit_code == 4


def test_a_result_that_does_not_hold_is_told(files: dict[str, str], tmp_path: Path) -> None:
    document = json.loads(Path(files["result"]).read_text(encoding="utf-8"))
    document["certificate"]["holds"] = False
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    done = invoke("compare", files["result"], str(path))
    assert done.exit_code == 6
    assert "not verified" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["{result}"], 2, "second file"),
        (["{two_firms}", "--lead", "Suplier"], 2, "Supplier"),
        (["{two_firms}", "{result}", "--lead", "Supplier"], 2, "one instance"),
        (["{two_firms}", "--csv", "{two_firms}"], 2, "overwrite"),
        (["{two_firms}", "--csv", "{folder}/x", "-o", "{folder}/x"], 2, "--csv"),
        (["{two_firms}", "-o", "{folder}"], 2, "is a folder"),
        (["{two_firms}", "--figure", "{folder}/x.pdf"], 2, ".svg or .png"),
        (["{two_firms}", "{result}", "--figure", "{folder}/x.svg"], 2, "one instance"),
        (["{bad}"], 3, "objektive"),
        (["{no_json}"], 3, "JSON"),
        (["{folder}/missing.json"], 3, "readable"),
        (["{bad}", "{two_firms}", "{bad_result}"], 3, "statuss"),
        (["{bad_result}", "{two_firms}", "{bad}"], 3, "objektive"),
        (["{two_firms}", "--time-limit", "0"], 2, "seconds"),
        ([], 2, "Missing"),
    ],
)
def test_wrong_use_is_refused(arguments: list[str], code: int, named: str, files: dict[str, str]) -> None:
    done = invoke("compare", *(argument.format(**files) for argument in arguments))
    assert done.exit_code == code, done.stderr
    assert named in flat(done.stderr)
    assert "Traceback" not in done.stderr


def test_several_files_interrupted(files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    instance = load_bundled("two_firms")
    stopped = solve(instance).replace(status="feasible", stop_reason="interrupted", certificate=None)
    stopped = stopped.replace(certificate=rd_contract.verify(instance, stopped))
    monkeypatch.setattr(rd_contract, "solve", lambda *_, **__: stopped)
    done = invoke("compare", files["two_firms"], files["no_contract"])
    assert done.exit_code == 5
    assert "Interrupted" in done.stdout
