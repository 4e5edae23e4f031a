"""A first contract, quickly: repair the first best until terms carry it, then climb.

Gives the search an incumbent in moments: a limit or Ctrl-C then leaves a contract, and regimes that cannot beat
it are cut short. It proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..contract import Design
from ..parameters import Parameters
from ..payoffs import design_surplus
from .state import Search

#: Terms programs that one climb may solve.
EFFORT = 400


def is_admissible(parameters: Parameters, levels: tuple[int, ...]) -> bool:
    """Return whether a team obeys the rules on who may join: (M17), (M18)."""
    p = parameters
    members = {i for i, level in enumerate(levels) if level >= 0}
    if not max(p.size_min, 1) <= len(members) <= p.size_max or not members.issuperset(p.compelled):
        return False
    if any(i in members and j in members for i, j in p.exclusive):
        return False
    return all(members.intersection(able) for _, able in p.able)


def is_affordable(parameters: Parameters, design: Design) -> bool:
    """Return whether R&D and joining costs stay within the budget (M16)."""
    p, k = parameters, parameters.regimes[design.regime].k
    spent = sum(k * p.c[i][design.levels[i]] + p.joining[i] for i in design.members)
    return float(spent) <= p.budget


def climb(search: Search, regime: int) -> None:
    """Look for a good contract of a regime near its first best; what is found is remembered by the search."""
    start = search.regimes[regime].first_best_design
    if start is None:
        return
    effort = EFFORT
    current = start
    while effort > 0 and search.evaluate(current) is None:
        effort -= 1
        weaker = [
            (promise, design) for promise, design in _rated(search, current) if _effort(design) < _effort(current)
        ]
        if not weaker or search.out_of_time:
            return
        current = max(weaker, key=lambda pair: pair[0])[1]
    _improve(search, current, effort)


def _improve(search: Search, current: Design, effort: int) -> None:
    """Move to the neighbour that promises most, as long as one is worth more."""
    found = search.regimes[current.regime]
    improved = True
    while improved and found.best is not None:
        improved = False
        value = found.best.joint_surplus
        promising = _rated(search, found.best.design)
        for promise, design in sorted(promising, key=lambda pair: (-pair[0], pair[1].levels)):
            if promise <= value or effort <= 0 or search.out_of_time:
                break
            effort -= 1
            before = found.best
            search.evaluate(design)
            if found.best is not before:
                improved = True
                break


def _rated(search: Search, design: Design) -> list[tuple[float, Design]]:
    """Return the neighbours of a design with what they promise, as many as there is time for."""
    rated = []
    for neighbour in _neighbours(search.parameters, design):
        if search.out_of_time:
            break
        rated.append((design_surplus(search.parameters, neighbour), neighbour))
    return rated


def _neighbours(p: Parameters, design: Design) -> Iterator[Design]:
    """Yield the admissible designs that differ in one firm's choice, or in a member and its substitute."""
    levels = design.levels
    for i in range(p.n):
        for choice in range(-1, len(p.x[i])):
            if choice != levels[i]:
                yield from _checked(p, design.regime, {i: choice}, levels)
    outsiders = [i for i, level in enumerate(levels) if level < 0]
    for i in design.members:
        for j in outsiders:
            top = len(p.x[j]) - 1
            yield from _checked(p, design.regime, {i: -1, j: min(levels[i], top)}, levels)


def _checked(p: Parameters, regime: int, changes: dict[int, int], levels: tuple[int, ...]) -> Iterator[Design]:
    changed = list(levels)
    for i, choice in changes.items():
        changed[i] = choice
    design = Design(regime, tuple(changed))
    if is_admissible(p, design.levels) and is_affordable(p, design):
        yield design


def _effort(design: Design) -> int:
    """Return how much a design asks for: members and their levels, counted."""
    return int(np.sum(np.array(design.levels) + 1))
