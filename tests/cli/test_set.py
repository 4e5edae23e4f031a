"""Values that are set for one run: every command that reads an instance takes them, and results say what was set."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from commands import flat, invoke
from rd_contract import Result, bundled_path, load_bundled, solve

SETTING = "firms.Supplier.outside_option=0.5"


@pytest.fixture
def file() -> str:
    return str(bundled_path("two_firms"))


@pytest.fixture
def result(file: str, tmp_path: Path) -> str:
    target = str(tmp_path / "r.json")
    assert invoke("solve", file, "--set", SETTING, "--set", "firms.*.joining_cost=*1.5", "-o", target).exit_code == 0
    return target


def test_a_result_says_what_was_set(result: str) -> None:
    assert Result.from_file(result).instance.settings == (SETTING, "firms.*.joining_cost=*1.5")
    assert solve(load_bundled("two_firms")).instance.settings == ()


def test_a_result_is_verified_with_what_it_says_was_set(file: str, result: str) -> None:
    bare = invoke("verify", file, result)
    assert bare.exit_code == 6
    told = re.search(r"give the same: (.*)", flat(bare.stderr))
    assert told is not None
    same = invoke("verify", file, result, *shlex.split(told[1]))
    assert same.exit_code == 0, same.output
    assert "other data" not in same.stderr


def test_what_was_set_is_no_proof_of_itself(file: str, result: str, tmp_path: Path) -> None:
    """Verification takes values from its caller, never from the file that it judges."""
    document = json.loads(Path(result).read_text(encoding="utf-8"))
    document["instance"]["settings"] = [SETTING]
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(document), encoding="utf-8")
    assert invoke("verify", file, str(forged), "--set", SETTING).exit_code == 6


@pytest.mark.parametrize(
    "command",
    [
        ["solve", "{file}"],
        ["check", "{file}"],
        ["explain", "{file}"],
        ["compare", "{file}"],
        ["verify", "{file}", "{result}"],
        ["sweep", "{file}", "--vary", "project.base_value=0,1", "-o", "{folder}"],
        ["break-even", "{file}", "--vary", "project.base_value=0:1"],
        ["evaluate", "{file}", "{result}", "--vary", "project.base_value=0,1"],
        ["export", "{file}", "-o", "{folder}.mps"],
    ],
)
def test_every_command_that_reads_an_instance_takes_values(
    file: str, result: str, tmp_path: Path, command: list[str]
) -> None:
    words = [word.format(file=file, result=result, folder=tmp_path / "out") for word in command]
    done = invoke(*words, "--set", "firms.Supplier.outside_option=zzz")
    assert done.exit_code == 3
    assert "firms.Supplier.outside_option" in done.stderr


def test_a_sweep_is_about_the_changed_instance(file: str, tmp_path: Path) -> None:
    words = ["sweep", file, "--vary", "project.base_value=0", "-o", str(tmp_path / "s"), "--jobs", "1"]
    done = invoke(*words, "--set", SETTING)
    assert done.exit_code == 0, done.output
    kept = json.loads((tmp_path / "s" / "instance.json").read_text(encoding="utf-8"))
    assert [firm["outside_option"] for firm in kept["firms"] if firm["name"] == "Supplier"] == [0.5]


def test_a_result_of_changed_values_is_judged_against_the_file_that_they_were_set_in(file: str, tmp_path: Path) -> None:
    plain, changed = str(tmp_path / "plain.json"), str(tmp_path / "changed.json")
    assert invoke("solve", file, "-o", plain).exit_code == 0
    assert invoke("solve", file, "--set", "project.value=25", "-o", changed).exit_code == 0
    answer = invoke("compare", plain, changed, "--against", file)
    assert answer.exit_code == 0
    assert answer.stdout.count("certified") == 2
    assert "As the result says, with project.value=25." in answer.stderr
    assert "--against INSTANCE judges" not in answer.stderr


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("project.value=2", "project.value=3", '"project.value" is set twice'),
        ("firms.Supplier.credit=1", "firms[0].credit=1", '"firms.Supplier.credit" leads there, too'),
        ("firms.Supplier.credit=1", "firms.*.credit=0.9", '"firms.Supplier.credit" leads there, too'),
    ],
)
def test_what_would_undo_what_was_set_is_refused(file: str, first: str, second: str, said: str) -> None:
    names = [firm.name for firm in load_bundled("two_firms").firms]
    second = second.replace("firms[0]", f"firms[{names.index('Supplier')}]")
    done = invoke("check", file, "--set", first, "--set", second)
    assert done.exit_code == 2
    assert said in flat(done.stderr)


def test_what_was_set_may_be_scaled(file: str) -> None:
    done = invoke("check", file, "--set", "project.value=2", "--set", "project.value=*3")
    assert done.exit_code == 0
    assert "Set project.value: 2 → 6" in done.stderr


def test_some_of_many_values_that_are_set_may_be_other_ones(file: str) -> None:
    assert invoke("check", file, "--set", "firms.*.credit=0.9", "--set", "firms.Supplier.credit=1").exit_code == 0
    done = invoke("check", file, "--set", "firms.Supplier.joining_cost=1", "--set", "firms.*.joining_cost=*2")
    assert done.exit_code == 0
