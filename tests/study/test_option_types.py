"""Options of another type than they should be are refused at the call, wherever a public function has them."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rd_contract
from rd_contract import (
    Axis,
    Counts,
    Instance,
    JointProjects,
    OptionError,
    Resources,
    Result,
    SweepPlan,
    load_bundled,
    solve,
)

#: What every option of a kind is not, by its name; the last is for whatever else may be yes or no.
WRONG: dict[str, Any] = {
    "cancel": threading.Event(),
    "on_progress": 5,
    "on_note": "print",
    "resources": 4,
    "settings": {"gap": 0.0},
    "start": "result.json",
    "guide": 1.0,
}


def options_of(function: Callable[..., object]) -> Iterator[tuple[str, Any]]:
    """The options of a function that are checked, each with a value that it must not have."""
    for name, parameter in inspect.signature(function).parameters.items():
        if name in WRONG:
            yield name, WRONG[name]
        elif parameter.annotation == "bool":
            yield name, "no"
            yield name, 1


PUBLIC: dict[str, Callable[..., object]] = {
    name: getattr(rd_contract, name) for name in rd_contract.__all__ if inspect.isfunction(getattr(rd_contract, name))
} | {f"{kind.__name__}.from_file": kind.from_file for kind in (Instance, Counts, JointProjects)}

CASES = [
    pytest.param(name, option, value, id=f"{name}-{option}-{value if isinstance(value, int | str) else 'object'}")
    for name, function in sorted(PUBLIC.items())
    for option, value in options_of(function)
]


@pytest.fixture(scope="module")
def answered() -> tuple[Instance, Result]:
    instance = load_bundled("two_firms")
    return instance, solve(instance)


@pytest.mark.parametrize(("name", "option", "value"), CASES)
def test_options_of_another_type_are_refused_at_the_call(
    name: str, option: str, value: Any, answered: tuple[Instance, Result], tmp_path: Path
) -> None:
    instance, result = answered
    axis = Axis(path="project.value", low=0.5, high=2.0)
    given: dict[str, Any] = {
        "instance": instance,
        "result": result,
        "axis": axis,
        "plan": SweepPlan(vary=(axis,)),
        "folder": tmp_path / "new",
        "second": "members",
        "record": (),
        "contracts": {"signed": result},
        "path": tmp_path / "missing.csv",
    }
    wanted = inspect.signature(PUBLIC[name]).parameters.values()
    asked = {one.name: given[one.name] for one in wanted if one.default is one.empty}
    with pytest.raises(OptionError, match=f"^{option} must be "):
        PUBLIC[name](**asked, **{option: value})
    assert not list(tmp_path.iterdir())


def test_every_function_that_takes_a_while_is_among_the_cases() -> None:
    names = {case.values[0] for case in CASES}
    assert {"advise", "audit", "break_even", "compare", "explain", "explain_obstacles", "frontier"} < names
    assert {"over_worlds", "renew", "solve", "stability", "sweep", "value_of_monitoring", "value_of_scenarios"} < names


def test_yes_and_no_of_numpy_are_yes_and_no(answered: tuple[Instance, Result]) -> None:
    instance, result = answered
    told = solve(instance, stability=np.bool_(True))  # type: ignore[arg-type]
    assert told.stability is not None
    assert told.joint_surplus == result.joint_surplus


@pytest.mark.parametrize("jobs", [0, 1.5, True, "2"])
def test_processes_are_counted_in_whole_numbers(jobs: Any) -> None:
    with pytest.raises(OptionError, match="jobs must be a whole number of at least 1 or None, not"):
        Resources(jobs)
