"""More than 100% of a whole is refused as it was written; that a percent sign is missing is said of other cells."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from spreadsheets import plain, problems_of, workbook

HEADINGS = ("Firm", "Contribution", "Cost of full effort", "Most reimbursed")
MISSING = "found 1.3; expected a number of at most 1 (write 1.3% or 0.013)"


def test_in_text(tmp_path: Path) -> None:
    rows = ("A;10;3;130 %", "B;10;3;100%", "C;10;3;1,3")
    assert problems_of(plain(tmp_path, "\n".join((";".join(HEADINGS), *rows)))) == [
        'list!D2: found "130 %"; expected at most 100%',
        f"list!D4 (firms[2].max_reimbursement): {MISSING}",
    ]


def test_in_cells_that_are_shown_in_percent(tmp_path: Path) -> None:
    def shown(book: Workbook) -> None:
        for cell in ("D2", "D3"):
            book["Firms"][cell].number_format = "0%"

    rows = (HEADINGS, ("A", 10, 3, 1.3), ("B", 10, 3, 1.0), ("C", 10, 3, 1.3))
    assert problems_of(workbook(tmp_path / "book.xlsx", {"Firms": rows}, shown)) == [
        "Firms!D2: found 130%; expected at most 100%",
        f"Firms!D4 (firms[2].max_reimbursement): {MISSING}",
    ]
