"""Sheets and columns follow from the format: a new field appears in workbooks by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from rd_contract import Instance, load_bundled
from rd_contract.formats.documents import Money, Unit
from rd_contract.instance.schema import Firm, InstanceData, Project
from rd_contract.sheets.collecting import Collection
from rd_contract.sheets.field_headings import FIELDS, heading_of
from rd_contract.sheets.folder import harmless
from rd_contract.sheets.grid import Grid
from rd_contract.sheets.headings import key, unit_of
from rd_contract.sheets.layout import Layout, Sheet, layout_of
from rd_contract.sheets.reading import draft_of
from rd_contract.sheets.writing import pages_of

LAYOUT = layout_of(Instance)


def test_every_single_value_of_the_format_is_in_a_sheet() -> None:
    """Of a document with every default written out, each leaf has its column."""
    instance = load_bundled("battery_alliance")
    rules = [{"name": "some small firm", "group": {"sme": True}, "min": 1}]
    scenarios = [{"name": "bad", "changes": [{"path": "project.value", "factor": 0.5}]}]
    document = Instance.from_dict({**instance.to_dict(), "rules": rules, "scenarios": scenarios}).to_dict()
    [document["scenarios"][0]["changes"]] = document["scenarios"][0]["changes"]  # each is a row
    document["firms"][0]["efforts"] = {"full_cost": 1.0, "exponent": 2.0, "steps": 4}
    assert all(document[sheet.place[0]] for sheet in LAYOUT.lists)

    def leaves(node: Any, place: tuple[str, ...]) -> set[tuple[str, ...]]:
        if isinstance(node, dict):
            below = {leaf for name, inner in node.items() for leaf in leaves(inner, (*place, name))}
            return {place} if place == ("group",) else below
        return {place}

    for sheet in LAYOUT.lists:
        entry: Any = document
        for part in sheet.place:
            entry = entry[part]
        wanted = leaves(entry[0], ()) - {("between",)}
        columns = {column.place for column in sheet.columns}
        assert {place for place in wanted if place[0] != "capabilities"} <= columns, sheet.title
    single = leaves({name: value for name, value in document.items() if not isinstance(value, list)}, ())
    assert single - {("format",), ("project", "technologies")} == {column.place for column in LAYOUT.project.columns}


@pytest.mark.parametrize("sheet", LAYOUT.sheets, ids=lambda sheet: sheet.title)
def test_no_heading_means_two_columns(sheet: Sheet) -> None:
    names = [name for column in sheet.columns for name in column.keys]
    assert len(names) == len(set(names))


def test_every_heading_that_is_listed_is_in_use() -> None:
    prefixes = [(".".join(sheet.place) + "." if sheet.place else "", sheet) for sheet in LAYOUT.sheets]
    used = {prefix + ".".join(map(str, column.place)) for prefix, sheet in prefixes for column in sheet.columns}
    assert set(FIELDS) <= used


def test_empty_cells_can_say_every_default() -> None:
    """What may be null is null when it is left out: no cell could say it otherwise."""
    for sheet in LAYOUT.sheets:
        for column in sheet.columns:
            assert column.required or column.default is not None or column.kind != "flag"


class Shipment(BaseModel):
    """A list of objects that no workbook has seen."""

    name: str = Field(description="Its name")
    part: Unit = Field(default=0.5, description="Part of it")


class NewFirm(Firm):
    """A firm with fields that no workbook has seen."""

    licence_fee: Money = Field(default=0.0, description="Fee for the tools")
    certified: bool = Field(default=False, description="Whether it is")
    tags: tuple[str, ...] = Field(default=(), description="Words")
    remarks: dict[str, float] = Field(default={}, description="Numbers by name")


class NewProject(Project):
    """A project with one field more."""

    patience: Annotated[int, Field(ge=1, le=9)] = Field(default=3, description="Rounds")


class NewData(InstanceData):
    """An instance of the future."""

    project: NewProject = Field(default=NewProject(), description="The project")
    firms: tuple[NewFirm, ...] = Field(min_length=1, description="The firms")
    shipments: tuple[Shipment, ...] = Field(default=(), description="More")


def grids_of(document: dict[str, Any], layout: Layout) -> list[Grid]:
    """Return sheets as a reader finds them."""
    grids = []
    for page in pages_of(document, layout):
        rows: list[list[Any]] = [
            list(page.headings),
            *map(list, page.notes),
            *([cell.value for cell in row] for row in page.rows),
        ]
        grids.append(Grid(page.title, [(number, row) for number, row in enumerate(rows, start=1)]))
    return grids


def test_new_fields_appear_by_themselves_and_nothing_of_them_is_lost() -> None:
    layout = layout_of(NewData)
    heads = {sheet.title: [column.heading.english for column in sheet.columns] for sheet in layout.sheets}
    assert heads["Firms"][-4:] == ["Licence fee", "Certified", "Tags", "Remarks"]
    assert heads["Project"][-1] == "Patience"
    assert heads["Shipments"] == ["Name", "Part"]
    fee = layout.firms.column("licence_fee")
    assert (fee.kind, fee.money, fee.least, fee.note) == ("number", 1, 0.0, "Fee for the tools")
    data = NewData.model_validate(
        {
            "format": "rd-contract/1",
            "currency": "EUR",
            "project": {"patience": 7},
            "firms": [
                {
                    "name": "A",
                    "efforts": {"full_cost": 1.0},
                    "licence_fee": 0.1 + 0.2,
                    "certified": True,
                    "tags": ["=x", "y"],
                    "remarks": {"z": 1.0},
                }
            ],
            "shipments": [{"name": "one"}, {"name": "two", "part": 0.25}],
        }
    )
    document = data.model_dump(mode="json")
    draft = draft_of(grids_of(document, layout), layout, Collection())
    assert not draft.problems
    assert NewData.model_validate(draft.document) == data


def test_headings_are_compared_without_units_case_and_marks() -> None:
    assert {key(text) for text in ("Joining cost", "joining_cost", " JOINING  COST (EUR) ", "Joining-cost:")} == {
        "joining cost"
    }
    assert unit_of("R&D cost full (EUR million)") == "EUR million"
    assert heading_of("firms.licence_fee").english == "Licence fee"


def test_harmless_texts() -> None:
    assert harmless("=1") == '"=1"'
    assert harmless("plain") == "plain"


def test_a_workbook_speaks_german_and_chinese(tmp_path: Path) -> None:
    """All headings of the template, said in another language, are read as the same instance."""
    instance = load_bundled("battery_alliance")
    document = instance.to_dict()
    for language in ("german", "chinese"):
        grids = grids_of(document, LAYOUT)
        for grid, sheet in zip(grids, LAYOUT.sheets, strict=True):
            grid.title = getattr(sheet.heading, language) or grid.title
            if not sheet.place:
                for (_, row), column in zip(grid.rows[1:], sheet.columns, strict=True):
                    row[0] = getattr(column.heading, language)
                continue
            for at, column in enumerate(sheet.columns):
                grid.rows[0][1][at] = getattr(column.heading, language)
        draft = draft_of(grids, LAYOUT, Collection())
        assert draft.problems == ()
        assert Instance.from_dict(draft.document).sha256 == instance.sha256, language
