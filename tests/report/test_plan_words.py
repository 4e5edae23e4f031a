"""What a sweep says before it works, and factors where there is nothing to multiply."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import invoke
from rd_contract import Instance, InstanceError
from rd_contract.base.errors import PlanError
from rd_contract.instance import Edit, named_values_at, values_at, variant
from rd_contract.report.words.plans import decimal_hints, plan_words
from rd_contract.study.sweep import SweepPlan

RAW: dict[str, Any] = {
    "format": "rd-contract/1",
    "name": "words",
    "project": {"value": 7.5, "technologies": [{"name": "cells", "weight": 2.0}]},
    "modes": [{"name": "joint"}],
    "firms": [
        {
            "name": name,
            "contribution": value,
            "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 1.0}],
            "max_deposit": deposit,
            "liquidity": cash,
        }
        for name, value, deposit, cash in (("A", 4.0, 0.3, 2.0), ("B", 3.0, 0.8, None), ("C", 2.0, 0.3, 4.0))
    ],
    "relations": [{"between": ["A", "B"], "synergy": 1.0}],
}


@pytest.fixture
def instance() -> Instance:
    return Instance.from_dict(RAW)


def words(instance: Instance, *vary: str, design: str = "grid", samples: int | None = None) -> list[str]:
    head, *lines = plan_words(instance, SweepPlan.from_options(vary, design, samples, 0))
    return [head, *(line.removeprefix("- ") for line in lines)]


def hints(instance: Instance, *vary: str) -> list[str]:
    return list(decimal_hints(instance, vary))


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        ("firms.*.max_deposit=0,5", "max_deposit of 3 firms (now 0.3 to 0.8): 0, 5"),
        ("firms.B.max_deposit=0.5", "max_deposit of B (now 0.8): 0.5"),
        ("firms.A.share.min=0:0.2:3", "share.min of A (now 0): 0, 0.1, 0.2"),
        ("relations.A & B.synergy=0,2", "synergy of A & B (now 1): 0, 2"),
        ("relations.A & C.synergy=0,2", "synergy of A & C (now null): 0, 2"),
        ("modes.joint.cost_factor=*1:2:101", "cost_factor of joint (now 1): times 1, 1.01, 1.02, ... 2 (101 values)"),
        ("project.value=1,2", "project.value (now 7.5): 1, 2"),
        ("project.technologies.cells.weight=1", "project.technologies.cells.weight (now 2): 1"),
        ("firms.*.efforts.*.cost=*0.5,2", "firms.*.efforts.*.cost (6 values) (now 0 to 1): times 0.5, 2"),
        ("objective=joint,lead", "objective (now joint): joint, lead"),
        ("project.budget=null,4", "project.budget (now null): null, 4"),
        (
            "firms.*.liquidity=*0.5:2",
            "liquidity of 2 firms (now 2 to 4): times 0.5, 2; nothing to multiply, left as it is: B",
        ),
    ],
)
def test_what_is_varied_is_said_in_words(instance: Instance, vary: str, said: str) -> None:
    assert words(instance, vary)[1] == said


def test_the_first_line_says_how_much_work_it_is(instance: Instance) -> None:
    assert words(instance, "project.value=1:9:9", "firms.A.credit=0.5,1")[0] == "Grid: 18 points, varying"
    sampled = words(instance, "project.value=1:9", design="latin-hypercube", samples=30)
    assert sampled == ["Latin hypercube: 30 points, varying", "project.value (now 7.5): 1 to 9, uniform"]


@pytest.mark.parametrize(
    ("vary", "meant"),
    [
        ("firms.*.max_deposit=0,5", "0.5"),
        ("firms.A.contribution=9,5", "9.5"),
        ("firms.A.contribution=1,05", "1.05"),
        ("project.value=8,25", "8.25"),  # 7.5 now: somebody thinks in decimals
        ("firms.*.contribution=*0,8", "0.8"),
        ("relations.A & B.synergy=-0,5", "-0.5"),
    ],
)
def test_two_numbers_that_may_be_one_are_pointed_out(instance: Instance, vary: str, meant: str) -> None:
    [hint] = hints(instance, vary)
    assert hint.endswith(f"write {meant}")


@pytest.mark.parametrize(
    "vary",
    [
        *("firms.A.contribution=4,5", "firms.A.contribution=0, 5", "firms.A.contribution=0,5,10"),
        *(
            "firms.A.contribution=0.5,1",
            "firms.A.contribution=0:5",
            "firms.A.contribution=1000,2000",
            "project.value=*1,3",
        ),
    ],
)
def test_lists_are_left_in_peace(instance: Instance, vary: str) -> None:
    assert not hints(instance, vary)


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=6))
def test_more_than_two_values_are_never_one(values: list[int]) -> None:
    assert not hints(Instance.from_dict(RAW), f"project.value={','.join(map(str, values))}")


def test_decimal_commas_in_a_range_are_named() -> None:
    with pytest.raises(PlanError, match="decimals have a point"):
        SweepPlan.from_options(["project.value=0,5:1,5:3"], "grid", None, 0)


def test_a_factor_leaves_out_what_has_no_number(instance: Instance) -> None:
    changed = variant(instance, [Edit("firms.*.liquidity", 0.5, "scale")])
    assert values_at(changed, "firms.*.liquidity") == [1.0, None, 2.0]
    with pytest.raises(InstanceError, match="a number that a factor can change"):
        variant(instance, [Edit("firms.B.liquidity", 0.5, "scale")])
    nobody = variant(instance, [Edit("firms.*.liquidity", None)])
    with pytest.raises(InstanceError, match="a number that a factor can change"):
        variant(nobody, [Edit("firms.*.liquidity", 0.5, "scale")])


def test_places_have_names(instance: Instance) -> None:
    assert named_values_at(instance, "firms.*.liquidity") == [
        (("firms", "A", "liquidity"), 2.0),
        (("firms", "B", "liquidity"), None),
        (("firms", "C", "liquidity"), 4.0),
    ]
    assert named_values_at(instance, "firms.A.efforts.1.cost") == [(("firms", "A", "efforts", "1", "cost"), 1.0)]


def test_the_command_says_it_before_it_works(tmp_path: Path) -> None:
    path = tmp_path / "words.json"
    path.write_text(json.dumps(RAW), encoding="utf-8")
    vary = ["--vary", "firms.*.max_deposit=0,5", "--jobs", "1"]
    done = invoke("sweep", str(path), "-o", str(tmp_path / "sweep"), *vary)
    assert done.exit_code == 0
    assert "max_deposit of 3 firms (now 0.3 to 0.8): 0, 5\n" in done.stderr
    assert 'Hint: "0,5" means two values, 0 and 5; if one is meant, write 0.5.' in done.stderr
    assert "Grid" not in done.stdout
    wrong = invoke("sweep", str(path), "-o", str(tmp_path / "other"), "--vary", "firms.Z.max_deposit=0,5")
    assert wrong.exit_code == 3
    assert "firms.Z.max_deposit" in wrong.stderr
