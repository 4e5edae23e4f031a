"""``rd-contract renew``: the new instance is always written, and every exit code means what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import flat, invoke
from ledgers import around_the_triggers, breach, entry, made, signed
from rd_contract import Edit, Instance, bundled_path, load_bundled, solve, variant
from rd_contract.renewal import run

TWO_FIRMS = str(bundled_path("two_firms"))
AS_OF = ("--as-of", "2027-03-01")


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    """Return the file of a ledger in which the supplier breaks a contract that paid it little."""
    history = [signed(0, "Supplier", Supplier=0.5), breach(1, "Supplier", "Manufacturer")]
    return str(made(tmp_path / "a.ledger", history).path)


def test_a_contract_is_renewed(tmp_path: Path, ledger: str) -> None:
    target = tmp_path / "next.json"
    done = invoke("renew", TWO_FIRMS, ledger, "-o", str(target), *AS_OF)
    assert done.exit_code == 0
    assert "Supplier leaves" in flat(done.stdout)
    assert done.stderr == f"Instance written to {target}\n"
    assert Instance.from_file(target).firms[1].credit == pytest.approx(1 / 4.3, abs=0.01)


def test_as_data(tmp_path: Path, ledger: str) -> None:
    (tmp_path / "rules.json").write_text('{"bad": {"breach_detected": 8}, "forgetting": 1}')
    target = tmp_path / "next.json"
    options = ("--rules", str(tmp_path / "rules.json"), "--json", "--time-limit", "60", *AS_OF)
    done = invoke("renew", TWO_FIRMS, ledger, "-o", str(target), *options)
    data = json.loads(done.stdout)
    assert data["moves"] == [{"firm": "Supplier", "move": "leaves", "reason": "worth", "entries": []}]
    assert data["instance_after"] == Instance.from_file(target).sha256
    changed = {"path": "firms.Supplier.credit", "before": 1.0, "after": 0.1, "entries": [1], "stated_in": []}
    assert changed in data["changes"]


def test_without_a_contract_the_instance_is_written_all_the_same(tmp_path: Path, ledger: str) -> None:
    edits = [Edit("project.team_size.min", 2), Edit("firms.Supplier.outside_option", 4.5)]
    source, target = tmp_path / "source.json", tmp_path / "next.json"
    source.write_text(variant(load_bundled("two_firms"), edits).to_json())
    done = invoke("renew", str(source), ledger, "-o", str(target), *AS_OF)
    assert done.exit_code == 4
    assert "In the way" in done.stdout
    assert Instance.from_file(target).project.team_size.min == 2


def test_at_a_limit_the_instance_is_written_all_the_same(
    tmp_path: Path, ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = solve(load_bundled("two_firms")).replace(status="feasible", stop_reason="time_limit")
    monkeypatch.setattr(run, "solve", lambda *_, **__: stopped)
    target = tmp_path / "next.json"
    assert invoke("renew", TWO_FIRMS, ledger, "-o", str(target), "--time-limit", "1", *AS_OF).exit_code == 5
    assert target.exists()
    monkeypatch.setattr(run, "solve", lambda *_, **__: stopped.noting(interrupted=True))
    assert invoke("renew", TWO_FIRMS, ledger, "-o", str(target), *AS_OF).exit_code == 5


def test_what_cannot_be_read_or_be_is_told(tmp_path: Path, ledger: str) -> None:
    target = tmp_path / "next.json"
    missing = invoke("renew", TWO_FIRMS, str(tmp_path / "no.ledger"), "-o", str(target))
    assert missing.exit_code == 3
    strangers = str(made(tmp_path / "b.ledger", [signed(0, "A", "B")]).path)
    done = invoke("renew", TWO_FIRMS, strangers, "-o", str(target), *AS_OF)
    assert (done.exit_code, 'entries about "A", "B" alone' in flat(done.stderr)) == (3, True)
    assert "b.ledger cannot be used" in flat(done.stderr)
    gone = [signed(0, "Manufacturer"), entry(1, "member_left", "Manufacturer")]
    done = invoke("renew", TWO_FIRMS, str(made(tmp_path / "c.ledger", gone).path), "-o", str(target), *AS_OF)
    assert (done.exit_code, "leads the alliance, but left by entry 1" in flat(done.stderr)) == (3, True)
    assert not target.exists()
    assert invoke("renew", TWO_FIRMS, ledger, "-o", ledger).exit_code == 2
    assert invoke("renew", TWO_FIRMS, ledger, "-o", str(target), "--as-of", "soon").exit_code == 2


def test_a_forged_ledger_is_refused(tmp_path: Path, ledger: str) -> None:
    with around_the_triggers(Path(ledger)) as connection:
        body = entry(1, "note", "Manufacturer", text="nothing happened").to_bytes()
        connection.execute("UPDATE entry SET body = ? WHERE sequence = 1", (body,))
    done = invoke("renew", TWO_FIRMS, ledger, "-o", str(tmp_path / "next.json"), *AS_OF)
    assert done.exit_code == 6
    assert not (tmp_path / "next.json").exists()
