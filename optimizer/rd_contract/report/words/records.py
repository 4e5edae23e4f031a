"""What entries of a ledger say, in words."""

from __future__ import annotations

from collections.abc import Iterator

from ...ledger.applying import Applied
from ...ledger.entries import BreachDetected, ContractSigned, DepositForfeited, DisputeSettled, Entry, Payment
from .numbers import clean, listing, plural, short

#: Decimals of an amount: all that it has.
_ALL = 15

#: Fields that are words already, one for each kind that has any.
_WORDS = ("milestone", "contribution", "subject", "reason", "text")


def event(entry: Entry) -> str:
    """Return what happened."""
    return entry.kind.replace("_", " ")


def day(moment: str) -> str:
    """Return the day of a moment of the record."""
    return moment.partition("T")[0]


def details(entry: Entry) -> str:
    """Return what else an entry says, empty if nothing."""
    own = _numbers(entry) or next((getattr(entry.data, name) for name in _WORDS if hasattr(entry.data, name)), "")
    return "; ".join(part for part in (clean(own), clean(entry.data.remark)) if part)


def stated_words(applied: Applied) -> Iterator[str]:
    """Yield where scenarios say something else than the record, whatever it changes in the instance."""
    for row in applied.rows:
        if row.changes and row.stated_in:
            where = listing([f'"{name}"' for name in row.stated_in])
            yield f"{clean(row.path)}: in {where} it has the value that is stated there, whatever the record says."


def _numbers(entry: Entry) -> str:
    """Return what an entry says in numbers and by choices."""
    match entry.data:
        case ContractSigned() as data:
            return f"{plural(len(data.members), 'member')}, result {data.result_sha256[:12]}..."
        case BreachDetected() as data:
            return f"effort {data.observed_effort:g}, agreed was {data.agreed_effort:g}"
        case Payment() as data:
            return f"{short(data.amount, _ALL)} to {data.to or 'the alliance'}"
        case DepositForfeited() as data:
            return str(short(data.amount, _ALL))
        case DisputeSettled() as data:
            return "" if data.outcome == "against" else "nobody was in the wrong"
    return ""
