"""The numbers of scenarios: every field that may differ is among them."""

from __future__ import annotations

from typing import get_type_hints

from rd_contract.model.parameters import Parameters, Regime
from rd_contract.model.quantities import PerFirm, Quantity, quantities
from rd_contract.model.scenarios import FIXED, OF_REGIME, SINGLE, per_firm


def test_every_number_may_differ_by_scenario_but_for_limits_of_the_terms() -> None:
    along_firms = {name for name, declared in quantities(Parameters).items() if declared.shape is PerFirm}
    assert set(per_firm()) | FIXED == along_firms
    assert not set(per_firm()) & FIXED
    numbers = {name for name, hint in get_type_hints(Regime).items() if hint is float}
    assert set(OF_REGIME) == numbers
    assert all(isinstance(quantities(Parameters)[name], Quantity) for name in SINGLE)


def test_powers_of_money_are_those_of_the_problem() -> None:
    kinds, regime = quantities(Parameters), quantities(Regime)
    assert {name: kinds[name].money for name in SINGLE} == SINGLE
    assert {name: regime[name].money for name in OF_REGIME} == OF_REGIME
