"""Credit is what the formulas give by hand, has the limits that they have, and is written into instances."""

from __future__ import annotations

import math
import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgers import breach, entry, made, signed
from rd_contract import CreditRules, Edit, InstanceError, OptionError, load_bundled, variant
from rd_contract.base.errors import CreditRulesError
from rd_contract.ledger import Credit, Entry, credit_scores
from rd_contract.ledger.applying import apply_credit

_SETTINGS = settings(derandomize=True, deadline=None, database=None, max_examples=60)

#: A year of 365.25 days after the first of January 2024, and two.
_START, _ONE, _TWO = "2024-01-01T00:00:00Z", "2024-12-31T06:00:00Z", "2025-12-31T12:00:00Z"


def _known(*entries: Entry, as_of: str = _TWO, **options: Any) -> Credit:
    return credit_scores(entries, as_of=as_of, **options)


# --- by hand -----------------------------------------------------------------------------------------------


def test_one_milestone_of_two_years_ago() -> None:
    found = _known(entry(0, "milestone_met", "A", time=_START)).firms["A"]
    assert math.isclose(found.good, 0.64)  # 0.8²
    assert (found.bad, found.entries) == (0.0, 1)
    assert math.isclose(found.credit, 1.64 / 2.64)


def test_each_kind_has_its_weight() -> None:
    weights = {
        "milestone_met": (1, 0),
        "contribution_delivered": (1, 0),
        "milestone_missed": (0, 1),
        "dispute_settled": (0, 1),
        "member_excluded": (0, 5),
        "payment": (0, 0),
        "deposit_forfeited": (0, 0),
        "dispute_opened": (0, 0),
        "member_left": (0, 0),
    }
    for kind, (good, bad) in weights.items():
        amount = {"amount": 1.0} if kind in ("payment", "deposit_forfeited") else {}
        found = _known(signed(0, "A", "B", time=_TWO), entry(1, kind, "B", firm="A", time=_TWO, **amount))
        assert (found.firms["A"].good, found.firms["A"].bad) == (good, bad), kind
        assert (found.firms["B"].entries, found.firms["B"].credit) == (0, 0.5), kind
    found = _known(breach(0, "A", by="B", time=_TWO))
    assert (found.firms["A"].bad, found.firms["A"].credit) == (3.0, 0.2)
    amicable = _known(signed(0, "A", time=_TWO), entry(1, "dispute_settled", "A", outcome="amicable", time=_TWO))
    assert amicable.firms["A"].entries == 0


def test_a_mixed_history() -> None:
    history = (
        entry(0, "milestone_met", "A", time=_START),
        entry(1, "milestone_missed", "A", time=_ONE),
        breach(2, "A", time=_ONE),
        entry(3, "contribution_delivered", "A", time=_TWO),
    )
    found = _known(*history).firms["A"]
    good, bad = 0.8**2 + 1.0, 4.0 * 0.8
    assert math.isclose(found.good, good)
    assert math.isclose(found.bad, bad)
    assert math.isclose(found.credit, (good + 1.0) / (good + bad + 2.0))
    assert [step.entry.sequence for step in found.path] == [0, 1, 2, 3]
    assert math.isclose(found.path[1].before, 1.8 / 2.8)
    assert math.isclose(found.path[1].after, 1.8 / 3.8)
    assert found.path[-1].after == found.credit


def test_what_comes_later_does_not_count() -> None:
    history = (entry(0, "milestone_met", "A", time=_START), breach(1, "A", time=_TWO))
    assert _known(*history, as_of=_ONE).firms["A"].entries == 1
    assert _known(*history, as_of=_TWO).firms["A"].entries == 2
    assert _known(*history, as_of="2023-12-31").firms == {}


# --- limits ------------------------------------------------------------------------------------------------


@_SETTINGS
@given(st.integers(0, 10_000), st.floats(0.05, 1.0))
def test_scores_are_those_of_the_definition(seed: int, forgetting: float) -> None:
    draw = random.Random(seed)
    kinds = {"milestone_met": (1.0, 0.0), "milestone_missed": (0.0, 1.0), "member_excluded": (0.0, 5.0)}
    times = sorted(draw.choices(range(1, 1000), k=draw.randrange(1, 20)))
    history = []
    for number, day in enumerate(times):
        time = f"{datetime.fromordinal(datetime(2024, 1, 1).toordinal() + day):%Y-%m-%dT00:00:00Z}"
        history.append(entry(number, draw.choice(list(kinds)), draw.choice("AB"), time=time))
    as_of = "2027-01-01T00:00:00Z"
    found = _known(*history, as_of=as_of, rules=CreditRules(forgetting=forgetting))
    for firm, one in found.firms.items():
        sums = [0.0, 0.0]
        for event in history:
            if event.firm == firm:
                seconds = datetime.fromisoformat(as_of) - datetime.fromisoformat(event.time)
                left = forgetting ** (seconds.total_seconds() / (365.25 * 86_400))
                for side in (0, 1):
                    sums[side] += kinds[event.kind][side] * left
        assert math.isclose(one.good, sums[0], rel_tol=1e-9, abs_tol=1e-12)
        assert math.isclose(one.bad, sums[1], rel_tol=1e-9, abs_tol=1e-12)
        assert math.isclose(one.credit, (sums[0] + 1.0) / (sum(sums) + 2.0), rel_tol=1e-9)
        assert 0.0 < one.credit < 1.0


def test_nothing_is_forgotten_at_one_and_everything_in_the_long_run() -> None:
    history = [entry(number, "milestone_met", "A", time=_START) for number in range(8)]
    assert _known(*history, rules=CreditRules(forgetting=1.0)).firms["A"].credit == 0.9
    assert math.isclose(_known(*history, as_of="2424-01-01").firms["A"].credit, 0.5)


def test_without_evidence_credit_is_one_half() -> None:
    found = _known(signed(0, "A", "B", time=_START))
    assert {name: one.credit for name, one in found.firms.items()} == {"A": 0.5, "B": 0.5}
    assert found.trust == {("A", "B"): 0.5}
    assert credit_scores([]).firms == {}


def test_good_evidence_raises_and_bad_evidence_lowers() -> None:
    base = [entry(0, "milestone_met", "A", time=_START), breach(1, "A", time=_START)]
    before = _known(*base).firms["A"].credit
    assert _known(*base, entry(2, "milestone_met", "A", time=_ONE)).firms["A"].credit > before
    assert _known(*base, entry(2, "milestone_missed", "A", time=_ONE)).firms["A"].credit < before


# --- pairs -------------------------------------------------------------------------------------------------


def test_pairs_share_what_happens_while_both_are_members() -> None:
    history = (
        entry(0, "milestone_met", "A", time=_TWO),  # before any contract
        signed(1, "A", "B", "C", time=_TWO),
        entry(2, "milestone_met", "A", time=_TWO),
        breach(3, "B", time=_TWO),
        entry(4, "milestone_missed", "Stranger", time=_TWO),
        entry(5, "member_left", "C", time=_TWO),
        entry(6, "milestone_met", "C", time=_TWO),
        signed(7, "A", "C", time=_TWO),
        entry(8, "contribution_delivered", "C", time=_TWO),
        entry(9, "member_excluded", "A", firm="C", time=_TWO),
        entry(10, "milestone_met", "A", time=_TWO),
    )
    found = _known(*history)
    assert found.trust == {
        ("A", "B"): (1 + 1) / (1 + 3 + 2),
        ("A", "C"): (2 + 1) / (2 + 5 + 2),
        ("B", "C"): 1 / (3 + 2),
    }
    assert found.to_dict()["pairs"][0] == {"between": ["A", "B"], "trust": 2 / 6}


# --- stakes ------------------------------------------------------------------------------------------------


def test_what_is_at_stake() -> None:
    history = [signed(0, "A", "B", time=_TWO, A=3.0, B=-1.0)]
    found = _known(*history)
    fall = 0.5 - 1.0 / 5.0
    assert math.isclose(found.firms["A"].loss_chance, fall)
    assert math.isclose(found.firms["A"].stake or 0.0, fall * 0.7 / 0.3 * 3.0)
    assert found.firms["B"].stake == 0.0
    certain = _known(*history, min_credit=0.3)
    assert certain.firms["A"].loss_chance == 1.0
    assert math.isclose(certain.firms["A"].stake or 0.0, 0.7 / 0.3 * 3.0)
    at_the_limit = _known(*history, min_credit=0.2)
    assert math.isclose(at_the_limit.firms["A"].loss_chance, fall)
    given_chance = _known(*history, rules=CreditRules(loss_chance=0.25, discount=0.5))
    assert math.isclose(given_chance.firms["A"].stake or 0.0, 0.75)


def test_a_stake_is_told_of_members_whose_surplus_is_known() -> None:
    history = [
        signed(0, "A", "B", "C", time=_TWO, A=3.0, B=2.0),
        entry(1, "member_left", "B", time=_TWO),
        entry(2, "milestone_met", "Stranger", time=_TWO),
    ]
    found = _known(*history)
    assert {name: one.stake is None for name, one in found.firms.items()} == {
        "A": False,
        "B": True,
        "C": True,
        "Stranger": True,
    }


# --- rules, forms ------------------------------------------------------------------------------------------


def test_rules_may_be_others(tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text('{"bad": {"breach_detected": 8}, "good": {"milestone_met": 0}}')
    rules = CreditRules.from_file(tmp_path / "rules.json")
    found = _known(breach(0, "A", time=_TWO), entry(1, "milestone_met", "A", time=_TWO), rules=rules)
    assert (found.firms["A"].credit, found.firms["A"].entries) == (0.1, 2)


def test_bad_rules_are_told_all_at_once() -> None:
    wrong = {"forgetting": 0, "discount": 1, "loss_chance": 2, "bad": {"breach": 3, "member_excluded": -1}}
    with pytest.raises(CreditRulesError) as caught:
        CreditRules.from_dict(wrong)
    assert {problem.path for problem in caught.value.problems} == {
        "forgetting",
        "discount",
        "loss_chance",
        "bad.breach",
        "bad.member_excluded",
    }


@pytest.mark.parametrize("discount", [1, 2.0])
def test_a_discount_is_below_1(discount: float) -> None:
    with pytest.raises(CreditRulesError) as caught:
        CreditRules.from_dict({"discount": discount})
    [problem] = caught.value.problems
    assert (problem.path, problem.expected) == ("discount", "a number below 1")


def test_a_ledger_and_its_entries_say_the_same(tmp_path: Path) -> None:
    history = [signed(0, "A", "B", time=_START, A=3.0), breach(1, "B", time=_ONE)]
    ledger = made(tmp_path / "a.ledger", history)
    assert credit_scores(ledger, as_of=_TWO) == _known(*history)
    with pytest.raises(OptionError):
        credit_scores(ledger, as_of="some day")


# --- into an instance --------------------------------------------------------------------------------------


def _history() -> list[Entry]:
    return [
        signed(0, "Manufacturer", "Supplier", time=_START, Manufacturer=3.0, Supplier=2.0),
        entry(1, "milestone_met", "Manufacturer", time=_ONE),
        breach(2, "Supplier", by="Manufacturer", time=_ONE),
        entry(3, "milestone_met", "Stranger", time=_ONE),
    ]


def test_an_instance_takes_what_the_record_says() -> None:
    instance = load_bundled("two_firms")
    found = _known(*_history())
    applied = apply_credit(found, instance)
    for firm in applied.instance.firms:
        assert firm.credit == found.firms[firm.name].credit
        assert firm.reputation_stake == found.firms[firm.name].stake
    (relation,) = applied.instance.relations
    assert relation.trust == found.trust["Manufacturer", "Supplier"]
    assert len(applied.rows) == 5
    told = {row.path: (row.before, row.after, [one.sequence for one in row.entries]) for row in applied.rows}
    assert told["firms.Manufacturer.credit"] == (1.0, found.firms["Manufacturer"].credit, [1])
    assert told["firms.Supplier.reputation_stake"] == (2.0, found.firms["Supplier"].stake, [0, 2])
    assert told["relations.Manufacturer & Supplier.trust"][2] == [1, 2]
    reset = [
        *(Edit(f"firms.{firm.name}.credit", firm.credit) for firm in instance.firms),
        *(Edit(f"firms.{firm.name}.reputation_stake", firm.reputation_stake) for firm in instance.firms),
    ]
    back = variant(applied.instance, reset)
    assert back.firms == instance.firms


def test_what_the_record_says_nothing_of_stays() -> None:
    instance = load_bundled("two_firms")
    only_strangers = _known(entry(0, "milestone_met", "Stranger", time=_ONE))
    assert apply_credit(only_strangers, instance).instance == instance
    no_surplus = _known(signed(0, "Manufacturer", time=_START))
    stakes = [firm.reputation_stake for firm in apply_credit(no_surplus, instance).instance.firms]
    assert stakes == [firm.reputation_stake for firm in instance.firms]


def test_an_instance_that_could_not_be_is_refused() -> None:
    instance = variant(
        load_bundled("two_firms"), [Edit("project.min_credit", 0.5), Edit("firms.Supplier.membership", "required")]
    )
    with pytest.raises(InstanceError, match="credit"):
        apply_credit(_known(*_history()), instance)


def test_odd_names_find_their_places() -> None:
    names = ("A & B", 'the "C" of D.E')
    document = load_bundled("two_firms").to_dict()
    for firm, name in zip(document["firms"], names, strict=True):
        firm["name"] = name
    document["project"]["lead"] = names[0] if document["project"]["lead"] else None
    for relation in document["relations"]:
        relation["between"] = list(names)
    instance = type(load_bundled("two_firms")).from_dict(document)
    found = _known(signed(0, *names, time=_START), entry(1, "milestone_met", names[1], time=_ONE))
    applied = apply_credit(found, instance).instance
    assert [firm.credit for firm in applied.firms] == [found.firms[name].credit for name in names]
    assert list(found.trust.values()) == [applied.relations[0].trust]
