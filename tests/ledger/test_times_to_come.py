"""A mistyped year does not close a record for decades; where an older one has it, there is a way on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands import flat, invoke
from ledgers import entry, made
from rd_contract import EntryError
from rd_contract.ledger import Ledger


def _at(days: float) -> str:
    return f"{(datetime.now(UTC) + timedelta(days=days)).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


@pytest.mark.parametrize(("days", "warned"), [(-400.0, False), (0.9, False), (1.1, True), (12_000.0, True)])
def test_a_time_to_come_is_warned_of_with_the_clock(days: float, warned: bool, tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "a.ledger", "alliance")
    time = _at(days)
    options = ("--kind", "note", "--by", "A", "--data", '{"text": "x"}', "--time", time)
    done = invoke("ledger", "append", str(ledger.path), *options)
    assert done.exit_code == 0
    assert (f"Warning: {time} is yet to come, as the clock of this machine says 2" in flat(done.stderr)) == warned


def test_after_an_entry_that_is_ahead_the_way_on_is_told_and_works(tmp_path: Path) -> None:
    ledger = made(tmp_path / "a.ledger", [entry(0, "note", "A", text="x", time="2962-03-01T00:00:00Z")])
    with pytest.raises(EntryError, match="give this one its time, too"):
        ledger.append("note", "A", {"text": "x"})
    assert ledger.append("note", "A", {"text": "x"}, time="2962-03-01").sequence == 1
