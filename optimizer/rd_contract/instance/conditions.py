"""Rules on teams and terms, one object for each number that a rule has.

What an object says serves everywhere: the optimizer counts with it (:mod:`rd_contract.model.rules`), and an explanation
drops or eases it. The certificate checks each rule a second time, from the instance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..base.choices import Measure
from ..base.names import normalised
from .groups import COUNTED, GROUP_OF_FIRMS, LIMITS, Group, Rule
from .paths import path_to
from .rules import is_eligible
from .schema import Firm, InstanceData
from .wording import dependence_words, different_words, each_words, group_words, joining_word, limit_words


@dataclass(frozen=True)
class Row:
    """``lower ≤ Σ_i (weight_i + all) · measure_i ≤ upper``.

    Parameters
    ----------
    weights
        Weights by firm; 0 for others.
    all
        What is added to the weight of every firm.
    lower, upper
        The limits.
    """

    weights: Mapping[str, float]
    all: float = 0.0
    lower: float = -math.inf
    upper: float = math.inf


@dataclass(frozen=True)
class Condition:
    """What one number of a rule, or a rule without a number, asks of a team and its terms.

    Parameters
    ----------
    kind
        Kind of the rule.
    path
        Where its number stands in an instance; no two conditions share it.
    detail
        The rule in words.
    measure
        What its rows count.
    rows
        The rows, all of which hold.
    drop
        The path and the value there with which the condition is gone.
    number
        The number in the instance; None: it has none.
    weaker
        Other numbers that ask for less, the nearest first; all that could make a difference. Empty: any number between
        the present one and ``loosest``.
    loosest
        A number with which it asks for nothing; infinite: the larger, the less.
    whole
        Whether the number is a whole one.
    labels
        Values of an attribute by firm, the different ones of which among the members are counted instead of rows; None:
        rows are counted.
    lower, upper
        Fewest and most of these.
    groups
        The group that each row is about, where there is a row for each value of an attribute.
    """

    kind: str
    path: str
    detail: str
    measure: Measure
    rows: tuple[Row, ...]
    drop: tuple[str, float | bool | None]
    number: float | None = None
    weaker: tuple[float, ...] = ()
    loosest: float = 0.0
    whole: bool = False
    labels: Mapping[str, str] | None = None
    lower: float = -math.inf
    upper: float = math.inf
    groups: tuple[Group, ...] = ()


def conditions(instance: InstanceData) -> list[Condition]:
    """Return every condition that requirements (M18) and rules over groups (M32)-(M35) pose.

    Parameters
    ----------
    instance
        The instance.
    """
    of_rules = (one for rule in instance.rules for one in conditions_of(rule, instance))
    return [*_requirements(instance), *of_rules]


def conditions_of(rule: Rule, instance: InstanceData) -> Iterator[Condition]:
    """Yield every condition that a rule over groups (M32)-(M35) poses; none if it is not active.

    Parameters
    ----------
    rule
        The rule.
    instance
        The instance that it belongs to.
    """
    if rule.active:
        yield from _READERS[rule.kind](rule, instance)


def attribute_of(firm: Firm, name: str) -> str | bool | None:
    """Return the value of a firm's attribute, its role and whether it is small among them; None: it has none."""
    if name == "sme":
        return firm.sme
    if name == "role":
        return normalised(firm.role) or None
    return firm.attributes.get(name)


def belongs(firm: Firm, group: Group) -> bool:
    """Return whether a firm is in a group: each attribute has one of the values."""
    return all(
        (firm.name if name == GROUP_OF_FIRMS else attribute_of(firm, name)) in values for name, values in group.items()
    )


def _requirements(instance: InstanceData) -> Iterator[Condition]:
    """Yield a condition for each technology that somebody must master (M18)."""
    for technology in instance.project.technologies:
        least = technology.requirement
        if least is None:
            continue
        mastery = {firm.name: firm.capabilities.get(technology.name, 0.0) for firm in instance.firms}
        path = path_to("project", "technologies", technology.name, "requirement")
        yield Condition(
            "requirement",
            path,
            f"some member masters {technology.name} at {least:g} or better",
            "members",
            (Row({name: 1.0 for name, score in mastery.items() if score >= least}, lower=1.0),),
            (path, None),
            least,
            tuple(sorted({score for score in mastery.values() if score < least} | {0.0}, reverse=True)),
        )


# --- rules over groups -------------------------------------------------------------------------------------


def _distinct(rule: Rule, instance: InstanceData) -> Iterator[Condition]:
    labels = {firm.name: str(value) for firm, value in _values(rule.distinct or "", instance.firms)}
    most = len(set(labels.values()))
    for name, limit in (("min", rule.min), ("max", rule.max)):
        if limit is not None:
            path = path_to("rules", rule.name, name)
            yield Condition(
                "group-rule",
                path,
                f"{rule.name}: {different_words(name, limit, rule.distinct or '')}",
                "members",
                (),
                (path, None),
                limit,
                _easier(name, limit, most),
                math.inf if name == "max" else 0.0,
                True,
                labels,
                lower=limit if name == "min" else -math.inf,
                upper=limit if name == "max" else math.inf,
            )


def _each(rule: Rule, instance: InstanceData) -> Iterator[Condition]:
    attribute = rule.each or ""
    present: dict[str | bool, list[Firm]] = {}
    # Nobody can be asked for members from where nobody may join.
    for firm, value in _values(attribute, (firm for firm in instance.firms if is_eligible(firm, instance))):
        present.setdefault(value, []).append(firm)
    values = sorted(present, key=str)
    groups = tuple({attribute: (value,)} for value in values)
    for name in _given(rule):
        counted = [present[value] for value in values]
        yield _limited(rule, name, counted, each_words(rule), instance.currency, groups)


def _group(rule: Rule, instance: InstanceData) -> Iterator[Condition]:
    group = rule.group or {}
    counted = [firm for firm in instance.firms if belongs(firm, group)]
    for name in _given(rule):
        yield _limited(rule, name, [counted], group_words(group), instance.currency)


def _values(attribute: str, firms: Iterable[Firm]) -> Iterator[tuple[Firm, str | bool]]:
    for firm in firms:
        value = attribute_of(firm, attribute)
        if value is not None:
            yield firm, value


def _given(rule: Rule) -> list[str]:
    """Return the limits that a rule has, by name."""
    return [name for name in LIMITS if getattr(rule, name) is not None]


def _limited(
    rule: Rule,
    name: str,
    counted: Sequence[Sequence[Firm]],
    words: str,
    currency: str,
    groups: tuple[Group, ...] = (),
) -> Condition:
    """Return the condition that a limit of a rule poses, with a row for each group of firms that is counted."""
    limit: float = getattr(rule, name)
    least, part = name.startswith("min"), name.endswith("fraction")
    bound, share = (0.0, -limit) if part else (limit, 0.0)
    ends = {"lower": bound} if least else {"upper": bound}
    whole = rule.measure in COUNTED and not part
    path = path_to("rules", rule.name, name)
    return Condition(
        "group-rule",
        path,
        f"{rule.name}: {limit_words(name, limit, rule.measure, currency)} {joining_word(rule.measure, name)} {words}",
        rule.measure,
        tuple(Row(dict.fromkeys((firm.name for firm in firms), 1.0), share, **ends) for firms in counted),
        (path, None),
        limit,
        _easier(name, limit, max(map(len, counted), default=0)) if whole else (),
        0.0 if least else 1.0 if part or rule.measure == "revenue_share" else math.inf,
        whole,
        groups=groups,
    )


def _easier(name: str, limit: float, most: int) -> tuple[float, ...]:
    """Return the whole numbers that ask for less than a limit, the nearest first."""
    if name == "min":
        return tuple(float(number) for number in range(min(int(limit) - 1, most), -1, -1))
    return tuple(float(number) for number in range(int(limit) + 1, max(most, int(limit) + 1) + 1))


def _dependence(rule: Rule, _: InstanceData) -> Iterator[Condition]:
    first, others = rule.if_member or "", dict.fromkeys(rule.then_members)
    if rule.how_many == "all":
        rows = tuple(Row({first: 1.0, other: -1.0}, upper=0.0) for other in others)
    else:
        count = 1 if rule.how_many == "any" else rule.how_many
        rows = (Row({first: float(count)} | dict.fromkeys(others, -1.0), upper=0.0),)
    yield _dependent(rule, rows)


def _together(rule: Rule, _: InstanceData) -> Iterator[Condition]:
    first, *others = dict.fromkeys(rule.together)
    yield _dependent(rule, tuple(Row({first: 1.0, other: -1.0}, lower=0.0, upper=0.0) for other in others))


def _dependent(rule: Rule, rows: tuple[Row, ...]) -> Condition:
    path = path_to("rules", rule.name, "active")
    return Condition("group-rule", path, f"{rule.name}: {dependence_words(rule)}", "members", rows, (path, False))


_READERS = {
    "distinct": _distinct,
    "each": _each,
    "group": _group,
    "if_member": _dependence,
    "together": _together,
}
