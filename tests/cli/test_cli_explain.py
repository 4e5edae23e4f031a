"""``rd-contract explain``: what it prints and writes, and how it ends."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from commands import flat, invoke
from explanations import bundled, three
from rd_contract import Explanation, load_bundled
from rd_contract.study.asking import Settings
from rd_contract.study.explanation import run
from rd_contract_cli.exits import ExitCode


def test_what_lets_a_solve_take_longer_is_said_at_the_top_by_its_option(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = partial(Settings, patience=1e-9)
    monkeypatch.setattr(run, "Settings", lambda *given: limited(*given[:3], demands=given[4]))
    told = invoke("explain", files["two"], "--jobs", "1")
    assert told.exit_code == ExitCode.STOPPED
    top = flat(told.stdout).partition("What follows")[0]
    assert "a solve took over a minute; --time-limit SECONDS lets it take longer." in top


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    instance, contract, _ = bundled("two_firms")
    paths = {}
    for name, text in {
        "two": instance.to_json(),
        "result": contract.to_json(),
        "three": three().to_json(),
        "none": load_bundled("no_contract").to_json(),
    }.items():
        path = tmp_path / f"{name}.json"
        path.write_text(text, encoding="utf-8")
        paths[name] = str(path)
    return {**paths, "folder": str(tmp_path)}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["{two}", "{result}"], 0, "What a little more room would bring"),
        (["{three}"], 0, "Why C is not in: taking it in would cost 3.000 EUR"),
        (["{three}", "--firm", "C", "--firm", "A"], 0, "Why C is not in"),
        (["{three}", "--most", "0"], 0, "1 more firm not chosen"),
        (["{none}"], 4, "Rules that conflict"),
        (["{three}", "{result}"], 6, "does not hold"),
        (["{two}", "{three}"], 3, "rd-contract/1"),
        (["{two}", "{folder}/absent.json"], 3, "absent"),
        (["{three}", "--firm", "Cc"], 2, 'nearest name is "C"'),
        (["{three}", "--time-limit", "0"], 2, "seconds"),
        (["{three}", "--most", "-1"], 2, "most"),
        (["{two}", "{result}", "-o", "{two}"], 2, "overwrite"),
        (["-", "-"], 2, "standard input"),
    ],
)
def test_command(arguments: list[str], code: int, said: str, files: dict[str, str]) -> None:
    done = invoke("explain", *(argument.format(**files) for argument in arguments), "--jobs", "1")
    assert done.exit_code == code, done.stderr
    assert said in flat(done.stdout) + flat(done.stderr)
    assert "Traceback" not in done.stderr


def test_command_writes_json(files: dict[str, str], tmp_path: Path) -> None:
    target = tmp_path / "why.json"
    done = invoke("explain", files["three"], "--json", "-o", str(target), "--jobs", "1")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(target.read_text(encoding="utf-8"))
    assert Explanation.from_file(target).candidates[0].firm == "C"
    assert invoke("schema", "explanation").exit_code == 0


def test_command_stopped_early(files: dict[str, str]) -> None:
    done = invoke("explain", files["two"], files["result"], "--time-limit", "0.0001", "--jobs", "1")
    assert done.exit_code == 5, done.stderr
    assert "Time ran out: - " in flat(done.stdout)
