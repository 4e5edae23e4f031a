"""How rules across the objects of an instance are written down, and applied.

Each rule has an identifier, a severity and the fields it reads; it yields the problems it finds. Errors
(:mod:`.rules`) refuse the instance, warnings (:mod:`.plausibility`) are shown and the instance is used.

Rules also judge documents of which parts are malformed, those parts being replaced (:mod:`.repair`): by their
default, or by something with a name of its own. A rule says by ``reads`` which replacements would deceive it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..base.errors import SHOWN, Problem
from ..formats.hints import nearest
from .schema import InstanceData

#: Path, found, expected and hint; a hint that takes work may be a function, called only where somebody reads it.
Finding = tuple[str, str, str, str | Callable[[], str]]

Check = Callable[[InstanceData], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule across objects.

    Parameters
    ----------
    id
        Identifier, shown with each problem.
    severity
        ``error`` or ``warning``.
    reads
        Fields in whose malformed place a default or a placeholder would cause a finding; the rule is skipped
        while one of them is malformed. List positions are written ``[]``.
    check
        Yields path, found, expected and hint of each violation.
    in_scenarios
        Numbers of which it is asked in every scenario that changes them, named by what holds them.
    """

    id: str
    severity: Literal["error", "warning"]
    reads: frozenset[str]
    check: Check
    in_scenarios: frozenset[str] = frozenset()


RULES: list[Rule] = []


def rule(
    identifier: str,
    *reads: str,
    severity: Literal["error", "warning"] = "error",
    in_scenarios: Sequence[str] = (),
) -> Callable[[Check], Check]:
    """Register a function as a rule.

    Parameters
    ----------
    identifier, reads, severity, in_scenarios
        As in :class:`Rule`.
    """

    def register(check: Check) -> Check:
        RULES.append(Rule(identifier, severity, frozenset(reads), check, frozenset(in_scenarios)))
        return check

    return register


def find_problems(
    instance: InstanceData,
    severity: Literal["error", "warning"],
    malformed: frozenset[str] = frozenset(),
    *,
    in_scenarios: bool = False,
) -> list[Problem]:
    """Return every violation of the rules of one severity.

    Parameters
    ----------
    instance
        The instance to judge.
    severity
        Which rules to apply.
    malformed
        Fields that could not be read, in the notation of :attr:`Rule.reads`; rules that read them or what
        they contain are skipped.
    in_scenarios
        Whether to apply only rules that are asked of scenarios: the instance has the numbers of one.
    """
    problems: list[Problem] = []
    for law in RULES:
        if law.severity != severity or _reads_any(law, malformed) or (in_scenarios and not law.in_scenarios):
            continue
        for path, found, expected, hint in law.check(instance):
            words = hint if isinstance(hint, str) else hint() if len(problems) < SHOWN else ""
            problems.append(Problem(path, found, expected, words, law.id))
    return problems


def _reads_any(law: Rule, malformed: frozenset[str]) -> bool:
    return any(field == part or field.startswith((part + ".", part + "[")) for field in law.reads for part in malformed)


def one_of(name: str, known: Sequence[str]) -> tuple[str, Callable[[], str]]:
    """Return the expectation and the spelling hint for an unknown name."""
    listed = ", ".join(map(quoted, known[:5])) + (", ..." if len(known) > 5 else "")

    def hint() -> str:
        near = nearest(name, known)
        return f"did you mean {quoted(near)}?" if near else ""

    return f"one of {listed}" if known else "no name, none is defined", hint


def quoted(name: str) -> str:
    """Return a name in quotes, shortened for reading."""
    return repr(name if len(name) <= 60 else name[:57] + "...")


def number(value: float) -> str:
    """Return a number exactly: two that differ must not look the same in a message."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)
