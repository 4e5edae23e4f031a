"""The figures of (M31) in words: what ignoring uncertainty costs, what knowing more is worth. None has a sure sign."""

from __future__ import annotations

from ...study.worth import NominalContract, PlayedScenario, ScenarioValues, ScenarioWorth
from .numbers import Money, clean, listing
from .results import regime_name

#: Scenarios that one sentence names at most.
NAMED = 6


def nominal_words(found: NominalContract, money: Money) -> str:
    """Return which contract ignores uncertainty, what it promises, and what it comes to.

    Parameters
    ----------
    found
        The contract that is best at the expected numbers.
    money
        How amounts are written.
    """
    if not found.has_contract:
        return f"At the expected numbers there is no contract, and doing without comes to {money.full(found.value)}."
    members = listing(clean(name) for name in found.efforts)
    regime = regime_name(found.mode, found.monitoring)
    promise = f"Who ignores uncertainty signs the contract that is best at the expected numbers: {members}, {regime}"
    played = f"worth {money.full(found.expected_value)} by these. As it is then played it comes to"
    lazy = _lazy(found)
    if not lazy:
        kept = "nobody works less than agreed in any scenario"
    elif len(lazy) == 1:
        [one] = lazy
        everybody = len(one.works_less) == len(found.efforts) > 1
        who = "everybody" if everybody else listing(map(clean, one.works_less))
        kept = f'in scenario "{clean(one.name)}" {who} would work less than agreed'
    else:
        kept = f"in {len(lazy):,} scenarios somebody would work less than agreed"
    return f"{promise}, {played} {money.full(found.value)}: {kept}."


def price_words(found: ScenarioValues, money: Money) -> str:
    """Return how the contract compares with that which ignores uncertainty."""
    assert found.price_of_robustness is not None
    assert found.stochastic_solution is not None
    subject = "The contract for the scenarios is worth" if found.has_contract else "Doing without is worth"
    promised = _compared(-found.price_of_robustness, found, money)
    played = _compared(found.stochastic_solution, found, money)
    return (
        f"{subject} {money.full(found.objective_value)}: {promised} what that one promises (price of robustness "
        f"{money.text(found.price_of_robustness)}), and {played} what it comes to (value of the stochastic solution "
        f"{money.text(found.stochastic_solution)})."
    )


def information_words(found: ScenarioValues, money: Money) -> str:
    """Return what it is worth to know the scenario before anything is agreed, and to learn of which one."""
    assert found.perfect_information is not None
    than = _compared(found.perfect_information, found, money)
    said = [
        f"If the scenario were known before anything is agreed, the best contracts would come to "
        f"{money.full(found.wait_and_see)}: {than} that (value of perfect information "
        f"{money.text(found.perfect_information)})."
    ]
    if (worst := found.costliest) is not None:
        part = money.full(worst.contribution)
        said.append(f'Not knowing costs most in scenario "{clean(worst.name)}", {part} by its probability.')
    if (best := found.worth_learning) is not None:
        gain = money.full(best.learning)
        known = "" if not found.not_examined else ", as far as that was found out"
        said.append(f'Of learning whether a single one occurs, "{clean(best.name)}" is worth most{known}, {gain}.')
    elif all(one.learning is not None for one in found.scenarios):
        harm = all(float(one.learning or 0.0) < -found.tolerance for one in found.scenarios)
        worth = "would do harm, whichever it is" if harm else "is worth nothing"
        said.append(f"To learn of a single one whether it occurs {worth}.")
    return " ".join(said)


def without_words(found: ScenarioValues) -> str:
    """Return which scenarios alone stand in the way of a contract; empty where there is one, or none does."""
    alone = _decisive(found)
    if not alone:
        return ""
    if len(alone) == 1:
        return f'Without scenario "{clean(alone[0].name)}" alone there would be a contract.'
    more = len(alone) - NAMED
    names = [f'"{clean(one.name)}"' for one in alone[:NAMED]] + ([f"{more} more"] if more > 0 else [])
    return f"Without any one of these scenarios there would be a contract: {listing(names)}."


def missed_words(found: ScenarioValues) -> str:
    """Return in a sentence what was not found out; empty where everything was."""
    count = len(found.scenarios)
    total = sum(one.probability for one in found.scenarios)
    unknown = sum(one.alone is None for one in found.scenarios)
    lacking = sum(one.without is None and one.probability < total for one in found.scenarios)
    missed = ["what the contract that ignores uncertainty comes to"] if found.nominal is None else []
    missed += [f"what knowing it is worth for {unknown:,} of {count:,} scenarios"] if unknown else []
    missed += [f"what reckoning with it costs for {lacking:,} of {count:,}"] if lacking else []
    return f"Not found out, for the reasons given at the end: {listing(missed)}." if missed else ""


def named_scenarios(found: ScenarioValues) -> list[ScenarioWorth]:
    """Return the scenarios that the sentences name, so that tables show these in any case."""
    names = {one.name for one in _decisive(found)[:NAMED]}
    lazy = [] if found.nominal is None else _lazy(found.nominal)
    names |= {one.name for one in lazy if len(lazy) == 1}
    if found.perfect_information is not None:
        names |= {one.name for one in (found.costliest, found.worth_learning) if one is not None}
    return [one for one in found.scenarios if one.name in names]


def _decisive(found: ScenarioValues) -> list[ScenarioWorth]:
    """Return the scenarios without any one of which there would be a contract, where there is none."""
    return [] if found.has_contract else [one for one in found.scenarios if one.contract_without]


def _lazy(found: NominalContract) -> list[PlayedScenario]:
    """Return the scenarios in which somebody works less than agreed."""
    return [one for one in found.scenarios if one.works_less]


def _compared(more: float, found: ScenarioValues, money: Money) -> str:
    if abs(more) <= found.tolerance:
        return "as much as"
    return f"{money.text(abs(more))} {'more' if more > 0.0 else 'less'} than"
