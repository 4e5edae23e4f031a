"""One editor of instances: every place of an instance has a path with one reading, whatever names hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.random_instances import random_instance
from rd_contract import Edit, Instance, InstanceError, explain_obstacles, variant
from rd_contract.instance import changes, path_to, path_writer, values_at
from rd_contract.study.comparison.forms import SHARES, variant_of
from rd_contract.study.rulebook import droppable_rules, without
from samples import CASES

#: Names that could be read as parts of paths, alone and together.
AWKWARD = ("A", "B", "A.share", "A & B", "B & A", "A &", "& B", "*", '"A"', '"A" & "B"', "A.capabilities", "\\", "min")


def named(*names: str, **project: Any) -> Instance:
    firms = [
        {"name": name, "contribution": 3.0, "efforts": {"full_cost": 1.0}, "joining_cost": float(at)}
        for at, name in enumerate(names)
    ]
    return Instance.from_dict({"format": "rd-contract/1", "project": project, "firms": firms})


@given(st.lists(st.sampled_from(AWKWARD), min_size=2, max_size=6, unique=True))
def test_every_firm_and_pair_has_a_path_with_one_reading(names: list[str]) -> None:
    instance = named(*names, technologies=[{"name": name} for name in names])
    for at, name in enumerate(names):
        assert values_at(instance, path_to("firms", name, "joining_cost")) == [at]
        assert path_writer(instance)(path_to("firms", name, "share", "max")) == f"firms[{at}].share.max"
        changed = variant(instance, [Edit(path_to("firms", names[0], "capabilities", name), 0.5)])
        assert changed.firms[0].capabilities[name] == 0.5
        assert all(firm == other for firm, other in zip(changed.firms[1:], instance.firms[1:], strict=True))
    edits = [Edit(path_to("relations", (names[0], name), "synergy"), float(at)) for at, name in enumerate(names) if at]
    relations = variant(instance, edits).relations
    assert [(one.between, one.synergy) for one in relations] == [
        ((names[0], name), float(at)) for at, name in enumerate(names) if at
    ]


def test_names_are_quoted_only_where_they_have_to_be() -> None:
    assert path_to("firms", "Saft (FR)", "share", "min") == "firms.Saft (FR).share.min"
    assert path_to("firms", "Plant & Tool", "credit") == "firms.Plant & Tool.credit"
    assert path_to("relations", ("Plant & Tool", "A"), "trust") == 'relations."Plant & Tool" & A.trust'
    assert path_to("firms", "Acme Inc.", "credit") == 'firms."Acme Inc.".credit'


def test_where_a_path_has_two_readings_the_hint_can_be_followed() -> None:
    instance = Instance.from_file(CASES / "ambiguous_pairs.json")
    with pytest.raises(InstanceError) as caught:
        values_at(instance, "relations.A & B & C.synergy")
    [problem] = caught.value.problems
    assert problem.hint == 'write relations."A & B" & "C".synergy or relations."A" & "B & C".synergy'
    assert values_at(instance, 'relations."A & B" & "C".synergy') == [2.0]
    assert values_at(instance, 'relations."A" & "B & C".synergy') == [1.0]


@pytest.mark.parametrize("seed", range(12))
def test_a_rule_is_gone_after_its_edit_and_nothing_else_is(seed: int) -> None:
    """Also where names could be read in several ways."""
    raw = random_instance(seed)
    text = Instance.from_dict(raw).to_json()
    for at, firm in enumerate(raw["firms"]):
        text = text.replace(f'"{firm["name"]}"', f'"{("A", "A & B", "B", "B & A", "A.share")[at]}"')
    for instance in (Instance.from_dict(raw), Instance.from_json(text)):
        rules = droppable_rules(instance)
        assert len({rule.path for rule in rules}) == len(rules)
        for rule in rules:
            [change] = changes(instance, [rule.drop])
            assert len(change.before) == 1
            assert change.before != change.after
            left = without(instance, [rule])
            if left is not None:
                assert {one.path for one in droppable_rules(left)} == {one.path for one in rules} - {rule.path}
        bare = without(instance, rules)
        assert bare is not None
        assert droppable_rules(bare) == []


def test_what_keeps_two_ambiguous_pairs_apart_is_found() -> None:
    """The rule on one pair is dropped, not that on the other, although ``A & B & C`` could be either."""
    firms = [
        {"name": name, "contribution": 2.0, "efforts": {"full_cost": 1.0}, "membership": membership}
        for name, membership in (("A & B", "required"), ("C", "required"), ("A", "optional"), ("B & C", "optional"))
    ]
    pairs = [{"between": ["A", "B & C"], "exclusive": True}, {"between": ["A & B", "C"], "exclusive": True}]
    document = {"format": "rd-contract/1", "firms": firms, "relations": pairs[:1]}
    instance = Instance.from_dict(document)
    [rule] = [rule for rule in droppable_rules(instance) if rule.rule == "exclusive"]
    assert rule.path == "relations[0].exclusive"
    relaxed = without(instance, [rule])
    assert relaxed is not None
    assert not relaxed.relations[0].exclusive
    with pytest.raises(InstanceError):  # both are required
        Instance.from_dict({**document, "relations": pairs})


def test_an_object_or_a_list_takes_the_place_of_a_whole_one() -> None:
    instance = named("A", "B")
    options = [{"name": "watch", "cost": 0.1, "detection": 0.5}, {"name": "trust", "cost": 0.0, "detection": 0.0}]
    edits = [
        Edit("monitoring", options),
        Edit("monitoring.trust.cost", 0.2),
        Edit("firms.*.share", {"min": 0.1, "max": 0.9}),
        Edit("firms.B.share.min", 0.2),
    ]
    changed = variant(instance, edits)
    assert [(option.name, option.cost) for option in changed.monitoring] == [("watch", 0.1), ("trust", 0.2)]
    assert [(firm.share.min, firm.share.max) for firm in changed.firms] == [(0.1, 0.9), (0.2, 0.9)]
    assert options[1]["cost"] == 0.0, "what was given stays as it is"
    bare = variant(instance, [Edit("project", {"value": 2.0}), Edit("firms.A.credit", 0.5)])
    assert (bare.project.value, bare.project.technologies, bare.firms[0].credit) == (2.0, (), 0.5)
    for path in ("", "project"):
        with pytest.raises(InstanceError):
            variant(instance, [Edit(path, {"nonsense": 1})])


def test_new_names_are_found_by_later_edits() -> None:
    instance = named("A", "B")
    changed = variant(instance, [Edit("firms.A.credit", 0.5), Edit("firms.A.name", "C"), Edit("firms.C.credit", 0.7)])
    assert [(firm.name, firm.credit) for firm in changed.firms] == [("C", 0.7), ("B", 1.0)]


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 200))
def test_the_edits_of_a_form_can_be_made_by_hand(seed: int) -> None:
    """What is said of shares-only, written as edits of one value, makes the same instance."""
    instance = Instance.from_dict(random_instance(seed))
    found = variant_of(instance, SHARES)
    by_hand = [
        Edit("objective", "joint"),
        Edit("firms.*.max_deposit", 0.0),
        Edit("firms.*.max_reimbursement", 0.0),
        Edit("monitoring", [option.model_dump(mode="json") for option in found.instance.monitoring]),
    ]
    assert variant(instance, by_hand) == found.instance
    said = {text.split(" = ")[0] for text in found.edits}
    assert said == {one.edit.path for one in changes(instance, by_hand) if one.before != one.after}


def test_obstacles_are_written_as_places_in_the_file() -> None:
    edits = [Edit('firms."Acme Inc.".outside_option', 30.0), Edit('firms."Acme Inc.".membership', "required")]
    instance = variant(named("Acme Inc.", "B"), edits)
    assert {one.path for one in explain_obstacles(instance)} == {"firms[0].outside_option", "firms[0].membership"}
