"""What an award report is made from, and how its numbers are written in its language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ...instance import Instance
from ...outcome.contract import Member, Result
from ...study.comparison import Comparison
from ...study.explanation import Explanation, MemberCase
from ...study.sweep import Sensitivity
from ..contract import money_of
from ..numbers import NOTHING, Money, Written, clean, percent, signed, significant
from ..page import Language
from ..path_words import parameter_label
from ..stated import Stated, amount_text, step_text
from ..words import regime_label
from .languages import Tongue, tongue

#: Names that a sentence lists before it counts the rest.
LISTED = 12


@dataclass(frozen=True)
class Award:
    """What there is to report.

    Parameters
    ----------
    result
        The answer.
    instance
        The instance that it answers, as it is now; None: not at hand.
    explanation, comparison, sensitivity
        What else is known of the same instance.
    language
        Of the report.
    day
        The date that stands in it; None: none does, so that the same answer gives the same report.
    """

    result: Result
    instance: Instance | None = None
    explanation: Explanation | None = None
    comparison: Comparison | None = None
    sensitivity: Sensitivity | None = None
    language: Language = "en"
    day: date | None = None

    @cached_property
    def tongue(self) -> Tongue:
        """The language of the report."""
        return tongue(self.language)

    @property
    def say(self) -> Callable[..., str]:
        """What fills the gaps of a sentence."""
        return self.tongue.say

    @cached_property
    def current(self) -> Instance | None:
        """The instance, where it is still the one that was solved."""
        same = self.instance is not None and self.instance.sha256 == self.result.instance.sha256
        return self.instance if same else None

    @cached_property
    def stated(self) -> Stated:
        """How terms are written."""
        return Stated.of(self.result, self.plain_money)

    @cached_property
    def plain_money(self) -> Money:
        """How amounts that are no terms are written, in English."""
        return money_of(self.result)

    @cached_property
    def members(self) -> frozenset[str]:
        """The names of the members."""
        return frozenset(member.firm for member in self.result.members)

    @property
    def currency(self) -> str:
        """The unit of amounts, empty if it has none."""
        return self.plain_money.currency

    @property
    def lead(self) -> str | None:
        """The lead, where the instance is at hand and has one."""
        return None if self.current is None else self.current.project.lead

    # --- numbers ---------------------------------------------------------------------------------------------

    def money(self, amount: float | None) -> str:
        """Return an amount without its unit."""
        return self.tongue.written(self.plain_money.text(amount)) if amount is not None else NOTHING

    def full(self, amount: float) -> str:
        """Return an amount with its unit, for a sentence."""
        return f"{self.money(amount)} {self.currency}".rstrip()

    def term(self, amount: float, *, plus: bool = False) -> str:
        """Return an amount of the contract, to its last digit; ``plus`` shows the sign of what is received."""
        text = self.stated.money.text
        return self.tongue.written(signed(amount, text) if plus else text(amount))

    def percent(self, ratio: float | None, decimals: int = 2) -> str:
        """Return a ratio as percentage."""
        text = percent(ratio, decimals)
        least = text.removeprefix("below ")
        return self.tongue.written(text) if least == text else self.say("below", least=self.tongue.written(least))

    def step(self, step: float) -> str:
        """Return a step of shares, with all its digits."""
        return self.tongue.written(step_text(step))

    def unit(self, amount: float) -> str:
        """Return an amount that is not one of the contract's, with as many digits as it needs."""
        return self.tongue.written(amount_text(amount, self.plain_money))

    def share(self, ratio: float) -> str:
        """Return a share of the revenue as the contract states it."""
        return self.tongue.written(self.stated.share(ratio))

    def rate(self, ratio: float) -> str:
        """Return a reimbursement rate as the contract states it."""
        return self.tongue.written(self.stated.rate(ratio))

    def number(self, value: float, digits: int = 3) -> str:
        """Return a number that is not money."""
        return self.tongue.written(significant(value, digits))

    def count(self, count: int) -> str:
        """Return a whole number."""
        return self.tongue.written(Written(f"{count:,}", count, "#,##0"))

    def shows(self, amount: float) -> bool:
        """Return whether an amount of the contract is more than nothing as it is written."""
        return self.term(amount) != self.term(0.0)

    # --- words -----------------------------------------------------------------------------------------------

    def names(self, names: list[str]) -> str:
        """Return names as a list in a sentence, of very many the first."""
        shown = [clean(name) for name in names[:LISTED]]
        if len(names) > LISTED:
            shown.append(self.say("more_firms", count=self.count(len(names) - LISTED)))
        return self.tongue.listing(shown)

    def effort(self, level: float, label: str) -> str:
        """Return an effort with the instance's word for it."""
        number = self.number(level)
        return f"{clean(label)} ({number})" if label else number

    def firm(self, member: Member) -> str:
        """Return a member's name, marked if it leads."""
        name = clean(member.firm)
        return self.say("lead_mark", name=name) if member.firm == self.lead else name

    def regime(self) -> str:
        """Return the contract's regime in a sentence."""
        mode, monitoring = clean(self.result.mode or ""), clean(self.result.monitoring or "")
        if not self.is_monitored:
            return self.say("regime_unmonitored", mode=mode)
        return self.say("regime", mode=mode, monitoring=monitoring)

    @property
    def is_monitored(self) -> bool:
        """Whether the contract's monitoring is more than a word for none."""
        return clean(self.result.monitoring or "").lower() not in ("", "none", "no monitoring", "keine", "无")

    @property
    def regime_label(self) -> str:
        """The contract's regime in a cell."""
        return regime_label(self.result.mode, self.result.monitoring)

    # --- what is known of a firm -----------------------------------------------------------------------------

    @cached_property
    def cases(self) -> dict[str, MemberCase]:
        """What the explanation says of each member."""
        return {} if self.explanation is None else {one.firm: one for one in self.explanation.member_cases}

    def role(self, firm: str) -> str:
        """Return what a firm is, where the instance says so."""
        firms = () if self.current is None else self.current.firms
        return next((clean(one.role) for one in firms if one.name == firm), "")

    def parameter(self, path: str) -> str:
        """Return what a path leads to: in words, where they are those of the report's language."""
        if self.current is None or self.language != "en":
            return clean(path)
        return parameter_label(self.current, path)

    @cached_property
    def left_out(self) -> list[str]:
        """Candidates that are not members and that no rule keeps out, in the order of the instance."""
        if self.current is None:
            return []
        least = self.current.project.min_credit
        return [
            firm.name
            for firm in self.current.firms
            if firm.name not in self.members and firm.membership != "excluded" and firm.credit >= least
        ]
