"""Data frames of instances and results, for people who go on computing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from pydantic import BaseModel

from ...instance import Firm, Instance
from ...model.synergies import capability_scores
from ...outcome.contract import Check, Member, RegimeOutcome, Result
from ..words.results import is_chosen


def members_table(result: Result) -> pd.DataFrame:
    """Return one row per member, indexed by firm, with the fields of the result file as columns.

    Parameters
    ----------
    result
        A result; without a contract the table is empty.
    """
    return _frame(Member, (member.model_dump() for member in result.members)).set_index("firm")


def regimes_table(result: Result) -> pd.DataFrame:
    """Return one row per regime, indexed by mode and monitoring; ``chosen`` marks the contract's.

    Parameters
    ----------
    result
        A result.
    """
    frame = _frame(RegimeOutcome, (outcome.model_dump() for outcome in result.regimes))
    frame["chosen"] = [is_chosen(result, outcome) for outcome in result.regimes]
    return frame.astype({"chosen": "bool"}).set_index(["mode", "monitoring"])


def checks_table(result: Result) -> pd.DataFrame:
    """Return one row per check of the certificate, in its order.

    Parameters
    ----------
    result
        A result; without a certificate the table is empty.
    """
    checks = result.certificate.checks if result.certificate is not None else ()
    return _frame(Check, (check.model_dump() for check in checks)).astype({"holds": "bool"})


def candidates_table(instance: Instance) -> pd.DataFrame:
    """Return one row per candidate, indexed by firm: menus and ranges by their ends, a column for each technology.

    Parameters
    ----------
    instance
        An instance.

    Returns
    -------
    DataFrame
        Where there are technologies, also with the capability score (M1), ``score: total``, and that of each dimension.
    """
    scores = capability_scores(instance) if instance.project.technologies else {}
    told = {name: {f"score: {part}": value for part, value in own.items()} for name, own in scores.items()}
    rows = [_candidate(firm, instance) | told.get(firm.name, {}) for firm in instance.firms]
    return pd.DataFrame(rows).astype(dict.fromkeys(("contribution", "liquidity"), "float64")).set_index("firm")


def _candidate(firm: Firm, instance: Instance) -> dict[str, object]:
    """Return what the instance says of a firm, in columns: menus and ranges by their ends, a column per technology."""
    own = firm.model_dump(exclude={"name", "capabilities", "efforts", "share"})
    menu = firm.menu
    return {
        "firm": firm.name,
        **own,
        "levels": len(menu),
        "highest_level": menu[-1].level,
        "highest_cost": menu[-1].cost,
        "share_min": firm.share.min,
        "share_max": firm.share.max,
        **{f"capability: {one.name}": firm.capabilities.get(one.name, 0.0) for one in instance.project.technologies},
    }


def _frame(kind: type[BaseModel], rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a frame with a column for each field of a type, also when there are no rows.

    A missing number is ``null`` in the file and NaN in the frame.
    """
    fields: dict[str, dict[str, Any]] = kind.model_json_schema()["properties"]
    frame = pd.DataFrame(list(rows), columns=list(fields))
    numbers = [name for name, field in fields.items() if {"type": "number"}.items() <= _first(field).items()]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def _first(field: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a field without its ``null`` alternative."""
    alternatives: list[dict[str, Any]] = field.get("anyOf", [field])
    return alternatives[0]
