"""Which fields of the instance format a collection of instances moves away from their defaults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Fields that must always be given have no default; MISSING differs from every value.
MISSING = object()

BONDS = {"trust": 1.0, "compliance": 1.0, "coordination": 1.0, "tacitness": 0.0, "protection": 0.0}

DEFAULTS: dict[str, Any] = {
    "format": MISSING,
    "name": MISSING,
    "description": "",
    "source": "",
    "currency": "EUR million",
    "objective": "joint",
    "division": "equal",
    "project.lead": None,
    "project.value": 0.0,
    "project.base_value": 0.0,
    "project.technologies.name": MISSING,
    "project.technologies.weight": 1.0,
    "project.technologies.requirement": None,
    "project.technologies.dimension": None,
    "project.synergy_strength": 0.0,
    "project.redundancy": 1.0,
    "project.cognitive_distance_penalty": 0.0,
    "project.team_size.min": 1,
    "project.team_size.max": None,
    "project.budget": None,
    "project.cost_sharing_budget": None,
    **{f"project.default_relation.{bond}": value for bond, value in BONDS.items()},
    "project.volatility": 0.0,
    "project.subsidy_rate": 0.0,
    "project.guarantee_fee": 0.0,
    "project.min_credit": 0.0,
    "modes.name": MISSING,
    "modes.value_factor": 1.0,
    "modes.cost_factor": 1.0,
    "modes.volatility_factor": 1.0,
    "monitoring.name": MISSING,
    "monitoring.cost": 0.0,
    "monitoring.detection": 0.0,
    "firms.name": MISSING,
    "firms.role": "",
    "firms.sme": False,
    "firms.attributes": {},
    "firms.capabilities": {},
    "firms.cooperation": 1.0,
    "firms.contribution": None,
    "firms.efforts.level": MISSING,
    "firms.efforts.cost": 0.0,
    "firms.efforts.label": "",
    "firms.efforts.full_cost": MISSING,
    "firms.efforts.exponent": MISSING,
    "firms.efforts.steps": MISSING,
    "firms.joining_cost": 0.0,
    "firms.outside_option": 0.0,
    "firms.private_benefit": 0.0,
    "firms.verifiable_cost_share": 1.0,
    "firms.max_reimbursement": 0.0,
    "firms.subsidy_rate": None,
    "firms.share.min": 0.0,
    "firms.share.max": 1.0,
    "firms.liquidity": None,
    "firms.max_deposit": 0.0,
    "firms.reputation_stake": 0.0,
    "firms.risk_aversion": 0.0,
    "firms.credit": 1.0,
    "firms.membership": "optional",
    "firms.bargaining_weight": 1.0,
    "relations.between": MISSING,
    "relations.synergy": None,
    # what a pair does not say it takes from the default relation, so saying anything moves away from it
    **{f"relations.{bond}": MISSING for bond in BONDS},
    "relations.spillover": 0.0,
    "relations.coordination_cost": 0.0,
    "relations.exclusive": False,
    "rules.name": MISSING,
    "rules.active": True,
    **dict.fromkeys(("rules.distinct", "rules.each", "rules.group", "rules.if_member"), None),
    "rules.then_members": [],
    "rules.how_many": "all",
    "rules.together": [],
    "rules.measure": "members",
    **{f"rules.{limit}": None for limit in ("min", "max", "min_fraction", "max_fraction")},
    "division_unions": None,
}

#: What nobody knows yet: instances with scenarios are drawn apart from the others.
UNCERTAIN: dict[str, Any] = {
    "scenarios.name": MISSING,
    "scenarios.probability": None,
    **dict.fromkeys(("scenarios.changes.path", "scenarios.changes.value", "scenarios.changes.factor"), MISSING),
    "uncertainty.timing": "before_effort",
    "uncertainty.agreement": "same",
    "uncertainty.objective": "expected",
    "uncertainty.alpha": 0.1,
}

FIELDS = frozenset(DEFAULTS)

# Choices that the oracle and the generator know; the other division rules do not change the optimum.
CHOICES: dict[str, tuple[str, ...]] = {
    "objective": ("joint", "lead"),
    "division": ("equal", "proportional", "lead"),
    "firms.membership": ("optional", "required", "excluded"),
    "project.technologies.dimension": ("viability", "development", "competitiveness"),
    "rules.measure": ("members", "working", "effort", "cost", "revenue_share", "reimbursement", "subsidy"),
}

SIGNED = frozenset(
    {
        "project.base_value",
        "firms.contribution",
        "firms.outside_option",
        "firms.private_benefit",
        "relations.synergy",
        "relations.spillover",
    }
)

# Everything that `coverage` can report.
GOALS = (
    FIELDS
    | {f"{path}={choice}" for path, choices in CHOICES.items() for choice in choices}
    | {f"{path}{sign}" for path in SIGNED for sign in ("<0", ">0")}
)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every field with its value; list positions do not show in the path."""
    if isinstance(value, Mapping) and path not in FIELDS:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and path not in FIELDS:
        for inner in value:
            yield from _leaves(inner, path)
    else:
        yield path, value


def coverage(instances: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return what is switched away from its default somewhere in the instances.

    Parameters
    ----------
    instances
        Raw instances of format ``rd-contract/1``.

    Returns
    -------
    set of str
        Dotted fields such as ``"firms.share.min"``; for choices also ``"objective=lead"``, for amounts of
        either sign also ``"project.base_value<0"``. ``GOALS`` holds all that can occur.

    Raises
    ------
    KeyError
        If an instance has a field that the format does not know.
    """
    seen: set[str] = set()
    for instance in instances:
        for path, value in _leaves(instance):
            if path in CHOICES and value is not None:
                seen.add(f"{path}={value}")
            if value == DEFAULTS[path]:
                continue
            seen.add(path)
            if path in SIGNED and value:
                seen.add(f"{path}{'<' if value < 0 else '>'}0")
    return seen
