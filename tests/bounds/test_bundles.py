"""Bounds at prices from designs that are known: valid for every design, whatever is known."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.families import network
from lagrangians import contracts_of, drawn, value_of
from rd_contract import Instance
from rd_contract.base.arrays import Index
from rd_contract.bounds import Bundle, Choices, CutBound, Lagrangian, middling
from rd_contract.bounds.bundles import REMEMBERED
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from samples import SEEDS, STRESSED


def part_of(entries: Entries, rng: np.random.Generator) -> Choices:
    """Return some of the choices, at least one, and some firms that must be members, of which one is left."""
    whole = Choices.all(entries)
    alive = whole.alive & (rng.random(len(entries)) < 0.8)
    if not alive.any():
        return whole
    there = np.bincount(entries.firm[alive], minlength=entries.parameters.n) > 0
    return Choices(alive, there & (whole.compelled | (rng.random(len(there)) < 0.2)))


def is_within(entries: Entries, team: Index, choices: Choices) -> bool:
    member = np.isin(np.arange(entries.parameters.n), entries.firm[team])
    return bool(choices.alive[team].all() and member[choices.compelled].all())


@pytest.mark.parametrize("seed", [*SEEDS, *STRESSED])
def test_every_contract_of_a_part_is_bounded_and_what_matters_is_left(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for entries, known in contracts_of(seed):
        if not Choices.all(entries).alive.any():
            continue
        bundle, at = Bundle(entries), middling(entries)
        worths = sorted(worth for _, worth in known)
        for _ in range(6):
            choices = part_of(entries, rng)
            enough = -np.inf if not worths else float(rng.choice(worths)) - 1e-6
            found = bundle.bound(choices, at, enough, 4)
            at = found.multipliers
            for team, worth in known:
                if is_within(entries, team, choices):
                    assert worth <= found.bound + 1e-7 * max(1.0, abs(worth)), seed
                    if worth > enough + 1e-7:
                        assert is_within(entries, team, found.choices), seed


@pytest.mark.parametrize("seed", SEEDS)
def test_designs_that_are_known_are_worth_what_the_lagrangian_says(seed: int) -> None:
    """Without spillovers and coordination costs, which the bundle leaves to the cuts."""
    rng = np.random.default_rng(seed)
    p = derive(Instance.from_dict(network(12, seed, steps=1 + seed % 3))).scaled()
    entries, bundle = Entries(p, 0), None
    multipliers = drawn(entries, rng)
    bundle, teams = Bundle(entries), []
    for _ in range(5):
        firms = np.flatnonzero(rng.random(p.n) < 0.5)
        team = (entries.start[firms + 1] - 1 - rng.integers(0, 2, len(firms))).astype(np.intp)
        bundle.add(team)
        teams.append(team)
    lagrangian = Lagrangian(entries, multipliers)
    worth = bundle._worth(multipliers, np.arange(len(teams)))
    assert worth == pytest.approx([value_of(lagrangian, team) for team in teams], rel=1e-9, abs=1e-9)


def test_few_cuts_do_what_many_did() -> None:
    """From middling prices, with nothing known, forty cuts are nearly as good as tuning one price at a time."""
    for seed in range(5):
        entries = Entries(derive(Instance.from_dict(network(40, seed, degree=8.0))).scaled(), 0)
        tuned = CutBound(entries, Choices.all(entries))
        tuned.improve(-np.inf)
        found = Bundle(entries).bound(Choices.all(entries), middling(entries), -np.inf, 40)
        assert found.bound <= 1.05 * tuned.bound


def test_the_oldest_design_is_forgotten() -> None:
    entries = Entries(derive(Instance.from_dict(network(12, 0))).scaled(), 0)
    bundle, rng = Bundle(entries), np.random.default_rng(0)
    for _ in range(3 * REMEMBERED):
        firms = np.flatnonzero(rng.random(12) < 0.5)
        bundle.add((entries.start[firms + 1] - 1).astype(np.intp))
    assert len(bundle._teams) == REMEMBERED
    for at, team in enumerate(bundle._teams):
        assert bundle._place[team.tobytes()] == at
        assert np.flatnonzero(bundle._chosen[at]).tolist() == sorted(team.tolist())
    assert len(bundle._place) == REMEMBERED
