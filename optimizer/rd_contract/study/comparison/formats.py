"""A comparison as a file: ``rd-contract-comparison/1``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import Field

from ...base.errors import ComparisonError, DocumentError
from ...base.tolerances import CERTIFICATE
from ...formats.documents import Closed, Flag, Real, Text
from ...formats.file_format import FileFormat
from ...instance.scenarios import Uncertainty
from ...instance.schema import Objective
from ...outcome.contract import InstanceReference, Member, Rounding
from ...outcome.ending import StopReason
from .forms import LEAD

FormStatus = Literal["optimal", "feasible", "no_contract", "stopped", "closed_form"]


class Form(Closed):
    """One form of cooperation, or one of several results."""

    id: Text = Field(
        description="none, alone, equal-shares, shares-only, cost-sharing, least-monitoring, joint, lead:FIRM or "
        "first-best; of several results: the name of the file"
    )
    title: Text = Field(description="Title for people")
    what: Text = Field(description="What it is, in one sentence")
    edits: tuple[Text, ...] = Field((), description="What its instance differs in from the one that is compared")
    instance: InstanceReference | None = Field(
        None, description="The instance that was solved for it; null: it follows from the joint optimum"
    )
    own: Flag = Field(False, description="Whether it is the instance's own contract: its objective, nothing changed")
    status: FormStatus = Field(
        description="As in a result; closed_form: nothing had to be searched. Without a contract nobody cooperates"
    )
    stop_reason: StopReason | None = Field(None, description="Why its solve ended; null: there was none")
    proven: Flag = Field(description="Whether it is proven within the gap that nothing of this form does better")
    objective: Objective = Field("joint", description="Objective it was solved for")
    uncertainty: Uncertainty | None = Field(
        None, description="How it reckons with scenarios; null: there are none, or nothing is said of it"
    )
    currency: Text = Field("", description="Currency unit of every amount")
    joint_surplus: Real | None = Field(description="W (M20); 0 if proven that no contract exists, null if not known")
    objective_value: Real | None = Field(
        None,
        description="Value of the objective (M30): W, or U_ℓ for objective lead; null: not known, or nothing is judged "
        "by it",
    )
    bound: Real | None = Field(None, description="Proven upper bound on the objective")
    gap: Real | None = Field(None, description="|bound − value| / max(1, |value|)")
    expected_revenue: Real | None = Field(None, description="V (M7); null where it is not known")
    mode: Text | None = Field(None, description="Innovation mode")
    monitoring: Text | None = Field(None, description="Monitoring option")
    members: tuple[Text, ...] = Field((), description="Names of the members; of `alone`: the firms that go alone")
    efforts: dict[str, Real] = Field(
        {}, description="Effort level of each member; where efforts are agreed by scenario, its average"
    )
    efforts_by_scenario: dict[str, dict[str, Real]] = Field(
        {}, description="Of each member whose effort differs between scenarios: its level in each"
    )
    terms: tuple[Member, ...] = Field((), description="The members and their terms, of several results")
    rounding: Rounding | None = Field(None, description="How these terms were rounded")
    lead: Text | None = Field(None, description="The lead: who writes the contract, or the project's own")
    lead_profit: Real | None = Field(None, description="Expected payoff U_ℓ of the lead (M10)")
    lead_surplus: Real | None = Field(None, description="U_ℓ − ū_ℓ")
    price_of_moral_hazard: Real | None = Field(None, description="W_FB − W (M22); null: W_FB is not known")
    share_of_first_best: Real | None = Field(None, description="W / W_FB; null: not known, or W_FB is not above 0")
    certificate_holds: Flag | None = Field(None, description="The certificate's verdict; null without a contract")
    verified: Flag = Field(False, description="Whether that verdict was found here, and not read from a file")

    @property
    def judged(self) -> float | None:
        """Value of the objective (M30); without a contract that of doing without, for the joint surplus 0."""
        nobody = self.objective_value is None and self.status == "no_contract" and self.objective == "joint"
        return 0.0 if nobody else self.objective_value


@dataclass(frozen=True)
class Gain:
    """What one form of cooperation is worth more than another.

    Parameters
    ----------
    amount
        Difference of the joint surpluses, or of what contracts are judged by, money.
    ratio
        The same as part of what the second form comes to; None where that is next to nothing.
    proven
        Whether both are proven.
    """

    amount: float
    ratio: float | None
    proven: bool


class Comparison(FileFormat):
    """Forms of cooperation, or several results, side by side."""

    problems_as: ClassVar[type[DocumentError]] = ComparisonError

    format: Literal["rd-contract-comparison/1"] = Field("rd-contract-comparison/1", description="Format and version")
    kind: Literal["scenarios", "results"] = Field(description="Forms of cooperation of one instance, or results")
    instance: InstanceReference | None = Field(
        description="The instance that all rows are about; null: they are about several"
    )
    currency: Text = Field("", description="Currency unit; empty where the rows have several")
    objective: Objective | None = Field(description="Objective of the instance; null where the rows have several")
    scenarios: tuple[Form, ...] = Field(description="The rows")
    complete: Flag = Field(True, description="Whether every row is there; false: it was interrupted")
    notes: tuple[Text, ...] = Field((), description="What to know before the rows are set against each other")

    def form(self, identifier: str) -> Form | None:
        """Return a row by its identifier, None if it is not there."""
        return next((row for row in self.scenarios if row.id == identifier), None)

    @property
    def led(self) -> tuple[Form, ...]:
        """The rows in which one firm leads."""
        return tuple(row for row in self.scenarios if self.kind == "scenarios" and row.id.startswith(LEAD))

    def gain(self, more: str, less: str, *, judged: bool = False) -> Gain | None:
        """Return what one row is worth more than another; None where either is missing or not known.

        Parameters
        ----------
        more, less
            Identifiers of the two.
        judged
            By what contracts are judged by (M30), and not by the joint surplus.
        """
        first, second = self.form(more), self.form(less)
        if first is None or second is None:
            return None
        worth, base = (one.judged if judged else one.joint_surplus for one in (first, second))
        if worth is None or base is None:
            return None
        amount = worth - base
        ratio = amount / base if base > CERTIFICATE * abs(amount) else None
        return Gain(amount, ratio, first.proven and second.proven)
