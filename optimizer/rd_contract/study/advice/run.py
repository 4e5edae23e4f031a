"""``advise``: the checklist of a situation, and beside it what each mode is worth to the optimizer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from ...base.cancellation import CancelToken, heeding
from ...base.errors import InstanceError, Problem
from ...base.tolerances import GAP
from ...formats.doors import require
from ...instance import FACTOR_OF, UNKNOWN, Instance, position_of
from ...outcome.contract import InstanceReference
from ...pipeline import check_options, solve
from ...search import Progress
from ..comparison import ComparisonProgress
from .modes import ahead, mode_alone, most_profitable, worth_of
from .score import CAUTION, ORIENTATION, PARTS, SOURCE, Checklist, Factor, probability, side_of
from .types import Advice, Agreement, FactorPush, ModeWorth

#: How a context is written down.
_HINT = 'such as {"context": {"strategic_orientation": "technology", "network_ties": 0.8}}; what is left out counts 0'


def advise(
    instance: Instance,
    *,
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
    time_limit
        Seconds for each mode; None: no limit.
    gap, threads
        As for :func:`solve`.
    on_progress
        Called before each solve and now and then during it, possibly from another thread.
    cancel
        Ends it from another thread or task.

    Returns
    -------
    Advice
        Ctrl-C, and a token that is cancelled, end it with the modes that are known by then; ``complete`` is false.

    Raises
    ------
    InstanceError
        For an instance without a context.
    OptionError
        For an option outside its range.
    """
    checklist = checklist_of(instance)
    check_options(time_limit, gap, threads, "auto")
    modes: list[ModeWorth] = []
    interrupted = False
    try:
        with heeding(cancel):
            for mode in instance.modes:
                report = _reporting(on_progress, f"mode {mode.name}", len(modes), len(instance.modes))
                result = solve(mode_alone(instance, mode.name), time_limit, gap, threads, on_progress=report)
                modes.append(worth_of(mode, instance.context, result))
                if result.interrupted:
                    interrupted = True
                    break
    except KeyboardInterrupt:  # between two solves: what is known is kept, as when it arrives during one
        interrupted = True
    return _advice(instance, checklist, tuple(modes), complete=not interrupted)


def checklist_of(instance: Instance) -> Checklist:
    """Return what the context of an instance says, as it enters (A1).

    Parameters
    ----------
    instance
        With a context.

    Raises
    ------
    InstanceError
        For an instance without one.
    """
    require(Instance, instance)
    if instance.context == UNKNOWN:
        expected = "what is known of the situation, strategic_orientation for example"
        raise InstanceError([Problem("context", "nothing", expected, _HINT, "context")], instance.name)
    return Checklist.of(instance.context, position_of(instance))


def _reporting(
    on_progress: Callable[[ComparisonProgress], None] | None, title: str, done: int, total: int
) -> Callable[[Progress], None] | None:
    """Return what tells the caller where the solve of a mode stands, after telling that it begins."""
    if on_progress is None:
        return None
    tell = on_progress
    tell(ComparisonProgress(title, done, total, None))
    return lambda search: tell(ComparisonProgress(title, done, total, search))


def _advice(instance: Instance, checklist: Checklist, modes: tuple[ModeWorth, ...], *, complete: bool) -> Advice:
    context, score = instance.context, checklist.score
    factors = tuple(_push(checklist, factor, getattr(context, factor.name)) for factor in checklist.factors)
    turning = [one for one in factors if one.change]
    counted = {factor.name for factor in checklist.factors}
    best = most_profitable(modes) if complete else ()
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
        complete=complete,
        most_profitable=best,
        ahead=ahead(modes, best),
        agreement="not_known",
    )
    return advice.model_copy(update={"agreement": _agreement(advice)})


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


def _agreement(advice: Advice) -> Agreement:
    if advice.advised is None:
        return "balanced"
    if advice.complete and advice.advised_mode is None:
        return "no_such_mode"
    if not advice.most_profitable or advice.advised_mode is None:
        return "not_known"
    return "agree" if advice.advised_mode.mode in advice.most_profitable else "differ"
