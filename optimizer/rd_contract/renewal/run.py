"""``renew``: the contract before and after what the record says, and what makes the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from ..base.options import check_calls
from ..base.tolerances import GAP
from ..instance import Instance
from ..ledger import CreditRules, Entry, Ledger
from ..outcome.contract import Result
from ..pipeline import check_options, solve
from ..search import Progress
from ..study.monitoring import MonitoringValue, value_of_monitoring
from ..study.obstacles import with_obstacles
from .moves import Move, moves
from .preparing import NextInstance, next_instance


@dataclass(frozen=True, slots=True)
class Renewal:
    """The next contract of an alliance beside the last one.

    Parameters
    ----------
    step
        The two instances, and what the record says.
    before, after
        The best contract of each; ``after`` is None where Ctrl-C came before.
    moves
        Who leaves and who joins, and why; nothing where one of the two searches ended without an answer.
    monitoring_before, monitoring_after
        What a choice of monitoring is worth in each (M39); None: there is none, or Ctrl-C came before.
    complete
        Whether no Ctrl-C ended any of it.
    """

    step: NextInstance
    before: Result
    after: Result | None
    moves: tuple[Move, ...]
    monitoring_before: MonitoringValue | None
    monitoring_after: MonitoringValue | None
    complete: bool

    @property
    def instance(self) -> Instance:
        """The instance of the next contract."""
        return self.step.after

    @property
    def answers_the_record(self) -> bool:
        """Whether the contract in force was signed for the instance that ``before`` answers."""
        signed = self.step.credit.contract
        return signed is not None and getattr(signed.data, "instance_sha256", "") == self.step.before.sha256

    def to_dict(self) -> dict[str, Any]:
        """Return it as the command line prints it."""
        rows = [row for row in self.step.applied.rows if row.changes]
        return {
            "as_of": self.step.credit.as_of,
            "complete": self.complete,
            "instance_before": self.step.before.sha256,
            "instance_after": self.step.after.sha256,
            "changes": [
                {
                    "path": row.path,
                    "before": row.before,
                    "after": row.after,
                    "entries": _numbers(row.entries),
                    "stated_in": list(row.stated_in),
                }
                for row in rows
            ],
            "strangers": [asdict(one) for one in self.step.strangers],
            "moves": [
                {
                    "firm": one.firm,
                    "move": "joins" if one.joins else "leaves",
                    "reason": one.reason,
                    "entries": _numbers(one.entries),
                }
                for one in self.moves
            ],
            "monitoring_before": None if self.monitoring_before is None else asdict(self.monitoring_before),
            "monitoring_after": None if self.monitoring_after is None else asdict(self.monitoring_after),
            "before": self.before.to_dict(),
            "after": None if self.after is None else self.after.to_dict(),
        }


def _numbers(entries: Iterable[Entry]) -> list[int]:
    return [entry.sequence for entry in entries]


def renew(
    instance: Instance,
    record: Ledger | Iterable[Entry],
    *,
    as_of: str | None = None,
    rules: CreditRules | None = None,
    time_limit: float | None = None,
    gap: float = GAP,
    threads: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
) -> Renewal:
    """Return the next contract of an alliance beside the last one, and what the record has to do with the difference.

    Parameters
    ----------
    instance
        The instance of the last contract, or another one about the same firms; it stays as it is.
    record
        A ledger, which is verified, or its entries in their order.
    as_of
        The moment, ISO 8601, after which entries do not count; None: now.
    rules
        How credit is reckoned; None: as usual.
    time_limit
        Seconds for each solve; there are up to four, two of them for what monitoring is worth.
    gap, threads, on_progress
        As for ``solve``.

    Raises
    ------
    LedgerError
        Where the record says nothing of any firm of the instance.
    InstanceError
        With every firm that must join and may not any more, or every other problem of the new instance.
    TamperedError
        Where the ledger is not as it was written.
    OptionError
        For what is no moment, or an option outside its range.
    """
    check_options(time_limit, gap, threads, "auto")
    check_calls(on_progress=on_progress)
    step = next_instance(instance, record, as_of=as_of, rules=rules)
    return solve_both(step, time_limit=time_limit, gap=gap, threads=threads, on_progress=on_progress)


def solve_both(
    step: NextInstance,
    *,
    time_limit: float | None = None,
    gap: float = GAP,
    threads: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
) -> Renewal:
    """Solve the instance before and after, each as ``solve`` does it alone; parameters as for :func:`renew`.

    Parameters
    ----------
    step
        What :func:`next_instance` returned.
    time_limit, gap, threads, on_progress
        As for :func:`renew`.
    """
    before = solve(step.before, time_limit, gap, threads, on_progress=on_progress)
    if before.interrupted:
        return Renewal(step, before, None, (), None, None, False)
    after = solve(step.after, time_limit, gap, threads, on_progress=on_progress)
    known = "stopped" not in (before.status, after.status)
    moved = moves(step, before, after) if known else ()
    values: list[MonitoringValue | None] = [None, None]
    try:
        after = with_obstacles(step.after, after, time_limit=time_limit, threads=threads)
        for at, (one, result) in enumerate(((step.before, before), (step.after, after))):
            if not after.interrupted:
                values[at] = value_of_monitoring(
                    one, result, time_limit=time_limit, gap=gap, threads=threads, on_progress=on_progress
                )
        complete = not after.interrupted
    except KeyboardInterrupt:
        complete = False  # both contracts are known: they are told
    return Renewal(step, before, after, moved, values[0], values[1], complete)
