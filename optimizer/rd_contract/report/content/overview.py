"""The summary of an instance on a terminal: what is to be decided, between whom, under which limits."""

from __future__ import annotations

from collections.abc import Iterator

from ...instance import Instance, Scenario, conditions, is_compelled, is_eligible, worlds
from ...model.synergies import capability_scores
from ..page import Block, Column, Page, bullet, facts, heading, paragraph, table, title
from ..words import results as words
from ..words.numbers import Money, clean, listing, percent, plural, whole
from ..words.uncertainty import change_words, uncertainty_words
from .scores import score_table

#: Names listed before the rest is counted.
_LISTED = 6

#: Firms whose capability score is shown.
_SCORED = 12

#: Scenarios that are shown.
_LISTED_SCENARIOS = 12


def instance_summary(instance: Instance, warnings: int) -> Page:
    """Return a summary of an instance.

    Parameters
    ----------
    instance
        A validated instance.
    warnings
        How many warnings there are about it.

    Returns
    -------
    Page
        What is to be decided, between whom, under which limits.
    """
    blocks: list[Block] = []
    blocks.append(paragraph(f"Valid, with {plural(warnings, 'warning')}." if warnings else "Valid.", "success"))
    if instance.name:
        blocks.append(title(instance.name))
    if instance.description:
        blocks.append(paragraph(clean(instance.description)))
    rows = [*_people(instance), *_task(instance), *_limits(instance)]
    blocks.append(facts([(name, number, remark) for name, number, remark in rows if number or remark]))
    if instance.rules:
        idle = [f"{clean(rule.name)}: not active" for rule in instance.rules if not rule.active]
        said = [clean(condition.detail) for condition in conditions(instance) if condition.kind == "group-rule"]
        blocks += [heading("Rules"), *map(bullet, (*said, *idle))]
    blocks += [*_scenarios(instance), *_scores(instance)]
    return Page.of(blocks)


def _scenarios(instance: Instance) -> Iterator[Block]:
    """Yield how a contract reckons with scenarios, and the first of them with what is different in each."""
    if not instance.scenarios:
        return
    yield heading("Scenarios")
    yield paragraph(uncertainty_words(instance))
    shown = worlds(instance)[:_LISTED_SCENARIOS]
    rows = [
        (clean(world.name), percent(world.probability), _differences(scenario))
        for world, scenario in zip(shown, instance.scenarios, strict=False)
    ]
    yield table([Column("Scenario", most=24), Column("Probability", number=True), Column("What is different")], rows)
    if len(instance.scenarios) > len(shown):
        yield paragraph(f"And {len(instance.scenarios) - len(shown):,} more.", "quiet")


def _differences(scenario: Scenario) -> str:
    changes = [change_words(change) for change in scenario.changes[:_LISTED]]
    if len(scenario.changes) > _LISTED:
        changes.append(f"{len(scenario.changes) - _LISTED:,} more")
    return "; ".join(changes) or "nothing"


def _scores(instance: Instance) -> Iterator[Block]:
    """Yield the capability scores (M1) of the strongest firms, by dimension where technologies have one."""
    scores = capability_scores(instance)
    strongest = sorted(scores, key=lambda name: -scores[name]["total"])[:_SCORED]
    if not instance.project.technologies:
        return
    yield heading("Capability scores" + (" of the strongest firms" if len(scores) > len(strongest) else ""))
    yield score_table(scores, strongest)


def _some(names: list[str]) -> str:
    """Return the first names and how many more there are."""
    shown = [clean(name) for name in names[:_LISTED]]
    if len(names) > _LISTED:
        shown.append(f"{len(names) - _LISTED:,} more")
    return listing(shown) if shown else ""


def _people(instance: Instance) -> list[tuple[str, str, str]]:
    eligible = [firm for firm in instance.firms if is_eligible(firm, instance)]
    excluded = sum(firm.membership == "excluded" for firm in instance.firms)
    compelled = [firm.name for firm in instance.firms if is_compelled(firm, instance)]
    doubtful = len(instance.firms) - len(eligible) - excluded
    out = [f"{excluded:,} excluded"] if excluded else []
    out += [f"{doubtful:,} below the least credit score"] if doubtful else []
    rows: list[tuple[str, str, str]] = [
        ("Firms", whole(len(instance.firms)), _some([firm.name for firm in instance.firms])),
        ("Eligible", whole(len(eligible)), listing(out) if out else "all of them"),
    ]
    if instance.project.lead is not None:
        rows.append(("Lead", whole(1), clean(instance.project.lead)))
    required = [name for name in compelled if name != instance.project.lead]
    if required:
        rows.append(("Required", whole(len(required)), _some(required)))
    exclusive = sum(relation.exclusive for relation in instance.relations)
    remark = f"{exclusive:,} of them exclusive" if exclusive else ""
    rows.append(("Pairs described", whole(len(instance.relations)), remark))
    return rows


def _task(instance: Instance) -> list[tuple[str, str, str]]:
    technologies = instance.project.technologies
    needed = sum(technology.requirement is not None for technology in technologies)
    remark = _some([technology.name for technology in technologies])
    if needed:
        remark += f"; {needed} with a required level"
    modes = listing([clean(mode.name) for mode in instance.modes])
    options = listing([clean(option.name) for option in instance.monitoring])
    count = len(instance.modes) * len(instance.monitoring)
    steps = sum(len(firm.menu) for firm in instance.firms)
    return [
        ("Technologies", whole(len(technologies)), remark),
        ("Regimes", whole(count), f"mode {modes}; monitoring {options}"),
        ("Effort levels", whole(steps), "over all firms"),
        (
            "Objective",
            "",
            "joint surplus" if instance.objective == "joint" else "expected profit of the lead",
        ),
        ("Division", "", "joint surplus " + words.DIVISIONS[instance.division]),
    ]


def _limits(instance: Instance) -> list[tuple[str, str, str]]:
    project = instance.project
    amounts = [project.value, project.budget, project.cost_sharing_budget]
    money = Money.of(amounts, instance.currency)
    size = f"at least {plural(project.team_size.min, 'member')}"
    if project.team_size.max is not None:
        size = f"{project.team_size.min} to {plural(project.team_size.max, 'member')}"
    rows = [("Team size", "", size)]
    if project.value > 0.0:
        rows.append(("Project value", "", money.full(project.value)))
    if project.budget is not None:
        rows.append(("R&D budget", "", money.full(project.budget)))
    if project.cost_sharing_budget is not None:
        rows.append(("For reimbursements", "", money.full(project.cost_sharing_budget)))
    if project.subsidy_rate > 0.0:
        rows.append(("Public subsidy", "", f"{percent(project.subsidy_rate)} of verifiable cost"))
    if instance.currency:
        rows.append(("Amounts in", "", money.currency))
    return rows
