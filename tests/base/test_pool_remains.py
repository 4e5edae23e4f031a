"""What a pool leaves behind that was killed is cleared away without a word: it is no fault of who pressed Ctrl-C."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from commands import PATIENCE

CODE = """
import os
from rd_contract.base.parallel import Resources, workers
with workers(Resources(jobs=2)) as pool:
    for answer in pool.spread(abs, range(-8, 0), 8):
        os.{end}
"""


@pytest.mark.skipif(os.name != "posix", reason="kills the POSIX way, and Windows keeps no semaphores")
@pytest.mark.parametrize("end", ["_exit(130)", "kill(os.getpid(), 9)"])
def test_a_process_that_ends_at_once_leaves_no_warnings(end: str) -> None:
    """At the second Ctrl-C nothing is tidied up any more; standard error closes when the last process has ended."""
    ended = subprocess.run(
        [sys.executable, "-c", CODE.format(end=end)], capture_output=True, timeout=PATIENCE, check=False
    )
    assert ended.returncode in (130, -9)
    assert ended.stderr == b""
