"""Growing partial teams by one member, team by team, in the part of Python that numba compiles.

:mod:`~rd_contract.bounds.batches` does the same by arrays: every sum is taken in the same order there and every tie is
broken alike, so both give the same teams, in the same order, to the last bit. Without a compiler this one is slow.
"""

from __future__ import annotations

import numpy as np

from ..base.arrays import Array, Flags, Index

#: Teams that were listed (parent, newcomer), teams that may grow (parent, newcomer; value; where their open entries
#: begin; these; what each would add) and the looks at each parent.
Grown = tuple[Index, Index, Array, Index, Index, Array, Index]


def grow(  # noqa: PLR0913, PLR0917 - what is compiled takes arrays, not objects
    quadratic: Array,
    ranked: Index,
    value: Array,
    first: Index,
    entries: Index,
    pull: Array,
    may: Flags,
    kind: Index,
    left: int,
    beyond: float,
) -> Grown:
    """Add one member to each of some partial teams, in every way that may still lead beyond a value.

    Parameters
    ----------
    quadratic : array, shape (entries + 1, entries + 1)
        q, money; −inf where two exclude each other, and in the last row and column.
    ranked : array of int, shape (entries, some)
        With whom each entry gains most, the largest q first: some of all, or none, which only takes longer.
    value : array, shape (teams,)
        L of each team, money.
    first : array of int, shape (teams + 1,)
        Where the open entries of each team begin in ``entries`` and ``pull``, and where those of the last end.
    entries, pull : arrays, shape (open entries of all teams,)
        The open entries of team after team, and what each would add to its L, money.
    may : array of bool, shape (kinds, entries + 1)
        Which entries may be the next member of teams of a kind: all, or those of which one must be a member.
    kind : array of int, shape (teams,)
        Of which kind each team is.
    left
        Places that are left in each team, at least 1.
    beyond
        The value, money.

    Returns
    -------
    Grown
        Strongest newcomers first.
    """
    room, pairs, longest = 0, 0, 0
    for team in range(len(value)):
        count = first[team + 1] - first[team]
        room, pairs, longest = room + count, pairs + count * (count - 1) // 2, max(longest, count)
    listed, grown = np.empty((2, room), np.intp), np.empty((2, room), np.intp)
    grown_value, grown_first = np.empty(room), np.zeros(room + 1, np.intp)
    grown_entries, grown_pull = np.empty(pairs, np.intp), np.empty(pairs)
    # Room to work in: the open entries of one team, those of one that grows from it, and the largest of a row.
    here, new = np.empty(longest, np.intp), np.empty(longest, np.intp)
    drawn, half, promise, row = np.empty(longest), np.empty(longest), np.empty(longest), np.empty(longest)
    top = np.empty(min(left, longest) + 1)
    is_here = np.zeros(len(quadratic), np.bool_)
    looks = np.zeros(len(value), np.intp)
    lists, grows = 0, 0
    for team in range(len(value)):
        count = first[team + 1] - first[team]
        here[:count], drawn[:count] = entries[first[team] : first[team + 1]], pull[first[team] : first[team + 1]]
        half_gains(quadratic, ranked, here[:count], left - 1, half, row, top, is_here)
        promise[:count] = drawn[:count] + half[:count]
        kept = keep(here, drawn, promise, count, left, value[team], beyond, top)
        looks[team] = look_count(count, kept, left)
        allowed = may[kind[team]]
        rank(here, drawn, promise, kept, allowed)
        half_gains(quadratic, ranked, here[:kept], left - 2, half, row, top, is_here)
        for at in range(kept):
            newcomer = here[at]
            if not allowed[newcomer]:
                break  # those that may join stand before those that may not
            total = value[team] + drawn[at]
            if total > beyond:
                listed[0, lists], listed[1, lists] = team, newcomer
                lists += 1
            if left == 1:
                continue
            start, count = grown_first[grows], kept - at - 1
            new[:count] = here[at + 1 : kept]
            for other in range(count):
                row[other] = drawn[at + 1 + other] + quadratic[newcomer, new[other]]
                promise[other] = row[other] + half[at + 1 + other]
            count = keep(new, row, promise, count, left - 1, total, beyond, top)
            if count > 0:
                grown_entries[start : start + count], grown_pull[start : start + count] = new[:count], row[:count]
                grown[0, grows], grown[1, grows], grown_value[grows] = team, newcomer, total
                grows += 1
                grown_first[grows] = start + count
    end = grown_first[grows]
    return (
        listed[:, :lists].copy(),
        grown[:, :grows].copy(),
        grown_value[:grows].copy(),
        grown_first[: grows + 1].copy(),
        grown_entries[:end].copy(),
        grown_pull[:end].copy(),
        looks,
    )


def look_count(count: int, kept: int, left: int) -> int:
    """Return the looks at a team with so many open entries, so many of them kept: about the pairs looked at."""
    return count + (count * count + kept * kept if left > 1 else 0)


def largest_sum(values: Array, count: int, most: int, top: Array) -> tuple[float, float]:
    """Return the sum of the ``most`` largest positive of the first ``count`` values, the largest first, and the least.

    The least of them is 0 where fewer are positive; ``top`` is room for them.
    """
    found, total = 0, 0.0
    if most < 1:
        return 0.0, 0.0
    for value in values[:count]:
        if value > 0.0 and (found < most or value > top[most - 1]):
            at = min(found, most - 1)
            found = at + 1
            while at > 0 and top[at - 1] < value:
                top[at] = top[at - 1]
                at -= 1
            top[at] = value
    for value in top[:found]:
        total += value
    return total, top[most - 1] if found == most else 0.0


def half_gains(
    quadratic: Array, ranked: Index, entries: Index, most: int, half: Array, row: Array, top: Array, is_here: Flags
) -> None:
    """Write half of what each entry can gain with ``most`` others, money, to ``half``; the rest is room.

    Where many are here, those with whom it gains most are soon found among all that are ranked.
    """
    count = len(entries) if most > 0 else 0
    look_up = 0 < ranked.shape[1] < count
    half[: len(entries)] = 0.0
    if look_up:
        is_here[entries] = True
    for at in range(count):
        entry = entries[at]
        line = quadratic[entry]
        total, complete = ranked_sum(line, ranked[entry], is_here, most) if look_up else (0.0, False)
        if not complete:
            for other in range(count):
                row[other] = line[entries[other]]
            total = largest_sum(row, count, most, top)[0]
        half[at] = 0.5 * total
    if look_up:
        is_here[entries] = False


def ranked_sum(line: Array, ranked: Index, is_here: Flags, most: int) -> tuple[float, bool]:
    """Return the sum of the ``most`` largest positive values of a line that are here, as far as they are ranked.

    And whether that is all of them. The largest comes first: the sum is that of :func:`largest_sum`, to the last bit.
    """
    found, total = 0, 0.0
    for place in ranked:
        if is_here[place]:
            if line[place] <= 0.0:
                return total, True
            total += line[place]
            found += 1
            if found == most:
                return total, True
    return total, False


def keep(
    entries: Index, pull: Array, promise: Array, count: int, left: int, value: float, beyond: float, top: Array
) -> int:
    """Keep, in place, the entries with which a team of a value may get beyond another one; return how many."""
    total, least = largest_sum(promise, count, left, top)
    excess = value + total - beyond
    kept = 0
    if excess > 0.0:
        for at in range(count):
            # With one that is not among the best: its promise instead of the least of theirs.
            if promise[at] > least - excess:
                entries[kept], pull[kept], promise[kept] = entries[at], pull[at], promise[at]
                kept += 1
    return kept


def rank(entries: Index, pull: Array, promise: Array, count: int, may: Flags) -> None:
    """Sort entries in place: those that may join first, then the most promising first, equal ones as they stand."""
    for at in range(1, count):
        entry, drawn, hope = entries[at], pull[at], promise[at]
        place = at
        while place > 0 and (
            (may[entry] and not may[entries[place - 1]])
            or (may[entry] == may[entries[place - 1]] and hope > promise[place - 1])
        ):
            entries[place], pull[place], promise[place] = entries[place - 1], pull[place - 1], promise[place - 1]
            place -= 1
        entries[place], pull[place], promise[place] = entry, drawn, hope


#: What :func:`grow` calls.
PARTS = (look_count, largest_sum, ranked_sum, half_gains, keep, rank)
