"""Ctrl-C where Python loses it: while something is compiled, in what a compiler calls back, in a finaliser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from commands import PATIENCE, process

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends signals the POSIX way")

#: Kernels are compiled as soon as anything is looked at, and Ctrl-C is pressed in what the compiler calls back.
_COMPILING = """
import os, signal, sys
sys.argv[0] = "rd-contract"
from numba.core.codegen import CPUCodeLibrary
from rd_contract.bounds import compilation
import rd_contract.search.regimes as home

known, presses = CPUCodeLibrary._object_compiled_hook, []

def pressed(*given):
    if not presses:
        presses.append(os.kill(os.getpid(), signal.SIGINT))
    for _ in range(1000):
        pass
    return known(*given)

def compiling(*given):
    compilation.prepare(float("inf"), float("inf"))
    raise AssertionError("nobody asked for it any more")

CPUCodeLibrary._object_compiled_hook = pressed
home._search_regimes = compiling
from rd_contract_cli.start import run
run()
"""

#: Something is thrown away whose finaliser Ctrl-C meets, and then a search goes on for minutes.
_FINALISING = """
import os, signal, sys, time
sys.argv[0] = "rd-contract"
import rd_contract.pipeline as home

class Meeting:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass

def unheeded(*given):
    Meeting()
    time.sleep(600.0)
    raise AssertionError("nobody heeded it")

home.derive = unheeded
from rd_contract_cli.start import run
run()
"""


def _outcome(code: str, *arguments: str, **given: dict[str, str]) -> tuple[int, bytes, bytes]:
    with process(*arguments, code=code, **given) as child:
        out, err = child.communicate(timeout=PATIENCE)
    return child.returncode, out, err


def test_while_a_kernel_is_compiled(file: str, tmp_path: Path) -> None:
    pytest.importorskip("numba")
    code, out, err = _outcome(_COMPILING, "solve", file, env={"NUMBA_CACHE_DIR": str(tmp_path)})
    assert code == 5, err
    assert b"the search stopped on request" in out
    assert b"Traceback" not in err


def test_in_a_finaliser(file: str) -> None:
    code, out, err = _outcome(_FINALISING, "solve", file)
    assert code == 5, err
    assert b"the search stopped on request" in out
    assert b"Traceback" not in err
