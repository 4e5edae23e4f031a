"""Pages as HTML: one file that needs nothing else, can be printed, and is read out well."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..page import Block, Heading, Page

#: Controls of the direction of text, with which a name could turn round what stands beside it.
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and what stands below it."""

    number: int
    heading: Heading | None
    blocks: tuple[Block, ...]


def html_page(page: Page) -> str:
    """Return a page as a self-contained HTML document: no scripts, no requests, every text escaped.

    Parameters
    ----------
    page
        The page.
    """
    return _environment().get_template("page.html.j2").render(page=page, sections=sections(page.blocks))


def notebook(page: Page) -> str:
    """Return a page as a part of another one, as notebooks show it: with styles of its own that touch nothing else.

    Parameters
    ----------
    page
        The page, without headings.
    """
    return _environment().get_template("notebook.html.j2").render(page=page, sections=sections(page.blocks)).strip()


def sections(blocks: Iterable[Block]) -> list[Section]:
    """Return blocks by the heading that they stand under; the first section has none."""
    found: list[tuple[Heading | None, list[Block]]] = [(None, [])]
    for block in blocks:
        if isinstance(block, Heading):
            found.append((block, []))
        else:
            found[-1][1].append(block)
    return [Section(number, heading, tuple(below)) for number, (heading, below) in enumerate(found)]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    return environment


def harmless(text: str) -> str:
    """Return text without what HTML cannot hold, and without what turns the direction of its surroundings."""
    text = text.translate(_BIDI)
    return "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cs") or one in "\n\t")


def _shown(value: object) -> object:
    return harmless(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
