"""Firms that were not chosen: what taking one in would cost, and the least that would win it a place.

Let W* be the objective of the contract and f(D) that of the best contract with the firm, its outside option lowered by
D. Every contract at D is one at D' > D, too, and is worth D' - D more there; so f(D) - D does not decrease, and f(D)
reaches W* at D = W* - f(0) at the latest; where f is exactly W* there, no smaller D does. That is so for objective
``joint``; for ``lead`` what the lead earns rises by D or not at all, and D is searched for.
"""

from __future__ import annotations

import numpy as np

from ...base.errors import InstanceError
from ...base.tolerances import GRACE, PRECISION
from ...instance import Firm, Instance, worlds
from ...master import Entries
from ...model.derivation import derive
from ...model.design import Design
from ...model.parameters import Parameters
from ...model.relevance import surplus_bound
from ...model.scenarios import Scenarios
from ...model.selves import same_in_all
from ...outcome.contract import Result
from ...outcome.reading import nearest_design
from ...search.appraisal import Appraisal
from ..expected_numbers import FirmNumber
from .settings import Case, reason_of
from .threshold import Trial, narrow
from .types import Candidate, Change, ChangeKind

#: How many tolerances apart two values must lie to be told apart.
APART = 4.0

#: Least revenue that a unit of a contribution is taken to bring where the distance between two raises is set.
FLATTEST = 0.001

#: How often the raise of a contribution is multiplied by four before it is given up.
RAISES = 8

#: The worst of ranks: what the firms have that no contract can take.
_LAST = -np.inf


def rank(instance: Instance, contract: Result) -> list[str]:
    """Return the firms that are not members, those first that look best added to the team or in a member's place.

    Parameters
    ----------
    instance
        The instance.
    contract
        The contract.

    Returns
    -------
    list of str
        Teams that keep (M16)-(M18) and whose least shares fit come before those that do not; firms that may not join
        come last. Where efforts are agreed by scenario, candidates are looked at with one in all of them, and so are
        members, at the level of their menu that is nearest to what they do on average.
    """
    members = {member.firm for member in contract.members}
    parameters = derive(instance).scaled()
    design = nearest_design(contract, parameters)
    score: dict[str, tuple[float, float]] = {}
    if design is not None:
        if parameters.scenarios is not None and parameters.scenarios.planned:
            parameters, design = _without_plans(parameters, parameters.scenarios, design)
        entries = Entries(parameters, design.regime)
        score = _scores(Appraisal(entries), entries, entries.of(design.levels))
    outside = [firm.name for firm in instance.firms if firm.name not in members]
    order = {name: at for at, name in enumerate(outside)}
    return sorted(outside, key=lambda name: (*(-part for part in score.get(name, (_LAST, _LAST))), order[name]))


def _without_plans(whole: Parameters, seen: Scenarios, design: Design) -> tuple[Parameters, Design]:
    """Return the problem with one effort in all scenarios, and in it the design that is nearest to one of plans."""
    same, places = same_in_all(whole)
    average = seen.probability @ seen.x
    levels = [-1] * whole.n
    for i in design.members:
        kept = average[seen.start[i] + places[i]]
        levels[i] = int(np.abs(kept - average[seen.start[i] + design.levels[i]]).argmin())
    return same, Design(design.regime, tuple(levels))


def _scores(appraisal: Appraisal, entries: Entries, team: np.ndarray) -> dict[str, tuple[float, float]]:
    """Return for each firm outside a team the best worth that is feasible, as far as that can be told, and the best."""
    names = entries.parameters.names
    coming = np.flatnonzero(~np.isin(entries.firm, entries.firm[team]))
    if not len(coming):
        return {}
    found = [appraisal.neighbours(team[None, :], coming)]
    if len(team) > 1:
        found.append(appraisal.neighbours(np.array([np.delete(team, at) for at in range(len(team))]), coming))
    worth = np.concatenate([near.value for near in found])[:, :-1]
    fits = np.concatenate([(near.share <= 1.0 + GRACE) & (near.breaches <= GRACE) for near in found])[:, :-1]
    feasible = np.where(fits, worth, _LAST).max(axis=0)
    best: dict[str, tuple[float, float]] = {}
    for at, entry in enumerate(coming.tolist()):
        name = names[entries.firm[entry]]
        fitting, most = best.get(name, (_LAST, _LAST))
        best[name] = max(fitting, float(feasible[at])), max(most, float(worth[:, at].max()))
    return best


def examine_candidate(case: Case, name: str) -> Candidate:
    """Return what taking a firm in would cost, and what would win it a place.

    Parameters
    ----------
    case
        The contract.
    name
        A firm that is no member.

    Raises
    ------
    Unanswered, KeyboardInterrupt
        As :meth:`~.settings.Settings.solve`.
    """
    firm = case.firm(name)
    barrier, lifted = _barrier(case.instance, firm)
    try:
        forced = case.with_firm(name, membership="required", **lifted)
    except InstanceError as error:
        return _impossible(name, barrier, reason_of(error))
    with_it = case.best(forced)
    search = _Search(case, forced, name, with_it)
    changes = search.changes() if search.loss is None or search.loss > case.tolerance else ()
    possible = with_it is not None or any(change.value is not None for change in changes)
    return Candidate(
        firm=name,
        barrier=barrier,
        possible=possible,
        reason="",
        objective_value=None if with_it is None else with_it.objective_value,
        loss=search.loss,
        difference=None if with_it is None else case.difference(with_it),
        changes=changes,
    )


def _barrier(instance: Instance, firm: Firm) -> tuple[str, dict[str, float]]:
    """Return the rule that keeps a firm out whatever it offers, and what besides membership must change to lift it."""
    least = instance.project.min_credit
    if firm.membership == "excluded":
        lifted = {"credit": least} if firm.credit < least else {}
        return "the instance excludes it", lifted
    if firm.credit < least:
        return f"its credit score of {firm.credit:g} is below the {least:g} that is asked for", {"credit": least}
    return "", {}


def _impossible(name: str, barrier: str, reason: str) -> Candidate:
    return Candidate(
        firm=name,
        barrier=barrier,
        possible=False,
        reason=reason,
        objective_value=None,
        loss=None,
        difference=None,
        changes=(),
    )


class _Search:
    """Looks for the least changes of one firm; ``forced`` is the instance that requires it."""

    def __init__(self, case: Case, forced: Instance, name: str, with_it: Result | None) -> None:
        self.case = Case(forced, case.contract, case.settings)
        self.target, self.tolerance = case.value, case.tolerance
        self.name, self.with_it = name, with_it
        self.firm = self.case.firm(name)
        self.loss = None if with_it is None else self.target - float(with_it.objective_value or 0.0)
        self.results: dict[float, Result] = {}

    def changes(self) -> tuple[Change, ...]:
        """Return the least change of each number by itself, the same in every scenario."""
        changes = [self._cut("outside_option", self._ample)]
        highest = self._number("joining_cost").highest
        if highest > 0.0:
            changes.append(self._cut("joining_cost", highest))
        changes.append(self._raise())
        return tuple(changes)

    def _number(self, kind: ChangeKind) -> FirmNumber:
        return FirmNumber.of(self.case.instance, self.name, kind)

    @property
    def _ample(self) -> float:
        """A cut of the outside option after which participation asks for nothing any more, money."""
        p = derive(self.case.instance)
        averages = [p.at(position) for position in range(len(p.regimes))]
        everything = max(surplus_bound(one, one.regimes[position]) for position, one in enumerate(averages))
        return 4.0 * (everything + float(np.abs(p.outside).sum()) + p.magnitude)

    def _attempt(self, changed: Instance, x: float, slope: float | None) -> Trial:
        """Solve with one number of the firm changed by x; ``slope`` None: that of a contribution."""
        found = self.case.best(changed, self.with_it)
        if found is None:
            return Trial(x, False)
        self.results[x] = found
        excess = float(found.objective_value or 0.0) - self.target
        return Trial(x, excess >= -self.tolerance, excess, self._slope(found) if slope is None else slope)

    def _slope(self, found: Result) -> float:
        """Return what revenue gains by a unit of the firm's contribution at its agreed effort, on average (M7)."""
        effort = next(member.effort_level for member in found.members if member.firm == self.name)
        seen = [(one.probability, one.instance) for one in worlds(self.case.instance)] or [(1.0, self.case.instance)]
        efforts = [(told.efforts or {}).get(self.name, effort) for told in found.scenarios] or [effort]
        return sum(
            chance * x * next(mode.value_factor for mode in one.modes if mode.name == found.mode)
            for (chance, one), x in zip(seen, efforts, strict=True)
        )

    def _step(self, high: Trial) -> float:
        return max(PRECISION * high.x, APART * self.tolerance / max(high.slope, FLATTEST))

    def _cut(self, kind: ChangeKind, most: float) -> Change:
        """Return the least cut of the outside option or the joining cost, of at most an amount."""
        number, least = self._number(kind), 0.0 if kind == "joining_cost" else -np.inf
        self.results = {}

        def attempt(cut: float) -> Trial:
            return self._attempt(number.moved(-cut, least), cut, 1.0)

        high = attempt(most if self.loss is None else min(self.loss, most))
        if not high.reached and high.x < most:
            high = attempt(most)
        if not high.reached:
            return _unreachable(kind, number.own)
        # No cut moves the objective by more than itself, in no scenario.
        exact = self.case.instance.objective == "joint" and high.x == self.loss and high.excess <= self.tolerance
        cut, within = (high, 0.0) if exact else narrow(attempt, 0.0, high, self._step)
        return self._change(kind, number.own, max(number.own - cut.x, least), -cut.x, within)

    def _raise(self) -> Change:
        """Return the least raise of the contribution."""
        number = self._number("contribution")
        self.results = {}

        def attempt(added: float) -> Trial:
            return self._attempt(number.moved(added), added, None)

        low, high = 0.0, attempt(self._first_raise(number.own, derive(self.case.instance).magnitude))
        for _ in range(RAISES):
            if high.reached:
                break
            low, high = high.x, attempt(4.0 * high.x)
        if not high.reached:
            return _unreachable("contribution", number.own)
        added, within = narrow(attempt, low, high, self._step)
        return self._change("contribution", number.own, number.own + added.x, added.x, within)

    def _first_raise(self, present: float, magnitude: float) -> float:
        """Return the raise that makes good for the loss at the effort of the firm in the best contract with it."""
        if self.with_it is not None and self.loss is not None and self._slope(self.with_it) > 0.0:
            return self.loss / self._slope(self.with_it)
        return max(abs(present), PRECISION * magnitude, self.loss or 0.0)

    def _change(self, kind: ChangeKind, present: float, value: float, change: float, within: float) -> Change:
        return Change(
            kind=kind,
            present=present,
            value=value,
            change=change,
            within=within,
            objective_value=self.results[abs(change)].objective_value,
        )


def _unreachable(kind: ChangeKind, present: float) -> Change:
    return Change(kind=kind, present=present, value=None, change=None, within=None, objective_value=None)
