"""HiGHS is used by others in the same process, too: what they ran before must not stand in the way."""

from __future__ import annotations

import subprocess
import sys

import pytest

FIRST_THEIRS = """
import highspy
theirs = highspy.Highs()
theirs.setOptionValue("output_flag", False)
theirs.setOptionValue("threads", {threads})
theirs.addVar(0.0, 1.0)
theirs.changeColCost(0, -1.0)
theirs.run()

from rd_contract import load_bundled, solve
result = solve(load_bundled("two_firms"))
print(result.status, result.certificate.holds)

theirs.changeColCost(0, -2.0)
theirs.run()
print(theirs.getObjectiveValue())
"""


@pytest.mark.parametrize("threads", [0, 1, 2])
def test_a_run_of_the_callers_own_comes_first(threads: int) -> None:
    """With more threads than one, HiGHS refused every later linear program: solves ended in numerical trouble."""
    code = FIRST_THEIRS.format(threads=threads)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "optimal True" in done.stdout
    assert done.stdout.rstrip().endswith("-2.0")
