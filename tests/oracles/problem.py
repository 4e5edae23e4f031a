"""A raw instance read into plain numbers: defaults filled in, derived quantities (M1)-(M6) worked out.

Nothing here comes from the library: the instance format is read a second time on purpose, so that a
misreading on either side shows as a difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf
from typing import Any

from oracles.rules import subsidy_rate

Raw = Mapping[str, Any]
Matrix = tuple[tuple[float, ...], ...]
Pair = tuple[int, int]

BONDS = {"trust": 1.0, "compliance": 1.0, "coordination": 1.0, "tacitness": 0.0, "protection": 0.0}


@dataclass(frozen=True)
class Mode:
    """An innovation mode ``g`` with its factors."""

    name: str
    value_factor: float
    cost_factor: float
    volatility_factor: float


@dataclass(frozen=True)
class Monitoring:
    """A monitoring option ``m``."""

    name: str
    cost: float
    detection: float


@dataclass(frozen=True)
class Firm:
    """A candidate firm; ``capability`` follows the order of the technologies."""

    name: str
    capability: tuple[float, ...]
    cooperation: float
    levels: tuple[float, ...]
    costs: tuple[float, ...]
    contribution: float
    joining_cost: float
    outside_option: float
    private_benefit: float
    verifiable: float
    max_reimbursement: float
    subsidy_rate: float
    share_min: float
    share_max: float
    liquidity: float
    max_deposit: float
    stake: float
    risk_aversion: float
    eligible: bool
    required: bool


@dataclass(frozen=True)
class Problem:
    """The whole instance in numbers; ``inf`` stands for "no limit"."""

    firms: tuple[Firm, ...]
    requirements: tuple[float | None, ...]
    base_value: float
    synergy: Matrix
    spillover: Matrix
    coordination_cost: Matrix
    exclusive: frozenset[Pair]
    team_min: int
    team_max: float
    budget: float
    cost_sharing_budget: float
    modes: tuple[Mode, ...]
    monitoring: tuple[Monitoring, ...]
    volatility: float
    guarantee_fee: float
    lead: int | None
    lead_objective: bool
    scale: float
    candidates: tuple[Raw, ...]
    rules: tuple[Raw, ...]
    project_subsidy: float

    def index(self, name: str) -> int:
        """Return the position of a firm's name.

        Raises
        ------
        ValueError
            If no firm has that name.
        """
        return [firm.name for firm in self.firms].index(name)


def _number(raw: Raw, key: str, default: float) -> float:
    value = raw.get(key)
    return default if value is None else float(value)


def effort_menu(raw: Any) -> list[tuple[float, float]]:
    """Return the ``(level, cost)`` pairs of an effort menu, a curve expanded to its ``steps + 1`` levels.

    Parameters
    ----------
    raw
        The list of levels, or the curve ``{"full_cost", "exponent", "steps"}``.
    """
    if isinstance(raw, Mapping):
        steps = int(_number(raw, "steps", 4))
        exponent = _number(raw, "exponent", 2.0)
        levels = [step / steps for step in range(steps + 1)]
        # 0 ** 0 would be 1, the format promises that level 0 costs nothing
        return [(x, float(raw["full_cost"]) * x**exponent if x > 0 else 0.0) for x in levels]
    return [(float(entry["level"]), _number(entry, "cost", 0.0)) for entry in raw]


def _weights(technologies: Sequence[Raw]) -> list[float]:
    weights = [_number(technology, "weight", 1.0) for technology in technologies]
    total = sum(weights)
    return [weight / total for weight in weights]


def _firm(raw: Raw, project: Raw, names: Sequence[str], weights: Sequence[float]) -> Firm:
    mastered = raw.get("capabilities") or {}
    capability = tuple(float(mastered.get(name, 0.0)) for name in names)
    score = sum(w * a for w, a in zip(weights, capability, strict=True))  # (M1)
    menu = effort_menu(raw["efforts"])
    share = raw.get("share") or {}
    membership = raw.get("membership", "optional")
    trusted = _number(raw, "credit", 1.0) >= _number(project, "min_credit", 0.0)
    return Firm(
        name=raw["name"],
        capability=capability,
        cooperation=_number(raw, "cooperation", 1.0),
        levels=tuple(level for level, _ in menu),
        costs=tuple(cost for _, cost in menu),
        contribution=_number(raw, "contribution", _number(project, "value", 0.0) * score),  # (M5)
        joining_cost=_number(raw, "joining_cost", 0.0),
        outside_option=_number(raw, "outside_option", 0.0),
        private_benefit=_number(raw, "private_benefit", 0.0),
        verifiable=_number(raw, "verifiable_cost_share", 1.0),
        max_reimbursement=_number(raw, "max_reimbursement", 0.0),
        subsidy_rate=subsidy_rate(raw, _number(project, "subsidy_rate", 0.0)),
        share_min=_number(share, "min", 0.0),
        share_max=_number(share, "max", 1.0),
        liquidity=_number(raw, "liquidity", inf),
        # a null deposit limit cannot be told from an omitted one after ``get``: null is "no limit"
        max_deposit=_number(raw, "max_deposit", inf) if "max_deposit" in raw else 0.0,
        stake=_number(raw, "reputation_stake", 0.0),
        risk_aversion=_number(raw, "risk_aversion", 0.0),
        eligible=membership != "excluded" and trusted,
        required=membership == "required" or raw["name"] == project.get("lead"),
    )


def _synergy(project: Raw, pair: tuple[Firm, Firm], bonds: Mapping[str, float], weights: Sequence[float]) -> float:
    """Return a pair's derived synergy (M6) from overlap (M2), complementarity (M3), absorption (M4)."""
    one, two = pair
    overlap = complementarity = 0.0
    for w, a, b in zip(weights, one.capability, two.capability, strict=True):
        overlap += w * a * b
        complementarity += 0.5 * w * ((1 - a) * b + (1 - b) * a)
    distance = max(0.0, 1 - _number(project, "cognitive_distance_penalty", 0.0) * complementarity)
    relational = float((bonds["trust"] * bonds["compliance"] * bonds["coordination"]) ** (1 / 3))
    knowledge = (1 - bonds["tacitness"]) * (1 - bonds["protection"])
    absorption = one.cooperation * two.cooperation * relational * knowledge * distance
    strength, redundancy = _number(project, "synergy_strength", 0.0), _number(project, "redundancy", 1.0)
    return _number(project, "value", 0.0) * (strength * absorption * complementarity - redundancy * overlap)


def _listed(instance: Raw, position: Mapping[str, int]) -> dict[Pair, Raw]:
    listed: dict[Pair, Raw] = {}
    for relation in instance.get("relations") or []:
        i, j = sorted(position[name] for name in relation["between"])
        listed[i, j] = relation
    return listed


def _synergies(
    project: Raw, firms: Sequence[Firm], listed: Mapping[Pair, Raw], weights: Sequence[float]
) -> dict[Pair, float]:
    """Return the synergy of every pair: the explicit one where the relation gives it, else (M6)."""
    default = project.get("default_relation") or {}
    strangers = {key: _number(default, key, neutral) for key, neutral in BONDS.items()}
    synergies: dict[Pair, float] = {}
    for i, j in combinations(range(len(firms)), 2):
        relation = listed.get((i, j), {})
        bonds = {key: _number(relation, key, strangers[key]) for key in BONDS}
        derived = _synergy(project, (firms[i], firms[j]), bonds, weights)
        synergies[i, j] = _number(relation, "synergy", derived)
    return synergies


def _symmetric(count: int, entries: Mapping[Pair, float]) -> Matrix:
    rows = [[0.0] * count for _ in range(count)]
    for (i, j), value in entries.items():
        rows[i][j] = rows[j][i] = value
    return tuple(tuple(row) for row in rows)


def _modes(instance: Raw) -> tuple[Mode, ...]:
    raw = instance.get("modes") or [{"name": "baseline"}]
    factors = ("value_factor", "cost_factor", "volatility_factor")
    return tuple(Mode(mode["name"], *(_number(mode, key, 1.0) for key in factors)) for mode in raw)


def _monitoring(instance: Raw) -> tuple[Monitoring, ...]:
    raw = instance.get("monitoring") or [{"name": "none"}]
    return tuple(
        Monitoring(option["name"], _number(option, "cost", 0.0), _number(option, "detection", 0.0)) for option in raw
    )


def _scale(firms: Sequence[Firm], base_value: float, synergy: Matrix) -> float:
    """Return an amount typical of the instance, so that scaled money is of the order of 1."""
    amounts = [abs(base_value), *(abs(value) for row in synergy for value in row)]
    for firm in firms:
        amounts += [abs(firm.contribution), firm.costs[-1], abs(firm.outside_option), firm.joining_cost]
    return max(amounts, default=0.0) or 1.0


def read_problem(instance: Raw) -> Problem:
    """Read a raw instance of format ``rd-contract/1``.

    Parameters
    ----------
    instance
        The instance as parsed from JSON; omitted fields take their defaults. It is taken to be valid.

    Returns
    -------
    Problem
        All data, in the instance's own currency unit.
    """
    project: Raw = instance.get("project") or {}
    technologies: Sequence[Raw] = project.get("technologies") or []
    weights = _weights(technologies)
    names = [technology["name"] for technology in technologies]
    firms = tuple(_firm(raw, project, names, weights) for raw in instance["firms"])
    count = len(firms)
    position = {firm.name: i for i, firm in enumerate(firms)}
    listed = _listed(instance, position)
    gamma = _symmetric(count, _synergies(project, firms, listed, weights))
    size = project.get("team_size") or {}
    base_value = _number(project, "base_value", 0.0)
    return Problem(
        firms=firms,
        requirements=tuple(technology.get("requirement") for technology in technologies),
        base_value=base_value,
        synergy=gamma,
        spillover=_symmetric(count, {p: _number(r, "spillover", 0.0) for p, r in listed.items()}),
        coordination_cost=_symmetric(count, {p: _number(r, "coordination_cost", 0.0) for p, r in listed.items()}),
        exclusive=frozenset(pair for pair, relation in listed.items() if relation.get("exclusive", False)),
        team_min=int(_number(size, "min", 1)),
        team_max=_number(size, "max", inf),
        budget=_number(project, "budget", inf),
        cost_sharing_budget=_number(project, "cost_sharing_budget", inf),
        modes=_modes(instance),
        monitoring=_monitoring(instance),
        volatility=_number(project, "volatility", 0.0),
        guarantee_fee=_number(project, "guarantee_fee", 0.0),
        lead=position[project["lead"]] if project.get("lead") is not None else None,
        lead_objective=instance.get("objective", "joint") == "lead",
        scale=_scale(firms, base_value, gamma),
        candidates=tuple(raw for raw, firm in zip(instance["firms"], firms, strict=True) if firm.eligible),
        rules=tuple(instance.get("rules") or ()),
        project_subsidy=_number(project, "subsidy_rate", 0.0),
    )
