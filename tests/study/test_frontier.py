"""Frontiers of two goals: against enumeration, by hand, stopped and gone on with, refused with reasons."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles.enumeration import Design, all_designs, best_contract, design_value
from oracles.problem import effort_menu
from oracles.random_instances import random_instance
from oracles.random_rules import random_ruled_instance
from oracles.rules import subsidy_rate, verifiable
from rd_contract import (
    CancelToken,
    Frontier,
    Instance,
    InstanceError,
    OptionError,
    RdContractError,
    Resources,
    SolveSettings,
    evaluate,
    frontier,
    load_bundled,
)
from rd_contract.study.frontier.curve import Curve, Kind, Station
from rd_contract.study.sweep import Store

ONE = Resources(1)
PRECISE = 4e-6
MEASURES = ("members", "working", "effort", "cost", "subsidy")

Pair = tuple[float, float]


def same(one: Pair, other: Pair, second: float = PRECISE) -> bool:
    return all(abs(a - b) <= unit * max(1.0, abs(a)) for a, b, unit in zip(one, other, (PRECISE, second), strict=True))


def undominated(pairs: list[Pair]) -> list[Pair]:
    """Return the pairs that no other beats in both, the best first number first; nearly the same is the same."""
    kept: list[Pair] = []
    for first, second in sorted(pairs, key=lambda pair: (-pair[0], -pair[1])):
        if not kept or second > kept[-1][1] + 1e-6 * max(1.0, abs(second)):
            if kept and kept[-1][0] - first < 2e-6 * max(1.0, abs(first)):
                kept.pop()
            kept.append((first, second))
    return kept


def found(answer: Frontier) -> list[Pair]:
    sign = 1.0 if answer.direction == "larger" else -1.0
    return [(point.objective_value, sign * point.second) for point in answer.points]


def assert_same(answer: Frontier, truth: list[Pair], seed: int, second: float = PRECISE) -> None:
    mine = found(answer)
    assert answer.proven, seed
    assert len(mine) == len(truth), (seed, mine, truth)
    assert all(same(one, other, second) for one, other in zip(mine, truth, strict=True)), (seed, mine, truth)


# --- measures that the design fixes ----------------------------------------------------------------------------


def counts(raw: dict[str, Any], design: Design, measure: str) -> dict[str, float]:
    """Return what each member of a design counts."""
    firms = {firm["name"]: firm for firm in raw["firms"]}
    factor = {mode["name"]: mode.get("cost_factor", 1.0) for mode in raw.get("modes", ())}.get(design.mode, 1.0)
    counted = {}
    for name, level in design.efforts.items():
        firm = firms[name]
        cost = factor * min(effort_menu(firm["efforts"]), key=lambda entry: abs(entry[0] - level))[1]
        rate = subsidy_rate(firm, raw["project"].get("subsidy_rate", 0.0))
        counted[name] = {
            "members": 1.0,
            "working": float(level > 0.0),
            "effort": level,
            "cost": cost + firm.get("joining_cost", 0.0),
            "subsidy": rate * verifiable(firm) * cost,
        }[measure]
    return counted


def study(seeds: range) -> int:
    """Hold frontiers of measures that the design fixes against all designs, by enumeration; return how many."""
    compared = 0
    for seed in seeds:
        raw = random_ruled_instance(seed)
        measure = MEASURES[seed % len(MEASURES)]
        larger = (measure in ("members", "working", "effort")) != (seed % 7 == 0)
        group = None if seed % 2 else {"sme": True}
        counted = {firm["name"] for firm in raw["firms"] if group is None or firm["sme"]}
        try:
            instance = Instance.from_dict(raw)
            answer = frontier(
                instance, measure, group=group, direction="larger" if larger else "smaller", points=999, resources=ONE
            )
        except InstanceError:
            continue  # random rules that no team can keep, or a group of nobody
        pairs = []
        for design in all_designs(raw):
            value = design_value(raw, design.mode, design.monitoring, design.efforts)
            if value is not None:
                second = sum(count for name, count in counts(raw, design, measure).items() if name in counted)
                pairs.append((value, second if larger else -second))
        if not pairs:
            assert answer.proven_empty
            continue
        assert answer.gaps == ()
        assert_same(answer, undominated(pairs), seed)
        compared += 1
    return compared


def test_frontiers_of_designs_agree_with_enumeration() -> None:
    assert study(range(14)) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("first", range(100, 220, 20))
def test_frontiers_of_designs_agree_with_enumeration_on_many(first: int) -> None:
    assert study(range(first, first + 20)) >= 8


# --- goals of members ------------------------------------------------------------------------------------------


def free_instance(seed: int) -> dict[str, Any]:
    """Return a random instance in which terms take nothing from the surplus, and transfers are free."""
    raw = random_instance(seed)
    raw["objective"], raw["division"] = "joint", "equal"
    raw["project"]["guarantee_fee"] = raw["project"]["volatility"] = 0.0
    raw["project"].setdefault("lead", raw["firms"][0]["name"])
    raw["project"]["lead"] = raw["project"]["lead"] or raw["firms"][0]["name"]
    for firm in raw["firms"]:
        firm["liquidity"] = None
        if firm["name"] == raw["project"]["lead"]:
            firm["membership"] = "optional"
    return raw


@pytest.mark.parametrize("seed", range(4))
def test_the_leads_profit_agrees_with_enumeration(seed: int) -> None:
    """Every design has one surplus, and the most that its terms give the lead: what objective lead is worth there."""
    raw = free_instance(seed)
    instance = Instance.from_dict(raw)
    pairs = []
    for design in all_designs(raw):
        chosen = (design.mode, design.monitoring, design.efforts)
        surplus = design_value(raw, *chosen)
        if surplus is not None:
            profit = design_value({**raw, "objective": "lead"}, *chosen)
            assert profit is not None
            pairs.append((surplus, profit))
    answer = frontier(instance, "lead_profit", points=999, tolerance=1e-4, resources=ONE)
    if not pairs:
        assert answer.proven_empty
        return
    assert_same(answer, undominated(pairs), seed)


@pytest.mark.parametrize("seed", range(2))
def test_the_smallest_surplus_agrees_with_enumeration(seed: int) -> None:
    """Where transfers are free, a design's surplus can be divided equally, and no division leaves the poorest more."""
    raw = free_instance(seed)
    raw["project"]["lead"] = None
    instance = Instance.from_dict(raw)
    pairs = []
    for design in all_designs(raw):
        surplus = design_value(raw, design.mode, design.monitoring, design.efforts)
        if surplus is not None:
            pairs.append((surplus, surplus / len(design.efforts)))
    answer = frontier(instance, "smallest_surplus", points=999, tolerance=1e-3, resources=ONE)
    if not pairs:
        assert answer.proven_empty
        return
    assert_same(answer, undominated(pairs), seed, 2e-5)


def firm(name: str, worth: float, **fields: Any) -> dict[str, Any]:
    menu = [{"level": 0, "cost": 0}, {"level": 1, "cost": 1}]
    return {"name": name, "contribution": worth, "efforts": menu, **fields}


def of(*firms: dict[str, Any], **fields: Any) -> Instance:
    return Instance.from_dict({"format": "rd-contract/1", "firms": list(firms), **fields})


def test_the_share_of_a_firm_by_hand() -> None:
    """A works for half of the revenue: B can have the other half, or all where A idles."""
    answer = frontier(of(firm("A", 2.0), firm("B", 8.0)), "revenue_share", group={"firms": ["B"]}, resources=ONE)
    assert [one for one, _ in found(answer)] == pytest.approx([8.0, 7.0], abs=1e-5)
    assert [two for _, two in found(answer)] == pytest.approx([0.5, 1.0], abs=1.01 * answer.step)
    assert answer.gaps == ()


def best_under(raw: dict[str, Any], rule: dict[str, Any]) -> float | None:
    """Return the best objective under one more rule, by enumeration."""
    answer = best_contract({**raw, "rules": [{"name": "limit", **rule}]})
    return None if answer is None else answer.objective_value


@pytest.mark.parametrize(("measure", "seeds"), [("revenue_share", range(6)), ("reimbursement", range(4, 12))])
def test_points_have_all_that_terms_leave_of_the_second_goal(measure: str, seeds: range) -> None:
    """By enumeration: each point is the best with as much of the second goal, and with more of it less is left."""
    points = 0
    for seed in seeds:
        raw = random_instance(seed)
        group = {"firms": [one["name"] for one in raw["firms"][:2]]}
        answer = frontier(Instance.from_dict(raw), measure, group=group, points=3, tolerance=0.05, resources=ONE)
        limit, sign = ("min", 1.0) if answer.direction == "larger" else ("max", -1.0)
        rule = {"group": group, "measure": measure}
        for point in answer.points[:3]:
            further = point.second + 1.5 * sign * answer.step
            scale = max(1.0, abs(point.objective_value))
            kept = best_under(raw, {**rule, limit: point.second})
            assert kept == pytest.approx(point.objective_value, abs=PRECISE * scale), seed
            more = best_under(raw, {**rule, limit: further}) if further > 0.0 else None
            assert more is None or more < point.objective_value - 1e-7 * scale, seed
            points += 1
    assert points >= 5


def test_a_goal_that_nothing_is_given_up_for_has_one_point() -> None:
    answer = frontier(of(firm("A", 2.0), firm("B", 8.0)), "reimbursement", resources=ONE)
    [(first, second)] = found(answer)
    assert first == pytest.approx(8.0)
    assert second == 0.0


def test_exposure_is_the_largest_payment_or_deposit() -> None:
    instance = load_bundled("two_firms")
    answer = frontier(instance, "exposure", tolerance=0.01, resources=ONE)
    first, last = answer.points
    paid = [max(-member.transfer, member.deposit) for member in first.members]
    assert first.second == max(paid)
    assert last.second == 0.0
    raw = instance.to_dict()
    for limit, value in ((first.second, 6.0), (first.second - 2.0 * answer.step, 4.0)):
        for one in raw["firms"]:
            one["liquidity"] = one["max_deposit"] = limit
        best = best_contract(raw)
        assert best is not None
        assert best.objective_value == pytest.approx(value, abs=1e-6)


def test_under_the_leads_objective_the_smallest_surplus_takes_from_the_lead() -> None:
    """What the lead gives the other is what it gives up: a line, of which no stretch is passed over."""
    instance = of(firm("A", 8.0), firm("B", 4.0, membership="required"), objective="lead", project={"lead": "A"})
    answer = frontier(instance, "smallest_surplus", points=6, tolerance=0.05, resources=ONE)
    assert len(answer.points) >= 6
    for point in answer.points:
        assert point.objective_value + point.second == pytest.approx(10.0, abs=1e-4)
    assert answer.points[-1].second <= 5.0 + 1e-6
    ends = sorted(point.second for point in answer.points)
    stretches = {(gap.second_from, gap.second_to) for gap in answer.gaps}
    for low, high in itertools.pairwise(ends):
        assert high - low <= 1.01 * answer.step or any(a <= low + 1e-9 and high <= b + 1e-4 for a, b in stretches)


# --- what a point is -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("second", ["lead_profit", "smallest_surplus", "cost", "exposure"])
def test_every_point_is_a_contract_of_the_instance_itself(second: str, tmp_path: Path) -> None:
    """Nobody slacks and nobody loses in the instance that was asked about, and its figures are that instance's."""
    instance = load_bundled("two_firms")
    answer = frontier(instance, second, folder=tmp_path / "kept", resources=ONE)
    store = Store(tmp_path / "kept")
    for point in answer.points:
        contract = store.result(point.point)
        assert contract is not None
        world = evaluate(instance, contract)
        assert not world.shirkers
        assert not world.losers
        assert point.joint_surplus == pytest.approx(world.joint_surplus, abs=1e-9)
        assert point.objective_value == pytest.approx(point.joint_surplus, abs=1e-9)
        assert point.bound is not None
        assert point.bound >= point.objective_value - 1e-9
    assert Frontier.from_dict(answer.to_dict()) == answer


def test_it_goes_on_from_its_folder(tmp_path: Path) -> None:
    instance = load_bundled("two_firms")
    whole = frontier(instance, "cost", folder=tmp_path / "whole", resources=ONE)
    again = frontier(instance, "cost", folder=tmp_path / "whole", resources=ONE)
    assert again.solved == 0
    assert again.points == whole.points
    token = CancelToken()
    seen = []

    def stop(progress: object) -> None:
        seen.append(progress)
        if len(seen) == 4:
            token.cancel()

    part = frontier(instance, "cost", folder=tmp_path / "part", resources=ONE, on_progress=stop, cancel=token)
    assert part.stopped
    assert not part.proven
    rest = frontier(instance, "cost", folder=tmp_path / "part", resources=ONE)
    assert rest.solved == whole.solved - part.solved
    assert [(one.objective_value, one.second, one.members) for one in rest.points] == [
        (one.objective_value, one.second, one.members) for one in whole.points
    ]


def test_another_goal_does_not_go_on_in_the_same_folder(tmp_path: Path) -> None:
    instance = load_bundled("two_firms")
    frontier(instance, "cost", folder=tmp_path / "kept", resources=ONE)
    with pytest.raises(RdContractError, match="another instance"):
        frontier(instance, "effort", folder=tmp_path / "kept", resources=ONE)


def test_without_a_contract_there_is_no_point() -> None:
    answer = frontier(load_bundled("no_contract"), "members", resources=ONE)
    assert answer.proven_empty
    assert answer.points == ()


def test_what_is_not_proven_in_time_is_told() -> None:
    answer = frontier(load_bundled("two_firms"), "cost", settings=SolveSettings(time_limit=1e-9), resources=ONE)
    assert not answer.proven
    assert not answer.proven_empty
    assert answer.stopped == "the best contract is not proven"


# --- refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "options", "expected"),
    [
        ("costs", {}, 'did you mean "cost"'),
        ("cost", {"direction": "up"}, "larger or smaller"),
        ("exposure", {"direction": "larger"}, "one direction"),
        ("exposure", {"group": {"sme": True}}, "a group goes with members, working, effort"),
        ("cost", {"points": 1}, "at least 2"),
        ("cost", {"tolerance": 0.0}, "(0, 1]"),
        ("cost", {"group_rule": "few"}, "no rule has a group"),
        ("cost", {"group": {"firms": ["Z"]}}, "Z"),
        ("cost", {"group": {"kind": "lab"}}, "unknown attribute"),
        ("cost", {"group": {}}, "at least one attribute"),
        ("lead_profit", {}, "needs a lead"),
    ],
)
def test_what_cannot_be_is_refused(second: str, options: dict[str, Any], expected: str) -> None:
    with pytest.raises((OptionError, InstanceError)) as caught:
        frontier(of(firm("A", 2.0), firm("B", 8.0)), second, resources=ONE, **options)
    assert expected in str(caught.value)


def test_the_leads_profit_is_no_second_goal_where_it_is_the_first() -> None:
    instance = of(firm("A", 8.0), objective="lead", project={"lead": "A"})
    with pytest.raises(OptionError, match="first goal"):
        frontier(instance, "lead_profit", resources=ONE)


def test_problems_of_a_group_have_their_place_in_it() -> None:
    with pytest.raises(InstanceError) as caught:
        frontier(of(firm("A", 2.0)), "cost", group={"sme": "yes", "kind": 3}, resources=ONE)
    assert all(problem.path.startswith("group") for problem in caught.value.problems)


def test_the_group_of_a_rule() -> None:
    rules = [{"name": "few", "group": {"firms": ["B"]}, "measure": "cost", "max": 5.0}]
    instance = of(firm("A", 2.0), firm("B", 8.0), rules=rules)
    answer = frontier(instance, "cost", group_rule="few", resources=ONE)
    assert answer.group == "B"
    assert [first for first, _ in found(answer)] == pytest.approx([8.0, 1.0])
    assert [second for _, second in found(answer)] == [-1.0, 0.0]
    with pytest.raises(OptionError, match='did you mean "few"'):
        frontier(instance, "cost", group_rule="fev", resources=ONE)
    with pytest.raises(OptionError, match="not both"):
        frontier(instance, "cost", group={"firms": ["B"]}, group_rule="few", resources=ONE)


# --- the search alone ------------------------------------------------------------------------------------------

POOLS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20)), min_size=1, max_size=12)


def searched(pool: list[tuple[int, int]], kind: Kind, step: float, rounds: int) -> tuple[Curve, list[Pair]]:
    """Search a pool of contracts, each a pair of goals, as a frontier is searched."""
    pairs = [(float(first), float(second)) for first, second in pool]
    base = max(pairs)
    curve = Curve(kind, max(second for _, second in pairs), step, 1e-6)
    curve.add(Station(float("-inf"), *base))
    asked: set[float] = set()
    limits = curve.scan(3)
    for _ in range(rounds):
        asked |= set(limits)
        for limit in limits:
            keeping = [pair for pair in pairs if pair[1] >= limit]
            # The worst of equals: terms and designs are not chosen for the second goal.
            best = max(keeping, key=lambda pair: (pair[0], -pair[1])) if keeping else None
            curve.add(Station(limit, None, limit) if best is None else Station(limit, *best))
        tried = [curve.limit_in(gap, asked) for gap in curve.gaps()]
        limits = [limit for limit in tried if limit is not None]
    return curve, undominated(pairs)


@pytest.mark.parametrize(("kind", "step"), [("count", 1.0), ("design", 0.01)])
@given(pool=POOLS)
def test_a_search_finds_all_that_nothing_beats(kind: Kind, step: float, pool: list[tuple[int, int]]) -> None:
    curve, truth = searched(pool, kind, step, 100)
    assert curve.gaps() == []
    assert [(station.first, station.reach) for station in curve.best()] == truth


@given(pool=POOLS, rounds=st.integers(0, 12))
def test_what_is_not_found_lies_in_a_gap_that_is_told(pool: list[tuple[int, int]], rounds: int) -> None:
    curve, truth = searched(pool, "terms", 0.25, rounds)
    known = [(station.first, station.reach) for station in curve.best()]
    gaps = curve.gaps()
    for first, second in truth:
        lies = any(
            gap.low <= second <= gap.high and (gap.least is None or gap.least <= first) and first <= gap.most
            for gap in gaps
        )
        assert (first, second) in known or lies


@pytest.mark.parametrize(("first", "left"), [(8.0, []), (5.0, [2.0])])
def test_a_limit_without_an_answer_counts_only_where_it_leaves_something_open(first: float, left: list[float]) -> None:
    """Two members have no answer. Where three are worth as much as one, nothing is open; where less, something is."""
    curve = Curve("count", 3.0, 1.0, 1e-6)
    curve.add(Station(float("-inf"), 8.0, 1.0))
    curve.add(Station(3.0, first, 3.0))
    assert curve.still_open([2.0]) == left
