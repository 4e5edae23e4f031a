"""Signed contracts in worlds that differ: what members play, what it is worth, regrets."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders import PAIR
from explicit import payoff, signed_explicitly
from oracles.random_instances import random_instance
from printing import sentences
from rd_contract import (
    Edit,
    Instance,
    InstanceError,
    OptionError,
    Resources,
    Result,
    ResultError,
    SweepOutcome,
    SweepPlan,
    candidates,
    evaluate,
    load_bundled,
    open_sweep,
    over_worlds,
    solve,
    sweep,
    variant,
)
from rd_contract.report.content.worlds import worlds_summary
from rd_contract.report.frames.worlds import contracts_table, partners_table, values_table
from rd_contract.report.words.numbers import significant
from rd_contract.study.sweep import Points
from rd_contract.study.worlds import NOTHING

ONE = Resources(jobs=1)

#: Worlds of random instances: dearer work, worse and better business, other synergies.
WORLDS = (
    [Edit("modes.*.cost_factor", 1.6, "scale")],
    [Edit("modes.*.value_factor", 0.6, "scale")],
    [Edit("modes.*.value_factor", 1.5, "scale"), Edit("firms.*.reputation_stake", 0.0)],
    [Edit("monitoring.*.detection", 0.0), Edit("project.subsidy_rate", 0.0)],
)


@functools.cache
def signed(seed: int) -> tuple[Instance, Result]:
    instance = Instance.from_dict(random_instance(seed))
    return instance, solve(instance)


def some(seeds: range) -> Iterator[tuple[Instance, Result]]:
    """Yield the random instances that have a contract, and it; of ten seeds at least one has."""
    known = [(instance, contract) for instance, contract in map(signed, seeds) if contract.has_contract]
    assert known
    yield from known


@pytest.mark.parametrize("first", range(0, 60, 10))
def test_in_its_own_world_a_contract_is_what_it_promised(first: int) -> None:
    for instance, contract in some(range(first, first + 10)):
        check_promises(instance, contract)


def check_promises(instance: Instance, contract: Result) -> None:
    found = evaluate(instance, contract)
    assert found.shirkers == found.losers == ()
    assert found.joint_surplus == pytest.approx(contract.joint_surplus, rel=1e-9, abs=1e-9)
    assert found.value == pytest.approx(contract.objective_value, rel=1e-9, abs=1e-9)
    assert found.deficit == pytest.approx(0.0, abs=1e-6)
    for member in contract.members:
        assert found.efforts[member.firm] == pytest.approx(member.effort_level)
        assert found.profits[member.firm] == pytest.approx(member.expected_profit, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("world", range(len(WORLDS)))
def test_what_is_played_is_an_equilibrium_and_pays_what_is_said(world: int) -> None:
    """Every payoff is computed anew from the file; nobody gains by any other level of its menu."""
    assert len(signed_explicitly()) >= 15
    for instance, contract in signed_explicitly():
        check_play(variant(instance, WORLDS[world]), contract)


def check_play(changed: Instance, contract: Result) -> None:
    found = evaluate(changed, contract)
    for member in contract.members:
        borne = found.deficit * member.share
        if changed.objective == "lead":
            borne = found.deficit * (member.firm == changed.project.lead)
        played = payoff(changed, contract, found.efforts, member.firm) - borne
        assert found.profits[member.firm] == pytest.approx(played, rel=1e-9, abs=1e-9)
        menu = next(firm.menu for firm in changed.firms if firm.name == member.firm)
        for entry in menu:
            other = payoff(changed, contract, {**found.efforts, member.firm: entry.level}, member.firm) - borne
            assert other <= played + 1e-6 * max(1.0, abs(played))
        assert (member.firm in found.shirkers) == (found.efforts[member.firm] < member.effort_level)
        outside = next(firm.outside_option for firm in changed.firms if firm.name == member.firm)
        if abs(played - outside) > 1e-6:
            assert (member.firm in found.losers) == (played < outside)


def test_some_of_these_worlds_make_members_shirk() -> None:
    """Otherwise the test above says little."""
    known = itertools.product(signed_explicitly(), WORLDS)
    found = [evaluate(variant(instance, world), contract) for (instance, contract), world in known]
    assert sum(bool(one.shirkers) for one in found) >= 10
    assert sum(not one.shirkers for one in found) >= 10


def contract_of_pair(**changes: float) -> Result:
    """Return a contract with half the revenue each, a deposit of 1 and B paying for the ledger."""
    instance = Instance.from_dict(PAIR)
    contract = solve(instance)
    terms = {"A": {"transfer": 0.0}, "B": {"transfer": -1.0}}
    members = tuple(
        member.model_copy(update={"share": 0.5, "deposit": 1.0, **terms[member.firm], **changes})
        for member in contract.members
    )
    return contract.replace(members=members)


def test_a_world_by_hand() -> None:
    """At cost 6 each gains 5 + 0.5 · 1.5 = 5.75 < 6 by working: both shirk, are caught half the time, and lose."""
    instance, contract = Instance.from_dict(PAIR), contract_of_pair()
    as_agreed = evaluate(instance, contract)
    assert as_agreed.profits == pytest.approx({"A": 6.0, "B": 5.0})
    assert (as_agreed.joint_surplus, as_agreed.deficit) == pytest.approx((20.0 - 8.0 - 1.0 - 2.0, 0.0))
    dearer = variant(instance, [Edit("firms.*.efforts.1.cost", 6.0)])
    found = evaluate(dearer, contract)
    assert found.shirkers == found.losers == ("A", "B")
    # The ledger costs 1, B pays 1, and half of both deposits comes in, which the two divide.
    assert found.deficit == pytest.approx(-1.0)
    assert found.profits == pytest.approx({"A": -0.75 + 0.5, "B": -1.75 + 0.5})
    # What the alliance loses: the ledger, two outside options, and half of two reputations.
    assert found.joint_surplus == pytest.approx(-1.0 - 2.0 - 0.5)


def test_one_shirks_and_takes_the_other_along() -> None:
    """A's work is worth more with B's: at 5.5 B stops first, and then A does."""
    raw = {**PAIR, "relations": [{"between": ["A", "B"], "synergy": 6.0}]}
    contract = contract_of_pair()
    raw["firms"] = [{**firm, "outside_option": 0.0} for firm in PAIR["firms"]]
    instance = Instance.from_dict(raw)
    # Together each earns 0.5 · 16 + 0.75 = 8.75 by working, alone 5.75.
    costs = [Edit("firms.A.efforts.1.cost", 8.0), Edit("firms.B.efforts.1.cost", 9.0)]
    found = evaluate(variant(instance, costs), contract)
    assert found.shirkers == ("A", "B")
    held = evaluate(variant(instance, costs[:1]), contract)
    assert held.shirkers == ()


def test_the_lead_fills_the_pool() -> None:
    raw = {**PAIR, "objective": "lead", "project": {"lead": "B"}}
    instance, contract = Instance.from_dict(raw), contract_of_pair()
    found = evaluate(variant(instance, [Edit("monitoring.ledger.cost", 3.0)]), contract)
    assert found.deficit == pytest.approx(2.0)
    assert found.profits == pytest.approx({"A": 6.0, "B": 5.0 - 2.0})
    assert found.value == found.profits["B"]
    other = {**raw, "project": {"lead": "C"}, "firms": [*PAIR["firms"], {**PAIR["firms"][0], "name": "C"}]}
    assert evaluate(Instance.from_dict(other), contract).value == 1.0  # what C earns outside


def test_members_settle_what_the_pool_lacks_by_their_shares() -> None:
    instance, contract = Instance.from_dict(PAIR), contract_of_pair()
    found = evaluate(variant(instance, [Edit("monitoring.ledger.cost", 13.0)]), contract)
    assert found.deficit == pytest.approx(12.0)
    assert found.profits == pytest.approx({"A": 6.0 - 6.0, "B": 5.0 - 6.0})
    assert found.losers == ("A", "B")
    assert found.joint_surplus == pytest.approx(sum(found.profits.values()) - 2.0)


@pytest.mark.parametrize("shares", [(-0.5, 1.5), (0.6, 0.6)])
def test_shares_that_are_none_are_refused(shares: tuple[float, float]) -> None:
    contract = contract_of_pair()
    members = tuple(
        member.model_copy(update={"share": share}) for member, share in zip(contract.members, shares, strict=True)
    )
    with pytest.raises(ResultError, match="add up to"):
        evaluate(Instance.from_dict(PAIR), contract.replace(members=members))


def test_the_contract_binds_whoever_could_no_longer_be_chosen() -> None:
    instance, contract = Instance.from_dict(PAIR), contract_of_pair()
    changed = variant(instance, [Edit("firms.A.credit", 0.2), Edit("project.min_credit", 0.5)])
    assert evaluate(changed, contract).profits == pytest.approx({"A": 6.0, "B": 5.0})


def test_contracts_that_do_not_fit_are_refused() -> None:
    contract = contract_of_pair()
    stranger = {**PAIR, "firms": [{**PAIR["firms"][0], "name": "X"}], "monitoring": [{"name": "none"}]}
    with pytest.raises(ResultError) as raised:
        evaluate(Instance.from_dict(stranger), contract)
    assert [problem.path for problem in raised.value.problems] == ["members.A", "members.B", "monitoring"]
    nothing = contract.replace(members=(), status="no_contract")
    with pytest.raises(ResultError, match="no contract"):
        evaluate(Instance.from_dict(PAIR), nothing)


# --- many worlds -------------------------------------------------------------------------------------------

PLAN = SweepPlan.from_options(["firms.*.efforts.1.cost=2:8"], "latin-hypercube", 50, 0)


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Instance, SweepOutcome]:
    instance = Instance.from_dict(PAIR)
    return instance, sweep(instance, PLAN, tmp_path_factory.mktemp("swept") / "pair", resources=ONE)


def test_numbers_over_samples_are_those_of_single_evaluations() -> None:
    instance, contract = Instance.from_dict(PAIR), contract_of_pair()
    found = over_worlds(instance, PLAN, {"half": contract}, resources=ONE)
    single = [evaluate(variant(instance, point), contract) for point in found.points()]
    one = next(row for row in found.contracts if row.name == "half")
    values = np.array([each.value for each in single])
    assert one.value.tolist() == values.tolist()
    assert one.expected == pytest.approx(values.mean())
    assert one.quantile(0.05) == pytest.approx(np.quantile(values, 0.05))
    assert one.tail_mean == pytest.approx(np.sort(values)[:3].mean())
    assert one.kept.tolist() == [not each.shirkers for each in single]
    assert one.somebody_loses.tolist() == [bool(each.losers) for each in single]
    assert one.profit.tolist() == [[each.profits["A"], each.profits["B"]] for each in single]


def test_processes_change_nothing() -> None:
    instance, contract = Instance.from_dict(PAIR), contract_of_pair()
    plan = PLAN.model_copy(update={"samples": 250})
    one, two = (over_worlds(instance, plan, {"half": contract}, resources=Resources(jobs=jobs)) for jobs in (1, 2))
    assert contracts_table(one).equals(contracts_table(two))
    assert values_table(one).equals(values_table(two))


def test_regret_is_what_the_best_contract_is_worth_more(swept: tuple[Instance, SweepOutcome]) -> None:
    instance, outcome = swept
    contracts = {"half": contract_of_pair(), **candidates(outcome, 2)}
    found = over_worlds(instance, outcome.plan, contracts, optima=outcome, resources=ONE)
    assert found.optimum is not None
    optima = [solve(variant(instance, point)).joint_surplus or 0.0 for point in found.points()]
    assert found.optimum.tolist() == pytest.approx(optima, abs=1e-6)
    for one in found.contracts:
        assert one.regret is not None
        assert one.regret.tolist() == pytest.approx((found.optimum - one.value).tolist())
        # Each of these contracts could have been agreed on wherever everyone works and gains by it.
        agreed = one.kept & ~one.somebody_loses
        assert (one.regret[agreed] >= -1e-6).all()
    assert found.best_on_average.expected == max(one.expected for one in found.contracts)
    nothing = next(one for one in found.contracts if one.name == NOTHING)
    assert nothing.value.tolist() == [0.0] * 50
    base = next(one for one in found.contracts if one.name == "base")
    assert base.contract == outcome.base()


def test_candidates_are_the_most_frequent_designs(swept: tuple[Instance, SweepOutcome]) -> None:
    _, outcome = swept
    found = candidates(outcome, 3)
    assert next(iter(found)) == "base"
    drawn = [tuple((m["firm"], m["effort_level"]) for m in r["result"]["members"]) for r in outcome.records()]
    counts = Counter(drawn)
    ranked = [counts[tuple((m.firm, m.effort_level) for m in found[f"design {at}"].members)] for at in (1, 2)]
    assert ranked == sorted(ranked, reverse=True)
    assert ranked[0] == max(counts[design] for design in counts if design)
    assert all(contract.has_contract for contract in found.values())
    assert len(candidates(outcome, 0)) == 1


def test_a_sweep_is_opened_again(swept: tuple[Instance, SweepOutcome], tmp_path: Path) -> None:
    instance, outcome = swept
    again, opened = open_sweep(outcome.folder)
    assert again.sha256 == instance.sha256
    assert (opened.plan, opened.settings, opened.statuses) == (outcome.plan, outcome.settings, outcome.statuses)
    assert opened.complete
    with pytest.raises(OptionError, match="not the folder of a sweep"):
        open_sweep(tmp_path)


def test_another_sweep_is_refused(swept: tuple[Instance, SweepOutcome]) -> None:
    _, outcome = swept
    other = Instance.from_dict({**PAIR, "name": "other"})
    with pytest.raises(OptionError, match="another instance or plan"):
        over_worlds(other, outcome.plan, {"half": contract_of_pair()}, optima=outcome)
    with pytest.raises(OptionError, match="at least one contract"):
        over_worlds(other, outcome.plan, {})


def test_every_problem_of_every_contract_is_named() -> None:
    stranger = Instance.from_dict({**PAIR, "firms": [{**PAIR["firms"][0], "name": "X"}]})
    with pytest.raises(ResultError) as raised:
        over_worlds(stranger, PLAN, {"one": contract_of_pair(), "two": contract_of_pair()})
    assert len(raised.value.problems) == 4


def test_points_that_are_no_instance_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    instance, contract = Instance.from_dict(PAIR), contract_of_pair()

    def strict(instance: Instance, edits: Any) -> Instance:
        if edits[0].value > 7.0:
            raise InstanceError([], "too dear")
        return variant(instance, edits)

    monkeypatch.setattr("rd_contract.study.worlds.check_plan", lambda _, plan: Points(plan))
    monkeypatch.setattr("rd_contract.study.worlds.variant", strict)
    found = over_worlds(instance, PLAN, {"half": contract}, resources=ONE)
    lost = int(np.isnan(found.contracts[0].value).sum())
    assert 0 < lost < 50
    assert f"{lost} points left out" in sentences(worlds_summary(found))


def test_tables_and_summary(swept: tuple[Instance, SweepOutcome]) -> None:
    instance, outcome = swept
    found = over_worlds(instance, outcome.plan, candidates(outcome, 2), optima=outcome, resources=ONE)
    contracts = contracts_table(found)
    assert contracts["expected_value"].is_monotonic_decreasing
    assert set(partners_table(found)["contract"]) == set(contracts["contract"]) - {NOTHING}
    assert {"value: base", "optimum"} < set(values_table(found).columns)
    text = sentences(worlds_summary(found, "EUR"))
    for word in ("Regret", "Best on average", "EUR", "Works less", "All work: part of the points"):
        assert word in text


def test_contracts_are_told_apart_by_what_they_agree(swept: tuple[Instance, SweepOutcome]) -> None:
    instance, outcome = swept
    base = candidates(outcome, 1)["base"]
    found = over_worlds(instance, outcome.plan, {"one": base, "other": base}, resources=ONE)
    page = sentences(worlds_summary(found))
    for member in base.members:
        assert f"{member.firm} {significant(member.effort_level, 3)}" in page
    assert "as one, to the last term" in page
    alone = over_worlds(instance, outcome.plan, {"one": base}, resources=ONE)
    assert ("Best on average" in sentences(worlds_summary(alone))) == (alone.best_on_average.name == NOTHING)


def test_a_bundled_contract_is_fragile() -> None:
    """What the tutorial tells: three per cent less value, and a partner stops working."""
    instance = load_bundled("horizon2020_12")
    contract = solve(instance)
    found = evaluate(variant(instance, [Edit("project.value", 0.97, "scale")]), contract)
    assert found.shirkers
    assert found.joint_surplus < 0.0
