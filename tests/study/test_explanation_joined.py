"""Explanations of one contract that were made one after the other say together what one about all firms says."""

from __future__ import annotations

import pytest

from explanations import bundled, explained
from rd_contract import Award, Explanation, OptionError, award_file, explain
from rd_contract.study.explanation import joined

#: What no explanation about some firms only has, or what differs from run to run.
GENERAL = {"asked", "not_examined", "seconds", "rules", "stability", "prices", "largest_slack"}
#: What stands in an order of its own.
GENERAL |= {"candidates", "member_cases", "breaches"}


@pytest.mark.parametrize("seed", [1, 7, 25])
def test_firm_by_firm_comes_to_the_same_as_all_at_once(seed: int) -> None:
    instance, contract, whole = explained(seed)
    firms = [firm.name for firm in instance.firms]
    found = joined([explain(instance, contract, firms=[firm]) for firm in firms])
    assert set(found.asked or ()) == set(firms)
    assert found.candidates_not_examined == 0
    assert {one.firm: one for one in found.candidates} == {one.firm: one for one in whole.candidates}
    assert found.model_dump(exclude=GENERAL) == whole.model_dump(exclude=GENERAL)
    assert {one.firm: one for one in found.member_cases} == {one.firm: one for one in whole.member_cases}
    in_order = [sorted(one.breaches, key=lambda breach: (breach.firm, breach.level)) for one in (found, whole)]
    assert in_order[0] == in_order[1]
    assert len(found.not_examined) == 3  # the alliance as a whole, each once
    assert Explanation.from_dict(found.to_dict()) == found


def test_what_is_said_of_all_stays_whatever_is_asked_afterwards() -> None:
    instance, contract, whole = bundled("horizon2020_12", 1)
    [known] = whole.candidates
    other = next(
        firm.name for firm in instance.firms if firm.name not in contract_firms(whole) and firm.name != known.firm
    )
    later = explain(instance, contract, firms=[other])
    for order in ([whole, later], [later, whole]):
        found = joined(order)
        assert found.asked is None
        assert {one.firm for one in found.candidates} == {known.firm, other}
        assert found.candidates_not_examined == whole.candidates_not_examined - 1
        assert (found.stability, found.prices, found.not_examined) == (whole.stability, whole.prices, ())
    assert joined([whole]) == whole


def contract_firms(explanation: Explanation) -> set[str]:
    return set(explanation.members)


def test_what_was_cut_short_is_complete_once_it_is_asked_again() -> None:
    instance, contract, whole = bundled("horizon2020_12", 1)
    firm = whole.candidates[0].firm
    cut = explain(instance, contract, firms=[firm], time_limit=1e-9)
    assert not cut.complete
    assert joined([cut, explain(instance, contract, firms=[firm])]).complete
    assert not joined([cut]).complete


def test_explanations_of_different_contracts_cannot_be_joined() -> None:
    with pytest.raises(OptionError, match="different contracts"):
        joined([explained(1)[2], explained(7)[2]])
    with pytest.raises(OptionError, match="nothing to join"):
        joined([])


def test_a_term_sheet_denies_no_breach_that_nobody_asked_about() -> None:
    """An explanation of some firms only does not know what the other members could do."""
    instance, contract, whole = bundled("horizon2020_12", 1)
    some = explain(instance, contract, firms=[whole.candidates[0].firm])
    sheet = award_file(Award(contract, instance, some), ".md", "terms").decode()
    assert "a breach is not detected" not in sheet
    assert "rd-contract explain" in sheet
