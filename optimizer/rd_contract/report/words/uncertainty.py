"""What nobody knows yet, in words: scenarios, and how a contract reckons with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...instance import Instance, ScenarioChange, Uncertainty
from ...instance.schema import Objective
from .numbers import clean, exact, percent, plural

#: What a surplus is where contracts are judged by something else, and a table that has both.
ON_AVERAGE = "Surplus: on average over all scenarios."
JUDGED = f"Judged: what contracts are judged by, in the worst scenario or on average over the worst part. {ON_AVERAGE}"


@dataclass(frozen=True)
class UncertaintyWords:
    """How a contract reckons with scenarios, in one language; {...} stands for a number or a list.

    Parameters
    ----------
    scenarios
        How a number of scenarios is written.
    gap
        What stands between two sentences.
    percent
        How a ratio is written.
    """

    scenarios: Callable[[int], str] = lambda count: plural(count, "scenario")
    gap: str = " "
    several: str = "{scenarios}."
    alike: str = "{scenarios}, equally probable."
    before_effort: str = "Members know which one it is before they choose their efforts; {agreement}."
    after_effort: str = "Members choose their efforts before they know which one it is; {agreement}."
    same: str = "one effort of each is agreed for all of them"
    by_scenario: str = "an effort of each is agreed for every one of them"
    expected: str = "The contract is to be best on average."
    worst: str = "The contract is to be best in the worst of them."
    cvar: str = "The contract is to be best on average over the worst {part} of what may happen."
    percent: Callable[[float], str] = percent

    def told(self, asked: Uncertainty, count: int, *, alike: bool) -> str:
        """Return in a few sentences how a contract reckons with scenarios.

        Parameters
        ----------
        asked
            How it does.
        count
            How many there are.
        alike
            Whether all are equally probable, and nobody has to be told how probable each is.
        """
        head = (self.alike if alike else self.several).format(scenarios=self.scenarios(count))
        return f"{head}{self.gap}{self.reckoned(asked)}"

    def reckoned(self, asked: Uncertainty) -> str:
        """Return when scenarios become known, what is agreed, and what a contract is judged by.

        Parameters
        ----------
        asked
            How it reckons with them.
        """
        agreement = self.same if asked.agreement == "same" else self.by_scenario
        timing = self.before_effort if asked.timing == "before_effort" else self.after_effort
        aims = {"expected": self.expected, "worst": self.worst, "cvar": self.cvar}
        aim = aims[asked.objective].format(part=self.percent(asked.alpha))
        return f"{timing.format(agreement=agreement)}{self.gap}{aim}"


def uncertainty_words(instance: Instance) -> str:
    """Return in a few sentences how a contract reckons with an instance's scenarios.

    Parameters
    ----------
    instance
        With scenarios.
    """
    alike = all(one.probability is None for one in instance.scenarios)
    return UncertaintyWords().told(instance.uncertainty, len(instance.scenarios), alike=alike)


def reckoning_words(asked: Uncertainty) -> str:
    """Return how a contract reckons with scenarios: when they become known, what is agreed, what it is judged by.

    Parameters
    ----------
    asked
        As the instance says it.
    """
    return UncertaintyWords().reckoned(asked)


def aim_label(asked: Uncertainty) -> str:
    """Return what a number of every scenario becomes to judge a contract by it, as the title of a row.

    Parameters
    ----------
    asked
        How a contract is judged.
    """
    if asked.objective == "cvar":
        return f"Worst {percent(asked.alpha)} on average"
    return "Worst" if asked.objective == "worst" else "On average"


def aim_words(objective: Objective, asked: Uncertainty | None) -> str:
    """Return what a contract is judged by, in a few words: the joint surplus, the lead's profit in the worst scenario.

    Parameters
    ----------
    objective
        Objective of the instance.
    asked
        How it reckons with scenarios; None: it has none.
    """
    aim = "joint surplus" if objective == "joint" else "lead's profit"
    if asked is None or asked.objective == "expected":
        return aim
    return (
        f"{aim} in the worst scenario" if asked.objective == "worst" else f"{aim} in the worst {percent(asked.alpha)}"
    )


def judged_aim(objective: Objective, asked: Uncertainty | None) -> str:
    """Return what a contract is judged by, as :func:`aim_words`, where that is no mean; empty elsewhere.

    Parameters
    ----------
    objective
        Objective of the instance.
    asked
        How it reckons with scenarios; None: it has none.
    """
    return "" if asked is None or asked.objective == "expected" else aim_words(objective, asked)


def judged_words(asked: Uncertainty | None) -> str:
    """Return over which scenarios the objective is taken, to go on a sentence; empty where nothing is uncertain.

    Parameters
    ----------
    asked
        How a contract is judged; None: there are no scenarios.
    """
    if asked is None:
        return ""
    if asked.objective == "cvar":
        return f" on average over the worst {percent(asked.alpha)} of what may happen"
    return " in the worst scenario" if asked.objective == "worst" else " on average over the scenarios"


def change_words(change: ScenarioChange) -> str:
    """Return what is different in a scenario: ``project.value times 0.8``, ``firms.A.outside_option 2.5``.

    Parameters
    ----------
    change
        One change.
    """
    number = change.value if change.factor is None else change.factor
    times = "" if change.factor is None else "times "
    return f"{clean(change.path)} {times}{exact(float(f'{number:.5g}'))}"
