"""What single firms reach without partners, by trying every mode and level.

Alone, a firm holds the whole revenue and all cost, so its payoff is the joint surplus: it works at the level where that
is largest, and no other level can be agreed on. Reimbursing itself, or a deposit, would only move money in its own
pocket. Where the best level is beyond its R&D budget, it goes for that level all the same once nobody looks (M11): in
that mode there is no contract.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..instance import Instance, is_eligible
from ..model.parameters import Parameters
from ..outcome.contract import Check, StandAlone
from .checks import largest, none_found, slack
from .comparisons import terms_alone
from .reading import derive_for


def check_alone(instance: Instance, members: Sequence[str], entries: Sequence[StandAlone], scale: float) -> Check:
    """Check that every member is listed once, with the best that it reaches alone (``stand-alone``).

    Parameters
    ----------
    instance
        The instance.
    members
        Names of the members.
    entries
        What the result says of single firms, at least one.
    scale
        Largest amount in the books of the contract, money: what is dust beside it decides nothing.
    """
    problems = []
    if sorted(entry.firm for entry in entries) != sorted(members):
        problems.append("not every member is listed once")
    firms = {firm.name: firm for firm in instance.firms}
    known = {entry.firm for entry in entries if entry.firm in firms and is_eligible(firms[entry.firm], instance)}
    if known:
        p = derive_for(instance, sorted(known))
        for entry in entries:
            if entry.firm in known:
                low, high, size = _reach(p, p.names.index(entry.firm))
                allowed = slack(max(size, scale))
                if not low - allowed <= entry.joint_surplus <= high + allowed:
                    problems.append(f"{entry.firm} reaches {high:.6g}, not {entry.joint_surplus:.6g}")
    return none_found("stand-alone", problems, "No member reaches anything better without partners, in any mode.")


def _reach(p: Parameters, i: int) -> tuple[float, float, float]:
    """Return the best joint surplus of one firm, at least 0, and the magnitude of the amounts it is made of; money.

    Twice: a limit that is reached but for rounding is once held to be exceeded, and once to be kept.
    """
    low = high = scale = 0.0
    for mode in dict.fromkeys(regime.mode for regime in p.regimes):
        regime = min((r for r in p.regimes if r.mode == mode), key=lambda r: r.K)
        every = [terms_alone(p, regime, i, level) for level in range(len(p.x[i]))]
        size = largest(*every)
        best = max(sum(terms) for terms in every)
        for level, terms in enumerate(every):
            surplus = sum(terms)
            if surplus < best - slack(size):
                continue
            spent = regime.k * float(p.c[i][level]) + float(p.joining[i])
            room, cash = float(p.budget) - spent, float(p.liquidity[i]) - regime.K
            if room >= -slack(spent) and cash >= -slack(regime.K):
                high = max(high, surplus)
                if room >= slack(spent) and cash >= slack(regime.K):
                    low = max(low, surplus)
        scale = max(scale, size)
    return low, high, scale
