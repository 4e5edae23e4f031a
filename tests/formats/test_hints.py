"""What spreadsheets put where a number, a word or a text belongs: each cell its own problem, and what to write."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import VALID_RESULT
from malformed import VALID, change
from rd_contract import Instance, InstanceError, Problem, Result, SweepPlan
from rd_contract.base.errors import DocumentError
from rd_contract.formats.hints import nearest, readings
from samples import CASES
from strategies import mutants


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("35%", [0.35]),
        ("35 %", [0.35]),
        ("12,5%", [0.125]),
        ("9,5", [9.5]),
        ("9.5", [9.5]),
        (" 9.5 ", [9.5]),
        ("1 200", [1200.0]),
        ("1\u202f200\u00a0000", [1200000.0]),
        ("1'200.50", [1200.5]),
        ("1.200,50", [1200.5]),
        ("1,200.50", [1200.5]),
        ("1.200.000", [1200000.0]),
        ("1,200,000", [1200000.0]),
        ("1.200", [1.2, 1200.0]),
        ("1,200", [1200.0, 1.2]),
        ("0.125", [0.125]),
        ("0,125", [0.125]),
        ("-3,5", [-3.5]),
        ("\u22123.5", [-3.5]),
        ("\u20ac 1.200,50", [1200.5]),
        ("12 EUR", [12.0]),
        ("1e6", [1e6]),
        ("12 firms", []),
        ("1.2.3", []),
        ("1,2,3", []),
        ("12,34,567", []),
        ("%", []),
        ("inf", []),
        ("0x10", []),
        ("1_000", [1000.0]),
        ("", []),
    ],
)
def test_numbers_are_recognised_in_cells(text: str, numbers: list[float]) -> None:
    assert readings(text) == pytest.approx(numbers, rel=1e-12)


@settings(derandomize=True, deadline=None, database=None, max_examples=200)
@given(st.floats(-1e9, 1e9), st.sampled_from(["{:,.2f}", "{:.2f}"]))
def test_numbers_that_are_written_out_are_among_the_readings(number: float, form: str) -> None:
    english = form.format(number)
    german = english.translate(str.maketrans(",.", ".,"))
    for text in (english, german, german.replace(".", "\u00a0"), english.replace(",", "'")):
        assert any(math.isclose(found, float(f"{number:.2f}")) for found in readings(text)), text


def problems_of(document: dict[str, Any]) -> tuple[Problem, ...]:
    try:
        Instance.from_dict(document)
    except InstanceError as error:
        return error.problems
    return ()


CELLS: list[tuple[str, Any, str]] = [
    ("project.subsidy_rate", "35%", "write 0.35, without quotes"),
    ("firms[0].joining_cost", "9,5", "write 9.5, without quotes"),
    ("firms[0].joining_cost", "1 200", "write 1200, without quotes"),
    ("firms[0].joining_cost", "1.200,50", "write 1200.5, without quotes"),
    ("firms[0].joining_cost", "1,200", "write 1200 or 1.2, without quotes"),
    ("firms[0].joining_cost", "", "leave it out: then it is 0"),
    ("firms[0].joining_cost", None, "leave it out: then it is 0"),
    ("firms[0].joining_cost", float("nan"), "leave it out: then it is 0"),
    ("firms[0].liquidity", "n/a", "leave it out, or write null: no limit"),
    ("firms[0].liquidity", float("nan"), "leave it out, or write null: no limit"),
    ("firms[0].contribution", "-", "leave it out, or write null: derived from capabilities (M5)"),
    ("firms[0].efforts[1].cost", "n/a", "nothing stands for this one: it needs a value"),
    ("firms[0].efforts[1].level", "50", "write 0.5, without quotes"),
    ("firms[0].efforts[1].level", 50, "write 0.5 if 50% is meant"),
    ("firms[0].share.max", 35, "write 0.35 if 35% is meant"),
    ("firms[0].capabilities.cathode", 80, "write 0.8 if 80% is meant"),
    ("firms[0].capabilities.cathode", "", "leave it out"),
    ("firms[0].credit", 1.01, ""),
    ("firms[0].credit", 250, ""),
    ("project.team_size.max", "4", "write 4, without quotes"),
    ("project.team_size.max", float("nan"), ""),
    ("firms[0].sme", "x", "write true, without quotes"),
    ("firms[0].sme", "No", "write false, without quotes"),
    ("firms[0].sme", float("nan"), "leave it out: then it is false"),
    ("firms[0].role", float("nan"), 'leave it out: then it is ""'),
    ("firms[0].role", None, 'leave it out: then it is ""'),
    ("firms[0].role", pd.NA, 'leave it out: then it is ""'),
    ("firms[0].liquidity", pd.NA, "leave it out, or write null: no limit"),
    ("firms[0].joining_cost", pd.NaT, "leave it out: then it is 0"),
    ("name", 7, 'write "7", in quotes'),
    ("firms[0].name", float("nan"), "nothing stands for this one: it needs a value"),
    ("firms[0].membership", "Required", "did you mean 'required'?"),
    ("firms[0].membership", "exclude", "did you mean 'excluded'?"),
    ("objective", "JOINT", "did you mean 'joint'?"),
    ("division", "nucleolous", "did you mean 'nucleolus'?"),
    ("project.technologies[0].dimension", "viable", "did you mean 'viability'?"),
    ("division", "fair", ""),
    ("objective", None, ""),
]


@pytest.mark.parametrize(("path", "value", "hint"), CELLS)
def test_a_cell_gets_a_hint_that_says_what_to_write(path: str, value: Any, hint: str) -> None:
    document = copy.deepcopy(VALID)
    change(document, path, value)
    assert [(problem.path, problem.hint) for problem in problems_of(document)] == [(path, hint)]


def test_what_is_not_a_number_where_a_text_belongs_is_no_number_problem() -> None:
    with pytest.raises(InstanceError) as caught:
        Instance.from_dict({**VALID, "currency": float("nan")})
    assert [(problem.found, problem.expected) for problem in caught.value.problems] == [("NaN", "text")]


def test_each_cell_of_a_dirty_sheet_has_its_problem_and_its_hint() -> None:
    with pytest.raises(InstanceError) as caught:
        Instance.from_file(CASES / "dirty_spreadsheet.json")
    assert len(caught.value.problems) == 12
    assert all(problem.hint for problem in caught.value.problems)


def test_what_is_written_as_the_hint_says_is_accepted() -> None:
    for path, value, hint in CELLS:
        if not hint.startswith("write ") or " or " in hint or "null" in hint:
            continue
        written = hint.removeprefix("write ").split(" if ")[0].split(", ")[0]
        document = copy.deepcopy(VALID)
        change(document, path, json.loads(written))
        assert path not in {problem.path for problem in problems_of(document)}, value


def test_names_in_long_lists_are_found_by_how_they_begin_or_end() -> None:
    names = [f"Firm number {at}" for at in range(5000)]
    assert nearest("Firm numbr 1234", names) == "Firm number 1234"
    assert nearest("irm number 4321", names) == "Firm number 4321"
    assert nearest("X", names) is None
    assert nearest("x", []) is None


# --- nobody else's words ---------------------------------------------------------------------------------

# Phrases of the validation library.
FOREIGN = (
    "Input should",
    "input is",
    "Value error",
    "Extra inputs",
    "Field required",
    "a valid ",
    "pydantic",
    "Unable",
)

PLAN: dict[str, Any] = {
    "format": "rd-contract-sweep/1",
    "design": "latin-hypercube",
    "samples": 8,
    "seed": 3,
    "vary": [{"path": "project.value", "low": 1.0, "high": 2.0, "steps": 3}, {"path": "a", "values": [1, "x", None]}],
}


@settings(derandomize=True, deadline=None, database=None, max_examples=100)
@given(mutants(st.just(VALID)), mutants(st.just(VALID_RESULT)), mutants(st.just(PLAN)))
def test_the_words_of_the_validation_library_reach_nobody(
    instance: dict[str, Any], result: dict[str, Any], plan: dict[str, Any]
) -> None:
    for read, document in ((Instance.from_dict, instance), (Result.from_dict, result), (SweepPlan.from_dict, plan)):
        try:
            read(document)
        except DocumentError as error:
            for problem in error.problems:
                assert not any(phrase in problem.expected + problem.hint for phrase in FOREIGN), problem


def test_a_text_that_must_not_be_empty_is_asked_for_in_our_words() -> None:
    plan = copy.deepcopy(PLAN)
    plan["vary"][1]["path"] = ""
    with pytest.raises(DocumentError) as caught:
        SweepPlan.from_dict(plan)
    assert [problem.expected for problem in caught.value.problems] == ["text that is not empty"]


@pytest.mark.parametrize("value", [[], {}, [1, 2], {"a": 1}])
def test_a_value_of_a_plan_that_is_none_is_one_problem(value: Any) -> None:
    plan = copy.deepcopy(PLAN)
    plan["vary"][1]["values"] = [1, value]
    with pytest.raises(DocumentError) as caught:
        SweepPlan.from_dict(plan)
    [problem] = caught.value.problems
    assert (problem.path, problem.expected) == ("vary[1].values[1]", "a number, a text, true, false or null")
