"""Places in messages: whom they are about, and that they can be given back as paths; entries that lack a value."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from commands import flat, invoke, write
from rd_contract import Edit, Instance, InstanceError, OptionError, SweepPlan, find_warnings, variant
from rd_contract.instance import changes, left_out, values_at
from samples import case


def drone(**second: Any) -> dict[str, Any]:
    document = case("drone").to_dict()
    document["firms"][1] |= second
    return document


def problems_of(document: dict[str, Any]) -> list[str]:
    with pytest.raises(InstanceError) as caught:
        Instance.from_dict(document)
    return [str(problem) for problem in caught.value.problems]


def test_problems_name_whom_they_are_about() -> None:
    [problem] = problems_of(drone(outside_option="x"))
    assert problem.startswith("firms[1].outside_option (Lithos Cells GmbH): found")
    [problem] = problems_of(drone(capabilities={"cels": 0.5}))
    assert "(Lithos Cells GmbH): found" in problem
    # Where the name is what is wrong, or there is none, nothing is added.
    assert problems_of(drone(name=7))[0].startswith("firms[1].name: found")
    assert problems_of(drone(name="SkyFrame"))[0].startswith("firms[1].name: found")
    assert problems_of(drone(name=7, credit=2))[1].startswith("firms[1].credit: found")


def test_warnings_name_whom_they_are_about() -> None:
    [warning] = [
        one for one in find_warnings(Instance.from_dict(drone(joining_cost=1e6))) if one.rule == "dear-joining"
    ]
    assert warning.path == "firms[1].joining_cost"
    assert str(warning).startswith("firms[1].joining_cost (Lithos Cells GmbH): found")


def test_a_place_on_the_command_line_names_it_too(tmp_path: Any) -> None:
    file = write(tmp_path / "bad.json", drone(outside_option="x"))
    assert "1. firms[1].outside_option (Lithos Cells GmbH)" in flat(invoke("check", file).stderr)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("firms[1].outside_option", "firms.Lithos Cells GmbH.outside_option"),
        ("firms.1.outside_option", "firms.Lithos Cells GmbH.outside_option"),
        ("modes[1].cost_factor", "modes.radical.cost_factor"),
        ("project.technologies[0].weight", "project.technologies.cells.weight"),
    ],
)
def test_places_can_be_given_back(place: str, path: str) -> None:
    instance = case("drone")
    assert values_at(instance, place) == values_at(instance, path)
    assert variant(instance, [Edit(place, 0.5)]) == variant(instance, [Edit(path, 0.5)])


def test_a_name_goes_before_a_position() -> None:
    document = drone(name="2", outside_option=0.77)
    document["firms"][3]["name"] = "F[0]"
    document["firms"][3]["outside_option"] = 0.66
    instance = Instance.from_dict({**document, "relations": []})
    assert values_at(instance, "firms.2.outside_option") == [0.77]
    assert values_at(instance, "firms.F[0].outside_option") == [0.66]


@pytest.mark.parametrize("path", ["firms[99].outside_option", "firms.99.outside_option", "firms[1].outside_optoin"])
def test_a_position_that_is_not_there_leads_nowhere(path: str) -> None:
    with pytest.raises(InstanceError) as caught:
        values_at(case("drone"), path)
    assert caught.value.problems[0].path == path


def test_entries_that_lack_a_value_are_left_out_and_named() -> None:
    instance, path = case("drone"), "firms.*.efforts.full_cost"
    assert left_out(instance, path) == ["AeroTest"]
    assert left_out(instance, "firms.*.outside_option") == []
    [change] = changes(instance, [Edit(path, 1.1, "scale")])
    assert len(change.after) == len(instance.firms) - 1
    assert change.left_out == ("AeroTest",)
    changed = variant(instance, [Edit(path, 1.1, "scale")])
    same = [firm.name for firm, before in zip(changed.firms, instance.firms, strict=True) if firm == before]
    assert same == ["AeroTest"]
    with pytest.raises(InstanceError, match="full_cots"):
        variant(instance, [Edit("firms.*.efforts.full_cots", 1.0)])


def test_commands_say_who_is_left_out(tmp_path: Any) -> None:
    file = write(tmp_path / "drone.json", drone())
    told = flat(invoke("check", file, "--set", "firms.*.efforts.full_cost=*1.1").stderr)
    assert "; AeroTest: no such value, left as it is" in told
    vary = ("--vary", "firms.*.efforts.full_cost=*1,1.1", "-o", str(tmp_path / "sweep"), "--jobs", "1")
    told = flat(invoke("sweep", file, "--time-limit", "1e-9", *vary).stderr)
    assert "; no such value, left as it is: AeroTest" in told


@pytest.mark.parametrize(("text", "factor"), [("+10%", "1.1"), ("-2,5 %", "0.975")])
def test_changes_in_percent_are_factors(text: str, factor: str) -> None:
    with pytest.raises(OptionError, match=rf"write project.value=\*{factor} for"):
        Edit.from_text(f"project.value={text}")


@pytest.mark.parametrize(
    ("values", "meant"), [("*80%:120%", "*0.8:1.2"), ("*80%:120%:5", "*0.8:1.2:5"), ("10%,20%", "0.1,0.2")]
)
def test_ranges_in_percent_are_told_in_numbers(values: str, meant: str, tmp_path: Any) -> None:
    file = write(tmp_path / "drone.json", copy.deepcopy(drone()))
    answer = invoke("sweep", file, "--vary", f"project.subsidy_rate={values}", "-o", str(tmp_path / "sweep"))
    assert answer.exit_code == 3
    assert f"write project.subsidy_rate={meant}" in flat(answer.stderr)


def test_a_text_with_a_percent_sign_is_a_text() -> None:
    plan = SweepPlan.from_options(["firms.AeroTest.role=10% partner,lab"], "grid", None, 0)
    assert plan.vary[0].values == ("10% partner", "lab")
