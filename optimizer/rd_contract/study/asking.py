"""Questions that are answered by solving variants of an instance: asked here or in other processes, within a time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from ..base.cancellation import checkpoint
from ..base.errors import Problem, ResultError
from ..base.parallel import ProcessDied, Resources, workers
from ..base.tolerances import GAP
from ..certify import verify
from ..formats.documents import Closed, Text
from ..instance import Instance
from ..outcome.contract import Demands, Result
from ..pipeline import solve
from ..search import Guide
from .obstacles import NO_DEMANDS
from .sweep import SweepProgress

OnProgress = Callable[[SweepProgress], None]

#: Parts of what is asked.
Part = Literal["candidate", "member", "rule", "price", "conflict", "relaxation", "correction", "stability", "scenario"]

#: Most seconds of one solve where there is no time limit, and how reasons begin where one took longer.
PATIENCE, _TOOK = 60.0, "a solve took over "


class NotExamined(Closed):
    """Something that was not examined, and why."""

    part: Part = Field(description="Which part of the explanation")
    subject: Text = Field(description="Which firm, which rule, or which scenario")
    reason: Text = Field(description="Why not")

    @property
    def took_too_long(self) -> bool:
        """Whether a single solve took longer than any may without a time limit."""
        return self.reason.startswith(_TOOK)


class Unanswered(Exception):
    """A question has no proven answer; carries the reason."""


@dataclass(frozen=True)
class Settings:
    """How instances are solved again.

    Parameters
    ----------
    gap
        Relative gap.
    deadline
        Time (``time.monotonic()``, the same in all processes) at which everything ends; inf: no limit.
    guide
        What similar instances taught.
    patience
        Most seconds of one solve.
    demands
        What is asked of every contract beyond its instance.
    """

    gap: float
    deadline: float = math.inf
    guide: Guide | None = None
    patience: float = math.inf
    demands: Demands = NO_DEMANDS

    @property
    def left(self) -> float | None:
        """Seconds that are left, a moment at least; None: no limit."""
        return None if math.isinf(self.deadline) else max(self.deadline - time.monotonic(), 1e-3)

    def solve(self, instance: Instance, start: Result | None = None) -> Result:
        """Return a proven answer.

        Parameters
        ----------
        instance
            What is solved.
        start
            A contract of a similar instance, at which the search begins.

        Raises
        ------
        Unanswered
            When time ran out before it was proven.
        KeyboardInterrupt
            On Ctrl-C or a cancelled token.
        """
        left = self.deadline - time.monotonic()
        if left <= 0.0:
            raise Unanswered("time ran out")
        limit = min(left, self.patience)
        result = solve(
            instance,
            None if math.isinf(limit) else limit,
            self.gap,
            start=start,
            guide=self.guide,
            margin=self.demands.margin,
            robust=self.demands.robust,
        )
        if result.interrupted:
            raise KeyboardInterrupt
        if not result.proven:
            raise Unanswered(_reason(result, left < self.patience, self.patience))
        return result


def _reason(result: Result, out_of_time: bool, patience: float) -> str:
    if result.stop_reason == "numerical_trouble":
        return "amounts lie too far apart to be told from each other exactly"
    if result.stop_reason != "time_limit":
        return "too large to be proven"
    return "time ran out" if out_of_time else f"{_TOOK}{patience:g} s; set a time limit to wait longer"


# --- asking ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """A call that answers a question or a few, about what; picklable."""

    part: Part
    subject: str
    call: Callable[[], Sequence[object]]

    def answer(self) -> Sequence[object]:
        """Return the answers, or why there is none."""
        try:
            return self.call()
        except Unanswered as reason:
            return self.missed(str(reason))

    def missed(self, reason: str) -> Sequence[object]:
        """Return that it was not examined."""
        return [NotExamined(part=self.part, subject=self.subject, reason=reason)]


def alone(call: Callable[..., object], *arguments: object) -> Sequence[object]:
    """Return the one answer of a call as a list."""
    return [call(*arguments)]


class Questions:
    """Asks questions, here or in other processes, keeps their order, and notes what was not answered.

    ``interrupted``: whether Ctrl-C or a cancelled token came; nothing is asked after that.
    """

    def __init__(self, resources: Resources, on_progress: OnProgress | None) -> None:
        self.missed: list[NotExamined] = []
        self.interrupted = False
        self._resources, self._on_progress = resources, on_progress

    @property
    def reason(self) -> str:
        """Why what is not answered is not."""
        return "interrupted" if self.interrupted else "time ran out"

    def miss(self, part: Part, subject: str, reason: str) -> None:
        """Note what was not examined."""
        self.missed.append(NotExamined(part=part, subject=subject, reason=reason))

    def ask(self, questions: Sequence[Question]) -> list[object]:
        """Return the answers in the order of the questions; Ctrl-C and a process that dies leave the rest unasked."""
        answers: list[Sequence[object]] = []
        started, why = time.perf_counter(), "interrupted"
        try:
            with closing(self._answers(() if self.interrupted else questions)) as coming:
                for answer in coming:
                    answers.append(answer)
                    checkpoint()  # other processes do not know the tokens
                    self._report(len(answers), len(questions), time.perf_counter() - started)
        except KeyboardInterrupt:
            self.interrupted = True
        except ProcessDied as death:
            why = str(death)
        answers += [question.missed(why) for question in questions[len(answers) :]]
        found = [one for answer in answers for one in answer]
        self.missed += [one for one in found if isinstance(one, NotExamined)]
        return found

    def _answers(self, questions: Sequence[Question]) -> Generator[Sequence[object], None, None]:
        with workers(self._resources) as pool:
            yield from pool.spread(Question.answer, questions, len(questions), in_order=True)

    def _report(self, done: int, total: int, seconds: float) -> None:
        if self._on_progress is not None:
            self._on_progress(SweepProgress.after(seconds, done, total, len(self.missed)))


# --- what is asked about -----------------------------------------------------------------------------------


def refuse_unusable(instance: Instance, result: Result) -> None:
    """Refuse a result that cannot be built on: its certificate does not hold for the instance, or it has no answer.

    Raises
    ------
    ResultError
        With everything that does not hold.
    """
    certificate = verify(instance, result)
    if not certificate.holds:
        problems = [
            Problem(
                f"certificate.{check.id}", f"{check.value:g}", f"{check.limit:g}: {check.detail}", "", "certificate"
            )
            for check in certificate.failures
        ]
        raise ResultError(problems, result.instance.name)
    if result.status == "stopped":
        found, hint = "a search that stopped without an answer", "solve it again with a longer time limit"
        raise ResultError([Problem("status", found, "a contract, or the proof that there is none", hint, "contract")])


def gap_of(result: Result) -> float:
    """Return the gap that a result was solved to; what it says of that is not part of its certificate."""
    gap = result.solver.options.get("gap", GAP)
    usable = isinstance(gap, int | float) and not isinstance(gap, bool) and 0.0 <= gap <= 1.0
    return float(gap) if usable else GAP
