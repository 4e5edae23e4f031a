"""Scenarios as instances of their own: the numbers of each, what they share, what is kept, what may change."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malformed import VALID
from oracles.random_instances import random_instance
from rd_contract import Instance, InstanceError
from rd_contract.formats.registry import json_schema
from rd_contract.instance import Edit, Uncertainty, World, load_bundled, variant, worlds
from rd_contract.instance.changing import Changer
from rd_contract.instance.paths import Addresses
from rd_contract.instance.refusals import CHANGEABLE, HOLDERS, REFUSED, reason_against

Scenario = dict[str, Any]


def _instance(*scenarios: Scenario, **more: Any) -> Instance:
    return Instance.from_dict(copy.deepcopy(VALID) | {"scenarios": list(scenarios)} | more)


def _edits(changes: list[dict[str, Any]]) -> list[Edit]:
    """Return changes as a sweep would make them."""
    return [
        Edit(change["path"], change["value"]) if "value" in change else Edit(change["path"], change["factor"], "scale")
        for change in changes
    ]


BAD: list[dict[str, Any]] = [
    {"path": "project.value", "factor": 0.5},
    {"path": "project.technologies.software.weight", "value": 3},
    {"path": "modes.*.value_factor", "factor": 0.75},
    {"path": "monitoring.ledger.cost", "value": 0.5},
    {"path": "firms.Institute.outside_option", "value": -2.5},
    {"path": "firms.*.capabilities.cathode", "factor": 0.75},
    {"path": "firms.Cellmaker.capabilities.software", "value": 0.25},
    {"path": "firms.Cellmaker.efforts.2.cost", "factor": 1.5},
    {"path": "firms.Carmaker.efforts.exponent", "value": 1.5},
    {"path": "relations.Carmaker & Cellmaker.spillover", "value": -0.5},
    {"path": "relations.Institute & Carmaker.synergy", "value": 2},
]


# --- what a world is -------------------------------------------------------------------------------------


def test_a_world_is_the_instance_with_the_numbers_of_its_scenario() -> None:
    whole = _instance({"name": "bad", "probability": 0.125, "changes": BAD}, {"name": "good", "probability": 0.875})
    bad, good = worlds(whole)
    assert (bad.name, bad.probability, good.name, good.probability) == ("bad", 0.125, "good", 0.875)
    assert bad.instance == variant(Instance.from_dict(VALID), _edits(BAD))
    assert [firm.name for firm in bad.instance.firms] == [firm.name for firm in whole.firms]
    assert bad.instance.scenarios == good.instance.scenarios == ()
    assert whole.scenarios[0].name == "bad", "the instance itself stays as it is"


def test_where_nothing_changes_a_world_is_the_instance() -> None:
    plain = Instance.from_dict(VALID)
    uncertainty = {"objective": "worst", "timing": "after_effort"}
    [only] = worlds(_instance({"name": "as it is"}, uncertainty=uncertainty, objective="joint"))
    assert only.instance.uncertainty == Uncertainty()
    assert only.instance == variant(plain, [Edit("objective", "joint")])
    assert only.instance.sha256 == variant(plain, [Edit("objective", "joint")]).sha256


def test_an_instance_without_scenarios_has_no_worlds() -> None:
    assert worlds(Instance.from_dict(VALID)) == ()


@pytest.mark.parametrize("count", [1, 2, 3, 7, 100])
def test_without_probabilities_all_scenarios_are_equally_probable(count: int) -> None:
    found = worlds(_instance(*({"name": f"{at}"} for at in range(count))))
    assert [world.probability for world in found] == [1.0 / count] * count
    assert [world.name for world in found] == [str(at) for at in range(count)]


@pytest.mark.parametrize("given", [(0.1,) * 10, (1 / 3,) * 3, (0.3, 0.3, 0.4), (0.0, 1.0), (0.333, 0.333, 0.334)])
def test_probabilities_are_kept_as_given(given: tuple[float, ...]) -> None:
    found = worlds(_instance(*({"name": f"{at}", "probability": p} for at, p in enumerate(given))))
    assert tuple(world.probability for world in found) == given


def test_what_does_not_change_is_shared_and_worlds_are_made_once() -> None:
    change = {"path": "firms.Institute.outside_option", "value": 1}
    whole = _instance({"name": "bad", "changes": [change]})
    [world] = found = worlds(whole)
    assert worlds(whole) is found
    assert world.instance.firms[0] is whole.firms[0]
    assert world.instance.firms[2] is not whole.firms[2]
    assert world.instance.modes is whole.modes
    assert world.instance.relations is whole.relations
    other = whole.unjudged(name="other")
    assert worlds(other) is not found
    assert (worlds(other)[0].instance.name, other.sha256 != whole.sha256) == ("other", True)
    assert Instance.from_dict(whole.to_dict()) == whole, "what is kept with an instance does not tell it from others"


def test_pairs_that_only_scenarios_name_are_listed_in_all_and_a_star_means_those_of_the_file() -> None:
    pair, all_pairs = "relations.Institute & Carmaker", "relations.*.spillover"
    first = {"name": "a", "changes": [{"path": f"{pair}.synergy", "value": 2}, {"path": all_pairs, "value": 3}]}
    second = {"name": "b", "changes": [{"path": all_pairs, "value": 1}]}
    for scenarios in ((first, second), (second, first)):
        found = {world.name: world.instance for world in worlds(_instance(*scenarios))}
        assert [relation.between for relation in found["a"].relations] == [
            relation.between for relation in found["b"].relations
        ]
        assert [relation.spillover for relation in found["a"].relations] == [3.0, 0.0]
        assert [relation.spillover for relation in found["b"].relations] == [1.0, 0.0]
        assert [relation.synergy for relation in found["a"].relations] == [None, 2.0]
        assert [relation.synergy for relation in found["b"].relations] == [None, None]


def test_what_is_decided_beforehand_is_not_asked_again_of_a_scenario() -> None:
    changes = [
        {"path": "firms.*.capabilities.cathode", "factor": 0.5},  # below the requirement, (M18)
        {"path": "project.subsidy_rate", "value": 0.75},  # more than the reimbursement limits leave, (M29)
    ]
    [world] = worlds(_instance({"name": "bad", "changes": changes}))
    assert world.instance.firms[0].capabilities["cathode"] == 0.375
    assert world.instance.project.subsidy_rate + world.instance.firms[1].max_reimbursement > 1.0


def test_of_a_part_of_an_instance_what_leads_nowhere_is_said() -> None:
    whole = _instance({"name": "bad", "changes": BAD[4:5]})
    with pytest.raises(InstanceError, match=r"scenarios\[0\]\.changes\[0\]\.path: found \"Institute\"") as caught:
        worlds(whole.unjudged(firms=whole.firms[:2]))
    assert [problem.rule for problem in caught.value.problems] == ["scenario-changes"]


# --- as sweeps do it, and as a file would be judged ------------------------------------------------------

_SINGLE = (
    "project.value",
    "project.volatility",
    "project.default_relation.trust",
    "modes.*.cost_factor",
    "modes.*.volatility_factor",
    "monitoring.*.detection",
    "firms.*.outside_option",
    "firms.*.joining_cost",
    "firms.*.verifiable_cost_share",
    "firms.*.contribution",
    "relations.*.synergy",
    "relations.*.trust",
)
_CHANGES = st.tuples(
    st.sampled_from(_SINGLE), st.sampled_from(["value", "factor"]), st.floats(0.0, 1.0) | st.floats(-2.0, 40.0)
).map(lambda drawn: {"path": drawn[0], drawn[1]: drawn[2]})


@settings(derandomize=True, deadline=None, database=None, max_examples=150)
@given(st.integers(0, 30), st.lists(_CHANGES, min_size=1, max_size=5, unique_by=lambda change: change["path"]))
def test_a_scenario_is_what_a_sweep_would_make_of_it(seed: int, changes: list[dict[str, Any]]) -> None:
    document = random_instance(seed)
    plain = Instance.from_dict(document)
    expected, found = _variant(plain, changes), _world(document, changes)
    if isinstance(expected, set):  # but a factor on 0 does no harm, and what is decided beforehand is not asked again
        assert found is None or expected <= {"path", "requirement-met", "subsidy-and-reimbursement", "rule-met"}
    else:
        assert found is not None
        assert found.instance == expected
        assert found.instance.sha256 == expected.sha256


def _variant(plain: Instance, changes: list[dict[str, Any]]) -> Instance | set[str]:
    try:
        return variant(plain, _edits(changes))
    except InstanceError as error:
        return {problem.rule for problem in error.problems}


def _world(document: dict[str, Any], changes: list[dict[str, Any]]) -> World | None:
    try:
        [world] = worlds(Instance.from_dict(document | {"scenarios": [{"name": "ω", "changes": changes}]}))
    except InstanceError:
        return None
    return world


@pytest.mark.parametrize("seed", range(0, 40, 5))
def test_every_scenario_of_a_random_instance_is_judged_as_part_of_it(seed: int) -> None:
    document = random_instance(seed)
    changes = [{"path": path, "factor": 0.9} for path in ("project.value", "modes.*.cost_factor")]
    again = Instance.from_dict(document | {"scenarios": [{"name": "a", "changes": changes}, {"name": "b"}]})
    assert Instance.from_json(again.to_json()) == again
    assert again.sha256 != Instance.from_dict(document).sha256


# --- what may change -------------------------------------------------------------------------------------


def _fields(node: dict[str, Any], definitions: dict[str, Any], path: str) -> Iterator[str]:
    """Yield every field of the format that holds a value, positions of lists left out."""
    if "$ref" in node:
        node = definitions[node["$ref"].rpartition("/")[2]]
    branches = [branch for branch in node.get("anyOf", node.get("oneOf", [])) if branch.get("type") != "null"]
    if branches:
        for branch in branches:
            yield from _fields(branch, definitions, path)
    elif "properties" in node:
        for name, field in node["properties"].items():
            yield from _fields(field, definitions, f"{path}.{name}" if path else name)
    elif node.get("type") == "array":
        yield from _fields(node.get("items", {}), definitions, f"{path}[]")
    else:
        yield path


#: What enters (M1)-(M11), (M13), (M15), but levels of effort and bounds on terms: a new number has to be decided on.
OPEN = {
    "project": "value base_value synergy_strength redundancy cognitive_distance_penalty volatility subsidy_rate "
    "guarantee_fee",
    "project.technologies[]": "weight",
    "project.default_relation": "trust compliance coordination tacitness protection",
    "modes[]": "value_factor cost_factor volatility_factor",
    "monitoring[]": "cost detection",
    "firms[]": "cooperation contribution joining_cost outside_option private_benefit verifiable_cost_share "
    "subsidy_rate reputation_stake risk_aversion",
    "firms[].efforts[]": "cost",
    "firms[].efforts": "full_cost exponent",
    "relations[]": "synergy trust compliance coordination tacitness protection spillover coordination_cost",
}


def test_of_every_field_it_is_decided_whether_scenarios_may_change_it() -> None:
    schema = json_schema("instance")
    fields = set(_fields(schema, schema["$defs"], ""))
    assert {holder: " ".join(names) for holder, names in CHANGEABLE.items()} == OPEN
    changeable = {f"{holder}.{name}" for holder, names in CHANGEABLE.items() for name in names}
    assert changeable <= fields
    assert not any(reason_against(_place(field)) for field in changeable | {"firms[].capabilities.cathode"})
    listed = [field for about in REFUSED.values() for field in about]
    assert len(listed) == len(set(listed))
    for field in fields - changeable - {"firms[].capabilities"}:
        above = {field[: at.start()] for at in re.finditer(r"[.\[]", field)} | {field}
        assert above & set(listed), field
        assert reason_against(_place(field)) in REFUSED
    assert {field.partition(".")[0].removesuffix("[]") for field in listed} <= set(schema["properties"])


def _place(field: str) -> tuple[str | int, ...]:
    return tuple(0 if part == "[]" else part for part in re.findall(r"[^.\[\]]+|\[\]", field))


def test_what_may_change_are_numbers_with_no_rule_within_their_object() -> None:
    """Numbers are judged one by one, which is all there is to judge as long as no type compares its fields."""
    for holder, kind in HOLDERS.items():
        validators = {name for name in kind.__pydantic_decorators__.model_validators if name != "_judge"}
        assert not validators, holder


# --- what a hundred scenarios cost -----------------------------------------------------------------------


def test_paths_are_read_once_for_all_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    places = Addresses.places

    def counted(self: Addresses, path: str, *, whole: bool = False) -> Any:
        read.append(path)
        return places(self, path, whole=whole)

    changes = [{"path": "firms.*.outside_option", "value": 1.0}, {"path": "modes.*.value_factor", "factor": 0.9}]
    scenarios = [{"name": f"{at}", "changes": changes} for at in range(100)]
    whole = Instance.from_dict(load_bundled("horizon2020_12").to_dict() | {"scenarios": scenarios})
    monkeypatch.setattr(Addresses, "places", counted)
    found = worlds(whole)
    assert len(read) == 2
    assert math.isclose(sum(world.probability for world in found), 1.0)


def test_without_scenarios_nothing_is_read_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("paths are read")

    monkeypatch.setattr(Changer, "__init__", refuse)
    plain = Instance.from_dict(VALID)
    assert plain.warnings() == []
    assert worlds(plain) == ()
    assert "scenarios" not in repr(plain)


def test_very_many_scenarios_are_refused() -> None:
    scenarios = [{"name": f"{at}"} for at in range(10_001)]
    with pytest.raises(InstanceError, match="scenarios: found 10001 entries; expected at most 10000 entries"):
        _instance(*scenarios)
    assert len(worlds(_instance(*scenarios[1:]))) == 10_000
