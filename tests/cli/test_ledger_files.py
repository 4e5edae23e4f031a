"""Files around a ledger: where it cannot be written, who keeps it locked, what another file is called."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from commands import PATIENCE, flat, invoke, process, run
from ledgers import entry, made, several, signed
from rd_contract import bundled_path
from rd_contract.ledger import Ledger
from rd_contract_cli import console

TWO_FIRMS = str(bundled_path("two_firms"))
NOTE = ("--kind", "note", "--by", "A", "--data", '{"text": "x"}')


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return the file of a ledger with five entries."""
    return str(made(tmp_path / "a.ledger", several(5)).path)


def test_where_nothing_can_be_written_that_is_told_before_anything_is_done(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke("ledger", "export", file, "-o", str(tmp_path / "out.jsonl"))
    result = str(tmp_path / "result.json")
    invoke("solve", TWO_FIRMS, "-o", result)

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    new = str(tmp_path / "new.ledger")
    for words in (
        ("append", file, *NOTE),
        ("sign-contract", file, result, TWO_FIRMS),
        ("import", file, str(tmp_path / "out.jsonl")),
        ("import", new, str(tmp_path / "out.jsonl"), "--origin", "x"),
        ("init", new, "--origin", "x"),
    ):
        done = invoke("ledger", *words)
        assert (done.exit_code, "Read-only file system" in flat(done.stderr)) == (2, True), (words, done.stderr)
    assert not Path(new).exists()
    assert invoke("ledger", "show", file).exit_code == 0


def test_who_waits_for_a_locked_ledger_is_told_and_then_why_it_ends(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rd_contract.ledger.storage.NOTICE", 0.05)
    monkeypatch.setattr("rd_contract.ledger.storage.PATIENCE", 0.1)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for words in (("append", file, *NOTE), ("show", file)):
            done = invoke("ledger", *words)
            assert done.exit_code == 3
            assert "is locked by another program; waiting for it" in flat(done.stderr)
            assert "found a file that another program has kept locked for 0.1 seconds" in flat(done.stderr)
            assert "let the other program finish, or end it, then try again" in flat(done.stderr)
        other.execute("ROLLBACK")
    done = invoke("ledger", "append", file, *NOTE)
    assert (done.exit_code, done.stderr) == (0, "Recorded as entry 5.\n")


#: A program that keeps a ledger locked until it is told to end, as a backup that hangs may.
_HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""

#: The program with less patience.
_HASTY = """
from rd_contract.ledger import storage
storage.NOTICE, storage.PATIENCE = 0.2, 0.6
from rd_contract_cli.start import run
run()
"""


def test_a_ledger_that_another_process_keeps_locked_is_no_error_inside(file: str, tmp_path: Path) -> None:
    new = str(tmp_path / "new.json")
    with process(file, code=_HOLDER, stdin=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        for words in (
            ("ledger", "append", file, *NOTE),
            ("renew", TWO_FIRMS, file, "-o", new),
        ):
            code, out, err = run(*words, code=_HASTY)
            told = flat(err.decode())
            assert (code, out) == (3, b""), told
            assert "waiting for it, 0.4 s at most" in told
            assert "another program has kept locked" in told
        holder.communicate(timeout=PATIENCE)
    assert not Path(new).exists()
    assert len(Ledger(file).entries()) == 5
    assert run("ledger", "append", file, *NOTE)[0] == 0


def test_a_ledger_that_is_free_in_time_is_used(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rd_contract.ledger.storage.NOTICE", 0.05)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        waited: list[float] = []

        def release(seconds: float) -> None:
            waited.append(seconds)
            other.execute("ROLLBACK")

        ledger = Ledger(file, release)
        other.execute("BEGIN EXCLUSIVE")
        assert ledger.append("note", "A", {"text": "x"}).sequence == 5
        assert len(waited) == 1


def test_files_are_called_what_they_were_to_be(file: str, tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    text = tmp_path / "text"
    text.write_text("no such thing")
    for words, kind in (
        (("checkpoint", file, "--key", str(text)), "a key"),
        (("verify", file, "--checkpoint", str(text)), "a checkpoint"),
        (("prove", file, "--from", str(text)), "a checkpoint"),
        (("check-proof", str(text)), "a proof"),
        (("show", str(text)), "a ledger"),
    ):
        done = invoke("ledger", *words)
        assert done.exit_code == 3
        assert f"text cannot be used as {kind}" in flat(done.stderr)


def test_an_instance_is_called_by_its_file(tmp_path: Path) -> None:
    gone = [signed(0, "Manufacturer"), entry(1, "member_left", "Manufacturer")]
    ledger, new = str(made(tmp_path / "b.ledger", gone).path), str(tmp_path / "new.json")
    done = invoke("renew", TWO_FIRMS, ledger, "-o", new)
    assert (done.exit_code, "two_firms.json cannot be used as an instance" in flat(done.stderr)) == (3, True)
    required = tmp_path / "required.json"
    text = Path(TWO_FIRMS).read_text().replace('"mode', '"mode', 1)
    required.write_text(text.replace('"project": {', '"project": {"min_credit": 0.9, "lead": "Manufacturer", ', 1))
    done = invoke("ledger", "credit", ledger, "--apply", str(required), "-o", new)
    assert (done.exit_code, "required.json cannot be used as an instance" in flat(done.stderr)) == (3, True)


def test_a_result_is_no_exported_file_and_that_is_one_problem(file: str, tmp_path: Path) -> None:
    result = str(tmp_path / "result.json")
    invoke("solve", TWO_FIRMS, "-o", result)
    done = invoke("ledger", "import", file, result)
    assert done.exit_code == 3
    assert "1 problem" in done.stderr
    assert "this is another kind of file, a result" in flat(done.stderr)


# --- what is shown -----------------------------------------------------------------------------------------


def test_a_firm_that_the_record_does_not_have_is_an_error_with_the_one_that_was_meant(tmp_path: Path) -> None:
    file = str(made(tmp_path / "b.ledger", [signed(0, "Manufacturer", "Supplier")]).path)
    done = invoke("ledger", "show", file, "--firm", "Suplier")
    assert (done.exit_code, done.stdout) == (3, "")
    assert 'did you mean "Supplier"?' in flat(done.stderr)
    assert invoke("ledger", "show", file, "--firm", " Supplier ").exit_code == 0


def test_amounts_are_told_with_all_their_digits(tmp_path: Path) -> None:
    paid = [
        entry(0, "payment", "A", amount=123.456, to="B"),
        entry(1, "payment", "A", amount=1234567.89),
        entry(2, "deposit_forfeited", "A", amount=0.123456789),
    ]
    shown = flat(invoke("ledger", "show", str(made(tmp_path / "b.ledger", paid).path)).stdout)
    for amount in ("123.456 to B", "1,234,567.89 to the alliance", "0.123456789"):
        assert amount in shown


def test_on_a_terminal_what_is_invisible_is_seen_and_elsewhere_bytes_stay(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal:
        def __init__(self, *, is_one: bool) -> None:
            self.text, self.is_one = "", is_one

        def isatty(self) -> bool:
            return self.is_one

        def write(self, text: str) -> None:
            self.text += text

        def flush(self) -> None:
            """Nothing waits."""

    line = Ledger(file).append("note", "A", {"text": "a\u202eb"}).to_bytes().decode() + "\n"
    assert "\u202e" in line
    for is_one in (True, False):
        stream = Terminal(is_one=is_one)
        monkeypatch.setattr("sys.stdout", stream)
        console.write_shown(line)
        monkeypatch.undo()
        assert stream.text == (line.replace("\u202e", "\\u202e") if is_one else line)
