"""Strategies for documents that nobody meant to write: any JSON, and valid documents with values changed."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from hypothesis import strategies as st

from malformed import VALID
from rd_contract import Instance

#: Keys of the format and other texts.
KEYS = st.one_of(
    st.sampled_from(sorted(set(re.findall(r'"(\w+)"', json.dumps(Instance.from_dict(VALID).to_dict()))))),
    st.text(st.characters(), max_size=5),
)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(10**4000), 0, 1, 0.5]),
    st.floats(),
    st.text(st.characters(), max_size=8),
    st.sampled_from(["Cellmaker", "Carmaker", "cathode", "lead", "excluded", "rd-contract/1", "\ud800", "\x1b"]),
)


#: Small documents of any kind.
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)


def _containers(node: Any) -> list[Any]:
    """Return every list and object in a document."""
    inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    found = [held for item in inside for held in _containers(item)]
    return [node, *found] if isinstance(node, dict | list) else found


@st.composite
def mutants(
    draw: st.DrawFn,
    documents: st.SearchStrategy[dict[str, Any]],
    keys: st.SearchStrategy[str] = KEYS,
    values: st.SearchStrategy[Any] = JSON,
    most: int = 4,
) -> dict[str, Any]:
    """Return a document with up to so many values replaced, taken out or put in."""
    document = copy.deepcopy(draw(documents))
    for _ in range(draw(st.integers(1, most))):
        node = draw(st.sampled_from(_containers(document)))
        action = draw(st.sampled_from(["replace", "delete", "insert"]))
        value = [] if action == "delete" else [copy.deepcopy(draw(values))]  # put in twice, it would hold itself
        if isinstance(node, dict):
            key = draw(st.sampled_from(sorted(node)) if node and action != "insert" else keys)
            node.pop(key, None)
            node.update((key, one) for one in value)
        elif action == "insert" or not node:
            at = draw(st.integers(0, len(node)))
            node[at:at] = value
        else:
            at = draw(st.integers(0, len(node) - 1))
            node[at : at + 1] = value
    return document
