"""Working on the page in a browser: nothing is lost on the way, or taken from who types, or said where nobody looks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from browser import Looked, looking
from builders import HOPELESS, THREE, TWO_PARTNERS
from rd_contract import OptionError
from rd_contract_web import downloads
from served import Served, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: What is slow on a busy machine is no fault: milliseconds.
SLOW = 120_000.0


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as made:
        yield made


@pytest.fixture
def looked(browser: Browser, served: Served) -> Iterator[Looked]:
    """Return the page, opened and empty; at the end it has not complained."""
    with looking(browser, 1000) as made:
        made.page.set_default_timeout(SLOW)
        made.page.goto(served.links[-1])
        made.page.wait_for_selector("#example option", state="attached")
        yield made
        assert made.complaints == []


def choose(looked: Looked, content: Any, name: str = "mine.json") -> None:
    """Choose a file, and wait until it was read, or was not."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    looked.page.set_input_files("#file", {"name": name, "mimeType": "text/plain", "buffer": data})
    looked.page.wait_for_selector(f"#opening:has-text('{name} was ')")


def solve(looked: Looked) -> None:
    """Solve what is there, and wait for its contract."""
    page = looked.page
    count = page.locator("#solved li").count()
    page.click("#solve-form button")
    page.wait_for_selector(f"#solved li:nth-child({count + 1}) [aria-pressed=true]")


def test_a_list_that_is_not_utf_8_is_read_once_its_encoding_is_chosen(looked: Looked) -> None:
    choose(looked, "name;contribution;cost\nMüller;9;4\nKöln;6;2\n".encode("cp1252"), "list.csv")
    page = looked.page
    assert "was not opened." in page.inner_text("#opening")
    page.wait_for_selector("#encoding")
    assert looked.barriers() == []
    page.select_option("#encoding", "cp1252")
    page.get_by_role("button", name="Read it again").click()
    page.wait_for_selector("#understood:has-text('Müller')")
    assert page.locator("#encoding").count() == 0
    assert "no firm earns anything elsewhere" in page.inner_text("#understood > .caution >> nth=-1")


def test_what_is_open_and_solved_survives_another_file(looked: Looked) -> None:
    page = looked.page
    choose(looked, THREE)
    page.fill("#name", "First")
    solve(looked)
    assert page.input_value("#name") == ""
    choose(looked, b"{", "broken.json")
    assert page.inner_text("#opening") == "broken.json was not opened; mine.json still is."
    choose(looked, TWO_PARTNERS, "other.json")
    assert page.inner_text("#contract-title") == "Contract: First"
    solve(looked)
    assert page.locator("#solved [aria-pressed=true]").all_inner_texts() == ["Show Variant 2"]
    assert "mine.json" in page.inner_text("#comparison")
    page.get_by_role("button", name="Remove Variant 2").click()
    page.wait_for_selector("#contract-title:text-is('Contract')")
    assert page.locator("#report").is_hidden()


def test_the_end_of_a_solve_takes_nobody_from_what_they_type(looked: Looked) -> None:
    page = looked.page
    choose(looked, THREE)
    page.focus("[aria-label='Earns outside of B']")
    page.locator("#solve-form").evaluate("form => form.requestSubmit()")
    page.wait_for_selector("#job :text-is('Show the contract')")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Earns outside of B"
    page.click("#stop")
    page.wait_for_selector("#report table")
    assert page.evaluate("document.activeElement.id") == "contract-title"
    assert page.locator("#job").is_hidden()


def test_a_wrong_value_is_gone_to(looked: Looked) -> None:
    page = looked.page
    choose(looked, THREE)
    page.fill("[aria-label='Earns outside of B']", "much")
    page.press("[aria-label='Earns outside of B']", "Tab")
    page.click("#solve-form button")
    page.wait_for_selector("#solve-problems:has-text('Correct the marked values first.')")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Earns outside of B"


def test_explanations_are_asked_for_and_shown_where_the_question_stands(looked: Looked) -> None:
    page = looked.page
    choose(looked, HOPELESS)
    solve(looked)
    page.get_by_role("button", name="What would make a contract possible?").click()
    page.wait_for_selector(".explanation h4:has-text('About the whole contract')")
    assert page.evaluate("document.activeElement.textContent") == "About the whole contract"
    assert page.locator("#downloads :text-is('Explanations (JSON)')").count() == 1
    assert page.locator("#downloads :text-is('Report (Word)')").count() == 1


def test_a_file_that_cannot_be_made_is_not_saved_but_said(looked: Looked, monkeypatch: pytest.MonkeyPatch) -> None:
    page = looked.page
    choose(looked, TWO_PARTNERS)
    solve(looked)
    saved: list[Any] = []
    page.on("download", lambda download: saved.append(download.url))

    def refuse(*_: object) -> bytes:
        raise OptionError("Word needs the extra: pip install 'rd-contract[office]'")

    with monkeypatch.context() as patch:
        patch.setattr(downloads, "content", refuse)
        page.click("#downloads >> text=Term sheet (Word)")
        page.wait_for_selector("#take-problems:has-text('needs the extra')")
    assert saved == []
    with page.expect_download() as taken:
        page.click("#downloads >> text=Report for the board")
    assert taken.value.suggested_filename == "variant-1-report.html"


def test_a_server_that_is_gone_is_told_wherever_one_looks(browser: Browser) -> None:
    with looking(browser, 360) as looked:
        page = looked.page
        with serving() as ending:
            page.goto(ending.links[-1])
            page.wait_for_selector("#example option", state="attached")
            choose(looked, THREE)
        page.locator("#solve-form").scroll_into_view_if_needed()
        page.click("#solve-form button")
        page.wait_for_selector("#lost:not([hidden])")
        place = page.locator("#lost").bounding_box()
        assert place is not None
        assert 0.0 <= place["y"] < 200.0
        assert "rd-contract serve" in page.inner_text("#lost")
