"""Proofs as files: each that a ledger gives holds, and none holds once a byte of it is another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import flat, invoke
from ledgers import around_the_triggers, checkpoint_text, entry, made, plain_consistency, several
from rd_contract.base.errors import LedgerError, TamperedError
from rd_contract.ledger import Checkpoint, ConsistencyProof, InclusionProof, Ledger, wrong_in

COUNT = 11


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """Return a ledger of some entries."""
    return made(tmp_path_factory.mktemp("proofs") / "a.ledger", several(COUNT))


def kept(size: int) -> Checkpoint:
    """Return what somebody kept of it, by the definition."""
    return Checkpoint.from_text(checkpoint_text("alliance", [one.to_bytes() for one in several(COUNT)[:size]]))


def test_every_entry_has_a_proof_that_holds(ledger: Ledger) -> None:
    for number in range(COUNT):
        inclusion = ledger.prove(number)
        for with_entry in (True, False):
            proof = inclusion.proof(with_entry=with_entry)
            assert (proof.entry is None) != with_entry
            assert wrong_in(InclusionProof.from_dict(json.loads(proof.to_json())), kept(COUNT)) == ()


def test_every_beginning_has_a_proof_that_holds(ledger: Ledger) -> None:
    bodies = [one.to_bytes() for one in several(COUNT)]
    for size in range(COUNT + 1):
        proof = ledger.prove_from(kept(size))
        again = ConsistencyProof.from_dict(json.loads(proof.to_json()))
        assert wrong_in(again, kept(size)) == wrong_in(again, kept(COUNT)) == ()
        expected = plain_consistency(size, bodies) if size else []
        assert list(proof.path) == [part.hex() for part in expected]


def _places(node: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the places of all hashes and numbers in a document."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    own = [place] if (isinstance(node, str) and len(node) == 64) or type(node) is int else []
    return own + [found for key, value in inner for found in _places(value, (*place, key))]


def _changed(document: dict[str, Any], place: tuple[Any, ...]) -> dict[str, Any]:
    copy = json.loads(json.dumps(document))
    holder = copy
    for key in place[:-1]:
        holder = holder[key]
    value = holder[place[-1]]
    holder[place[-1]] = value + 1 if isinstance(value, int) else value[:-1] + ("0" if value[-1] != "0" else "1")
    return dict(copy)


@settings(derandomize=True, deadline=None, database=None, max_examples=60)
@given(data=st.data())
def test_nothing_else_holds(ledger: Ledger, data: st.DataObject) -> None:
    """One digit of a hash, or one number, is another: held against what was kept, the proof fails.

    But the size of the later tree: some have the same proof (RFC 9162 leaves it to the later checkpoint).
    """
    size = data.draw(st.integers(1, COUNT - 1))
    document = ledger.prove_from(kept(size)).to_dict()
    places = [place for place in _places(document) if place != ("later", "tree_size")]
    changed = _changed(document, data.draw(st.sampled_from(places)))
    assert wrong_in(ConsistencyProof.from_dict(changed), kept(size)) != ()
    included = ledger.prove(data.draw(st.integers(0, COUNT - 1))).proof(with_entry=False).to_dict()
    changed = _changed(included, data.draw(st.sampled_from(_places(included))))
    assert wrong_in(InclusionProof.from_dict(changed), kept(COUNT)) != ()


def test_an_entry_that_was_changed_is_found(ledger: Ledger) -> None:
    document = ledger.prove(1).to_dict()
    document["entry"]["data"]["milestone"] = "another"
    assert [problem.path for problem in wrong_in(InclusionProof.from_dict(document))] == ["leaf_hash"]
    document = ledger.prove(1).to_dict()
    document["entry"]["sequence"] = 2
    assert {problem.path for problem in wrong_in(InclusionProof.from_dict(document))} == {"leaf_hash", "sequence"}
    document["entry"] = {"kind": "nothing"}
    with pytest.raises(LedgerError, match="the entry in the proof"):
        wrong_in(InclusionProof.from_dict(document))


def test_a_checkpoint_of_something_else(ledger: Ledger) -> None:
    proof = ledger.prove_from(kept(4))
    other = Checkpoint("another", 4, kept(4).root)
    assert [problem.rule for problem in wrong_in(proof, other)] == ["origin"]
    assert [problem.rule for problem in wrong_in(proof, kept(5))] == ["size"]
    forged = Checkpoint("alliance", 4, b"\x00" * 32)
    assert [problem.rule for problem in wrong_in(proof, forged)] == ["root"]
    with pytest.raises(TamperedError):
        ledger.prove_from(forged)


# --- the commands ------------------------------------------------------------------------------------------


def test_who_has_no_copy_is_shown_that_it_was_only_added_to(tmp_path: Path) -> None:
    file = made(tmp_path / "a.ledger", several(COUNT)).path
    old, proof = tmp_path / "kept.txt", tmp_path / "proof.json"
    old.write_text(kept(4).text)
    done = invoke("ledger", "prove", str(file), "--from", str(old))
    assert done.exit_code == 0
    proof.write_text(done.stdout)
    checked = invoke("ledger", "check-proof", str(proof), "--checkpoint", str(old))
    assert checked.exit_code == 0
    assert 'The ledger "alliance" of 11 entries begins with the 4 entries that it had' in flat(checked.stdout)
    assert "a checkpoint that was kept can tell more" in flat(invoke("ledger", "check-proof", str(proof)).stdout)
    old.write_text(kept(5).text)
    refused = invoke("ledger", "check-proof", str(proof), "--checkpoint", str(old))
    assert (refused.exit_code, "5, as the checkpoint says" in flat(refused.stderr)) == (6, True)


def test_a_rewritten_ledger_cannot_prove_it(tmp_path: Path) -> None:
    rewritten = several(COUNT)
    rewritten[2] = entry(2, "note", "B", text="nothing happened")
    file = made(tmp_path / "a.ledger", rewritten).path
    (tmp_path / "kept.txt").write_text(kept(4).text)
    assert invoke("ledger", "prove", str(file), "--from", str(tmp_path / "kept.txt")).exit_code == 6


def test_one_entry_can_be_shown_alone(tmp_path: Path) -> None:
    file = made(tmp_path / "a.ledger", several(COUNT)).path
    (tmp_path / "proof.json").write_text(invoke("ledger", "prove", str(file), "3").stdout)
    (tmp_path / "kept.txt").write_text(kept(COUNT).text)
    options = ("--checkpoint", str(tmp_path / "kept.txt"))
    done = invoke("ledger", "check-proof", str(tmp_path / "proof.json"), *options)
    assert (done.exit_code, done.stdout) == (0, 'Entry 3 is in the ledger "alliance" of 11 entries.\n')


def test_what_does_not_go_together(tmp_path: Path) -> None:
    file = str(made(tmp_path / "a.ledger", several(3)).path)
    (tmp_path / "kept.txt").write_text("no checkpoint")
    assert invoke("ledger", "prove", file).exit_code == 2
    assert invoke("ledger", "prove", file, "1", "--from", str(tmp_path / "kept.txt")).exit_code == 2
    assert invoke("ledger", "prove", file, "--from", str(tmp_path / "kept.txt")).exit_code == 3
    (tmp_path / "proof.json").write_text('{"format": "rd-contract-consistency/1", "path": [1]}')
    assert invoke("ledger", "check-proof", str(tmp_path / "proof.json")).exit_code == 3
    with around_the_triggers(Path(file)) as connection:
        connection.execute(
            "UPDATE entry SET body = ? WHERE sequence = 2", (entry(2, "note", "B", text="x").to_bytes(),)
        )
    assert invoke("ledger", "prove", file, "1").exit_code == 6
