"""What each member could secretly do instead: best responses by plain enumeration.

The payoff (M10) is computed again at every deviating profile, with the terms as they stand and the
expected loss from being caught. The inequality (M11) is not used: it is what this puts to the test.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ..base.arrays import Array
from ..model.design import Design, Terms
from ..model.parameters import Parameters
from ..model.payoffs import Payoffs, payoffs
from .checks import largest, slack

#: The terms of (M10); what a firm's own effort does not move cancels in a deviation.
_TERMS = tuple(field.name for field in fields(Payoffs))


@dataclass(frozen=True, slots=True)
class Deviation:
    """One level that a member could work at instead of the agreed one, the others keeping to theirs.

    Parameters
    ----------
    level
        Position in the member's menu.
    gain
        Change of its expected payoff, the expected penalty subtracted, money; negative: deviating costs.
    scale
        Magnitude of the largest change among the terms of the payoff (M10) and the penalty, money.
    rounding
        Magnitude of the largest of these terms, before or after, money.
    """

    level: int
    gain: float
    scale: float
    rounding: float

    @property
    def tempting(self) -> bool:
        """Whether it pays, beyond the certificate's tolerance; an undefined gain counts as tempting."""
        return not self.gain <= slack(self.scale, self.rounding)


def penalty(parameters: Parameters, design: Design, terms: Terms, firm: int) -> Array:
    """Return the expected loss of playing each level, shape (|L_i|,), money.

    It is q_m·max(0, x_agreed − x)·(d_i + stake_i): detection, times what a detected breach costs.

    Parameters
    ----------
    parameters, design, terms
        The contract; the loss is relative to its agreed effort.
    firm
        Position of the member.
    """
    x = parameters.x[firm]
    shortfall: Array = (x[design.levels[firm]] - x).clip(min=0.0)
    at_stake = float(terms.deposit[firm] + parameters.stake[firm])
    loss: Array = parameters.regimes[design.regime].q * shortfall * at_stake
    return loss


def deviations(parameters: Parameters, design: Design, terms: Terms, firm: int) -> tuple[Deviation, ...]:
    """Return every unilateral deviation of one member from the agreed profile.

    Parameters
    ----------
    parameters, design, terms
        The contract, arrays of shape (n,).
    firm
        Position of the member.
    """
    agreed = _books(payoffs(parameters, design, terms), firm)
    losses = penalty(parameters, design, terms, firm)
    return tuple(
        _deviation(agreed, _books(payoffs(parameters, _played(design, firm, level), terms), firm), level, float(loss))
        for level, loss in enumerate(losses)
        if level != design.levels[firm]
    )


def best_responses(parameters: Parameters, design: Design, terms: Terms) -> tuple[Deviation | None, ...]:
    """Return the most attractive deviation of every firm; None where it is outside or has no choice.

    A deviation that breaks the certificate's tolerance comes before those that do not.
    """
    return tuple(
        most_attractive(deviations(parameters, design, terms, firm)) if level >= 0 else None
        for firm, level in enumerate(design.levels)
    )


def most_attractive(options: tuple[Deviation, ...]) -> Deviation | None:
    """Return the deviation with the largest gain, a tempting one if there is any; None without options."""
    return max(options, key=lambda option: (option.tempting, option.gain), default=None)


def _played(design: Design, firm: int, level: int) -> Design:
    levels = design.levels
    return Design(design.regime, (*levels[:firm], level, *levels[firm + 1 :]))


def _books(parts: Payoffs, firm: int) -> tuple[float, Array]:
    """Return one firm's payoff and its terms (M10), money."""
    return float(parts.total[firm]), np.array([getattr(parts, term)[firm] for term in _TERMS])


def _deviation(before: tuple[float, Array], after: tuple[float, Array], level: int, loss: float) -> Deviation:
    (old, old_terms), (new, new_terms) = before, after
    return Deviation(
        level=level,
        gain=new - loss - old,
        scale=largest(new_terms - old_terms, loss),
        rounding=largest(old_terms, new_terms, old, new, loss),
    )
