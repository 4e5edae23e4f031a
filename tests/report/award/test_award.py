"""The award report: what it says in three languages, that every number is the result's, that no name does harm."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args
from zipfile import ZipFile

import docx
import openpyxl
import pytest

import rd_contract
from builders import firm, make_document, make_instance, pair
from printing import cells_of, printed, reads_as, sentences
from rd_contract import Award, Instance, OptionError, Result, award_file, bundled_names, load_bundled, solve
from rd_contract.report.award import FORMS
from rd_contract.report.award.book import award_book
from rd_contract.report.award.content import award_page
from rd_contract.report.award.languages import tongue
from rd_contract.report.award.languages.phrases import KINDS
from rd_contract.report.award.sheet import term_sheet
from rd_contract.report.content.contract import contract_report
from rd_contract.report.content.contract_figures import ContractWords
from rd_contract.report.page import Language
from rd_contract.report.render.html import html_page
from rd_contract.report.render.markdown import markdown
from rd_contract.report.words.efforts import EffortWords
from rd_contract.report.words.scenarios import ScenarioWords
from rd_contract.report.words.uncertainty import UncertaintyWords

LANGUAGES: tuple[Language, ...] = get_args(Language)
SMALL = ("two_firms", "battery_alliance", "automotive_cluster")


@cache
def award_of(name: str) -> Award:
    """Return everything that can be known of a bundled instance."""
    instance = load_bundled(name)
    result = solve(instance, stability=True)
    if name == "automotive_cluster":  # what else there is takes long
        return Award(result, instance)
    return Award(result, instance, rd_contract.explain(instance, result), rd_contract.compare(instance))


class Reader(HTMLParser):
    """Collects the text, the elements and the cells of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


# --- numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SMALL)
def test_every_number_is_the_results_own_in_every_rendering(name: str, language: Language) -> None:
    award = replace(award_of(name), language=language)
    for page in (award_page(award), term_sheet(award)):
        numbers = [cell for cell in cells_of(page) if cell.number is not None]
        assert len(numbers) > 10
        shown = {
            "html": Reader(html_page(page)).text,
            "markdown": [markdown(page).replace("\\", "")],
            "terminal": [printed(page, 200)],
        }
        for cell in numbers:
            assert cell.number is not None
            assert reads_as(cell.plain, cell.number.value, language), cell
            for medium, texts in shown.items():
                assert any(cell.plain in text for text in texts), (medium, cell.plain)


@pytest.mark.parametrize("name", SMALL)
def test_a_workbook_holds_every_number_with_all_its_digits(name: str) -> None:
    award = award_of(name)
    book = openpyxl.load_workbook(io.BytesIO(award_file(award, ".xlsx")), data_only=True)
    for title, page in award_book(award).items():
        held = [cell.value for row in book[title].iter_rows() for cell in row if isinstance(cell.value, int | float)]
        expected = [cell.number.value for cell in cells_of(page) if cell.number is not None]
        assert sorted(held) == sorted(expected)


@pytest.mark.parametrize("name", SMALL)
def test_totals_are_formulas_that_give_what_is_written(name: str) -> None:
    content = io.BytesIO(award_file(award_of(name), ".xlsx"))
    formulas, values = (openpyxl.load_workbook(content, data_only=only) for only in (False, True))
    sums = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                found = re.fullmatch(r"=SUM\(([A-Z]+)(\d+):\1(\d+)\)", str(cell.value))
                assert found is not None, cell.value
                same = values[sheet.title]
                parts = [same[f"{found[1]}{row}"].value for row in range(int(found[2]), int(found[3]) + 1)]
                written = same[cell.coordinate].value
                assert isinstance(written, int | float)
                numbers = [part for part in parts if isinstance(part, int | float)]
                assert sum(numbers) == pytest.approx(written, rel=1e-9, abs=1e-9)
                sums += 1
    assert sums >= 8


def test_the_first_lines_answer_for_all_and_for_the_lead() -> None:
    award = award_of("battery_alliance")
    result = award.result
    text = " ".join(Reader(html_page(award_page(award))).text)
    lead = next(member for member in result.members if member.firm == "Carmaker")
    assert f"profit of {result.joint_profit:.3f} EUR million, {result.joint_surplus:.3f} more" not in text
    assert f"For all members together: an expected profit of {result.joint_profit:.3f} EUR million" in text
    assert f"For Carmaker, who leads: an expected profit of {lead.expected_profit:.3f} EUR million" in text


# --- languages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["de", "zh"])
def test_every_language_has_every_sentence_with_the_same_gaps(language: Language) -> None:
    english, other = tongue("en").texts, tongue(language).texts
    apart = (
        "picture:",
        "scenario:",
        "uncertainty:",
        "effort:",
        "unit:",
        "check:",
        "list:",
        "attribute:",
        *(f"{kind}:" for kind in KINDS),
    )
    plain = {name: text for name, text in other.items() if not name.startswith(apart)}
    assert set(plain) == set(english)
    for name, text in plain.items():
        if name != "date":
            assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", english[name])), name
    for kind, words in (
        ("picture:", ContractWords()),
        ("scenario:", ScenarioWords()),
        ("uncertainty:", UncertaintyWords()),
        ("effort:", EffortWords()),
    ):
        said = {name.removeprefix(kind): text for name, text in other.items() if name.startswith(kind)}
        fields = {field for field in vars(words) if isinstance(getattr(words, field), str)} - {"gap"}
        assert set(said) == fields
        for name, text in said.items():
            assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", getattr(words, name))), name


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "1 March 2026"), ("de", "1. M\u00e4rz 2026"), ("zh", "2026\u5e743\u67081\u65e5")],
)
def test_dates_are_written_as_the_language_does(language: Language, written: str) -> None:
    award = replace(award_of("two_firms"), language=language, day=date(2026, 3, 1))
    assert written in html_page(award_page(award))
    assert written in markdown(term_sheet(award))


def test_no_sentence_is_left_in_english() -> None:
    for language in ("de", "zh"):
        text = " ".join(Reader(html_page(award_page(replace(award_of("battery_alliance"), language=language)))).text)
        for word in ("Recommend", "surplus", "expected", "below", "effort", "alliance of", "and Technical"):
            assert word not in text, (language, word)
        written = markdown(award_page(replace(award_of("battery_alliance"), language=language)))
        for word in ("million", "decomposed", "budget of", "members", "credit score", "none"):
            assert word not in written, (language, word)


# --- what is not as it should be ---------------------------------------------------------------------------


def test_a_changed_instance_is_told_and_not_used() -> None:
    award = award_of("two_firms")
    assert award.instance is not None
    changed = replace(award, instance=award.instance.model_copy(update={"name": "Another"}))
    text = html_page(award_page(changed))
    assert "has changed since" in text
    assert "Who works with whom" not in text
    assert "Who works with whom" in html_page(award_page(award))


def test_what_is_not_verified_must_not_be_signed() -> None:
    award = award_of("two_firms")
    assert award.result.certificate is not None
    failed = award.result.certificate.model_copy(update={"holds": False})
    doubtful = replace(award, result=award.result.replace(certificate=failed))
    for page in (award_page(doubtful), term_sheet(doubtful)):
        assert "Do not sign" in html_page(page)
        assert "Do not sign" not in html_page(award_page(award))


def test_no_contract_is_reported_with_what_stands_in_the_way(hopeless: Result) -> None:
    award = Award(hopeless)
    for ending in FORMS:
        assert award_file(award, ending)
    assert "No contract exists" in html_page(award_page(award))
    with pytest.raises(OptionError, match="needs a result with a contract"):
        award_file(award, ".md", "terms")


def test_other_forms_are_refused() -> None:
    for ending in (".pdf", ""):
        with pytest.raises(OptionError, match=r"there are: \.html, \.xlsx, \.docx, \.md"):
            award_file(award_of("two_firms"), ending)
    with pytest.raises(OptionError, match="leave the page out"):
        award_file(award_of("two_firms"), ".xlsx", "terms")
    with pytest.raises(OptionError, match="no language 'fr'"):
        award_file(replace(award_of("two_firms"), language="fr"), ".md")  # type: ignore[arg-type]


# --- files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", FORMS)
def test_the_same_award_gives_the_same_bytes(ending: str) -> None:
    award = award_of("battery_alliance")
    assert award_file(award, ending) == award_file(replace(award), ending)


def test_a_page_is_small_and_needs_nothing_else() -> None:
    for name in bundled_names():
        if len(load_bundled(name).firms) > 50:
            continue
        award = award_of(name) if name in SMALL else Award(solve(load_bundled(name), time_limit=5), load_bundled(name))
        content = award_file(award, ".html")
        assert len(content) < 300_000
        page = Reader(content.decode())
        assert not {tag for tag, _ in page.elements} & {"script", "link", "img", "iframe", "object", "form", "base"}
        assert not [name for _, found in page.elements for name in found if name.startswith("on") or name == "src"]
        identifiers = [found["id"] for _, found in page.elements if found.get("id")]
        assert len(set(identifiers)) == len(identifiers)
        ours = [text for text in page.text if text.strip()]
        assert ours


def test_word_gets_the_clauses_in_order() -> None:
    document = docx.Document(io.BytesIO(award_file(award_of("battery_alliance"), ".docx")))
    clauses = [line.text for line in document.paragraphs if line.style is not None and line.style.name == "Heading 1"]
    assert [clause[:2] for clause in clauses] == [f"{number}." for number in range(1, 10)]
    assert any("Carmaker: ____" in line.text for line in document.paragraphs)
    assert all(row.cells for table in document.tables for row in table.rows)
    whole = docx.Document(io.BytesIO(award_file(award_of("battery_alliance"), ".docx", "award")))
    assert whole.paragraphs[0].text == "Award recommendation: Solid-state battery alliance"


# --- hostile names -----------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://example.org")',
    "@SUM(1+1)",
    "x" * 500,
    "\u0634\u0631\u0643\u0629 \u0627\u0644\u0628\u0637\u0627\u0631\u064a\u0627\u062a",
    "\u7535\u6c60\u516c\u53f8 & S\u00f6hne | *one* _x0041_",
)


@cache
def hostile() -> Award:
    """Return the award of firms whose names and texts would do harm where they are taken for more than text."""
    firms: list[dict[str, Any]] = [
        firm(name, 8.0, 1.0, role="</td><b>\n=1+1\x1b[31m", private_benefit=0.1) for name in HOSTILE
    ]
    relations = [pair(HOSTILE[0], HOSTILE[1], synergy=3.0), pair(HOSTILE[2], HOSTILE[3], synergy=-1.0)]
    document = make_document(firms, {"lead": HOSTILE[0]}, relations=relations, name="<img src=x onerror=alert(1)>")
    document["currency"] = "<b>EUR</b>"
    instance = Instance.from_dict(document)
    result = solve(instance)
    return Award(result, instance, rd_contract.explain(instance, result), rd_contract.compare(instance))


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_text_on_every_page(language: Language) -> None:
    award = replace(hostile(), language=language)
    page = Reader(award_file(award, ".html").decode())
    assert not {"script", "img", "b"} & {tag for tag, _ in page.elements}
    assert not any("onerror" in found for _, found in page.elements)
    assert any(HOSTILE[0] in text for text in page.text)
    lines = award_file(award, ".md").decode()
    assert "<script" not in lines.replace("\\<", "")
    document = docx.Document(io.BytesIO(award_file(award, ".docx")))
    assert any(HOSTILE[1] in cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_names_are_text_in_every_workbook() -> None:
    content = award_file(hostile(), ".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {str(cell.value)[:5] for cell in cells if cell.data_type == "f"} == {"=SUM("}
    assert any(cell.value == HOSTILE[1] and cell.data_type != "f" for cell in cells)
    with ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name or "vba" in name.lower()]
        assert b"hyperlink" not in b"".join(archive.read(name) for name in archive.namelist() if "worksheets" in name)


def test_an_award_of_one_firm_has_no_picture_of_an_alliance(tmp_path: Path) -> None:
    instance = make_instance([firm("Alone", 10.0, 2.0)])
    page = award_page(Award(solve(instance), instance))
    assert "We recommend that Alone goes alone" in html_page(page)
    assert "Who works with whom" not in html_page(page)


def test_what_was_set_is_told_to_the_board_and_to_lawyers() -> None:
    award = award_of("two_firms")
    changed = replace(award, result=award.result.with_settings(["firms.*.max_deposit=3"]))
    for language in LANGUAGES:
        for page in (award_page(replace(changed, language=language)), term_sheet(replace(changed, language=language))):
            assert "firms.*.max_deposit=3" in html_page(page)
    assert "max_deposit" not in html_page(award_page(award))


def test_members_that_would_reach_more_apart_are_a_risk() -> None:
    firms = [firm("A", 320.0, (0.5, 27.5), 110.0), firm("B", 250.0, (0.5, 22.5), 90.0)]
    instance = make_instance(firms, {"team_size": {"min": 2}})
    award = Award(solve(instance), instance)
    apart = sum(single.joint_surplus for single in award.result.stand_alone)
    assert apart > (award.result.joint_surplus or 0.0)
    assert f"would reach {award.full(apart)} together, more than as an alliance" in html_page(award_page(award))
    caution = f"Caution: each for itself, the members would reach {award.full(apart)} together"
    assert caution in sentences(contract_report(award.result))
    assert "each for itself" not in sentences(contract_report(award_of("two_firms").result))
    assert "more than as an alliance" not in html_page(award_page(award_of("two_firms")))
