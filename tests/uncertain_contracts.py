"""Contracts for instances with scenarios, written down by hand: terms and efforts; what they come to is added up here.

Only plain sums over the file, whose contributions and synergies all stand in it: nothing of the library but the reading
of files, and which numbers a scenario has.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builders import Document, firm, make_document, pair
from contracts_by_hand import make_result, member
from oracles.random_scenarios import random_scenarios
from rd_contract import Instance, InstanceError, worlds

#: What changes in a scenario: numbers by path; a factor is a text such as ``*0.7``.
Changes = Mapping[str, float | str]


def scenarios(*several: Changes, probabilities: Sequence[float] | None = None) -> list[Document]:
    """Return scenarios of given changes, named by their numbers; equally probable unless said otherwise."""
    found: list[Document] = []
    for at, changes in enumerate(several):
        told = [
            {"path": path, "factor": float(value[1:])} if isinstance(value, str) else {"path": path, "value": value}
            for path, value in changes.items()
        ]
        found.append({"name": f"case {at + 1}", "changes": told})
        if probabilities is not None:
            found[-1]["probability"] = probabilities[at]
    return found


@dataclass(frozen=True)
class Part:
    """What a member gets and does.

    Parameters
    ----------
    share, rate, transfer, deposit
        Terms.
    efforts
        Its effort: in all scenarios, or one for each.
    """

    share: float
    transfer: float = 0.0
    deposit: float = 0.0
    rate: float = 0.0
    efforts: float | tuple[float, ...] = 1.0


@dataclass
class _Told:
    """What a contract comes to in one scenario."""

    raw: Document
    parts: dict[str, Part]
    efforts: dict[str, float]
    lead: str | None
    profit: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.firms = {one["name"]: one for one in self.raw["firms"]}
        self.mode, self.option = self.raw["modes"][0], self.raw["monitoring"][0]
        self.pairs = [one for one in self.raw["relations"] if set(one["between"]) <= set(self.parts)]
        self.revenue = self.value(self.efforts)
        self.lacking = sum(part.transfer + self.reimbursed(name) for name, part in self.parts.items())
        self.lacking += self.option["cost"] + sum(one["coordination_cost"] for one in self.pairs)
        for name, part in self.parts.items():
            bearing = part.share if self.lead is None else float(name == self.lead)
            self.profit[name] = self.payoff(name, self.efforts[name]) - bearing * self.lacking

    def value(self, efforts: dict[str, float]) -> float:
        """Return the revenue (M7)."""
        value = self.raw["project"]["base_value"] + sum(self.own(name) * x for name, x in efforts.items())
        for one in self.pairs:
            value += one["synergy"] * efforts[one["between"][0]] * efforts[one["between"][1]]
        return float(self.mode["value_factor"] * value)

    def own(self, name: str) -> float:
        """Return a firm's contribution."""
        return float(self.firms[name]["contribution"])

    def cost(self, name: str, x: float) -> float:
        """Return what an effort costs."""
        listed = next(one["cost"] for one in self.firms[name]["efforts"] if one["level"] == x)
        return float(self.mode["cost_factor"] * listed)

    def reimbursed(self, name: str) -> float:
        """Return what the pool pays back of the agreed effort's cost."""
        return float(
            self.firms[name]["verifiable_cost_share"] * self.parts[name].rate * self.cost(name, self.efforts[name])
        )

    def payoff(self, name: str, x: float) -> float:
        """Return (M10) at an effort of the firm, the others as agreed, less what being caught costs."""
        data, mine, project = self.firms[name], self.parts[name], self.raw["project"]
        efforts = self.efforts | {name: x}
        received = sum(
            one["spillover"] * efforts[(set(one["between"]) - {name}).pop()]
            for one in self.pairs
            if name in one["between"]
        )
        rate = project["subsidy_rate"] if data["subsidy_rate"] is None else data["subsidy_rate"]
        borne = self.cost(name, x) * (1.0 - data["verifiable_cost_share"] * (rate + mine.rate))
        spread = project["volatility"] * self.mode["volatility_factor"]
        caught = self.option["detection"] * max(0.0, self.efforts[name] - x)
        return float(
            mine.share * self.value(efforts)
            + mine.transfer
            + data["private_benefit"] * x
            + received
            - borne
            - data["joining_cost"]
            - project["guarantee_fee"] * mine.deposit
            - 0.5 * data["risk_aversion"] * mine.share**2 * spread**2
            - caught * (mine.deposit + data["reputation_stake"])
        )

    def lost(self, name: str) -> dict[float, float]:
        """Return what every other level of a member's menu would cost it."""
        agreed = self.payoff(name, self.efforts[name])
        levels = [one["level"] for one in self.firms[name]["efforts"] if one["level"] != self.efforts[name]]
        return {level: agreed - self.payoff(name, level) for level in levels}

    def synergy(self, name: str) -> float:
        """Return half of what a firm creates together with its partners."""
        pairs = (one for one in self.pairs if name in one["between"])
        together = sum(
            one["synergy"] * self.efforts[one["between"][0]] * self.efforts[one["between"][1]] for one in pairs
        )
        return float(0.5 * self.mode["value_factor"] * together)

    def outside(self, name: str) -> float:
        """Return what a firm earns outside."""
        return float(self.firms[name]["outside_option"])

    def surplus(self) -> float:
        """Return W (M20)."""
        return sum(self.profit[name] - self.outside(name) for name in self.parts)

    def aim(self) -> float:
        """Return the objective in this scenario."""
        return self.surplus() if self.lead is None else self.profit[self.lead]


def told(document: Document, parts: dict[str, Part], **fields: Any) -> tuple[Document, Document]:
    """Return an instance with scenarios and the result that states a contract for it, everything added up."""
    instance = Instance.from_dict(document)
    found = worlds(instance)
    asked, chances = instance.uncertainty, [one.probability for one in found]
    planned = asked.agreement == "by_scenario"
    plans = [
        {name: part.efforts[at] if isinstance(part.efforts, tuple) else part.efforts for name, part in parts.items()}
        for at in range(len(found))
    ]
    lead = instance.project.lead if instance.objective == "lead" else None
    seen = [_Told(one.instance.to_dict(), parts, plan, lead) for one, plan in zip(found, plans, strict=True)]

    def mean(amounts: Sequence[float]) -> float:
        return sum(chance * amount for chance, amount in zip(chances, amounts, strict=True))

    members = [_member(name, part, seen, asked.timing, mean) for name, part in parts.items()]
    value = _objective(asked.objective, asked.alpha, [one.aim() for one in seen], chances)
    surplus = mean([one.surplus() for one in seen])
    result = make_result(document, members, mean([one.revenue for one in seen]))
    outcome = result["regimes"][0] | {"bound": value, "joint_surplus": surplus}
    result |= {"objective_value": value, "bound": value, "joint_surplus": surplus, "regimes": [outcome]}
    result["scenarios"] = [
        {
            "name": world.name,
            "probability": world.probability,
            "joint_surplus": one.surplus(),
            "objective_value": one.aim(),
            "expected_revenue": one.revenue,
            "profits": one.profit,
            "surpluses": {name: one.profit[name] - one.firms[name].get("outside_option", 0.0) for name in parts},
            "pool_balance": one.lacking,
            "slack": {name: min(one.lost(name).values()) for name in parts if asked.timing == "before_effort"},
            "efforts": plan if planned else None,
        }
        for world, one, plan in zip(found, seen, plans, strict=True)
    ]
    return document, result | fields


def _member(name: str, part: Part, seen: Sequence[_Told], timing: str, mean: Any) -> Document:
    lost = [one.lost(name) for one in seen]
    if timing == "after_effort":
        slack = min(mean([one[level] for one in lost]) for level in lost[0])
    else:
        slack = min(min(one.values()) for one in lost)
    at = [one.efforts[name] for one in seen]
    return member(
        name,
        effort_level=at[0] if len(set(at)) == 1 else mean(at),  # what is the same in all scenarios is told as it stands
        effort_cost=mean([one.cost(name, x) for one, x in zip(seen, at, strict=True)]),
        share=part.share,
        reimbursement_rate=part.rate,
        reimbursement=mean([one.reimbursed(name) for one in seen]),
        transfer=part.transfer,
        deposit=part.deposit,
        expected_profit=mean([one.payoff(name, x) for one, x in zip(seen, at, strict=True)]),
        outside_option=mean([one.outside(name) for one in seen]),
        incentive_slack=slack,
        contribution_value=mean(
            [one.mode["value_factor"] * one.own(name) * x for one, x in zip(seen, at, strict=True)]
        ),
        synergy_value=mean([one.synergy(name) for one in seen]),
    )


def _objective(objective: str, alpha: float, values: Sequence[float], chances: Sequence[float]) -> float:
    """Return (M30); of the worst part by the formula of Rockafellar & Uryasev (2000), at its kinks."""
    if objective == "worst":
        return min(values)
    mean = sum(chance * value for chance, value in zip(chances, values, strict=True))
    if objective == "expected":
        return mean
    return max(
        level - sum(chance * max(level - value, 0.0) for chance, value in zip(chances, values, strict=True)) / alpha
        for level in values
    )


# --- contracts that can be checked on paper ------------------------------------------------------------------


def two(cost: float, *several: Changes, uncertainty: Document | None = None, **fields: Any) -> Document:
    """Return two firms, A and B, each worth 10 at a cost, with equally probable scenarios."""
    own = {name: fields.pop(name) for name in ("monitoring", "project", "relations", "objective") if name in fields}
    return make_document(
        [firm(name, 10.0, cost, **fields) for name in ("A", "B")],
        scenarios=scenarios(*several),
        uncertainty=uncertainty or {},
        **own,
    )


def halves(**terms: Any) -> dict[str, Part]:
    """Return the same terms for both firms, half of the revenue each."""
    return {name: Part(0.5, **terms) for name in ("A", "B")}


LOW_HIGH: tuple[Changes, Changes] = ({"modes.*.value_factor": 0.7}, {"modes.*.value_factor": 1.3})
AFTER: Document = {"timing": "after_effort"}
PLANS: Document = {"agreement": "by_scenario"}


def ledger(*several: Changes, **fields: Any) -> Document:
    """Return the two firms with work so dear that only deposits keep them at it."""
    ledgers = [{"name": "ledger", "cost": 1.0, "detection": 1.0}]
    return two(6.0, *several, monitoring=ledgers, max_deposit=1.2, liquidity=0.6, **fields)


def alone(name: str = "A") -> dict[str, Part]:
    """Return one firm by itself."""
    return {name: Part(1.0)}


COSTS: tuple[Changes, Changes] = ({"monitoring.ledger.cost": 0.5}, {"monitoring.ledger.cost": 1.5})
DETECTED: tuple[Changes, Changes] = (
    {**COSTS[0], "monitoring.ledger.detection": 1.0},
    {**COSTS[1], "monitoring.ledger.detection": 0.8},
)
OUTSIDE: tuple[Changes, Changes] = ({"firms.B.outside_option": 0.0}, {"firms.B.outside_option": 15.0})
DEARER: tuple[Changes, Changes] = ({"firms.*.efforts.1.cost": 5.0}, {"firms.*.efforts.1.cost": 6.0})


def stepwise(uncertainty: Document, efforts: float | tuple[float, ...]) -> tuple[Document, Document]:
    """Return one firm that would work harder in the better case, and its contract with itself."""
    document = make_document(
        [firm("A", 8.0, (0.0, 0.0), (0.5, 2.0), (1.0, 6.0))],
        scenarios=scenarios({"modes.*.value_factor": 0.6}, {"modes.*.value_factor": 1.2}),
        uncertainty=uncertainty,
    )
    return told(document, {"A": Part(1.0, efforts=efforts)})


def _led(**fields: Any) -> Document:
    return ledger(*COSTS, objective="lead", project={"lead": "A"}, **fields)


#: The lead keeps what monitoring costs less than expected, and pays what it costs more.
LED = {"A": Part(0.5, -0.4, 1.2), "B": Part(0.5, -0.6, 1.2)}

#: The known answers, each a contract and what it is worth.
KNOWN: dict[str, tuple[tuple[Document, Document], float]] = {
    "value .9/1.1": (told(two(4.0, {"modes.*.value_factor": 0.9}, {"modes.*.value_factor": 1.1}), halves()), 12.0),
    "value .7/1.3, known before": (told(two(4.0, *LOW_HIGH), alone()), 6.0),
    "value .7/1.3, known after": (told(two(4.0, *LOW_HIGH, uncertainty=AFTER), halves()), 12.0),
    "worst": (told(two(4.0, *LOW_HIGH, uncertainty={"objective": "worst"}), alone()), 3.0),
    "cvar": (told(two(4.0, *LOW_HIGH, uncertainty={"objective": "cvar", "alpha": 0.75}), alone()), 5.0),
    "cost-sharing budget": (
        told(
            two(
                5.0,
                *DEARER,
                project={"cost_sharing_budget": 1.9},
                max_reimbursement=0.5,
                verifiable_cost_share=1.0,
            ),
            {"A": Part(1.0, transfer=-0.55, rate=0.1)},
        ),
        4.5,
    ),
    "outside options": (told(two(2.0, *OUTSIDE, liquidity=0.0), halves()), 8.5),
    "outside options, worst": (
        told(two(2.0, *OUTSIDE, liquidity=0.0, uncertainty={"objective": "worst"}), alone()),
        8.0,
    ),
    "ledger": (told(ledger(*COSTS), halves(transfer=-0.5, deposit=1.2)), 7.0),
    "ledger, detection known after": (
        told(ledger(*DETECTED, uncertainty=AFTER), halves(transfer=-0.5, deposit=1.2)),
        7.0,
    ),
    "synergy known after": (
        told(
            make_document(
                [firm(name, 0.0, 6.0, joining_cost=0.5) for name in ("A", "B")],
                relations=[pair("A", "B", synergy=20.0)],
                scenarios=scenarios({"relations.A & B.synergy": 10.0}, {"relations.A & B.synergy": 30.0}),
                uncertainty=AFTER,
            ),
            halves(),
        ),
        7.0,
    ),
    "risk": (
        told(
            two(
                2.0,
                {"modes.*.value_factor": 0.9, "project.volatility": 2.0},
                {"modes.*.value_factor": 1.1, "project.volatility": 4.0},
                risk_aversion=0.2,
            ),
            halves(),
        ),
        15.5,
    ),
    "steps, known after": (stepwise(AFTER, 0.5), 1.6),
    "steps, planned": (stepwise(PLANS, (0.5, 1.0)), 2.0),
    "planned": (
        told(
            two(4.0, *LOW_HIGH, uncertainty=PLANS),
            {"A": Part(0.6), "B": Part(0.4, efforts=(0.0, 1.0))},
        ),
        10.5,
    ),
    "lead": (told(_led(), LED), 3.6),
    "lead, worst": (told(_led(uncertainty={"objective": "worst"}), LED), 3.1),
}


def known(name: str) -> tuple[Document, Document]:
    """Return a copy of a known answer: the instance, and the result that states the contract."""
    return copy.deepcopy(KNOWN[name][0])


def quickly_enumerated(seeds: range) -> Iterator[Document]:
    """Yield random instances with scenarios that the format takes, and that are enumerated in a moment."""
    for seed in seeds:
        raw = random_scenarios(seed)
        planned = raw["uncertainty"].get("agreement") == "by_scenario"
        if len(raw["firms"]) > (2 if planned else 3):
            continue
        try:
            Instance.from_dict(raw)
        except InstanceError:  # rules that nobody can keep
            continue
        yield raw
