"""The pictures of a contract, with their words: who works with whom, where the surplus comes from, who gets what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import get_args

from ...instance import Instance, is_eligible
from ...outcome.contract import Result, efforts_by_scenario
from ..page import Figure
from ..pictures import Account, Edge, NetworkWords, Node, Step, TermsWords, network, terms, waterfall
from ..words.efforts import ENGLISH as EFFORTS
from ..words.efforts import EffortWords
from ..words.numbers import Money, plural, signed
from .contract import money_of
from .figures_data import ContractAmounts, Item, Source
from .scenario_figures import scenario_figures


@dataclass(frozen=True)
class ContractWords:
    """What the pictures of a contract say, in one language; {...} stands for an amount, a number or a list.

    Parameters
    ----------
    sources, items
        Of each source of the surplus, and of each item of a member's account.
    """

    network: str = "Who works with whom"
    network_description: str = (
        "{members} on an oval; the larger a circle, the more its member works. Lines show what pairs are worth "
        "beyond their own work{range}."
    )
    network_range: str = ", from {lowest} to {highest}"
    network_same: str = ", {highest}"
    effort: str = "effort"
    effort_note: str = "effort {effort}"
    lead_note: str = "lead, effort {effort}"
    gain: str = "worth more together, up to {highest}"
    loss: str = "worth less together, down to {lowest}"
    outside: str = "Not in the alliance:"
    more: Callable[[int], str] = lambda count: f"and {count:,} more"
    efforts: EffortWords = EFFORTS
    weaker: Callable[[int], str] = lambda count: f"and {plural(count, 'weaker pair')}"
    members: Callable[[int], str] = lambda count: plural(count, "member")
    surplus: str = "Where the joint surplus comes from"
    surplus_description: str = "Step by step: {steps}."
    joint_surplus: str = "Joint surplus"
    worth: str = "What cooperation is worth"
    alone: str = "Best firm alone"
    cooperation: str = "Gain by cooperation"
    hidden: str = "Lost to hidden effort"
    hidden_most: str = "Lost to hidden effort, at most"
    visible: str = "If effort were visible"
    terms: str = "What each member gets and bears"
    terms_description: str = "For each member a bar of what it gets and one of what it bears. {members}."
    profit: str = "expected profit"
    profit_note: str = "profit {profit}, outside {outside}"
    earns_outside: str = "earned outside"
    unit: str = "Amounts in {currency}"
    sources: dict[Source, str] = field(
        default_factory=lambda: {source: source[0].upper() + source[1:] for source in get_args(Source)}
    )
    items: dict[Item, str] = field(default_factory=lambda: {item: item for item in get_args(Item)})


ENGLISH = ContractWords()


def contract_figures(result: Result, instance: Instance) -> tuple[Figure, ...]:
    """Return the pictures of a contract: network, sources of the surplus, what cooperation is worth, terms, scenarios.

    Parameters
    ----------
    result
        A result with a contract.
    instance
        The instance that it answers.

    Raises
    ------
    ResultError
        When the result has no contract, or names what the instance does not have.
    """
    money = money_of(result)
    drawn = ContractPictures(result, money, ENGLISH, instance)
    worth = [drawn.worth()] if result.first_best is not None and result.stand_alone else []
    return (drawn.network(), drawn.surplus(), *worth, drawn.terms(), *scenario_figures(result, money))


@dataclass(frozen=True)
class ResultPictures:
    """Draws what a contract is worth, for which its result is enough.

    Parameters
    ----------
    result
        A result with a contract.
    money
        How amounts are written.
    words
        What the pictures say.
    """

    result: Result
    money: Money
    words: ContractWords

    def worth(self) -> Figure:
        """Return what cooperation is worth: from the best firm alone to what visible effort would bring."""
        words, text = self.words, self.money.text
        alone = max((single.joint_surplus for single in self.result.stand_alone), default=0.0)
        gain = self._joint - alone
        steps = [
            self._level(words.alone, alone),
            Step(words.cooperation, gain, signed(gain, text)),
            self._level(words.joint_surplus, self._joint),
        ]
        if self.result.first_best is not None:
            visible = self.result.first_best.joint_surplus
            lost, label = visible - self._joint, words.hidden if self.result.proven else words.hidden_most
            steps += [Step(label, lost, signed(lost, text)), self._level(words.visible, visible)]
        return self._waterfall(words.worth, steps)

    @property
    def _joint(self) -> float:
        return self.result.joint_surplus or 0.0

    @property
    def _unit(self) -> str:
        return self.words.unit.format(currency=self.money.currency) if self.money.currency else ""

    def _level(self, label: str, amount: float) -> Step:
        return Step(label, amount, self.money.text(amount), level=True)

    def _waterfall(self, title: str, steps: list[Step]) -> Figure:
        told = self.words.surplus_description.format(steps="; ".join(f"{step.label} {step.text}" for step in steps))
        return Figure(title, told, waterfall(title, told, steps, self._unit))


@dataclass(frozen=True)
class ContractPictures(ResultPictures):
    """Draws a contract.

    Parameters
    ----------
    instance
        The instance that the result answers.
    """

    instance: Instance

    @cached_property
    def amounts(self) -> ContractAmounts:
        """What is drawn."""
        return ContractAmounts(self.instance, self.result)

    def network(self) -> Figure:
        """Return who works with whom, and who is left out."""
        words, members, lead = self.words, self.result.members, self.instance.project.lead
        values = self.amounts.of_pairs()
        place = {member.firm: at for at, member in enumerate(members)}
        nodes = []
        for member in members:
            note = words.lead_note if member.firm == lead else words.effort_note
            effort = words.efforts.short(
                member.effort_level, "", efforts_by_scenario(self.result.scenarios, member.firm)
            )
            nodes.append(Node(member.firm, member.effort_level, note.format(effort=effort), member.firm == lead))
        lowest, highest = (self.money.full(end(values.values(), default=0.0)) for end in (min, max))
        span = words.network_same if lowest == highest else words.network_range
        span = span.format(lowest=lowest, highest=highest) if values else ""
        told = words.network_description.format(members=words.members(len(nodes)), range=span)
        svg = network(
            words.network,
            told,
            nodes,
            [Edge(place[one], place[other], amount) for (one, other), amount in values.items()],
            NetworkWords(
                words.effort,
                words.gain.format(highest=highest),
                words.loss.format(lowest=lowest),
                words.outside,
                words.more,
                words.weaker,
            ),
            [firm.name for firm in self.instance.firms if firm.name not in place and is_eligible(firm, self.instance)],
        )
        return Figure(words.network, told, svg)

    def surplus(self) -> Figure:
        """Return where the joint surplus comes from, step by step; sources of nothing are left out."""
        words, money = self.words, self.money
        steps = [
            Step(words.sources[source], amount, signed(amount, money.text))
            for source, amount in self.amounts.of_sources().items()
            if money.text(amount) != money.text(0.0)
        ]
        return self._waterfall(words.surplus, [*steps, self._level(words.joint_surplus, self._joint)])

    def terms(self) -> Figure:
        """Return what each member gets and bears."""
        words, money = self.words, self.money
        rows = []
        for member, items in zip(self.result.members, self.amounts.of_members().values(), strict=True):
            texts = {"profit": money.text(member.expected_profit), "outside": money.text(member.outside_option)}
            note = words.profit_note.format(**texts)
            rows.append(Account(member.firm, tuple(items.values()), member.outside_option, note))
        told = words.terms_description.format(members="; ".join(f"{row.name}: {row.text}" for row in rows))
        signs = TermsWords(tuple(words.items.values()), words.profit, words.earns_outside)
        return Figure(words.terms, told, terms(words.terms, told, rows, signs, money.text, self._unit))
