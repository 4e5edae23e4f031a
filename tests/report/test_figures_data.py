"""What pictures of a contract draw: sources add up to the joint surplus, items to profits, pairs to the synergies."""

from __future__ import annotations

import functools
import math

import pytest

from builders import HOPELESS
from oracles.random_instances import random_instance
from rd_contract import Edit, Instance, Result, ResultError, load_bundled, solve, variant
from rd_contract.report.content.contract_figures import contract_figures
from rd_contract.report.content.figures_data import ContractAmounts
from samples import stressed

SEEDS = (*range(14), *range(1000, 1004))


@functools.cache
def answered(seed: int) -> tuple[Instance, Result]:
    """Return a random instance that uses any field of the format, and its result."""
    instance = Instance.from_dict(stressed(seed) if seed >= 1000 else random_instance(seed))
    return instance, solve(instance)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_drawn_adds_up(seed: int) -> None:
    instance, result = answered(seed)
    if not result.has_contract:
        with pytest.raises(ResultError, match="no contract"):
            ContractAmounts(instance, result).of_sources()
        return
    assert result.value_parts is not None
    sources = ContractAmounts(instance, result).of_sources()
    largest = max(abs(amount) for amount in sources.values())
    assert math.fsum(sources.values()) == pytest.approx(result.joint_surplus, rel=1e-6, abs=1e-6 * largest)
    assert sources["base value"] == pytest.approx(result.value_parts.base)
    assert sources["own work"] == pytest.approx(result.value_parts.contributions)
    assert sum(ContractAmounts(instance, result).of_pairs().values()) == pytest.approx(
        result.value_parts.synergies, abs=1e-9
    )
    accounts = ContractAmounts(instance, result).of_members()
    assert list(accounts) == [member.firm for member in result.members]
    for member in result.members:
        items = accounts[member.firm]
        assert sum(items.values()) == pytest.approx(member.expected_profit, rel=1e-6, abs=1e-6 * largest)
        assert items["transfer"] == member.transfer
        assert items["reimbursement"] == pytest.approx(member.reimbursement, abs=1e-6 * largest)
        assert items["R&D"] == pytest.approx(-member.effort_cost)


def test_the_random_instances_have_contracts_with_everything() -> None:
    solved = [pair for seed in SEEDS if (pair := answered(seed))[1].has_contract]
    assert len(solved) > 8
    occurring = {source for pair in solved for source, amount in ContractAmounts(*pair).of_sources().items() if amount}
    assert len(occurring) == len(ContractAmounts(*solved[0]).of_sources())


def test_the_factor_of_the_mode_counts() -> None:
    instance = load_bundled("two_firms")
    doubled = variant(instance, [Edit("modes.baseline.value_factor", 2.0)])
    result = solve(instance)
    before, after = (ContractAmounts(world, result).of_pairs() for world in (instance, doubled))
    assert before
    assert after == {pair: 2.0 * amount for pair, amount in before.items()}


def test_the_figures_of_a_contract_say_what_they_show() -> None:
    instance = load_bundled("horizon2020_12")
    result = solve(instance)
    figures = contract_figures(result, instance)
    assert len(figures) == 4
    for figure in figures:
        assert figure.title in figure.svg
        assert "{" not in figure.description
    titles = [figure.title for figure in figures]
    assert titles[0] == "Who works with whom"
    assert "Joint surplus 3.719" in figures[1].description
    assert "Bosch (DE)" in figures[3].description


def test_without_a_contract_there_is_nothing_to_draw(hopeless: Result) -> None:
    with pytest.raises(ResultError, match="no contract"):
        contract_figures(hopeless, Instance.from_dict(HOPELESS))
