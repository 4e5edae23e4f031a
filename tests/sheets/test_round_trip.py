"""Nothing is lost: JSON, workbooks and folders of CSV hold the same instance."""

from __future__ import annotations

import copy
import csv
import time
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.random_instances import random_instance
from rd_contract import Instance, InstanceError, OptionError, bundled_names, load_bundled

FORMS = ("a.xlsx", "a", "a.json")


def again(instance: Instance, folder: Path, form: str) -> Instance:
    instance.to_file(folder / form)
    return Instance.from_file(folder / form)


@pytest.mark.parametrize("name", bundled_names())
def test_bundled_instances(name: str, tmp_path: Path) -> None:
    instance = load_bundled(name)
    for form in FORMS:
        assert again(instance, tmp_path, form).canonical_json() == instance.canonical_json()


def agree(seed: int, folder: Path) -> None:
    instance = Instance.from_dict(random_instance(seed))
    by_csv = again(again(instance, folder, "a.xlsx"), folder, "a")
    assert by_csv.canonical_json() == instance.canonical_json(), seed


@pytest.mark.parametrize("seed", range(15))
def test_instances_with_every_field(seed: int, tmp_path: Path) -> None:
    agree(seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(15, 200))
def test_many_instances_with_every_field(seed: int, tmp_path: Path) -> None:
    agree(seed, tmp_path)


#: Texts that spreadsheets, XML or this program's own rules would change.
TEXTS = [
    " outer ",
    "#hash",
    '"quoted"',
    '"',
    'a"b"',
    "tab\there",
    "_x0041_ and _x000D_",
    "nul\x00",
    "line\nbreak",
    "cr\rx",
    "\u00a0no break\u00a0",
    "a\u00a0b",
    "=1+1",
    " =1+1",
    "@SUM(1)",
    "+1",
    "-2",
    "'=x",
    "\uff1dfull width",
    "\u2028",
    "\ufffe",
    "\u200bz",
    "\U0001f600",
    "012",
    "1e5",
    "TRUE",
    "  ",
    "\x1b[31m",
    "a" * 32_767,
]

NAMES = [
    "=A, B",
    "# B",
    "yes",
    '"q"',
    "1",
    "x (y)",
    "Firm",
    "Lead: \u00c4 & B",
    "Total",
    "Summe:",
    "Total Systems Ltd",
    "'",
    "-1",
    "Title",
    "\u4f01\u4e1a",
]


def awkward(text: str, names: list[str], numbers: list[float]) -> dict[str, Any]:
    """Return a document whose texts and numbers are none that anybody would choose."""
    one, other, *more = names
    return {
        "format": "rd-contract/1",
        "name": text,
        "description": text,
        "currency": text,
        "project": {
            "team_size": {"max": 12_345_678_901_234_567_891},
            "technologies": [{"name": name} for name in names],
            "base_value": -numbers[0],
        },
        "modes": [{"name": name} for name in names],
        "firms": [
            {
                "name": one,
                "role": text,
                "contribution": numbers[1],
                "capabilities": {one: 0.0, other: 1.0 / 7.0},
                "efforts": [{"level": 1 / 3, "cost": 0.0, "label": text}, {"level": 1.0, "cost": abs(numbers[0])}],
            },
            {"name": other, "efforts": {"full_cost": abs(numbers[1]), "exponent": 1e-5, "steps": 1000}},
            *({"name": name, "efforts": {"full_cost": 0.0}} for name in more),
        ],
        "relations": [{"between": [other, one], "synergy": numbers[0]}],
    }


@pytest.mark.parametrize("form", FORMS)
def test_texts_that_are_easily_changed(form: str, tmp_path: Path) -> None:
    document = awkward("\t", NAMES, [1e15 / 3.0, 5e-324])
    menu = document["firms"][0]["efforts"]
    document["firms"] += [
        {"name": f"{at}", "role": text, "efforts": [{**menu[0], "label": text}]}
        for at, text in enumerate(TEXTS, start=2)
    ]
    instance = Instance.from_dict(document)
    read = again(instance, tmp_path, form)
    assert [firm.role for firm in read.firms[-len(TEXTS) :]] == TEXTS
    assert read.canonical_json() == instance.canonical_json()


@settings(derandomize=True, deadline=None, database=None, max_examples=15)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.lists(
        st.text(
            st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co", "Zs"]), min_size=1, max_size=6
        ),
        min_size=2,
        max_size=3,
        unique=True,
    ),
    st.lists(st.floats(-1e15, 1e15), min_size=2, max_size=2),
)
def test_any_texts_and_numbers(
    tmp_path_factory: pytest.TempPathFactory, text: str, names: list[str], numbers: list[float]
) -> None:
    try:
        instance = Instance.from_dict(awkward(text, names, numbers))
    except InstanceError:  # two spellings of one name
        return
    folder = tmp_path_factory.mktemp("any")
    for form in FORMS:
        assert again(instance, folder, form).canonical_json() == instance.canonical_json()


def test_equal_instances_give_equal_bytes(tmp_path: Path) -> None:
    instance = load_bundled("battery_alliance")
    instance.to_file(tmp_path / "a.xlsx")
    time.sleep(1.1)  # the clock of archives has whole seconds, or two of them
    Instance.from_file(tmp_path / "a.xlsx").to_file(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_every_part_of_a_workbook_is_xml(tmp_path: Path) -> None:
    Instance.from_dict(awkward("".join(TEXTS[:20]), NAMES, [1.0, 2.0])).to_file(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        for part in archive.namelist():
            ElementTree.fromstring(archive.read(part))


def test_no_csv_cell_begins_like_a_formula(tmp_path: Path) -> None:
    document = awkward("=1+1", ["=A", "@B", "+C", "-D"], [1.0, 2.0])
    Instance.from_dict(document).to_file(tmp_path / "a")
    for file in (tmp_path / "a").iterdir():
        with file.open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "@", "+", "-D"))], file.name


def test_a_folder_keeps_nothing_of_another_instance(tmp_path: Path) -> None:
    again(load_bundled("battery_alliance"), tmp_path, "a")
    instance = Instance.from_dict({"format": "rd-contract/1", "firms": [{"name": "A", "efforts": {"full_cost": 1}}]})
    assert again(instance, tmp_path, "a") == instance


@pytest.mark.parametrize("form", FORMS)
def test_lines_that_look_like_rows_come_back(form: str, tmp_path: Path) -> None:
    """Where people write such lines, a quotation mark has swallowed rows."""
    document = awkward("one\nName, Value, Unit, Allowed, If empty, Meaning, more;;;;;;;\nend", ["A", "B"], [1.0, 2.0])
    instance = Instance.from_dict(document)
    assert again(instance, tmp_path, form).canonical_json() == instance.canonical_json()


def test_what_no_cell_can_hold_is_refused(tmp_path: Path) -> None:
    document = copy.deepcopy(awkward("a" * 32_768, NAMES, [1.0, 2.0]))
    with pytest.raises(InstanceError, match=r"text of 32,768 characters; expected at most 32,767"):
        Instance.from_dict(document).to_file(tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()


@pytest.mark.parametrize("name", ["a.csv", "a.xlsm", "a.xls", "a.txt"])
def test_forms_that_cannot_hold_everything_are_not_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"must end in \.json or \.xlsx, or be that of a folder"):
        load_bundled("two_firms").to_file(tmp_path / name)
