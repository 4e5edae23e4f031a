"""What a firm can count by the measures of rules over groups, (M32)-(M34), whatever else an alliance is."""

from __future__ import annotations

from collections.abc import Callable

from ..base.choices import Measure
from .rules import subsidy_rate_of
from .schema import Firm, InstanceData


def range_of(firm: Firm, measure: Measure, instance: InstanceData) -> tuple[float, float]:
    """Return the least and the most that a firm counts as a member.

    Parameters
    ----------
    firm
        The firm.
    measure
        What is counted.
    instance
        The firm's.
    """
    return _RANGES[measure](firm, instance)


def _costs(firm: Firm, instance: InstanceData) -> tuple[float, float]:
    """Return the least and the most that a firm's effort costs in any mode."""
    factors, costs = [mode.cost_factor for mode in instance.modes], [entry.cost for entry in firm.menu]
    return min(factors) * min(costs), max(factors) * max(costs)


def _whole_cost(firm: Firm, instance: InstanceData) -> tuple[float, float]:
    low, high = _costs(firm, instance)
    return low + firm.joining_cost, high + firm.joining_cost


def _subsidy(firm: Firm, instance: InstanceData) -> tuple[float, float]:
    rate = subsidy_rate_of(firm, instance)
    low, high = _costs(firm, instance)
    return rate * firm.verifiable_cost_share * low, rate * firm.verifiable_cost_share * high


def _reimbursement(firm: Firm, instance: InstanceData) -> tuple[float, float]:
    return 0.0, firm.max_reimbursement * firm.verifiable_cost_share * _costs(firm, instance)[1]


_RANGES: dict[Measure, Callable[[Firm, InstanceData], tuple[float, float]]] = {
    "members": lambda _, __: (1.0, 1.0),
    "working": lambda firm, _: (float(firm.menu[0].level > 0.0), float(firm.menu[-1].level > 0.0)),
    "effort": lambda firm, _: (firm.menu[0].level, firm.menu[-1].level),
    "cost": _whole_cost,
    "subsidy": _subsidy,
    "reimbursement": _reimbursement,
    "revenue_share": lambda firm, _: (firm.share.min, firm.share.max),
}
