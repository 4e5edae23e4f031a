"""The page for one party says what is its own, and nothing that is not: no number and no name, in any form."""

from __future__ import annotations

import io
import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, get_args
from zipfile import ZipFile

import pytest

from commands import flat, invoke
from rd_contract import (
    Award,
    Edit,
    Instance,
    Ledger,
    LedgerError,
    OptionError,
    Result,
    explain,
    load_bundled,
    solve,
    variant,
)
from rd_contract.ledger import is_included
from rd_contract.outcome.contract import efforts_by_scenario
from rd_contract.report.award import FORMS
from rd_contract.report.content.figures_data import ContractAmounts
from rd_contract.report.page import Language
from rd_contract.report.party import Party, party_file, party_of, proof_in
from rd_contract.study.explanation.disputes import breaches

LANGUAGES: tuple[Language, ...] = get_args(Language)

#: Numbers that stay as they are: what is counted, what must add up, levels of effort.
_KEPT = ("level", "min", "max", "probability", "steps", "alpha", "count")

#: What is looked for: features of all kinds, scenarios, a plan with an effort for each, written for all and for the
#: lead, a team out of many, rules over groups.
CASES = (
    ("battery_scenarios", 0),
    ("battery_scenarios with plans", 1),
    ("battery_scenarios with plans for the lead", 1),
    ("battery_alliance", 2),
    ("european_call", 3),
)

#: Candidates that are left where each scenario has efforts of its own.
_FEW = {"Carmaker", "Ceramics Pioneer", "Cell Foundry", "Testing House"}


def _unlike(node: Any, draw: random.Random) -> Any:
    """Return a part of an instance with every number another one, a little smaller."""
    if isinstance(node, dict):
        return {key: value if key in _KEPT else _unlike(value, draw) for key, value in node.items()}
    if isinstance(node, list):
        return [_unlike(value, draw) for value in node]
    return node * (1.0 - 1e-3 * draw.random()) if isinstance(node, float) and node else node


def _few_candidates(document: dict[str, Any]) -> None:
    """Leave four candidates, three members at most: plans are many."""
    document["firms"] = [firm for firm in document["firms"] if firm["name"] in _FEW]
    document["relations"] = [pair for pair in document["relations"] if set(pair["between"]) <= _FEW]
    document["project"]["team_size"]["max"] = 3


@cache
def case(name: str, seed: int) -> tuple[Instance, Result]:
    """Return an instance in which no two numbers are alike, and its contract."""
    draw = random.Random(seed)
    document = load_bundled(name.partition(" ")[0]).to_dict()
    if "with plans" in name:
        _few_candidates(document)
        document["uncertainty"] = {"agreement": "by_scenario", "objective": "worst"}
    if "for the lead" in name:
        document["objective"] = "lead"
    for key in ("firms", "relations", "modes", "monitoring", "scenarios"):
        document[key] = _unlike(document[key], draw)
    document["division"] = "lead" if document.get("objective") == "lead" else "proportional"
    instance = Instance.from_dict(document)
    return instance, solve(instance)


def numbers(node: Any) -> Iterator[float]:
    """Yield every number in a document."""
    if isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from numbers(value)
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield float(node)


def own_numbers(instance: Instance, result: Result, firm: str) -> set[float]:
    """Return the numbers that a member may see: its own part, and what the alliance comes to."""
    (member,) = (one for one in result.members if one.firm == firm)
    allowed = set(numbers(member.model_dump()))
    allowed -= {member.contribution_value, member.synergy_value}
    (candidate,) = (one for one in instance.firms if one.name == firm)
    allowed |= set(numbers([level.model_dump() for level in candidate.menu]))
    allowed |= {result.expected_revenue or 0.0, result.joint_surplus or 0.0, float(len(result.members))}
    allowed.add(member.share * (result.expected_revenue or 0.0))
    for told in result.scenarios:
        allowed |= {told.probability, told.joint_surplus, told.profits[firm], told.surpluses[firm]}
        allowed |= set() if told.efforts is None else {told.efforts[firm]}
        allowed |= {told.slack.get(firm, 0.0), member.share * told.pool_balance}
    for due in ContractAmounts(instance, result).of_scenarios():
        allowed |= {due.cost[firm], due.reimbursement[firm]}
    if result.objective == "joint":
        allowed.add(result.objective_value or 0.0)
    elif firm == instance.project.lead:
        allowed |= {result.objective_value or 0.0, *(told.pool_balance for told in result.scenarios)}
    if result.certificate is not None:
        allowed.add(float(len(result.certificate.checks)))
    for breach in (one for one in breaches(instance, result) if one.firm == firm):
        allowed |= {breach.level, breach.detection, breach.at_stake, breach.own_undetected, breach.own_expected}
    return allowed


def forms_of(number: float) -> set[str]:
    """Return how a number could be printed, as far as that tells it from others by the way."""
    texts = {f"{abs(number):.{places}f}" for places in range(1, 13)}
    texts |= {f"{100.0 * abs(number):.{places}f}" for places in range(2, 9)}
    texts |= {repr(abs(number)), f"{abs(number):.17g}", f"{abs(number):.16g}", f"{abs(number):.4g}"}
    return set(filter(_tells, texts))


def _tells(text: str) -> bool:
    """Return whether a number as it is printed says which one it is: four digits that count, or three decimals."""
    digits = len(text.replace(".", "").lstrip("0"))
    return digits >= 4 or (digits == 3 and len(text.partition(".")[2]) >= 3)


def text_of(content: bytes, ending: str) -> str:
    """Return all that is in a file, of an archive every part of it."""
    if ending in (".html", ".md"):
        return content.decode()
    with ZipFile(io.BytesIO(content)) as archive:
        parts = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        assert len(parts) > 5
        return "\n".join(archive.read(name).decode() for name in parts)


@cache
def secrets(name: str, seed: int, firm: str) -> tuple[list[str], set[str]]:
    """Return what a member may not see of a case: names of firms that are no members, numbers as they are printed."""
    instance, result = case(name, seed)
    members = {member.firm for member in result.members}
    allowed = own_numbers(instance, result, firm)
    document = result.to_dict()
    del document["solver"]["seconds"]  # differs each time, and may be as wide as a column by chance
    known = set(numbers([instance.to_dict(), document]))
    known |= set(numbers([one.model_dump() for one in breaches(instance, result)]))
    free = set(itertools.chain.from_iterable(map(forms_of, allowed)))
    secret = {one for one in known - allowed if not one.is_integer()}  # whole numbers are counts and limits
    hidden = set(itertools.chain.from_iterable(map(forms_of, secret))) - free
    return [one.name for one in instance.firms if one.name not in members], hidden


def leaks(text: str, name: str, seed: int, firm: str) -> list[str]:
    """Return what a text has of what a member of a case may not see."""
    names, hidden = secrets(name, seed, firm)
    found = [one for one in names if one in text]
    for token in set(re.findall(r"\d[\d.,]*\d|\d", text)):
        if {token.replace(",", ""), token.replace(".", "").replace(",", ".")} & hidden:
            found.append(token)
    return found


def party(name: str, seed: int, at: int, language: Language = "en") -> tuple[Party, Instance, Result]:
    """Return what one member of a case sees."""
    instance, result = case(name, seed)
    firm = result.members[at % len(result.members)].firm
    return party_of(Award(result, instance, language=language), firm), instance, result


# --- nothing leaks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", FORMS)
@pytest.mark.parametrize(("name", "seed"), CASES)
def test_nothing_of_others_is_in_any_form_of_the_page(name: str, seed: int, ending: str) -> None:
    _, result = case(name, seed)
    for at in range(len(result.members)):
        seen, _, _ = party(name, seed, at, LANGUAGES[at % 3])
        assert leaks(text_of(party_file(seen, ending), ending), name, seed, seen.own.firm) == []


@pytest.mark.parametrize(("name", "seed"), CASES)
def test_every_number_of_the_page_is_the_members_own_or_a_total(name: str, seed: int) -> None:
    """The other way round: whatever is printed with four digits or more is one of the numbers that may be seen."""
    for at in range(3):
        seen, instance, result = party(name, seed, at)
        free = set(itertools.chain.from_iterable(map(forms_of, own_numbers(instance, result, seen.own.firm))))
        body = party_file(seen, ".md").decode().split("## How to check it")[0]
        printed = {
            one.rstrip(".") for one in re.findall(r"\d+\.\d+", body) if len(one.replace(".", "").lstrip("0")) >= 4
        }
        assert printed
        assert printed <= free


@pytest.mark.parametrize("ending", FORMS)
@pytest.mark.parametrize("what", ["surplus", "outside_option", "effort_cost", "transfer", "name", "total"])
def test_what_leaks_is_found(ending: str, what: str) -> None:
    """The search above finds one more column, of another member or of a candidate."""
    seen, instance, result = party("battery_scenarios", 0, 0)
    other = result.members[1]
    members = {member.firm for member in result.members}
    if what == "name":
        words = next(one.name for one in instance.firms if one.name not in members)
        leaked = replace(seen, regime=f" beside {words}")
    elif what == "total":
        leaked = replace(seen, revenue=result.joint_profit or 0.0)
    else:
        leaked = replace(seen, joint_surplus=getattr(other, what))
    assert leaks(text_of(party_file(leaked, ending), ending), "battery_scenarios", 0, seen.own.firm) != []


def test_the_cases_have_what_could_leak() -> None:
    found = [case(*one) for one in CASES]
    assert all(len(result.members) > 2 for _, result in found)
    assert all(len(instance.firms) > len(result.members) for instance, result in found)
    assert any(result.scenarios for _, result in found)
    assert any(told.pool_balance > 0.01 for _, result in found for told in result.scenarios)
    assert any(efforts_by_scenario(result.scenarios, own.firm) for _, result in found for own in result.members)
    assert any(instance.objective == "lead" and result.scenarios for instance, result in found)
    assert any(member.deposit > 0.0 for _, result in found for member in result.members)


def test_values_that_were_set_for_the_run_are_not_told() -> None:
    """They may be of others."""
    edits = [Edit("firms.Supplier.outside_option", 0.7654321)]
    instance = variant(load_bundled("two_firms"), edits)
    result = solve(instance).with_settings(["firms.Supplier.outside_option=0.7654321"], "points of somebody.json")
    for ending in FORMS:
        text = text_of(party_file(party_of(Award(result, instance), "Manufacturer"), ending), ending)
        assert "7654321" not in text
        assert "somebody" not in text


# --- what is there -----------------------------------------------------------------------------------------


def test_the_page_has_the_members_own_part() -> None:
    seen, _, result = party("battery_scenarios", 0, 1)
    text = party_file(seen, ".md").decode()
    own = seen.own
    for amount in (own.expected_profit, own.outside_option, own.surplus, own.effort_cost, result.joint_surplus):
        assert f"{amount:.3f}" in text
    assert f"{100 * own.share:.7f}".rstrip("0") in text
    assert all(member.firm in text for member in result.members)
    assert seen.deviations
    assert text.count("| idle (0) |") == 1


def test_without_the_instance_the_table_of_breaches_is_that_of_the_explanation() -> None:
    instance = load_bundled("two_firms")
    result = solve(instance)
    with_instance = party_of(Award(result, instance), "Supplier")
    explained_alone = party_of(Award(result, None, explain(instance, result)), "Supplier")
    assert explained_alone.deviations == with_instance.deviations
    bare = party_of(Award(result), "Supplier")
    assert bare.deviations is None
    assert "is told when the instance is at hand" in party_file(bare, ".md").decode()


def test_a_contract_that_is_not_verified_says_so() -> None:
    result = solve(load_bundled("two_firms"))
    text = party_file(party_of(Award(result.replace(certificate=None)), "Supplier"), ".md").decode()
    assert "Do not sign" in text


def test_nobody_else_has_a_page() -> None:
    result = solve(load_bundled("two_firms"))
    with pytest.raises(OptionError, match='did you mean "Supplier"'):
        party_of(Award(result), "Suplier")
    with pytest.raises(OptionError, match="needs a result with a contract"):
        party_of(Award(solve(load_bundled("no_contract"))), "Supplier")
    with pytest.raises(OptionError, match=r"as \.pdf"):
        party_file(party_of(Award(result), "Supplier"), ".pdf")


# --- the proof ---------------------------------------------------------------------------------------------


@pytest.fixture
def signed(tmp_path: Path) -> tuple[str, str]:
    """Return the files of a result and of a ledger in which it is signed."""
    result, ledger = str(tmp_path / "result.json"), str(tmp_path / "a.ledger")
    source = tmp_path / "instance.json"
    source.write_text(variant(load_bundled("two_firms"), [Edit("division", "proportional")]).to_json())
    invoke("solve", str(source), "-o", result)
    made = Ledger.create(ledger, "alliance")
    made.append("note", "Manufacturer", {"text": "the text of another entry"})
    made.sign_contract(result, Instance.from_file(source))
    made.append("milestone_met", "Supplier")
    return result, ledger


@pytest.mark.parametrize("ending", FORMS)
def test_the_proof_leads_to_the_root_and_has_no_text_of_the_record(
    tmp_path: Path, signed: tuple[str, str], ending: str
) -> None:
    result, ledger = signed
    target = tmp_path / f"supplier{ending}"
    options = ("--party", "Supplier", "--ledger", ledger, "-o", str(target))
    assert invoke("report", result, *options).exit_code == 0
    text = text_of(target.read_bytes(), ending)
    checkpoint = Ledger(ledger).checkpoint()
    inclusion = Ledger(ledger).prove(1)
    shown = [one for one in re.findall(r"\b[0-9a-f]{64}\b", text) if one != Result.from_file(result).instance.sha256]
    leaf, *path = [bytes.fromhex(one) for one in dict.fromkeys(shown)]
    assert path == list(inclusion.path)
    assert is_included(leaf, 1, checkpoint.size, path, checkpoint.root)
    assert "the text of another entry" not in text
    other = Result.from_file(result).members[0]
    assert repr(other.surplus) not in text


def test_a_contract_that_was_not_signed_has_no_proof(tmp_path: Path, signed: tuple[str, str]) -> None:
    result, ledger = signed
    with pytest.raises(LedgerError, match="no such entry"):
        proof_in(Ledger(ledger), "00" * 32)
    other = tmp_path / "other.json"
    other.write_bytes(Path(result).read_bytes() + b"\n")
    target = str(tmp_path / "a.md")
    done = invoke("report", str(other), "--party", "Supplier", "--ledger", ledger, "-o", target)
    assert (done.exit_code, "no such entry" in flat(done.stderr)) == (3, True)


def test_options_that_do_not_go_together(tmp_path: Path, signed: tuple[str, str]) -> None:
    result, ledger = signed
    target = str(tmp_path / "a.md")
    assert invoke("report", result, "--ledger", ledger, "-o", target).exit_code == 2
    assert invoke("report", result, "--party", "Supplier", "--page", "terms", "-o", target).exit_code == 2
    nobody = invoke("report", result, "--party", "Nobody", "-o", target)
    assert (nobody.exit_code, "members are: Manufacturer, Supplier" in flat(nobody.stderr)) == (2, True)
