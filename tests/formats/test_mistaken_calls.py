"""Calls that are easily mistaken: a file's name for an instance, values without names, changing what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import rd_contract
from rd_contract import Axis, Firm, ImmutableError, Instance, InstanceError, RdContractError, ResultError, SweepPlan

AXIS = Axis(path="project.value", low=0.0, high=1.0)

CALLS: dict[str, Callable[[Any], object]] = {
    "solve": rd_contract.solve,
    "advise": rd_contract.advise,
    "calibrated": rd_contract.calibrated,
    "verify": lambda wrong: rd_contract.verify(wrong, wrong),
    "audit": lambda wrong: rd_contract.audit(wrong, wrong),
    "evaluate": lambda wrong: rd_contract.evaluate(wrong, wrong),
    "explain": rd_contract.explain,
    "explain_obstacles": rd_contract.explain_obstacles,
    "compare": rd_contract.compare,
    "stability": lambda wrong: rd_contract.stability(wrong, wrong),
    "find_warnings": rd_contract.find_warnings,
    "break_even": lambda wrong: rd_contract.break_even(wrong, AXIS),
    "frontier": lambda wrong: rd_contract.frontier(wrong, "members"),
    "sweep": lambda wrong: rd_contract.sweep(wrong, SweepPlan(vary=(AXIS,)), "nowhere"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("wrong", "found", "hint"),
    [
        ("drone.json", '"drone.json"', 'Instance.from_file("drone.json") reads one'),
        (Path("drone.json"), '"drone.json"', 'Instance.from_file("drone.json") reads one'),
        ({"format": "rd-contract/1"}, '{"format": "rd-contract/1"}', "Instance.from_dict(...) makes one"),
        (None, "an object of type NoneType", ""),
    ],
    ids=["name", "path", "dict", "nothing"],
)
def test_what_is_no_instance_is_told(call: Callable[[Any], object], wrong: Any, found: str, hint: str) -> None:
    with pytest.raises(InstanceError) as caught:
        call(wrong)
    [problem] = caught.value.problems
    assert (problem.found, problem.expected, problem.hint) == (found, "an object of type Instance", hint)
    assert not Path("nowhere").exists()


@pytest.mark.parametrize("name", ["verify", "audit", "stability", "evaluate"])
def test_what_is_no_result_is_told(name: str) -> None:
    with pytest.raises(ResultError, match=r'Result.from_file\("result.json"\)'):
        getattr(rd_contract, name)(rd_contract.load_bundled("two_firms"), "result.json")


def test_fields_go_by_their_names() -> None:
    make: Any = Firm
    with pytest.raises(InstanceError, match=r'found "Lab" without the name of a field.*write Firm\(name=..., ...\)'):
        make("Lab")
    make = Instance
    with pytest.raises(InstanceError, match="without the name of a field"):
        make({"format": "rd-contract/1"})


def test_what_cannot_be_changed_says_what_to_do() -> None:
    instance: Any = rd_contract.load_bundled("two_firms")
    for family in (RdContractError, AttributeError, ImmutableError):
        with pytest.raises(family, match=r"value of this Project cannot be changed: .*variant\(instance"):
            instance.project.value = 3.0
