"""Rules over groups of firms that refuse an instance: unknown names, groups of nobody, limits that no team can meet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import islice

from ..base.choices import Measure
from ..base.tolerances import GRACE
from ..formats.documents import describe, join_path
from .amounts import range_of
from .conditions import Condition, attribute_of, belongs, conditions_of
from .groups import GROUP_OF_FIRMS, IN_MONEY, LIMITS, Rule
from .judging import Finding, number, one_of, quoted, rule
from .rules import is_compelled, is_eligible, repeated
from .schema import BUILT_IN, InstanceData
from .wording import group_words

#: Where the kinds of rules name firms.
_NAMING = ("if_member", "then_members", "together")


@rule("unique-rules")
def _unique_rules(instance: InstanceData) -> Iterator[Finding]:
    yield from repeated((law.name for law in instance.rules), "rules[{index}].name")


@rule("known-attributes", "firms[].attributes")
def _known_attributes(instance: InstanceData) -> Iterator[Finding]:
    known = [*dict.fromkeys(name for firm in instance.firms for name in firm.attributes), *BUILT_IN]
    for index, law in enumerate(instance.rules):
        for field in ("distinct", "each"):
            name = getattr(law, field)
            if name is not None and name not in known:
                yield f"rules[{index}].{field}", f"unknown attribute {quoted(name)}", *one_of(name, known)
        for name in law.group or {}:
            if name not in known and name != GROUP_OF_FIRMS:
                path = join_path(("rules", index, "group", name))
                yield path, f"unknown attribute {quoted(name)}", *one_of(name, [*known, GROUP_OF_FIRMS])
    unions = instance.division_unions
    if unions is not None and unions not in known:
        yield "division_unions", f"unknown attribute {quoted(unions)}", *one_of(unions, known)


@rule("unions-named", "division", "division_unions")
def _unions_named(instance: InstanceData) -> Iterator[Finding]:
    if instance.division == "owen" and instance.division_unions is None:
        known = dict.fromkeys(name for firm in instance.firms for name in firm.attributes)
        expected = "the attribute whose values are the unions"
        yield "division_unions", "none", f"{expected}: {', '.join(map(quoted, [*known, *BUILT_IN]))}", ""


@rule("known-rule-firms", "firms[].name")
def _known_firms(instance: InstanceData) -> Iterator[Finding]:
    names = [firm.name for firm in instance.firms]
    known = set(names)
    for index, law in enumerate(instance.rules):
        for place, name in _named(law):
            if name not in known:
                path = join_path(("rules", index, *place))
                yield path, f"unknown firm {quoted(name)}", *one_of(name, names)


def _named(law: Rule) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the firms that a rule names, and where."""
    if law.if_member is not None:
        yield ("if_member",), law.if_member
    for field in ("then_members", "together"):
        for at, name in enumerate(getattr(law, field)):
            yield (field, at), name
    for at, value in enumerate((law.group or {}).get(GROUP_OF_FIRMS, ())):
        yield ("group", GROUP_OF_FIRMS, at), str(value)


@rule("rule-on-itself")
def _on_itself(instance: InstanceData) -> Iterator[Finding]:
    for index, law in enumerate(instance.rules):
        if law.if_member is not None and law.if_member in law.then_members:
            at = law.then_members.index(law.if_member)
            expected = "other firms than the one that depends on them"
            yield f"rules[{index}].then_members[{at}]", quoted(law.if_member), expected, ""
        others = len(set(law.then_members))
        if _asks_too_many(law):
            yield f"rules[{index}].how_many", describe(law.how_many), f"at most {others}, as many as are named", ""


def _asks_too_many(law: Rule) -> bool:
    return isinstance(law.how_many, int) and law.if_member is not None and law.how_many > len(set(law.then_members))


@rule("group-of-nobody", "firms[].attributes", "firms[].name", "firms[].role", "firms[].sme")
def _group_of_nobody(instance: InstanceData) -> Iterator[Finding]:
    for index, law in enumerate(instance.rules):
        group = law.group or {}
        if not group or any(belongs(firm, group) for firm in instance.firms):
            continue
        for name, values in group.items():
            known = {attribute_of(firm, name) for firm in instance.firms} - {None}
            texts = sorted(value for value in known if isinstance(value, str))
            for value in values:
                if name != GROUP_OF_FIRMS and isinstance(value, str) and texts and value not in known:
                    path = join_path(("rules", index, "group", name))
                    yield path, f"{quoted(value)}, which no firm has", *one_of(value, texts)
                    break
            else:
                continue
            break
        else:
            if all(name in BUILT_IN or any(name in firm.attributes for firm in instance.firms) for name in group):
                yield f"rules[{index}].group", "a group without a firm", "attributes that some firm has together", ""


@rule("empty-rule", severity="warning")
def _empty_rule(instance: InstanceData) -> Iterator[Finding]:
    for index, law in enumerate(instance.rules):
        if law.kind in ("distinct", "each", "group") and all(getattr(law, limit) is None for limit in LIMITS):
            yield f"rules[{index}]", "no limit", "min, max, min_fraction or max_fraction", "it restricts nothing"


# --- what no team can meet ---------------------------------------------------------------------------------


@rule("rule-met", "firms", "project.technologies", "rules")
def _rule_met(instance: InstanceData) -> Iterator[Finding]:
    known, reach = {firm.name for firm in instance.firms}, _Reach(instance)
    for index, law in enumerate(instance.rules):
        if any(name not in known for _, name in _named(law)):
            continue  # said already
        if _asks_too_many(law) or _counts_unknown(law, instance):
            continue  # said already
        for condition in conditions_of(law, instance):
            if instance.scenarios and condition.measure in IN_MONEY:
                continue  # the instance's own costs count only where a scenario has them
            field = condition.path.rpartition(".")[2]
            path = f"rules[{index}]" + ("" if field == "active" else f".{field}")
            for found, expected in reach.unmet(condition):
                yield path, found, expected, ""


def _counts_unknown(law: Rule, instance: InstanceData) -> bool:
    """Return whether a rule counts values of an attribute that no firm has, and that is none of every firm's."""
    name = law.distinct
    return name is not None and name not in BUILT_IN and not any(name in firm.attributes for firm in instance.firms)


class _Reach:
    """What eligible firms can count: interval arithmetic over the firms one by one."""

    def __init__(self, instance: InstanceData) -> None:
        self._instance = instance
        eligible = [firm for firm in instance.firms if is_eligible(firm, instance)]
        self._eligible = [(firm, is_compelled(firm, instance)) for firm in eligible]
        self._ranges: dict[Measure, list[tuple[float, float]]] = {}

    def unmet(self, condition: Condition) -> Iterator[tuple[str, str]]:
        """Yield why no team of eligible firms can meet a condition: what is found, and what is expected.

        Of conditions for each value of an attribute every value is named that cannot be met.
        """
        asked = "a rule" if condition.number is None else number(condition.number)
        if condition.labels is not None:
            yield from islice(self._unmet_values(condition, condition.labels, asked), 1)
            return
        whose = [group_words(group) for group in condition.groups] or ["firms"] * len(condition.rows)
        for row, firms in zip(condition.rows, whose, strict=True):
            least = most = scale = 0.0
            for (firm, compelled), (low, high) in zip(self._eligible, self._of(condition.measure), strict=True):
                weight = row.weights.get(firm.name, 0.0) + row.all
                ends = [weight * low, weight * high] if compelled else [0.0, weight * low, weight * high]
                least, most, scale = least + min(ends), most + max(ends), scale + max(map(abs, ends))
            limits = [abs(limit) for limit in (row.lower, row.upper) if math.isfinite(limit)]
            grace = GRACE * max([scale, *limits])
            if most < row.lower - grace or least > row.upper + grace:
                yield asked, _expected(condition, firms, most if most < row.lower - grace else least)
                if not condition.groups:
                    return

    def _unmet_values(self, condition: Condition, labels: Mapping[str, str], asked: str) -> Iterator[tuple[str, str]]:
        """Yield why no team can have as many different values as a condition asks for."""
        count = len({labels[firm.name] for firm, _ in self._eligible if firm.name in labels})
        if count < condition.lower:
            yield asked, f"at most {count}, the different values among eligible firms"
        needed = len({labels[firm.name] for firm, compelled in self._eligible if compelled and firm.name in labels})
        if needed > condition.upper:
            yield asked, f"at least {needed}, the different values among the lead and required firms"

    def _of(self, measure: Measure) -> list[tuple[float, float]]:
        """Return the least and the most that each eligible firm counts as a member."""
        if measure not in self._ranges:
            self._ranges[measure] = [range_of(firm, measure, self._instance) for firm, _ in self._eligible]
        return self._ranges[measure]


def _expected(condition: Condition, firms: str, reached: float) -> str:
    if condition.number is None:
        return "one that the lead and required firms leave room for"
    if condition.path.endswith("fraction"):
        return f"a part that eligible {firms} can reach, with the lead and required firms in the alliance"
    end = "most" if condition.path.endswith("min") else "least"
    verb = "reach" if end == "most" else "keep to"
    return f"at {end} {number(float(f'{reached:.12g}'))}, what eligible {firms} can {verb}"
