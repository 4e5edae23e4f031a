"""The sentences of an explanation."""

from __future__ import annotations

import math

from ...study.explanation import (
    Breach,
    Candidate,
    Change,
    Correction,
    Difference,
    Explanation,
    MemberCase,
    Relaxation,
)
from .efforts import ENGLISH as EFFORTS
from .numbers import Money, clean, listing, percent, plural, significant
from .results import moves
from .uncertainty import aim_words

#: What may be changed to win a place, as heading.
CHANGES = {"outside_option": "Outside option", "joining_cost": "Joining cost", "contribution": "Contribution"}

#: What one more unit of each limit is.
LIMITS = {
    "deposit_limit": "{unit} of deposit of {firm}",
    "reimbursement_limit": "percentage point of reimbursement for {firm}",
    "share_cap": "percentage point in the share cap of {firm}",
    "share_floor": "percentage point off the share floor of {firm}",
    "liquidity": "{unit} of liquidity of {firm}",
    "participation": "{unit} off the outside option of {firm}",
    "cost_sharing_budget": "{unit} in the cost-sharing budget",
    "monitoring_cost": "{unit} off the cost of monitoring",
}

#: Ends of sentences about the relaxed numbers.
_NUMBERS = {
    "budget": "the R&D budget",
    "cost-sharing-budget": "the cost-sharing budget",
    "min-credit": "the least credit score",
    "requirement": "the required level",
    "share-floor": "the share floor",
    "share-cap": "the share cap",
    "liquidity": "the liquidity",
    "outside-option": "the outside option",
}

#: Those of them that are a single firm's.
_OF_A_FIRM = ("share-floor", "share-cap", "liquidity", "outside-option")


def why_not(one: Candidate, explanation: Explanation, money: Money) -> str:
    """Return why a firm is not a member.

    Parameters
    ----------
    one
        The firm.
    explanation
        What it is part of.
    money
        How amounts are written.
    """
    lead = f"{clean(one.barrier)}. " if one.barrier else ""
    aim = aim_words(explanation.objective, explanation.uncertainty)
    if not one.possible and one.reason:
        return f"{lead}no contract can have it whatever it offers ({clean(one.reason)})."
    if one.loss is None:
        if one.possible:
            return f"{lead}no contract with it exists at its present numbers."
        numbers = "neither another outside option, nor another joining cost, nor a larger contribution"
        return f"{lead}no contract with it exists, and {numbers} alone would make one possible."
    rest = "If that were lifted, taking" if lead else "taking"
    if one.loss > explanation.tolerance:
        return f"{lead}{rest} it in would cost {money.full(one.loss)} of {aim}."
    if one.loss < -explanation.tolerance:
        return f"{lead}{rest} it in would add {money.full(-one.loss)} to the {aim}."
    return f"{lead}{rest} it in would cost nothing; the contract without it is as good."


def difference_sentence(difference: Difference, subject: str, firm: str) -> str:
    """Return how another contract differs, as a sentence.

    Parameters
    ----------
    difference
        How it differs.
    subject
        The other contract.
    firm
        The firm whose coming or going is known already.
    """
    parts = []
    joins = [clean(name) for name in difference.joins if name != firm]
    leaves = [clean(name) for name in difference.leaves if name != firm]
    if joins:
        parts.append(f"takes in {listing(joins)}")
    if leaves:
        parts.append(f"does without {listing(leaves)}")
    if difference.mode is not None:
        parts.append(f'uses mode "{clean(difference.mode)}"')
    if difference.monitoring is not None:
        parts.append(f'uses monitoring "{clean(difference.monitoring)}"')
    return f"{subject} {listing(parts)}." if parts else f"{subject} has otherwise the same members and regime."


def difference_cell(difference: Difference | None) -> str:
    """Return how another contract differs, in a few words."""
    if difference is None:
        return ""
    parts = moves(difference.joins, difference.leaves)
    if difference.mode is not None:
        parts.append(f'mode "{clean(difference.mode)}"')
    if difference.monitoring is not None:
        parts.append(f'monitoring "{clean(difference.monitoring)}"')
    return ", ".join(parts) or "same members and regime"


def place_sentence(one: Candidate, money: Money, *, uncertain: bool) -> str:
    """Return what would win a firm a place, in words, in scenarios or not; empty where it needs no change."""
    if not one.changes:
        return ""
    ways = [_way(change, money, uncertain) for change in one.changes if change.value is not None]
    futile = [_futile(change) for change in one.changes if change.value is None]
    parts = [f"It would win a place with {' or with '.join(ways)}."] if ways else []
    if futile:
        parts.append(f"{listing(futile).capitalize()} would not do.")
    return " ".join(parts)


def _way(change: Change, money: Money, uncertain: bool) -> str:
    if uncertain:
        return _way_everywhere(change, money)
    value = f"{money.enough(change.value or 0.0, upward=change.kind == 'contribution')} {money.currency}".rstrip()
    present = money.text(change.present)
    return {
        "outside_option": f"an outside option of at most {value} (now {present})",
        "joining_cost": f"a joining cost of at most {value} (now {present})",
        "contribution": f"a contribution of at least {value} (now {present})",
    }[change.kind]


def _way_everywhere(change: Change, money: Money) -> str:
    """Return how far a number has to move that may be another one in every scenario."""
    upward = change.kind == "contribution"
    amount = f"{money.enough(abs(change.change or 0.0), upward=True)} {money.currency}".rstrip()
    name = CHANGES[change.kind].lower()
    article = "an" if name.startswith("o") else "a"
    return f"{article} {name} {amount} {'higher' if upward else 'lower'} in every scenario"


def _futile(change: Change) -> str:
    return {
        "outside_option": "even a far lower outside option",
        "joining_cost": "even joining for nothing",
        "contribution": "even a far larger contribution",
    }[change.kind]


def marginal_sentence(one: MemberCase, explanation: Explanation, money: Money) -> str:
    """Return what a member adds.

    Parameters
    ----------
    one
        The member.
    explanation
        What it is part of.
    money
        How amounts are written.
    """
    if one.demanded == "lead":
        return "the rules demand it, it is the lead."
    if one.demanded == "required":
        return "the rules demand it, its membership is required."
    marginal = one.marginal_contribution or 0.0
    aim = aim_words(explanation.objective, explanation.uncertainty)
    if one.objective_without is None:
        return f"without it there is no contract, and the {aim} is {money.full(marginal)} less."
    if marginal <= explanation.tolerance:
        return f"it adds nothing to the {aim}: another contract without it brings as much."
    return f"it adds {money.full(marginal)} to the {aim}; without it the most is {money.text(one.objective_without)}."


def binding(one: MemberCase, money: Money) -> str:
    """Return what holds a member to its effort, in words."""
    found = one.temptation
    if found is None:
        return "It has no choice of effort."
    label = EFFORTS.short(found.level, f'"{found.label}"' if found.label else "")
    where = "" if found.scenario is None else f' in scenario "{clean(found.scenario)}"'
    if money.text(found.gain) == money.text(0.0):
        return f"It is indifferent between its effort and working at {label}{where}, and does as agreed."
    if found.gain > 0.0:
        return f"Working at {label}{where} would pay it {money.full(found.gain)}."
    return (
        f"Nothing else pays it as well: the next best, working at {label}{where}, would cost it "
        f"{money.full(-found.gain)}."
    )


def alliance_change(worst: Breach, money: Money) -> str:
    """Return which breach harms the alliance most."""
    if worst.alliance >= 0.0:
        return "No breach by one member alone harms the alliance as a whole."
    gains = "gains" if worst.own_expected > 0.0 else "loses"
    own = money.full(abs(worst.own_expected))
    agreed = EFFORTS.full(worst.agreed_level, "", worst.agreed_by_scenario)
    return (
        f"The alliance would lose most, {money.full(-worst.alliance)}, if {clean(worst.firm)} worked at "
        f"{EFFORTS.short(worst.level)} instead of {agreed}; it itself {gains} {own} by "
        "that on average."
    )


def relaxation_sentence(change: Relaxation, money: Money) -> str:
    """Return what a rule would have to give."""
    worth = f"joint surplus {money.full(change.joint_surplus)} or more then"
    if change.value is None or change.present is None:
        return f"drop: {clean(change.detail)}; {worth}"
    relative = "" if change.relative is None else f", a change of {percent(change.relative, 1)}"
    if change.rule == "team-size":
        members = plural(round(change.value), "member")
        verb = "ask for" if change.path == "project.team_size.min" else "allow"
        return f"{verb} {members} instead of {round(change.present)}{relative}; {worth}"
    name = _NUMBERS.get(change.rule, "the number")
    if change.rule == "group-rule":
        name = f"the number of the rule {clean(change.detail.partition(': ')[0])}"
    present, value = str(significant(change.present)), str(_amount(change.value, upward=change.value > change.present))
    if change.value.is_integer() and change.present.is_integer() and change.rule == "group-rule":
        present, value = f"{change.present:,.0f}", f"{change.value:,.0f}"
    verb = "raise" if change.value > change.present else "lower"
    whose = f" of {clean(change.detail.rsplit(': ', 1)[0])}" if change.rule in _OF_A_FIRM else ""
    unit = f" {money.currency}" if change.in_money and money.currency else ""
    return f"{verb} {name}{whose} from {present} to {value}{unit}{relative}; {worth}"


def _amount(value: float, *, upward: bool) -> str:
    """Return a number with five digits, rounded to the side on which a contract exists."""
    text = significant(value, 5)
    shown = float(text.replace(",", ""))
    if shown == value or (shown > value) == upward:
        return text
    last = 10.0 ** (math.floor(math.log10(abs(value))) - 4)
    return significant(value + last if upward else value - last, 5)


def correction_sentence(found: Correction, money: Money) -> str:
    """Return how many rules have to go."""
    return (
        f"Giving up a single rule is not enough. At least {plural(len(found.rules), 'rule')} must go, and these "
        f"suffice (joint surplus {money.full(found.joint_surplus)} or more then):"
    )
