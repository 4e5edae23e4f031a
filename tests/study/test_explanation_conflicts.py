"""Where no contract exists: conflicts are minimal, relaxations the least, corrections the fewest."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from explanations import three
from oracles.random_instances import random_instance
from printing import sentences
from rd_contract import Edit, Explanation, Instance, explain, explain_obstacles, load_bundled, solve
from rd_contract.report.content.explanation import explanation_report
from rd_contract.study.conflicts import minimal_conflict
from rd_contract.study.rulebook import DroppableRule, droppable_rules, without

#: Firms that cannot idle.
BUSY: dict[str, dict[str, Any]] = {
    name: {"efforts": [{"level": 1, "cost": cost}]} for name, cost in (("A", 1.0), ("B", 1.0), ("C", 2.0))
}


def conflicting() -> Iterator[Instance]:
    yield load_bundled("no_contract")
    yield three({"budget": 0.5, "team_size": {"min": 2, "max": 2}}, **BUSY)
    for seed in (0, 19, 22):
        yield Instance.from_dict(random_instance(seed))


def explained_conflict(instance: Instance) -> Explanation:
    return _explained_conflict(instance.to_json())


@functools.cache
def _explained_conflict(text: str) -> Explanation:
    return explain(Instance.from_json(text))


def test_conflicts_are_minimal_and_say_which_rules_suffice() -> None:
    several = 0
    for instance in conflicting():
        conflict = explained_conflict(instance).obstacles
        named = {one.path for one in conflict if one.path}
        rules = [rule for rule in droppable_rules(instance) if rule.path in named]
        others = [rule for rule in droppable_rules(instance) if rule.path not in named]
        if not rules:
            continue
        several += len(rules) > 1
        assert not holds(instance, others)
        for rule, one in zip(rules, conflict, strict=True):
            assert holds(instance, [*others, rule])
            assert one.alone == holds(instance, [rule])
        for rule in others:
            assert not holds(instance, [rule])  # what suffices alone is in every conflict
    assert several >= 2


def holds(instance: Instance, dropped: list[DroppableRule]) -> bool:
    relaxed = without(instance, dropped)
    return relaxed is not None and solve(relaxed).has_contract


def rule(name: str) -> DroppableRule:
    return DroppableRule("test", name, name, Edit(name, None))


@pytest.mark.parametrize("conflicts", [["c"], ["ab", "bc"], ["abc", "cd", "ae"], ["aeg", "bh", "cdf"], ["abcdefgh"]])
def test_quickxplain_finds_what_deletion_finds(conflicts: list[str]) -> None:
    rules = [rule(letter) for letter in "abcdefgh"]

    def conflict(kept: Any) -> bool:
        return any(set(one) <= {each.path for each in kept} for one in conflicts)

    left = list(rules)
    for each in rules:
        if conflict([one for one in left if one is not each]):
            left.remove(each)
    assert minimal_conflict(rules, conflict) == left


def test_quickxplain_asks_little() -> None:
    rules = [rule(str(number)) for number in range(512)]
    asked = 0

    def conflict(kept: Any) -> bool:
        nonlocal asked
        asked += 1
        return {"17", "400"} <= {one.path for one in kept}

    assert [one.path for one in minimal_conflict(rules, conflict)] == ["17", "400"]
    assert asked <= 45


#: Instances without a contract that each hang on one number.
TIGHT: dict[str, tuple[Instance, float]] = {
    "project.budget": (three({"budget": 0.5, "team_size": {"min": 2, "max": 2}}, **BUSY), 2.0),
    "project.cost_sharing_budget": (
        # A gets nothing of the revenue: it works for what is paid back, 0.5 of its cost of 1 and its outside option.
        three(
            {"cost_sharing_budget": 0.25, "team_size": {"min": 2, "max": 2}, "lead": "A"},
            A={
                "share": {"max": 0.0},
                "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 1.0}],
                "private_benefit": 0.5,
                "max_reimbursement": 1.0,
            },
            B={"contribution": 0.5, "joining_cost": 5.0},
            C={"contribution": 0.5, "joining_cost": 5.0},
        ),
        0.5,
    ),
    "firms[0].outside_option": (three({"team_size": {"max": 1}, "lead": "A"}, A={"outside_option": 12.0}), 9.0),
    "project.technologies[0].requirement": (
        three(
            {"technologies": [{"name": "x", "requirement": 0.9}], "budget": 1.5},
            A={"capabilities": {"x": 0.2}},
            B={"capabilities": {"x": 0.7}},
            C={"capabilities": {"x": 1.0}, "joining_cost": 9.0},
        ),
        0.7,
    ),
    "project.team_size.min": (three({"team_size": {"min": 3, "max": 3}, "budget": 2.5}, **BUSY), 2.0),
}


@pytest.mark.parametrize("path", TIGHT)
def test_relaxations_by_hand(path: str) -> None:
    instance, value = TIGHT[path]
    found = explained_conflict(instance)
    assert not found.has_contract
    [one] = [one for one in found.relaxations if one.path == path]
    assert one.value == pytest.approx(value, rel=1e-3)


def test_relaxations_are_the_least() -> None:
    """At the value that is reported a contract exists, a little tighter none does."""
    paths = set()
    for instance in [*conflicting(), *(instance for instance, _ in TIGHT.values())]:
        found = explained_conflict(instance)
        relative = [one.relative for one in found.relaxations if one.relative is not None]
        assert relative == sorted(relative)
        for one in found.relaxations:
            if one.value is None or one.present is None or one.within is None:
                continue
            paths.add(one.rule)
            assert solve(with_number(instance, one.path, one.value)).has_contract
            sign = np.sign(one.value - one.present)
            tighter = one.value - sign * (one.within or _grain(one.path))
            assert solve(with_number(instance, one.path, float(tighter))).status == "no_contract"
    assert paths >= {"team-size", "share-floor", "budget", "cost-sharing-budget", "requirement", "outside-option"}


def _grain(path: str) -> float:
    return 1.0 if "team_size" in path else 1e-6


def with_number(instance: Instance, path: str, value: float) -> Instance:
    raw: Any = instance.to_dict()
    node = raw
    parts = path.replace("[", ".").replace("]", "").split(".")
    for part in parts[:-1]:
        node = node[int(part)] if part.isdigit() else node[part]
    node[parts[-1]] = int(value) if "team_size" in path else value
    return Instance.from_dict(raw)


def test_fewest_rules_where_no_single_one_suffices() -> None:
    """A and B must both join and both ask too much: one rule of each must go."""
    instance = three(
        {"team_size": {"max": 3}},
        A={"outside_option": 30.0, "membership": "required"},
        B={"outside_option": 30.0, "membership": "required"},
        C={"liquidity": 1.0},
    )
    found = explain(instance)
    assert found.relaxations == ()
    assert found.correction is not None
    rules = droppable_rules(instance)
    chosen = [one for one in rules if one.path in {each.path for each in found.correction.rules}]
    assert len(chosen) == 2
    assert holds(instance, chosen)
    assert not any(holds(instance, [one]) for one in rules)
    assert "At least 2 rules must go" in sentences(explanation_report(found))


def test_the_matter_itself() -> None:
    found = explain(
        three(
            A={"contribution": -5.0, "joining_cost": 1.0},
            B={"contribution": -5.0, "joining_cost": 1.0},
            C={"contribution": -5.0, "joining_cost": 1.0},
        )
    )
    assert [one.rule for one in found.obstacles] == ["value"]
    assert found.relaxations == ()
    assert found.correction is None
    assert "No rule of yours" in sentences(explanation_report(found))


def test_explaining_and_naming_obstacles_agree() -> None:
    for instance in conflicting():
        named = {one.path for one in explain_obstacles(instance)}
        conflict = explained_conflict(instance).obstacles
        assert named == {one.path for one in conflict if one.alone} or named == {one.path for one in conflict}
