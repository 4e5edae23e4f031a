"""Rules across the objects of an instance, as a list.

Each rule has an identifier, a severity and the fields it reads; it yields the problems it finds. Errors
refuse the instance, warnings are shown and the instance is used. Rules that concern one object alone are
validators of the types in :mod:`.schema`.

Rules also judge documents of which parts are malformed, those parts being replaced (:mod:`.repair`): by their
default, or by something with a name of its own. A rule says by ``reads`` which replacements would deceive it.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ..documents import describe, join_path
from ..errors import Problem
from .schema import EffortCurve, EffortLevel, Firm, InstanceData

Finding = tuple[str, str, str, str]  # path, found, expected, hint


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule across objects.

    Parameters
    ----------
    id
        Identifier, shown with each problem.
    severity
        ``error`` or ``warning``.
    reads
        Fields in whose malformed place a default or a placeholder would cause a finding; the rule is skipped
        while one of them is malformed. List positions are written ``[]``.
    check
        Yields path, found, expected and hint of each violation.
    """

    id: str
    severity: Literal["error", "warning"]
    reads: frozenset[str]
    check: Callable[[InstanceData], Iterator[Finding]]


RULES: list[Rule] = []


def _rule(
    identifier: str, *reads: str, severity: Literal["error", "warning"] = "error"
) -> Callable[[Callable[[InstanceData], Iterator[Finding]]], Callable[[InstanceData], Iterator[Finding]]]:
    def register(
        check: Callable[[InstanceData], Iterator[Finding]],
    ) -> Callable[[InstanceData], Iterator[Finding]]:
        RULES.append(Rule(identifier, severity, frozenset(reads), check))
        return check

    return register


def find_problems(
    instance: InstanceData, severity: Literal["error", "warning"], malformed: frozenset[str] = frozenset()
) -> list[Problem]:
    """Return every violation of the rules of one severity.

    Parameters
    ----------
    instance
        The instance to judge.
    severity
        Which rules to apply.
    malformed
        Fields that could not be read, in the notation of :attr:`Rule.reads`; rules that read them or what
        they contain are skipped.
    """
    return [
        Problem(path, found, expected, hint, rule.id)
        for rule in RULES
        if rule.severity == severity and not _reads_any(rule, malformed)
        for path, found, expected, hint in rule.check(instance)
    ]


def _reads_any(rule: Rule, malformed: frozenset[str]) -> bool:
    return any(
        field == part or field.startswith((part + ".", part + "[")) for field in rule.reads for part in malformed
    )


def is_eligible(firm: Firm, instance: InstanceData) -> bool:
    """Return whether a firm may join at all (M17)."""
    return firm.membership != "excluded" and firm.credit >= instance.project.min_credit


def is_compelled(firm: Firm, instance: InstanceData) -> bool:
    """Return whether every alliance contains the firm: the lead and the required firms (M17)."""
    return firm.membership == "required" or firm.name == instance.project.lead


def _repeated(names: Iterable[str], path: str) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if name in first:
            where = path.format(index=first[name])
            yield path.format(index=index), _quoted(name), "a name used once", f"{where} has the same name"
        first.setdefault(name, index)


@_rule("unique-firms")
def _unique_firms(instance: InstanceData) -> Iterator[Finding]:
    yield from _repeated((firm.name for firm in instance.firms), "firms[{index}].name")


@_rule("unique-technologies")
def _unique_technologies(instance: InstanceData) -> Iterator[Finding]:
    names = (technology.name for technology in instance.project.technologies)
    yield from _repeated(names, "project.technologies[{index}].name")


@_rule("unique-modes")
def _unique_modes(instance: InstanceData) -> Iterator[Finding]:
    yield from _repeated((mode.name for mode in instance.modes), "modes[{index}].name")


@_rule("unique-monitoring")
def _unique_monitoring(instance: InstanceData) -> Iterator[Finding]:
    yield from _repeated((option.name for option in instance.monitoring), "monitoring[{index}].name")


@_rule("technology-weights")
def _technology_weights(instance: InstanceData) -> Iterator[Finding]:
    weights = [technology.weight for technology in instance.project.technologies]
    if weights and sum(weights) <= 0.0:
        yield "project.technologies", "weights that are all 0", "at least one weight above 0", ""


@_rule("known-capabilities", "project.technologies[].name")
def _known_capabilities(instance: InstanceData) -> Iterator[Finding]:
    known = [technology.name for technology in instance.project.technologies]
    for index, firm in enumerate(instance.firms):
        for name in firm.capabilities:
            if name not in known:
                path = join_path(("firms", index, "capabilities", name))
                yield path, f"unknown technology {_quoted(name)}", *_one_of(name, known)


@_rule("known-lead", "firms[].name")
def _known_lead(instance: InstanceData) -> Iterator[Finding]:
    lead, known = instance.project.lead, [firm.name for firm in instance.firms]
    if lead is not None and lead not in known:
        yield "project.lead", f"unknown firm {_quoted(lead)}", *_one_of(lead, known)


@_rule("known-partners", "firms[].name")
def _known_partners(instance: InstanceData) -> Iterator[Finding]:
    names = [firm.name for firm in instance.firms]
    known = set(names)
    for index, relation in enumerate(instance.relations):
        for side, name in enumerate(relation.between):
            if name not in known:
                yield (
                    f"relations[{index}].between[{side}]",
                    f"unknown firm {_quoted(name)}",
                    *_one_of(name, names),
                )


@_rule("unique-pairs")
def _unique_pairs(instance: InstanceData) -> Iterator[Finding]:
    first: dict[frozenset[str], int] = {}
    for index, relation in enumerate(instance.relations):
        pair = frozenset(relation.between)
        if pair in first:
            found = " and ".join(map(_quoted, relation.between))
            hint = f"relations[{first[pair]}] describes the same pair"
            yield f"relations[{index}].between", found, "a pair listed once", hint
        first.setdefault(pair, index)


@_rule("lead-needed", "project.lead")
def _lead_needed(instance: InstanceData) -> Iterator[Finding]:
    if instance.project.lead is None:
        for field in ("objective", "division"):
            if getattr(instance, field) == "lead":
                yield field, '"lead"', "another value, or a firm named in project.lead", ""


@_rule("lead-excluded")
def _lead_excluded(instance: InstanceData) -> Iterator[Finding]:
    for index, firm in enumerate(instance.firms):
        if firm.name == instance.project.lead and firm.membership == "excluded":
            yield f"firms[{index}].membership", '"excluded"', '"optional" or "required" for the lead', ""


@_rule("compelled-credit")
def _compelled_credit(instance: InstanceData) -> Iterator[Finding]:
    least = instance.project.min_credit
    for index, firm in enumerate(instance.firms):
        if is_compelled(firm, instance) and firm.credit < least:
            expected = f"credit of at least min_credit ({_number(least)}) for the lead and required firms"
            yield f"firms[{index}].credit", _number(firm.credit), expected, ""


@_rule("compelled-exclusive")
def _compelled_exclusive(instance: InstanceData) -> Iterator[Finding]:
    compelled = {firm.name for firm in instance.firms if is_compelled(firm, instance)}
    for index, relation in enumerate(instance.relations):
        if relation.exclusive and compelled.issuperset(relation.between):
            expected = "false for a pair that every alliance contains (lead and required firms)"
            yield f"relations[{index}].exclusive", "true", expected, ""


@_rule("team-size-compelled")
def _team_size_compelled(instance: InstanceData) -> Iterator[Finding]:
    compelled = len({firm.name for firm in instance.firms if is_compelled(firm, instance)})
    most = instance.project.team_size.max
    if most is not None and compelled > most:
        expected = f"at least {compelled}, the number of required firms with the lead"
        yield "project.team_size.max", describe(most), expected, ""


@_rule("team-size-eligible", "firms")
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


@_rule("requirement-met", "project.technologies[].name", "firms[].capabilities")
def _requirement_met(instance: InstanceData) -> Iterator[Finding]:
    eligible = [firm for firm in instance.firms if is_eligible(firm, instance)]
    known = [technology.name for technology in instance.project.technologies]
    unknown = {name for firm in eligible for name in firm.capabilities} - set(known)
    # What a misspelled capability was meant to be cannot be called missing.
    meant = {match for name in unknown for match in _nearest(name, known)}
    for index, technology in enumerate(instance.project.technologies):
        if technology.requirement is None or not eligible or technology.name in meant:
            continue
        best = max(firm.capabilities.get(technology.name, 0.0) for firm in eligible)
        if best < technology.requirement:
            name = _quoted(technology.name)
            expected = f"at most {_number(best)}, the best mastery of {name} among eligible firms"
            path = f"project.technologies[{index}].requirement"
            yield path, _number(technology.requirement), expected, ""


@_rule("levels-increase")
def _levels_increase(instance: InstanceData) -> Iterator[Finding]:
    for path, before, after in _menu_steps(instance):
        if after.level <= before.level:
            expected = f"a level above {_number(before.level)}, the one before"
            yield f"{path}.level", _number(after.level), expected, "sort the menu by level"


@_rule("costs-increase")
def _costs_increase(instance: InstanceData) -> Iterator[Finding]:
    for path, before, after in _menu_steps(instance):
        if after.level > before.level and after.cost < before.cost:
            expected = f"a cost of at least {_number(before.cost)}, that of the level below"
            hint = "a firm that can reach more for less leaves the dear level out"
            yield f"{path}.cost", _number(after.cost), expected, hint


def _menu_steps(instance: InstanceData) -> Iterator[tuple[str, EffortLevel, EffortLevel]]:
    """Yield the path of each entry of a written menu that has one before it, and the two."""
    for index, firm in enumerate(instance.firms):
        if not isinstance(firm.efforts, EffortCurve):
            for position, (before, after) in enumerate(itertools.pairwise(firm.efforts), 1):
                yield f"firms[{index}].efforts[{position}]", before, after


@_rule("subsidy-and-reimbursement")
def _subsidy_and_reimbursement(instance: InstanceData) -> Iterator[Finding]:
    subsidy = instance.project.subsidy_rate
    for index, firm in enumerate(instance.firms):
        if subsidy + firm.max_reimbursement > 1.0 + 1e-12:
            expected = f"at most {1.0 - subsidy:.12g}, so that with the subsidy rate it does not exceed 1"
            yield f"firms[{index}].max_reimbursement", _number(firm.max_reimbursement), expected, ""


@_rule("share-floors")
def _share_floors(instance: InstanceData) -> Iterator[Finding]:
    floors = {firm.name: firm.share.min for firm in instance.firms if is_compelled(firm, instance)}
    total = sum(floors.values())
    if total > 1.0 + 1e-12:
        yield (
            "firms",
            f"share floors of the lead and required firms that sum to {total:.12g}",
            "at most 1",
            "",
        )


@_rule("share-caps")
def _share_caps(instance: InstanceData) -> Iterator[Finding]:
    caps = [firm.share.max for firm in instance.firms if is_eligible(firm, instance)]
    if caps and sum(caps) < 1.0 - 1e-12:
        expected = "at least 1, so that the whole revenue can be distributed"
        yield "firms", f"share caps of the eligible firms that sum to {sum(caps):.12g}", expected, ""


@_rule("idle-deposit", severity="warning")
def _idle_deposit(instance: InstanceData) -> Iterator[Finding]:
    if all(option.detection == 0.0 for option in instance.monitoring):
        for index, firm in enumerate(instance.firms):
            if firm.max_deposit > 0.0:
                expected = "a monitoring option with detection above 0, or no deposit"
                yield f"firms[{index}].max_deposit", _number(firm.max_deposit), expected, "it has no effect"


@_rule("unused-capabilities", severity="warning")
def _unused_value(instance: InstanceData) -> Iterator[Finding]:
    derived = [index for index, firm in enumerate(instance.firms) if firm.contribution is None]
    if derived and instance.project.value == 0.0:
        found = f"0 while {len(derived)} firms leave their contribution to be derived from it"
        yield "project.value", found, "a value above 0, or explicit contributions", "they contribute nothing"


def _one_of(name: str, known: list[str]) -> tuple[str, str]:
    """Return the expectation and the spelling hint for an unknown name."""
    near = _nearest(name, known)
    listed = ", ".join(map(_quoted, known[:5])) + (", ..." if len(known) > 5 else "")
    return (
        f"one of {listed}" if known else "no name, none is defined",
        f"did you mean {_quoted(near[0])}?" if near else "",
    )


def _nearest(name: str, known: list[str]) -> list[str]:
    """Return the known name that is spelled much alike, or nothing."""
    return difflib.get_close_matches(name[:100], known, n=1, cutoff=0.6)


def _quoted(name: str) -> str:
    return repr(name if len(name) <= 60 else name[:57] + "...")


def _number(value: float) -> str:
    """Return a number exactly: two that differ must not look the same in a message."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)
