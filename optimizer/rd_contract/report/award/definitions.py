"""What each scenario changes in the numbers that a contract rests on: from what to what, or of many how they spread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...instance import Instance, ScenarioChange, worlds
from ...instance.changing import Changer, Target
from ..content.outlook import LISTED
from ..page import Block, Column, paragraph, table
from ..words.numbers import clean
from .subject import Award
from .wording import scenario_words

#: Numbers that one change leads to and that are told one by one; of more it is told how many they are.
_EACH = 12


def definitions(award: Award) -> Iterator[Block]:
    """Yield what each scenario is: its probability, and every number of the contract that it changes.

    Parameters
    ----------
    award
        Its result has a contract for scenarios. Where the instance is not at hand, only names and probabilities are
        known.
    """
    told, sha = award.result.scenarios, clean(award.result.instance.sha256)
    say, words = award.say, scenario_words(award.tongue)
    names = [Column(words.scenario, most=24), Column(words.probability, number=True)]
    if award.current is not None and len(told) <= LISTED:
        yield paragraph(say("schedule_text"))
        columns = [*names, Column(say("parameter"), most=40)]
        columns += [Column(say(title), number=True) for title in ("in_instance", "in_scenario")]
        yield table(columns, _Definitions(award, award.current).rows())
    elif award.current is not None:
        yield paragraph(award.say_of("schedule_many", len(told), sha=sha))
        titles = (say("in_instance"), words.lowest, words.average, words.highest, say("in_scenarios"))
        rows = list(_Definitions(award, award.current).spreads())
        columns = [Column(say("parameter"), most=40), *(Column(title, number=True) for title in titles)]
        yield table(columns, rows) if rows else paragraph(say("schedule_other"))
    else:
        yield paragraph(say("schedule_unknown", sha=sha))
        if len(told) <= LISTED:
            yield table(names, [[clean(one.name), award.percent(one.probability)] for one in told])


@dataclass(frozen=True)
class _Definitions:
    """Reads the scenarios of an instance, as far as they concern an award."""

    award: Award
    instance: Instance

    def rows(self) -> Iterator[list[str]]:
        """Yield a row for each number that a scenario changes, one for a scenario that changes none."""
        told = zip(self.award.result.scenarios, self.instance.scenarios, strict=True)
        for outcome, scenario in told:
            changed = [row for change in scenario.changes for row in self._changed(change)]
            if not changed:
                nothing = "schedule_other" if scenario.changes else "schedule_same"
                changed = [[self.award.say(nothing), "", ""]]
            head = [clean(scenario.name), self.award.percent(outcome.probability)]
            yield from ([*(head if at == 0 else ["", ""]), *row] for at, row in enumerate(changed))

    def _changed(self, change: ScenarioChange) -> Iterator[list[str]]:
        award, targets = self.award, self._targets(change)
        if len(targets) > _EACH:
            number, times = (change.value, "") if change.factor is None else (change.factor, "× ")
            yield [award.parameter(change.path), "", f"{times}{award.exactly(number or 0.0)}"]
            return
        for target in targets:
            if (value := target.made_by(change)) is not None:
                yield [self._title(target), self._present(target), award.exactly(value)]

    def spreads(self) -> Iterator[list[str]]:
        """Yield how each number is spread over the scenarios that change it."""
        award = self.award
        found: dict[tuple[str, bool], list[tuple[float, ScenarioChange]]] = {}
        for outcome, scenario in zip(award.result.scenarios, self.instance.scenarios, strict=True):
            for change in scenario.changes:
                found.setdefault((change.path, change.factor is not None), []).append((outcome.probability, change))
        for (path, is_factor), seen in found.items():
            targets, chances = self._targets(seen[0][1]), [chance for chance, _ in seen]
            if len(targets) > _EACH:
                given = [(change.factor if is_factor else change.value) or 0.0 for _, change in seen]
                yield [award.parameter(path), "", *self._ends(given, chances, "× " if is_factor else "")]
                continue
            for target in targets:
                made = [target.made_by(change) for _, change in seen]
                numbers = [amount for amount in made if amount is not None]
                if numbers:  # a factor on nothing makes nothing, in all scenarios alike
                    yield [self._title(target), self._present(target), *self._ends(numbers, chances)]

    def _ends(self, amounts: Sequence[float], chances: Sequence[float], times: str = "") -> list[str]:
        """Return the least, the mean and the largest of some amounts as they are written, and how many there are."""
        mean = float(np.average(amounts, weights=chances if sum(chances) > 0.0 else None))
        ends = (float(f"{amount:.5g}") for amount in (min(amounts), mean, max(amounts)))
        told = [f"{times}{self.award.exactly(amount)}" for amount in ends]
        return [*told, self.award.count(len(amounts))]

    def _title(self, target: Target) -> str:
        """Return what a number is called."""
        place = target.place
        if place[0] == "firms" and place[2] == "efforts" and place[-1] == "cost":
            firm, at = self.instance.firms[int(place[1])], int(place[3])
            effort = self.award.efforts.short(firm.menu[at].level, firm.menu[at].label)
            return self.award.say("cost_of_effort", effort=effort, firm=clean(firm.name))
        return self.award.parameter(target.path)

    def _present(self, target: Target) -> str:
        return self.award.say("derived") if target.present is None else self.award.exactly(target.present)

    def _targets(self, change: ScenarioChange) -> list[Target]:
        """Return the numbers that a change leads to and that concern the contract."""
        targets = self._changer.targets(change.path)
        return [one for one in targets if self._concerns(one)] if isinstance(targets, list) else []

    def _concerns(self, target: Target) -> bool:
        """Return whether a number is one of the members, of the regime, or of the project."""
        kind, result, members = target.place[0], self.award.result, self.award.members
        at = target.place[1] if len(target.place) > 1 else None
        if not isinstance(at, int):
            return True
        if kind == "firms":
            return self.instance.firms[at].name in members
        if kind == "relations":  # scenarios list pairs that the instance does not
            return set(worlds(self.instance)[0].instance.relations[at].between) <= members
        if kind == "modes":
            return self.instance.modes[at].name == result.mode
        return kind != "monitoring" or self.instance.monitoring[at].name == result.monitoring

    @cached_property
    def _changer(self) -> Changer:
        return Changer(self.instance)
