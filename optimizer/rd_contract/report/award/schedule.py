"""The schedule of a contract: what each scenario is, and what is done and paid in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..content.outlook import BESIDE, LISTED, Spread
from ..page import Block, Column, heading, paragraph, table
from ..words.efforts import IN_A_SENTENCE
from ..words.numbers import clean
from .definitions import definitions
from .subject import Award
from .wording import scenario_words


@dataclass(frozen=True)
class _Amount:
    """What is done or paid in each scenario: what it is called, how much it is, and that as it is written."""

    title: str
    amounts: tuple[float, ...]
    texts: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether it is not the same everywhere, as it is written."""
        return len(set(self.texts)) > 1


@dataclass(frozen=True)
class Schedule:
    """What is done and paid by a contract in each scenario.

    Parameters
    ----------
    award
        Its result has a contract. Where that is for certain numbers, there is nothing to say.
    """

    award: Award

    def of_contract(self) -> Iterator[Block]:
        """Yield the schedule of a term sheet: how scenarios are reckoned with, what each changes, what is done then."""
        award, told = self.award, self.award.result.scenarios
        if not told:
            return
        yield heading(award.say("schedule"), award.currency)
        if award.result.uncertainty is not None:
            alike = len({one.probability for one in told}) == 1
            words = scenario_words(award.tongue).uncertainty
            yield paragraph(words.told(award.result.uncertainty, len(told), alike=alike))
        yield from definitions(award)
        idle = [one.name for one in told if one.efforts is not None and not any(one.efforts.values())]
        if idle:
            yield paragraph(award.say("schedule_idle", names=award.names(idle)))
        efforts = [self._row(one, award.number) for one in self._efforts if one.differs]
        rows = [*efforts, *self._in_rows([*self._spent, *self._settled])]
        if rows:
            yield from self._done(rows)
            if self.award.due:
                yield paragraph(award.say("schedule_done_note"), "quiet")

    def of_report(self) -> Iterator[Block]:
        """Yield what is left to say where efforts, revenue and pool of each scenario are told already."""
        if self.award.result.scenarios:
            yield heading(self.award.say("schedule"), self.award.currency)
            yield from definitions(self.award)
            if rows := self._in_rows(self._spent):
                yield from self._done(rows)

    def note_on_costs(self) -> Iterator[Block]:
        """Yield that R&D costs are averages and where it stands how they differ; nothing where none does."""
        yield from self._note(self._costs)

    def note_on_reimbursements(self) -> Iterator[Block]:
        """Yield the same of what the pool pays back."""
        yield from self._note(self._reimbursements)

    def note_on_payments(self) -> Iterator[Block]:
        """Yield the same of all that is paid to and by the pool, and of the revenue."""
        yield from self._note([*self._reimbursements, *self._spent_by_pool, *self._settled])

    def _note(self, amounts: Sequence[_Amount]) -> Iterator[Block]:
        """Yield the note where one of these amounts differs, and where without the instance nobody knows."""
        if self.award.result.scenarios and (not self.award.due or any(one.differs for one in amounts)):
            yield paragraph(self.award.say("averages", schedule=self.award.say("schedule")), "quiet")

    def monitoring_cost(self) -> str:
        """Return what monitoring costs: one amount, or that of each scenario, of many the average said as such."""
        award, cost = self.award, self._monitoring
        if not cost.differs:
            return award.full(cost.amounts[0])
        told = award.result.scenarios
        if len(told) > IN_A_SENTENCE:
            return award.efforts.average.format(what=award.full(self._spread(cost).mean))
        return award.efforts.grouped(
            {one.name: award.full(amount) for one, amount in zip(told, cost.amounts, strict=True)}
        )

    def _done(self, rows: Sequence[Sequence[str]]) -> Iterator[Block]:
        """Yield what is done and paid in each scenario, as many beside each other as have room; of many its spread."""
        award, told, words = self.award, self.award.result.scenarios, scenario_words(self.award.tongue)
        yield heading(award.say("schedule_done"), award.currency)
        titles = [words.lowest, words.average, words.highest]
        if len(told) <= LISTED:
            titles = [*(clean(one.name) for one in told), words.average]
        blocks = math.ceil(len(titles) / (BESIDE + 1))
        for numbers in np.array_split(np.arange(len(titles)), blocks):
            columns = [Column("", most=40), *(Column(titles[at], number=True) for at in numbers)]
            yield table(columns, [[title, *(cells[at] for at in numbers)] for title, *cells in rows])

    def _in_rows(self, amounts: Sequence[_Amount]) -> list[list[str]]:
        """Return rows of the amounts that differ between scenarios."""
        return [self._row(one, self.award.money) for one in amounts if one.differs]

    def _row(self, one: _Amount, written: Callable[[float], str]) -> list[str]:
        seen = self._spread(one)
        if len(one.amounts) <= LISTED:
            return [one.title, *one.texts, written(seen.mean)]
        return [one.title, *map(written, (seen.lowest, seen.mean, seen.highest))]

    def _spread(self, one: _Amount) -> Spread:
        chances = [told.probability for told in self.award.result.scenarios]
        return Spread(np.array(one.amounts), np.array(chances))

    @cached_property
    def _efforts(self) -> list[_Amount]:
        """The effort of each member whose effort is not the same in every scenario."""
        award, number = self.award, self.award.number
        plans = {one.firm: tuple(award.plan(one.firm).values()) for one in award.result.members}
        return [
            _Amount(self._of_member(firm, award.say("effort")), plan, tuple(map(number, plan)))
            for firm, plan in plans.items()
            if plan
        ]

    @cached_property
    def _costs(self) -> list[_Amount]:
        """What each member spends on R&D; without the instance that is not known."""
        return self._of_members("rd_cost", [one.cost for one in self.award.due])

    @cached_property
    def _reimbursements(self) -> list[_Amount]:
        """What each member gets back; without the instance that is not known."""
        return self._of_members("reimbursement", [one.reimbursement for one in self.award.due])

    @property
    def _spent(self) -> list[_Amount]:
        """All of these."""
        return [*self._costs, *self._reimbursements, *self._spent_by_pool]

    @cached_property
    def _spent_by_pool(self) -> list[_Amount]:
        """What the pool spends on monitoring and coordination; without the instance that is not known."""
        coordination = [one.coordination for one in self.award.due]
        return [self._monitoring, self._in_money(self.award.say("coordination_cost"), coordination)]

    @cached_property
    def _settled(self) -> list[_Amount]:
        """What is earned and what members settle, which the result tells itself."""
        told, words = self.award.result.scenarios, scenario_words(self.award.tongue)
        revenue = self._in_money(words.revenue, [one.expected_revenue for one in told])
        return [revenue, self._in_money(words.pool, [one.pool_balance for one in told])]

    @cached_property
    def _monitoring(self) -> _Amount:
        return self._in_money(self.award.say("monitoring_cost"), [one.monitoring for one in self.award.due])

    def _in_money(self, title: str, amounts: Sequence[float]) -> _Amount:
        return _Amount(title, tuple(amounts), tuple(map(self.award.money, amounts)))

    def _of_members(self, what: str, each: Sequence[Mapping[str, float]]) -> list[_Amount]:
        firms, title = [member.firm for member in self.award.result.members], self.award.say(what)
        return [self._in_money(self._of_member(firm, title), [amounts[firm] for amounts in each]) for firm in firms]

    def _of_member(self, firm: str, what: str) -> str:
        return scenario_words(self.award.tongue).named.format(name=clean(firm), part=what)
