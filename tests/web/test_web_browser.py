"""The page in a browser: narrow and wide, by keyboard alone, with nothing that keeps anybody out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser import Looked, looking
from builders import THREE, TWO_PARTNERS
from rd_contract import Instance, load_bundled, solve
from rd_contract.report.award import Award, award_file
from served import Served, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NARROW, WIDE = 360, 1280
HOSTILE = "<img src=x onerror=alert(1)>"

#: What is slow on a busy machine is no fault: milliseconds.
SLOW = 120_000.0


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as made:
        yield made


def sent(name: str, document: Any) -> Any:
    """Return a file as a browser is given one."""
    return {"name": name, "mimeType": "application/json", "buffer": json.dumps(document).encode()}


def opened(looked: Looked, served: Served, document: Any, name: str = "mine.json") -> None:
    """Open the page, and a file in it."""
    page = looked.page
    page.set_default_timeout(SLOW)
    page.goto(served.links[-1])
    page.wait_for_selector("#example option", state="attached")
    page.set_input_files("#file", sent(name, document))
    page.wait_for_selector("#opening:has-text('was ')")


def fits(looked: Looked) -> bool:
    """Whether nothing has to be looked for at the side."""
    return bool(looked.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def sideways(looked: Looked) -> list[str]:
    """Return the tables of which a part has to be looked for at the side."""
    found: list[str] = looked.page.evaluate(
        """[...document.querySelectorAll('.scroll')].filter(one => one.scrollWidth > one.clientWidth)
        .map(one => one.getAttribute('aria-label'))"""
    )
    return found


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_whole_way(browser: Browser, served: Served, width: int) -> None:
    """Open, change, solve, compare, explain, take away."""
    with looking(browser, width) as looked:
        page = looked.page
        opened(looked, served, THREE)
        page.click("#solve-form button")
        page.wait_for_selector("#report table")
        assert page.evaluate("document.activeElement.id") == "contract-title"
        page.fill("[aria-label='Earns outside of A']", "1,5")
        page.press("[aria-label='Earns outside of A']", "Tab")
        page.wait_for_selector("[aria-label='Earns outside of A'][aria-invalid=true]")
        told = page.locator("[aria-label='Earns outside of A']").get_attribute("aria-describedby")
        assert page.inner_text(f"#{told}") == "Expected: a number (write 1.5)"
        page.click("#solve-form button")
        page.wait_for_selector("text=Correct the marked values first")
        page.fill("[aria-label='Earns outside of A']", "1.5")
        page.press("[aria-label='Earns outside of A']", "Tab")
        page.wait_for_selector(".wrong", state="detached")
        page.fill("#name", "Dearer A")
        page.click("#solve-form button")
        page.wait_for_selector("text=Contract: Dearer A")
        assert "Earns outside of A: 0 → 1.5" in page.inner_text("#comparison")
        page.click("#why button >> nth=0")
        page.wait_for_selector(".explanation table, .explanation p")
        with page.expect_download() as download:
            page.click("text=Result (JSON)")
        assert download.value.suggested_filename == "dearer-a-result.json"
        assert fits(looked)
        assert sideways(looked) == []
        assert looked.barriers() == []
        page.reload()
        page.wait_for_selector("text=Show Dearer A")
        assert page.input_value("[aria-label='Earns outside of A']") == "1.5"
        assert looked.complaints == []
        assert all(url.startswith((f"http://127.0.0.1:{served.server.port}/", "data:")) for url in looked.requests)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_by_keyboard_alone(browser: Browser, served: Served, width: int) -> None:
    """Every stop can be seen, none is a trap, and Enter does what a click does."""
    with looking(browser, width) as looked:
        page = looked.page
        opened(looked, served, THREE)
        page.evaluate("document.activeElement.blur()")
        seen: list[str] = []
        for _ in range(120):
            page.keyboard.press("Tab")
            stop = page.evaluate(
                """() => { const at = document.activeElement, style = getComputedStyle(at);
                return {id: at.id, text: at.textContent.trim(), name: at.getAttribute('aria-label') ?? '',
                  outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2, tag: at.tagName}; }"""
            )
            if stop["tag"] == "BODY":
                break
            assert stop["outline"] or stop["id"] == "main", stop
            seen.append(stop["id"] or stop["name"] or stop["text"])
            if stop["text"] == "Solve" and stop["tag"] == "BUTTON":
                page.keyboard.press("Enter")
                page.wait_for_selector("#report table")
                break
        assert seen[0] == "Skip to the content"
        assert {"file", "example", "filter", "Membership of C", "reset", "name", "limit"} <= set(seen)
        assert "Solve" in seen
        assert looked.complaints == []


def test_a_duplicated_tab_is_one_of_its_own(browser: Browser, served: Served) -> None:
    """Browsers copy what a page keeps for itself."""
    with looking(browser, WIDE) as looked:
        opened(looked, served, THREE)
        tab = looked.page.evaluate("sessionStorage.getItem('tab')")
        copy = looked.page.context.new_page()
        copy.add_init_script(f"sessionStorage.setItem('tab', '{tab}')")
        copy.goto(looked.page.url)
        copy.wait_for_selector("#example option", state="attached")
        assert copy.evaluate("sessionStorage.getItem('tab')") != tab
        assert looked.complaints == []


def test_problems_of_a_file_and_hostile_names(browser: Browser, served: Served) -> None:
    with looking(browser, NARROW) as looked:
        page = looked.page
        broken = {**TWO_PARTNERS, "firms": [{**TWO_PARTNERS["firms"][0], "joining_cost": "1,5"}, {"nmae": HOSTILE}]}
        opened(looked, served, broken)
        text = page.inner_text("#open-problems")
        assert "firms[0].joining_cost" in text
        assert "1.5" in text
        assert looked.barriers() == []
        firms = [{**THREE["firms"][0], "name": HOSTILE}, *THREE["firms"][1:]]
        named = {**THREE, "name": HOSTILE, "firms": firms, "relations": []}
        page.set_input_files("#file", sent(f"{HOSTILE}.json", named))
        page.wait_for_selector("#understood h3")
        assert HOSTILE in page.inner_text("#understood")
        page.click("#solve-form button")
        page.wait_for_selector("#report p")
        assert page.locator("img[src=x]").count() == 0
        assert fits(looked)
        assert looked.complaints == []


def test_many_firms_and_a_stop(browser: Browser, served: Served) -> None:
    with looking(browser, WIDE) as looked:
        page = looked.page
        opened(looked, served, load_bundled("horizon2020_200").to_dict(), "many.json")
        assert page.locator("table.edit tbody tr").count() == 30
        page.fill("#filter", "fraunhofer")
        assert 0 < page.locator("table.edit tbody tr").count() < 30
        page.click("#solve-form button")
        page.wait_for_selector("#progress:has-text('best')")
        page.click("#stop")
        page.wait_for_selector("#report table")
        assert any(url.endswith("/stop") for url in looked.requests)
        assert page.locator("#why select option").count() == 200
        assert looked.complaints == []


def test_a_report_needs_no_network_and_keeps_nobody_out(browser: Browser, tmp_path: Path) -> None:
    for language in ("en", "zh"):
        instance = Instance.from_dict(THREE)
        file = tmp_path / f"report-{language}.html"
        file.write_bytes(award_file(Award(solve(instance), instance, language=language), ".html"))
        with looking(browser, NARROW, offline=True) as looked:
            looked.page.goto(file.as_uri())
            assert fits(looked)
            assert looked.barriers() == []
            assert looked.complaints == []
            assert looked.requests == [file.as_uri()]
