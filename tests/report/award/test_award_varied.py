"""What an award says of numbers that were varied, and of breaches: in words for a board, and for lawyers."""

from __future__ import annotations

from typing import get_args

import pytest

from rd_contract import Award, Edit, explain, load_bundled, solve, variant
from rd_contract.report.award.content import award_page
from rd_contract.report.award.sheet import term_sheet
from rd_contract.report.content.contract_figures import contract_figures
from rd_contract.report.page import Figure, Language, Table
from rd_contract.report.render.markdown import markdown
from rd_contract.study.sweep import UNCHANGED, Sensitivity, Swing

LANGUAGES: tuple[Language, ...] = get_args(Language)

#: What a sweep varied: by factors, for all firms and for the project, and by values.
SWINGS = (
    Swing("*firms.*.contribution", 6.0, 4.0, 9.0, 0.75, 1.25, 2),
    Swing("*project.base_value", 6.0, 5.0, 6.0, 0.5, UNCHANGED, 1),
    Swing("firms.Supplier.outside_option", 6.0, 5.0, 6.0, 3.5, UNCHANGED, 1),
)


def varied(language: Language, *, known: bool = True) -> str:
    """Return what an award says of what was varied."""
    instance = load_bundled("two_firms")
    result = solve(instance)
    award = Award(result, instance if known else None, sensitivity=Sensitivity(SWINGS, 0), language=language)
    return markdown(award_page(award)).replace("\\", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_varied_is_named_in_words_and_factors_say_that_they_are(language: Language) -> None:
    text = varied(language)
    assert "firms." not in text
    assert "project.base" not in text
    comma = "," if language == "de" else "."
    for factor in ("0.75", "1.25", "0.5"):
        assert f"| × {factor.replace('.', comma)} |" in text
    assert f"| {'3.5'.replace('.', comma)} |" in text  # a value is none
    assert "× unchanged" not in text
    assert {"en": "Contribution of 2 firms", "de": "Beitrag: 2 Firmen", "zh": "贡献：2家企业"}[language] in text


def test_without_the_instance_paths_are_told_without_the_mark_of_factors() -> None:
    text = varied("en", known=False)
    assert "| firms.*.contribution |" in text
    assert "| × 0.75 |" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_working_more_than_agreed_is_no_breach_in_the_term_sheet(language: Language) -> None:
    instance = load_bundled("battery_alliance")
    result = solve(instance)
    explanation = explain(instance, result, firms=[member.firm for member in result.members])
    less = [one for one in explanation.breaches if one.level < one.agreed_level]
    assert any(one.detection > 0.0 for one in less)
    assert len(less) < len(explanation.breaches)
    award = Award(result, instance, explanation, language=language)
    (cases,) = (
        block
        for block in term_sheet(award).blocks
        if isinstance(block, Table) and block.columns[0].title == award.say("breach")
    )
    assert len(cases.rows) == len(less)


def test_a_network_of_one_pair_names_its_amount_once() -> None:
    instance = load_bundled("two_firms")
    told = contract_figures(solve(instance), instance)[0].description
    assert "beyond their own work, 4.000." in told
    assert " to " not in told
    for language in LANGUAGES:
        award = Award(solve(instance), instance, language=language)
        drawn = next(block for block in award_page(award).blocks if isinstance(block, Figure))
        assert drawn.description.count("000") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_set_for_an_answer_is_told_in_words_to_those_who_decide(language: Language) -> None:
    settings = ["firms.Supplier.outside_option=0.5", "firms.*.joining_cost=*1.5"]
    instance = variant(load_bundled("two_firms"), [Edit.from_text(setting) for setting in settings])
    award = Award(solve(instance).with_settings(settings), instance, language=language)
    words = {
        "en": "Outside option of Supplier = 0.5, Joining cost of 2 firms = × 1.5",
        "de": "Verdient sonst: Supplier = 0,5, Beitrittskosten: 2 Firmen = × 1,5",
        "zh": "外部收益：Supplier = 0.5, 加入成本：2家企业 = × 1.5",
    }[language]
    told = markdown(award_page(award)).replace("\\", "")
    assert award.say("settings", settings=words) in told
    assert ", ".join(settings) in told  # the proof says how to do it again
