"""What the first sheet of a workbook tells people who have never seen this program."""

from __future__ import annotations

from typing import Literal

Style = Literal["title", "section", "text", "row", "code", "gap"]

#: Lines of the sheet Read me: how each looks, and what stands in its two columns.
READ_ME: tuple[tuple[Style, str, str], ...] = (
    ("title", "An R&D alliance: who joins, how hard each works, on what terms", ""),
    (
        "text",
        "This workbook holds the data of one decision. It comes with an example that can be solved as it is: replace "
        "its rows by yours.",
        "",
    ),
    ("gap", "", ""),
    ("section", "What to do", ""),
    ("row", "1. Firms", "One row for each candidate. Needed: its name and what full effort would cost it."),
    (
        "row",
        "",
        "As important: what its effort brings (Contribution), and what it would earn on its own (Earns elsewhere).",
    ),
    ("row", "2. Relations", "One row for each pair that is worth more, or less, together than apart (Synergy)."),
    ("row", "3. Project", "The lead, limits and budgets, and the currency of every amount. All of it may stay empty."),
    ("row", "4. Solve", "Save the workbook, then, in a terminal:"),
    ("code", "", "rd-contract check alliance.xlsx"),
    ("code", "", "rd-contract solve alliance.xlsx"),
    ("gap", "", ""),
    ("section", "How to fill it in", ""),
    ("row", "Empty cells", "Mean what the row '# if empty' says. An empty row is skipped."),
    ("row", "Amounts", "In one unit throughout, the one that stands at Currency in the sheet Project."),
    ("row", "Percentages", "40% and 0.4 are the same; 40 is refused."),
    ("row", "Headings", "Dark headings need a value. Point at a heading to read what it means."),
    ("row", "Columns", "May stand in any order and be left out. German and Chinese headings are read, too."),
    (
        "row",
        "For people only",
        "Rows and columns that begin with # are not read, nor are hidden sheets. Write there what you like.",
    ),
    ("row", "Mistakes", "All of them are listed at once, each with its cell and what to do. Nothing is guessed."),
    ("gap", "", ""),
    ("section", "All sheets", ""),
    ("row", "Project", "What there is once: title, currency, lead, team size, budgets, rules."),
    ("row", "Firms", "The candidates."),
    (
        "row",
        "Relations",
        "Pairs of firms of which something is known. Others have the usual trust of the sheet Project.",
    ),
    ("row", "Efforts", "Instead of a cost curve in Firms: the levels of effort a firm can choose, each with its cost."),
    (
        "row",
        "Capabilities",
        "Who masters which technology: a column for each, to derive contributions and synergies from.",
    ),
    ("row", "Technologies", "What the project needs, if anything is known of it."),
    ("row", "Modes", "Ways to innovate, of which the best is chosen."),
    ("row", "Monitoring", "Ways to watch the others' work, of which the best is chosen."),
)
