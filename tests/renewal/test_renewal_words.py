"""What a renewal says is so: no causes that are none, whom the instance bars, which entries make a credit too low."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledgers import breach, entry, moment, signed
from rd_contract import Edit, Instance, InstanceError, Result, load_bundled, renew, variant
from rd_contract.ledger import Entry
from rd_contract.renewal import Move, Renewal, next_instance
from rd_contract.report.content.renewal import renewal_report
from rd_contract.report.render.markdown import markdown

AS_OF = "2027-03-01"
TWO_FIRMS = load_bundled("two_firms")
BROKEN = (signed(0, "Manufacturer", "Supplier", Manufacturer=3.0, Supplier=3.0), breach(1, "Supplier", "Manufacturer"))


def _text(found: Renewal) -> str:
    return " ".join(markdown(renewal_report(found)).split())


@pytest.mark.parametrize(
    "edit", [Edit("monitoring.ledger.detection", 0.0), Edit("firms.Supplier.membership", "excluded")]
)
def test_where_no_breach_can_be_detected_nothing_is_said_to_be_lost_by_one(edit: Edit) -> None:
    """Nobody watches, or there is nobody to work with."""
    instance = variant(TWO_FIRMS, [edit])
    found = renew(instance, BROKEN, as_of=AS_OF)
    assert any(row.changes for row in found.step.applied.rows if row.path.endswith("reputation_stake"))
    assert "at stake beside its deposit" not in _text(found)


def test_stake_and_terms_are_told_side_by_side_and_none_as_the_cause() -> None:
    history = (BROKEN[0], entry(1, "milestone_met", "Supplier"), breach(2, "Supplier", "Manufacturer"))
    text = _text(renew(TWO_FIRMS, history, as_of=AS_OF))
    assert "Supplier: at stake beside its deposit" in text
    assert "costs it" not in text
    assert "(M11)" not in text


# --- a firm that is back -----------------------------------------------------------------------------------


def _back() -> tuple[Instance, tuple[Entry, ...]]:
    """Return the instance of a year in which the supplier was kept out, and the record in which it signed again."""
    left = (BROKEN[0], entry(1, "member_left", "Supplier"))
    renewed = next_instance(TWO_FIRMS, left, as_of=moment(2)).after
    return renewed, (*left, signed(2, "Manufacturer", "Supplier"))


def test_that_the_instance_bars_a_firm_of_the_contract_in_force_is_said_with_the_edit() -> None:
    instance, record = _back()
    found = renew(instance, record, as_of=AS_OF)
    assert found.step.barred == ("Supplier",)
    assert "Supplier is in the contract in force, but the instance excludes it" in _text(found)
    assert 'set firms.Supplier.membership to "optional"' in _text(found)
    open_again = variant(instance, [Edit("firms.Supplier.membership", "optional")])
    again = renew(open_again, record, as_of=AS_OF)
    assert again.step.barred == ()
    assert again.after is not None
    assert {member.firm for member in again.after.members} == {"Manufacturer", "Supplier"}


def test_who_is_kept_out_by_the_record_is_not_said_to_be_barred_by_the_instance() -> None:
    instance, record = _back()
    found = next_instance(instance, (*record, entry(3, "member_excluded", "Supplier")), as_of=AS_OF)
    assert found.barred == ()


# --- credit that is too low --------------------------------------------------------------------------------


def _refusal(least: float, *record: Entry) -> tuple[str, str]:
    edits = [Edit("firms.Supplier.membership", "required"), Edit("project.min_credit", least)]
    with pytest.raises(InstanceError) as caught:
        next_instance(variant(TWO_FIRMS, edits), record, as_of=AS_OF)
    [problem] = [one for one in caught.value.problems if one.place == "firms.Supplier.credit"]
    return problem.found, problem.hint


def test_the_entries_are_named_that_make_a_credit_too_low() -> None:
    found, hint = _refusal(0.4, *BROKEN)
    assert found.endswith("by the record, by entry 1 (breach detected)")
    assert "min_credit" in hint
    many = [entry(at, "milestone_missed", "Supplier") for at in range(1, 10)]
    found, _ = _refusal(0.4, BROKEN[0], *many)
    assert "by entries 4 (milestone missed), 5" in found
    assert found.endswith("9 (milestone missed) and 3 earlier")


def test_a_signature_alone_makes_no_credit_too_low() -> None:
    edits = [Edit("firms.Supplier.membership", "required"), Edit("project.min_credit", 0.6)]
    found = next_instance(variant(TWO_FIRMS, edits), [signed(0, "Supplier", Supplier=3.0)], as_of=AS_OF)
    assert found.after.firms[1].credit == TWO_FIRMS.firms[1].credit


# --- contracts that are not proven -------------------------------------------------------------------------


def _stopped(result: Result) -> Result:
    """Return a contract as a search leaves it that the time limit ended."""
    return result.replace(status="feasible", stop_reason="time_limit", bound=99.0, gap=9.0)


def test_what_differs_is_not_laid_to_the_record_where_a_contract_is_not_proven() -> None:
    found = renew(TWO_FIRMS, BROKEN, as_of=AS_OF)
    assert found.after is not None
    left, came = Move("Supplier", joins=False, reason="worth"), Move("Supplier", joins=True, reason="worth")
    proven = replace(found, moves=(left, came))
    text = _text(proven)
    assert "the best contract has a place for it" in text
    assert "the best contract does without it" in text
    assert "proven" not in text.replace("This is proven", "")
    stopped = replace(proven, after=_stopped(found.after))
    text = _text(stopped)
    assert "the best contract found so far has a place for it" in text
    assert "the best contract found so far does without it" in text
    assert "The contract after is not proven to be the best: what differs may come from" in text
    text = _text(replace(proven, before=_stopped(found.before)))
    assert "the best contract does without it" in text
    assert "The contract before is not proven to be the best" in text
    assert "Neither contract is proven" in _text(replace(stopped, before=_stopped(found.before)))
