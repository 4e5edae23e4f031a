"""``rd-contract solve --backend dask``: the same answer from a cluster, and clear words where there is none."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from clusters import local_cluster
from commands import PATIENCE, PROGRAM
from rd_contract.instance import bundled_path


def solved(name: str, *more: str) -> subprocess.CompletedProcess[str]:
    arguments = [*PROGRAM, "solve", str(bundled_path(name)), *more]
    return subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=PATIENCE)


def untimed(output: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(output)
    del result["solver"]["seconds"]
    return result


def test_the_answer_is_the_same() -> None:
    here = solved("horizon2020_12", "--json")
    with local_cluster() as cluster:
        there = solved("horizon2020_12", "--json", "--backend", "dask", "--scheduler", cluster.scheduler_address)
    assert (here.returncode, there.returncode) == (0, 0), there.stderr
    assert untimed(there.stdout) == untimed(here.stdout)
    assert not there.stderr


def test_a_cluster_without_an_address_is_wrong_usage() -> None:
    done = solved("two_firms", "--backend", "dask")
    assert done.returncode == 2
    assert "--scheduler ADDRESS" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra_its_name_is_told() -> None:
    without = "import sys; sys.modules['dask.distributed'] = None; sys.argv[0] = 'rd-contract'; "
    run = f"{without}from rd_contract_cli.main import run; run()"
    arguments = ["solve", str(bundled_path("two_firms")), "--backend", "dask", "--scheduler", "tcp://127.0.0.1:1"]
    done = subprocess.run([sys.executable, "-c", run, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "rd-contract[dask]" in done.stderr
    assert "Traceback" not in done.stderr
