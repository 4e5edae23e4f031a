"""Instances from the register: what is data in them, how names are told apart, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rd_contract import OptionError, find_warnings, solve
from rd_contract.evidence import CordisRegister, CordisSelection, cordis_instance
from rd_contract.evidence.names import told_apart
from registers import write_large, write_register


@pytest.fixture
def register(tmp_path: Path) -> CordisRegister:
    return CordisRegister.from_files(*write_register(tmp_path))


def test_what_is_data(register: CordisRegister) -> None:
    instance = cordis_instance(register, CordisSelection("nordzelle ag"))
    firms = {firm.name: firm for firm in instance.firms}
    assert list(firms) == [
        "NORDZELLE AG",
        "INSTITUT FUER ZELLEN",
        "Klein & Fein GmbH",
        "UNIVERSITY OF NOWHERE (IE)",
        "UNIVERSITY OF NOWHERE (UK)",
    ]
    assert instance.project.lead == "NORDZELLE AG"
    assert {technology.name: technology.weight for technology in instance.project.technologies} == {
        "chemical sciences": 2.0,
        "materials engineering": 1.0,
    }
    small = firms["Klein & Fein GmbH"]
    assert small.sme
    assert small.role == "company"
    assert dict(small.attributes) == {"country": "AT", "kind": "company", "cordis": "3"}
    assert small.credit == 0.5  # one of two participations was ended early
    assert small.menu[-1].cost == pytest.approx((0.30000025 + 0.45) / 2, abs=1e-6)
    assert firms["UNIVERSITY OF NOWHERE (UK)"].credit == pytest.approx(1 / 3, abs=1e-6)
    pairs = {tuple(sorted(relation.between)): relation for relation in instance.relations}
    trusted = pairs["INSTITUT FUER ZELLEN", "NORDZELLE AG"]  # two projects, 2019 to 2023
    assert trusted.trust == pytest.approx(0.5 + 0.25 * (2 / 3 + 5 / 8), abs=1e-3)
    assert trusted.coordination == 1.0
    assert ("Klein & Fein GmbH", "UNIVERSITY OF NOWHERE (UK)") not in pairs
    assert "ZIRKUS" not in str(list(firms))  # no project in the lead's topics


def test_the_source_says_what_is_assumed(register: CordisRegister) -> None:
    source = cordis_instance(register, CordisSelection("NZ", min_projects=2, countries=("DE", "AT"))).source
    for said in (
        "DATA:",
        "ASSUMED, NOT DATA:",
        "organization.csv",
        "6 organisations in 4 projects",
        "countries DE, AT",
    ):
        assert said in source
    assert "transform log" in source


def test_filters_spare_the_lead(register: CordisRegister) -> None:
    instance = cordis_instance(register, CordisSelection("NZ", countries=("AT", "IE"), kinds=("PRC",), min_projects=2))
    assert [firm.name for firm in instance.firms] == ["NORDZELLE AG", "Klein & Fein GmbH"]


def test_levels_of_topics_and_parts_of_the_programme(tmp_path: Path, register: CordisRegister) -> None:
    broad = cordis_instance(register, CordisSelection("NZ", level=1))
    assert [technology.name for technology in broad.project.technologies] == [
        "natural sciences",
        "engineering and technology",
    ]
    narrow = cordis_instance(register, CordisSelection("NZ", level=3, candidates=3))
    assert [technology.name for technology in narrow.project.technologies] == ["electrochemistry"]
    with pytest.raises(OptionError, match="topic of level 4"):
        cordis_instance(register, CordisSelection("NZ", level=4))
    organizations, projects, _ = write_register(tmp_path)
    without = cordis_instance(CordisRegister.from_files(organizations, projects), CordisSelection("NZ"))
    assert [technology.name for technology in without.project.technologies] == ["HORIZON.2.5"]
    assert "legalBasis" in without.source


@pytest.mark.parametrize(
    ("lead", "said"),
    [
        ("Nordzele AG", 'did you mean "NORDZELLE AG"'),
        ("University of Nowhere", "by its code: 4"),
        ("", "no organisation"),
    ],
)
def test_a_lead_that_is_not_found(register: CordisRegister, lead: str, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        cordis_instance(register, CordisSelection(lead))


def test_selections_that_leave_nobody(register: CordisRegister) -> None:
    with pytest.raises(OptionError, match="no organisation but the lead"):
        cordis_instance(register, CordisSelection("NZ", countries=("EL",)))
    with pytest.raises(OptionError, match='from "Austria"; there are: AT, DE, EL, IE, UK'):
        cordis_instance(register, CordisSelection("NZ", countries=("Austria",)))
    with pytest.raises(OptionError, match="no kind"):
        CordisSelection("NZ", kinds=("ABC",))
    with pytest.raises(OptionError, match="candidates is 1"):
        CordisSelection("NZ", candidates=1)


def test_a_contract_is_found_and_holds(register: CordisRegister) -> None:
    instance = cordis_instance(register, CordisSelection("NZ"))
    result = solve(instance)
    assert result.status == "optimal"
    assert result.certificate is not None
    assert result.certificate.holds
    assert [problem for problem in find_warnings(instance) if problem.rule == "names"] == []


def test_pairs_stay_few_however_many_organisations_there_are(tmp_path: Path) -> None:
    register = CordisRegister.from_files(*write_large(tmp_path, 200, 600))
    instance = cordis_instance(register, CordisSelection("O0", candidates=150, partners=4))
    assert len(instance.firms) == 150
    assert 150 <= len(instance.relations) <= 4 * 150
    again = cordis_instance(register, CordisSelection("O0", candidates=150, partners=4))
    assert again.to_json() == instance.to_json()
    result = solve(instance, time_limit=20)
    assert result.has_contract
    assert result.certificate is not None
    assert result.certificate.holds


@pytest.mark.slow
def test_thousands_of_organisations(tmp_path: Path) -> None:
    register = CordisRegister.from_files(*write_large(tmp_path, 5_000, 20_000))
    instance = cordis_instance(register, CordisSelection("O0", candidates=5_000))
    assert len(instance.firms) > 4_900
    assert len(instance.relations) <= 10 * len(instance.firms)
    result = solve(instance, time_limit=60)
    assert result.has_contract
    assert result.certificate is not None
    assert result.certificate.holds


# --- names -----------------------------------------------------------------------------------------------


def test_names_that_several_have() -> None:
    known = {
        "1": ("ACME", "DE"),
        "2": ("Acme", "FR"),
        "3": ("ACME", "FR"),
        "4": ("Other", "FR"),
        "5": ("other (fr)", "DE"),
        "6": ("Nameless", ""),
        "7": ("NAMELESS", ""),
    }
    assert told_apart(known) == {
        "1": "ACME (DE)",
        "2": "Acme (FR, 2)",
        "3": "ACME (FR, 3)",
        "4": "Other",
        "5": "other (fr)",
        "6": "Nameless (6)",
        "7": "NAMELESS (7)",
    }


@given(st.lists(st.tuples(st.sampled_from(["A", "a", "A (DE)", "A (DE, 1)", "B"]), st.sampled_from(["DE", "FR", ""]))))
def test_names_are_told_apart_whatever_they_are(known: list[tuple[str, str]]) -> None:
    names = told_apart({str(at): each for at, each in enumerate(known)})
    assert len({name.casefold() for name in names.values()}) == len(known)
    assert all(name.startswith(each[0]) for name, each in zip(names.values(), known, strict=True))
