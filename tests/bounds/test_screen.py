"""The screen of listed teams: by the kernel, compiled or not, and by arrays - the same, to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.families import capability, full
from rd_contract import Instance
from rd_contract.base.arrays import Array, Flags, Index
from rd_contract.bounds import compilation, screen_arrays, screen_kernel
from rd_contract.bounds.screen_kernel import Measures, ShareNeeds
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from rd_contract.model.parameters import Parameters
from rd_contract.search.appraisal import Appraisal
from samples import SEEDS, supported

Screen = Callable[[Measures, Index, float], tuple[Array, Flags]]


@pytest.fixture(scope="module", params=["as it is", "compiled"])
def screen(request: pytest.FixtureRequest) -> Iterator[Screen]:
    """The kernel."""
    if request.param == "as it is":
        yield screen_kernel.screen
        return
    pytest.importorskip("numba")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("grow", "screen"):
            patch.setattr(compilation._Compiled, name, None)
        patch.setattr(compilation._Compiled, "asked", False)
        compilation.prepare(np.inf, np.inf)
        compiled = compilation.fastest_screen()
        assert compiled not in (screen_kernel.screen, screen_arrays.screen)
        yield compiled


def problems() -> Iterator[Parameters]:
    for seed in SEEDS:
        yield supported(seed)[0]
    for seed in range(3):
        yield derive(Instance.from_dict(full(12, seed))).scaled()
        yield derive(Instance.from_dict(capability(30, seed, team=20))).scaled()


def teams_of(entries: Entries, size: int, count: int, seed: int) -> Index:
    """Random teams of a size, one entry of each firm."""
    rng, n, menus = np.random.default_rng(seed), entries.parameters.n, np.diff(entries.start)
    firms = np.array([rng.choice(n, size, replace=False) for _ in range(count)], dtype=np.intp).reshape(count, size)
    teams: Index = entries.start[firms] + rng.integers(0, menus[firms])
    return teams


def assert_same(measures: Measures, teams: Index, beyond: float, screen: Screen) -> tuple[Array, Flags]:
    found, expected = screen(measures, teams, beyond), screen_arrays.screen(measures, teams, beyond)
    for one, other in zip(found, expected, strict=True):
        assert one.dtype == other.dtype
        assert one.tobytes() == other.tobytes()
    return found


def test_the_kernel_does_what_arrays_do(screen: Screen) -> None:
    looked, rationed = 0, 0
    features = np.zeros(3, dtype=bool)
    for seed, p in enumerate(problems()):
        entries = Entries(p, seed % len(p.regimes))
        measures = Appraisal(entries).measures
        features |= [len(measures.spill) > 0, len(measures.coordination) > 0, bool(measures.needs.floor.any())]
        for size in sorted({1, min(2, p.n), min(p.size_max, p.n)}):
            teams = teams_of(entries, size, 40, seed)
            everything = assert_same(measures, teams, -np.inf, screen)
            middling = float(np.median(everything[0]))
            surplus, fits = assert_same(measures, teams, middling, screen)
            assert surplus.tobytes() == everything[0].tobytes()
            assert np.array_equal(fits, everything[1] & (surplus > middling))
            looked += int(everything[1].sum())
            for part in (0.0, 0.3):  # a budget that ends amidst a team
                scarce = measures.needs._replace(budget=part * float(measures.needs.paid[teams[0]].sum()))
                less = assert_same(measures._replace(needs=scarce), teams, -np.inf, screen)
                rationed += int((everything[1] & ~less[1]).sum())
    assert features.all()
    assert looked > 100
    assert rationed > 10


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_ties_are_broken_alike(data: st.DataObject) -> None:
    """Few different numbers, so that what a unit of money saves is often the same for several members."""
    count = data.draw(st.integers(1, 7))
    numbers = st.sampled_from([0.0, 0.1, 0.2, 0.3, 1.0])

    def drawn() -> Array:
        return np.array(data.draw(st.lists(numbers, min_size=count, max_size=count)))

    marginal, income = drawn() - 0.1, drawn()
    budget = data.draw(st.sampled_from([0.0, 0.1, 0.1 + 0.2, 0.5, np.inf]))
    needs = ShareNeeds(income, drawn(), drawn(), drawn(), budget, True)
    team = np.array(data.draw(st.permutations(range(count))), dtype=np.intp)
    room = np.empty((4, count))
    found = screen_kernel.least_share(needs, team, marginal[team], room[0], room[1], room[2], room[3])
    expected = screen_arrays.least_shares(needs, team[:, None], marginal[team][:, None])
    assert np.float64(found).tobytes() == expected.tobytes()


def test_a_budget_is_spent_where_it_saves_most() -> None:
    """Held against every order of spending."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        granted, money = rng.uniform(0.0, 0.3, 4), rng.uniform(0.1, 1.0, 4)
        budget = float(rng.uniform(0.0, money.sum()))
        best = 0.0
        for order in np.array(np.meshgrid(*[range(4)] * 4)).reshape(4, -1).T:
            if len(set(order.tolist())) == len(order):
                left, saved = budget, 0.0
                for k in order.tolist():
                    part = min(left / money[k], 1.0)
                    left, saved = left - part * money[k], saved + part * granted[k]
                best = max(best, saved)
        spent = granted.copy()
        screen_kernel.ration(budget, spent, money.copy(), np.empty(4))
        assert spent.sum() == pytest.approx(best, abs=1e-9)


def test_a_share_on_the_edge_fits_by_both() -> None:
    """Of sums one by one and in pairs the last digits differ: a team of many equal shares is on the edge of 1."""
    size = 20
    entry = np.arange(size)
    for extra in np.linspace(-3e-16, 3e-16, 7).tolist():
        nothing = np.zeros(size)
        needs = ShareNeeds(np.full(size, 1.0 / size + extra), nothing, nothing, nothing, np.inf, True)
        shares = screen_arrays.least_shares(needs, entry[:, None], np.ones((size, 1)))
        total = 0.0
        for share in (np.full(size, 1.0 / size + extra)).tolist():
            total += share
        assert shares[0] == total


def test_what_breaks_a_rule_does_not_fit() -> None:
    """Rules on teams are looked at after the screen, whatever did it."""
    seen = 0
    for seed in range(3):
        p = derive(Instance.from_dict(full(12, seed))).scaled()
        entries = Entries(p, 0)
        free = replace(p, rules=(), exclusive=(), budget=np.inf)
        teams = teams_of(entries, 4, 200, seed)
        appraisal = Appraisal(entries)
        surplus, fits = appraisal.appraise(teams)
        without = Appraisal(Entries(free, 0)).appraise(teams)
        assert surplus.tobytes() == without[0].tobytes()
        # Compelled firms are the enumeration's affair.
        keeps = [appraisal.keeps_rules(team) for team in teams]
        missing = np.array([not set(p.compelled) <= set(entries.firm[team].tolist()) for team in teams])
        assert np.array_equal(fits[~missing], (without[1] & np.array(keeps))[~missing])
        seen += int((without[1] & ~fits).sum())
    assert seen > 0
