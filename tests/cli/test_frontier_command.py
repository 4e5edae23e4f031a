"""``rd-contract frontier`` and what moves together, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from commands import invoke
from rd_contract import Frontier, bundled_path
from svg import texts

TWO_FIRMS = str(bundled_path("two_firms"))


def run(*arguments: str, code: int = 0) -> str:
    done = invoke("frontier", *arguments, "--jobs", "1")
    assert done.exit_code == code, done.output
    return done.stdout


def test_everything_that_is_asked_for_is_written(tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    target, table, figure = tmp_path / "f.json", tmp_path / "f.csv", tmp_path / "f.svg"
    options = ("-o", str(target), "--csv", str(table), "--figure", str(figure), "--keep", str(tmp_path / "kept"))
    shown = run(TWO_FIRMS, "--second", "cost", *options)
    assert "Joint surplus against R&D and joining cost" in shown
    found = Frontier.from_file(target)
    assert [round(point.second, 6) for point in found.points] == [17.0, 12.0]
    frame = pd.read_csv(table)
    assert frame["members"].tolist() == ["Manufacturer; Supplier", "Manufacturer"]
    assert any("less is better" in box.text for box in texts(figure.read_text("utf-8")))
    again = json.loads(run(TWO_FIRMS, "--second", "cost", "--keep", str(tmp_path / "kept"), "--json"))
    assert again["solved"] == 0
    assert again["points"] == found.to_dict()["points"]


def test_a_group_is_named_in_words(tmp_path: Path) -> None:
    shown = run(TWO_FIRMS, "--second", "cost", "--group", "firms=Supplier", "--direction", "larger")
    assert "(Supplier)" in shown


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ((), 2, "--second"),
        (("--second", "costs"), 2, "cost"),
        (("--second", "cost", "--group", "sme"), 2, "ATTRIBUTE=VALUE"),
        (("--second", "cost", "--group", "sme=perhaps"), 3, "true or false"),
        (("--second", "cost", "--group", "contry=DE"), 3, "unknown attribute"),
        (("--second", "cost", "--group-rule", "x"), 2, "no rule has a group"),
        (("--second", "exposure", "--group", "sme=true"), 2, "a group goes with members"),
        (("--second", "cost", "--points", "1"), 2, "1"),
        (("--second", "cost", "--tolerance", "2"), 2, "(0, 1]"),
        (("--second", "cost", "-o", TWO_FIRMS), 2, "overwrite"),
        (("--second", "cost", "--excel"), 2, "CSV"),
        (("--second", "cost", "--keep", "kept.csv"), 2, "folder"),
    ],
)
def test_wrong_usage_is_told(options: tuple[str, ...], code: int, said: str) -> None:
    done = invoke("frontier", TWO_FIRMS, *options, "--jobs", "1")
    assert done.exit_code == code, done.output
    assert said in " ".join(done.output.split())
    assert "Traceback" not in done.output


def test_no_contract_is_an_answer_of_its_own() -> None:
    shown = run(str(bundled_path("no_contract")), "--second", "members", code=4)
    assert "no contract exists" in shown


# --- together ------------------------------------------------------------------------------------------------

_BOTH = ("--vary", "project.base_value=0,1", "--vary", "firms.Supplier.outside_option=0,1", "--together", "1,2")


def test_a_sweep_moves_values_together(tmp_path: Path) -> None:
    done = invoke("sweep", TWO_FIRMS, *_BOTH, "-o", str(tmp_path / "s"), "--jobs", "1")
    assert done.exit_code == 0, done.output
    assert len(pd.read_csv(tmp_path / "s" / "points.csv")) == 2
    assert "together with" in done.output


def test_a_break_even_moves_values_together() -> None:
    vary = ("--vary", "project.base_value=0:4", "--vary", "firms.Supplier.outside_option=0:8", "--together", "1,2")
    done = invoke("break-even", TWO_FIRMS, *vary, "--tolerance", "0.2", "--jobs", "1")
    assert done.exit_code == 0, done.output
    assert "project.base_value & firms.Supplier.outside_option" in " ".join(done.stdout.split())


def test_what_names_nothing_is_told(tmp_path: Path) -> None:
    done = invoke("sweep", TWO_FIRMS, *_BOTH[:4], "--together", "1,3", "-o", str(tmp_path / "s"))
    assert done.exit_code == 3
    assert "from 1 to 2" in " ".join(done.output.split())
    done = invoke("sweep", TWO_FIRMS, "--plan", "x.json", "--together", "1,2", "-o", str(tmp_path / "s"))
    assert done.exit_code == 2
