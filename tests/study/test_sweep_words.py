"""What is said of plans and folders that do not fit: what was found, by the words of who asked, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from rd_contract import Instance, OptionError, PlanError, Problem, Resources, SweepPlan, load_bundled, sweep
from rd_contract.base.errors import DocumentError
from rd_contract.study.sweep import Axis

ONE = Resources(1)
PATH = "firms.Supplier.outside_option"


@pytest.fixture
def instance() -> Instance:
    return load_bundled("two_firms")


def _plan(*vary: str) -> SweepPlan:
    return SweepPlan.from_options(vary, "grid", None, 0)


def _problem(*vary: str) -> Problem:
    with pytest.raises(PlanError) as caught:
        _plan(*vary)
    [problem] = caught.value.problems
    return problem


def test_ends_in_the_wrong_order_are_told_at_what_was_written() -> None:
    problem = _problem(f"{PATH}=0,1", "project.value=12:0:4")
    assert problem.path == "project.value=12:0:4"
    assert problem.found == "low 12, high 0, steps 4"
    assert problem.hint == "write 0:12"


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"low": 2.5, "high": 1.0}, "low 2.5, high 1"),
        ({}, "neither"),
        ({"values": [1.0], "low": 0.0}, "values [1.0], low 0"),
        ({"values": [1.0, "x"], "scale": True}, '"x"'),
        ({"low": 0.0, "high": 1.0, "distribution": "lognormal"}, "low 0, high 1"),
    ],
)
def test_an_axis_says_what_it_was_given(fields: dict[str, object], found: str) -> None:
    with pytest.raises(PlanError) as caught:
        Axis.model_validate({"path": PATH, **fields})
    assert [problem.found for problem in caught.value.problems] == [found]


def test_a_path_twice_is_named() -> None:
    assert _problem(f"{PATH}=0,1", " firms.Supplier.outside_option  =0,2").found == f"{PATH} more than once"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PATH, "firms. Supplier.outside_option"),
        (PATH, 'firms."Supplier".outside_option'),
        ("relations.Supplier & Manufacturer.synergy", "relations.Manufacturer & Supplier.synergy"),
    ],
)
def test_two_spellings_of_one_place_are_one_axis(instance: Instance, tmp_path: Path, one: str, other: str) -> None:
    with pytest.raises(PlanError) as caught:
        sweep(instance, _plan(f"{one}=0,1", f"{other}=0,2"), tmp_path / "s", resources=ONE)
    [problem] = caught.value.problems
    assert (problem.path, problem.rule) == (other, "axis-twice")
    assert one in problem.found
    assert not (tmp_path / "s").exists()


def test_a_value_for_all_and_one_for_a_single_place_are_two_axes(instance: Instance, tmp_path: Path) -> None:
    plan = _plan("firms.*.outside_option=0,1", f"{PATH}=0.5")
    assert sweep(instance, plan, tmp_path / "s", resources=ONE).complete


def test_a_folder_that_is_not_empty_says_what_it_holds(instance: Instance, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    plan = _plan(f"{PATH}=0,1")
    sweep(instance, plan, folder, resources=ONE)
    with pytest.raises(OptionError, match=r"holds this sweep already.*solve what is missing") as caught:
        sweep(instance, plan, folder, resources=ONE)
    assert caught.value.remedy == "resume"
    with pytest.raises(OptionError, match=r"another sweep of the same instance.*add the points") as caught:
        sweep(instance, _plan(f"{PATH}=0,2"), folder, resources=ONE)
    assert caught.value.remedy == "resume"
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").touch()
    with pytest.raises(OptionError, match="holds no sweep: choose another folder") as caught:
        sweep(instance, plan, tmp_path / "letters", resources=ONE)
    assert caught.value.remedy == ""


def test_a_folder_of_another_instance_is_never_gone_on_with(instance: Instance, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    sweep(instance, _plan(f"{PATH}=0,1"), folder, resources=ONE)
    other = load_bundled("no_contract")
    with pytest.raises(DocumentError, match="another instance") as caught:
        sweep(other, _plan("project.base_value=0,1"), folder, resources=ONE)
    assert str(caught.value).startswith(f"{folder}: ")
    assert caught.value.kind == "folder for this sweep"
    assert instance.name in str(caught.value)
