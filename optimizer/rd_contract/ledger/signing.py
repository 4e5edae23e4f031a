"""What is recorded of a contract that is signed: of one whose certificate holds, and of no other."""

from __future__ import annotations

import hashlib
import os
from typing import Any

from ..base.errors import EntryError, NotCertifiedError, Problem, ResultError
from ..base.files import read_bytes, source_name
from ..base.names import normalised
from ..certify import check_record, verify
from ..formats.documents import describe, parse_json
from ..instance import Instance
from ..outcome.contract import Result


def contract_data(result: str | os.PathLike[str], instance: Instance, by: str | None) -> tuple[str, dict[str, Any]]:
    """Return who signs, and what is recorded of the contract.

    Parameters
    ----------
    result
        File of the result, whose bytes are named by their hash.
    instance
        The instance that it answers.
    by
        The member that says so; None: the lead, or the first member where there is none.

    Raises
    ------
    ResultError
        For a file that is no result, or has no contract.
    NotCertifiedError
        For a contract that the certificate, found anew, does not bear out, or a file that says what is not so.
    EntryError
        When who says so is no member.
    """
    data = read_bytes(result, ResultError)
    source = source_name(result)
    contract = Result.from_dict(parse_json(data, ResultError, source), source)
    if not contract.has_contract:
        raise ResultError([Problem("members", "none", "a contract to sign", rule="signed")], source)
    _refuse_refuted(instance, contract, source)
    members = [member.firm for member in contract.members]
    lead = instance.project.lead
    signer = normalised(by) if by else lead if lead in members else members[0]
    if signer not in members:
        raise EntryError([Problem("by", describe(signer), "a member of the contract", rule="signed")], source)
    terms = {
        member.firm: {
            "effort_level": member.effort_level,
            "share": member.share,
            "deposit": member.deposit,
            "reimbursement_rate": member.reimbursement_rate,
            "transfer": member.transfer,
            "surplus": member.surplus,
        }
        for member in contract.members
    }
    digests = {"result_sha256": hashlib.sha256(data).hexdigest(), "instance_sha256": instance.sha256}
    return str(signer), {**digests, "members": terms}


def _refuse_refuted(instance: Instance, contract: Result, source: str) -> None:
    certificate = verify(instance, contract)
    failures = certificate.failures
    if not failures:
        failures = tuple(check for check in check_record(instance, contract, certificate) if not check.holds)
    if failures:
        hint = "a contract is signed as it was found; verifying the result tells more"
        raise NotCertifiedError(
            [
                Problem(check.firm or "", f"not so: {check.detail}", "what the instance bears out", hint, check.id)
                for check in failures
            ],
            source,
        )
