"""Documents with very many problems: work grows with the document only, the first are shown, the rest is counted."""

from __future__ import annotations

import difflib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from malformed import VALID
from rd_contract import Instance, InstanceError
from rd_contract.base.errors import SHOWN

FIRM = VALID["firms"][0]


def _firms(count: int, **changes: Any) -> list[dict[str, Any]]:
    return [{**FIRM, "name": f"Firm number {at}", **changes} for at in range(count)]


# Each makes a document with about that many problems.
CROWDS: dict[str, Callable[[int], dict[str, Any]]] = {
    "unknown keys": lambda n: {**VALID, **{f"key{at}": at for at in range(n)}},
    "unknown keys in a firm": lambda n: {**VALID, "firms": [{**FIRM, **{f"key{at}": at for at in range(n)}}]},
    "empty firms": lambda n: {"format": "rd-contract/1", "firms": [{}] * n},
    "firms that share a name": lambda n: {**VALID, "firms": [*VALID["firms"], *([FIRM] * n)]},
    "unknown technologies": lambda n: {
        **VALID,
        "firms": [*VALID["firms"], {**FIRM, "name": "Z", "capabilities": {f"cathod{at}": 0.5 for at in range(n)}}],
    },
    "unknown partners": lambda n: {
        **VALID,
        "project": {"min_credit": 0},
        "objective": "joint",
        "division": "equal",
        "firms": _firms(n, capabilities={}),
        "relations": [{"between": [f"Firm numbr {at}", f"Form number {at}"]} for at in range(n)],
    },
    "cells": lambda n: {**VALID, "firms": [*VALID["firms"], *_firms(n, credit="n/a", share={"min": 1, "max": 0})]},
}


@contextmanager
def counted_comparisons(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Count how often two spellings are compared: what takes the time where names are looked for."""
    count = [0]
    compare = difflib.SequenceMatcher.ratio

    def ratio(self: difflib.SequenceMatcher[str]) -> float:
        count[0] += 1
        return compare(self)

    with monkeypatch.context() as patched:
        patched.setattr(difflib.SequenceMatcher, "ratio", ratio)
        yield count


def problems_of(document: dict[str, Any]) -> InstanceError:
    with pytest.raises(InstanceError) as caught:
        Instance.from_dict(document)
    return caught.value


@pytest.mark.parametrize("crowd", CROWDS)
def test_the_work_for_hints_does_not_grow_with_the_problems(crowd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    work = []
    for size in (400, 1600):
        with counted_comparisons(monkeypatch) as count:
            assert len(problems_of(CROWDS[crowd](size)).problems) >= size
        work.append(count[0])
    assert work[1] <= 2 * work[0] + 10
    assert work[1] <= SHOWN * 400  # at most 200 words for each, each of which is compared twice


@pytest.mark.parametrize("crowd", CROWDS)
def test_the_message_is_short_and_counts_the_rest(crowd: str) -> None:
    error = problems_of(CROWDS[crowd](1000))
    lines = str(error).split("\n")
    assert len(lines) == SHOWN + 2
    assert lines[-1] == f"  and {len(error.problems) - SHOWN:,} more"
    assert len(str(error)) < 20_000
    assert lines[1:-1] == [f"  {problem}" for problem in error.problems[:SHOWN]]


def test_fifty_problems_are_all_shown() -> None:
    error = problems_of({**VALID, **{f"key{at}": at for at in range(SHOWN)}})
    assert len(str(error).split("\n")) == SHOWN + 1


# Each took minutes once: what this guards against are squares, not seconds.
@pytest.mark.parametrize("crowd", ["unknown keys", "empty firms"])
def test_twenty_thousand_problems_take_no_minutes(crowd: str, tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    path.write_text(json.dumps(CROWDS[crowd](20_000)), encoding="utf-8")
    command = [sys.executable, "-m", "rd_contract_cli", "check", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 3
    assert run.stdout == ""
    assert len(run.stderr) < 30_000
    assert f"\n{SHOWN}. " in run.stderr
    assert f"\n{SHOWN + 1}. " not in run.stderr
    assert "more problems" in run.stderr
