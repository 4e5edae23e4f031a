"""Reading and writing whole files: bounded reading, atomic writing."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
from pathlib import Path

from .errors import DocumentError, Problem

#: Largest document that is read; 1,500 firms take less than one megabyte.
MAX_BYTES = 64 * 1024 * 1024


def source_name(path: str | os.PathLike[str]) -> str:
    """Return a file's name for messages, always printable."""
    if os.fspath(path) == "-":
        return "standard input"
    name = os.fsencode(path).decode("utf-8", "backslashreplace")
    return name if name.isprintable() else repr(name)


def read_bytes(path: str | os.PathLike[str], error: type[DocumentError]) -> bytes:
    """Read a file, or standard input for ``-``.

    Raises
    ------
    DocumentError
        Of the given type, when the file cannot be read or is too large.
    """
    name = os.fspath(path)
    try:
        if name == "-":
            if sys.stdin is None:
                raise OSError(errno.EBADF, "standard input is closed")
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as reason:
        text = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
        problem = Problem("", text, "a readable file", "check the path and its permissions", "file")
        raise error([problem], source_name(path)) from None
    if len(data) > MAX_BYTES:
        problem = Problem("", f"more than {MAX_BYTES:,} bytes", f"at most {MAX_BYTES:,} bytes", rule="file")
        raise error([problem], source_name(path))
    return data


def write_atomically(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write text (as UTF-8) or bytes to a file so that a reader sees the old or the new content, never a part.

    A link is written through, permissions are kept. What is not a regular file (a pipe, ``/dev/stdout``)
    cannot be replaced by renaming and is written directly.

    Raises
    ------
    OSError
        When the file cannot be written; the old content is still there then.
    """
    target = Path(path)
    data = content.encode() if isinstance(content, str) else content
    if _is_special(target):
        with target.open("wb") as stream:
            stream.write(data)
        return
    target = _followed(target)
    # The name is cut: with prefix and suffix it must not get longer than file systems allow.
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name[:32]}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, _mode_for(target))
        os.replace(temporary, target)
        _settle(target.parent)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _settle(folder: Path) -> None:
    """Make a rename last through a loss of power, where the system lets folders be synchronised."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    # The file itself is written; some network drives refuse this, and lose nothing by it.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _is_special(target: Path) -> bool:
    # /dev/stdout leads to a regular file when redirected: the file that is open there must be written.
    return target.parts[:2] in (("/", "dev"), ("/", "proc")) or (target.exists() and not target.is_file())


def _followed(target: Path) -> Path:
    try:
        return target.resolve()
    except RuntimeError:  # before Python 3.13: links in a circle
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(target)) from None


def _mode_for(target: Path) -> int:
    """Keep the permissions of the file that is replaced; a new one gets what the umask grants."""
    if target.exists():
        return target.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
