"""What each member could secretly do instead: best responses by plain enumeration.

The payoff (M10) is computed again at every deviating profile, with the terms as they stand and the
expected loss from being caught. The inequality (M11) is not used: it is what this puts to the test.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    scenario
        The scenario in which it would do so (M26); None: whatever comes (M11), (M27).
    """

    level: int
    gain: float
    scale: float
    rounding: float
    scenario: str | None = None

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


def deviations(
    parameters: Parameters, design: Design, terms: Terms, firm: int, scenario: str | None = None
) -> tuple[Deviation, ...]:
    """Return every unilateral deviation of one member from the agreed profile.

    Parameters
    ----------
    parameters, design, terms
        The contract, arrays of shape (n,).
    firm
        Position of the member.
    scenario
        Whose numbers these are.
    """
    old, old_terms = _books(payoffs(parameters, design, terms), firm)
    found = []
    for level, loss in enumerate(penalty(parameters, design, terms, firm).tolist()):
        if level == design.levels[firm]:
            continue
        new, new_terms = _books(payoffs(parameters, _played(design, firm, level), terms), firm)
        scale, rounding = largest(new_terms - old_terms, loss), largest(old_terms, new_terms, old, new, loss)
        found.append(Deviation(level, new - loss - old, scale, rounding, scenario))
    return tuple(found)


def averaged(chances: Sequence[float], each: Sequence[tuple[Deviation, ...]]) -> tuple[Deviation, ...]:
    """Return a member's deviations where it works before it knows the scenario: what they bring on average (M27).

    Parameters
    ----------
    chances
        Probability of each scenario.
    each
        The member's deviations with the numbers of each, from the same level.
    """
    found = []
    for same in zip(*each, strict=True):
        gain, scale, rounding = (
            sum(chance * float(getattr(one, name)) for chance, one in zip(chances, same, strict=True))
            for name in ("gain", "scale", "rounding")
        )
        found.append(Deviation(same[0].level, gain, scale, rounding))
    return tuple(found)


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
