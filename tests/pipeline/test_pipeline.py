"""``solve`` as a whole: options, limits, statuses, regimes, what a stopped solve leaves."""

from __future__ import annotations

import functools
import os
import pickle
import signal
import subprocess
import sys
import textwrap
from typing import Any

import pytest

import rd_contract
from benchmarks.families import network
from commands import works
from oracles.enumeration import best_contract
from oracles.random_instances import random_instance
from rd_contract import (
    Edit,
    Instance,
    OptionError,
    Progress,
    Result,
    load_bundled,
    solve,
    variant,
    verify,
)
from rd_contract.instance.literature import and_technology


def with_changes(name: str, **changes: Any) -> Instance:
    return Instance.from_dict({**load_bundled(name).to_dict(), **changes})


@pytest.mark.parametrize(
    "options",
    [
        {"time_limit": 0.0},
        {"time_limit": -1.0},
        {"time_limit": float("nan")},
        {"time_limit": float("inf")},
        {"gap": -1e-9},
        {"gap": 1.5},
        {"gap": float("nan")},
        {"threads": 0},
        {"threads": 1.5},
        {"threads": True},
        {"method": "magic"},
    ],
)
def test_options_outside_their_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match=next(iter(options))):
        solve(load_bundled("two_firms"), **options)


def test_public_names_are_what_they_say() -> None:
    for name in rd_contract.__all__:
        assert getattr(rd_contract, name) is not None
    assert set(dir(rd_contract)) >= set(rd_contract.__all__)
    with pytest.raises(AttributeError):
        _ = rd_contract.nothing
    result = rd_contract.solve(load_bundled("two_firms"))
    assert rd_contract.verify(load_bundled("two_firms"), result).holds


def test_time_limit_leaves_a_verified_contract_and_an_honest_bound() -> None:
    result = solve(Instance.from_dict(network(60, 3, degree=16.0)), time_limit=2.0)
    assert (result.status, result.stop_reason) == ("feasible", "time_limit")
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures
    assert result.joint_surplus is not None
    if result.bound is not None:  # a slow machine has none by then
        assert result.bound >= result.joint_surplus
        assert result.gap == pytest.approx((result.bound - result.joint_surplus) / max(1.0, result.joint_surplus))
    assert result.solver.seconds < 60.0


def test_no_time_at_all_leaves_an_honest_nothing() -> None:
    result = solve(load_bundled("horizon2020_40"), time_limit=1e-6)
    assert (result.status, result.stop_reason) == ("stopped", "time_limit")
    assert result.certificate is not None
    assert result.certificate.holds
    assert result.members == ()


def test_gap_is_respected_and_the_bound_is_true() -> None:
    for seed in range(30):
        raw = random_instance(seed)
        result = solve(Instance.from_dict(raw), gap=0.2)
        answer = best_contract(raw)
        assert (result.status == "no_contract") == (answer is None)
        if answer is not None:
            assert result.bound is not None
            assert result.objective_value is not None
            assert result.bound >= answer.objective_value - 1e-6 * max(1.0, abs(answer.objective_value))
            assert result.objective_value >= answer.objective_value - 0.21 * max(1.0, abs(answer.objective_value))


def test_progress_moves_from_first_best_to_contract() -> None:
    steps: list[Progress] = []
    solve(load_bundled("battery_alliance"), on_progress=steps.append)
    assert {step.phase for step in steps} == {"first best", "contract"}
    assert [step.seconds for step in steps] == sorted(step.seconds for step in steps)
    bounded = [step for step in steps if step.gap is not None]
    assert bounded
    assert all(step.gap is not None and step.gap >= 0.0 for step in bounded)


def test_regimes_that_cannot_win_say_how_little_they_could_reach() -> None:
    for seed in range(60):
        result = solve(Instance.from_dict(random_instance(seed)))
        if result.objective == "joint" and result.joint_surplus is not None:
            for regime in result.regimes:
                if regime.status == "dominated":
                    assert regime.bound is not None
                    assert regime.bound <= result.joint_surplus + 1e-6 * max(1.0, abs(result.joint_surplus)) + 1e-9


def test_results_and_instances_travel_between_processes() -> None:
    result = solve(load_bundled("two_firms"))
    assert pickle.loads(pickle.dumps(result)) == result
    assert pickle.loads(pickle.dumps(load_bundled("two_firms"))) == load_bundled("two_firms")


def test_verdict_does_not_depend_on_the_result_being_fresh() -> None:
    instance = load_bundled("two_firms")
    result = Result.from_dict(solve(instance).to_dict())
    assert verify(instance, result).holds
    better = result.replace(joint_surplus=result.joint_surplus + 0.1 if result.joint_surplus else 0.1)
    assert not verify(instance, better).holds


INTERRUPTED = """
    from rd_contract import load_bundled, solve
    instance = load_bundled("horizon2020_1496")
    print("ready", flush=True)
    result = solve(instance)
    print(result.status, result.stop_reason, result.certificate.holds, len(result.members) > 0, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are sent the POSIX way")
@pytest.mark.parametrize("after", [3, 10])
def test_ctrl_c_leaves_the_best_contract_so_far(after: int) -> None:
    code = textwrap.dedent(INTERRUPTED)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        works(process, after)
        process.send_signal(signal.SIGINT)
        answer = process.stdout.read()
        assert process.wait(60) == 0
    status, reason, holds, found = answer.split()
    assert (reason, holds) == ("interrupted", "True")
    assert (status, found) in (("feasible", "True"), ("stopped", "False"))


def test_an_equilibrium_that_breaks_the_budget_is_marked() -> None:
    """Both idle is all that a budget of 0 allows; both working is stable under the same terms, and not to be had."""
    document = and_technology(9.0).instance.to_dict()
    document["project"]["budget"] = 0.0
    result = solve(Instance.from_dict(document))
    assert {member.effort_level for member in result.members} == {0.0}
    assert result.certificate is not None
    marked = {tuple(sorted(e.efforts.values())): e.within_budgets for e in result.certificate.other_equilibria}
    assert marked[1.0, 1.0] is False


def test_threads_beyond_the_cores_are_not_asked_for() -> None:
    assert solve(load_bundled("two_firms"), threads=100_000).joint_surplus == pytest.approx(6.0)


# --- beginning at a contract of another instance ----------------------------------------------------------


@functools.cache
def solved_by_seed(seed: int) -> tuple[Instance, Result]:
    instance = Instance.from_dict(random_instance(seed))
    return instance, solve(instance)


@pytest.mark.parametrize("seed", range(40))
def test_a_contract_of_another_instance_to_begin_at_changes_no_answer(seed: int) -> None:
    """Teams that are too large here, members that must not join, levels and regimes that do not exist."""
    (instance, expected), (_, other) = solved_by_seed(seed), solved_by_seed(seed + 1)
    result = solve(instance, start=other)
    assert result.status == expected.status
    assert result.objective_value == (
        None if expected.objective_value is None else pytest.approx(expected.objective_value, rel=2e-6, abs=2e-6)
    )
    assert result.certificate is None or result.certificate.holds


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("project.team_size.max", 2),
        ("project.budget", 4.0),
        ("firms.Fraunhofer (DE).membership", "excluded"),
        ("firms.Daimler (DE).membership", "required"),
        ("relations.TNO (NL) & RWTH Aachen (DE).exclusive", True),
        ("project.technologies.recycling.requirement", 0.75),
    ],
)
def test_a_contract_to_begin_at_is_left_when_it_breaks_a_rule(path: str, value: Any) -> None:
    instance = load_bundled("horizon2020_12")
    start = solve(instance)
    changed = variant(instance, [Edit(path, value)])
    result, expected = solve(changed, start=start), solve(changed)
    assert result.status == expected.status
    assert result.joint_surplus == pytest.approx(expected.joint_surplus, rel=2e-6)
    assert result.certificate is not None
    assert result.certificate.holds


def test_a_solve_does_without_pyomo() -> None:
    """Importing it takes longer than most solves."""
    code = """
        import sys, rd_contract
        rd_contract.solve(rd_contract.load_bundled("two_firms"))
        sys.exit("pyomo" in sys.modules)
    """
    assert subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False).returncode == 0
