"""A browser for tests: what it complains of is kept, and what who cannot see or use a mouse would miss is found."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: What pages are held to: WCAG 2.2 at level AA.
_TAGS = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa")


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the browser of the system; skips where there is none."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None or importlib.util.find_spec("playwright") is None:
        pytest.skip("needs a Chromium of the system, and playwright")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    with sync_playwright() as playwright:
        # Without its sandbox, which a container or root does not let it have; it sees nothing but pages of tests.
        made = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield made
        made.close()


@dataclass
class Looked:
    """A page that is looked at.

    Parameters
    ----------
    page
        The page.
    complaints
        What the browser said of it: errors of scripts, refused loads, dialogs.
    requests
        Addresses that it asked for.
    """

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def barriers(self) -> list[str]:
        """Return what keeps people out, as axe finds it: serious or critical."""
        from axe_playwright_python.base import AXE_FILE_PATH  # noqa: PLC0415 - as above

        self.page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))  # no script tag: pages refuse it
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
            list(_TAGS),
        )
        return [
            f"{one['id']}: {node['html']}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]


@contextmanager
def looking(browser: Browser, width: int, **options: Any) -> Iterator[Looked]:
    """Open an empty page of some width."""
    context = browser.new_context(viewport={"width": width, "height": 800}, accept_downloads=True, **options)
    looked = Looked(context.new_page())
    page = looked.page
    page.on("console", lambda said: looked.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: looked.complaints.append(str(error)))
    page.on("request", lambda request: looked.requests.append(request.url))

    def refuse(dialog: Any) -> None:
        looked.complaints.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    try:
        yield looked
    finally:
        context.close()
