"""Results that were read from files, judged before anything is built on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..base.errors import NotCertifiedError, Problem
from ..certify import check_itself
from ..instance import Instance
from ..outcome.contract import Result
from .audit import audit


def is_borne_out(result: Result, instances: Iterable[Instance]) -> bool | None:
    """Return whether the instance that a result answers bears it out; None where that instance is not at hand.

    Parameters
    ----------
    result
        The result; where it contradicts itself, no instance is needed to refuse it.
    instances
        The instances at hand.
    """
    own = next((instance for instance in instances if instance.sha256 == result.instance.sha256), None)
    if own is not None:
        return audit(own, result).holds
    return None if check_itself(result).holds else False


def refuse_refuted(named: Mapping[str, Result], instances: Sequence[Instance]) -> tuple[str, ...]:
    """Return which results could not be judged because the instances that they answer are not at hand.

    Parameters
    ----------
    named
        The results by name.
    instances
        The instances at hand.

    Raises
    ------
    NotCertifiedError
        For results that are not borne out, with everything that is not so.
    """
    standing = {name: is_borne_out(result, instances) for name, result in named.items()}
    problems = [
        problem for name, borne in standing.items() if borne is False for problem in _why(named[name], name, instances)
    ]
    if problems:
        raise NotCertifiedError(problems, "the contracts")
    return tuple(name for name, borne in standing.items() if borne is None)


def _why(result: Result, name: str, instances: Sequence[Instance]) -> Iterator[Problem]:
    own = next((instance for instance in instances if instance.sha256 == result.instance.sha256), None)
    failures = (check_itself(result),) if own is None else audit(own, result).failures
    for check in failures:
        place = name if check.firm is None else f"{name}: {check.firm}"
        yield Problem(
            place,
            f"not so: {check.detail}",
            "what its own instance bears out",
            "rd-contract verify tells more",
            check.id,
        )
