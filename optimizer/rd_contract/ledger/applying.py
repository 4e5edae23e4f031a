"""An instance with what the record says: credit and stakes of firms, trust of pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..formats.doors import require
from ..instance import Edit, Instance, variant
from ..instance.paths import path_to
from ..instance.variants import Scalar, changes
from .credit import Credit


@dataclass(frozen=True, slots=True)
class Applied:
    """What an instance becomes by the record.

    Parameters
    ----------
    instance
        The new instance.
    rows
        What stood and what stands at each path that the record speaks of.
    """

    instance: Instance
    rows: tuple[tuple[str, Scalar, Scalar], ...]


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
    edits = list(_edits(found, {firm.name for firm in instance.firms}))
    made = changes(instance, edits)
    rows = tuple((change.edit.path, _plain(change.before[0]), _plain(change.after[0])) for change in made)
    return Applied(variant(instance, edits), rows)


def _edits(found: Credit, known: set[str]) -> Iterator[Edit]:
    for name, one in found.firms.items():
        if name in known:
            yield Edit(path_to("firms", name, "credit"), one.credit)
            if one.stake is not None:
                yield Edit(path_to("firms", name, "reputation_stake"), one.stake)
    for pair, trust in found.trust.items():
        if known.issuperset(pair):
            yield Edit(path_to("relations", pair, "trust"), trust)


def _plain(value: object) -> Scalar:
    return value if isinstance(value, float | int | str) else None
