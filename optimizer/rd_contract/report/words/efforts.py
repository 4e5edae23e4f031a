"""Agreed efforts as pages write them: one number, or where scenarios have their own, these or their average as such."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .numbers import clean, listing, significant

#: Scenarios whose efforts have room in a sentence; of more their average is told.
IN_A_SENTENCE = 5


@dataclass(frozen=True)
class EffortWords:
    """How agreed efforts are written, in one language; {...} stands for an effort or an amount, and for scenarios.

    Parameters
    ----------
    number
        How an effort level is written.
    listing
        How names are put into a list.
    each
        An effort with its scenarios.
    average
        That a number is the average over scenarios.
    comma
        What stands between efforts of different scenarios.
    """

    number: Callable[[float], str] = lambda level: significant(level, 3)
    listing: Callable[[Sequence[str]], str] = listing
    each: str = "{what} in {scenarios}"
    average: str = "{what} on average"
    comma: str = ", "

    def short(self, level: float, label: str = "", by_scenario: Mapping[str, float] | None = None) -> str:
        """Return an effort for a cell: with the instance's word for it, or that it is an average.

        Parameters
        ----------
        level
            The level; where scenarios have levels of their own, their average.
        label
            The instance's word for it.
        by_scenario
            The level in each scenario, where these differ; nothing: it is the same in all.
        """
        number = self.number(level)
        if by_scenario:
            return self.average.format(what=number)
        return f"{clean(label)} ({number})" if label else number

    def full(self, level: float, label: str = "", by_scenario: Mapping[str, float] | None = None) -> str:
        """Return an effort for a sentence: where scenarios have their own, the effort in each, of many the average.

        Parameters
        ----------
        level, label, by_scenario
            As of :meth:`short`.
        """
        if not by_scenario or len(by_scenario) > IN_A_SENTENCE:
            return self.short(level, label, by_scenario)
        return self.grouped({scenario: self.number(one) for scenario, one in by_scenario.items()})

    def grouped(self, told: Mapping[str, str]) -> str:
        """Return what holds in each scenario, those together in which it is the same.

        Parameters
        ----------
        told
            By the name of the scenario, an effort or an amount as it is written.
        """
        alike: dict[str, list[str]] = {}
        for scenario, text in told.items():
            alike.setdefault(text, []).append(clean(scenario))
        return self.comma.join(
            self.each.format(what=text, scenarios=self.listing(names)) for text, names in alike.items()
        )

    def of_firm(self, firm: str, level: float, by_scenario: Mapping[str, float] | None = None) -> str:
        """Return a firm with its effort, for lists of them.

        Parameters
        ----------
        firm
            Its name.
        level, by_scenario
            As of :meth:`short`.
        """
        told = self.full(level, "", by_scenario)
        return f"{clean(firm)} ({told})" if by_scenario else f"{clean(firm)} {told}"


ENGLISH = EffortWords()
