"""``audit``: every statement of a result file, held against what can be found out about it.

Three steps, each believing nothing of the file. The certificate judges the contract from the instance alone; what else
the file says is computed again, or has to fit together; on demand the instance is solved again, and what rests on a
proof is compared with that. What none of them covers is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..base.errors import OptionError
from ..base.options import check_calls, check_flags
from ..certify import check_record, verify
from ..formats.doors import require
from ..instance import Instance
from ..outcome.contract import Certificate, Check, Result
from ..search import Progress
from .second_solve import SecondSolve, as_fact, is_decided, same_design


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Something that a file says and nothing was held against.

    Parameters
    ----------
    paths
        Fields of the result file, positions in lists left out; each stands for all that lies in it.
    reason
        Why not, in words.
    """

    paths: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Audit:
    """What is true of a result file.

    Parameters
    ----------
    certificate
        The verdict on the contract, as :func:`verify` returns it.
    record
        Verdicts on what else the file says, without solving.
    again
        Verdicts against a solve of our own; empty where none was asked for, or the file was refuted before.
    answer
        What that solve found; None: there was none.
    not_checked
        What is left.
    """

    certificate: Certificate
    record: tuple[Check, ...]
    again: tuple[Check, ...]
    answer: Result | None
    not_checked: tuple[NotChecked, ...]

    @property
    def failures(self) -> tuple[Check, ...]:
        """Statements that are not true, those on the contract first."""
        return (*self.certificate.failures, *(check for check in (*self.record, *self.again) if not check.holds))

    @property
    def holds(self) -> bool:
        """Whether nothing that the file says was refuted."""
        return self.certificate.holds and not self.failures

    @property
    def finished(self) -> bool:
        """Whether the solve of our own, if there was one, came to its end."""
        return self.answer is None or is_decided(self.answer)


def audit(
    instance: Instance,
    result: Result,
    *,
    solve_again: bool = False,
    time_limit: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Audit:
    """Hold every statement of a result file against what can be found out about it.

    Parameters
    ----------
    instance
        The instance that the result answers.
    result
        The result, for example read from a file.
    solve_again
        Whether to solve the instance again with the file's own options, and to compare what rests on the solver:
        bounds, regimes, the first best, terms, division targets, stability, alternatives, obstacles. Statements may
        differ by the gap that was asked for. A file that is refuted without it is not solved again.
    time_limit
        Seconds for that; None: no limit, or the file's own where its search did not end by itself.
    on_progress
        As for :func:`solve`.

    Returns
    -------
    Audit
        A malformed result gives failed checks, never an exception.

    Raises
    ------
    SolverError
        When the solver contradicts itself.
    """
    require(Instance, instance)
    require(Result, result)
    check_flags(solve_again=solve_again)
    check_calls(on_progress=on_progress)
    certificate = verify(instance, result)
    first = Audit(certificate, check_record(instance, result, certificate), (), None, ())
    if not first.holds or not solve_again:
        return Audit(certificate, first.record, (), None, tuple(_not_covered(instance, result, None)))
    try:
        again = SecondSolve(instance, result, time_limit, on_progress)
    except OptionError as error:
        refused = as_fact("options", False, f"The options of the search can be asked for. {error}")
        return Audit(certificate, first.record, (refused,), None, tuple(_not_covered(instance, result, None)))
    checks = tuple(again.checks())
    return Audit(certificate, first.record, checks, again.answer, tuple(_not_covered(instance, result, again)))


# --- what is left ------------------------------------------------------------------------------------------

#: What nothing can tell of any file.
_NEVER = (
    NotChecked(("solver.seconds", "solver.rounds"), "how long the search took and how many steps it made"),
    NotChecked(
        ("solver.rd_contract", "solver.highs", "solver.pyomo", "solver.options"),
        "which versions were used and what was asked of them, as far as the answer does not show it",
    ),
    NotChecked(("certificate.checks.detail",), "the words of its checks; their numbers and verdicts were compared"),
)


def _not_covered(instance: Instance, result: Result, again: SecondSolve | None) -> Iterator[NotChecked]:
    """Yield what no step covered."""
    if again is None:
        yield from _rests_on_the_solver(result)
    else:
        yield from _not_found_again(result, again)
    absent = _absent(instance, result)
    if absent:
        yield NotChecked(absent, "what the file does not give")
    if result.has_contract and result.certificate is not None and result.certificate.only_equilibrium is None:
        yield NotChecked(("certificate.only_equilibrium",), "whether other efforts are stable: the file leaves it open")
    if result.instance.settings:
        yield NotChecked(("instance.settings",), "what was set before: only the instance that came of it was solved")
    if not is_decided(result):
        yield NotChecked(("stop_reason",), "why the search ended before it was complete")
    yield from _NEVER


def _absent(instance: Instance, result: Result) -> tuple[str, ...]:
    """Return the parts that a file of its kind could have, and has not."""
    parts = ["value_parts", "first_best", "stand_alone", "stability", "certificate"]
    parts += ["scenarios"] if instance.scenarios else []
    if not result.has_contract:
        parts = ["first_best", "certificate", *(["obstacles"] if result.status == "no_contract" else [])]
    return tuple(name for name in parts if not getattr(result, name))


def _rests_on_the_solver(result: Result) -> Iterator[NotChecked]:
    if result.status == "no_contract":
        yield NotChecked(
            ("status", "regimes", "obstacles"), "that no contract exists, and which rules stand in the way"
        )
    elif result.status == "stopped":
        yield NotChecked(("status", "bound", "regimes"), "whether a contract exists, and what the best could reach")
    else:
        yield NotChecked(("bound", "regimes"), "that no contract does better, here or in another regime")
        parts = ("division_targets", "stability", "alternatives")
        yield NotChecked(parts, "what parts of the alliance could reach, and whether better alternatives exist")
    yield NotChecked(("first_best", "solver.method"), "that the first best is the best, and how it was found")


def _not_found_again(result: Result, again: SecondSolve) -> Iterator[NotChecked]:
    paths: tuple[str, ...]
    if not is_decided(again.answer):
        paths = ("status", "bound", "regimes", "first_best", "alternatives", "division_targets", "obstacles")
        yield NotChecked(
            paths, "what rests on a proof: solving again ended early; nothing it found contradicts the file"
        )
    elif not again.repeats:
        paths = ("bound", "regimes", "first_best", "division_targets", "solver.method")
        reason = (
            "whether the search found just this: it ended early, used several threads or other versions; nothing that "
            "was found contradicts it"
        )
        yield NotChecked(paths, reason)
    if result.has_contract and not again.tells_terms:
        reason = "whether just these terms are chosen; that they keep every condition was checked"
        yield NotChecked(("members",), reason)
    if result.division_targets is not None and not same_design(result, again.answer):
        yield NotChecked(("division_targets",), "the targets: solving again finds another contract of the same value")
    if result.stability is not None and again.stability is None:
        yield NotChecked(("stability",), "whether the alliance is stable: looking again ended early")
