"""Capability scores (M1) of firms, by dimension: viability, development, competitiveness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...instance import Instance
from ...model.synergies import capability_scores
from ..page import Block, Column, Table, heading, paragraph, table
from ..words.numbers import clean, fixed

#: What the scores of an alliance are, in a sentence.
_SAID = "How much of the technologies each member masters, by importance. Dimensions add up to the total"


def members_scores(instance: Instance | None, names: Sequence[str]) -> Iterator[Block]:
    """Yield the scores of the members of an alliance; nothing where no technology has a dimension.

    Parameters
    ----------
    instance
        The instance; None: not known.
    names
        The members.
    """
    technologies = () if instance is None else instance.project.technologies
    if instance is None or all(technology.dimension is None for technology in technologies):
        return
    yield heading("Capability of the members")
    yield score_table(capability_scores(instance), names)
    whole = all(technology.dimension is not None for technology in technologies)
    yield paragraph(f"{_SAID}{'' if whole else ' less what has no dimension'}.", "quiet")


def score_table(scores: dict[str, dict[str, float]], names: Sequence[str]) -> Table:
    """Return the scores of some firms, by dimension and in all.

    Parameters
    ----------
    scores
        Of all firms, as :func:`~rd_contract.capability_scores` returns them.
    names
        The firms.
    """
    dimensions = [name for name in next(iter(scores.values())) if name != "total"]
    columns = [Column("Firm", most=30), *(Column(name.capitalize(), number=True) for name in dimensions)]
    rows = [(clean(name), *(fixed(scores[name][part], 3) for part in (*dimensions, "total"))) for name in names]
    return table([*columns, Column("Total", number=True)], rows)
