"""What the first sheet of a workbook tells people who have never seen this program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

Style = Literal["title", "section", "text", "row", "code", "gap"]

#: How a line looks, and what stands in its two columns.
Line = tuple[Style, str, str]

#: What the file is.
_OPENING: tuple[Line, ...] = (
    ("title", "An R&D alliance: who joins, how hard each works, on what terms", ""),
    (
        "text",
        "This workbook holds the data of one decision. It comes with an example that can be solved as it is: replace "
        "its rows by yours.",
        "",
    ),
)

#: Sections and their lines: what each is about, and what is to be known; one about nothing goes on with the last.
_SECTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "What to do": (
        ("1. Firms", "One row for each candidate. Needed: its name and what full effort would cost it."),
        (
            "",
            "As important: what its effort brings (Contribution), and what it would earn on its own (Earns elsewhere).",
        ),
        ("2. Relations", "One row for each pair that is worth more, or less, together than apart (Synergy)."),
        ("3. Project", "The lead, limits and budgets, and the currency of every amount. All of it may stay empty."),
        ("4. Solve", "Save the workbook, then, in a terminal:"),
    ),
    "How to fill it in": (
        ("Empty cells", "Mean what the row '# if empty' says. An empty row is skipped."),
        ("Amounts", "In one unit throughout, the one that stands at Currency in the sheet Project."),
        ("Percentages", "40% and 0.4 are the same; 40 is refused."),
        ("Headings", "Dark headings need a value. Point at a heading to read what it means."),
        ("Columns", "May stand in any order and be left out. German and Chinese headings are read, too."),
        (
            "For people only",
            "Rows and columns that begin with # are not read, nor are hidden sheets. Write there what you like.",
        ),
        ("Mistakes", "All of them are listed at once, each with its cell and what to do. Nothing is guessed."),
    ),
    "All sheets": (
        ("Project", "What there is once: title, currency, lead, team size, budgets."),
        (
            "Firms",
            "The candidates. A column headed 'Attribute: country' says what rules may ask for; add others.",
        ),
        ("Relations", "Pairs of firms of which something is known. Others have the usual trust of the sheet Project."),
        ("Efforts", "Instead of a cost curve in Firms: the levels of effort a firm can choose, each with its cost."),
        (
            "Capabilities",
            "Who masters which technology: a column for each, to derive contributions and synergies from.",
        ),
        ("Technologies", "What the project needs, if anything is known of it."),
        ("Modes", "Ways to innovate, of which the best is chosen."),
        ("Monitoring", "Ways to watch the others' work, of which the best is chosen."),
        (
            "Rules",
            "What a call or your own policy asks of groups: three countries, a part for small firms, A only with B.",
        ),
        (
            "Scenarios",
            "How market, technology and costs may turn out: a row for each number that is another one then. The "
            "contract is made for all of them.",
        ),
    ),
}

#: What is typed in the end, in which section.
_COMMANDS = {"What to do": ("rd-contract check alliance.xlsx", "rd-contract solve alliance.xlsx")}


def _lines() -> Iterator[Line]:
    yield from _OPENING
    for title, rows in _SECTIONS.items():
        yield "gap", "", ""
        yield "section", title, ""
        yield from (("row", about, words) for about, words in rows)
        yield from (("code", "", command) for command in _COMMANDS.get(title, ()))


#: Lines of the sheet Read me.
READ_ME: tuple[Line, ...] = tuple(_lines())
