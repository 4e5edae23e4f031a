"""The award workbook: a sheet for each question that is asked of an award."""

from __future__ import annotations

from ..page import Page, paragraph, title
from .content import award_page, earnings, glossary, opening, proof, who
from .findings import debrief, forms, regimes, rules, sensitivities
from .payments import payments, terms
from .pictures import ladder, value_pictures
from .subject import Award


def award_book(award: Award) -> dict[str, Page]:
    """Return the pages of the award workbook by the names of their sheets.

    Parameters
    ----------
    award
        What there is to report. Where an explanation, a comparison or a sweep is missing, its sheet says how to get it.
    """
    say = award.say
    if not award.result.has_contract:
        return {say("tab_award"): award_page(award)}
    parts = {
        "tab_award": [*opening(award), *who(award), *earnings(award)],
        "tab_terms": [title(say("terms")), *terms(award), *payments(award)],
        "tab_comparison": [
            title(say("waterfall")),
            *value_pictures(award),
            *ladder(award),
            *(list(forms(award)) or [paragraph(say("forms_missing"), "quiet")]),
            *regimes(award),
        ],
        "tab_debrief": [
            title(say("debrief")),
            *(list(debrief(award)) or [paragraph(say("debrief_missing"), "quiet")]),
            *rules(award),
        ],
        "tab_sensitivities": [
            title(say("sensitivities")),
            *(list(sensitivities(award)) or [paragraph(say("sensitivities_missing"), "quiet")]),
        ],
        "tab_assumptions": [title(say("proof")), *proof(award), *glossary(award)],
    }
    return {say(name): Page.of(blocks, award.language) for name, blocks in parts.items()}
