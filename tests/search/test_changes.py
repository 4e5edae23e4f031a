"""What a team is worth once one firm changes agrees with what the changed team is worth."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.families import full, network
from rd_contract import Instance
from rd_contract.base import blocks
from rd_contract.base.tolerances import GRACE
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from rd_contract.model.parameters import Parameters
from rd_contract.search.appraisal import Appraisal
from rd_contract.search.changes import appraise_changes
from samples import SEEDS, STRESSED, supported


def drawn_team(entries: Entries, rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    p = entries.parameters
    members = np.flatnonzero(rng.random(p.n) < 0.6)
    return np.array([rng.integers(entries.start[i], entries.start[i + 1]) for i in members], dtype=np.intp)


def check(p: Parameters, seed: int, *, hidden: bool) -> None:
    entries = Entries(p, seed % len(p.regimes))
    appraisal = Appraisal(entries, hidden=hidden)
    rng = np.random.default_rng(seed)
    team, coming = drawn_team(entries, rng), rng.permutation(len(entries))
    seen = appraise_changes(appraisal, team, coming)
    member = entries.firm[team]
    for at in range(len(coming) + len(team)):
        if at < len(coming):
            changed = np.append(team[member != entries.firm[coming[at]]], coming[at])
        else:
            changed = np.delete(team, at - len(coming))
        alone = appraisal.neighbours(changed[None, :], np.zeros(0, dtype=np.intp))
        assert seen.value[at] == pytest.approx(alone.value[0, -1], abs=1e-9)
        assert seen.share[at] == pytest.approx(alone.share[0, -1], rel=1e-9, abs=1e-9)
        assert seen.breaches[at] == pytest.approx(alone.breaches[0, -1], abs=1e-9)
        if len(changed):
            value, fits = appraisal.appraise(changed[None, :])
            assert value[0] == pytest.approx(seen.value[at], abs=1e-9)
            compelled = set(p.compelled) <= set(entries.firm[changed].tolist())
            assert bool(fits[0]) is bool(seen.share[at] <= 1.0 + GRACE and seen.breaches[at] <= GRACE) or not compelled


@pytest.mark.parametrize("seed", [*SEEDS, *STRESSED])
@pytest.mark.parametrize("hidden", [True, False])
def test_changes_are_worth_what_the_changed_team_is(seed: int, hidden: bool) -> None:
    p, _ = supported(seed)
    check(p, seed, hidden=hidden)


@pytest.mark.parametrize("seed", range(4))
def test_changes_are_the_same_however_many_are_held_at_a_time(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "HELD", 50)
    for raw in (network(15, seed), full(12, seed)):
        check(derive(Instance.from_dict(raw)).scaled(), seed, hidden=True)
