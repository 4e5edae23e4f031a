"""Enumeration in rounds: the same answer, byte for byte, whoever works on it, and as soon as it should end, an end."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.families import capability, full
from clusters import local_cluster
from oracles.random_instances import random_instance
from rd_contract import CancelToken, Instance, Resources, load_bundled, solve
from rd_contract.base import crews
from rd_contract.base.crews import Cluster, Threads
from rd_contract.bounds import Branch, Enumeration, Lagrangian, Multipliers, batches, compilation, enumeration
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from rd_contract.search import rounds, small_teams
from rd_contract.search.appraisal import Appraisal
from rd_contract.search.rounds import Bench, Levels, Rounds

#: Seconds after which a solve that was told to end must be at its end: one, and what a busy machine takes for it.
SOON = 20.0


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small enumerations have many rounds of many branches."""
    monkeypatch.setattr(enumeration, "STEP", 500)
    monkeypatch.setattr(rounds, "LEAST", 1_000)
    monkeypatch.setattr(rounds, "PORTION", 1.0)
    monkeypatch.setattr(small_teams, "TRIFLE", 100_000)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)


@pytest.fixture(params=["arrays", "compiled"])
def grown_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the kernel is compiled."""
    monkeypatch.setattr(compilation._Compiled, "grow", None)
    monkeypatch.setattr(compilation._Compiled, "asked", request.param == "arrays")
    if request.param == "compiled":
        pytest.importorskip("numba")
        compilation.prepare(np.inf, np.inf)
        assert compilation.fastest() is not batches.grow


def bench_of(raw: dict[str, Any], beyond: float, *, hidden: bool = True) -> Bench:
    p = derive(Instance.from_dict(raw)).scaled()
    entries = Entries(p, len(p.regimes) - 1)
    prices = (
        Multipliers(0.5, 0.5, np.full(len(entries), 2.0)) if hidden else Multipliers(0.0, 0.0, np.ones(len(entries)))
    )
    everything = np.arange(len(entries))
    return Bench(Enumeration(Lagrangian(entries, prices), everything, beyond), Appraisal(entries, hidden=hidden))


def gone_through(run: Rounds, beyond: float) -> list[list[tuple[float, Levels]]]:
    """What each round found."""
    found = []
    while run.go_on:
        found.append(run.next(beyond, lambda: False))
    return found


def untimed(result: Any) -> Any:
    """A result without what must differ: seconds, and the number of threads."""
    if isinstance(result, dict):
        return {key: untimed(value) for key, value in result.items() if "seconds" not in key and key != "threads"}
    return [untimed(value) for value in result] if isinstance(result, list) else result


def as_bytes(data: Any) -> tuple[bytes, ...]:
    """All arrays of nested data, with their shapes and kinds."""
    if isinstance(data, np.ndarray):
        return f"{data.shape} {data.dtype}".encode(), data.tobytes()
    return tuple(part for field in fields(data) for part in as_bytes(getattr(data, field.name)))


# --- branches ----------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(100, 5_000)), max_size=12))
def test_no_team_is_lost_and_none_comes_twice(acts: list[tuple[int, int]]) -> None:
    """However branches are split and grown in turn."""
    teams = bench_of(capability(9, 0, team=4), 3.0).enumeration
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enumeration, "STEP", 300)
        branches, found = [teams.root()], []
        for which, looks in [*acts, *((at, np.inf) for at in range(len(acts) + 1))]:
            branch = branches[min(which, len(branches) - 1)]
            branch.pause = branch.looks + looks
            found += [frozenset(team) for group in teams.teams(branch) for team in group.tolist()]
            if branch.can_be_split:
                branches.append(branch.split())
        for branch in branches:
            branch.pause = np.inf
            found += [frozenset(team) for group in teams.teams(branch) for team in group.tolist()]
    whole = [frozenset(team) for group in teams.teams(teams.root()) for team in group.tolist()]
    assert len(found) == len(set(found))
    assert len(whole) > 100
    assert set(found) == set(whole)


def test_what_is_sent_is_what_waits() -> None:
    """A part of many partial teams takes no more room, as it is pickled, than it needs."""
    teams = bench_of(capability(30, 0, team=8), 3.0).enumeration
    branch = teams.root()
    branch.pause = 300_000.0
    assert list(teams.teams(branch))
    partial = branch.waiting[-1]
    assert len(partial) > 4
    parts = [len(pickle.dumps(partial.part(at, at + 1))) for at in range(len(partial))]
    assert sum(parts) < len(pickle.dumps(partial)) + 2_000 * len(partial)


@pytest.mark.usefixtures("grown_by")
def test_samples_are_the_same_whoever_grows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enumeration, "WORTH_A_THREAD", 50)
    teams = bench_of(capability(12, 0, team=6), 6.0).enumeration

    def samples(crew: Threads) -> list[tuple[bytes, ...]]:
        shared = Enumeration(teams.lagrangian, teams.entries, teams.beyond, crew)
        return [as_bytes(one) for one in shared.sample(100, np.inf, 0)]

    alone = samples(Threads())
    assert len(alone) > 3
    for count in (2, 3, 7):
        with Threads(count) as crew:
            assert samples(crew) == alone


def test_what_can_be_split_is_split() -> None:
    """Though other branches may have a single partial team left, and be nearer to the beginning."""
    teams = bench_of(capability(12, 0, team=6), 3.0).enumeration
    branch = teams.root()
    branch.pause = 1.0
    list(teams.teams(branch))
    assert len(rounds._divided([teams.root(), branch], 6)) == 6
    assert len(rounds._divided([teams.root()], 6)) == 1


# --- rounds ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("short", "grown_by")
@pytest.mark.parametrize("hidden", [True, False])
def test_every_round_is_the_same_for_any_number_of_threads(*, hidden: bool) -> None:
    several = 0
    for raw, beyond in ((capability(11, 0, team=5), 9.0), (full(6, 1), -np.inf)):
        seen = []
        for count in (1, 2, 3):
            with Threads(count) as crew:
                run = Rounds(bench_of(raw, beyond, hidden=hidden), crew, np.inf)
                seen.append((gone_through(run, beyond), run.looked_at, run.complete))
        assert seen[0] == seen[1] == seen[2]
        assert seen[0][2]
        several += len(seen[0][0]) > 5
    assert several


@pytest.mark.usefixtures("short")
def test_rounds_find_what_the_screen_leaves_of_all_teams() -> None:
    bench = bench_of(capability(11, 0, team=5), 6.0)
    found = [team for part in gone_through(Rounds(bench, Threads(), np.inf), 6.0) for team in part]
    expected = []
    for teams in bench.enumeration.teams(bench.enumeration.root()):
        surplus, fits = bench.appraisal.appraise(teams)
        kept = np.flatnonzero(fits & (surplus > 6.0))
        expected += [(float(surplus[at]), bench.appraisal.entries.levels(teams[at])) for at in kept]
    assert len(expected) > 10
    assert sorted(found) == sorted(expected)


@pytest.mark.usefixtures("short")
def test_a_bench_is_made_again_where_it_is_sent_to() -> None:
    here = bench_of(full(8, 1), 0.0)
    sent = pickle.dumps(here)
    there = pickle.loads(sent)
    assert len(sent) < 200_000
    branches = [Branch(here.enumeration.root().waiting, 0.0) for _ in range(2)]
    one, other = (bench(branch, lambda: False) for bench, branch in zip((here, there), branches, strict=True))
    assert one.branch.looks == other.branch.looks > 0
    assert pickle.dumps(one.promising) == pickle.dumps(other.promising)


def test_little_work_is_done_in_one_branch_and_no_round_is_a_large_part() -> None:
    run = Rounds(bench_of(capability(5, 0), 0.0), Threads(), np.inf)
    for looked_at, tasks in (
        (0, 1),
        (15_000_000, 1),
        (16_000_000, 2),
        (10**9, rounds.BRANCHES),
        (10**12, rounds.BRANCHES),
    ):
        run.looked_at = looked_at
        assert run.tasks == tasks


@pytest.mark.usefixtures("short")
def test_an_enumeration_that_is_given_up_says_so() -> None:
    run = Rounds(bench_of(capability(12, 0, team=6), 2.0), Threads(), 5_000.0)
    gone_through(run, 2.0)
    assert not run.complete
    assert run.looked_at < 50_000


# --- solves ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("short", "grown_by")
@pytest.mark.parametrize("seed", range(0, 40, 8))
def test_a_solve_is_the_same_for_any_number_of_threads(seed: int) -> None:
    instance = Instance.from_dict(random_instance(seed))
    one, *more = (untimed(solve(instance, threads=threads).to_dict()) for threads in (1, 2, 3))
    assert all(other == one for other in more)


def test_a_pool_of_real_firms_is_the_same_for_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "LEAST", 20_000)
    monkeypatch.setattr("rd_contract.search.local_search.LARGE", 20)  # regimes are walked through at the same time
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    instance = load_bundled("horizon2020_40")
    one, *more = (untimed(solve(instance, threads=threads).to_dict()) for threads in (1, 2, 3))
    assert all(other == one for other in more)


def test_a_small_solve_starts_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "ThreadPoolExecutor", None)
    assert solve(load_bundled("two_firms"), threads=2).status == "optimal"
    assert solve(load_bundled("horizon2020_12"), threads=2).status == "optimal"


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Teams of which far too many matter, as nothing good is known; tells when they are enumerated."""
    begun = threading.Event()
    monkeypatch.setattr(small_teams, "_affordable", lambda *_: np.inf)
    monkeypatch.setattr(small_teams, "_most", lambda _: np.inf)
    monkeypatch.setattr(small_teams, "TRIFLE", np.inf)
    monkeypatch.setattr(rounds, "LEAST", 100_000)
    monkeypatch.setattr("rd_contract.search.local_search.MOVES", 1)
    before = Threads.spread

    def spread(self: Threads, job: Any, items: Any, ended: Any) -> Any:
        if isinstance(job, Bench) and len(items) > 1:
            begun.set()
        return before(self, job, items, ended)

    monkeypatch.setattr(Threads, "spread", spread)
    yield begun
    assert begun.is_set()


HARD = capability(120, 0, team=15)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_token_ends_an_enumeration(endless: threading.Event, threads: int) -> None:
    token, at = CancelToken(), []

    def cancel() -> None:
        endless.wait()
        time.sleep(0.5)
        at.append(time.monotonic())
        token.cancel()

    threading.Thread(target=cancel, daemon=True).start()
    result = solve(Instance.from_dict(HARD), threads=threads, cancel=token)
    assert result.stop_reason == "interrupted"
    assert time.monotonic() - at[0] < SOON
    assert result.has_contract


@pytest.mark.usefixtures("endless")
def test_a_time_limit_ends_an_enumeration() -> None:
    started = time.monotonic()
    result = solve(Instance.from_dict(HARD), threads=2, time_limit=6.0)
    assert result.stop_reason == "time_limit"
    assert time.monotonic() - started < 6.0 + SOON
    assert result.certificate is not None
    assert result.certificate.holds


# --- on a cluster ------------------------------------------------------------------------------------------


class Waits:
    """Counts the waits for a cluster, and does something before the fourth."""

    def __init__(self) -> None:
        self.count = 0
        self.act: Callable[[], object] = lambda: None

    def wait(self) -> None:
        self.count += 1
        if self.count == 4:
            self.act()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    monkeypatch.setattr(rounds, "LEAST", 20_000)
    monkeypatch.setattr(rounds, "PORTION", 0.5)
    made, before = Waits(), Cluster._wait

    def wait(futures: list[Any]) -> None:
        made.wait()
        before(futures)

    monkeypatch.setattr(Cluster, "_wait", staticmethod(wait))
    return made


POOL = capability(40, 2, team=10)


@pytest.mark.skipif(os.name != "posix", reason="kills the POSIX way")
def test_a_cluster_answers_the_same_though_a_worker_is_killed(waits: Waits) -> None:
    instance = Instance.from_dict(POOL)
    here = solve(instance, gap=1e-4)
    with local_cluster() as cluster:
        waits.act = lambda: os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
        there = solve(instance, gap=1e-4, resources=Resources(backend="dask", scheduler=cluster.scheduler_address))
    assert waits.count > 5
    assert untimed(there.to_dict()) == untimed(here.to_dict())
    assert there.status == "optimal"


def test_what_was_found_stays_when_the_cluster_is_lost(waits: Waits) -> None:
    with local_cluster() as cluster:
        waits.act = cluster.close
        resources = Resources(backend="dask", scheduler=cluster.scheduler_address)
        result = solve(Instance.from_dict(POOL), gap=1e-4, resources=resources)
    assert (result.status, result.stop_reason) == ("feasible", "cluster_lost")
    assert result.certificate is not None
    assert result.certificate.holds
