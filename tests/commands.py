"""The program as tests run it: inside their process, as a process of its own, or until it shows a sign of life."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from typer.testing import CliRunner
from typer.testing import Result as Outcome

from rd_contract_cli.main import app

#: Seconds that what takes moments may take before it is called hung: a machine with much else to do is no fault.
PATIENCE = 300.0

PROGRAM = [sys.executable, "-m", "rd_contract_cli"]

#: What the surroundings of a test run must not decide; None: not set.
_NEUTRAL: dict[str, str | None] = dict.fromkeys(
    ("FORCE_COLOR", "NO_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "PYTHONWARNINGS", "RD_CONTRACT_DEBUG")
)

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def write(path: Path, document: Any) -> str:
    """Write a text, or a document as JSON; return the path as a word of a command line."""
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return str(path)


def invoke(*arguments: str, **extra: Any) -> Outcome:
    """Run a command in this process."""
    # Typer colours its own messages on some build servers whatever the terminal; a wide one keeps lines whole.
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "100", "NO_COLOR": "1"}, **extra)


def offer(file: str) -> str:
    """Return what ``solve`` says beside the report on an instance with a lead."""
    return f"The contract that pays the lead most: rd-contract solve {file} --set objective=lead\n"


def flat(text: str) -> str:
    """Return text without colours, boxes and line breaks."""
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", _ANSI.sub("", text)).split())


def process(*arguments: str, code: str = "", **extra: Any) -> subprocess.Popen[bytes]:
    """Start the program, or Python code that runs it, as a process."""
    start = [sys.executable, "-c", code] if code else PROGRAM
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    changed: dict[str, str | None] = _NEUTRAL | extra.pop("env", {})
    environment = {name: value for name, value in {**os.environ, **changed}.items() if value is not None}
    given: dict[str, Any] = streams | extra
    return subprocess.Popen([*start, *arguments], env=environment, text=False, **given)


def run(*arguments: str, **extra: Any) -> tuple[int, bytes, bytes]:
    """Run the program as a process; return exit code, standard output and standard error."""
    with process(*arguments, **extra) as child:
        out, err = child.communicate(timeout=PATIENCE)
    return child.returncode, out, err


def works(process: subprocess.Popen[str], seconds: int) -> None:
    """Wait until a program has computed for some time, however busy the machine is."""
    while True:
        used = subprocess.run(
            ["ps", "-o", "cputimes=", "-p", str(process.pid)], capture_output=True, text=True, check=False
        )
        assert used.stdout, process.communicate()
        if int(used.stdout) >= seconds:
            return
        time.sleep(0.1)


def sweep_command(instance_path: Path, folder: Path, *more: str, points: int = 40) -> list[str]:
    """Return the words that sweep one outside option of :data:`builders.THREE`."""
    varied = ["--vary", f"firms.A.outside_option=0:1:{points}"]
    return [*PROGRAM, "sweep", str(instance_path), "-o", str(folder), *varied, *more]


def start_sweep(arguments: list[str], folder: Path, several: int) -> subprocess.Popen[str]:
    """Start a sweep and wait until several points are answered."""
    process = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + PATIENCE
    while len(list(folder.glob("points/??/*.json"))) < several:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process
