"""A few contracts over many worlds, as a report."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...outcome.contract import Member, Result, efforts_by_scenario
from ...study.worlds import ContractOverWorlds, OverWorlds
from ..frames.worlds import contracts_table, partners_table
from ..page import AND, Block, Column, Page, Table, bullet, heading, paragraph, table
from ..words.efforts import ENGLISH as EFFORTS
from ..words.numbers import NOTHING, Money, clean, percent, plural
from ..words.results import regime_label
from ..words.verdicts import DRAWN, lead_verdict, tail_verdict

#: What the columns mean.
LEGEND = (
    "Worst 5%: mean over the worst twentieth of the points. All work: part of the points at which all members work as "
    "agreed. Someone loses: part at which some member earns less than outside."
)

#: What counts as agreed of efforts by scenario where there are none.
TAKEN = (
    "There are no scenarios in these worlds: of a contract that agrees an effort for each scenario, the level nearest "
    "to the average counts as agreed."
)


def worlds_summary(found: OverWorlds, currency: str = "", judged: str = "") -> Page:
    """Return the evaluation for the terminal.

    Parameters
    ----------
    found
        The evaluation.
    currency
        Unit of money.
    judged
        What contracts are judged by at a point, where that is not a mean over its scenarios; empty: it is.
    """
    frame, best = contracts_table(found), found.best_on_average
    counted = int(np.isfinite(best.value).sum())
    regrets: list[Block] = []
    if found.optimum is not None:
        known = int(np.isfinite(found.optimum).sum())
        regrets = [heading("Regret: what the best contract of each point is worth more", currency)]
        regrets += [_regrets(frame)] if known else []
        if known < len(best.value):
            note = f"Regret is known at {plural(known, 'point')} only: the others have no proven answer in the sweep."
            regrets.append(paragraph(note))
    parts: list[Block] = [
        paragraph(f"{plural(len(found.contracts) - 1, 'contract')} at {plural(counted, 'point')}."),
        heading("What each contract comes to if it is signed and the world differs", currency),
        _contracts(frame, "Judged" if judged else "Expected"),
        paragraph(f"Judged: the {judged}, on average over the points. {LEGEND}" if judged else LEGEND, "quiet"),
        *regrets,
        heading("What each contract is: its regime, who works how hard"),
        _designs(found),
    ]
    if any(one.taken for one in found.contracts):
        parts.append(paragraph(TAKEN, "quiet"))
    if len(found.contracts) > 2 or best.contract is None:  # one contract that is better than none is no news
        parts.append(paragraph(f"Best on average: {clean(best.name)}{_described(best.contract)}."))
    if best.members:
        parts += [heading(f"Its members' profits ({clean(best.name)})", currency), _partners(found, best.name)]
    if found.plan.design in DRAWN:
        verdicts = (lead_verdict(found), tail_verdict(counted))
        parts += [paragraph(verdict, "caution") for verdict in verdicts if verdict]
    else:
        parts.append(bullet(f"design {found.plan.design} is not a sample: means and quantiles weigh every point alike"))
    lost = len(best.value) - counted
    if lost:
        parts.append(bullet(f"{plural(lost, 'point')} left out: not an instance"))
    return Page.of(parts)


def _designs(found: OverWorlds) -> Table:
    rows = []
    first: dict[tuple[object, ...], str] = {}
    for one in found.contracts:
        contract = one.contract
        if contract is None:
            continue
        efforts = [_effort(one, contract, member) for member in contract.members]
        alike = first.setdefault(_stated(contract), one.name)
        who = AND.join(efforts) if alike == one.name else f"as {clean(alike)}, to the last term"
        rows.append([clean(one.name), regime_label(contract.mode, contract.monitoring), who])
    return table([Column("Contract", most=28), Column("Regime", most=24), Column("Members, efforts")], rows)


def _effort(found: ContractOverWorlds, contract: Result, member: Member) -> str:
    """Return what is agreed of a member in the worlds that were looked at."""
    plan = efforts_by_scenario(contract.scenarios, member.firm)
    if plan and member.firm in found.taken:
        average = EFFORTS.short(member.effort_level, "", plan)
        return f"{EFFORTS.of_firm(member.firm, found.taken[member.firm])} (nearest to {average})"
    return EFFORTS.of_firm(member.firm, member.effort_level, plan)


def _stated(contract: Result) -> tuple[object, ...]:
    """Return all that a contract states."""
    terms = ("firm", "effort_level", "share", "reimbursement_rate", "transfer", "deposit")
    members = (tuple(getattr(member, name) for name in terms) for member in contract.members)
    plans = tuple(tuple((one.efforts or {}).items()) for one in contract.scenarios)
    return (contract.mode, contract.monitoring, plans, *members)


def _described(contract: Result | None) -> str:
    if contract is None:
        return ": nobody signs"
    return f": {clean(', '.join(member.firm for member in contract.members))}"


def _contracts(frame: pd.DataFrame, mean: str) -> Table:
    values = {mean: "expected_value", "5% quantile": "quantile_05", "Worst 5%": "worst_5_percent_mean"}
    parts = {"All work": "works_as_agreed", "Someone loses": "somebody_loses"}
    money = Money.of(frame[list(values.values())].to_numpy(dtype=float).ravel().tolist())
    rows = [
        [
            clean(str(row["contract"])),
            *(money.text(float(row[name])) for name in values.values()),
            *(percent(float(row[name]), 0) if row["members"] else NOTHING for name in parts.values()),
        ]
        for _, row in frame.iterrows()
    ]
    return table([Column("Contract"), *(Column(title, number=True) for title in (*values, *parts))], rows)


def _regrets(frame: pd.DataFrame) -> Table:
    values = {"Mean": "mean_regret", "Largest": "largest_regret"}
    money = Money.of(frame[list(values.values())].to_numpy(dtype=float).ravel().tolist())
    rows = [
        [clean(str(row["contract"])), *(money.text(float(row[name])) for name in values.values())]
        for _, row in frame.iterrows()
    ]
    return table([Column("Contract"), *(Column(title, number=True) for title in values)], rows)


def _partners(found: OverWorlds, name: str) -> Table:
    frame = partners_table(found)
    frame = frame[frame["contract"] == name]
    money = Money.of(frame[["expected_profit", "quantile_05"]].to_numpy().ravel().tolist())
    rows = [
        [
            clean(str(row["firm"])),
            money.text(float(row["expected_profit"])),
            money.text(float(row["quantile_05"])),
            percent(float(row["works_less"]), 0),
            percent(float(row["earns_less_than_outside"]), 0),
        ]
        for _, row in frame.iterrows()
    ]
    titles = ["Expected", "5% quantile", "Works less", "Below outside"]
    return table([Column("Firm"), *(Column(title, number=True) for title in titles)], rows)
