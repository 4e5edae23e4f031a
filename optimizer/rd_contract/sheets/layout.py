"""Which sheets and columns an instance has, read off its type: a new field appears by itself.

A list of objects is a sheet with a row for each of them; a single value, also one of an object inside, is a column, or
a row of the sheet Project. Some fields have a form of their own: what a firm can do is a curve in the sheet Firms or
rows of Efforts, what it masters is a row of Capabilities, each attribute is a column of Firms, a pair is two columns,
and a limit of a rule is a number of what the rule counts. Whatever has no such form is one cell of JSON, so nothing is
lost. Scenarios are rows, too, one for each of their changes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..base.choices import Measure
from ..formats.documents import InMoney
from ..instance.groups import COUNTED, IN_MONEY
from ..instance.refusals import field_called
from ..instance.scenarios import ScenarioChange
from ..instance.schema import EffortCurve, EffortLevel
from .field_headings import FIELDS, heading_of
from .field_types import Kind, bare, entry_of, kind_of, words_of
from .headings import FIRM, SHEETS, Heading, key, unit_of

_EQUATION = re.compile(r" \([AM]\d+\)(?:[–-]\([AM]\d+\))?")


#: Fields with a notation of their own.
_NOTATIONS: Mapping[str, Kind] = {
    "division_unions": "attribute",
    "rules.distinct": "attribute",
    "rules.each": "attribute",
    "rules.group": "group",
    "rules.min": "limit",
    "rules.max": "limit",
    "scenarios.changes.value": "varied",
}


def in_words(text: str) -> str:
    """Return a description without the numbers of equations.

    Parameters
    ----------
    text
        As the format has it.
    """
    return _EQUATION.sub("", text)


@dataclass(frozen=True)
class Column:
    """One field in a sheet.

    Parameters
    ----------
    place
        Keys from the entry that the row is about to the value, for example ``("share", "min")``.
    heading
        What it is called.
    kind
        What its cells hold.
    required
        Whether it has no default.
    default
        What an empty cell means.
    least, most, above
        Range of a number; None: no limit.
    words
        What may be chosen.
    money
        Power of the unit of money in the unit of its numbers.
    description
        As in the format.
    firms
        Whether it names a firm.
    qualified
        Whether the last part of its place alone means another field.
    per_cent, question
        Whether its heading in a file says that its numbers are percentages; whether it asks for yes or no.
    """

    place: tuple[str | int, ...]
    heading: Heading
    kind: Kind
    required: bool = False
    default: Any = None
    least: float | None = None
    most: float | None = None
    above: float | None = None
    words: tuple[str, ...] = ()
    money: int = 0
    description: str = ""
    firms: bool = False
    qualified: bool = False
    per_cent: bool = False
    question: bool = False

    @property
    def percent(self) -> bool:
        """Whether its numbers are parts of a whole."""
        return self.kind == "number" and self.money == 0 and (self.least, self.most) == (0.0, 1.0)

    @property
    def keys(self) -> frozenset[str]:
        """Headings that mean it, as :func:`~rd_contract.sheets.headings.key` returns them."""
        parts = [str(part) for part in self.place]
        suffixes = (".".join(parts[at:]) for at in range(max(len(parts) - self.qualified, 1)))
        return frozenset(map(key, (*self.heading.names, *suffixes)))

    def headed(self, text: str, *, own: bool) -> Column:
        """Return it as a heading in a file has it.

        Parameters
        ----------
        text
            The heading.
        own
            Whether it is one of its own, and not what else it is called.
        """
        per_cent = self.percent and "%" in unit_of(text)
        question = not own and bool(self.heading.answers)
        return replace(self, per_cent=per_cent, question=question) if per_cent or question else self

    @property
    def note(self) -> str:
        """What it means, in a sentence for people."""
        return self.heading.note or in_words(self.description.partition("; null: ")[0])


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Parameters
    ----------
    place
        Keys to the list whose entries its rows are; empty for the sheet Project.
    heading
        What it is called.
    columns
        Its columns; of the sheet Project, its rows.
    matrix
        Whether every other heading is a name, too.
    """

    place: tuple[str, ...]
    heading: Heading
    columns: tuple[Column, ...]
    matrix: bool = False

    @property
    def title(self) -> str:
        """Its title, as it is written."""
        return self.heading.english

    @functools.cached_property
    def own(self) -> dict[str, Column]:
        """Its fields by their headings, as :func:`~rd_contract.sheets.headings.key` returns them."""
        return {name: column for column in self.columns for name in column.keys}

    @functools.cached_property
    def also(self) -> dict[str, Column]:
        """Its fields by what else they are called."""
        names = {key(name): column for column in self.columns for name in column.heading.also}
        return {name: column for name, column in names.items() if name not in self.own}

    def column(self, *place: str | int) -> Column:
        """Return the column of a field."""
        return next(column for column in self.columns if column.place == place)


@dataclass(frozen=True)
class Layout:
    """Every sheet of an instance.

    Parameters
    ----------
    project
        A row for each value that there is once.
    lists
        A sheet for each list of objects, Firms among them.
    efforts
        A row for each level of effort of each firm.
    capabilities
        The first column of the matrix; each technology has another one.
    """

    project: Sheet
    lists: tuple[Sheet, ...]
    efforts: Sheet
    capabilities: Sheet

    @property
    def firms(self) -> Sheet:
        """The sheet of the candidates."""
        return self.sheet("firms")

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All of them, in the order in which they are written."""
        last = [sheet for sheet in self.lists if sheet.place[0] not in ("firms", "relations")]
        return (self.project, self.firms, self.sheet("relations"), self.efforts, self.capabilities, *last)

    def sheet(self, *place: str) -> Sheet:
        """Return the sheet of a list."""
        return next(sheet for sheet in self.lists if sheet.place == place)


@functools.cache
def layout_of(model: type[BaseModel]) -> Layout:
    """Return the sheets of a type of instances.

    Parameters
    ----------
    model
        :class:`~rd_contract.Instance`, or another type with its fields and more.
    """
    lists = {place: entry for place, entry in _lists(model, ()) if place[-1] not in ("efforts", "capabilities")}
    columns = _ordered("", _columns(model, (), "", skipped=frozenset({"format", *(place[-1] for place in lists)})))
    whole = {column.place for column in columns}
    single = (replace(column, qualified=len(column.place) > 1 and column.place[-1:] in whole) for column in columns)
    name = Column(("firm",), FIRM, "text", required=True, firms=True)
    return Layout(
        Sheet((), SHEETS["project"], tuple(single)),
        tuple(_list_sheet(place, entry) for place, entry in lists.items()),
        Sheet(("firms", "efforts"), SHEETS["firms.efforts"], (name, *_columns(EffortLevel, (), "firms.efforts."))),
        Sheet(("firms", "capabilities"), SHEETS["firms.capabilities"], (name,), matrix=True),
    )


def _lists(model: type[BaseModel], place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], type[BaseModel]]]:
    """Yield place and type of every list of objects, also in objects inside."""
    for name, field in model.model_fields.items():
        kind, _ = bare(field.annotation, field.metadata)
        if (entry := entry_of(kind)) is not None:
            yield (*place, name), entry
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _lists(kind, (*place, name))


def _list_sheet(place: tuple[str, ...], entry: type[BaseModel]) -> Sheet:
    prefix = ".".join(place) + "."
    skipped = frozenset({"capabilities", "attributes"} if place == ("firms",) else ())
    columns = _ordered(prefix, _columns(entry, (), prefix, skipped=skipped))
    return Sheet(place, SHEETS.get(prefix[:-1], heading_of(prefix[:-1])), tuple(columns))


def _ordered(prefix: str, columns: Iterator[Column]) -> list[Column]:
    """Return columns in the order of the table of headings, new ones at the end."""
    order = {name: at for at, name in enumerate(FIELDS)}
    return sorted(columns, key=lambda column: order.get(prefix + ".".join(map(str, column.place)), len(order)))


def _columns(
    model: type[BaseModel], place: tuple[str, ...], prefix: str, skipped: frozenset[str] = frozenset()
) -> Iterator[Column]:
    """Yield a column for each single value of a type and of the objects inside it."""
    for name, field in model.model_fields.items():
        if name in skipped:
            continue
        here = (*place, name)
        kind, metadata = bare(field.annotation, field.metadata)
        if prefix == "firms." and here == ("efforts",):
            yield from _columns(EffortCurve, here, prefix)
        elif prefix == "relations." and here == ("between",):
            heads = [heading_of(f"relations.between.{side}") for side in (0, 1)]
            yield from (
                Column((*here, side), head, "text", required=True, firms=True) for side, head in enumerate(heads)
            )
        elif prefix == "scenarios." and here == ("changes",):
            yield from (replace(column, required=False) for column in _columns(ScenarioChange, here, prefix))
        elif isinstance(kind, type) and issubclass(kind, BaseModel) and _is_flat(field, kind):
            yield from _columns(kind, here, prefix, skipped)
        else:
            yield _column(here, prefix, field, kind, metadata)


def _is_flat(field: FieldInfo, kind: type[BaseModel]) -> bool:
    """Return whether an object is as good as its values: one that is left out is one with every default."""
    return not field.is_required() and field.get_default() == kind.model_construct()


def attribute(name: str, heading: str) -> Column:
    """Return the column of an attribute in the sheet Firms.

    Parameters
    ----------
    name
        Name of the attribute.
    heading
        What the column is headed.
    """
    return Column(("attributes", name), Heading(heading), "text", description="What rules may ask for; free text")


def counting(column: Column, measure: Measure | None) -> Column:
    """Return the field of a limit where it is known what a rule counts; any other field as it is.

    Parameters
    ----------
    column
        A field of the sheet Rules.
    measure
        What the rule counts; None: nobody knows.
    """
    if column.kind != "limit":
        return column
    if measure == "revenue_share":
        return replace(column, kind="number", most=1.0)
    if measure in COUNTED:
        return replace(column, kind="whole")
    return replace(column, kind="number", money=1 if measure in IN_MONEY else 0)


def varying(column: Column, path: str | None) -> Column:
    """Return the field of a new value where it is known which number a scenario changes; any other field as it is.

    Parameters
    ----------
    column
        A field of the sheet Scenarios.
    path
        What changes; None: nobody knows.
    """
    if column.kind != "varied":
        return column
    field = None if path is None else field_called(path)
    if field is None:
        return replace(column, kind="number")
    found = _column((), "", field, *bare(field.annotation, field.metadata))
    return replace(column, kind="number", money=found.money, least=found.least, most=found.most, above=found.above)


def _column(place: tuple[str, ...], prefix: str, field: FieldInfo, kind: Any, metadata: list[Any]) -> Column:
    where = prefix + ".".join(place)
    words, kind = words_of(kind)
    limits: Mapping[str, Any] = {
        name: next((getattr(one, rule) for one in metadata if isinstance(one, law)), None)
        for name, law, rule in (("least", Ge, "ge"), ("most", Le, "le"), ("above", Gt, "gt"))
    }
    return Column(
        place,
        heading_of(where),
        _NOTATIONS.get(where) or kind_of(kind),
        required=field.is_required(),
        default=None if field.is_required() else field.get_default(),
        words=words,
        money=next((one.power for one in metadata if isinstance(one, InMoney)), 0),
        description=field.description or "",
        firms=where in ("project.lead", "rules.if_member"),
        **limits,
    )
