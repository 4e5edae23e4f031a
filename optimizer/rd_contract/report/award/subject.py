"""What an award report is made from, and how its numbers are written in its language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ...base.errors import OptionError
from ...instance import Edit, Instance, Scalar
from ...outcome.contract import Member, Result, efforts_by_scenario
from ...sheets.field_headings import heading_of
from ...study.comparison import Comparison
from ...study.explanation import Explanation, MemberCase
from ...study.sweep import UNCHANGED, Sensitivity
from ..content.contract import money_of
from ..content.figures_data import ContractAmounts, ScenarioAmounts
from ..content.sensitivities import value_text
from ..page import Language
from ..words.efforts import EffortWords
from ..words.numbers import NOTHING, Money, Written, clean, exact, signed
from ..words.paths import parameter_field, parameter_label
from ..words.results import is_bare
from ..words.stated import Stated, amount_text, step_text
from .languages import Tongue, tongue
from .wording import effort_words

#: Names that a sentence, and a title, lists before it counts the rest.
LISTED, TITLED = 12, 3

#: What stands before the path of a parameter whose values are factors.
FACTOR = "*"


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

    def say_of(self, sentence: str, number: int, /, **values: object) -> str:
        """Return a sentence about a number of things, which is its gap ``count``."""
        return self.tongue.counted(sentence, number, count=self.count(number), **values)

    @cached_property
    def current(self) -> Instance | None:
        """The instance, where it is still the one that was solved."""
        same = self.instance is not None and self.instance.sha256 == self.result.instance.sha256
        return self.instance if same else None

    @cached_property
    def due(self) -> tuple[ScenarioAmounts, ...]:
        """What is spent and paid in each scenario, once where numbers are certain; nothing without the instance."""
        return () if self.current is None else ContractAmounts(self.current, self.result).of_scenarios()

    @cached_property
    def stated(self) -> Stated:
        """How terms are written."""
        return Stated.of(self.result, self.plain_money)

    @cached_property
    def plain_money(self) -> Money:
        """How amounts that are no terms are written, in English but for their unit."""
        money = money_of(self.result)
        return Money(money.decimals, self.tongue.unit(money.currency))

    @cached_property
    def members(self) -> frozenset[str]:
        """The names of the members."""
        return frozenset(member.firm for member in self.result.members)

    @property
    def is_verified(self) -> bool:
        """Whether the certificate of the contract holds."""
        return self.result.certificate is not None and self.result.certificate.holds

    @property
    def is_stale(self) -> bool:
        """Whether the instance has changed since it was solved."""
        return self.instance is not None and self.current is None

    @cached_property
    def used_terms(self) -> tuple[str, ...]:
        """Which terms beside shares the contract makes use of: ``reimbursed``, ``transfer``, ``deposit``."""
        members = self.result.members
        used = {
            "reimbursed": any(self.shows(member.reimbursement) for member in members),
            "transfer": any(self.shows(member.transfer) for member in members),
            "deposit": any(self.shows(member.deposit) for member in members),
        }
        return tuple(name for name, is_used in used.items() if is_used)

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

    def enough(self, amount: float, *, upward: bool) -> str:
        """Return an amount rounded to the side on which it is enough."""
        return self.tongue.written(self.plain_money.enough(amount, upward=upward))

    def full(self, amount: float) -> str:
        """Return an amount with its unit, for a sentence."""
        return f"{self.money(amount)} {self.currency}".rstrip()

    def term(self, amount: float, *, plus: bool = False) -> str:
        """Return an amount of the contract, to its last digit; ``plus`` shows the sign of what is received."""
        text = self.stated.money.text
        return self.tongue.written(signed(amount, text) if plus else text(amount))

    def percent(self, ratio: float | None, decimals: int = 2) -> str:
        """Return a ratio as percentage."""
        return self.tongue.percent(ratio, decimals)

    def step(self, step: float) -> str:
        """Return a step of shares, with all its digits."""
        return self.tongue.written(step_text(step))

    def unit(self, amount: float) -> str:
        """Return an amount that is not one of the contract's, with as many digits as it needs."""
        return f"{self.tongue.written(amount_text(amount, Money(self.plain_money.decimals)))} {self.currency}".rstrip()

    def share(self, ratio: float) -> str:
        """Return a share of the revenue as the contract states it."""
        return self.tongue.written(self.stated.share(ratio))

    def rate(self, ratio: float) -> str:
        """Return a reimbursement rate as the contract states it."""
        return self.tongue.written(self.stated.rate(ratio))

    def number(self, value: float, digits: int = 3) -> str:
        """Return a number that is not money."""
        return self.tongue.number(value, digits)

    def exactly(self, number: float) -> str:
        """Return a number of the instance with all the digits that can matter."""
        return self.tongue.written(Written(exact(number), number, "General"))

    def count(self, count: int) -> str:
        """Return a whole number."""
        return self.tongue.count(count)

    def shows(self, amount: float) -> bool:
        """Return whether an amount of the contract is more than nothing as it is written."""
        return self.term(amount) != self.term(0.0)

    # --- words -----------------------------------------------------------------------------------------------

    def as_explained(self, note: str) -> str:
        """Return a note on figures of the explanation, and that they compare with a contract that is not proven."""
        sure = self.explanation is None or self.explanation.proven
        return note if sure else self.say("list_gap").join((note, self.say("explained_unproven")))

    def say_of_firms(self, sentence: str, firms: Sequence[str], /, **values: object) -> str:
        """Return a sentence about firms, which are its gap ``names``; a single one has its form where there is one."""
        return self.tongue.about(sentence, len(firms), names=self.names(firms), **values)

    def names(self, names: Sequence[str], most: int = LISTED) -> str:
        """Return names as a list in a sentence, of very many the first."""
        shown = [clean(name) for name in names[:most]]
        if len(names) > most:
            shown.append(self.say("more_firms", count=self.count(len(names) - most)))
        return self.tongue.listing(shown)

    @property
    def name(self) -> str:
        """What the award is about: the instance's name, else the first members; empty where there are none."""
        named = clean(self.result.instance.name)
        if named or not self.result.has_contract:
            return named
        return self.names([member.firm for member in self.result.members], TITLED)

    @cached_property
    def efforts(self) -> EffortWords:
        """How efforts are written."""
        return effort_words(self.tongue)

    def effort(self, member: Member) -> str:
        """Return the effort of a member in a cell; where each scenario has its own, that it is their average."""
        return self.efforts.short(member.effort_level, member.effort_label, self.plan(member.firm))

    def plan(self, firm: str) -> dict[str, float]:
        """Return the effort of a member in each scenario where these differ; else nothing."""
        return efforts_by_scenario(self.result.scenarios, firm)

    def firm(self, member: Member) -> str:
        """Return a member's name, marked if it leads."""
        name = clean(member.firm)
        return self.say("lead_mark", name=name) if member.firm == self.lead else name

    def regime(self) -> str:
        """Return the contract's regime in a sentence, as far as there was something to choose."""
        mode, monitoring = clean(self.result.mode or ""), clean(self.result.monitoring or "")
        several = len({one.mode for one in self.result.regimes}) > 1
        if self.is_monitored:
            return self.say("regime" if several else "regime_monitoring", mode=mode, monitoring=monitoring)
        if several:
            return self.say("regime_unmonitored", mode=mode)
        return self.say("regime_bare") if len(self.result.regimes) > 1 else ""

    @property
    def is_monitored(self) -> bool:
        """Whether the contract's monitoring is more than a word for none."""
        return not is_bare(self.result.monitoring or "")

    def monitoring(self, name: str) -> str:
        """Return a monitoring option in a cell."""
        return self.say("unmonitored") if is_bare(name) else clean(name)

    def rephrased(self, text: str) -> str:
        """Return one of the program's own phrases in the language of the report, any other text as it is."""
        return self.tongue.rephrased(clean(text))

    # --- what is known of a firm -----------------------------------------------------------------------------

    @cached_property
    def cases(self) -> dict[str, MemberCase]:
        """What the explanation says of each member."""
        return {} if self.explanation is None else {one.firm: one for one in self.explanation.member_cases}

    @property
    def explains_all_members(self) -> bool:
        """Whether the explanation is about every member, and so about every breach."""
        asked = () if self.explanation is None else self.explanation.asked
        return asked is None or {member.firm for member in self.result.members} <= set(asked)

    def role(self, firm: str) -> str:
        """Return what a firm is, where the instance says so."""
        firms = () if self.current is None else self.current.firms
        return next((clean(one.role) for one in firms if one.name == firm), "")

    def parameter(self, label: str) -> str:
        """Return what was varied, in words of the report's language; the path itself where there are none.

        Parameters
        ----------
        label
            As sweeps name it: a path, after ``*`` where its values are factors (:meth:`varied_to` says so).
        """
        path = label.removeprefix(FACTOR)
        if self.current is None:
            return clean(path)
        if self.language == "en":
            return parameter_label(self.current, path)
        found = parameter_field(self.current, path)
        words = None if found is None else heading_of(found.field).in_language(self.language)
        if found is None or not words:
            return clean(path)
        if not found.owners:
            return words
        several = "several_firms" if found.kind == "firms" else "several"
        owner = found.owners[0] if len(found.owners) == 1 else self.say(several, count=self.count(len(found.owners)))
        return self.say("value_of", value=words, owner=clean(owner))

    def varied_to(self, label: str, value: Scalar) -> str:
        """Return a value of what was varied; of a factor, that it is one.

        Parameters
        ----------
        label
            As of :meth:`parameter`.
        value
            To what it was varied, or that it was not.
        """
        times = "× " if label.startswith(FACTOR) and value != UNCHANGED else ""
        return times + self.value(value)

    @cached_property
    def settings(self) -> str:
        """What was set in the instance for this answer, in words; empty where nothing was."""
        return ", ".join(map(self._setting, self.result.instance.settings))

    def _setting(self, text: str) -> str:
        try:
            edit = Edit.from_text(text)
        except OptionError:  # of a file by others
            return clean(text)
        if isinstance(edit.value, Mapping | list):
            return clean(text)
        return f"{self.parameter(edit.label)} = {self.varied_to(edit.label, edit.value)}"

    def value(self, value: Scalar) -> str:
        """Return a value of a parameter."""
        if value is None or isinstance(value, bool):
            return self.say({None: "no_value", True: "yes", False: "no"}[value])
        if isinstance(value, str):
            return self.say("unchanged") if value == UNCHANGED else clean(value)
        return self.tongue.written(value_text(value))

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
