"""What nobody knows yet, in words: scenarios, and how a contract reckons with them."""

from __future__ import annotations

from ...instance import Instance, ScenarioChange, Uncertainty
from ...instance.schema import Objective
from .numbers import clean, exact, percent, plural

_TIMINGS = {
    "before_effort": "Members know which one it is before they choose their efforts",
    "after_effort": "Members choose their efforts before they know which one it is",
}
_AGREEMENTS = {
    "same": "one effort of each is agreed for all of them",
    "by_scenario": "an effort of each is agreed for every one of them",
}


def uncertainty_words(instance: Instance) -> str:
    """Return in a few sentences how a contract reckons with an instance's scenarios.

    Parameters
    ----------
    instance
        With scenarios.
    """
    likely = "" if any(one.probability is not None for one in instance.scenarios) else ", equally probable"
    head = f"{plural(len(instance.scenarios), 'scenario')}{likely}."
    return f"{head} {reckoning_words(instance.uncertainty)}"


def reckoning_words(asked: Uncertainty) -> str:
    """Return how a contract reckons with scenarios: when they become known, what is agreed, what it is judged by.

    Parameters
    ----------
    asked
        As the instance says it.
    """
    return f"{_TIMINGS[asked.timing]}; {_AGREEMENTS[asked.agreement]}. {_aim(asked)}"


def _aim(asked: Uncertainty) -> str:
    if asked.objective == "cvar":
        return f"The contract is to be best on average over the worst {percent(asked.alpha)} of what may happen."
    return f"The contract is to be best {'in the worst of them' if asked.objective == 'worst' else 'on average'}."


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
