"""What is done to a problem as a whole is done to every field: held against the same thing done to the file.

Nothing here lists fields. What counts in money is read from the types of the file format; whether the declarations of
the problem's own fields are right shows when the changed file gives another problem than the changed problem.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from typing import Annotated, Any, get_args

import numpy as np
import pytest
from pydantic import BaseModel

from oracles.coverage import DEFAULTS, UNCERTAIN
from oracles.random_instances import random_instance
from rd_contract.formats.documents import InMoney
from rd_contract.instance import Instance
from rd_contract.instance.schema import InstanceData
from rd_contract.model.derivation import derive
from rd_contract.model.parameters import Parameters, RuleRow
from rd_contract.model.quantities import Quantity, Whole, converted, quantities, restricted

SEEDS = range(60)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _marks(annotation: Any, metadata: tuple[Any, ...] = ()) -> Iterator[InMoney]:
    yield from (mark for mark in metadata if isinstance(mark, InMoney))
    for inner in get_args(annotation):
        yield from _marks(inner, getattr(inner, "__metadata__", ()))


def _fields(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, int]]:
    """Yield every field of the file format that holds values, dotted, with the power of money in its unit."""
    for name, field in model.model_fields.items():
        inner = list(_models(field.annotation))
        for one in inner:
            yield from _fields(one, f"{path}{name}.")
        if not inner:
            powers = [mark.power for mark in _marks(field.annotation, tuple(field.metadata))]
            yield f"{path}{name}", powers[0] if powers else 0


POWERS = dict(_fields(InstanceData))
MONEY = {path for path, power in POWERS.items() if power}


def _in_unit(node: Any, unit: float, path: str = "") -> Any:
    """Return a document, or a part of it, with money counted in another unit."""
    if isinstance(node, list):
        return [_in_unit(item, unit, path) for item in node]
    if isinstance(node, dict):
        return {key: _in_unit(item, unit, f"{path}.{key}" if path else key) for key, item in node.items()}
    power = POWERS.get(path, 0)
    return node if node is None or power == 0 else node / unit**power


def _row(row: RuleRow) -> tuple[Any, ...]:
    labels = None if row.labels is None else row.labels.tolist()
    return row.name, row.measure, row.weights.tolist(), row.lower, row.upper, labels


def _aligned(p: Parameters, names: tuple[str, ...]) -> dict[str, Any]:
    """Return all fields with the firms in another order; pairs keep no direction."""
    order = [p.names.index(name) for name in names]
    q = restricted(p, order)
    found = {field.name: getattr(q, field.name) for field in dataclasses.fields(q)}
    found["sigma"] = {tuple(sorted(pair)): value for pair, value in q.sigma.items()}
    found["pi"] = {tuple(sorted(pair)): value for pair, value in q.pi.items()}
    found["exclusive"] = {tuple(sorted(pair)) for pair in q.exclusive}
    found["compelled"] = set(q.compelled)
    found["rules"] = {row.name: _row(row) for row in q.rules}
    if q.factor is not None:
        found["factor"] = (q.factor[0] * q.factor[1]) @ q.factor[0].T
    return found


def _differences(p: Parameters, q: Parameters) -> list[str]:
    """Return the fields in which two problems of the same firms differ by more than rounding."""
    ours, theirs = _aligned(p, p.names), _aligned(q, p.names)
    return [name for name in ours if not _same(ours[name], theirs[name])]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray | float):
        noise = 1e-12 * float(np.abs(np.nan_to_num(one, posinf=0.0)).max(initial=0.0))
        return bool(np.allclose(one, other, rtol=1e-12, atol=noise))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if dataclasses.is_dataclass(one):
        return _same(dataclasses.astuple(one), dataclasses.astuple(other))  # type: ignore[arg-type]
    return bool(one == other)


# --- declarations -------------------------------------------------------------------------------------------


def test_the_format_says_which_numbers_are_money() -> None:
    assert {"firms.outside_option", "monitoring.cost", "relations.synergy", "firms.efforts.full_cost"} <= MONEY
    assert POWERS["firms.risk_aversion"] == -1
    assert not {"firms.share.min", "project.subsidy_rate", "firms.credit", "modes.value_factor"} & MONEY


def test_the_oracles_know_every_field_of_the_format() -> None:
    """All but the context, which decides no contract: tests of advice hold that."""
    assert DEFAULTS.keys() | UNCERTAIN.keys() == {path for path in POWERS if not path.startswith("context.")}


def test_every_field_that_is_read_exists_in_the_format() -> None:
    for name, declared in quantities(Parameters).items():
        assert not declared.source or POWERS[f"firms.{declared.source}"] == declared.money, name


def test_a_field_that_says_nothing_is_refused() -> None:
    @dataclasses.dataclass(frozen=True)
    class Forgetful:
        said: Annotated[float, Quantity()]
        silent: float

    with pytest.raises(TypeError, match="silent"):
        quantities(Forgetful)


def test_every_shape_is_used() -> None:
    used = {declared.shape for declared in quantities(Parameters).values()}
    assert used == {
        Whole,
        *Whole.__subclasses__(),
        *(one for kind in Whole.__subclasses__() for one in kind.__subclasses__()),
    }


# --- what is done to all ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("power", [-20, 3])
def test_the_unit_of_the_file_is_the_unit_of_the_problem(seed: int, power: int) -> None:
    document, unit = random_instance(seed), 2.0**power
    p = derive(Instance.from_dict(document))
    q = derive(Instance.from_dict(_in_unit(document, unit)))
    assert _differences(converted(p, unit), dataclasses.replace(q, scale=unit)) == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("power", [-20, 30])
def test_the_unit_of_the_file_does_not_matter(seed: int, power: int) -> None:
    document = random_instance(seed)
    p, q = (derive(Instance.from_dict(_in_unit(document, unit))).scaled() for unit in (1.0, 2.0**power))
    assert q.scale == p.scale / 2.0**power
    assert _differences(p, dataclasses.replace(q, scale=p.scale)) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_leaving_firms_out_of_the_file_leaves_them_out_of_the_problem(seed: int) -> None:
    document = random_instance(seed)
    p = derive(Instance.from_dict(document))
    lead = document.get("project", {}).get("lead")
    kept = [i for i, name in enumerate(p.names) if i % 2 == 0 or name == lead]
    names = {p.names[i] for i in kept}
    small: dict[str, Any] = copy.deepcopy(document)
    small["firms"] = [firm for firm in small["firms"] if firm["name"] in names]
    small["relations"] = [one for one in small.get("relations", []) if set(one["between"]) <= names]
    # Rules on the number of firms are of the whole, and no team could meet them.
    small.setdefault("project", {}).setdefault("team_size", {})["min"] = 1
    for technology in small["project"].get("technologies", []):
        technology.pop("requirement", None)
    q = derive(Instance.from_dict(small))
    part = dataclasses.replace(restricted(p, kept), size_min=1, rules=())
    assert _differences(part, q) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_requirements_of_those_kept_stay(seed: int) -> None:
    p = derive(Instance.from_dict(random_instance(seed)))
    kept = list(range(0, p.n, 2))
    for row, part in zip(p.rules, restricted(p, kept).rules, strict=True):
        assert _row(part) == _row(dataclasses.replace(row, weights=row.weights[kept]))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("path", sorted(path for path in MONEY if path.startswith("firms.")))
def test_no_amount_of_a_firm_is_far_above_the_unit(seed: int, path: str) -> None:
    """An amount that sets no unit of its own can be large; what is summed into a payoff cannot."""
    p = derive(Instance.from_dict(random_instance(seed))).scaled()
    for name, declared in quantities(Parameters).items():
        if declared.source and f"firms.{declared.source}" == path and declared.weight == "amount":
            assert np.abs(getattr(p, name)).max() <= 8.0
