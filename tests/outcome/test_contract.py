"""Designs, bounds and results: positions and words, and a result file that loses nothing."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rd_contract.base.errors import DocumentError, ImmutableError, ResultError
from rd_contract.formats.registry import json_schema
from rd_contract.model.design import Design, Terms
from rd_contract.outcome.contract import Result
from rd_contract.outcome.ending import Bounds

ODD = 0.1 + 0.2  # 0.30000000000000004
TINY = 1e-300

CHECK = {"id": "incentive", "firm": "Zulieferer Süd", "value": ODD, "limit": TINY, "holds": True, "detail": "(M11)"}
MEMBER: dict[str, Any] = {
    "firm": "Zulieferer Süd",
    "effort_level": ODD,
    "effort_label": "",
    "effort_cost": 6.0,
    "share": 1 / 3,
    "reimbursement_rate": 0.1,
    "reimbursement": 0.7,
    "transfer": -TINY,
    "deposit": 5e-324,
    "expected_profit": 1.7976931348623157e308,
    "outside_option": -2.5,
    "surplus": 123456789.12345679,
    "incentive_slack": None,
    "contribution_value": 2.0 / 3.0,
    "synergy_value": -1e-17,
}
ROUNDING = {
    "money_unit": 1e-7,
    "share_step": 1e-5,
    "aimed_unit": 1e-6,
    "aimed_step": 1e-4,
    "settled_by": "B",
    "cost": TINY,
    "moved": ODD,
}


def _scenario(name: str, efforts: dict[str, float] | None) -> dict[str, Any]:
    amounts = {"probability": 0.25, "joint_surplus": ODD, "objective_value": -ODD, "expected_revenue": 1.1}
    profits, surpluses = {"A": TINY, "B": -1.0}, {"A": -ODD, "B": TINY}
    return {
        "name": name,
        **amounts,
        "profits": profits,
        "surpluses": surpluses,
        "pool_balance": -TINY,
        "slack": {"B": ODD},
        "efforts": efforts,
    }


RESULT: dict[str, Any] = {
    "format": "rd-contract-result/1",
    "instance": {"name": "Feststoffbatterie", "sha256": "ab" * 32, "settings": [], "scenarios": None},
    "status": "feasible",
    "stop_reason": "time_limit",
    "objective": "joint",
    "division": "nash",
    "currency": "EUR million",
    "mode": "explore",
    "monitoring": "ledger",
    "joint_surplus": ODD,
    "joint_profit": TINY,
    "expected_revenue": 22.1,
    "objective_value": ODD,
    "bound": 0.4,
    "gap": 0.1 - TINY,
    "value_parts": {"base": -1.1, "contributions": 20.2, "synergies": 3.3},
    "members": [MEMBER, {**MEMBER, "firm": "B", "incentive_slack": TINY}],
    "regimes": [
        {
            "mode": "explore",
            "monitoring": "ledger",
            "status": "feasible",
            "joint_surplus": ODD,
            "bound": 0.4,
            "method": "enumeration",
        },
        {
            "mode": "exploit",
            "monitoring": "none",
            "status": "dominated",
            "joint_surplus": None,
            "bound": -1e-9,
            "method": None,
        },
    ],
    "first_best": {
        "joint_surplus": 1.1,
        "bound": 1.1,
        "mode": "explore",
        "monitoring": "none",
        "efforts": {"Zulieferer Süd": 1.0, "B": ODD},
        "price_of_moral_hazard": 0.8,
    },
    "stand_alone": [{"firm": "B", "joint_surplus": 0.0, "effort_level": None, "mode": None}],
    "margin": 0.25,
    "robust": "unique",
    "division_targets": {
        "targets": {"Zulieferer Süd": ODD, "B": -TINY},
        "standard_errors": {"B": 5e-324},
        "distance": 0.1,
        "searches": 3,
        "finished": True,
    },
    "rounding": {**ROUNDING, "money_unit": None, "share_step": None, "settled_by": None},
    "stability": {
        "stable": False,
        "coalition": ["B"],
        "value": ODD,
        "surplus": TINY,
        "outsiders": {"stable": False, "group": ["B", "C"], "value": 1.1, "surplus": TINY},
    },
    "stable_terms": {"missing": TINY, "claims": [{"group": ["B", "C"], "value": ODD}], "proven": False},
    "uncertainty": {"timing": "after_effort", "agreement": "same", "objective": "cvar", "alpha": TINY},
    "scenarios": [_scenario("bad", None), _scenario("good", {"A": 0.5, "B": 0.0})],
    "alternatives": [
        {
            "mode": "explore",
            "monitoring": "none",
            "joint_surplus": ODD,
            "joint_profit": TINY,
            "expected_revenue": 2.0,
            "objective_value": -ODD,
            "value_parts": {"base": 0.0, "contributions": 20.2, "synergies": 3.3},
            "members": [dict(MEMBER)],
            "division_targets": None,
            "stable_terms": None,
            "rounding": ROUNDING,
            "scenarios": [_scenario("good", None)],
        }
    ],
    "obstacles": [
        {"rule": "budget", "path": "project.budget", "detail": "R&D budget", "alone": True, "joint_surplus": TINY}
    ],
    "certificate": {
        "holds": False,
        "checks": [CHECK, {**CHECK, "firm": None, "holds": False}],
        "only_equilibrium": False,
        "other_equilibria": [{"efforts": {"B": 0.0}, "joint_surplus": -ODD, "within_budgets": True}],
    },
    "solver": {
        "rd_contract": "0.1.0",
        "highs": "1.11.0",
        "pyomo": "6.9",
        "method": "decomposed",
        "seconds": 1.2345678901234567,
        "rounds": 12,
        "options": {"gap": 1e-06, "time_limit": None, "threads": 1, "method": "auto", "on_progress": False},
    },
}
NO_CONTRACT: dict[str, Any] = {
    **RESULT,
    "status": "no_contract",
    "stop_reason": "no_contract",
    "members": [],
    "certificate": None,
    "first_best": None,
    "value_parts": None,
    "division_targets": None,
    "stability": None,
    "stable_terms": None,
    "alternatives": [],
    "uncertainty": None,
    "scenarios": [],
    **dict.fromkeys(("mode", "monitoring", "joint_surplus", "joint_profit", "expected_revenue"), None),
    **dict.fromkeys(("objective_value", "bound", "gap"), None),
}


# --- designs, terms, bounds ------------------------------------------------------------------------------


def test_a_design_says_who_joins_and_how_hard_each_works() -> None:
    menus = (np.array([0.0, 1.0]), np.array([0.25, 0.5]), np.array([0.0, 0.75, 1.0]))
    design = Design(regime=1, levels=(0, -1, 1))
    assert design.members == (0, 2)
    assert design.efforts(menus).tolist() == [0.0, 0.0, 0.75]
    assert Design(0, (-1, -1, -1)).members == ()
    assert Design(0, ()).efforts(()).tolist() == []


def test_designs_can_be_kept_in_sets_and_sent_to_other_processes() -> None:
    design = Design(0, (1, -1))
    assert {design, Design(0, (1, -1)), Design(1, (1, -1))} == {design, Design(1, (1, -1))}
    assert pickle.loads(pickle.dumps(design)) == design
    with pytest.raises(dataclasses.FrozenInstanceError):
        design.regime = 2  # type: ignore[misc]


def test_terms_survive_being_sent_to_other_processes() -> None:
    terms = Terms(np.array([ODD, TINY]), np.array([0.0, 1.0]), np.array([-1.5, 1.5]), np.array([0.0, 5e-324]))
    again = pickle.loads(pickle.dumps(terms))
    for field in dataclasses.fields(Terms):
        assert np.array_equal(getattr(again, field.name), getattr(terms, field.name))


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [
        (10.0, 12.0, 0.2),
        (-10.0, -9.0, 0.1),
        (0.5, 0.75, 0.25),  # relative to at least 1
        (0.0, 0.0, 0.0),
        (3.0, 2.0, 1 / 3),
        (0.0, math.inf, math.inf),
        (None, 1.0, None),
        (1.0, None, None),
        (None, None, None),
    ],
)
def test_the_gap_is_relative_to_the_value_but_at_least_to_one(
    value: float | None, bound: float | None, gap: float | None
) -> None:
    bounds = Bounds(value, bound)
    assert bounds.gap == (None if gap is None else pytest.approx(gap))
    assert pickle.loads(pickle.dumps(bounds)) == bounds


# --- round trips -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [RESULT, NO_CONTRACT], ids=["contract", "no contract"])
def test_a_result_survives_its_file(document: dict[str, Any], tmp_path: Path) -> None:
    result = Result.from_dict(document)
    assert result.to_dict() == document
    assert json.loads(result.to_json()) == document
    path = tmp_path / "result.json"
    path.write_text(result.to_json(), encoding="utf-8")
    again = Result.from_file(path)
    assert again == result == Result.from_file(str(path))
    assert again.to_json() == result.to_json()
    assert pickle.loads(pickle.dumps(result)) == copy.deepcopy(result) == result
    assert result.has_contract == (document is RESULT)


def test_results_are_readable_text() -> None:
    text = Result.from_dict(RESULT).to_json()
    assert "Zulieferer Süd" in text
    assert text.endswith("}\n")
    assert '\n  "status": "feasible",\n' in text


@settings(derandomize=True, deadline=None, database=None, max_examples=150)
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.floats(0, 1), max_size=3),
)
def test_every_number_and_text_survives(number: float, text: str, efforts: dict[str, float]) -> None:
    document = copy.deepcopy(RESULT)
    document["joint_surplus"] = document["members"][0]["transfer"] = number
    document["certificate"]["checks"][0]["detail"] = document["members"][1]["firm"] = text
    document["first_best"]["efforts"] = efforts
    document["solver"]["options"] = {"text": text, "number": number}
    result = Result.from_dict(document)
    again = Result.from_dict(json.loads(result.to_json().encode("utf-8")))
    assert again == result
    assert (again.joint_surplus, again.members[0].transfer) == (number, number)
    assert (again.certificate and again.certificate.checks[0].detail) == again.members[1].firm == text
    assert (again.first_best and again.first_best.efforts) == efforts
    assert again.solver.options == document["solver"]["options"]


def test_what_may_be_left_out() -> None:
    optional = {"format", "currency", "value_parts", "first_best", "stand_alone", "obstacles"}
    optional |= {"margin", "robust", "division_targets", "stability", "stable_terms", "alternatives", "rounding"}
    optional |= {"scenarios", "uncertainty"}
    schema = json_schema("result")
    assert set(schema["properties"]) == set(RESULT)
    assert set(schema["required"]) == set(RESULT) - optional
    short = Result.from_dict({key: value for key, value in NO_CONTRACT.items() if key not in optional})
    assert (short.currency, short.value_parts, short.stand_alone) == ("", None, ())
    assert short.format == "rd-contract-result/1"


def test_failures_are_the_checks_that_do_not_hold() -> None:
    certificate = Result.from_dict(RESULT).certificate
    assert certificate is not None
    assert [(check.firm, check.holds) for check in certificate.failures] == [(None, False)]


def test_a_result_cannot_be_changed_but_copied_with_changes() -> None:
    result = Result.from_dict(RESULT)
    with pytest.raises(ImmutableError, match="cannot be changed"):
        result.status = "optimal"  # type: ignore[misc]
    changed = result.replace(status="optimal", stop_reason="optimality")
    assert (changed.status, result.status) == ("optimal", "feasible")
    assert changed.members == result.members


# --- closed ----------------------------------------------------------------------------------------------


def problems_of(document: Any) -> dict[str, str]:
    with pytest.raises(ResultError) as caught:
        Result.from_dict(document, "result.json")
    assert str(caught.value).startswith("result.json: ")
    return {problem.path: str(problem) for problem in caught.value.problems}


def _objects(node: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(node, list):
        return [found for index, item in enumerate(node) for found in _objects(item, f"{path}[{index}]")]
    if not isinstance(node, dict):
        return []
    inside = (_objects(item, f"{path}.{key}" if path else key) for key, item in node.items())
    return [(path, node), *(found for items in inside for found in items)]


OPEN = (
    "division_targets.targets",
    "division_targets.standard_errors",
    "solver.options",
    "first_best.efforts",
    "certificate.other_equilibria[0].efforts",
    *(f"scenarios[{at}].{name}" for at in (0, 1) for name in ("profits", "surpluses", "slack", "efforts")),
    *(f"alternatives[0].scenarios[0].{name}" for name in ("profits", "surpluses", "slack")),
)


@pytest.mark.parametrize("path", [path for path, _ in _objects(RESULT) if path not in OPEN])
def test_unknown_keys_are_refused_at_every_level(path: str) -> None:
    document = copy.deepcopy(RESULT)
    dict(_objects(document))[path]["zusatz"] = 1
    where = f"{path}.zusatz" if path else "zusatz"
    problems = problems_of(document)
    assert list(problems) == [where]
    assert 'found unknown key "zusatz"; expected a key of the format (' in problems[where]


#: Objects whose fields all have defaults.
FREE = ("uncertainty",)


@pytest.mark.parametrize("path", [path for path, _ in _objects(RESULT) if path not in (*OPEN, *FREE)])
def test_fields_without_a_default_must_be_there(path: str) -> None:
    document = copy.deepcopy(RESULT)
    node = dict(_objects(document))[path]
    keys = [key for key in node if not (path == "" and key in ("format", "currency"))]
    node.clear()
    missing = {f"{path}.{key}" if path else key for key in keys}
    optional = {"value_parts", "first_best", "stand_alone", "obstacles"}
    optional |= {"certificate.only_equilibrium", "certificate.other_equilibria"}
    optional |= {"regimes[0].method", "regimes[1].method", "alternatives[0].division_targets"}
    optional |= {"margin", "robust", "division_targets", "stability", "stable_terms", "alternatives"}
    optional |= {"stability.outsiders", "alternatives[0].stable_terms"}
    optional |= {"rounding", "alternatives[0].rounding", "instance.settings", "instance.scenarios"}
    optional |= {
        "uncertainty",
        "scenarios",
        "alternatives[0].scenarios",
        "scenarios[0].efforts",
        "scenarios[1].efforts",
    }
    optional |= {"alternatives[0].scenarios[0].efforts"}
    assert set(problems_of(document)) == missing - optional


def test_every_problem_is_named_at_once() -> None:
    document = copy.deepcopy(RESULT)
    document["format"] = "rd-contract-result/2"
    document["status"] = "perfect"
    document["gap"] = -0.1
    document["members"][1]["share"] = "half"
    document["members"][1]["sahre"] = 0.5
    document["certificate"]["checks"][0]["holds"] = 1
    document["first_best"]["efforts"]["B"] = None
    document["solver"]["rounds"] = 1.5
    document["solver"]["seconds"] = math.nan
    document["solver"]["options"]["gap"] = math.inf
    document["bound"] = 10**400
    del document["instance"]["sha256"]
    problems = problems_of(document)
    phrases = {
        "format": "expected 'rd-contract-result/1'",
        "status": "expected 'optimal', 'feasible', 'no_contract' or 'stopped'",
        "gap": "found -0.1; expected a number of at least 0",
        "members[1].share": 'found "half"; expected a number',
        "members[1].sahre": "did you mean 'share'?",
        "certificate.checks[0].holds": "found 1; expected true or false",
        "first_best.efforts.B": "found null; expected a number",
        "solver.rounds": "found 1.5; expected a whole number",
        "solver.seconds": "found NaN; expected a finite number",
        "solver.options.gap": "found Infinity; expected a finite number",
        "bound": "expected a finite number",
        "instance.sha256": "found nothing; expected a value",
    }
    assert set(problems) == set(phrases)
    for path, phrase in phrases.items():
        assert phrase in problems[path]


def test_an_instance_is_no_result() -> None:
    [(path, problem)] = problems_of({"format": "rd-contract/1", "firms": []}).items()
    assert path == "format"
    assert "another kind of file, an instance; a result is wanted" in problem


def test_errors_of_results_are_errors_of_documents(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"none\.json: 1 problem\n  document: found No such file") as caught:
        Result.from_file(tmp_path / "none.json")
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is ResultError
    assert str(again) == str(caught.value)
