"""The award workbook: a sheet for each question that is asked of an award."""

from __future__ import annotations

from ..page import Page, paragraph, title
from .content import award_page, earnings, glossary, opening, proof, who
from .findings import debrief, forms, regimes, rules, sensitivities
from .material import Material
from .payments import payments, terms
from .pictures import ladder, value_pictures


def award_book(material: Material) -> dict[str, Page]:
    """Return the pages of the award workbook by the names of their sheets.

    Parameters
    ----------
    material
        What there is to report. Where an explanation, a comparison or a sweep is missing, its sheet says how to get it.
    """
    say = material.say
    if not material.result.has_contract:
        return {say("tab_award"): award_page(material)}
    parts = {
        "tab_award": [*opening(material), *who(material), *earnings(material)],
        "tab_terms": [title(say("terms")), *terms(material), *payments(material)],
        "tab_comparison": [
            title(say("waterfall")),
            *value_pictures(material),
            *ladder(material),
            *(list(forms(material)) or [paragraph(say("forms_missing"), "quiet")]),
            *regimes(material),
        ],
        "tab_debrief": [
            title(say("debrief")),
            *(list(debrief(material)) or [paragraph(say("debrief_missing"), "quiet")]),
            *rules(material),
        ],
        "tab_sensitivities": [
            title(say("sensitivities")),
            *(list(sensitivities(material)) or [paragraph(say("sensitivities_missing"), "quiet")]),
        ],
        "tab_assumptions": [title(say("proof")), *proof(material), *glossary(material)],
    }
    return {say(name): Page.of(blocks, material.language) for name, blocks in parts.items()}
