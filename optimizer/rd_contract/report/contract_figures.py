"""The pictures of a contract, with their words: who works with whom, where the surplus comes from, who gets what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import get_args

from ..instance import Instance, is_eligible
from ..outcome.contract import Result
from .contract import money_of
from .figures_data import Item, Source, member_accounts, pair_values, surplus_sources
from .numbers import Money, plural, signed, significant
from .page import Figure
from .pictures import Account, Edge, NetworkWords, Node, Step, TermsWords, network, terms, waterfall


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
        "beyond their own work, from {lowest} to {highest}."
    )
    effort: str = "effort"
    effort_note: str = "effort {effort}"
    lead_note: str = "lead, effort {effort}"
    gain: str = "worth more together, up to {highest}"
    loss: str = "worth less together, down to {lowest}"
    outside: str = "Not in the alliance:"
    more: Callable[[int], str] = lambda count: f"and {count:,} more"
    number: Callable[[float], str] = lambda level: significant(level, 3)
    weaker: Callable[[int], str] = lambda count: f"and {plural(count, 'weaker pair')}"
    members: Callable[[int], str] = lambda count: plural(count, "member")
    surplus: str = "Where the joint surplus comes from"
    surplus_description: str = "Step by step: {steps}."
    joint_surplus: str = "Joint surplus"
    worth: str = "What cooperation is worth"
    alone: str = "Best firm alone"
    cooperation: str = "Gain by cooperation"
    hidden: str = "Lost to hidden effort"
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


def contract_figures(result: Result, instance: Instance, words: ContractWords = ENGLISH) -> tuple[Figure, ...]:
    """Return the pictures of a contract: network, sources of the surplus, what cooperation is worth, terms.

    Parameters
    ----------
    result
        A result with a contract.
    instance
        The instance that it answers.
    words
        What they say.

    Raises
    ------
    ResultError
        When the result has no contract, or names what the instance does not have.
    """
    money = money_of(result)
    return (
        network_figure(result, instance, words, money),
        surplus_figure(result, instance, words, money),
        *([worth_figure(result, words, money)] if result.first_best is not None and result.stand_alone else []),
        terms_figure(result, instance, words, money),
    )


def network_figure(result: Result, instance: Instance, words: ContractWords, money: Money) -> Figure:
    """Return who works with whom, and who is left out.

    Parameters
    ----------
    result, instance, words
        As of :func:`contract_figures`.
    money
        How amounts are written.
    """
    values = pair_values(instance, result)
    place = {member.firm: at for at, member in enumerate(result.members)}
    lead = instance.project.lead
    nodes = []
    for member in result.members:
        note = words.lead_note if member.firm == lead else words.effort_note
        effort = words.number(member.effort_level)
        nodes.append(Node(member.firm, member.effort_level, note.format(effort=effort), member.firm == lead))
    lowest, highest = (money.full(end(values.values(), default=0.0)) for end in (min, max))
    description = words.network_description.format(members=words.members(len(nodes)), lowest=lowest, highest=highest)
    svg = network(
        words.network,
        description,
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
        [firm.name for firm in instance.firms if firm.name not in place and is_eligible(firm, instance)],
    )
    return Figure(words.network, description, svg)


def surplus_figure(result: Result, instance: Instance, words: ContractWords, money: Money) -> Figure:
    """Return where the joint surplus comes from, step by step; sources of nothing are left out.

    Parameters
    ----------
    result, instance, words
        As of :func:`contract_figures`.
    money
        How amounts are written.
    """
    surplus = result.joint_surplus or 0.0
    steps = [
        Step(words.sources[source], amount, signed(amount, money.text))
        for source, amount in surplus_sources(instance, result).items()
        if money.text(amount) != money.text(0.0)
    ]
    steps.append(Step(words.joint_surplus, surplus, money.text(surplus), level=True))
    return _waterfall(words.surplus, steps, words, money)


def worth_figure(result: Result, words: ContractWords, money: Money) -> Figure:
    """Return what cooperation is worth: from the best firm alone to what visible effort would bring.

    Parameters
    ----------
    result
        A result with a contract, with its benchmark.
    words
        As of :func:`contract_figures`.
    money
        How amounts are written.
    """
    alone = max((single.joint_surplus for single in result.stand_alone), default=0.0)
    joint = result.joint_surplus or 0.0
    steps = [
        Step(words.alone, alone, money.text(alone), level=True),
        Step(words.cooperation, joint - alone, signed(joint - alone, money.text)),
        Step(words.joint_surplus, joint, money.text(joint), level=True),
    ]
    if result.first_best is not None:
        visible = result.first_best.joint_surplus
        steps += [
            Step(words.hidden, visible - joint, signed(visible - joint, money.text)),
            Step(words.visible, visible, money.text(visible), level=True),
        ]
    return _waterfall(words.worth, steps, words, money)


def terms_figure(result: Result, instance: Instance, words: ContractWords, money: Money) -> Figure:
    """Return what each member gets and bears.

    Parameters
    ----------
    result, instance, words
        As of :func:`contract_figures`.
    money
        How amounts are written.
    """
    rows = []
    for member, items in zip(result.members, member_accounts(instance, result).values(), strict=True):
        texts = {"profit": money.text(member.expected_profit), "outside": money.text(member.outside_option)}
        note = words.profit_note.format(**texts)
        rows.append(Account(member.firm, tuple(items.values()), member.outside_option, note))
    description = words.terms_description.format(members="; ".join(f"{row.name}: {row.text}" for row in rows))
    unit = _unit(words, money)
    signs = TermsWords(tuple(words.items.values()), words.profit, words.earns_outside)
    return Figure(words.terms, description, terms(words.terms, description, rows, signs, money.text, unit))


def _waterfall(title: str, steps: list[Step], words: ContractWords, money: Money) -> Figure:
    told = words.surplus_description.format(steps="; ".join(f"{step.label} {step.text}" for step in steps))
    return Figure(title, told, waterfall(title, told, steps, _unit(words, money)))


def _unit(words: ContractWords, money: Money) -> str:
    return words.unit.format(currency=money.currency) if money.currency else ""
