"""Rules over groups of firms, (M32)-(M35), as the format has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from ..base.choices import Measure
from ..base.names import is_name, normalised
from ..formats.documents import LARGEST_MONEY, Flag, Name, Positive, Real, Unit, broken, describe, said_once
from .parts import ONCE, FrozenDict, Part, named_once

#: The key under which a group lists firms by name.
GROUP_OF_FIRMS = "firms"

#: What firms of a group have in common: the values that each attribute may have.
Group = Mapping[str, tuple[str | bool, ...]]

#: What tells the kinds of rules apart: exactly one of these is given.
KINDS = ("distinct", "each", "group", "if_member", "together")

#: The fields that hold limits.
LIMITS = ("min", "max", "min_fraction", "max_fraction")

#: Measures that count, and those that are money.
COUNTED, IN_MONEY = ("members", "working"), ("cost", "reimbursement", "subsidy")


_ONE = {"type": ["string", "boolean"]}
GroupValue = Annotated[Any, WithJsonSchema({"anyOf": [_ONE, {"type": "array", "items": _ONE, "minItems": 1}]})]


def _group(group: dict[str, Any]) -> FrozenDict[tuple[str | bool, ...]]:
    """Return what firms of a group have in common: the values that each attribute may have."""
    named = named_once({name: _values(name, values) for name, values in group.items()}, "unique-group", ONCE)
    if not named:
        raise broken("group", 'at least one attribute, or "firms" with their names', found="an empty group")
    return named


def _values(name: str, values: Any) -> tuple[str | bool, ...]:
    listed = tuple(values) if isinstance(values, list | tuple) else (values,)
    kinds: tuple[type, ...] = (bool,) if name == "sme" else (str,)
    fitting = all(isinstance(value, kinds) for value in listed) and all(
        isinstance(value, bool) or is_name(value) for value in listed
    )
    if not listed or not fitting:
        expected = "true or false" if name == "sme" else "a text, or a list of texts"
        raise broken("group", f"{expected} for {name!r}", found=describe(values))
    return tuple(dict.fromkeys(value if isinstance(value, bool) else normalised(value) for value in listed))


class Rule(Part):
    """A rule over groups of firms (M32)-(M35).

    Of ``distinct``, ``each``, ``group``, ``if_member`` and ``together`` exactly one says what kind of rule it is.
    """

    name: Name = Field(description="Name of the rule, unique")
    active: Flag = Field(default=True, description="Whether it counts; false: kept for what-ifs")
    distinct: Name | None = Field(default=None, description="Attribute whose different values are counted (M32)")
    each: Name | None = Field(
        default=None, description="Attribute for each value of which, among firms that may join, the limits hold (M32)"
    )
    group: Annotated[dict[str, GroupValue], AfterValidator(_group)] | None = Field(
        default=None,
        description='Firms whose attributes have these values, each one value or a list; or "firms": their names (M33)',
    )
    if_member: Name | None = Field(default=None, description="Firm that joins only with others (M35)")
    then_members: tuple[Name, ...] = Field(default=(), description="Those others, by name")
    how_many: Annotated[
        Literal["all", "any"] | Positive, said_once('"all", "any", or a whole number of at least 1')
    ] = Field(default="all", description='How many of them: "all", "any" or a number')
    together: tuple[Name, ...] = Field(default=(), description="Firms of which all join or none (M35)")
    measure: Measure = Field(default="members", description="What is counted of the group (M33), (M34)")
    min: Annotated[Real, Field(ge=0.0, le=LARGEST_MONEY)] | None = Field(
        default=None, description="Least amount; null: no limit"
    )
    max: Annotated[Real, Field(ge=0.0, le=LARGEST_MONEY)] | None = Field(
        default=None, description="Largest amount; null: no limit"
    )
    min_fraction: Unit | None = Field(
        default=None, description="Least part of the same over the whole alliance; null: no limit"
    )
    max_fraction: Unit | None = Field(
        default=None, description="Largest part of the same over the whole alliance; null: no limit"
    )

    @property
    def kind(self) -> str:
        """Which of the kinds of rules it is."""
        return next(kind for kind in KINDS if getattr(self, kind))

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [kind for kind in KINDS if getattr(self, kind)]
        if len(kinds) != 1:
            found = " and ".join(kinds) if kinds else "none of them"
            raise broken("rule-kind", f"exactly one of {', '.join(KINDS)}", found=found)
        [kind] = kinds
        given = {name for name in type(self).model_fields if getattr(self, name) != _RULE_DEFAULTS[name]}
        foreign = sorted(given - _RULE_FIELDS[kind] - {"name", "active"})
        if foreign:
            allowed = ", ".join(sorted(_RULE_FIELDS[kind]))
            raise broken("rule-kind", f"for a rule with {kind} only {allowed}", found=" and ".join(foreign))
        if kind == "if_member" and not self.then_members:
            raise broken("rule-members", "at least one name in then_members", found="none")
        if kind == "together" and len(set(self.together)) < 2:
            raise broken(
                "rule-members", "at least two different names in together", found=describe(list(self.together))
            )
        return self

    @model_validator(mode="after")
    def _limits(self) -> Self:
        for low, high in (("min", "max"), ("min_fraction", "max_fraction")):
            least, most = getattr(self, low), getattr(self, high)
            if least is not None and most is not None and least > most:
                raise broken("rule-order", f"{low} of at most {high} ({_number(most)})", found=_number(least))
        counts = self.distinct is not None or self.measure in COUNTED
        for name in ("min", "max"):
            limit = getattr(self, name)
            if limit is None:
                continue
            if counts and limit != int(limit):
                raise broken("rule-whole", f"a whole number in {name}", found=_number(limit))
            if self.measure == "revenue_share" and limit > 1.0:
                raise broken("rule-share", f"a part of the revenue, at most 1, in {name}", found=describe(limit))
        return self


def _number(value: float) -> str:
    """Return a limit as it was meant: a whole number without a decimal point."""
    return describe(int(value) if value.is_integer() else value)


_RULE_DEFAULTS = {name: field.default for name, field in Rule.model_fields.items()}
_AMOUNTS = frozenset({"measure", *LIMITS})
_RULE_FIELDS = {
    "distinct": frozenset({"distinct", "min", "max"}),
    "each": _AMOUNTS | {"each"},
    "group": _AMOUNTS | {"group"},
    "if_member": frozenset({"if_member", "then_members", "how_many"}),
    "together": frozenset({"together"}),
}
