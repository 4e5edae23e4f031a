"""Forms of cooperation, or several results, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ...study.comparison import Comparison, Form
from ..frames.comparison import effort_list
from ..page import AND, Block, Column, Page, Table, bullet, heading, paragraph, table, title
from ..words.comparison import sentences
from ..words.numbers import NOTHING, Money, clean, fixed, percent, plural, whole
from ..words.results import moves_between, regime_label
from ..words.uncertainty import judged_aim
from .side_by_side import terms_side_by_side


def comparison_report(comparison: Comparison) -> Page:
    """Return the comparison for the terminal; fits 80 columns.

    Parameters
    ----------
    comparison
        What ``compare`` or ``compare_results`` returned.
    """
    blocks = _forms(comparison) if comparison.kind == "scenarios" else _results(comparison)
    return Page.of(blocks)


# --- forms of cooperation ----------------------------------------------------------------------------------

#: Columns of the table of efforts: what a form is called there.
_SHORT = {
    "alone": "Alone",
    "equal-shares": "Equal",
    "shares-only": "Shares",
    "cost-sharing": "+ Costs",
    "least-monitoring": "Least",
    "joint": "Joint",
    "first-best": "Visible",
}


def _forms(comparison: Comparison) -> Iterator[Block]:
    money = _money(comparison.scenarios, comparison.currency)
    if comparison.instance is not None and comparison.instance.name:
        yield title(comparison.instance.name)
    if not comparison.complete:
        yield paragraph("Interrupted: some forms of cooperation are missing.", "warning")
    forms = [row for row in comparison.scenarios if row not in comparison.led]
    yield heading("What each form of cooperation is worth", money.currency)
    yield _worth(forms, money)
    yield paragraph(
        "Surplus: what the members earn together beyond their outside options. Lost: how far that is below the first "
        f"best. Of best: the surplus as part of it.{_judged_note(comparison.scenarios)}",
        "quiet",
    )
    if any(row.members for row in comparison.led):
        yield heading("If one firm leads and writes the contract that pays itself most", money.currency)
        yield _leads(comparison, money)
    own = [row for row in comparison.led if row.own]
    yield from _who_works([*forms, *own])
    yield heading("In words")
    for sentence in sentences(comparison, money):
        yield bullet(sentence)


def _worth(rows: Iterable[Form], money: Money) -> Table:
    cells = [
        (
            row.title,
            money.text(row.joint_surplus),
            _judged(row, money),
            percent(row.share_of_first_best, 1),
            money.text(row.price_of_moral_hazard),
            money.text(row.expected_revenue),
            NOTHING if row.joint_surplus is None else whole(len(row.members)),
            AND.join(_remarks(row, money)),
        )
        for row in rows
    ]
    columns = (
        Column("Form of cooperation", most=42),
        Column("Surplus", number=True),
        Column("Judged", number=True),
        Column("Of best", number=True),
        Column("Lost", number=True),
        Column("Revenue", number=True),
        Column("Firms", number=True),
        Column("", most=24),
    )
    return table(columns, cells)


def _judged(row: Form, money: Money) -> str:
    """Return what a form is judged by, where that is not its mean; empty elsewhere."""
    return money.text(row.objective_value) if judged_aim(row.objective, row.uncertainty) else ""


def _judged_note(rows: Sequence[Form]) -> str:
    """Return what forms are judged by, to go on a legend; empty where all are by their means."""
    aims = dict.fromkeys(judged_aim(row.objective, row.uncertainty) for row in rows)
    told = " or the ".join(filter(None, aims))
    return f" Judged: what contracts are judged by, the {told}." if told else ""


def _leads(comparison: Comparison, money: Money) -> Table:
    joint = comparison.form("joint")
    cells = [
        (
            row.title.removeprefix("Led by "),
            money.text(row.lead_profit),
            money.text(row.lead_surplus),
            _judged(row, money),
            money.text(row.joint_surplus),
            AND.join([*_remarks(row, money), *([] if joint is None else _changes(row, joint))]),
        )
        for row in comparison.led
    ]
    columns = (
        Column("Lead", most=34),
        Column("Its profit", number=True),
        Column("Its surplus", number=True),
        Column("Judged", number=True),
        Column("Joint surplus", number=True),
        Column("Joins (+), leaves (-)", most=34),
    )
    return table(columns, cells)


def _changes(row: Form, joint: Form) -> list[str]:
    """Return who joins and who leaves, against the joint optimum, when this firm leads."""
    if not row.members:
        return []
    return moves_between(joint.members, row.members) or ["the same members"]


def _remarks(row: Form, money: Money) -> list[str]:
    """Return what a row must not be read without."""
    said = ["the instance's own"] if row.own and row.objective == "lead" else []
    if row.certificate_holds is False:
        said.append("not verified")
    if row.status == "no_contract":
        said.append("no contract")
    elif row.status == "stopped":
        said.append("not known")
    elif not row.proven:
        most = "" if row.status != "feasible" or row.bound is None else f", at most {money.text(row.bound)}"
        said.append(f"not proven{most}")
    return said


def _who_works(rows: list[Form]) -> Iterator[Block]:
    """Yield the effort of every firm in every form of cooperation, and the regimes."""
    shown = [row for row in rows if row.members]
    if not shown:
        return
    yield heading("Who joins, how hard each works")
    firms = dict.fromkeys(name for row in shown for name in row.members)
    cells = [
        (clean(name), *(fixed(row.efforts[name], 2) if name in row.efforts else NOTHING for row in shown))
        for name in firms
    ]
    titles = [_SHORT.get(row.id, "Led") for row in shown]
    yield table([Column("Firm", most=32), *(Column(title, number=True) for title in titles)], cells)
    regimes: dict[str, list[str]] = {}
    for row, short in zip(shown, titles, strict=True):
        if row.mode is not None:
            regimes.setdefault(_regime(row), []).append(short)
    words = [f"{regime} ({', '.join(titles)})" for regime, titles in regimes.items()]
    levels = "Effort levels, on average where scenarios have their own" if _planned(shown) else "Effort levels"
    yield paragraph(f"{levels}; {NOTHING}: not a member. Mode + monitoring: {AND.join(words)}.", "quiet")


def _planned(rows: Sequence[Form]) -> bool:
    """Return whether efforts are agreed by scenario in any of some forms."""
    return any(row.uncertainty is not None and row.uncertainty.agreement == "by_scenario" for row in rows)


def _regime(row: Form) -> str:
    return regime_label(row.mode, row.monitoring) or NOTHING


# --- several results ---------------------------------------------------------------------------------------


def _results(comparison: Comparison) -> Iterator[Block]:
    money = _money(comparison.scenarios, comparison.currency)
    rows = comparison.scenarios
    yield paragraph(f"{plural(len(rows), 'contract')} side by side", "title")
    if not comparison.complete:
        yield paragraph("Interrupted: some files are missing.", "warning")
    for note in comparison.notes:
        yield paragraph(note, "warning")
    names = _names(rows)
    yield heading("What each is worth", money.currency)
    yield _worths(rows, names, money)
    yield paragraph(
        "Of best: surplus as part of what it would be if effort were visible. Certified: judged here, against the "
        "instance. As its file says: that instance is not at hand; the file has a certificate that holds, and does not "
        "contradict itself. Not to be used: the file has no certificate that holds, or says what is not so; "
        f"verifying it against its instance tells what.{_judged_note(rows)}",
        "quiet",
    )
    yield heading("Who joins, how hard each works")
    designs = [
        (name, row.title, _regime(row), effort_list(row) or NOTHING) for name, row in zip(names, rows, strict=True)
    ]
    yield table(
        (Column("File", most=28), Column("Instance", most=24), Column("Regime", most=18), Column("Members")), designs
    )
    yield from terms_side_by_side(rows, names, money)


def _names(rows: Sequence[Form]) -> list[str]:
    """Return what the rows are called: without folders where that is enough to tell them apart."""
    short = [Path(row.id).name or row.id for row in rows]
    return short if len(set(short)) == len(short) else [row.id for row in rows]


def _worths(rows: Sequence[Form], names: Sequence[str], money: Money) -> Table:
    mixed = len({row.currency for row in rows}) > 1
    led = any(row.objective == "lead" for row in rows)
    cells = [
        (
            name,
            money.text(row.joint_surplus),
            money.text(row.lead_profit) if led else "",
            _judged(row, money),
            percent(row.share_of_first_best, 1),
            money.text(row.expected_revenue),
            clean(row.currency) if mixed else "",
            whole(len(row.members)),
            "" if row.proven or row.gap is None else percent(row.gap),
            _checked(row),
        )
        for name, row in zip(names, rows, strict=True)
    ]
    columns = (
        Column("File", most=40),
        Column("Surplus", number=True),
        Column("Lead earns", number=True),
        Column("Judged", number=True),
        Column("Of best", number=True),
        Column("Revenue", number=True),
        Column("Unit", most=14),
        Column("Firms", number=True),
        Column("Gap", number=True),
        Column("", most=18),
    )
    return table(columns, cells)


def _checked(row: Form) -> str:
    """Return whether a contract is proven, and has a certificate that holds."""
    if row.status == "no_contract":
        return "no contract"
    if row.status == "stopped":
        return "none found"
    if not row.certificate_holds:
        return "not to be used"
    proven = "" if row.proven else "not proven"
    if not row.verified:
        return ", ".join(part for part in (proven, "as its file says") if part)
    return proven or "certified"


def _money(rows: Iterable[Form], currency: str) -> Money:
    rows = list(rows)
    amounts = [
        amount
        for row in rows
        for amount in (row.joint_surplus, row.objective_value, row.expected_revenue, row.lead_profit)
    ]
    amounts += [amount for row in rows for member in row.terms for amount in (member.transfer, member.surplus)]
    return Money.of(amounts, currency)
