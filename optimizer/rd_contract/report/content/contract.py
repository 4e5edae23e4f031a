"""The report on a result, in the order in which a procurement manager reads.

What to do and how sure that is; who joins and why; the terms; what it is worth; what else was possible;
whether it was verified; what the words mean. Text from files is shown as it is, never read as markup.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence

from ...instance import Instance
from ...outcome.contract import Certificate, Check, RegimeOutcome, Result
from ..page import Block, Column, Footer, Page, Table, Tone, Words, bullet, facts, heading, paragraph, table, title
from ..words import results as words
from ..words.efforts import ENGLISH as EFFORTS
from ..words.leading import for_lead
from ..words.numbers import NOTHING, Money, clean, duration, exact, plural, whole
from ..words.stated import Stated
from .by_scenario import judged_value, scenario_section
from .division import alternatives
from .members import agreed_terms, earnings, shows, small_firms_together, who_joins
from .scores import members_scores

#: Regimes that are shown of many.
REGIMES = 50


def contract_report(result: Result, instance: Instance | None = None, other: Result | None = None) -> Page:
    """Return the whole report of a result.

    Parameters
    ----------
    result
        What ``solve`` returned, or a result read from a file.
    instance
        The instance it answers; adds the firms' roles, marks the lead and says what it gets.
    other
        The best contract for the other objective, of the lead or of all; None: not known.

    Returns
    -------
    Page
        What to do, on what terms, and how sure that is.
    """
    money = money_of(result)
    blocks: list[Block] = [*_opening(result, instance, other, money)]
    if result.has_contract:
        blocks += [
            *who_joins(result, instance, money),
            *members_scores(instance, [member.firm for member in result.members]),
            *agreed_terms(result, money),
            *earnings(result, instance, money),
            *small_firms_together(result, instance, money),
            *scenario_section(result, money),
            *_value(result, money),
            *_alternatives(result, money),
            *alternatives(result, money),
        ]
    else:
        blocks += _obstacles(result, money)
    blocks += [*_regimes(result, money), *_verification(result, money)]
    if result.has_contract:
        blocks += _glossary(result, money)
    blocks.append(_colophon(result))
    return Page.of(blocks)


def certificate_report(certificate: Certificate, currency: str = "", *, remarks: bool = True) -> Page:
    """Return the verdict of a verification: every kind of check, and each failure in full.

    Parameters
    ----------
    certificate
        What ``verify`` returned.
    currency
        Currency unit of the amounts.
    remarks
        Whether to say what no certificate checks.
    """
    amounts = [equilibrium.joint_surplus for equilibrium in certificate.other_equilibria]
    checks = [kinds_of_checks(certificate.checks)] if certificate.checks else []
    return Page.of([*_verdict(certificate, Money.of(amounts, currency), remarks=remarks), *checks])


def kinds_of_checks(checks: Sequence[Check]) -> Table:
    """Return a table of checks, one row for each kind.

    Parameters
    ----------
    checks
        At least one.
    """
    rows = []
    for identifier in dict.fromkeys(check.id for check in checks):
        alike = [check for check in checks if check.id == identifier]
        failed = sum(not check.holds for check in alike)
        state = Words.of((f"{failed} of {len(alike)} fail", "alarm") if failed else ("holds", "good"))
        rows.append((identifier, whole(len(alike)), state, alike[0].detail))
    columns = (
        Column("Condition", most=22),
        Column("Checks", number=True),
        Column("Verdict", most=14),
        Column("For example" if len(checks) > len(rows) else "In words"),
    )
    return table(columns, rows)


def money_of(result: Result) -> Money:
    """Return how the amounts of a result are written: one number of decimals for all."""
    amounts = [result.joint_surplus, result.joint_profit, result.expected_revenue, result.bound]
    for member in result.members:
        amounts += [member.expected_profit, member.outside_option, member.effort_cost, member.transfer]
    amounts += [outcome.joint_surplus for outcome in result.regimes]
    amounts += [obstacle.joint_surplus for obstacle in result.obstacles]
    return Money.of(amounts, result.currency)


def _opening(result: Result, instance: Instance | None, other: Result | None, money: Money) -> Iterator[Block]:
    if result.instance.name:
        yield title(result.instance.name)
    if result.has_contract and (result.certificate is None or not result.certificate.holds):
        yield paragraph("Do not sign: this contract is not verified, see below.", "alarm")
    style: Tone = "success" if result.status == "optimal" else "warning"
    yield paragraph(words.recommendation(result), style)
    if result.has_contract:
        yield paragraph(words.gain(result, money))
        yield from judged_value(result, money, instance=instance)
        if caution := words.apart(result, money):
            yield paragraph(caution, "warning")
        lead = None if instance is None else instance.project.lead
        if sentence := for_lead(result, lead, other, money):
            yield paragraph(sentence)
    if sentence := words.proof(result, money):
        yield paragraph(sentence)


# --- what it is worth, and what else was possible --------------------------------------------------------


def _value(result: Result, money: Money) -> Iterator[Block]:
    yield heading("What the alliance is worth", money.currency)
    parts = result.value_parts
    rows: list[tuple[str, str, str]] = []
    if parts is not None:
        rows += [
            ("Base value", money.text(parts.base), "whatever the members do"),
            ("Own contributions", money.text(parts.contributions), "from each member's own effort"),
            ("Synergies", money.text(parts.synergies), "from members working together"),
        ]
    rows += [
        ("Expected revenue", money.text(result.expected_revenue), "what the shares divide"),
        ("Joint profit", money.text(result.joint_profit), "after every cost of members and alliance"),
        ("Joint surplus", money.text(result.joint_surplus), "above what the members would earn outside"),
    ]
    yield facts(rows, strong=("Expected revenue", "Joint surplus"))


def _alternatives(result: Result, money: Money) -> Iterator[Block]:
    yield heading("What else was possible", "joint surplus" + (f", {money.currency}" if money.currency else ""))
    rows = [("This contract", money.text(result.joint_surplus), "")]
    best = result.first_best
    if best is not None:
        rows.append(
            (
                "If effort were visible",
                money.text(best.joint_surplus),
                words.moral_hazard(best, money, proven=result.proven),
            )
        )
    if result.stand_alone:
        rows.append(words.going_alone(words.best_alone(result), money))
    yield facts(rows, strong=("This contract",))
    if result.stand_alone:
        yield paragraph("Alone: each firm without partners; rules about teams are set aside.", "quiet")


def _regimes(result: Result, money: Money) -> Iterator[Block]:
    if len(result.regimes) < 2 or result.status == "no_contract":
        return  # there is nothing to compare
    yield heading("Regimes compared", money.currency)
    shown = _most_promising(result)
    rows = []
    for outcome in shown:
        chosen = result.has_contract and words.is_chosen(result, outcome)
        note = words.chosen_words(result) if chosen else words.REGIME_STATUS[outcome.status]
        surplus = money.text(outcome.joint_surplus)
        bound = money.text(outcome.bound) if outcome.status != "no_contract" else NOTHING
        row = (clean(outcome.mode), clean(outcome.monitoring), surplus, bound, note)
        rows.append(tuple(Words.of(cell).toned("success") for cell in row) if chosen else row)
    columns = (
        Column("Mode", most=24),
        Column("Monitoring", most=24),
        Column("Joint surplus", number=True),
        Column(words.most_label(result), number=True),
        Column("", most=22),
    )
    yield table(columns, rows)
    if len(shown) < len(result.regimes):
        yield paragraph(f"and {len(result.regimes) - len(shown):,} more; the result file lists all", "quiet")


def _most_promising(result: Result) -> list[RegimeOutcome]:
    """Return the regimes that are shown, in the instance's order: where there are many, those that reach most."""

    def rank(at: int) -> tuple[bool, float, float]:
        outcome = result.regimes[at]
        surplus, bound = (math.inf if amount is None else -amount for amount in (outcome.joint_surplus, outcome.bound))
        return not words.is_chosen(result, outcome), surplus, bound

    best = heapq.nsmallest(REGIMES, range(len(result.regimes)), key=rank)
    return [result.regimes[at] for at in sorted(best)]


def _obstacles(result: Result, money: Money) -> Iterator[Block]:
    if result.status != "no_contract":
        return
    yield heading("What stands in the way")
    if not result.obstacles:
        yield paragraph("Which rules stand in the way was not worked out.")
        return
    rows = [
        (clean(obstacle.detail), clean(obstacle.path), words.obstacle_effect(obstacle, money))
        for obstacle in result.obstacles
    ]
    yield table((Column("Obstacle"), Column("In the file", most=30), Column("Effect", most=34)), rows)


# --- verification and small print ------------------------------------------------------------------------


def _verification(result: Result, money: Money) -> Iterator[Block]:
    if not result.has_contract and (result.certificate is None or result.certificate.holds):
        return
    yield heading("Verification")
    if result.certificate is None:
        yield paragraph(words.verdict(None), "alarm")
    else:
        yield from _verdict(result.certificate, money)


def _verdict(certificate: Certificate, money: Money, *, remarks: bool = True) -> Iterator[Block]:
    yield paragraph(words.verdict(certificate), "good" if certificate.holds else "alarm")
    for check in certificate.failures:
        whose = f" ({clean(check.firm)})" if check.firm is not None else ""
        numbers = f"computed {exact(check.value)}, limit {exact(check.limit)}"
        yield bullet(f"{clean(check.id)}{whose}: {clean(check.detail)} ({numbers})")
    if remarks and certificate.holds and any(check.id == "bound" for check in certificate.checks):
        yield paragraph(words.NOT_CHECKED, "quiet")
    if sentence := words.uniqueness(certificate):
        yield paragraph(sentence)
    for equilibrium in certificate.other_equilibria[:3]:
        efforts = ", ".join(EFFORTS.of_firm(firm, x) for firm, x in equilibrium.efforts.items())
        broken = "" if equilibrium.within_budgets else "; it would break a budget and cannot be agreed"
        yield bullet(f"{efforts}: joint surplus {money.full(equilibrium.joint_surplus)}{broken}")
    if len(certificate.other_equilibria) > 3:
        yield bullet(f"and {len(certificate.other_equilibria) - 3} more")


def _glossary(result: Result, money: Money) -> Iterator[Block]:
    stated = Stated.of(result, money).money
    used = {
        "Reimbursed": any(shows(member.reimbursement_rate) for member in result.members),
        "Transfer": any(shows(member.transfer, stated) for member in result.members),
        "Deposit": any(shows(member.deposit, stated) for member in result.members),
        "Target": result.division_targets is not None and result.division_targets.finished,
    }
    yield heading("What the words mean")
    for word, meaning in words.GLOSSARY.items():
        if used.get(word, True):
            yield paragraph(Words.of((f"{word}: ", "strong"), (meaning, "quiet")))


def _colophon(result: Result) -> Footer:
    solver = result.solver
    ended = "Solved in" if result.status in ("optimal", "no_contract") else "Stopped after"
    parts = [
        f"{ended} {duration(solver.seconds)}, {plural(solver.rounds, 'integer program')}, "
        f"method {clean(solver.method)}",
        f"rd-contract {clean(solver.rd_contract)}, HiGHS {clean(solver.highs)}, Pyomo {clean(solver.pyomo)}",
        f"instance {clean(result.instance.sha256)[:12]}",
    ]
    return Footer("; ".join(parts))
