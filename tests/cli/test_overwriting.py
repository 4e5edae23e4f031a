"""What cannot be made again is not overwritten unasked; what is made anew each time is."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import flat, invoke
from ledgers import breach, entry, made, several, signed
from rd_contract import bundled_path
from rd_contract.ledger.exported import exported_bytes

TWO_FIRMS = str(bundled_path("two_firms"))
AS_OF = ("--as-of", "2027-03-01")


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    """Return the file of a ledger about the two firms."""
    return str(made(tmp_path / "a.ledger", [signed(0, "Supplier", Supplier=0.5), breach(1, "Supplier")]).path)


def _renew(ledger: str) -> tuple[str, ...]:
    return ("renew", TWO_FIRMS, ledger, *AS_OF)


def _apply(ledger: str) -> tuple[str, ...]:
    return ("ledger", "credit", ledger, "--apply", TWO_FIRMS, *AS_OF)


@pytest.mark.parametrize("command", [_renew, _apply])
def test_an_instance_that_was_edited_stays(command: object, ledger: str, tmp_path: Path) -> None:
    target = tmp_path / "next.json"
    assert callable(command)
    words = (*command(ledger), "-o", str(target))
    target.touch()
    for _ in range(2):  # nothing is lost of an empty file, nor of one that holds the same
        assert invoke(*words).exit_code == 0
    edited = target.read_text("utf-8").replace("Supplier", "Deliverer")
    target.write_text(edited, "utf-8")
    refused = invoke(*words)
    assert (refused.exit_code, target.read_text("utf-8") == edited) == (2, True)
    assert "holds something else than what is to be written; --force overwrites it" in flat(refused.stderr)
    assert invoke(*words, "--force").exit_code == 0
    assert "Deliverer" not in target.read_text("utf-8")


def test_an_export_goes_on_and_replaces_no_other_story(tmp_path: Path) -> None:
    ledger, out = made(tmp_path / "a.ledger", several(5)), tmp_path / "out.jsonl"
    words = ("ledger", "export", str(ledger.path), "-o", str(out))
    assert invoke(*words).exit_code == 0
    ledger.append("note", "A", {"text": "later"})
    assert invoke(*words).exit_code == 0
    assert len(out.read_bytes().splitlines()) == 6
    other = made(tmp_path / "b.ledger", [*several(5), entry(5, "note", "B", text="another")])
    kept = out.read_bytes()
    refused = invoke("ledger", "export", str(other.path), "-o", str(out))
    assert (refused.exit_code, out.read_bytes() == kept) == (2, True)
    assert "holds something else than what is to be written; --force overwrites it" in flat(refused.stderr)
    assert invoke("ledger", "export", str(other.path), "-o", str(out), "--force").exit_code == 0
    assert out.read_bytes() == exported_bytes(other.entries()) != kept


def _documents(folder: Path) -> dict[str, bytes]:
    """Return what people keep, by what it is called."""
    ledger = made(folder / "kept.ledger", several(5))
    checkpoint = ledger.checkpoint()
    return {
        "an instance": Path(TWO_FIRMS).read_bytes(),
        "a sweep plan": b'{"format": "rd-contract-sweep/1", "vary": []}',
        "a file of credit rules": b'{"format": "rd-contract-credit-rules/1"}',
        "entries of a ledger": exported_bytes(ledger.entries()),
        "a proof": ledger.prove(1).proof().to_json().encode(),
        "a checkpoint": checkpoint.text.encode(),
        "a ledger": ledger.path.read_bytes(),
        "a key": b"-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----\n",
    }


def test_results_replace_results_and_nothing_that_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "answer"
    for kind, held in _documents(tmp_path).items():
        target.write_bytes(held)
        refused = invoke("solve", TWO_FIRMS, "-o", str(target))
        assert (refused.exit_code, target.read_bytes() == held) == (2, True), kind
        assert f"holds {kind}, which is not overwritten; name another file" in flat(refused.stderr)
    target.write_text("what is no document")
    for command in (("solve", TWO_FIRMS), ("explain", TWO_FIRMS), ("solve", TWO_FIRMS)):
        assert invoke(*command, "-o", str(target)).exit_code == 0, command


def test_a_table_replaces_no_list_of_candidates(tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    words = ("break-even", TWO_FIRMS, "--vary", "firms.Supplier.outside_option=0:12:2", "-o", str(target))
    candidates = "name,contribution,cost\nA,10,4\nB,9,3\n"
    target.write_text(candidates)
    refused = invoke(*words)
    assert (refused.exit_code, target.read_text()) == (2, candidates)
    assert "holds an instance, which is not overwritten" in flat(refused.stderr)
    target.unlink()
    for _ in range(2):
        assert invoke(*words).exit_code == 0
