"""Files: reading with its quirks, writing all or nothing; and the words for what stands in them."""

from __future__ import annotations

import io
import json
import math
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from malformed import VALID
from rd_contract import Result, load_bundled, solve
from rd_contract.base import files
from rd_contract.base.errors import InstanceError, Problem, ResultError
from rd_contract.formats.documents import (
    describe,
    join_path,
    parse_json,
    read_bytes,
    regular,
    source_name,
    write_atomically,
)
from rd_contract.instance import Instance

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    """A file with old content; whatever happens, nothing may be left beside it."""
    path = tmp_path / "result.json"
    path.write_text("old", encoding="utf-8")
    yield path
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.json"]


# --- writing ---------------------------------------------------------------------------------------------


def test_writing_replaces_the_content(target: Path) -> None:
    write_atomically(target, "new ū_i\nline\n")
    assert target.read_bytes() == "new ū_i\nline\n".encode()


def test_writing_creates_a_file_as_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(str(tmp_path / "new.json"), "new")
    finally:
        os.umask(before)
    assert (tmp_path / "new.json").read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE((tmp_path / "new.json").stat().st_mode) == 0o640
    assert os.umask(before) == before


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod", "fdopen"])
@pytest.mark.parametrize("reason", [OSError("disk full"), KeyboardInterrupt()], ids=["error", "Ctrl-C"])
def test_a_crash_in_the_middle_keeps_the_old_file(
    target: Path, monkeypatch: pytest.MonkeyPatch, step: str, reason: BaseException
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise reason

    monkeypatch.setattr(os, step, crash)
    with pytest.raises(type(reason)):
        write_atomically(target, "new")
    assert target.read_text(encoding="utf-8") == "old"


def test_text_that_cannot_be_encoded_keeps_the_old_file(target: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_atomically(target, "new \ud800")
    assert target.read_text(encoding="utf-8") == "old"


def test_a_crash_leaves_nothing_where_nothing_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(tmp_path / "new.json", "new")
    assert not list(tmp_path.iterdir())


def test_the_old_content_stands_until_the_new_is_complete(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    replace = os.replace

    def watch(source: str, destination: str) -> None:
        seen.append((target.read_text(encoding="utf-8"), Path(source).read_text(encoding="utf-8")))
        assert Path(source).parent == target.parent  # the same file system: renaming is atomic
        replace(source, destination)

    monkeypatch.setattr(os, "replace", watch)
    write_atomically(target, "new")
    assert seen == [("old", "new")]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_permissions_are_kept(target: Path, mode: int) -> None:
    target.chmod(mode)
    write_atomically(target, "new")
    assert stat.S_IMODE(target.stat().st_mode) == mode


@posix
def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    real, link, chain = tmp_path / "folder" / "real.json", tmp_path / "link.json", tmp_path / "chain.json"
    link.symlink_to(real)
    chain.symlink_to(link)
    for content in ("first", "second"):  # at first the link leads nowhere
        write_atomically(chain, content)
        assert link.is_symlink()
        assert chain.is_symlink()
        assert real.read_text(encoding="utf-8") == content
    assert [entry.name for entry in (tmp_path / "folder").iterdir()] == ["real.json"]


@posix
def test_links_in_a_circle_are_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(OSError, match="symbolic links"):
        write_atomically(tmp_path / "a", "new")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a", "b"]


@posix
def test_a_device_is_written_to_and_stays() -> None:
    before = os.stat(os.devnull)
    write_atomically(os.devnull, "gone")
    after = os.stat(os.devnull)
    assert (before.st_ino, before.st_rdev, before.st_mode) == (after.st_ino, after.st_rdev, after.st_mode)


@posix
def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write_atomically(pipe, "through\n")
    reader.join(10)
    assert received == [b"through\n"]
    assert pipe.is_fifo()


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs /dev/stdout")
def test_redirected_standard_output_is_the_file_that_is_open(tmp_path: Path) -> None:
    code = (
        "from rd_contract.formats.documents import write_atomically as w; print('a', flush=True); "
        "w('/dev/stdout', 'text'); print('z')"
    )
    out = tmp_path / "out.txt"
    with out.open("ab") as stream:
        subprocess.run([sys.executable, "-c", code], stdout=stream, check=True, timeout=60)
    # Written to the open file: what is printed afterwards is not lost.
    assert out.read_bytes().endswith(b"textz\n")


def test_a_folder_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"directory|Permission"):
        write_atomically(tmp_path, "new")
    with pytest.raises(OSError, match=r"No such file|cannot find"):
        write_atomically(tmp_path / "none" / "result.json", "new")
    assert not list(tmp_path.iterdir())


def test_the_longest_file_name_can_be_written(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 250 + ".json")
    write_atomically(target, "new")
    assert target.read_text(encoding="utf-8") == "new"


# --- reading ---------------------------------------------------------------------------------------------


class _Stream:
    """Standard input with given bytes."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def test_standard_input_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Stream(json.dumps(VALID).encode()))
    assert Instance.from_file("-") == Instance.from_dict(VALID)
    monkeypatch.setattr(sys, "stdin", _Stream(b"{}"))
    with pytest.raises(InstanceError, match=r"^standard input: 2 problems"):
        Instance.from_file("-")


def test_standard_input_has_the_same_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Stream(b"12345"))
    monkeypatch.setattr(files, "MAX_BYTES", 4)
    with pytest.raises(ResultError, match=r"standard input: 1 problem\n.*more than 4 bytes"):
        read_bytes("-", ResultError)


def test_closed_standard_input_is_a_problem_of_the_input(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = _Stream(b"")
    closed.buffer.close()
    for stream in (closed, None):
        monkeypatch.setattr(sys, "stdin", stream)
        with pytest.raises(InstanceError, match="closed"):
            read_bytes("-", InstanceError)


def test_a_byte_order_mark_is_tolerated(tmp_path: Path) -> None:
    path = tmp_path / "marked.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(VALID).encode())
    assert Instance.from_file(path) == Instance.from_json("\ufeff" + json.dumps(VALID)) == Instance.from_dict(VALID)


def test_line_ends_and_white_space_do_not_matter() -> None:
    text = json.dumps(VALID, indent="\t").replace("\n", "\r\n")
    assert Instance.from_json(text.encode() + b"\r\n\r\n") == Instance.from_dict(VALID)


def test_parsing_gives_plain_numbers() -> None:
    document = parse_json(b'{"a": 1, "b": 1.5, "c": -0.0, "d": 123456789012345678901234567890}', InstanceError)
    assert document == {"a": 1, "b": 1.5, "c": 0.0, "d": 123456789012345678901234567890}


def test_a_source_is_always_printable() -> None:
    assert source_name("-") == "standard input"
    assert source_name(Path("a/b.json")) == "a/b.json"
    assert source_name("M\N{LATIN SMALL LETTER U WITH DIAERESIS}ller.json") == "Müller.json"
    assert source_name("a\nb") == "'a\\nb'"
    assert source_name("\udcff.json") == "\\xff.json"


# --- regular data ----------------------------------------------------------------------------------------


def test_regular_data_are_copied_into_plain_types() -> None:
    found: list[tuple[tuple[str | int, ...], Problem]] = []
    copy = regular(MappingProxyType({"a": (1, -0.0), "b": {"c": None}}), found)
    assert (copy, found) == ({"a": [1, 0.0], "b": {"c": None}}, [])
    assert str(copy["a"][1]) == "0.0"


def test_irregular_data_are_left_out_and_named() -> None:
    found: list[tuple[tuple[str | int, ...], Problem]] = []
    data: dict[Any, Any] = {"a": float("nan"), "b": [1, float("inf")], "\ud800": 1, 5: 2, "c": "\udfff", "d": 10**400}
    kept = regular(data, found)
    assert math.isnan(kept.pop("a"))  # stays: what is expected in its place, the field says
    assert kept == {"b": [1, math.inf]}
    assert [place for place, _ in found] == [("a",), ("b", 1), ("\ud800",), ("5",), ("c",), ("d",)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (0.1, "0.1"),
        ("a\n\x1b", '"a\\n\\u001b"'),
        ("Société", '"Société"'),
        ("\ud800", '"\\ud800"'),
        ({"a": [1]}, '{"a": [1]}'),
        (list(range(100)), "a list of 100"),
        (dict.fromkeys(map(str, range(100))), "an object"),
        ("x" * 100, '"' + "x" * 56 + "..."),
        (10**5000, "a number of 4,300 digits or more"),
        (float("nan"), "NaN"),
        (object(), "object"),
        ({1, 2}, "set"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_are_described_in_the_words_of_the_file(value: Any, text: str) -> None:
    assert describe(value) == text


def test_paths_read_like_code() -> None:
    assert join_path(()) == ""
    assert join_path(("firms", 2, "share", "min")) == "firms[2].share.min"
    assert join_path(("firms", 0, "capabilities", "cathode award")) == "firms[0].capabilities.cathode award"
    assert join_path(("capabilities", "v1.2")) == 'capabilities["v1.2"]'
    assert join_path(("a\nb", 1)) == '["a\\nb"][1]'
    assert join_path(("", "\ud800")) == '[""]["\\ud800"]'
    assert len(join_path(("k" * 1000,))) < 70


def test_files_of_another_kind_are_named_as_such() -> None:
    with pytest.raises(ResultError) as caught:
        Result.from_dict(load_bundled("two_firms").to_dict())
    [problem] = caught.value.problems
    assert (problem.path, problem.found) == ("format", '"rd-contract/1"')
    with pytest.raises(InstanceError) as other:
        Instance.from_dict(solve(load_bundled("two_firms")).to_dict())
    assert len(other.value.problems) == 1
