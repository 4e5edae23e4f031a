"""Entries are closed for each kind, in one spelling, and the schema says so to other programs."""

from __future__ import annotations

import json
import math
import struct
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from ledgers import DIGEST, breach, entry, moment, several, signed
from rd_contract import EntryError, LedgerError, OptionError, json_schema
from rd_contract.base.choices import EntryKind
from rd_contract.ledger import Entry
from rd_contract.ledger.entries import DATA, canonical
from rd_contract.ledger.moments import moment_in, years_between

SCHEMA = Draft202012Validator(json_schema("entry"))

#: The least that an entry of each kind says.
LEAST: dict[EntryKind, dict[str, Any]] = {
    kind: {
        "contract_signed": signed(0, "A", "B").to_dict()["data"],
        "breach_detected": breach(0, "B").to_dict()["data"],
        "payment": {"amount": 1.0},
        "deposit_forfeited": {"amount": 0.5},
        "note": {"text": "said"},
    }.get(kind, {})
    for kind in get_args(EntryKind)
}


def _document(kind: str, data: Any, **fields: Any) -> dict[str, Any]:
    head = {"format": "rd-contract-entry/1", "sequence": 0, "time": moment(0), "by": "A"}
    return {**head, "kind": kind, "data": data, **fields}


def test_every_kind_has_its_data() -> None:
    assert set(DATA) == set(get_args(EntryKind))


@pytest.mark.parametrize("kind", LEAST)
def test_each_kind_takes_its_own_fields_and_no_others(kind: EntryKind) -> None:
    least = _document(kind, LEAST[kind])
    assert Entry.from_dict(least).to_dict() == least
    assert SCHEMA.is_valid(least)
    others: tuple[Any, ...] = ({**LEAST[kind], "unheard_of": 1}, 5, None, [])
    for wrong in others:
        with pytest.raises(LedgerError) as caught:
            Entry.from_dict(_document(kind, wrong))
        assert {problem.path.split(".")[0] for problem in caught.value.problems} == {"data"}
        assert not SCHEMA.is_valid(_document(kind, wrong))
    for field in LEAST[kind]:
        without = _document(kind, {name: value for name, value in LEAST[kind].items() if name != field})
        with pytest.raises(LedgerError, match=f"data.{field}: found nothing"):
            Entry.from_dict(without)
        assert not SCHEMA.is_valid(without)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("time", "2026-03-01"),
        ("time", "2026-03-01T09:00:00+01:00"),
        ("time", "2026-02-30T09:00:00Z"),
        ("sequence", -1),
        ("sequence", 0.5),
        ("sequence", 2**53),
        ("kind", "breach"),
        ("by", " "),
        ("format", "rd-contract-entry/2"),
    ],
)
def test_every_field_has_its_place(field: str, wrong: Any) -> None:
    with pytest.raises(LedgerError) as caught:
        Entry.from_dict({**_document("note", {"text": "said"}), field: wrong})
    assert [problem.path for problem in caught.value.problems] == [field]


def test_all_problems_are_told_at_once() -> None:
    data = {"firm": " ", "agreed_effort": 2, "observed_efort": 0.5, "evidence_sha256": "AB"}
    with pytest.raises(LedgerError) as caught:
        Entry.from_dict(_document("breach_detected", data, time="now", by=3))
    assert {problem.path for problem in caught.value.problems} == {
        "time",
        "by",
        "data.firm",
        "data.agreed_effort",
        "data.observed_effort",
        "data.observed_efort",
        "data.evidence_sha256",
    }


def test_members_have_one_spelling() -> None:
    terms = {"effort_level": 1, "share": 1, "deposit": 0}
    data = {"result_sha256": DIGEST, "instance_sha256": DIGEST, "members": {"A  B": terms, "A B": terms}}
    with pytest.raises(LedgerError, match="every member once"):
        Entry.from_dict(_document("contract_signed", data))
    with pytest.raises(LedgerError, match="the name of a firm"):
        Entry.from_dict(_document("contract_signed", {**data, "members": {" ": terms}}))


def test_evidence_is_about_the_firm_that_is_named_else_about_who_says_it() -> None:
    assert entry(0, "milestone_met", "A").firm == "A"
    assert entry(0, "milestone_met", "A", firm="B").firm == "B"


# --- one spelling ------------------------------------------------------------------------------------------


def test_bytes_are_canonical_and_lossless() -> None:
    for one in several(10):
        data = one.to_bytes()
        assert Entry.from_dict(json.loads(data)) == one
        assert canonical(json.loads(data)) == data


@pytest.mark.parametrize(
    ("bits", "text"),
    [  # RFC 8785, appendix B
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("41b3de4355555553", "333333333.3333332"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_the_standard_says(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical({"a": number}) == f'{{"a":{text}}}'.encode()


def test_keys_stand_in_the_order_that_the_standard_says() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]  # RFC 8785, section 3.2.3
    found = list(json.loads(canonical(dict.fromkeys(keys, 0))))
    assert found == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


# --- moments -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z"),
        ("2026-03-01T09:00:00+01:00", "2026-03-01T08:00:00Z"),
        ("2026-03-01T00:30+05:30", "2026-02-28T19:00:00Z"),
        ("2026-03-01", "2026-03-01T00:00:00Z"),
        ("0099-03-01", "0099-03-01T00:00:00Z"),
    ],
)
def test_moments_are_kept_in_utc(typed: str, kept: str) -> None:
    assert moment_in(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "yesterday", "2026-03-01T09:00:00", "2026-03-01T09:00:00.5Z", "0001-01-01T00:00+01"]
)
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(OptionError):
        moment_in(typed)


def test_a_year_has_365_and_a_quarter_days() -> None:
    assert math.isclose(years_between("2024-01-01T00:00:00Z", "2028-01-01T00:00:00Z"), 4.0)
    assert years_between(moment(0), moment(0)) == 0.0


def test_a_surplus_is_no_larger_than_money_may_be() -> None:
    """Else what is at stake could be infinite, which no JSON can say."""
    terms = {"effort_level": 1, "share": 1, "deposit": 0, "surplus": 1e308}
    with pytest.raises(EntryError, match="surplus"):
        entry(0, "contract_signed", "A", members={"A": terms}, result_sha256=DIGEST, instance_sha256=DIGEST)
