"""Warnings that need the derived numbers; and that nobody is warned without a reason."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from rd_contract import Instance, bundled_names, find_warnings, load_bundled

BASE: dict[str, Any] = {
    "format": "rd-contract/1",
    "firms": [
        {"name": "B", "contribution": 4.0, "efforts": {"full_cost": 1.0}},
        {"name": "A", "contribution": 2.0, "efforts": {"full_cost": 1.0}},
    ],
    "relations": [{"between": ["A", "B"], "synergy": 1.0}],
}


def warned(**changes: Any) -> list[tuple[str, str]]:
    document = copy.deepcopy(BASE)
    document["firms"][1] |= changes
    return [(problem.path, problem.rule) for problem in find_warnings(Instance.from_dict(document))]


def test_joining_that_costs_a_hundred_times_what_a_firm_brings_is_questioned() -> None:
    assert warned() == []
    assert warned(joining_cost=300.0) == []  # the contribution of 2, and a synergy of 1
    assert warned(joining_cost=300.1) == [("firms[1].joining_cost", "dear-joining")]
    assert warned(joining_cost=300_000.0, membership="excluded") == []


def test_the_best_mode_counts_and_synergies_below_0_do_not() -> None:
    document = copy.deepcopy(BASE)
    document["modes"] = [{"name": "plain"}, {"name": "better", "value_factor": 2.0}]
    document["relations"][0]["synergy"] = -1.0
    for cost, rules in ((400.0, []), (400.1, ["dear-joining"])):
        document["firms"][1]["joining_cost"] = cost
        assert [problem.rule for problem in find_warnings(Instance.from_dict(document))] == rules


def test_a_firm_that_brings_nothing_is_not_questioned() -> None:
    document = copy.deepcopy(BASE)
    document["firms"][1] |= {"contribution": 0.0, "joining_cost": 5.0}
    del document["relations"]
    assert find_warnings(Instance.from_dict(document)) == []


def test_many_firms_make_one_warning() -> None:
    document = copy.deepcopy(BASE)
    document["firms"] = [{**document["firms"][0], "name": f"F{at}", "joining_cost": 1e6} for at in range(30)]
    del document["relations"]
    [warning] = find_warnings(Instance.from_dict(document))
    assert warning.rule == "dear-joining"
    assert "250,000 times" in warning.found
    assert "30 of 30 firms" in warning.found


@pytest.mark.parametrize("name", bundled_names())
def test_bundled_instances_raise_no_questions_but_on_overlap(name: str) -> None:
    assert {problem.rule for problem in find_warnings(load_bundled(name))} <= {"negative-marginal-value"}
