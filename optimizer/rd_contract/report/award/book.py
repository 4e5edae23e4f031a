"""The award workbook: a sheet for each question that is asked of an award."""

from __future__ import annotations

from ..page import Block, Page, title
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
        What there is to report. Without an explanation or a sweep there is no sheet for what they would say.
    """
    say = award.say
    if not award.result.has_contract:
        return {say("tab_award"): award_page(award)}
    parts: dict[str, list[Block]] = {
        "tab_award": [*opening(award), *who(award), *earnings(award)],
        "tab_terms": [title(say("terms")), *terms(award), *payments(award)],
        "tab_comparison": [
            title(say("waterfall")),
            *value_pictures(award),
            *ladder(award),
            *forms(award),
            *regimes(award),
        ],
        "tab_debrief": [title(say("debrief")), *debrief(award), *rules(award)],
        "tab_sensitivities": [title(say("sensitivities")), *sensitivities(award)],
        "tab_assumptions": [title(say("proof")), *proof(award), *glossary(award)],
    }
    # A sheet with a title alone says nothing: what it would need was not given.
    return {say(name): Page.of(blocks, award.language) for name, blocks in parts.items() if len(blocks) > 1}
