"""What a contract is worth to who leads, and what the other objective would change."""

from __future__ import annotations

from ...certify import objective_over
from ...outcome.contract import Result
from .numbers import Money, clean, signed
from .results import is_averse
from .uncertainty import judged_words

#: Who a contract would have been written for under the other objective than that of the result.
_WRITTEN = {
    "joint": "If it wrote the contract to earn most itself",
    "lead": "If the contract were written for all members together",
}


def for_lead(result: Result, lead: str | None, other: Result | None, money: Money) -> str:
    """Return what the contract is worth to who leads, and what would change under the other objective.

    Parameters
    ----------
    result
        With a contract.
    lead
        The lead; None: there is none.
    other
        The best contract for the other objective; None: not known.
    money
        How amounts are written.
    """
    own = next((member for member in result.members if member.firm == lead), None)
    if own is None:
        return ""
    said = (
        f"For {clean(own.firm)}, the lead: an expected profit of {money.full(own.expected_profit)}, "
        f"{money.text(own.surplus)} more than outside."
    )
    theirs = next((member for member in other.members if member.firm == lead), None) if other is not None else None
    if other is None or theirs is None:
        return said
    profit, surplus = theirs.expected_profit - own.expected_profit, (other.joint_surplus or 0.0)
    changed = surplus - (result.joint_surplus or 0.0)
    earns = f"{money.text(theirs.expected_profit)} ({signed(profit, money.text)})"
    together = f"{money.text(surplus)} ({signed(changed, money.text)})"
    same = money.text(profit) == money.text(0.0) == money.text(changed)
    if is_averse(result):
        return f"{said} {_judged(result, own.firm, other, earns, together, money, same=same)}".rstrip()
    condition = _WRITTEN[result.objective]
    if same:
        return f"{said} {condition}, it would be the same." if other.proven else said
    if other.proven:
        return f"{said} {condition}, that profit would be {earns} and the joint surplus {together}."
    return (
        f"{said} {condition}, that profit would be at least {earns}: the best contract of a short search, which is not "
        f"proven to be the best, has a joint surplus of {together}."
    )


def _judged(result: Result, lead: str, other: Result, earns: str, together: str, money: Money, *, same: bool) -> str:
    """Return what the other objective would change where it is no mean: what it is about first, means after it.

    Means may well fall by it, as they are not what is made as large as possible.
    """
    joint = result.objective == "joint"
    aim = "the lead's profit" if joint else "the joint surplus of all members"
    where = judged_words(result.uncertainty)
    condition = f"If the contract were written for {aim}{where}"
    now, then = judged_otherwise(result, lead), other.objective_value or 0.0
    if same and money.text(now) == money.text(then):
        return f"{condition}, it would be the same." if other.proven else ""
    least, sure = ("", "") if other.proven else ("at least ", ", by a short search, not proven to be the best")
    return (
        f"{condition}, that would be {least}{money.text(then)} instead of {money.text(now)}{sure}; on average over "
        f"all scenarios, the lead's profit would be {earns} and the joint surplus {together}."
    )


def written_for(result: Result) -> str:
    """Return whose contract one is, to go on "the contract": that pays the lead most in the worst scenario.

    Parameters
    ----------
    result
        The best contract for its objective.
    """
    whose = "that pays the lead most" if result.objective == "lead" else "that is best for all members together"
    return f"{whose}{judged_words(result.uncertainty) if is_averse(result) else ''}"


def judged_otherwise(result: Result, lead: str) -> float:
    """Return what a contract is worth by what it would be judged by under the other objective (M30), money.

    Parameters
    ----------
    result
        With a contract, and with scenarios.
    lead
        Name of the lead, a member.
    """
    assert result.uncertainty is not None
    told = result.scenarios
    values = [one.profits[lead] if result.objective == "joint" else one.joint_surplus for one in told]
    return objective_over(result.uncertainty, values, [one.probability for one in told])
