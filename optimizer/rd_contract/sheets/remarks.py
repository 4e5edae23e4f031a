"""What is said of a reading: what each column was understood as, what was assumed, what is probably not meant."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

from ..base.tolerances import SUMS
from ..formats.documents import Place
from .collecting import Collection, Said
from .field_types import Kind
from .grid import listed
from .headings import key
from .layout import Column
from .writing import in_text

#: Most columns that are told one by one; those of the firms come first.
TOLD = 12

#: Fewest and most rows of a group whose sums are looked for: of two firms, a third may be the sum by chance.
_SMALLEST_GROUP, _LARGEST_GROUP = 3, 100

#: What decides nothing.
_TITLES = frozenset({("name",), ("description",), ("source",), ("currency",)})


def add_notes(found: Collection, understood: Sequence[tuple[Said, Any]], currency: str) -> None:
    """Say what was understood, before anything else that was noted.

    Parameters
    ----------
    found
        What is known of the file; its notes are added to.
    understood
        Cells with their values.
    currency
        Unit of money.
    """
    columns: dict[tuple[str, Kind, int], tuple[Column, list[Any]]] = {}  # amounts and counts may share a column
    for said, value in sorted(understood, key=lambda item: _order(item[0])):
        if said.place not in _TITLES:
            field = said.column
            columns.setdefault((_where(said), field.kind, field.money), (field, []))[1].append(value)
    lines = [
        f"{_name(column)}: {_values(column, values, currency)}, from {at}{_headed(column, found.headings.get(at))}"
        for (at, _, _), (column, values) in columns.items()
    ]
    before, found.notes = found.notes, []
    for line in lines[:TOLD]:
        found.note("understood", line)
    if len(lines) > TOLD:
        found.note("understood", f"and {len(lines) - TOLD} more columns and values, as they are headed")
    _assumptions(found, {column.place for column, _ in columns.values()})
    found.notes += before
    _sums(found, understood)
    _warnings(found)


def _order(said: Said) -> tuple[bool, int, str]:
    """Return what sorts cells: those of the firms first, by columns."""
    column = re.sub("[0-9]", "", said.cell.rpartition("!")[2])
    return (said.entry[:1] != ("firms",), len(column), column) if said.entry else (True, 0, "")


def _where(said: Said) -> str:
    sheet, _, cell = said.cell.rpartition("!")
    return f"{sheet} column {re.sub('[0-9]', '', cell)}" if said.entry else said.cell


def _headed(column: Column, heading: str | None) -> str:
    """Return a column's heading where it is not the one that the template has."""
    return "" if heading is None or key(heading) in column.keys else f', headed "{listed([heading], 1)}"'


def _name(column: Column) -> str:
    name = column.heading.english
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _values(column: Column, values: Sequence[Any], currency: str) -> str:
    if column.kind in ("number", "whole") and not column.words:
        low, high = _amount(min(values), column), _amount(max(values), column)
        unit = f" {currency}" if column.money == 1 and currency else ""
        return f"{low}{unit}" if low == high else f"{low} to {high}{unit}"
    if column.kind == "flag":
        said = ((sum(values), "yes"), (len(values) - sum(values), "no"))
        return ", ".join(f"{count} {word}" for count, word in said if count)
    return listed((value if isinstance(value, str) else in_text(value, column) for value in values), 3)


def _amount(value: float, column: Column) -> str:
    return f"{100.0 * value:.6g}%" if column.percent else f"{value:,.12g}"


def _assumptions(found: Collection, places: Set[Place]) -> None:
    _empty_contributions(found)
    if ("efforts", "full_cost") not in places:
        return
    if ("efforts", "steps") not in places:
        found.note("assumed", "five levels of effort: 0%, 25%, 50%, 75%, 100%")
    if ("efforts", "exponent") not in places:
        found.note("assumed", "cost rises with the square of effort: half of the effort costs a quarter")


def _empty_contributions(found: Collection) -> None:
    """Say which firms bring nothing because a cell is empty: there is no value of the project to derive it from."""
    if found.document.get("project", {}).get("value"):
        return
    firms = found.document.get("firms", ())
    empty = [
        f"{firm['name']} ({found.cells[place]})"
        for index, firm in enumerate(firms)
        if isinstance(firm, dict) and "name" in firm and "contribution" not in firm
        if (place := ("firms", index, "contribution")) in found.cells and place not in found.malformed
    ]
    if empty and len(empty) < len(firms):
        found.note("assumed", f"a contribution of 0, as the cell is empty: {listed(empty, TOLD)}")


def _sums(found: Collection, understood: Sequence[tuple[Said, Any]]) -> None:
    """Warn of rows of firms whose amounts are the sums of rows above, of all or of a group, whatever they are called.

    One amount may be a sum by chance; so at least two must be, and all that the row gives.
    """
    rows: dict[int, dict[Place, float]] = {}
    names = {}
    for said, value in understood:
        if len(said.entry) == 2 and said.entry[0] == "firms":
            row = rows.setdefault(int(said.entry[1]), {})
            if said.column.place == ("name",):
                names[int(said.entry[1])] = said.cell
            elif said.column.money == 1:
                row[said.column.place] = float(value)
    above: list[dict[Place, float]] = []
    for index, row in sorted(rows.items()):
        if len(row) > 1 and ("firms", index, "name") not in found.malformed and _is_sum(row, above):
            where = names.get(index, f"row {index + 1} of the firms")
            found.note("warning", f"{where}: its amounts are the sums of rows above; begin it with # if it is no firm")
        above.append(row)


def _is_sum(row: Mapping[Place, float], above: Sequence[Mapping[Place, float]]) -> bool:
    """Return whether the amounts of a row are the sums of all rows above, or of the last few."""
    place, total, size = next(iter(row)), 0.0, 0.0
    for count, earlier in enumerate(reversed(above[-_LARGEST_GROUP:]), start=1):
        amount = earlier.get(place, 0.0)
        total, size = total + amount, size + abs(amount)
        if count >= _SMALLEST_GROUP and abs(total - row[place]) <= SUMS * size and _adds_up(row, above[-count:]):
            return True
    return len(above) > 1 and _adds_up(row, above)


def _adds_up(row: Mapping[Place, float], others: Sequence[Mapping[Place, float]]) -> bool:
    for place, value in row.items():
        amounts = [other.get(place, 0.0) for other in others]
        if value == 0.0 or abs(math.fsum(amounts) - value) > SUMS * math.fsum(map(abs, amounts)):
            return False
    return True


def _warnings(found: Collection) -> None:
    """Warn of what makes an alliance pointless, or look better than it is."""
    firms = [firm for firm in found.document.get("firms", ()) if isinstance(firm, dict)]
    if len(firms) < 2:
        return
    project = found.document.get("project", {})
    derived = bool(project.get("technologies")) and bool(project.get("synergy_strength")) and bool(project.get("value"))
    pairs = [pair for pair in found.document.get("relations", ()) if isinstance(pair, dict)]
    if not derived and not any(pair.get("synergy") for pair in pairs):
        found.note(
            "warning",
            "no pair of firms brings synergy: working together gains nothing then. Say what pairs bring, or who "
            "masters which technology",
        )
    if not any(firm.get("outside_option") for firm in firms) and not _earns_in_a_scenario(found):
        found.note(
            "warning",
            "no firm earns anything elsewhere: what a firm would earn on its own is taken to be 0, and the gain of the "
            "alliance looks larger than it is",
        )


def _earns_in_a_scenario(found: Collection) -> bool:
    """Return whether a scenario says what a firm earns elsewhere: as much as a number that is not 0."""
    changes = [
        change
        for one in found.document.get("scenarios", ())
        if isinstance(one, dict)
        for change in one.get("changes", ())
        if isinstance(change, dict)
    ]
    return any(str(one.get("path", "")).endswith(".outside_option") and one.get("value") for one in changes)
