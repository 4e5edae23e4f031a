"""Which regimes of a large pool are walked through again: those that may still hold the best contract."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from benchmarks.families import capability
from rd_contract import Instance
from rd_contract.model.derivation import derive
from rd_contract.model.relevance import relevant
from rd_contract.search import SearchOptions, local_search
from rd_contract.search.local_search import FIRST_WALKS, MORE_WALKS, Walk, find_first_contracts
from rd_contract.search.state import Search


@pytest.mark.parametrize(("factor", "walks"), [(0.99, MORE_WALKS), (0.8, FIRST_WALKS)])
def test_regimes_far_below_the_best_contract_are_not_walked_again(
    factor: float, walks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = capability(20, 0, team=4)
    raw["modes"] = [{"name": "product"}, {"name": "service", "value_factor": factor}]
    search = Search(relevant(derive(Instance.from_dict(raw))).scaled(), SearchOptions())
    monkeypatch.setattr(local_search, "LARGE", 1)
    made, again = Counter[int](), local_search._walk_again

    def counting(walk: Walk, *arguments: Any, **numbers: Any) -> None:
        made[walk.entries.position] += 1
        again(walk, *arguments, **numbers)

    monkeypatch.setattr(local_search, "_walk_again", counting)
    find_first_contracts(search)
    assert made == {0: MORE_WALKS, 1: walks}
