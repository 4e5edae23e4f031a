"""``rd-contract capabilities counts``: what is written where, and what is refused how."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from commands import flat, invoke, write
from rd_contract import Instance, bundled_path

COUNTS = str(Path(__file__).parent / "counts.csv")
PROJECTS = "Project,Firm,Start,End\nP,Manufacturer,2019-01-01,2021-12-31\nP,Supplier,2019-01-01,2021-12-31\n"


@pytest.fixture
def projects(tmp_path: Path) -> str:
    return write(tmp_path / "projects.csv", PROJECTS)


def test_the_report_and_nothing_on_standard_error(projects: str) -> None:
    done = invoke("capabilities", "counts", COUNTS, "--projects", projects)
    assert (done.exit_code, done.stderr) == (0, "")
    for said in ("Capabilities by share", "Place in the network", "Manufacturer", "0.750", "trust 0.500"):
        assert said in flat(done.stdout)


def test_json_is_all_of_standard_output(projects: str) -> None:
    done = invoke("capabilities", "counts", COUNTS, "--projects", projects, "--transform", "log", "--json")
    told = json.loads(done.stdout)
    assert told["transform"] == "log"
    assert [firm["name"] for firm in told["firms"]] == ["Manufacturer", "Supplier", "Institute"]
    assert all(0.0 < level <= 1.0 for firm in told["firms"] for level in firm["capabilities"].values())
    [relation] = told["relations"]
    assert relation["between"] == ["Manufacturer", "Supplier"]
    assert relation["trust"] == pytest.approx(0.75, abs=1e-4)
    assert told["structural"] == {"Manufacturer": 0.5, "Supplier": 0.5, "Institute": 0.0}


def test_the_matrix_is_a_table(tmp_path: Path) -> None:
    target, near = tmp_path / "matrix.csv", tmp_path / "near.csv"
    done = invoke("capabilities", "counts", COUNTS, "-o", str(target), "--proximity", str(near))
    assert done.exit_code == 0
    rows = list(csv.reader(target.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["Firm", "materials", "cells", "software"]
    assert [float(cell) for cell in rows[1][1:]] == pytest.approx([12 / 42, 30 / 42, 0.0], abs=1e-6)
    square = list(csv.reader(near.read_text(encoding="utf-8").splitlines()))
    assert square[0] == ["Firm", "Manufacturer", "Supplier", "Institute"]
    assert [square[at + 1][at + 1] for at in range(3)] == ["1.0"] * 3
    assert square[1][2] == square[2][1]


def test_the_matrix_is_the_sheet_of_a_folder(tmp_path: Path) -> None:
    """What is written as CSV can take the place of the sheet Capabilities of an instance in a folder."""
    folder = tmp_path / "alliance"
    assert invoke("convert", str(bundled_path("two_firms")), str(folder)).exit_code == 0
    table = write(tmp_path / "two.csv", "Firm,cells\nManufacturer,3\nSupplier,1\n")
    write(folder / "Technologies.csv", "Technology\ncells\n")
    target = str(folder / "Capabilities.csv")
    done = invoke("capabilities", "counts", table, "--transform", "rank", "-o", target, "--force")
    assert done.exit_code == 0
    firms = {firm.name: dict(firm.capabilities) for firm in Instance.from_file(folder).firms}
    assert firms == {"Manufacturer": {"cells": 1.0}, "Supplier": {"cells": 0.5}}


@pytest.mark.parametrize("name", ["form.xlsx", "form"])
def test_a_form_whose_costs_are_missing(tmp_path: Path, name: str) -> None:
    target = str(tmp_path / name)
    done = invoke("capabilities", "counts", COUNTS, "-o", target)
    assert done.exit_code == 0
    assert '"Cost of full effort"' in done.stderr
    checked = invoke("check", target)
    assert (checked.exit_code, checked.stderr.count("the cost of full effort")) == (3, 3)


def test_into_an_instance(tmp_path: Path, projects: str) -> None:
    target = tmp_path / "new.json"
    given = ("capabilities", "counts", COUNTS, "--projects", projects, "--into", str(bundled_path("two_firms")))
    done = invoke(*given, "-o", str(target))
    assert done.exit_code == 0
    assert Instance.from_file(target).relations[0].trust == pytest.approx(0.75, abs=1e-4)
    assert invoke("check", str(target)).exit_code == 0
    assert invoke(*given).exit_code == 2
    assert invoke(*given, "-o", str(target)).exit_code == 2  # it is there
    assert invoke(*given, "-o", str(target), "--force").exit_code == 0


def test_what_is_refused(tmp_path: Path, projects: str) -> None:
    bad = write(tmp_path / "bad.csv", "Firm,a,b\nA,-1,x\nA,1,\n")
    done = invoke("capabilities", "counts", bad)
    assert (done.exit_code, done.stdout) == (3, "")
    for place in ("bad!B2", "bad!C2", "bad!A3", "bad!C3"):
        assert place in done.stderr
    assert "cannot be used as a table" in flat(done.stderr)
    assert invoke("capabilities", "counts", str(tmp_path / "none.csv")).exit_code == 3
    assert invoke("capabilities", "counts", COUNTS, "--projects", COUNTS).exit_code == 3
    unknown = invoke("capabilities", "counts", COUNTS, "--transform", "quotient")
    assert (unknown.exit_code, "location-quotient" in flat(unknown.stderr)) == (2, True)
    assert invoke("capabilities", "counts", COUNTS, "--partners", "-1").exit_code == 2
    assert invoke("capabilities", "counts", projects, "-o", projects).exit_code == 2
    stranger = write(tmp_path / "stranger.csv", "Firm,a\nNobody,1\n")
    target = tmp_path / "never.json"
    into = ("--into", str(bundled_path("two_firms")), "-o", str(target))
    assert invoke("capabilities", "counts", stranger, *into).exit_code == 3
    assert not target.exists()


def test_networks_are_loaded_by_who_asks_for_them_only() -> None:
    code = (
        "import sys; import rd_contract_cli.main; import rd_contract.evidence; from rd_contract import Instance, solve;"
        "sys.exit('networkx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
