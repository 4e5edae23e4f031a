"""Names: one spelling for what looks alike, at every door; what then coincides is one name twice."""

from __future__ import annotations

import copy
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malformed import VALID, change
from rd_contract import (
    Axis,
    Edit,
    Firm,
    Instance,
    InstanceError,
    Mode,
    Monitoring,
    OptionError,
    Resources,
    Technology,
    break_even,
    explain,
    load_bundled,
    solve,
    variant,
)
from rd_contract.base.names import normalised
from rd_contract.instance import values_at
from rd_contract.study.comparison.forms import checked_leads
from samples import CASES

# Composed and decomposed; narrow, wide, no-break and ideographic blanks.
LOOKALIKES = [
    ("M\u00fcller AG", "Mu\u0308ller AG"),
    ("M\u00fcller AG", " Mu\u0308ller\u00a0AG\t"),
    ("Pump Works", "Pump Works "),
    ("Pump Works", "\n Pump  Works"),
    ("Pump Works", "Pump\u2009\u3000Works"),
    ("Pump Works", "Pump\u202fWorks"),
    ("\ud55c\uad6d", unicodedata.normalize("NFD", "\ud55c\uad6d")),
]


@pytest.mark.parametrize(("one", "other"), LOOKALIKES)
def test_lookalikes_have_one_spelling(one: str, other: str) -> None:
    assert normalised(one) == normalised(other) == one


@settings(derandomize=True, deadline=None, database=None)
@given(st.text())
def test_the_spelling_is_stable_and_says_the_same(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert once.split() == unicodedata.normalize("NFC", text).split()
    assert normalised(unicodedata.normalize("NFD", text)) == once


@pytest.mark.parametrize("case", ["names_trailing_blank", "names_composed", "names_double_blank"])
def test_lookalikes_are_one_firm_twice(case: str) -> None:
    with pytest.raises(InstanceError) as caught:
        Instance.from_file(CASES / f"{case}.json")
    assert [(problem.path, problem.rule) for problem in caught.value.problems] == [("firms[1].name", "unique-firms")]


def test_names_equal_but_for_case_are_two_and_a_warning() -> None:
    instance = Instance.from_file(CASES / "names_case.json")
    assert [(problem.path, problem.rule) for problem in instance.warnings()] == [("firms[1].name", "similar-names")]


def test_a_relation_means_the_firm_however_its_name_is_composed() -> None:
    instance = Instance.from_file(CASES / "relation_composed.json")
    assert instance.relations[0].between[0] == instance.firms[0].name == "M\u00fcller AG"
    document = json.loads((CASES / "relation_composed.json").read_text(encoding="utf-8"))
    document["relations"][0]["between"][0] = "M\u00fcller AG"
    assert Instance.from_dict(document).sha256 == instance.sha256


NAMED = [
    "firms[0].name",
    "modes[0].name",
    "monitoring[0].name",
    "project.technologies[0].name",
    "project.lead",
    "relations[0].between[0]",
    "relations[0].between[1]",
]


@pytest.mark.parametrize("path", NAMED)
def test_every_name_and_every_reference_has_one_spelling(path: str) -> None:
    document = copy.deepcopy(VALID)
    plain = Instance.from_dict(document)
    node: Any = document
    for part in path.replace("[", ".").replace("]", "").split("."):
        node = node[int(part)] if isinstance(node, list) else node[part]
    change(document, path, f"\u00a0{node} ")
    assert Instance.from_dict(document) == plain


def test_capabilities_name_technologies_in_one_spelling() -> None:
    document = copy.deepcopy(VALID)
    document["firms"][0]["capabilities"] = {" cathode\u2003": 0.75}
    assert Instance.from_dict(document) == Instance.from_dict(VALID)


def test_parts_have_names_in_one_spelling_too() -> None:
    assert [part(name=" a\u00a0 b ").name for part in (Mode, Monitoring, Technology)] == ["a b"] * 3
    assert Firm(name="A ", efforts=({"level": 0, "cost": 0},)).name == "A"


def test_paths_lead_to_names_however_they_are_typed() -> None:
    instance = Instance.from_file(CASES / "relation_composed.json")
    assert values_at(instance, "firms.Mu\u0308ller\u00a0AG.contribution") == [5.0]
    changed = variant(instance, [Edit(" relations.Other  &  Mu\u0308ller AG.synergy", 7.0)])
    assert changed.relations[0].synergy == 7.0


def test_options_name_firms_however_they_are_typed() -> None:
    instance = load_bundled("two_firms")
    assert checked_leads(instance, [" Supplier\u00a0", "Supplier"]) == ("Supplier",)
    with pytest.raises(OptionError, match="did you mean"):
        checked_leads(instance, ["Suplier"])
    explained = explain(instance, solve(instance), firms=["Supplier "], jobs=1)
    assert [case.firm for case in explained.member_cases] == ["Supplier"]
    axis = Axis(path="firms.Supplier.outside_option", low=0.0, high=4.0, steps=3)
    outcome = break_even(instance, axis, watch=" Supplier", tolerance=0.5, resources=Resources(jobs=1))
    assert [change.after for change in outcome.changes] == [("out",)]
