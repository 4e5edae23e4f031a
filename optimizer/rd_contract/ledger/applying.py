"""An instance with what the record says: credit and stakes of firms, trust of pairs, and who is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..base.errors import InstanceError, Problem
from ..formats.doors import require
from ..instance import Instance, is_compelled, stated_in
from ..instance.paths import path_to
from ..instance.variants import Scalar
from .credit import Credit, Step
from .entries import Entry


@dataclass(frozen=True, slots=True)
class AppliedRow:
    """What the record says of one place in an instance.

    Parameters
    ----------
    path
        The place.
    before, after
        What stood and what stands there.
    entries
        The entries that it follows from, in their order.
    stated_in
        Scenarios that say themselves what stands there, whatever the instance says.
    """

    path: str
    before: Scalar
    after: Scalar
    entries: tuple[Entry, ...]
    stated_in: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Whether something else stands there than before."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Applied:
    """What an instance becomes by the record.

    Parameters
    ----------
    instance
        The new instance.
    rows
        What the record says of each path that it speaks of.
    """

    instance: Instance
    rows: tuple[AppliedRow, ...]


def apply_credit(found: Credit, instance: Instance) -> Applied:
    """Return an instance with credit, stakes and trust as they are scored; firms that the record does not name stay.

    Of whom nothing is known yet the score is one half, whatever the instance knows.

    Parameters
    ----------
    found
        What the record says. Firms that the instance does not have are left out.
    instance
        The instance; it stays as it is.

    Raises
    ------
    InstanceError
        With every problem of the new instance: that a firm which must join is not eligible any more, for example.
    """
    require(Instance, instance)
    return _applied(instance, list(_scored(found, {firm.name for firm in instance.firms})))


def apply_record(found: Credit, instance: Instance) -> Applied:
    """Return the instance of the next contract: with what there is evidence for, and without the firms that are gone.

    Who has only signed keeps the credit that the instance knows, and so does a pair its trust: a record without any
    evidence says nothing against them. A firm that was excluded, or left, and has signed nothing since, is excluded.

    Parameters
    ----------
    found
        What the record says. Firms that the instance does not have are left out.
    instance
        The instance; it stays as it is.

    Raises
    ------
    InstanceError
        With every firm that must join but is gone, or whose credit is too low; else with every problem of the new
        instance.
    """
    require(Instance, instance)
    problems = list(_lost(found, instance))
    if problems:
        raise InstanceError(problems, instance.name)
    known = {firm.name for firm in instance.firms}
    gone = [
        _Grounded((name,), "membership", "excluded", (entry,)) for name, entry in found.gone.items() if name in known
    ]
    told = (one for one in _scored(found, known) if one.entries)
    return _applied(instance, [*told, *gone])


#: Entries that a message names before it counts the rest.
_NAMED = 6


@dataclass(frozen=True, slots=True)
class _Grounded:
    """What is to be written of a firm, or of a pair, and the entries that it follows from."""

    names: tuple[str, ...]
    field: str
    value: Scalar
    entries: tuple[Entry, ...]

    @property
    def path(self) -> str:
        """The place, as edits write it."""
        if len(self.names) == 1:
            return path_to("firms", self.names[0], self.field)
        return path_to("relations", self.names, self.field)


def _applied(instance: Instance, grounded: Sequence[_Grounded]) -> Applied:
    """Write all in one go: edits of thousands of pairs would look for each of them anew."""
    document = instance.to_dict()
    firms = {firm["name"]: firm for firm in document["firms"]}
    relations = {frozenset(relation["between"]): relation for relation in document["relations"]}
    stated = stated_in(instance)
    rows = []
    for one in grounded:
        if len(one.names) == 1:
            entry = firms[one.names[0]]
        elif (pair := frozenset(one.names)) in relations:
            entry = relations[pair]
        else:
            entry = relations[pair] = {"between": list(one.names)}
            document["relations"].append(entry)
        rows.append(AppliedRow(one.path, entry.get(one.field), one.value, one.entries, stated.get(one.path, ())))
        entry[one.field] = one.value
    return Applied(Instance.from_dict(document, instance.name), tuple(rows))


def _scored(found: Credit, known: set[str]) -> Iterator[_Grounded]:
    for name, one in found.firms.items():
        if name in known:
            path = tuple(step.entry for step in one.path)
            yield _Grounded((name,), "credit", one.credit, path)
            if one.stake is not None:
                signed = () if found.contract is None else (found.contract,)
                grounds = sorted((*signed, *path), key=lambda entry: entry.sequence)
                yield _Grounded((name,), "reputation_stake", one.stake, tuple(grounds))
    for pair, trust in found.trust.items():
        if known.issuperset(pair):
            yield _Grounded(pair, "trust", trust, found.pair_entries[pair])


def _lost(found: Credit, instance: Instance) -> Iterator[Problem]:
    """Yield every firm that each alliance has to contain, and that the record keeps out."""
    least = instance.project.min_credit
    for firm in instance.firms:
        if not is_compelled(firm, instance):
            continue
        leads = firm.name == instance.project.lead
        must = "leads the alliance" if leads else "is required"
        hint = "name another lead" if leads else 'give it the membership "optional"'
        if (entry := found.gone.get(firm.name)) is not None:
            what = "was excluded" if entry.kind == "member_excluded" else "left"
            told = f"a firm that {must}, but {what} by entry {entry.sequence} ({entry.time}) and has not signed since"
            yield Problem(path_to("firms", firm.name, "membership"), told, "a firm that may still join", hint, "gone")
        elif firm.name in found.firms and found.firms[firm.name].path and found.firms[firm.name].credit < least:
            told = f"{found.firms[firm.name].credit:.4g} by the record, {_by_entries(found.firms[firm.name].path)}"
            expected = f"credit of at least min_credit ({least:g}) for a firm that {must}"
            hint = f"{hint}, or lower min_credit of the project"
            yield Problem(path_to("firms", firm.name, "credit"), told, expected, hint, "compelled-credit")


def _by_entries(path: Sequence[Step]) -> str:
    """Return in words what a credit rests on, of much the latest."""
    latest = [f"{step.entry.sequence} ({step.entry.kind.replace('_', ' ')})" for step in path[-_NAMED:]]
    earlier = f" and {len(path) - _NAMED} earlier" if len(path) > _NAMED else ""
    return f"by {'entry' if len(path) == 1 else 'entries'} {', '.join(latest)}{earlier}"
