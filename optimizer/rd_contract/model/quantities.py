"""What the fields of a problem are, said once beside each: along what they run, and how they are counted in money.

From that follow the three things that are done to a problem as a whole, for every field there is: counting money in
another unit (:func:`converted`), leaving firms out (:func:`restricted`), and finding the largest amount
(:func:`largest_amount`). A field that does not say what it is cannot be declared.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast, get_type_hints

import numpy as np

from ..instance.groups import IN_MONEY

#: Whether an amount of money decides the unit: by itself, beside other money only (where there is no other), or not
#: at all, because it only bounds.
Weight = Literal["amount", "beside", "bound"]

Problem = TypeVar("Problem")


class Kept:
    """The firms that are kept, by position, in their order."""

    def __init__(self, firms: Sequence[int]) -> None:
        self.rows = np.array(firms, dtype=int)
        self.place = {i: at for at, i in enumerate(firms)}


# --- along what a field runs -------------------------------------------------------------------------------


class Whole:
    """A value of the problem as a whole, whoever is in it."""

    def restricted(self, value: Any, kept: Kept) -> Any:
        """Return what is left of the value among the firms kept."""
        return value

    def mapped(self, value: Any, change: Callable[[Any], Any]) -> Any:
        """Return the value with its amounts changed."""
        return change(value)

    def amounts(self, value: Any) -> Iterator[Any]:
        """Yield the amounts in it, numbers or arrays."""
        yield value


class PerFirm(Whole):
    """An array whose first axis runs along the firms."""

    def restricted(self, value: Any, kept: Kept) -> Any:
        """Return the rows of the firms kept."""
        return value[kept.rows]


class Menus(Whole):
    """A tuple with an entry for each firm: a name, or an array along its menu."""

    def restricted(self, value: Any, kept: Kept) -> Any:
        """Return the entries of the firms kept."""
        return tuple(value[i] for i in kept.rows)

    def mapped(self, value: Any, change: Callable[[Any], Any]) -> Any:
        """Return the entries changed one by one."""
        return tuple(change(entry) for entry in value)

    def amounts(self, value: Any) -> Iterator[Any]:
        """Yield the entries."""
        yield from value


class AllPairs(Whole):
    """Amounts of all pairs of firms, :class:`~rd_contract.model.pair_amounts.PairAmounts`."""

    def restricted(self, value: Any, kept: Kept) -> Any:
        """Return the amounts of the pairs of which both are kept."""
        return value.restricted(kept.rows)

    def mapped(self, value: Any, change: Callable[[Any], Any]) -> Any:
        """Return the amounts changed."""
        return value.changed(lambda amount, *_: change(amount))

    def amounts(self, value: Any) -> Iterator[Any]:
        """Yield the amounts."""
        yield value.numbers


class PerPair(Whole):
    """Values of some pairs (i < j), a mapping; or the pairs alone, a tuple."""

    def restricted(self, value: Any, kept: Kept) -> Any:
        """Return the pairs of which both are kept."""
        place = kept.place
        both = [(i, j) for i, j in value if i in place and j in place]
        if isinstance(value, Mapping):
            return {(place[i], place[j]): value[i, j] for i, j in both}
        return tuple((place[i], place[j]) for i, j in both)

    def mapped(self, value: Any, change: Callable[[Any], Any]) -> Any:
        """Return the values changed one by one."""
        return {pair: change(amount) for pair, amount in value.items()}

    def amounts(self, value: Any) -> Iterator[Any]:
        """Yield the values."""
        yield from value.values()


class Position(Whole):
    """The position of one firm; None: of none."""

    def restricted(self, value: Any, kept: Kept) -> Any:
        """Return where the firm stands now."""
        return kept.place.get(value)


class Positions(Whole):
    """The positions of some firms."""

    def restricted(self, value: Any, kept: Kept) -> Any:
        """Return where those that are kept stand now."""
        return tuple(kept.place[i] for i in value if i in kept.place)


class Rows(Whole):
    """Rows over the firms, with limits; those of a measure in money are the amounts."""

    def restricted(self, value: Any, kept: Kept) -> Any:
        """Return the rows over the firms kept."""
        return tuple(
            dataclasses.replace(
                row, weights=row.weights[kept.rows], labels=None if row.labels is None else row.labels[kept.rows]
            )
            for row in value
        )

    def mapped(self, value: Any, change: Callable[[Any], Any]) -> Any:
        """Return the rows with the limits changed that are money."""
        return tuple(
            dataclasses.replace(row, lower=change(row.lower), upper=change(row.upper))
            if row.measure in IN_MONEY
            else row
            for row in value
        )

    def amounts(self, value: Any) -> Iterator[Any]:
        """Yield the limits that are money and there."""
        limits = (limit for row in value if row.measure in IN_MONEY for limit in (row.lower, row.upper))
        yield from (limit for limit in limits if math.isfinite(limit))


class TeamSize(Whole):
    """A number of firms that cannot exceed how many there are."""

    def restricted(self, value: Any, kept: Kept) -> Any:
        """Return the number, at most the firms kept."""
        return min(value, len(kept.rows))


class Factor(Whole):
    """A low-rank form: rows along the firms, shape (n, rank), and weights, shape (rank,), which are the amounts."""

    def restricted(self, value: Any, kept: Kept) -> Any:
        """Return the rows of the firms kept, with all weights."""
        return value[0][kept.rows], value[1]

    def mapped(self, value: Any, change: Callable[[Any], Any]) -> Any:
        """Return the form with its weights changed."""
        return value[0], change(value[1])

    def amounts(self, value: Any) -> Iterator[Any]:
        """Yield the weights."""
        yield value[1]


class Parts(Menus):
    """A tuple of objects that declare quantities themselves, whoever is in the problem."""

    def restricted(self, value: Any, kept: Kept) -> Any:
        """Return them all."""
        return value


class Worlds(Whole):
    """The numbers of scenarios among the same firms, :class:`~rd_contract.model.scenarios.Scenarios` (M25).

    None of them decides the unit.
    """

    def restricted(self, value: Any, kept: Kept) -> Any:
        """Return the scenarios among the firms kept."""
        return value.restricted(kept.rows)

    def amounts(self, value: Any) -> Iterator[Any]:
        """Yield nothing: the averages are amounts of the problem itself."""
        return iter(())


class Originals(Whole):
    """Fields of the same problem under their names, as they were before they were changed."""


# --- declaring ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quantity:
    """What a field is.

    Parameters
    ----------
    shape
        Along what it runs.
    money
        The power of money in its unit: 1 for an amount, −1 for what counts per unit of money, 0 for a number.
    weight
        Whether it decides the unit.
    times
        The factor of the regime that multiplies it: ``f`` on value, ``k`` on effort cost; empty: none.
    source
        The field of a firm that it is read from, dotted; empty: it is derived.
    entry
        Whether it is what membership by itself costs a firm, whatever it does and whatever the terms are (M10).
    """

    shape: type[Whole] = Whole
    money: int = 0
    weight: Weight = "bound"
    times: Literal["f", "k", ""] = ""
    source: str = ""
    entry: bool = False


@functools.cache
def quantities(problem: type) -> dict[str, Quantity]:
    """Return what each field of a kind of problem is, by name.

    Parameters
    ----------
    problem
        A dataclass whose fields are annotated with a :class:`Quantity` each.

    Raises
    ------
    TypeError
        When a field does not say what it is.
    """
    found = {}
    for name, annotation in get_type_hints(problem, include_extras=True).items():
        said = [mark for mark in getattr(annotation, "__metadata__", ()) if isinstance(mark, Quantity)]
        if len(said) != 1:
            raise TypeError(f"{problem.__name__}.{name} does not say what quantity it is")
        found[name] = said[0]
    return found


def _present(problem: object) -> Iterator[tuple[str, Quantity, Any]]:
    """Yield name, declaration and value of every field that is there."""
    for name, declared in quantities(cast(Hashable, type(problem))).items():
        value = getattr(problem, name)
        if value is not None:
            yield name, declared, value


# --- what is done to all -----------------------------------------------------------------------------------


def converted(problem: Problem, unit: float) -> Problem:
    """Return the same problem with money counted in a unit that is so many times the present one."""
    kinds = quantities(cast(Hashable, type(problem)))

    def convert(declared: Quantity, value: Any) -> Any:
        if declared.shape is Originals:
            return {name: convert(kinds[name], original) for name, original in value.items()}
        if declared.shape is Worlds:
            return value.converted(unit)
        if declared.shape is Parts:
            return declared.shape().mapped(value, lambda part: converted(part, unit))
        if declared.money == 0:
            return value
        return declared.shape().mapped(value, lambda amount: amount / unit if declared.money == 1 else amount * unit)

    changed = {name: convert(declared, value) for name, declared, value in _present(problem)}
    return dataclasses.replace(problem, **changed)  # type: ignore[type-var]


def restricted(problem: Problem, firms: Sequence[int]) -> Problem:
    """Return the problem among some of the firms, in their order; rules on the others go with them.

    Parameters
    ----------
    problem
        The problem.
    firms
        Positions of the firms that are kept.
    """
    kinds, kept = quantities(cast(Hashable, type(problem))), Kept(firms)

    def restrict(declared: Quantity, value: Any) -> Any:
        if declared.shape is Originals:
            return {name: restrict(kinds[name], original) for name, original in value.items()}
        return declared.shape().restricted(value, kept)

    changed = {name: restrict(declared, value) for name, declared, value in _present(problem)}
    return dataclasses.replace(problem, **changed)  # type: ignore[type-var]


def largest_amount(problem: Any, weight: Weight, factors: Mapping[str, float]) -> float:
    """Return the largest amount of money of one weight, the factors of the regimes applied; 0 if there is none.

    Parameters
    ----------
    problem
        The problem.
    weight
        Amounts of which weight.
    factors
        Value of each factor that a quantity may name.
    """
    largest = 0.0
    for _, declared, value in _present(problem):
        if declared.shape is Parts:
            found = [largest_amount(part, weight, factors) for part in declared.shape().amounts(value)]
        elif declared.money == 1 and declared.weight == weight:
            found = [_largest(amount) for amount in declared.shape().amounts(value)]
        else:
            continue
        largest = max(largest, factors.get(declared.times, 1.0) * max(found, default=0.0))
    return largest


def _largest(amount: Any) -> float:
    if isinstance(amount, np.ndarray):  # of a large pool, a copy of absolute values would take gigabytes
        return max(float(amount.max(initial=0.0)), -float(amount.min(initial=0.0)))
    return math.fabs(amount)
