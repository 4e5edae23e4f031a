"""Make the pictures of pages in ``docs/images``: what a browser shows of a report and of the local page.

Needs Chromium and the packages for development; pictures are not compared by tests, as fonts differ between machines.

    python docs/make_screenshots.py
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from rd_contract import Award, award_file, load_bundled, solve

IMAGES = Path(__file__).resolve().parent / "images"

#: Width of the pictures, and how much of a report is shown.
WIDTH, HEIGHT = 900, 1000


def main() -> None:
    """Write every picture."""
    instance = load_bundled("battery_alliance")
    page = award_file(Award(solve(instance, stability=True), instance), ".html")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tool:
        file = Path(folder) / "award.html"
        file.write_bytes(page)
        browser = tool.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_context(offline=True, viewport={"width": WIDTH, "height": HEIGHT}).new_page()
        tab.goto(file.as_uri())
        tab.screenshot(path=IMAGES / "award.png")
        browser.close()


if __name__ == "__main__":
    main()
