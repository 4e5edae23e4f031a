"""When no contract exists: what single rules would have to give, and the fewest rules that have to go."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...base.tolerances import NONZERO, PRECISION, ROOM
from ...instance import Condition, Edit, Firm, Instance, Relation, variant, worlds
from ...outcome.contract import Obstacle, Result
from ..asking import Settings, Unanswered
from ..conflicts import minimal_conflict
from ..expected_numbers import FirmNumber
from ..measures import largest_row
from ..rulebook import LEAST_MEMBERS, MOST_MEMBERS, DroppableRule, droppable_rules, without
from .threshold import Trial, narrow
from .types import Correction, Relaxation

#: How often what should suffice is doubled before the rule is left to be dropped.
DOUBLINGS = 20


@dataclass(frozen=True)
class _Dial:
    """A rule's number.

    Parameters
    ----------
    path
        Where it stands.
    present
        What it is.
    enough
        A number that some contract needs.
    values
        The only numbers that matter, the nearest first; empty: all.
    largest
        The largest that is allowed; the smallest is 0.
    whole
        Whether it is a whole number.
    number
        What it is in every scenario, where scenarios may change it: it is moved in all alike.
    """

    path: str
    present: float
    enough: float
    values: tuple[float, ...] = ()
    largest: float = math.inf
    whole: bool = False
    number: FirmNumber | None = None

    @property
    def smallest(self) -> float:
        """The smallest that is of use: where no scenario has more than 0."""
        return 0.0 if self.number is None else min(0.0, self.present - self.number.highest)

    def turn(self, instance: Instance, value: float) -> Instance:
        """Return an instance with another number."""
        if self.number is not None:
            return self.number.moved(value - self.present)
        return variant(instance, [Edit(self.path, int(value) if self.whole else value)])


def relax(instance: Instance, settings: Settings, obstacle: Obstacle) -> Relaxation:
    """Return the least change of a rule that allows a contract.

    Parameters
    ----------
    instance
        An instance without a contract.
    settings
        How variants are solved.
    obstacle
        A rule that makes a contract possible when dropped alone.

    Raises
    ------
    Unanswered, KeyboardInterrupt
        As :meth:`~.settings.Settings.solve`.
    """
    settings = dataclasses.replace(settings, gap=PRECISION)
    rule = next(rule for rule in droppable_rules(instance) if rule.path == obstacle.path)
    dropped = _contract(without(instance, [rule]), settings)
    if dropped is None:
        raise Unanswered("without it there is no contract after all")
    dial = _dial(instance, rule, dropped)
    found = None if dial is None else _turned(instance, settings, dial, dropped)
    if dial is None or found is None:
        return _relaxation(rule, obstacle, dial, None, None, dropped)
    value, within, contract = found
    return _relaxation(rule, obstacle, dial, value, within, contract)


def _relaxation(
    rule: DroppableRule,
    obstacle: Obstacle,
    dial: _Dial | None,
    value: float | None,
    within: float | None,
    contract: Result,
) -> Relaxation:
    present = None if dial is None else dial.present
    change = None if present is None or value is None else value - present
    return Relaxation(
        rule=obstacle.rule,
        path=obstacle.path,
        detail=obstacle.detail,
        present=present,
        value=value,
        change=change,
        relative=abs(change / present) if change is not None and present else None,
        in_money=rule.in_money,
        within=within,
        joint_surplus=contract.joint_surplus,
    )


def _contract(instance: Instance | None, settings: Settings, start: Result | None = None) -> Result | None:
    if instance is None:
        return None
    result = settings.solve(instance, start)
    return result if result.has_contract else None


# --- the numbers -------------------------------------------------------------------------------------------


def _dial(instance: Instance, rule: DroppableRule, contract: Result) -> _Dial | None:
    """Return the number of a rule; ``contract`` exists without it. None: the rule has none."""
    subject = rule.subject
    if isinstance(subject, Condition):
        return _dial_of_condition(instance, subject, contract)
    if isinstance(subject, Firm):
        return _dial_of_firm(instance, rule, subject, contract)
    return None if isinstance(subject, Relation) else _dial_of_project(instance, rule, contract)


def _dial_of_condition(instance: Instance, condition: Condition, contract: Result) -> _Dial | None:
    if condition.number is None:
        return None
    present, path = condition.number, condition.path
    if condition.weaker:
        return _Dial(path, present, condition.weaker[-1], condition.weaker, whole=condition.whole)
    if math.isfinite(condition.loosest):
        return _Dial(path, present, condition.loosest, largest=max(condition.loosest, present))
    return _Dial(path, present, max(present, largest_row(instance, condition, contract)))


def _dial_of_project(instance: Instance, rule: DroppableRule, contract: Result) -> _Dial:
    project, path = instance.project, rule.drop.path
    if path == LEAST_MEMBERS:
        values = tuple(float(size) for size in range(project.team_size.min - 1, 0, -1))
        return _Dial(path, float(project.team_size.min), 1.0, values, whole=True)
    if path == MOST_MEMBERS:
        present, most = project.team_size.max or 0, len(instance.firms)
        values = tuple(float(size) for size in range(present + 1, most + 1))
        return _Dial(path, float(present), float(most), values, whole=True)
    if rule.rule == "min-credit":
        credits = {firm.credit for firm in instance.firms}
        return _Dial(path, project.min_credit, 0.0, _below(credits, project.min_credit))
    if rule.rule == "cost-sharing-budget":
        reimbursed = sum(member.reimbursement for member in contract.members)
        return _Dial(path, float(project.cost_sharing_budget or 0.0), reimbursed)
    return _Dial(path, float(project.budget or 0.0), _spent(instance, contract))


def _spent(instance: Instance, contract: Result) -> float:
    """Return what a contract needs of the R&D budget, money."""
    members = {member.firm for member in contract.members}
    joining = sum(firm.joining_cost for firm in instance.firms if firm.name in members)
    return joining + sum(member.effort_cost for member in contract.members)


def _dial_of_firm(instance: Instance, rule: DroppableRule, firm: Firm, contract: Result) -> _Dial | None:
    member = next((member for member in contract.members if member.firm == firm.name), None)
    if rule.rule == "membership" or member is None:
        return None
    present, enough, largest = {
        "share-floor": (firm.share.min, member.share, 1.0),
        "share-cap": (firm.share.max, member.share, 1.0),
        "liquidity": (firm.liquidity or 0.0, -member.transfer, math.inf),
        "outside-option": (firm.outside_option, member.expected_profit, math.inf),
    }[rule.rule]
    if rule.rule != "outside-option" or not instance.scenarios:
        return _Dial(rule.drop.path, present, enough, largest=largest)
    number = FirmNumber.of(instance, firm.name, "outside_option")
    too_much = sum(world.probability * one for world, one in zip(worlds(instance), number.in_scenarios, strict=True))
    # Moved as far in all scenarios, it has to be made up for on average (M29).
    enough = min(present, present + member.expected_profit - too_much)
    return _Dial(rule.drop.path, present, enough, largest=largest, number=number)


def _below(values: set[float], present: float) -> tuple[float, ...]:
    return tuple(sorted({value for value in values if value < present} | {0.0}, reverse=True))


# --- turning them ------------------------------------------------------------------------------------------


def _turned(instance: Instance, settings: Settings, dial: _Dial, start: Result) -> tuple[float, float, Result] | None:
    """Return the number nearest to the present one that allows a contract, its precision, and the contract."""
    contracts: dict[float, Result] = {}

    def allows(value: float) -> bool:
        found = _contract(dial.turn(instance, value), settings, start)
        if found is not None:
            contracts[value] = found
        return found is not None

    if dial.values:
        value = _first(dial.values, allows)
        return None if value is None else (value, 0.0, contracts[value])
    sign = 1.0 if dial.enough > dial.present else -1.0

    def at(distance: float) -> float:
        return min(max(dial.present + sign * distance, dial.smallest), dial.largest)

    distance = abs(dial.enough - dial.present) * (1.0 + ROOM) + ROOM * max(abs(dial.present), NONZERO)
    for _ in range(DOUBLINGS):
        if allows(at(distance)):
            break
        distance *= 2.0
    else:
        return None
    high = Trial(distance, True)
    rounding = ROOM * max(abs(dial.present), NONZERO)
    found, within = narrow(
        lambda x: Trial(x, allows(at(x))), 0.0, high, lambda trial: max(PRECISION * trial.x, rounding)
    )
    return at(found.x), within, contracts[at(found.x)]


def _first(values: Sequence[float], allows: Callable[[float], bool]) -> float | None:
    """Return the first of some values that allows a contract; whatever follows such a value does, too."""
    low, high = -1, len(values)
    while high - low > 1:
        middle = (low + high) // 2
        if allows(values[middle]):
            high = middle
        else:
            low = middle
    return values[high] if high < len(values) else None


# --- fewest rules ------------------------------------------------------------------------------------------


def correct(instance: Instance, settings: Settings, conflict: Sequence[str]) -> Correction:
    """Return the fewest rules without which a contract exists.

    Every such set takes a rule from each conflict. So the smallest set that does so for the conflicts known is tried;
    if there is still no contract, the rest holds another conflict, and so on.

    Parameters
    ----------
    instance
        An instance without a contract, but with one if all rules are dropped.
    settings
        How variants are solved.
    conflict
        Paths of the rules of one minimal conflict.

    Raises
    ------
    Unanswered, KeyboardInterrupt
        As :meth:`~.settings.Settings.solve`.
    """
    settings = dataclasses.replace(settings, gap=PRECISION)
    rules = droppable_rules(instance)
    conflicts = [[rule for rule in rules if rule.path in conflict]]
    while True:
        hit = _smallest_hit(rules, conflicts)
        found = _contract(without(instance, hit), settings)
        if found is not None:
            return _correction(hit, found)
        rest = [rule for rule in rules if rule not in hit]

        def conflicting(kept: Sequence[DroppableRule]) -> bool:
            others = [rule for rule in rules if rule not in kept]
            return _contract(without(instance, others), settings) is None

        conflicts.append(minimal_conflict(rest, conflicting))


def _smallest_hit(rules: Sequence[DroppableRule], conflicts: list[list[DroppableRule]]) -> list[DroppableRule]:
    """Return the fewest rules that take one from each conflict, the first in their order."""
    concerned = [rule for rule in rules if any(rule in conflict for conflict in conflicts)]
    for count in range(1, len(concerned) + 1):
        for chosen in itertools.combinations(concerned, count):
            if all(any(rule in conflict for rule in chosen) for conflict in conflicts):
                return list(chosen)
    return concerned


def _correction(rules: list[DroppableRule], found: Result) -> Correction:
    return Correction(
        rules=tuple(
            Obstacle(rule=rule.rule, path=rule.path, detail=rule.detail, alone=False, joint_surplus=None)
            for rule in rules
        ),
        joint_surplus=float(found.joint_surplus or 0.0),
    )
