"""Two goals in words."""

from __future__ import annotations

from collections.abc import Callable

from ...base.choices import SecondGoal
from ...instance import COUNTED
from ...study.frontier import Frontier
from .numbers import Money, clean, percent, significant, whole

#: What second goals are called.
SECOND: dict[SecondGoal, str] = {
    "members": "Number of members",
    "working": "Number of members that work",
    "effort": "Effort",
    "cost": "R&D and joining cost",
    "revenue_share": "Share of the revenue",
    "reimbursement": "Reimbursements",
    "subsidy": "Public subsidies",
    "lead_profit": "Lead's profit",
    "smallest_surplus": "Smallest surplus",
    "exposure": "Largest exposure",
}


def first_words(found: Frontier) -> str:
    """Return what the first goal is called."""
    return "Joint surplus" if found.objective == "joint" else "Lead's profit"


def second_words(found: Frontier) -> str:
    """Return what the second goal is called, and whose it is where that is not everybody."""
    words = SECOND[found.second]
    return f"{words} ({clean(found.group)})" if found.group else words


def second_text(found: Frontier, money: Money) -> Callable[[float], str]:
    """Return what writes a value of the second goal.

    Parameters
    ----------
    found
        The frontier.
    money
        How amounts are written.
    """
    if found.second in COUNTED:
        return lambda value: whole(round(value))
    if found.second == "revenue_share":
        return percent
    return significant if found.second == "effort" else money.text
