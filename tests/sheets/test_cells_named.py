"""Where it stands: problems and warnings of spreadsheets name their cells, in the order of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import flat, invoke
from rd_contract import Instance, InstanceError, find_warnings
from rd_contract.formats.forms import ENCODINGS
from spreadsheets import FIRMS, plain, problems_of, workbook

DEPOSITS = {"Firms": ((*FIRMS[0], "Most deposit", "Joining cost"), (*FIRMS[1], 5, 90_000), (*FIRMS[2], None, None))}


def test_warnings_name_cells_too(tmp_path: Path) -> None:
    """Both those of the format's rules and those that are seen in derived numbers."""
    instance = Instance.from_file(workbook(tmp_path / "a.xlsx", DEPOSITS))
    assert [problem.place for problem in instance.warnings()] == ["Firms!D2 (firms[0].max_deposit)"]
    found = {problem.rule: problem.path for problem in find_warnings(instance)}
    assert found == {
        "idle-deposit": "Firms!D2 (firms[0].max_deposit)",
        "dear-joining": "Firms!E2 (firms[0].joining_cost)",
    }
    assert "Firms!D2 (firms[0].max_deposit)" in flat(invoke("check", str(tmp_path / "a.xlsx")).stderr)


def test_where_an_instance_stands_is_no_part_of_it(tmp_path: Path) -> None:
    instance = Instance.from_file(workbook(tmp_path / "a.xlsx", DEPOSITS))
    other = Instance.from_dict(instance.to_dict())
    assert (instance, hash(instance), instance.sha256) == (other, hash(other), other.sha256)
    assert [problem.path for problem in other.warnings()] == ["firms[0].max_deposit"]
    copy = instance.unjudged(firms=instance.firms[:1])
    assert [problem.path for problem in copy.warnings()] == ["firms[0].max_deposit"]


def test_words_name_cells_in_place_of_paths(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Firms": (*FIRMS, ("PUMP WORKS", 3, 1))})
    [warning] = Instance.from_file(path).warnings()
    assert warning.path == "Firms!A4 (firms[2].name)"
    assert "Firms!A2 ('Pump Works')" in warning.expected


@pytest.mark.parametrize("titles", [("Project", "Relations", "Firms"), ("Firms", "Project", "Relations")])
def test_problems_stand_in_the_order_of_the_file(titles: tuple[str, ...], tmp_path: Path) -> None:
    sheets = {
        "Firms": ((*FIRMS[0], "SME", "Shoes"), (None, "x", 4, "maybe", 1), ("B", 1, "y", None, None)),
        "Project": (("What", "Value"), ("Most members", "many"), ("Lead firm", "C")),
        "Relations": (("Firm A", "Firm B", "Trust"), ("B", "D", 40)),
    }
    found = problems_of(workbook(tmp_path / "a.xlsx", {title: sheets[title] for title in titles}))
    cells = {
        "Firms": ["Firms!E1", "Firms!A2", "Firms!B2", "Firms!D2", "Firms!C3"],
        "Project": ["Project!B2"],
        "Relations": ["Relations!C2"],
    }
    assert [line.partition(": ")[0].partition(" (")[0] for line in found] == [
        cell for title in titles for cell in cells[title]
    ]


def test_a_wrong_encoding_is_a_problem_of_its_own_kind(tmp_path: Path) -> None:
    """So that a page can offer encodings to choose from."""
    text = "name;contribution;cost\nMüller;1;1\n"
    for encoding, asked in (("cp1252", None), ("utf-16-le", None), ("utf-8", "nonsense"), ("utf-8", "a\0b")):
        with pytest.raises(InstanceError) as caught:
            Instance.from_file(plain(tmp_path, text, encoding), encoding=asked)
        assert [problem.rule for problem in caught.value.problems] == ["encoding"]
    for encoding in ENCODINGS:
        name = "Миллер" if encoding == "cp1251" else "Müller"
        path = plain(tmp_path, text.replace("Müller", name), encoding)
        assert Instance.from_file(path, encoding=encoding).firms[0].name == name


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_says_the_encoding_for_certain(encoding: str, tmp_path: Path) -> None:
    path = plain(tmp_path, "name\tcontribution\tcost\nMüller\t1\t1\n", encoding)
    for asked in (None, "cp1252"):
        assert Instance.from_file(path, encoding=asked).firms[0].name == "Müller"
