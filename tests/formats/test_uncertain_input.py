"""Malformed instances with scenarios: one mistake is one problem, all of them are told, and nothing fails inside."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from malformed import VALID, VALIDATORS, change, misspelled, paths
from rd_contract import Instance, InstanceError, Problem, json_schema
from rd_contract.instance import worlds
from rd_contract.instance.judging import RULES
from strategies import mutants

UNCERTAIN: dict[str, Any] = VALID | {
    "scenarios": [
        {
            "name": "bad",
            "probability": 0.25,
            "changes": [
                {"path": "modes.*.value_factor", "factor": 0.75},
                {"path": "firms.Cellmaker.efforts.2.cost", "value": 4.0},
                {"path": "relations.Carmaker & Institute.synergy", "value": -1.0},
            ],
        },
        {"name": "good", "probability": 0.75, "changes": [{"path": "firms.*.capabilities.cathode", "factor": 1.25}]},
    ],
    "uncertainty": {"timing": "after_effort", "agreement": "same", "objective": "cvar", "alpha": 0.25},
}
FULL = Instance.from_dict(UNCERTAIN).to_dict()
PLACES = ("scenarios", "uncertainty")


def problems_of(document: Any) -> tuple[Problem, ...]:
    with pytest.raises(InstanceError) as caught:
        Instance.from_dict(document)
    return caught.value.problems


@pytest.mark.parametrize("path", paths(FULL))
def test_one_malformed_value_causes_no_problem_elsewhere(path: str) -> None:
    document = copy.deepcopy(FULL)
    change(document, path, [5])
    assert all(problem.path.startswith(path) for problem in problems_of(document))


@pytest.mark.parametrize("path", [path for path in paths(FULL) if path[-1] != "]"])
def test_one_misspelled_key_causes_no_problem_elsewhere(path: str) -> None:
    document, place = misspelled(FULL, path)
    assert {problem.path for problem in problems_of(document)} - {path} == {place}


def test_every_problem_is_told_at_once() -> None:
    document = copy.deepcopy(UNCERTAIN)
    change(document, "firms[2].credit", 5)
    change(document, "scenarios[0].name", "")
    change(document, "scenarios[0].changes[0]", {"path": "project.value"})
    change(document, "scenarios[0].changes[1].path", "firms.Celmaker.efforts.2.cost")
    change(document, "scenarios[1].probability", 0.5)
    change(document, "scenarios[1].changes[0].factor", "1.25")
    change(document, "scenarios[1].changes[1]", {"path": "project.budget", "value": 1})
    change(document, "scenarios[1].changes[2]", {"path": "firms.Institute.efforts.1.cost", "value": -1})
    change(document, "uncertainty.alpha", 0)
    assert sorted(problem.path for problem in problems_of(document)) == [
        "firms[2].credit",
        "scenarios[0].changes[0]",
        "scenarios[0].changes[1].path",
        "scenarios[0].name",
        "scenarios[0].probability",
        "scenarios[1].changes[0].factor",
        "scenarios[1].changes[1].path",
        "scenarios[1].changes[2].value",
        "uncertainty.alpha",
    ]


def test_what_a_malformed_change_would_have_mended_is_not_held_against_the_rest() -> None:
    document = copy.deepcopy(UNCERTAIN)
    changes = [
        {"path": "firms.Cellmaker.efforts.1.cost", "value": 9},
        {"path": "firms.Cellmaker.efforts.2.cost", "value": "10"},
    ]
    change(document, "scenarios[0].changes", changes)
    assert [problem.path for problem in problems_of(document)] == ["scenarios[0].changes[1].value"]


# --- any data --------------------------------------------------------------------------------------------

_FUZZ = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
_KEYS = st.sampled_from(
    ["name", "probability", "changes", "path", "value", "factor", "timing", "agreement", "objective", "alpha"]
)
_JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, 2, -1, 0.5, 0.25, 1e15, 2e15, 1e300, 10**400, math.nan, math.inf, -0.0]),
    st.sampled_from(["", "bad", "good", "worst", "by_scenario", "cvar", "before_effort", "\ud800", "*", "*.*", "."]),
    st.sampled_from(
        [
            *("firms.*.contribution", "firms.*", "firms.*.efforts.*.cost", "firms.0.cooperation", "project.*"),
            *("relations.Carmaker & Cellmaker.trust", "relations.Institute & Carmaker.exclusive", "scenarios.bad.name"),
            *("firms[1].cooperation", "project.technologies.*.weight", "monitoring.ledger.detection", "modes"),
        ]
    ),
    st.sampled_from([[], {}, {"path": "project.value", "factor": 0}, {"name": "new"}]),
)
_SCHEMA = Draft202012Validator(json_schema("instance"))
_BEYOND = {rule.id for rule in RULES} | VALIDATORS


_PARTS = st.just({key: UNCERTAIN[key] for key in PLACES})


def _read(document: dict[str, Any]) -> Instance | tuple[Problem, ...]:
    try:
        return Instance.from_dict(document)
    except InstanceError as error:
        return error.problems


def _judge(document: dict[str, Any]) -> None:
    """Read a document; what is accepted has worlds, and can be written and read again."""
    instance = _read(document)
    if not isinstance(instance, Instance):
        assert instance
        assert all(problem.found and problem.expected for problem in instance)
        return
    found = worlds(instance)
    assert len(found) == len(instance.scenarios)
    assert all(len(world.instance.relations) == len(found[0].instance.relations) for world in found)
    assert not found or math.isclose(sum(world.probability for world in found), 1.0)
    assert Instance.from_json(json.dumps(instance.to_dict())) == instance


@settings(_FUZZ, max_examples=500)
@given(mutants(mutants(_PARTS, _KEYS, _JUNK), _KEYS, _JUNK))
def test_any_change_to_scenarios(parts: dict[str, Any]) -> None:
    _judge(VALID | parts)


@settings(_FUZZ, max_examples=500)
@given(mutants(st.just(UNCERTAIN)))
def test_any_change_to_an_instance_with_scenarios(document: dict[str, Any]) -> None:
    _judge(document)


@settings(_FUZZ, max_examples=500)
@given(mutants(_PARTS, _KEYS, _JUNK.filter(lambda value: repr(value) not in ("nan", "inf", repr("\ud800")))))
def test_schema_and_program_agree(parts: dict[str, Any]) -> None:
    found = _read(VALID | parts)
    structural = isinstance(found, Instance) or {problem.rule for problem in found} <= _BEYOND
    assert bool(_SCHEMA.is_valid(VALID | parts)) == structural
