"""Tables of contents name every part of their page, and the index every page."""

from __future__ import annotations

import re

from documented import ROOT

DOCS = ROOT / "docs"


def test_how_to_lists_every_guide() -> None:
    text = (DOCS / "how-to.md").read_text(encoding="utf-8")
    contents = text.partition("\n## ")[0]
    assert re.findall(r"^- \[(.+)\]\(#", contents, re.MULTILINE) == re.findall(r"^## (.+)$", text, re.MULTILINE)


def test_index_links_to_every_page() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = {page.name for page in DOCS.glob("*.md")} - {"index.md"}
    assert [name for name in sorted(pages) if f"]({name}" not in index] == []
