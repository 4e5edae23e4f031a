"""What a board asks of an award: is it divided as the rule says, would anybody rather leave, who comes next."""

from __future__ import annotations

from collections.abc import Iterator

from ...base.tolerances import ROUNDING_TOLD
from ...outcome.claims import DivisionTargets, Stability, StableTerms
from ...outcome.contract import Demands, Result
from ..page import AND, Block, Column, heading, paragraph, table
from ..words import results as words
from ..words.numbers import Money, clean, plural, whole
from ..words.uncertainty import judged_aim


def division_notes(result: Result, money: Money) -> Iterator[Block]:
    """Return how the surplus is divided, and how far that is from what the rule would give.

    Parameters
    ----------
    result
        With a contract.
    money
        How amounts are written.
    """
    if len(result.members) > 1:
        first = "" if result.objective == "joint" else "The lead's profit was made as large as possible first. "
        moved = 0.0 if result.rounding is None else result.rounding.moved
        told = moved > ROUNDING_TOLD * abs(result.joint_surplus or 0.0) and money.text(moved) != money.text(0.0)
        but = f", but for rounding to the unit, which moves surpluses by up to {money.full(moved)}" if told else ""
        yield paragraph(f"{first}The surplus is {_divided(result)}{but}.", "caution" if told else "quiet")
    if result.division_targets is not None and len(result.members) > 1:
        yield paragraph(_targets(result, result.division_targets, money), "quiet")


def target_column(result: Result, money: Money) -> list[str]:
    """Return the target of each member under the division rule, empty texts where there is none."""
    targets = {} if result.division_targets is None or len(result.members) == 1 else result.division_targets.targets
    return [money.text(targets[member.firm]) if member.firm in targets else "" for member in result.members]


def stability_note(
    stability: Stability | None, outsiders: bool | None, money: Money, *, asked: bool = False
) -> Iterator[Block]:
    """Return whether a part of the alliance would earn more on its own (M24), or a group with others (M37).

    Parameters
    ----------
    stability
        What was found out; None: nothing.
    outsiders
        Whether there are firms outside that may join; None: it is not known.
    money
        How amounts are written.
    asked
        Whether it is said that nothing was.
    """
    if stability is None:
        if asked:
            yield paragraph("Whether a part of the alliance would earn more on its own was not found out in time.")
        return
    if stability.stable:
        yield paragraph("Stable: no part of the alliance would earn more on its own.", "good")
    else:
        yield _leaving(stability, money)
    if outsiders is False:
        yield paragraph("All firms that may join are members: there is nobody outside to leave with.", "quiet")
    else:
        yield from _outsiders_note(stability, money, known=outsiders is not None)


def _leaving(stability: Stability, money: Money) -> Block:
    """Return which part of the alliance would gain on its own (M24)."""
    gain = (stability.value or 0.0) - (stability.surplus or 0.0)
    who = AND.join(clean(name) for name in stability.coalition)
    own, they, them = ("its", "it has", "it") if len(stability.coalition) == 1 else ("their", "they have", "them")
    sentence = (
        f"Not stable: on {own} own, {who} would reach a surplus of {money.full(stability.value)}, {money.full(gain)} "
        f"more than the {money.full(stability.surplus)} that {they} here. Expect {them} to ask for more."
    )
    return paragraph(sentence, "caution")


def _outsiders_note(stability: Stability, money: Money, *, known: bool) -> Iterator[Block]:
    """Return whether a group with firms from outside would earn more by another alliance (M37).

    Where it is not known that there are any, nothing is said of groups with them that do not exist.
    """
    outside = stability.outsiders
    if outside is None:
        yield paragraph("Whether a group with firms from outside would earn more was not found out.", "quiet")
    elif outside.stable:
        if known:
            yield paragraph("No group with firms from outside would earn more by another alliance.", "good")
    elif set(outside.group) == set(stability.coalition):
        if known:
            yield paragraph("No group with firms from outside would gain more than that.", "quiet")
    else:
        gain = (outside.value or 0.0) - (outside.surplus or 0.0)
        own, they = ("its", "it has") if len(outside.group) == 1 else ("their", "members among them have")
        sentence = (
            f"Not stable against firms outside: {AND.join(clean(name) for name in outside.group)} would reach a "
            f"surplus of {money.full(outside.value)} by an alliance of {own} own, {money.full(gain)} more than the "
            f"{money.full(outside.surplus)} that {they} here. Expect an offer from outside."
        )
        yield paragraph(sentence, "caution")


def overpaid_note(result: Result, money: Money) -> Iterator[Block]:
    """Return which members get more than they add to what the others could reach without them (M37)."""
    for one in words.overpaid(result):
        if money.text(one.surplus - one.added) != money.text(0.0):
            yield paragraph(
                f"{clean(one.firm)} gets more than it adds: without it {money.full(one.without)} could be reached, so "
                f"that it adds at most {money.full(one.added)}, and it has {money.full(one.surplus)} here.",
                "caution",
            )


def stable_note(terms: StableTerms | None, money: Money) -> Iterator[Block]:
    """Return how far terms stop groups from leaving, where that was asked for (M37)."""
    if terms is None:
        return
    if not terms.proven:
        yield paragraph(_open_claims(terms, money), "caution")
    elif terms.missing > 0.0:
        yield paragraph(
            "No terms of this contract keep every group of firms: what a group would gain by leaving is at most "
            f"{money.full(terms.missing)}, the least there can be.",
            "caution",
        )
    else:
        yield paragraph("As asked for, no group of firms gains by another alliance.", "good")


def _open_claims(terms: StableTerms, money: Money) -> str:
    """Return what terms do where the search for groups that would leave ended early."""
    if not terms.claims:
        return (
            "The search for groups that would gain by leaving ended before it found one: the terms are those that the "
            "division rule gives."
        )
    but = f", but for {money.full(terms.missing)} each" if terms.missing > 0.0 else ""
    return (
        "The search for groups that would gain by leaving ended early. The terms give the groups that were found by "
        f"then, {whole(len(terms.claims))}, what they would reach by leaving{but}; others may still gain."
    )


def alternatives(result: Result, money: Money) -> Iterator[Block]:
    """Return the next best alliances, each with what it is worth less than the best."""
    if not result.alternatives:
        return
    proven = result.proven
    yield heading("The next best alliances" if proven else "Next best alliances found so far", money.currency)
    best = [member.firm for member in result.members]
    rows = [
        (
            whole(1),
            "as above",
            words.regime_label(result.mode, result.monitoring),
            money.text(result.objective_value),
            "",
        )
    ]
    for place, one in enumerate(result.alternatives, start=2):
        less = one.objective_value - (result.objective_value or 0.0)
        rows.append(
            (
                whole(place),
                _changes(best, [member.firm for member in one.members]),
                words.regime_label(one.mode, one.monitoring),
                money.text(one.objective_value),
                money.text(less),
            )
        )
    judged = judged_aim(result.objective, result.uncertainty)
    value = "Joint surplus" if result.objective == "joint" else "Lead's profit"
    columns = (
        Column("Place", number=True),
        Column("Members", most=40),
        Column("Regime", most=24),
        Column("Judged" if judged else value, number=True),
        Column("Less", number=True),
    )
    yield table(columns, rows)
    missing = proven and len(result.alternatives) + 1 < int(result.solver.options.get("top", 1))
    last = f"Judged: the {judged}. " if judged else ""
    last += "There is no other alliance with a contract. " if missing else ""
    yield paragraph(f"{last}The result file has the efforts and terms of all of them, under alternatives.", "quiet")


def demands_note(demands: Demands, money: Money) -> Iterator[Block]:
    """Return what was asked of the contract beyond the instance."""
    parts = []
    if demands.margin > 0.0:
        parts.append(f"every deviation was to cost at least {money.full(demands.margin)}")
    if demands.robust is not None:
        parts.append("the agreed efforts were to be the only equilibrium")
    if parts:
        yield paragraph(f"As asked for, {' and '.join(parts)}.")


def _divided(result: Result) -> str:
    targets = result.division_targets
    if targets is not None and not targets.finished:
        return words.DIVISIONS["equal"]
    return words.DIVISIONS[result.division]


def _targets(result: Result, targets: DivisionTargets, money: Money) -> str:
    rule = words.TARGETS.get(result.division, result.division)
    if targets.distance is None:
        return f"The search ended before {rule} was known; the surplus is divided equally instead."
    sentence = f"What {rule} gives can be paid."
    rounded = 0.0 if result.rounding is None else result.rounding.moved
    if money.text(max(targets.distance - rounded, 0.0)) != money.text(0.0):
        sentence = (
            f"What {rule} gives (target) cannot be paid: liquidity, share bounds or incentives keep "
            f"{_farthest(result)} {money.full(targets.distance)} away from it. These are the nearest terms."
        )
    if targets.standard_errors:
        largest = money.full(max(targets.standard_errors.values()))
        sentence += f" Targets are estimates from sampled orders, with standard errors up to {largest}."
    return sentence


def _farthest(result: Result) -> str:
    """Return the member whose surplus is farthest from its target."""
    targets = {} if result.division_targets is None else result.division_targets.targets
    return clean(max(result.members, key=lambda member: abs(member.surplus - targets[member.firm])).firm)


def _changes(best: list[str], members: list[str]) -> str:
    """Return how a team differs from the best one, and its size."""
    return f"{AND.join(words.moves_between(best, members))} ({plural(len(members), 'member')})"
