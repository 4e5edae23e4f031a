"""Warnings that need the derived numbers; and that nobody is warned without a reason."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from commands import invoke, write
from rd_contract import Instance, bundled_names, find_warnings, load_bundled
from samples import case

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


def overlapping(*names: str, exclusive: tuple[str, ...] = (), **project: Any) -> Instance:
    """Firms that all master the same: two of them are worth what one is."""
    firms = [{"name": name, "capabilities": {"t": 0.9}, "efforts": {"full_cost": 1.0}} for name in names]
    pairs = [{"between": [one, other], "exclusive": True} for one in exclusive for other in names if one != other]
    document = {"format": "rd-contract/1", "firms": firms, "relations": pairs}
    return Instance.from_dict(document | {"project": {"value": 10.0, "technologies": [{"name": "t"}], **project}})


def test_overlap_is_questioned_in_teams_that_can_be_only() -> None:
    [warning] = find_warnings(overlapping("A", "B", "C"))
    assert warning.rule == "negative-marginal-value"
    assert "1, with which there are teams of up to 3 whose revenue falls if 3 of 3 firms work more" in warning.found
    assert find_warnings(overlapping("A", "B", "C", team_size={"max": 2})) == []
    # B works with nobody: what is left are teams of two, of no marginal value below 0
    assert find_warnings(overlapping("A", "B", "C", exclusive=("B",))) == []
    [warning] = find_warnings(overlapping("A", "B", "C", "D", exclusive=("B",)))
    assert "if 3 of 4 firms work more (A, C, D)" in warning.found


def test_a_synergy_that_a_relation_states_is_named_where_it_lowers_revenue() -> None:
    document = copy.deepcopy(BASE)
    document["firms"].append({"name": "C", "contribution": 1.0, "efforts": {"full_cost": 1.0}})
    document["project"] = {"redundancy": 0}
    document["relations"] = [
        {"between": ["B", "C"], "synergy": -0.5},
        {"between": ["A", "C"], "synergy": -3.0},
    ]
    [warning] = find_warnings(Instance.from_dict(document))
    assert (warning.path, warning.rule) == ("relations[1].synergy", "negative-marginal-value")
    assert warning.found.startswith("-3 (besides 1 more below 0), with which there are teams of up to 3 ")
    assert warning.found.endswith("whose revenue falls if 2 of 3 firms work more (C, A)")
    assert "redundancy" not in f"{warning.found} {warning.hint}"
    document["relations"][1]["exclusive"] = True
    assert find_warnings(Instance.from_dict(document)) == []


def test_overlap_and_relations_are_warned_of_apart_and_together() -> None:
    document = overlapping("A", "B", "C").to_dict()
    document["relations"] = [{"between": ["A", "B"], "synergy": -50.0}]
    overlap, relation = find_warnings(Instance.from_dict(document))
    assert (overlap.path, relation.path) == ("project.redundancy", "relations[0].synergy")
    assert overlap.found.endswith("if 1 of 3 firms works more (C)")
    assert relation.found.endswith("if 2 of 3 firms work more (A, B)")
    assert "redundancy" not in relation.hint
    document["relations"][0]["synergy"] = -1.0  # of 9, overlap with C takes 8.1
    overlap, relation = find_warnings(Instance.from_dict(document))
    assert overlap.found.endswith("if 1 of 3 firms works more (C)")
    assert relation.found.endswith("if 2 of 3 firms work more (A, B)")
    assert "project.redundancy (1) adds to it" in relation.hint


def test_who_is_exclusive_to_a_firm_that_must_join_joins_no_team() -> None:
    document = overlapping("A", "B", "C", exclusive=("B",)).to_dict()
    document["firms"][2]["membership"] = "required"
    assert find_warnings(Instance.from_dict(document)) == []


def test_one_warning_for_one_instance_that_is_given_twice(tmp_path: Path) -> None:
    file = write(tmp_path / "twice.json", overlapping("A", "B", "C").to_json())
    answer = invoke("compare", str(file), str(file))
    assert answer.stderr.count("whose revenue falls") == 1


def test_a_value_in_another_unit_than_the_costs_is_questioned() -> None:
    document = case("drone").to_dict()
    document["project"]["value"] = 14_000_000
    [warning] = [one for one in find_warnings(Instance.from_dict(document)) if one.rule == "cheap-effort"]
    assert warning.path == "project.value"
    assert warning.found.startswith("14,000,000, with which the effort of")
    assert "EUR million" in warning.hint
    assert {one.rule for one in find_warnings(case("drone"))}.isdisjoint({"cheap-effort", "negative-marginal-value"})


def test_effort_that_costs_nothing_is_not_questioned() -> None:
    document = copy.deepcopy(BASE)
    document["firms"][1]["contribution"] = 999.0
    assert find_warnings(Instance.from_dict(document)) == []
    document["firms"][1]["contribution"] = 999.1  # and a synergy of 1
    [warning] = find_warnings(Instance.from_dict(document))
    assert (warning.path, warning.rule) == ("firms[1].contribution", "cheap-effort")
    for firm in document["firms"]:
        firm["efforts"] = [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 0.0}]
    assert find_warnings(Instance.from_dict(document)) == []


def test_a_synergy_in_another_unit_than_the_costs_is_questioned() -> None:
    document = copy.deepcopy(BASE)
    document["relations"][0]["synergy"] = 5_000.0
    [warning] = find_warnings(Instance.from_dict(document))
    assert (warning.path, warning.rule) == ("relations[0].synergy", "cheap-effort")
    assert warning.found.startswith("5,000, with which the effort of B brings up to 5,004 times")
