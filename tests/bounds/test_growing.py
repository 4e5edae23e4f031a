"""Growing partial teams: by the kernel, compiled or not, and by arrays - the same, to the last bit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.families import capability, full
from oracles.random_instances import random_instance
from rd_contract import Instance, solve
from rd_contract.base.arrays import Array, Flags, Index
from rd_contract.bounds import (
    Enumeration,
    Lagrangian,
    Multipliers,
    batches,
    compilation,
    enumeration,
    kernel,
    screen_arrays,
    screen_kernel,
)
from rd_contract.bounds.kernel import Grown
from rd_contract.bounds.lagrangian import strongest_partners
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from samples import SEEDS, supported

Grow = Callable[..., Grown]


@pytest.fixture(autouse=True)
def _as_in_a_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("grow", "screen"):
        monkeypatch.setattr(compilation._Compiled, name, None)
    monkeypatch.setattr(compilation._Compiled, "asked", False)
    monkeypatch.setattr(compilation._Compiled, "looks", 0)


@pytest.fixture(params=["as it is", "compiled"])
def grow(request: pytest.FixtureRequest) -> Grow:
    """The kernel."""
    if request.param == "as it is":
        return kernel.grow
    pytest.importorskip("numba")
    compilation.prepare(np.inf, np.inf)
    compiled = compilation.fastest()
    assert compiled not in (kernel.grow, batches.grow)
    return compiled


def lagrangian_of(raw: dict[str, Any], seed: int) -> Lagrangian:
    p = derive(Instance.from_dict(raw)).scaled()
    return drawn(Entries(p, seed % len(p.regimes)), seed)


def drawn(entries: Entries, seed: int) -> Lagrangian:
    rng = np.random.default_rng(seed)
    marginal = np.exp(rng.uniform(-2.0, 3.0, len(entries)))
    return Lagrangian(entries, Multipliers(float(rng.choice([0.0, 0.5, 4.0])), float(rng.choice([0.0, 1.0])), marginal))


def lagrangians() -> Iterator[Lagrangian]:
    for seed in SEEDS:
        p, _ = supported(seed)
        yield drawn(Entries(p, seed % len(p.regimes)), seed)
    for seed in range(3):
        yield lagrangian_of(full(8, seed), seed)
        yield lagrangian_of(capability(10, seed, team=9), seed)


def growing_by(grow: Grow, lagrangian: Lagrangian, beyond: float, most: int) -> list[tuple[bytes, ...]]:
    """Everything that some steps of an enumeration come to, as bytes."""
    steps: list[tuple[bytes, ...]] = []

    def noting(*arguments: Any) -> Grown:
        grown = grow(*arguments)
        assert [part.dtype for part in grown] == [np.intp, np.intp, float, np.intp, np.intp, float, np.intp]
        steps.append(tuple(part.tobytes() for part in grown))
        return grown

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compilation._Compiled, "grow", noting)
        run = Enumeration(lagrangian, np.arange(len(lagrangian.entries)), beyond)
        branch = run.root()
        found = [(team.tobytes(),) for team in run.teams(branch, lambda: branch.looks > most)]
    return [*steps, *found, (str(branch.looks).encode(),)]


def test_the_kernel_does_what_arrays_do(grow: Grow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enumeration, "STEP", 200)
    monkeypatch.setattr(enumeration, "LARGE", 0)
    monkeypatch.setattr(enumeration, "RANKED", 4)
    monkeypatch.setattr(batches, "PAIRS", 100)
    long = 0
    for lagrangian in lagrangians():
        best = max((value for value in lagrangian.linear), default=0.0)
        for beyond in (-np.inf, lagrangian.constant + best, lagrangian.constant + 2.0 * best):
            steps = growing_by(grow, lagrangian, beyond, 20_000)
            assert steps == growing_by(batches.grow, lagrangian, beyond, 20_000)
            long += len(steps) > 20
    assert long > 10


@st.composite
def problems(draw: st.DrawFn) -> tuple[Array, Array, Array, tuple[Flags, Index], int, float]:
    """Few different numbers, so that ties abound; some pairs and entries shut out."""
    count = draw(st.integers(1, 7))
    numbers = st.sampled_from([-np.inf, -1.5, -0.1, 0.0, 0.1, 0.2, 0.3, 1.0])
    quadratic = np.full((count + 1, count + 1), -np.inf)
    for i in range(count):
        for j in range(i):
            quadratic[i, j] = quadratic[j, i] = draw(numbers)
    pull = np.array(draw(st.lists(numbers, min_size=count, max_size=count)))
    kinds = draw(st.integers(1, 3))
    may = np.array([[*draw(st.lists(st.booleans(), min_size=count, max_size=count)), False] for _ in range(kinds)])
    kind = np.array(draw(st.lists(st.integers(0, kinds - 1), min_size=3, max_size=3)), dtype=np.intp)
    beyond = draw(st.sampled_from([-np.inf, -1.0, 0.0, 0.1 + 0.2, 0.5, 2.0]))
    return quadratic, pull, np.array([0.0, 0.1, 0.2]), (may, kind), draw(st.integers(1, count + 2)), beyond


@settings(max_examples=300, deadline=None)
@given(problems(), st.integers(1, 40), st.integers(0, 3))
def test_ties_are_broken_alike(
    problem: tuple[Array, Array, Array, tuple[Flags, Index], int, float], pairs: int, width: int
) -> None:
    quadratic, pull, value, may, left, beyond = problem
    count = len(pull)
    # Three teams: one to which everything is open, one to which nothing is, one to which the first half is.
    first = np.array([0, count, count, count + count // 2])
    entries: Index = np.concatenate([np.arange(count), np.arange(count // 2)]).astype(np.intp)
    ranked = strongest_partners(quadratic[:-1, :-1], width)
    arguments = (quadratic, ranked, value, first, entries, np.append(pull, pull[: count // 2]), *may, left, beyond)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "PAIRS", pairs)
        by_arrays = batches.grow(*arguments)
    for one, other in zip(kernel.grow(*arguments), by_arrays, strict=True):
        assert one.tobytes() == other.tobytes()
        assert one.shape == other.shape


def test_sums_are_taken_one_by_one() -> None:
    """The largest first, as numpy's sums in pairs would not: a last digit decides whether a team is listed."""
    rng = np.random.default_rng(0)
    for count in (1, 5, 40, 300):
        values = rng.uniform(-1.0, 3.0, count) * 10.0 ** rng.integers(-3, 3, count)
        for most in (1, 4, count):
            expected = 0.0
            for value in sorted((value for value in values.tolist() if value > 0.0), reverse=True)[:most]:
                expected += value
            total, least = kernel.largest_sum(values, count, most, np.empty(most + 1))
            by_arrays = batches._largest(values[None, :], most)
            assert (total, least) == (expected, least) == (by_arrays[0][0], by_arrays[1][0])


@pytest.mark.parametrize("held", [1, 50])
def test_what_pairs_are_worth_does_not_hang_on_how_many_rows_are_held(
    monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    one = lagrangian_of(full(8, 1), 1)
    everybody = np.arange(len(one.entries))
    at_once = one.quadratic(everybody)
    assert at_once.size > held
    monkeypatch.setattr("rd_contract.bounds.lagrangian.CACHED", held)
    assert one.quadratic(everybody).tobytes() == at_once.tobytes()


def test_what_is_found_does_not_hang_on_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    lagrangian = lagrangian_of(capability(12, 0, team=6), 0)
    lists = []
    for step in (500, 20_000, 10**9):
        monkeypatch.setattr(enumeration, "STEP", step)
        run = Enumeration(lagrangian, np.arange(len(lagrangian.entries)), 9.0)
        branch = run.root()
        found = sorted(tuple(sorted(team)) for group in run.teams(branch) for team in group.tolist())
        lists.append((branch.looks, found))
    assert len(lists[0][1]) > 100
    assert all(listed == lists[0] for listed in lists)


@pytest.mark.parametrize("after", [1, 7, 40])
def test_an_enumeration_that_is_ended_has_found_what_came_first(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    monkeypatch.setattr(enumeration, "STEP", 1_000)
    lagrangian = lagrangian_of(capability(12, 0, team=6), 0)

    def run(most: int) -> list[list[list[int]]]:
        asked = iter(range(most))
        teams = Enumeration(lagrangian, np.arange(len(lagrangian.entries)), 8.0)
        return [group.tolist() for group in teams.teams(teams.root(), lambda: next(asked, None) is None)]

    some, everything = run(after), run(10**9)
    assert some == everything[: len(some)]
    assert len(some) < len(everything)


def test_no_step_is_long() -> None:
    """Limits are looked at between steps: none looks at much more than it should, but for a single team."""
    lagrangian = lagrangian_of(capability(30, 0, team=12), 0)
    run = Enumeration(lagrangian, np.arange(len(lagrangian.entries)), 5.0)
    seen, branch = [0], run.root()
    for _ in run.teams(branch, lambda: branch.looks > 30 * enumeration.STEP):
        seen.append(branch.looks)
    assert np.diff(seen).max() < 3 * enumeration.STEP
    assert len(seen) > 10


def test_what_is_handed_over_is_never_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many teams a step finds; and between two parts of them there may be an end, too."""
    lagrangian = lagrangian_of(capability(12, 0, team=6), 0)

    def run(most: int) -> list[int]:
        asked = iter(range(most))
        teams = Enumeration(lagrangian, np.arange(len(lagrangian.entries)), 8.0)
        return [len(group) for group in teams.teams(teams.root(), lambda: next(asked, None) is None)]

    whole = run(10**9)
    monkeypatch.setattr(enumeration, "GROUP", 50)
    parts = run(10**9)
    assert max(whole) > max(parts) == 50
    assert sum(parts) == sum(whole)
    assert len(run(len(parts) // 2)) < len(parts)


def test_the_bound_may_rise_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """What exceeds the value at the end was found, whatever the value was before."""
    monkeypatch.setattr(enumeration, "STEP", 1_000)
    lagrangian = lagrangian_of(capability(12, 1, team=6), 1)
    everything = np.arange(len(lagrangian.entries))
    run, found = Enumeration(lagrangian, everything, 0.0), set()
    branch = run.root()
    for group in run.teams(branch):
        found |= {tuple(sorted(team)) for team in group.tolist()}
        branch.beyond = min(branch.beyond + 0.3, 9.0)
    strict = Enumeration(lagrangian, everything, 9.0)
    expected = {tuple(sorted(team)) for group in strict.teams(strict.root()) for team in group.tolist()}
    assert branch.beyond == 9.0
    assert expected
    assert found >= expected


# --- whether something is compiled -------------------------------------------------------------------------


def fake_numba(monkeypatch: pytest.MonkeyPatch, njit: Callable[..., Grow]) -> list[str]:
    """Put a compiler in the place of numba; return the list of what will be made fit to be called."""
    parts: list[str] = []

    def decorator(**options: bool) -> Callable[[Grow], Grow]:
        return lambda function: njit(function, **options)

    extending = SimpleNamespace(register_jitable=lambda part: parts.append(part.__name__))
    monkeypatch.setitem(sys.modules, "numba", _module("numba", njit=decorator, extending=extending))
    monkeypatch.setitem(sys.modules, "numba.extending", _module("numba.extending", **vars(extending)))
    return parts


def _module(name: str, **names: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(names)
    return module


@pytest.mark.parametrize(
    "trouble", [RuntimeError("no locator available"), OSError("read-only file system"), EOFError("a damaged file")]
)
def test_without_a_cache_the_kernel_is_compiled_anew(monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    def njit(function: Grow, *, cache: bool, nogil: bool) -> Grow:
        assert nogil
        if cache and isinstance(trouble, RuntimeError):
            raise trouble

        def call(*arguments: Any) -> Grown:
            if cache:
                raise trouble
            return function(*arguments)

        return call

    parts = fake_numba(monkeypatch, njit)
    compilation.prepare(np.inf, np.inf)
    assert parts == [part.__name__ for part in (*kernel.PARTS, *screen_kernel.PARTS)]
    assert compilation.fastest() is not batches.grow
    assert compilation.fastest_screen() is not screen_arrays.screen


def test_what_cannot_be_compiled_is_done_by_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    def njit(*_: Any, **__: Any) -> Grow:
        raise RuntimeError("cannot compile")

    fake_numba(monkeypatch, njit)
    compilation.prepare(np.inf, np.inf)
    assert compilation.fastest() is batches.grow
    assert compilation.fastest_screen() is screen_arrays.screen


def test_without_the_extra_everything_is_done_by_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    compilation.prepare(np.inf, np.inf)
    assert compilation.fastest() is batches.grow
    assert compilation.fastest_screen() is screen_arrays.screen


@pytest.mark.parametrize(("looks", "seconds", "compiles"), [(1e12, 1e9, True), (1e12, 5.0, False), (1e6, 1e9, False)])
def test_nothing_is_compiled_for_little_work_or_in_a_hurry(
    monkeypatch: pytest.MonkeyPatch, looks: float, seconds: float, compiles: bool
) -> None:
    asked: list[Grow] = []

    def njit(function: Grow, **_: bool) -> Grow:
        asked.append(function)
        return function

    fake_numba(monkeypatch, njit)
    compilation.prepare(looks, seconds)
    compilation.prepare(looks, seconds)
    assert len(asked) == (2 if compiles else 0)


def test_many_looks_made_before_are_worth_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tuning prices takes looks that no estimate foretells: once they take as long as compiling, it begins."""
    fake_numba(monkeypatch, lambda function, **_: function)
    compilation.prepare(1e6, np.inf)
    assert compilation.fastest() is batches.grow
    monkeypatch.setattr(compilation, "WORTH_COMPILING", 20_000)
    instance = Instance.from_dict(capability(30, 0))
    solve(instance)
    assert compilation._Compiled.looks > 20_000
    compilation.prepare(0.0, np.inf)
    assert compilation.fastest() is not batches.grow


def test_what_a_time_is_enough_for(monkeypatch: pytest.MonkeyPatch) -> None:
    by_arrays = 10.0 * compilation.PER_SECOND
    assert compilation.looks_within(10.0) == by_arrays  # no time to compile
    with monkeypatch.context() as patch:
        patch.setattr(compilation, "find_spec", lambda _: None)
        assert compilation.looks_within(100.0) == 10.0 * by_arrays
        patch.setattr(compilation, "find_spec", lambda _: object())
        assert compilation.looks_within(100.0) > 20.0 * by_arrays
        assert compilation.looks_within(np.inf) == np.inf
        patch.setattr(compilation._Compiled, "asked", True)  # in vain, or by another thread
        assert compilation.looks_within(100.0) == 10.0 * by_arrays
    monkeypatch.setattr(compilation._Compiled, "grow", kernel.grow)
    assert compilation.looks_within(10.0) == 10.0 * compilation.COMPILED_PER_SECOND


@pytest.mark.parametrize("seed", range(0, 40, 5))
def test_a_solve_by_the_kernel_is_the_solve_by_arrays(seed: int, grow: Grow, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = Instance.from_dict(random_instance(seed))
    results = []
    for by in (grow, batches.grow):
        monkeypatch.setattr(compilation._Compiled, "grow", by)
        results.append(_untimed(solve(instance).to_dict()))
    assert results[0] == results[1]


def _untimed(result: Any) -> Any:
    if isinstance(result, dict):
        return {key: _untimed(value) for key, value in result.items() if "seconds" not in key}
    return [_untimed(value) for value in result] if isinstance(result, list) else result
