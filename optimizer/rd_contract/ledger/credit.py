"""Credit: what the record says of how far each firm, and each pair of firms, can be relied on.

Scores are those of the Beta reputation system (Jøsang & Ismail 2002): with good evidence ``r = Σ g_e λ^age`` and bad
evidence ``s = Σ b_e λ^age`` over the entries about a firm, ages in years, ``credit = (r + 1)/(r + s + 2)``, which is
the mean of what a uniform prior becomes. Who has a score has something to lose (Baker, Gibbons & Murphy 2002; Levin
2003): ``stake = ρ δ/(1 − δ) w``, the surplus of all later contracts that a detected breach puts at risk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from .entries import ContractSigned, DisputeSettled, Entry
from .moments import moment_in, now, years_between
from .record import Ledger
from .rules import CreditRules


@dataclass(frozen=True, slots=True)
class Step:
    """Where an entry moved the credit of a firm.

    Parameters
    ----------
    entry
        The entry.
    before, after
        The credit at its time, without it and with it.
    good, bad
        The evidence r and s at its time, with it.
    """

    entry: Entry
    before: float
    after: float
    good: float
    bad: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How a firm stands.

    Parameters
    ----------
    credit
        Its score, between 0 and 1; one half where nothing is known.
    good, bad
        The evidence r and s.
    entries
        Number of entries that count.
    path
        How its credit came about.
    surplus
        w in the contract in force; None: the record does not tell, or it is no member.
    loss_chance
        ρ.
    stake
        What a detected breach would cost it in later contracts, money; None where its surplus is not known.
    """

    credit: float
    good: float
    bad: float
    entries: int
    path: tuple[Step, ...]
    surplus: float | None
    loss_chance: float
    stake: float | None


@dataclass(frozen=True, slots=True)
class Credit:
    """What a record says of firms and pairs at one moment.

    Parameters
    ----------
    as_of
        The moment.
    firms
        Each firm that was a member, or that something is recorded about, by name.
    trust
        The score of each pair that was in a contract together, by the two names in their order.
    forgetting
        λ: what is left of evidence after a year.
    pair_entries
        The entries that the trust of each pair follows from.
    gone
        The entry by which each firm was excluded, or left, that has signed no contract since.
    contract
        The signature of the contract in force; None: none was signed.
    """

    as_of: str
    firms: Mapping[str, Standing]
    trust: Mapping[tuple[str, str], float]
    forgetting: float
    pair_entries: Mapping[tuple[str, str], tuple[Entry, ...]]
    gone: Mapping[str, Entry]
    contract: Entry | None

    def to_dict(self) -> dict[str, Any]:
        """Return it as the command line prints it."""
        firms = {
            name: {
                "credit": one.credit,
                "good": one.good,
                "bad": one.bad,
                "entries": one.entries,
                "surplus": one.surplus,
                "loss_chance": one.loss_chance,
                "stake": one.stake,
                "path": [
                    {
                        "sequence": step.entry.sequence,
                        "time": step.entry.time,
                        "kind": step.entry.kind,
                        "credit": step.after,
                    }
                    for step in one.path
                ],
            }
            for name, one in self.firms.items()
        }
        pairs = [{"between": list(pair), "trust": trust} for pair, trust in self.trust.items()]
        return {"as_of": self.as_of, "firms": firms, "pairs": pairs}


def score(good: float, bad: float) -> float:
    """Return the credit that evidence gives: (r + 1)/(r + s + 2)."""
    return (good + 1.0) / (good + bad + 2.0)


def credit_scores(
    record: Ledger | Iterable[Entry],
    *,
    as_of: str | None = None,
    rules: CreditRules | None = None,
    min_credit: float = 0.0,
) -> Credit:
    """Return what a record says of firms and pairs.

    Parameters
    ----------
    record
        A ledger, which is verified, or its entries in their order.
    as_of
        The moment, ISO 8601, after which entries do not count; None: now.
    rules
        How credit is reckoned; None: as usual.
    min_credit
        Least credit of an eligible firm (M17): below it, a breach costs the next contract for certain.

    Raises
    ------
    TamperedError
        Where the ledger is not as it was written.
    OptionError
        For what is no moment.
    """
    moment = now() if as_of is None else moment_in(as_of)
    entries = record.entries() if isinstance(record, Ledger) else tuple(record)
    used = rules or CreditRules()
    history = _History(used)
    for entry in entries:
        if entry.time <= moment:
            history.add(entry)
    firms = {name: history.standing(name, moment, min_credit) for name in sorted(history.firms)}
    pairs = {pair: history.pairs[pair] for pair in sorted(history.pairs)}
    return Credit(
        moment,
        firms,
        {pair: score(*one.at(moment)) for pair, one in pairs.items()},
        used.forgetting,
        {pair: tuple(one.entries) for pair, one in pairs.items()},
        dict(sorted(history.gone.items())),
        history.signature,
    )


@dataclass
class _Evidence:
    """Good and bad evidence, which fades.

    Parameters
    ----------
    forgetting
        λ.
    """

    forgetting: float
    entries: list[Entry] = field(default_factory=list)
    _good: float = 0.0
    _bad: float = 0.0
    _time: str = ""

    def at(self, moment: str) -> tuple[float, float]:
        """Return r and s at a moment that no evidence is later than."""
        left = self.forgetting ** years_between(self._time, moment) if self._time else 0.0
        return self._good * left, self._bad * left

    def add(self, entry: Entry, good: float, bad: float) -> tuple[float, float]:
        """Add what an entry weighs, and return r and s before it."""
        r, s = self.at(entry.time)
        self.entries.append(entry)
        self._good, self._bad, self._time = r + good, s + bad, entry.time
        return r, s

    def step(self, entry: Entry, good: float, bad: float) -> Step:
        """Add what an entry weighs, and return where that moves the score."""
        before = score(*self.add(entry, good, bad))
        return Step(entry, before, score(self._good, self._bad), self._good, self._bad)


class _History:
    """What was recorded up to some moment.

    Parameters
    ----------
    rules
        How it is reckoned.
    """

    def __init__(self, rules: CreditRules) -> None:
        self._rules = rules
        self.firms: dict[str, _Evidence] = {}
        self.paths: dict[str, list[Step]] = {}
        self.pairs: dict[tuple[str, str], _Evidence] = {}
        self.gone: dict[str, Entry] = {}
        self.signature: Entry | None = None
        self._contract: ContractSigned | None = None
        self._members: set[str] = set()

    def add(self, entry: Entry) -> None:
        """Take in the next entry: as evidence among those who are members then; after it, who is one."""
        if isinstance(entry.data, ContractSigned):
            self.signature, self._contract, self._members = entry, entry.data, set(entry.data.members)
            for name in self._members:
                self._of_firm(name)
                self.gone.pop(name, None)
            for pair in combinations(sorted(self._members), 2):
                self._of_pair(pair)
            return
        weights = self._weights(entry)
        if weights is not None:
            firm = entry.firm
            self.paths.setdefault(firm, []).append(self._of_firm(firm).step(entry, *weights))
            for other in self._members - {firm} if firm in self._members else ():
                self._of_pair((min(firm, other), max(firm, other))).add(entry, *weights)
        if entry.kind in ("member_excluded", "member_left"):
            self._members.discard(entry.firm)
            self.gone[entry.firm] = entry

    def _of_firm(self, name: str) -> _Evidence:
        if name not in self.firms:
            self.firms[name] = _Evidence(self._rules.forgetting)
        return self.firms[name]

    def _of_pair(self, pair: tuple[str, str]) -> _Evidence:
        if pair not in self.pairs:
            self.pairs[pair] = _Evidence(self._rules.forgetting)
        return self.pairs[pair]

    def _weights(self, entry: Entry) -> tuple[float, float] | None:
        """Return g and b of an entry; None where it is no evidence."""
        if isinstance(entry.data, DisputeSettled) and entry.data.outcome != "against":
            return None
        good, bad = (getattr(side, entry.kind, None) for side in (self._rules.good, self._rules.bad))
        return None if good is None and bad is None else (good or 0.0, bad or 0.0)

    def standing(self, name: str, moment: str, min_credit: float) -> Standing:
        """Return how a firm stands at a moment."""
        rules, evidence = self._rules, self.firms[name]
        good, bad = evidence.at(moment)
        present, after = score(good, bad), score(good, bad + rules.bad.breach_detected)
        chance = rules.loss_chance
        if chance is None:
            chance = 1.0 if after < min_credit else present - after
        surplus = None
        if self._contract is not None and name in self._members:
            surplus = self._contract.members[name].surplus
        stake = None if surplus is None else chance * rules.discount / (1.0 - rules.discount) * max(surplus, 0.0)
        path = tuple(self.paths.get(name, ()))
        return Standing(present, good, bad, len(evidence.entries), path, surplus, chance, stake)
