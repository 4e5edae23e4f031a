"""The sentences of the report: what was found, how sure it is, what the terms mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...base.tolerances import REMARKED
from ...instance import Instance, is_eligible
from ...outcome.contract import Certificate, FirstBest, Obstacle, RegimeOutcome, Result, StandAlone
from .numbers import Money, clean, listing, percent, plural
from .uncertainty import judged_words

DIVISIONS = {
    "equal": "divided as equally as the rules allow",
    "proportional": "divided in proportion to each member's own R&D and joining cost",
    "nash": "divided by the Nash bargaining solution: what is gained over alliances of one, in equal parts; "
    "where the rules on teams allow no alliance of one, it counts as nothing",
    "weights": "divided by the Nash bargaining solution with weights: what is gained over alliances of one, in "
    "proportion to the bargaining weights; where the rules on teams allow no alliance of one, it counts as nothing",
    "shapley": "divided by the Shapley value: what each member adds on average to the others",
    "owen": "divided by the Owen value: what each member adds on average to the others, where unions come as a block",
    "nucleolus": "divided by the nucleolus: the least satisfied group is served first",
    "lead": "given to the lead as far as the others still take part",
}

STOPS = {
    "optimality": "at the proven optimum",
    "no_contract": "with the proof that no contract exists",
    "time_limit": "at the time limit",
    "interrupted": "on request",
    "numerical_trouble": "because amounts of the instance lie too far apart to be told from each other exactly",
    "size_limit": "because a regime was left to the extensive form, which would not fit into memory",
    "cluster_lost": "because the cluster no longer answered, or its workers died of what they were asked",
    "division_time_limit": "at the time limit",
    "division_interrupted": "on request",
    "division_size_limit": "because a coalition was left to the extensive form, which would not fit into memory",
}

#: Rules whose targets are searched for.
TARGETS = {
    "nash": "Nash bargaining",
    "weights": "Nash bargaining with weights",
    "shapley": "the Shapley value",
    "owen": "the Owen value",
    "nucleolus": "the nucleolus",
}

NOT_CHECKED = (
    "Not checked again: that nothing better exists, which the solver proves, that the surplus is divided "
    "exactly by the rule, and what parts of the alliance would reach on their own."
)

REGIME_STATUS = {
    "optimal": "",
    "feasible": "best found so far",
    "no_contract": "no contract exists",
    "dominated": "cannot win",
    "stopped": "not decided",
}

GLOSSARY = {
    "Share": "the part of the revenue the member gets; shares add up to 100%.",
    "Reimbursed": "the part of its verifiable R&D cost that the alliance pays back.",
    "Transfer": "a fixed payment: + the member receives it, - it pays.",
    "Deposit": "money the member sets aside and loses when shirking is detected.",
    "Surplus": "expected profit less what the firm would earn outside the alliance.",
    "Target": "the surplus that the division rule gives the member if everything can be paid.",
    "Safety margin": "what slacking, or working harder than agreed, would cost the member at least; "
    "at 0 it is indifferent and does as agreed.",
}

VALUE_COLUMNS = (
    "Own value: revenue from the member's own effort. Synergy: its half of the revenue that it and its "
    "partners create together; negative where their capabilities overlap."
)


@dataclass(frozen=True)
class Overpaid:
    """A member that gets more than it adds.

    Parameters
    ----------
    firm
        Its name.
    surplus
        What it has by the contract, money.
    without
        What some group without it would reach, money.
    added
        The most that it adds to what all others would reach, money: the bound on W less that.
    """

    firm: str
    surplus: float
    without: float
    added: float


def overpaid(result: Result) -> list[Overpaid]:
    """Return members that get more than v(N) − v(N ∖ i), what they add to what the others would reach.

    Who is not in the group that would gain most by leaving (M37) is not needed for what that group would reach, and
    v(N) is at most the proven bound on W. For the lead's objective nothing is known of v(N).
    """
    outside = None if result.stability is None else result.stability.outsiders
    if outside is None or outside.value is None or result.bound is None or result.objective != "joint":
        return []
    added = result.bound - outside.value
    return [
        Overpaid(member.firm, member.surplus, outside.value, added)
        for member in result.members
        if member.firm not in outside.group and member.surplus > added
    ]


def is_averse(result: Result) -> bool:
    """Return whether bad scenarios count for more than their probability (M30)."""
    return result.uncertainty is not None and result.uncertainty.objective != "expected"


def most_label(result: Result) -> str:
    """Return the title of bounds on what contracts are judged by."""
    if is_averse(result):
        return "Judged at most"
    return "At most" if result.objective == "joint" else "Lead at most"


def has_outsiders(result: Result, instance: Instance | None) -> bool | None:
    """Return whether firms that may join are not members; None: without the instance that is not known."""
    if instance is None:
        return None
    members = {member.firm for member in result.members}
    return any(firm.name not in members and is_eligible(firm, instance) for firm in instance.firms)


def chosen_words(result: Result) -> str:
    """Return what tables of regimes say of the one of the contract."""
    return "recommended" if result.proven else REGIME_STATUS["feasible"]


def is_chosen(result: Result, outcome: RegimeOutcome) -> bool:
    """Return whether a regime is the one of the contract."""
    return (outcome.mode, outcome.monitoring) == (result.mode, result.monitoring)


def is_bare(monitoring: str) -> bool:
    """Return whether the name of a monitoring option is a word for none."""
    return clean(monitoring).lower() in ("", "none", "no monitoring", "keine", "无")


def regime_name(mode: str | None, monitoring: str | None) -> str:
    """Return a regime in words, for example ``in mode "explore" with monitoring "ledger"``."""
    parts = [f'in mode "{clean(mode)}"'] if mode is not None else []
    if monitoring is not None:
        parts.append("without monitoring" if is_bare(monitoring) else f'with monitoring "{clean(monitoring)}"')
    return " ".join(parts)


def regime_label(mode: str | None, monitoring: str | None) -> str:
    """Return a regime as cells of tables name it, for example ``explore + ledger``; empty where there is none."""
    return " + ".join(clean(name) for name in (mode, monitoring) if name is not None)


def moves(joins: Iterable[str], leaves: Iterable[str]) -> list[str]:
    """Return who comes (+) and who leaves (-), as cells of tables name them."""
    return [*(f"+ {clean(name)}" for name in joins), *(f"- {clean(name)}" for name in leaves)]


def moves_between(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return who comes and who leaves from one team to another; see :func:`moves`."""
    return moves((name for name in after if name not in before), (name for name in before if name not in after))


def recommendation(result: Result) -> str:
    """Return the headline: what to do, or why there is nothing to do."""
    if result.status == "no_contract":
        return "No contract exists that satisfies every rule. This is proven."
    if not result.has_contract:
        return f"No contract found: the search stopped {STOPS[result.stop_reason]}."
    regime = regime_name(result.mode, result.monitoring)
    if len(result.members) == 1:
        who = f"{clean(result.members[0].firm)} goes alone"
    else:
        who = f"an alliance of {len(result.members)} firms"
    verb = "Recommended" if result.proven else "Best found so far"
    if result.proven and result.status != "optimal":
        verb = "Recommended, but not divided as asked"
        if lacks_only_claims(result):
            verb = "Recommended, on terms that may not keep every group"
    return f"{verb}: {who} {regime}."


def lacks_only_claims(result: Result) -> bool:
    """Return whether all is as it was asked for, but that terms keep every group of firms (M37) is not proven."""
    divided = result.division_targets is None or result.division_targets.finished
    return divided and result.stable_terms is not None and not result.stable_terms.proven


def gain(result: Result, money: Money) -> str:
    """Return what the contract is worth, in one sentence."""
    amount = money.full(result.joint_surplus)
    average = f", on average over {plural(len(result.scenarios), 'scenario')}" if result.scenarios else ""
    worth = f"Joint surplus: {amount} more than the members would earn outside the alliance{average}."
    if result.objective == "lead" and not is_averse(result):
        worth += f" The lead's expected profit is {money.full(result.objective_value)}, which was maximised."
    return worth


def proof(result: Result, money: Money) -> str:
    """Return how good the answer is proven to be."""
    aim = "a joint surplus" if result.objective == "joint" else "an expected profit of the lead"
    if is_averse(result):
        profit = "a joint surplus" if result.objective == "joint" else "a profit of the lead"
        aim = f"{profit}{judged_words(result.uncertainty)}"
    if result.has_contract and result.proven:
        missing = "" if result.status == "optimal" else f" {_undivided(result)}"
        if (result.gap or 0.0) <= REMARKED:
            return f"Proven optimal: no other contract does better ({_distance(result, money)}).{missing}"
        return (
            f"Proven optimal within the gap you asked for: no contract has {aim} above "
            f"{money.full(result.bound)} (gap {percent(result.gap)}).{missing}"
        )
    if result.status == "feasible":
        known = (
            "how much better another one may be is not known"
            if result.bound is None
            else f"no contract has {aim} above {money.full(result.bound)} (gap {percent(result.gap)})"
        )
        return f"Not proven optimal, the search stopped {STOPS[result.stop_reason]}: {known}."
    if result.status == "stopped":
        known = "" if result.bound is None else f" None can have {aim} above {money.full(result.bound)}."
        return f"That does not mean that none exists.{known}"
    return ""


def _undivided(result: Result) -> str:
    """Return what is not as it was asked for, where the value is proven."""
    if lacks_only_claims(result):
        return (
            "Only that its terms keep every group is not proven: the search for groups that would gain by leaving "
            f"stopped {STOPS[result.stop_reason]}."
        )
    rule = TARGETS.get(result.division, result.division)
    return (
        f"Only its division is not the one asked for: the search for {rule} stopped {STOPS[result.stop_reason]}, so "
        "the surplus is divided as equally as the rules allow."
    )


def _distance(result: Result, money: Money) -> str:
    return f"proven bound {money.text(result.bound)}, gap {percent(result.gap)}"


def moral_hazard(first_best: FirstBest, money: Money, *, proven: bool) -> str:
    """Return what hidden effort costs, in one sentence.

    Parameters
    ----------
    first_best
        What would be reached if effort were visible.
    money
        How amounts are written.
    proven
        Whether the contract is proven to be the best; where it is not, a better one may lose less.
    """
    price, most = first_best.price_of_moral_hazard, "" if proven else "at most "
    parts = []
    if price is not None and money.text(price) == money.text(0.0):
        parts.append("nothing is lost because effort is hidden")
    elif price is not None:
        ratio = f" ({percent(price / first_best.joint_surplus, 1)})" if first_best.joint_surplus > 0.0 else ""
        parts.append(f"{most}{money.text(price)}{ratio} is lost because effort is hidden")
    if money.text(first_best.bound) != money.text(first_best.joint_surplus):
        parts.append(f"proven only to be at most {money.text(first_best.bound)}")
    return "; ".join(parts)


def synergy_part(result: Result) -> str:
    """Return how much of the revenue exists only because the members work together, empty if none does."""
    parts, revenue = result.value_parts, result.expected_revenue or 0.0
    if parts is None or parts.synergies <= 0.0 or revenue <= 0.0:
        return ""
    return f"{percent(parts.synergies / revenue, 1)} of the expected revenue comes from synergies."


def verdict(certificate: Certificate | None) -> str:
    """Return the verdict of the independent verification."""
    if certificate is None:
        return "Not verified: there is no certificate."
    failures = len(certificate.failures)
    if certificate.holds:
        return f"Independently verified: all {plural(len(certificate.checks), 'check')} hold."
    if not failures:
        return "The certificate does not hold."
    verb = "does" if failures == 1 else "do"
    total = plural(len(certificate.checks), "check")
    return f"The certificate does not hold: {failures} of {total} {verb} not hold."


def uniqueness(certificate: Certificate) -> str:
    """Return whether the members could settle on other efforts under the same terms."""
    if not any(check.id == "incentive" for check in certificate.checks):
        return ""  # nothing could be computed, or there is no contract
    others = len(certificate.other_equilibria)
    if certificate.only_equilibrium is None and not others:
        uncertain = any(check.id == "scenarios" for check in certificate.checks)
        why = "there are scenarios" if uncertain else "the team is too large"
        return f"Whether other efforts are stable under these terms was not examined: {why}."
    if not others:
        return (
            "The agreed efforts are the only ones from which no member wants to deviate."
            if certificate.only_equilibrium
            else "Other effort profiles are stable under these terms, too."
        )
    subject = "1 other effort profile is" if others == 1 else f"{others} other effort profiles are"
    return f"Caution: {subject} stable under the same terms, too; agree on the recommended one explicitly."


def obstacle_effect(obstacle: Obstacle, money: Money) -> str:
    """Return what dropping an obstacle would bring."""
    if obstacle.rule == "unfinished":
        return "what else may help is not known"
    if not obstacle.path and not obstacle.alone:
        return "no rule of yours: dropping rules does not help"
    if not obstacle.alone:
        return "conflicts with the other rules listed"
    changed = "with by_scenario" if obstacle.rule == "agreement" else "without it"
    if obstacle.joint_surplus is None:
        return f"{changed} a contract exists"
    return f"{changed} a contract exists, joint surplus {money.full(obstacle.joint_surplus)}"


def idle(names: Sequence[str]) -> str:
    """Return why members may be in that do not work; at least one name."""
    verb, they = ("does", "it is") if len(names) == 1 else ("do", "they are")
    return f"{listing(names)} {verb} no work: {they} in for capabilities, spillovers, or because a rule asks for it."


def small_firms(names: Sequence[str], share: float, cost: float, surplus: str) -> str:
    """Return what small and medium-sized firms get: parts of the revenue and of the cost, and an amount in words."""
    if not names:
        return "No member is a small or medium-sized firm."
    verb = "gets" if len(names) == 1 else "get"
    return (
        f"Small and medium-sized: {listing(names)} {verb} {percent(share, 1)} of the revenue for "
        f"{percent(cost, 1)} of the R&D and joining cost, and {surplus} of the joint surplus."
    )


def best_alone(result: Result) -> list[StandAlone]:
    """Return what single firms reach without partners, best first; those that gain nothing are left out."""
    paying = [single for single in result.stand_alone if single.effort_level is not None]
    return sorted(paying, key=lambda single: -single.joint_surplus)


def apart(result: Result, money: Money) -> str:
    """Return a caution where the members would reach more each for itself than together; empty where they do not."""
    members = {member.firm for member in result.members}
    alone = sum(single.joint_surplus for single in result.stand_alone if single.firm in members)
    together = result.joint_surplus or 0.0
    if alone <= together or money.text(alone) == money.text(together):
        return ""
    return (
        f"Caution: each for itself, the members would reach {money.full(alone)} together, more than as an alliance, if "
        "all of them can do so at once."
    )


def going_alone(singles: list[StandAlone], money: Money) -> tuple[str, str, str]:
    """Return a line of name, amount and remark about the best firm without partners and the next ones.

    Parameters
    ----------
    singles
        As returned by :func:`best_alone`.
    money
        How amounts are written.
    """
    if not singles:
        return "A member on its own", money.text(0.0), "going alone pays for none of them"
    best, *others = singles
    parts = [f"{clean(single.firm)} {money.text(single.joint_surplus)}" for single in others[:2]]
    if len(others) > 2:
        parts.append(f"{len(others) - 2} more")
    remark = f"without partners; next {listing(parts)}" if parts else "without partners"
    return f"{clean(best.firm)} alone", money.text(best.joint_surplus), remark
