"""The extensive form against the terms program and against designs, row family by row family."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from documented import ROOT
from oracles.enumeration import all_designs
from oracles.random_instances import random_instance
from rd_contract.engine import solve_program
from rd_contract.engine.standard_form import compile_model
from rd_contract.formulation import liquidity, rows, variables
from rd_contract.formulation.extensive import (
    add_premium_tangents,
    build_extensive_form,
    build_first_best,
    exclude_design,
    read_design,
)
from rd_contract.formulation.sets import Sets
from rd_contract.instance import Instance
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import design_surplus, marginal_value
from rd_contract.terms import best_terms
from samples import to_design


def fix(model: Any, design: Design) -> None:
    for (i, a), variable in model.z.items():
        # Bounds, not fix(): Pyomo would fold the constant and refuse rows that it then sees to be infeasible.
        variable.setlb(int(design.levels[i] == a))
        variable.setub(int(design.levels[i] == a))


def designs_of(seed: int, every: int = 7) -> tuple[Parameters, list[Design]]:
    raw = random_instance(seed)
    p = derive(Instance.from_dict(raw)).scaled()
    return p, [to_design(p, drawn) for drawn in list(all_designs(raw))[::every]][:12]


@pytest.mark.parametrize("seed", range(40))
def test_extensive_form_with_a_design_fixed_is_its_terms_program(seed: int) -> None:
    p, designs = designs_of(seed)
    for design in designs:
        model = build_extensive_form(p, design.regime)
        support = best_terms(p, design)
        shares = [] if support is None else list(enumerate(support.shares.tolist()))
        grid = [(i, step / 64.0) for i in range(p.n) for step in range(1, 65)]
        add_premium_tangents(model, p, design.regime, [*shares, *grid])
        fix(model, design)
        outcome = solve_program(compile_model(model))
        if support is None:
            assert outcome.ending == "infeasible", design
        else:
            # Tangents lie below the premium: the extensive form may promise a little more, never less.
            slack = sum(p.premium(p.regimes[design.regime])) / (4.0 * 64.0**2)
            assert outcome.value is not None, design
            assert support.value - 1e-7 <= outcome.value <= support.value + slack + 1e-7, design


@pytest.mark.parametrize("seed", range(40))
def test_first_best_with_a_design_fixed_is_its_surplus(seed: int) -> None:
    p, designs = designs_of(seed)
    for design in designs:
        model = build_first_best(p, design.regime)
        fix(model, design)
        outcome = solve_program(compile_model(model))
        assert outcome.value == pytest.approx(design_surplus(p, design), abs=1e-7)


@pytest.mark.parametrize("seed", range(60))
def test_bounds_from_data_are_bounds(seed: int) -> None:
    p, designs = designs_of(seed)
    for design in designs:
        sets = Sets(p, p.regimes[design.regime])
        assert design_surplus(p, design) <= sets.surplus_bound() + 1e-9
        x = design.efforts(p.x)
        marginal = marginal_value(p, sets.regime, x)
        for i in design.members:
            assert marginal[i] <= sets.largest_marginal_values()[i] + 1e-9
            support = best_terms(p, design)
            needed = sets.required_income(i, design.levels[i])
            if support is not None and needed > 0.0:
                assert support.shares[i] * marginal[i] >= needed - 1e-7


def test_product_count_counts_the_products() -> None:
    for seed in range(30):
        p = derive(Instance.from_dict(random_instance(seed)))
        sets = Sets(p, p.regimes[0])
        model = build_extensive_form(p, 0)
        at_work = sum(len(sets.working[i]) * len(sets.working[j]) for i, j in sets.synergy_pairs)
        own = sum(len(sets.menus[i]) == 1 or i in sets.cash_limited for i in sets.firms)
        made = len(model.P) + len(model.q) + len(model.T)
        spare = len(sets.product_pairs) * 16 + sum(len(menu) ** 2 for menu in sets.menus)
        assert made <= sets.product_count() <= made + spare + 2 * own * (at_work + len(model.P))


def test_excluded_design_is_the_only_one_cut_off() -> None:
    p, designs = designs_of(3, every=1)
    model = build_first_best(p, 0)
    of_regime = [design for design in designs if design.regime == 0]
    exclude_design(model, of_regime[0])
    for design in of_regime:
        fix(model, design)
        feasible = solve_program(compile_model(model)).ending == "optimal"
        assert feasible == (design != of_regime[0])


def test_read_design_rounds_binaries() -> None:
    p, _ = designs_of(3)
    values = {f"z[{i},{a}]": 0.0 for i, menu in enumerate(p.x) for a in range(len(menu))}
    values["z[1,0]"] = 1.0 - 1e-9
    assert read_design(p, 0, values).members == (1,)
    assert read_design(p, 0, values).levels[1] == 0


def test_every_family_is_documented_with_its_equation() -> None:
    page = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    families = {
        f"formulation.{module.__name__.rsplit('.', 1)[1]}.{name}": function
        for module in (variables, rows, liquidity)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name.startswith("add_") and function.__module__ == module.__name__
    }
    assert len(families) > 12
    for name, function in families.items():
        assert f"`{name}`" in page, name
        assert function.__doc__, name


def test_building_is_silent_whatever_interrupts_it(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = (derive(Instance.from_dict(random_instance(seed))) for seed in range(30))
    p = next(p for p in drawn if Sets(p, p.regimes[0]).share_products)

    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(variables, "product", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build_extensive_form(p, 0)
    assert capfd.readouterr().out == ""
