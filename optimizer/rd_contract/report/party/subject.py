"""What a member may see, picked from what there is: what is not picked here is not at hand where pages are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ...base.errors import LedgerError, OptionError, Problem
from ...base.files import source_name
from ...base.names import normalised
from ...formats.hints import meant
from ...instance import Uncertainty
from ...instance.schema import Objective
from ...ledger import Ledger, leaf_hash
from ...ledger.entries import ContractSigned
from ...outcome.contract import Member
from ...study.explanation import Breach
from ...study.explanation.disputes import breaches
from ..award import Award
from ..award.languages import Tongue, tongue
from ..award.wording import effort_words, scenario_words
from ..page import Language
from ..words.efforts import EffortWords
from ..words.numbers import Money, percent, signed
from ..words.scenarios import ScenarioWords
from ..words.stated import Stated


@dataclass(frozen=True, slots=True)
class OwnDeviation:
    """What working at another level than agreed would come to for the member itself.

    Parameters
    ----------
    level, label
        The other level, and the instance's word for it.
    detection
        Probability that it is detected.
    at_stake
        What it loses if so: deposit and reputation, money.
    undetected, expected
        Change of its own profit if it is not detected, and on average (M11), money.
    """

    level: float
    label: str
    detection: float
    at_stake: float
    undetected: float
    expected: float


@dataclass(frozen=True, slots=True)
class OwnScenario:
    """What the contract comes to for the member, and in total, in one scenario.

    Parameters
    ----------
    name, probability
        Of the scenario.
    effort
        The member's own effort in it.
    cost, reimbursement
        Its R&D cost with the numbers of the scenario, and what the pool pays back of it, money; None: the instance is
        not at hand.
    settlement
        What it pays in of what the pool lacks (E3), below 0 what it gets of what is left, money; None: not known,
        as nobody has said who leads.
    profit, surplus
        What it earns, and beyond what it would earn outside, money.
    margin
        What working otherwise than agreed in it would cost the member at least, money; None: it has no choice, or
        chooses before anybody knows the scenario (M27).
    joint_surplus
        What all members gain together, money.
    """

    name: str
    probability: float
    effort: float
    cost: float | None
    reimbursement: float | None
    settlement: float | None
    profit: float
    surplus: float
    margin: float | None
    joint_surplus: float


@dataclass(frozen=True, slots=True)
class PartyProof:
    """That the contract was recorded: without the text of the entry, which holds the terms of all.

    Parameters
    ----------
    sequence
        Number of the entry.
    leaf_hash
        Its hash, hexadecimal.
    path
        Hashes that lead from it to the root (RFC 9162, section 2.1.3), hexadecimal.
    checkpoint
        The lines of the checkpoint whose root that is.
    """

    sequence: int
    leaf_hash: str
    path: tuple[str, ...]
    checkpoint: tuple[str, ...]


@dataclass(frozen=True)
class Party:
    """What one member may see.

    Parameters
    ----------
    name
        Title of the decision.
    own
        The member's own part in the contract.
    members
        Names of all members, in the order of the contract.
    regime
        Mode and monitoring, as a sentence goes on with them.
    revenue, joint_surplus
        Expected revenue of the alliance, and what all gain together, money.
    deviations
        What working at each other level would come to for it; None: the instance is not at hand.
    scenarios
        What the contract comes to in each scenario; none: there are none.
    plan
        Its own effort in each scenario, where these differ; else nothing.
    uncertainty
        How the contract reckons with scenarios; None: there are none, or it is not known.
    judged
        What the contract is worth by what it is judged by, money; None: by the mean, or that is the lead's profit and
        so not to be seen by others.
    objective
        Whether the contract was made for all, or for who leads.
    settles
        Whether the pool lacks money in some scenario, or has some left.
    checks
        How many checks the contract passed; None: it is not verified.
    is_stale
        Whether the instance has changed since it was solved.
    proof
        That the contract was recorded; None: it was not asked for.
    shape, stated, efforts
        How amounts, terms and efforts are written.
    words
        What is said of scenarios.
    language, day
        Of the page.
    """

    name: str
    own: Member
    members: tuple[str, ...]
    regime: str
    revenue: float
    joint_surplus: float
    deviations: tuple[OwnDeviation, ...] | None
    scenarios: tuple[OwnScenario, ...]
    plan: Mapping[str, float]
    uncertainty: Uncertainty | None
    judged: float | None
    objective: Objective
    settles: bool
    checks: int | None
    is_stale: bool
    proof: PartyProof | None
    shape: Money
    stated: Stated
    efforts: EffortWords
    words: ScenarioWords
    language: Language
    day: date | None

    @cached_property
    def tongue(self) -> Tongue:
        """The language of the page."""
        return tongue(self.language)

    @property
    def say(self) -> Callable[..., str]:
        """What fills the gaps of a sentence."""
        return self.tongue.say

    def money(self, amount: float, *, plus: bool = False) -> str:
        """Return an amount without its unit; ``plus`` shows the sign of what is above zero."""
        return self.tongue.written(signed(amount, self.shape.text) if plus else self.shape.text(amount))

    def full(self, amount: float) -> str:
        """Return an amount with its unit."""
        return f"{self.money(amount)} {self.shape.currency}".rstrip()

    def term(self, amount: float, *, plus: bool = False) -> str:
        """Return an amount of the contract, to its last digit."""
        text = self.stated.money.text
        return self.tongue.written(signed(amount, text) if plus else text(amount))

    def percent(self, ratio: float) -> str:
        """Return a probability as percentage."""
        return self.tongue.written(percent(ratio, 0))

    def varies(self, amounts: Sequence[float | None]) -> bool:
        """Return whether an amount is not known to be the same in every scenario, as it is written."""
        return None in amounts or len({self.money(amount or 0.0) for amount in amounts}) > 1


def party_of(award: Award, firm: str, proof: PartyProof | None = None) -> Party:
    """Return what one member may see.

    Parameters
    ----------
    award
        Result, and perhaps instance and explanation; language and day of the page.
    firm
        Name of the member.
    proof
        That the contract was recorded.

    Raises
    ------
    OptionError
        For a result without a contract, and for a firm that is no member of it.
    """
    result, name = award.result, normalised(firm)
    if not result.has_contract:
        raise OptionError("a page for one party needs a result with a contract")
    own = next((member for member in result.members if member.firm == name), None)
    if own is None:
        names = [member.firm for member in result.members]
        raise OptionError(f'"{name}" is no member of the contract; members are: {", ".join(names)}{meant(name, names)}')
    certificate = result.certificate
    return Party(
        name=award.name,
        own=own,
        members=tuple(member.firm for member in result.members),
        regime=award.regime(),
        revenue=result.expected_revenue or 0.0,
        joint_surplus=result.joint_surplus or 0.0,
        deviations=_deviations(award, name),
        scenarios=_scenarios(award, own),
        plan=award.plan(name),
        uncertainty=result.uncertainty if result.scenarios else None,
        judged=_judged(award, name),
        objective=result.objective,
        settles=any(award.money(one.pool_balance) != award.money(0.0) for one in result.scenarios),
        checks=len(certificate.checks) if certificate is not None and certificate.holds else None,
        is_stale=award.is_stale,
        proof=proof,
        shape=award.plain_money,
        stated=award.stated,
        efforts=effort_words(award.tongue),
        words=scenario_words(award.tongue),
        language=award.language,
        day=award.day,
    )


def _deviations(award: Award, name: str) -> tuple[OwnDeviation, ...] | None:
    known: Sequence[Breach]
    if award.current is not None:
        known = breaches(award.current, award.result)
    elif award.explanation is not None and award.explains_all_members:
        known = award.explanation.breaches
    else:
        return None
    return tuple(
        OwnDeviation(one.level, one.label, one.detection, one.at_stake, one.own_undetected, one.own_expected)
        for one in known
        if one.firm == name
    )


def _scenarios(award: Award, own: Member) -> tuple[OwnScenario, ...]:
    told, bears = award.result.scenarios, _part_of_pool(award, own)
    due = award.due or [None] * len(told)
    return tuple(
        OwnScenario(
            name=one.name,
            probability=one.probability,
            effort=own.effort_level if one.efforts is None else one.efforts[own.firm],
            cost=None if amounts is None else amounts.cost[own.firm],
            reimbursement=None if amounts is None else amounts.reimbursement[own.firm],
            settlement=None if bears is None else bears * one.pool_balance,
            profit=one.profits[own.firm],
            surplus=one.surpluses[own.firm],
            margin=one.slack.get(own.firm),
            joint_surplus=one.joint_surplus,
        )
        for one, amounts in (zip(told, due, strict=True) if told else ())
    )


def _part_of_pool(award: Award, own: Member) -> float | None:
    """Return the part of what the pool lacks that a member bears (E3): its share, or all of it who leads."""
    if award.result.objective == "joint":
        return own.share
    return None if award.lead is None else float(own.firm == award.lead)


def _judged(award: Award, name: str) -> float | None:
    """Return what the contract is worth by what it is judged by, where that is not the mean and the member may see it.

    The joint surplus of each scenario is a total that everybody sees; the lead's profit only the lead.
    """
    result, asked = award.result, award.result.uncertainty
    if asked is None or not result.scenarios or asked.objective == "expected":
        return None
    return result.objective_value if result.objective == "joint" or name == award.lead else None


def proof_in(ledger: Ledger, result_sha256: str) -> PartyProof:
    """Return the proof that a contract was recorded, without the text of its entry.

    Parameters
    ----------
    ledger
        The ledger.
    result_sha256
        SHA-256 of the result file, byte by byte.

    Raises
    ------
    LedgerError
        Where no entry says that this result was signed.
    TamperedError
        Where the ledger is not as it was written.
    """
    signed_as = [
        entry.sequence
        for entry in ledger.entries()
        if isinstance(entry.data, ContractSigned) and entry.data.result_sha256 == result_sha256
    ]
    if not signed_as:
        expected = f"the signature of the result with SHA-256 {result_sha256[:12]}..."
        hint = "rd-contract ledger sign-contract records it; a file that was written anew is another one"
        raise LedgerError([Problem("", "no such entry", expected, hint, "unsigned")], source_name(ledger.path))
    found = ledger.prove(signed_as[-1])
    return PartyProof(
        sequence=found.entry.sequence,
        leaf_hash=leaf_hash(found.entry.to_bytes()).hex(),
        path=tuple(part.hex() for part in found.path),
        checkpoint=tuple(found.checkpoint.text.splitlines()),
    )
