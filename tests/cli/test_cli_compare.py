"""``rd-contract compare``: what it prints and writes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import rd_contract
from commands import flat, invoke
from comparisons import bundled, near
from rd_contract import Comparison, load_bundled, solve
from rd_contract.report.content.study_figures import forms_figure
from rd_contract.report.pictures import write_figures


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Return paths of two instances, a result of the first, a bad instance and a bad result."""
    named = {}
    for name in ("two_firms", "no_contract"):
        named[name] = str(tmp_path / f"{name}.json")
        Path(named[name]).write_text(load_bundled(name).to_json(), encoding="utf-8")
    result = solve(load_bundled("two_firms"))
    contents = {
        "result": result.to_json(),
        "bad": json.dumps(load_bundled("two_firms").to_dict() | {"objektive": "joint"}),
        "bad_result": json.dumps(result.to_dict() | {"statuss": "optimal"}),
        "no_json": "{",
    }
    for name, text in contents.items():
        named[name] = str(tmp_path / f"{name}.json")
        Path(named[name]).write_text(text, encoding="utf-8")
    return named | {"folder": str(tmp_path)}


def test_compare_prints_and_writes(files: dict[str, str], tmp_path: Path) -> None:
    target, table = tmp_path / "out.json", tmp_path / "out.csv"
    done = invoke("compare", files["two_firms"], "-o", str(target), "--csv", str(table))
    assert done.exit_code == 0, done.stderr
    assert "Joint optimum with monitoring" in done.stdout
    assert "Wrote" in done.stderr
    found = Comparison.from_file(target)
    assert found == bundled("two_firms")[1]
    frame = pd.read_csv(table)
    assert frame["joint_surplus"].tolist() == [row.joint_surplus for row in found.scenarios]
    assert frame["members"].tolist()[6] == "Manufacturer; Supplier"


def test_the_figure_is_written_as_its_name_says(files: dict[str, str], tmp_path: Path) -> None:
    for kind, begin in (("svg", b"<svg"), ("png", b"\x89PNG")):
        target = tmp_path / f"forms.{kind}"
        done = invoke("compare", files["two_firms"], "--figure", str(target))
        assert done.exit_code == 0, done.stderr
        first = target.read_bytes()
        assert first.startswith(begin)
        write_figures("", [forms_figure(bundled("two_firms")[1])], target)
        assert target.read_bytes() == first


def test_compare_as_json(files: dict[str, str]) -> None:
    done = invoke("compare", files["two_firms"], "--json", "--lead", "Supplier", "--gap", "0.001")
    assert done.exit_code == 0, done.stderr
    found = Comparison.from_dict(json.loads(done.stdout))
    assert [row.id for row in found.led] == ["lead:Supplier"]
    assert done.stderr == ""


def test_compare_from_standard_input(files: dict[str, str]) -> None:
    done = invoke("compare", "-", "--json", input=Path(files["two_firms"]).read_text(encoding="utf-8"))
    assert done.exit_code == 0, done.stderr
    assert Comparison.from_dict(json.loads(done.stdout)) == bundled("two_firms")[1]


def test_compare_without_a_contract(files: dict[str, str]) -> None:
    done = invoke("compare", files["no_contract"])
    assert done.exit_code == 4
    assert "No contract exists" in flat(done.stdout)


def test_compare_stopped_early(tmp_path: Path) -> None:
    path = tmp_path / "i.json"
    path.write_text(load_bundled("horizon2020_12").to_json(), encoding="utf-8")
    done = invoke("compare", str(path), "--lead", "Saft (FR)", "--time-limit", "0.01")
    assert done.exit_code == 5, done.stderr


def test_compare_several_files(files: dict[str, str]) -> None:
    names = [files["two_firms"], files["result"], files["no_contract"], files["result"]]
    done = invoke("compare", *names, "--json")
    assert done.exit_code == 0, done.stderr
    found = Comparison.from_dict(json.loads(done.stdout))
    assert [row.id for row in found.scenarios] == [*names[:3], f"{files['result']} (2)"]
    assert [row.joint_surplus for row in found.scenarios] == [near(6.0), near(6.0), 0.0, near(6.0)]
    page = invoke("compare", *names).stdout
    assert "4 contracts side by side" in page
    assert "2 different instances" in flat(page)
    assert invoke("compare", files["no_contract"], files["no_contract"]).exit_code == 4


def test_a_result_that_does_not_hold_is_told(files: dict[str, str], tmp_path: Path) -> None:
    document = json.loads(Path(files["result"]).read_text(encoding="utf-8"))
    document["certificate"]["holds"] = False
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    done = invoke("compare", files["result"], str(path))
    assert done.exit_code == 6
    assert "not to be used" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["{result}"], 2, "second file"),
        (["{two_firms}", "--lead", "Suplier"], 2, "Supplier"),
        (["{two_firms}", "{result}", "--lead", "Supplier"], 2, "one instance"),
        (["{two_firms}", "--csv", "{two_firms}"], 2, "overwrite"),
        (["{two_firms}", "--csv", "{folder}/x", "-o", "{folder}/x"], 2, "--csv"),
        (["{two_firms}", "-o", "{folder}"], 2, "is a folder"),
        (["{two_firms}", "--figure", "{folder}/x.pdf"], 2, ".svg or .png"),
        (["{two_firms}", "{result}", "--figure", "{folder}/x.svg"], 2, "one instance"),
        (["{bad}"], 3, "objektive"),
        (["{no_json}"], 3, "JSON"),
        (["{folder}/missing.json"], 3, "readable"),
        (["{bad}", "{two_firms}", "{bad_result}"], 3, "statuss"),
        (["{bad_result}", "{two_firms}", "{bad}"], 3, "objektive"),
        (["{two_firms}", "--time-limit", "0"], 2, "seconds"),
        ([], 2, "Missing"),
    ],
)
def test_wrong_use_is_refused(arguments: list[str], code: int, named: str, files: dict[str, str]) -> None:
    done = invoke("compare", *(argument.format(**files) for argument in arguments))
    assert done.exit_code == code, done.stderr
    assert named in flat(done.stderr)
    assert "Traceback" not in done.stderr


def test_several_files_interrupted(files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    instance = load_bundled("two_firms")
    stopped = solve(instance).replace(status="feasible", stop_reason="interrupted", certificate=None)
    stopped = stopped.replace(certificate=rd_contract.verify(instance, stopped))
    monkeypatch.setattr(rd_contract, "solve", lambda *_, **__: stopped)
    done = invoke("compare", files["two_firms"], files["no_contract"])
    assert done.exit_code == 5
    assert "Interrupted" in done.stdout
