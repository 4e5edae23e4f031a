"""An explanation on the terminal: plain sentences first, tables behind them."""

from __future__ import annotations

from collections.abc import Iterator

from ...study.explanation import Breach, Candidate, Change, Explanation, MemberCase, Price, RuleCost
from ..page import Block, Column, Page, Words, bullet, heading, paragraph, table, title
from ..words import results as words
from ..words.efforts import ENGLISH as EFFORTS
from ..words.explanation import (
    CHANGES,
    LIMITS,
    alliance_change,
    binding,
    correction_sentence,
    difference_cell,
    difference_sentence,
    marginal_sentence,
    place_sentence,
    relaxation_sentence,
    why_not,
)
from ..words.numbers import NOTHING, Money, clean, listing, percent, plural, signed, significant
from ..words.uncertainty import aim_words, reckoning_words
from .division import demands_note, stability_note
from .scenario_values import values_of_scenarios

#: Free rules, and questions about scenarios that were not examined, that are listed by name.
LISTED = 12

#: Breaches of one member that are shown: those nearest to what was agreed.
MOST_BREACHES = 4

#: What was asked of a subject, by part of the explanation; subjects of other parts say it themselves.
_QUESTIONS = {
    "candidate": "why {} is not in",
    "member": "what {} adds",
    "rule": "the cost of {}",
    "relaxation": "the smallest change that helps of: {}",
}

#: Width of a column of names.
NAME = 30


def explanation_report(explanation: Explanation, limit: str = "a time limit") -> Page:
    """Return the whole report.

    Parameters
    ----------
    explanation
        What ``explain`` returned, or an explanation read from a file.
    limit
        What whoever reads it sets so that a single solve may take longer.

    Returns
    -------
    Page
        What happened, why, and what would change it.
    """
    money = money_of(explanation)
    parts: list[Block] = []
    if explanation.instance.name:
        parts.append(title(explanation.instance.name))
    if not explanation.complete:
        parts.append(paragraph(_incomplete(explanation, limit), "warning"))
    if explanation.has_contract:
        parts += [
            *_opening(explanation, money),
            *_candidates(explanation, money),
            *_members(explanation, money),
            *stability_note(explanation.stability, _has_outsiders(explanation), money),
            *_rules(explanation, money),
            *values_of_scenarios(explanation.scenario_values, explanation.currency),
            *_prices(explanation, money),
            *_breaches(explanation, money),
        ]
    else:
        parts += _conflict(explanation, money)
        parts += values_of_scenarios(explanation.scenario_values, explanation.currency)
    return Page.of([*parts, *_not_examined(explanation)])


def _incomplete(explanation: Explanation, limit: str) -> str:
    """Return how much was not examined, and what lets more be examined where single solves took too long."""
    count, long = len(explanation.not_examined), sum(one.took_too_long for one in explanation.not_examined)
    said = [f"Not complete: {plural(count, 'question')} not examined, as listed at the end."]
    if long:
        which = f"{long:,} of them" if long < count else "it" if count == 1 else "all of them"
        said.append(f"For {which}, a solve took over a minute; {limit} lets it take longer.")
    return " ".join([*said, "What follows is what is known."])


def money_of(explanation: Explanation) -> Money:
    """Return how the amounts of an explanation are written."""
    amounts = [explanation.objective_value, *(one.loss for one in explanation.candidates)]
    amounts += [one.marginal_contribution for one in explanation.member_cases]
    amounts += [one.joint_surplus for one in explanation.obstacles]
    amounts += [one.joint_surplus for one in explanation.relaxations]
    return Money.of(amounts, explanation.currency)


def _opening(explanation: Explanation, money: Money) -> Iterator[Block]:
    regime = words.regime_name(explanation.mode, explanation.monitoring)
    who = listing(clean(name) for name in explanation.members)
    aim = aim_words(explanation.objective, explanation.uncertainty)
    yield paragraph(f"The contract: {who}, {regime}; {aim} {money.full(explanation.objective_value)}.")
    if explanation.uncertainty is not None:
        count = plural(explanation.scenarios, "scenario")
        yield paragraph(f"It is made for {count}, and so is what follows. {reckoning_words(explanation.uncertainty)}")
    yield from demands_note(explanation.demands, money)
    if not explanation.proven:
        note = "It is not proven to be the best: what follows compares with this contract, and a better one may show."
        yield paragraph(note, "warning")


# --- candidates --------------------------------------------------------------------------------------------


def _candidates(explanation: Explanation, money: Money) -> Iterator[Block]:
    if not explanation.candidates:
        if explanation.candidates_not_examined:
            yield paragraph(_more(explanation))
        return
    yield heading("Why the others are not in")
    for one in explanation.candidates:
        yield paragraph(_candidate(one, explanation, money))
    rows = [_candidate_row(one, money) for one in explanation.candidates]
    if any(one.changes for one in explanation.candidates):
        yield heading("What would win each a place: any one of these by itself", money.currency)
        columns = [Column("Firm", most=NAME), Column("Taking it in costs", number=True)]
        yield table([*columns, *(Column(CHANGES[kind], number=True) for kind in CHANGES)], rows)
        alike = "" if explanation.uncertainty is None else " In every scenario it moves as far."
        yield paragraph(f"now → with this it is in a best contract; never: no value would do.{alike}", "quiet")
    if explanation.candidates_not_examined:
        yield paragraph(_more(explanation))


def _more(explanation: Explanation) -> str:
    return f"{plural(explanation.candidates_not_examined, 'more firm')} not chosen and not examined."


def _candidate(one: Candidate, explanation: Explanation, money: Money) -> Words:
    said = [why_not(one, explanation, money)]
    if one.difference is not None:
        said.append(difference_sentence(one.difference, "The best contract with it", one.firm))
    said.append(place_sentence(one, money, uncertain=explanation.uncertainty is not None))
    return Words.of((f"Why {clean(one.firm)} is not in: ", "strong"), " ".join(part for part in said if part))


def _candidate_row(one: Candidate, money: Money) -> list[str]:
    changes: dict[str, Change] = {change.kind: change for change in one.changes}
    loss = NOTHING if one.loss is None else money.text(one.loss)
    return [clean(one.firm), loss, *(_change(changes.get(kind), money) for kind in CHANGES)]


def _change(change: Change | None, money: Money) -> str:
    if change is None:
        return NOTHING
    if change.value is None:
        return f"{money.text(change.present)} → never"
    return f"{money.text(change.present)} → {money.enough(change.value, upward=change.kind == 'contribution')}"


def _has_outsiders(explanation: Explanation) -> bool | None:
    """Return whether firms that may join are not members; None: that is not known."""
    if any(not one.barrier for one in explanation.candidates):
        return True
    open_ones = any(one.part == "candidate" for one in explanation.not_examined)
    return None if open_ones or explanation.candidates_not_examined or explanation.asked is not None else False


# --- members -----------------------------------------------------------------------------------------------


def _members(explanation: Explanation, money: Money) -> Iterator[Block]:
    if not explanation.member_cases:
        return
    yield heading("Why the members are in, and what holds each to its effort")
    for one in explanation.member_cases:
        said = [marginal_sentence(one, explanation, money)]
        if one.difference is not None:
            said.append(difference_sentence(one.difference, "The best contract without it", one.firm))
        said.append(binding(one, money))
        yield paragraph(Words.of((f"{clean(one.firm)}: ", "strong"), " ".join(said)))
    yield heading("The most attractive way for each to break the agreement", money.currency)
    tempted = [one.temptation.scenario for one in explanation.member_cases if one.temptation is not None]
    known = any(scenario is not None for scenario in tempted)
    rows = [_temptation_row(one, money, known) for one in explanation.member_cases if one.temptation is not None]
    columns = (
        Column("Firm", most=NAME),
        *((Column("In scenario", most=20),) if known else ()),
        Column("By working at", most=20),
        Column("Own cost saved", number=True),
        Column("Revenue", number=True),
        Column("Private", number=True),
        Column("Penalty", number=True),
        Column("Gain", number=True),
    )
    yield table(columns, rows) if rows else paragraph("No member has a choice.")


def _temptation_row(one: MemberCase, money: Money, known: bool) -> list[str]:
    found = one.temptation
    assert found is not None
    private = "" if found.private_benefit == 0.0 else money.text(found.private_benefit)
    amounts = (money.text(found.saved_cost), money.text(found.revenue), private, money.text(-found.penalty))
    where = [clean(found.scenario or "")] if known else []
    return [clean(one.firm), *where, EFFORTS.short(found.level, found.label), *amounts, money.text(found.gain)]


# --- rules -------------------------------------------------------------------------------------------------


def _rules(explanation: Explanation, money: Money) -> Iterator[Block]:
    if not explanation.rules:
        return
    only = f" about {listing(map(clean, explanation.asked))}" if explanation.asked else ""
    yield heading(f"What each rule{only} costs", money.currency)
    dear = [rule for rule in explanation.rules if rule.cost > 0.0]
    free = [rule for rule in explanation.rules if rule.cost <= 0.0]
    columns = (Column("Rule", most=44), Column("It costs", number=True), Column("Without it", most=42))
    if dear:
        yield table(columns, [_rule_row(rule, money) for rule in dear])
    else:
        yield paragraph(f"No rule{only} costs anything: without any one of them the best contract is worth the same.")
    if free and dear:
        yield paragraph(f"These cost nothing: {_named(free)}.", "quiet")


def _rule_row(rule: RuleCost, money: Money) -> list[str]:
    return [clean(rule.detail), money.text(rule.cost), difference_cell(rule.difference)]


def _named(rules: list[RuleCost]) -> str:
    shown = "; ".join(clean(rule.detail) for rule in rules[:LISTED])
    return shown if len(rules) <= LISTED else f"{shown}; and {len(rules) - LISTED} more"


# --- prices ------------------------------------------------------------------------------------------------


def _prices(explanation: Explanation, money: Money) -> Iterator[Block]:
    if explanation.largest_slack is None:
        return
    yield heading("What a little more room would bring, the same members at the same efforts")
    yield paragraph(
        f"The safety margin of the contract is {money.full(explanation.smallest_slack)}: what breaking the agreement "
        f"costs the member that loses least by it. The largest that any terms give this team is "
        f"{money.full(explanation.largest_slack)}, if nothing else counts."
    )
    unit = clean(explanation.currency) or "unit of money"
    rows = [_price_row(price, unit) for price in explanation.prices]
    if not rows:
        yield paragraph("More room in any one limit on the terms would bring nothing.")
        return
    aim = "Joint surplus" if explanation.objective == "joint" else "Lead's profit"
    yield table((Column("One more", most=60), Column("Largest margin", number=True), Column(aim, number=True)), rows)
    if explanation.objective == "joint" and any(price.objective > 0.0 for price in explanation.prices):
        yield paragraph(
            "Joint surplus rises by lower fees and risk premia; the amounts themselves come on top.", "quiet"
        )


def _price_row(price: Price, unit: str) -> list[str]:
    firm = "" if price.firm is None else clean(price.firm)
    one_more = LIMITS[price.limit].format(unit=unit, firm=firm)
    return [one_more, _rise(price.safety_margin), _rise(price.objective)]


def _rise(amount: float) -> str:
    return NOTHING if amount == 0.0 else signed(amount, lambda rise: significant(rise, 3))


# --- breaches ----------------------------------------------------------------------------------------------


def _breaches(explanation: Explanation, money: Money) -> Iterator[Block]:
    if not explanation.breaches:
        return
    yield heading("If somebody breaks the agreement: who gains and who loses", money.currency)
    yield paragraph(
        "Against the agreed profile, the others keeping to it. Unseen, Average: what the breaker gains by itself if it "
        "is not detected, and on average, deposit and reputation reckoned in. Pool: its part of what the pool then "
        f"saves on reimbursement and takes in deposits, settled {_settled(explanation)}; by the model nobody reckons "
        f"with that when choosing its effort.{_everywhere(explanation)}"
    )
    worst = min(explanation.breaches, key=lambda breach: breach.alliance)
    yield paragraph(alliance_change(worst, money))
    shown = [breach for firm in explanation.members for breach in _nearest(explanation, firm)]
    columns = (
        Column("Breach", most=34),
        Column("Caught", number=True),
        Column("Unseen", number=True),
        Column("Average", number=True),
        Column("Pool", number=True),
        Column("The others", number=True),
        Column("Alliance", number=True),
    )
    yield table(columns, [_breach_row(breach, money) for breach in shown])
    yield from _victims(explanation, shown, money)
    hidden = len(explanation.breaches) - len(shown)
    if hidden:
        yield paragraph(f"{plural(hidden, 'further breach', 'further breaches')} in the JSON file.", "quiet")


def _everywhere(explanation: Explanation) -> str:
    return "" if explanation.uncertainty is None else " It works so in every scenario; amounts are averages over them."


def _settled(explanation: Explanation) -> str:
    return "by the lead" if explanation.objective == "lead" else "among the members by their shares"


def _nearest(explanation: Explanation, firm: str) -> list[Breach]:
    own = [breach for breach in explanation.breaches if breach.firm == firm]
    return sorted(own, key=lambda breach: abs(breach.level - breach.agreed_level))[:MOST_BREACHES]


def _breach_row(breach: Breach, money: Money) -> list[str]:
    agreed = EFFORTS.short(breach.agreed_level, "", breach.agreed_by_scenario)
    return [
        f"{clean(breach.firm)}: {EFFORTS.short(breach.level, breach.label)}, not {agreed}",
        percent(breach.detection, 0),
        money.text(breach.own_undetected),
        money.text(breach.own_expected),
        money.text(breach.settlement),
        money.text(breach.others_together),
        money.text(breach.alliance),
    ]


def _victims(explanation: Explanation, shown: list[Breach], money: Money) -> Iterator[Block]:
    """Yield for each breaker's worst breach what it does to each other member."""
    if len(explanation.members) < 3:
        return
    yield heading("What each member's worst breach does to each other member, on average", money.currency)
    rows = []
    for firm in explanation.members:
        own = [breach for breach in shown if breach.firm == firm]
        if not own:
            continue
        worst = min(own, key=lambda breach: breach.alliance)
        for at, harm in enumerate(worst.others):
            who = f"{clean(firm)} at {EFFORTS.short(worst.level)}" if at == 0 else ""
            parts = (harm.revenue, harm.spillover, harm.settlement, harm.total)
            rows.append([who, clean(harm.firm), *(money.text(part) for part in parts)])
    columns = (
        Column("Breaker", most=NAME),
        Column("Other member", most=26),
        Column("Revenue", number=True),
        Column("Spillover", number=True),
        Column("Pool", number=True),
        Column("In all", number=True),
    )
    yield table(columns, rows)


# --- no contract -------------------------------------------------------------------------------------------


def _conflict(explanation: Explanation, money: Money) -> Iterator[Block]:
    yield paragraph("No contract exists that satisfies every rule.", "success")
    rules = [one for one in explanation.obstacles if one.path]
    for one in explanation.obstacles:
        if not one.path:
            yield paragraph(f"No rule of yours stands in the way, but {clean(one.detail)}.")
    if rules:
        yield heading("Rules that conflict")
        yield paragraph("Together they leave no contract, even if there were no others. None of them can be left out.")
        for one in rules:
            yield bullet(f"{clean(one.detail)}  ({clean(one.path)})")
    if explanation.relaxations:
        yield heading("What would make a contract possible: any one of these by itself, the smallest change first")
        for change in explanation.relaxations:
            yield bullet(relaxation_sentence(change, money))
    if explanation.correction is not None:
        yield heading("What would make a contract possible")
        yield paragraph(correction_sentence(explanation.correction, money))
        for one in explanation.correction.rules:
            yield bullet(f"{clean(one.detail)}  ({clean(one.path)})")


def _not_examined(explanation: Explanation) -> Iterator[Block]:
    """Yield what was not examined, each reason once."""
    if explanation.not_examined:
        yield heading("Not examined")
    for reason in dict.fromkeys(one.reason for one in explanation.not_examined):
        yield paragraph(f"{clean(reason[:1].upper() + reason[1:])}:")
        told = [one for one in explanation.not_examined if one.reason == reason]
        scenarios = [one for one in told if one.part == "scenario"]
        others = [one for one in told if one.part != "scenario"]
        for one in (*others, *scenarios[:LISTED]):
            yield bullet(_QUESTIONS.get(one.part, "{}").format(clean(one.subject)))
        if len(scenarios) > LISTED:
            yield bullet(f"and {len(scenarios) - LISTED:,} more about scenarios, in the JSON file")
