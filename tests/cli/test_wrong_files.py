"""What is given the wrong file says which kind it is, and what to give or do instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

import rd_contract
from builders import TWO_PARTNERS
from commands import flat, invoke, write
from rd_contract.base.choices import Kind
from rd_contract.formats.kinds import KINDS
from rd_contract.ledger.proofs import ConsistencyProof, InclusionProof
from rd_contract.outcome.contract import Result

VARY = ("--vary", "project.budget=1:9")


@pytest.fixture
def files(tmp_path: Path, solved: Result) -> Path:
    """Return a folder with an instance, its result, spreadsheets of others, and a folder that is none of ours."""
    write(tmp_path / "instance.json", TWO_PARTNERS)
    write(tmp_path / "result.json", json.loads(solved.to_json()))
    for name in ("old.xls", "sheet.ods", "binary.xlsb"):
        (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "notes.txt").write_text("notes")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("solve", "{}/result.json"),
        ("check", "{}/result.json"),
        ("explain", "{}/result.json"),
        ("convert", "{}/result.json", "{}/out.xlsx"),
        ("export", "{}/result.json", "-o", "{}/model.mps"),
        ("break-even", "{}/result.json", *VARY),
        ("sweep", "{}/result.json", *VARY, "-o", "{}/folder"),
    ],
)
def test_a_result_is_no_instance(files: Path, words: tuple[str, ...]) -> None:
    answer = invoke(*(word.format(files) for word in words))
    assert answer.exit_code == 3
    assert "another kind of file, a result; the instance is wanted" in flat(answer.stderr)


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "{}/instance.json", "{}/instance.json"),
        ("explain", "{}/instance.json", "{}/instance.json"),
        ("evaluate", "{}/instance.json", "{}/instance.json", *VARY),
        ("report", "{}/instance.json", "-o", "{}/award.html"),
    ],
)
def test_an_instance_is_no_result(files: Path, words: tuple[str, ...]) -> None:
    answer = invoke(*(word.format(files) for word in words))
    assert answer.exit_code == 3
    assert "another kind of file, an instance; a result is wanted" in flat(answer.stderr)


@pytest.mark.parametrize("name", ["old.xls", "sheet.ods", "binary.xlsb"])
def test_spreadsheets_of_other_kinds_are_to_be_saved_anew(files: Path, name: str) -> None:
    answer = invoke("solve", str(files / name))
    assert answer.exit_code == 3
    assert 'save it as "Excel Workbook (.xlsx)" or as CSV' in flat(answer.stderr)


def test_a_folder_that_is_none_of_ours(files: Path) -> None:
    strange = str(files / "strange")
    answer = invoke("solve", strange)
    assert answer.exit_code == 3
    assert "a file, or a folder with Firms.csv in it" in flat(answer.stderr)
    for words in (("regret", strange), ("report", strange, "-o", str(files / "award.html"))):
        answer = invoke(*words)
        assert answer.exit_code == 2
        assert "name one that a sweep was written to" in flat(answer.stderr)


def test_every_kind_of_file_has_its_words() -> None:
    schemas = [rd_contract.json_schema(kind) for kind in get_args(Kind)]
    schemas += [proof.model_json_schema() for proof in (InclusionProof, ConsistencyProof)]
    formats = {schema["properties"]["format"]["const"] for schema in schemas}
    assert {name.partition("/")[0] for name in formats} == set(KINDS)


def test_of_a_file_in_another_encoding_the_file_is_named_not_a_place_in_it(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes("name;contribution;cost\nMüller;9;4\n".encode("cp1252"))
    answer = invoke("solve", str(file))
    assert answer.exit_code == 3
    assert "1. the file" in answer.stderr
    assert "--encoding" in flat(answer.stderr)
