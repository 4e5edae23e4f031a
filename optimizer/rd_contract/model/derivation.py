"""From an instance to the numbers of the model.

Words outside, symbols inside: from here on data carry the letters of ``docs/model.md``. Firms that can never
join are left out, so that they cannot change an answer; the others stand in an order that depends on their
data only, so that neither the order of the file nor the names decide between equally good alliances.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from ..base import blocks
from ..base.arrays import Array
from ..base.errors import InstanceError, Problem
from ..instance import Condition, Firm, Instance, conditions, is_compelled, is_eligible, subsidy_rate_of, worlds
from ..instance import World as InstanceWorld
from .low_rank import synergy_factor
from .pair_amounts import PairAmounts
from .parameters import Outlook, Parameters, Regime, RuleRow
from .quantities import quantities
from .scenarios import Scenarios
from .synergies import Pairs, conductivity_of, listed_pairs, refuse_overflow, technology_weights

#: Matrices of all pairs of firms that are held at a time where synergies are derived, and part of the memory that they
#: may take together.
MATRICES, PART = 4, 0.8


def derive(instance: Instance) -> Parameters:
    """Return the parameters of an instance, money in the instance's unit.

    Raises
    ------
    InstanceError
        When derived amounts overflow, or the synergies of all pairs do not fit into the memory.
    """
    found = worlds(instance)
    return derive_in_order(instance, eligible_firms(instance)) if not found else _with_worlds(instance, found)


def _with_worlds(instance: Instance, found: Sequence[InstanceWorld]) -> Parameters:
    """Return the parameters of an instance with scenarios: all of the same firms, in the same order."""
    firms = eligible_firms(instance)
    seen = [{firm.name: firm for firm in world.instance.firms} for world in found]
    # What scenarios change of firms counts as their data do.
    firms.sort(key=lambda firm: (*(_data_first(one[firm.name])[0] for one in seen), firm.name))
    base = derive_in_order(instance, firms)
    problems = [
        derive_in_order(world.instance, [by_name[firm.name] for firm in firms])
        for world, by_name in zip(found, seen, strict=True)
    ]
    asked = instance.uncertainty
    if asked.agreement == "by_scenario":
        base, problems = _planned(base, problems)
    probability = np.array([world.probability for world in found])
    # The mean of less than the least probable scenario is that of the worst one; a part so small divides nothing.
    part = max(asked.alpha, float(probability[probability > 0.0].min()))
    whole = dataclasses.replace(
        base,
        factor=None,
        scenarios=Scenarios.of([world.name for world in found], probability / probability.sum(), problems),
        outlook=Outlook(asked.timing, asked.objective, part),
    )
    return dataclasses.replace(whole.at(0), rules=base.rules, scenarios=whole.scenarios)


def _planned(base: Parameters, problems: list[Parameters]) -> tuple[Parameters, list[Parameters]]:
    """Return problems with plans in place of levels: one level for each scenario, those of least effort first."""
    plans = []
    for levels in base.x:
        every = np.array(list(itertools.product(range(len(levels)), repeat=len(problems))), dtype=np.intp)
        plans.append(every[np.argsort(levels[every].sum(axis=1), kind="stable")])
    # A plan that differs by scenario is no entry of a menu, and has none of their labels.
    told = tuple(
        tuple(names[plan[0]] if len(set(plan)) == 1 else "" for plan in every.tolist())
        for names, every in zip(base.labels, plans, strict=True)
    )
    seen = [
        dataclasses.replace(
            one,
            x=tuple(menu[every[:, w]] for menu, every in zip(one.x, plans, strict=True)),
            c=tuple(menu[every[:, w]] for menu, every in zip(one.c, plans, strict=True)),
        )
        for w, one in enumerate(problems)
    ]
    return dataclasses.replace(base, labels=told), seen


def derive_in_order(instance: Instance, firms: list[Firm]) -> Parameters:
    """Return the parameters of some firms of an instance, in a given order, whatever its scenarios are.

    Parameters
    ----------
    instance
        The instance; its own numbers count.
    firms
        The firms, as they stand in it.

    Raises
    ------
    InstanceError
        As :func:`derive`.
    """
    position = {firm.name: i for i, firm in enumerate(firms)}
    listed = listed_pairs(instance, position)
    pairs = Pairs(instance, firms, listed)
    if (problem := too_many_firms(pairs)) is not None:
        raise InstanceError([problem], instance.name)
    v, gamma, factor = _value(instance, pairs)
    project = instance.project
    return Parameters(
        lead=None if project.lead is None else position[project.lead],
        objective=instance.objective,
        regimes=_regimes(instance),
        scale=1.0,
        v0=float(project.base_value),
        v=v,
        gamma=gamma,
        factor=factor,
        sigma={pair: float(relation.spillover) for pair, relation in listed.items() if relation.spillover != 0.0},
        pi={pair: float(r.coordination_cost) for pair, r in listed.items() if r.coordination_cost > 0.0},
        exclusive=tuple(pair for pair, relation in listed.items() if relation.exclusive),
        volatility=float(project.volatility),
        subsidy=np.array([subsidy_rate_of(firm, instance) for firm in firms], dtype=float),
        eta=float(project.guarantee_fee),
        budget=_limit(project.budget),
        sharing_budget=_limit(project.cost_sharing_budget),
        size_min=project.team_size.min,
        size_max=len(firms) if project.team_size.max is None else min(project.team_size.max, len(firms)),
        compelled=tuple(i for i, firm in enumerate(firms) if is_compelled(firm, instance)),
        rules=_rules(instance, firms),
        **_firm_data(firms),
    )


def too_many_firms(pairs: Pairs) -> Problem | None:
    """Return why so many firms cannot be solved for on this machine; None where they can.

    Only where synergies are derived does what all pairs are worth take more memory than the instance itself.
    """
    count, there = pairs.n, blocks.memory()
    if not pairs.derived or 8.0 * MATRICES * count**2 <= PART * there:
        return None
    most = math.isqrt(int(PART * there / (8.0 * MATRICES)))
    needed, has = (f"{amount / 1e9:,.1f} GB" for amount in (8.0 * MATRICES * count**2, there))
    return Problem(
        "firms",
        f"{count:,} firms that may join",
        f"at most {most:,} on this machine: what all pairs are worth takes about {needed} of its {has} of memory",
        'exclude firms that will not be chosen (membership "excluded", min_credit), or take a larger machine',
        "memory",
    )


def eligible_firms(instance: Instance) -> list[Firm]:
    """Return the firms that may join, in an order that depends on their data only."""
    return sorted((firm for firm in instance.firms if is_eligible(firm, instance)), key=_data_first)


def _firm_data(firms: list[Firm]) -> dict[str, Any]:
    read = {name: declared.source for name, declared in quantities(Parameters).items() if declared.source}
    return {
        "names": tuple(firm.name for firm in firms),
        "labels": tuple(tuple(entry.label for entry in firm.menu) for firm in firms),
        "x": tuple(np.array([entry.level for entry in firm.menu], dtype=float) for firm in firms),
        "c": tuple(np.array([entry.cost for entry in firm.menu], dtype=float) for firm in firms),
        **{name: _column(firms, source) for name, source in read.items()},
    }


def _data_first(firm: Firm) -> tuple[str, str]:
    """Order firms by their data, by name only between firms with the same data."""
    return firm.model_dump_json(exclude={"name"}), firm.name


def _column(firms: list[Firm], field: str) -> Array:
    """Return a field of every firm, dotted, shape (n,); null: no limit."""
    value = attrgetter(field)
    return np.array([_limit(value(firm)) for firm in firms], dtype=float)


def _limit(value: float | None) -> float:
    return math.inf if value is None else float(value)


def _rules(instance: Instance, firms: list[Firm]) -> tuple[RuleRow, ...]:
    """Return what members count together (M18), (M32)-(M35)."""
    return tuple(row for condition in conditions(instance) for row in _rows(condition, firms))


def _rows(condition: Condition, firms: list[Firm]) -> Iterator[RuleRow]:
    path, measure = condition.path, condition.measure
    if condition.labels is not None:
        numbers = {value: at for at, value in enumerate(sorted(set(condition.labels.values())))}
        labels = np.array([numbers.get(condition.labels.get(firm.name, ""), -1) for firm in firms], dtype=np.intp)
        yield RuleRow(path, measure, np.zeros(len(firms)), condition.lower, condition.upper, labels)
    for at, row in enumerate(condition.rows):
        weights = np.array([row.weights.get(firm.name, 0.0) + row.all for firm in firms], dtype=float)
        name = path if len(condition.rows) == 1 else f"{path} ({at + 1})"
        yield RuleRow(name, measure, weights, row.lower, row.upper)


def _regimes(instance: Instance) -> tuple[Regime, ...]:
    return tuple(
        Regime(
            mode.name,
            option.name,
            mode.value_factor,
            mode.cost_factor,
            mode.volatility_factor,
            option.cost,
            option.detection,
        )
        for mode in instance.modes
        for option in instance.monitoring
    )


def _value(instance: Instance, pairs: Pairs) -> tuple[Array, PairAmounts, tuple[Array, Array] | None]:
    """Return contributions (n,), synergies and their factor: (M5), (M6), explicit values preferred."""
    project = instance.project
    v, gamma = pairs.contributions, pairs.amounts()
    refuse_overflow(instance, v, gamma.numbers)
    gain = project.value * project.synergy_strength * conductivity_of(None, instance)
    redundancy, penalty = project.value * project.redundancy, project.cognitive_distance_penalty
    if not pairs.derived or (gain == 0.0 and redundancy == 0.0):
        return v, gamma, None
    mastery = pairs.a * np.sqrt(technology_weights(instance))
    return v, gamma, synergy_factor(pairs.score, mastery, pairs.cooperation, gain, redundancy, penalty)
