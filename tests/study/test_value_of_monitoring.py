"""What a choice of monitoring is worth (M39) is what enumeration finds with it and without."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from comparisons import near
from oracles.enumeration import best_contract
from oracles.random_instances import random_instance
from oracles.random_scenarios import random_scenarios
from rd_contract import Comparison, Edit, Instance, compare, form_instance, load_bundled, solve, variant, worlds
from rd_contract.report.content.comparison import comparison_report
from rd_contract.report.page import Bullets
from rd_contract.study.monitoring import MonitoringValue, least_monitoring, value_of_monitoring

Raw = dict[str, Any]

SEEDS = (*range(10), 19, 35, 63, 70, 97)


def _least(raw: Raw) -> Raw:
    """Return the instance with the option of least detection alone, made by hand."""
    raw = copy.deepcopy(raw)
    options = raw["monitoring"]
    raw["monitoring"] = [min(options, key=lambda one: (one.get("detection", 0.0), one.get("cost", 0.0)))]
    return raw


def _outside(raw: Raw) -> float:
    if raw.get("objective") != "lead":
        return 0.0
    lead = raw["project"]["lead"]
    return float(next(firm.get("outside_option", 0.0) for firm in raw["firms"] if firm["name"] == lead))


def _worth(raw: Raw) -> float:
    best = best_contract(raw)
    return _outside(raw) if best is None else best.objective_value


def _of(instance: Instance) -> MonitoringValue:
    found = value_of_monitoring(instance)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_what_enumeration_finds_with_and_without(seed: int) -> None:
    raw = random_instance(seed)
    instance = Instance.from_dict(raw)
    if len(instance.monitoring) < 2:
        assert value_of_monitoring(instance) is None
        return
    found = _of(instance)
    assert found.proven
    assert found.option == _least(raw)["monitoring"][0]["name"]
    more, less = _worth(raw), _worth(_least(raw))
    assert found.value == pytest.approx(more - less, abs=4e-6 * max(1.0, abs(more), abs(less)))
    assert value_of_monitoring(instance, solve(instance)) == found


def test_the_random_instances_tell_something() -> None:
    several = [raw for raw in map(random_instance, SEEDS) if len(raw.get("monitoring", ())) > 1]
    values = [_of(Instance.from_dict(raw)).value or 0.0 for raw in several]
    assert any(value > 0.01 for value in values)
    assert any(value == near(0.0) for value in values)


def test_two_firms_by_hand() -> None:
    """With the ledger both work, W = 6; without it the manufacturer alone does, W = 4."""
    instance = load_bundled("two_firms")
    assert _of(instance) == MonitoringValue("none", near(2.0), proven=True)
    assert _of(variant(instance, [Edit("monitoring.ledger.cost", 5)])).value == near(0.0)
    # At half the stake the supplier needs (4 - 0.5)/8 = 0.4375, and 0.6 + 0.4375 > 1.
    assert _of(variant(instance, [Edit("firms.Supplier.reputation_stake", 1)])).value == near(0.0)


def test_where_only_monitoring_makes_a_contract_it_is_worth_all_that_the_contract_is() -> None:
    """Both are required: without the ledger the supplier idles, W = 16 - 12 - 1 = 3, less what it earns outside."""
    both = variant(load_bundled("two_firms"), [Edit("firms.*.membership", "required")])
    assert _of(both).value == near(6.0 - 3.0)
    assert _of(variant(both, [Edit("firms.Supplier.outside_option", 4)])).value == near(2.0)


@pytest.mark.parametrize("seed", range(3))
def test_scenarios_keep_what_they_say_of_the_option_that_stays(seed: int) -> None:
    raw = random_scenarios(seed)
    raw["monitoring"] = [
        {"name": "audit", "cost": 0.4, "detection": 0.6},
        {"name": "none.at all", "cost": 0.1, "detection": 0.1},
    ]
    for at, scenario in enumerate(raw["scenarios"]):
        scenario["changes"] = [one for one in scenario["changes"] if not one["path"].startswith("monitoring")]
        scenario["changes"] += [
            {"path": "monitoring.audit.cost", "value": 0.1 * at},
            {"path": "monitoring[1].cost", "value": 0.2 * at},
            {"path": "monitoring.*.detection", "factor": 1.0 - 0.1 * at},
        ]
    instance = Instance.from_dict(raw)
    least = form_instance(instance, "least-monitoring")
    assert [option.name for option in least.monitoring] == ["none.at all"]
    for before, after in zip(worlds(instance), worlds(least), strict=True):
        assert after.instance.monitoring == before.instance.monitoring[1:]
        assert after.instance.firms == before.instance.firms


def test_least_is_on_average_over_scenarios() -> None:
    document = load_bundled("two_firms").to_dict()
    document["monitoring"] = [{"name": "first", "detection": 0.2}, {"name": "second", "detection": 0.3}]
    assert least_monitoring(Instance.from_dict(document)).name == "first"
    document["scenarios"] = [
        {"name": "A", "changes": [{"path": "monitoring.first.detection", "value": 0.9}]},
        {"name": "B"},
    ]
    assert least_monitoring(Instance.from_dict(document)).name == "second"


# --- in comparisons ----------------------------------------------------------------------------------------


def _sentences(found: Comparison) -> list[str]:
    blocks = comparison_report(found).blocks
    return [entry.plain for block in blocks if isinstance(block, Bullets) for entry in block.entries]


def test_comparisons_have_a_row_for_it_and_say_what_it_is_worth() -> None:
    instance = load_bundled("two_firms")
    found = compare(instance)
    gain = found.gain("joint", "least-monitoring")
    assert gain is not None
    assert gain.amount == near(_of(instance).value)
    # Deposits are not in this instance, so the last step and monitoring are worth the same: told once.
    told = ["Monitoring adds 2.000, 50.0%.", 'All of that comes from monitoring by "ledger" rather than "none".']
    assert [sentence for sentence in _sentences(found) if "onitoring" in sentence] == told
    dear = compare(variant(instance, [Edit("monitoring.ledger.cost", 5)]))
    assert 'A choice of monitoring adds nothing: "none" is as good as any.' in _sentences(dear)


def test_where_there_is_nothing_to_choose_there_is_no_row() -> None:
    assert compare(load_bundled("seller_and_buyers")).form("least-monitoring") is None
