"""What contracts come to in the scenarios of an instance, as data frames."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ...outcome.contract import Result
from ...study.evaluation import Evaluation
from ...study.worth import ScenarioValues
from ..page import AND


def scenarios_table(found: Mapping[str, Evaluation]) -> pd.DataFrame:
    """Return one row per contract and scenario: what it comes to, who works less than agreed, who loses.

    Parameters
    ----------
    found
        Evaluations over scenarios, by the names of the contracts.
    """
    columns = ["contract", "scenario", "probability", "value", "joint_surplus", "pool_lacks"]
    rows = [
        {
            "contract": name,
            "scenario": one.name,
            "probability": one.probability,
            "value": one.outcome.value,
            "joint_surplus": one.outcome.joint_surplus,
            "pool_lacks": one.outcome.deficit,
            "work_less": AND.join(one.outcome.shirkers),
            "earn_less_than_outside": AND.join(one.outcome.losers),
        }
        for name, evaluation in found.items()
        for one in evaluation.scenarios
    ]
    return pd.DataFrame(rows, columns=[*columns, "work_less", "earn_less_than_outside"])


def members_table(found: Mapping[str, Evaluation]) -> pd.DataFrame:
    """Return one row per contract, scenario and member: what it plays and earns.

    Parameters
    ----------
    found
        Evaluations over scenarios, by the names of the contracts.
    """
    columns = ["contract", "scenario", "probability", "firm", "effort", "profit"]
    rows = [
        (name, one.name, one.probability, firm, effort, one.outcome.profits[firm])
        for name, evaluation in found.items()
        for one in evaluation.scenarios
        for firm, effort in one.outcome.efforts.items()
    ]
    return pd.DataFrame(rows, columns=columns)


def values_table(found: ScenarioValues) -> pd.DataFrame:
    """Return one row per scenario: what it costs, what knowing of it is worth, what ignoring it comes to (M31).

    Parameters
    ----------
    found
        What :func:`~rd_contract.value_of_scenarios` returned.
    """
    played = {} if found.nominal is None else {one.name: one for one in found.nominal.scenarios}
    columns = ["scenario", "probability", "value", "alone", "contribution", "without", "cost", "learning", "binds"]
    rows = []
    for one in found.scenarios:
        numbers = (one.value, one.alone, one.contribution, one.without, one.cost, one.learning)
        ignored = played.get(one.name)
        told = (None, "") if ignored is None else (ignored.value, AND.join(ignored.works_less))
        rows.append((one.name, one.probability, *numbers, AND.join(one.binds), *told))
    return pd.DataFrame(rows, columns=[*columns, "nominal_value", "nominal_works_less"])


def outcomes_table(result: Result) -> pd.DataFrame:
    """Return one row per scenario of a result, indexed by its name, with the fields of the result file as columns.

    Parameters
    ----------
    result
        A result; without scenarios the table is empty.

    Returns
    -------
    pandas.DataFrame
        What is told of each member has a column for each, such as ``profit: Carmaker``, ``surplus: Carmaker``,
        ``slack: Carmaker``, and where one is agreed by scenario ``effort: Carmaker``.
    """
    columns = ["scenario", "probability", "joint_surplus", "objective_value", "expected_revenue", "pool_balance"]
    rows = []
    for one in result.scenarios:
        told = {"profit": one.profits, "surplus": one.surpluses, "slack": one.slack, "effort": one.efforts or {}}
        own = {name: getattr(one, name) for name in columns[1:]}
        of_members = {f"{what}: {firm}": amount for what, each in told.items() for firm, amount in each.items()}
        rows.append({"scenario": one.name, **own, **of_members})
    return pd.DataFrame(rows, columns=None if rows else columns).set_index("scenario")
