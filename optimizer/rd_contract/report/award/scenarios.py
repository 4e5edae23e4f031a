"""What the contract comes to in each scenario, in the language of the award."""

from __future__ import annotations

from collections.abc import Iterator

from ..content.by_scenario import all_scenarios, judged_value, plan_table, scenario_section
from ..content.outlook import Outlook
from ..content.scenario_figures import scenario_figures
from ..page import Block, heading, paragraph
from ..words.numbers import clean
from .pictures import local_money
from .subject import Award
from .wording import scenario_words


def scenarios(award: Award) -> Iterator[Block]:
    """Yield what the contract comes to in each scenario, with its pictures; of many, how they spread."""
    result = award.result
    if result.scenarios:
        money, words = local_money(award), scenario_words(award.tongue)
        yield from scenario_section(result, money, words, scenario_figures(result, money, words))


def judged(award: Award) -> Iterator[Block]:
    """Yield what the contract is worth by what it is judged by, where that is not the mean (M30)."""
    yield from judged_value(award.result, local_money(award), scenario_words(award.tongue), award.current)


def scenario_rows(award: Award) -> Iterator[Block]:
    """Yield every scenario with all that is told of it, for the workbook."""
    if award.result.scenarios:
        yield heading(award.say("every_scenario"), award.currency)
        yield all_scenarios(award.result, local_money(award), scenario_words(award.tongue))


def agreed_plan(award: Award) -> Iterator[Block]:
    """Yield the efforts that are agreed for each scenario, as a clause; nothing where all work the same in each."""
    if any(award.plan(member.firm) for member in award.result.members):
        yield paragraph(award.say("contributions_plan"))
        yield plan_table(award.result, scenario_words(award.tongue))


def settlement(award: Award) -> Iterator[Block]:
    """Yield how the parties settle what the pool lacks in the scenario that comes (E3); nothing where it never does."""
    if any(award.money(one.pool_balance) != award.money(0.0) for one in award.result.scenarios):
        yield paragraph(award.say("settle_pool" if award.result.objective == "joint" else "settle_pool_lead"))


def scenario_risks(award: Award) -> Iterator[str]:
    """Yield how probable it is that all together, or single members, earn less than outside."""
    if not award.result.scenarios:
        return
    seen = Outlook.of_result(award.result)
    together = seen.surplus.below()
    if together > 0.0 and len(award.result.members) > 1:
        yield award.say("risk_loss", chance=award.percent(together))
    alone = [f"{clean(firm)} ({award.percent(chance)})" for firm, chance in seen.losing.items() if chance > 0.0]
    if alone:
        yield award.say_of_firms("risk_member_loss", alone)
