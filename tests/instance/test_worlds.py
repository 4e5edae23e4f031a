"""Scenarios as instances of their own."""

from typing import Any

from rd_contract import Instance
from rd_contract.instance import Edit, load_bundled, variant, worlds


def _document(*scenarios: dict[str, Any], **more: Any) -> dict[str, Any]:
    return load_bundled("horizon2020_12").to_dict() | {"scenarios": list(scenarios)} | more


def _instance(*scenarios: dict[str, Any], **more: Any) -> Instance:
    return Instance.from_dict(_document(*scenarios, **more))


def test_a_world_is_the_instance_with_the_numbers_of_the_scenario() -> None:
    plain = load_bundled("horizon2020_12")
    one, other, pair = plain.firms[0].name, plain.firms[-1].name, plain.relations[0].between
    changes = [
        {"path": "modes.*.value_factor", "factor": 0.8},
        {"path": f"firms.{one}.outside_option", "value": 2.5},
        {"path": f"firms.{other}.efforts.full_cost", "factor": 1.5},
        {"path": f"relations.{pair[1]} & {pair[0]}.spillover", "value": -0.5},
    ]
    [bad, same] = worlds(_instance({"name": "bad", "changes": changes}, {"name": "as it is"}))
    edits = [
        Edit(change["path"], change.get("value", change.get("factor")), operation)  # type: ignore[arg-type]
        for change, operation in zip(changes, ("scale", "set", "scale", "set"), strict=True)
    ]
    assert (bad.name, bad.probability) == ("bad", 0.5)
    assert bad.instance == variant(plain, edits)
    assert same.instance == plain
    assert same.instance.sha256 == plain.sha256
