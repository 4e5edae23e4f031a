"""Random instances with scenarios: valid, read alike by the library, and of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from oracles.coverage import GOALS, coverage
from oracles.problem import read_problem
from oracles.random_rules import REFUSALS
from oracles.random_scenarios import drawn, random_scenarios
from oracles.worlds import Changed, raw_worlds
from rd_contract import Instance, InstanceError
from rd_contract.instance import worlds
from rd_contract.instance.refusals import CHANGEABLE

Raw = dict[str, Any]


def accepted(seeds: range) -> Iterator[tuple[Raw, Instance]]:
    """Yield random instances that the format does not refuse for their rules, or for want of eligible firms."""
    for raw in drawn(seeds):
        try:
            yield raw, Instance.from_dict(raw)
        except InstanceError as error:
            if not {problem.rule for problem in error.problems} <= REFUSALS | {"team-size-eligible"}:
                raise


def test_the_library_reads_the_same_numbers_in_every_scenario() -> None:
    for raw, instance in accepted(range(200)):
        ours, theirs = raw_worlds(raw), worlds(instance)
        assert len(ours) == len(theirs)
        for (probability, document), world in zip(ours, theirs, strict=True):
            assert probability == world.probability
            one, other = read_problem(document), read_problem(world.instance.to_dict())
            assert replace(one, candidates=(), rules=()) == replace(other, candidates=(), rules=())


def test_random_scenarios_are_repeatable_and_small() -> None:
    for seed in range(50):
        assert random_scenarios(seed) == random_scenarios(seed)
    assert all(len(raw["firms"]) <= 4 and 2 <= len(raw["scenarios"]) <= 4 for raw in drawn(range(300)))


def test_random_scenarios_change_whatever_may_change() -> None:
    changed: set[str] = set()
    ways: set[str] = set()
    for raw in drawn(range(300)):
        reader = Changed(raw)
        for scenario in raw["scenarios"]:
            for change in scenario.get("changes", []):
                fields = {field for _, _, field in reader.places(change["path"])}
                changed |= {"firms.capabilities" if "capabilities" in field else field for field in fields}
                ways |= {"factor" if "factor" in change else "value", "all" if "*" in change["path"] else "one"}
    may = {f"{holder}.{name}".replace("[]", "") for holder, names in CHANGEABLE.items() for name in names}
    assert changed == may | {"firms.capabilities"}
    assert ways == {"factor", "value", "all", "one"}


def test_random_scenarios_use_every_field_and_every_choice() -> None:
    instances = [*drawn(range(600))]
    assert (
        coverage({k: v for k, v in raw.items() if k not in ("scenarios", "uncertainty")} for raw in instances) == GOALS
    )
    asked = [raw["uncertainty"] for raw in instances]
    chosen = {
        (one.get("timing"), one.get("agreement"), one.get("objective"), one.get("alpha") is None) for one in asked
    }
    assert len({one[:3] for one in chosen}) >= 12
    assert len({one.get("objective") for one in asked if one.get("alpha") is not None}) == 1
    given = [[scenario.get("probability") for scenario in raw["scenarios"]] for raw in instances]
    assert any(0.0 in one for one in given)
    assert any(set(one) == {None} for one in given)
