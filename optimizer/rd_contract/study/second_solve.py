"""What rests on the solver, held against a solve of our own.

Two searches of the same instance may prove other bounds, and both be right: only a contradiction refutes a file. Where
they were the same, same versions and one thread, whatever they found must be the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from ..base.tolerances import GAP, PRECISION
from ..base.version import __version__, pyomo_version
from ..certify import is_averse, room, seeks_surplus
from ..engine import highs_version
from ..instance import Instance
from ..outcome.claims import DivisionTargets, Outsiders, Stability
from ..outcome.contract import Alternative, Check, Obstacle, RegimeOutcome, Result
from ..outcome.stability import stability
from ..pipeline import solve
from ..search import Progress
from .obstacles import UNFINISHED, explain_obstacles


class SecondSolve:
    """The same question, asked again with the file's own options.

    Parameters
    ----------
    instance, result
        The file and its instance; nothing in it is refuted so far.
    time_limit
        Seconds; None: no limit, or the file's own where its search did not end by itself.
    on_progress
        As for :func:`solve`.

    Raises
    ------
    OptionError
        When nobody can ask for such options.
    """

    def __init__(
        self,
        instance: Instance,
        result: Result,
        time_limit: float | None,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        options = result.solver.options
        if time_limit is None and not is_decided(result):
            time_limit = options.get("time_limit")
        self.instance, self.result = instance, result
        self.started, self.time_limit = time.perf_counter(), time_limit
        self.answer = solve(
            instance,
            time_limit,
            float(options.get("gap", GAP)),
            options.get("threads", 1),
            options.get("method", "auto"),
            on_progress,
            top=options.get("top", 1 + len(result.alternatives)),
            margin=result.margin,
            robust=result.robust,
            stable=bool(options.get("stable", False)),
            unit=options.get("unit"),
        )
        money = [amount for one in self.answer.members for amount in (one.expected_profit, one.outside_option)]
        self.stability: Stability | None = None
        self.scale = max((abs(amount) for amount in (*money, self.answer.expected_revenue or 0.0)), default=0.0)

    @property
    def decided(self) -> bool:
        """Whether both searches came to their end."""
        return is_decided(self.result) and is_decided(self.answer)

    @property
    def repeats(self) -> bool:
        """Whether the two searches were the same, so that whatever they found must be the same."""
        solver = self.result.solver
        versions = (solver.rd_contract, solver.highs, solver.pyomo) == (__version__, highs_version(), pyomo_version())
        return self.decided and versions and solver.options.get("threads", 1) == 1

    @property
    def tells_terms(self) -> bool:
        """Whether the two contracts must have the same terms: the same design, and the file says how it rounded."""
        told = self.result.rounding is not None or self.answer.rounding is None
        return self.repeats and told and same_design(self.result, self.answer)

    def seconds_left(self) -> float | None:
        """Return what is left of the time limit, seconds; a second at least."""
        if self.time_limit is None:
            return None
        return max(self.time_limit - (time.perf_counter() - self.started), 1.0)

    def checks(self) -> Iterator[Check]:
        """Yield the verdicts."""
        yield from self._optimum()
        yield from self._regimes()
        yield from self._first_best()
        if self.result.has_contract and self.answer.has_contract:
            yield from self._terms()
            yield from self._division()
            yield from self._alternatives()
            yield from self._left_out()
        if self.result.stability is not None and not is_averse(self.instance):
            yield from self._stability()
        if self.result.obstacles:
            yield from self._obstacles()

    def _same(self, identifier: str, reported: float, found: float, detail: str, *, gap: float = 0.0) -> Check:
        allowed = max(room(self.result, found, self.scale), gap * max(1.0, abs(found)))
        return _verdict(identifier, reported, found, abs(reported - found) <= allowed, detail)

    def _at_most(self, identifier: str, value: float, limit: float, detail: str) -> Check:
        allowed = room(self.result, value, self.scale)
        return _verdict(identifier, value, limit, value <= limit + allowed, detail)

    def _optimum(self) -> Iterator[Check]:
        own, again = self.result, self.answer
        if own.status == "no_contract" or again.status == "no_contract":
            detail = "Solving again, too, finds that no contract exists."
            yield as_fact("optimum", own.has_contract == again.has_contract, detail)
        if self.repeats:
            detail = f"Solving again ends with the same status, {again.status}, by the same method."
            yield as_fact("optimum", (own.status, own.solver.method) == (again.status, again.solver.method), detail)
        if own.objective_value is not None and again.bound is not None:
            detail = "The contract is worth no more than solving again proves possible."
            yield self._at_most("optimum", own.objective_value, again.bound, detail)
        if own.bound is not None and again.objective_value is not None:
            detail = "Solving again finds nothing beyond the proven bound."
            yield self._at_most("optimum", again.objective_value, own.bound, detail)

    def _regimes(self) -> Iterator[Check]:
        others = {(regime.mode, regime.monitoring): regime for regime in self.answer.regimes}
        for own in self.result.regimes:
            again = others[own.mode, own.monitoring]
            name = f"{own.mode} / {own.monitoring}"
            if own.joint_surplus is not None and again.status == "no_contract":
                yield as_fact("regimes", False, f"The regime {name} has no contract.")
            if seeks_surplus(self.instance):
                yield from self._limits(name, own, again)
            if self.repeats:
                same = (own.status, own.method) == (again.status, again.method)
                for reported, found in ((own.joint_surplus, again.joint_surplus), (own.bound, again.bound)):
                    same &= (reported is None) == (found is None)
                    if reported is not None and found is not None:
                        same &= abs(reported - found) <= room(self.result, found, self.scale)
                yield as_fact("regimes", same, f"Solving again finds the same of the regime {name}.")

    def _limits(self, name: str, own: RegimeOutcome, again: RegimeOutcome) -> Iterator[Check]:
        if own.joint_surplus is not None and again.bound is not None:
            detail = f"The regime {name} reaches no more than solving again proves possible."
            yield self._at_most("regimes", own.joint_surplus, again.bound, detail)
        if again.joint_surplus is not None:
            detail = f"Solving again finds nothing beyond what the regime {name} is said to reach at most."
            limit = again.joint_surplus if own.bound is None else own.bound
            yield self._at_most("regimes", again.joint_surplus, limit, detail)
            yield as_fact(
                "regimes", own.status != "no_contract", f"The regime {name} has a contract where it is found."
            )

    def _first_best(self) -> Iterator[Check]:
        own, again = self.result.first_best, self.answer.first_best
        if own is None or again is None:
            if self.repeats:
                yield as_fact("first-best", own is again, "The first best (M22) is given where solving again finds it.")
            return
        detail = "Solving again finds the same first best (M22)."
        yield self._same("first-best", own.joint_surplus, again.joint_surplus, detail)
        if self.repeats:
            same = (own.mode, own.monitoring, own.efforts) == (again.mode, again.monitoring, again.efforts)
            yield as_fact("first-best", same, "Solving again finds the first best in the same alliance and regime.")

    def _terms(self) -> Iterator[Check]:
        if self.tells_terms:
            detail = "Solving again states the same terms of the contract."
            yield as_fact("terms", self._same_terms(self.result, self.answer), detail)

    def _division(self) -> Iterator[Check]:
        first: list[Result | Alternative] = [self.result, *self.result.alternatives]
        second: list[Result | Alternative] = [self.answer, *self.answer.alternatives]
        for one, other in zip(first, second, strict=False):
            own, again = one.division_targets, other.division_targets
            if own is not None and again is not None and same_design(one, other):
                yield from self._targets(own, again)

    def _targets(self, own: DivisionTargets, again: DivisionTargets) -> Iterator[Check]:
        if self.repeats:
            known = (own.finished, own.searches, own.standard_errors.keys())
            found = (again.finished, again.searches, again.standard_errors.keys())
            yield as_fact("division", known == found, "Solving again values as many coalitions (M23).")
        for what, reported, found_again in (
            ("target", own.targets, again.targets),
            ("standard error", own.standard_errors, again.standard_errors),
        ):
            for name in reported.keys() & found_again.keys():
                detail = f"Solving again gives {name} the same {what} of the division rule (M23)."
                yield self._same("division", reported[name], found_again[name], detail)

    def _alternatives(self) -> Iterator[Check]:
        own, again = self.result.alternatives, self.answer.alternatives
        if self.decided:
            detail = f"As many next best alliances are given as solving again finds: {len(again)}."
            yield as_fact("alternatives", len(own) == len(again), detail)
        for place, (one, other) in enumerate(zip(own, again, strict=False), start=2):
            if self.decided:
                detail = f"Solving again finds an alliance of the same value in place {place}."
                yield self._same("alternatives", one.objective_value, other.objective_value, detail)
            if self.repeats and same_design(one, other):
                detail = f"Solving again states the same terms of the alliance in place {place}."
                yield as_fact("alternatives", self._same_terms(one, other), detail)

    def _same_terms(self, one: Result | Alternative, other: Result | Alternative) -> bool:
        """Return whether two contracts of the same design have the same terms, to a step or a unit each."""
        step, unit = 0.0, 0.0
        if other.rounding is not None:
            step, unit = other.rounding.share_step or 0.0, other.rounding.money_unit or 0.0
        steps = {"share": step, "reimbursement_rate": step, "transfer": unit, "deposit": unit}
        again = {member.firm: member for member in other.members}
        return all(
            abs(getattr(member, term) - found) <= allowed + room(self.result, found, self.scale)
            for member in one.members
            for term, allowed in steps.items()
            for found in [getattr(again[member.firm], term)]
        )

    def _left_out(self) -> Iterator[Check]:
        if self.repeats:
            blocks = ("value_parts", "stand_alone", "scenarios", "certificate")
            missing = [name for name in blocks if getattr(self.answer, name) and not getattr(self.result, name)]
            yield as_fact(
                "complete", not missing, f"Nothing that solving again finds is left out: {missing or 'none'}."
            )

    def _stability(self) -> Iterator[Check]:
        own = self.result.stability
        again = self.stability = stability(self.instance, self.result, time_limit=self.seconds_left())
        if own is None or again is None:
            return
        detail = "Looking again at every part of the alliance tells the same of its stability (M24)."
        yield as_fact("stability", own.stable == again.stable, detail)
        yield from self._same_gain(own, again, "What that part would gain on its own is found again (M24).")
        if own.outsiders is not None and again.outsiders is not None:
            detail = "Looking again at every group of firms tells the same of another alliance (M37)."
            yield as_fact("stability", own.outsiders.stable == again.outsiders.stable, detail)
            detail = "What that group would gain by another alliance is found again (M37)."
            yield from self._same_gain(own.outsiders, again.outsiders, detail)

    def _same_gain(self, own: Stability | Outsiders, again: Stability | Outsiders, detail: str) -> Iterator[Check]:
        if None not in (own.value, own.surplus, again.value, again.surplus):
            gain = float(own.value or 0.0) - float(own.surplus or 0.0)
            found = float(again.value or 0.0) - float(again.surplus or 0.0)
            yield self._same("stability", gain, found, detail)

    def _obstacles(self) -> Iterator[Check]:
        found = explain_obstacles(self.instance, time_limit=self.seconds_left(), demands=self.result.demands)
        if UNFINISHED in found or UNFINISHED in self.result.obstacles:
            return
        own = [_named(obstacle) for obstacle in self.result.obstacles]
        same = own == [_named(obstacle) for obstacle in found]
        yield as_fact("obstacles", same, "The same rules are found again to stand in the way.")
        for one, other in zip(self.result.obstacles, found, strict=False):
            if one.joint_surplus is not None and other.joint_surplus is not None:
                detail = f"Without {one.path or one.rule}, the same joint surplus is found again."
                yield self._same("obstacles", one.joint_surplus, other.joint_surplus, detail, gap=PRECISION)


def is_decided(result: Result) -> bool:
    """Return whether a search came to its end."""
    return result.stop_reason in ("optimality", "no_contract")


def same_design(one: Result | Alternative, other: Result | Alternative) -> bool:
    """Return whether two contracts have the same members, efforts in every scenario, and regime."""
    return (one.mode, one.monitoring) == (other.mode, other.monitoring) and _efforts(one) == _efforts(other)


def _efforts(one: Result | Alternative) -> tuple[object, ...]:
    return {member.firm: member.effort_level for member in one.members}, [told.efforts for told in one.scenarios]


def _named(obstacle: Obstacle) -> tuple[object, ...]:
    return obstacle.rule, obstacle.path, obstacle.detail, obstacle.alone, obstacle.joint_surplus is None


def _verdict(identifier: str, value: float, limit: float, holds: bool, detail: str) -> Check:
    return Check(id=identifier, firm=None, value=value, limit=limit, holds=holds, detail=detail)


def as_fact(identifier: str, holds: bool, detail: str) -> Check:
    """Return the verdict on a statement that is true (value 1) or false (value 0)."""
    return _verdict(identifier, float(holds), 1.0, holds, detail)
