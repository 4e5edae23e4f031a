"""How coarsely the terms of a contract are stated: from the amounts it deals with, and finer where that is needed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import chain

import numpy as np

from ..model import exact
from ..model.design import Design, Terms
from ..model.parameters import Parameters
from ..model.payoffs import expected_revenue

#: Decimals of shares and rates that are aimed at: 0.01%.
SHARE_DIGITS = 4

#: Digits from the largest amount of a contract to its unit of money: one part in a million.
MONEY_DIGITS = 6

#: Digits of an amount in the file that can make the unit finer: what is written to more is not meant to the last.
WRITTEN_DIGITS = 9

#: Digits by which either step may become finer.
FINER = 6


@dataclass(frozen=True)
class Steps:
    """What terms are multiples of.

    Parameters
    ----------
    share
        Step of shares and reimbursement rates; shares add up to 1, so 1 is a multiple of it.
    money
        Unit of transfers and deposits, in the instance's money.
    """

    share: Fraction
    money: Fraction

    def finer(self, coarse: str, aim: Steps) -> Steps | None:
        """Return the next finer steps, or None where they would be too fine to be worth stating.

        Parameters
        ----------
        coarse
            ``share`` or ``money``: which one should become finer; if it cannot, the other does.
        aim
            The steps that were aimed at.
        """
        share, money = Steps(self.share / 10, self.money), Steps(self.share, self.money / 10)
        for steps in (share, money) if coarse == "share" else (money, share):
            if max(aim.share / steps.share, aim.money / steps.money) <= 10**FINER:
                return steps
        return None


def coarsest(team: Parameters, local: Design, terms: Terms, unit: float | None) -> Steps:
    """Return the steps to aim at.

    The unit of money is a power of ten, about a millionth of the largest amount of the contract, and not coarser than
    the amounts of the file are written.

    Parameters
    ----------
    team, local, terms
        The members' problem, their design and terms.
    unit
        Unit of money that was asked for, in the instance's money; None: none was.
    """
    share = Fraction(1, 10**SHARE_DIGITS)
    if unit is not None:
        return Steps(share, exact.written(unit))
    regime = team.regimes[local.regime]
    dealt = [expected_revenue(team, regime, local.efforts(team.x)), *terms.transfer, *terms.deposit, *team.outside]
    dealt += [regime.k * float(costs[level]) for costs, level in zip(team.c, local.levels, strict=True)]
    largest = max((_place(abs(float(amount)) * team.scale) for amount in dealt if amount != 0.0), default=0)
    # Averages over scenarios are not written anywhere.
    written = [amount for one in [world.problem for world in team.worlds] or [team] for amount in _written(one, local)]
    places = [_last_place(float(amount) * team.scale) for amount in written if np.isfinite(amount) and amount != 0.0]
    finest = min((place for place in places if place >= largest - WRITTEN_DIGITS), default=largest)
    return Steps(share, _power(min(largest - MONEY_DIGITS, finest)))


def _written(p: Parameters, local: Design) -> list[float]:
    """Return amounts that a file writes."""
    regime = p.regimes[local.regime]
    amounts = [regime.K, *p.pi.values(), *chain(*p.entry_costs.values()), *p.outside, *p.liquidity, *p.d_max]
    return [*amounts, *(float(costs[-1]) for costs in p.c)]  # of a curve, the only cost that is written


def _power(exponent: int) -> Fraction:
    return Fraction(10) ** exponent


def _place(amount: float) -> int:
    """Return the power of ten of an amount's first digit."""
    return Decimal(repr(amount)).adjusted()


def _last_place(amount: float) -> int:
    """Return the power of ten of the last digit that an amount is written with."""
    return int(Decimal(repr(amount)).normalize().as_tuple().exponent)
