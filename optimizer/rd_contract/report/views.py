"""An instance or a result for whoever has it in hand: in a few lines, as a frame, as a page in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import singledispatch
from typing import TYPE_CHECKING

from ..instance import Firm, Instance
from ..outcome.contract import Member, Result, efforts_by_scenario
from .content.contract import money_of
from .page import Block, Column, Page, paragraph, table, title
from .render.html import notebook
from .words import results as words
from .words.efforts import ENGLISH as EFFORTS
from .words.numbers import NOTHING, Money, clean, plural, signed
from .words.stated import Stated

if TYPE_CHECKING:
    import pandas as pd

#: Members or candidates that a summary lists, and that a page shows.
LISTED = 12
SHOWN = 50


@singledispatch
def summary(document: object) -> str:
    """Return an instance or a result in a few lines of text."""
    raise TypeError(f"no summary of {type(document).__name__}")


@singledispatch
def frame(document: object) -> pd.DataFrame:
    """Return an instance's candidates or a result's members, one row for each, indexed by name."""
    raise TypeError(f"no frame of {type(document).__name__}")


@singledispatch
def page(document: object) -> str:
    """Return an instance or a result as HTML that needs nothing else; every text of a file is escaped."""
    raise TypeError(f"no page of {type(document).__name__}")


# --- results ---------------------------------------------------------------------------------------------


@summary.register(Result)
def _(result: Result) -> str:
    money = money_of(result)
    doubt = [_DO_NOT_SIGN] if _is_doubtful(result) else []
    lines = [*_title(result.instance.name), *doubt, *_said(result, money)]
    stated = Stated.of(result, money)
    lines += _some(
        [
            _member(member, efforts_by_scenario(result.scenarios, member.firm), money, stated)
            for member in result.members
        ],
        "member",
    )
    if result.has_contract and result.certificate is not None:
        lines.append(words.verdict(result.certificate))
    return "\n".join(lines)


@frame.register(Result)
def _(result: Result) -> pd.DataFrame:
    from .frames.contracts import members_table  # noqa: PLC0415 - a summary does not pay for pandas

    return members_table(result)


@page.register(Result)
def _(result: Result) -> str:
    money = money_of(result)
    columns = [Column("Firm"), *(Column(title, number=True) for title in _MEMBER_COLUMNS)]
    stated = Stated.of(result, money)
    plans = [efforts_by_scenario(result.scenarios, member.firm) for member in result.members]
    rows = [
        [clean(member.firm), *_terms(member, plan, money, stated)]
        for member, plan in zip(result.members, plans, strict=True)
    ]
    blocks: list[Block] = [title(result.instance.name)] if result.instance.name else []
    blocks += [paragraph(_DO_NOT_SIGN, "alarm")] if _is_doubtful(result) else []
    blocks += [*map(paragraph, _said(result, money)), *_table(columns, rows, money)]
    blocks += [paragraph(words.verdict(result.certificate))] if result.has_contract else []
    return notebook(Page.of(blocks))


_DO_NOT_SIGN = "Do not sign: this contract is not verified."

_MEMBER_COLUMNS = ("Effort", "Share", "Reimbursed", "Transfer", "Deposit", "Expected profit", "Surplus")


def _is_doubtful(result: Result) -> bool:
    return result.has_contract and (result.certificate is None or not result.certificate.holds)


def _said(result: Result, money: Money) -> list[str]:
    """Return what a result says of itself: what to do, how sure that is."""
    lines = [words.recommendation(result)]
    if result.has_contract:
        lines.append(words.gain(result, money))
    lines += [sentence] if (sentence := words.proof(result, money)) else []
    return lines + [f"In the way: {clean(one.detail)} ({clean(one.path)})" for one in result.obstacles if one.path]


def _member(member: Member, plan: Mapping[str, float], money: Money, stated: Stated) -> str:
    parts = [f"effort {EFFORTS.short(member.effort_level, '', plan)}", f"share {stated.share(member.share)}"]
    if stated.money.text(member.transfer) != stated.money.text(0.0):
        parts.append(f"transfer {signed(member.transfer, stated.money.text)}")
    return f"  {clean(member.firm)}: {', '.join(parts)}, surplus {money.text(member.surplus)}"


def _terms(member: Member, plan: Mapping[str, float], money: Money, stated: Stated) -> list[str]:
    return [
        EFFORTS.short(member.effort_level, "", plan),
        stated.share(member.share),
        stated.rate(member.reimbursement_rate),
        signed(member.transfer, stated.money.text),
        stated.money.text(member.deposit),
        money.text(member.expected_profit),
        money.text(member.surplus),
    ]


# --- instances -------------------------------------------------------------------------------------------


@summary.register(Instance)
def _(instance: Instance) -> str:
    lines = [*_title(instance.name), *_described(instance)]
    return "\n".join([*lines, *_some([f"  {clean(firm.name)}" for firm in instance.firms], "candidate")])


@frame.register(Instance)
def _(instance: Instance) -> pd.DataFrame:
    from .frames.contracts import candidates_table  # noqa: PLC0415

    return candidates_table(instance)


@page.register(Instance)
def _(instance: Instance) -> str:
    money = Money.of([amount for firm in instance.firms for amount in _amounts(firm)], instance.currency)
    columns = [Column("Firm"), Column("Role"), Column("Membership")]
    columns += [Column(title, number=True) for title in ("Contribution", "Full cost", "Joining cost", "Outside option")]
    rows = [
        [clean(firm.name), clean(firm.role), firm.membership, *(money.text(amount) for amount in _amounts(firm))]
        for firm in instance.firms
    ]
    blocks: list[Block] = [title(instance.name)] if instance.name else []
    return notebook(Page.of([*blocks, *map(paragraph, _described(instance)), *_table(columns, rows, money)]))


def _amounts(firm: Firm) -> list[float | None]:
    return [firm.contribution, firm.menu[-1].cost, firm.joining_cost, firm.outside_option]


def _described(instance: Instance) -> list[str]:
    """Return what is to be decided, between whom."""
    count = len(instance.modes) * len(instance.monitoring)
    lead = "" if instance.project.lead is None else f", led by {clean(instance.project.lead)}"
    aim = "joint surplus" if instance.objective == "joint" else "expected profit of the lead"
    technologies = plural(len(instance.project.technologies), "technology", "technologies")
    size = f"{plural(len(instance.firms), 'candidate')}{lead}, {technologies}, {plural(count, 'regime')}."
    aims = f"Maximises the {aim}; the surplus is {words.DIVISIONS[instance.division]}."
    return [size, aims]


# --- what both are made of -------------------------------------------------------------------------------


def _some(lines: list[str], what: str) -> list[str]:
    """Return the first lines and how many more there are."""
    more = len(lines) - LISTED
    return lines if more <= 0 else [*lines[:LISTED], f"  and {plural(more, f'more {what}')}"]


def _title(name: str) -> list[str]:
    return [clean(name)] if name else []


def _table(columns: Sequence[Column], rows: Sequence[Sequence[str]], money: Money) -> Iterator[Block]:
    """Yield a table without its empty columns, and what is to be said of it."""
    if not rows:
        return
    used = [at for at in range(len(columns)) if any(row[at] not in ("", NOTHING) for row in rows)]
    yield table([columns[at] for at in used], [[row[at] for at in used] for row in rows[:SHOWN]])
    notes = [f"to_frame() has {plural(len(rows) - SHOWN, 'more row')}."] if len(rows) > SHOWN else []
    notes += [f"Amounts in {money.currency}."] if money.currency else []
    if notes:
        yield paragraph(" ".join(notes), "quiet")
