"""What office programs make of the files: where LibreOffice is installed, it opens and recalculates them."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from rd_contract import Award, award_file, load_bundled, solve

OFFICE = shutil.which("soffice")
#: Makes LibreOffice compute every formula anew, in place of believing the file.
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""

pytestmark = pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")


def converted(source: Path, kind: str, folder: Path) -> Path:
    """Return a file as LibreOffice saves it in another form."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    out = folder / "out"
    assert OFFICE is not None
    command = [OFFICE, "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(out), str(source)], check=True, capture_output=True, timeout=120)
    return out / f"{source.stem}.{kind}"


@pytest.fixture(scope="module")
def award() -> Award:
    """Return the award of the battery alliance."""
    instance = load_bundled("battery_alliance")
    return Award(solve(instance), instance)


def test_sums_are_recalculated_to_the_same_numbers(award: Award, tmp_path: Path) -> None:
    content = award_file(award, ".xlsx")
    (tmp_path / "award.xlsx").write_bytes(content)
    ours = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    theirs = openpyxl.load_workbook(converted(tmp_path / "award.xlsx", "xlsx", tmp_path), data_only=True)
    assert theirs.sheetnames == ours.sheetnames
    compared = 0
    for sheet in ours:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    assert theirs[sheet.title][cell.coordinate].value == pytest.approx(cell.value, rel=1e-12, abs=1e-12)
                    compared += 1
    assert compared > 150


def test_documents_open(award: Award, tmp_path: Path) -> None:
    (tmp_path / "terms.docx").write_bytes(award_file(award, ".docx"))
    text = converted(tmp_path / "terms.docx", "txt", tmp_path).read_text(encoding="utf-8-sig")
    assert "9. Basis" in text
    assert "Carmaker (lead)" in text
