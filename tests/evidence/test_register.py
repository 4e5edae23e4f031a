"""The files of CORDIS: read in the form in which they are published, refused whole in any other."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from rd_contract import Problem, RegisterError
from rd_contract.evidence import CordisRegister
from registers import ORGANIZATION, PROJECT, organization_rows, project_rows, text_of, write_register


@pytest.mark.parametrize("mark", [False, True])
def test_everything_that_is_needed_is_read(tmp_path: Path, mark: bool) -> None:
    found = CordisRegister.from_files(*write_register(tmp_path, mark=mark))
    assert list(found.organisations) == ["1", "2", "3", "4", "5", "6"]
    small = found.organisations["3"]
    assert (small.name, small.country, small.activity, small.sme) == ("Klein & Fein GmbH", "AT", "PRC", True)
    # A decimal point in one column, a comma in another; totalCost, else ecContribution; two parts in one project.
    assert small.projects == {"101": 0.30000025, "103": 0.45}
    assert small.ended == {"103"}
    assert found.organisations["1"].projects["101"] == 2.0000005
    assert found.organisations["5"].projects == {"102": None}
    assert found.organisations["5"].sme is None
    assert found.organisations["6"].name == 'ZIRKUS "FLOH" E.V.'
    assert found.projects["101"].first == datetime.date(2019, 1, 1)
    assert found.projects["104"].first is None
    assert found.projects["103"].programme == "HORIZON.2.4"
    assert found.topics is not None
    assert found.topics["101"] == (("natural sciences", "chemical sciences", "electrochemistry"),)


def test_topics_may_be_left_out(tmp_path: Path) -> None:
    organizations, projects, _ = write_register(tmp_path)
    assert CordisRegister.from_files(organizations, projects).topics is None


def test_what_published_files_hold_beside_the_usual(tmp_path: Path) -> None:
    """Participants without a code, as in older programmes; invisible characters; amounts with an exponent."""
    organizations, projects, topics = write_register(tmp_path)
    rows = organization_rows()
    rows[2] = rows[2] | {"organisationID": "", "name": "Klein\u200b &\u00a0 Fein\x07GmbH", "ecContribution": "3.5E5"}
    organizations.write_text(text_of(ORGANIZATION, rows), encoding="utf-8", newline="")
    found = CordisRegister.from_files(organizations, projects, topics).organisations["Klein & Fein GmbH, AT"]
    assert (found.code, found.name, found.projects) == ("", "Klein & Fein GmbH", {"101": 0.35})


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    organizations, projects, topics = write_register(tmp_path)
    turned = text_of(ORGANIZATION[::-1], organization_rows())
    organizations.write_text(turned, encoding="utf-8", newline="")
    assert len(CordisRegister.from_files(organizations, projects, topics).organisations) == 6


def problems(folder: Path, file: str, change: Callable[[str], str]) -> dict[str, Problem]:
    """Return the problems of the small register with one file changed, by place."""
    paths = write_register(folder)
    path = folder / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")
    with pytest.raises(RegisterError) as caught:
        CordisRegister.from_files(*paths)
    return {problem.path: problem for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (lambda text: text.replace(";", ","), "organization.csv line 1", "separated by commas"),
        (lambda text: text.replace(";", "\t"), "organization.csv line 1", "separated by tabs"),
        (lambda _: "", "organization.csv line 1", "no headings"),
        (lambda text: text.replace('"SME"', '"small"'), "organization.csv line 1, SME", "no columns SME"),
        (lambda text: text.replace('"city"', '"SME"'), "organization.csv line 1, SME", "2 columns SME"),
        (lambda text: text.partition("\n")[0] + "\n" + text, "organization.csv line 2", "headings once more"),
        (lambda text: text.replace('"NORDZELLE AG"', '"NORDZELLE AG', 1), "organization.csv line 2", "no CSV"),
        (lambda text: text.replace('"800000"', '"8 Mio"', 1), "organization.csv line 3, ecContribution", "8 Mio"),
        (lambda text: text.replace('"800000"', '"-800000"', 1), "organization.csv line 3, ecContribution", "-800000"),
        (lambda text: text.replace('"102"', '"999"', 1), "organization.csv line 5, projectID", "999"),
        (lambda text: text.replace('"HES"', '"XXX"', 1), "organization.csv line 7, activityType", "XXX"),
        (lambda text: text.replace('"true"', '"maybe"', 1), "organization.csv line 4, SME", "maybe"),
        (lambda text: text.replace('"NORDZELLE AG"', '""', 1), "organization.csv line 2, name", '""'),
        (lambda text: text.replace(';"NZ"', "", 1), "organization.csv line 2", "24 fields"),
        (lambda text: text[: text.index("\n") + 1], "organization.csv", "no organisation"),
    ],
)
def test_broken_organisations(tmp_path: Path, change: Callable[[str], str], place: str, said: str) -> None:
    found = problems(tmp_path, "organization.csv", change)
    assert place in found
    assert said in found[place].found


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda text: text.replace('"102"', '"101"', 1), "project.csv line 4, id"),
        (lambda text: text.replace("2019-01-01", "01/01/2019"), "project.csv line 2, startDate"),
        (lambda text: text.replace("2021-12-31", "2021-02-30"), "project.csv line 2, endDate"),
        (lambda text: text.replace("2021-12-31", "2018-12-31"), "project.csv line 2, endDate"),
        (lambda text: text.replace('"startDate"', '"start"'), "project.csv line 1, startDate"),
        (lambda text: text[: text.index("\n") + 1], "project.csv"),
    ],
)
def test_broken_projects(tmp_path: Path, change: Callable[[str], str], place: str) -> None:
    """Lines are those of the file: an objective of two lines is counted as two."""
    assert place in problems(tmp_path, "project.csv", change)


def test_broken_topics(tmp_path: Path) -> None:
    found = problems(tmp_path, "euroSciVoc.csv", lambda text: text.replace('"/humanities', '"humanities'))
    assert list(found) == ["euroSciVoc.csv line 6, euroSciVocPath"]
    found = problems(tmp_path, "euroSciVoc.csv", lambda text: text.replace('"104"', '"105"'))
    assert list(found) == ["euroSciVoc.csv line 6, projectID"]


def test_all_files_are_judged_at_once(tmp_path: Path) -> None:
    organizations, projects, topics = write_register(tmp_path)
    rows = organization_rows()
    rows[0] = rows[0] | {"ecContribution": "much", "activityType": "?"}
    organizations.write_text(text_of(ORGANIZATION, rows), encoding="utf-8")
    other = project_rows()
    other[1] = other[1] | {"startDate": "soon"}
    projects.write_text(text_of(PROJECT, other), encoding="utf-8")
    with pytest.raises(RegisterError) as caught:
        CordisRegister.from_files(organizations, projects, topics)
    assert [problem.path for problem in caught.value.problems] == [
        "project.csv line 4, startDate",
        "organization.csv line 2, activityType",
        "organization.csv line 2, ecContribution",
    ]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    organizations, projects, topics = write_register(tmp_path)
    with pytest.raises(RegisterError, match="readable file"):
        CordisRegister.from_files(tmp_path / "none.csv", projects, topics)
    organizations.write_bytes(organizations.read_bytes() + b'"\xff"\n')
    with pytest.raises(RegisterError, match="no UTF-8"):
        CordisRegister.from_files(organizations, projects, topics)
    organizations.write_text("abc", encoding="utf-16")
    with pytest.raises(RegisterError, match="UTF-16"):
        CordisRegister.from_files(organizations, projects, topics)


def test_a_file_of_another_kind_is_refused_without_a_problem_for_each_line(tmp_path: Path) -> None:
    organizations, _, topics = write_register(tmp_path)
    with pytest.raises(RegisterError) as caught:
        CordisRegister.from_files(organizations, organizations, topics)
    assert {problem.path for problem in caught.value.problems} == {
        f"organization.csv line 1, {name}" for name in ("id", "startDate", "endDate", "legalBasis")
    }
