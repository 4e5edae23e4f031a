"""The program reads the words that it writes itself: of awards, and of the page in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from rd_contract import Instance
from rd_contract.report.award.languages import tongue
from rd_contract.report.page import Language
from rd_contract.sheets.layout import layout_of
from rd_contract.sheets.matching import match
from rd_contract_web.fields import COLUMNS
from spreadsheets import plain, read

#: Words of awards that are headings of the sheet Firms, by the field that they mean.
AWARDS = {
    "firm": "name",
    "role": "role",
    "rd_cost": "full_cost",
    "outside_option": "outside_option",
    "joining_cost": "joining_cost",
    "deposit": "max_deposit",
}


def field_read(heading: str) -> str:
    """Return the field of a firm that a heading is read as, its last name."""
    (firms,) = (sheet for sheet in layout_of(Instance).lists if sheet.place == ("firms",))
    column, _ = match(heading, firms)
    return "" if column is None else str(column.place[-1])


@pytest.mark.parametrize("language", get_args(Language))
def test_words_of_awards_are_read_as_what_they_mean(language: Language) -> None:
    texts = tongue(language).texts
    assert {word: field_read(texts[word]) for word in AWARDS} == AWARDS


def test_words_of_the_page_are_read() -> None:
    assert all(field_read(column.label) for column in COLUMNS)


def test_a_german_list_of_candidates(tmp_path: Path) -> None:
    text = "Firma;Beitrag;F&E-Kosten;Verdienst außerhalb;Pflicht?\nAlt & Söhne;9,5;4;1,5;ja\nNeu AG;6;2;0,5;\n"
    instance, _ = read(plain(tmp_path, text))
    assert [(firm.outside_option, firm.membership) for firm in instance.firms] == [(1.5, "required"), (0.5, "optional")]
