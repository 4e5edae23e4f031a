"""Entries of a ledger: the file format ``rd-contract-entry/1``, closed for each kind, with one spelling in bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import rfc8785
from pydantic import AfterValidator, Field, Strict, ValidationInfo, ValidatorFunctionWrapHandler, field_validator

from ..base.choices import EntryKind
from ..base.errors import DocumentError, EntryError
from ..base.names import is_name
from ..formats.documents import WHOLE, Closed, Money, Name, SignedMoney, Text, Unit, broken, describe
from ..formats.file_format import FileFormat
from ..instance.parts import FrozenDict, named_once
from .moments import Moment

#: Largest whole number that every program reads from JSON as it is.
_LAST = 2**53 - 1

_DIGEST = r"^[0-9a-f]{64}$"


def _digest(text: str) -> str:
    if not re.fullmatch(_DIGEST, text):
        raise broken("sha256", "a SHA-256: 64 digits of 0-9 and a-f")
    return text


Digest = Annotated[str, Strict(), AfterValidator(_digest), Field(json_schema_extra={"pattern": _DIGEST})]


class Data(Closed):
    """What entries of every kind may say."""

    firm: Name | None = Field(None, description="The firm that it is about; null: the one that says it")
    remark: Text = Field("", description="In words")
    evidence_sha256: Digest | None = Field(None, description="SHA-256 of a file that shows it")


class MemberTerms(Closed):
    """What one member signed."""

    effort_level: Unit = Field(description="Agreed effort level; where efforts are agreed by scenario, its average")
    share: Unit = Field(description="Revenue share s_i")
    deposit: Money = Field(description="Deposit d_i")
    reimbursement_rate: Unit | None = Field(None, description="Share φ_i of the verifiable cost that is reimbursed")
    transfer: SignedMoney | None = Field(None, description="Fixed transfer t_i; positive: receives")
    surplus: SignedMoney | None = Field(None, description="Its surplus w_i, from which follows what is at stake for it")


def _once(members: dict[str, MemberTerms]) -> FrozenDict[MemberTerms]:
    """Return members by the one spelling of each name."""
    for name in members:
        if not is_name(name):
            raise broken("name", "the name of a firm for each member", found=describe(name))
    return named_once(members, "unique-members", "every member once")


class ContractSigned(Closed):
    """A contract was signed; it is in force until the next one is."""

    result_sha256: Digest = Field(description="SHA-256 of the result file, byte by byte")
    instance_sha256: Digest = Field(description="SHA-256 of the instance's canonical JSON, as the result names it")
    members: Annotated[dict[str, MemberTerms], Field(min_length=1), AfterValidator(_once)] = Field(
        description="What each member signed"
    )
    remark: Text = Field("", description="In words")


class Milestone(Data):
    """A milestone was met, or missed."""

    milestone: Text = Field("", description="Which one")


class ContributionDelivered(Data):
    """A firm delivered what it had to contribute."""

    contribution: Text = Field("", description="What was delivered")


class Payment(Data):
    """Money was paid; ``firm`` is who paid."""

    amount: Money = Field(description="How much")
    to: Name | None = Field(None, description="To whom; null: to the alliance")


class BreachDetected(Data):
    """A firm was found to work less than agreed."""

    firm: Name = Field(description="The firm")
    agreed_effort: Unit = Field(description="Agreed effort level")
    observed_effort: Unit = Field(description="Effort level that was observed, below the agreed one")
    evidence_sha256: Digest = Field(description="SHA-256 of the file that shows it")

    @field_validator("observed_effort")
    @classmethod
    def _less_than_agreed(cls, observed: float, info: ValidationInfo) -> float:
        """Refuse what is no breach: it would cost a firm its credit all the same."""
        agreed = info.data.get("agreed_effort")
        if agreed is not None and observed >= agreed:
            raise broken("breach", f"less than the agreed effort of {agreed:g}: else nothing was broken")
        return observed


class DepositForfeited(Data):
    """A firm lost its deposit, or a part of it."""

    amount: Money = Field(description="How much")


class DisputeOpened(Data):
    """A dispute was opened; ``firm`` is who it is against."""

    subject: Text = Field("", description="What it is about")


class DisputeSettled(Data):
    """A dispute was settled; ``firm`` is who it is settled against."""

    outcome: Literal["against", "amicable"] = Field(
        "against", description="against: the firm was in the wrong; amicable: nobody was, and nobody's credit moves"
    )


class Departure(Data):
    """A member was excluded, or left."""

    reason: Text = Field("", description="Why")


class Note(Data):
    """Anything else."""

    text: Text = Field(description="What is noted")


AnyData = (
    ContractSigned
    | Milestone
    | ContributionDelivered
    | Payment
    | BreachDetected
    | DepositForfeited
    | DisputeOpened
    | DisputeSettled
    | Departure
    | Note
)

#: What entries of each kind say.
DATA: dict[EntryKind, type[AnyData]] = {
    "contract_signed": ContractSigned,
    "milestone_met": Milestone,
    "milestone_missed": Milestone,
    "contribution_delivered": ContributionDelivered,
    "payment": Payment,
    "breach_detected": BreachDetected,
    "deposit_forfeited": DepositForfeited,
    "dispute_opened": DisputeOpened,
    "dispute_settled": DisputeSettled,
    "member_excluded": Departure,
    "member_left": Departure,
    "note": Note,
}


class Entry(FileFormat):
    """One entry of a ledger."""

    problems_as: ClassVar[type[DocumentError]] = EntryError

    format: Literal["rd-contract-entry/1"] = Field(description="Format and version")
    sequence: Annotated[int, Strict(), Field(ge=0, le=_LAST), WHOLE] = Field(
        description="Its number, from 0 on, without gap"
    )
    time: Moment = Field(description="When it happened, UTC; never before the entry ahead of it")
    kind: EntryKind = Field(description="What happened")
    by: Name = Field(description="Who says so")
    data: AnyData = Field(description="What else is said: the fields of its kind")

    @field_validator("data", mode="wrap")
    @classmethod
    def _of_its_kind(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        """Judge the data as those of their kind alone; of a kind that is none, nothing can be said of them."""
        kind = info.data.get("kind")
        return value if kind is None else DATA[kind].model_validate(value)

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the JSON Schema, with the data of each kind: a choice that hangs on the field beside them."""
        schema = super().model_json_schema(*args, **options)
        schema["allOf"] = [
            {
                "if": {"properties": {"kind": {"const": kind}}},
                "then": {"properties": {"data": {"$ref": f"#/$defs/{data.__name__}"}}},
            }
            for kind, data in DATA.items()
        ]
        return schema

    @property
    def firm(self) -> str:
        """The firm that it is about."""
        return getattr(self.data, "firm", None) or self.by

    def to_dict(self) -> dict[str, Any]:
        """Return what was said, without the defaults of what was not."""
        return self.model_dump(mode="json", exclude_unset=True)

    def to_bytes(self) -> bytes:
        """Return the one spelling of the entry: its canonical JSON (RFC 8785)."""
        return canonical(self.to_dict())


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the canonical JSON (RFC 8785) of a document: the same bytes for the same data."""
    return rfc8785.dumps(dict(document))
