"""What small firms get of a contract: whoever funds with an eye on them asks that of every award."""

from __future__ import annotations

from dataclasses import dataclass

from ...instance import Instance
from ...outcome.contract import Result


@dataclass(frozen=True)
class SmallFirms:
    """The small and medium-sized firms among the members.

    Parameters
    ----------
    names
        Their names; none where a rule asks for them and none is a member.
    share
        Their part of the revenue, in [0, 1].
    cost
        Their part of the R&D and joining cost of all members, in [0, 1].
    surplus
        Their part of the joint surplus, money.
    """

    names: tuple[str, ...]
    share: float
    cost: float
    surplus: float


def small_firms(result: Result, instance: Instance | None) -> SmallFirms | None:
    """Return what small firms get, None where none is a member and no rule asks for them, or nobody knows.

    Parameters
    ----------
    result
        A result with a contract.
    instance
        The instance it answers; None: not at hand.
    """
    if instance is None or not result.has_contract:
        return None
    firms = {firm.name: firm for firm in instance.firms}
    members = [member for member in result.members if member.firm in firms]
    small = [member for member in members if firms[member.firm].sme]
    asked = any(rule.active and "sme" in (*(rule.group or {}), rule.each, rule.distinct) for rule in instance.rules)
    if not small and not asked:
        return None
    costs = {member.firm: member.effort_cost + firms[member.firm].joining_cost for member in members}
    spent = sum(costs.values())
    return SmallFirms(
        tuple(member.firm for member in small),
        sum(member.share for member in small),
        sum(costs[member.firm] for member in small) / spent if spent > 0.0 else 0.0,
        sum(member.surplus for member in small),
    )
