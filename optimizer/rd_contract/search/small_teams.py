"""Small teams: a bound rules out almost all of them, and the others are looked at one by one.

The bound is the Lagrangian of the scarce budgets. What it does not rule out is enumerated, screened by its joint
surplus and its least shares, and judged exactly by the terms program: nothing is missed that the bound cannot see.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..base.tolerances import GRACE, LEAST_MARGINAL
from ..bounds import JUDGING, Enumeration, Lagrangian, Multipliers, tuned
from ..master import Entries
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.payoffs import design_surplus
from .appraisal import Appraisal
from .local_search import PATIENCE, SHORT, Walk
from .state import Search

#: Partial teams times open entries that an enumeration may look at, and as many of them as a second is sure to do: an
#: enumeration that a limit cuts short proves nothing.
LOOKS, PER_SECOND = 8_000_000_000, 10_000_000

#: Most members of what counts as a small team, and most candidates of what counts as a small pool.
SMALL, FEW = 15, 14

#: Looks that are spent before it pays to estimate how many there will be, and to tune the multipliers.
TRIFLE = 400_000

#: Factor by which the price of shares is changed in the end.
STEP = 0.85

#: Most choices among which teams are enumerated: what each pair of them is worth is held several times over, in 0.3 GB.
MOST_CHOICES = 6_000

#: Least share, at the members' marginal values, whose price says something of the price of all shares.
NOTABLE = 0.001

#: Promising teams that are kept before they are judged.
KEPT = 20_000

#: Levels of all firms, −1: outside.
Levels = tuple[int, ...]


def are_small(parameters: Parameters) -> bool:
    """Return whether teams may be few enough to be enumerated."""
    few = parameters.size_max <= SMALL or parameters.n <= FEW
    return few and sum(len(menu) for menu in parameters.x) <= MOST_CHOICES


class SmallTeams:
    """The enumeration of one regime.

    Parameters
    ----------
    search
        Incumbent, limits and the judgement of designs.
    entries
        The choices.
    """

    def __init__(self, search: Search, entries: Entries) -> None:
        self.search, self.entries = search, entries
        self.appraisal = Appraisal(entries)
        self.allowed = np.flatnonzero(entries.possible)

    @property
    def beyond(self) -> float:
        """What W must exceed to matter, money; W is never negative in a contract (M15)."""
        return max(self.search.cutoff - self.search.beyond_surplus, self.search.parameters.least_value - GRACE)

    def run(self) -> bool:
        """Judge all teams that may beat the incumbent; False if they are too many, or a limit came first."""
        first = self.first_multipliers()
        if self._enumerate(first, TRIFLE):
            return True
        if self.search.must_stop():
            return False
        multipliers, work = self.best_multipliers(first)
        return work <= _affordable(self.search) and self._enumerate(multipliers, LOOKS)

    def _enumerate(self, multipliers: Multipliers, most: int) -> bool:
        """Judge the teams that the multipliers do not rule out; False if that takes too many looks, or too long."""
        enumeration = self._enumeration(multipliers)
        promising: list[tuple[float, tuple[int, ...]]] = []
        judged = 0

        def too_many() -> bool:
            return enumeration.looked_at + JUDGING * judged > most

        def interrupted() -> bool:
            position = self.entries.position
            self.search.report("contract", position, self.search.regimes[position].bound)
            return self.search.must_stop() or too_many()

        for group in enumeration.teams(interrupted=interrupted):
            judged += len(group)
            surplus, fits = self.appraisal.appraise(group)
            for at in np.flatnonzero(fits & (surplus > self.beyond)).tolist():
                promising.append((float(surplus[at]), self.entries.levels(group[at])))
            if promising:
                # One good contract found early rules out much of what is to come.
                best = max(promising)
                self._judge([best])
                promising = [team for team in promising if team[0] > self.beyond and team != best]
            if len(promising) > KEPT:
                self._judge(promising)
                promising = []
            enumeration.beyond = self.beyond
        self._judge(promising)
        return not self.search.must_stop() and not too_many()

    def _judge(self, promising: list[tuple[float, tuple[int, ...]]]) -> None:
        """Judge teams by their terms, the most valuable first, until none can matter any more."""
        for surplus, levels in sorted(promising, key=lambda team: (-team[0], team[1])):
            if surplus <= self.beyond or self.search.must_stop():
                return
            design = Design(self.entries.position, levels)
            if self.search.matters(design, surplus):
                self.search.evaluate(design)

    # multipliers

    def best_multipliers(self, first: Multipliers) -> tuple[Multipliers, float]:
        """Return multipliers that leave little work by estimate, and the estimate."""
        best = tuned(self.entries, self.allowed, self.beyond, first, ended=self.search.must_stop)
        work = self._work(best)
        # Samples are small: what served the last regime may be better than what they suggest.
        if self.search.multipliers is not None and (known := self._work(first)) < work:
            best, work = first, known
        # What balances the budgets of partial teams of middling size need not be best over all sizes.
        for step in (STEP, 1.0 / STEP):
            while not self.search.must_stop():
                further = replace(best, share=step * best.share)
                needed = self._work(further)
                if needed >= work:
                    break
                best, work = further, needed
        self.search.keep(best)
        return best, work

    def _work(self, multipliers: Multipliers) -> float:
        return self._enumeration(multipliers).estimate()

    def _enumeration(self, multipliers: Multipliers) -> Enumeration:
        return Enumeration(Lagrangian(self.entries, multipliers), self.allowed, self.beyond)

    def first_multipliers(self) -> Multipliers:
        """Return a first guess: what served the last regime, as regimes are alike.

        At first, half the price at which the members of the best team known are just worth their shares.
        """
        if self.search.multipliers is not None:
            return self.search.multipliers
        entries, p = self.entries, self.entries.parameters
        known = self.search.regimes[entries.position].best or self.search.best
        levels = tuple([-1] * p.n) if known is None else known.design.levels
        efforts = np.array([p.x[i][level] if level >= 0 else 0.0 for i, level in enumerate(levels)])
        marginal = np.maximum(entries.regime.f * (p.v + p.gamma @ efforts), LEAST_MARGINAL)[entries.firm]
        team = entries.of(levels)
        share = entries.least_income[team] / marginal[team]
        worth = entries.gain[team] + entries.x[team] * (marginal - entries.regime.f * p.v[entries.firm])[team]
        ratio = worth[share > NOTABLE] / share[share > NOTABLE]
        price = float(np.clip(np.median(ratio) if len(ratio) else 1.0, 0.1, 1e3)) * 0.5
        return Multipliers(price, 1.0, 1.2 * marginal)


def best_visible(search: Search, entries: Entries) -> tuple[Levels | None, bool]:
    """Find the best design if effort could be observed (M22).

    Returns
    -------
    tuple
        Levels of the best design found, None if there is none; and whether it is proven to be the best.
    """
    walk = Walk(entries, hidden=False, ended=search.must_stop)
    # Of a large pool much is left to look at below a poor design.
    patience = SHORT if search.parameters.n <= FEW else PATIENCE
    walk.walk(walk.compelled_team, np.zeros(0, dtype=np.intp), patience)
    best = max(walk.found, key=lambda levels: (walk.found[levels], levels), default=None)
    best, proven = _better_visible(search, walk.appraisal, best, TRIFLE)
    if proven or search.must_stop():
        return best, proven
    if _visible(search, entries, best).estimate() > _affordable(search):
        return best, False
    return _better_visible(search, walk.appraisal, best, LOOKS)


def _better_visible(search: Search, appraisal: Appraisal, best: Levels | None, most: int) -> tuple[Levels | None, bool]:
    """Enumerate what may be better than a design where effort can be observed; see :func:`best_visible`."""
    entries = appraisal.entries
    enumeration = _visible(search, entries, best)
    for group in enumeration.teams(lambda: search.must_stop() or enumeration.looked_at > most):
        surplus, admissible = appraisal.appraise(group)
        surplus = np.where(admissible, surplus, -np.inf)
        at = int(np.argmax(surplus))
        if surplus[at] > enumeration.beyond:
            enumeration.beyond, best = float(surplus[at]), entries.levels(group[at])
    return best, not search.must_stop() and enumeration.looked_at <= most


def _visible(search: Search, entries: Entries, best: Levels | None) -> Enumeration:
    beyond = -np.inf if best is None else design_surplus(search.parameters, Design(entries.position, best))
    nothing = Multipliers(0.0, 0.0, np.ones(len(entries)))
    return Enumeration(Lagrangian(entries, nothing), np.arange(len(entries)), beyond)


def _affordable(search: Search) -> float:
    """Return how many looks an enumeration may take."""
    return min(LOOKS, PER_SECOND * search.seconds_left)
