"""Few enough teams: a bound rules out almost all of them, and the others are looked at one by one.

The bound is the Lagrangian of the scarce budgets. What it does not rule out is enumerated, screened by its joint
surplus and its least shares, and judged exactly by the terms program: nothing is missed that the bound cannot see.
Whether teams are few enough says an estimate of the work.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..base.tolerances import LEAST_MARGINAL
from ..bounds import Enumeration, Estimate, Lagrangian, Multipliers, looks_within, prepare, tuned
from ..master import Entries, count_pair_products
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.payoffs import aimed_surplus
from .appraisal import Appraisal
from .local_search import PATIENCE, SHORT, Walk
from .rounds import Bench, Levels, Rounds
from .state import Search

#: Looks that an enumeration may take.
LOOKS = 40_000_000_000

#: Looks that branch and cut takes as long as, about, for each product of a pair of choices in its master.
PER_PRODUCT = 300_000

#: Factor by which an estimate may be wrong, and looks that are allowed beside: beyond, enumeration is given up.
WRONG, MUCH = 50.0, 1_000_000_000

#: Looks that are spent before it pays to estimate how many there will be, and to tune the multipliers.
TRIFLE = 1_000_000

#: Most members of a small team, most candidates of a small pool, least part of all pairs that have a synergy in a dense
#: one. In others nearly everything can be combined with everything, and nothing is ruled out early.
SMALL, FEW, DENSE = 15, 14, 0.5

#: Factor by which the price of shares is changed in the end.
STEP = 0.85

#: Most choices among which teams are enumerated: what each pair is worth is held several times over, in 0.2 GB each.
MOST_CHOICES = 5_000

#: Samples on which multipliers are tuned. That is not begun, or gone on with, where fewer looks are left by estimate
#: than one sample takes as long as, at least and in estimates, nor where there are so many times more than can be
#: afforded. Of a large pool a sample takes nearly all the looks that the enumeration would.
SAMPLES, WORTH_TUNING, TUNING, HOPELESS = 3, 3e7, 5, 100.0

#: Least share, at the members' marginal values, whose price says something of the price of all shares.
NOTABLE = 0.001

#: Promising teams that are kept before they are judged.
KEPT = 20_000


def _affordable(search: Search, entries: Entries) -> float:
    """Return how many looks an enumeration may take: where relations are few, branch and cut is soon done."""
    products = max(count_pair_products(entries, entries.pairs), 1)
    # An enumeration that a limit cuts short proves nothing.
    return min(LOOKS, PER_PRODUCT * products, looks_within(search.seconds_left))


def has_large_teams(parameters: Parameters) -> bool:
    """Return whether teams may have more members than a small one."""
    return parameters.size_max > SMALL and parameters.n > FEW


def can_enumerate(parameters: Parameters) -> bool:
    """Return whether teams may be few enough to be enumerated, and choices for what each pair of them is worth."""
    p = parameters
    few = not has_large_teams(p) or int(np.count_nonzero(p.gamma.numbers)) >= DENSE * p.n * (p.n - 1)
    return few and sum(len(menu) for menu in p.x) <= MOST_CHOICES


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
        self._teams: Enumeration | None = None

    def run(self) -> bool:
        """Judge all teams that may beat the incumbent; False if they are too many, or a limit came first."""
        first = self.first_multipliers()
        if self._enumerate(first, TRIFLE):
            return True
        if self.search.must_stop():
            return False
        multipliers, work = self.best_multipliers(first)
        return work <= _affordable(self.search, self.entries) and self._enumerate(multipliers, _most(work), work)

    def _enumerate(self, multipliers: Multipliers, most: float, expected: float = 0.0) -> bool:
        """Judge the teams that the multipliers do not rule out; False if that takes too many looks, or too long."""
        search = self.search
        _prepare(search, len(self.allowed), expected)
        rounds = Rounds(Bench(self._enumeration(multipliers), self.appraisal), search.enumerators, most)
        promising: list[tuple[float, Levels]] = []

        def ended() -> bool:
            position = self.entries.position
            search.report("contract", position, search.regimes[position].bound)
            return search.must_stop()

        while rounds.go_on and not ended():
            promising += rounds.next(search.beyond, ended)
            # Good contracts found early rule out much of what is to come.
            best = sorted(promising, key=_by_worth)[: rounds.tasks]
            self._judge(best)
            promising = [team for team in promising if team[0] > search.beyond and team not in best]
            if len(promising) > KEPT:
                self._judge(promising)
                promising = []
        self._judge(promising)
        return not search.must_stop() and rounds.complete

    def _judge(self, promising: list[tuple[float, Levels]]) -> None:
        """Judge teams by their terms, the most valuable first, until none can matter any more."""
        for surplus, levels in sorted(promising, key=_by_worth):
            if surplus <= self.search.beyond or self.search.must_stop():
                return
            design = Design(self.entries.position, levels)
            if self.search.matters(design, surplus):
                self.search.evaluate(design)

    # multipliers

    def best_multipliers(self, first: Multipliers) -> tuple[Multipliers, float]:
        """Return multipliers that leave little work by estimate, and the estimate."""
        best, work, hopeless = first, np.inf, HOPELESS * _affordable(self.search, self.entries)
        worth_tuning = WORTH_TUNING
        if self.search.multipliers is not None or self.search.parameters.n > FEW:
            work, taken = self._work(first, hopeless)  # it may be better than what samples suggest
            worth_tuning = max(WORTH_TUNING, TUNING * taken)
        at = first
        for seed in range(SAMPLES):
            if work <= worth_tuning:
                break
            self._teams = None  # tuning holds one of its own
            at = tuned(
                self.entries,
                self.allowed,
                self.search.beyond,
                at,
                seed=seed,
                ended=self.search.must_stop,
                crew=self.search.crew,
            )
            needed, _ = self._work(at, min(work, hopeless))
            if needed < work:
                best, work = at, needed
            if work >= hopeless or self.search.must_stop():
                break
        # What balances the budgets of partial teams of middling size need not be best over all sizes.
        for step in (STEP, 1.0 / STEP):
            while worth_tuning < work < hopeless and not self.search.must_stop():
                further = replace(best, share=step * best.share)
                needed, _ = self._work(further, work)
                if needed >= work:
                    break
                best, work = further, needed
        self.search.keep(best)
        return best, work

    def _work(self, multipliers: Multipliers, most: float) -> Estimate:
        """Estimate the work; what is found to exceed ``most`` is not looked at further."""
        estimate = self._enumeration(multipliers).estimate(most)
        if estimate.work <= most:
            prepare(estimate.work, self.search.seconds_left)
        return estimate

    def _enumeration(self, multipliers: Multipliers) -> Enumeration:
        """Return the enumeration for some multipliers; the last one is kept: in a large pool it takes long to make."""
        beyond = self.search.beyond
        if self._teams is None or self._teams.lagrangian.multipliers is not multipliers:
            self._teams = None  # before another one is made: each takes 0.2 GB there
            self._teams = Enumeration(Lagrangian(self.entries, multipliers), self.allowed, beyond, self.search.crew)
        return self._teams.above(beyond)

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
        marginal = np.maximum(entries.own + entries.regime.f * p.gamma.times(efforts), LEAST_MARGINAL)[entries.firm]
        team = entries.of(levels)
        share = entries.least_income[team] / marginal[team]
        worth = entries.gain[team] + entries.x[team] * (marginal - entries.own[entries.firm])[team]
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
    if _is_hopeless(search, entries):
        return None, False
    walk = Walk(entries, hidden=False, ended=search.must_stop)
    # Of a large pool much is left to look at below a poor design.
    patience = SHORT if search.parameters.n <= FEW else PATIENCE
    walk.walk(walk.compelled_team, np.zeros(0, dtype=np.intp), patience)
    best = max(walk.found, key=lambda levels: (walk.found[levels], levels), default=None)
    _prepare(search, len(entries))
    teams = _visible(search, entries)
    best, proven = _better_visible(search, walk.appraisal, teams, best, TRIFLE)
    if proven or search.must_stop():
        return best, proven
    work = teams.above(_worth(search, entries, best)).estimate(LOOKS).work
    if work > _affordable(search, entries):
        return best, False
    _prepare(search, len(entries), work)
    return _better_visible(search, walk.appraisal, teams, best, _most(work))


def _is_hopeless(search: Search, entries: Entries) -> bool:
    """Return whether large teams leave too much to look at for a walk to be worth while, where effort is observed."""
    if search.best is None or search.parameters.size_max <= SMALL:
        return False
    most = HOPELESS * _affordable(search, entries)
    known = _worth(search, entries, search.best.design.levels)
    return _visible(search, entries).above(known).estimate(most).work > most


def _better_visible(
    search: Search, appraisal: Appraisal, teams: Enumeration, best: Levels | None, most: float
) -> tuple[Levels | None, bool]:
    """Enumerate what may be better than a design where effort can be observed; see :func:`best_visible`."""
    beyond = _worth(search, appraisal.entries, best)
    rounds = Rounds(Bench(teams.above(beyond), appraisal), search.enumerators, most)
    while rounds.go_on and not search.must_stop():
        for surplus, levels in rounds.next(beyond, search.must_stop):
            if surplus > beyond:
                beyond, best = surplus, levels
    return best, not search.must_stop() and rounds.complete


def _visible(search: Search, entries: Entries) -> Enumeration:
    """Return the enumeration of all teams where effort can be observed."""
    nothing = Multipliers(0.0, 0.0, np.ones(len(entries)))
    return Enumeration(Lagrangian(entries, nothing), np.arange(len(entries)), -np.inf, search.crew)


def _worth(search: Search, entries: Entries, levels: Levels | None) -> float:
    """Return what a design is worth where effort can be observed, money; −inf where there is none."""
    return -np.inf if levels is None else aimed_surplus(search.parameters, Design(entries.position, levels))


def _prepare(search: Search, choices: int, expected: float = 0.0) -> None:
    """Compile the kernels if looks that are expected are worth it, or the first one: at all pairs of choices."""
    prepare(max(expected, float(choices**2)), search.seconds_left)


def _by_worth(team: tuple[float, Levels]) -> tuple[float, Levels]:
    """Return by what teams are sorted, the most valuable first."""
    return -team[0], team[1]


def _most(work: float) -> float:
    """Return how many looks an enumeration is given that should take a number of them."""
    return min(LOOKS, WRONG * work + MUCH)
