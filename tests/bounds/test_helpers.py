"""A member that asks for partners: these come next, no team is lost or comes twice, and less is looked at."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.enumeration import best_contract
from rd_contract import Instance, solve
from rd_contract.bounds import Enumeration, Lagrangian, Multipliers
from rd_contract.bounds.keeping import Keeping
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from rd_contract.search.appraisal import Appraisal

#: "B" costs more than it brings and "C" is worth nothing, so nobody would take them unasked.
WORTH = {"A": 9.0, "B": 0.5, "C": 1.0, "D": 6.0, "E": 5.0, "F": 4.0}


def pool(rules: list[dict[str, Any]], most: int = 4) -> dict[str, Any]:
    """Return six firms of two levels under rules."""
    firms = [
        {"name": name, "contribution": worth, "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 1}]}
        for name, worth in WORTH.items()
    ]
    return {"format": "rd-contract/1", "project": {"team_size": {"max": most}}, "firms": firms, "rules": rules}


def entries_of(raw: dict[str, Any]) -> Entries:
    """Return the entries of the first regime."""
    return Entries(derive(Instance.from_dict(raw)).scaled(), 0)


def needs(firm: str, others: list[str], how_many: object) -> dict[str, Any]:
    """Return a rule of dependence (M35)."""
    return {"name": f"{firm} needs", "if_member": firm, "then_members": others, "how_many": how_many}


@st.composite
def dependences(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One to three rules of dependence, some of them all or none."""
    rules: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 3))):
        firms = draw(st.lists(st.sampled_from(list(WORTH)), min_size=3, max_size=4, unique=True))
        if draw(st.integers(0, 3)) == 0:
            rules.append({"name": f"rule {number}", "together": firms[:2]})
        else:
            how_many = draw(st.sampled_from(["all", "any", 2]))
            rules.append({**needs(firms[0], firms[1:], how_many), "name": f"rule {number}"})
    return rules


@settings(max_examples=60, deadline=None)
@given(dependences(), st.integers(2, 5), st.sampled_from([-np.inf, 3.0]))
def test_every_team_that_keeps_the_rules_comes_once(rules: list[dict[str, Any]], most: int, beyond: float) -> None:
    entries = entries_of(pool(rules, most))
    lagrangian = Lagrangian(entries, Multipliers(0.1, 0.0, np.ones(len(entries))))
    run = Enumeration(lagrangian, np.arange(len(entries)), beyond)
    found = [frozenset(team.tolist()) for group in run.teams(run.root()) for team in group]
    assert len(found) == len(set(found))
    appraisal = Appraisal(entries)
    q = lagrangian.quadratic(np.arange(len(entries)))
    for levels in product((-1, 0, 1), repeat=len(WORTH)):
        team = entries.of(levels)
        if not 0 < len(team) <= most or not appraisal.keeps_rules(team):
            continue
        pairs = sum(q[e, d] for e in team for d in team if e < d)
        if lagrangian.constant + lagrangian.linear[team].sum() + pairs > beyond + 1e-9:
            assert frozenset(team.tolist()) in found


@pytest.mark.parametrize(("how_many", "helpers"), [("all", {"C"}), ("any", {"B", "C"})])
def test_partners_come_next(how_many: str, helpers: set[str]) -> None:
    raw = pool([needs("A", ["B", "C"], how_many)])
    entries = entries_of(raw)
    p = entries.parameters
    keeping = Keeping(entries, np.arange(len(entries)), hidden=True)
    of = {name: int(entries.of(tuple(1 if n == name else -1 for n in p.names))[0]) for name in WORTH}
    kinds = keeping.missing(np.array([[of["A"], of["D"]], [of["D"], of["E"]]]))
    next_of = [{p.names[entries.firm[e]] for e in np.flatnonzero(keeping.helpers[kind][:-1])} for kind in kinds]
    assert next_of == [helpers, set(WORTH)]
    [both] = keeping.missing(np.array([[of["A"], of["B"], of["C"]]]))
    assert both == 0


def test_what_nobody_has_yet_or_many_bring_does_not_change_the_order() -> None:
    least = {"name": "two", "group": {"firms": ["B", "C"]}, "min": 2}
    many = needs("A", ["B", "C", "D", "E", "F"], "any")
    entries = entries_of(pool([least, many], most=4))
    keeping = Keeping(entries, np.arange(len(entries)), hidden=True)
    assert len(keeping.helpers) == 1


def test_less_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A strong firm that asks for two weak ones: teams with it look good until these come."""
    raw = pool([needs("A", ["B", "C"], "all")], most=8)
    names = [firm["name"] for firm in raw["firms"]]
    firms = [{**raw["firms"][3], "name": f"firm {n}", "contribution": 3.0 + 0.1 * n} for n in range(12)]
    raw["firms"] += firms
    raw["firms"][names.index("A")]["contribution"] = 9.0
    for name in "BC":
        raw["firms"][names.index(name)]["joining_cost"] = 4.0
    entries = entries_of(raw)
    lagrangian = Lagrangian(entries, Multipliers(0.0, 0.0, np.ones(len(entries))))
    best = solve(Instance.from_dict(raw)).first_best
    assert best is not None

    def looks() -> int:
        run = Enumeration(lagrangian, np.arange(len(entries)), 0.9 * best.bound / entries.parameters.scale)
        branch = run.root()
        for _ in run.teams(branch):
            pass
        return branch.looks

    now = looks()
    monkeypatch.setattr(Keeping, "missing", lambda _, members: np.zeros(len(members), dtype=np.intp))
    assert now < 0.8 * looks()


@pytest.mark.parametrize("how_many", ["all", "any"])
def test_answers_are_those_of_enumeration(how_many: str) -> None:
    for firm, others in (("A", ["B", "C"]), ("D", ["B", "C"]), ("A", ["C", "F"])):
        raw = pool([needs(firm, others, how_many)], most=3)
        truth, found = best_contract(raw), solve(Instance.from_dict(raw))
        assert truth is not None
        assert found.objective_value == pytest.approx(truth.objective_value, rel=1e-5)
