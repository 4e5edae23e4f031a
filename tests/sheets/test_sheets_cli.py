"""Spreadsheets on the command line: every command takes them, and says first what it understood."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from builders import TWO_PARTNERS
from commands import flat, invoke, run, write
from rd_contract import Instance, load_bundled
from samples import CASES
from spreadsheets import FIRMS, workbook


@pytest.fixture
def book(tmp_path: Path) -> str:
    Instance.from_dict(TWO_PARTNERS).to_file(tmp_path / "partners.xlsx")
    return str(tmp_path / "partners.xlsx")


def done(*arguments: str, code: int = 0) -> str:
    """Return what a command prints, after making sure how it ends."""
    outcome = invoke(*arguments)
    assert outcome.exit_code == code, outcome.output
    return outcome.stdout + outcome.stderr


def test_the_template_solves_as_it_is_and_the_answer_is_clear(tmp_path: Path) -> None:
    for name in ("alliance.xlsx", "alliance"):
        target = str(tmp_path / name)
        assert f"rd-contract solve {target}" in flat(done("template", "-o", target))
        assert "Valid" in done("check", target)
        printed = done("solve", target)
        assert "Read: contribution: 90 to 700 EUR thousand, from Firms column F" in printed
        assert 'an alliance of 3 firms in mode "baseline" with monitoring "milestone reviews".' in flat(printed)
        assert "Warning" not in printed


def test_the_template_overwrites_nothing_unasked(tmp_path: Path) -> None:
    for name in ("alliance.xlsx", "alliance"):
        target = str(tmp_path / name)
        done("template", "-o", target)
        assert "--force overwrites it" in flat(done("template", "-o", target, code=2))
        done("template", "-o", target, "--force")
    assert "must end in .json or .xlsx" in flat(done("template", "-o", str(tmp_path / "a.ods"), code=2))
    write(tmp_path / "file", "x")
    assert "is that of a folder" in flat(done("template", "-o", str(tmp_path / "file"), code=2))


@pytest.mark.parametrize("name", ["a.xlsx", "a.json", "a"])
def test_convert_overwrites_nothing_unasked(name: str, file: str, tmp_path: Path) -> None:
    target = tmp_path / name
    done("convert", file, str(target))
    parts = sorted(target.iterdir()) if target.is_dir() else [target]
    before = [part.read_bytes() for part in parts]
    other = write(tmp_path / "list.csv", "Firma;Beitrag;Kosten\nM;1;1\n")
    assert f"{target} exists; --force overwrites it" in flat(done("convert", other, str(target), code=2))
    assert [part.read_bytes() for part in parts] == before
    done("convert", other, str(target), "--force")
    assert Instance.from_file(target).firms[0].name == "M"


def test_convert_goes_between_all_forms(tmp_path: Path) -> None:
    instance = load_bundled("battery_alliance")
    before = write(tmp_path / "a.json", instance.to_dict())
    for form in ("b.xlsx", "c", "d.json", "e", "f.xlsx", "g.json"):
        after = str(tmp_path / form)
        assert f"Written to {after}" in flat(done("convert", before, after))
        before = after
    assert Instance.from_file(before).sha256 == instance.sha256


def test_convert_refuses_what_it_cannot_write(tmp_path: Path, file: str) -> None:
    assert "must end in .json or .xlsx" in flat(done("convert", file, str(tmp_path / "a.csv"), code=2))
    assert "would overwrite an input file" in flat(done("convert", file, file, code=2))
    folder = str(tmp_path / "a")
    done("convert", file, folder)
    assert "would overwrite an input file" in flat(done("convert", folder, folder, code=2))
    path = write(tmp_path / "list.csv", "Firma;Beitrag;Kosten\nM;1;1\n")
    done("convert", path, str(tmp_path / "list.json"))
    assert json.loads((tmp_path / "list.json").read_text(encoding="utf-8"))["firms"][0]["name"] == "M"


def test_an_encoding_is_named_in_convert(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("name;contribution;cost\nMüller;1;1\n".encode("cp1252"))
    for command in (("convert", str(path), str(tmp_path / "a.json")), ("check", str(path))):
        printed = flat(done(*command, code=3))
        assert "is not UTF-8" in printed
        assert "convert" in printed
        assert "FILE.xlsx --encoding NAME" in printed
    done("convert", str(path), str(tmp_path / "a.json"), "--encoding", "cp1252")
    assert Instance.from_file(tmp_path / "a.json").firms[0].name == "Müller"


def test_every_command_takes_a_workbook(book: str, tmp_path: Path) -> None:
    result = str(tmp_path / "r.json")
    done("solve", book, "-o", result)
    done("check", book, "--set", "project.value=21")
    assert "holds" in done("verify", book, result)
    done("explain", book)
    done("export", book, "-o", str(tmp_path / "m.lp"))
    done("compare", book)
    done("compare", book, result)
    axis = ("--vary", "project.value=20,21", "--jobs", "1")
    done("sweep", book, *axis, "-o", str(tmp_path / "sweep"))
    done("evaluate", book, result, *axis)
    done("break-even", book, "--vary", "project.value=18:21", "--jobs", "1")


def test_a_result_does_not_depend_on_the_form(book: str, file: str, tmp_path: Path) -> None:
    results = []
    for source in (book, file):
        target = tmp_path / "r.json"
        done("solve", source, "-o", str(target))
        found = json.loads(target.read_text(encoding="utf-8"))
        del found["solver"]["seconds"]
        results.append(found)
    assert results[0] == results[1]


def test_notes_go_to_standard_error_and_come_first(book: str) -> None:
    code, out, err = run("solve", book, "--json")
    assert code == 0
    assert json.loads(out)["status"] == "optimal"
    assert err.decode().startswith("Read: firm: Cellmaker, [red]Carmaker, from Firms column A")


def test_problems_name_cell_and_path(tmp_path: Path) -> None:
    rows = ((*FIRMS[0], "Most reimbursed"), (*FIRMS[1], 40), ("Sensor Lab", "n/a", 2, None))
    printed = done("check", str(workbook(tmp_path / "a.xlsx", {"Firms": rows})), code=3)
    assert "2 problems" in printed
    assert "Firms!B3" in printed
    assert "Firms!D2 (firms[0].max_reimbursement)" in printed
    assert "write 40% or 0.4" in printed


def test_names_that_begin_like_formulas_stay_texts(tmp_path: Path) -> None:
    for form in ("a.xlsx", "a"):
        done("convert", str(CASES / "formulas_as_names.json"), str(tmp_path / form))
        done("convert", str(tmp_path / form), str(tmp_path / "b.json"), "--force")
        assert Instance.from_file(tmp_path / "b.json") == Instance.from_file(CASES / "formulas_as_names.json")


def test_without_the_extra_the_way_to_get_it_is_said(tmp_path: Path, file: str) -> None:
    """In a process whose Python has no packages for workbooks."""
    code = (
        "import sys; sys.modules.update(openpyxl=None, xlsxwriter=None)\n"
        "import importlib.util; find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *a: None if name in ('openpyxl', 'xlsxwriter') else find(name, *a)\n"
        "from rd_contract_cli.main import run; run()"
    )
    for arguments in (("template", "-o", str(tmp_path / "a.xlsx")), ("convert", file, str(tmp_path / "a.xlsx"))):
        status, _, err = run(*arguments, code=code)
        assert status == 2
        assert "pip install 'rd-contract[office]'" in flat(err.decode())
    status, _, err = run("convert", file, str(tmp_path / "folder"), code=code)
    assert status == 0, err


def test_reading_json_loads_nothing_for_spreadsheets(file: str) -> None:
    code = f"import sys, rd_contract; rd_contract.Instance.from_file({file!r}); print(sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not re.findall(r"openpyxl|xlsxwriter|rd_contract\.sheets", found)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("name", ["template", "battery_alliance", "horizon2020_40"])
def test_libreoffice_opens_the_workbook_and_saves_the_same_instance(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    if name == "template":
        done("template", "-o", str(path))
    else:
        load_bundled(name).to_file(path)
    office = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    saved = tmp_path / "saved"
    subprocess.run(
        [*office, "--convert-to", "xlsx", "--outdir", str(saved), str(path)],
        check=True,
        capture_output=True,
        timeout=300,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert Instance.from_file(saved / "a.xlsx").sha256 == Instance.from_file(path).sha256
