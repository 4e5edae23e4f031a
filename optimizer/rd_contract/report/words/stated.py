"""Terms as a contract states them: to the last digit of their steps, and how they were rounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...outcome.contract import Member, Result, Rounding
from .numbers import Money, clean, fixed, percent, significant

#: Decimals of a percentage where nothing asks for more.
DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Stated:
    """How terms are written, so that what is printed can be signed.

    Parameters
    ----------
    share_decimals, rate_decimals
        Of percentages.
    money
        How transfers and deposits are written.
    """

    share_decimals: int
    rate_decimals: int
    money: Money

    @classmethod
    def of(cls, result: Result, money: Money) -> Stated:
        """Choose as many decimals as the terms have; where they were not rounded, as everywhere else.

        Parameters
        ----------
        result
            With a contract.
        money
            How amounts of the report are written.
        """
        return cls.together([(result.members, result.rounding)], money)

    @classmethod
    def together(cls, contracts: Iterable[tuple[Sequence[Member], Rounding | None]], money: Money) -> Stated:
        """Choose as many decimals as the terms of any of several contracts have, so that all stand in one table.

        Parameters
        ----------
        contracts
            The members of each, and how its terms were rounded.
        money
            How amounts of the report are written.
        """
        shares, rates, amounts = [DECIMALS], [DECIMALS], [money.decimals]
        for members, rounding in contracts:
            if rounding is None or rounding.money_unit is None:
                continue
            shares += [_decimals(member.share) - 2 for member in members]
            rates += [_decimals(member.reimbursement_rate) - 2 for member in members]
            amounts += [_decimals(member.deposit) for member in members]
            amounts += [_decimals(member.transfer) for member in members if member.firm != rounding.settled_by]
        decimals = max(amounts) if money.decimals >= 0 else money.decimals
        return cls(max(shares), max(rates), Money(decimals, money.currency))

    def share(self, ratio: float) -> str:
        """Return a share of the revenue."""
        return percent(ratio, self.share_decimals)

    def rate(self, ratio: float) -> str:
        """Return a reimbursement rate."""
        return percent(ratio, self.rate_decimals)


def rounding_note(rounding: Rounding, money: Money, *, asked: float | None) -> str:
    """Return how terms were rounded, what that costs, and where coarser steps were not possible.

    Parameters
    ----------
    rounding
        How the terms were rounded.
    money
        How amounts of the report are written.
    asked
        The unit of money that was asked for, None: none was.
    """
    aimed = f"steps of {step_text(rounding.aimed_step)} and {amount_text(rounding.aimed_unit, money)}"
    if rounding.money_unit is None or rounding.share_step is None:
        return (
            f"The terms could not be rounded to {aimed}, nor to finer ones, without breaking a condition or costing "
            "more than the gap allows: the result file has them with all their digits."
        )
    cost = f"costs {amount_text(rounding.cost, money)}" if rounding.cost > 0.0 else "costs nothing"
    stated = f"{step_text(rounding.share_step)} and {amount_text(rounding.money_unit, money)}"
    note = f"Stated to {stated}; the rounding {cost}."
    if rounding.money_unit < rounding.aimed_unit or rounding.share_step < rounding.aimed_step:
        note += f" Coarser {aimed} would break a condition or cost more than the gap allows."
    if rounding.settled_by is not None:
        settler = clean(rounding.settled_by)
        note += f" {settler}'s transfer also balances the pool to the last digit (in the result file)."
    if asked == rounding.aimed_unit:
        return f"{note} The unit was asked for."
    instead = "" if asked is None else f" {amount_text(asked, money)}, as was asked for, leaves the conditions no room."
    return f"{note}{instead} The unit follows the size and digits of the amounts."


def step_text(step: float) -> str:
    """Return a step of shares as a percentage."""
    return f"{fixed(100.0 * step, max(0, _decimals(step) - 2))}%"


def amount_text(amount: float, money: Money) -> str:
    """Return an amount with as many digits as it has, up to two if it is no power of ten, and the unit."""
    few = len(Decimal(repr(amount)).normalize().as_tuple().digits) <= DECIMALS
    text = fixed(amount, _decimals(amount)) if few else significant(amount, DECIMALS)
    return f"{text} {money.currency}".rstrip()


def _decimals(number: float) -> int:
    """Return how many decimals a number is written with."""
    return max(0, -int(Decimal(repr(number)).normalize().as_tuple().exponent))
