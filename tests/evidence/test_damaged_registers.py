"""Lines of a register that would count twice, or are damaged; filters in capitals or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from rd_contract import OptionError, RegisterError
from rd_contract.evidence import CordisRegister, CordisSelection, cordis_instance
from registers import ORGANIZATION, organization_rows, text_of, write_register


def with_rows(folder: Path, rows: list[dict[str, str]]) -> tuple[Path, Path, Path]:
    files = write_register(folder)
    files[0].write_text(text_of(ORGANIZATION, rows), encoding="utf-8", newline="")
    return files


def test_a_copy_of_a_line_is_refused_with_both(tmp_path: Path) -> None:
    rows = organization_rows()
    with pytest.raises(RegisterError) as caught:
        CordisRegister.from_files(*with_rows(tmp_path, [*rows, rows[1], rows[3], rows[1]]))
    assert [(problem.path, problem.found) for problem in caught.value.problems] == [
        ("organization.csv line 13", "line 3 once more"),
        ("organization.csv line 14", "line 5 once more"),
        ("organization.csv line 15", "line 3 once more"),
    ]


def test_one_organisation_in_several_roles_stays(tmp_path: Path) -> None:
    rows = organization_rows()
    again = rows[1] | {"role": "thirdParty"}
    found = CordisRegister.from_files(*with_rows(tmp_path, [*rows, again]))
    assert found.organisations["2"].projects["101"] == pytest.approx(1.6)


def test_a_nul_byte_is_refused_with_its_line(tmp_path: Path) -> None:
    rows = organization_rows()
    rows[2] = rows[2] | {"name": "Klein\0Fein"}
    with pytest.raises(RegisterError) as caught:
        CordisRegister.from_files(*with_rows(tmp_path, rows))
    [problem] = caught.value.problems
    assert (problem.path, problem.found) == ("organization.csv line 4", "a NUL byte")


def test_filters_in_capitals_or_not(tmp_path: Path) -> None:
    register = CordisRegister.from_files(*write_register(tmp_path))
    upper = CordisSelection("NZ", countries=("AT", "IE"), kinds=("PRC", "HES"))
    lower = CordisSelection("nz", countries=("at", " Ie"), kinds=("prc", "hes"))
    made, same = cordis_instance(register, upper), cordis_instance(register, lower)
    assert [firm.name for firm in made.firms] == [firm.name for firm in same.firms]
    with pytest.raises(OptionError, match="there are"):
        cordis_instance(register, CordisSelection("NZ", countries=("xx",)))


def test_countries_of_the_register_in_capitals_or_not(tmp_path: Path) -> None:
    rows = [row | {"country": row["country"].lower()} for row in organization_rows()]
    register = CordisRegister.from_files(*with_rows(tmp_path, rows))
    assert {one.country for one in register.organisations.values()} >= {"DE", "AT"}
