"""Rules that warn: what is allowed in an instance but probably not meant, said once however many firms it hits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from .judging import Finding, number, quoted, rule
from .schema import EffortCurve, Firm, InstanceData

#: Detection below which monitoring that costs something is pointless.
_BLIND = 0.01

#: Multiple of the median of the others from which an amount is probably in another unit: units differ by 1,000, and the
#: firm itself may be a third of the usual size.
FAR = 300.0

#: Amounts that firms of one project have in the same order of size; not their cash, which may be without limit.
_COMPARED = ("contribution", "efforts", "joining_cost", "outside_option", "private_benefit", "max_deposit")


@rule("idle-deposit", severity="warning")
def _idle_deposit(instance: InstanceData) -> Iterator[Finding]:
    if all(option.detection == 0.0 for option in instance.monitoring):
        for index, firm in enumerate(instance.firms):
            if firm.max_deposit > 0.0:
                expected = "a monitoring option with detection above 0, or no deposit"
                yield f"firms[{index}].max_deposit", number(firm.max_deposit), expected, "it has no effect"


@rule("idle-unions", "division", "division_unions", severity="warning")
def _idle_unions(instance: InstanceData) -> Iterator[Finding]:
    if instance.division_unions is not None and instance.division != "owen":
        expected = 'nothing, or division "owen"'
        yield "division_unions", quoted(instance.division_unions), expected, "it has no effect"


@rule("unused-capabilities", severity="warning")
def _unused_value(instance: InstanceData) -> Iterator[Finding]:
    if instance.project.value == 0.0:
        hit = [index for index, firm in enumerate(instance.firms) if firm.contribution is None]
        expected = "a contribution, or a project value above 0 to derive it from"
        yield from _once(instance, hit, "contribution", "nothing", expected, "it is taken as 0")


@rule("other-unit", severity="warning")
def _other_unit(instance: InstanceData) -> Iterator[Finding]:
    for field in _COMPARED:
        amounts = [_amount(firm, field) for firm in instance.firms]
        ordered = sorted(amount for amount in amounts if amount > 0.0)
        hit = [
            index
            for index, amount in enumerate(amounts)
            if amount > 0.0 and len(ordered) > 2 and amount >= FAR * _median_of_others(ordered, amount)
        ]
        found = f"an amount of at least {FAR:g} times what is usual among the others"
        yield from _once(instance, hit, field, found, "amounts in one unit", "if it is meant so, nothing is wrong")


def _median_of_others(ordered: Sequence[float], amount: float) -> float:
    """Return the median of some amounts but one of them, at least three, all in ascending order."""
    out = bisect_left(ordered, amount)
    low, high = (at + (at >= out) for at in ((len(ordered) - 2) // 2, (len(ordered) - 1) // 2))
    return (ordered[low] + ordered[high]) / 2.0


def _amount(firm: Firm, field: str) -> float:
    """Return one amount of a firm, 0 where it has none; of its efforts the cost of the highest."""
    if field == "efforts":
        return firm.menu[-1].cost
    return getattr(firm, field) or 0.0


@rule("similar-names", severity="warning")
def _similar_names(instance: InstanceData) -> Iterator[Finding]:
    groups: dict[str, Iterable[str]] = {
        "firms": (firm.name for firm in instance.firms),
        "project.technologies": (technology.name for technology in instance.project.technologies),
        "modes": (mode.name for mode in instance.modes),
        "monitoring": (option.name for option in instance.monitoring),
        "scenarios": (scenario.name for scenario in instance.scenarios),
        "rules": (law.name for law in instance.rules),
    }
    for group, names in groups.items():
        first: dict[str, tuple[int, str]] = {}
        for index, name in enumerate(names):
            at, other = first.setdefault(name.casefold(), (index, name))
            if other != name:
                expected = f"a name that is not, but for upper and lower case, that of {group}[{at}] ({quoted(other)})"
                yield f"{group}[{index}].name", quoted(name), expected, "if the two are one, leave one out"


@rule("no-idle-level", severity="warning")
def _no_idle_level(instance: InstanceData) -> Iterator[Finding]:
    hit = [
        index
        for index, firm in enumerate(instance.firms)
        if not isinstance(firm.efforts, EffortCurve) and firm.efforts[0].level > 0.0
    ]
    expected = "a menu of everything that a firm could secretly do"
    hint = 'add {"level": 0, "cost": 0} where a firm could idle'
    yield from _once(instance, hit, "efforts", "no level 0", expected, hint)


@rule("negative-contribution", severity="warning")
def _negative_contribution(instance: InstanceData) -> Iterator[Finding]:
    hit = [index for index, firm in enumerate(instance.firms) if (firm.contribution or 0.0) < 0.0]
    expected = "a contribution of at least 0: effort that brings revenue"
    hint = "what a firm costs belongs into its efforts or its joining_cost"
    yield from _once(instance, hit, "contribution", "less than 0", expected, hint)


@rule("some-liquidity", severity="warning")
def _some_liquidity(instance: InstanceData) -> Iterator[Finding]:
    hit = [index for index, firm in enumerate(instance.firms) if firm.liquidity is None]
    # Where few firms state it they are the ones short of cash; where few leave it out, it was forgotten.
    if len(hit) < len(instance.firms) - len(hit):
        expected = "an amount, as for the other firms"
        hint = "0 for a firm that cannot pay anything in"
        yield from _once(instance, hit, "liquidity", "nothing, which means cash without limit,", expected, hint)


@rule("blind-monitoring", severity="warning")
def _blind_monitoring(instance: InstanceData) -> Iterator[Finding]:
    for index, option in enumerate(instance.monitoring):
        if option.cost > 0.0 and option.detection < _BLIND:
            found = f"{number(option.detection)} at a cost of {number(option.cost)}"
            expected = "a chance of detection that is worth its cost"
            yield (
                f"monitoring[{index}].detection",
                found,
                expected,
                "write 0.5 for 50%; an option that costs nothing is harmless",
            )


def _firms(instance: InstanceData) -> str:
    return "firm" if len(instance.firms) == 1 else "firms"


def _once(
    instance: InstanceData, hit: Sequence[int], field: str, found: str, expected: str, hint: str
) -> Iterator[Finding]:
    """Yield one finding for all firms that are hit, at the first of them; none for none."""
    if hit:
        names = ", ".join(quoted(instance.firms[index].name) for index in hit[:3])
        who = f"{len(hit)} of {len(instance.firms)} {_firms(instance)} ({names}{', ...' if len(hit) > 3 else ''})"
        yield f"firms[{hit[0]}].{field}", f"{found} for {who}", expected, hint
