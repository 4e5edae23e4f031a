"""Rows of sums are no firms, and what is said of an ambiguous number can be followed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rd_contract import Instance, InstanceError
from rd_contract.formats.forms import read_draft
from rd_contract.sheets.headings import names_sum
from spreadsheets import plain, problems_of, read, workbook

HEAD = "firm;contribution;cost;earns elsewhere\nAlpha;3200;1100;250\nBeta;2500;900;150\n"


@pytest.mark.parametrize(
    "name",
    [
        "TOTAL 2026",
        "Total:",
        "sum of all",
        "Summe 2026",
        "Gesamtsumme",
        "Gesamt",
        "合计2026",
        "All firms",
        "Alle Firmen",
    ],
)
def test_names_of_sums_are_refused(name: str, tmp_path: Path) -> None:
    [line] = problems_of(plain(tmp_path, f"{HEAD}{name};1;1;1\n"))
    assert line.startswith(f"list!A4: found {name!r}; expected a firm (begin the row with # if it holds sums; write")
    quoted = '"""' + name + '"""'
    assert Instance.from_file(plain(tmp_path, f"{HEAD}{quoted};1;1;1\n")).firms[2].name == name


@pytest.mark.parametrize("name", ["TotalEnergies", "Sumitomo", "Summit Ltd", "Gesamtverband", "Allianz"])
def test_firms_whose_names_only_look_like_sums(name: str) -> None:
    assert not names_sum(name)


def test_sums_of_weights_are_no_technology(tmp_path: Path) -> None:
    firms = (("Firm", "Cost of full effort"), ("Alpha", 3), ("Beta", 2))
    sheets = {"Firms": firms, "Technologies": (("Technology", "Weight"), ("cells", 2), ("software", 1), ("Summe", 3))}
    [line] = problems_of(workbook(tmp_path / "a.xlsx", sheets))
    assert line.startswith("Technologies!A4: found 'Summe'; expected a technology (begin the row with #")


SUMS = ("Everybody;5700;2000;400", "Everybody;5700;2000;")


@pytest.mark.parametrize("row", SUMS)
def test_a_row_that_holds_the_sums_is_warned_of_whatever_it_is_called(row: str, tmp_path: Path) -> None:
    _, notes = read(plain(tmp_path, f"{HEAD}{row}\n"))
    warning = "warning: list!A4: its amounts are the sums of rows above; begin it with # if it is no firm"
    assert notes.count(warning) == 1


def test_sums_of_groups_are_warned_of(tmp_path: Path) -> None:
    """Each group ends with its sums, which no name tells."""
    rows = [f"{name}{at};{amount * at};{at};" for name, amount in (("DE ", 10), ("SE ", 7)) for at in (1, 2, 4)]
    text = "\n".join((HEAD.partition("\n")[0], *rows[:3], "Germany;70;7;", *rows[3:], "Sweden;49;7;", "Zeta;14;2;"))
    _, notes = read(plain(tmp_path, text + "\n"))
    assert [note.partition(": ")[2].partition(":")[0] for note in notes if "sums" in note] == ["list!A5", "list!A9"]


@pytest.mark.parametrize("row", ["Gamma;5700;2000;401", "Gamma;5700;10;", "Gamma;1800;600;120"])
def test_other_rows_are_firms(row: str, tmp_path: Path) -> None:
    _, notes = read(plain(tmp_path, f"{HEAD}{row}\n"))
    assert not any("sums" in note for note in notes)


@given(whole=st.integers(1, 999), part=st.integers(0, 999), sign=st.sampled_from(".,"))
def test_both_spellings_of_an_ambiguous_number_are_accepted(
    whole: int, part: int, sign: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("numbers")
    text = 'firm;contribution;cost\nA;"{}";1\n'
    [line] = problems_of(plain(folder, text.format(f"{whole}{sign}{part:03d}")))
    found = re.search(r"\(write (\S+) or (\S+): ", line)
    assert found is not None
    read_back = [Instance.from_file(plain(folder, text.format(found[at]))).firms[0].contribution for at in (1, 2)]
    assert read_back == [1000.0 * whole + part, float(f"{whole}.{part:03d}")]


def test_an_empty_contribution_is_named_with_its_cell(tmp_path: Path) -> None:
    instance, notes = read(plain(tmp_path, HEAD + "Gamma;;10;\n"))
    assert "assumed: a contribution of 0, as the cell is empty: Gamma (list!B4)" in notes
    [warning] = instance.warnings()
    assert "'Gamma'" in str(warning)
    assert "it is taken as 0" in str(warning)
    _, notes = read(plain(tmp_path, "# value: 5\n" + HEAD + "Gamma;;10;\n"))
    assert not any("contribution of 0" in note for note in notes)


def test_what_is_refused_is_not_remarked_on_as_well(tmp_path: Path) -> None:
    draft = read_draft(plain(tmp_path, HEAD + "Gamma;n/a;10;\nTotal;5700;2010;400\n"), InstanceError, None, "list.csv")
    assert len(draft.problems) == 2
    assert not any("sums" in note.text or "contribution of 0" in note.text for note in draft.notes)
