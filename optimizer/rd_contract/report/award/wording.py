"""What is said of efforts and of scenarios in the language of an award: words alone, with no number of any award."""

from __future__ import annotations

from typing import Any

from ..words.efforts import EffortWords
from ..words.scenarios import ScenarioWords
from ..words.uncertainty import UncertaintyWords
from .languages import Tongue


def effort_words(tongue: Tongue) -> EffortWords:
    """Return how efforts are written.

    Parameters
    ----------
    tongue
        The language.
    """
    return EffortWords(tongue.number, tongue.listing, **_texts(tongue, "effort:"))


def scenario_words(tongue: Tongue) -> ScenarioWords:
    """Return what is said of scenarios.

    Parameters
    ----------
    tongue
        The language.
    """
    return ScenarioWords(
        **_texts(tongue, "scenario:"),
        uncertainty=UncertaintyWords(
            **_texts(tongue, "uncertainty:"),
            scenarios=lambda count: tongue.counted("scenarios_count", count, count=tongue.count(count)),
            gap=tongue.say("list_gap"),
            percent=tongue.percent,
        ),
        percent=tongue.percent,
        number=tongue.number,
        more=lambda count: tongue.say("more_scenarios", count=tongue.count(count)),
        listing=tongue.listing,
    )


def _texts(tongue: Tongue, prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): text for name, text in tongue.texts.items() if name.startswith(prefix)}
