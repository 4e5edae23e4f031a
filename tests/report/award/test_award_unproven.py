"""What an award says of a contract that is not proven to be the best: nothing that only a proof could say."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

import rd_contract
from rd_contract import Award, Comparison, load_bundled, solve
from rd_contract.report.award.content import award_page
from rd_contract.report.page import Language
from rd_contract.report.render.html import html_page

STOPPED: dict[str, Any] = {"status": "feasible", "stop_reason": "time_limit"}

#: By language: what only a proof could say, and what is said instead.
SAID: dict[Language, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "en": (
        (">1.000 is lost because", ">recommended<", ">Lost to hidden effort<"),
        (
            "At most",
            "Lost to hidden effort, at most",
            "worth at least what is said: Joint optimum.",
            "as far as is known",
            "This compares with a contract that is not proven to be the best.",
            ">best found so far<",
        ),
    ),
    "de": (
        (">empfohlen<", ">Verlust durch verborgenen Einsatz<"),
        (
            "Höchstens",
            "Verlust durch verborgenen Einsatz, höchstens",
            "mindestens so viel wert wie angegeben: Gemeinsames Optimum.",
            "soweit bekannt",
            "der nicht als bester bewiesen ist",
            ">Bestes bisher<",
        ),
    ),
    "zh": (
        (">建议采用<", ">投入不可见的损失<"),
        (
            "而损失至多",
            "投入不可见的损失（至多）",
            "尚未证明达到最优",
            "以目前所知为限",
            "合同尚未证明最优",
            ">目前最好<",
        ),
    ),
}


@cache
def _found() -> Award:
    """Return an award with all that is known, and proven."""
    instance = load_bundled("two_firms")
    result = solve(instance)
    return Award(result, instance, rd_contract.explain(instance, result), rd_contract.compare(instance))


def _stopped(award: Award) -> Award:
    """Return an award as searches that a limit ended leave it."""
    assert award.explanation is not None
    assert award.comparison is not None
    result = award.result.replace(**STOPPED, bound=2.0 * (award.result.objective_value or 0.0), gap=1.0)
    explanation = award.explanation.model_copy(update={"proven": False})
    return replace(award, result=result, explanation=explanation, comparison=_unproven(award.comparison))


def _unproven(comparison: Comparison) -> Comparison:
    rows = [
        row.model_copy(update={**STOPPED, "proven": False}) if row.id == "joint" else row
        for row in comparison.scenarios
    ]
    return comparison.model_copy(update={"scenarios": tuple(rows)})


@pytest.mark.parametrize("language", SAID)
def test_what_is_not_proven_is_not_told_as_if_it_were(language: Language) -> None:
    award = replace(_found(), language=language)
    proven, text = html_page(award_page(award)), html_page(award_page(_stopped(award)))
    sure, doubtful = SAID[language]
    for words in sure:
        assert words not in text, words
    for words in doubtful:
        assert words in text, words
    assert not [words for words in doubtful[1:] if words in proven and ">" not in words]
