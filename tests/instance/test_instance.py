"""Instances: defaults, one text for equal data, round trips, immutability, rules, warnings, JSON Schema."""

from __future__ import annotations

import copy
import json
import pickle
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from malformed import NAMES, RULES, SINGLE, VALID, VALIDATORS, Case, paths
from oracles.random_instances import random_instance
from rd_contract.base.errors import ImmutableError, InstanceError, OptionError, Problem
from rd_contract.formats.registry import json_schema
from rd_contract.instance import Instance, bundled_names, bundled_path, is_compelled, is_eligible, load_bundled
from rd_contract.instance.judging import RULES as ALL_RULES
from rd_contract.instance.judging import Rule, find_problems

# Only what has no default, and an entry of each kind.
BRIEF: dict[str, Any] = {
    "format": "rd-contract/1",
    "project": {"technologies": [{"name": "cathode"}]},
    "firms": [
        {"name": "Cellmaker", "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 6}]},
        {"name": "Carmaker", "efforts": {"full_cost": 6}},
    ],
    "relations": [{"between": ["Cellmaker", "Carmaker"]}],
}
_FIRM = {
    "role": "",
    "sme": False,
    "attributes": {},
    "capabilities": {},
    "cooperation": 1.0,
    "contribution": None,
    "joining_cost": 0.0,
    "outside_option": 0.0,
    "private_benefit": 0.0,
    "verifiable_cost_share": 1.0,
    "max_reimbursement": 0.0,
    "subsidy_rate": None,
    "share": {"min": 0.0, "max": 1.0},
    "liquidity": None,
    "max_deposit": 0.0,
    "reputation_stake": 0.0,
    "risk_aversion": 0.0,
    "credit": 1.0,
    "membership": "optional",
    "bargaining_weight": 1.0,
}
WRITTEN_OUT: dict[str, Any] = {
    "format": "rd-contract/1",
    "name": "",
    "description": "",
    "source": "",
    "currency": "",
    "objective": "joint",
    "division": "equal",
    "project": {
        "lead": None,
        "value": 0.0,
        "base_value": 0.0,
        "technologies": [{"name": "cathode", "weight": 1.0, "requirement": None, "dimension": None}],
        "synergy_strength": 0.0,
        "redundancy": 1.0,
        "cognitive_distance_penalty": 0.0,
        "team_size": {"min": 1, "max": None},
        "budget": None,
        "cost_sharing_budget": None,
        "default_relation": {
            "trust": 1.0,
            "compliance": 1.0,
            "coordination": 1.0,
            "tacitness": 0.0,
            "protection": 0.0,
        },
        "volatility": 0.0,
        "subsidy_rate": 0.0,
        "guarantee_fee": 0.0,
        "min_credit": 0.0,
    },
    "modes": [{"name": "baseline", "value_factor": 1.0, "cost_factor": 1.0, "volatility_factor": 1.0}],
    "monitoring": [{"name": "none", "cost": 0.0, "detection": 0.0}],
    "firms": [
        {
            "name": "Cellmaker",
            **_FIRM,
            "efforts": [{"level": 0.0, "cost": 0.0, "label": ""}, {"level": 1.0, "cost": 6.0, "label": ""}],
        },
        {"name": "Carmaker", **_FIRM, "efforts": {"full_cost": 6.0, "exponent": 2.0, "steps": 4}},
    ],
    "relations": [
        {
            "between": ["Cellmaker", "Carmaker"],
            "synergy": None,
            "trust": None,
            "compliance": None,
            "coordination": None,
            "tacitness": None,
            "protection": None,
            "spillover": 0.0,
            "coordination_cost": 0.0,
            "exclusive": False,
        }
    ],
    "rules": [],
    "division_unions": None,
    "scenarios": [],
    "uncertainty": {"timing": "before_effort", "agreement": "same", "objective": "expected", "alpha": 0.1},
    "context": {
        "strategic_orientation": None,
        "network_ties": None,
        "decentralisation": None,
        "peer_competition": None,
        "policy_support": None,
        "smart_technology": None,
        "demand_change": None,
        "position": None,
        "supplier_distance_difference": None,
        "information_integration": None,
        "exploratory_mode": "exploratory",
        "exploitative_mode": "exploitative",
        "weights": None,
    },
}
SEEDS = range(40)


def examples() -> list[dict[str, Any]]:
    return [VALID, BRIEF, WRITTEN_OUT, *(random_instance(seed) for seed in SEEDS)]


# --- defaults and equality -------------------------------------------------------------------------------


def test_what_is_left_out_has_the_default_of_the_format() -> None:
    brief, written_out = Instance.from_dict(BRIEF), Instance.from_dict(WRITTEN_OUT)
    assert brief == written_out
    assert brief.sha256 == written_out.sha256
    assert brief.to_dict() == written_out.to_dict() == WRITTEN_OUT


def _reordered(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _reordered(node[key]) for key in reversed(node)}
    if isinstance(node, list):
        return [_reordered(item) for item in node]
    return float(node) if isinstance(node, int) and not isinstance(node, bool) else node


def test_the_order_of_keys_and_the_writing_of_numbers_do_not_matter() -> None:
    document = {**VALID, "project": {key: VALID["project"][key] for key in VALID["project"] if key != "team_size"}}
    document["firms"] = [{**firm, "efforts": [{"level": 0, "cost": 0}]} for firm in VALID["firms"]]
    document["firms"][0]["capabilities"] = {"software": 1, "cathode": 1}
    plain, reordered = Instance.from_dict(document), Instance.from_dict(_reordered(document))
    assert plain == reordered
    assert plain.canonical_json() == reordered.canonical_json()
    assert plain.to_dict() == reordered.to_dict()
    assert list(plain.firms[0].capabilities) == ["cathode", "software"]


def test_equal_numbers_are_written_in_one_way() -> None:
    for spelling in ("0", "0.0", "-0.0", "0e5", "-0"):
        text = json.dumps(VALID).replace('"cost": 0}', f'"cost": {spelling}}}')
        assert text != json.dumps(VALID) or spelling == "0"
        assert Instance.from_json(text).canonical_json() == Instance.from_dict(VALID).canonical_json()


def test_the_canonical_text_is_sorted_ascii_without_white_space() -> None:
    instance = Instance.from_dict({**BRIEF, "name": "Zellenbau Süd ū\u2028"})
    text = instance.canonical_json()
    assert text.isascii()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert Instance.from_json(text) == instance
    assert re.fullmatch(r"[0-9a-f]{64}", instance.sha256)


def test_every_field_counts_for_the_fingerprint() -> None:
    whole = Instance.from_dict(BRIEF)
    changes: list[dict[str, Any]] = [{"name": "x"}, {"project": {"value": 1e-9}}, {"relations": []}]
    for change in changes:
        other = Instance.from_dict({**BRIEF, **change})
        assert other != whole
        assert other.sha256 != whole.sha256


def test_a_changed_copy_has_a_fingerprint_of_its_own() -> None:
    instance = Instance.from_dict(BRIEF)
    assert instance.sha256 != instance.model_copy(update={"name": "x"}).sha256


# --- round trips -----------------------------------------------------------------------------------------


def test_round_trips_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "instance.json"
    for document in examples():
        instance = Instance.from_dict(document)
        path.write_text(json.dumps(document), encoding="utf-8")
        assert Instance.from_file(path) == instance
        assert Instance.from_file(str(path)) == instance
        assert Instance.from_json(json.dumps(document)) == instance
        assert Instance.from_json(json.dumps(document).encode()) == instance
        assert Instance.from_dict(instance.to_dict()) == instance
        assert Instance.from_dict(instance) == instance  # type: ignore[arg-type]
        assert pickle.loads(pickle.dumps(instance)) == instance
        assert copy.deepcopy(instance) == instance
        assert pickle.loads(pickle.dumps(instance)).sha256 == instance.sha256


_MONEY = st.floats(0.0, 1e15)
_UNIT = st.floats(0.0, 1.0)


@settings(derandomize=True, deadline=None, database=None, max_examples=100)
@given(
    st.fixed_dictionaries({}, optional={"value": _MONEY, "base_value": st.floats(-1e15, 1e15), "redundancy": _UNIT}),
    st.lists(st.tuples(_UNIT, _MONEY), min_size=1, max_size=5, unique_by=lambda entry: entry[0]),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_every_number_and_text_survives(project: dict[str, float], menu: list[tuple[float, float]], text: str) -> None:
    levels, costs = sorted(level for level, _ in menu), sorted(cost for _, cost in menu)
    efforts = [{"level": level, "cost": cost, "label": text} for level, cost in zip(levels, costs, strict=True)]
    document = {
        "format": "rd-contract/1",
        "description": text,
        "project": project,
        "firms": [{"name": "A", "efforts": efforts}],
    }
    instance = Instance.from_dict(document)
    again = Instance.from_json(json.dumps(instance.to_dict()))
    assert again == instance
    assert again.sha256 == instance.sha256
    assert [entry.level for entry in again.firms[0].menu] == levels
    assert [entry.cost for entry in again.firms[0].menu] == costs
    assert again.description == text
    assert all(getattr(again.project, field) == value for field, value in project.items())


def test_the_document_that_was_read_is_not_changed() -> None:
    for case in SINGLE:
        document = case.document()
        before = copy.deepcopy(document)
        with pytest.raises(InstanceError):
            Instance.from_dict(document)
        assert str(document) == str(before) if "digits" not in case.id else document.keys() == before.keys()


def test_an_instance_cannot_be_changed() -> None:
    instance = Instance.from_dict(VALID)
    with pytest.raises(ImmutableError, match="cannot be changed"):
        instance.name = "other"  # type: ignore[misc]
    with pytest.raises(ImmutableError, match="cannot be changed"):
        instance.firms[0].share.min = 0.5  # type: ignore[misc]
    capabilities = instance.firms[0].capabilities
    for action in (
        lambda: capabilities.update(cathode=1.0),
        lambda: capabilities.__setitem__("cathode", 1.0),
        lambda: capabilities.__delitem__("cathode"),
        lambda: capabilities.pop("cathode"),
        capabilities.popitem,
        lambda: capabilities.setdefault("software", 1.0),
        capabilities.clear,
        lambda: capabilities.__ior__({"software": 1.0}),
    ):
        with pytest.raises(TypeError, match="an instance cannot be changed"):
            action()
    with pytest.raises(TypeError):
        Instance.from_dict(BRIEF).firms[0].capabilities["cathode"] = 1.0  # a default, shared by all firms
    assert instance == Instance.from_dict(VALID)
    changeable = instance.to_dict()
    changeable["firms"][0]["capabilities"]["cathode"] = 0.625
    assert instance == Instance.from_dict(VALID)


def test_an_error_survives_being_sent_to_another_process() -> None:
    with pytest.raises(InstanceError) as caught:
        Instance.from_dict({}, "file.json")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.problems, again.source, str(again)) == (caught.value.problems, "file.json", str(caught.value))


# --- menus -----------------------------------------------------------------------------------------------


def test_a_curve_is_a_menu_of_even_steps() -> None:
    firm = Instance.from_dict(
        {**BRIEF, "relations": [], "firms": [{"name": "A", "efforts": {"full_cost": 6, "exponent": 2, "steps": 4}}]}
    ).firms[0]
    assert [(entry.level, entry.cost, entry.label) for entry in firm.menu] == [
        (0.0, 0.0, ""),
        (0.25, 0.375, ""),
        (0.5, 1.5, ""),
        (0.75, 3.375, ""),
        (1.0, 6.0, ""),
    ]


@pytest.mark.parametrize("exponent", [1e-3, 0.5, 1.0, 2.0, 100.0])
@pytest.mark.parametrize("steps", [1, 3, 7, 1000])
def test_every_curve_is_an_ordered_menu(exponent: float, steps: int) -> None:
    curve = {"full_cost": 1e15, "exponent": exponent, "steps": steps}
    menu = Instance.from_dict({**BRIEF, "relations": [], "firms": [{"name": "A", "efforts": curve}]}).firms[0].menu
    assert len(menu) == steps + 1
    assert (menu[0].level, menu[0].cost, menu[-1].level, menu[-1].cost) == (0.0, 0.0, 1.0, 1e15)
    levels, costs = [entry.level for entry in menu], [entry.cost for entry in menu]
    assert levels == sorted(set(levels))
    assert costs == sorted(costs)
    written = [{"level": entry.level, "cost": entry.cost} for entry in menu]
    Instance.from_dict({**BRIEF, "relations": [], "firms": [{"name": "A", "efforts": written}]})


def test_who_may_and_who_must_join() -> None:
    document = copy.deepcopy(VALID)
    document["firms"][0]["membership"] = "required"
    document["firms"].append({**document["firms"][2], "name": "Outsider", "membership": "excluded"})
    document["firms"].append({**document["firms"][2], "name": "Doubtful", "credit": 0.125})
    document["firms"].append({**document["firms"][2], "name": "Just so", "credit": 0.25})
    instance = Instance.from_dict(document)
    assert [firm.name for firm in instance.firms if is_compelled(firm, instance)] == ["Cellmaker", "Carmaker"]
    assert [firm.name for firm in instance.firms if not is_eligible(firm, instance)] == ["Outsider", "Doubtful"]


# --- rules -----------------------------------------------------------------------------------------------

WARNED = [
    Case(
        "rule without a limit",
        {"rules": [{"name": "r", "each": "role"}]},
        (("rules[0]", "found no limit; expected min, max, min_fraction or max_fraction (it restricts nothing)"),),
        "empty-rule",
    ),
    Case(
        "unions without the Owen value",
        {"division_unions": "role"},
        (("division_unions", "found 'role'; expected nothing, or division \"owen\" (it has no effect)"),),
        "idle-unions",
    ),
    Case(
        "factor of another position",
        {"context": {"position": "manufacturer", "information_integration": 0.5}},
        (("context.information_integration", "found 0.5; expected nothing, as the lead is a manufacturer (it counts"),),
        "idle-factor",
    ),
    Case(
        "deposit without monitoring",
        {"monitoring": [{"name": "none"}], "firms[0].max_deposit": 2.5},
        (("firms[0].max_deposit", "found 2.5; expected a monitoring option with detection above 0, or no deposit"),),
        "idle-deposit",
    ),
    Case(
        "capabilities without value",
        {"project.value": 0, "firms[2].contribution": 1.0},
        (
            (
                "firms[0].contribution",
                "found nothing for 2 of 3 firms ('Cellmaker', 'Carmaker'); expected",
            ),
        ),
        "unused-capabilities",
    ),
    Case(
        "one firm in another unit",
        {"firms[0].outside_option": 0.5, "firms[1].outside_option": 700.0, "firms[2].outside_option": 2.0},
        (
            (
                "firms[1].outside_option",
                "found an amount of at least 300 times what is usual among the others for 1",
            ),
        ),
        "other-unit",
    ),
    Case(
        "names that differ in case",
        {"firms[2].name": "CARMAKER"},
        (
            (
                "firms[2].name",
                "found 'CARMAKER'; expected a name that is not, but for upper and lower case, that of firms[1]",
            ),
        ),
        "similar-names",
    ),
    Case(
        "menu without idling",
        {"firms[0].efforts[0].level": 0.25},
        (("firms[0].efforts", "found no level 0 for 1 of 3 firms ('Cellmaker'); expected a menu of everything"),),
        "no-idle-level",
    ),
    Case(
        "contribution below 0",
        {"firms[1].contribution": -4.0, "firms[2].contribution": -1.0},
        (("firms[1].contribution", "found less than 0 for 2 of 3 firms ('Carmaker', 'Institute'); expected"),),
        "negative-contribution",
    ),
    Case(
        "one firm of unlimited cash",
        {"firms[0].liquidity": 5.0, "firms[2].liquidity": 0.0},
        (("firms[1].liquidity", "found nothing, which means cash without limit, for 1 of 3 firms ('Carmaker')"),),
        "some-liquidity",
    ),
    Case(
        "monitoring that sees nothing",
        {"monitoring[1].detection": 0.005},
        (("monitoring[1].detection", "found 0.005 at a cost of 0.25; expected a chance of detection"),),
        "blind-monitoring",
    ),
    Case(
        "uncertainty without scenarios",
        {"uncertainty": {"objective": "worst"}},
        (("uncertainty", "found no scenarios; expected scenarios that it is about (it has no effect)"),),
        "unused-uncertainty",
    ),
    Case(
        "factor on 0",
        {"scenarios": [{"name": "bad", "changes": [{"path": "project.volatility", "factor": 2}]}]},
        (("scenarios[0].changes[0].factor", 'found a factor on 0 at "project.volatility"; expected a number'),),
        "idle-change",
    ),
    Case(
        "worst part that nobody looks at",
        {"scenarios": [{"name": "bad"}], "uncertainty": {"objective": "worst", "alpha": 0.2}},
        (("uncertainty.alpha", 'found a worst part with the uncertainty objective "worst"; expected the uncertainty'),),
        "idle-alpha",
    ),
    Case(
        "worst case that cannot occur",
        {
            "scenarios": [{"name": "usual", "probability": 1.0}, {"name": "never", "probability": 0.0}],
            "uncertainty": {"objective": "worst"},
        },
        (
            (
                "scenarios[1].probability",
                "found 0 for 'never' with the uncertainty objective \"worst\"; expected a probability above 0: the "
                "worst scenario decides, however improbable it is (leave a scenario out that cannot occur",
            ),
        ),
        "impossible-scenario",
    ),
    Case(
        "scenario in another unit",
        {"scenarios": [{"name": "bad", "changes": [{"path": "modes.*.value_factor", "factor": 1e5}]}]},
        (
            (
                "scenarios[0].changes[0].factor",
                'found 100000 times what the instance says at "modes.*.value_factor"; expected amounts in one unit',
            ),
        ),
        "far-change",
    ),
]


@pytest.mark.parametrize("case", WARNED, ids=lambda case: case.id)
def test_what_is_probably_not_meant_is_warned_of(case: Case) -> None:
    warnings = Instance.from_dict(case.document()).warnings()
    [(path, phrase)] = case.expected
    assert [(problem.path, problem.rule) for problem in warnings] == [(path, case.rule)]
    assert phrase in str(warnings[0])


def test_nothing_is_warned_of_without_a_reason() -> None:
    assert Instance.from_dict(VALID).warnings() == []


def test_every_rule_has_a_test_that_breaks_it() -> None:
    tested = {case.rule for case in (*SINGLE, *WARNED)}
    rules = {rule.id for rule in ALL_RULES}
    assert len(rules) == len(ALL_RULES)
    assert not VALIDATORS & rules
    assert rules | VALIDATORS <= tested
    assert {rule.id for rule in ALL_RULES if rule.severity == "warning"} == {case.rule for case in WARNED}


@pytest.mark.parametrize("rule", [rule for rule in ALL_RULES if rule.reads], ids=lambda rule: rule.id)
def test_what_a_rule_reads_is_a_field_of_the_format(rule: Rule) -> None:
    uncertain = WRITTEN_OUT | {"scenarios": [{"name": "bad", "probability": None}]}
    fields = {re.sub(r"\[\d+\]", "[]", path) for path in paths(uncertain)}
    assert rule.reads <= fields
    deceived = Instance.from_dict(VALID)
    for field in rule.reads:
        assert rule.id not in {p.rule for p in find_problems(deceived, rule.severity, frozenset({field}))}


def test_problems_read_as_one_line() -> None:
    assert str(Problem("a.b", "1", "2", "try 3")) == "a.b: found 1; expected 2 (try 3)"
    assert str(Problem("", "1", "2")) == "document: found 1; expected 2"


# --- bundled instances -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", bundled_names())
def test_bundled_instances_are_valid_and_say_where_they_come_from(name: str) -> None:
    instance = load_bundled(name)
    assert instance == Instance.from_file(bundled_path(name))
    assert instance.name
    assert instance.source
    assert instance.warnings() == []


def test_an_unknown_bundled_instance_is_named_with_those_there_are() -> None:
    with pytest.raises(OptionError, match=r"no bundled instance '../x'; there are: "):
        bundled_path("../x")


# --- JSON Schema -----------------------------------------------------------------------------------------

# What JSON Schema cannot say: texts hold any character.
_BEYOND = {"NaN", "infinity", "minus infinity", "key that is not text", "100 levels"}
_BEYOND |= {case.id for case in SINGLE if "digits" in case.id}
_BEYOND |= {case.id for case in NAMES if case.id not in ("empty name", "blank name")}
_SCHEMA = Draft202012Validator(json_schema("instance"))


@pytest.mark.parametrize("kind", ["instance", "result", "sweep", "point"])
def test_the_schemas_are_valid_and_describe_every_property(kind: Any) -> None:
    schema = json_schema(kind)
    Draft202012Validator.check_schema(schema)
    json.dumps(schema, allow_nan=False)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:rd-contract:{kind}:1"
    for definition in (schema, *schema.get("$defs", {}).values()):
        assert definition["description"]
        assert definition["additionalProperties"] is False
        for name, field in definition["properties"].items():
            assert field.get("description"), name


def test_schemas_of_other_kinds_do_not_exist() -> None:
    with pytest.raises(OptionError, match="no schema 'study'; there are: 'instance', 'result', 'sweep', 'point'"):
        json_schema("study")  # type: ignore[arg-type]
    assert json_schema("instance") is not json_schema("instance")


def test_the_schema_says_what_the_format_says() -> None:
    schema = json_schema("instance")
    assert schema["required"] == ["format", "firms"]
    assert schema["properties"]["format"]["const"] == "rd-contract/1"
    firm = schema["$defs"]["Firm"]
    assert set(firm["properties"]) == {*_FIRM, "name", "efforts"}
    assert firm["required"] == ["name", "efforts"]
    defaults = {name: field["default"] for name, field in firm["properties"].items() if "default" in field}
    assert defaults == _FIRM
    assert firm["properties"]["credit"]["maximum"] == 1.0


def test_the_schema_accepts_what_is_valid() -> None:
    for document in examples():
        _SCHEMA.validate(document)
        _SCHEMA.validate(Instance.from_dict(document).to_dict())


@pytest.mark.parametrize("name", [name for name in bundled_names() if bundled_path(name).stat().st_size < 200_000])
def test_the_schema_accepts_the_bundled_instances(name: str) -> None:
    _SCHEMA.validate(json.loads(bundled_path(name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("case", [case for case in SINGLE if case.id not in _BEYOND], ids=lambda case: case.id)
def test_the_schema_rejects_what_is_malformed_and_leaves_the_rules_alone(case: Case) -> None:
    assert _SCHEMA.is_valid(case.document()) == (case in RULES)
