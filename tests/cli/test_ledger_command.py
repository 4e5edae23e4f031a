"""``rd-contract ledger``: each command with its exit codes, on a record from signing to credit."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from commands import flat, invoke, run
from ledgers import DIGEST, around_the_triggers, entry, made, plain_root, several, written
from rd_contract import Instance, bundled_path
from rd_contract.ledger import Checkpoint, Ledger
from svg import overlaps, texts

TWO_FIRMS = str(bundled_path("two_firms"))
AT = "2026-03-01T09:00:00Z"


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return the file of a ledger with five entries."""
    return str(made(tmp_path / "a.ledger", several(5)).path)


def _changed(file: str) -> None:
    with around_the_triggers(Path(file)) as connection:
        body = entry(2, "note", "B", text="another").to_bytes()
        connection.execute("UPDATE entry SET body = ? WHERE sequence = 2", (body,))


def test_a_record_from_its_beginning(tmp_path: Path) -> None:
    file = str(tmp_path / "a.ledger")
    assert invoke("ledger", "init", file, "--origin", "alliance").exit_code == 0
    done = invoke("ledger", "append", file, "--kind", "milestone_met", "--by", "A", "--time", AT)
    expected = entry(0, "milestone_met", "A", time=AT).to_bytes().decode()
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{expected}\n", "Recorded as entry 0.\n")
    data = json.dumps({"firm": "A", "agreed_effort": 1, "observed_effort": 0.5, "evidence_sha256": DIGEST})
    (tmp_path / "data.json").write_text(data)
    for number, given in enumerate((data, f"@{tmp_path / 'data.json'}"), start=1):
        done = invoke("ledger", "append", file, "--kind", "breach_detected", "--by", "B", "--data", given)
        assert json.loads(done.stdout)["sequence"] == number
    assert [one.firm for one in Ledger(file).entries()] == ["A"] * 3


def test_a_ledger_is_never_overwritten(file: str) -> None:
    done = invoke("ledger", "init", file, "--origin", "other")
    assert (done.exit_code, "never overwritten" in flat(done.stderr)) == (2, True)
    assert len(Ledger(file).entries()) == 5


def test_a_contract_is_signed(tmp_path: Path) -> None:
    file, result = str(tmp_path / "a.ledger"), str(tmp_path / "result.json")
    invoke("solve", TWO_FIRMS, "-o", result)
    invoke("ledger", "init", file, "--origin", "alliance")
    done = invoke("ledger", "sign-contract", file, result, TWO_FIRMS, "--by", "Supplier", "--time", AT)
    assert done.exit_code == 0
    recorded = json.loads(done.stdout)
    assert (recorded["kind"], recorded["by"], recorded["time"]) == ("contract_signed", "Supplier", AT)
    document = json.loads(Path(result).read_text())
    document["members"][0]["share"] += 0.1
    Path(result).write_text(json.dumps(document))
    assert invoke("ledger", "sign-contract", file, result, TWO_FIRMS).exit_code == 6
    assert invoke("ledger", "sign-contract", file, TWO_FIRMS, TWO_FIRMS).exit_code == 3
    by_hand = ("--kind", "contract_signed", "--by", "A", "--data", json.dumps(recorded["data"]))
    assert invoke("ledger", "append", file, *by_hand).exit_code == 3
    assert len(Ledger(file).entries()) == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--kind", "note", "--by", "A", "--data", "{"), 3, "--data"),
        (("--kind", "note", "--by", "A", "--data", '{"txt": "x"}'), 3, "did you mean 'text'?"),
        (("--kind", "note", "--by", "A", "--data", "@none.json"), 3, "none.json"),
        (("--kind", "note", "--by", "A", "--data", '{"text": "x"}', "--time", "2020-01-01"), 3, "or later"),
        (("--kind", "note", "--by", "A", "--data", '{"text": "x"}', "--time", "soon"), 2, "is no time"),
        (("--kind", "notes", "--by", "A"), 2, "note"),
        (("--kind", "note"), 2, "--by"),
    ],
)
def test_wrong_entries_are_told_and_not_recorded(file: str, words: tuple[str, ...], code: int, said: str) -> None:
    done = invoke("ledger", "append", file, *words)
    assert (done.exit_code, said in flat(done.stderr)) == (code, True), done.stderr
    assert (done.stdout, len(Ledger(file).entries())) == ("", 5)


@pytest.mark.parametrize("given", ["[1]", "null", "x", "", "{"])
def test_data_that_are_no_object_are_not_called_a_file(file: str, given: str) -> None:
    said = flat(invoke("ledger", "append", file, "--kind", "note", "--by", "A", "--data", given).stderr)
    assert "--data cannot be used as an entry of a ledger: 1 problem 1. --data found" in said
    assert "the file" not in said


def test_entries_are_listed_for_all_and_for_one(file: str) -> None:
    everything = flat(invoke("ledger", "show", file).stdout)
    assert "contract signed" in everything
    assert "effort 0.5, agreed was 1" in everything
    invoke("ledger", "append", file, "--kind", "note", "--by", "C", "--data", '{"text": "of C alone"}')
    assert "of C alone" not in flat(invoke("ledger", "show", file, "--firm", "A").stdout)
    assert "contract signed" in flat(invoke("ledger", "show", file, "--firm", "A").stdout)
    assert invoke("ledger", "show", file, "--firm", "Nobody").exit_code == 3


def test_foreign_words_do_not_reach_the_terminal_as_they_are(tmp_path: Path) -> None:
    text = "[red]x[/red] \x1b[31m\u202e"
    file = str(made(tmp_path / "a.ledger", [entry(0, "note", "A", text=text)]).path)
    shown = invoke("ledger", "show", file).stdout
    assert "[red]x[/red]" in shown
    assert not set(shown) & {"\x1b", "\u202e"}


def test_verification_and_checkpoints(file: str, tmp_path: Path) -> None:
    done = invoke("ledger", "checkpoint", file)
    leaves = [one.to_bytes() for one in several(5)]
    assert done.stdout == f"alliance\n5\n{base64.b64encode(plain_root(leaves)).decode()}\n\n"
    kept = tmp_path / "kept.txt"
    kept.write_text(done.stdout)
    invoke("ledger", "append", file, "--kind", "note", "--by", "A", "--data", '{"text": "later"}')
    done = invoke("ledger", "verify", file, "--checkpoint", str(kept))
    assert done.exit_code == 0
    assert "It begins with the 5 entries of the checkpoint; 1 entry came since." in flat(done.stdout)
    forged = str(made(tmp_path / "b.ledger", [*several(4), entry(4, "note", "B", text="another")]).path)
    assert invoke("ledger", "verify", forged).exit_code == 0
    done = invoke("ledger", "verify", forged, "--checkpoint", str(kept))
    assert (done.exit_code, done.stdout) == (6, "")
    assert "the first 5 entries" in done.stderr
    kept.write_bytes(b"\xff")
    assert invoke("ledger", "verify", file, "--checkpoint", str(kept)).exit_code == 3


def test_checkpoints_are_signed(file: str, tmp_path: Path) -> None:
    ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - an extra

    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    key = ed25519.Ed25519PrivateKey.generate()
    private, public, kept = tmp_path / "key.pem", tmp_path / "public.pem", tmp_path / "kept.txt"
    private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    public.write_bytes(key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))
    done = invoke("ledger", "checkpoint", file, "--key", str(private), "--signer", "lead")
    assert done.exit_code == 0
    assert [one.name for one in Checkpoint.from_text(done.stdout).signatures] == ["lead"]
    kept.write_text(done.stdout, encoding="utf-8")
    held = ("ledger", "verify", file, "--checkpoint", str(kept))
    assert "Signatures of the checkpoint were not checked" in flat(invoke(*held).stdout)
    assert invoke(*held, "--public-key", str(public)).exit_code == 0
    kept.write_text(done.stdout.replace("— lead", "— else"), encoding="utf-8")
    assert invoke(*held, "--public-key", str(public)).exit_code == 6
    assert invoke(*held, "--public-key", str(private)).exit_code == 3
    assert invoke("ledger", "checkpoint", file, "--key", str(public)).exit_code == 3
    assert invoke("ledger", "checkpoint", file, "--signer", "lead").exit_code == 2
    assert invoke("ledger", "verify", file, "--public-key", str(public)).exit_code == 2


def test_proofs(file: str) -> None:
    done = invoke("ledger", "prove", file, "3")
    told = json.loads(done.stdout)
    assert (done.exit_code, told) == (0, Ledger(file).prove(3).to_dict())
    assert invoke("ledger", "prove", file, "5").exit_code == 2


def test_entries_go_out_and_in(file: str, tmp_path: Path) -> None:
    out, copy = str(tmp_path / "out.jsonl"), str(tmp_path / "b.ledger")
    assert invoke("ledger", "export", file, "-o", out).exit_code == 0
    assert Path(out).read_bytes() == b"".join(one.to_bytes() + b"\n" for one in several(5))
    assert invoke("ledger", "import", copy, out).exit_code == 2
    assert invoke("ledger", "import", copy, out, "--origin", "alliance").exit_code == 0
    assert "Both tell the same: 5 entries." in flat(invoke("ledger", "compare", file, copy).stdout)
    assert invoke("ledger", "import", copy, out, "--origin", "alliance").exit_code == 2
    written(tmp_path / "more.jsonl", several(7))
    done = invoke("ledger", "import", copy, str(tmp_path / "more.jsonl"))
    assert (done.exit_code, done.stderr) == (0, f"Added to {copy}: 2 entries\n")
    done = invoke("ledger", "compare", file, copy)
    assert (done.exit_code, "goes on where" in flat(done.stdout)) == (0, True)
    other = str(made(tmp_path / "c.ledger", [*several(5), entry(5, "note", "B", text="another")]).path)
    done = invoke("ledger", "compare", copy, other)
    assert (done.exit_code, "They part at entry 5" in flat(done.stdout)) == (6, True)
    assert invoke("ledger", "import", other, str(tmp_path / "more.jsonl")).exit_code == 3
    assert invoke("ledger", "export", file, "-o", str(tmp_path / "out.json")).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("show",),
        ("verify",),
        ("checkpoint",),
        ("prove", "{}", "0"),
        ("export", "{}", "-o", "{}.jsonl"),
        ("compare", "{}", "{}"),
        ("credit",),
    ],
)
def test_a_ledger_that_was_tampered_with_is_not_used(file: str, words: tuple[str, ...]) -> None:
    _changed(file)
    command, *more = words
    done = invoke("ledger", command, *(word.format(file) for word in more or ("{}",)))
    assert (done.exit_code, done.stdout) == (6, "")
    assert "entry 2" in done.stderr


@pytest.mark.parametrize("words", [("show",), ("verify",), ("checkpoint",), ("prove", "0"), ("credit",)])
def test_what_is_no_ledger_is_told_so(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "text").write_text("x" * 3000)
    command, *more = words
    for name in ("text", "none", "."):
        done = invoke("ledger", command, str(tmp_path / name), *more)
        assert (done.exit_code, done.stdout) == (3, "")
        assert "expected" in done.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a file that cannot be written")
def test_a_ledger_that_cannot_be_written_can_be_read(file: str) -> None:
    os.chmod(file, 0o444)
    assert invoke("ledger", "verify", file).exit_code == 0
    done = invoke("ledger", "append", file, "--kind", "member_left", "--by", "A")
    assert (done.exit_code, "readonly" in done.stderr) == (1, True)


# --- credit ------------------------------------------------------------------------------------------------


@pytest.fixture
def story(tmp_path: Path) -> str:
    """Return the file of a ledger about the two firms."""
    file, result = str(tmp_path / "s.ledger"), str(tmp_path / "result.json")
    invoke("solve", TWO_FIRMS, "-o", result)
    invoke("ledger", "init", file, "--origin", "alliance")
    invoke("ledger", "sign-contract", file, result, TWO_FIRMS, "--time", AT)
    for kind, by in (("milestone_met", "Manufacturer"), ("milestone_missed", "Supplier")):
        invoke("ledger", "append", file, "--kind", kind, "--by", by, "--time", AT)
    return file


def test_credit_is_told(story: str, tmp_path: Path) -> None:
    shown = invoke("ledger", "credit", story, "--as-of", AT)
    assert shown.exit_code == 0
    assert "What moved it" in shown.stdout
    done = invoke("ledger", "credit", story, "--as-of", AT, "--json")
    told = json.loads(done.stdout)
    assert (told["as_of"], done.stderr) == (AT, "")
    manufacturer = told["firms"]["Manufacturer"]
    assert [manufacturer[name] for name in ("credit", "good", "bad", "entries")] == [2 / 3, 1.0, 0.0, 1]
    assert told["firms"]["Supplier"]["credit"] == 1 / 3
    assert told["pairs"] == [{"between": ["Manufacturer", "Supplier"], "trust": 0.5}]
    (tmp_path / "rules.json").write_text('{"good": {"milestone_met": 7}}')
    done = invoke("ledger", "credit", story, "--as-of", AT, "--json", "--rules", str(tmp_path / "rules.json"))
    assert json.loads(done.stdout)["firms"]["Manufacturer"]["credit"] == 8 / 9
    (tmp_path / "rules.json").write_text('{"good": {"milestone": 7}}')
    done = invoke("ledger", "credit", story, "--rules", str(tmp_path / "rules.json"))
    assert (done.exit_code, "milestone_met" in done.stderr) == (3, True)
    assert "Nothing is recorded" in invoke("ledger", "credit", story, "--as-of", "2020-01-01").stdout


def test_credit_goes_into_an_instance(story: str, tmp_path: Path) -> None:
    target, picture = tmp_path / "new.json", tmp_path / "credit.svg"
    more = ("--apply", TWO_FIRMS, "-o", str(target), "--figure", str(picture))
    done = invoke("ledger", "credit", story, "--as-of", AT, *more)
    assert done.exit_code == 0
    assert "What changes in the instance" in done.stdout
    told = json.loads(invoke("ledger", "credit", story, "--as-of", AT, "--json").stdout)
    changed = Instance.from_file(target)
    assert [firm.credit for firm in changed.firms] == [told["firms"][firm.name]["credit"] for firm in changed.firms]
    stakes = [told["firms"][firm.name]["stake"] for firm in changed.firms]
    assert [firm.reputation_stake for firm in changed.firms] == stakes
    assert changed.relations[0].trust == 0.5
    drawn = picture.read_text("utf-8")
    assert {"Manufacturer", "Supplier"} <= {box.text for box in texts(drawn)}
    assert not overlaps(drawn)
    for wrong in (("--apply", TWO_FIRMS), ("-o", str(target)), ("--apply", str(target), "-o", str(target))):
        assert invoke("ledger", "credit", story, *wrong).exit_code == 2


def test_what_goes_wrong_in_a_process_shows_no_traceback(file: str, tmp_path: Path) -> None:
    _changed(file)
    for words, code in ((("verify", file), 6), (("show", str(tmp_path)), 3), (("prove", file, "x"), 2)):
        exit_code, out, errors = run("ledger", *words)
        assert (exit_code, out) == (code, b"")
        assert b"Traceback" not in errors


def test_what_is_no_proof_is_told_so(file: str, tmp_path: Path) -> None:
    """Results, instances and entries are files of the project, too."""
    result = tmp_path / "result.json"
    invoke("solve", TWO_FIRMS, "-o", str(result))
    for other, words in ((str(result), "a result"), (TWO_FIRMS, "an instance")):
        done = invoke("ledger", "check-proof", other)
        assert (done.exit_code, words in flat(done.stderr)) == (3, True), done.stderr
