"""The next contract: what the record makes of the instance, who moves for which reason, and what cannot be."""

from __future__ import annotations

import json
import random
import signal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgers import DIGEST, breach, entry, moment, signed
from rd_contract import (
    Edit,
    Instance,
    InstanceError,
    LedgerError,
    Result,
    load_bundled,
    renew,
    solve,
    variant,
)
from rd_contract.ledger import Entry, credit_scores
from rd_contract.renewal import next_instance, run
from rd_contract.report.content.renewal import renewal_report
from rd_contract.report.render.markdown import markdown
from rd_contract.study import monitoring

_SETTINGS = settings(derandomize=True, deadline=None, database=None, max_examples=60)

AS_OF = "2027-03-01"
TWO_FIRMS = load_bundled("two_firms")

#: Three firms of which two are asked for: the maker needs a supplier, and the better one costs its credit.
THREE = Instance.from_dict(
    {
        **TWO_FIRMS.to_dict(),
        "name": "One of two suppliers",
        "project": {"lead": "Manufacturer", "min_credit": 0.25, "team_size": {"max": 2}},
        "firms": [
            {**TWO_FIRMS.to_dict()["firms"][0], "max_deposit": 2.0},
            {**TWO_FIRMS.to_dict()["firms"][1], "max_deposit": 2.0},
            {**TWO_FIRMS.to_dict()["firms"][1], "name": "Substitute", "contribution": 3.5, "max_deposit": 2.0},
        ],
        "relations": [
            {"between": ["Manufacturer", name], "synergy": synergy}
            for name, synergy in (("Supplier", 4.0), ("Substitute", 3.9))
        ],
    }
)


def _signed(number: int = 0, *, firms: tuple[str, ...] = ("Manufacturer", "Supplier"), surplus: float = 3.0) -> Entry:
    return signed(number, *firms, time="", **dict.fromkeys(firms, surplus))


def _numbers(result: Result | None) -> dict[str, Any]:
    assert result is not None
    return result.replace(solver=result.solver.model_copy(update={"seconds": 0.0})).to_dict()


def _excluded(number: int, firm: str, kind: str = "member_excluded") -> Entry:
    return entry(number, kind, "Manufacturer", firm=firm)


def _moves(found: run.Renewal) -> list[tuple[str, bool, str, list[int]]]:
    return [(one.firm, one.joins, one.reason, [each.sequence for each in one.entries]) for one in found.moves]


def _text(found: run.Renewal) -> str:
    return " ".join(markdown(renewal_report(found)).split())


# --- the instance ------------------------------------------------------------------------------------------


def test_the_instance_has_what_the_record_says_and_says_by_which_entries() -> None:
    history = (_signed(), entry(1, "milestone_met", "Supplier"), breach(2, "Supplier", "Manufacturer"))
    found = next_instance(TWO_FIRMS, history, as_of=AS_OF)
    credit = credit_scores(history, as_of=AS_OF)
    for before, firm in zip(TWO_FIRMS.firms, found.after.firms, strict=True):
        known = credit.firms[firm.name]
        assert firm.credit == (known.credit if known.entries else before.credit)
        assert firm.reputation_stake == known.stake
    assert [one.entries for one in credit.firms.values()] == [0, 2]
    entries = {row.path: [one.sequence for one in row.entries] for row in found.applied.rows}
    assert entries["firms.Supplier.credit"] == [1, 2]
    assert entries["firms.Supplier.reputation_stake"] == [0, 1, 2]
    assert entries["relations.Manufacturer & Supplier.trust"] == [1, 2]


def test_signing_alone_costs_nobody_its_credit() -> None:
    """One half, as of whom nothing is known, would be too little for half of the bundled instances."""
    instance = load_bundled("battery_alliance")
    assert instance.project.min_credit > 0.5
    names = [firm.name for firm in instance.firms][:3]
    found = next_instance(instance, (signed(0, *names),), as_of=AS_OF)
    assert [firm.credit for firm in found.after.firms] == [firm.credit for firm in instance.firms]
    assert found.after.relations == instance.relations


def test_who_is_kept_out_is_told_where_too_few_are_left() -> None:
    instance = variant(TWO_FIRMS, [Edit("project.team_size.min", 2)])
    with pytest.raises(InstanceError) as refused:
        next_instance(instance, (_signed(), _excluded(1, "Supplier", "member_left")), as_of=AS_OF)
    assert [problem.path for problem in refused.value.problems] == ["project.team_size.min"]
    assert "the record keeps out Supplier (entry 1)" in refused.value.problems[0].hint
    doubted = variant(instance, [Edit("project.min_credit", 0.4), Edit("project.lead", None)])
    with pytest.raises(InstanceError, match=r"the record keeps out Supplier \(credit 0\.\d{3}\)"):
        next_instance(doubted, (_signed(), breach(1, "Supplier", "Manufacturer")), as_of=AS_OF)


def test_a_contract_of_many_is_applied_in_one_go() -> None:
    document = load_bundled("two_firms").to_dict()
    names = [f"Firm {at}" for at in range(150)]
    document["firms"] = [{**document["firms"][0], "name": name} for name in names]
    document["relations"], document["project"]["lead"] = [], None
    instance = Instance.from_dict(document)
    found = next_instance(instance, (signed(0, *names), entry(1, "milestone_met", names[0])), as_of=AS_OF)
    assert len(found.after.relations) == len(names) - 1  # with every pair as an edit of its own: minutes


@pytest.mark.parametrize("kind", ["member_excluded", "member_left"])
def test_who_is_gone_stays_out_until_it_signs_again(kind: str) -> None:
    gone = (_signed(), _excluded(1, "Supplier", kind))
    assert [firm.membership for firm in next_instance(TWO_FIRMS, gone, as_of=AS_OF).after.firms] == [
        "optional",
        "excluded",
    ]
    others = (*gone, _signed(2, firms=("Manufacturer",)))
    assert next_instance(TWO_FIRMS, others, as_of=AS_OF).after.firms[1].membership == "excluded"
    again = (*gone, _signed(2))
    assert next_instance(TWO_FIRMS, again, as_of=AS_OF).after.firms[1].membership == "optional"
    assert next_instance(TWO_FIRMS, gone, as_of=moment(0)).after.firms[1].membership == "optional"


@_SETTINGS
@given(st.integers(0, 100_000))
def test_a_firm_is_excluded_where_its_last_departure_is_after_its_last_signature(seed: int) -> None:
    draw = random.Random(seed)
    names = [firm.name for firm in THREE.firms][1:]
    history: list[Entry] = [_signed()]
    for number in range(1, draw.randrange(2, 12)):
        about = draw.choice(names)
        history.append(
            draw.choice(
                [
                    _excluded(number, about, draw.choice(["member_left", "member_excluded"])),
                    _signed(number, firms=("Manufacturer", *draw.sample(names, draw.randrange(0, 3)))),
                    entry(number, "milestone_met", about),
                ]
            )
        )
    found = next_instance(variant(THREE, [Edit("project.min_credit", 0)]), history, as_of=AS_OF)
    last: dict[str, str] = {}
    for one in history:
        for name in one.data.members if one.kind == "contract_signed" else [one.firm]:  # type: ignore[union-attr]
            if one.kind != "milestone_met":
                last[name] = one.kind
    for firm in found.after.firms:
        assert (firm.membership == "excluded") == last.get(firm.name, "").startswith("member_")
    touched = {row.path.rpartition(".")[2] for row in found.applied.rows}
    assert touched <= {"credit", "reputation_stake", "trust", "membership"}
    names_kept = ("credit", "reputation_stake", "membership")
    for before, after in zip(found.before.firms, found.after.firms, strict=True):
        assert before.model_copy(update={name: getattr(after, name) for name in names_kept}) == after


# --- the contract ------------------------------------------------------------------------------------------


def test_both_contracts_are_what_solve_finds() -> None:
    history = (_signed(), breach(1, "Supplier", "Manufacturer"))
    found = renew(TWO_FIRMS, history, as_of=AS_OF)
    assert _numbers(found.before) == _numbers(solve(TWO_FIRMS))
    assert _numbers(found.after) == _numbers(solve(found.instance))
    assert json.loads(json.dumps(found.to_dict()))["after"]["status"] == "optimal"


def test_excluded_by_the_record() -> None:
    found = renew(THREE, (_signed(), _excluded(1, "Supplier")), as_of=AS_OF)
    assert _moves(found) == [("Supplier", False, "excluded", [1]), ("Substitute", True, "worth", [])]
    assert "Supplier leaves: the record excludes it (entry 1, " in _text(found)
    assert "Kept out by the record: Supplier." in _text(found)


def test_left_of_its_own_will() -> None:
    found = renew(THREE, (_signed(), _excluded(1, "Supplier", "member_left")), as_of=AS_OF)
    assert _moves(found)[0] == ("Supplier", False, "left", [1])
    assert "Supplier leaves: it left (entry 1, " in _text(found)


def test_credit_below_what_is_asked_for() -> None:
    history = (_signed(), breach(1, "Supplier", "Manufacturer"), breach(2, "Supplier", "Manufacturer"))
    found = renew(THREE, history, as_of=AS_OF)
    assert _moves(found) == [("Supplier", False, "credit", [1, 2]), ("Substitute", True, "worth", [])]
    assert "is below the 0.25 that is asked for (entries 1, 2; the last: breach detected)" in _text(found)


def test_credit_that_reaches_what_is_asked_for_again() -> None:
    doubted = variant(THREE, [Edit("firms.Supplier.credit", 0.2)])
    found = renew(doubted, (_signed(), entry(1, "milestone_met", "Supplier")), as_of=AS_OF)
    assert ("Supplier", True, "credit", [1]) in _moves(found)
    assert ("Substitute", False, "worth", []) in _moves(found)


def test_no_longer_worth_it() -> None:
    """With less at stake than 1.6 the supplier's share does not fit beside the manufacturer's (M11)."""
    history = (signed(0, "Supplier", Supplier=0.5), breach(1, "Supplier", "Manufacturer"))
    found = renew(TWO_FIRMS, history, as_of=AS_OF)
    assert _moves(found) == [("Supplier", False, "worth", [])]
    assert "the best contract does without it" in _text(found)
    assert found.monitoring_before is not None
    assert found.monitoring_after is not None
    assert found.monitoring_before.value == pytest.approx(2.0)
    assert found.monitoring_after.value == pytest.approx(0.0)
    assert "A choice of monitoring is worth 0.000; before the record it was 2.000." in _text(found)


def test_a_member_with_less_at_stake_is_told_of_with_its_terms() -> None:
    history = (_signed(), entry(1, "milestone_met", "Supplier"), breach(2, "Supplier", "Manufacturer"))
    found = renew(TWO_FIRMS, history, as_of=AS_OF)
    assert found.moves == ()
    assert "Supplier: at stake beside its deposit " in _text(found)
    assert ", before 2.000; share " in _text(found)
    assert "The members are the same." in _text(found)


def test_where_no_contract_is_left_the_rules_in_the_way_are_told() -> None:
    edits = [Edit("project.team_size.min", 2), Edit("firms.Supplier.outside_option", 4.5)]
    history = (signed(0, "Supplier", Supplier=0.5), breach(1, "Supplier", "Manufacturer"))
    found = renew(variant(TWO_FIRMS, edits), history, as_of=AS_OF)
    assert found.before.has_contract
    assert found.after is not None
    assert found.after.status == "no_contract"
    assert found.after.obstacles
    assert {one.reason for one in found.moves} == {"no_contract"}
    assert "In the way: " in _text(found)


def test_what_is_not_known_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    history = (_signed(), breach(1, "Supplier", "Manufacturer"))
    stopped = solve(TWO_FIRMS).noting(interrupted=True)
    monkeypatch.setattr(run, "solve", lambda *_, **__: stopped)
    found = renew(TWO_FIRMS, history, as_of=AS_OF)
    assert (found.after, found.moves, found.monitoring_after) == (None, (), None)
    assert found.instance.firms[1].credit < 1.0
    assert "Interrupted before the new instance was solved." in _text(found)


def test_ctrl_c_while_monitoring_is_valued_costs_no_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solve ends with what it has; what monitoring is worth is not known then."""

    def interrupted(*arguments: Any, **options: Any) -> Result:
        pressed = {**options, "on_progress": lambda _: signal.raise_signal(signal.SIGINT)}
        return solve(*arguments, **pressed)

    monkeypatch.setattr(monitoring, "solve", interrupted)
    found = renew(TWO_FIRMS, (_signed(),), as_of=AS_OF)
    assert found.after is not None
    assert not found.complete
    assert found.monitoring_before is found.monitoring_after is None


def test_numbers_that_scenarios_state_stay_and_are_told() -> None:
    changes = [{"path": "firms.Supplier.reputation_stake", "value": 2.0}]
    document = TWO_FIRMS.to_dict() | {
        "scenarios": [{"name": "own", "changes": changes}, {"name": "as it is", "changes": []}]
    }
    history = (_signed(), breach(1, "Supplier", "Manufacturer"))
    found = renew(Instance.from_dict(document), history, as_of=AS_OF)
    stated = {row.path: row.stated_in for row in found.step.applied.rows if row.stated_in}
    assert stated == {"firms.Supplier.reputation_stake": ("own",)}
    assert 'in "own" it has the value that is stated there, whatever the record says.' in _text(found)


def test_which_contract_is_in_force() -> None:
    terms = {"effort_level": 1, "share": 1, "deposit": 0, "surplus": 3.0}
    digests = {"result_sha256": DIGEST, "instance_sha256": TWO_FIRMS.sha256}
    own = entry(0, "contract_signed", "Manufacturer", members={"Manufacturer": terms}, **digests)
    assert renew(TWO_FIRMS, (own,), as_of=AS_OF).answers_the_record
    other = renew(TWO_FIRMS, (_signed(),), as_of=AS_OF)
    assert not other.answers_the_record
    assert "The contract in force was signed for other numbers" in _text(other)


# --- what cannot be ----------------------------------------------------------------------------------------


def test_firms_that_must_join_and_may_not_are_told_all_at_once() -> None:
    edits = [Edit("firms.Supplier.membership", "required"), Edit("project.min_credit", 0.4)]
    history = (_signed(), _excluded(1, "Manufacturer"), breach(2, "Supplier", "Manufacturer"))
    with pytest.raises(InstanceError) as caught:
        renew(variant(TWO_FIRMS, edits), history, as_of=AS_OF)
    told = {problem.path: problem for problem in caught.value.problems}
    assert set(told) == {"firms.Manufacturer.membership", "firms.Supplier.credit"}
    assert "leads the alliance, but was excluded by entry 1" in told["firms.Manufacturer.membership"].found
    assert told["firms.Manufacturer.membership"].hint == "name another lead"
    assert "min_credit (0.4)" in told["firms.Supplier.credit"].expected


def test_nobody_is_left_who_may_join() -> None:
    edits = [Edit("project.lead", None), Edit("project.min_credit", 0.4)]
    history = (_signed(), breach(1, "Supplier", "Manufacturer"), breach(2, "Manufacturer", "Supplier"))
    with pytest.raises(InstanceError, match="no eligible firm"):
        renew(variant(TWO_FIRMS, edits), history, as_of=AS_OF)


def test_a_record_of_other_firms_is_refused() -> None:
    with pytest.raises(LedgerError) as caught:
        next_instance(TWO_FIRMS, (signed(0, "Manufacturers", "Nobody"),), as_of=AS_OF)
    (problem,) = caught.value.problems
    assert problem.found == 'entries about "Manufacturers", "Nobody" alone'
    assert '"Manufacturer" for "Manufacturers"' in problem.hint
    with pytest.raises(LedgerError, match="nothing about any firm before"):
        next_instance(TWO_FIRMS, (_signed(),), as_of="2020-01-01")
    with pytest.raises(LedgerError, match="nothing about any firm"):
        next_instance(TWO_FIRMS, (), as_of=AS_OF)


def test_names_that_do_not_match_are_told() -> None:
    found = renew(TWO_FIRMS, (signed(0, "Manufacturer", "Suppliers", Manufacturer=1.0),), as_of=AS_OF)
    (stranger,) = found.step.strangers
    assert (stranger.name, stranger.meant) == ("Suppliers", "Supplier")
    assert 'did it mean "Supplier"? Names must be the same' in _text(found)
    assert found.to_dict()["strangers"] == [{"name": "Suppliers", "meant": "Supplier"}]
