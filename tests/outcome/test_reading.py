"""What is read from a result is what was written into it; what is known already is not read back."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from oracles.random_instances import random_instance
from rd_contract import Edit, Instance, Result, ResultError, load_bundled, solve, stability, variant
from rd_contract.model.derivation import derive
from rd_contract.outcome.reading import nearest_design, read_agreement


@cache
def solved(seed: int) -> tuple[Instance, Result]:
    instance = Instance.from_dict(random_instance(seed))
    return instance, solve(instance, stability=True)


@pytest.mark.parametrize("seed", range(24))
def test_an_agreement_says_what_the_result_says(seed: int) -> None:
    instance, result = solved(seed)
    if not result.has_contract:
        with pytest.raises(ResultError, match="no contract"):
            read_agreement(instance, result)
        assert nearest_design(result, derive(instance)) is None
        return
    found = read_agreement(instance, result)
    p, regime = found.parameters, found.parameters.regimes[found.design.regime]
    assert (regime.mode, regime.monitoring) == (result.mode, result.monitoring)
    assert set(p.names) == {member.firm for member in result.members}
    for member in result.members:
        i = p.names.index(member.firm)
        assert p.x[i][found.design.levels[i]] == member.effort_level
        terms = [float(values[i]) for values in (found.terms.share, found.terms.rate, found.terms.transfer)]
        assert terms == [member.share, member.reimbursement_rate, member.transfer]
        assert found.terms.deposit[i] == member.deposit
    # Among all firms it is the same design.
    everybody = derive(instance)
    design = nearest_design(result, everybody)
    assert design is not None
    assert {everybody.names[i] for i in design.members} == set(p.names)
    assert np.allclose(sorted(design.efforts(everybody.x)[list(design.members)]), sorted(found.design.efforts(p.x)))


def test_what_a_problem_lacks_is_left_out_of_the_nearest_design() -> None:
    instance = load_bundled("two_firms")
    result = solve(instance)
    edits = [Edit("firms.Supplier.name", "Another"), Edit("modes.*.name", "other"), Edit("relations", [])]
    other = variant(instance, edits)
    p = derive(other)
    design = nearest_design(result, p)
    assert design is not None
    assert design.regime == 0
    assert [p.names[i] for i in design.members] == ["Manufacturer"]
    with pytest.raises(ResultError) as caught:
        read_agreement(other, result)
    assert [problem.path for problem in caught.value.problems] == ["members.Supplier", "mode"]


def test_solve_does_not_read_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {seed: solved(seed) for seed in range(12)}
    with monkeypatch.context() as patch:
        patch.setattr("rd_contract.outcome.stability.nearest_design", lambda *_: pytest.fail("read back"))
        for instance, result in expected.values():
            assert solve(instance, stability=True).stability == result.stability
    for instance, result in expected.values():
        if len(result.members) > 1:
            assert stability(instance, result) == result.stability


def test_what_leaving_members_have_is_added_up_in_their_order() -> None:
    leaving = 0
    for seed in range(60):
        _, result = solved(seed)
        found = result.stability
        if found is not None and not found.stable:
            leaving += len(found.coalition) > 1
            assert found.surplus == sum(member.surplus for member in result.members if member.firm in found.coalition)
    assert leaving >= 2
