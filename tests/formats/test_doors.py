"""Every way in is a door: whichever way an instance or a part of one is made, it is validated, in our words."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from malformed import SINGLE, VALID, Case, deep
from rd_contract import (
    Axis,
    EffortCurve,
    EffortLevel,
    Embeddedness,
    Firm,
    Instance,
    InstanceError,
    Mode,
    Monitoring,
    PlanError,
    Project,
    Relation,
    ShareRange,
    SweepPlan,
    TeamSize,
    Technology,
    load_bundled,
    solve,
    verify,
)
from rd_contract.base.errors import Problem


class Body(BaseModel):
    """What a web service takes."""

    instance: Instance
    time_limit: float = 10.0


DOORS: dict[str, Callable[[Any], Instance]] = {
    "from_dict": Instance.from_dict,
    "call": lambda document: Instance(**document),
    "model_validate": Instance.model_validate,
    "model_validate_json": lambda document: Instance.model_validate_json(json.dumps(document)),
    "model_copy": lambda document: Instance.from_dict(VALID).model_copy(
        update={**{name: Instance.model_fields[name].get_default() for name in Instance.model_fields}, **document}
    ),
}

BROKEN = [
    case
    for case in SINGLE
    if case.rule in ("known-lead", "unique-firms", "levels-increase", "share-order", "unknown-key")
]


def problems_at(door: Callable[[Any], object], document: Any) -> set[tuple[str, str]]:
    with pytest.raises(InstanceError) as caught:
        door(document)
    return {(problem.path, problem.rule) for problem in caught.value.problems}


@pytest.mark.parametrize("door", DOORS)
def test_valid_data_pass(door: str) -> None:
    assert DOORS[door](VALID) == Instance.from_dict(VALID)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.id)
def test_every_door_finds_what_from_dict_finds(door: str, case: Case) -> None:
    document = case.document()
    document["currency"] = 5
    assert problems_at(DOORS[door], document) == problems_at(Instance.from_dict, document)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.id)
def test_models_of_others_refuse_in_our_words(case: Case) -> None:
    document = case.document()
    with pytest.raises(InstanceError) as ours:
        Instance.from_dict(document)
    for take in (
        lambda: Body(instance=document),
        lambda: Body.model_validate({"instance": document}),
        lambda: Body.model_validate_json(json.dumps({"instance": document})),
        lambda: TypeAdapter(Instance).validate_python(document),
    ):
        with pytest.raises(ValidationError) as theirs:
            take()
        assert all(str(problem) in str(theirs.value) for problem in ours.value.problems)


def test_models_of_others_take_instances() -> None:
    instance = Instance.from_dict(VALID)
    assert Body(instance=instance).instance is instance
    assert Body.model_validate({"instance": VALID}).instance == instance
    again = Body.model_validate_json(Body(instance=instance).model_dump_json())
    assert again.instance.sha256 == instance.sha256


def test_text_that_is_no_json_is_refused_as_promised() -> None:
    for part in (Instance, Firm):
        with pytest.raises(InstanceError, match="double quotes"):
            part.model_validate_json("{'name': 1}")


# --- parts -----------------------------------------------------------------------------------------------


def built() -> Instance:
    """The instance of the pages, built from parts."""
    idle = EffortLevel(level=0, cost=0)
    cells = Firm(
        name="Cellmaker",
        capabilities={"cathode": 0.75},
        efforts=(idle, EffortLevel(level=0.5, cost=1), EffortLevel(level=1, cost=3)),
        share=ShareRange(min=0.25, max=0.75),
    )
    cars = Firm(
        name="Carmaker", capabilities={"software": 0.5}, efforts=EffortCurve(full_cost=4), max_reimbursement=0.5
    )
    institute = Firm(
        name="Institute", capabilities={"cathode": 0.25}, efforts=(idle, EffortLevel(level=1, cost=2)), credit=0.5
    )
    return Instance(
        format="rd-contract/1",
        name="Solid-state battery",
        objective="lead",
        division="lead",
        project=Project(
            lead="Carmaker",
            value=20,
            technologies=(Technology(name="cathode", requirement=0.5), Technology(name="software")),
            team_size=TeamSize(max=3),
            subsidy_rate=0.25,
            min_credit=0.25,
            default_relation=Embeddedness(trust=0.5),
        ),
        modes=(Mode(name="exploit"), Mode(name="explore", value_factor=1.5)),
        monitoring=(Monitoring(name="none"), Monitoring(name="ledger", cost=0.25, detection=0.5)),
        firms=(cells, cars, institute),
        relations=(Relation(between=("Cellmaker", "Carmaker"), trust=0.75),),
    )


def test_an_instance_of_parts_is_that_of_the_document() -> None:
    assert built() == Instance.from_dict(VALID)
    assert built().sha256 == Instance.from_dict(VALID).sha256
    mixed = {**VALID, "firms": [built().firms[0], *VALID["firms"][1:]], "project": built().project}
    assert Instance.from_dict(mixed) == built()


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: Firm(name="", efforts=()), "name"),
        (lambda: Firm(name="A", efforts=(EffortLevel(level=0, cost=0),), credit=35), "credit"),
        (lambda: EffortLevel(level=2, cost=0), "level"),
        (lambda: ShareRange(min=0.5, max=0.25), ""),
        (lambda: Relation(between=("A", " A")), "between"),
        (lambda: Mode(name="A", factor=2), "factor"),  # type: ignore[call-arg]
        (lambda: Firm.model_validate({"name": "A", "efforts": {"full_cost": "9,5"}}), "efforts.full_cost"),
        (lambda: built().firms[0].model_copy(update={"liquidity": -1}), "liquidity"),
    ],
)
def test_parts_are_judged_when_they_are_made(make: Callable[[], object], path: str) -> None:
    with pytest.raises(InstanceError) as caught:
        make()
    assert caught.value.problems[0].path == path
    assert "Input should" not in str(caught.value)


def test_parts_made_without_judgement_are_judged_in_the_instance() -> None:
    forged = Firm.model_construct(name="Forged", efforts=(EffortLevel.model_construct(level=7, cost=0),))
    with pytest.raises(InstanceError) as caught:
        Instance(**{**VALID, "firms": (*built().firms, forged)})
    assert "firms[3].efforts[0].level" in {problem.path for problem in caught.value.problems}


def test_scalars_of_numpy_are_numbers() -> None:
    firm = Firm(
        name=np.str_("A"),
        sme=np.bool_(True),
        contribution=np.int64(4),
        joining_cost=np.float32(0.5),
        efforts=(
            EffortLevel(level=np.float64(0), cost=np.uint8(0)),
            EffortLevel(level=np.array(1.0), cost=np.float16(2)),
        ),
    )
    assert firm == Firm.model_validate(json.loads(firm.model_dump_json()))
    assert all(type(value) is float for value in (firm.contribution, firm.joining_cost, firm.efforts[1].cost))  # type: ignore[index]
    assert (type(firm.sme), type(firm.name)) == (bool, str)
    document = {"format": "rd-contract/1", "project": {"team_size": {"max": np.int32(3)}}, "firms": [firm]}
    assert Instance.from_dict(document).project.team_size.max == 3
    with pytest.raises(InstanceError, match="found NaN; expected a finite number"):
        Firm(name="A", contribution=np.float64("nan"), efforts=EffortCurve(full_cost=1))


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: Axis(path="project.value", low="1"), "low"),
        (lambda: Axis(path="project.value"), ""),
        (lambda: SweepPlan(vary=()), "vary"),
        (lambda: SweepPlan(vary=(Axis(path="project.value", values=(1.0,)),)).model_copy(update={"seed": -1}), "seed"),
    ],
)
def test_plans_are_judged_when_they_are_made(make: Callable[[], object], path: str) -> None:
    with pytest.raises(PlanError) as caught:
        make()
    assert [problem.path for problem in caught.value.problems] == [path]
    assert "Input should" not in str(caught.value)


def test_plans_of_parts_are_those_of_the_document() -> None:
    axis = Axis(path="project.value", low=np.float64(1), high=2, steps=np.int64(3))
    document = {"format": "rd-contract-sweep/1", "vary": [{"path": "project.value", "low": 1, "high": 2, "steps": 3.0}]}
    assert SweepPlan(vary=(axis,)) == SweepPlan.from_dict(document)


# --- copies ----------------------------------------------------------------------------------------------


def test_copies_are_equal_and_validated() -> None:
    instance = built()
    for copied in (copy.copy(instance), copy.deepcopy(instance), instance.model_copy(), instance.model_copy(deep=True)):
        assert (copied, copied.sha256) == (instance, instance.sha256)
    changed = instance.model_copy(update={"firms": (*instance.firms[:2],), "name": "smaller"})
    assert (len(changed.firms), changed.sha256 == instance.sha256) == (2, False)
    with pytest.raises(InstanceError, match="unknown firm 'Nobody'"):
        instance.model_copy(update={"project": Project(lead="Nobody")})


def test_what_comes_out_of_a_pickle_is_validated() -> None:
    instance = built()
    assert pickle.loads(pickle.dumps(instance)) == instance
    broken = pickle.dumps(instance.unjudged(firms=instance.firms[:1]))
    with pytest.raises(InstanceError, match="unknown firm"):
        pickle.loads(broken)
    firm = instance.firms[0]
    assert pickle.loads(pickle.dumps(firm)) == firm


def test_equal_instances_have_equal_hashes() -> None:
    instance = built()
    assert hash(instance) == hash(Instance.from_dict(VALID)) == hash(copy.deepcopy(instance))
    assert {instance: "answer"}[Instance.from_dict(VALID)] == "answer"
    assert len({*instance.firms, *built().firms, instance.project, *instance.relations}) == 5


def test_an_instance_of_parts_can_be_solved() -> None:
    instance = load_bundled("two_firms")
    rebuilt = Instance(**{name: getattr(instance, name) for name in Instance.model_fields})
    assert verify(rebuilt, solve(instance)).holds


# --- strange data ----------------------------------------------------------------------------------------


def nested(levels: int) -> tuple[Any, ...]:
    nest: tuple[Any, ...] = ()
    for _ in range(levels):
        nest = (nest,)
    return nest


@pytest.mark.parametrize(
    "value", [deep(100_000), nested(100_000), {"a": deep(100_000)}], ids=["lists", "tuples", "dict"]
)
@pytest.mark.parametrize("place", ["name", "currency", "format", "objective", "firms"])
def test_nesting_without_end_is_a_problem(place: str, value: Any) -> None:
    with pytest.raises(InstanceError) as caught:
        Instance.from_dict({**VALID, place: value})
    assert "deeper nesting" in str(caught.value)


def test_a_nested_key_is_a_problem() -> None:
    document: dict[Any, Any] = {**VALID, nested(100_000): 1}
    with pytest.raises(InstanceError) as caught:
        Instance.from_dict(document)
    assert caught.value.problems[0].expected == "text of valid Unicode characters"


def test_a_problem_can_be_compared_and_hashed() -> None:
    assert len({Problem("a", "1", "2"), Problem("a", "1", "2")}) == 1
