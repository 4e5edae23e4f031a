"""The checklist of innovation modes as a formula, (A1)-(A4): what each factor pushes, and where the advice tips.

The score is linear in what each factor enters as, all else unchanged, so that both have a closed form.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from ...base.tolerances import ROUNDING
from ...instance import FACTOR_OF, Context, Orientation, Position

#: The two modes between which the checklist tells.
Side = Literal["exploratory", "exploitative"]

#: How factors enter (A1).
Group = Literal["internal", "external", "moderator", "position"]

#: By how many an average is divided, whether all of them are known or not: what is left out counts 0 (A1).
PARTS: Mapping[Group, float] = {"internal": 3.0, "external": 2.0, "position": 1.0}

#: Where the propositions come from.
SOURCE = (
    "S. Wei, W. Liu, Y. Lin, J. Wang and T. Liu (2021), Smart supply chain innovation model selection: exploitative or "
    "exploratory innovation? International Journal of Logistics Research and Applications"
)

#: What advice is, and what not.
CAUTION = (
    "A structured checklist from four case studies, not a measured model: the directions are the studies', the numbers "
    "are the formula's."
)

#: The orientations that point to exploring.
_EXPLORING: tuple[Orientation, ...] = ("entrepreneurial", "product", "technology")
ORIENTATION = "strategic_orientation"


@dataclass(frozen=True)
class Factor:
    """One factor of the checklist.

    Parameters
    ----------
    name
        Its field of the context.
    group
        How it enters.
    proposition
        What the studies say of it, in our words.
    sign
        Whether much of it points to exploring (+1) or to exploiting (−1).
    """

    name: str
    group: Group
    proposition: str
    sign: float = 1.0

    @property
    def neutral(self) -> float:
        """The value, in [0, 1], that counts as much as one that is not known: nothing (A2)."""
        return 0.0 if self.group == "moderator" else 0.5

    def entered(self, value: float | str | None) -> float:
        """Return what a value enters as (A2): between −1 and 1, of a moderator between 0 and 1; 0 where none is known.

        Parameters
        ----------
        value
            As the context has it.
        """
        if value is None:
            return 0.0
        if isinstance(value, str):
            return 1.0 if value in _EXPLORING else -1.0
        return value if self.group == "moderator" else self.sign * (2.0 * value - 1.0)

    def value(self, entered: float) -> float:
        """Return the value, in [0, 1] where there is one, that enters as a number.

        Parameters
        ----------
        entered
            The number.
        """
        return entered if self.group == "moderator" else (self.sign * entered + 1.0) / 2.0


#: The factors in the order in which they are told.
FACTORS: tuple[Factor, ...] = (
    Factor(
        ORIENTATION,
        "internal",
        "A strategy of entrepreneurship, products or technology favours exploring, one of markets or sales exploiting.",
    ),
    Factor("network_ties", "internal", "Strong ties in the supply chain favour exploring, weak ones exploiting."),
    Factor("decentralisation", "internal", "Decentralised control favours exploring, centralised control exploiting."),
    Factor("peer_competition", "external", "Intense competition among peers favours exploring, mild one exploiting."),
    Factor("policy_support", "external", "Much support by public policy favours exploring, little exploiting."),
    Factor("smart_technology", "moderator", "Use of smart technology strengthens what the internal factors do."),
    Factor("demand_change", "moderator", "Change of demand in the market strengthens what the internal factors do."),
    Factor(
        "supplier_distance_difference",
        "position",
        "Manufacturers: suppliers whose distances differ little favour innovating with them, and so exploring.",
        -1.0,
    ),
    Factor(
        "information_integration",
        "position",
        "Distributors: integration by information in the whole chain favours exploring, isolated links exploiting.",
    ),
)


def factors_for(position: Position | None) -> tuple[Factor, ...]:
    """Return the factors that can count: of those about a position the lead's own, or both where none is known.

    Parameters
    ----------
    position
        Of the lead in the chain.
    """
    others = {factor for about, factor in FACTOR_OF.items() if position not in (None, about)}
    return tuple(factor for factor in FACTORS if factor.name not in others)


def probability(score: float) -> float:
    """Return p = 1/(1 + e^−score), (A3), which neither end of the range can break.

    Parameters
    ----------
    score
        Any finite number.
    """
    part = math.exp(-abs(score))
    return 1.0 / (1.0 + part) if score >= 0.0 else part / (1.0 + part)


def side_of(score: float) -> Side | None:
    """Return what a score, or a push, points to; None where it is 0 but for rounding.

    Parameters
    ----------
    score
        The number.
    """
    return None if abs(score) <= ROUNDING else "exploratory" if score > 0.0 else "exploitative"


@dataclass(frozen=True)
class Checklist:
    """What is known of a situation, as it enters (A1).

    Parameters
    ----------
    factors
        Those that count.
    entered
        What each enters as (A2), by name.
    weights
        How much each counts, by name.
    """

    factors: tuple[Factor, ...]
    entered: Mapping[str, float]
    weights: Mapping[str, float]

    @classmethod
    def of(cls, context: Context, position: Position | None) -> Checklist:
        """Return the checklist of a context.

        Parameters
        ----------
        context
            What is known.
        position
            Of the lead in the chain.
        """
        factors = factors_for(position)
        return cls(
            factors,
            {factor.name: factor.entered(getattr(context, factor.name)) for factor in factors},
            {factor.name: getattr(context.weighing, factor.name) for factor in factors},
        )

    def counted(self, group: Group) -> float:
        """Return the weighted sum of a group, Σ w z."""
        return math.fsum(self.weights[one.name] * self.entered[one.name] for one in self.factors if one.group == group)

    @property
    def internal(self) -> float:
        """The part of the internal factors before anything strengthens it, Σ w z / 3."""
        return self.counted("internal") / PARTS["internal"]

    @property
    def strengthening(self) -> float:
        """What the internal part is multiplied by, 1 + Σ w z over the moderators."""
        return 1.0 + self.counted("moderator")

    @property
    def score(self) -> float:
        """The score (A1): above 0 it points to exploring, below to exploiting."""
        rest = (self.counted(group) / PARTS[group] for group in ("external", "position"))
        return math.fsum([self.strengthening * self.internal, *rest])

    def push(self, factor: Factor) -> float:
        """Return the part of the score that is a factor's (A4); the parts of all add up to the score.

        Of an internal factor that is its part before it is strengthened, of a moderator what it adds to their sum.

        Parameters
        ----------
        factor
            One that counts.
        """
        counted = self.weights[factor.name] * self.entered[factor.name]
        return counted * self.internal if factor.group == "moderator" else counted / PARTS[factor.group]

    def slope(self, factor: Factor) -> float:
        """Return by how much the score rises for each 1 that a factor enters as more, all else unchanged."""
        weight = self.weights[factor.name]
        if factor.group == "moderator":
            return weight * self.internal
        return weight / PARTS[factor.group] * (self.strengthening if factor.group == "internal" else 1.0)

    def instead(self, factor: Factor, entered: float) -> Checklist:
        """Return the same with another number for one factor."""
        return replace(self, entered={**self.entered, factor.name: entered})

    def tips_at(self, factor: Factor) -> float | None:
        """Return the value of a factor at which p = 1/2, all else unchanged; None: none in [0, 1].

        Parameters
        ----------
        factor
            One that counts, and has numbers for values.
        """
        slope = self.slope(factor)
        if factor.name == ORIENTATION or slope == 0.0:
            return None
        value = factor.value(-self.instead(factor, 0.0).score / slope)
        return min(max(value, 0.0), 1.0) if -ROUNDING <= value <= 1.0 + ROUNDING else None

    def tips_with(self) -> tuple[Orientation, ...]:
        """Return the strategic orientations that would turn the advice, all else unchanged."""
        [orientation] = [factor for factor in self.factors if factor.name == ORIENTATION]
        now = side_of(self.score)
        turning = (
            word
            for word in get_args(Orientation)
            if side_of(self.instead(orientation, orientation.entered(word)).score) not in (None, now)
        )
        return () if now is None else tuple(turning)
