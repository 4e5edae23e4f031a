"""Groups of members and others that would gain by another alliance (M37), and terms that keep them."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from random import Random
from typing import Any

import numpy as np
import pytest

from oracles.claims import least_tax
from oracles.enumeration import Design, best_contract, find_profile
from oracles.problem import read_problem
from oracles.random_rules import random_ruled_instance
from rd_contract import (
    Edit,
    Instance,
    InstanceError,
    Progress,
    Result,
    SolverError,
    audit,
    load_bundled,
    pipeline,
    solve,
    stability,
    variant,
    verify,
)
from rd_contract.division import Claims, Pool, Unfinished
from rd_contract.model.derivation import derive
from rd_contract.model.relevance import relevant
from rd_contract.outcome import stability as judged
from rd_contract.outcome.claims import Stability
from rd_contract.report.words.progress import progress_parts
from rd_contract.search import SearchOptions
from rd_contract.terms import choose_terms
from samples import instance_of

Group = frozenset[str]


# --- the truth: every alliance by itself -------------------------------------------------------------------


def among(raw: dict[str, Any], team: Group) -> dict[str, Any] | None:
    """Return an instance whose only alliance is a team; None where somebody is missing that has to be there."""
    firms = []
    for firm in raw["firms"]:
        membership, inside = firm.get("membership", "optional"), firm["name"] in team
        if membership == ("excluded" if inside else "required"):
            return None
        firms.append({**firm, "membership": "required" if inside else "excluded"})
    lead = raw.get("project", {}).get("lead")
    return None if lead is not None and lead not in team else {**raw, "firms": firms, "objective": "joint"}


@functools.cache
def alliances(kind: str, seed: int) -> tuple[dict[str, Any], dict[Group, float]] | None:
    """Return a random instance of few firms and what each of its alliances is worth, every design tried."""
    raw = DRAWN[kind](seed)
    names = [firm["name"] for firm in raw["firms"]]
    try:
        Instance.from_dict(raw)
    except InstanceError:
        return None
    if len(names) > 5:
        return None
    worth = {}
    for size in range(1, len(names) + 1):
        for team in map(frozenset, itertools.combinations(names, size)):
            own = among(raw, team)
            found = None if own is None else best_contract(own)
            if found is not None:
                worth[team] = found.joint_surplus
    return raw, worth


def others(worth: dict[Group, float], members: Group) -> dict[Group, float]:
    """Return the alliances that have a member, other than the alliance itself."""
    return {team: value for team, value in worth.items() if team & members and team != members}


def market(seed: int) -> dict[str, Any]:
    """Return five firms of which three may join, so that there is always somebody outside."""
    rng = Random(f"market {seed}")
    names = "ABCDE"
    menu = [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 0.5}]
    firms = [{"name": name, "contribution": round(rng.uniform(0.0, 4.0), 2), "efforts": menu} for name in names]
    relations = [
        {"between": list(two), "synergy": round(rng.uniform(-2.0, 6.0), 2)} for two in itertools.combinations(names, 2)
    ]
    if rng.random() < 0.3:
        firms[0]["liquidity"] = 1.0
    project = {"team_size": {"min": rng.choice([1, 2]), "max": 3}}
    rule = rng.choice(["equal", "nucleolus", "shapley", "nash"])
    return {"format": "rd-contract/1", "project": project, "division": rule, "firms": firms, "relations": relations}


DRAWN = {"plain": instance_of, "with rules": random_ruled_instance, "market": market}
CASES = [(kind, seed) for kind, seeds in (("plain", 7), ("with rules", 7), ("market", 9)) for seed in range(seeds)]


@functools.cache
def case(kind: str, seed: int, stable: bool) -> tuple[Instance, Result, dict[Group, float]] | None:
    known = alliances(kind, seed)
    if known is None:
        return None
    instance = Instance.from_dict(known[0])
    result = solve(instance, stability=not stable, stable=stable)
    if len(result.members) < 2:
        return None
    return instance, result, others(known[1], frozenset(member.firm for member in result.members))


def excess(team: Group, value: float, result: Result) -> float:
    return value - sum(member.surplus for member in result.members if member.firm in team)


def room(result: Result) -> float:
    """Return what searches, the choice of terms and rounding leave open, money."""
    moved = 0.0 if result.rounding is None else result.rounding.moved
    scale = max(abs(member.expected_profit) + abs(member.outside_option) for member in result.members)
    return 2e-6 * max(1.0, scale) + len(result.members) * moved


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_the_group_that_is_named_gains_most(kind: str, seed: int) -> None:
    found = case(kind, seed, stable=False)
    if found is None:
        return
    instance, result, worth = found
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures
    assert result.stability is not None
    outside = result.stability.outsiders
    assert outside is not None
    most = max((excess(team, value, result) for team, value in worth.items()), default=0.0)
    if outside.stable:
        assert most <= room(result)
        return
    assert outside.value is not None
    assert outside.surplus is not None
    assert outside.value - outside.surplus == pytest.approx(most, abs=room(result))
    assert excess(frozenset(outside.group), outside.value, result) == pytest.approx(most, abs=room(result))
    assert worth[frozenset(outside.group)] == pytest.approx(outside.value, abs=room(result))
    assert stability(instance, result) == result.stability


def test_most_random_instances_are_told_of() -> None:
    told = [found for kind, seed in CASES if (found := case(kind, seed, stable=False)) is not None]
    unstable = [result for _, result, _ in told if result.stability and not result.stability.outsiders.stable]  # type: ignore[union-attr]
    new = [result for result in unstable if result.stability.stable]  # type: ignore[union-attr]
    assert len(told) >= 14
    assert len(unstable) >= 8
    assert len(new) >= 2  # no part of the alliance would leave, and yet others could break it


# --- terms that keep them ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_terms_leave_each_group_as_little_to_gain_as_can_be(kind: str, seed: int) -> None:
    found = case(kind, seed, stable=True)
    if found is None:
        return
    instance, result, worth = found
    terms = result.stable_terms
    assert terms is not None
    assert terms.proven
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures
    for team, value in worth.items():
        assert excess(team, value, result) <= terms.missing + room(result)
    plain = solve(instance)
    assert result.objective_value == pytest.approx(plain.objective_value, abs=room(result))
    assert terms.missing == pytest.approx(tax_of(instance, result, worth), abs=room(result))


def tax_of(instance: Instance, result: Result, worth: dict[Group, float]) -> float:
    """Return the least tax on the claims of all groups that terms of the contract's design allow."""
    efforts = {member.firm: member.effort_level for member in result.members}
    problem = read_problem(instance.to_dict())
    profile = find_profile(problem, Design(str(result.mode), str(result.monitoring), efforts))
    assert profile is not None
    place = {firm.name: at for at, firm in enumerate(profile.firms)}
    claims: dict[tuple[int, ...], float] = {}
    for team, value in worth.items():
        inside = tuple(sorted(place[name] for name in team if name in place))
        claims[inside] = max(claims.get(inside, 0.0), value)
    return least_tax(profile, claims)


def test_the_seller_gets_what_the_second_buyer_would_pay() -> None:
    instance = load_bundled("seller_and_buyers")
    plain = solve(instance, stability=True)
    assert {member.firm: member.surplus for member in plain.members} == pytest.approx(
        {"Laboratory": 50.0, "Large firm": 50.0}
    )
    assert plain.stability is not None
    assert plain.stability.stable
    outside = plain.stability.outsiders
    assert outside is not None
    assert not outside.stable
    assert outside.group == ("Laboratory", "Small firm")
    assert (outside.value, outside.surplus) == pytest.approx((80.0, 50.0))
    kept = solve(instance, stability=True, stable=True)
    assert {member.firm: member.surplus for member in kept.members} == pytest.approx(
        {"Laboratory": 80.0, "Large firm": 20.0}
    )
    assert kept.stability == Stability.model_validate(
        {
            "stable": True,
            "coalition": [],
            "value": None,
            "surplus": None,
            "outsiders": {"stable": True, "group": [], "value": None, "surplus": None},
        }
    )
    assert kept.stable_terms is not None
    assert (kept.stable_terms.missing, kept.stable_terms.proven) == (0.0, True)


@pytest.mark.parametrize("rule", ["equal", "proportional", "nash", "weights", "shapley", "nucleolus", "lead"])
def test_every_division_rule_is_asked_after_the_groups(rule: str) -> None:
    result = solve(variant(load_bundled("seller_and_buyers"), [Edit("division", rule)]), stable=True)
    surplus = {member.firm: member.surplus for member in result.members}
    assert surplus["Laboratory"] == pytest.approx(100.0 if rule == "lead" else 80.0)


def symmetric(together: float, firms: int = 3, **project: Any) -> Instance:
    """Return firms any two of which are worth 60 together, and three of them so much."""
    menu = [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 0.0}]
    names = [f"F{at}" for at in range(firms)]
    pair = together - 120.0  # base v0 + three pairs: v0 + 3 s = together, v0 + s = 60
    synergy = 0.5 * (pair + 60.0)
    return Instance.from_dict(
        {
            "format": "rd-contract/1",
            "project": {"base_value": 60.0 - synergy, "team_size": {"min": 2}, **project},
            "firms": [{"name": name, "contribution": 0.0, "efforts": menu} for name in names],
            "relations": [{"between": list(two), "synergy": synergy} for two in itertools.combinations(names, 2)],
        }
    )


def test_an_empty_core_is_told_by_how_much() -> None:
    """Three firms worth 75, any two of them 60: each pair must lack 10 (Maschler, Peleg & Shapley 1979)."""
    result = solve(symmetric(75.0), stability=True, stable=True)
    assert result.joint_surplus == pytest.approx(75.0)
    assert result.stable_terms is not None
    assert result.stable_terms.missing == pytest.approx(10.0, abs=1e-3)
    assert [member.surplus for member in result.members] == pytest.approx([25.0] * 3, abs=1e-3)
    assert len(result.stable_terms.claims) >= 2
    assert result.stability is not None
    assert not result.stability.stable
    # With 90 there is just one division left, and with 93 some room.
    assert solve(symmetric(90.0), stable=True).stable_terms.missing == pytest.approx(0.0, abs=1e-3)  # type: ignore[union-attr]
    assert solve(symmetric(93.0), stable=True).stable_terms.missing == 0.0  # type: ignore[union-attr]


def test_an_alliance_without_members_is_no_threat() -> None:
    """Two pairs do the same: neither has a reason to take anybody of the other."""
    raw = symmetric(60.0, firms=4, team_size={"min": 2, "max": 2}).to_dict()
    raw["relations"] = [
        {"between": ["F0", "F1"], "synergy": 61.0},
        {"between": ["F2", "F3"], "synergy": 60.0},
    ]
    raw["project"]["base_value"] = 0.0
    result = solve(Instance.from_dict(raw), stability=True)
    assert [member.firm for member in result.members] == ["F0", "F1"]
    assert result.stability is not None
    assert result.stability.outsiders is not None
    assert result.stability.outsiders.stable


def test_the_next_best_alliances_are_held_to_it_too() -> None:
    result = solve(load_bundled("seller_and_buyers"), stable=True, top=2)
    [second] = result.alternatives
    assert [member.firm for member in second.members] == ["Laboratory", "Small firm"]
    assert second.stable_terms is not None
    # The large firm could bid 100, and there are 80: all of it, and 20 are missing.
    assert second.stable_terms.missing == pytest.approx(20.0)
    assert {member.firm: member.surplus for member in second.members}["Laboratory"] == pytest.approx(80.0)
    assert verify(load_bundled("seller_and_buyers"), result).holds


def test_a_limit_of_cash_leaves_something_missing() -> None:
    """The large firm can pay 30 at most: of the 80 that the small one would pay, 50 are missing."""
    tight = variant(load_bundled("seller_and_buyers"), [Edit("firms.Large firm.liquidity", 30.0)])
    raw = tight.to_dict()
    raw["firms"][0]["share"] = {"max": 0.0}
    result = solve(Instance.from_dict(raw), stable=True)
    assert result.stable_terms is not None
    assert result.stable_terms.missing == pytest.approx(50.0, abs=1e-3)


# --- limits, lies --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["time_limit", "interrupted"])
def test_an_early_end_is_told(reason: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any, **__: Any) -> Any:
        raise Unfinished(reason) if reason == "time_limit" else KeyboardInterrupt

    instance = load_bundled("seller_and_buyers")
    monkeypatch.setattr(Pool, "blocking", stopped)
    result = solve(instance, stable=True)
    assert (result.status, result.stop_reason) == ("feasible", f"division_{reason}")
    assert result.proven
    assert result.stable_terms is not None
    assert not result.stable_terms.proven
    assert result.stable_terms.claims == ()
    assert verify(instance, result).holds
    assert result.interrupted is (reason == "interrupted")


def _failing(*_: Any, **__: Any) -> Any:
    raise SolverError("amounts are too far apart")


def _incomplete(*arguments: Any, **named: Any) -> Any:
    return dataclasses.replace(choose_terms(*arguments, **named), complete=False)


@pytest.mark.parametrize(("name", "instead"), [("Pool.blocking", _failing), ("choose_terms", _incomplete)])
def test_trouble_with_numbers_takes_no_contract_away(name: str, instead: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = load_bundled("seller_and_buyers")
    monkeypatch.setattr(f"rd_contract.division.claims.{name}", instead)
    result = solve(instance, stable=True)
    assert (result.status, result.stop_reason) == ("feasible", "numerical_trouble")
    assert result.joint_surplus == pytest.approx(100.0)
    assert result.stable_terms is not None
    assert not result.stable_terms.proven
    assert verify(instance, result).holds


def test_targets_that_are_not_found_leave_claims_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any) -> Any:
        raise Unfinished("time_limit")

    monkeypatch.setattr(pipeline, "find_targets", stopped)
    instance = variant(load_bundled("seller_and_buyers"), [Edit("division", "nucleolus")])
    result = solve(instance, stable=True, top=2)
    assert [one is not None and one.proven for one in (result.stable_terms, result.alternatives[0].stable_terms)] == [
        False,
        False,
    ]
    assert verify(instance, result).holds


@pytest.mark.parametrize("reason", [Unfinished("time_limit"), SolverError("too far apart")])
def test_without_an_answer_for_all_candidates_that_for_members_stands(
    reason: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any, **__: Any) -> Any:
        raise reason

    monkeypatch.setattr(Pool, "blocking", stopped)
    result = solve(load_bundled("seller_and_buyers"), stability=True)
    assert result.status == "optimal"
    assert result.stability == Stability(stable=True, coalition=(), value=None, surplus=None, outsiders=None)


def test_where_no_limit_is_set_all_candidates_have_as_long_as_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[float] = []

    class Watched(Pool):
        """Notes how long it may take."""

        def __init__(self, parameters: Any, members: Any, options: SearchOptions) -> None:
            limits.append(options.time_limit)
            super().__init__(parameters, members, options)

    monkeypatch.setattr(judged, "Pool", Watched)
    instance = load_bundled("seller_and_buyers")
    result = solve(instance, stability=True)
    slow = result.replace(solver=result.solver.model_copy(update={"seconds": 1234.0}))
    stability(instance, slow)
    stability(instance, slow, time_limit=77.0)
    assert limits[0] == judged.LEAST_SECONDS
    assert limits[1] == 1234.0
    assert 70.0 < limits[2] <= 77.0


def test_lies_about_groups_are_found() -> None:
    instance = load_bundled("seller_and_buyers")
    plain = solve(instance, stability=True)
    assert plain.stability is not None
    assert plain.stability.outsiders is not None
    changes: list[dict[str, Any]] = [{"value": 40.0}, {"surplus": 40.0}, {"stable": True}, {"value": None}]
    names = (("Small firm",), ("Laboratory", "Nobody"), ("Laboratory", "Large firm"), ("Laboratory", "Laboratory"))
    changes += [{"group": group} for group in names]
    for change in changes:
        outside = plain.stability.outsiders.model_copy(update=change)
        lied = plain.replace(stability=plain.stability.model_copy(update={"outsiders": outside}))
        assert {check.id for check in verify(instance, lied).failures} == {"stability"}, change


def test_lies_about_stable_terms_are_found() -> None:
    instance = load_bundled("seller_and_buyers")
    kept, plain = solve(instance, stable=True), solve(instance)
    terms = kept.stable_terms
    assert terms is not None
    [claim] = terms.claims
    lies = (
        terms.model_copy(update={"claims": (claim.model_copy(update={"value": 90.0}),)}),
        terms.model_copy(update={"claims": (claim.model_copy(update={"group": ("Small firm",)}),)}),
        terms.model_copy(update={"claims": (claim.model_copy(update={"group": ("Laboratory", "Nobody")}),)}),
        terms.model_copy(update={"missing": 10.0}),
    )
    for lie in lies:
        assert {check.id for check in verify(instance, kept.replace(stable_terms=lie)).failures} == {"stable-terms"}
    # Terms that were not held to the claims, under the claims.
    assert {check.id for check in verify(instance, plain.replace(stable_terms=terms)).failures} == {"stable-terms"}


def test_an_audit_asks_for_the_same_terms_and_compares() -> None:
    instance = load_bundled("seller_and_buyers")
    kept = solve(instance, stability=True, stable=True)
    found = audit(instance, kept, solve_again=True)
    assert found.holds
    assert found.answer is not None
    assert found.answer.stable_terms == kept.stable_terms
    assert not audit(instance, kept.replace(stable_terms=None)).holds
    plain = solve(instance, stability=True)
    hidden = {"stable": True, "group": (), "value": None, "surplus": None}
    assert plain.stability is not None
    assert plain.stability.outsiders is not None
    outside = plain.stability.outsiders.model_copy(update=hidden)
    lied = plain.replace(stability=plain.stability.model_copy(update={"outsiders": outside}))
    lied = lied.replace(certificate=verify(instance, lied))
    assert audit(instance, lied).holds  # no number says otherwise
    assert {check.id for check in audit(instance, lied, solve_again=True).failures} == {"stability"}


def test_the_claims_say_what_their_members_are_to_have() -> None:
    p = relevant(derive(load_bundled("seller_and_buyers"))).scaled()
    members = [p.names.index(name) for name in ("Laboratory", "Large firm")]
    pool = Pool(p, members, SearchOptions())
    surplus = np.zeros(p.n)
    surplus[members] = 50.0 / p.scale
    groups = pool.blocking(surplus, 0.0, count=3)
    assert [group.names(p, ("Laboratory", "Large firm")) for group in groups] == [("Laboratory", "Small firm")]
    design = type("Design", (), {"members": tuple(members)})()
    [guarantee] = Claims(tuple(groups), 0.0, None).guarantees(design)
    assert [p.names[i] for i in guarantee.members] == ["Laboratory"]
    assert guarantee.value == pytest.approx(80.0 / p.scale)


def test_options_are_recorded() -> None:
    result = solve(load_bundled("two_firms"), stable=True)
    assert result.solver.options["stable"] is True
    assert result.stable_terms is not None


@pytest.mark.parametrize("asked", [{"stability": True}, {"stable": True}])
def test_who_watches_is_told_what_is_asked_at_last(asked: dict[str, Any]) -> None:
    steps: list[Progress] = []
    solve(load_bundled("seller_and_buyers"), on_progress=steps.append, **asked)
    assert steps[-1].phase == "stability"
    assert steps[-1].seconds > 0.0
    assert progress_parts(steps[-1]) == ["asking who would leave"]
