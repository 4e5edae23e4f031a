"""What members of a contract count by the measures of rules over groups, (M32)-(M34)."""

from __future__ import annotations

from ..instance import Condition, Firm, Instance, Measure, subsidy_rate_of
from ..outcome.contract import Member, Result


def measured(instance: Instance, contract: Result, measure: Measure) -> dict[str, float]:
    """Return what each member of a contract counts, by name.

    Parameters
    ----------
    instance
        The instance.
    contract
        A contract of it, or of a variant with the same firms.
    measure
        The measure.
    """
    firms = {firm.name: firm for firm in instance.firms}
    return {member.firm: _counted(member, firms[member.firm], instance, measure) for member in contract.members}


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
    """Return the largest sum that a contract has in the rows of a condition, in the unit of its measure."""
    counts = measured(instance, contract, condition.measure)
    sums = (
        sum((row.weights.get(name, 0.0) + row.all) * count for name, count in counts.items()) for row in condition.rows
    )
    return max(sums, default=0.0)
