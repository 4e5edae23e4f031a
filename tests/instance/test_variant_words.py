"""What is wrong with a changed instance is told at the path by which it was changed."""

from __future__ import annotations

import pytest

from commands import flat, invoke
from rd_contract import Edit, InstanceError, Problem, RdContractError, bundled_path, load_bundled, variant
from rd_contract.instance import named_values_at


def _problems(*edits: Edit) -> tuple[Problem, ...]:
    with pytest.raises(InstanceError) as caught:
        variant(load_bundled("two_firms"), edits)
    return caught.value.problems


@pytest.mark.parametrize(
    "path",
    [
        "firms.Supplier.outside_option",
        'firms."Supplier".outside_option',
        "firms. Supplier .outside_option",
        "relations.Supplier & Manufacturer.synergy",
        "project.value",
        "firms.*.outside_option",
    ],
)
def test_a_wrong_value_is_told_once_and_where_it_was_set(path: str) -> None:
    [problem] = _problems(Edit(path, "zzz"))
    assert (problem.path, problem.found, problem.expected) == (path, '"zzz"', "a number")


def test_what_is_scaled_at_many_places_is_told_at_each() -> None:
    problems = _problems(Edit("firms.*.efforts.1.cost", -1.0, "scale"))
    assert {problem.path for problem in problems} == {
        "firms.Manufacturer.efforts.1.cost",
        "firms.Supplier.efforts.1.cost",
    }


def test_what_no_edit_touched_keeps_its_place_in_the_file() -> None:
    problems = _problems(Edit("firms.Supplier.name", "Manufacturer"))
    assert [problem.path for problem in problems] == ["firms.Supplier.name", "relations[0].between[1]"]


def test_what_a_later_edit_took_away_is_no_trouble() -> None:
    firms = [{"name": "Manufacturer", "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 1.0}]}]
    problems = _problems(Edit("firms.*.efforts.1.cost", 2.0, "scale"), Edit("firms", firms))
    assert "firms.Manufacturer.efforts.1.cost" in {problem.path for problem in problems}


def test_the_command_line_tells_it_so() -> None:
    done = invoke("solve", str(bundled_path("two_firms")), "--set", "firms.Supplier.outside_option=zzz")
    assert done.exit_code == 3
    assert "1. firms.Supplier.outside_option found" in flat(done.stderr)


def test_blanks_around_the_names_of_a_path_mean_nothing() -> None:
    instance = load_bundled("two_firms")
    plain = named_values_at(instance, "relations.Supplier & Manufacturer.synergy")
    assert named_values_at(instance, " relations . Supplier  &  Manufacturer . synergy ") == plain


@pytest.mark.parametrize("path", ["rules.three countries.min", "rules.*.active", "project.technologies.cathode.weight"])
def test_what_leads_into_an_empty_list_is_told_to(path: str) -> None:
    with pytest.raises(RdContractError) as caught:
        variant(load_bundled("seller_and_buyers"), [Edit(path, 1.0)])
    whole = "rules" if path.startswith("rules") else "project.technologies"
    assert f"nothing behind {whole}: there are none" in str(caught.value)
    assert "list that is not empty" not in str(caught.value)
