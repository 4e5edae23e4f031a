"""What makes an entry look like a slip: it names firms, or amounts, that the contract in force does not know.

An entry stays for good, and a wrong one cannot be told from a right one for certain: a notary may say so who signed
nothing, and a copy must be able to hold whatever others recorded. So nothing of this is refused; it is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain

from ..base.choices import EntryKind
from ..formats.hints import meant
from .entries import BreachDetected, ContractSigned, DepositForfeited, Entry, MemberTerms, Payment, canonical
from .moments import is_to_come, now
from .storage import Rows
from .verification import read_entry

#: What only members do: who left may still pay, lose its deposit, or be in a dispute.
_BY_MEMBERS = ("milestone_met", "milestone_missed", "contribution_delivered", "member_excluded", "member_left")

#: What only who signed can do.
_BY_SIGNERS = (*_BY_MEMBERS, "breach_detected", "deposit_forfeited")

#: Part of a deposit that people may be above it, as they round what they read.
_ROUNDED = 1e-3

#: Difference of effort levels from which they are not the same, rounded to two decimals.
_OTHER_EFFORT = 0.005


def doubts_on(entry: Entry, rows: Rows) -> Iterator[str]:
    """Yield what makes an entry look like a slip, in words for people.

    Parameters
    ----------
    entry
        An entry that is recorded.
    rows
        The ledger that it is in. What is no entry any more is passed over: that is for verification to tell.
    """
    if is_to_come(entry.time):
        yield (
            f"{entry.time} is yet to come, as the clock of this machine says {now()}. Until then every "
            f"further entry has to be given a time, {entry.time} or later."
        )
    contracts = _earlier(rows, ("contract_signed",), 0, entry.sequence)
    signature = next(contracts, None)
    if signature is None:
        return
    if isinstance(entry.data, ContractSigned):
        yield from _signed_before(entry.data, signature, contracts)
        return
    named, since = _named_in(entry), signature.sequence + 1
    known = _signers(chain([signature], contracts), sought=named)
    yield from _strangers(named, known)
    if entry.firm in known:
        departures = _earlier(rows, ("member_excluded", "member_left"), since, entry.sequence)
        yield from _no_member(entry, signature, departures)
    terms = _members(signature).get(entry.firm)
    if terms is not None:
        contract = f"the contract in force, entry {signature.sequence}"
        yield from _other_effort(entry, terms, contract)
        lost = _earlier(rows, ("deposit_forfeited",), since, entry.sequence)
        yield from _beyond_deposit(entry, terms, contract, lost)


def _earlier(rows: Rows, kinds: Iterable[EntryKind], first: int, end: int) -> Iterator[Entry]:
    """Yield the entries of some kinds between two numbers, the latest first.

    They are looked for by their bytes, which have one spelling: quotes within texts have a backslash before them, so
    that no text looks like the field. Reading all entries of a long record would take as long as verifying it.
    """
    marks = [canonical({"kind": kind})[1:-1] for kind in kinds]
    for sequence, body in rows.entries_with(marks, first, end):
        entry, problems = read_entry(body, sequence, "")
        if entry is not None and not problems:
            yield entry


def _members(signature: Entry) -> dict[str, MemberTerms]:
    return dict(signature.data.members) if isinstance(signature.data, ContractSigned) else {}


def _signed_before(data: ContractSigned, signature: Entry, earlier: Iterable[Entry]) -> Iterator[str]:
    """Yield that a contract was signed already; an old file that is signed by mistake is in force from then on."""
    for one in chain([signature], earlier):
        if isinstance(one.data, ContractSigned) and one.data.result_sha256 == data.result_sha256:
            force = ": it was in force already" if one is signature else ", and others since: now it is in force again"
            yield f"This very result was signed before, by entry {one.sequence} ({one.time}){force}."
            return
    old = signature.data
    if isinstance(old, ContractSigned) and (old.instance_sha256, old.members) == (data.instance_sha256, data.members):
        where = f"entry {signature.sequence} ({signature.time})"
        yield f"The contract that was in force, {where}, has the same terms, for the same instance."


def _named_in(entry: Entry) -> dict[str, str]:
    """Return the firms that an entry names, and as what."""
    if entry.firm == entry.by:
        named = {entry.by: "Who says so, and whom it is about"}
    else:
        named = {entry.firm: "The firm that it is about", entry.by: "Who says so"}
    if isinstance(entry.data, Payment) and entry.data.to is not None:
        named.setdefault(entry.data.to, "Who is paid")
    return named


def _signers(contracts: Iterable[Entry], sought: Collection[str]) -> frozenset[str]:
    """Return who signed any of some contracts; no more of them are read than it takes to find all who are sought."""
    found = frozenset[str]()
    for contract in contracts:
        found |= _members(contract).keys()
        if found.issuperset(sought):
            break
    return found


def _strangers(named: Mapping[str, str], known: frozenset[str]) -> Iterator[str]:
    for name, role in named.items():
        if name not in known:
            yield f'{role}, "{name}", is in no contract that was recorded before{meant(name, sorted(known)) or "."}'


def _no_member(entry: Entry, signature: Entry, departures: Iterable[Entry]) -> Iterator[str]:
    """Yield that a firm is not in the alliance of which an entry says that it is."""
    firm = entry.firm
    if firm not in _members(signature):
        if entry.kind in _BY_SIGNERS:
            yield f'"{firm}" is no member of the contract in force, entry {signature.sequence} ({signature.time}).'
    elif entry.kind in _BY_MEMBERS and (gone := next((one for one in departures if one.firm == firm), None)):
        how = "was excluded" if gone.kind == "member_excluded" else "left"
        yield f'"{firm}" {how} by entry {gone.sequence} ({gone.time}), and has signed no contract since.'


def _other_effort(entry: Entry, terms: MemberTerms, contract: str) -> Iterator[str]:
    if isinstance(entry.data, BreachDetected) and abs(entry.data.agreed_effort - terms.effort_level) > _OTHER_EFFORT:
        agreed = f"{terms.effort_level:.6g} (on average, where efforts are agreed by scenario)"
        yield f'By {contract}, "{entry.firm}" agreed to an effort of {agreed}, not {entry.data.agreed_effort:.6g}.'


def _beyond_deposit(entry: Entry, terms: MemberTerms, contract: str, earlier: Iterable[Entry]) -> Iterator[str]:
    """Yield that a firm lost more than its deposit, by this entry or together with others under the same contract."""
    if not isinstance(entry.data, DepositForfeited):
        return
    before = sum(_forfeited(one) for one in earlier if one.firm == entry.firm)
    lost = before + entry.data.amount
    if lost > terms.deposit * (1.0 + _ROUNDED):
        parts = f" ({before:,.9g} of it by earlier entries)" if before else ""
        yield f'"{entry.firm}" forfeited {lost:,.9g}{parts}, more than its deposit in {contract}: {terms.deposit:,.9g}.'


def _forfeited(entry: Entry) -> float:
    return entry.data.amount if isinstance(entry.data, DepositForfeited) else 0.0
