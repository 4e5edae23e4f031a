"""What is to be varied: the sweep file ``rd-contract-sweep/1`` and its short form on the command line."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, Strict, model_validator

from ...base.choices import Design, Distribution
from ...base.errors import DocumentError, PlanError, Problem
from ...base.names import normalised
from ...formats.documents import WHOLE, Flag, Real, Text, Value, broken, describe
from ...formats.doors import Validated
from ...formats.file_format import FileFormat
from ...formats.hints import readings
from ...instance import Edit, Scalar, number_in, relative_in, value_in

#: Designs that draw samples from ranges.
SAMPLED: tuple[Design, ...] = ("latin-hypercube", "monte-carlo", "morris", "sobol")

#: Most values of one axis, most points of a sweep, and most numbers that a design draws (which are kept, 8 bytes each).
MAX_VALUES, MAX_POINTS, MAX_DRAWN = 100_000, 10_000_000, 50_000_000


class Axis(Validated):
    """One thing that is varied: values from a list, or a range."""

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
        if self.low is not None and self.high is not None and self.low > self.high:
            hint = f"write {self.high:.12g}:{self.low:.12g}"
            raise broken("axis-order", f"low of at most high ({self.high:g})", hint, self._given())
        if self.distribution == "lognormal" and self.low is not None and self.low <= 0.0:
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
    def label(self) -> str:
        """The path as tables show it."""
        return self.edit(None).label

    def edit(self, value: Scalar) -> Edit:
        """Return the change that a value of this axis makes."""
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


class SweepPlan(Validated, FileFormat):
    """What a sweep varies and how points are chosen."""

    problems_as: ClassVar[type[DocumentError]] = PlanError

    format: Literal["rd-contract-sweep/1"] = Field("rd-contract-sweep/1", description="Format and version of the file")
    design: Design = Field("grid", description="How points are chosen")
    samples: Annotated[int, Strict(), Field(ge=1, le=MAX_POINTS), WHOLE] | None = Field(
        None,
        description="Number of samples, for the designs that draw them; morris: of trajectories, each of one point "
        "more than things varied; sobol: of base samples, a power of 2, each of two points more than things varied",
    )
    seed: Annotated[int, Strict(), Field(ge=0, le=2**32 - 1), WHOLE] = Field(0, description="Seed of everything random")
    vary: Annotated[tuple[Axis, ...], Field(min_length=1, max_length=100)] = Field(description="What is varied")

    @model_validator(mode="after")
    def _fits_the_design(self) -> Self:
        if self.design in SAMPLED and self.samples is None:
            raise broken("samples", f"a number of samples for design {self.design}")
        if self.design not in SAMPLED and self.samples is not None:
            raise broken("samples", f"no number of samples for design {self.design}")
        labels = Counter(normalised(axis.label) for axis in self.vary)
        if twice := [label for label, count in labels.items() if count > 1]:
            raise broken("axis-twice", "each path at most once", found=f"{', '.join(twice)} more than once")
        if self.design == "morris" and self.samples == 1:
            raise broken("samples", "at least 2 trajectories for design morris")
        if self.design == "morris" and any(axis.values is not None for axis in self.vary):
            raise broken("morris-range", "ranges LOW:HIGH for design morris, no lists of values")
        if self.design == "sobol" and (self.samples or 0).bit_count() != 1:
            raise broken("samples", "a power of 2 for design sobol: 256, 512, 1024, ...")
        if self.count > MAX_POINTS:
            raise broken("points", f"at most {MAX_POINTS:,} points")
        if self.design in SAMPLED and self.count * len(self.vary) > MAX_DRAWN:
            raise broken("points", f"at most {MAX_DRAWN:,} numbers to draw: points times things varied")
        return self

    @property
    def count(self) -> int:
        """Number of points."""
        if self.design == "grid":
            return math.prod(len(axis.listed()) for axis in self.vary)
        if self.design == "one-at-a-time":
            return 1 + sum(len(axis.listed()) for axis in self.vary)
        return (self.samples or 0) * self.block

    @property
    def block(self) -> int:
        """Points that belong to one sample."""
        return {"morris": len(self.vary) + 1, "sobol": len(self.vary) + 2}.get(self.design, 1)

    @classmethod
    def from_options(
        cls,
        vary: Sequence[str],
        design: str,
        samples: int | None,
        seed: int,
        distribution: str = "uniform",
        source: str = "the sweep",
    ) -> Self:
        """Read the short form: ``PATH=START:STOP:N``, ``PATH=LOW:HIGH``, ``PATH=v1,v2``, factors after ``=*``.

        Changes in percent of what is there, with their signs, are factors as well: ``PATH=-20%:+20%``.

        Parameters
        ----------
        vary
            What to vary, each in the short form.
        design, samples, seed, distribution
            As in a plan; the distribution is that of every range ``LOW:HIGH``.
        source
            Where ``vary`` comes from, for messages.

        Raises
        ------
        PlanError
            With every problem.
        """
        axes, problems = [], []
        for text in vary:
            axis = _parse_axis(text, distribution)
            if isinstance(axis, Problem):
                problems.append(axis)
            else:
                axes.append(axis)
        if problems:
            raise PlanError(problems, source)
        try:
            return cls.from_dict({"design": design, "samples": samples, "seed": seed, "vary": axes}, source)
        except PlanError as error:
            raise PlanError([_as_written(problem, vary) for problem in error.problems], source) from None


def _as_written(problem: Problem, vary: Sequence[str]) -> Problem:
    """Return a problem of an axis with the text from which the axis was read as its place."""
    at = re.match(r"vary\[(\d+)\]", problem.path)
    return problem if at is None else replace(problem, path=vary[int(at[1])])


_PERCENT = re.compile(r"(?:^|[:,])\s*[-+]?[\d.]+\s*%\s*(?:[:,]|$)")


def _parse_axis(text: str, distribution: str) -> dict[str, Any] | Problem:
    path, equals, values = (part.strip() for part in text.rpartition("="))
    expected = "PATH=START:STOP:N, PATH=LOW:HIGH or PATH=v1,v2,..."
    if not equals or not path or not values:
        return Problem(text, f'"{text}"', expected, "factors stand after =*", "vary")
    scale, values = values.startswith("*"), values.removeprefix("*")
    listed = ":" not in values
    parts = [part.strip() for part in values.split("," if listed else ":")]
    ends = parts if listed else parts[:2]
    changes = [relative_in(part) for part in ends]
    read: list[Scalar]
    if not scale and len(ends) > 1 and None not in changes:
        scale, read = True, list(changes)
    elif _PERCENT.search(values):
        return Problem(path, f'"{values}"', expected, _in_numbers(path, values, scale, changes), "vary")
    else:
        read = [value_in(part) for part in parts] if listed else [number_in(part) for part in ends]
    axis: dict[str, Any] = {"path": path, "scale": scale}
    if listed:
        return axis | {"values": read}
    if len(parts) > 3 or None in read or (len(parts) == 3 and not parts[2].isdecimal()):
        hint = "decimals have a point: 0.5" if "," in values else ""
        return Problem(path, f'"{values}"', expected, hint, "vary")
    axis |= {"low": read[0], "high": read[1], "distribution": distribution}
    return axis | {"steps": int(parts[2])} if len(parts) == 3 else axis


def _in_numbers(path: str, values: str, scale: bool, changes: Sequence[float | None]) -> str:
    """Return a hint on percentages that are neither all values nor all changes."""
    if "," in values and ":" in values:
        return "decimals have a point: -2.5%:+2.5%"
    if any(change is not None for change in changes):
        return "several changes of what is there have a sign each: -20%:+20%; others are written as numbers"
    meant = re.sub(r"[^:,]*%", lambda part: ",".join(f"{value:.12g}" for value in readings(part[0])[:1]), values)
    return f"write {path}={'*' if scale else ''}{meant}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
