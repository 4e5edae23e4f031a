"""Results: what designs and terms (:mod:`~rd_contract.model.design`) say by position, said by name.

A :class:`Result` says it in the user's words, in the format ``rd-contract-result/1``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, PrivateAttr

from ..base.choices import Robust
from ..base.errors import DocumentError, ResultError
from ..base.presentation import Presentable
from ..formats.documents import Closed, Count, Flag, Real, Text
from ..formats.file_format import FileFormat
from ..instance.scenarios import Uncertainty
from ..instance.schema import Division, Objective
from .claims import DivisionTargets, Stability, StableTerms
from .ending import INTERRUPTIONS, RegimeStatus, Status, StopReason, is_proven

#: Steps that terms are multiples of, and money that is at least 0.
Step = Annotated[Real, Field(gt=0.0)]
Cost = Annotated[Real, Field(ge=0.0)]


@dataclass(frozen=True, slots=True)
class Demands:
    """What is asked of a contract beyond its instance.

    Parameters
    ----------
    margin
        What every deviation must cost whoever thinks of it (M11), money in the instance's unit.
    robust
        ``unique``: the agreed efforts must be the only equilibrium.
    """

    margin: float = 0.0
    robust: Robust | None = None


# --- the result format -----------------------------------------------------------------------------------


class InstanceReference(Closed):
    """Which instance a result answers."""

    name: Text = Field(description="Title of the instance")
    sha256: Text = Field(description="SHA-256 of the instance's canonical JSON")
    settings: tuple[Text, ...] = Field(
        (), description="What was set for this run, PATH=VALUE in order: the instance is the file's with these values"
    )
    scenarios: Text | None = Field(
        None,
        description="Sweep file whose points became the scenarios of this run, as it was called: the instance is the "
        "file's with these, which whoever reads the result has to give again; null: they are the file's own",
    )


class Member(Closed):
    """One member's part in the contract."""

    firm: Text = Field(description="Name of the firm")
    effort_level: Real = Field(description="Agreed effort level; where efforts are agreed by scenario, its average")
    effort_label: Text = Field(
        description="The instance's word for that level; empty where the level is not the same in every scenario"
    )
    effort_cost: Real = Field(description="R&D cost of that effort in the regime, before reimbursement and subsidy")
    share: Real = Field(description="Revenue share s_i")
    reimbursement_rate: Real = Field(description="Share φ_i of the verifiable cost that the alliance reimburses")
    reimbursement: Real = Field(description="Money reimbursed at the agreed effort")
    transfer: Real = Field(description="Fixed transfer t_i; positive: receives")
    deposit: Real = Field(description="Deposit d_i, forfeited on a detected breach")
    expected_profit: Real = Field(description="Expected payoff U_i (M10)")
    outside_option: Real = Field(description="What the firm earns outside ū_i")
    surplus: Real = Field(description="w_i = U_i − ū_i")
    incentive_slack: Real | None = Field(
        description="What the best deviation would cost the firm (M11); null: it has no choice"
    )
    contribution_value: Real = Field(description="Revenue from its own effort alone, f_g v_i x_i")
    synergy_value: Real = Field(description="Half of the revenue from its synergies with partners")


class RegimeOutcome(Closed):
    """What one regime can reach."""

    mode: Text = Field(description="Innovation mode")
    monitoring: Text = Field(description="Monitoring option")
    status: RegimeStatus = Field(
        description="optimal, feasible, no_contract; dominated: proven not to beat another; stopped: not decided"
    )
    joint_surplus: Real | None = Field(description="Joint surplus of its best contract found")
    bound: Real | None = Field(description="Proven upper bound on the objective in this regime")
    method: Text | None = Field(
        default=None,
        description="What decided it: enumeration, branch and cut or extensive form; null: a bound, before any of them",
    )


class FirstBest(Closed):
    """The benchmark without moral hazard (M22)."""

    joint_surplus: Real = Field(description="W_FB: joint surplus if effort could be observed")
    bound: Real = Field(description="Proven upper bound on W_FB")
    mode: Text = Field(description="Innovation mode")
    monitoring: Text = Field(description="Monitoring option")
    efforts: dict[str, Real] = Field(
        description="Effort level of each member; where efforts are agreed by scenario, its average"
    )
    price_of_moral_hazard: Real | None = Field(description="W_FB − W")


class StandAlone(Closed):
    """The best that a single firm reaches without partners."""

    firm: Text = Field(description="Name of the firm")
    joint_surplus: Real = Field(description="Its surplus over its outside option; 0 when going alone does not pay")
    effort_level: Real | None = Field(
        description="Its effort, on average where it has one for each scenario; null when it does not go alone"
    )
    mode: Text | None = Field(description="Innovation mode; null when it does not go alone")


class ValueParts(Closed):
    """Where the expected revenue comes from (M7)."""

    base: Real = Field(description="f_g v_0")
    contributions: Real = Field(description="f_g Σ v_i x_i")
    synergies: Real = Field(description="f_g Σ γ_ij x_i x_j")


class Check(Closed):
    """One verified condition."""

    id: Text = Field(description="Which condition")
    firm: Text | None = Field(description="Whose, null for the alliance's")
    value: Real = Field(description="What was computed")
    limit: Real = Field(description="What it is held against")
    holds: Flag = Field(description="Whether it holds")
    detail: Text = Field(description="The condition in words, with its equation number")


class Equilibrium(Closed):
    """Another effort profile from which nobody wants to deviate under the same terms."""

    efforts: dict[str, Real] = Field(description="Effort level of each member")
    joint_surplus: Real = Field(description="Joint surplus at that profile")
    within_budgets: Flag = Field(description="Whether its costs respect the budgets (M14), (M16)")


class Certificate(Closed):
    """The independent verdict on a contract."""

    holds: Flag = Field(description="Whether every check holds")
    checks: tuple[Check, ...] = Field(description="Every condition that was verified")
    only_equilibrium: Flag | None = Field(
        None,
        description="Whether the agreed profile is the only pure equilibrium; null: the team is too large to tell, or "
        "there are scenarios",
    )
    other_equilibria: tuple[Equilibrium, ...] = Field((), description="The other pure equilibria")

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.checks if not check.holds)


class Obstacle(Closed):
    """A rule that stands in the way of every contract."""

    rule: Text = Field(description="Identifier of the rule")
    path: Text = Field(description="Where it stands in the instance")
    detail: Text = Field(description="The rule in words")
    alone: Flag = Field(description="Whether a contract exists once this rule alone is dropped")
    joint_surplus: Real | None = Field(description="Joint surplus that is possible then")


class Rounding(Closed):
    """How the terms were rounded to what a contract can state (M38)."""

    money_unit: Step | None = Field(description="Transfers and deposits are multiples of it; null: no rounding")
    share_step: Step | None = Field(description="Shares and rates are multiples of it; null: no rounding")
    aimed_unit: Step = Field(
        description="Unit that was aimed at; a finer one is used where it is needed. It is the one that was asked for "
        "(solver.options.unit), else, and where no terms are found near that one, a power of ten after the contract's "
        "largest amount and the digits of the instance's amounts, and so may differ tenfold between similar instances"
    )
    aimed_step: Step = Field(description="Step of shares and rates that was aimed at")
    settled_by: Text | None = Field(
        description="Member whose transfer also makes the pool balance to the last digit (M13), so that it need not be "
        "a multiple; null: all are"
    )
    cost: Cost = Field(description="What rounding takes from the objective, money")
    moved: Cost = Field(description="Largest change of a member's surplus by rounding, money")


class ScenarioOutcome(Closed):
    """What the contract comes to in one scenario."""

    name: Text = Field(description="Name of the scenario")
    probability: Real = Field(description="Its probability p_ω")
    joint_surplus: Real = Field(description="W (M20) with its numbers")
    objective_value: Real = Field(description="What the objective is in it: W, or U_ℓ for objective lead (M30)")
    expected_revenue: Real = Field(description="V (M7) with its numbers")
    profits: dict[str, Real] = Field(
        description="What each member earns: U_i (M10) with its numbers, less its part of what the pool lacks (E3)"
    )
    surpluses: dict[str, Real] = Field(
        description="What each member earns in it beyond what it would earn outside then: its profit less ū_i (M15)"
    )
    pool_balance: Real = Field(
        description="What the pool lacks (M28); negative: what is left. Settled as in (E3), and 0 on average"
    )
    slack: dict[str, Real] = Field(
        description="What the best deviation would cost each member that has a choice (M26); empty where efforts are "
        "chosen before anybody knows the scenario (M27)"
    )
    efforts: dict[str, Real] | None = Field(
        None, description="Effort of each member in it, where one is agreed by scenario; null: the same in all"
    )


def efforts_by_scenario(told: Sequence[ScenarioOutcome], firm: str) -> dict[str, float]:
    """Return the effort that is agreed of a member in each scenario, where it is not the same in all; else nothing.

    Parameters
    ----------
    told
        What the contract comes to in each scenario.
    firm
        The member.
    """
    found = {one.name: one.efforts[firm] for one in told if one.efforts is not None}
    return found if len(set(found.values())) > 1 else {}


class Alternative(Closed):
    """The best contract of another set of members."""

    mode: Text = Field(description="Innovation mode")
    monitoring: Text = Field(description="Monitoring option")
    joint_surplus: Real = Field(description="W (M20)")
    joint_profit: Real = Field(description="J (M19)")
    expected_revenue: Real = Field(description="V (M7)")
    objective_value: Real = Field(description="Value of the objective")
    value_parts: ValueParts = Field(description="Where the expected revenue comes from")
    members: tuple[Member, ...] = Field(description="The members and their terms")
    division_targets: DivisionTargets | None = Field(None, description="What the division rule aims at")
    stable_terms: StableTerms | None = Field(None, description="What groups claim that could leave, where it was asked")
    rounding: Rounding | None = Field(None, description="How its terms were rounded")
    scenarios: tuple[ScenarioOutcome, ...] = Field(
        (), description="What it comes to in each scenario, if there are any"
    )


class SolverInfo(Closed):
    """How the answer was found."""

    rd_contract: Text = Field(description="Version of rd-contract")
    highs: Text = Field(description="Version of HiGHS")
    pyomo: Text = Field(description="Version of Pyomo")
    method: Text = Field(description="Method that was used; two where the second had to take over")
    seconds: Real = Field(description="Wall time; where no contract exists, with the search for what is in the way")
    rounds: Count = Field(description="Mixed-integer programs solved")
    options: dict[str, Any] = Field(description="Options of the call")


class Result(Presentable, FileFormat):
    """The answer to an instance."""

    problems_as: ClassVar[type[DocumentError]] = ResultError

    format: Literal["rd-contract-result/1"] = Field("rd-contract-result/1", description="Format and version")
    instance: InstanceReference = Field(description="Which instance it answers")
    status: Status = Field(
        description="optimal; feasible: stopped with a contract; no_contract: proven that none exists; "
        "stopped: none found yet"
    )
    stop_reason: StopReason = Field(
        description="Why the solve ended; interrupted: by Ctrl-C, or cancelled by the program that asked for it; "
        "division_...: the value is proven within the gap, but the search for the targets of the division rule ended, "
        "so that the surplus is divided equally, or the search for groups that would leave, so that some still may"
    )
    objective: Objective = Field(description="Objective of the instance")
    division: Division = Field(description="Division rule of the instance")
    currency: Text = Field("", description="Currency unit of every amount")
    mode: Text | None = Field(description="Chosen innovation mode")
    monitoring: Text | None = Field(description="Chosen monitoring option")
    joint_surplus: Real | None = Field(description="W (M20)")
    joint_profit: Real | None = Field(description="J (M19)")
    expected_revenue: Real | None = Field(description="V (M7)")
    objective_value: Real | None = Field(description="Value of the objective: W, or U_ℓ for objective lead")
    bound: Real | None = Field(description="Proven upper bound on the objective")
    gap: Annotated[Real, Field(ge=0.0)] | None = Field(description="|bound − value| / max(1, |value|)")
    value_parts: ValueParts | None = Field(None, description="Where the expected revenue comes from")
    members: tuple[Member, ...] = Field(description="The members and their terms")
    regimes: tuple[RegimeOutcome, ...] = Field(description="Every regime's outcome")
    first_best: FirstBest | None = Field(None, description="The benchmark without moral hazard (M22)")
    stand_alone: tuple[StandAlone, ...] = Field((), description="What single firms reach without partners")
    margin: Annotated[Real, Field(ge=0.0)] = Field(
        0.0, description="What every deviation must cost whoever thinks of it, as asked for"
    )
    robust: Robust | None = Field(None, description="unique: the agreed efforts were asked to be the only equilibrium")
    division_targets: DivisionTargets | None = Field(
        None, description="What the division rule aims at, where it values coalitions"
    )
    stable_terms: StableTerms | None = Field(
        None, description="What groups claim that could leave (M37); null: terms that stop them were not asked for"
    )
    rounding: Rounding | None = Field(
        None, description="How the terms were rounded to what a contract can state; null: nothing is said of it"
    )
    uncertainty: Uncertainty | None = Field(
        None, description="How the instance reckons with its scenarios; null: it has none"
    )
    scenarios: tuple[ScenarioOutcome, ...] = Field(
        (), description="What the contract comes to in each scenario of the instance, in its order; none: it has none"
    )
    stability: Stability | None = Field(None, description="Whether a part of the alliance would rather leave it")
    alternatives: tuple[Alternative, ...] = Field(
        (), description="The next best alliances, the best first, as many as were asked for and exist"
    )
    obstacles: tuple[Obstacle, ...] = Field((), description="When no contract exists: the rules in the way")
    certificate: Certificate | None = Field(description="The independent verdict; null: nobody has judged it yet")
    solver: SolverInfo = Field(description="How the answer was found")

    #: Not part of the file.
    _interrupted: bool = PrivateAttr(default=False)

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        yield "instance", self.instance.name
        yield "status", self.status
        if self.has_contract:
            yield from (("mode", self.mode), ("monitoring", self.monitoring))
            yield from (("members", len(self.members)), ("joint_surplus", self.joint_surplus))

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C came while this was found, be it in the last moment, of which a file says nothing."""
        return self._interrupted or self.stop_reason in INTERRUPTIONS

    def noting(self, *, interrupted: bool) -> Self:
        """Return a copy with a note whether Ctrl-C came."""
        noted = self.model_copy()
        noted._interrupted = interrupted
        return noted

    @property
    def demands(self) -> Demands:
        """What was asked of the contract beyond the instance."""
        return Demands(self.margin, self.robust)

    @property
    def proven(self) -> bool:
        """Whether it is proven, within the gap asked for, that no contract is worth more, or that none exists.

        A contract of proven value that is not divided as asked is ``feasible`` only, but proven in this sense.
        """
        return is_proven(self.status, self.stop_reason)

    @property
    def has_contract(self) -> bool:
        """Whether the result carries a contract."""
        return bool(self.members)

    def with_settings(self, settings: Sequence[str], scenarios: str | None = None) -> Self:
        """Return a copy that says how its instance came from a file: by which values that were set.

        Parameters
        ----------
        settings
            ``PATH=VALUE`` or ``PATH=*FACTOR``, in their order.
        scenarios
            Name of the sweep file whose points became its scenarios; None: they are its own.
        """
        said = {"settings": tuple(settings), "scenarios": scenarios}
        return self.replace(instance=self.instance.model_copy(update=said))

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed."""
        return self.model_copy(update=changes)
