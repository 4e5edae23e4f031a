"""What is allowed in scenarios but probably not meant: names, amounts in another unit, keys that are nearly known."""

from __future__ import annotations

from typing import Any

import pytest

from builders import Document, firm, make_document
from rd_contract import Edit, Instance, InstanceError, variant
from uncertain_contracts import scenarios, two


def doubts(document: Document) -> list[tuple[str, str]]:
    return [(one.rule, one.path) for one in Instance.from_dict(document).warnings()]


def test_names_of_scenarios_and_rules_that_differ_in_case_only() -> None:
    document = two(4.0, {"project.base_value": 1.0}, {"project.base_value": 2.0})
    document["scenarios"][0]["name"], document["scenarios"][1]["name"] = "Bad", "bad"
    document["rules"] = [
        {"name": name, "group": {"firms": ["A"]}, "measure": "members", "max": most}
        for name, most in (("Few", 2), ("few", 3))
    ]
    assert doubts(document) == [("similar-names", "scenarios[1].name"), ("similar-names", "rules[1].name")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"firms.*.outside_option": "*1e6"}, "factor"),
        ({"modes.*.value_factor": "*1e-6"}, "factor"),
        ({"firms.*.outside_option": "*300"}, "factor"),
        ({"firms.A.outside_option": 500000.0}, "value"),
        ({"firms.A.efforts.1.cost": 0.001}, "value"),
        ({"firms.A.contribution": 10000.0}, "value"),
    ],
)
def test_what_may_be_in_another_unit(change: Any, field: str) -> None:
    document = two(4.0, change, {}, outside_option=1.0)
    assert doubts(document) == [("far-change", f"scenarios[0].changes[0].{field}")]


@pytest.mark.parametrize(
    "change",
    [
        {"firms.*.outside_option": "*299"},
        {"firms.*.outside_option": "*0"},
        {"firms.A.outside_option": 0.0},
        {"firms.A.joining_cost": 1000.0},  # 0 in the instance: nothing to compare with
        {"monitoring.ledger.detection": 0.001},
        {"modes.*.value_factor": "*1.2"},
    ],
)
def test_what_is_far_from_nothing_and_what_is_a_rate_is_not(change: Any) -> None:
    ledgers = [{"name": "ledger", "cost": 0.2, "detection": 0.9}]
    document = make_document(
        [firm("A", 10.0, 4.0, outside_option=1.0)], monitoring=ledgers, scenarios=scenarios(change, {})
    )
    assert "far-change" not in [rule for rule, _ in doubts(document)]


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("uncertainty.alhpa", "alpha"),
        ("uncertainty.obj", "objective"),
        ("scenarios.case 1.prob", "probability"),
        ("scenarios.csae 1.probability", "case 1"),
    ],
)
def test_a_key_that_is_nearly_known(path: str, meant: str) -> None:
    instance = Instance.from_dict(two(4.0, {"project.base_value": 1.0}))
    with pytest.raises(InstanceError) as refused:
        variant(instance, [Edit(path, 0.5)])
    assert [one.hint for one in refused.value.problems] == [f'did you mean "{meant}"?']


@pytest.mark.parametrize(
    ("uncertainty", "reason"),
    [
        ({"objective": "worst"}, "the worst scenario decides, however"),
        ({"objective": "cvar"}, "what is agreed has to pay, and budgets hold, in every scenario, however"),
        ({}, "what is agreed has to pay, and budgets hold, in every scenario, however"),
        ({"timing": "after_effort"}, ": budgets hold in every scenario, however"),
    ],
)
def test_what_cannot_occur_is_doubted_as_it_binds(uncertainty: dict[str, str], reason: str) -> None:
    document = two(4.0, {"project.base_value": 1.0}, {"project.base_value": 2.0})
    document["uncertainty"] = uncertainty
    assert doubts(document) == []
    for scenario, probability in zip(document["scenarios"], (1.0, 0.0), strict=True):
        scenario["probability"] = probability
    assert doubts(document) == [("impossible-scenario", "scenarios[1].probability")]
    warned = Instance.from_dict(document).warnings()
    assert reason in next(one for one in warned if one.rule == "impossible-scenario").expected
