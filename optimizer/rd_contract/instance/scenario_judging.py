"""Rules on scenarios: what refuses them, and what is probably not meant."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel

from ..base.tolerances import GRACE
from ..formats.documents import describe, join_path
from ..formats.messages import with_subjects
from .changing import CHANGES, Changer, Complaint, Numbers, Target
from .judging import RULES, Finding, find_problems, number, quoted, rule
from .plausibility import FAR
from .refusals import CHANGEABLE, is_amount
from .rules import is_eligible, repeated
from .scenarios import ScenarioChange, Uncertainty
from .schema import InstanceData, Valuing

#: Most plans of a firm, one effort level for each scenario: every plan is a choice of its own to the optimizer.
MAX_PLANS = 500

#: What is said of settings that nothing looks at.
IDLE = "it has no effect"

#: What paths lead by, and which numbers changes meet there.
_NAMES = ("firms[].name", "modes[].name", "monitoring[].name", "project.technologies[].name", "relations[].between")
_NUMBERS = tuple(f"{holder}.{name}" for holder, names in CHANGEABLE.items() for name in names)
_READ = (*_NAMES, *_NUMBERS, "firms[].capabilities", "firms[].efforts")


@rule("unique-scenarios")
def _unique_scenarios(instance: InstanceData) -> Iterator[Finding]:
    yield from repeated((scenario.name for scenario in instance.scenarios), "scenarios[{index}].name")


@rule("scenario-probabilities", "scenarios[].probability")
def _probabilities(instance: InstanceData) -> Iterator[Finding]:
    given = [scenario.probability for scenario in instance.scenarios if scenario.probability is not None]
    if not given:
        return
    if len(given) < len(instance.scenarios):
        at = next(at for at, scenario in enumerate(instance.scenarios) if scenario.probability is None)
        expected = "a probability in every scenario, or in none: all are equally probable then"
        yield f"scenarios[{at}].probability", "nothing", expected, ""
    elif abs(sum(given) - 1.0) > GRACE:
        hint = "leave all of them out where all are equally probable" if len(set(given)) == 1 else ""
        yield (
            "scenarios[0].probability",
            f"probabilities that add to {sum(given):.12g}",
            "probabilities that add to 1",
            hint,
        )


@rule(CHANGES, *_READ)
def _changes(instance: InstanceData) -> Iterator[Finding]:
    if not instance.scenarios:
        return
    changer = Changer(instance)
    for numbers in map(changer.numbers, range(len(instance.scenarios))):
        for at, wrong in numbers.complaints:
            yield f"{numbers.path}[{at}].{wrong.field}", wrong.found, wrong.expected, wrong.hint
        if not numbers.complaints:
            yield from _broken_rules(instance, changer, numbers)


def _broken_rules(instance: InstanceData, changer: Changer, numbers: Numbers) -> Iterator[Finding]:
    """Yield the rules that the instance breaks with the numbers of a scenario."""
    asked = {holder for law in RULES for holder in law.in_scenarios}
    if not any(".".join(step for step in place[:3] if isinstance(step, str)) in asked for place in numbers.made):
        return
    world = BaseModel.model_copy(instance, update=changer.changed(numbers))
    if not (problems := find_problems(world, "error", in_scenarios=True)):
        return
    makers = {join_path(place): f"[{at}]" for place, (_, at) in numbers.made.items()}
    for problem in with_subjects(problems, world):
        place = numbers.path + makers.get(problem.path, "")
        yield place, f"{problem.found} at {problem.place}", problem.expected, problem.hint


@rule("plans-before-effort", "uncertainty.timing", "uncertainty.agreement")
def _plans_before_effort(instance: InstanceData) -> Iterator[Finding]:
    asked = instance.uncertainty
    if asked.agreement == "by_scenario" and asked.timing == "after_effort":
        expected = '"same", or timing "before_effort": who does not know the scenario cannot choose by it'
        yield "uncertainty.agreement", '"by_scenario"', expected, ""


@rule("too-many-plans", "uncertainty.agreement", "scenarios", "firms[].efforts")
def _too_many_plans(instance: InstanceData) -> Iterator[Finding]:
    count = len(instance.scenarios)
    if instance.uncertainty.agreement == "same" or count == 0:
        return
    levels = {firm.name: len(firm.menu) for firm in instance.firms if is_eligible(firm, instance)}
    hit = [name for name, most in levels.items() if most > 1 and count * math.log(most) > math.log(MAX_PLANS) + GRACE]
    if hit:
        most = levels[hit[0]]
        others = f" and {len(hit) - 1} more" if len(hit) > 1 else ""
        found = f"{_power(most, count)} plans for {quoted(hit[0])}{others}: {most} levels in {count} scenarios"
        hint = 'fewer scenarios or effort levels, or agreement "same"'
        yield "uncertainty.agreement", found, f"at most {MAX_PLANS} plans of a firm, one level for each scenario", hint


def _power(levels: int, scenarios: int) -> str:
    digits = scenarios * math.log10(levels)
    return f"{levels**scenarios:,}" if digits < 15.0 else f"10^{digits:.0f}"


@rule("division-of-the-worst", "division", "uncertainty.objective")
def _division_of_the_worst(instance: InstanceData) -> Iterator[Finding]:
    asked = instance.uncertainty.objective
    if instance.scenarios and asked != "expected" and instance.division in get_args(Valuing):
        expected = f'"equal", "proportional" or "lead" with the uncertainty objective "{asked}"'
        reason = "what coalitions are worth is a mean over scenarios, which is not what is aimed at"
        yield "division", f'"{instance.division}"', expected, reason


@rule("unused-uncertainty", severity="warning")
def _unused_uncertainty(instance: InstanceData) -> Iterator[Finding]:
    if not instance.scenarios and instance.uncertainty != Uncertainty():
        yield "uncertainty", "no scenarios", "scenarios that it is about", IDLE


@rule("idle-alpha", severity="warning")
def _idle_alpha(instance: InstanceData) -> Iterator[Finding]:
    asked = instance.uncertainty
    if instance.scenarios and asked.objective != "cvar" and asked.alpha != Uncertainty().alpha:
        yield "uncertainty.alpha", *idle_alpha(asked.objective)


def idle_alpha(objective: str) -> tuple[str, str, str]:
    """Return what is found, expected and hinted at where a part of probability is given that nobody looks at.

    Parameters
    ----------
    objective
        What contracts are judged by, which is not ``cvar``.
    """
    return f'a worst part with the uncertainty objective "{objective}"', 'the uncertainty objective "cvar"', IDLE


@rule("impossible-scenario", severity="warning")
def _impossible_scenario(instance: InstanceData) -> Iterator[Finding]:
    never = [at for at, scenario in enumerate(instance.scenarios) if scenario.probability == 0.0]
    if not never:
        return
    uncertainty = instance.uncertainty
    more = f" and {len(never) - 1} more" if len(never) > 1 else ""
    found = f"0 for {quoted(instance.scenarios[never[0]].name)}{more}"
    if uncertainty.objective == "worst":
        found += ' with the uncertainty objective "worst"'
        reason = "the worst scenario decides"
    elif uncertainty.timing == "before_effort":
        reason = "what is agreed has to pay, and budgets hold, in every scenario"
    else:
        reason = "budgets hold in every scenario"
    hint = "leave a scenario out that cannot occur; if it is to count all the same, nothing is wrong"
    yield (
        f"scenarios[{never[0]}].probability",
        found,
        f"a probability above 0: {reason}, however improbable it is",
        hint,
    )


@rule("idle-change", severity="warning")
def _idle_change(instance: InstanceData) -> Iterator[Finding]:
    for path, change, targets in _led_somewhere(instance):
        if change.factor is not None and not any(target.present for target in targets):
            yield f"{path}.factor", f"a factor on 0 at {describe(change.path)}", "a number that a factor can change", ""


@rule("far-change", severity="warning")
def _far_change(instance: InstanceData) -> Iterator[Finding]:
    hint = "if it is meant so, nothing is wrong"
    for path, change, targets in _led_somewhere(instance):
        if change.factor is not None:
            factors = [change.factor]
        else:  # of amounts, not of rates: these may be next to nothing in one scenario
            factors = [(change.value or 0.0) / one.present for one in targets if one.present and is_amount(one.place)]
        far = [factor for factor in factors if factor != 0.0 and not 1.0 / FAR < abs(factor) < FAR]
        if far:
            found = f"{number(far[0])} times what the instance says at {describe(change.path)}"
            expected = f"amounts in one unit, less than {FAR:g} times as large or as small"
            yield f"{path}.{'value' if change.factor is None else 'factor'}", found, expected, hint


def _led_somewhere(instance: InstanceData) -> Iterator[tuple[str, ScenarioChange, list[Target]]]:
    """Yield every change that leads somewhere, with where it stands and the numbers it is of."""
    if not instance.scenarios:
        return
    changer = Changer(instance)
    for index, scenario in enumerate(instance.scenarios):
        for at, change in enumerate(scenario.changes):
            targets = changer.targets(change.path)
            if not isinstance(targets, Complaint):
                yield f"scenarios[{index}].changes[{at}]", change, targets
