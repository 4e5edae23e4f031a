"""Workbooks that are damaged, huge, or meant to do harm: refused in words, within bounded memory and time."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference

from rd_contract import Instance
from spreadsheets import FIRMS, problems_of, read, rewritten, workbook

resource = pytest.importorskip("resource", reason="memory is measured by a module of POSIX systems")

Parts = dict[str, bytes]

SHEET = "xl/worksheets/sheet1.xml"

#: Seconds that any of these files may take, and megabytes: a busy machine is no fault.
PATIENCE, MOST = 20.0, 300


@pytest.fixture(autouse=True)
def bounded() -> Any:
    """Hold every test to its time and to what it adds to the memory of the process."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.monotonic() - began < PATIENCE
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MOST


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Return a workbook with two firms."""
    return workbook(tmp_path / "a.xlsx", {"Firms": FIRMS})


def replaced(part: str, old: bytes, new: bytes) -> Callable[[Parts], None]:
    """Return a change of one part."""

    def change(parts: Parts) -> None:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new)

    return change


def added(part: str, data: bytes = b"x") -> Callable[[Parts], None]:
    """Return that a part is put in, or replaced."""
    return lambda parts: parts.update({part: data})


# --- files that are something else -------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512

FILES = {
    "empty": (b"", "found an empty file; expected an Excel workbook (.xlsx)"),
    "json": (b'{"format": "rd-contract/1"}', "found no workbook, or a damaged one (it begins with"),
    "old": (OLE, "found a workbook of the old format .xls; expected an Excel workbook (.xlsx) (save it as"),
    "password": (
        OLE + "EncryptedPackage".encode("utf-16-le"),
        "found a workbook with a password; expected an Excel workbook (.xlsx) (remove the password)",
    ),
    "half": (b"PK\x03\x04" + b"\0" * 100, "found no workbook, or a damaged one"),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_no_workbooks(name: str, tmp_path: Path) -> None:
    data, expected = FILES[name]
    (tmp_path / "a.xlsx").write_bytes(data)
    [line] = problems_of(tmp_path / "a.xlsx")
    assert line.startswith(f"document: {expected}")


@pytest.mark.parametrize("ending", [".xls", ".ods", ".xlsb", ".numbers"])
def test_other_spreadsheets_are_named_by_their_ending(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"a{ending}").write_bytes(b"x")
    assert problems_of(tmp_path / f"a{ending}") == [
        f'document: found a file {ending}; expected a file .json, .xlsx or .csv (save it as "Excel Workbook (.xlsx)" '
        "or as CSV)"
    ]


ARCHIVES: dict[str, tuple[dict[str, bytes], str]] = {
    "opendocument": ({"content.xml": b"<a/>"}, "found an OpenDocument file"),
    "word": ({"word/document.xml": b"<a/>"}, "found an archive of other files"),
    "binary": ({"xl/workbook.bin": b"x"}, "found a binary workbook (.xlsb)"),
    "nothing in it": ({"xl/workbook.xml": b"<a/>"}, "found a damaged workbook"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives_that_are_no_workbooks(name: str, tmp_path: Path) -> None:
    parts, expected = ARCHIVES[name]
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    [line] = problems_of(tmp_path / "a.xlsx")
    assert line.startswith(f"document: {expected}")


# --- damaged and hostile parts -----------------------------------------------------------------------------

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>"""

CHANGES: dict[str, tuple[Callable[[Parts], None], str]] = {
    "an XML bomb": (added("xl/styles.xml", BOMB), "found XML that declares entities"),
    "an XML bomb for a sheet": (added(SHEET, BOMB), "found XML that declares entities"),
    "an XML bomb in UTF-16": (
        added("xl/workbook.xml", BOMB.decode().replace("?>", ' encoding="UTF-16"?>').encode("utf-16")),
        "found XML that declares entities",
    ),
    "strict": (
        replaced(
            "xl/workbook.xml",
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        'found a workbook in the form "Strict Open XML"',
    ),
    "no sheet": (lambda parts: parts.__delitem__(SHEET), "found a damaged workbook"),
    "a cell twice": (replaced(SHEET, b'r="B2"', b'r="A2"'), "found a damaged workbook"),
    "a cell in another row": (replaced(SHEET, b'r="B2"', b'r="B3"'), "found a damaged workbook"),
    "broken XML": (replaced(SHEET, b"</sheetData>", b""), "found a damaged workbook"),
    "a text before the first": (
        replaced(SHEET, b't="inlineStr"><is><t>Firm</t></is>', b't="s"><v>-1</v>'),
        "found a damaged workbook",
    ),
    "a text that is nowhere": (
        replaced(SHEET, b't="inlineStr"><is><t>Firm</t></is>', b't="s"><v>999</v>'),
        "found a damaged workbook",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_damaged_and_hostile_parts(name: str, good: Path) -> None:
    change, expected = CHANGES[name]
    [line] = problems_of(rewritten(good, change))
    assert line.startswith(f"document: {expected}"), line


def test_a_bomb_is_refused_by_what_it_declares(good: Path) -> None:
    path = rewritten(good, added("xl/media/zeros.bin", b"\0" * 70_000_000))
    assert path.stat().st_size < 200_000
    [line] = problems_of(path)
    assert line.startswith("document: found a workbook that unpacks to 70,")


def test_a_bomb_that_lies_about_its_size_is_refused(good: Path) -> None:
    path = rewritten(good, added("xl/theme/theme1.xml", b" " * 70_000_000))
    data = bytearray(path.read_bytes())
    for header, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = -1
        while (start := data.find(header, start + 1)) >= 0:
            if data[start + at : start + at + 4] == (70_000_000).to_bytes(4, "little"):
                data[start + at : start + at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    [line] = problems_of(path)
    assert line.startswith("document: found no workbook, or a damaged one")


# --- sheets that are larger than they look -----------------------------------------------------------------


def test_one_cell_in_the_last_corner(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Firms": FIRMS}, lambda book: book["Firms"].cell(1_048_576, 16_384, "x"))
    [line] = problems_of(path)
    assert line.startswith("Firms: found more than 20,000 rows; expected at most 20,000 (delete what does not belong")


def test_one_cell_far_to_the_right(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Firms": FIRMS}, lambda book: book["Firms"].cell(2, 16_384, "x"))
    [line] = problems_of(path)
    assert line.startswith("Firms: found more than 1,000 columns")


def many_rows(count: int, row: str) -> bytes:
    """Return the XML of a sheet with two firms and very many rows more."""
    cells = ["".join(f'<c r="{c}{r}" t="inlineStr"><is><t>{v}</t></is></c>' for c, v in zip("ABC", values, strict=True))
             for r, values in enumerate(FIRMS, start=1)]  # fmt: skip
    head = "".join(f'<row r="{r}">{text}</row>' for r, text in enumerate(cells, start=1))
    rest = "".join(row.format(r=r) for r in range(4, count))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{head}{rest}</sheetData></worksheet>'.encode()


def test_very_many_empty_rows_that_are_formatted(good: Path) -> None:
    path = rewritten(good, added(SHEET, many_rows(300_000, '<row r="{r}" s="0" customFormat="1"/>')))
    assert len(Instance.from_file(path).firms) == 2


def test_more_rows_than_are_read(good: Path) -> None:
    path = rewritten(good, added(SHEET, many_rows(20_010, '<row r="{r}"><c r="A{r}"><v>1</v></c></row>')))
    [line] = problems_of(path)
    assert line.startswith("Firms: found more than 20,000 rows")


def test_more_rows_without_numbers(good: Path) -> None:
    path = rewritten(good, added(SHEET, many_rows(20_010, "<row><c><v>1</v></c></row>")))
    [line] = problems_of(path)
    assert line.startswith("Firms: found more than 20,000 rows")


def test_wide_rows(good: Path) -> None:
    path = rewritten(good, added(SHEET, many_rows(19_000, '<row r="{r}"><c r="XFD{r}" s="0"/></row>')))
    assert len(Instance.from_file(path).firms) == 2


def test_a_wrong_dimension(good: Path) -> None:
    for wrong in (b'ref="A1"', b'ref="A1:XFD1048576"'):
        path = rewritten(good, replaced(SHEET, b'ref="A1:C3"', wrong))
        assert len(Instance.from_file(path).firms) == 2
        rewritten(good, replaced(SHEET, wrong, b'ref="A1:C3"'))


def test_very_many_merged_cells(good: Path) -> None:
    """Empty ones do no harm; what would have to be filled with a value is refused, not left out."""
    original = good.read_bytes()
    empty = "".join(f'<mergeCell ref="B{r}:B{r + 1}"/>' for r in range(10, 40_000, 2))
    for merged, problems in ((empty, 0), (empty + '<mergeCell ref="C3:XFD20000"/>', 1)):
        good.write_bytes(original)
        change = replaced(SHEET, b"</sheetData>", f'</sheetData><mergeCells count="1">{merged}</mergeCells>'.encode())
        found = problems_of(rewritten(good, change))
        assert len(found) == problems
        assert all(line.startswith("Firms: found more than 10,000 merged cells") for line in found)


# --- what is read, and said --------------------------------------------------------------------------------


def test_macros_are_ignored_and_that_is_said(good: Path) -> None:
    rewritten(good, added("xl/vbaProject.bin"))
    path = good.rename(good.with_suffix(".xlsm"))
    _, notes = read(path)
    assert "ignored: macros" in notes


def test_links_to_other_workbooks_are_ignored_and_that_is_said(good: Path) -> None:
    _, notes = read(rewritten(good, added("xl/externalLinks/externalLink1.xml", b"<externalLink/>")))
    assert "ignored: links to other workbooks; their values are those of the last time the file was saved" in notes


def test_formulas_count_by_their_values(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Firms": (FIRMS[0], ("Pump Works", "=3*3", 4), FIRMS[2])})
    book = rewritten(path, replaced(SHEET, b"<f>3*3</f><v></v>", b"<f>3*3</f><v>9</v>"))
    assert Instance.from_file(book).firms[0].contribution == 9.0


def test_charts_and_empty_sheets_do_no_harm(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        chart = BarChart()
        chart.add_data(Reference(book["Firms"], min_col=2, min_row=1, max_row=3))
        book.create_chartsheet("Chart").add_chart(chart)
        book.create_sheet("Relations")

    assert len(Instance.from_file(workbook(tmp_path / "a.xlsx", {"Firms": FIRMS}, change)).firms) == 2


@pytest.mark.parametrize("text", [b"<c ", b"<row ", b"<mergeCell ", b"<row>", b"<c r=", b">   "])
def test_what_would_take_forever_to_search(text: bytes, good: Path) -> None:
    problems_of(rewritten(good, added(SHEET, text * (5_000_000 // len(text)))))


def test_endless_texts(tmp_path: Path) -> None:
    long = "a" + " " * 32_000 + "("
    heads = (*FIRMS[0], long)
    [line] = problems_of(workbook(tmp_path / "a.xlsx", {"Firms": (heads, *FIRMS[1:])}))
    assert len(line) < 300
    (tmp_path / "a.csv").write_text(f"name,contribution,cost,{long * 4}\nA,1,1,x\n", encoding="utf-8")
    _, notes = read(tmp_path / "a.csv")
    assert max(map(len, notes)) < 300


def test_every_truncation_is_refused_in_words(good: Path) -> None:
    data = good.read_bytes()
    for length in range(0, len(data), len(data) // 40):
        good.write_bytes(data[:length])
        assert len(problems_of(good)) == 1


def test_changed_bytes_are_refused_or_read(good: Path) -> None:
    """Whatever is changed: an instance, or problems in words."""
    data = good.read_bytes()
    for at in range(0, len(data), 97):
        good.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        problems_of(good)


def test_changed_xml_is_refused_or_read(good: Path) -> None:
    """As above, behind the checksums of the archive."""
    with zipfile.ZipFile(io.BytesIO(good.read_bytes())) as archive:
        original = archive.read(SHEET)
    for at in range(0, len(original), 23):
        changed = original[:at] + bytes([original[at] ^ 0x11]) + original[at + 1 :]
        problems_of(rewritten(good, added(SHEET, changed)))
