"""Which firms outside a contract are looked at first where efforts are agreed by scenario."""

from __future__ import annotations

import pytest

from builders import Document, firm, make_document
from rd_contract import Instance, explain, solve
from rd_contract.study.explanation.candidates import rank
from uncertain_contracts import PLANS, scenarios

VALUES = {"poor": 0.5, "poorer": 0.2, "A": 10.0, "B": 9.5, "good": 9.0, "middling": 5.0}


@pytest.mark.parametrize("uncertainty", [{}, PLANS], ids=str)
def test_candidates_that_look_best_come_first(uncertainty: Document) -> None:
    """With plans candidates stood in the order of the file, so that the likeliest were left out."""
    document = make_document(
        [firm(name, value, 1.5) for name, value in VALUES.items()],
        {"team_size": {"max": 2}},
        scenarios=scenarios({"modes.*.value_factor": 0.25}, {"modes.*.value_factor": 1.1}),
        uncertainty=uncertainty,
    )
    instance = Instance.from_dict(document)
    contract = solve(instance)
    team = [member.firm for member in contract.members]
    if uncertainty:
        assert any(len({told.efforts[name] for told in contract.scenarios if told.efforts}) > 1 for name in team)
    outside = sorted((name for name in VALUES if name not in team), key=lambda name: -VALUES[name])
    assert rank(instance, contract) == outside
    assert [one.firm for one in explain(instance, contract, most=1).candidates] == outside[:1]
