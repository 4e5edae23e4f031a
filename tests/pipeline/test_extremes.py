"""Amounts from rounding to the largest of the format: what is claimed is true, what cannot matter does not."""

from __future__ import annotations

import math
import time
from copy import deepcopy
from itertools import islice
from random import Random
from typing import Any

import numpy as np
import pytest

from mutations import SMALL, Place, changed, load, mutations, places, spelled_out
from oracles.random_instances import random_instance
from rd_contract import Instance, Result, SolverError, solve, verify
from rd_contract.base.tolerances import FINEST_GAP, GAP, STATED_GAP
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design, Terms
from rd_contract.model.parameters import Parameters
from rd_contract.outcome.ending import Bounds
from rd_contract.report.words import results as words
from rd_contract.report.words.numbers import Money
from rd_contract.terms import Support, TermsProgram, best_terms
from rd_contract.terms.mending import carries, mend_incentives
from rd_contract_cli.exits import ExitCode, code_of

Raw = dict[str, Any]

#: Seconds of a solve's time limit, and by how much it may be overrun.
LIMIT, OVERRUN = 10.0, 2.0

#: Amounts of which each is beyond everything in the instances below.
LADDER = (1e5, 1e6, 1e9, 1e12, 1e15)


def assert_honest(result: Result, what: str = "") -> None:
    """Check that a result claims no more than it reports, and that its contract keeps every condition."""
    if result.status == "optimal":
        assert result.gap is not None, what
        asked = result.solver.options["gap"]
        assert result.gap <= max(asked, STATED_GAP), what
    if result.certificate is not None:
        assert result.certificate.holds, (what, result.certificate.failures)
    else:
        assert not result.has_contract, what


def worth(result: Result) -> float:
    return -math.inf if result.objective_value is None else result.objective_value


def with_firm(name: str, at: int, **values: Any) -> Instance:
    raw = load(name)
    raw["firms"][at] |= values
    return Instance.from_dict(raw)


# --- known cases -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [-1e6, -1e9, -1e11, -1e15])
@pytest.mark.parametrize("field", ["contribution", "private_benefit"])
def test_a_candidate_nobody_would_take_changes_nothing(field: str, amount: float) -> None:
    result = solve(with_firm("automotive_cluster", 1, **{field: amount}))
    assert_honest(result)
    assert result.status == "optimal"
    assert result.joint_surplus == pytest.approx(9.387728, abs=1e-5)


@pytest.mark.parametrize(
    ("field", "amount"), [("synergy", -1e8), ("synergy", -1e15), ("coordination_cost", 1e15), ("spillover", -1e15)]
)
def test_a_pair_nobody_would_form_changes_nothing(field: str, amount: float) -> None:
    raw = load("automotive_cluster")
    pair = {"Vehicle Plant", "Tool Shop"}
    raw["relations"] = [relation for relation in raw["relations"] if set(relation["between"]) != pair]
    apart = solve(
        Instance.from_dict({**raw, "relations": [*raw["relations"], {"between": [*pair], "exclusive": True}]})
    )
    result = solve(Instance.from_dict({**raw, "relations": [*raw["relations"], {"between": [*pair], field: amount}]}))
    assert_honest(result)
    assert result.status == "optimal"
    assert worth(result) == pytest.approx(worth(apart), rel=2e-6)


@pytest.mark.parametrize("seed", ["5", "11", "21", "33"])
def test_both_methods_agree_beside_what_cannot_matter(seed: str) -> None:
    raw = load(seed)
    idle = {"level": 0.0, "cost": 0.0}
    ruin = {
        "name": "Ruin",
        "contribution": -1e9,
        "private_benefit": 2.0,
        "efforts": [idle, {"level": 1.0, "cost": 1.0}],
    }
    wish = {"name": "Wish", "contribution": 1e9, "efforts": [idle, {"level": 1.0, "cost": 1e12}]}
    instance = Instance.from_dict({**raw, "firms": [*raw["firms"], ruin, wish]})
    answers = [solve(instance, method=method) for method in ("decomposed", "extensive")]
    for result in answers:
        assert_honest(result, seed)
    assert answers[0].status == answers[1].status
    assert worth(answers[0]) == pytest.approx(worth(answers[1]), rel=2e-6, abs=2e-6)


@pytest.mark.parametrize("cost", [1e6, 1e12])
def test_monitoring_that_nobody_can_pay_changes_nothing(cost: float) -> None:
    raw = load("battery_alliance")
    dear, without = deepcopy(raw), deepcopy(raw)
    dear["monitoring"][-1]["cost"] = cost
    del without["monitoring"][-1]
    result = solve(Instance.from_dict(dear))
    assert_honest(result)
    assert result.status == "optimal"
    assert worth(result) == pytest.approx(worth(solve(Instance.from_dict(without))), rel=2e-6)
    priced_out = [outcome for outcome in result.regimes if outcome.monitoring == dear["monitoring"][-1]["name"]]
    assert {(outcome.status, outcome.joint_surplus, outcome.bound) for outcome in priced_out} == {
        ("no_contract", None, None)
    }


@pytest.mark.parametrize("noise", [0.1 + 0.2 - 0.3, 1e-15, 1e-9, -1e-9, -1e-17])
def test_noise_counts_as_nothing(noise: float) -> None:
    for name, at, field in (("two_firms", 0, "contribution"), ("two_firms", 1, "joining_cost")):
        nothing = solve(with_firm(name, at, **{field: 0.0}))
        if noise > 0.0 or field == "contribution":
            result = solve(with_firm(name, at, **{field: noise}))
            assert_honest(result, field)
            assert result.status == nothing.status == "optimal"
            assert worth(result) == pytest.approx(worth(nothing), abs=1e-8)


@pytest.mark.parametrize("cost", [1e-17, 1e-11, 1e-8])
def test_a_tiny_joining_cost_is_certified(cost: float) -> None:
    result = solve(with_firm("big_m_trap", 0, joining_cost=cost))
    assert_honest(result)
    assert result.status == "optimal"
    assert worth(result) == pytest.approx(319.68, abs=1e-6)


@pytest.mark.parametrize("name", ["battery_alliance", "two_firms"])
def test_risk_aversion_without_end(name: str) -> None:
    results = []
    for aversion in (1e9, 1e15):
        raw = load(name)
        raw["firms"][0]["risk_aversion"] = aversion
        raw["project"]["volatility"] = max(raw["project"]["volatility"], 1.0)
        results.append(solve(Instance.from_dict(raw)))
        assert_honest(results[-1])
    assert results[0].status == results[1].status
    assert worth(results[0]) == pytest.approx(worth(results[1]), rel=2e-6)


def test_amounts_too_far_apart_are_said_to_be() -> None:
    raw = load("two_firms")
    raw["project"]["base_value"] = raw["firms"][0]["outside_option"] = 1e15
    result = solve(Instance.from_dict(raw))
    assert_honest(result)
    assert (result.status, result.stop_reason) == ("feasible", "numerical_trouble")
    assert result.bound is not None
    assert result.bound >= 7.0 - 1e-6  # of the same without the two large amounts


def test_the_report_and_the_exit_code_say_so() -> None:
    raw = load("two_firms")
    raw["project"]["base_value"] = raw["firms"][0]["outside_option"] = 1e15
    result = solve(Instance.from_dict(raw))
    assert code_of(result) == ExitCode.STOPPED
    assert words.recommendation(result).startswith("Best found so far")
    said = words.proof(result, Money(3, result.currency))
    assert said.startswith("Not proven optimal, the search stopped because amounts of the instance lie too far apart")


def test_a_gap_above_the_one_asked_for_is_never_called_optimal() -> None:
    """The certificate holds the status against the gap, whatever the amounts of the instance are."""
    raw = load("two_firms")
    raw["firms"][0]["outside_option"] = -1e12
    instance = Instance.from_dict(raw)
    result = solve(instance)
    assert result.objective_value is not None
    bound = result.objective_value * (1.0 + 3e-6)
    forged = result.replace(bound=bound, gap=Bounds(result.objective_value, bound).gap)
    assert {check.id for check in verify(instance, forged).failures} == {"gap"}


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("37", ("firms", 0, "private_benefit"), 1e12),
        ("88", ("firms", 4, "private_benefit"), 1e12),
        ("89", ("firms", 1, "private_benefit"), 1e12),
        ("87", ("relations", 0, "spillover"), 1e15),
    ],
)
def test_what_members_have_and_keep_does_not_blur_what_terms_move(name: str, place: Place, value: float) -> None:
    """A contract is divided and certified to its own amounts beside a gain that no term can pass on."""
    raw = spelled_out(load(name))
    instance = changed(raw, (place, value))
    assert instance is not None
    result = solve(instance)
    assert_honest(result)
    assert result.status == "optimal"
    assert min(member.surplus for member in result.members) >= 0.0
    assert result.rounding is not None
    assert result.rounding.money_unit is not None
    assert result.rounding.money_unit <= 1e-5


@pytest.mark.parametrize("size", [1e5, 1e6, 1e9, 1e12])
def test_what_a_lead_would_lose_outside_does_not_blur_its_profit(size: float) -> None:
    """It could pay all of that in, and pays what the others need: its profit is as exact as theirs."""
    instance = changed(spelled_out(load("1")), (("firms", 2, "outside_option"), -size))
    assert instance is not None
    assert instance.objective == "lead"
    result = solve(instance)
    assert_honest(result)
    assert result.status == "optimal"
    assert worth(result) == pytest.approx(4.9226031, rel=2e-6)


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [("43", ("firms", 1, "efforts", 0, "cost"), 1e-17), ("10", ("relations", 0, "spillover"), -1e-17)],
)
def test_a_loss_of_next_to_nothing_is_made_up_for(name: str, place: Place, value: float) -> None:
    """Rounding leaves nobody short of its outside option by a part of the unit, only by one of its own amounts."""
    instance = changed(spelled_out(load(name)), (place, value))
    assert instance is not None
    assert_honest(solve(instance))
    both = changed(spelled_out(load(name)), (place, value), (("firms", 0, "private_benefit"), 1e15))
    assert both is not None
    assert_honest(solve(both))


def test_a_premium_of_next_to_nothing_settles_no_shares() -> None:
    """Beside a base value of 10^9 the premium of the whole revenue is less than what the solver tells from 0."""
    instance = changed(spelled_out(load("30")), (("project", "base_value"), 1e9))
    assert instance is not None
    result = solve(instance)
    assert_honest(result)
    assert result.status == "optimal"
    assert worth(result) == pytest.approx(0.517e9, rel=1e-6)  # the cap of the lead's share


def test_a_share_of_next_to_nothing_stays_where_somebody_needs_it() -> None:
    """Of a revenue of 10^15 a member without other income needs 10^-14: that is not put onto the bound 0."""
    instance = changed(spelled_out(load("95")), (("firms", 0, "contribution"), 1e15))
    assert instance is not None
    result = solve(instance)
    assert_honest(result)
    assert result.status == "optimal"


def test_rounding_spends_no_more_than_choice_and_proof_have_left() -> None:
    """Half of the gap is left by the proof, and what the stages of the choice leave to each other is taken from it."""
    instance = changed(spelled_out(load("11")), (("firms", 0, "contribution"), -0.001))
    assert instance is not None
    result = solve(instance)
    assert_honest(result)
    assert (result.status, result.stop_reason) == ("optimal", "optimality")


# --- a solver that fails ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["two_firms", "automotive_cluster"])
def test_a_design_that_the_solver_fails_on_stays_in_the_bound(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = Instance.from_dict(load(name))
    best = solve(instance)
    team = {member.firm for member in best.members}

    def failing(parameters: Parameters, design: Design, **options: Any) -> Support | None:
        if {parameters.names[i] for i in design.members} == team:
            raise SolverError("no")
        return best_terms(parameters, design, **options)

    monkeypatch.setattr("rd_contract.search.state.best_terms", failing)
    result = solve(instance)
    assert_honest(result)
    assert (result.status, result.stop_reason) == ("feasible", "numerical_trouble")
    assert {member.firm for member in result.members} != team
    assert result.bound is not None
    assert result.bound >= worth(best) - 1e-9


def no_choice(*_: object) -> Any:
    raise SolverError("no")


@pytest.mark.parametrize(("step", "failing"), [("_chosen", no_choice), ("carries", lambda *_: False)])
@pytest.mark.parametrize("name", ["two_firms", "automotive_cluster"])
def test_a_choice_of_terms_that_fails_costs_the_division_only(
    name: str, step: str, failing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a stage ends in an error, or at terms that do not carry the design, those of the optimum remain."""
    instance = Instance.from_dict(load(name))
    best = solve(instance)
    monkeypatch.setattr(f"rd_contract.terms.choice.{step}", failing)
    result = solve(instance)
    assert_honest(result)
    assert (result.status, result.stop_reason) == ("feasible", "numerical_trouble")
    assert worth(result) == pytest.approx(worth(best), rel=1e-6)


def test_a_regime_that_no_method_closes_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> bool:
        raise SolverError("no")

    instance = Instance.from_dict(load("two_firms"))
    best = solve(instance)
    monkeypatch.setattr("rd_contract.search.decomposed.SmallTeams.run", lambda _: False)
    monkeypatch.setattr("rd_contract.search.decomposed.LargePool.run", failing)
    monkeypatch.setattr("rd_contract.search.extensive.Extensive.solve_regime", failing)
    result = solve(instance)
    assert_honest(result)
    assert (result.status, result.stop_reason) == ("feasible", "numerical_trouble")
    assert result.bound is not None
    assert result.bound >= worth(best) - 1e-9


# --- terms beside large amounts --------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1e9, 1e12, 1e14])
def test_small_needs_beside_a_large_revenue_are_met(size: float) -> None:
    """Shares, deposits and transfers of a few units hold beside a revenue of any size."""
    for name in ("two_firms", "7", "33"):
        raw = load(name)
        raw["project"]["base_value"] = size
        assert_honest(solve(Instance.from_dict(raw)), name)


def test_shares_make_up_for_less_than_the_solver_tells_from_nothing() -> None:
    """A needs 2/3 of a contribution of 3 at cost 2; a share that is short of it by a millionth is mended."""
    raw = load("two_firms")
    raw["firms"] = [
        {"name": "A", "contribution": 3.0, "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 2.0}]},
        {"name": "B", "contribution": 3.0, "efforts": [{"level": 1.0, "cost": 0.0}]},
    ]
    raw |= {"relations": [], "monitoring": [{"name": "none"}], "modes": [{"name": "plain"}]}
    raw["project"] = {}
    p = derive(Instance.from_dict(raw))
    design = Design(0, tuple(len(levels) - 1 for levels in p.x))
    program, a, nothing = TermsProgram(p, design), p.names.index("A"), np.zeros(2)
    for short, is_mended in ((0.5e-6, True), (1e-3, False)):
        share = np.full(2, 1.0 / 3.0 + short)
        share[a] = 2.0 / 3.0 - short
        transfer = np.where(np.arange(2) == a, 1.0, -1.0)
        terms = Terms(share, nothing, transfer, nothing)
        assert not carries(program, terms)
        mended = mend_incentives(program, terms)
        assert carries(program, mended) is is_mended
        assert mended.share.sum() == pytest.approx(1.0, abs=1e-15)


# --- every amount ----------------------------------------------------------------------------------------


def amounts(raw: Raw) -> list[Place]:
    """Return the places of what belongs to a firm, a level, a pair, a mode or a monitoring option."""
    return [place for place in places(raw) if place[0] != "project"]


def assert_out_of_reach_is_nothing(raw: Raw, place: Place, sign: float) -> None:
    """Check that an amount that keeps something out of every contract keeps it out whatever its size."""
    variants = [changed(raw, (place, sign * size)) for size in LADDER]
    answers = [solve(instance) for instance in variants if instance is not None][-3:]
    for result in answers:
        assert_honest(result, f"{place} {sign:+}")
    if not answers or abs(worth(answers[0])) in (math.inf, 0.0):
        return  # there is no contract to compare
    if max(abs(worth(answers[0])), abs(answers[0].joint_surplus or 0.0)) > 0.01 * LADDER[0]:
        return  # it is in the contract, and brings something, to the lead or to who has it
    for result in answers:
        assert result.status == "optimal", (place, sign)
        assert worth(result) == pytest.approx(worth(answers[0]), rel=2e-6, abs=2e-6), (place, sign)


@pytest.mark.parametrize("name", ["two_firms", "big_m_trap", "5", "11", "21"])
def test_an_amount_out_of_reach_changes_nothing_however_large(name: str) -> None:
    raw = spelled_out(load(name))
    everywhere = amounts(raw)
    for place in Random(name).sample(everywhere, min(10, len(everywhere))):
        for sign in (1.0, -1.0):
            assert_out_of_reach_is_nothing(raw, place, sign)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SMALL, *map(str, range(12))])
def test_every_amount_out_of_reach_changes_nothing(name: str) -> None:
    raw = spelled_out(load(name))
    for place in amounts(raw):
        for sign in (1.0, -1.0):
            assert_out_of_reach_is_nothing(raw, place, sign)


# --- any numbers at all ----------------------------------------------------------------------------------


def assert_survives(name: str, count: int, seed: int) -> None:
    """Solve mutations of an instance: no exception, honest claims, no overrun of the limit."""
    for what, instance in islice(mutations(load(name), Random(f"{name} {seed}")), count):
        started = time.perf_counter()
        result = solve(instance, time_limit=LIMIT)
        assert time.perf_counter() - started <= LIMIT + OVERRUN, what
        assert_honest(result, what)


@pytest.mark.parametrize("name", ["two_firms", "big_m_trap", "no_contract", "3", "7", "10"])
def test_some_numbers_at_random(name: str) -> None:
    assert_survives(name, 10, 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SMALL, *map(str, range(40))])
def test_numbers_at_random(name: str) -> None:
    assert_survives(name, 110, 1)


def test_a_gap_below_the_finest_counts_as_the_finest() -> None:
    for gap in (0.0, 1e-12):
        result = solve(Instance.from_dict(load("two_firms")), gap=gap)
        assert result.gap is not None
        assert result.status == "optimal"
        assert result.gap <= FINEST_GAP < GAP


@pytest.mark.parametrize("seed", [300001, 300011, 300020, 300063, 300090, 300187, 300207])
def test_what_the_choice_of_terms_takes_is_no_trouble(seed: int) -> None:
    """Every fifth contract under a gap of 0 was called a numerical trouble, for a hundred millionth of its worth."""
    result = solve(Instance.from_dict(random_instance(seed)), gap=0.0)
    assert (result.status, result.stop_reason) == ("optimal", "optimality")
    assert_honest(result)
