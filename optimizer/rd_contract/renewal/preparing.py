"""The instance of the next contract, by the record of an alliance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ..base.errors import InstanceError, LedgerError, Problem
from ..base.files import source_name
from ..formats.doors import require
from ..formats.hints import nearest
from ..instance import Instance
from ..ledger import Credit, CreditRules, Entry, Ledger, credit_scores
from ..ledger.applying import Applied, apply_record
from ..ledger.entries import ContractSigned

#: Most names that a message lists.
LISTED = 8


@dataclass(frozen=True, slots=True)
class Stranger:
    """A firm that the record speaks of and that the instance does not have.

    Parameters
    ----------
    name
        As the record writes it.
    meant
        The firm of the instance that is spelled most alike and of which the record says nothing; None: none is.
    """

    name: str
    meant: str | None


@dataclass(frozen=True, slots=True)
class NextInstance:
    """The instance of the next contract.

    Parameters
    ----------
    before
        The instance as it was.
    credit
        What the record says.
    applied
        The new instance, and what changed in it.
    strangers
        Firms of the record that the instance does not have.
    """

    before: Instance
    credit: Credit
    applied: Applied
    strangers: tuple[Stranger, ...]

    @property
    def after(self) -> Instance:
        """The new instance."""
        return self.applied.instance

    @property
    def barred(self) -> tuple[str, ...]:
        """Firms of the contract in force that the instance excludes: for its own reasons, or by an older record."""
        signed = None if self.credit.contract is None else self.credit.contract.data
        members = signed.members if isinstance(signed, ContractSigned) else {}
        excluded = [firm.name for firm in self.before.firms if firm.membership == "excluded"]
        return tuple(name for name in excluded if name in members and name not in self.credit.gone)


def next_instance(
    instance: Instance,
    record: Ledger | Iterable[Entry],
    *,
    as_of: str | None = None,
    rules: CreditRules | None = None,
) -> NextInstance:
    """Return the instance of the next contract: with credit, stakes and trust of the record, without who is gone.

    Parameters
    ----------
    instance
        The instance of the last contract, or another one about the same firms; it stays as it is.
    record
        A ledger, which is verified, or its entries in their order.
    as_of
        The moment, ISO 8601, after which entries do not count; None: now.
    rules
        How credit is reckoned; None: as usual.

    Raises
    ------
    LedgerError
        Where the record says nothing of any firm of the instance.
    InstanceError
        With every firm that must join and may not any more, or every other problem of the new instance.
    TamperedError
        Where the ledger is not as it was written.
    OptionError
        For what is no moment.
    """
    require(Instance, instance)
    found = credit_scores(record, as_of=as_of, rules=rules, min_credit=instance.project.min_credit)
    known, told = [firm.name for firm in instance.firms], [*found.firms, *found.gone]
    strangers = tuple(_strangers(dict.fromkeys(told), known))
    if set(told).isdisjoint(known):
        source = source_name(record.path) if isinstance(record, Ledger) else ""
        raise LedgerError([_nothing(found, strangers, known)], source)
    try:
        return NextInstance(instance, found, apply_record(found, instance), strangers)
    except InstanceError as error:
        raise InstanceError(_with_who_is_out(error.problems, found, instance), error.source) from None


def _with_who_is_out(problems: Iterable[Problem], found: Credit, instance: Instance) -> Iterator[Problem]:
    """Yield what is wrong with the new instance, with whom the record keeps out: fewer firms may be left than asked."""
    least, known = instance.project.min_credit, {firm.name for firm in instance.firms}
    out = [f"{name} (entry {entry.sequence})" for name, entry in found.gone.items() if name in known]
    out += [
        f"{name} (credit {one.credit:.3f})"
        for name, one in found.firms.items()
        if name in known and name not in found.gone and one.path and one.credit < least
    ]
    for problem in problems:
        if out and problem.rule not in ("gone", "compelled-credit"):
            hint = f"the record keeps out {_some_of(out)}"
            yield replace(problem, hint=f"{problem.hint}; {hint}" if problem.hint else hint)
        else:
            yield problem


def _strangers(told: Iterable[str], known: list[str]) -> Iterator[Stranger]:
    told = list(told)
    unnamed = [name for name in known if name not in told]
    for name in told:
        if name not in known:
            yield Stranger(name, nearest(name, unnamed))


def _nothing(found: Credit, strangers: tuple[Stranger, ...], known: list[str]) -> Problem:
    """Return that a record says nothing of any firm of an instance."""
    names = _some([one.name for one in strangers])
    told = f"entries about {names} alone" if strangers else f"nothing about any firm before {found.as_of}"
    alike = ", ".join(f'"{one.meant}" for "{one.name}"' for one in strangers if one.meant is not None)
    hint = f"names must be the same; is it {alike}?" if alike else "is it the ledger of another alliance?"
    return Problem("", told, f"entries about firms of the instance: {_some(known)}", hint, "strangers")


def _some(names: list[str]) -> str:
    return _some_of([f'"{name}"' for name in names])


def _some_of(names: list[str]) -> str:
    more = [f"{len(names) - LISTED} more"] if len(names) > LISTED else []
    return ", ".join([*names[:LISTED], *more])
