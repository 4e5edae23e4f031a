"""Dotted paths into an instance, and the variants they make."""

from __future__ import annotations

from typing import Any

import pytest

from rd_contract import Instance, InstanceError, load_bundled
from rd_contract.instance import Edit, find_path_problem, values_at, variant

RAW: dict[str, Any] = {
    "format": "rd-contract/1",
    "project": {"value": 10.0, "technologies": [{"name": "cells"}, {"name": "cells.solid", "weight": 2.0}]},
    "modes": [{"name": "slow"}, {"name": "fast", "cost_factor": 1.5}],
    "firms": [
        {"name": "A", "contribution": 5.0, "efforts": {"full_cost": 2.0}, "capabilities": {"cells": 0.4}},
        {"name": "A.B", "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 3.0}], "joining_cost": 1.0},
        {"name": "C & D", "efforts": {"full_cost": 4.0}, "joining_cost": 2.0},
    ],
    "relations": [{"between": ["C & D", "A"], "synergy": 3.0}],
}


@pytest.fixture
def instance() -> Instance:
    return Instance.from_dict(RAW)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("project.value", [10.0]),
        ("project.team_size.min", [1]),
        ("project.technologies.cells.weight", [1.0]),
        ("project.technologies.cells.solid.weight", [2.0]),
        ("modes.fast.cost_factor", [1.5]),
        ("modes.*.cost_factor", [1.0, 1.5]),
        ("firms.A.contribution", [5.0]),
        ("firms.A.B.joining_cost", [1.0]),
        ("firms.C & D.efforts.full_cost", [4.0]),
        ("firms.A.B.efforts.1.cost", [3.0]),
        ("firms.A.B.efforts.*.cost", [0.0, 3.0]),
        ("firms.*.joining_cost", [0.0, 1.0, 2.0]),
        ("firms.A.capabilities.cells", [0.4]),
        ("firms.A.capabilities.cells.solid", [0.0]),
        ("relations.A & C & D.synergy", [3.0]),
        ("relations.C & D & A.synergy", [3.0]),
        ("relations.A & A.B.synergy", [None]),
        ("relations.*.spillover", [0.0]),
        ("objective", ["joint"]),
    ],
)
def test_paths_lead_to_values(instance: Instance, path: str, values: list[Any]) -> None:
    assert values_at(instance, path) == values


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("projekt.value", "project"),
        ("project.vlaue", "value"),
        ("project", "value"),
        ("firms.Z.joining_cost", "A.B"),
        ("firms.A.joining", "joining_cost"),
        ("firms.A.joining_cost.more", "end of the path"),
        ("relations.A & Z.synergy", "two different firms"),
        ("relations.A & A.synergy", "two different firms"),
        ("firms.A.B.efforts.7.cost", "0"),
        ("", "project"),
    ],
)
def test_paths_that_lead_nowhere_say_where_they_end(instance: Instance, path: str, named: str) -> None:
    with pytest.raises(InstanceError) as caught:
        values_at(instance, path)
    [problem] = caught.value.problems
    assert problem.path == path
    assert named in problem.expected + problem.hint


def test_edits_change_what_they_name_and_nothing_else(instance: Instance) -> None:
    changed = variant(
        instance,
        [
            Edit("project.value", 12.0),
            Edit("firms.*.joining_cost", 0.5, "scale"),
            Edit("relations.A & A.B.synergy", 7.0),
            Edit("firms.A.membership", "required"),
            Edit("project.budget", None),
        ],
    )
    assert changed.project.value == 12.0
    assert [firm.joining_cost for firm in changed.firms] == [0.0, 0.5, 1.0]
    assert changed.relations[1].between == ("A", "A.B")
    assert changed.relations[1].synergy == 7.0
    assert changed.firms[0].membership == "required"
    assert instance == Instance.from_dict(RAW)
    undone = variant(changed, [Edit("project.value", 10.0), Edit("firms.*.joining_cost", 2.0, "scale")])
    assert undone.project == instance.project
    assert [firm.joining_cost for firm in undone.firms] == [firm.joining_cost for firm in instance.firms]


def test_all_bad_edits_are_told_at_once(instance: Instance) -> None:
    with pytest.raises(InstanceError) as caught:
        variant(instance, [Edit("project.vlaue", 1.0), Edit("firms.Z.credit", 1.0), Edit("objective", 2.0, "scale")])
    assert [problem.path for problem in caught.value.problems] == ["project.vlaue", "firms.Z.credit", "objective"]
    with pytest.raises(InstanceError) as caught:
        variant(instance, [Edit("project.value", -1.0), Edit("firms.A.credit", 2.0)])
    assert {problem.path for problem in caught.value.problems} == {"project.value", "firms.A.credit"}


@pytest.mark.parametrize(
    "edit",
    [Edit("project.budget", 2.0, "scale"), Edit("firms.A.sme", 2.0, "scale"), Edit("project.value", "x", "scale")],
)
def test_factors_need_numbers(instance: Instance, edit: Edit) -> None:
    problem = find_path_problem(instance, edit)
    assert problem is not None
    assert "number" in problem.expected


def test_bundled_instances_take_paths_with_names_of_real_firms() -> None:
    instance = load_bundled("horizon2020_12")
    [before] = values_at(instance, "firms.Johnson Matthey (UK).outside_option")
    changed = variant(instance, [Edit("firms.Johnson Matthey (UK).outside_option", 3.0, "scale")])
    assert values_at(changed, "firms.Johnson Matthey (UK).outside_option") == [3.0 * float(before or 0.0)]
    assert changed.sha256 != instance.sha256
