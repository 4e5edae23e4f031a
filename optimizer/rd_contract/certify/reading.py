"""From a result to the letters of the model, and the rules about who may join (M16)-(M18).

Structure comes first: an unknown firm, level or regime is a failed check, and then nothing can be computed.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from ..instance import EffortLevel, Firm, Instance, is_compelled, is_eligible
from ..model.design import Design, Terms
from ..model.parameters import Parameters
from ..outcome.contract import Check, Member, Result
from .checks import at_least, at_most, equal, fact, largest, listing, slack, within
from .group_rules import Work, check_amount_rules, check_membership_rules
from .listed import agreed_efforts, check_listed
from .worlds import World, derive_for, in_worst, worlds_of


@dataclass(frozen=True)
class Agreement:
    """A contract in the letters of the model; every array covers the m members only.

    Parameters
    ----------
    instance, result
        What is verified.
    parameters
        The instance's own numbers for the members alone, money in its unit: bounds on terms and menus, which no
        scenario changes. Firms outside cannot influence the contract.
    worlds
        The numbers that count: of every scenario, or one world where they are certain.
    designs
        The agreed levels in each of these, in the order of ``parameters.names``; the regime is the same in all.
    terms
        The terms, in the same order.
    members
        What the result says of each member, in the same order.
    """

    instance: Instance
    result: Result
    parameters: Parameters
    worlds: tuple[World, ...]
    designs: tuple[Design, ...]
    terms: Terms
    members: tuple[Member, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The members, in the order of every array."""
        return self.parameters.names

    @property
    def currency(self) -> str:
        """Currency unit of every amount."""
        return self.instance.currency

    @property
    def is_uncertain(self) -> bool:
        """Whether there are scenarios."""
        return self.worlds[0].name is not None

    @property
    def lead(self) -> int | None:
        """Position of the lead where the contract is written for it (M21); None: it is written for all."""
        lead = self.instance.project.lead
        return self.names.index(lead) if self.instance.objective == "lead" and lead in self.names else None


def nearest_level(menu: Sequence[EffortLevel], level: float) -> int:
    """Return the position in a menu whose level is nearest to the given one."""
    return min(range(len(menu)), key=lambda position: abs(menu[position].level - level))


def is_on_menu(menu: Sequence[EffortLevel], level: float) -> bool:
    """Return whether a level is in a menu, up to the certificate's tolerance relative to the level."""
    on_menu = menu[nearest_level(menu, level)].level
    return abs(level - on_menu) <= slack(on_menu)


def read_contract(instance: Instance, result: Result) -> tuple[list[Check], Agreement | None]:
    """Check the structure of a contract; return the checks, and the contract if it can be computed with."""
    firms = {firm.name: firm for firm in instance.firms}
    names = [member.firm for member in result.members]
    counts = Counter(names)
    twice = [name for name, count in counts.items() if count > 1]
    efforts = agreed_efforts(instance, result)
    checks = [
        _check_regime(instance, result),
        fact("member-once", not twice, "No firm is listed twice." + _named(twice)),
        *check_listed(instance, result),
    ]
    for member in result.members:
        levels = {one[member.firm] for one in efforts}
        checks += _check_member(instance, member, firms.get(member.firm), levels)
    known = bool(names) and bool(efforts)
    readable = known and all(check.holds for check in checks if check.id not in ("effort-label", "scenarios"))
    checks += check_team(instance, tuple(counts))
    if not readable:
        return checks, None
    agreement = _agreement(instance, result, firms, efforts)
    return [*checks, *_check_amounts(agreement)], agreement


def _check_amounts(agreement: Agreement) -> list[Check]:
    """Check the R&D budget (M16) and what rules say of amounts (M33), (M34), in every scenario."""
    return in_worst(
        [
            (
                world,
                [
                    *check_budget(world.instance, world.parameters, design),
                    *check_amount_rules(world.instance, _work_of(world.parameters, design, agreement.terms)),
                ],
            )
            for world, design in zip(agreement.worlds, agreement.designs, strict=True)
        ]
    )


def _work_of(p: Parameters, design: Design, terms: Terms) -> dict[str, Work]:
    """Return what each member does and what the terms give, by name."""
    return {
        name: Work(*_work(p, design, i), float(terms.share[i]), float(terms.rate[i])) for i, name in enumerate(p.names)
    }


def work_without_terms(parameters: Parameters, design: Design) -> dict[str, Work]:
    """Return what each member of a design does, by name; no terms are looked at."""
    return {
        name: Work(*_work(parameters, design, i)) for i, name in enumerate(parameters.names) if design.levels[i] >= 0
    }


def _work(p: Parameters, design: Design, i: int) -> tuple[float, float]:
    level = design.levels[i]
    return float(p.x[i][level]), p.regimes[design.regime].k * float(p.c[i][level])


def _named(names: Sequence[str]) -> str:
    return f" Concerned: {listing(names)}." if names else ""


def _check_regime(instance: Instance, result: Result) -> Check:
    known = result.mode in {mode.name for mode in instance.modes}
    known = known and result.monitoring in {option.name for option in instance.monitoring}
    return fact(
        "regime",
        known,
        f"Innovation mode {result.mode!r} and monitoring option {result.monitoring!r} are offered.",
    )


def _check_member(instance: Instance, member: Member, firm: Firm | None, levels: Set[float]) -> list[Check]:
    """Check who a member is, and the levels agreed for it: one, or those of its plan; none: the plan is not told."""
    checks = [fact("member-known", firm is not None, f"{member.firm} is a firm of the instance.", member.firm)]
    if firm is None:
        return checks
    least = instance.project.min_credit
    checks.append(
        fact(
            "eligible",
            is_eligible(firm, instance),
            f"{firm.name} may join (M17): it is not excluded (membership: {firm.membership}), and its credit "
            f"score {firm.credit:g} reaches the least score {least:g}.",
            firm.name,
        )
    )
    return [*checks, *_check_effort(member, firm, levels)] if levels else checks


def _check_effort(member: Member, firm: Firm, levels: Set[float]) -> Iterator[Check]:
    nearest = {level: nearest_level(firm.menu, level) for level in sorted(levels)}
    level = max(nearest, key=lambda one: abs(one - firm.menu[nearest[one]].level))
    entry = firm.menu[nearest[level]]
    detail = f"The agreed effort {level:g} is on {firm.name}'s menu; the nearest entry is {entry.level:g}."
    yield equal("effort-menu", level, entry.level, detail, scale=entry.level, firm=firm.name)
    if len(set(nearest.values())) > 1:
        detail = f"{firm.name}'s effort is another one in other scenarios, so that no label of its menu tells it."
        yield fact("effort-label", not member.effort_label, detail, firm.name)
        return
    detail = f"{firm.name}'s effort {entry.level:g} is labelled as in its menu: "
    detail += f"{entry.label!r}." if entry.label else "it has no label."
    yield fact("effort-label", member.effort_label == entry.label, detail, firm.name)


def _agreement(
    instance: Instance, result: Result, firms: dict[str, Firm], efforts: Sequence[Mapping[str, float]]
) -> Agreement:
    """Rename words to symbols; the structure has been checked."""
    worlds = worlds_of(instance, [member.firm for member in result.members])
    parameters = worlds[0].parameters
    if worlds[0].name is not None:
        parameters = derive_for(instance, parameters.names)
    by_name = {member.firm: member for member in result.members}
    members = tuple(by_name[name] for name in parameters.names)
    regimes = [(regime.mode, regime.monitoring) for regime in parameters.regimes]
    regime = regimes.index((result.mode or "", result.monitoring or ""))
    return Agreement(
        instance=instance,
        result=result,
        parameters=parameters,
        worlds=worlds,
        designs=tuple(
            Design(regime, tuple(nearest_level(firms[name].menu, levels[name]) for name in parameters.names))
            for levels in efforts
        ),
        terms=Terms(
            share=np.array([member.share for member in members]),
            rate=np.array([member.reimbursement_rate for member in members]),
            transfer=np.array([member.transfer for member in members]),
            deposit=np.array([member.deposit for member in members]),
        ),
        members=members,
    )


# --- who may join together -------------------------------------------------------------------------------


def check_team(instance: Instance, names: Sequence[str]) -> list[Check]:
    """Check (M17), (M18) and rules over groups for a team, given by the names of its members, each once."""
    team = set(names)
    checks = [
        fact(
            "required",
            firm.name in team,
            f"{firm.name} has to be a member: {_why(firm, instance)} (M17).",
            firm.name,
        )
        for firm in instance.firms
        if is_compelled(firm, instance)
    ]
    return [
        *checks,
        _check_size(instance, names),
        _check_exclusive(instance, team),
        *_check_mastery(instance, team),
        *check_membership_rules(instance, names),
    ]


def _why(firm: Firm, instance: Instance) -> str:
    return "it leads the alliance" if firm.name == instance.project.lead else "it is required"


def _check_size(instance: Instance, names: Sequence[str]) -> Check:
    size = instance.project.team_size
    most = len(instance.firms) if size.max is None else size.max
    return within(
        "team-size",
        len(names),
        (size.min, most),
        f"The alliance has {size.min} to {most} members, the lead included (M17): it has {len(names)}.",
        scale=0.0,
    )


def _check_exclusive(instance: Instance, team: set[str]) -> Check:
    together = [
        " and ".join(relation.between)
        for relation in instance.relations
        if relation.exclusive and team.issuperset(relation.between)
    ]
    return at_most(
        "exclusive",
        len(together),
        0.0,
        "No two firms that must not work together are both members (M17)." + _named(together),
        scale=0.0,
    )


def _check_mastery(instance: Instance, team: set[str]) -> list[Check]:
    checks = []
    for technology in instance.project.technologies:
        if technology.requirement is None:
            continue
        best, who = max(
            ((firm.capabilities.get(technology.name, 0.0), firm.name) for firm in instance.firms if firm.name in team),
            default=(0.0, "nobody"),
        )
        checks.append(
            at_least(
                "technology",
                best,
                technology.requirement,
                f"Some member masters {technology.name} at {technology.requirement:g} or better (M18): the "
                f"best is {who} with {best:g}.",
                scale=0.0,
            )
        )
    return checks


def check_budget(instance: Instance, parameters: Parameters, design: Design) -> list[Check]:
    """Check the R&D budget (M16) of a design, if there is one; arrays as in ``parameters``."""
    if instance.project.budget is None:
        return []
    regime = parameters.regimes[design.regime]
    spent = [
        (regime.k * float(parameters.c[i][level]), float(parameters.joining[i]))
        for i, level in enumerate(design.levels)
        if level >= 0
    ]
    terms = list(itertools.chain.from_iterable(spent))
    total, budget = sum(terms), instance.project.budget
    return [
        at_most(
            "budget",
            total,
            budget,
            f"R&D costs and joining costs of all members stay within the R&D budget (M16): {total:.6g} of "
            f"{budget:.6g} {instance.currency}".rstrip()
            + ".",
            scale=largest(budget, terms),
        )
    ]
