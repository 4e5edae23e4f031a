"""Public types inside the models of other programs, and results that are called into being, speak our words."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from builders import TWO_PARTNERS
from rd_contract import (
    EffortLevel,
    Firm,
    Instance,
    InstanceError,
    PlanError,
    Project,
    Relation,
    Result,
    ResultError,
    SweepPlan,
    load_bundled,
    solve,
)


class Body(BaseModel):
    """What a web service takes."""

    firm: Firm
    others: list[Firm] = []


_FIRM: dict[str, Any] = {"name": "A", "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 2.0}]}
_BAD: dict[str, Any] = {"name": "A", "efforts": [{"level": 1.0, "cost": "9,5"}], "credti": 1.0}
_WORDS = ('efforts[0].cost: found "9,5"; expected a number (write 9.5, without quotes)', "did you mean 'credit'?")
_FOREIGN = ("Input should", "Extra inputs", "Field required", "valid number")


def _texts(error: ValidationError) -> str:
    return " ".join(one["msg"] for one in error.errors(include_url=False))


@pytest.mark.parametrize("as_json", [False, True])
def test_a_part_in_a_foreign_model_tells_its_problems_in_our_words(as_json: bool) -> None:
    body = {"firm": _BAD, "others": [_FIRM, _BAD]}
    with pytest.raises(ValidationError) as caught:
        Body.model_validate_json(json.dumps(body)) if as_json else Body.model_validate(body)
    assert [error["loc"] for error in caught.value.errors()] == [("firm",), ("others", 1)]
    told = _texts(caught.value)
    assert all(told.count(words) == 2 for words in _WORDS)
    assert not any(words in told for words in _FOREIGN)


def test_a_good_part_in_a_foreign_model_is_built_as_anywhere() -> None:
    firm = Firm(**_FIRM)
    assert Body.model_validate({"firm": _FIRM}).firm == firm
    assert Body(firm=firm).firm is firm
    assert Body.model_validate({"firm": {**_FIRM, "credit": np.float64(0.5)}}).firm.credit == 0.5


@pytest.mark.parametrize("part", [Firm, EffortLevel, Relation, Project, Instance, SweepPlan, Result])
def test_every_public_type_speaks_our_words_through_an_adapter(part: type[Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(part).validate_python({"nonsense": 1})
    assert "unknown key" in _texts(caught.value)
    assert not any(words in _texts(caught.value) for words in _FOREIGN)


def test_places_in_a_whole_stay_whole() -> None:
    document = {**TWO_PARTNERS, "firms": [_FIRM, _BAD]}
    with pytest.raises(InstanceError) as caught:
        Instance.from_dict(document)
    assert {"firms[1].efforts[0].cost", "firms[1].credti"} <= {problem.path for problem in caught.value.problems}
    with pytest.raises(PlanError) as plans:
        SweepPlan(vary=[{"path": "project.value", "low": "x"}])
    assert [problem.path for problem in plans.value.problems] == ["vary[0].low"]


@pytest.mark.parametrize("way", [lambda fields: Result(**fields), Result.model_validate])
def test_a_result_that_is_called_into_being_tells_every_problem(way: Any) -> None:
    fields = {**solve(load_bundled("two_firms")).to_dict(), "gap": -1.0, "stauts": "optimal"}
    with pytest.raises(ResultError) as caught:
        way(fields)
    assert [problem.path for problem in caught.value.problems] == ["gap", "stauts"]
    assert "found -1.0; expected a number of at least 0" in str(caught.value)


def test_results_are_made_as_before() -> None:
    result = solve(load_bundled("two_firms"))
    assert Result(**result.to_dict()) == Result.from_dict(result.to_dict()) == result
    assert Result.model_validate(result) is result
    assert result.replace(gap=0.25).gap == 0.25
