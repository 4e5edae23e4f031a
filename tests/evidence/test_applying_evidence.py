"""Evidence in instances: one that is there, and a form to fill in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from rd_contract import Instance, InstanceError, load_bundled, solve
from rd_contract.evidence import Counts, Evidence, JointProjects, apply_evidence, gather_evidence, sketch
from rd_contract.evidence.projects import Period
from rd_contract.formats.forms import write_instance

COUNTS = Counts(
    ("Supplier", "Manufacturer", "Outsider"), ("cells", "software"), np.array([[8.0, 2.0], [0.0, 5.0], [1.0, 1.0]])
)


def evidence() -> Evidence:
    joint = JointProjects({"P": {"Supplier": Period(), "Manufacturer": Period()}})
    return gather_evidence(COUNTS, "share", joint)


def test_an_instance_takes_what_is_told_and_keeps_the_rest() -> None:
    before = load_bundled("two_firms")
    after = apply_evidence(evidence(), before)
    firms = {firm.name: firm for firm in after.firms}
    assert set(firms) == {"Manufacturer", "Supplier"}  # an outsider is no candidate
    assert dict(firms["Supplier"].capabilities) == {"cells": 0.8, "software": 0.2}
    assert firms["Supplier"].efforts == next(firm for firm in before.firms if firm.name == "Supplier").efforts
    told = {tuple(relation["between"]): relation for relation in evidence().to_dict()["relations"]}
    [relation] = after.relations
    assert relation.trust == told["Manufacturer", "Supplier"]["trust"] == 0.625
    assert relation.synergy == before.relations[0].synergy
    assert after.project.default_relation.trust == 0.5
    assert [technology.name for technology in after.project.technologies][-2:] == ["cells", "software"]
    assert apply_evidence(evidence(), after) == after


def test_a_count_of_nothing_replaces_what_stood_there() -> None:
    document = load_bundled("two_firms").to_dict()
    document["project"]["technologies"] = [{"name": "cells", "weight": 3.0, "dimension": "viability"}, {"name": "law"}]
    for firm in document["firms"]:
        firm["capabilities"] = {"cells": 0.3, "law": 0.4}
    after = apply_evidence(evidence(), Instance.from_dict(document))
    firms = {firm.name: dict(firm.capabilities) for firm in after.firms}
    assert firms["Manufacturer"] == {"law": 0.4, "software": 1.0}
    assert [(each.name, each.weight, each.dimension) for each in after.project.technologies] == [
        ("cells", 3.0, "viability"),
        ("law", 1.0, None),
        ("software", 1.0, None),
    ]


def test_a_table_of_other_firms_is_refused() -> None:
    other = gather_evidence(Counts(("Nobody",), ("cells",), np.array([[1.0]])))
    with pytest.raises(InstanceError, match="none of which is in the table"):
        apply_evidence(other, load_bundled("two_firms"))


@pytest.mark.parametrize("name", ["form.xlsx", "form"])
def test_a_form_asks_for_costs_and_nothing_else(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_instance(sketch(evidence()), path)
    with pytest.raises(InstanceError) as caught:
        Instance.from_file(path)
    assert {problem.expected for problem in caught.value.problems} == {"the cost of full effort"}
    assert len(caught.value.problems) == 3


def test_a_form_that_is_filled_in_can_be_solved(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    write_instance(sketch(evidence()), path)
    book = openpyxl.load_workbook(path)
    sheet = book["Firms"]
    column = next(cell.column for cell in sheet[1] if cell.value == "Cost of full effort")
    for row in range(2, sheet.max_row + 1):
        name = sheet.cell(row, 1).value
        if isinstance(name, str) and not name.startswith("#"):
            sheet.cell(row, column).value = 0.2
    project = book["Project"]
    for (cell, *_), row in zip(project.iter_rows(min_col=1, max_col=1), range(1, 99), strict=False):
        if cell.value == "Project value":
            project.cell(row, 2).value = 5.0
    book.save(path)
    instance = Instance.from_file(path)
    assert instance.project.value == 5.0
    result = solve(instance)
    assert result.status == "optimal"
    assert result.joint_surplus is not None
    assert result.joint_surplus > 0.0


def test_data_fit_an_instance() -> None:
    """Firms, relations, technologies, default relation of the data are pieces of an instance as they are."""
    told = evidence().to_dict()
    firms = [firm | {"efforts": {"full_cost": 1.0}} for firm in told["firms"]]
    project = {"technologies": told["technologies"], "default_relation": told["default_relation"]}
    document = {"format": "rd-contract/1", "project": project, "firms": firms, "relations": told["relations"]}
    assert len(Instance.from_dict(document).firms) == 3
