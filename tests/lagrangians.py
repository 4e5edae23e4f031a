"""Lagrangians of small pools: drawn multipliers, and what every team is worth, term by term."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from rd_contract.base.arrays import Index
from rd_contract.bounds import Lagrangian, Multipliers
from rd_contract.master import Entries
from samples import supported


def value_of(lagrangian: Lagrangian, team: Index) -> float:
    """Return L of a team, term by term."""
    q = lagrangian.quadratic(team)
    np.fill_diagonal(q, 0.0)
    return float(lagrangian.constant + lagrangian.linear[team].sum() + 0.5 * q.sum())


def drawn(entries: Entries, rng: np.random.Generator) -> Multipliers:
    """Return multipliers at random, some of them 0."""
    share = float(rng.choice([0.0, 0.1, 1.0, 4.0, 20.0]))
    money = float(rng.choice([0.0, 0.3, 1.0, 3.0]))
    return Multipliers(share, money, np.exp(rng.uniform(-2.0, 3.0, len(entries))))


def all_teams(entries: Entries, lagrangian: Lagrangian) -> dict[frozenset[int], float]:
    """Return every combination of one entry per member, by the rules of (M17), with its L."""
    p = entries.parameters
    menus = [[-1, *range(entries.start[i], entries.start[i + 1])] for i in range(p.n)]
    everything = np.arange(len(entries))
    q = lagrangian.quadratic(everything)
    teams = {}
    for choice in product(*menus):
        members = {i for i, e in enumerate(choice) if e >= 0}
        team = np.array([e for e in choice if e >= 0], dtype=np.intp)
        if not max(p.size_min, 1) <= len(team) <= p.size_max or not set(p.compelled) <= members:
            continue
        if any({i, j} <= members for i, j in p.exclusive):
            continue
        pulled = q[np.ix_(team, team)].copy()
        np.fill_diagonal(pulled, 0.0)
        teams[frozenset(team.tolist())] = float(
            lagrangian.constant + lagrangian.linear[team].sum() + 0.5 * pulled.sum()
        )
    return teams


def contracts_of(seed: int) -> Iterator[tuple[Entries, list[tuple[Index, float]]]]:
    """Yield each regime of an instance with the entries of its contracts and what they are worth, W in money."""
    p, supports = supported(seed)
    for position in range(len(p.regimes)):
        entries = Entries(p, position)
        at = [support for support in supports if support.design.regime == position]
        yield entries, [(entries.of(support.design.levels), support.joint_surplus) for support in at]
