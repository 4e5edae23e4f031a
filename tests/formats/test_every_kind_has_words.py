"""A file of another kind is named as one, whichever of all the formats it has and whichever is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest

import rd_contract.ledger.proofs  # noqa: F401 - its two formats are in no list of kinds
from rd_contract.formats.documents import Closed, validate
from rd_contract.formats.registry import FORMATS


def _below(kind: type[Closed]) -> Iterator[type[Closed]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _formats() -> dict[str, type[Closed]]:
    for one in FORMATS.values():
        one.type()
    kinds = (one for one in _below(Closed) if "format" in one.model_fields)
    return {get_args(one.model_fields["format"].annotation)[0]: one for one in kinds}


_ALL = _formats()


def test_formats_are_found() -> None:
    assert {"rd-contract/1", "rd-contract-result/1", "rd-contract-proof/1", "rd-contract-consistency/1"} <= set(_ALL)
    assert len(_ALL) >= len(FORMATS) + 2


@pytest.mark.parametrize("wanted", sorted(_ALL))
@pytest.mark.parametrize("given", sorted(_ALL))
def test_another_kind_of_file_is_one_problem_with_words_for_both(wanted: str, given: str) -> None:
    if given == wanted:
        return
    _, problems, _ = validate(_ALL[wanted], {"format": given, "something": 1, "else": 2, "besides": 3})
    [problem] = problems
    assert problem.path == "format"
    assert "this is another kind of file, a" in problem.hint
    assert "is wanted" in problem.hint
