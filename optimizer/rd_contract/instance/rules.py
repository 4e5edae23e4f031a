"""Rules across the objects of an instance that refuse it; the identifiers are part of every message.

Rules that concern one object alone are validators of the types in :mod:`.schema`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from ..base.errors import SHOWN
from ..base.tolerances import ROUNDING
from ..formats.documents import describe, join_path
from ..formats.hints import nearest
from .judging import Finding, number, one_of, quoted, rule
from .schema import EffortCurve, EffortLevel, Firm, InstanceData


def is_eligible(firm: Firm, instance: InstanceData) -> bool:
    """Return whether a firm may join at all (M17)."""
    return firm.membership != "excluded" and firm.credit >= instance.project.min_credit


def is_compelled(firm: Firm, instance: InstanceData) -> bool:
    """Return whether every alliance contains the firm: the lead and the required firms (M17)."""
    return firm.membership == "required" or firm.name == instance.project.lead


def subsidy_rate_of(firm: Firm, instance: InstanceData) -> float:
    """Return the public subsidy rate on a firm's verifiable cost: its own, or the project's (M36)."""
    return instance.project.subsidy_rate if firm.subsidy_rate is None else firm.subsidy_rate


def repeated(names: Iterable[str], path: str) -> Iterator[Finding]:
    """Yield every name that was used before; ``path`` is where a name stands, with its ``{index}``."""
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if name in first:
            where = path.format(index=first[name])
            yield path.format(index=index), quoted(name), "a name used once", f"{where} has the same name"
        first.setdefault(name, index)


@rule("unique-firms")
def _unique_firms(instance: InstanceData) -> Iterator[Finding]:
    yield from repeated((firm.name for firm in instance.firms), "firms[{index}].name")


@rule("unique-technologies")
def _unique_technologies(instance: InstanceData) -> Iterator[Finding]:
    names = (technology.name for technology in instance.project.technologies)
    yield from repeated(names, "project.technologies[{index}].name")


@rule("unique-modes")
def _unique_modes(instance: InstanceData) -> Iterator[Finding]:
    yield from repeated((mode.name for mode in instance.modes), "modes[{index}].name")


@rule("unique-monitoring")
def _unique_monitoring(instance: InstanceData) -> Iterator[Finding]:
    yield from repeated((option.name for option in instance.monitoring), "monitoring[{index}].name")


@rule("technology-weights", in_scenarios=["project.technologies"])
def _technology_weights(instance: InstanceData) -> Iterator[Finding]:
    weights = [technology.weight for technology in instance.project.technologies]
    if weights and sum(weights) <= 0.0:
        yield "project.technologies", "weights that are all 0", "at least one weight above 0", ""


@rule("known-capabilities", "project.technologies[].name")
def _known_capabilities(instance: InstanceData) -> Iterator[Finding]:
    names = [technology.name for technology in instance.project.technologies]
    known = set(names)
    for index, firm in enumerate(instance.firms):
        for name in firm.capabilities:
            if name not in known:
                path = join_path(("firms", index, "capabilities", name))
                yield path, f"unknown technology {quoted(name)}", *one_of(name, names)


@rule("known-lead", "firms[].name")
def _known_lead(instance: InstanceData) -> Iterator[Finding]:
    lead, known = instance.project.lead, [firm.name for firm in instance.firms]
    if lead is not None and lead not in known:
        yield "project.lead", f"unknown firm {quoted(lead)}", *one_of(lead, known)


@rule("known-partners", "firms[].name")
def _known_partners(instance: InstanceData) -> Iterator[Finding]:
    names = [firm.name for firm in instance.firms]
    known = set(names)
    for index, relation in enumerate(instance.relations):
        for side, name in enumerate(relation.between):
            if name not in known:
                yield (
                    f"relations[{index}].between[{side}]",
                    f"unknown firm {quoted(name)}",
                    *one_of(name, names),
                )


@rule("unique-pairs")
def _unique_pairs(instance: InstanceData) -> Iterator[Finding]:
    first: dict[frozenset[str], int] = {}
    for index, relation in enumerate(instance.relations):
        pair = frozenset(relation.between)
        if pair in first:
            found = " and ".join(map(quoted, relation.between))
            hint = f"relations[{first[pair]}] describes the same pair"
            yield f"relations[{index}].between", found, "a pair listed once", hint
        first.setdefault(pair, index)


@rule("lead-needed", "project.lead")
def _lead_needed(instance: InstanceData) -> Iterator[Finding]:
    if instance.project.lead is None:
        for field in ("objective", "division"):
            if getattr(instance, field) == "lead":
                yield field, '"lead"', "another value, or a firm named in project.lead", ""


@rule("lead-excluded")
def _lead_excluded(instance: InstanceData) -> Iterator[Finding]:
    for index, firm in enumerate(instance.firms):
        if firm.name == instance.project.lead and firm.membership == "excluded":
            yield f"firms[{index}].membership", '"excluded"', '"optional" or "required" for the lead', ""


@rule("compelled-credit")
def _compelled_credit(instance: InstanceData) -> Iterator[Finding]:
    least = instance.project.min_credit
    for index, firm in enumerate(instance.firms):
        if is_compelled(firm, instance) and firm.credit < least:
            expected = f"credit of at least min_credit ({number(least)}) for the lead and required firms"
            yield f"firms[{index}].credit", number(firm.credit), expected, ""


@rule("compelled-exclusive")
def _compelled_exclusive(instance: InstanceData) -> Iterator[Finding]:
    compelled = {firm.name for firm in instance.firms if is_compelled(firm, instance)}
    for index, relation in enumerate(instance.relations):
        if relation.exclusive and compelled.issuperset(relation.between):
            expected = "false for a pair that every alliance contains (lead and required firms)"
            yield f"relations[{index}].exclusive", "true", expected, ""


@rule("team-size-compelled")
def _team_size_compelled(instance: InstanceData) -> Iterator[Finding]:
    compelled = len({firm.name for firm in instance.firms if is_compelled(firm, instance)})
    most = instance.project.team_size.max
    if most is not None and compelled > most:
        expected = f"at least {compelled}, the number of required firms with the lead"
        yield "project.team_size.max", describe(most), expected, ""


@rule("team-size-eligible", "firms")
def _team_size_eligible(instance: InstanceData) -> Iterator[Finding]:
    eligible = sum(is_eligible(firm, instance) for firm in instance.firms)
    least = instance.project.team_size.min
    if eligible == 0:
        expected = "at least one firm that is neither excluded nor below min_credit"
        yield "firms", "no eligible firm", expected, ""
    elif least > eligible:
        yield (
            "project.team_size.min",
            describe(least),
            f"at most {eligible}, the number of eligible firms",
            "",
        )


@rule("requirement-met", "project.technologies[].name", "firms[].capabilities")
def _requirement_met(instance: InstanceData) -> Iterator[Finding]:
    eligible = [firm for firm in instance.firms if is_eligible(firm, instance)]
    known = [technology.name for technology in instance.project.technologies]
    unknown = sorted({name for firm in eligible for name in firm.capabilities} - set(known))
    # What a misspelled capability was meant to be cannot be called missing; of very many, nobody sees the end.
    meant = {nearest(name, known) for name in unknown[:SHOWN]}
    for index, technology in enumerate(instance.project.technologies):
        if technology.requirement is None or not eligible or technology.name in meant:
            continue
        best = max(firm.capabilities.get(technology.name, 0.0) for firm in eligible)
        if best < technology.requirement:
            name = quoted(technology.name)
            expected = f"at most {number(best)}, the best mastery of {name} among eligible firms"
            path = f"project.technologies[{index}].requirement"
            yield path, number(technology.requirement), expected, ""


@rule("levels-increase")
def _levels_increase(instance: InstanceData) -> Iterator[Finding]:
    for path, before, after in _menu_steps(instance):
        if after.level <= before.level:
            expected = f"a level above {number(before.level)}, the one before"
            yield f"{path}.level", number(after.level), expected, "sort the menu by level"


@rule("costs-increase", in_scenarios=["firms.efforts"])
def _costs_increase(instance: InstanceData) -> Iterator[Finding]:
    for path, before, after in _menu_steps(instance):
        if after.level > before.level and after.cost < before.cost:
            expected = f"a cost of at least {number(before.cost)}, that of the level below"
            hint = "a firm that can reach more for less leaves the dear level out"
            yield f"{path}.cost", number(after.cost), expected, hint


def _menu_steps(instance: InstanceData) -> Iterator[tuple[str, EffortLevel, EffortLevel]]:
    """Yield the path of each entry of a written menu that has one before it, and the two."""
    for index, firm in enumerate(instance.firms):
        if not isinstance(firm.efforts, EffortCurve):
            for position, (before, after) in enumerate(itertools.pairwise(firm.efforts), 1):
                yield f"firms[{index}].efforts[{position}]", before, after


@rule("subsidy-and-reimbursement")
def _subsidy_and_reimbursement(instance: InstanceData) -> Iterator[Finding]:
    for index, firm in enumerate(instance.firms):
        subsidy = subsidy_rate_of(firm, instance)
        if subsidy + firm.max_reimbursement > 1.0 + ROUNDING:
            expected = f"at most {1.0 - subsidy:.12g}, so that with the subsidy rate it does not exceed 1"
            yield f"firms[{index}].max_reimbursement", number(firm.max_reimbursement), expected, ""


@rule("share-floors")
def _share_floors(instance: InstanceData) -> Iterator[Finding]:
    floors = {firm.name: firm.share.min for firm in instance.firms if is_compelled(firm, instance)}
    total = sum(floors.values())
    if total > 1.0 + ROUNDING:
        yield (
            "firms",
            f"share floors of the lead and required firms that sum to {total:.12g}",
            "at most 1",
            "",
        )


@rule("share-caps")
def _share_caps(instance: InstanceData) -> Iterator[Finding]:
    caps = [firm.share.max for firm in instance.firms if is_eligible(firm, instance)]
    if caps and sum(caps) < 1.0 - ROUNDING:
        expected = "at least 1, so that the whole revenue can be distributed"
        yield "firms", f"share caps of the eligible firms that sum to {sum(caps):.12g}", expected, ""
