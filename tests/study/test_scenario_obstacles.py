"""Scenarios that leave no contract: what of them is in the way is named, each by what is possible without it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from builders import Document, firm, make_document, required
from commands import invoke
from rd_contract import Edit, Instance, explain_obstacles, load_bundled, solve, variant
from rd_contract.instance import among_scenarios
from rd_contract.outcome.contract import Obstacle
from rd_contract.report.award import Award
from rd_contract.report.award.content import award_page
from rd_contract.report.award.languages import tongue
from rd_contract.report.content.contract import contract_report
from rd_contract.report.page import Language
from rd_contract.report.render.markdown import markdown
from rd_contract_cli.exits import ExitCode

BAD = [
    {"path": "firms.*.contribution", "factor": 0.6},
    {"path": "monitoring.ledger.cost", "value": 1.5},
    {"path": "monitoring.ledger.detection", "value": 0.4},
]
GOOD = [{"path": "firms.*.contribution", "factor": 1.3}, {"path": "firms.*.outside_option", "value": 0.3}]


def uncertain(**uncertainty: Any) -> Instance:
    """Return two firms of whom the lead would not work if things were bad."""
    told = [("pessimistic", 0.25, BAD), ("expected", 0.5, []), ("optimistic", 0.25, GOOD)]
    scenarios = [{"name": name, "probability": chance, "changes": changes} for name, chance, changes in told]
    return Instance.from_dict(
        load_bundled("two_firms").to_dict() | {"scenarios": scenarios, "uncertainty": uncertainty}
    )


def opposed(*extreme: Document) -> Instance:
    """Return a firm that has to earn something, by products of numbers that are each 0 in some scenario."""
    changes = [
        [
            {"path": "modes.*.value_factor", "value": 2.0 * on},
            {"path": "firms.A.contribution", "value": 16.0 * (1 - on)},
        ]
        for on in (0, 1)
    ]
    document = make_document(
        [required("A", 8.0, 2.0, joining_cost=1.0), *extreme],
        modes=[{"name": "plain", "value_factor": 1.0}],
        scenarios=[{"name": name, "changes": one} for name, one in zip("xy", changes, strict=True)],
    )
    return Instance.from_dict(document)


def named(found: tuple[Obstacle, ...]) -> dict[str, str]:
    return {one.path: one.rule for one in found}


def test_what_is_named_leaves_a_contract_and_what_is_not_does_not() -> None:
    instance = uncertain()
    assert solve(instance).status == "no_contract"
    found = explain_obstacles(instance)
    assert all(one.alone for one in found)
    assert named(found) == {"uncertainty.agreement": "agreement", "scenarios.pessimistic": "scenario"}
    surplus = {one.path: one.joint_surplus for one in found}
    planned = solve(variant(instance, [Edit("uncertainty.agreement", "by_scenario")]))
    assert surplus["uncertainty.agreement"] == pytest.approx(planned.joint_surplus, abs=1e-6)
    for at, scenario in enumerate(instance.scenarios):
        left = solve(among_scenarios(instance, [other for other in range(3) if other != at]))
        assert left.has_contract == (scenario.name == "pessimistic")
        if left.has_contract:
            assert surplus["scenarios.pessimistic"] == pytest.approx(left.joint_surplus, abs=1e-6)


@pytest.mark.parametrize("objective", ["worst", "cvar"])
def test_it_does_not_hang_on_what_contracts_are_judged_by(objective: str) -> None:
    found = explain_obstacles(uncertain(objective=objective, alpha=0.4))
    assert named(found) == {"uncertainty.agreement": "agreement", "scenarios.pessimistic": "scenario"}


def test_efforts_that_are_agreed_for_each_scenario_are_not_named() -> None:
    after = explain_obstacles(uncertain(timing="after_effort"))
    assert "uncertainty.agreement" not in named(after)


def test_where_no_scenario_is_in_the_way_by_itself_that_they_differ_is() -> None:
    instance = opposed()
    assert solve(instance).status == "no_contract"
    assert not any(solve(among_scenarios(instance, [at])).has_contract for at in range(2))
    assert named(explain_obstacles(instance)) == {"scenarios": "scenarios"}


def test_rules_that_help_come_first_and_hide_no_scenario() -> None:
    document = uncertain().to_dict()
    document["firms"][1]["membership"] = "required"
    document["project"]["lead"] = None
    found = explain_obstacles(Instance.from_dict(document))
    assert [one.rule for one in found][-1] == "scenario"
    assert all(one.alone for one in found)


def test_the_only_scenario_is_in_the_way_where_the_numbers_of_the_instance_are_not() -> None:
    document = load_bundled("two_firms").to_dict() | {"scenarios": [{"name": "bad", "changes": BAD}]}
    document["firms"][0]["joining_cost"] = 1.0
    instance = Instance.from_dict(document)
    assert solve(instance).status == "no_contract"
    assert named(explain_obstacles(instance)) == {"scenarios.bad": "scenario"}


def test_instances_without_scenarios_name_none() -> None:
    poor = Instance.from_dict(make_document([firm("A", 1.0, 5.0, outside_option=1.0)]))
    assert [one.rule for one in explain_obstacles(poor)] == ["outside-option"]


@pytest.mark.parametrize("language", get_args(Language))
def test_pages_tell_it(language: Language) -> None:
    instance = uncertain()
    result = solve(instance)
    found = (*explain_obstacles(instance), *explain_obstacles(opposed()))
    result = result.replace(obstacles=found)
    text = markdown(award_page(Award(result, instance, language=language))).replace("\\", "")
    assert "pessimistic" in text
    for one in found:
        assert tongue(language).rephrased(one.detail) in text
        assert language == "en" or one.detail not in text
    report = markdown(contract_report(result, instance)).replace("\\", "")
    surplus = f"{found[0].joint_surplus:.3f}"
    assert f"with by_scenario a contract exists, joint surplus {surplus}" in report
    assert 'scenario "pessimistic"' in report


def test_the_command_says_which_setting_helps(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(uncertain().to_dict()), encoding="utf-8")
    told = invoke("solve", str(path))
    assert told.exit_code == ExitCode.NO_CONTRACT
    assert "--set uncertainty.agreement=by_scenario agrees an effort" in told.stderr
    assert invoke("solve", str(path), "--set", "uncertainty.agreement=by_scenario").exit_code == ExitCode.OK
