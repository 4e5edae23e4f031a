"""The published JSON Schema and the program agree on every document, but for rules that no schema can express."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from malformed import VALID, VALIDATORS
from rd_contract import Instance, InstanceError, bundled_names, bundled_path, json_schema
from rd_contract.base.choices import Kind
from rd_contract.instance.judging import RULES
from samples import CASES
from strategies import mutants

SCHEMA = Draft202012Validator(json_schema("instance"))

#: Rules across objects, rules between the fields of one object, and which characters a name may hold.
BEYOND = {rule.id for rule in RULES} | VALIDATORS


def agrees(document: Any) -> bool:
    """Whether schema and program say the same of a document's structure."""
    try:
        Instance.from_dict(document)
    except InstanceError as error:
        structural = {problem.rule for problem in error.problems} <= BEYOND
    else:
        structural = True
    return bool(SCHEMA.is_valid(document)) == structural


# --- documents that are valid ----------------------------------------------------------------------------


def _numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers of a range, whole ones in both writings."""
    whole = st.integers(int(low), int(high))
    return st.one_of(whole, whole.map(float), st.floats(low, high))


_UNITS, _MONEY = _numbers(0, 1), _numbers(0, 1e15)
_COUNTS = st.integers(1, 9).flatmap(lambda count: st.sampled_from([count, float(count)]))
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
_NAMES = st.sampled_from(["A", "B & C", "D.E", "M\u00fcller", "Mu\u0308ller", " A ", "A\u00a0 B", "a"])
_LEVELS = st.fixed_dictionaries({"level": _UNITS, "cost": _MONEY}, optional={"label": _TEXTS})
_CURVES = st.fixed_dictionaries({"full_cost": _MONEY}, optional={"exponent": _numbers(1, 100), "steps": _COUNTS})
_FIRMS = st.fixed_dictionaries(
    {"name": _NAMES, "efforts": st.lists(_LEVELS, min_size=1, max_size=3) | _CURVES},
    optional={
        "role": _TEXTS,
        "sme": st.booleans(),
        "capabilities": st.dictionaries(_NAMES, _UNITS, max_size=2),
        "contribution": st.none() | _numbers(-1e15, 1e15),
        "share": st.fixed_dictionaries({}, optional={"min": _UNITS, "max": _UNITS}),
        "liquidity": st.none() | _MONEY,
        "membership": st.sampled_from(["optional", "required", "excluded"]),
    },
)
_PROJECTS = st.fixed_dictionaries(
    {},
    optional={
        "lead": st.none() | _NAMES,
        "value": _MONEY,
        "technologies": st.lists(st.fixed_dictionaries({"name": _NAMES}, optional={"requirement": _UNITS}), max_size=2),
        "team_size": st.fixed_dictionaries({}, optional={"min": _COUNTS, "max": st.none() | _COUNTS}),
        "budget": st.none() | _MONEY,
    },
)
_CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "strategic_orientation": st.sampled_from(["product", "market", None]),
        "network_ties": st.none() | _UNITS,
        "position": st.sampled_from(["manufacturer", "distributor", None]),
        "exploratory_mode": _NAMES,
        "weights": st.none() | st.dictionaries(st.sampled_from(["network_ties", "demand_change"]), _numbers(0, 100)),
    },
)
_DOCUMENTS = st.fixed_dictionaries(
    {"format": st.just("rd-contract/1"), "firms": st.lists(_FIRMS, min_size=1, max_size=3)},
    optional={
        "name": _TEXTS,
        "objective": st.sampled_from(["joint", "lead"]),
        "project": _PROJECTS,
        "context": _CONTEXTS,
        "relations": st.lists(
            st.fixed_dictionaries({"between": st.tuples(_NAMES, _NAMES).map(list)}, optional={"trust": _UNITS}),
            max_size=2,
        ),
    },
)

# --- and what happens to them ----------------------------------------------------------------------------

_KEYS = sorted(set(re.findall(r'"(\w+)":', json.dumps(Instance.from_dict(VALID).to_dict()))))
_JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, 2, -1, 0.0, 1.0, 2.0, 2.5, 1001, 1e15, 2e15, -1e16, 10**20, 1e300, 0.1 + 0.2]),
    st.sampled_from(
        ["", " ", "\t", "A", "joint", "Required", "required", "35%", "n/a", "4", "\u200b", "\u00a0", "A\n", "A\tB"]
    ),
    st.sampled_from([[], {}, [[]], [{}], [1], {"a": 1}, ["A", "B"], ["A", "B", "C"], {"full_cost": 1}]),
)
_SETTINGS = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@settings(_SETTINGS, max_examples=150)
@given(_DOCUMENTS)
def test_both_accept_what_is_valid(document: dict[str, Any]) -> None:
    assert SCHEMA.is_valid(document)
    assert agrees(document)


@settings(_SETTINGS, max_examples=600)
@given(mutants(st.just(VALID) | _DOCUMENTS, st.sampled_from(_KEYS), _JUNK, most=3))
def test_both_refuse_the_same(document: dict[str, Any]) -> None:
    assert agrees(document)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_bounds_stand_in_the_words_of_json_schema(kind: Kind) -> None:
    text = json.dumps(json_schema(kind))
    assert re.findall(r'"(ge|le|gt|lt|multiple_of|min_length|max_length)":', text) == []


def test_whole_numbers_may_have_a_decimal_point() -> None:
    document = json.loads((CASES / "whole_numbers.json").read_text(encoding="utf-8"))
    assert SCHEMA.is_valid(document)
    instance = Instance.from_dict(document)
    assert (instance.project.team_size.max, len(instance.firms[0].menu)) == (4, 5)
    assert type(instance.project.team_size.max) is int
    document["project"]["team_size"]["max"] = 4
    assert Instance.from_dict(document).sha256 == instance.sha256
    document["project"]["team_size"]["max"] = 4.5
    assert agrees(document)
    assert not SCHEMA.is_valid(document)


def test_both_accept_the_bundled_instances() -> None:
    for name in bundled_names():
        if bundled_path(name).stat().st_size < 200_000:
            assert agrees(json.loads(bundled_path(name).read_text(encoding="utf-8")))
