"""``advise``: the checklist of a situation, and beside it what each mode is worth to the optimizer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ...base.cancellation import CancelToken, heeding
from ...base.options import check_calls, check_flags
from ...base.tolerances import GAP
from ...instance import FACTOR_OF, Instance, position_of
from ...outcome.contract import InstanceReference, Result
from ...pipeline import check_options, solve
from ...search import Progress
from ..comparison import ComparisonProgress
from .calibration import Calibration, calibrated
from .modes import ahead, mode_alone, most_profitable, worth_of
from .reading import checklist_of
from .score import CAUTION, ORIENTATION, PARTS, SOURCE, Checklist, Factor, probability, side_of
from .types import Advice, Agreement, BestContract, CalibrationEffect, FactorPush, ModeWorth


def advise(
    instance: Instance,
    *,
    calibrate: bool = False,
    time_limit: float | None = None,
    gap: float = GAP,
    threads: int = 1,
    on_progress: Callable[[ComparisonProgress], None] | None = None,
    cancel: CancelToken | None = None,
) -> Advice:
    """Weigh up the situation of an instance: whether to explore or to exploit (A1)-(A4), and what each mode is worth.

    The checklist is made of propositions of case studies, and knows no amounts; the optimizer knows nothing but
    amounts. Where they differ, one of them lacks something.

    Parameters
    ----------
    instance
        With a context.
    calibrate
        Whether to find out, too, which contract is recommended with :func:`calibrated`, and which without.
    time_limit
        Seconds for each solve; None: no limit.
    gap, threads
        As for :func:`solve`.
    on_progress
        Called before each solve and now and then during it, possibly from another thread.
    cancel
        Ends it from another thread or task.

    Returns
    -------
    Advice
        Ctrl-C, and a token that is cancelled, end it with what is known by then; ``complete`` is false.

    Raises
    ------
    InstanceError
        For an instance without a context; with ``calibrate`` also as :func:`calibrated`.
    OptionError
        For an option outside its range.
    """
    check_flags(calibrate=calibrate)
    check_calls(cancel=cancel, on_progress=on_progress)
    checklist = checklist_of(instance)
    made = calibrated(instance) if calibrate else None
    check_options(time_limit, gap, threads, "auto")
    run = _Run(time_limit, gap, threads, on_progress, len(instance.modes) + 2 * calibrate)
    modes: list[ModeWorth] = []
    effect: CalibrationEffect | None = None
    complete = False
    try:
        with heeding(cancel):
            for mode in instance.modes:
                result = run.solved(mode_alone(instance, mode.name), f"mode {mode.name}")
                modes.append(worth_of(mode, instance.context, result))
                _heed(result)
            effect = None if made is None else _effect(instance, made, run)
            complete = True
    except KeyboardInterrupt:
        pass  # what is known is kept
    return _advice(instance, checklist, tuple(modes), effect, complete=complete)


@dataclass
class _Run:
    """Solves one instance after the other, and tells which."""

    time_limit: float | None
    gap: float
    threads: int
    on_progress: Callable[[ComparisonProgress], None] | None
    total: int
    done: int = 0

    def solved(self, instance: Instance, title: str, start: Result | None = None) -> Result:
        """Return the answer of an instance."""
        report = self._reporting(title)
        result = solve(instance, self.time_limit, self.gap, self.threads, on_progress=report, start=start)
        self.done += 1
        return result

    def _reporting(self, title: str) -> Callable[[Progress], None] | None:
        """Return what tells the caller where a solve stands, after telling that it begins."""
        if self.on_progress is None:
            return None
        tell, done = self.on_progress, self.done
        tell(ComparisonProgress(title, done, self.total, None))
        return lambda search: tell(ComparisonProgress(title, done, self.total, search))


def _heed(result: Result) -> None:
    """End everything where Ctrl-C came while an answer was found."""
    if result.interrupted:
        raise KeyboardInterrupt


def _effect(instance: Instance, made: Calibration, run: _Run) -> CalibrationEffect:
    """Return what a calibration changes; raises KeyboardInterrupt where Ctrl-C came meanwhile."""
    before = run.solved(instance, "as it is")
    _heed(before)
    after = run.solved(made.instance, "as calibrated", before)
    _heed(after)
    return CalibrationEffect(
        mode=made.mode,
        value_factor_before=made.before,
        value_factor_after=made.after,
        fixed_in=made.fixed_in,
        contract_before=BestContract.of(before),
        contract_after=BestContract.of(after),
    )


def _advice(
    instance: Instance,
    checklist: Checklist,
    modes: tuple[ModeWorth, ...],
    effect: CalibrationEffect | None,
    *,
    complete: bool,
) -> Advice:
    context, score = instance.context, checklist.score
    factors = tuple(_push(checklist, factor, getattr(context, factor.name)) for factor in checklist.factors)
    turning = [one for one in factors if one.change]
    counted = {factor.name for factor in checklist.factors}
    solved = len(modes) == len(instance.modes)
    best = most_profitable(modes) if solved else ()
    advice = Advice(
        instance=InstanceReference(name=instance.name, sha256=instance.sha256),
        currency=instance.currency,
        objective=instance.objective,
        caution=CAUTION,
        position=position_of(instance),
        score=score,
        p_exploratory=probability(score),
        advised=side_of(score),
        internal=checklist.internal,
        strengthening=checklist.strengthening,
        external=_part(checklist, "external"),
        by_position=_part(checklist, "position"),
        factors=factors,
        left_out=tuple(one.name for one in factors if one.value is None),
        set_aside=tuple(
            name for name in FACTOR_OF.values() if name not in counted and getattr(context, name) is not None
        ),
        nearest=min(turning, key=lambda one: one.change or 0.0).name if turning else None,
        modes=modes,
        calibration=effect,
        complete=complete,
        most_profitable=best,
        ahead=ahead(modes, best),
        agreement="not_known",
    )
    return advice.model_copy(update={"agreement": _agreement(advice, solved=solved)})


def _part(checklist: Checklist, group: Literal["external", "position"]) -> float:
    return checklist.counted(group) / PARTS[group]


def _push(checklist: Checklist, factor: Factor, value: float | str | None) -> FactorPush:
    push, turned = checklist.push(factor), side_of(checklist.score) is not None
    at = checklist.tips_at(factor) if turned else None
    words = checklist.tips_with() if factor.name == ORIENTATION else ()
    change = None
    if at is not None:
        change = abs(at - (value if isinstance(value, float) else factor.neutral))
    elif words:
        change = abs(factor.entered(words[0]) - factor.entered(value)) / 2.0
    return FactorPush(
        name=factor.name,
        group=factor.group,
        value=value,
        weight=checklist.weights[factor.name],
        push=push,
        towards=side_of(push),
        proposition=factor.proposition,
        source=SOURCE,
        tips_at=at,
        tips_with=words,
        change=change,
    )


def _agreement(advice: Advice, *, solved: bool) -> Agreement:
    if advice.advised is None:
        return "balanced"
    if solved and advice.advised_mode is None:
        return "no_such_mode"
    if not advice.most_profitable or advice.advised_mode is None:
        return "not_known"
    return "agree" if advice.advised_mode.mode in advice.most_profitable else "differ"
