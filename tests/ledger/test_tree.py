"""The hash tree is that of the RFCs: known roots, proofs against a second reckoning, and nothing else is proven."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgers import plain_consistency, plain_path, plain_root
from rd_contract.ledger.tree import (
    completed,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    levels_over,
    tree_root,
)

_LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
#: Number of leaves, and how the root over so many of them begins.
_KNOWN = {
    0: "e3b0c44298fc1c14",
    1: "6e340b9cffb37a98",
    2: "fac54203e7cc696c",
    3: "aeb6bcfe274b70a1",
    5: "4e3bbb1f7b478dcf",
    8: "5dc9da79a70659a9",
}

_SETTINGS = settings(derandomize=True, deadline=None, database=None, max_examples=150)


def _nodes(leaves: list[bytes]) -> Callable[[int, int], bytes]:
    levels = list(levels_over([leaf_hash(leaf) for leaf in leaves]))
    return lambda level, position: levels[level][position]


def _numbered(size: int) -> list[bytes]:
    return [f"leaf {number}".encode() for number in range(size)]


@pytest.mark.parametrize(("size", "begins"), _KNOWN.items())
def test_roots_that_are_known(size: int, begins: str) -> None:
    assert tree_root(size, _nodes(_LEAVES)).hex().startswith(begins)


@pytest.mark.parametrize("size", range(1, 34))
def test_what_appending_keeps_is_the_tree(size: int) -> None:
    kept: dict[tuple[int, int], bytes] = {}
    leaves = _numbered(size)
    for position, leaf in enumerate(leaves):
        fresh = list(completed(position, leaf_hash(leaf), lambda level, at: kept[level, at]))
        assert not kept.keys() & {(level, at) for level, at, _ in fresh}
        kept.update({(level, at): node for level, at, node in fresh})
        assert tree_root(position + 1, lambda level, at: kept[level, at]) == plain_root(leaves[: position + 1])
    levels = enumerate(levels_over([leaf_hash(leaf) for leaf in leaves]))
    assert kept == {(level, at): node for level, nodes in levels for at, node in enumerate(nodes)}


@_SETTINGS
@given(st.integers(1, 200).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_every_entry_is_proven_to_be_in(drawn: tuple[int, int]) -> None:
    size, position = drawn
    leaves = _numbered(size)
    path = inclusion_proof(position, size, _nodes(leaves))
    assert path == plain_path(position, leaves)
    assert is_included(leaf_hash(leaves[position]), position, size, path, plain_root(leaves))


@_SETTINGS
@given(st.integers(1, 200).flatmap(lambda size: st.tuples(st.just(size), st.integers(1, size))))
def test_every_beginning_is_proven_to_be_one(drawn: tuple[int, int]) -> None:
    size, old = drawn
    leaves = _numbered(size)
    path = consistency_proof(old, size, _nodes(leaves))
    assert path == plain_consistency(old, leaves)
    assert is_consistent(old, plain_root(leaves[:old]), size, plain_root(leaves), path)


@pytest.mark.parametrize("size", range(1, 18))
def test_nothing_else_is_proven_to_be_in(size: int) -> None:
    leaves = _numbered(size)
    root, node, other = plain_root(leaves), _nodes(leaves), hashlib.sha256(b"other").digest()
    for position in range(size):
        leaf, path = leaf_hash(leaves[position]), inclusion_proof(position, size, node)
        wrong = [
            (other, position, path, root),
            (leaf, position, path, other),
            (leaf, position, [*path, other], root),
            (leaf, size, path, root),
            (leaf, -1, path, root),
            *((leaf, position, path[:at], root) for at in range(len(path))),
            *((leaf, position, [*path[:at], other, *path[at + 1 :]], root) for at in range(len(path))),
            *((leaf, at, path, root) for at in range(size) if at != position),
        ]
        for one, at, way, end in wrong:
            assert not is_included(one, at, size, way, end)


@pytest.mark.parametrize("size", range(1, 18))
def test_nothing_else_is_proven_to_be_a_beginning(size: int) -> None:
    leaves = _numbered(size)
    root, node, other = plain_root(leaves), _nodes(leaves), hashlib.sha256(b"other").digest()
    for old in range(1, size + 1):
        begun, path = plain_root(leaves[:old]), consistency_proof(old, size, node)
        wrong = [
            (other, root, path),
            (begun, other, path),
            (begun, root, [*path, other]),
            *((begun, root, path[:at]) for at in range(len(path))),
            *((begun, root, [*path[:at], other, *path[at + 1 :]]) for at in range(len(path))),
        ]
        for first, second, way in wrong:
            assert not is_consistent(old, first, size, second, way)
    assert not is_consistent(size + 1, root, size, root, [])


def test_every_tree_begins_as_the_empty_one() -> None:
    empty = hashlib.sha256(b"").digest()
    assert is_consistent(0, empty, 3, plain_root(_LEAVES[:3]), [])
    assert not is_consistent(0, plain_root(_LEAVES[:1]), 3, plain_root(_LEAVES[:3]), [])
