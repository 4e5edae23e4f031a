"""Paths with two readings, and ``--set``: other values for one run, said in words."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from commands import invoke
from rd_contract import Edit, Instance, InstanceError, OptionError, load_bundled, solve, variant
from rd_contract.instance import values_at
from samples import CASES


def path_problem(instance: Instance, path: str) -> tuple[str, str, str]:
    with pytest.raises(InstanceError) as caught:
        values_at(instance, path)
    [problem] = caught.value.problems
    assert (problem.path, problem.rule) == (path, "path")
    return problem.found, problem.expected, problem.hint


# --- readings --------------------------------------------------------------------------------------------


def test_a_path_that_fits_two_pairs_is_refused_with_both() -> None:
    instance = Instance.from_file(CASES / "ambiguous_pairs.json")
    found, expected, hint = path_problem(instance, "relations.A & B & C.synergy")
    assert found == '2 readings: "A & B" and "C", or "A" and "B & C"'
    assert expected == "a path with one reading"
    assert hint == 'write relations."A & B" & "C".synergy or relations."A" & "B & C".synergy'
    assert values_at(instance, "relations.C & A & B.synergy") == [2.0]
    assert values_at(instance, "relations.B & C & A.synergy") == [1.0]
    with pytest.raises(InstanceError, match="2 readings"):
        variant(instance, [Edit("relations.A & B & C.synergy", 5.0)])


def named(*names: str, relations: tuple[dict[str, Any], ...] = ()) -> Instance:
    firms = [{"name": name, "contribution": 1, "efforts": {"full_cost": 1}} for name in names]
    return Instance.from_dict({"format": "rd-contract/1", "firms": firms, "relations": list(relations)})


def test_where_turning_the_pair_round_does_not_help_quotes_do() -> None:
    instance = named("A", "B", "A & B", "B & A", "A & A")
    found, _, hint = path_problem(instance, "relations.A & B & A.synergy")
    assert '"A & B" and "A"' in found
    assert '"A" and "B & A"' in found
    assert hint == 'write relations."A & B" & "A".synergy or relations."A" & "B & A".synergy'


def test_pairs_that_are_not_listed_are_told_apart_too() -> None:
    instance = named("A", "A & B", "B & C", "C")
    assert path_problem(instance, "relations.A & B & C.trust")[0].startswith("2 readings")
    changed = variant(instance, [Edit("relations.C & A & B.trust", 0.5)])
    assert [relation.between for relation in changed.relations] == [("C", "A & B")]


def test_only_readings_that_lead_somewhere_count() -> None:
    instance = named("A", "A.share", "B", "A & B")
    assert values_at(instance, "firms.A.share.max") == [1.0]
    assert values_at(instance, "firms.A.share.share.max") == [1.0]
    assert values_at(instance, "relations.A & B.trust") == [None]
    assert values_at(instance, "relations.A & B & B.trust") == [None]
    found, expected, _ = path_problem(named("A", "A.share"), "firms.A.share.maximum")
    assert (found, "name" in expected) == ('"maximum"', True)


def test_two_readings_of_names_with_dots_are_refused() -> None:
    technologies = {"technologies": [{"name": "T.credit"}]}
    firms = [{"name": name, "contribution": 1, "efforts": {"full_cost": 1}} for name in ("A", "A.capabilities.T")]
    instance = Instance.from_dict({"format": "rd-contract/1", "project": technologies, "firms": firms})
    found, _, hint = path_problem(instance, "firms.A.capabilities.T.credit")
    assert found == '2 readings: "A.capabilities.T", or "A"'
    assert hint == 'write firms."A.capabilities.T".credit or firms."A".capabilities.T.credit'
    assert values_at(instance, 'firms."A".capabilities.T.credit') == [0.0]
    assert values_at(instance, "firms.*.credit") == [1.0, 1.0]


@pytest.mark.parametrize("path", ["relations.A & B & C.synergi", "relations.A & B.synergi", "relations.A & B"])
def test_a_pair_with_no_such_field_is_refused(path: str) -> None:
    instance = named("A", "B", "A & B", "B & C", "C")
    before = instance.to_dict()
    assert "2 readings" not in path_problem(instance, path)[0]
    assert instance.to_dict() == before


# --- reading settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("project.value=12", Edit("project.value", 12.0)),
        (" project.value = 12 ", Edit("project.value", 12.0)),
        ("firms.*.joining_cost=*1.5", Edit("firms.*.joining_cost", 1.5, "scale")),
        ("firms.A=B.sme=true", Edit("firms.A=B.sme", True)),
        ("project.budget=null", Edit("project.budget", None)),
        ("firms.A.membership=required", Edit("firms.A.membership", "required")),
        ('project.lead="7"', Edit("project.lead", "7")),
    ],
)
def test_settings_are_paths_and_values(text: str, edit: Edit) -> None:
    assert Edit.from_text(text) == edit


@pytest.mark.parametrize("text", ["", "project.value", "=3", "project.value=", "project.value=*", "project.value=*x"])
def test_other_texts_are_no_settings(text: str) -> None:
    with pytest.raises(OptionError):
        Edit.from_text(text)


# --- the command line ------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "two_firms.json"
    path.write_text(load_bundled("two_firms").to_json(), encoding="utf-8")
    return str(path)


DEAR = ("--set", "firms.Supplier.outside_option=5", "--set", "firms.*.joining_cost=*2")


def test_solve_answers_the_changed_instance_and_says_so(file: str, tmp_path: Path) -> None:
    output = tmp_path / "result.json"
    ran = invoke("solve", file, *DEAR, "-o", str(output))
    assert ran.exit_code == 0, ran.output
    assert "Set firms.Supplier.outside_option: 0 → 5\n" in ran.stderr
    assert "Set firms.*.joining_cost: 0, 1 → 0, 2\n" in ran.stderr
    assert "Set " not in ran.stdout
    instance = load_bundled("two_firms")
    edits = [Edit("firms.Supplier.outside_option", 5.0), Edit("firms.*.joining_cost", 2.0, "scale")]
    expected = solve(variant(instance, edits))
    found = json.loads(output.read_text(encoding="utf-8"))
    assert found["joint_surplus"] == expected.joint_surplus
    assert found["instance"]["sha256"] == variant(instance, edits).sha256
    assert Instance.from_file(file) == instance
    assert invoke("verify", file, str(output)).exit_code == 6


def test_check_compare_and_explain_take_settings(file: str) -> None:
    for command in (("check",), ("compare", "--lead", "Supplier"), ("explain", "--jobs", "1", "--most", "0")):
        ran = invoke(command[0], file, *command[1:], "--set", "firms.Supplier.outside_option=1")
        assert ran.exit_code == 0, ran.output
        assert "Set firms.Supplier.outside_option: 0 → 1" in ran.stderr


def test_bad_settings_are_told_at_once(file: str) -> None:
    for command in ("solve", "check", "compare", "explain"):
        ran = invoke(command, file, "--set", "firms.Suplier.credit=1", "--set", "project.vlaue=2")
        assert ran.exit_code == 3
        assert "2 problems" in ran.stderr
        assert 'did you mean "Supplier"?' in ran.stderr
        ran = invoke(command, file, "--set", "project.base_value=35%")
        assert ran.exit_code == 3
        assert "write 0.35" in ran.stderr
        assert "quotes" not in ran.stderr  # nobody typed any
        assert invoke(command, file, "--set", "project.value").exit_code == 2


def test_settings_do_not_go_with_results(file: str, tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    result.write_text(solve(load_bundled("two_firms")).to_json(), encoding="utf-8")
    ran = invoke("compare", file, str(result), "--set", "project.value=1")
    assert ran.exit_code == 2
    assert "goes with instances" in ran.stderr


def test_what_each_setting_changes_is_told_in_their_order(file: str) -> None:
    settings = ("firms.Supplier.name=Works", "firms.Works.credit=0.5", "firms.Works.credit=*0.5")
    firms = ("relations.Manufacturer & Supplier.between.1=Works",)
    ran = invoke("check", file, *(word for setting in (*firms, *settings) for word in ("--set", setting)))
    assert ran.exit_code == 0, ran.output
    said = [line for line in ran.stderr.splitlines() if line.startswith("Set ")]
    assert said == [
        'Set relations.Manufacturer & Supplier.between.1: "Supplier" → "Works"',
        'Set firms.Supplier.name: "Supplier" → "Works"',
        "Set firms.Works.credit: 1 → 0.5",
        "Set firms.Works.credit: 0.5 → 0.25",
    ]


def test_long_lists_of_values_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "cluster.json"
    document = copy.deepcopy(load_bundled("automotive_cluster").to_dict())
    for at, firm in enumerate(document["firms"]):
        firm["joining_cost"] = at / 4
    path.write_text(json.dumps(document), encoding="utf-8")
    ran = invoke("check", str(path), "--set", "firms.*.joining_cost=0")
    assert "Set firms.*.joining_cost: 0, 0.25, 0.5, 0.75 and 4 more → 0\n" in ran.stderr
