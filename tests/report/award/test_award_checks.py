"""What awards say of checks that do not hold: in the language of the report, with their numbers."""

from __future__ import annotations

from typing import get_args

import pytest

from rd_contract import Award, Result, load_bundled, solve
from rd_contract.report.award.content import award_page
from rd_contract.report.award.languages import tongue
from rd_contract.report.page import Language
from rd_contract.report.render.markdown import markdown

#: Other languages; in English, checks say it in their own words.
OTHERS: tuple[Language, ...] = tuple(code for code in get_args(Language) if code != "en")


def doubtful() -> Result:
    """Return a result of which no check holds: every other one misses its limit by a quarter, the others are facts."""
    result = solve(load_bundled("two_firms"), top=2, margin=0.01, robust="unique", stability=True)
    assert result.certificate is not None
    checks = [
        check.model_copy(update={"holds": False, "value": 0.0 if at % 2 else 1.25, "limit": 1.0})
        for at, check in enumerate(result.certificate.checks)
    ]
    return result.replace(certificate=result.certificate.model_copy(update={"holds": False, "checks": tuple(checks)}))


@pytest.mark.parametrize("language", OTHERS)
def test_checks_that_fail_are_told_in_the_language_of_the_report(language: Language) -> None:
    result = doubtful()
    text = markdown(award_page(Award(result, load_bundled("two_firms"), language=language))).replace("\\", "")
    assert result.certificate is not None
    texts = tongue(language).texts
    for check in result.certificate.checks:
        assert check.detail not in text
        assert texts[f"check:{check.id}"] in text
    number = "1,25" if language == "de" else "1.25"
    first, second = result.certificate.checks[:2]
    missed = texts["check:fails by"].format(check=texts[f"check:{first.id}"], value=number, limit="1")
    false = texts["check:fails"].format(check=texts[f"check:{second.id}"])
    assert f"- {missed}\n- {false}\n" in text


def test_in_english_checks_say_it_themselves() -> None:
    result = doubtful()
    text = markdown(award_page(Award(result, load_bundled("two_firms")))).replace("\\", "")
    assert result.certificate is not None
    assert all(check.detail in text for check in result.certificate.checks)


def test_other_languages_know_the_same_checks() -> None:
    german, chinese = ({name for name in tongue(code).texts if name.startswith("check:")} for code in OTHERS)
    assert german == chinese
