"""The example that a new workbook holds: small, and with an answer that one can see coming."""

from __future__ import annotations

from typing import Any

from ..instance import Instance

_DOCUMENT: dict[str, Any] = {
    "format": "rd-contract/1",
    "name": "Example: a quieter heat pump",
    "description": "Replace this example by your own data.",
    "source": "invented",
    "currency": "EUR thousand",
    "project": {"lead": "Pump Works", "team_size": {"max": 4}, "budget": 900.0},
    "monitoring": [{"name": "none"}, {"name": "milestone reviews", "cost": 20.0, "detection": 0.5}],
    "firms": [
        {
            "name": "Pump Works",
            "role": "manufacturer",
            "attributes": {"country": "DE"},
            "contribution": 700.0,
            "efforts": {"full_cost": 420.0},
            "outside_option": 60.0,
            "max_deposit": 150.0,
        },
        {
            "name": "Sensor Lab",
            "role": "start-up",
            "sme": True,
            "attributes": {"country": "AT"},
            "contribution": 420.0,
            "efforts": {"full_cost": 230.0},
            "joining_cost": 20.0,
            "outside_option": 30.0,
            "max_reimbursement": 0.4,
            "liquidity": 50.0,
            "max_deposit": 120.0,
        },
        {
            "name": "Coating Institute",
            "role": "research institute",
            "attributes": {"country": "DE"},
            "contribution": 300.0,
            "efforts": {"full_cost": 170.0},
            "joining_cost": 10.0,
            "outside_option": 10.0,
            "max_reimbursement": 0.5,
            "max_deposit": 80.0,
        },
        {
            "name": "Foundry North",
            "role": "supplier",
            "attributes": {"country": "DK"},
            "contribution": 120.0,
            "efforts": {"full_cost": 130.0},
            "joining_cost": 30.0,
            "outside_option": 40.0,
            "max_deposit": 60.0,
        },
        {
            "name": "Foundry South",
            "role": "supplier",
            "attributes": {"country": "AT"},
            "contribution": 90.0,
            "efforts": {"full_cost": 140.0},
            "joining_cost": 40.0,
            "outside_option": 50.0,
            "max_deposit": 60.0,
        },
    ],
    "relations": [
        {"between": ["Pump Works", "Sensor Lab"], "synergy": 350.0},
        {"between": ["Pump Works", "Coating Institute"], "synergy": 200.0, "trust": 0.8},
        {"between": ["Sensor Lab", "Coating Institute"], "synergy": 150.0},
        {"between": ["Pump Works", "Foundry North"], "synergy": 20.0},
        {"between": ["Foundry North", "Foundry South"], "exclusive": True},
    ],
    "rules": [
        {"name": "two countries", "distinct": "country", "min": 2},
        {"name": "small firms' cost", "group": {"sme": True}, "measure": "cost", "min_fraction": 0.2},
    ],
}


def example() -> Instance:
    """Return the instance of the template."""
    return Instance.from_dict(_DOCUMENT)
