"""Ctrl-C before there is anything to keep: while the program is loaded, and while an instance is read and derived."""

from __future__ import annotations

import os

import pytest

from commands import PATIENCE, process
from rd_contract_cli import start
from rd_contract_cli.exits import ExitCode

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends signals the POSIX way")

_BEGIN = """
import os, signal, sys
sys.argv[0] = "rd-contract"

def press():
    os.kill(os.getpid(), signal.SIGINT)
"""

#: Presses Ctrl-C when a module is about to be loaded.
_LOADING = """
class Presser:
    def find_spec(self, name, path=None, target=None):
        if name == "{module}":
            press()

sys.meta_path.insert(0, Presser())
from rd_contract_cli.start import run
run()
"""

#: Presses Ctrl-C when a function of a module is called.
_CALLING = """
import {module} as home
known = home.{name}

def pressed(*given, **options):
    press()
    return known(*given, **options)

home.{name} = pressed
from rd_contract_cli.start import run
run()
"""


def _outcome(code: str, *arguments: str) -> tuple[int, bytes, bytes]:
    with process(*arguments, code=_BEGIN + code) as child:
        out, err = child.communicate(timeout=PATIENCE)
    return child.returncode, out, err


@pytest.mark.parametrize(
    "module",
    [
        "rd_contract_cli.main",
        "typer",
        "rich.console",
        "rd_contract.instance.model",
        "numpy",
        "highspy",
        "rd_contract.pipeline",
        "rd_contract.report.content.contract",
    ],
)
def test_ctrl_c_while_the_program_is_loaded_ends_it_without_a_traceback(file: str, module: str) -> None:
    assert _outcome(_LOADING.format(module=module), "solve", file) == (130, b"", b"Interrupted.\n")


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("rd_contract.report.content.overview", ["check", "{file}"]),
        ("rd_contract.report.content.audit", ["verify", "{file}", "{file}"]),
        ("rd_contract.instance.catalog", ["example", "list"]),
    ],
)
def test_ctrl_c_on_the_way_to_a_command(file: str, module: str, arguments: list[str]) -> None:
    words = [word.format(file=file) for word in arguments]
    assert _outcome(_LOADING.format(module=module), *words) == (130, b"", b"Interrupted.\n")


def test_ctrl_c_while_the_file_is_read_leaves_nothing_to_tell(file: str) -> None:
    code, out, err = _outcome(_CALLING.format(module="rd_contract.instance.model", name="find_problems"), "solve", file)
    assert (code, out) == (130, b"")
    assert b"Interrupted." in err
    assert b"Traceback" not in err


def test_ctrl_c_before_the_search_begins_is_told_as_a_limit_is(file: str) -> None:
    code, out, err = _outcome(_CALLING.format(module="rd_contract.pipeline", name="derive"), "solve", file)
    assert code == 5
    assert b"No contract found: the search stopped on request." in out
    assert b"Traceback" not in err


def test_both_know_the_same_code() -> None:
    assert start.INTERRUPTED == ExitCode.INTERRUPTED
