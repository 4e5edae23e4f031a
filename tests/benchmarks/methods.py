"""Every way of solving an instance that the benchmarks compare, behind one signature."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from unittest import mock

from rd_contract import Instance, solve
from rd_contract.master import Entries, MasterOptions, count_pair_products
from rd_contract.search import decomposed as decomposition
from rd_contract.search import large_pools, proposals

from .baselines import Outcome
from .big_m import solve_big_m

Method = Callable[[Instance, float, float], Outcome]


def decomposed(instance: Instance, time_limit: float, gap: float) -> Outcome:
    """Solve by the library's decomposition."""
    return _library(instance, time_limit, gap, "decomposed")


def extensive(instance: Instance, time_limit: float, gap: float) -> Outcome:
    """Solve by the library's extensive form."""
    return _library(instance, time_limit, gap, "extensive")


def plain(instance: Instance, time_limit: float, gap: float) -> Outcome:
    """Solve by HiGHS on the master of all choices, from the contracts that walks find: no cuts, no enumeration."""
    with _master_alone():
        return _library(instance, time_limit, gap, "decomposed")


def perspective(instance: Instance, time_limit: float, gap: float) -> Outcome:
    """Solve as :func:`plain`, without the products of rules with choices: the plain perspective form."""
    with _master_alone(), mock.patch("rd_contract.master.relaxation._Builder._add_rule_products"):
        return _library(instance, time_limit, gap, "decomposed")


def pairwise(instance: Instance, time_limit: float, gap: float) -> Outcome:
    """Solve as :func:`plain`, with a product for each two levels of every pair: no low rank, no thresholds."""

    def of_pairs(entries: Entries, **_: object) -> tuple[MasterOptions, int]:
        return MasterOptions(), count_pair_products(entries, entries.pairs)

    with _master_alone(), mock.patch.object(proposals, "_form", of_pairs):
        return _library(instance, time_limit, gap, "decomposed")


@contextlib.contextmanager
def _master_alone() -> Iterator[None]:
    """Take cuts and enumeration from the decomposed method."""
    with (
        mock.patch.object(decomposition, "can_enumerate", return_value=False),
        mock.patch.object(large_pools.LargePool, "can_be_cut", new=False),
    ):
        yield


def big_m(instance: Instance, time_limit: float, gap: float) -> Outcome:
    """Solve by the textbook big-M program."""
    return solve_big_m(instance, time_limit, gap)


def scip(instance: Instance, time_limit: float, gap: float) -> Outcome:
    """Solve by the direct nonconvex program; needs pyscipopt."""
    # Not at the top: pyscipopt is no dependency of the project, and the other methods do without it.
    outcome: Outcome = import_module(".nonconvex", __package__).solve_nonconvex(instance, time_limit, gap)
    return outcome


def _library(instance: Instance, time_limit: float, gap: float, method: str) -> Outcome:
    started = time.perf_counter()
    result = solve(instance, time_limit=time_limit, gap=gap, threads=1, method=method)
    seconds = time.perf_counter() - started
    certificate = result.certificate
    if certificate is not None and not certificate.holds:
        return Outcome("failed", None, None, seconds, detail="the certificate does not hold")
    return Outcome(
        result.status,
        result.objective_value,
        result.bound,
        seconds,
        rounds=result.solver.rounds,
        detail="" if result.stop_reason in ("optimality", "no_contract") else result.stop_reason,
    )


#: Every method by its name; the first one is what the others are compared with.
METHODS: dict[str, Method] = {
    "decomposed": decomposed,
    "extensive": extensive,
    "big-m": big_m,
    "scip": scip,
    "plain": plain,
    "perspective": perspective,
    "pairwise": pairwise,
}
