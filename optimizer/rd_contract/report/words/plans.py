"""A sweep's plan in words, to be read before hours are spent on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...instance import Instance, Scalar, left_out, named_values_at
from ...study.sweep import SAMPLED, Axis, Moved, SweepPlan
from .numbers import clean, exact, listing, plural

#: Values of one axis, and names, that are shown.
SHOWN = 8

#: What the entries of a list of the instance are called.
KINDS = {
    "firms": ("firm", "firms"),
    "relations": ("pair", "pairs"),
    "modes": ("mode", "modes"),
    "monitoring": ("kind of monitoring", "kinds of monitoring"),
}

#: Two whole numbers that may be meant as one with a decimal comma; the first is small.
PAIR = re.compile(r"(-?\d{1,3}),(\d+)")

Places = Sequence[tuple[tuple[str, ...], Scalar]]


def plan_words(instance: Instance, plan: SweepPlan) -> list[str]:
    """Return what a sweep will vary, and over which values: a line for the whole, and one for each axis.

    Parameters
    ----------
    instance
        What is varied.
    plan
        How; its paths lead somewhere.

    Raises
    ------
    InstanceError
        When one does not.
    """
    head = f"{plan.design.replace('-', ' ').capitalize()}: {plural(plan.count, 'point')}, varying"
    return [head, *(f"- {_axis(instance, axis, plan)}" for axis in plan.vary)]


def decimal_hints(instance: Instance, vary: Sequence[str]) -> Iterator[str]:
    """Yield hints on values in short form that read like one number with a decimal comma.

    Two whole numbers without a blank between are taken for one where a list makes little sense (``0,5``, ``9,5``,
    ``1,05``), or where what stands in the instance now and would be replaced has decimals as well.

    Parameters
    ----------
    instance
        What is varied.
    vary
        Options ``PATH=VALUES``; the paths lead somewhere.
    """
    for text in vary:
        path, _, values = text.rpartition("=")
        values = values.strip()
        match = PAIR.fullmatch(values.removeprefix("*"))
        if match is None:
            continue
        first, second = match.groups()
        unlike_a_list = int(first) == 0 or int(second) < int(first) or (second.startswith("0") and len(second) > 1)
        replaced = [] if values.startswith("*") else named_values_at(instance, path.strip())
        if unlike_a_list or any(isinstance(value, float) and not value.is_integer() for _, value in replaced):
            yield f'"{first},{second}" means two values, {first} and {second}; if one is meant, write {first}.{second}'


def _axis(instance: Instance, axis: Axis, plan: SweepPlan) -> str:
    return "; together with ".join(_moved(instance, part, plan) for part in axis.parts)


def _moved(instance: Instance, axis: Moved, plan: SweepPlan) -> str:
    places = named_values_at(instance, axis.path)
    without = [names for names, value in places if value is None] if axis.scale else []
    places = [(names, value) for names, value in places if names not in without]
    line = f"{_subject(axis.path, places)}{_now(places)}: {_values(axis, plan)}"
    if without:
        names = [names[1] if names[0] in KINDS else ".".join(names) for names in without]
        line += f"; nothing to multiply, left as it is: {_some(names)}"
    if lacking := left_out(instance, axis.path):
        line += f"; no such value, left as it is: {_some(lacking)}"
    return line


def _some(names: Sequence[str]) -> str:
    more = [f"{len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return listing([*map(clean, names[:SHOWN]), *more])


def _subject(path: str, places: Places) -> str:
    """Return what is varied: "max_deposit of 5 firms"; the path itself where that says more."""
    kinds = {(names[0], names[2:]) for names, _ in places}
    if len(kinds) != 1:
        return f"{clean(path)} ({plural(len(places), 'value')})"
    ((kind, field),) = kinds
    if kind not in KINDS or not field:
        return clean(path)
    return clean(f"{'.'.join(field)} of {whose(places)}")


def whose(places: Places) -> str:
    """Return whose values places are, all of one kind: a name, or how many there are.

    Parameters
    ----------
    places
        As :func:`~rd_contract.instance.named_values_at` returns them, at least one.
    """
    return places[0][0][1] if len(places) == 1 else plural(len(places), *KINDS[places[0][0][0]])


def _now(places: Places) -> str:
    values = list(dict.fromkeys(value for _, value in places))
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(values) == 1:
        return f" (now {_text(values[0])})"
    if values and len(numbers) == len(values):
        return f" (now {_text(min(numbers))} to {_text(max(numbers))})"
    return ""


def _values(axis: Moved, plan: SweepPlan) -> str:
    times = "times " if axis.scale else ""
    if plan.design in SAMPLED and axis.values is None:
        low, high = axis.ends
        return f"{times}{_text(low)} to {_text(high)}, {axis.distribution}"
    listed = axis.listed()
    texts = [_text(value) for value in listed]
    if len(texts) > SHOWN:
        return f"{times}{', '.join(texts[:3])}, ... {texts[-1]} ({len(texts):,} values)"
    return times + ", ".join(texts)


def _text(value: Scalar) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return exact(value) if isinstance(value, int | float) else clean(value)
