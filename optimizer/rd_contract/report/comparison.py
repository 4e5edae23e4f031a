"""Forms of cooperation, or several results, side by side: as a data frame and on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from ..study.comparison import Comparison, Gain, Scenario
from .layout import AND, Column, bullet, heading, paragraph, table
from .numbers import NOTHING, Money, clean, listing, percent, plural, significant

#: Columns of the frame that are fields of a row.
_FIELDS = (
    "title",
    "status",
    "proven",
    "joint_surplus",
    "share_of_first_best",
    "price_of_moral_hazard",
    "expected_revenue",
    "objective",
    "objective_value",
    "bound",
    "gap",
    "mode",
    "monitoring",
    "lead",
    "lead_profit",
    "lead_surplus",
    "certificate_holds",
    "currency",
)

_NUMBERS = (
    "joint_surplus",
    "share_of_first_best",
    "price_of_moral_hazard",
    "expected_revenue",
    "objective_value",
    "bound",
    "gap",
    "lead_profit",
    "lead_surplus",
)


def scenarios_table(comparison: Comparison) -> pd.DataFrame:
    """Return one row per scenario or result, in the order of the comparison.

    Parameters
    ----------
    comparison
        What ``compare`` or ``compare_results`` returned.

    Returns
    -------
    DataFrame
        Amounts in the currency of the row; nan where they are not known. ``size`` counts the members.
    """
    rows = [
        {
            "scenario": row.id,
            **{field: getattr(row, field) for field in _FIELDS},
            "size": len(row.members),
            "members": AND.join(row.members),
            "efforts": _efforts(row),
            "edits": AND.join(row.edits),
            "sha256": None if row.instance is None else row.instance.sha256,
        }
        for row in comparison.scenarios
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(_NUMBERS, "float64"))


def comparison_report(comparison: Comparison) -> RenderableType:
    """Return the comparison for the terminal; fits 80 columns.

    Parameters
    ----------
    comparison
        What ``compare`` or ``compare_results`` returned.
    """
    blocks = _scenarios(comparison) if comparison.kind == "scenarios" else _results(comparison)
    return Group(*blocks)


# --- forms of cooperation ----------------------------------------------------------------------------------


def _scenarios(comparison: Comparison) -> Iterator[RenderableType]:
    money = _money(comparison.scenarios, comparison.currency)
    if comparison.instance is not None and comparison.instance.name:
        yield paragraph(Text(clean(comparison.instance.name), "bold underline"))
    if not comparison.complete:
        yield paragraph(Text("Interrupted: some forms of cooperation are missing.", "bold yellow"))
    led = comparison.led
    yield heading("What each form of cooperation is worth", money.currency)
    yield _worth([row for row in comparison.scenarios if row not in led], money)
    yield paragraph(
        "Surplus: what the members earn together beyond their outside options. Lost: how far that is below the first "
        "best, where effort is visible.",
        "dim",
    )
    if led:
        yield heading("If one firm leads and writes the contract", money.currency)
        yield _leads(led, money)
    yield heading("Who joins, how hard each works")
    yield _designs(comparison.scenarios)
    yield heading("In words")
    for sentence in _sentences(comparison, money):
        yield bullet(sentence)
    for note in comparison.notes:
        yield bullet(note)


def _worth(rows: Iterable[Scenario], money: Money) -> RenderableType:
    cells = [
        (
            row.title,
            money.text(row.joint_surplus),
            percent(row.share_of_first_best, 1),
            money.text(row.price_of_moral_hazard),
            money.text(row.expected_revenue),
            str(len(row.members)),
            _remark(row, money),
        )
        for row in rows
    ]
    columns = (
        Column("Form of cooperation", most=42),
        Column("Surplus", number=True),
        Column("Of best", number=True),
        Column("Lost", number=True),
        Column("Revenue", number=True),
        Column("Firms", number=True),
        Column("", most=22),
    )
    return table(columns, cells)


def _leads(rows: Iterable[Scenario], money: Money) -> RenderableType:
    cells = [
        (
            row.title,
            money.text(row.lead_profit),
            money.text(row.lead_surplus),
            money.text(row.joint_surplus),
            percent(row.share_of_first_best, 1),
            str(len(row.members)),
            _remark(row, money),
        )
        for row in rows
    ]
    columns = (
        Column("Lead", most=42),
        Column("Its profit", number=True),
        Column("Its surplus", number=True),
        Column("All", number=True),
        Column("Of best", number=True),
        Column("Firms", number=True),
        Column("", most=22),
    )
    return table(columns, cells)


def _remark(row: Scenario, money: Money) -> str:
    """Return what a row must not be read without."""
    parts = ["the instance's own"] if row.own else []
    if row.certificate_holds is False:
        parts.append("not verified")
    if row.status == "no_contract":
        parts.append("no contract")
    elif row.status == "stopped":
        parts.append("not known")
    elif not row.proven:
        parts.append(f"not proven, at most {money.text(row.bound)}" if row.status == "feasible" else "not proven")
    return ", ".join(parts)


def _designs(rows: Iterable[Scenario]) -> RenderableType:
    """Return who works how hard; forms with the same members, efforts and regime share a line."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.members:
            groups.setdefault((_regime(row), _efforts(row)), []).append(row.title)
    cells = [(AND.join(titles), regime, efforts) for (regime, efforts), titles in groups.items()]
    return table((Column("Form", most=36), Column("Regime", most=20), Column("Members and efforts")), cells)


def _regime(row: Scenario) -> str:
    return " + ".join(clean(name) for name in (row.mode, row.monitoring) if name is not None) or NOTHING


def _efforts(row: Scenario) -> str:
    return AND.join(f"{clean(name)} {significant(effort, 3)}" for name, effort in row.efforts.items())


# --- in words ----------------------------------------------------------------------------------------------


def _sentences(comparison: Comparison, money: Money) -> Iterator[str]:
    """Yield what each step from one form to the next is worth."""
    steps = (
        ("Choosing shares rather than splitting equally", "adds", "shares-only", "equal-shares"),
        ("Cost sharing", "adds", "cost-sharing", "shares-only"),
        (_instruments(comparison), "add" if " and " in _instruments(comparison) else "adds", "joint", "cost-sharing"),
    )
    for subject, verb, more, less in steps:
        first, second = comparison.scenario(more), comparison.scenario(less)
        gain = comparison.gain(more, less)
        if first is None or second is None or gain is None:
            continue
        if first.instance == second.instance:
            yield _nothing_offered(more)
        else:
            yield _step(subject, verb, gain, money)
    yield from _alone(comparison, money)
    yield from _leadership(comparison, money)
    yield from _moral_hazard(comparison, money)


def _instruments(comparison: Comparison) -> str:
    """Return what the instance offers beside shares and cost sharing, as its joint optimum is titled."""
    joint = comparison.scenario("joint")
    words = "" if joint is None else joint.title.partition(" with ")[2]
    return words.capitalize() or "Deposits and monitoring"


def _nothing_offered(form: str) -> str:
    what = {
        "shares-only": "Equal shares are the only ones allowed",
        "cost-sharing": "The instance reimburses no cost, so cost sharing adds nothing",
        "joint": "The instance has neither deposits nor monitoring that could add anything",
    }
    return f"{what[form]}."


def _step(subject: str, verb: str, gain: Gain, money: Money) -> str:
    doubt = "" if gain.proven else ", as far as is known"
    if _is_nothing(gain.amount, money):
        return f"{subject} {verb} nothing here{doubt}."
    if gain.amount < 0.0:
        return f"{subject} {verb} {money.full(gain.amount)}{doubt}: less, see below."
    if gain.ratio is None:
        return f"{subject} {verb} {money.full(gain.amount)}{doubt}: without, nothing is gained."
    return f"{subject} {verb} {money.full(gain.amount)} ({percent(gain.ratio, 1)}){doubt}."


def _alone(comparison: Comparison, money: Money) -> Iterator[str]:
    gain = comparison.gain("joint", "alone")
    joint = comparison.scenario("joint")
    if gain is None or joint is None or len(joint.members) < 2:
        return
    if _is_nothing(gain.amount, money):
        yield "Working together is worth as much as every member alone."
    else:
        doubt = "" if gain.proven else ", as far as is known"
        worth = "more" if gain.amount > 0.0 else "less"
        amount = money.full(abs(gain.amount))
        yield f"Together the members gain {amount} {worth} than if each of them did without partners{doubt}."


def _leadership(comparison: Comparison, money: Money) -> Iterator[str]:
    """Yield what it costs all, and brings the lead, if one firm writes the contract."""
    led = [row for row in comparison.led if row.members and row.joint_surplus is not None]
    joint = comparison.scenario("joint")
    if not led or joint is None or not joint.members:
        return
    worst = min(led, key=lambda row: row.joint_surplus or 0.0)
    richest = max(led, key=lambda row: row.lead_surplus or 0.0)
    loss = comparison.gain("joint", worst.id)
    doubt = "" if all(row.proven for row in (*led, joint)) else ", as far as is known"
    if loss is None or _is_nothing(loss.amount, money):
        yield f"Whoever leads, the alliance gains as much as at the joint optimum{doubt}; only the division changes."
    else:
        amount = money.full(loss.amount)
        yield f"Leadership costs the alliance up to {amount}: {_who(worst)} leads it worst{doubt}."
    if len(led) > 1:
        yield f"Leading is worth most to {_who(richest)}: {money.full(richest.lead_surplus)} beyond its outside option."


def _who(row: Scenario) -> str:
    return clean(row.lead or row.title)


def _moral_hazard(comparison: Comparison, money: Money) -> Iterator[str]:
    joint, best = comparison.scenario("joint"), comparison.scenario("first-best")
    if joint is None or best is None:
        return
    price = joint.price_of_moral_hazard
    if best.joint_surplus is None or price is None:
        yield "What visible effort would be worth is not known."
    elif _is_nothing(price, money):
        yield "Nothing is lost because effort is hidden."
    else:
        lost = "" if joint.share_of_first_best is None else f" ({percent(1.0 - joint.share_of_first_best, 1)})"
        doubt = "" if joint.proven else "at most "
        yield (
            f"The price of moral hazard is {doubt}{money.full(price)}{lost}: what is lost of "
            f"{money.full(best.joint_surplus)} because effort is hidden."
        )


def _is_nothing(amount: float, money: Money) -> bool:
    return money.text(amount) == money.text(0.0)


# --- several results ---------------------------------------------------------------------------------------


def _results(comparison: Comparison) -> Iterator[RenderableType]:
    money = _money(comparison.scenarios, comparison.currency)
    rows = comparison.scenarios
    yield paragraph(Text(f"{plural(len(rows), 'contract')} side by side", "bold underline"))
    if not comparison.complete:
        yield paragraph(Text("Interrupted: some files are missing.", "bold yellow"))
    for note in comparison.notes:
        yield paragraph(Text(note, "bold yellow"))
    yield heading("What each is worth", money.currency)
    mixed = len({row.currency for row in rows}) > 1
    led = any(row.objective == "lead" for row in rows)
    cells = [
        (
            clean(row.id),
            clean(row.currency) if mixed else "",
            money.text(row.joint_surplus),
            money.text(row.lead_profit) if led else "",
            percent(row.share_of_first_best, 1),
            money.text(row.expected_revenue),
            percent(row.gap),
            str(len(row.members)),
            _checked(row),
        )
        for row in rows
    ]
    columns = (
        Column("File", most=34),
        Column("Unit", most=12),
        Column("Surplus", number=True),
        Column("Lead earns", number=True),
        Column("Of best", number=True),
        Column("Revenue", number=True),
        Column("Gap", number=True),
        Column("Firms", number=True),
        Column("", most=14),
    )
    yield table(columns, cells)
    yield paragraph(
        "Of best: surplus as part of what it would be if effort were visible. Gap: how far the proof is from it.", "dim"
    )
    yield heading("Who joins, how hard each works")
    designs = [(clean(row.id), clean(row.title), _regime(row), _efforts(row) or NOTHING) for row in rows]
    columns = (Column("File", most=24), Column("Instance", most=24), Column("Regime", most=18), Column("Members"))
    yield table(columns, designs)


def _checked(row: Scenario) -> str:
    """Return whether a contract is proven and verified."""
    if row.status == "no_contract":
        return "no contract"
    if row.status == "stopped":
        return "none found"
    if not row.certificate_holds:
        return "not verified"
    return "verified" if row.proven else "not proven"


def _money(rows: Iterable[Scenario], currency: str) -> Money:
    rows = list(rows)
    amounts = [amount for row in rows for amount in (row.joint_surplus, row.expected_revenue, row.lead_profit)]
    return Money.of(amounts, currency)
