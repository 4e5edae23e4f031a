"""Malformed input: every problem is named once, at its place, and nothing else is said or raised."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import VALID_RESULT
from malformed import ABSENT, SINGLE, VALID, Case, change, deep, misspelled, paths
from rd_contract.base import files
from rd_contract.base.errors import SHOWN, DocumentError, InstanceError, Problem, ResultError
from rd_contract.instance import Instance
from rd_contract.outcome.contract import Result
from strategies import JSON, mutants


def problems_of(document: Any) -> tuple[Problem, ...]:
    with pytest.raises(InstanceError) as caught:
        Instance.from_dict(document, "file.json")
    assert presentable(caught.value)
    return caught.value.problems


def presentable(error: DocumentError) -> bool:
    """Whether an error says something, all of it printable on a terminal: one line for each problem."""
    text = str(error)
    text.encode("utf-8")
    lines = text.split("\n")
    assert all(line.isprintable() for line in lines)
    more = len(error.problems) - SHOWN
    said = min(len(error.problems), SHOWN)
    assert said > 0
    assert len(lines) == 1 + said + (more > 0)
    assert more <= 0 or lines[-1] == f"  and {more:,} more"
    return all(problem.expected and problem.found for problem in error.problems)


def as_expected(case: Case, problems: tuple[Problem, ...]) -> None:
    found, expected = sorted(problems, key=lambda problem: problem.path), sorted(case.expected)
    assert [problem.path for problem in found] == [path for path, _ in expected]
    for problem, (_, phrase) in zip(found, expected, strict=True):
        assert phrase in str(problem)
    assert case.rule in {problem.rule for problem in problems}


def test_the_document_that_is_changed_is_valid() -> None:
    Instance.from_dict(VALID)


def test_the_table_is_long_and_its_names_are_unique() -> None:
    assert len(SINGLE) >= 45
    assert len({case.id for case in SINGLE}) == len(SINGLE)


@pytest.mark.parametrize("case", SINGLE, ids=lambda case: case.id)
def test_each_problem_is_named_and_nothing_else(case: Case) -> None:
    as_expected(case, problems_of(case.document()))


def test_from_text_and_from_a_file_the_same_is_said(tmp_path: Path) -> None:
    for case in SINGLE:
        document = case.document()
        if any(isinstance(key, int) for key in document["project"]) or "digits" in case.id:
            continue  # JSON has no such keys, and Python does not write such numbers
        text = json.dumps(document)
        path = tmp_path / "instance.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InstanceError) as caught:
            Instance.from_json(text)
        as_expected(case, caught.value.problems)
        with pytest.raises(InstanceError) as caught:
            Instance.from_file(path)
        as_expected(case, caught.value.problems)


# --- several problems at once ----------------------------------------------------------------------------

COMBINED = [
    Case(
        "malformed fields and broken rules",
        {
            "curency": "EUR",
            "project.value": "20",
            "project.lead": "Carmakr",
            "firms[0].efforts[1].cost": None,
            "firms[0].share.min": 0.9,
            "firms[1].capabilities.hardware": 0.5,
            "firms[1].max_reimbursement": 0.8,
            "relations[1]": {"between": ["Carmaker", "Startup"]},
        },
        (
            ("project.value", "expected a number"),
            ("firms[0].efforts[1].cost", "expected a number"),
            ("firms[0].share", "min of at most max"),
            ("curency", "currency"),
            ("firms[1].capabilities.hardware", "unknown technology"),
            ("project.lead", "unknown firm"),
            ("relations[1].between[1]", "unknown firm"),
            ("firms[1].max_reimbursement", "at most 0.75"),
        ),
    ),
    Case(
        "a nameless firm hides only who might be meant by it",
        {
            "firms[2].name": ABSENT,
            "firms[2].max_reimbursement": 1,
            "relations[1]": {"between": ["Institute", "Carmaker"]},
            "modes[1].name": "exploit",
            "project.team_size": {"min": 4},
        },
        (
            ("firms[2].name", "found nothing"),
            ("modes[1].name", "used once"),
            ("project.team_size.min", "at most 3"),
            ("firms[2].max_reimbursement", "at most 0.75"),
        ),
    ),
    Case(
        "a firm that is no object keeps its place",
        {
            "firms[0]": 5,
            "firms[2].max_reimbursement": 1,
            "firms[1].membership": "excluded",
            "project.technologies[1].name": "cathode",
        },
        (
            ("firms[0]", "an object"),
            ("project.technologies[1].name", "used once"),
            ("firms[1].capabilities.software", "unknown technology"),
            ("firms[1].membership", "for the lead"),
            ("firms[2].max_reimbursement", "at most 0.75"),
        ),
    ),
    Case(
        "a lead that cannot be read does not make the objective wrong",
        {"project.lead": 5, "firms[2].credit": 2},
        (("project.lead", "expected text"), ("firms[2].credit", "at most 1")),
    ),
    Case(
        "nor does a misspelled one",
        {"project.lead": ABSENT, "project.laed": "Carmaker"},
        (("project.laed", "did you mean 'lead'?"),),
        "unknown-key",
    ),
    Case(
        "a misspelled capability is not called missing",
        {"firms[0].capabilities.cathode": ABSENT, "firms[0].capabilities.cathod": 0.75},
        (("firms[0].capabilities.cathod", "did you mean 'cathode'?"),),
        "known-capabilities",
    ),
    Case(
        "nor are misspelled capabilities",
        {"firms[0].capabilities": ABSENT, "firms[0].capabilites": {"cathode": 0.75}},
        (("firms[0].capabilites", "did you mean 'capabilities'?"),),
        "unknown-key",
    ),
    Case(
        "nor one that cannot be read",
        {"firms[0].capabilities.cathode": "high"},
        (("firms[0].capabilities.cathode", "expected a number"),),
    ),
    Case(
        "an object is judged as a whole too",
        {"firms[0].share": {"min": 0.8, "max": 0.2, "mean": 0.5}, "firms[2].share": {"min": 2, "max": 0}},
        (
            ("firms[0].share.mean", "unknown key"),
            ("firms[2].share.min", "at most 1"),
            ("firms[0].share", "min of at most max"),
        ),
        "unknown-key",
    ),
    Case(
        "a misspelled key beside the right one hides nothing",
        {"firms[0].share": {"min": 0.8, "max": 0.2}, "firms[0].shares": 1, "project.leads": 1, "project.lead": "X"},
        (
            ("firms[0].share", "min of at most max"),
            ("firms[0].shares", "did you mean 'share'?"),
            ("project.leads", "did you mean 'lead'?"),
            ("project.lead", "unknown firm 'X'"),
        ),
        "share-order",
    ),
    Case(
        "a list that is no list",
        {"firms": {"Cellmaker": {}}, "relations": 5, "modes": "both"},
        (("modes", "a list"), ("firms", "a list"), ("relations", "a list")),
    ),
    Case(
        "a technology called like a field",
        {
            "project.technologies[2]": {"name": "credit"},
            "firms[0].capabilities.credit": "x",
            "firms[1].credit": 0,
        },
        (("firms[0].capabilities.credit", "a number"), ("firms[1].credit", "at least min_credit")),
    ),
    Case(
        "a malformed pair hides no other pair",
        {
            "relations[0].between": ["Carmaker"],
            "relations[1]": {"between": ["Carmaker", "Nobody"]},
            "relations[2]": {"between": ["Nobody", "Carmaker"], "spillover": "x"},
        },
        (
            ("relations[0].between", "2 entries"),
            ("relations[2].spillover", "a number"),
            ("relations[1].between[1]", "unknown firm"),
            ("relations[2].between[0]", "unknown firm"),
            ("relations[2].between", "same pair"),
        ),
    ),
]


@pytest.mark.parametrize("case", COMBINED, ids=lambda case: case.id)
def test_all_problems_are_named_at_once(case: Case) -> None:
    as_expected(case, problems_of(case.document()))


@pytest.mark.parametrize("broken", [c for c in SINGLE if len(c.changes) == 1], ids=lambda case: case.id)
def test_a_malformed_field_elsewhere_hides_no_problem(broken: Case) -> None:
    document = broken.document()
    document["currency"] = 5
    expected = {("currency", "text")} | {(problem.path, problem.expected) for problem in problems_of(broken.document())}
    assert {(problem.path, problem.expected) for problem in problems_of(document)} == expected


FULL = Instance.from_dict(VALID).to_dict()


@pytest.mark.parametrize("path", paths(FULL))
def test_one_malformed_value_causes_no_problem_elsewhere(path: str) -> None:
    document = copy.deepcopy(FULL)
    change(document, path, [5])
    assert all(problem.path.startswith(path) for problem in problems_of(document))


@pytest.mark.parametrize("path", [path for path in paths(FULL) if not path.endswith("]")])
def test_one_misspelled_key_causes_no_problem_elsewhere(path: str) -> None:
    document, place = misspelled(FULL, path)
    # The requirement cannot be judged when a capability was lost, so that is not said to be broken.
    assert {problem.path for problem in problems_of(document)} - {path} == {place}


# --- text that is no document ----------------------------------------------------------------------------

NO_LEVELS = b'{"name": ' + b"[" * 100_000
TEXTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "found an empty document; expected a JSON object"),
    "white space": (b" \r\n", "found an empty document; expected a JSON object"),
    "not JSON": (b"firms: 3", 'found a text that begins with "firms: 3"; expected a JSON object, which begins with {'),
    "CSV": (b"name;cost\nA;3\n", "found what seems to be a table (CSV); expected a JSON object"),
    "trailing comma": (b'{"name": "x",\n}', "(remove the comma before the closing bracket)"),
    "trailing comma in a list": (b'{"firms": [1, 2, ]}', "(remove the comma before the closing bracket)"),
    "single quotes": (b"{'name': 'x'}", '(use double quotes: ")'),
    "comment": (
        b'{"name": "x", // title\n"firms": []}',
        'line 1, column 15: {"name": "x", >>>// title; expected a JSON object (JSON has no comments)',
    ),
    "missing value": (b'{"name": }', "a value is missing, or is written in another way at line 1, column 10"),
    "cut off": (b'{"name": "x', "a text has no end at line 1, column 10"),
    "two documents": (b"{}\n{}", "something stands behind the end at line 2, column 1"),
    "line break in a text": (b'{"name": "a\nb"}', "a text goes on over the end of its line at line 1, column 12"),
    "list": (b"[{}]", "found [{}]; expected a JSON object"),
    "number": (b"3", "found 3; expected a JSON object"),
    "null": (b"null", "found null; expected a JSON object"),
    "not UTF-8": (b'{"name": "M\xfcller"}', "byte 11 is not UTF-8; expected UTF-8 text (save the file as UTF-8)"),
    "UTF-16": ('{"name": "x"}'.encode("utf-16"), "byte 0 is not UTF-8; expected UTF-8 text (save the file as UTF-8)"),
    "UTF-16 without mark": ('{"name": "x"}'.encode("utf-16-le"), "(save the file as UTF-8)"),
    "zip archive": (b"PK\x03\x04\x14\x00", "found a text that begins with"),
    "100,000 levels of lists": (NO_LEVELS, "found deeper nesting; expected at most 32 nested levels"),
    "100,000 levels of objects": (b'{"a":' * 100_000, "found deeper nesting; expected at most 32 nested levels"),
}


@pytest.mark.parametrize(("data", "phrase"), TEXTS.values(), ids=TEXTS)
def test_text_that_is_no_document_is_one_problem(data: bytes, phrase: str, tmp_path: Path) -> None:
    path = tmp_path / "input.json"
    path.write_bytes(data)
    for kind, error in ((Instance, InstanceError), (Result, ResultError)):
        with pytest.raises(error) as caught:
            kind.from_file(path)
        [problem] = caught.value.problems
        assert (problem.path, problem.rule) == ("", "file")
        assert phrase in str(caught.value)
        assert str(caught.value).startswith(f"{path}: 1 problem\n  document: found ")
        assert presentable(caught.value)


LITERALS = {
    "NaN": ("NaN", "found NaN; expected a finite number"),
    "infinity": ("-Infinity", "found -Infinity; expected a finite number"),
    "overflow": ("1e999", "found Infinity; expected a finite number"),
    "400 digits": ("9" * 400, "found 999"),
    "5,000 digits": ("9" * 5000, "found a number of 4,300 digits or more; expected a finite number"),
    "-5,000 digits": ("-" + "9" * 5000, "found a number of 4,300 digits or more; expected a finite number"),
}


@pytest.mark.parametrize(("literal", "phrase"), LITERALS.values(), ids=LITERALS)
@pytest.mark.parametrize("path", ["project.value", "project.team_size.max"])
def test_numbers_without_a_value_are_found_at_their_place(literal: str, phrase: str, path: str) -> None:
    document = copy.deepcopy(VALID)
    change(document, path, 987)
    change(document, "firms[0].credit", 5)
    with pytest.raises(InstanceError) as caught:
        Instance.from_json(json.dumps(document).replace("987", literal))
    first, second = caught.value.problems
    assert (first.path, second.path) == (path, "firms[0].credit")
    assert phrase in str(first)
    assert "expected a finite number" in str(first)


def test_keys_that_stand_twice_are_found_with_all_other_problems() -> None:
    text = json.dumps(VALID).replace('"credit": 0.5', '"credit": 0.5, "sme": 3, "credit": 0.75, "credit": 1')
    text = text.replace('"value": 20.0', '"value": 20.0, "value": -1')
    with pytest.raises(InstanceError) as caught:
        Instance.from_json(text)
    assert [(problem.path, problem.found) for problem in caught.value.problems] == [
        ("project.value", "the key twice"),
        ("firms[2].credit", "the key twice"),
        ("project.value", "-1"),
        ("firms[2].sme", "3"),
    ]
    assert caught.value.problems[0].rule == "duplicate-key"


def test_a_key_twice_alone_refuses_the_document_and_is_judged_no_further() -> None:
    text = json.dumps(VALID).replace('"lead": "Carmaker"', '"lead": "Carmaker", "lead": "Nobody"')
    with pytest.raises(InstanceError, match="found the key twice; expected every key once") as caught:
        Instance.from_json(text)
    assert [problem.path for problem in caught.value.problems] == ["project.lead"]


# --- files -----------------------------------------------------------------------------------------------


def file_problem(path: Path | str) -> str:
    with pytest.raises(InstanceError) as caught:
        Instance.from_file(path)
    assert presentable(caught.value)
    [problem] = caught.value.problems
    assert problem.rule == "file"
    return str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert "found No such file or directory; expected a readable file" in file_problem(tmp_path / "none.json")
    assert "found a folder without CSV files; expected a file, or a folder with Firms.csv in it" in file_problem(
        tmp_path
    )
    assert "expected a readable file" in file_problem("a\0b")
    assert "expected a readable file" in file_problem("")
    assert "expected a readable file" in file_problem("x" * 5000)


def test_a_file_name_that_is_not_unicode_can_still_be_reported(tmp_path: Path) -> None:
    assert "\\xff.json" in file_problem(str(tmp_path / "\udcff.json"))


def test_a_file_larger_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.json"
    path.write_text(json.dumps(VALID), encoding="utf-8")
    monkeypatch.setattr(files, "MAX_BYTES", path.stat().st_size)
    assert Instance.from_file(path) == Instance.from_dict(VALID)
    monkeypatch.setattr(files, "MAX_BYTES", 1000)
    assert "found more than 1,000 bytes; expected at most 1,000 bytes" in file_problem(path)


# --- documents that are no JSON at all -------------------------------------------------------------------


@pytest.mark.parametrize(
    "document", [None, [], [VALID], 5, "x", True, b"{}", pytest.param(object(), id="object"), {1, 2}], ids=repr
)
def test_what_is_no_document(document: Any) -> None:
    [problem] = problems_of(document)
    assert problem.path == ""
    with pytest.raises(ResultError):
        Result.from_dict(document)


def test_deep_and_circular_data() -> None:
    circle: dict[str, Any] = copy.deepcopy(VALID)
    circle["project"]["self"] = circle
    assert any(problem.found == "deeper nesting" for problem in problems_of(circle))
    assert any(problem.found == "deeper nesting" for problem in problems_of({**VALID, "name": deep(100_000)}))


def test_ten_thousand_problems_are_named_in_no_time() -> None:
    document = {**VALID, "firms": [{"name": f"F{i}", "eforts": []} for i in range(5_000)]}
    assert len(problems_of(document)) >= 10_000


def test_long_names_are_cut_in_messages() -> None:
    document = copy.deepcopy(VALID)
    document["project"]["lead"] = "x" * 100_000
    document["k" * 100_000] = 1
    document["firms"][0]["capabilities"]["y" * 100_000] = 1
    assert len("".join(map(str, problems_of(document)))) < 2000


# --- anything --------------------------------------------------------------------------------------------

_FUZZ = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def _outcome(kind: type[Instance] | type[Result], read: Callable[[Any], Any], argument: Any) -> Any:
    """Read something; the only exception is the promised one, and it says what is wrong."""
    try:
        return read(argument)
    except DocumentError as reason:
        error = reason
    assert type(error) is (InstanceError if kind is Instance else ResultError)
    assert presentable(error)
    return None


def _judge(kind: type[Instance] | type[Result], document: Any) -> None:
    """Read a document; what is accepted can be written and read again."""
    read = _outcome(kind, kind.from_dict, document)
    if read is not None:
        assert kind.from_dict(json.loads(json.dumps(read.to_dict(), allow_nan=False))) == read


@settings(_FUZZ, max_examples=400)
@given(JSON)
def test_any_data(document: Any) -> None:
    _judge(Instance, document)
    _judge(Result, document)


@settings(_FUZZ, max_examples=700)
@given(mutants(st.just(VALID)))
def test_any_change_to_a_valid_instance(document: dict[str, Any]) -> None:
    _judge(Instance, document)


@settings(_FUZZ, max_examples=500)
@given(mutants(st.just(VALID_RESULT)))
def test_any_change_to_a_valid_result(document: dict[str, Any]) -> None:
    _judge(Result, document)


_INSTANCE_BYTES, _RESULT_BYTES = json.dumps(VALID).encode(), json.dumps(VALID_RESULT).encode()


@settings(_FUZZ, max_examples=200)
@given(st.binary(max_size=40), st.integers(0, len(_INSTANCE_BYTES)), st.integers(0, 20))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int, gone: int) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    for kind, whole in ((Instance, _INSTANCE_BYTES), (Result, _RESULT_BYTES)):
        for data in (junk, whole[:at] + junk + whole[at + gone :]):
            path.write_bytes(data)
            _outcome(kind, kind.from_file, path)


def test_the_valid_result_is_valid() -> None:
    assert Result.from_dict(VALID_RESULT).to_dict()["certificate"]["holds"]
