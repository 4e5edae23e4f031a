"""Pages as Word documents, for those who go on writing; the same page gives the same bytes."""

from __future__ import annotations

import importlib.util
import io
import itertools
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from ...base.errors import OptionError
from ..page import Block, Bullets, Column, Facts, Figure, Footer, Heading, Page, Paragraph, Table, Tone, Words

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as Line

#: Time that stands in every file, so that bytes depend on the page alone.
_EPOCH = datetime(2000, 1, 1)
_ZIP_EPOCH = (2000, 1, 1, 0, 0, 0)

#: Fonts that know Latin and Chinese on most computers.
_FONT, _EAST_ASIAN = "Calibri", "Microsoft YaHei"

#: Widths in millimetres: of the text, of a letter, of the margins of a cell; letters up to which a text counts for it.
_WIDTH, _LETTER, _MARGINS = 170.0, 2.4, 4.5
_LONGEST = 40

#: How tones look: colour, and whether they are bold.
_LOOKS: dict[Tone, tuple[str | None, bool]] = {
    "plain": (None, False),
    "title": (None, True),
    "strong": (None, True),
    "good": ("1B5E20", False),
    "success": ("1B5E20", True),
    "caution": ("7A4A00", False),
    "warning": ("7A4A00", True),
    "alarm": ("A30000", True),
    "quiet": ("55606B", False),
}


def require_word() -> None:
    """Raise OptionError where Word documents cannot be written."""
    if importlib.util.find_spec("docx") is None:
        raise OptionError("Word documents need the extra: pip install 'rd-contract[office]'")


def word_document(page: Page) -> bytes:
    """Return a page as a Word document (.docx); pictures are left out, as tables say the same.

    Parameters
    ----------
    page
        The page.

    Raises
    ------
    OptionError
        Where the extra ``office`` is not installed.
    """
    require_word()
    import docx  # noqa: PLC0415 - the extra `office`

    document = docx.Document()
    _prepare(document, page)
    for block, after in itertools.zip_longest(page.blocks, page.blocks[1:]):
        _add(document, block)
        if isinstance(block, Paragraph) and isinstance(after, Table | Facts):
            document.paragraphs[-1].paragraph_format.keep_with_next = True
    buffer = io.BytesIO()
    document.save(buffer)
    return _repacked(buffer.getvalue())


def _prepare(document: Document, page: Page) -> None:
    """Set what concerns the whole document: paper, fonts, language, and properties without a clock."""
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Mm, Pt  # noqa: PLC0415

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    for name in ("Normal", "Title", "Heading 1", "List Bullet"):
        style: Any = document.styles[name]
        style.font.name = _FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), _EAST_ASIAN)
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    normal: Any = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.paragraph_format.space_after = Pt(4)
    core = document.core_properties
    core.title, core.author, core.language = _plain(page.title), "", page.language
    core.comments, core.last_modified_by, core.revision = "", "", 1
    core.created = core.modified = _EPOCH


def _add(document: Document, block: Block) -> None:
    match block:
        case Heading(text, unit):
            document.add_heading(_plain(f"{text} ({unit})" if unit else text), level=1)
        case Paragraph(text):
            _write(document.add_paragraph(style=_style(text)), text)
        case Bullets(entries):
            for entry in entries:
                _write(document.add_paragraph(style="List Bullet"), entry)
        case Table(columns, rows, total):
            _table(document, columns, rows if total is None else (*rows, total), headed=True)
        case Facts(rows):
            _table(document, (Column(""), Column("", number=True), Column("")), rows, headed=False)
        case Figure():
            pass  # what it draws stands in tables, too
        case Footer(text):
            _write(document.add_paragraph(), Words.of((text, "quiet")))


def _style(text: Words) -> str:
    return "Title" if text.runs and text.runs[0].tone == "title" else "Normal"


def _write(line: Line, text: Words) -> None:
    from docx.shared import RGBColor  # noqa: PLC0415

    for run in text.runs:
        written = line.add_run(_plain(run.text))
        colour, bold = _LOOKS[run.tone]
        written.bold = True if bold else None
        if colour is not None:
            written.font.color.rgb = RGBColor.from_string(colour)


def _table(
    document: Document, columns: tuple[Column, ...], rows: tuple[tuple[Words, ...], ...], *, headed: bool
) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT  # noqa: PLC0415
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.shared import Mm, Pt  # noqa: PLC0415

    titles = (tuple(Words.of((column.title, "strong")) for column in columns),) if headed else ()
    lines = (*titles, *rows)
    shape = document.add_table(rows=len(lines), cols=len(columns), style="Table Grid")
    shape.alignment = WD_TABLE_ALIGNMENT.LEFT
    shape.autofit = False
    widths = [Mm(width) for width in _widths(len(columns), lines)]
    for column_shape, width in zip(shape.columns, widths, strict=True):
        column_shape.width = width
    for row, cells in zip(shape.rows, lines, strict=True):
        for place, column, width, text in zip(row.cells, columns, widths, cells, strict=True):
            place.width = width
            line = place.paragraphs[0]
            line.paragraph_format.space_after = Pt(1)
            if column.number:
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _write(line, text)
    for at, row in enumerate(shape.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if headed and at == 0:
            properties.append(OxmlElement("w:tblHeader"))
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _widths(count: int, lines: Sequence[Sequence[Words]]) -> list[float]:
    """Return how wide the columns of a table are, in millimetres: no number and no word is broken where all fit."""
    columns = [[cells[at] for cells in lines] for at in range(count)]
    least = [_MARGINS + _LETTER * max(map(_unbroken, cells)) for cells in columns]
    wished = [_MARGINS + _LETTER * min(max(cell_len(cell.plain) for cell in cells), _LONGEST) for cells in columns]
    missing = [max(wish - width, 1.0) for wish, width in zip(wished, least, strict=True)]
    spare = _WIDTH - sum(least)
    if spare <= 0.0:
        return [_WIDTH * width / sum(least) for width in least]
    return [width + spare * more / sum(missing) for width, more in zip(least, missing, strict=True)]


def _unbroken(cell: Words) -> int:
    """Return how many letters of a cell have to stand in one line."""
    parts = [cell.plain] if cell.number is not None else cell.plain.split()
    return max(map(cell_len, parts), default=0)


def _plain(text: str) -> str:
    """Return text without what XML cannot hold."""
    return "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cs") or one in "\n\t")


def _repacked(archive: bytes) -> bytes:
    """Return a zip archive whose entries bear no time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as found, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in found.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, found.read(name))
    return buffer.getvalue()
