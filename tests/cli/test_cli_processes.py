"""The command line as a process: streams, terminals, pipes, full disks and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import rd_contract
from builders import TWO_PARTNERS
from commands import PATIENCE, offer, process, run, write
from rd_contract.outcome.contract import Result

# --- as a process ----------------------------------------------------------------------------------------


def test_both_ways_to_start(file: str) -> None:
    _, out, err = run("check", file)
    script = Path(sys.executable).with_name("rd-contract")
    if script.exists():
        done = subprocess.run([script, "check", file], capture_output=True, check=True)
        assert (done.stdout, done.stderr) == (out, err)
    assert out.startswith(b"Valid")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        *([command, "--help"] for command in ("solve", "verify", "check", "schema", "export", "example")),
        ["example", "copy", "--help"],
        ["check", "FILE"],
        ["schema", "result"],
        ["example"],
        ["example", "show", "NAME"],
    ],
    ids=" ".join,
)
def test_what_is_quick_loads_no_solver(file: str, arguments: list[str]) -> None:
    known = {"FILE": file, "NAME": rd_contract.bundled_names()[0]}
    given = [known.get(word, word) for word in arguments]
    code = (
        "import sys, rd_contract_cli.main as main\n"
        "try:\n    main.run()\nfinally:\n"
        "    loaded = {'pyomo', 'highspy', 'scipy', 'pandas'} & set(sys.modules)\n"
        "    print('LOADED', sorted(loaded), file=sys.stderr)"
    )
    status, _, err = run(*given, code=code)
    assert status == 0
    assert b"LOADED []" in err


def test_a_reader_that_goes_away_ends_the_writing_quietly() -> None:
    name = max(rd_contract.bundled_names(), key=lambda name: rd_contract.bundled_path(name).stat().st_size)
    with process("example", "show", name) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.read(10)
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 0


def test_a_report_into_a_closed_pipe_keeps_its_exit_code(file: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        status, _, err = run("solve", file, stdout=writing)
        assert (status, err) == (0, offer(file).encode())
    finally:
        os.close(writing)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["schema"], ["check", "FILE"]], ids=" ".join)
def test_a_full_disk_behind_standard_output(file: str, arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        status, _, err = run(*(file if word == "FILE" else word for word in arguments), stdout=full)
    assert status == 1
    assert b"standard output cannot be written" in err
    assert b"Traceback" not in err
    assert b"Exception ignored" not in err


@pytest.mark.skipif(os.name != "posix", reason="closes descriptors the POSIX way")
def test_closed_streams(file: str) -> None:
    closing = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
    done = subprocess.run([*closing, sys.executable, "-m", "rd_contract_cli", "check", file], check=False)
    assert done.returncode == 0


def test_an_old_terminal_shows_question_marks_instead_of_crashing(tmp_path: Path) -> None:
    document = {**TWO_PARTNERS, "name": "Zellhersteller \u2014 \u96fb\u6c60"}
    path = write(tmp_path / "i.json", document)
    status, out, _ = run("check", path, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert status == 0
    assert b"Zellhersteller ? ??" in out


def test_json_is_utf8_on_every_terminal(tmp_path: Path) -> None:
    path = write(tmp_path / "i.json", {**TWO_PARTNERS, "name": "\u96fb\u6c60"})
    _, out, _ = run("solve", path, "--json", env={"PYTHONIOENCODING": "ascii"})
    assert json.loads(out.decode("utf-8"))["instance"]["name"] == "\u96fb\u6c60"


def test_no_colours_outside_a_terminal(file: str) -> None:
    _, out, err = run("check", file)
    assert b"\x1b" not in out + err


def test_colours_can_be_asked_for_and_refused(file: str) -> None:
    _, coloured, _ = run("check", file, env={"FORCE_COLOR": "1", "TERM": "xterm"})
    assert b"\x1b[1;32m" in coloured
    _, plain, _ = run("check", file, env={"FORCE_COLOR": "1", "TERM": "xterm", "NO_COLOR": "1"})
    assert b"\x1b[1;32m" not in plain


@pytest.mark.parametrize("columns", [80, 100, 250])
def test_nothing_is_wider_than_the_terminal_or_100_columns(file: str, columns: int) -> None:
    _, out, err = run("check", file, env={"COLUMNS": str(columns)})
    assert max(len(line) for line in out.decode().splitlines()) <= min(columns, 100)
    assert err == b""


# --- Ctrl-C ----------------------------------------------------------------------------------------------

_INTERRUPTIBLE = """
import sys, time
import rd_contract
from rd_contract_cli.main import run

def solve(instance, **options):
    stubborn = {stubborn}
    for turn in range(6000):  # longer than anybody waits below
        try:
            if turn == 0:
                print("ready", file=sys.stderr, flush=True)
            time.sleep(0.1)
        except KeyboardInterrupt:
            if not stubborn:
                break
    return rd_contract.Result.from_file({result!r})

rd_contract.solve = solve
run()
"""


@pytest.mark.skipif(os.name != "posix", reason="sends signals the POSIX way")
@pytest.mark.parametrize("stubborn", [False, True])
def test_ctrl_c_stops_gently_once_and_at_once_the_second_time(
    file: str, tmp_path: Path, solved: Result, stubborn: bool
) -> None:
    stopped = solved.replace(status="feasible", stop_reason="interrupted")
    code = _INTERRUPTIBLE.format(stubborn=stubborn, result=write(tmp_path / "prepared.json", stopped.to_json()))
    with process("solve", file, "--json", code=code) as child:
        assert child.stderr is not None
        assert child.stderr.readline() == b"ready\n"
        child.send_signal(signal.SIGINT)
        assert b"Ctrl-C again quits at once" in child.stderr.readline()
        if stubborn:
            child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=PATIENCE)
    assert child.returncode == (130 if stubborn else 5)
    if not stubborn:
        assert Result.from_dict(json.loads(out)) == stopped
