"""What scenarios may change, and why they may not change the rest.

Every number that enters (M1)-(M11), (M13) and (M15) may be another one in a scenario. What is agreed or decided before
anybody knows the scenario is the same in all of them, and is listed here with the reason; a new field that is a number
may change unless it is listed, too.
"""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from ..formats.documents import InMoney, Place, Unit, join_path, pattern
from .schema import EffortCurve, EffortLevel, Embeddedness, Firm, Mode, Monitoring, Project, Relation, Technology

#: Where numbers stand, and the type that holds them there. Positions are left out.
HOLDERS: dict[str, type[BaseModel]] = {
    "project": Project,
    "project.technologies[]": Technology,
    "project.default_relation": Embeddedness,
    "modes[]": Mode,
    "monitoring[]": Monitoring,
    "firms[]": Firm,
    "firms[].efforts[]": EffortLevel,
    "firms[].efforts": EffortCurve,
    "relations[]": Relation,
}

#: The group of numbers in which a firm says what it masters; keys are names of technologies.
CAPABILITIES = "firms[].capabilities"

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
    "it is what advice on the mode rests on, and decides no contract": ("context",),
}

_REASONS = {field: reason for reason, fields in REFUSED.items() for field in fields}
_NO_NUMBER = "it is no number"


def _is_number(kind: Any) -> bool:
    """Return whether values of a type are numbers, but for null."""
    if get_origin(kind) in (Union, UnionType, Annotated):
        return any(map(_is_number, get_args(kind)))
    return kind is float


#: What scenarios may change, by where it stands: fields by their names.
CHANGEABLE: dict[str, dict[str, FieldInfo]] = {
    holder: {
        name: field
        for name, field in kind.model_fields.items()
        if f"{holder}.{name}" not in _REASONS and _is_number(field.annotation)
    }
    for holder, kind in HOLDERS.items()
}


def reason_against(place: Place) -> str | None:
    """Return why scenarios may not change what stands at a place; None where they may."""
    holder, field = _field_of(place[:-1]), _field_of(place)
    if holder == CAPABILITIES or str(place[-1]) in CHANGEABLE.get(holder, ()):
        return None
    above = (known for known in _REASONS if field == known or field.startswith((f"{known}.", f"{known}[")))
    return _REASONS.get(next(above, ""), _NO_NUMBER)


def type_at(place: Place) -> TypeAdapter[Any]:
    """Return what judges numbers at a place that scenarios may change."""
    holder = _field_of(place[:-1])
    return _judge("", "") if holder == CAPABILITIES else _judge(holder, str(place[-1]))


def is_amount(place: Place) -> bool:
    """Return whether numbers at a place that scenarios may change are amounts of money."""
    field = CHANGEABLE.get(_field_of(place[:-1]), {}).get(str(place[-1]))
    return field is not None and (InMoney() in field.metadata or _has_amounts(field.annotation))


def _has_amounts(kind: Any) -> bool:
    if get_origin(kind) is Annotated:
        return InMoney() in get_args(kind)[1:]
    return get_origin(kind) in (Union, UnionType) and any(map(_has_amounts, get_args(kind)))


def field_called(path: str) -> FieldInfo | None:
    """Return the field whose numbers a path leads to, by the names in the path alone; None for an unknown one.

    Parameters
    ----------
    path
        As people write it: it may lead nowhere.
    """
    if ".capabilities." in path:
        return _CAPABILITY
    name = path.rpartition(".")[2]
    return next((fields[name] for fields in CHANGEABLE.values() if name in fields), None)


_CAPABILITY = FieldInfo.from_annotation(Unit)


def _field_of(place: Place) -> str:
    """Return the field of the format that stands at a place, positions left out: ``firms[].share.min``."""
    return join_path(pattern(place)).replace("[0]", "[]")


@cache
def _judge(holder: str, name: str) -> TypeAdapter[Any]:
    field = CHANGEABLE[holder][name] if holder else _CAPABILITY
    kind: Any = Annotated[field.annotation, field]
    return TypeAdapter(kind)
