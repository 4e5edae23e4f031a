"""An instance with what the record says: credit and stakes of firms, trust of pairs, and who is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..base.errors import InstanceError, Problem
from ..formats.doors import require
from ..instance import Edit, Instance, is_compelled, variant
from ..instance.paths import path_to
from ..instance.variants import Scalar, changes
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
    """

    path: str
    before: Scalar
    after: Scalar
    entries: tuple[Entry, ...]

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
    """Return an instance with credit, stakes and trust from the record; what that says nothing of stays.

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
    return _applied(instance, list(_of_credit(found, {firm.name for firm in instance.firms})))


def apply_record(found: Credit, instance: Instance) -> Applied:
    """Return an instance with all that the record says: as :func:`apply_credit`, and without the firms that are gone.

    A firm that was excluded, or left, and has signed no contract since, is excluded.

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
        (Edit(path_to("firms", name, "membership"), "excluded"), (entry,))
        for name, entry in found.gone.items()
        if name in known
    ]
    return _applied(instance, [*_of_credit(found, known), *gone])


#: What is to be written, and the entries that it follows from.
_Grounded = tuple[Edit, tuple[Entry, ...]]


def _applied(instance: Instance, grounded: Sequence[_Grounded]) -> Applied:
    edits = [edit for edit, _ in grounded]
    made = changes(instance, edits)
    rows = tuple(
        AppliedRow(edit.path, _plain(change.before[0]), _plain(change.after[0]), entries)
        for change, (edit, entries) in zip(made, grounded, strict=True)
    )
    return Applied(variant(instance, edits), rows)


def _of_credit(found: Credit, known: set[str]) -> Iterator[_Grounded]:
    for name, one in found.firms.items():
        if name in known:
            path = _entries(one.path)
            yield Edit(path_to("firms", name, "credit"), one.credit), path
            if one.stake is not None:
                signed = () if found.contract is None else (found.contract,)
                grounds = sorted((*signed, *path), key=lambda entry: entry.sequence)
                yield Edit(path_to("firms", name, "reputation_stake"), one.stake), tuple(grounds)
    for pair, trust in found.trust.items():
        if known.issuperset(pair):
            yield Edit(path_to("relations", pair, "trust"), trust), _entries(found.pair_paths[pair])


def _entries(path: Sequence[Step]) -> tuple[Entry, ...]:
    return tuple(step.entry for step in path)


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
        elif firm.name in found.firms and found.firms[firm.name].credit < least:
            told = f"{found.firms[firm.name].credit:.4g} by the record"
            expected = f"credit of at least min_credit ({least:g}) for a firm that {must}"
            yield Problem(path_to("firms", firm.name, "credit"), told, expected, hint, "compelled-credit")


def _plain(value: object) -> Scalar:
    return value if isinstance(value, float | int | str) else None
