"""``compare``: solves the forms in the order in which they help each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ...base.cancellation import CancelToken, heeding
from ...base.errors import InstanceError
from ...base.options import check_calls
from ...base.tolerances import GAP
from ...formats.doors import require
from ...instance import Instance
from ...outcome.contract import Result
from ...pipeline import check_options, solve
from ...search import Progress
from .equal_shares import best_equal_shares
from .formats import Comparison
from .forms import (
    EQUAL,
    JOINT,
    LEAD,
    LEAST,
    SHARES,
    SHARING,
    checked_leads,
    eligible_leads,
    limits_shares,
    title_of,
    variant_of,
)
from .rows import Answer, assembled

#: Most firms of which every one is tried as the lead; of more, the members of the joint optimum are.
MOST_LEADS = 12


@dataclass(frozen=True)
class ComparisonProgress:
    """Where a comparison stands.

    Parameters
    ----------
    title
        The form under way.
    done, total
        Forms that are solved, and all that will be; None while who may lead is not known.
    search
        Where its solve stands; None before it reports.
    """

    title: str
    done: int
    total: int | None
    search: Progress | None


def compare(
    instance: Instance,
    *,
    leads: Sequence[str] | None = None,
    time_limit: float | None = None,
    gap: float = GAP,
    threads: int = 1,
    on_progress: Callable[[ComparisonProgress], None] | None = None,
    cancel: CancelToken | None = None,
) -> Comparison:
    """Set the forms of cooperation of an instance side by side.

    No cooperation; every member of the joint optimum alone; equal shares without cost sharing; shares only; shares and
    cost sharing; all but a choice of monitoring, where there is one (M39); the joint optimum with all that the instance
    offers; each firm as the lead; visible effort. Each is
    proven by itself, on an instance that :func:`form_instance` returns.

    Parameters
    ----------
    instance
        The decision problem.
    leads
        Firms to be tried as the lead, by name; None: every firm that may join if they are at most 12, else the members
        of the joint optimum. An instance whose objective is ``lead`` has its own lead added.
    time_limit
        Seconds for each form; None: no limit.
    gap, threads
        As for :func:`solve`.
    on_progress
        Called before each solve and now and then during it, possibly from another thread.
    cancel
        Ends it from another thread or task.

    Returns
    -------
    Comparison
        Ctrl-C, and a token that is cancelled, end it with the forms that are known by then; ``complete`` is false.

    Raises
    ------
    OptionError
        For an option outside its range, and for a firm that is unknown or cannot lead.
    InstanceError
        For a division rule that this version does not compute.
    """
    require(Instance, instance)
    check_options(time_limit, gap, threads, "auto")
    check_calls(cancel=cancel, on_progress=on_progress)
    run = _Run(instance, time_limit, gap, threads, on_progress)
    run.leads = None if leads is None else checked_leads(instance, leads)
    if run.leads is None and len(able := eligible_leads(instance)) <= MOST_LEADS:
        run.leads = able
    found: dict[str, Answer] = {}
    complete = False
    try:
        with heeding(cancel):
            for answer in run.answers():
                found[answer.id] = answer
                if run.interrupted:
                    break
            else:
                complete = True
    except KeyboardInterrupt:
        pass  # between two solves: what is known is kept, as when it arrives during one
    return assembled(instance, found, complete=complete)


# --- solving -----------------------------------------------------------------------------------------------


@dataclass
class _Run:
    """Solves the forms in the order in which they help each other."""

    instance: Instance
    time_limit: float | None
    gap: float
    threads: int
    on_progress: Callable[[ComparisonProgress], None] | None
    leads: tuple[str, ...] | None = None
    done: int = 0
    interrupted: bool = False

    def answers(self) -> Iterator[Answer]:
        """Yield the answers, the joint optimum first; each search begins at the contract it may be near to."""
        joint = self._plain(JOINT, None)
        yield joint
        sharing = self._plain(SHARING, joint)
        yield sharing
        if len(self.instance.monitoring) > 1:
            yield self._plain(LEAST, joint, sharing)
        shares = self._plain(SHARES, sharing)
        yield shares
        yield self._equal(shares)
        for lead in self._leads(joint):
            yield self._plain(LEAD + lead, joint)

    def _leads(self, joint: Answer) -> tuple[str, ...]:
        chosen = self.leads
        if chosen is None:
            chosen = () if joint.result is None else tuple(member.firm for member in joint.result.members)
        own = self.instance.project.lead
        if self.instance.objective == "lead" and own is not None and own not in chosen:
            chosen = (own, *chosen)
        self.leads = chosen
        return chosen

    def _plain(self, form: str, start: Answer | None, *known: Answer) -> Answer:
        """Return the answer of a form: that of a known form which is the same instance, else by a search."""
        try:
            variant = variant_of(self.instance, form)
        except InstanceError:
            self.done += 1
            return Answer(form, None, "no_contract", "no_contract")  # the lead fits into no alliance
        for one in (*([] if start is None else [start]), *known):
            if one.variant is not None and variant.instance == one.variant.instance:
                self.done += 1
                return Answer(form, variant, one.status, one.stop_reason, one.result, one.bound)
        title = title_of(self.instance, form)
        result = self._solve(title, variant.instance, None if start is None else start.result, self.time_limit)
        self.done += 1
        return Answer(form, variant, result.status, result.stop_reason, result, result.bound)

    def _equal(self, shares: Answer) -> Answer:
        # Where shares are free, equal ones cannot do better; where there is no contract, they make none.
        ceiling = -math.inf if shares.status == "no_contract" else shares.bound
        title = title_of(self.instance, EQUAL)
        found = best_equal_shares(
            self.instance,
            lambda instance, start, seconds: self._solve(title, instance, start, seconds),
            shares.result,
            None if limits_shares(self.instance) else ceiling,
            self.time_limit,
        )
        self.done += 1
        return Answer(EQUAL, found.variant, found.status, found.stop_reason, found.result, found.bound)

    def _solve(self, title: str, instance: Instance, start: Result | None, seconds: float | None) -> Result:
        def report(search: Progress | None) -> None:
            if self.on_progress is not None:
                forms = 4 + (len(self.instance.monitoring) > 1)
                total = None if self.leads is None else forms + len(self.leads)
                self.on_progress(ComparisonProgress(title, self.done, total, search))

        report(None)
        result = solve(instance, seconds, self.gap, self.threads, on_progress=report, start=start)
        self.interrupted = self.interrupted or result.interrupted
        return result
