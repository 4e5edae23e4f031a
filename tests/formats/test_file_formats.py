"""Types that stand for a whole file tell mistakes in our words, whichever way they are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from rd_contract import Comparison, Entry, Explanation, Result, SweepPlan
from rd_contract.formats.file_format import FileFormat

FORMATS: tuple[type[FileFormat], ...] = (Comparison, Entry, Explanation, Result, SweepPlan)


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_wrong_is_told_in_our_words(kind: type[FileFormat]) -> None:
    nothing: dict[str, Any] = {}
    ways: tuple[Callable[[], object], ...] = (
        lambda: kind(**nothing),
        lambda: kind.model_validate(nothing),
        lambda: kind.from_dict(nothing),
    )
    for make in ways:
        with pytest.raises(kind.problems_as) as caught:
            make()
        assert caught.value.problems
        assert "pydantic" not in str(caught.value)


def test_every_part_of_a_comparison_has_its_place() -> None:
    with pytest.raises(Comparison.problems_as) as caught:
        Comparison(kind="results", instance=None, objective="joint", scenarios=[{"id": "a"}])
    assert {problem.path.split(".")[0] for problem in caught.value.problems} == {"scenarios[0]"}


def test_inside_other_models_they_are_told_of_as_parts() -> None:
    class Dossier(BaseModel):
        comparison: Comparison

    with pytest.raises(ValidationError):
        Dossier(comparison={"kind": "results"})
