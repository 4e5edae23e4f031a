"""What evidence changes in an instance, and what it leaves alone: pairs and firms that nobody counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing import sentences
from rd_contract import Instance, load_bundled
from rd_contract.evidence import Counts, JointProjects, apply_evidence, gather_evidence, told_of
from rd_contract.evidence.projects import Period
from rd_contract.instance import Edit, variant
from rd_contract.report.content.evidence import evidence_report


def instance(firms: int = 4) -> Instance:
    return Instance.from_dict(
        {
            "format": "rd-contract/1",
            "project": {"value": 5.0, "default_relation": {"trust": 0.7, "coordination": 0.6}},
            "firms": [{"name": f"F{at}", "efforts": {"full_cost": 1.0}} for at in range(firms)],
            "relations": [{"between": ["F0", "F1"], "trust": 0.9}],
        }
    )


def counts(*names: str) -> Counts:
    return Counts(names, ("cells",), np.ones((len(names), 1)))


@given(st.integers(1, 5))
def test_pairs_that_nobody_counted_stay_as_they_are(counted: int) -> None:
    before = instance()
    evidence = gather_evidence(counts(*(f"F{at}" for at in range(counted))))
    after = apply_evidence(evidence, before)
    kept = after.project.default_relation == before.project.default_relation
    assert kept == (counted < len(before.firms))
    told = {frozenset(pair.between) for pair in evidence.pairs} | {frozenset({"F0", "F1"})}
    assert {frozenset(relation.between) for relation in after.relations} <= told


def test_what_changes_and_whom_it_does_not_reach() -> None:
    before = instance()
    joint = JointProjects({"P": {"F0": Period(), "F1": Period()}})
    evidence = gather_evidence(counts("F0", "F1", "Outsider"), "share", joint)
    after = apply_evidence(evidence, before)
    told = told_of(evidence, before, after)
    assert (told.uncounted, told.absent) == (("F2", "F3"), ("Outsider",))
    rows = {row.path: (row.before, row.after) for row in told.rows}
    assert rows["project.technologies.cells.weight"] == (None, 1.0)
    assert rows["firms.F0.capabilities.cells"] == (0.0, 1.0)
    assert rows["relations.F0 & F1.trust"] == (0.9, 0.625)
    assert rows["relations.F0 & F1.coordination"] == (0.6, 1.0)  # what held by default
    assert not any("default_relation" in path for path in rows)
    assert told_of(evidence, after, apply_evidence(evidence, after)).rows == ()


def test_rows_are_edits() -> None:
    """Each place is a path into the instance: the changes, made one by one, make the new instance."""
    evidence = gather_evidence(counts("F0", "F1", "F2", "F3"))
    before = instance()
    after = apply_evidence(evidence, before)
    rows = told_of(evidence, before, after).rows
    assert any(row.path == "project.default_relation.coordination" for row in rows)
    there = variant(before, [Edit("project.technologies", [{"name": "cells"}])])
    made = variant(there, [Edit(row.path, row.after) for row in rows if "technologies" not in row.path])
    assert told_of(evidence, made, after).rows == ()


def test_a_class_that_was_there_is_zeroed_visibly() -> None:
    document = load_bundled("two_firms").to_dict()
    document["project"]["technologies"] = [{"name": "cells"}]
    document["firms"][0]["capabilities"] = {"cells": 0.3}
    names = [firm["name"] for firm in document["firms"]]
    before = Instance.from_dict(document)
    table = Counts((names[0], names[1]), ("cells", "law"), np.array([[0.0, 1.0], [1.0, 0.0]]))
    evidence = gather_evidence(table)
    rows = {
        row.path: (row.before, row.after) for row in told_of(evidence, before, apply_evidence(evidence, before)).rows
    }
    assert rows[f"firms.{names[0]}.capabilities.cells"] == (0.3, 0.0)


@pytest.mark.parametrize(("partners", "said"), [(10, False), (0, False), (1, True)])
def test_other_pairs_are_spoken_of_where_there_are_some(partners: int, said: bool) -> None:
    evidence = gather_evidence(counts("F0", "F1", "F2", "F3"), partners=partners)
    assert ("All other pairs" in sentences(evidence_report(evidence))) == said
