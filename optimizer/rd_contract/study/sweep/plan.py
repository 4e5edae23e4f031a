"""What is to be varied: the sweep file ``rd-contract-sweep/1`` and its short form on the command line."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, Strict, model_validator

from ...base.choices import Design
from ...base.errors import DocumentError, PlanError, Problem
from ...base.names import normalised
from ...formats.documents import WHOLE, broken
from ...formats.doors import Validated
from ...formats.file_format import FileFormat
from ...formats.hints import readings
from ...instance import Scalar, number_in, relative_in, value_in
from .axis import Axis

#: Designs that draw samples from ranges.
SAMPLED: tuple[Design, ...] = ("latin-hypercube", "monte-carlo", "morris", "sobol")

#: Most points of a sweep, and most numbers that a design draws (which are kept, 8 bytes each).
MAX_POINTS, MAX_DRAWN = 10_000_000, 50_000_000


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
        labels = Counter(normalised(part.column) for axis in self.vary for part in axis.parts)
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
        if self.design in SAMPLED and self.count * sum(len(axis.parts) for axis in self.vary) > MAX_DRAWN:
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
        together: Sequence[str] = (),
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
        together
            Which of them move together: their numbers, counted from 1, as in ``1,2``; the first names the value.

        Raises
        ------
        PlanError
            With every problem.
        """
        read = [_parse_axis(text, distribution) for text in vary]
        groups = _groups(together, len(vary))
        problems = [found for found in [*read, *groups] if isinstance(found, Problem)]
        if problems:
            raise PlanError(problems, source)
        drivers = _drivers([group for group in groups if not isinstance(group, Problem)], len(vary))
        axes = [_joined([part for at in driver if not isinstance(part := read[at], Problem)]) for driver in drivers]
        try:
            return cls.from_dict({"design": design, "samples": samples, "seed": seed, "vary": axes}, source)
        except PlanError as error:
            told = [_as_written(problem, vary, drivers) for problem in error.problems]
            raise PlanError(told, source) from None


def _groups(together: Sequence[str], count: int) -> list[list[int] | Problem]:
    """Return the positions that each option for moving together names, or what is wrong with it."""
    found: list[list[int] | Problem] = []
    taken: set[int] = set()
    for text in together:
        numbers = [part.strip() for part in text.split(",")]
        named = [int(number) - 1 for number in numbers if number.isdecimal()]
        if len(named) < max(len(numbers), 2) or not all(0 <= at < count for at in named):
            expected = f"at least two numbers of what is varied, from 1 to {count}, such as 1,2"
            found.append(Problem(text, f'"{text}"', expected, "as they stand, the first is 1", "together"))
        elif len(set(named)) < len(named) or taken & set(named):
            found.append(Problem(text, f'"{text}"', "each number once, in one group", "", "together"))
        else:
            found.append(named)
            taken |= set(named)
    return found


def _drivers(groups: Sequence[list[int]], count: int) -> list[list[int]]:
    """Return what moves together, by positions, each group where its first stands."""
    grouped = {at for group in groups for at in group}
    return sorted([*groups, *([at] for at in range(count) if at not in grouped)])


def _joined(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    first, *others = parts
    return first | {"together": others} if others else first


def _as_written(problem: Problem, vary: Sequence[str], drivers: Sequence[list[int]]) -> Problem:
    """Return a problem of an axis with the text from which the axis was read as its place."""
    at = re.match(r"vary\[(\d+)\](?:\.together\[(\d+)\])?", problem.path)
    if at is None:
        return problem
    return replace(problem, path=vary[drivers[int(at[1])][0 if at[2] is None else int(at[2]) + 1]])


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
