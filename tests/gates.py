"""Every gate in one command: style, types, layers, docstrings, then all tests and documented commands.

Run it with the Python of an environment in which ``pip install -c constraints.txt -e '.[dev,bench]'`` was done::

    python tests/gates.py                     # everything
    python tests/gates.py -k terms            # other arguments go to pytest
    python tests/gates.py --slow              # the studies that take long, too
    python tests/gates.py --versions lowest   # in a fresh environment with the lowest versions that are allowed
    python tests/gates.py --versions newest   # in one with the newest

It exits with 1 when a gate fails, after all have run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: How an environment other than the locked one is resolved. Only what this project asks for itself is taken at its
#: lowest: the lowest versions of what others ask for were never meant to work together.
RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest"}


def gates(python: Path, extra: list[str], *, types: bool) -> list[tuple[str, list[str]]]:
    """Return name and command of every gate, the tests last."""
    module = [str(python), "-m"]
    workers = str(min(os.cpu_count() or 1, 8))
    return [
        ("style", [*module, "ruff", "check", "."]),
        ("format", [*module, "ruff", "format", "--check", "."]),
        *([("types", [*module, "mypy"])] if types else []),
        ("layers", [str(python.parent / "lint-imports"), "--no-cache"]),
        ("docstrings", [*module, "interrogate", "optimizer", "cli", "instances"]),
        ("tests", [*module, "pytest", "-n", workers, *extra]),
    ]


def run_gates(python: Path, extra: list[str], *, types: bool = True) -> int:
    """Run every gate and tell which failed."""
    failed = []
    for name, command in gates(python, extra, types=types):
        started = time.perf_counter()
        print(f"== {name}: {' '.join(['python', *command[1:]])}", flush=True)
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        verdict = "ok" if code == 0 else f"FAILED ({code})"
        print(f"== {name}: {verdict} in {time.perf_counter() - started:.1f} s", flush=True)
        if code:
            failed.append(name)
    print(f"== failed: {', '.join(failed)}" if failed else "== every gate passed", flush=True)
    return 1 if failed else 0


def run_elsewhere(versions: str, extra: list[str]) -> int:
    """Run the gates in a fresh environment with other versions of everything."""
    with tempfile.TemporaryDirectory(prefix=f"gates-{versions}-") as folder:
        venv.create(folder, symlinks=os.name != "nt")
        python = Path(folder) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python)]
        install += ["--resolution", RESOLUTIONS[versions], "--editable", ".[dev,bench]"]
        print(f"== installing the {versions} versions", flush=True)
        if subprocess.run(install, cwd=ROOT, check=False).returncode:
            return 1
        if versions == "lowest":
            # Annotations of numpy and others grow stricter by the year: the code is written for those of the lock.
            print("== types: left out, the type hints of old releases are not what the code is written for", flush=True)
        return run_gates(python, extra, types=versions != "lowest")


def main(arguments: list[str]) -> int:
    """Read the options and run what was asked for."""
    parser = argparse.ArgumentParser(description="Run every gate.", epilog="Other arguments go to pytest.")
    parser.add_argument("--versions", choices=sorted(RESOLUTIONS), help="a fresh environment with these versions")
    parser.add_argument("--slow", action="store_true", help="the studies that take long, too")
    options, extra = parser.parse_known_args(arguments)
    if options.slow:
        extra = ["-m", "", *extra]
    if options.versions:
        return run_elsewhere(options.versions, extra)
    return run_gates(Path(sys.executable), extra)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
