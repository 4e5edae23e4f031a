"""Rules over groups of firms (M32)-(M36): both methods against enumeration, by hand, in every part of the search."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from oracles.enumeration import Answer, best_contract, first_best
from oracles.random_rules import REFUSALS, random_ruled_instance
from rd_contract import Instance, InstanceError, Result, audit, solve
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from rd_contract.search import decomposed
from rd_contract.search.appraisal import Appraisal
from rd_contract.search.changes import appraise_changes
from rd_contract.search.method import MethodName

METHODS: tuple[MethodName, ...] = ("decomposed", "extensive")

#: Random instances in every run; many more in the slow one.
SEEDS = range(60)


def found(raw: dict[str, Any], method: MethodName = "decomposed") -> Result | None:
    """Return the answer to a raw instance; None where the format refuses it, as no team could keep a rule."""
    try:
        instance = Instance.from_dict(raw)
    except InstanceError as error:
        laws = {problem.rule for problem in error.problems}
        if (laws == {"rule-met"} and best_contract(raw) is not None) or laws - REFUSALS:
            raise
        return None
    return solve(instance, method=method, gap=1e-6)


def agrees(result: Result, answer: Answer | None) -> bool:
    if answer is None or not result.has_contract:
        return answer is None and result.status == "no_contract"
    unit = max(1.0, abs(answer.objective_value))
    assert result.certificate is not None
    assert result.certificate.holds, [check for check in result.certificate.checks if not check.holds]
    assert result.objective_value is not None
    return result.status == "optimal" and abs(result.objective_value - answer.objective_value) <= 2e-6 * unit


def study(seeds: range) -> None:
    """Hold both methods against enumeration."""
    for seed in seeds:
        raw = random_ruled_instance(seed)
        answer = best_contract(raw)
        for method in METHODS:
            result = found(raw, method)
            assert result is None or agrees(result, answer), (seed, method)
            if result is not None and result.first_best is not None:
                assert result.first_best.joint_surplus == pytest.approx(first_best(raw), rel=1e-5, abs=1e-5), seed


@pytest.mark.parametrize("first", SEEDS[::10])
def test_both_methods_agree_with_enumeration(first: int) -> None:
    study(range(first, first + 10))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1_000, 1_300, 20))
def test_both_methods_agree_with_enumeration_on_many(first: int) -> None:
    study(range(first, first + 20))


@pytest.mark.parametrize("first", SEEDS[::20])
def test_the_master_agrees_with_enumeration(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the enumeration of the library minimum cuts and HiGHS decide."""
    monkeypatch.setattr(decomposed, "can_enumerate", lambda _: False)
    for seed in range(first, first + 20):
        raw = random_ruled_instance(seed)
        result = found(raw)
        assert result is None or agrees(result, best_contract(raw)), seed
        if result is not None and result.first_best is not None:
            assert result.first_best.joint_surplus == pytest.approx(first_best(raw), rel=1e-5, abs=1e-5), seed


def test_random_rules_bind_and_conflict() -> None:
    conflicts = binding = 0
    for seed in range(120):
        raw = random_ruled_instance(seed)
        ruled, free = best_contract(raw), best_contract({**raw, "rules": []})
        conflicts += ruled is None and free is not None
        if ruled is not None:
            assert free is not None
            assert free.objective_value >= ruled.objective_value - 1e-9
            binding += free.objective_value > ruled.objective_value + 1e-6
    assert conflicts >= 10
    assert binding >= 10


# --- by hand -----------------------------------------------------------------------------------------------


def firm(name: str, worth: float, country: str = "DE", **fields: Any) -> dict[str, Any]:
    """Return a firm that works fully for a cost of 1, or idles."""
    menu = [{"level": 0, "cost": 0}, {"level": 1, "cost": 1}]
    return {"name": name, "contribution": worth, "efforts": menu, "attributes": {"country": country}, **fields}


def instance(firms: list[dict[str, Any]], *rules: dict[str, Any], **project: Any) -> dict[str, Any]:
    named = [{"name": f"rule {at}", **rule} for at, rule in enumerate(rules)]
    return {"format": "rd-contract/1", "project": project, "firms": firms, "rules": named}


def members(raw: dict[str, Any]) -> set[str]:
    result = found(raw)
    assert result is not None
    return {member.firm for member in result.members}


THREE = [firm("A", 10.0), firm("B", 8.0), firm("C", 6.0, "FR")]
TWO_MEMBERS = {"team_size": {"max": 2}}


def test_countries_are_counted() -> None:
    assert members(instance(THREE, **TWO_MEMBERS)) == {"A", "B"}
    assert members(instance(THREE, {"distinct": "country", "min": 2}, **TWO_MEMBERS)) == {"A", "C"}
    assert members(instance(THREE, {"distinct": "country", "max": 1})) == {"A", "B"}


def test_a_limit_for_each_country() -> None:
    assert members(instance(THREE, {"each": "country", "max": 1})) == {"A", "C"}


def test_a_firm_without_the_attribute_has_no_value() -> None:
    stranger = {**firm("D", 9.0), "attributes": {}}
    assert members(instance([*THREE, stranger], {"each": "country", "max": 1})) == {"A", "C", "D"}
    assert members(instance([*THREE, stranger], {"distinct": "country", "min": 2}, **TWO_MEMBERS)) == {"A", "C"}


def test_who_joins_only_with_others() -> None:
    assert members(instance(THREE, {"if_member": "A", "then_members": ["C"]}, **TWO_MEMBERS)) == {"A", "C"}
    rule = {"if_member": "A", "then_members": ["B", "C"], "how_many": "all"}
    assert members(instance(THREE, rule, **TWO_MEMBERS)) == {"B", "C"}
    assert members(instance(THREE, {**rule, "how_many": "any"}, **TWO_MEMBERS)) == {"A", "B"}
    assert members(instance(THREE, {**rule, "how_many": 2})) == {"A", "B", "C"}
    assert members(instance(THREE, {"together": ["B", "C"]}, **TWO_MEMBERS)) == {"B", "C"}


def test_a_rule_that_is_not_active_changes_nothing() -> None:
    rule = {"distinct": "country", "max": 1, "active": False}
    assert members(instance(THREE, rule)) == {"A", "B", "C"}


def test_a_part_of_the_cost() -> None:
    firms = [firm("A", 10.0, joining_cost=2.0), firm("B", 8.0, sme=True)]
    # A costs 3 and B 1 of the alliance's 4: a quarter, and no more.
    rule = {"group": {"sme": True}, "measure": "cost"}
    assert members(instance(firms, {**rule, "min_fraction": 0.25})) == {"A", "B"}
    assert members(instance(firms, {**rule, "min_fraction": 0.26})) == {"B"}


def test_a_floor_on_what_small_firms_get_is_kept_to_the_last_digit() -> None:
    firms = [firm("A", 10.0), firm("B", 8.0, sme=True), firm("C", 8.0, sme=True)]
    for floor in (0.3, 0.7, 0.77777777):
        raw = instance(firms, {"group": {"sme": True}, "measure": "revenue_share", "min": floor})
        result = found(raw)
        assert result is not None
        assert result.certificate is not None
        assert result.certificate.holds
        shares = {member.firm: member.share for member in result.members}
        assert shares["B"] + shares["C"] >= floor
        assert sum(shares.values()) == pytest.approx(1.0, abs=1e-12)


def test_a_cap_on_shares_that_incentives_need_decides_who_joins() -> None:
    firms = [firm("A", 2.0), firm("B", 8.0)]
    # A works for a share of one half, B for an eighth.
    free = instance(firms)
    assert members(free) == {"A", "B"}
    capped = found(instance(firms, {"group": {"firms": ["A"]}, "measure": "revenue_share", "max": 0.4}))
    assert capped is not None
    assert {member.firm: member.effort_level for member in capped.members}.get("A", 0.0) == 0.0


def test_an_own_subsidy_rate_pays_that_firm_alone() -> None:
    raw = instance([firm("A", 10.0, subsidy_rate=0.5), firm("B", 10.0)], subsidy_rate=0.25)
    result = found(raw)
    assert result is not None
    assert result.joint_surplus == pytest.approx(20.0 - 0.5 - 0.75)


def test_rules_and_fields_that_say_nothing_leave_the_digest_alone() -> None:
    raw = instance(copy.deepcopy(THREE))
    for one in raw["firms"]:
        del one["attributes"]
    del raw["rules"]
    plain = Instance.from_dict(raw)
    assert "rules" not in plain.canonical_json()
    assert Instance.from_dict(plain.to_dict()).sha256 == plain.sha256
    assert Instance.from_dict({**raw, "division_unions": "sme"}).sha256 != plain.sha256


def test_walks_count_rules_as_teams_do() -> None:
    """What neighbours of a team break, against the team itself looked at anew."""
    rng = np.random.default_rng(0)
    compared = 0
    for seed in range(40):
        try:
            p = derive(Instance.from_dict(random_ruled_instance(seed))).scaled()
        except InstanceError:
            continue
        entries = Entries(p, 0)
        appraisal = Appraisal(entries)
        for _ in range(5):
            levels = [int(rng.integers(-1, len(menu))) for menu in p.x]
            team = entries.of(tuple(levels))
            if not len(team):
                continue
            outside = np.flatnonzero(~np.isin(entries.firm, entries.firm[team]))
            found = appraisal.neighbours(team[None, :], outside)
            for at, entry in enumerate(outside.tolist()):
                wider = np.sort(np.append(team, entry))
                assert (found.breaches[0, at] <= 1e-9) == appraisal.keeps_rules(wider)
                compared += 1
            by_one = appraise_changes(appraisal, team, outside)
            for at, entry in enumerate(outside.tolist()):
                assert (by_one.breaches[at] <= 1e-9) == appraisal.keeps_rules(np.sort(np.append(team, entry)))
            for at in range(len(team)):
                rest = np.delete(team, at)
                if len(rest):
                    assert (by_one.breaches[len(outside) + at] <= 1e-9) == appraisal.keeps_rules(rest)
    assert compared > 200


# --- what a review found -----------------------------------------------------------------------------------


def test_who_goes_alone_is_held_to_no_rule_over_groups() -> None:
    raw = instance(
        [firm("A", 10.0), firm("B", 8.0, sme=True)], {"group": {"sme": True}, "measure": "revenue_share", "min": 0.2}
    )
    result = found(raw)
    assert result is not None
    assert {alone.firm: alone.joint_surplus for alone in result.stand_alone} == pytest.approx({"A": 9.0, "B": 7.0})
    assert audit(Instance.from_dict(raw), result).holds


def test_an_attribute_that_nobody_has_is_counted_as_nothing() -> None:
    with pytest.raises(InstanceError, match="at most 0, the different values among eligible firms"):
        Instance.from_dict(instance(THREE, {"distinct": "role", "min": 1}))
    assert members(instance(THREE, {"distinct": "role", "max": 0})) == {"A", "B", "C"}


def test_an_amount_where_a_number_of_firms_belongs_is_refused_at_once() -> None:
    with pytest.raises(InstanceError, match="found 1e\\+15; expected at most 2"):
        Instance.from_dict(instance(THREE, {"distinct": "country", "min": 1e15}))


def test_a_sum_of_decimals_that_meets_its_limit_exactly_is_met() -> None:
    firms = [firm(name, 1e6) for name in "ABC"]
    for one in firms:
        one["efforts"] = [{"level": 1, "cost": 333333.3}]
    assert members(instance(firms, {"group": {"sme": False}, "measure": "cost", "min": 999999.9})) == {"A", "B", "C"}


def test_roles_that_look_alike_are_one() -> None:
    firms = [firm("A", 10.0, role="R&D\u00a0lab"), firm("B", 8.0, role="R&D lab ")]
    assert members(instance(firms, {"group": {"role": "R&D lab"}, "max": 1})) == {"A"}
    with pytest.raises(InstanceError, match="at most 1, the different values"):
        Instance.from_dict(instance(firms, {"distinct": "role", "min": 2}))


def test_shares_that_are_fixed_leave_room_for_the_rest() -> None:
    firms = [firm("A", 10.0), firm("B", 8.0, sme=True), firm("C", 8.0)]
    fixed = {"group": {"sme": True}, "measure": "revenue_share", "min": 0.25, "max": 0.25}
    result = found(instance(firms, fixed))
    assert result is not None
    assert {member.firm: member.share for member in result.members}["B"] == 0.25
    assert result.rounding is not None
    assert result.rounding.share_step == 1e-4
