"""``evaluate`` of contracts for scenarios with an instance that has none, and in which order it names members."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import firm, make_document, pair
from commands import invoke, write
from rd_contract import Instance, Result, evaluate, solve


def document(*, scenarios: bool) -> dict[str, object]:
    """Return three firms whose order in the file is not that of their data."""
    told = make_document(
        [firm("Third", 9.0, 4.0), firm("First", 12.0, 2.0), firm("Second", 10.0, 3.0)],
        relations=[pair("First", "Second", synergy=3.0), pair("First", "Third", synergy=6.0)],
    )
    if scenarios:
        changes = [{"path": "firms.*.contribution", "factor": 0.9}]
        told["scenarios"] = [{"name": "bad", "changes": changes}, {"name": "good", "changes": []}]
    return told


@pytest.fixture
def signed(tmp_path: Path) -> str:
    result = solve(Instance.from_dict(document(scenarios=True)))
    return write(tmp_path / "signed.json", result.to_dict())


def test_it_is_said_that_the_scenarios_are_missing(tmp_path: Path, signed: str) -> None:
    plain = write(tmp_path / "plain.json", document(scenarios=False))
    answer = invoke("evaluate", plain, signed)
    assert answer.exit_code == 2
    told = " ".join(answer.stderr.replace("│", " ").split())
    assert "signed was made for 2 scenarios, and this instance has none" in told
    assert "give --scenarios with the sweep file whose points these are" in told
    assert "give either" not in told


def test_the_sweep_file_is_named_where_it_is_known(tmp_path: Path, signed: str) -> None:
    plain = write(tmp_path / "plain.json", document(scenarios=False))
    named = Result.from_file(signed).with_settings((), "outlook.json")
    answer = invoke("evaluate", plain, write(tmp_path / "drawn.json", named.to_dict()))
    assert answer.exit_code == 2
    assert "give --scenarios outlook.json" in " ".join(answer.stderr.replace("│", " ").split())


def test_what_is_missing_for_a_certain_contract_is_what_to_vary(tmp_path: Path) -> None:
    plain = document(scenarios=False)
    instance = write(tmp_path / "plain.json", plain)
    result = write(tmp_path / "certain.json", solve(Instance.from_dict(plain)).to_dict())
    answer = invoke("evaluate", instance, result)
    assert answer.exit_code == 2
    assert "give either --vary" in " ".join(answer.stderr.replace("│", " ").split())


@pytest.mark.parametrize("scenarios", [True, False])
def test_members_stand_in_the_order_of_the_contract(scenarios: bool) -> None:
    instance = Instance.from_dict(document(scenarios=scenarios))
    result = solve(instance)
    order = [member.firm for member in result.members]
    assert order == ["Third", "First", "Second"]
    found = evaluate(instance, result)
    for one in (found, *(each.outcome for each in found.scenarios)):
        assert list(one.profits) == list(one.efforts) == order
    poor = Instance.from_dict(
        {**document(scenarios=scenarios), "monitoring": [{"name": "none"}]}
        | {"firms": [{**one, "outside_option": 99.0} for one in instance.to_dict()["firms"]]}
    )
    assert list(evaluate(poor, result).losers) == order
