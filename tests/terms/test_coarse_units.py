"""Units that are too coarse for the amounts: never worse terms than unasked, and what they move is told."""

from __future__ import annotations

import pytest

from printing import sentences
from rd_contract import Instance, Result, load_bundled, solve, stability
from rd_contract.report.content.contract import contract_report
from samples import case


def surpluses(result: Result) -> list[float]:
    return [member.surplus for member in result.members]


def test_a_unit_in_vain_is_as_none_asked_for() -> None:
    instance = load_bundled("horizon2020_12")
    plain, coarse = solve(instance), solve(instance, unit=1000.0)
    assert plain.rounding is not None
    assert plain.rounding.money_unit is not None
    assert (coarse.rounding, coarse.members) == (plain.rounding, plain.members)
    assert coarse.certificate is not None
    assert coarse.certificate.holds
    assert "1,000 EUR million, as was asked for, leaves the conditions no room" in sentences(contract_report(coarse))


def test_what_a_coarse_unit_moves_is_told_and_its_division_judged_as_it_is() -> None:
    instance = case("drone")
    result = solve(instance, unit=1000.0)
    assert result.rounding is not None
    fair = surpluses(solve(instance))
    assert max(fair) - min(fair) < 1e-3
    moved = max(abs(one - other) for one, other in zip(surpluses(result), fair, strict=True))
    assert result.rounding.moved == pytest.approx(moved, rel=1e-3)
    assert moved > 0.1
    page = sentences(contract_report(result))
    assert f"but for rounding to the unit, which moves surpluses by up to {moved:.3f} EUR million" in page


@pytest.mark.parametrize(("moved", "stable"), [(0.001, True), (0.1, False)])
def test_rounding_is_forgiven_while_it_is_little(moved: float, stable: bool) -> None:
    """Where both reach alone what they have together, who lost more than next to nothing would rather leave."""
    menu = [{"level": 1.0, "cost": 0.0}]
    firms = [{"name": name, "contribution": worth, "efforts": menu} for name, worth in (("A", 0.55), ("B", 0.3))]
    instance = Instance.from_dict({"format": "rd-contract/1", "division": "nucleolus", "firms": firms})
    result = solve(instance)
    assert result.rounding is not None
    first, second = result.members
    rounded = result.replace(
        members=(
            first.model_copy(update={"surplus": first.surplus - moved}),
            second.model_copy(update={"surplus": second.surplus + moved}),
        ),
        rounding=result.rounding.model_copy(update={"moved": moved}),
    )
    found = stability(instance, rounded)
    assert found is not None
    assert found.stable is stable


def test_what_the_usual_unit_moves_is_not_worth_a_word() -> None:
    result = solve(case("drone"))
    assert result.rounding is not None
    assert result.rounding.moved > 0.0
    assert "but for rounding" not in sentences(contract_report(result))
