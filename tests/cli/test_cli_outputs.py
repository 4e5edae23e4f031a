"""Files that commands write: their names say what is in them, or are refused before any work is done."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import rd_contract
from commands import invoke

_FIRM = {"contribution": 10, "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 4}]}
_DOCUMENT = {"format": "rd-contract/1", "firms": [{"name": "A", **_FIRM}, {"name": "B", **_FIRM}]}
_VARY = ("--vary", "firms.A.outside_option=0:1")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.json").write_text(json.dumps(_DOCUMENT), encoding="utf-8")


def _refuse_to_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(*arguments: object, **options: object) -> None:
        raise AssertionError("worked in spite of it")

    for name in ("solve", "compare", "explain", "export_model"):
        monkeypatch.setattr(rd_contract, name, work)
    for name in ("sweep", "break_even"):
        monkeypatch.setattr(f"rd_contract.study.sweep.{name}", work)
    monkeypatch.setattr("rd_contract.study.worlds.over_worlds", work)


@pytest.mark.parametrize(
    ("command", "option", "endings"),
    [
        (("solve", "a.json"), "-o", ".json"),
        (("explain", "a.json"), "-o", ".json"),
        (("compare", "a.json"), "-o", ".json"),
        (("compare", "a.json"), "--csv", ".csv or .parquet"),
        (("solve", "a.json"), "--figure", ".svg or .png"),
        (("explain", "a.json"), "--figure", ".svg or .png"),
        (("compare", "a.json"), "--figure", ".svg or .png"),
        (("evaluate", "a.json", "r.json", *_VARY), "--figure", ".svg or .png"),
        (("break-even", "a.json", *_VARY), "--figure", ".svg or .png"),
        (("break-even", "a.json", *_VARY), "-o", ".csv or .parquet"),
        (("export", "a.json"), "-o", ".mps or .lp"),
        (("example", "copy", "two_firms"), "-o", ".json"),
    ],
)
@pytest.mark.parametrize("ending", [".pdf", ".xlsx", ".docx", ".html", ".jsn", ".PDF"])
def test_a_name_that_promises_another_kind_of_file_is_refused(
    command: tuple[str, ...], option: str, endings: str, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _refuse_to_work(monkeypatch)
    done = invoke(*command, option, f"report{ending}")
    assert done.exit_code == 2, done.output
    assert f"the name must end in {endings}" in " ".join(done.stderr.replace("│", " ").split())
    assert os.listdir() == ["a.json"]


@pytest.mark.parametrize("ending", [".json", ".csv", ".xlsx", ".pdf", ".svg"])
@pytest.mark.parametrize("command", [("sweep", "a.json", *_VARY), ("evaluate", "a.json", "r.json", *_VARY)])
def test_a_folder_is_not_named_like_a_file(
    command: tuple[str, ...], ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _refuse_to_work(monkeypatch)
    done = invoke(*command, "-o", f"answers{ending}")
    assert done.exit_code == 2, done.output
    assert "several files are written, into a folder" in " ".join(done.stderr.replace("│", " ").split())
    assert os.listdir() == ["a.json"]


@pytest.mark.parametrize("name", ["result", "result.json", "RESULT.JSON", "v1.2.json", ".hidden"])
def test_json_is_written_under_its_own_name_or_one_without_an_ending(name: str) -> None:
    done = invoke("solve", "a.json", "-o", name)
    assert done.exit_code == 0, done.output
    assert rd_contract.Result.from_file(name).has_contract


@pytest.mark.skipif(os.name != "posix", reason="devices are files there")
def test_a_device_takes_what_is_written() -> None:
    assert invoke("solve", "a.json", "-o", os.devnull).exit_code == 0


def test_endings_in_capitals_are_known() -> None:
    assert invoke("export", "a.json", "-o", "MODEL.MPS").exit_code == 0
    assert Path("MODEL.MPS").read_text(encoding="utf-8").startswith("NAME")


def test_parquet_is_asked_for_before_anything_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse_to_work(monkeypatch)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = invoke("compare", "a.json", "--csv", "rows.parquet")
    assert done.exit_code == 2
    assert "rd-contract[parquet]" in done.stderr
