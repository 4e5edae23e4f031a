"""The numbers of an instance that can be changed on the page: those that negotiations are about."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rd_contract import EffortCurve, Firm, Instance
from rd_contract.instance import path_to
from rd_contract.instance.variants import Scalar
from rd_contract.report.words.numbers import clean

#: What a value is: an amount of money, a whole number, or one of a few words.
Kind = Literal["money", "whole", "choice"]

MEMBERSHIPS = ("optional", "required", "excluded")

#: Positions of a slider.
STEPS = 100


@dataclass(frozen=True, slots=True)
class Field:
    """A value of the project.

    Parameters
    ----------
    path
        Its path, as ``--set`` takes it.
    label
        What it is called.
    kind
        What it is.
    value
        What stands there; None: no limit.
    empty
        What it means that nothing stands there; empty: something has to.
    most
        End of its slider; beyond it a value can still be typed.
    step
        Distance of two positions of the slider.
    """

    path: str
    label: str
    kind: Kind
    value: Scalar
    empty: str
    most: float
    step: float


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the firms: what it is called, what its values are, what it means that there is none."""

    label: str
    kind: Kind
    empty: str = ""


@dataclass(frozen=True, slots=True)
class FirmRow:
    """A firm: its name as it is shown and as paths have it; path and value in each column."""

    label: str
    name: str
    cells: tuple[tuple[str, Scalar], ...]


#: Of the firms, in the order of :func:`firm_rows`.
COLUMNS = (
    Heading("Contribution", "money", "derived"),
    Heading("Cost of full effort", "money"),
    Heading("Earns outside", "money"),
    Heading("Joining cost", "money"),
    Heading("Most deposit", "money"),
    Heading("Membership", "choice"),
)


def project_fields(instance: Instance, opened: Instance) -> list[Field]:
    """Return the values of the project that can be changed.

    Parameters
    ----------
    instance
        As it is now.
    opened
        As it was opened: sliders keep their ends while values change.
    """
    project, before = instance.project, opened.project
    costs = sum(firm.menu[-1].cost for firm in opened.firms)

    def money(path: str, label: str, value: float | None, usual: float | None, empty: str = "") -> Field:
        most = _round_up(2.0 * usual if usual else costs)
        return Field(path, label, "money", value, empty, most, most / STEPS)

    def people(path: str, label: str, value: int | None, empty: str = "") -> Field:
        return Field(path, label, "whole", value, empty, float(len(opened.firms)), 1.0)

    sharing = "project.cost_sharing_budget"
    return [
        *([money("project.value", "Project value", project.value, before.value)] if before.technologies else []),
        money("project.budget", "R&D budget", project.budget, before.budget, "no limit"),
        money(sharing, "For reimbursements", project.cost_sharing_budget, before.cost_sharing_budget, "no limit"),
        people("project.team_size.min", "Fewest members", project.team_size.min),
        people("project.team_size.max", "Most members", project.team_size.max, "no limit"),
    ]


def firm_rows(instance: Instance) -> list[FirmRow]:
    """Return the values of the firms that can be changed, as :data:`COLUMNS` names them."""
    return [FirmRow(clean(firm.name), firm.name, tuple(_cells(firm))) for firm in instance.firms]


def field_labels(instance: Instance) -> dict[str, str]:
    """Return what each value that can be changed is called, by its path."""
    labels = {one.path: one.label for one in project_fields(instance, instance)}
    for row in firm_rows(instance):
        for column, (path, _) in zip(COLUMNS, row.cells, strict=True):
            labels[path] = f"{column.label} of {row.label}"
    return labels


def _cells(firm: Firm) -> Iterator[tuple[str, Scalar]]:
    last = str(len(firm.menu) - 1)
    cost = ("full_cost",) if isinstance(firm.efforts, EffortCurve) else (last, "cost")
    values: list[tuple[tuple[str, ...], Scalar]] = [
        (("contribution",), firm.contribution),
        (("efforts", *cost), firm.menu[-1].cost),
        (("outside_option",), firm.outside_option),
        (("joining_cost",), firm.joining_cost),
        (("max_deposit",), firm.max_deposit),
        (("membership",), firm.membership),
    ]
    for names, value in values:
        yield path_to("firms", firm.name, *names), value


def _round_up(amount: float) -> float:
    """Return an amount that is easy to read and not below another one."""
    if not amount > 0.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(amount))
    return next(digit * power for digit in (1.0, 2.0, 5.0, 10.0) if digit * power >= amount * (1.0 - 1e-9))
