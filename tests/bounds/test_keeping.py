"""What is no longer grown as it cannot keep its rules: nothing that could is lost, and what is asked for is pruned."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from oracles.random_rules import random_ruled_instance
from rd_contract import Instance, InstanceError
from rd_contract.base.arrays import Index
from rd_contract.bounds import Enumeration, Lagrangian, Multipliers
from rd_contract.bounds.keeping import Keeping
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from rd_contract.search.appraisal import Appraisal


def pools(seeds: range) -> list[Entries]:
    """Return the first regimes of random instances with rules."""
    found = []
    for seed in seeds:
        try:
            p = derive(Instance.from_dict(random_ruled_instance(seed))).scaled()
        except InstanceError:
            continue
        if np.prod([len(menu) + 1 for menu in p.x]) <= 400:
            found.append(Entries(p, 0))
    return found


def every_team(entries: Entries) -> list[Index]:
    """Return all teams that are not empty, as sorted entries."""
    menus = [[-1, *range(len(menu))] for menu in entries.parameters.x]
    return [team for levels in product(*menus) if len(team := np.sort(entries.of(levels)))]


@pytest.mark.parametrize("hidden", [True, False])
def test_no_team_that_keeps_its_rules_is_lost(hidden: bool) -> None:
    pruned = kept_in_all = 0
    for entries in pools(range(80)):
        prices = Multipliers(0.1 if hidden else 0.0, 0.0, np.ones(len(entries)))
        run = Enumeration(Lagrangian(entries, prices), np.arange(len(entries)), -np.inf)
        found = {tuple(sorted(team.tolist())) for group in run.teams(run.root()) for team in group}
        appraisal = Appraisal(entries, hidden=hidden)
        teams = every_team(entries)
        keeping = {tuple(team.tolist()) for team in teams if appraisal.keeps_rules(team)}
        assert keeping <= found
        pruned += len(teams) - len(found)
        kept_in_all += len(keeping)
    assert pruned > 1_000
    assert kept_in_all > 200


def test_what_is_called_able_covers_all_that_can_still_be() -> None:
    """Partial teams and newcomers against all ways to go on from them."""
    seen = refused = 0
    for entries in pools(range(80, 130)):
        keeping = Keeping(entries, np.arange(len(entries)), hidden=True)
        if not keeping:
            continue
        appraisal = Appraisal(entries)
        good = [frozenset(team.tolist()) for team in every_team(entries) if appraisal.keeps_rules(team)]
        most = entries.parameters.size_max
        for size in range(most):
            for members in combinations(range(len(entries)), size):
                firms = entries.firm[list(members)]
                open_ = np.flatnonzero(~np.isin(entries.firm, firms))
                if len(set(firms.tolist())) < size or not len(open_):
                    continue
                first = np.array([0, len(open_)])
                partial = np.array([members], dtype=np.intp).reshape(1, size)
                team, newcomers = keeping.able(partial, first, open_, most - size)
                going_on = [one for one in good if set(members) < one]
                assert team[0] or not going_on
                for at, entry in enumerate(open_.tolist()):
                    assert newcomers[at] or not any(entry in one for one in going_on)
                seen += 1
                refused += not team[0]
    assert seen > 300
    assert refused > 50


def test_two_countries_are_missing_and_two_places_left() -> None:
    firms = [
        {"name": name, "contribution": 9.0, "efforts": [{"level": 1, "cost": 1}], "attributes": {"country": country}}
        for name, country in (("A", "DE"), ("B", "DE"), ("C", "FR"), ("D", "ES"))
    ]
    rules = [{"name": "three", "distinct": "country", "min": 3}]
    raw = {"format": "rd-contract/1", "project": {"team_size": {"max": 3}}, "firms": firms, "rules": rules}
    p = derive(Instance.from_dict(raw))
    entries = Entries(p, 0)
    keeping = Keeping(entries, np.arange(len(entries)), hidden=True)
    [a, b, c, d] = [int(entries.of(tuple(0 if n == name else -1 for n in p.names))[0]) for name in "ABCD"]
    team, newcomers = keeping.able(np.array([[a]]), np.array([0, 3]), np.array([b, c, d]), 2)
    assert team.tolist() == [True]
    assert newcomers.tolist() == [False, True, True]
    team, _ = keeping.able(np.array([[a, b]]), np.array([0, 2]), np.array([c, d]), 1)
    assert team.tolist() == [False]
