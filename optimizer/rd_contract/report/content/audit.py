"""The report on a result file: what was found, what was compared, what was not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...instance import Instance
from ...outcome.contract import Check, Result
from ...study.audit import Audit
from ..page import Block, Page, bullet, heading, paragraph
from ..words.numbers import clean, duration, exact, plural
from .by_scenario import judged_value, scenario_section
from .contract import certificate_report, kinds_of_checks, money_of


def audit_report(found: Audit, result: Result, instance: Instance) -> Page:
    """Return the verdict on a result file: on its contract, on what else it says, and what was not checked.

    Parameters
    ----------
    found
        What ``audit`` returned.
    result
        The file.
    instance
        The instance that it was held against.
    """
    refuted = [*_refuted([check for check in (*found.record, *found.again) if not check.holds])]
    contract = certificate_report(found.certificate, instance.currency, remarks=False).blocks
    blocks = (
        # What is gravest comes first: a contract that does not hold, else what is not so beside it.
        *((*refuted, *contract) if found.certificate.holds else (*contract, *refuted)),
        *(_scenarios(result, instance) if found.certificate.holds else ()),
        *_statements("The rest of the file", found.record),
        *_again(found),
        *_left(found),
    )
    return Page.of(blocks)


def _refuted(failures: Sequence[Check]) -> Iterator[Block]:
    """Yield what is not so beside the contract, before anything that is."""
    if not failures:
        return
    verb = "does" if len(failures) == 1 else "do"
    number = plural(len(failures), "statement")
    yield paragraph(f"Do not rely on this file: {number} beside the contract {verb} not hold.", "alarm")
    for check in failures:
        plain = check.limit in (0.0, 1.0) and check.value.is_integer()
        numbers = "" if plain else f" (it says {exact(check.value)}, found {exact(check.limit)})"
        yield bullet(f"{clean(check.id)}: {clean(check.detail)}{numbers}")


def _statements(title: str, checks: Sequence[Check]) -> Iterator[Block]:
    """Yield the verdict on some statements, every kind of check."""
    if checks:
        yield heading(title)
        yield kinds_of_checks(checks)


def _scenarios(result: Result, instance: Instance) -> Iterator[Block]:
    money = money_of(result)
    yield from judged_value(result, money, instance=instance)
    yield from scenario_section(result, money)


def _again(found: Audit) -> Iterator[Block]:
    took = "" if found.answer is None else f", {duration(found.answer.solver.seconds)}"
    yield from _statements(f"Compared with solving again{took}", found.again)
    if not found.finished:
        yield paragraph("Solving again ended early: not everything could be compared.", "warning")


def _left(found: Audit) -> Iterator[Block]:
    yield heading("Not checked")
    for part in found.not_checked:
        yield bullet(f"{', '.join(part.paths)}: {part.reason}")
    if found.answer is None and found.holds:
        yield paragraph("Solving again would compare what rests on the solver.", "quiet")
