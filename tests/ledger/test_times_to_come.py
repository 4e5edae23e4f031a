"""A mistyped year does not close a record for decades; where an older one has it, there is a way on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledgers import entry, made
from rd_contract import EntryError
from rd_contract.ledger import Ledger


def _at(days: float) -> str:
    return f"{(datetime.now(UTC) + timedelta(days=days)).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def test_a_time_to_come_is_refused_with_the_clock(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "a.ledger", "alliance")
    with pytest.raises(EntryError, match="the clock of this machine says 2") as caught:
        ledger.append("note", "A", {"text": "x"}, time="2962-03-01")
    assert caught.value.problems[0].path == "time"
    with pytest.raises(EntryError, match="at most a day from now"):
        ledger.append("note", "A", {"text": "x"}, time=_at(1.01))
    assert ledger.append("note", "A", {"text": "x"}, time=_at(0.9)).sequence == 0


def test_after_an_entry_that_is_ahead_the_way_on_is_told_and_works(tmp_path: Path) -> None:
    ledger = made(tmp_path / "a.ledger", [entry(0, "note", "A", text="x", time="2962-03-01T00:00:00Z")])
    with pytest.raises(EntryError, match="give this one its time, too"):
        ledger.append("note", "A", {"text": "x"})
    assert ledger.append("note", "A", {"text": "x"}, time="2962-03-01").sequence == 1
    with pytest.raises(EntryError):
        ledger.append("note", "A", {"text": "x"}, time="2963-03-01")
