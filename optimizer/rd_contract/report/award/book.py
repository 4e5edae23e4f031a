"""The award workbook: a sheet for each question that is asked of an award."""

from __future__ import annotations

from ..page import Block, Page
from .content import award_page, earnings, glossary, opening, proof, who
from .findings import debrief, forms, regimes, rules, sensitivities
from .payments import payments, terms
from .pictures import ladder, value_pictures
from .scenarios import scenario_rows, scenarios
from .schedule import Schedule
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
        "tab_scenarios": [*scenarios(award), *Schedule(award).of_report(), *scenario_rows(award)],
        "tab_terms": [*terms(award), *payments(award)],
        "tab_comparison": [
            *value_pictures(award),
            *ladder(award),
            *forms(award),
            *regimes(award),
        ],
        "tab_debrief": [*debrief(award), *rules(award)],
        "tab_sensitivities": [*sensitivities(award)],
        "tab_assumptions": [*proof(award), *glossary(award)],
    }
    return {say(name): Page.of(blocks, award.language) for name, blocks in parts.items() if blocks}
