"""Choices that no contract that matters can hold, by what they cost at a minimum cut.

Where the bound less the regret of a choice does not exceed the value that matters, the choice is settled the other way:
first all of them at once, by what short paths of the flow can take on; then each of the others by a flow of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ..base.arrays import Flags, Index
from .minimum_cut import Choices, Cut


def eliminate(cut: Cut, beyond: float, ended: Callable[[], bool] = lambda: False) -> Choices:
    """Return the choices that designs worth more than a value can hold.

    Parameters
    ----------
    cut
        A minimum cut of all choices that are left.
    beyond
        The value, money.
    ended
        Asked before each flow; what is settled by then is returned if true.

    Returns
    -------
    Choices
        Without an entry alive where no design is worth more.
    """
    slack = cut.bound - beyond
    if slack <= 0.0:
        return Choices(np.zeros(len(cut.graph.entries), dtype=bool), cut.graph.choices.compelled)
    if not math.isfinite(slack):
        return cut.graph.choices
    settled = cut.regrets() >= slack
    # A firm that is no member at some level is none at a higher one; one that works at some level is at no lower one.
    lower, upper = cut.graph.below, _above(cut.graph.below)
    up, down = np.flatnonzero(~cut.inside), np.flatnonzero(cut.inside)[::-1]
    for nodes, nearer in ((up, lower), (down, upper)):
        for node in nodes.tolist():
            near = nearer[node]
            if not settled[node] and near >= 0 and cut.inside[near] == cut.inside[node] and settled[near]:
                settled[node] = True
            elif not settled[node] and not ended():
                settled[node] = cut.regret(node, slack) >= slack
    return _left(cut, settled)


def left_at_once(cut: Cut, beyond: float) -> Choices:
    """Return the choices that designs worth more than a value can hold, as far as short paths of the flow tell."""
    return _left(cut, cut.regrets() >= cut.bound - beyond)


def _above(below: Index) -> Index:
    """Return the node above each, −1 for the highest of a firm."""
    above = np.full(len(below), -1)
    has = np.flatnonzero(below >= 0)
    above[below[has]] = has
    return above


def _left(cut: Cut, settled: Flags) -> Choices:
    """Return what is left where nodes stay on their side of the cut."""
    graph, entries = cut.graph, cut.graph.entries
    dead = settled & ~cut.inside
    kept = np.flatnonzero(settled & cut.inside)
    beneath = graph.below[kept]
    dead[beneath[beneath >= 0]] = True
    alive = np.zeros(len(entries), dtype=bool)
    alive[graph.nodes[~dead]] = True
    compelled = graph.choices.compelled.copy()
    compelled[graph.firm[kept]] = True
    return Choices(alive, compelled)
