"""Rules over groups of firms, (M32)-(M35), checked from the instance and the result alone.

What a rule says is read a second time here; nothing is shared with what the optimizer counts with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..base.names import normalised
from ..instance import Firm, Instance, Measure, Rule
from ..outcome.contract import Check
from .checks import at_least, at_most, fact, largest

#: What a member counts.
Counts = dict[str, float]


def check_membership_rules(instance: Instance, names: Sequence[str]) -> list[Check]:
    """Check what rules say of who is a member: different values (M32), numbers of members (M33), dependence (M35).

    Parameters
    ----------
    instance
        The instance.
    names
        Names of the members, each once.
    """
    team = [firm for firm in instance.firms if firm.name in set(names)]
    checks: list[Check] = []
    for rule in _active(instance):
        if rule.distinct is not None:
            checks += _limits(rule, float(len(_present(team, rule.distinct))), 1.0)
        elif rule.if_member is not None:
            checks.append(_check_dependence(rule, set(names)))
        elif rule.together:
            missing = len(set(rule.together) - set(names))
            detail = f"{_called(rule)}: of {', '.join(rule.together)} all join or none (M35)."
            checks.append(fact("rule", missing in (0, len(set(rule.together))), detail))
        elif rule.measure == "members":
            checks += _check_groups(rule, instance, team, {firm.name: 1.0 for firm in team})
    return checks


@dataclass(frozen=True)
class Work:
    """What a member does, what that costs (money, before anybody pays for it), and what the terms give.

    Parameters
    ----------
    effort, cost
        Level, and cost in the mode.
    share, rate
        Share of the revenue and reimbursement rate; None where no terms are looked at.
    """

    effort: float
    cost: float
    share: float | None = None
    rate: float | None = None


def check_amount_rules(instance: Instance, work: Mapping[str, Work]) -> list[Check]:
    """Check what rules say of efforts and money (M33), and of what terms give (M34) where there are terms.

    Parameters
    ----------
    instance
        The instance.
    work
        What each member does, by name.
    """
    team = [firm for firm in instance.firms if firm.name in work]
    checks: list[Check] = []
    for rule in _active(instance):
        if (rule.group is None and rule.each is None) or rule.measure == "members":
            continue
        if rule.measure in _OF_TERMS and any(member.share is None for member in work.values()):
            continue
        counts = {firm.name: _count(rule.measure, firm, work[firm.name], instance) for firm in team}
        checks += _check_groups(rule, instance, team, counts)
    return checks


def _active(instance: Instance) -> Iterator[Rule]:
    yield from (rule for rule in instance.rules if rule.active)


def _called(rule: Rule) -> str:
    return f'Rule "{rule.name}"'


def _value(firm: Firm, attribute: str) -> str | bool | None:
    """Return a firm's value of an attribute; None: it has none."""
    if attribute == "sme":
        return firm.sme
    # A role is free text; two spellings that look alike are one value.
    return normalised(firm.role) or None if attribute == "role" else firm.attributes.get(attribute)


def _present(team: Sequence[Firm], attribute: str) -> set[str | bool]:
    values = {_value(firm, attribute) for firm in team}
    return {value for value in values if value is not None}


def _check_dependence(rule: Rule, team: set[str]) -> Check:
    others = set(rule.then_members)
    needed = {"all": len(others), "any": 1}.get(str(rule.how_many), rule.how_many)
    joined = len(others & team)
    holds = rule.if_member not in team or joined >= int(needed)
    words = f"{rule.if_member} joins only with at least {needed} of {', '.join(sorted(others))}"
    detail = f"{_called(rule)}: {words} (M35)."
    return fact("rule", holds, detail, rule.if_member if rule.if_member in team else None)


def _check_groups(rule: Rule, instance: Instance, team: Sequence[Firm], counts: Counts) -> Iterator[Check]:
    """Check the limits of a rule for its group, or for each value of its attribute."""
    total, scale = sum(counts.values()), largest(counts.values())
    for whose, belongs in _groups(rule, instance):
        amount = sum(counts[firm.name] for firm in team if belongs(firm))
        yield from _limits(rule, amount, scale, total, whose)


def _groups(rule: Rule, instance: Instance) -> Iterator[tuple[str, Callable[[Firm], bool]]]:
    """Yield the group of a rule, or each of its groups, in words where there are several, and who belongs to it."""
    if rule.group is not None:
        wanted = dict(rule.group)

        def inside(firm: Firm) -> bool:
            return all(
                (firm.name if name == "firms" else _value(firm, name)) in values for name, values in wanted.items()
            )

        yield "", inside
        return
    attribute = rule.each or ""
    # Of values that only firms have which may not join nothing is asked.
    may_join = [firm for firm in instance.firms if _may_join(firm, instance)]
    for value in sorted({str(value) for firm in may_join if (value := _value(firm, attribute)) is not None}):

        def has(firm: Firm, value: str = value) -> bool:
            mine = _value(firm, attribute)
            return mine is not None and str(mine) == value

        yield _firms_with(attribute, value), has


def _may_join(firm: Firm, instance: Instance) -> bool:
    return firm.membership != "excluded" and firm.credit >= instance.project.min_credit


def _firms_with(attribute: str, value: str) -> str:
    if attribute == "sme":
        return "small and medium-sized firms" if value == str(True) else "large firms"
    return f"firms of {attribute} {value}"


def _limits(rule: Rule, amount: float, scale: float, total: float = 0.0, whose: str = "") -> Iterator[Check]:
    """Check an amount against a rule's limits, and against parts of the whole alliance's; ``whose``: of which firms."""
    exact = rule.distinct is not None or rule.measure in ("members", "working")
    for limit, part in ((rule.min, None), (rule.min_fraction, total)):
        if limit is not None:
            least = limit if part is None else limit * part
            unit = 0.0 if exact and part is None else largest(scale, least)
            yield at_least("rule", amount, least, _detail(rule, whose, "at least", limit, part), scale=unit)
    for limit, part in ((rule.max, None), (rule.max_fraction, total)):
        if limit is not None:
            most = limit if part is None else limit * part
            unit = 0.0 if exact and part is None else largest(scale, most)
            yield at_most("rule", amount, most, _detail(rule, whose, "at most", limit, part), scale=unit)


def _detail(rule: Rule, whose: str, bound: str, limit: float, part: float | None) -> str:
    number = "(M32)" if rule.distinct is not None else "(M34)" if rule.measure in _OF_TERMS else "(M33)"
    of_all = "" if part is None else f" of the alliance's {part:.6g}"
    words = "different values" if rule.distinct is not None else rule.measure
    called = f"{_called(rule)}, {whose}" if whose else _called(rule)
    return f"{called}: {words} {bound} {limit:g}{of_all} {number}."


_OF_TERMS = ("revenue_share", "reimbursement")


def _count(measure: Measure, firm: Firm, work: Work, instance: Instance) -> float:
    rate = instance.project.subsidy_rate if firm.subsidy_rate is None else firm.subsidy_rate
    verifiable = firm.verifiable_cost_share * work.cost
    return {
        "members": 1.0,
        "working": 1.0 if work.effort > 0.0 else 0.0,
        "effort": work.effort,
        "cost": work.cost + firm.joining_cost,
        "revenue_share": work.share or 0.0,
        "reimbursement": (work.rate or 0.0) * verifiable,
        "subsidy": rate * verifiable,
    }[measure]
