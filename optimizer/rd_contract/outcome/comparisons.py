"""What a result says beside its contract: other regimes, the first best, members on their own."""

from __future__ import annotations

from collections.abc import Sequence

from ..base.tolerances import ABSOLUTE_GAP, CERTIFICATE, ROUNDING
from ..instance import Instance
from ..model.parameters import Parameters
from ..model.payoffs import design_surplus
from ..search import Found, best_alone
from .contract import FirstBest, RegimeOutcome, StandAlone


def in_file_order(instance: Instance, p: Parameters, positions: Sequence[int]) -> list[int]:
    """Return positions of firms of the problem in the order of the instance.

    Parameters
    ----------
    instance
        The decision problem.
    p
        The same as it was searched.
    positions
        Positions in it.
    """
    place = {firm.name: at for at, firm in enumerate(instance.firms)}
    return sorted(positions, key=lambda i: place[p.names[i]])


def regime_outcomes(p: Parameters, found: Found, reached: float | None) -> tuple[RegimeOutcome, ...]:
    """Return what each regime can reach.

    Parameters
    ----------
    p
        The problem, of the amounts as written.
    found
        What the search found.
    reached
        Joint surplus of the contract, its terms rounded, money in the instance's unit; None: there is none.
    """
    outcomes = []
    for at, (regime, record) in enumerate(zip(p.regimes, found.regimes, strict=True)):
        surplus = None if record.best is None else record.best.joint_surplus * p.scale
        if surplus is not None and reached is not None and found.best is not None:
            if at == found.best.design.regime:
                surplus = reached
            elif p.objective == "joint":
                surplus = min(surplus, reached)  # as good as the chosen one, until its terms are rounded
        bound = None if record.bound is None or record.status == "no_contract" else record.bound * p.scale
        if bound is not None and record.best is not None:
            bound = max(bound, record.best.value * p.scale)
        outcomes.append(
            RegimeOutcome(
                mode=regime.mode,
                monitoring=regime.monitoring,
                status=record.status,
                joint_surplus=surplus,
                bound=bound,
                method=record.method,
            )
        )
    return tuple(outcomes)


def first_best(p: Parameters, found: Found, gap: float, reached: float | None) -> FirstBest | None:
    """Return the first best of all regimes (M22), beside what the contract reaches; None where it is not proven.

    Parameters
    ----------
    p, found, reached
        As for :func:`regime_outcomes`.
    gap
        The gap asked for.
    """
    if p.outlook is not None and p.outlook.averse:
        return None  # what is searched by is a bound on the objective, and no design's worth
    if any(r.first_best_bound is None and r.status != "no_contract" for r in found.regimes):
        return None  # a regime is not decided: its first best may be the best
    known = [
        (r.first_best, r.first_best_bound, r.first_best_design)
        for r in found.regimes
        if r.first_best is not None and r.first_best_bound is not None and r.first_best_design is not None
    ]
    if not known:
        return None
    surplus, _, design = max(known, key=lambda entry: entry[0])
    if abs(design_surplus(p, design) - surplus) > CERTIFICATE * max(1.0, abs(surplus)):
        return None  # it needs costs that were cut because no contract can bear them: a bound, but no design's worth
    bound = max(surplus, *(bound for _, bound, _ in known))
    if bound - surplus > max(gap * abs(surplus), ABSOLUTE_GAP) * (1.0 + CERTIFICATE):
        return None
    regime = p.regimes[design.regime]
    price = None if reached is None else surplus * p.scale - reached
    if price is not None and abs(price) <= ROUNDING * p.scale:
        price = 0.0  # two sums of the same amounts
    return FirstBest(
        joint_surplus=surplus * p.scale,
        bound=bound * p.scale,
        mode=regime.mode,
        monitoring=regime.monitoring,
        efforts={p.names[i]: float(p.x[i][design.levels[i]]) for i in design.members},
        price_of_moral_hazard=price,
    )


def stand_alone(instance: Instance, p: Parameters, found: Found) -> tuple[StandAlone, ...]:
    """Return what each member of the best alliance reaches without the others.

    Parameters
    ----------
    instance, p
        As for :func:`in_file_order`.
    found
        What the search found.
    """
    members = () if found.best is None else found.teams[0].design.members
    alternatives = []
    for i in in_file_order(instance, p, members):
        best = best_alone(p, i)
        if best is None:
            alone = StandAlone(firm=p.names[i], joint_surplus=0.0, effort_level=None, mode=None)
        else:
            level = float(p.x[i][best.design.levels[i]])
            mode = p.regimes[best.design.regime].mode
            surplus = max(best.joint_surplus, 0.0) * p.scale  # (M15), but for rounding
            alone = StandAlone(firm=p.names[i], joint_surplus=surplus, effort_level=level, mode=mode)
        alternatives.append(alone)
    return tuple(alternatives)
