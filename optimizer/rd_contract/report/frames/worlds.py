"""A few contracts over many worlds as data frames."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...study.worlds import ContractOverWorlds, OverWorlds
from ..page import AND

#: Downside quantiles of the table.
QUANTILES = (0.01, 0.05, 0.25, 0.5)


def contracts_table(found: OverWorlds) -> pd.DataFrame:
    """Return one row per contract, the best on average first: expected value, downside, regret.

    Parameters
    ----------
    found
        The evaluation.
    """
    return pd.DataFrame([_contract_row(one) for one in found.contracts])


def partners_table(found: OverWorlds) -> pd.DataFrame:
    """Return one row per contract and member: what it earns, how often it shirks or earns less than outside.

    Parameters
    ----------
    found
        The evaluation.
    """
    columns = ["contract", "firm", "expected_profit", "quantile_05", "lowest", "works_less", "earns_less_than_outside"]
    rows = [
        {
            "contract": one.name,
            "firm": firm,
            "expected_profit": float(np.nanmean(one.profit[:, at])),
            "quantile_05": float(np.nanquantile(one.profit[:, at], 0.05)),
            "lowest": float(np.nanmin(one.profit[:, at])),
            "works_less": float(one.shirks[np.isfinite(one.value), at].mean()),
            "earns_less_than_outside": float(one.loses[np.isfinite(one.value), at].mean()),
        }
        for one in found.contracts
        for at, firm in enumerate(one.members)
    ]
    return pd.DataFrame(rows, columns=columns)


def values_table(found: OverWorlds) -> pd.DataFrame:
    """Return one row per point: what was varied, every contract's value, and the best contract's where it is known.

    Parameters
    ----------
    found
        The evaluation.
    """
    frame = pd.DataFrame([{edit.label: edit.value for edit in point} for point in found.points()])
    for one in found.contracts:
        frame[f"value: {one.name}"] = one.value
    if found.optimum is not None:
        frame["optimum"] = found.optimum
    return frame


def _contract_row(one: ContractOverWorlds) -> dict[str, object]:
    regret = np.full(1, np.nan) if one.regret is None else one.regret
    known = regret[np.isfinite(regret)]
    return {
        "contract": one.name,
        "members": AND.join(one.members),
        "mode": None if one.contract is None else one.contract.mode,
        "monitoring": None if one.contract is None else one.contract.monitoring,
        "expected_value": one.expected,
        **{f"quantile_{round(100 * part):02d}": one.quantile(part) for part in QUANTILES},
        "worst_5_percent_mean": one.tail_mean,
        "lowest": float(np.nanmin(one.value)),
        "mean_regret": float(known.mean()) if len(known) else np.nan,
        "largest_regret": float(known.max()) if len(known) else np.nan,
        "works_as_agreed": float(one.kept[np.isfinite(one.value)].mean()),
        "somebody_loses": float(one.somebody_loses[np.isfinite(one.value)].mean()),
    }
