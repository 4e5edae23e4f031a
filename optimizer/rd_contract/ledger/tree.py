"""The hash tree over the entries: roots, and proofs about them.

Trees, inclusion proofs and consistency proofs are those of RFC 9162, section 2.1 (the tree of RFC 6962, section 2.1). A
tree is known by its complete subtrees: the hash at ``(level, position)`` stands for the ``2**level`` leaves from
``position * 2**level`` on. Appending a leaf completes one subtree more on average, and changes none, so that they can
be kept in a table to which rows are only added.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

#: The hash of a complete subtree, by its level and its position in it.
Node = Callable[[int, int], bytes]

#: Bytes of a hash.
WIDTH = 32


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one entry: SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees: SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def completed(position: int, leaf: bytes, node: Node) -> Iterator[tuple[int, int, bytes]]:
    """Yield level, position and hash of each subtree that a leaf completes, itself first.

    Parameters
    ----------
    position
        Of the leaf: the leaves before it are there.
    leaf
        Its hash.
    node
        The subtrees that are there.
    """
    level, found = 0, leaf
    yield level, position, found
    while position % 2 == 1:
        found = node_hash(node(level, position - 1), found)
        level, position = level + 1, position // 2
        yield level, position, found


def levels_over(leaves: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Yield the hashes of all complete subtrees, level by level, from the hashes of the leaves on."""
    level = list(leaves)
    while level:
        yield level
        level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]


def tree_root(size: int, node: Node) -> bytes:
    """Return the hash of the tree over the first leaves; SHA-256 of nothing for none."""
    return _over(0, size, node) if size else hashlib.sha256(b"").digest()


def inclusion_proof(position: int, size: int, node: Node) -> list[bytes]:
    """Return the path from a leaf to the root, PATH of RFC 9162, section 2.1.3.1.

    Parameters
    ----------
    position
        Of the leaf, below ``size``.
    size
        Number of leaves of the tree.
    node
        Its subtrees.
    """
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if position < middle:
            path.append(_over(middle, end, node))
            end = middle
        else:
            path.append(_over(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old: int, size: int, node: Node) -> list[bytes]:
    """Return what shows that a tree begins as a smaller one, PROOF of RFC 9162, section 2.1.4.1.

    Parameters
    ----------
    old
        Number of leaves of the smaller tree, from 1 to ``size``.
    size
        Number of leaves of the tree.
    node
        Its subtrees.
    """
    start, end, path, known = 0, size, [], True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_over(middle, end, node))
            end = middle
        else:
            path.append(_over(start, middle, node))
            start, known = middle, False
    if not known:  # the root of the smaller tree is known to whoever asks, but not this part of it
        path.append(_over(start, end, node))
    return path[::-1]


def is_included(leaf: bytes, position: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether a path leads from a leaf to a root, by RFC 9162, section 2.1.3.2.

    Parameters
    ----------
    leaf, position
        Its hash, and where it stands.
    size, root
        Of the tree.
    path
        As :func:`inclusion_proof` returns it.
    """
    if not 0 <= position < size:
        return False
    at, last, found = position, size - 1, leaf
    for part in path:
        if last == 0:
            return False
        if at % 2 == 1 or at == last:
            found = node_hash(part, found)
            while at % 2 == 0 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, part)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Return whether a tree begins as a smaller one, by RFC 9162, section 2.1.4.2.

    Parameters
    ----------
    old, old_root
        Of the smaller tree; every tree begins as the empty one.
    size, root
        Of the tree.
    path
        As :func:`consistency_proof` returns it.
    """
    if old in (0, size):
        same = old_root == (hashlib.sha256(b"").digest() if old == 0 else root)
        return same and not path
    if not 0 < old < size or not path:
        return False
    parts = [old_root, *path] if old & (old - 1) == 0 else list(path)
    at, last = old - 1, size - 1
    while at % 2 == 1:
        at, last = at >> 1, last >> 1
    before = after = parts[0]
    for part in parts[1:]:
        if last == 0:
            return False
        if at % 2 == 1 or at == last:
            before, after = node_hash(part, before), node_hash(part, after)
            while at % 2 == 0 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, part)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == root


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _over(start: int, end: int, node: Node) -> bytes:
    """Return the hash over some leaves, which are a subtree of a tree: complete ones side by side, from the right."""
    parts = []
    while start < end:
        width = 1 << ((end - start).bit_length() - 1)
        parts.append(node(width.bit_length() - 1, start // width))
        start += width
    found = parts.pop()
    while parts:
        found = node_hash(parts.pop(), found)
    return found
