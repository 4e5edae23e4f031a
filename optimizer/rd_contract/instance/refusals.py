"""What scenarios may change, and why they may not change the rest.

Every number that enters (M1)-(M11), (M13) and (M15) may be another one in a scenario. What is agreed or decided before
anybody knows the scenario is the same in all of them.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter

from ..formats.documents import Place, Unit, join_path, pattern
from .schema import EffortCurve, EffortLevel, Embeddedness, Firm, Mode, Monitoring, Project, Relation, Technology

_EMBEDDEDNESS = tuple(Embeddedness.model_fields)

#: What may change, by where it stands: the type that holds the fields, and their names. Positions are left out.
CHANGEABLE: dict[str, tuple[type[BaseModel], tuple[str, ...]]] = {
    "project": (
        Project,
        (
            *("value", "base_value", "synergy_strength", "redundancy", "cognitive_distance_penalty"),
            *("volatility", "subsidy_rate", "guarantee_fee"),
        ),
    ),
    "project.technologies[]": (Technology, ("weight",)),
    "project.default_relation": (Embeddedness, _EMBEDDEDNESS),
    "modes[]": (Mode, ("value_factor", "cost_factor", "volatility_factor")),
    "monitoring[]": (Monitoring, ("cost", "detection")),
    "firms[]": (
        Firm,
        (
            *("cooperation", "contribution", "joining_cost", "outside_option", "private_benefit"),
            *("verifiable_cost_share", "subsidy_rate", "reputation_stake", "risk_aversion"),
        ),
    ),
    "firms[].efforts[]": (EffortLevel, ("cost",)),
    "firms[].efforts": (EffortCurve, ("full_cost", "exponent")),
    "relations[]": (Relation, ("synergy", *_EMBEDDEDNESS, "spillover", "coordination_cost")),
}

#: The group of numbers in which a firm says what it masters; keys are names of technologies.
_CAPABILITIES = "firms[].capabilities"

#: Reasons, each with what it is about: fields, or all that stands below one.
REFUSED: dict[str, tuple[str, ...]] = {
    "it is a name or a text, by which every scenario calls the same things": (
        *("format", "name", "description", "source", "currency", "project.technologies[].name", "modes[].name"),
        *("monitoring[].name", "firms[].name", "firms[].efforts[].label", "relations[].between"),
    ),
    "what is aimed at, and how it is divided, is agreed once for all scenarios": (
        *("objective", "division", "division_unions", "firms[].bargaining_weight"),
    ),
    "the alliance is formed before anybody knows which scenario comes": (
        *("project.lead", "project.team_size", "project.technologies[].requirement"),
        *("project.technologies[].dimension", "project.min_credit", "firms[].credit", "firms[].membership"),
        *("firms[].role", "firms[].sme", "firms[].attributes", "relations[].exclusive", "rules"),
    ),
    "a budget is set with the contract, and holds in every scenario": (
        *("project.budget", "project.cost_sharing_budget"),
    ),
    "terms are agreed before anybody knows which scenario comes, within bounds that are the same in all": (
        *("firms[].share", "firms[].max_reimbursement", "firms[].max_deposit", "firms[].liquidity"),
    ),
    "what a firm can do is the same in every scenario; what it costs may change": (
        *("firms[].efforts[].level", "firms[].efforts.steps"),
    ),
    "what may happen, and how it is judged, is said once": ("scenarios", "uncertainty"),
}

_REASONS = {field: reason for reason, fields in REFUSED.items() for field in fields}


def field_of(place: Place) -> str:
    """Return the field of the format that stands at a place, positions left out: ``firms[].share.min``."""
    return join_path(pattern(place)).replace("[0]", "[]")


def reason_against(place: Place) -> str | None:
    """Return why scenarios may not change what stands at a place; None where they may."""
    field = field_of(place)
    return next((reason for known, reason in _REASONS.items() if field == known or _is_below(field, known)), None)


def _is_below(field: str, known: str) -> bool:
    return field.startswith((f"{known}.", f"{known}["))


def type_at(place: Place) -> TypeAdapter[Any]:
    """Return what judges numbers at a place that scenarios may change."""
    holder = field_of(place[:-1])
    return _capability() if holder == _CAPABILITIES else _type_of(holder, str(place[-1]))


@cache
def _type_of(holder: str, name: str) -> TypeAdapter[Any]:
    field = CHANGEABLE[holder][0].model_fields[name]
    kind: Any = Annotated[field.annotation, field]
    return TypeAdapter(kind)


@cache
def _capability() -> TypeAdapter[Any]:
    return TypeAdapter(Unit)
