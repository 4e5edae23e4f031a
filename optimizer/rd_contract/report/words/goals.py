"""Two goals in words."""

from __future__ import annotations

from collections.abc import Callable

from ...base.choices import SecondGoal
from ...instance import COUNTED
from ...study.frontier import Frontier
from .numbers import Money, clean, percent, significant, whole
from .uncertainty import aim_words

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


#: What those are called that are a mean where there are scenarios.
_EXPECTED: dict[SecondGoal, str] = {
    "lead_profit": "Lead's expected profit",
    "smallest_surplus": "Smallest expected surplus",
}

#: Measures that are other numbers in each scenario, and those that are where efforts are agreed for each.
_DIFFERENT = ("cost", "reimbursement", "subsidy")
_OF_PLANS = ("working", "effort")


def first_words(found: Frontier) -> str:
    """Return what the first goal is called, and over which scenarios it is judged."""
    words = aim_words(found.objective, found.uncertainty)
    return words[:1].upper() + words[1:]


def second_words(found: Frontier) -> str:
    """Return what the second goal is called, whose it is where that is not everybody, and in which scenarios."""
    asked, words = found.uncertainty, SECOND[found.second]
    words = f"{words} ({clean(found.group)})" if found.group else words
    if asked is None:
        return words
    if found.second in _DIFFERENT or (found.second in _OF_PLANS and asked.agreement == "by_scenario"):
        return f"{words} in the scenario with {'least' if found.direction == 'larger' else 'most'}"
    return _EXPECTED.get(found.second, words)


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
