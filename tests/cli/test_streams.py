"""Standard output carries what the program prints, and nothing else, whatever a library below it writes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from rd_contract import bundled_path
from rd_contract_cli.main import app

PROGRAM = Path(sys.executable).parent / "rd-contract"
TWO_FIRMS = str(bundled_path("two_firms"))
VARY = ("--vary", "firms.Supplier.outside_option=0,1")

#: A small register in the form of CORDIS, and a table of counts.
REGISTER = bundled_path("two_firms").parent / "data" / "cordis_example"
_CORDIS = ("--organizations", str(REGISTER / "organization.csv"), "--projects", str(REGISTER / "project.csv"))
COUNTS = str(Path(__file__).parent / "counts.csv")

_MET, _SIGNED = ("--time", "2026-03-01T09:00:00Z"), ("--time", "2026-09-01T09:00:00Z")

#: One run of every command, from a folder in which the ones above were made; ``{...}`` are the folder's files.
RUNS = {
    "solve": ("solve", TWO_FIRMS),
    "solve as data": ("solve", TWO_FIRMS, "--json"),
    "solve for terms that keep every group": ("solve", str(bundled_path("seller_and_buyers")), "--stable"),
    "solve to a file": ("solve", TWO_FIRMS, "-o", "result.json"),
    "verify": ("verify", TWO_FIRMS, "result.json"),
    "check": ("check", TWO_FIRMS),
    "compare": ("compare", TWO_FIRMS),
    "compare as data": ("compare", TWO_FIRMS, "--json"),
    "explain": ("explain", TWO_FIRMS, "result.json", "--jobs", "2"),
    "sweep": ("sweep", TWO_FIRMS, *VARY, "-o", "sweep", "--jobs", "2"),
    "regret": ("regret", "sweep", "result.json"),
    "break-even": ("break-even", TWO_FIRMS, "--vary", "firms.Supplier.outside_option=0:8", "--tolerance", "2"),
    "frontier": ("frontier", TWO_FIRMS, "--second", "cost", "--jobs", "1"),
    "advise": ("advise", TWO_FIRMS, "--set", "context.network_ties=0.75"),
    "evaluate": ("evaluate", TWO_FIRMS, "result.json", *VARY),
    "report": ("report", "result.json", "-o", "award.md"),
    "serve where that cannot be": ("serve", "--port", "70000"),
    "schema": ("schema", "instance"),
    "export": ("export", TWO_FIRMS, "-o", "model.mps"),
    "example list": ("example", "list"),
    "example show": ("example", "show", "two_firms"),
    "example copy": ("example", "copy", "two_firms", "copied.json"),
    "template": ("template", "-o", "alliance.xlsx"),
    "convert": ("convert", "alliance.xlsx", "alliance"),
    "capabilities counts": ("capabilities", "counts", COUNTS, "-o", "capabilities.csv"),
    "capabilities counts as data": ("capabilities", "counts", COUNTS, "--transform", "rank", "--json"),
    "import cordis": ("import", "cordis", *_CORDIS, "--lead", "NORDZELLE AG", "-o", "cordis.json"),
    "ledger init": ("ledger", "init", "a.ledger", "--origin", "alliance"),
    "ledger append": ("ledger", "append", "a.ledger", "--kind", "milestone_met", "--by", "Supplier", *_MET),
    "ledger show": ("ledger", "show", "a.ledger"),
    "ledger verify": ("ledger", "verify", "a.ledger"),
    "ledger checkpoint": ("ledger", "checkpoint", "a.ledger"),
    "ledger prove": ("ledger", "prove", "a.ledger", "0"),
    "ledger check-proof of none": ("ledger", "check-proof", "result.json"),
    "ledger export": ("ledger", "export", "a.ledger", "-o", "a.jsonl"),
    "ledger import": ("ledger", "import", "b.ledger", "a.jsonl", "--origin", "alliance"),
    "ledger compare": ("ledger", "compare", "a.ledger", "b.ledger"),
    "ledger sign-contract": ("ledger", "sign-contract", "a.ledger", "result.json", TWO_FIRMS, *_SIGNED),
    "ledger credit": ("ledger", "credit", "a.ledger", "--as-of", "2027-03-01"),
    "ledger report": ("ledger", "report", "a.ledger", "-o", "story.html", "--as-of", "2027-03-01"),
    "renew": ("renew", TWO_FIRMS, "a.ledger", "-o", "next.json", "--as-of", "2027-03-01"),
    "version": ("--version",),
    "help": ("--help",),
    "bad instance": ("solve", "result.json"),
}

#: What one run of a program may print otherwise than the next: times, and what rests on them.
_VARIES = re.compile(r'\d+(\.\d+)? (ms|s)\b|"seconds": [-+.\de]+|"result_sha256":"\w+"|[\d.]+ a second')

_ENVIRONMENT = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "PYTHONUTF8": "1"}


def _environment() -> dict[str, str]:
    dropped = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "PYTHONWARNINGS", "RD_CONTRACT_DEBUG", "TERMINAL_WIDTH")
    return {key: value for key, value in os.environ.items() if key not in dropped} | _ENVIRONMENT


def _commands() -> Iterator[str]:
    group = get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        yield from (f"{name} {one}" for one in inner) if inner else (name,)


def test_every_command_is_run() -> None:
    run = {" ".join(arguments) for arguments in RUNS.values()}
    assert [name for name in _commands() if not any(one.startswith(name) for one in run)] == []


def test_every_byte_of_every_command_is_the_programs_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installed command prints, byte for byte, what its Python code prints."""
    for name, value in _ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    for label, arguments in RUNS.items():
        run = subprocess.run(
            [PROGRAM, *arguments], cwd=outside, env=_environment(), capture_output=True, timeout=120, check=False
        )
        with contextlib.chdir(inside):
            meant = CliRunner().invoke(app, arguments, prog_name="rd-contract")
        assert run.returncode == meant.exit_code, f"{label}: {run.stderr.decode()}"
        for stream, found, expected in (("out", run.stdout, meant.stdout), ("err", run.stderr, meant.stderr)):
            printed = found.decode("utf-8").replace("\r\n", "\n")
            assert _VARIES.sub("#", printed) == _VARIES.sub("#", expected), f"{label}, standard {stream}"


def test_the_answer_can_be_piped_on() -> None:
    run = subprocess.run([PROGRAM, "solve", TWO_FIRMS, "--json"], capture_output=True, timeout=60, check=True)
    assert json.loads(run.stdout)["status"] == "optimal"
    assert run.stderr == b""


def test_what_libraries_write_goes_to_standard_error() -> None:
    noisy = """
import os, sys
from rd_contract_cli import main, streams
streams.prepare_streams()
os.write(1, b"noise from below")
main.app(["example", "show", "two_firms"])
"""
    run = subprocess.run([sys.executable, "-c", noisy], capture_output=True, timeout=60, check=True)
    assert run.stdout == Path(TWO_FIRMS).read_bytes()
    assert run.stderr == b"noise from below"


# --- the library ------------------------------------------------------------------------------------------


def _printed_by(source: str) -> tuple[bytes, bytes]:
    run = subprocess.run([sys.executable, "-c", source], capture_output=True, timeout=120, check=True)
    return run.stdout, run.stderr


_SOLVE = "import rd_contract; answer = lambda *_: rd_contract.solve(rd_contract.load_bundled('two_firms')).status\n"


def test_the_library_prints_nothing() -> None:
    assert _printed_by(f"{_SOLVE}print(answer())") == (b"optimal\n", b"")


def test_threads_that_solve_at_once_print_nothing() -> None:
    pool = "from concurrent.futures import ThreadPoolExecutor as Pool\n"
    source = f"{_SOLVE}{pool}print(*Pool(4).map(answer, range(8)))"
    assert _printed_by(source) == (b"optimal " * 7 + b"optimal\n", b"")


def test_workers_print_nothing(tmp_path: Path) -> None:
    source = f"""
from rd_contract import Axis, Resources, SweepPlan, load_bundled, sweep
if __name__ == "__main__":
    plan = SweepPlan(design="grid", vary=(Axis(path="firms.Supplier.outside_option", values=(0.0, 1.0)),))
    sweep(load_bundled("two_firms"), plan, {str(tmp_path / "sweep")!r}, resources=Resources(jobs=2))
    print("done")
"""
    script = tmp_path / "script.py"
    script.write_text(source, encoding="utf-8")
    run = subprocess.run([sys.executable, script], capture_output=True, timeout=120, check=True)
    assert (run.stdout, run.stderr) == (b"done\n", b"")


# --- closed streams ---------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell closes the streams")
@pytest.mark.parametrize("closed", [">&-", "<&-", ">&- <&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_trouble(closed: str, tmp_path: Path) -> None:
    """What is opened next must not get the number of a closed stream, and what is meant for that."""
    command = f"{PROGRAM} solve {TWO_FIRMS} -o {tmp_path / 'result.json'} {closed}"
    run = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert b"Traceback" not in run.stderr
    assert (run.stdout == b"") == (">&-" in closed.replace("2>&-", ""))
    assert json.loads((tmp_path / "result.json").read_text("utf-8"))["status"] == "optimal"


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs /dev/stdout")
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1"])
def test_a_file_may_be_standard_output_by_name(name: str) -> None:
    command = [str(PROGRAM), "solve", TWO_FIRMS, "--json", "-o", name]
    run = subprocess.run(command, capture_output=True, timeout=60, check=True)
    written, printed = run.stdout[: len(run.stdout) // 2], run.stdout[len(run.stdout) // 2 :]
    assert written == printed
    assert json.loads(written)["status"] == "optimal"
