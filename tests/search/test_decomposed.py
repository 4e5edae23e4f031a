"""The decomposed method as a whole, and each of its two exact parts alone, against trying everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks.families import capability, dense, full, network
from builders import required
from closing import assert_close, check_regimes, truth
from oracles.enumeration import best_contract, first_best
from oracles.random_instances import random_instance
from rd_contract import Edit, Instance, Result, load_bundled, solve, variant
from rd_contract.bounds import Choices
from rd_contract.formulation import sets
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from rd_contract.model.relevance import relevant
from rd_contract.pipeline import learn_from
from rd_contract.search import decomposed, large_pools, proposals, small_teams
from rd_contract.search.large_pools import LargePool
from rd_contract.search.left import Left
from rd_contract.search.proposals import Proposals
from rd_contract.search.small_teams import SmallTeams
from rd_contract.search.state import Search
from samples import instance_of

SEEDS = [*range(45), *range(1000, 1020)]


def by_enumeration(search: Search, regime: int) -> None:
    assert SmallTeams(search, Entries(search.parameters, regime)).run()
    search.settle(regime, search.cutoff)


def by_cuts(search: Search, regime: int) -> None:
    assert LargePool(search, regime).run()


@pytest.mark.parametrize("seed", SEEDS)
def test_cuts_and_proposals_alone_are_exact(seed: int) -> None:
    check_regimes(seed, by_cuts, prepared=False)


@pytest.mark.parametrize("seed", SEEDS[::3])
def test_cuts_and_proposals_after_a_first_search_are_exact(seed: int) -> None:
    check_regimes(seed, by_cuts, prepared=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_proposals_of_low_rank_are_exact(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "FEWER", 0.0)
    p, _ = truth(seed)
    if p.factor is not None:
        check_regimes(seed, by_cuts, prepared=False)


@pytest.mark.parametrize("seed", SEEDS)
def test_proposals_alone_are_exact(seed: int) -> None:
    """Without a bound by cuts, and without what they eliminate."""

    def propose(search: Search, regime: int) -> None:
        entries = Entries(search.parameters, regime)
        assert Proposals(search, Left.of(entries, Choices.all(entries))).run()

    check_regimes(seed, propose, prepared=False)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_enumeration_alone_is_exact(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_teams, "KEPT", 5)
    check_regimes(seed, by_enumeration, prepared=False)


# --- the whole method --------------------------------------------------------------------------------------


def assert_answer(result: Result, raw: Mapping[str, Any]) -> None:
    answer = best_contract(raw)
    assert result.status == ("no_contract" if answer is None else "optimal"), raw["name"]
    assert_close(result.objective_value, None if answer is None else answer.objective_value, raw["name"])
    if answer is not None:
        assert result.bound is not None
        assert result.bound >= answer.objective_value - 1e-7 * max(1.0, abs(answer.objective_value))
        assert result.certificate is not None
        assert result.certificate.holds, result.certificate.failures
    benchmark = None if result.first_best is None else result.first_best.joint_surplus
    assert_close(benchmark, first_best(raw), raw["name"])


@pytest.mark.parametrize("objective", ["joint", "lead"])
def test_whole_method_agrees_with_enumeration(objective: str) -> None:
    compared = 0
    for seed in SEEDS:
        raw = instance_of(seed)
        if objective == "lead" and raw["project"].get("lead") is None:
            continue
        raw["objective"] = objective
        assert_answer(solve(Instance.from_dict(raw), method="decomposed"), raw)
        compared += 1
    assert compared >= 25


@pytest.mark.parametrize("seed", range(60, 90))
def test_both_methods_agree(seed: int) -> None:
    instance = Instance.from_dict(random_instance(seed))
    one, other = (solve(instance, method=method) for method in ("decomposed", "extensive"))
    assert one.status == other.status
    assert one.solver.method == "decomposed"
    assert other.solver.method == "extensive"
    assert_close(one.objective_value, other.objective_value, seed)


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_the_whole_method_by_cuts_agrees_with_enumeration(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decomposed, "can_enumerate", lambda parameters: False)
    raw = random_instance(seed)
    assert_answer(solve(Instance.from_dict(raw), method="decomposed"), raw)


FLOOR = {"share": {"min": 0.6, "max": 1.0}}


@pytest.mark.parametrize(
    ("firms", "budget", "expected"),
    [
        (
            [required("A", 9.0, 5.4, max_reimbursement=0.2, **FLOOR), required("B", 10.0, 6.0, max_reimbursement=0.35)],
            2.1,
            7.6,
        ),
        ([required("A", 9.0, 5.0, max_reimbursement=0.9, private_benefit=2.0), required("B", 10.0, 9.0)], 3.0, 7.0),
    ],
)
def test_a_scarce_cost_sharing_budget_is_spent_where_it_counts(
    firms: list[dict[str, Any]], budget: float, expected: float
) -> None:
    raw = {"format": "rd-contract/1", "project": {"cost_sharing_budget": budget}, "firms": firms}
    for method in ("extensive", "decomposed"):
        result = solve(Instance.from_dict(raw), method=method)
        assert result.status == "optimal"
        assert result.joint_surplus == pytest.approx(expected)


# --- giving up, limits, repetition -------------------------------------------------------------------------


def test_the_extensive_form_takes_over_where_bounds_are_too_weak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decomposed, "can_enumerate", lambda parameters: False)
    monkeypatch.setattr(proposals, "MAX_PROPOSALS", -1)
    monkeypatch.setattr(decomposed.Decomposed, "find_contracts", lambda self, search: None)
    monkeypatch.setattr(large_pools.LargePool, "_walk", lambda self, bound: None)
    taken_over = 0
    for seed in range(12):
        raw = random_instance(seed)
        result = solve(Instance.from_dict(raw), method="decomposed")
        answer = best_contract(raw)
        assert result.status == ("no_contract" if answer is None else "optimal"), seed
        assert_close(result.objective_value, None if answer is None else answer.objective_value, seed)
        taken_over += result.solver.method == "decomposed, extensive"
    assert taken_over >= 2


def test_too_many_looks_hand_over_to_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_teams, "LOOKS", 0)
    for seed in range(0, 60, 4):
        raw = random_instance(seed)
        result = solve(Instance.from_dict(raw), method="decomposed")
        answer = best_contract(raw)
        assert_close(result.objective_value, None if answer is None else answer.objective_value, seed)


def test_a_pool_too_large_for_any_method_is_left_open_honestly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decomposed, "can_enumerate", lambda parameters: False)
    monkeypatch.setattr(proposals, "MAX_PROPOSALS", -1)
    monkeypatch.setattr(sets, "MAX_PRODUCTS", 0)
    for seed in range(12):
        raw = random_instance(seed)
        result = solve(Instance.from_dict(raw), method="decomposed")
        answer = best_contract(raw)
        if result.stop_reason == "size_limit":
            assert result.status in ("feasible", "stopped")
        if answer is not None and result.bound is not None:
            assert result.bound >= answer.objective_value - 1e-6
        if result.status == "no_contract":
            assert answer is None


@pytest.mark.parametrize("limit", [0.01, 0.1, 0.5])
def test_a_time_limit_leaves_a_valid_bound(limit: float) -> None:
    raw = network(22, 1)
    best = 77.373  # by the extensive form
    result = solve(Instance.from_dict(raw), method="decomposed", time_limit=limit)
    assert result.certificate is not None
    assert result.certificate.holds
    assert result.status in ("feasible", "stopped", "optimal")
    if result.status != "optimal":
        assert result.stop_reason == "time_limit"
    if result.bound is not None:
        assert result.bound >= best - 1e-6
    if result.joint_surplus is not None:
        assert result.joint_surplus <= best + 1e-5


def without_times(result: Result) -> dict[str, Any]:
    document = result.to_dict()
    del document["solver"]["seconds"]
    return document


@pytest.mark.parametrize(
    "raw",
    [random_instance(3), full(7, 1), network(10, 2), network(14, 3, degree=8.0)],
    ids=["random", "full", "network", "many partners"],
)
def test_a_solve_repeats_itself(raw: dict[str, Any]) -> None:
    first, second = (solve(Instance.from_dict(raw), method="decomposed") for _ in range(2))
    assert without_times(first) == without_times(second)


@pytest.mark.parametrize(
    "raw", [full(8, 2), capability(8, 3, team=4), network(9, 4)], ids=["full", "capability", "network"]
)
def test_both_methods_agree_beyond_what_can_be_enumerated(raw: dict[str, Any]) -> None:
    one, other = (solve(Instance.from_dict(raw), method=method) for method in ("decomposed", "extensive"))
    assert (one.status, other.status) == ("optimal", "optimal")
    assert_close(one.objective_value, other.objective_value, raw["name"])
    assert one.first_best is not None
    assert other.first_best is not None
    assert_close(one.first_best.joint_surplus, other.first_best.joint_surplus, raw["name"])


# --- stops ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("of_a_large_pool", [False, True])
@pytest.mark.parametrize("first", range(0, 40, 10))
def test_whenever_the_time_runs_out_the_answer_is_true(
    first: int, of_a_large_pool: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock is asked in many places; at any of them the search may end, with bounds that hold."""
    if of_a_large_pool:
        monkeypatch.setattr(decomposed, "can_enumerate", lambda _: False)
    left = 0

    def must_stop(self: Search) -> bool:
        nonlocal left
        left -= 1
        if left <= 0:
            self.stop("time_limit")
        return self.stopped is not None

    monkeypatch.setattr(Search, "must_stop", must_stop)
    for seed in range(first, first + 10):
        raw = instance_of(seed)
        exact = best_contract(raw)
        for checks in (1, 2, 3, 5, 8, 13, 30, 80):
            left = checks
            result = solve(Instance.from_dict(raw))
            if result.status == "no_contract":
                assert exact is None
            if result.bound is not None and exact is not None:
                assert result.bound >= exact.objective_value - 2e-6 * max(1.0, abs(exact.objective_value))
            if result.status == "optimal":
                assert exact is not None
                assert_close(result.objective_value, exact.objective_value, (seed, checks))
            assert result.certificate is None or result.certificate.holds


def two_firms(first: Mapping[str, Any], second: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return two firms with a contribution, the cost of full effort, and more."""
    firms = [
        {"name": name, "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": data["cost"]}], **data}
        for name, data in (("A", first), ("B", second))
    ]
    for firm in firms:
        firm.pop("cost")
    return {"format": "rd-contract/1", "name": "two", "firms": firms, **changes}


def test_a_small_surplus_of_large_amounts_is_certified() -> None:
    """What is left of millions is 50: it is proven to a billionth of the millions."""
    raw = two_firms(
        {"contribution": 10e6, "cost": 7e6, "outside_option": 5.6e6 - 50.0, "membership": "required"},
        {"contribution": 9e6, "cost": 6e6, "membership": "required"},
    )
    for firm, half in zip(raw["firms"], (2.1e6, 1.8e6), strict=True):
        firm["efforts"].insert(1, {"level": 0.5, "cost": half})
    result = solve(Instance.from_dict(raw))
    assert result.status == "optimal"
    assert result.joint_surplus == pytest.approx(50.0, abs=1e-2)
    assert result.certificate is not None
    assert result.certificate.holds


def test_the_first_best_is_proven_beside_dear_monitoring(monkeypatch: pytest.MonkeyPatch) -> None:
    monitoring = [{"name": "audit", "cost": 100.0, "detection": 0.5}, {"name": "none"}]
    raw = two_firms({"contribution": 10.0, "cost": 2.0}, {"contribution": 4.0, "cost": 2.0}, monitoring=monitoring)
    monkeypatch.setattr(decomposed, "can_enumerate", lambda _: False)
    result = solve(Instance.from_dict(raw))
    assert result.first_best is not None
    assert result.first_best.joint_surplus == pytest.approx(10.0)
    assert result.first_best.monitoring == "none"


def test_no_first_best_is_claimed_that_rests_on_costs_that_were_cut() -> None:
    """The cheapest of two hopeless efforts is worth −29; with costs cut to what could ever pay it seems to be −20."""
    firms = [
        {
            "name": name,
            "contribution": 1.0,
            "membership": "required",
            "efforts": [{"level": 0.5, "cost": 10.0}, {"level": 1.0, "cost": 100.0}],
        }
        for name in ("A", "B")
    ]
    raw = {"format": "rd-contract/1", "name": "hopeless", "project": {"base_value": -10.0}, "firms": firms}
    exact = first_best(raw)
    assert exact == pytest.approx(-29.0)
    result = solve(Instance.from_dict(raw))
    assert result.status == "no_contract"
    assert result.first_best is None or result.first_best.joint_surplus == pytest.approx(exact)


# --- large teams -----------------------------------------------------------------------------------------------


def test_large_teams_are_enumerated_where_that_is_little_work() -> None:
    """Branch and cut takes half a minute for this one."""
    result = solve(Instance.from_dict(dense(20, 4, team=17)))
    assert [(regime.method, regime.status) for regime in result.regimes] == [("enumeration", "optimal")]
    assert len(result.members) == 17


def test_an_estimate_that_was_wrong_hands_over_to_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enumeration is given up where it takes far more than it should have; what it found stays found."""
    instance = Instance.from_dict(capability(15, 0, team=6))
    expected = solve(instance)
    monkeypatch.setattr(small_teams, "TRIFLE", 5)
    monkeypatch.setattr(small_teams, "MUCH", 0)
    monkeypatch.setattr(small_teams, "WRONG", 1e-3)
    result = solve(instance)
    assert [regime.method for regime in result.regimes] == ["branch and cut"]
    assert result.joint_surplus == pytest.approx(expected.joint_surplus, rel=1e-4)


def test_sparse_pools_without_a_limit_on_the_team_are_left_to_the_tree() -> None:
    def can(raw: dict[str, Any]) -> bool:
        return small_teams.can_enumerate(derive(Instance.from_dict(raw)))

    assert [can(network(n, 0)) for n in (15, 16, 40)] == [True, False, False]
    assert [can(capability(40, 0, team=team)) for team in (8, 20, 40)] == [True, True, True]


# --- attempts and guides ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_attempts_that_are_cut_short_lose_nothing(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With hardly any looks for a first attempt, every regime is tuned and enumerated again."""
    monkeypatch.setattr(small_teams, "TRIFLE", 5)
    for seed in range(first, first + 10):
        raw = instance_of(seed)
        answer, result = best_contract(raw), solve(Instance.from_dict(raw))
        assert_close(result.objective_value, None if answer is None else answer.objective_value, seed)
        if result.first_best is not None and result.first_best.joint_surplus >= 0.0:
            assert_close(result.first_best.joint_surplus, first_best(raw), seed)


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_what_was_learnt_elsewhere_changes_no_answer(first: int) -> None:
    """Guides of the same instance and of changed ones, whose multipliers may be far from good."""
    guides = 0
    for seed in range(first, first + 10):
        instance = Instance.from_dict(instance_of(seed))
        plain = solve(instance)
        for factor in (1.0, 0.3, 5.0):
            other = variant(instance, [Edit("modes.*.value_factor", factor, "scale")])
            solved = solve(other)
            guide = learn_from(other, solved)
            guides += guide is not None
            result = solve(instance, start=solved, guide=guide)
            assert result.status == plain.status
            assert_close(result.objective_value, plain.objective_value, (seed, factor))
    assert guides >= 5


def test_a_guide_of_other_firms_is_not_followed() -> None:
    instance = load_bundled("two_firms")
    guide = learn_from(instance, solve(instance))
    assert guide is not None
    p = relevant(derive(load_bundled("automotive_cluster"))).scaled()
    assert guide.multipliers(p) is None
    assert learn_from(instance, solve(instance).replace(members=(), status="no_contract")) is None
