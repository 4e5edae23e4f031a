"""A computation that is cancelled from outside returns what it knows, soon, and touches no other."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import rd_contract
from benchmarks.families import dense
from rd_contract import Axis, CancelToken, Instance, Resources, SweepPlan, load_bundled, solve
from rd_contract.base.cancellation import Cancelled, checkpoint, finishing, heeding, is_cancelled
from rd_contract.engine import LinearSolver, Program, SolveOptions, interruptible, solve_program
from rd_contract.model.derivation import derive
from rd_contract.search import SearchOptions, search
from samples import knapsack

#: Seconds within which a cancelled computation must have returned: about one, on a machine with much else to do.
SOON = 20.0


def hard() -> Instance:
    """Return an instance that takes much longer to prove than any test waits."""
    return Instance.from_dict(dense(60, 1, synergy=1.0))


def cancelled() -> CancelToken:
    token = CancelToken()
    token.cancel()
    return token


def cancelling(token: CancelToken, when: Callable[[Any], bool]) -> Callable[[Any], None]:
    """Return a callback that cancels at the first report that fits."""

    def report(progress: Any) -> None:
        if when(progress):
            token.cancel()

    return report


# --- tokens ------------------------------------------------------------------------------------------------


def test_a_token_stays_cancelled() -> None:
    token = CancelToken()
    assert not token.cancelled
    token.cancel()
    token.cancel()
    assert token.cancelled


def test_tokens_add_up_inside_each_other() -> None:
    outer, inner = CancelToken(), CancelToken()
    with heeding(outer):
        with heeding(inner), heeding(None):
            assert not is_cancelled()
            inner.cancel()
            assert is_cancelled()
            with pytest.raises(Cancelled):
                checkpoint()
        assert not is_cancelled()
        outer.cancel()
        with heeding(CancelToken()), pytest.raises(Cancelled):
            checkpoint()
        with finishing():
            checkpoint()
        assert is_cancelled()
    assert not is_cancelled()


def test_a_token_is_in_force_in_its_own_thread_only() -> None:
    seen: list[bool] = []
    with heeding(cancelled()):
        beside = threading.Thread(target=lambda: seen.append(is_cancelled()))
        beside.start()
        beside.join()
    assert seen == [False]


# --- solver ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("long", [0, 10**9])
def test_linear_programs_are_not_begun(long: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interruptible, "LONG", long)
    relaxed = Program(**{**vars(knapsack(10)), "integer": np.zeros(10, dtype=bool)})
    assert solve_program(relaxed).ending == LinearSolver(relaxed).solve().ending == "optimal"
    with heeding(cancelled()):
        with pytest.raises(Cancelled):
            solve_program(relaxed)
        with pytest.raises(Cancelled):
            LinearSolver(relaxed).solve()


def test_a_mixed_integer_program_keeps_its_best_point() -> None:
    token = CancelToken()
    report = cancelling(token, lambda progress: progress.incumbent is not None)
    started = time.monotonic()
    with heeding(token):
        outcome = solve_program(knapsack(200, seed=5), SolveOptions(gap=0.0, time_limit=120.0, on_progress=report))
    assert time.monotonic() - started < 60.0
    assert outcome.ending == "interrupted"
    assert outcome.point is not None
    assert outcome.bound is not None
    assert outcome.value is not None
    assert outcome.bound >= outcome.value


# --- solve -------------------------------------------------------------------------------------------------


def test_cancelled_before_it_begins() -> None:
    result = solve(load_bundled("two_firms"), cancel=cancelled())
    assert (result.status, result.stop_reason, result.interrupted) == ("stopped", "interrupted", True)
    assert result.certificate is not None
    assert result.certificate.holds


@pytest.mark.parametrize("method", ["decomposed", "extensive"])
def test_a_solve_cancelled_by_another_thread_returns_its_best_contract(method: str) -> None:
    token, instance = CancelToken(), hard() if method == "decomposed" else load_bundled("horizon2020_12")
    found: list[rd_contract.Result] = []
    known = threading.Event()

    def report(progress: rd_contract.Progress) -> None:
        if progress.incumbent is not None and progress.phase == "contract":
            known.set()

    def work() -> None:
        found.append(solve(instance, gap=0.0, method=method, on_progress=report, cancel=token))

    worker = threading.Thread(target=work)
    worker.start()
    assert known.wait(60.0)
    token.cancel()
    asked = time.monotonic()
    worker.join(60.0)
    assert time.monotonic() - asked < SOON
    [result] = found
    assert (result.status, result.stop_reason, result.interrupted) == ("feasible", "interrupted", True)
    assert result.certificate is not None
    assert result.certificate.holds
    assert result.bound is not None
    assert result.bound >= (result.objective_value or 0.0)


def test_a_task_that_gives_up_waiting_cancels_the_solve() -> None:
    async def limited() -> rd_contract.Result:
        token = CancelToken()
        work = asyncio.create_task(asyncio.to_thread(solve, hard(), cancel=token))
        await asyncio.wait([work], timeout=1.0)
        token.cancel()
        return await work

    started = time.monotonic()
    assert asyncio.run(limited()).stop_reason == "interrupted"
    assert time.monotonic() - started < 1.0 + SOON


def test_one_of_two_solves_is_cancelled() -> None:
    token, found = CancelToken(), {}

    def work(name: str, instance: Instance, cancel: CancelToken | None) -> None:
        found[name] = solve(instance, cancel=cancel)

    threads = [
        threading.Thread(target=work, args=("hard", hard(), token)),
        threading.Thread(target=work, args=("easy", load_bundled("two_firms"), CancelToken())),
    ]
    for thread in threads:
        thread.start()
    threads[1].join(60.0)
    token.cancel()
    threads[0].join(60.0)
    assert found["easy"].status == "optimal"
    assert found["hard"].stop_reason == "interrupted"


class Countdown(CancelToken):
    """A token that is cancelled the nth time somebody looks at it."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.left = looks

    @property
    def cancelled(self) -> bool:
        """Count a look."""
        self.left -= 1
        return self.left < 0


def looks(instance: Instance, **options: Any) -> int:
    """Return how often a whole solve looks at its token."""
    counter = Countdown(10**9)
    assert solve(instance, cancel=counter, **options).status == "optimal"
    return 10**9 - counter.left


@pytest.mark.parametrize(
    "options",
    [{}, {"method": "extensive"}, {"robust": "unique"}, {"stability": True}, {"top": 3}],
    ids=lambda options: "-".join(map(str, options.values())) or "plain",
)
def test_wherever_it_is_cancelled_the_answer_is_sound(options: dict[str, Any]) -> None:
    instance = load_bundled("two_firms")
    full = solve(instance, **options)
    total = looks(instance, **options)
    assert total > 5
    for at in sorted({0, 1, *range(2, total, -(-total // 12)), total - 2, total - 1}):
        token = Countdown(at)
        result = solve(instance, cancel=token, **options)
        # How often a mixed-integer solve looks depends on its pace: the last looks may not come again.
        assert result.interrupted == (token.left < 0)
        assert result.certificate is not None
        assert result.certificate.holds
        if result.has_contract:
            assert (result.objective_value or 0.0) <= (full.objective_value or 0.0) + 1e-6
        if result.status == "optimal":
            assert result.objective_value == pytest.approx(full.objective_value)


@pytest.mark.parametrize("division", ["nash", "shapley", "nucleolus"])
def test_division_is_left_when_cancelled(division: str) -> None:
    instance = Instance.from_dict({**load_bundled("two_firms").to_dict(), "division": division})
    result = solve(instance, cancel=Countdown(looks(instance) - 3))
    assert result.has_contract
    assert result.interrupted
    assert result.certificate is not None
    assert result.certificate.holds


def test_uniqueness_is_left_when_cancelled() -> None:
    p = derive(load_bundled("two_firms")).scaled()
    with heeding(cancelled()):
        found = search(p, SearchOptions(unique=True))
    assert found.stop_reason == "interrupted"
    assert found.interrupted


# --- studies -----------------------------------------------------------------------------------------------


def studies() -> Iterator[tuple[str, Callable[[CancelToken], object]]]:
    instance = load_bundled("two_firms")
    result = solve(instance)
    yield "stability", lambda token: rd_contract.stability(instance, result, cancel=token)
    yield "explain", lambda token: rd_contract.explain(instance, result, cancel=token)
    yield "explain from nothing", lambda token: rd_contract.explain(load_bundled("no_contract"), cancel=token)
    yield "compare", lambda token: rd_contract.compare(instance, cancel=token)
    yield "obstacles", lambda token: rd_contract.explain_obstacles(load_bundled("no_contract"), cancel=token)


@pytest.mark.parametrize(("name", "study"), list(studies()), ids=lambda value: value if isinstance(value, str) else "")
def test_studies_end_wherever_they_are_cancelled(name: str, study: Callable[[CancelToken], object]) -> None:
    counter = Countdown(10**9)
    complete = study(counter)
    total = 10**9 - counter.left
    for at in (1, total // 3, total // 2, total - 2):
        if name == "explain from nothing" and at == 1:
            with pytest.raises(rd_contract.ResultError, match="stopped"):
                study(Countdown(at))
            continue
        found = study(Countdown(at))
        assert type(found) is type(complete) or found is None
        if isinstance(found, rd_contract.Explanation | rd_contract.Comparison):
            assert not found.complete
        if isinstance(found, rd_contract.Explanation):
            assert {one.reason for one in found.not_examined} == {"interrupted"}


def test_a_sweep_keeps_what_is_answered(tmp_path: Any) -> None:
    token = CancelToken()
    values = tuple(np.linspace(0.0, 4.0, 9).tolist())
    plan = SweepPlan(vary=(Axis(path="firms.Supplier.outside_option", values=values),))
    outcome = rd_contract.sweep(
        load_bundled("two_firms"),
        plan,
        tmp_path / "sweep",
        resources=Resources(jobs=1),
        on_progress=cancelling(token, lambda progress: progress.done >= 3),
        cancel=token,
    )
    assert outcome.stopped == "interrupted"
    assert outcome.solved == 3
    assert outcome.statuses["missing"] > 0


def test_break_even_ends() -> None:
    axis = Axis(path="firms.Supplier.outside_option", low=0.0, high=12.0)
    found = rd_contract.break_even(load_bundled("two_firms"), axis, resources=Resources(jobs=1), cancel=cancelled())
    assert found.stopped == "interrupted"


def test_a_frontier_ends() -> None:
    found = rd_contract.frontier(load_bundled("two_firms"), "cost", resources=Resources(jobs=1), cancel=cancelled())
    assert (found.stopped, found.points) == ("interrupted", ())


# --- threads -----------------------------------------------------------------------------------------------


def test_solves_in_threads_answer_as_alone() -> None:
    """Bytes are the same but for the seconds."""
    instances = [load_bundled("two_firms"), load_bundled("big_m_trap"), load_bundled("horizon2020_12")]
    tasks = [(0, "decomposed"), (0, "extensive"), (1, "extensive"), (1, "decomposed"), (2, "decomposed")]

    def text(at: int, method: str) -> str:
        result = solve(instances[at], method=method)
        return result.replace(solver=result.solver.model_copy(update={"seconds": 0.0})).to_json()

    alone = {task: text(*task) for task in tasks}
    together: dict[tuple[int, str, int], str] = {}

    def work(task: tuple[int, str], turn: int) -> None:
        together[(*task, turn)] = text(*task)

    threads = [threading.Thread(target=work, args=(task, turn)) for task in tasks for turn in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {key: value == alone[key[:2]] for key, value in together.items()} == dict.fromkeys(together, True)
