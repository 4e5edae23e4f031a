"""``value_of_scenarios``: the nominal contract as played, wait and see, and every scenario by itself (M31).

Each figure compares contracts that are all judged by the instance's own objective over its scenarios (M30). A scenario
alone, and the others without it, are the same instance with fewer scenarios: everything else, budgets and what is asked
of teams included, is as it was.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ...base.cancellation import CancelToken, heeding
from ...base.errors import OptionError
from ...base.options import check_calls, check_kind
from ...base.parallel import Resources
from ...base.tolerances import GAP, RESOLUTION
from ...certify import objective_over
from ...formats.doors import require
from ...instance import Instance, World, among_scenarios, worlds
from ...model.derivation import derive
from ...model.relevance import relevant
from ...outcome.contract import Result
from ...pipeline import check_options, solve
from ..asking import (
    PATIENCE,
    OnProgress,
    Question,
    Questions,
    Settings,
    alone,
    gap_of,
    refuse_unusable,
)
from ..doing_without import doing_without, undone
from ..evaluation import evaluate
from ..expected_numbers import at_expected_numbers
from .types import NominalContract, PlayedScenario, ScenarioValues, ScenarioWorth


def value_of_scenarios(
    instance: Instance,
    result: Result | None = None,
    *,
    time_limit: float | None = None,
    jobs: int | None = 1,
    on_progress: OnProgress | None = None,
    cancel: CancelToken | None = None,
) -> ScenarioValues:
    """Return what ignoring uncertainty costs, and what knowing more would be worth (M31).

    Parameters
    ----------
    instance
        With scenarios.
    result
        What ``solve`` returned for it; None: it is solved first.
    time_limit
        Seconds for everything; what was not found out by then is listed. Without one, no single solve takes longer than
        a minute. Two solves for each scenario, and one for the nominal contract.
    jobs
        Processes; None: one per core. The answer does not depend on it.
    on_progress
        Called after every question.
    cancel
        Ends it from another thread or task; with several ``jobs``, between two questions.

    Returns
    -------
    ScenarioValues
        Ctrl-C, and a token that is cancelled, end it like a time limit does.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C while the instance is solved first.
    ResultError
        When the result's certificate does not hold for the instance, or when it holds no answer.
    OptionError
        For an instance without scenarios, or an option outside its range.
    """
    require(Instance, instance)
    check_calls(cancel=cancel, on_progress=on_progress)
    check_kind(Result, result=result)
    if not instance.scenarios:
        raise OptionError("the instance has no scenarios: nothing in it is uncertain")
    check_options(time_limit, GAP, 1, "auto")
    deadline = math.inf if time_limit is None else time.monotonic() + time_limit
    questions = Questions(Resources(jobs), on_progress)
    with heeding(cancel):
        answer = result if result is not None else solve(instance, time_limit)
        questions.interrupted = answer.interrupted
        refuse_unusable(instance, answer)
        patience = PATIENCE if time_limit is None else math.inf
        return find_values(
            instance, answer, Settings(gap_of(answer), deadline, None, patience, answer.demands), questions
        )


def find_values(instance: Instance, answer: Result, settings: Settings, questions: Questions) -> ScenarioValues:
    """Return the figures of (M31), as far as questions about them are answered.

    Parameters
    ----------
    instance
        With scenarios.
    answer
        Its contract, or that there is none.
    settings
        How variants are solved.
    questions
        What asks; notes what is not answered.
    """
    before = len(questions.missed)
    found = _Found.of(questions.ask(_questions(instance, answer, settings)))
    book = _Book(instance, answer, found, settings.gap)
    nominal, waiting = found.nominal, book.wait_and_see()
    asked = instance.uncertainty
    return ScenarioValues(
        objective=instance.objective,
        judged_by=asked.objective,
        alpha=asked.alpha if asked.objective == "cvar" else None,
        has_contract=answer.has_contract,
        objective_value=book.value,
        nominal=nominal,
        price_of_robustness=None if nominal is None else nominal.expected_value - book.value,
        stochastic_solution=None if nominal is None else book.value - nominal.value,
        wait_and_see=waiting,
        perfect_information=None if waiting is None else waiting - book.value,
        scenarios=tuple(map(book.worth, range(len(book.worlds)))),
        gap=settings.gap,
        tolerance=book.tolerance,
        not_examined=tuple(questions.missed[before:]),
    )


# --- what is asked -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Outcome:
    """What the best contract comes to if only some scenarios are possible, by their positions; money.

    Parameters
    ----------
    kept
        The scenarios.
    has_contract
        Whether there is one; if not, the values are those of doing without.
    value
        The objective over these scenarios (M30).
    values
        What it is in each of them.
    """

    kept: tuple[int, ...]
    has_contract: bool
    value: float
    values: tuple[float, ...]


def _questions(instance: Instance, answer: Result, settings: Settings) -> list[Question]:
    """Return what is asked: what says most comes first, as time may run out."""
    chances = [world.probability for world in worlds(instance)]
    every = range(len(chances))

    def about(kept: tuple[int, ...], subject: str) -> Question:
        return Question("scenario", subject, partial(alone, _solved, instance, kept, answer, settings))

    names = [f'"{scenario.name}"' for scenario in instance.scenarios]
    ignoring = "the contract that ignores uncertainty"
    asked = [Question("scenario", ignoring, partial(alone, _nominal, instance, settings))]
    asked += [about((at,), f"scenario {names[at]} alone") for at in every]
    others = {at: tuple(other for other in every if other != at) for at in every}
    # Of two, the other one alone is what is left: that is asked already.
    asked += [
        about(kept, f"the contract without scenario {names[at]}")
        for at, kept in others.items()
        if len(kept) > 1 and sum(chances[other] for other in kept) > 0.0
    ]
    return asked


def _nominal(instance: Instance, settings: Settings) -> NominalContract:
    certain = at_expected_numbers(instance)
    contract = settings.solve(certain)
    if not contract.has_contract:
        return NominalContract(
            has_contract=False,
            mode=None,
            monitoring=None,
            efforts={},
            expected_value=doing_without(certain),
            value=doing_without(instance),
            joint_surplus=0.0,
            below_outside=(),
            scenarios=tuple(
                PlayedScenario(
                    name=world.name,
                    probability=world.probability,
                    value=value,
                    joint_surplus=0.0,
                    works_less=(),
                    below_outside=(),
                )
                for world, value in zip(worlds(instance), undone(instance), strict=True)
            ),
        )
    played, efforts = evaluate(instance, contract), {one.firm: one.effort_level for one in contract.members}
    return NominalContract(
        has_contract=True,
        mode=contract.mode,
        monitoring=contract.monitoring,
        efforts=efforts,
        expected_value=float(contract.objective_value or 0.0),
        value=played.value,
        joint_surplus=played.joint_surplus,
        below_outside=played.losers,
        scenarios=tuple(
            PlayedScenario(
                name=one.name,
                probability=one.probability,
                value=one.outcome.value,
                joint_surplus=one.outcome.joint_surplus,
                works_less=one.outcome.shirkers,
                below_outside=one.outcome.losers,
            )
            for one in played.scenarios
        ),
    )


def _solved(instance: Instance, kept: tuple[int, ...], start: Result, settings: Settings) -> _Outcome:
    given = among_scenarios(instance, kept)
    return _outcome(given, kept, settings.solve(given, start))


def _outcome(given: Instance, kept: tuple[int, ...], found: Result) -> _Outcome:
    if found.has_contract:
        values = tuple(told.objective_value for told in found.scenarios)
        return _Outcome(kept, True, float(found.objective_value or 0.0), values)
    return _Outcome(kept, False, doing_without(given), undone(given))


# --- what it comes to --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    """What was found out: the nominal contract, and outcomes by the scenarios that are possible."""

    nominal: NominalContract | None
    outcomes: dict[tuple[int, ...], _Outcome]

    @classmethod
    def of(cls, answers: Sequence[object]) -> _Found:
        """Return answers by what they are about."""
        outcomes = {one.kept: one for one in answers if isinstance(one, _Outcome)}
        return cls(next((one for one in answers if isinstance(one, NominalContract)), None), outcomes)


class _Book:
    """Reckons what every scenario costs, and what knowing of it is worth."""

    def __init__(self, instance: Instance, answer: Result, found: _Found, gap: float) -> None:
        self._instance, self._answer, self._outcomes = instance, answer, found.outcomes
        self.worlds: tuple[World, ...] = worlds(instance)
        self._chances = [world.probability for world in self.worlds]
        own = _outcome(instance, tuple(range(len(self.worlds))), answer)
        self.value, self._values = own.value, own.values
        self.tolerance = 2.0 * gap * abs(self.value) + RESOLUTION * relevant(derive(instance)).magnitude

    def wait_and_see(self) -> float | None:
        """Return what the objective is over the best contracts of the scenarios, each known; None: not all are."""
        values = [self._alone(at) for at in range(len(self.worlds))]
        known = [value for value in values if value is not None]
        return self._over(known) if len(known) == len(values) else None

    def worth(self, at: int) -> ScenarioWorth:
        """Return what there is to say of a scenario."""
        world, value, best = self.worlds[at], self._values[at], self._alone(at)
        others = tuple(other for other in range(len(self.worlds)) if other != at)
        possible = sum(self._chances[other] for other in others) > 0.0
        rest = self._outcomes.get(others) if possible else None
        return ScenarioWorth(
            name=world.name,
            probability=world.probability,
            value=value,
            alone=best,
            contribution=self._part(world, value, best),
            contract_without=None if rest is None else rest.has_contract,
            without=None if rest is None else rest.value,
            cost=None if rest is None else rest.value - self.value,
            learning=None if rest is None or best is None else self._informed(at, best, rest) - self.value,
            binds=self._bound(world.name),
        )

    def _part(self, world: World, value: float, best: float | None) -> float | None:
        """Return what a scenario adds to the value of perfect information; None: that is no sum over scenarios."""
        summed = self._instance.uncertainty.objective == "expected"
        return world.probability * (best - value) if summed and best is not None else None

    def _alone(self, at: int) -> float | None:
        found = self._outcomes.get((at,))
        return None if found is None else found.value

    def _informed(self, at: int, best: float, rest: _Outcome) -> float:
        """Return the objective where it is known whether a scenario occurs: one contract if it does, one if not."""
        values = dict(zip(rest.kept, rest.values, strict=True)) | {at: best}
        return self._over([values[position] for position in range(len(self.worlds))])

    def _over(self, values: Sequence[float]) -> float:
        return objective_over(self._instance.uncertainty, values, self._chances)

    def _bound(self, name: str) -> tuple[str, ...]:
        """Return the members whose slack is nowhere less than in a scenario, by rounding at most."""
        told = {one.name: one.slack for one in self._answer.scenarios}
        least = {firm: min(slack[firm] for slack in told.values()) for firm in told.get(name, ())}
        bound = [firm for firm, slack in least.items() if told[name][firm] <= slack + self.tolerance]
        return tuple(member.firm for member in self._answer.members if member.firm in bound)
