"""Workbooks of programs that care less than Excel: what has no meaning here may be damaged, and nothing warns of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from rd_contract import Instance, InstanceError
from rd_contract.sheets.collecting import Collection
from rd_contract.sheets.grid import Fault, Grid
from rd_contract.sheets.looks import Shown
from rd_contract.sheets.opening import grids_of
from spreadsheets import FIRMS, problems_of, rewritten, workbook

Parts = dict[str, bytes]

SHEET, BOOK, STYLES, TYPES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return workbook(tmp_path / "a.xlsx", {"Firms": FIRMS})


def replaced(part: str, old: str, new: str) -> Callable[[Parts], None]:
    """Return a change of one part."""

    def change(parts: Parts) -> None:
        assert old.encode() in parts[part]
        parts[part] = parts[part].replace(old.encode(), new.encode())

    return change


def put(part: str, text: str) -> Callable[[Parts], None]:
    """Return that a part is put in, or replaced."""
    return lambda parts: parts.update({part: text.encode()})


def with_cells(cells: str, styles: str = "") -> Callable[[Parts], None]:
    """Return that a sheet has one row of cells, and the workbook some styles."""

    def change(parts: Parts) -> None:
        parts[SHEET] = f'<worksheet xmlns="{SPACE}"><sheetData><row>{cells}</row></sheetData></worksheet>'.encode()
        if styles:
            parts[STYLES] = f'<styleSheet xmlns="{SPACE}">{styles}</styleSheet>'.encode()

    return change


def row(path: Path) -> list[object]:
    """Return the first row of a workbook with one sheet."""
    [grid] = grids_of(path.read_bytes(), InstanceError, path.name, Collection())
    assert isinstance(grid, Grid)
    return grid.rows[0][1]


HARMLESS: dict[str, Callable[[Parts], None]] = {
    "properties that are none": put("docProps/core.xml", "<a"),
    "a theme that is none": put("xl/theme/theme1.xml", "<a"),
    "fonts of no family": replaced(STYLES, '<family val="2"/>', '<family val="99"/>'),
    "no style by name": replaced(STYLES, "cellStyles", "noStyles"),
    "a header that is none": replaced(
        SHEET, "</worksheet>", "<headerFooter><oddHeader>&amp;</oddHeader></headerFooter></worksheet>"
    ),
    "margins that are none": replaced(SHEET, 'left="0.75"', 'left="wide"'),
    "an extension": replaced(SHEET, "</worksheet>", '<extLst><ext uri="{1}"/></extLst></worksheet>'),
    "a print area that is none": replaced(
        BOOK,
        "</sheets>",
        '</sheets><definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">#REF!</definedName>'
        '<definedName name="_xlnm.Print_Area" localSheetId="7">A</definedName></definedNames>',
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_has_no_meaning_here_may_be_damaged(name: str, good: Path) -> None:
    """Warnings are errors in these tests: there are none, either."""
    assert Instance.from_file(rewritten(good, HARMLESS[name])).firms[1].contribution == 6.0


def test_without_styles(good: Path) -> None:
    def change(parts: Parts) -> None:
        del parts[STYLES]
        replaced(TYPES, "spreadsheetml.styles+xml", "spreadsheetml.none+xml")(parts)

    assert len(Instance.from_file(rewritten(good, change)).firms) == 2


def test_texts_that_cells_share_keep_their_escapes(good: Path) -> None:
    """What is escaped once is a character, what is escaped twice is what somebody typed."""

    def change(parts: Parts) -> None:
        with_cells('<c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="inlineStr"><is><t>_x005F_x0041_</t></is></c>')(
            parts
        )
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        replaced(TYPES, "</Types>", f'<Override PartName="/xl/texts.xml" ContentType="{kind}"/></Types>')(parts)
        runs = '<r><t>a_x000A_</t></r><r><t>b</t></r><rPh sb="0" eb="1"><t>c</t></rPh>'
        texts = f"<si><t>_x005F_x0041_</t></si><si>{runs}</si>"
        parts["xl/texts.xml"] = f'<sst xmlns="{SPACE}">{texts}</sst>'.encode()

    assert row(rewritten(good, change)) == ["_x0041_", "a\nb", "_x0041_"]


def test_formats_by_their_numbers(good: Path) -> None:
    """Currencies without a code depend on the machine; dates of East Asia are dates; codes come first."""
    numbers = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 9, 7, 31, 44))
    styles = f'<numFmts><numFmt numFmtId="44" formatCode="&quot;$&quot;#,##0"/></numFmts><cellXfs>{numbers}</cellXfs>'
    cells = "".join(f'<c s="{style}"><v>46145</v></c>' for style in range(5))
    values = row(rewritten(good, with_cells(cells, styles)))
    assert values == [46145, 46145.0, 46145, datetime.datetime(2026, 5, 3), 46145.0]
    looks = [value.look for value in values if isinstance(value, Shown)]
    assert [(look.is_part, look.unit) for look in looks] == [(True, ""), (False, "$")]


def test_days_that_are_none(good: Path) -> None:
    cells = "".join(f'<c s="0"><v>{day}</v></c>' for day in ("-1", "2958466", "1e300"))
    values = row(rewritten(good, with_cells(cells, '<cellXfs><xf numFmtId="14"/></cellXfs>')))
    assert [value.found for value in values if isinstance(value, Fault)] == ["a date that is none"] * 3


def test_numbers_of_many_digits(good: Path) -> None:
    cells = "".join(f"<c><v>{number}</v></c>" for number in ("123456789012345", "12345678901234567", "0.10"))
    values = row(rewritten(good, with_cells(cells)))
    assert values == [123456789012345, 12345678901234568.0, 0.1]
    assert list(map(type, values)) == [int, float, float]


STYLE = "<cellXfs><xf/></cellXfs>"

DAMAGED: dict[str, Callable[[Parts], None]] = {
    "a style that is nowhere": with_cells('<c s="9"><v>1</v></c>', STYLE),
    "a style before the first": with_cells('<c s="-1"><v>1</v></c>', STYLE),
    "a number larger than any": with_cells(f"<c><v>{'9' * 400}</v></c>"),
    "a number longer than any": with_cells(f"<c><v>{'9' * 10_000}</v></c>"),
    "a sheet of another kind": put(SHEET, '<worksheet xmlns="urn:x"><sheetData/></worksheet>'),
    "a sheet without a part": replaced(BOOK, 'r:id="rId1"', ""),
    "a row without an end": with_cells("<c/>" * 250_000),
    "too many styles": with_cells("<c/>", f"<cellXfs>{'<xf/>' * 250_000}</cellXfs>"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_says_nothing_certain_is_refused(name: str, good: Path) -> None:
    [line] = problems_of(rewritten(good, DAMAGED[name]))
    assert line.startswith("document: found a damaged workbook"), line


def test_more_rows_than_any_program_writes(good: Path) -> None:
    """Though they hold nothing, and the file is small."""
    change = put(SHEET, f'<worksheet xmlns="{SPACE}"><sheetData>{"<row/>" * 3_000_000}</sheetData></worksheet>')
    [line] = problems_of(rewritten(good, change))
    assert line == (
        "document: found a workbook with more than 3,000,000 rows, cells or formats; expected a workbook as Excel "
        "writes it (delete what is empty)"
    )
