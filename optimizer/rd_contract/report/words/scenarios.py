"""What is said of scenarios on pages and in pictures, in English unless a language says it otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ...instance import Uncertainty
from ...instance.schema import Objective
from .numbers import listing, percent, significant
from .uncertainty import UncertaintyWords


@dataclass(frozen=True)
class ScenarioWords:
    """What is said of scenarios, in one language; {...} stands for an amount, a number or a list.

    Parameters
    ----------
    uncertainty
        How a contract reckons with them.
    percent, number, more
        How a ratio, an effort, and how many others there are, are written.
    listing
        How names are put into a list.
    """

    uncertainty: UncertaintyWords = field(default_factory=UncertaintyWords)
    percent: Callable[[float], str] = percent
    number: Callable[[float], str] = lambda level: significant(level, 3)
    more: Callable[[int], str] = lambda count: f"{count:,} more"
    listing: Callable[[Sequence[str]], str] = listing
    heading: str = "What the contract comes to in each scenario"
    judged_worst: str = "In the worst scenario, by which it is judged, {aim} is {value}."
    judged_cvar: str = "On average over the worst {part} of what may happen, by which it is judged, {aim} is {value}."
    aim_joint: str = "the joint surplus"
    aim_lead: str = "the lead's profit"
    below_nothing: str = (
        "That is below 0, and no alliance at all is worth 0: in such a case the members would earn more apart. On "
        "average over all scenarios they gain {mean} together."
    )
    below_outside: str = (
        "Without any contract it would be {outside}, judged in the same way, and so more. On average over all "
        "scenarios the lead earns {mean} more than outside."
    )
    scenario: str = "Scenario"
    probability: str = "Probability"
    revenue: str = "Revenue"
    surplus: str = "Joint surplus"
    lead_profit: str = "Lead's profit"
    pool: str = "Pool lacks"
    pool_note: str = (
        "Pool lacks: what the members settle by their shares once the scenario is there, the lead alone where the "
        "contract is written for it; below 0, what they divide. It is 0 on average."
    )
    average: str = "On average"
    firm: str = "Firm"
    lowest: str = "Lowest"
    tail: str = "5%"
    middle: str = "Median"
    top: str = "95%"
    highest: str = "Highest"
    loss: str = "Loss"
    loss_note: str = (
        "Loss: the probability that all members together, or the one, earn less than they would outside the alliance."
    )
    spread_note: str = "5%, 95%: what it comes to at most with that probability."
    earnings: str = "What each member earns in each scenario"
    spread: str = "How it may turn out"
    together: str = "Joint surplus, of all"
    asked: str = "Where each member is asked most"
    margin: str = "Safety margin there"
    asked_note: str = (
        "In that scenario slacking would cost the member least; where the margin is 0, it decides what the "
        "member has to get."
    )
    asked_after: str = (
        "Efforts are chosen before anybody knows the scenario, so what is agreed pays on average and no scenario asks "
        "more of a member than another."
    )
    plan: str = "How hard each member works in each scenario"
    figure_surplus: str = "Joint surplus in each scenario"
    figure_spread: str = "How the joint surplus may turn out"
    figure_earnings: str = "What each member earns in each scenario"
    figure_spans: str = "How each member's profit may turn out"
    mark_mean: str = "on average {amount}"
    mark_tail: str = "5%: {amount}"
    named: str = "{name} ({part})"
    in_unit: str = "{what}, {unit}"
    member_note: str = "{mean} on average"
    profit: str = "Profit"
    effort: str = "Effort"
    span_ends: str = "lowest to highest"
    span_inner: str = "from 5% to 95%"
    span_mean: str = "on average"

    def judged(self, asked: Uncertainty, objective: Objective, value: str) -> str:
        """Return what a contract is worth by what it is judged by, where that is not the mean (M30).

        Parameters
        ----------
        asked
            How it is judged.
        objective
            Whether by the joint surplus or by the lead's profit.
        value
            What it is worth so, with its unit.
        """
        aim = self.aim_joint if objective == "joint" else self.aim_lead
        sentence = self.judged_worst if asked.objective == "worst" else self.judged_cvar
        return sentence.format(aim=aim, value=value, part=self.percent(asked.alpha))


ENGLISH = ScenarioWords()
