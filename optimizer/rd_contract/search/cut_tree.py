"""A tree over the choices that are left, bounded by minimum cuts whose prices fit each part of it.

One price of shares for all designs leaves a mixture of a few members and of nearly everybody: either is far from the
revenue that there is, and their mean is not. Where a firm is in, or out, other prices are best, and a handful of cuts
finds them. The tree ends where each part is worth no more than what is known, or is one single design.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array, Flags, Index
from ..base.tolerances import AGREED
from ..bounds import Bounded, Bundle, Choices, Multipliers
from ..master import can_be_joint
from ..model.rules import distinct_rules, team_rules
from .left import Left
from .local_search import PATIENCE, Walk, judge_found
from .state import Search

#: Cuts to compare a branch by, to bound what it was chosen for, and a step of a dive.
COMPARING, BOUNDING, DIVING = 2, 4, 3

#: Branches that are compared.
COMPARED = 4

#: A dive comes after so many nodes, and after so many times more each time.
FIRST_DIVE, RARER = 4, 4

#: Joint choices of pairs for each choice that is left, from which the tree is the faster search.
MANY = 8.0

#: Nobody is kept out of a walk's first moves.
NOBODY: Index = np.zeros(0, dtype=np.intp)


@dataclass(frozen=True, order=True)
class _Node:
    """A part of the tree; nodes are in order of bound, the highest first, then of their making."""

    order: tuple[float, int]
    part: Bounded

    @property
    def bound(self) -> float:
        return -self.order[0]


def suits_tree(left: Left, *, hidden: bool) -> bool:
    """Return whether a tree bounded by cuts is the better search among the choices that are left.

    Cuts must see what matters most: effort is hidden, working together only gains, any team may be. And a choice must
    have many partners: where it has few, the master is small, and HiGHS closes it sooner.
    """
    entries, alive = left.entries, left.choices.alive
    p, pairs = entries.parameters, entries.pairs
    size, *others = team_rules(p, hidden=hidden)
    ruled = others or size.lower > 1.0 or size.upper < p.n or distinct_rules(p) or p.exclusive
    menu = np.bincount(entries.firm[alive], minlength=p.n)
    joint = float(menu[pairs.first] @ menu[pairs.second])
    return hidden and not ruled and can_be_joint(pairs) and joint >= MANY * float(menu.sum())


class CutTree:
    """The tree of one regime.

    Parameters
    ----------
    search
        Incumbent, limits and the judgement of designs.
    left
        The choices.
    multipliers
        Where to begin, for these choices.
    """

    def __init__(self, search: Search, left: Left, multipliers: Multipliers) -> None:
        self._search, self._left, self._first = search, left, multipliers
        self._entries = left.entries
        self._bundle = Bundle(left.entries)
        self._walk = Walk(left.entries, ended=search.must_stop, among=left.choices.alive)
        self._made = 0

    def run(self) -> None:
        """Close the regime, or bound what a limit leaves open."""
        search, position = self._search, self._entries.position
        root = self._bundle.bound(self._left.choices, self._first, search.beyond, BOUNDING)
        heap = [self._node(root, root.bound)] if self._matters(root) else []
        expanded, next_dive = 0, FIRST_DIVE
        while heap and heap[0].bound > search.beyond:
            search.tighten(position, max(heap[0].bound + search.beyond_surplus, search.cutoff))
            search.report("contract", position, search.regimes[position].bound)
            if expanded == next_dive:
                self._dive(heap[0].part)
                next_dive *= RARER
            node = heapq.heappop(heap)
            for part in self._expanded(node.part):
                heapq.heappush(heap, self._node(part, min(part.bound, node.bound)))
            expanded += 1
            if search.must_stop():  # the bound of the node that came last holds
                return
        search.settle(position, search.cutoff)

    def _node(self, part: Bounded, bound: float) -> _Node:
        self._made += 1
        return _Node((-bound, self._made), part)

    def _matters(self, part: Bounded) -> bool:
        """Return whether a design of a part may be worth more than what is known."""
        return part.bound > self._search.beyond and not self._is_empty(part.choices)

    def _is_empty(self, choices: Choices) -> bool:
        """Return whether nobody can work, or a firm that must."""
        firms = np.bincount(self._entries.firm[choices.alive], minlength=len(choices.compelled)) > 0
        return not firms.any() or bool((choices.compelled & ~firms).any())

    def _expanded(self, part: Bounded) -> list[Bounded]:
        """Return the two parts of the branch that lowers the bound of both most, as far as they matter.

        A part that is one design is judged, and has none. What a limit cuts short is of no use.
        """
        entries, scores = self._branches(part)
        if not len(entries):
            self._judge(np.flatnonzero(part.choices.alive))
            return []
        best: list[Bounded] = []
        gained = -np.inf
        for entry in entries[np.argsort(-scores, kind="stable")[:COMPARED]].tolist():
            if self._search.must_stop():
                return []
            parts = [side for side in self._split(part, entry, COMPARING) if self._matters(side)]
            falls = [max(part.bound - side.bound, 0.0) for side in parts]
            gain = falls[0] * falls[1] if len(parts) == 2 else np.inf
            if gain > gained:
                best, gained = parts, gain
            if gain == np.inf:
                break
        return [side for side in map(self._bounded_further, best) if self._matters(side)]

    def _judge(self, chosen: Index) -> None:
        """Find out what a design is worth; cuts know nothing of rules on teams."""
        if self._walk.appraisal.keeps_rules(chosen):
            levels = self._entries.levels(chosen)
            self._search.evaluate(self._search.lifted(self._entries.position, levels, self._left.kept))

    def _split(self, part: Bounded, entry: int, cuts: int) -> list[Bounded]:
        """Bound both sides of a branch by a number of cuts each; a side without any design is left out."""
        return [
            self._bundle.bound(choices, part.multipliers, self._search.beyond, cuts)
            for choices in self._sides(part.choices, entry)
            if not self._is_empty(choices)
        ]

    def _bounded_further(self, part: Bounded) -> Bounded:
        further = self._bundle.bound(part.choices, part.multipliers, self._search.beyond, BOUNDING)
        return further if further.bound < part.bound else part

    def _branches(self, part: Bounded) -> tuple[Index, Array]:
        """Return the entries e at which "works at e or above" is open, and what speaks for each as a branch.

        The best designs should not agree on it, and the firm should need much of the revenue.
        """
        entries, choices = self._entries, part.choices
        alive = np.flatnonzero(choices.alive)
        firm = entries.firm[alive]
        lowest: Flags = np.append(True, firm[1:] != firm[:-1])
        open_ = alive[~(lowest & choices.compelled[firm])]
        part_of = np.zeros(len(open_))
        for team, weight in part.sides or ((part.chosen, 1.0),):
            level = np.full(entries.parameters.n, -1)
            level[entries.firm[team]] = team
            part_of += weight * (level[entries.firm[open_]] >= open_)
        share = (entries.least_income / part.multipliers.marginal)[open_]
        return open_, share * np.maximum(np.minimum(part_of, 1.0 - part_of), AGREED)

    def _sides(self, choices: Choices, entry: int) -> tuple[Choices, Choices]:
        """Return the choices where a firm works at an entry or above, and where it does not."""
        firm = self._entries.firm
        own, above = firm == firm[entry], np.arange(len(firm)) >= entry
        compelled = choices.compelled.copy()
        compelled[firm[entry]] = True
        inside = Choices(choices.alive & ~(own & ~above), compelled)
        return inside, Choices(choices.alive & ~(own & above), choices.compelled)

    def _dive(self, part: Bounded) -> None:
        """Follow the better side of one branch after the other, and walk from where that ends."""
        search, walk = self._search, self._walk
        while self._matters(part) and not search.must_stop():
            entries, scores = self._branches(part)
            if not len(entries):
                break
            sides = self._split(part, int(entries[np.argmax(scores)]), DIVING)
            part = max(sides, key=lambda side: side.bound)
        teams = {team.tobytes(): team for team in (part.chosen, *(team for team, _ in part.sides))}
        for team in teams.values():
            walk.walk(team, NOBODY, PATIENCE, price=part.multipliers.share)
        judge_found(search, walk, self._left.kept)
