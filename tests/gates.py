"""Every gate in one command: style, types, layers, docstrings, then all tests and documented commands.

Run it with the Python of an environment in which ``pip install -e '.[dev,bench]'`` was done::

    python tests/gates.py            # everything
    python tests/gates.py -k terms   # arguments go to pytest

It exits with 1 when a gate fails, after all have run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def gates(extra: list[str]) -> list[tuple[str, list[str]]]:
    """Return name and command of every gate, the tests last."""
    python = [sys.executable, "-m"]
    workers = str(min(os.cpu_count() or 1, 8))
    return [
        ("style", [*python, "ruff", "check", "."]),
        ("format", [*python, "ruff", "format", "--check", "."]),
        ("types", [*python, "mypy"]),
        ("layers", [str(BIN / "lint-imports"), "--no-cache"]),
        ("docstrings", [*python, "interrogate", "optimizer", "cli", "instances"]),
        ("tests", [*python, "pytest", "-n", workers, *extra]),
    ]


def main(arguments: list[str]) -> int:
    """Run every gate and tell which failed."""
    failed = []
    for name, command in gates(arguments):
        started = time.perf_counter()
        print(
            f"== {name}: {' '.join(Path(part).name if part == sys.executable else part for part in command)}",
            flush=True,
        )
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        print(
            f"== {name}: {'ok' if code == 0 else f'FAILED ({code})'} in {time.perf_counter() - started:.1f} s",
            flush=True,
        )
        if code:
            failed.append(name)
    print(f"== failed: {', '.join(failed)}" if failed else "== every gate passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
