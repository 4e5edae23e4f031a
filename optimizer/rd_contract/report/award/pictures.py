"""The pictures of an award, in its language, each with a table of what it draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ...study.sweep import Swing
from ..contract_figures import ContractWords, network_figure, surplus_figure, terms_figure, worth_figure
from ..figures_data import Item, Source, surplus_sources
from ..numbers import Money, Written, clean, signed
from ..page import Block, Chart, Figure, facts, heading, paragraph
from ..pictures import Range, tornado
from ..sensitivities import value_text
from ..words import best_alone
from .languages import Tongue
from .material import Material

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


def alliance_picture(material: Material) -> Iterator[Block]:
    """Yield the alliance as a network, where the instance is at hand."""
    if material.current is None or len(material.result.members) < 2:
        return
    yield network_figure(material.result, material.current, _words(material), _money(material))


def value_pictures(material: Material) -> Iterator[Block]:
    """Yield where the joint surplus comes from, step by step, and what each member gets and bears."""
    if material.current is None:
        return
    say, result = material.say, material.result
    yield heading(say("waterfall"), material.currency)
    sources = surplus_sources(material.current, result)
    shown = {name: amount for name, amount in sources.items() if material.money(amount) != material.money(0.0)}
    steps = [(say(_SOURCES[name]), _signed(material, amount)) for name, amount in shown.items()]
    last = (say("joint_surplus"), _written(material.money(result.joint_surplus)))
    figure = surplus_figure(result, material.current, _words(material), _money(material))
    yield replace(figure, chart=Chart((*steps, last), falling=True))
    yield facts([(label, amount, "") for label, amount in (*steps, last)], strong=[last[0]])
    yield terms_figure(result, material.current, _words(material), _money(material))


def ladder(material: Material) -> Iterator[Block]:
    """Yield what cooperation brings over the best single firm, and what would be reached if effort were visible."""
    say, result = material.say, material.result
    best = result.first_best
    if best is None:
        return
    yield heading(say("ladder"), material.currency)
    alone = best_alone(result)
    rows = [(say("best_alone"), alone[0].joint_surplus, clean(alone[0].firm))] if alone else []
    rows += [(say("this_contract"), result.joint_surplus or 0.0, ""), (say("visible"), best.joint_surplus, "")]
    figure = worth_figure(result, _words(material), _money(material))
    yield replace(figure, chart=Chart(tuple((label, _written(material.money(amount))) for label, amount, _ in rows)))
    yield facts([(label, material.money(amount), remark) for label, amount, remark in rows])
    price = best.price_of_moral_hazard
    if price is not None:
        lost = material.money(price) != material.money(0.0)
        yield paragraph(say("hazard", amount=material.full(price)) if lost else say("no_hazard"))


def tornado_picture(material: Material, swings: Sequence[Swing]) -> Iterator[Block]:
    """Yield which numbers the surplus hangs on."""
    title, text = material.say("sensitivities"), material.say("sensitivities_text")
    rows = [
        Range(
            clean(one.parameter),
            one.lowest,
            one.highest,
            value_text(one.at_lowest),
            value_text(one.at_highest),
            material.count(one.alliances) if one.alliances > 1 else "",
        )
        for one in swings
    ]
    svg = tornado(title, text, rows, swings[0].base, material.say("joint_surplus"), material.money)
    yield Figure(
        title, text, svg, Chart(tuple((row.label, _written(material.money(row.high - row.low))) for row in rows))
    )


class _LocalMoney(Money):
    """Amounts as a language writes them."""

    tongue: Tongue

    def text(self, amount: float | None) -> str:
        """Return an amount without its unit."""
        return self.tongue.written(super().text(amount))


def _money(material: Material) -> Money:
    money = material.plain_money
    local = _LocalMoney(money.decimals, money.currency)
    object.__setattr__(local, "tongue", material.tongue)
    return local


def _signed(material: Material, amount: float) -> Written:
    return _written(signed(amount, material.money))


def _written(text: str) -> Written:
    assert isinstance(text, Written)
    return text


def _words(material: Material) -> ContractWords:
    """Return what the pictures say, in the language of the report."""
    texts = material.tongue.texts
    said: dict[str, Any] = {
        name.removeprefix("picture:"): text for name, text in texts.items() if name.startswith("picture:")
    }
    return ContractWords(
        **said,
        more=lambda count: material.say("more_firms", count=material.count(count)),
        sources={source: texts[name] for source, name in _SOURCES.items()},
        items={item: texts[name] for item, name in _ITEMS.items()},
    )
