"""What members of a contract count by the measures of rules over groups, (M32)-(M34)."""

from __future__ import annotations

from collections.abc import Iterator

from ..instance import Condition, Firm, Instance, Measure, subsidy_rate_of, worlds
from ..outcome.contract import Member, Result


def measured(instance: Instance, contract: Result, measure: Measure) -> list[dict[str, float]]:
    """Return what each member of a contract counts, by name: in every scenario, or once where there are none.

    Parameters
    ----------
    instance
        The instance.
    contract
        A contract of it, or of a variant with the same firms.
    measure
        The measure.
    """
    return [
        {member.firm: _counted(member, firms[member.firm], seen, measure) for member in members}
        for seen, firms, members in _in_scenarios(instance, contract)
    ]


def _in_scenarios(instance: Instance, contract: Result) -> Iterator[tuple[Instance, dict[str, Firm], list[Member]]]:
    """Yield each scenario as an instance, its firms by name, and the members with what they do in it."""
    seen = [world.instance for world in worlds(instance)]
    if not seen:
        yield instance, {firm.name: firm for firm in instance.firms}, list(contract.members)
    for one, told in zip(seen, contract.scenarios, strict=bool(seen)):
        firms = {firm.name: firm for firm in one.firms}
        efforts = told.efforts or {member.firm: member.effort_level for member in contract.members}
        [factor] = [mode.cost_factor for mode in one.modes if mode.name == contract.mode]
        members = []
        for member in contract.members:
            firm, level = firms[member.firm], efforts[member.firm]
            cost = factor * min(firm.menu, key=lambda entry: abs(entry.level - level)).cost
            paid = firm.verifiable_cost_share * member.reimbursement_rate * cost
            update = {"effort_level": level, "effort_cost": cost, "reimbursement": paid}
            members.append(member.model_copy(update=update))
        yield one, firms, members


def _counted(member: Member, firm: Firm, instance: Instance, measure: Measure) -> float:
    rate = subsidy_rate_of(firm, instance)
    counts: dict[Measure, float] = {
        "members": 1.0,
        "working": float(member.effort_level > 0.0),
        "effort": member.effort_level,
        "cost": member.effort_cost + firm.joining_cost,
        "revenue_share": member.share,
        "reimbursement": member.reimbursement,
        "subsidy": rate * firm.verifiable_cost_share * member.effort_cost,
    }
    return counts[measure]


def largest_row(instance: Instance, condition: Condition, contract: Result) -> float:
    """Return the largest sum that a contract has in the rows of a condition, in any scenario, in its measure's unit."""
    sums = (
        sum((row.weights.get(name, 0.0) + row.all) * count for name, count in counts.items())
        for counts in measured(instance, contract, condition.measure)
        for row in condition.rows
    )
    return max(sums, default=0.0)
