"""What a sweep varies: paths with lists of values or with ranges, alone or several at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Self

from pydantic import Field, Strict, model_validator

from ...base.choices import Distribution
from ...base.errors import DocumentError, PlanError
from ...formats.documents import WHOLE, Flag, Real, Text, Value, broken, describe
from ...formats.doors import Validated
from ...instance import Edit, Scalar

#: Most values of one axis, and most paths that move together with one.
MAX_VALUES, MAX_TOGETHER = 100_000, 10_000

#: Between the paths of one axis, in its name.
AND = " & "

#: What an axis sets at a point: one value for each of its paths.
Setting = tuple[Scalar, ...]


class Moved(Validated):
    """One path, and what stands there point by point: values from a list, or a range."""

    problems_as: ClassVar[type[DocumentError]] = PlanError

    path: Annotated[Text, Field(min_length=1)] = Field(description="Dotted path into the instance")
    scale: Flag = Field(False, description="Whether values are factors on what stands in the instance")
    values: Annotated[tuple[Value, ...], Field(min_length=1, max_length=MAX_VALUES)] | None = Field(
        None, description="Values; null: a range"
    )
    low: Real | None = Field(None, description="Lower end of the range, or its 5 % quantile (normal, lognormal)")
    high: Real | None = Field(None, description="Upper end of the range, or its 95 % quantile (normal, lognormal)")
    steps: Annotated[int, Strict(), Field(ge=1, le=MAX_VALUES), WHOLE] | None = Field(
        None, description="Number of evenly spaced values of the range, its ends included"
    )
    distribution: Distribution = Field("uniform", description="How samples are drawn from the range")

    @model_validator(mode="after")
    def _values_or_range(self) -> Self:
        if self.values is None and (self.low is None or self.high is None):
            raise broken("axis", "values, or both low and high", found=self._given())
        if self.values is not None and not (self.low is self.high is self.steps is None):
            raise broken("axis", "either values or a range, not both", found=self._given())
        ends = [end for end in (self.low, self.high) if end is not None]
        if self.distribution == "lognormal" and min(ends, default=1.0) <= 0.0:
            raise broken("axis-lognormal", "low above 0 for a lognormal distribution", found=self._given())
        if self.scale and self.values is not None and not all(_is_number(value) for value in self.values):
            words = ", ".join(describe(value) for value in self.values if not _is_number(value))
            raise broken("axis-scale", "numbers as factors", found=words)
        return self

    def _given(self) -> str:
        """Return in words which values the axis was given."""
        given = {"values": self.values, "low": self.low, "high": self.high, "steps": self.steps}
        shown = {name: value for name, value in given.items() if value is not None}
        words = (f"{value:.12g}" if isinstance(value, float) else describe(value) for value in shown.values())
        return ", ".join(map(" ".join, zip(shown, words, strict=True))) or "neither"

    @property
    def column(self) -> str:
        """The path as tables show it."""
        return self.edit(None).label

    def edit(self, value: Scalar) -> Edit:
        """Return the change that a value makes."""
        return Edit(self.path, value, "scale" if self.scale else "set")

    def listed(self) -> tuple[Scalar, ...]:
        """Return the values of a grid; a range without steps has its two ends."""
        if self.values is not None:
            return self.values
        low, high = self.ends
        count = 2 if self.steps is None else self.steps
        if count == 1:
            return (low,)
        # Each value by itself, so that no rounding adds up and the ends are exact.
        return (*(low + (high - low) * (step / (count - 1)) for step in range(count - 1)), high)

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the range."""
        if self.low is None or self.high is None:
            raise ValueError(f"{self.path} has a list of values and no range")
        return float(self.low), float(self.high)


class Axis(Moved):
    """One thing that is varied: a path, or several that move together.

    What moves together takes its values in step: at every point all stand at the same place of their lists, or of their
    ranges. The first path names the value; samples draw one quantile for all. What moves along may fall as the first
    rises, as probabilities have to that add up to 1.
    """

    together: Annotated[tuple[Moved, ...], Field(max_length=MAX_TOGETHER)] = Field(
        (),
        description="What moves along: as many values, or ranges with as many steps; of these low may lie above high: "
        "what falls as the first path rises",
    )

    @model_validator(mode="after")
    def _in_step(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            hint = f"write {self.high:.12g}:{self.low:.12g}"
            raise broken("axis-order", f"low of at most high ({self.high:g})", hint, self._given())
        for other in self.together:
            if (other.values is None) != (self.values is None):
                expected = f"a {'range' if self.values is None else 'list of values'}, as {self.path} has one"
                raise broken("axis-together", expected, found=f"{other.path} with {other._given()}")
            if len(other.listed()) != len(self.listed()):
                found = f"{other.path} with {len(other.listed())} values"
                raise broken("axis-together", f"as many values as {self.path} has ({len(self.listed())})", found=found)
        return self

    @property
    def parts(self) -> tuple[Moved, ...]:
        """All that moves, what names the value first."""
        return (self, *self.together)

    @property
    def label(self) -> str:
        """The paths as tables show them: one driver is one row."""
        return AND.join(part.column for part in self.parts)

    def edits(self, setting: Setting) -> tuple[Edit, ...]:
        """Return the changes that a setting makes."""
        return tuple(part.edit(value) for part, value in zip(self.parts, setting, strict=True))

    def settings(self) -> list[Setting]:
        """Return the settings of a grid, one for each value."""
        return list(zip(*(part.listed() for part in self.parts), strict=True))

    def at(self, values: Sequence[float]) -> Axis:
        """Return the axis with values in place of its range; what moves along stands as far in its own.

        Parameters
        ----------
        values
            Values of the first path, within its range.
        """
        low, high = self.ends

        def listing(part: Moved) -> dict[str, object]:
            first, last = part.ends
            stretch = (last - first) / (high - low) if high > low else 0.0
            own = values if part is self else [first + (value - low) * stretch for value in values]
            return {"path": part.path, "scale": part.scale, "values": tuple(own)}

        return Axis.model_validate(listing(self) | {"together": [listing(part) for part in self.together]})


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
