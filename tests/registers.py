"""Files in the form in which CORDIS publishes its register, with organisations that do not exist."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

#: Headings of the files, in the order in which they are published.
ORGANIZATION = [
    *("projectID", "projectAcronym", "organisationID", "vatNumber", "name", "shortName", "SME", "activityType"),
    *("street", "postCode", "city", "country", "nutsCode", "geolocation", "organizationURL", "contactForm"),
    *("contentUpdateDate", "rcn", "order", "role", "ecContribution", "netEcContribution", "totalCost"),
    *("endOfParticipation", "active"),
]
PROJECT = [
    *("id", "acronym", "status", "title", "startDate", "endDate", "totalCost", "ecMaxContribution", "legalBasis"),
    *("topics", "ecSignatureDate", "frameworkProgramme", "masterCall", "subCall", "fundingScheme", "nature"),
    *("objective", "contentUpdateDate", "rcn", "grantDoi"),
]
TOPIC = [
    *("projectID", "euroSciVocCode", "euroSciVocPath", "euroSciVocTitle", "euroSciVocDescription"),
]

Row = Mapping[str, str]


def text_of(columns: Sequence[str], rows: Iterable[Row], *, mark: bool = False) -> str:
    """Return a file: semicolons, every field in quotes."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, columns, delimiter=";", quoting=csv.QUOTE_ALL, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return ("\ufeff" if mark else "") + buffer.getvalue()


#: Who takes part: project, code, name, short name, SME, kind, country, role, contribution, cost, left early.
PARTS = (
    ("101", "1", "NORDZELLE AG", "NZ", "false", "PRC", "DE", "coordinator", "1500000,50", "2000000,50", "false"),
    ("101", "2", "INSTITUT FUER ZELLEN", "IFZ", "false", "REC", "DE", "participant", "800000", "800000", "false"),
    ("101", "3", "Klein & Fein GmbH", "", "true", "PRC", "AT", "participant", "300000.25", "", "false"),
    ("102", "1", "NORDZELLE AG", "NZ", "false", "PRC", "DE", "participant", "900000", "1200000", "false"),
    ("102", "2", "INSTITUT FUER ZELLEN", "IFZ", "false", "REC", "DE", "coordinator", "700000", "700000", "false"),
    ("102", "4", "UNIVERSITY OF NOWHERE", "UN", "", "HES", "IE", "participant", "500000", "500000", "false"),
    ("102", "5", "UNIVERSITY OF NOWHERE", "UN2", "", "HES", "UK", "partner", "", "", "true"),
    ("103", "4", "UNIVERSITY OF NOWHERE", "UN", "", "HES", "IE", "coordinator", "0", "0", "false"),
    ("103", "3", "Klein & Fein GmbH", "", "true", "PRC", "AT", "participant", "250000", "400000", "true"),
    ("103", "3", "Klein & Fein GmbH", "", "true", "PRC", "AT", "thirdParty", "0", "50000", "false"),
    ("104", "6", 'ZIRKUS "FLOH" E.V.', "", "", "", "EL", "coordinator", "10000", "10000", "false"),
)
#: Projects: code, first and last day, part of the programme, topics.
FUNDED = (
    ("101", "2019-01-01", "2021-12-31", "HORIZON.2.5", ("/natural sciences/chemical sciences/electrochemistry",)),
    (
        "102",
        "2021-01-01",
        "2023-12-31",
        "HORIZON.2.5",
        ("/natural sciences/chemical sciences", "/engineering and technology/materials engineering"),
    ),
    ("103", "2020-07-01", "2022-06-30", "HORIZON.2.4", ("/engineering and technology/materials engineering/alloys",)),
    ("104", "", "", "HORIZON.2.2", ("/humanities/arts",)),
)


def organization_rows(parts: Iterable[tuple[str, ...]] = PARTS) -> list[dict[str, str]]:
    """Return rows of organization.csv."""
    names = ["projectID", "organisationID", "name", "shortName", "SME", "activityType", "country", "role"]
    names += ["ecContribution", "totalCost", "endOfParticipation"]
    return [dict(zip(names, part, strict=True)) | {"city": "Anywhere; behind the hill"} for part in parts]


def project_rows(funded: Iterable[tuple[str, str, str, str, tuple[str, ...]]] = FUNDED) -> list[dict[str, str]]:
    """Return rows of project.csv."""
    objective = 'A text with "quotes"; semicolons,\nand two lines.'
    names = ("id", "startDate", "endDate", "legalBasis")
    return [dict(zip(names, one[:4], strict=True)) | {"objective": objective} for one in funded]


def topic_rows(funded: Iterable[tuple[str, str, str, str, tuple[str, ...]]] = FUNDED) -> list[dict[str, str]]:
    """Return rows of euroSciVoc.csv."""
    return [
        {"projectID": code, "euroSciVocPath": path, "euroSciVocTitle": path.rpartition("/")[2]}
        for code, *_, paths in funded
        for path in paths
    ]


def write_register(folder: Path, *, mark: bool = False) -> tuple[Path, Path, Path]:
    """Write the three files of the small register into a folder."""
    files = (folder / "organization.csv", folder / "project.csv", folder / "euroSciVoc.csv")
    for file, columns, rows in zip(
        files, (ORGANIZATION, PROJECT, TOPIC), (organization_rows(), project_rows(), topic_rows()), strict=True
    ):
        file.write_text(text_of(columns, rows, mark=mark), encoding="utf-8", newline="")
    return files


def write_large(folder: Path, organisations: int, projects: int, seed: int = 1) -> tuple[Path, Path, Path]:
    """Write a register of a size: few organisations take part in many projects, most in few; two to ten in each."""
    draw = random.Random(seed)
    fields = [f"/field {one}/topic {one}.{two}" for one in range(6) for two in range(7)]
    kinds, countries = ("PRC", "REC", "HES", "PUB", "OTH"), ("DE", "FR", "IT", "ES", "AT", "NL", "EL", "UK")
    funded, parts = [], []
    for code in range(projects):
        year = draw.randint(2014, 2022)
        paths = tuple(draw.sample(fields, draw.randint(1, 3)))
        funded.append((f"P{code}", f"{year}-01-01", f"{year + draw.randint(1, 4)}-12-31", f"H.{code % 9}", paths))
        members = {int(organisations * draw.random() ** 2) for _ in range(draw.randint(2, 10))}
        for at, one in enumerate(sorted(members)):
            cost = f"{draw.uniform(1e5, 9e5):.2f}".replace(".", ",")
            kind, country = kinds[one % 5], countries[one % 8]
            role = "participant" if at else "coordinator"
            sme = "true" if one % 3 == 0 else "false"
            name = f"ORGANISATION {one // 2}"  # two of each name
            ended = "true" if draw.random() < 0.02 else "false"
            parts.append((f"P{code}", f"9{one:05d}", name, f"O{one}", sme, kind, country, role, cost, cost, ended))
    files = (folder / "organization.csv", folder / "project.csv", folder / "euroSciVoc.csv")
    tables = (organization_rows(parts), project_rows(funded), topic_rows(funded))
    for file, columns, rows in zip(files, (ORGANIZATION, PROJECT, TOPIC), tables, strict=True):
        file.write_text(text_of(columns, rows), encoding="utf-8", newline="")
    return files
