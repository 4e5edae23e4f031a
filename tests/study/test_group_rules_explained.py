"""Rules over groups in what is said before solving, in conflicts, relaxations and prices: each answer solved again."""

from __future__ import annotations

from typing import Any

import pytest

from oracles.enumeration import all_designs, best_contract
from oracles.random_rules import random_ruled_instance
from rd_contract import Edit, Instance, InstanceError, explain, explain_obstacles, find_warnings, solve, variant
from rd_contract.report.words.explanation import relaxation_sentence
from rd_contract.report.words.numbers import Money
from rd_contract.study.rule_conflicts import find_rule_conflict
from rd_contract.study.rulebook import droppable_rules, without


def instances(seeds: range) -> list[tuple[dict[str, Any], Instance]]:
    """Return random instances with rules that the format takes."""
    found = []
    for seed in seeds:
        raw = random_ruled_instance(seed)
        try:
            found.append((raw, Instance.from_dict(raw)))
        except InstanceError:
            continue
    return found


def test_a_conflict_is_found_where_no_design_keeps_all_rules_and_nowhere_else() -> None:
    conflicts = 0
    for raw, instance in instances(range(400, 520)):
        conflict = find_rule_conflict(instance)
        named = {problem.rule for problem in find_warnings(instance)}
        assert ("rules-together" in named) == bool(conflict)
        if not conflict:
            continue
        conflicts += 1
        assert best_contract(raw) is None
        # Minimal: with any one gone besides all others outside of it, some design is left.
        others = [rule for rule in droppable_rules(instance) if rule.path not in {one.path for one in conflict}]
        for rule in conflict:
            rest = without(instance, [*others, rule])
            assert rest is not None
            assert next(all_designs(rest.to_dict()), None) is not None, rule.detail
    assert conflicts >= 3


def test_where_there_are_designs_no_conflict_is_named() -> None:
    for raw, instance in instances(range(60)):
        if next(all_designs(raw), None) is not None:
            # Rules on terms may still leave none that pays.
            conflict = find_rule_conflict(instance)
            assert not conflict or best_contract(raw) is None


def firm(name: str, worth: float, country: str, **fields: Any) -> dict[str, Any]:
    menu = [{"level": 0, "cost": 0}, {"level": 1, "cost": 1}]
    return {"name": name, "contribution": worth, "efforts": menu, "attributes": {"country": country}, **fields}


CALL: dict[str, Any] = {
    "format": "rd-contract/1",
    "project": {"team_size": {"max": 2}},
    "firms": [firm("A", 10.0, "DE"), firm("B", 8.0, "FR"), firm("C", 6.0, "ES", sme=True)],
    "rules": [
        {"name": "three countries", "distinct": "country", "min": 3},
        {"name": "small firms", "group": {"sme": True}, "measure": "revenue_share", "min": 0.2},
    ],
}


def test_two_countries_instead_of_three() -> None:
    instance = Instance.from_dict(CALL)
    [warning] = [problem for problem in find_warnings(instance) if problem.rule == "rules-together"]
    assert warning.path == "rules[0].min"
    assert "at least 3 different values of country" in warning.found
    assert "at most 2 members" in warning.found
    assert solve(instance).status == "no_contract"
    assert {obstacle.path for obstacle in explain_obstacles(instance)} == {"project.team_size.max", "rules[0].min"}
    eased = {relaxation.path: relaxation for relaxation in explain(instance).relaxations}
    countries, size = eased["rules[0].min"], eased["project.team_size.max"]
    assert (countries.present, countries.value, countries.change) == (3.0, 2.0, -1.0)
    assert (size.value, size.change) == (3.0, 1.0)
    said = relaxation_sentence(countries, Money.of([countries.joint_surplus], ""))
    assert said.startswith("lower the number of the rule three countries from 3 to 2, a change of 33.3%; joint surplus")
    answer = solve(variant(instance, [Edit("rules.three countries.min", 2)]))
    assert answer.joint_surplus == pytest.approx(countries.joint_surplus)


def test_what_a_rule_costs() -> None:
    free = variant(Instance.from_dict(CALL), [Edit("rules.three countries.min", 1)])
    costs = {rule.path: rule for rule in explain(free).rules}
    assert set(costs) >= {"rules[0].min", "rules[1].min"}
    assert costs["rules[0].min"].cost == 0.0
    # Without the floor B, worth 8, would be a member instead of C, worth 6.
    assert costs["rules[1].min"].cost == pytest.approx(2.0)
    assert costs["rules[1].min"].detail == ("small firms: at least 20% of the revenue for small and medium-sized firms")


def test_costs_and_relaxations_of_random_rules_hold_when_solved_again() -> None:
    priced = eased = 0
    for _, instance in instances(range(16)):
        explained = explain(instance)
        base = solve(instance)
        for rule in explained.rules:
            if rule.rule != "group-rule":
                continue
            [dropped] = [one for one in droppable_rules(instance) if one.path == rule.path]
            rest = without(instance, [dropped])
            assert rest is not None
            assert solve(rest).objective_value == pytest.approx(rule.objective_value, rel=1e-5, abs=1e-5)
            priced += (rule.cost or 0.0) > 0.0
        for relaxation in explained.relaxations:
            if relaxation.rule == "group-rule" and relaxation.value is not None:
                assert not base.has_contract
                [dial] = [one for one in droppable_rules(instance) if one.path == relaxation.path]
                assert solve(variant(instance, [Edit(dial.drop.path, relaxation.value)])).has_contract
                eased += 1
    assert priced >= 2
    assert eased >= 1
