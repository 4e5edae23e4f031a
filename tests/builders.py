"""Instances written down by hand: the parts of a document, and a few documents that many tests start from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rd_contract import Instance, SweepPlan

Document = dict[str, Any]


def firm(name: str, contribution: float, *menu: float | tuple[float, float], **fields: Any) -> Document:
    """Return a firm whose menu is idle and full effort at a cost, or pairs (level, cost)."""
    pairs = [entry if isinstance(entry, tuple) else (1.0, entry) for entry in menu]
    if not isinstance(menu[0], tuple):
        pairs.insert(0, (0.0, 0.0))
    efforts = [{"level": level, "cost": cost} for level, cost in pairs]
    return {"name": name, "contribution": contribution, "efforts": efforts, **fields}


def required(name: str, contribution: float, *menu: float | tuple[float, float], **fields: Any) -> Document:
    """Return a firm that every alliance has."""
    return firm(name, contribution, *menu, **{"membership": "required", **fields})


def pair(one: str, other: str, **fields: Any) -> Document:
    """Return a relation, without synergy unless one is given."""
    return {"between": [one, other], "synergy": 0.0, **fields}


def make_document(firms: Sequence[Document], project: Document | None = None, **fields: Any) -> Document:
    """Return an instance as a file holds it."""
    return {"format": "rd-contract/1", "name": "by hand", "project": project or {}, "firms": list(firms), **fields}


def make_instance(firms: Sequence[Document], project: Document | None = None, **fields: Any) -> Instance:
    """Return an instance that has been read and found valid."""
    return Instance.from_dict(make_document(firms, project, **fields))


def grid(*vary: str) -> SweepPlan:
    """Return the plan of a sweep over every combination of what axes in short form say."""
    return SweepPlan.from_options(vary, "grid", None, 0)


#: Two firms that are worth something by their technologies; names and roles hold what a terminal takes for markup.
TWO_PARTNERS: Document = {
    "format": "rd-contract/1",
    "name": "Two partners",
    "currency": "EUR million",
    "project": {
        "lead": "Cellmaker",
        "value": 20.0,
        "technologies": [{"name": "cathode"}, {"name": "assembly"}],
        "synergy_strength": 1.0,
        "redundancy": 0.5,
    },
    "monitoring": [{"name": "none"}, {"name": "ledger", "cost": 0.25, "detection": 0.5}],
    "firms": [
        {
            "name": "Cellmaker",
            "role": "supplier",
            "capabilities": {"cathode": 0.9},
            "efforts": [{"level": 0, "cost": 0, "label": "idle"}, {"level": 1, "cost": 3.5, "label": "full"}],
            "outside_option": 0.5,
        },
        {
            "name": "[red]Carmaker",
            "role": "[bold]manufacturer",
            "capabilities": {"assembly": 0.8},
            "efforts": {"full_cost": 3.0, "steps": 2},
            "outside_option": 0.5,
        },
    ],
}

#: The same, but one of them earns more elsewhere than there is to divide: no contract exists.
HOPELESS: Document = {
    **TWO_PARTNERS,
    "firms": [{**TWO_PARTNERS["firms"][0], "outside_option": 1000.0}, TWO_PARTNERS["firms"][1]],
}

#: Two firms alike, with something to lose, under one regime: every number can be checked by hand.
PAIR: Document = make_document(
    [firm(name, 10.0, 4.0, outside_option=1.0, reputation_stake=0.5, max_deposit=2.0) for name in ("A", "B")],
    name="pair",
    monitoring=[{"name": "ledger", "cost": 1.0, "detection": 0.5}],
)

#: Three firms in a row with few levels of effort, solved within moments: what sweeps are made of.
THREE: Document = {
    "format": "rd-contract/1",
    "name": "three",
    "project": {"cost_sharing_budget": 1.0},
    "firms": [
        {"name": name, "contribution": value, "efforts": {"full_cost": cost, "steps": 2}, "max_reimbursement": 0.4}
        for name, value, cost in (("A", 8.0, 3.0), ("B", 6.0, 2.5), ("C", 4.0, 3.5))
    ],
    "relations": [pair("A", "B", synergy=4.0), pair("B", "C", synergy=3.0)],
}

#: What a result without a contract says of one.
NO_CONTRACT: Document = {
    "mode": None,
    "monitoring": None,
    "joint_surplus": None,
    "joint_profit": None,
    "expected_revenue": None,
    "objective_value": None,
    "bound": None,
    "gap": None,
    "members": (),
}

#: A result that is valid by itself, with every optional part that a contract may lack.
VALID_RESULT: Document = {
    "format": "rd-contract-result/1",
    "instance": {"name": "x", "sha256": "0" * 64},
    "status": "no_contract",
    "stop_reason": "no_contract",
    "objective": "joint",
    "division": "equal",
    **NO_CONTRACT,
    "regimes": [{"mode": "m", "monitoring": "n", "status": "no_contract", "joint_surplus": None, "bound": None}],
    "first_best": {
        "joint_surplus": 1.0,
        "bound": 1.0,
        "mode": "m",
        "monitoring": "n",
        "efforts": {"Cellmaker": 1.0},
        "price_of_moral_hazard": None,
    },
    "certificate": {
        "holds": True,
        "checks": [{"id": "shares", "firm": None, "value": 0.0, "limit": 0.0, "holds": True, "detail": ""}],
    },
    "solver": {
        "rd_contract": "0.1.0",
        "highs": "1",
        "pyomo": "6",
        "method": "extensive",
        "seconds": 0.5,
        "rounds": 1,
        "options": {"gap": 1e-6, "time_limit": None},
    },
}
