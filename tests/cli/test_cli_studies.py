"""The commands that look at many points: sweep, break-even, evaluate, regret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import rd_contract
from builders import PAIR
from commands import flat, invoke, run, write
from rd_contract.study.sweep import worker


@pytest.fixture
def pair(tmp_path: Path) -> str:
    return write(tmp_path / "pair.json", PAIR)


@pytest.fixture
def signed(pair: str, tmp_path: Path) -> str:
    path = tmp_path / "signed.json"
    path.write_text(rd_contract.solve(rd_contract.Instance.from_file(pair)).to_json(), encoding="utf-8")
    return str(path)


COST = "firms.*.efforts.1.cost=2:8"


@pytest.mark.parametrize(
    ("more", "tables", "words"),
    [
        (["--vary", "project.value=*0.8,1.2"], set(), ["Alliances that win"]),
        (["--vary", "project.value=*0.8,1.2", "--design", "one-at-a-time"], {"sensitivity"}, ["Swing"]),
        (["--vary", "project.value=18:22", "--design", "morris", "--sample", "2"], {"sensitivity"}, ["mu*"]),
        (["--vary", "project.value=18:22", "--design", "sobol", "--sample", "2"], {"sensitivity"}, ["First order"]),
    ],
)
def test_sweep(more: list[str], tables: set[str], words: list[str], file: str, tmp_path: Path) -> None:
    done = invoke("sweep", file, "-o", str(tmp_path / "out"), "--jobs", "1", *more)
    assert done.exit_code == 0, done.stderr
    for word in words:
        assert word in done.stdout
    assert {path.stem for path in (tmp_path / "out").glob("*.csv")} == {"points", "members", "terms"} | tables
    assert "Answers and tables are in" in flat(done.stderr)


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_sweep_draws(kind: str, file: str, tmp_path: Path) -> None:
    vary = ["--vary", "project.value=*0.8:1.2:3", "--vary", "project.synergy_strength=*0.5,1.5"]
    done = invoke("sweep", file, "-o", str(tmp_path / "out"), "--jobs", "1", *vary, "--figures", kind)
    assert done.exit_code == 0, done.stderr
    assert {path.name for path in (tmp_path / "out").glob(f"*.{kind}")} == {
        f"{name}.{kind}" for name in ("memberships", "distribution", "heat_map")
    }


def test_too_few_points_for_sensitivities_are_said(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("no luck")

    monkeypatch.setattr(worker, "solve", fail)
    plan = ["--vary", "project.value=18:22", "--design", "sobol", "--sample", "2"]
    done = invoke("sweep", file, "-o", str(tmp_path / "out"), "--jobs", "1", *plan)
    assert done.exit_code == 5
    assert "No sensitivities: only 0 of 2 samples" in flat(done.stderr)
    assert "no luck" in done.stdout


def test_break_even(file: str, tmp_path: Path) -> None:
    target = tmp_path / "changes.csv"
    vary = ["--vary", "firms.Cellmaker.outside_option=0:40", "--vary", "project.synergy_strength=0:1"]
    done = invoke("break-even", file, *vary, "--jobs", "1", "-o", str(target))
    assert done.exit_code == 0, done.stderr
    assert "no contract" in done.stdout
    frame = pd.read_csv(target, keep_default_na=False)
    assert frame["parameter"].tolist()[0] == "firms.Cellmaker.outside_option"
    # As the lead it is in every alliance: beyond the break-even there is none.
    assert frame["surplus_high"].tolist()[0] == 0.0
    assert f"Wrote {target}" in flat(done.stderr)


def test_break_even_of_a_firm_with_brackets_in_its_name(file: str) -> None:
    """Names are not markup."""
    vary = ["--vary", "firms.[red]Carmaker.joining_cost=0:20"]
    done = invoke("break-even", file, *vary, "--watch", "[red]Carmaker", "--jobs", "1")
    assert done.exit_code == 0, done.stderr
    assert "membership of [red]Carmaker" in done.stdout


def test_evaluate(pair: str, signed: str, tmp_path: Path) -> None:
    options = ["--vary", COST, "--sample", "20", "--jobs", "1", "-o", str(tmp_path / "tables")]
    done = invoke("evaluate", pair, signed, signed, *options)
    assert done.exit_code == 0, done.stderr
    assert "2 contracts at 20 points" in done.stdout
    frame = pd.read_csv(tmp_path / "tables" / "contracts.csv")
    assert set(frame["contract"]) == {"signed", "signed (2)", "no alliance"}
    assert len(pd.read_csv(tmp_path / "tables" / "values.csv")) == 20
    assert "Tables are in" in done.stderr


def test_regret(pair: str, signed: str, tmp_path: Path) -> None:
    folder = str(tmp_path / "worlds")
    assert invoke("sweep", pair, "-o", folder, "--vary", COST, "--sample", "12", "--jobs", "1").exit_code == 0
    done = invoke("regret", folder, signed, "--jobs", "1", "--candidates", "1")
    assert done.exit_code == 0, done.stderr
    assert "Regret" in done.stdout
    frame = pd.read_csv(tmp_path / "worlds" / "contracts.csv")
    assert set(frame["contract"]) == {"signed", "base", "design 1", "no alliance"}
    assert (frame["mean_regret"] >= -1e-6).all()


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["break-even", "{pair}", "--vary", "firms.A.outside_option=1,2"], 2, "needs a range"),
        (["break-even", "{pair}", "--vary", "firms.A.outside=1:2"], 3, '"outside"'),
        (["break-even", "{pair}", "--vary", "firms.A.outside_option=1:2", "--watch", "Z"], 2, '"Z"'),
        (["break-even", "{pair}", "--vary", "firms.A.outside_option=1:2", "--tolerance", "0"], 2, "tolerance"),
        (["break-even", "{pair}", "--vary", "firms.A.outside_option=2:1"], 3, "at most high"),
        (["break-even", "{pair}", "--vary", "firms.A.outside_option=1:2", "-o", "{pair}"], 2, "overwrite"),
        (["evaluate", "{pair}", "{signed}"], 2, "either --vary"),
        (["evaluate", "{pair}", "{pair}", "--vary", COST, "--sample", "3"], 3, "rd-contract/1"),
        (["evaluate", "{pair}", "{signed}", "--vary", "firms.A.efforts.9.cost=1:2", "--sample", "3"], 3, '"9"'),
        (["evaluate", "{two}", "{signed}", "--vary", "project.value=1,2"], 3, '"A"'),
        (["regret", "{folder}"], 2, "not the folder of a sweep"),
        (
            ["sweep", "{pair}", "-o", "{folder}/s", "--vary", COST, "--design", "sobol", "--sample", "3"],
            3,
            "power of 2",
        ),
    ],
)
def test_wrong_use_is_refused(
    arguments: list[str], code: int, named: str, pair: str, file: str, signed: str, tmp_path: Path
) -> None:
    names = {"pair": pair, "two": file, "signed": signed, "folder": str(tmp_path)}
    done = invoke(*(argument.format(**names) for argument in arguments))
    assert done.exit_code == code, done.stderr
    assert named in flat(done.stderr)
    assert "Traceback" not in done.stderr


def test_processes_are_really_used(pair: str, signed: str, tmp_path: Path) -> None:
    code, out, err = run("evaluate", pair, signed, "--vary", COST, "--sample", "220", "--jobs", "2")
    assert code == 0, err
    assert b"220 points" in out
