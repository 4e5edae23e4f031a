"""Several explanations of one contract, made one after the other, as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ...base.errors import OptionError
from ..asking import NotExamined
from .run import not_asked
from .types import Breach, Candidate, Explanation, MemberCase, RuleCost

Part = TypeVar("Part", Candidate, MemberCase, RuleCost, Breach)


def joined(explanations: Sequence[Explanation]) -> Explanation:
    """Return one explanation that says what several say of one contract.

    Parameters
    ----------
    explanations
        At least one; all of the same instance and contract. Where two say something of the same firm or rule, the
        later one counts.

    Raises
    ------
    OptionError
        Where there is none, or where they are about different contracts.
    """
    if not explanations:
        raise OptionError("nothing to join: give at least one explanation")
    latest = explanations[-1]
    if any(_subject(one) != _subject(latest) for one in explanations):
        raise OptionError("these explanations are about different contracts")

    def of_all(key: Callable[[Part], object], parts: Callable[[Explanation], Sequence[Part]]) -> tuple[Part, ...]:
        return tuple({key(part): part for one in explanations for part in parts(one)}.values())

    candidates = of_all(lambda one: one.firm, lambda one: one.candidates)
    rules = of_all(lambda one: one.path, lambda one: one.rules)
    cases = of_all(lambda one: one.firm, lambda one: one.member_cases)
    known = {("candidate", one.firm) for one in candidates} | {("member", one.firm) for one in cases}
    missed = [part for part in _missed(explanations) if (part.part, part.subject) not in known]
    whole = next((one for one in reversed(explanations) if one.asked is None), None)
    asked = None if whole else tuple(dict.fromkeys(firm for one in explanations for firm in one.asked or ()))
    unasked = not_asked(asked if latest.has_contract else None, uncertain=latest.uncertainty is not None)
    general = latest if whole is None else whole  # what only one about all firms says
    return general.model_copy(
        update={
            "complete": not missed,
            "asked": asked,
            "candidates": candidates,
            "candidates_not_examined": len(latest.candidates) + latest.candidates_not_examined - len(candidates),
            "member_cases": cases,
            "rules": tuple(sorted(rules, key=lambda one: -one.cost)),
            "breaches": of_all(lambda one: (one.firm, one.level), lambda one: one.breaches),
            "not_examined": (*missed, *unasked),
            "seconds": sum(one.seconds for one in explanations),
        }
    )


def _missed(explanations: Sequence[Explanation]) -> list[NotExamined]:
    """Return what was asked and not examined, unless all that was asked with it was asked again later."""
    missed: dict[NotExamined, None] = {}
    for at, one in enumerate(explanations):
        if any(_covers(later, one) for later in explanations[at + 1 :]):
            continue
        unasked = not_asked(one.asked, uncertain=one.uncertainty is not None) if one.has_contract else []
        missed |= dict.fromkeys(part for part in one.not_examined if part not in unasked)
    return list(missed)


def _covers(one: Explanation, other: Explanation) -> bool:
    """Return whether an explanation was asked about all that another one was."""
    if one.asked is None or other.asked is None:
        return one.asked is None
    return set(other.asked) <= set(one.asked)


def _subject(explanation: Explanation) -> tuple[Any, ...]:
    """Return what an explanation is about: the same for those that may be joined."""
    contract = explanation.mode, explanation.monitoring, explanation.members, explanation.objective_value
    return explanation.instance.sha256, explanation.has_contract, explanation.demands, contract
