"""The pictures of an award, in its language, each with a table of what it draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ...study.sweep import Swing
from ..content.contract_figures import ContractPictures, ContractWords, ResultPictures
from ..content.figures_data import Item, Source
from ..page import Block, Chart, Figure, facts, heading, paragraph
from ..pictures import Range, tornado
from ..words.numbers import Money, Written, clean, signed
from ..words.results import best_alone
from .languages import Tongue
from .subject import Award

#: What sources of the surplus are called in the catalogue.
_SOURCES: dict[Source, str] = {
    "base value": "base",
    "own work": "own_work",
    "synergies": "synergies",
    "side effects": "side_effects",
    "subsidy": "subsidy",
    "R&D": "rd",
    "joining": "joining",
    "monitoring and coordination": "coordination",
    "fees and risk": "fees_risk",
    "earned outside": "earned_outside",
}

#: What items of a member's account are called.
_ITEMS: dict[Item, str] = {
    "share of the revenue": "share",
    "reimbursement": "reimbursed",
    "subsidy": "subsidy",
    "transfer": "transfer",
    "side effects": "side_effects",
    "R&D": "rd",
    "joining": "joining",
    "fees and risk": "fees_risk",
}


def alliance_picture(award: Award) -> Iterator[Block]:
    """Yield the alliance as a network, where the instance is at hand."""
    drawn = _pictures(award)
    if drawn is not None and len(award.result.members) > 1:
        yield drawn.network()


def value_pictures(award: Award) -> Iterator[Block]:
    """Yield where the joint surplus comes from, step by step, and what each member gets and bears."""
    drawn = _pictures(award)
    if drawn is None:
        return
    say, result = award.say, award.result
    yield heading(say("waterfall"), award.currency)
    sources = drawn.amounts.of_sources()
    shown = {name: amount for name, amount in sources.items() if award.money(amount) != award.money(0.0)}
    steps = [(say(_SOURCES[name]), _signed(award, amount)) for name, amount in shown.items()]
    last = (say("joint_surplus"), _written(award.money(result.joint_surplus)))
    yield replace(drawn.surplus(), chart=Chart((*steps, last), falling=True))
    yield facts([(label, amount, "") for label, amount in (*steps, last)], strong=[last[0]])
    yield drawn.terms()


def ladder(award: Award) -> Iterator[Block]:
    """Yield what cooperation brings over the best single firm, and what would be reached if effort were visible."""
    say, result = award.say, award.result
    best = result.first_best
    if best is None:
        return
    yield heading(say("ladder"), award.currency)
    alone = best_alone(result)
    rows = [(say("best_alone"), alone[0].joint_surplus, clean(alone[0].firm))] if alone else []
    rows += [(say("this_contract"), result.joint_surplus or 0.0, ""), (say("visible"), best.joint_surplus, "")]
    figure = ResultPictures(result, local_money(award), _words(award)).worth()
    yield replace(figure, chart=Chart(tuple((label, _written(award.money(amount))) for label, amount, _ in rows)))
    yield facts([(label, award.money(amount), remark) for label, amount, remark in rows])
    price = best.price_of_moral_hazard
    if price is not None:
        lost = "hazard" if result.proven else "hazard_most"
        is_none = award.money(price) == award.money(0.0)
        yield paragraph(say("no_hazard") if is_none else say(lost, amount=award.full(price)))


def tornado_picture(award: Award, swings: Sequence[Swing]) -> Iterator[Block]:
    """Yield which numbers the surplus hangs on."""
    title, text = award.say("sensitivities"), award.say("sensitivities_text")
    rows = [
        Range(
            award.parameter(one.parameter),
            one.lowest,
            one.highest,
            award.varied_to(one.parameter, one.at_lowest),
            award.varied_to(one.parameter, one.at_highest),
            award.count(one.alliances) if one.alliances > 1 else "",
        )
        for one in swings
    ]
    svg = tornado(title, text, rows, swings[0].base, award.say("joint_surplus"), award.money)
    yield Figure(title, text, svg, Chart(tuple((row.label, _written(award.money(row.high - row.low))) for row in rows)))


def _pictures(award: Award) -> ContractPictures | None:
    """Return what draws the contract, where the instance is at hand."""
    if award.current is None:
        return None
    return ContractPictures(award.result, local_money(award), _words(award), award.current)


class _LocalMoney(Money):
    """Amounts as a language writes them."""

    tongue: Tongue

    def text(self, amount: float | None) -> str:
        """Return an amount without its unit."""
        return self.tongue.written(super().text(amount))


def local_money(award: Award) -> Money:
    """Return how amounts are written in the language of the award."""
    money = award.plain_money
    local = _LocalMoney(money.decimals, money.currency)
    object.__setattr__(local, "tongue", award.tongue)
    return local


def _signed(award: Award, amount: float) -> Written:
    return _written(signed(amount, award.money))


def _written(text: str) -> Written:
    assert isinstance(text, Written)
    return text


def _words(award: Award) -> ContractWords:
    """Return what the pictures say, in the language of the report."""
    texts = award.tongue.texts
    said: dict[str, Any] = {
        name.removeprefix("picture:"): text for name, text in texts.items() if name.startswith("picture:")
    }
    return ContractWords(
        **said,
        more=lambda count: award.say("more_firms", count=award.count(count)),
        efforts=award.efforts,
        weaker=lambda count: award.say_of("more_pairs", count),
        members=lambda count: award.say_of("members_count", count),
        sources={source: texts[name] for source, name in _SOURCES.items()},
        items={item: texts[name] for item, name in _ITEMS.items()},
    )
