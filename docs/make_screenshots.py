"""Make the pictures of pages in ``docs/images``: what a browser shows of a report and of the local page.

Needs Chromium and the packages for development; pictures are not compared by tests, as fonts differ between machines.

    python docs/make_screenshots.py
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from rd_contract import Award, Ledger, award_file, credit_scores, load_bundled, solve
from rd_contract.report.content.story import ledger_story
from rd_contract.report.render.html import html_page

IMAGES = Path(__file__).resolve().parent / "images"

#: Width of the pictures, how much of a report is shown, and of a record down to its second contract.
WIDTH, HEIGHT, LONG = 900, 1000, 1700


def report(browser: Browser, folder: Path) -> None:
    """Write the picture of a report for the board."""
    instance = load_bundled("battery_alliance")
    file = folder / "award.html"
    file.write_bytes(award_file(Award(solve(instance, stability=True), instance), ".html"))
    tab = browser.new_context(offline=True, viewport={"width": WIDTH, "height": HEIGHT}).new_page()
    tab.goto(file.as_uri())
    tab.screenshot(path=IMAGES / "award.png")


def story(browser: Browser, folder: Path) -> None:
    """Write the picture of a record as a page: that of ``three_years.md``, whose commands make it."""
    sys.path.insert(0, str(IMAGES.parent.parent / "tests"))
    from documented import Reader, blocks_of, commands_of  # noqa: PLC0415 - only this picture needs it

    shutil.copytree(IMAGES.parent.parent / "instances", folder / "instances")
    reader = Reader(folder)
    for block in blocks_of((IMAGES.parent / "three_years.md").read_text(encoding="utf-8")):
        if block.kind == "python":
            reader.python(block, "three_years.md")
        for command, _, _ in commands_of(block) if block.kind == "console" else ():
            reader.shell(command)
    found = Ledger(folder / "drive.ledger").verified()
    file = folder / "story.html"
    file.write_text(html_page(ledger_story(found, credit_scores(found.entries, as_of="2024-03-20"))), encoding="utf-8")
    tab = browser.new_context(offline=True, viewport={"width": WIDTH, "height": LONG}).new_page()
    tab.goto(file.as_uri())
    tab.screenshot(path=IMAGES / "story.png")


def local_page(browser: Browser) -> None:
    """Write the picture of the local page, with a variant that is solved."""
    command = [sys.executable, "-m", "rd_contract_cli", "serve", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        link = re.search(r"http\S+", server.stdout.readline())
        assert link is not None
        tab = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}).new_page()
        tab.goto(link[0])
        tab.select_option("#example", "two_firms")
        tab.get_by_role("button", name="Open the example").click()
        tab.get_by_role("button", name="Solve", exact=True).click()
        tab.get_by_role("heading", name="Worth and members").wait_for(timeout=60_000)
        tab.get_by_role("heading", name="Change values").scroll_into_view_if_needed()
        tab.evaluate("document.activeElement.blur(); document.querySelector('#change').scrollIntoView()")
        tab.screenshot(path=IMAGES / "page.png")
        server.send_signal(signal.SIGINT)


def main() -> None:
    """Write every picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        report(browser, Path(folder))
        story(browser, Path(folder))
        local_page(browser)
        browser.close()


if __name__ == "__main__":
    main()
