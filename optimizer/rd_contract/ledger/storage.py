"""The file of a ledger: an SQLite database to which rows are added and nothing else is done.

Each transaction is in the file as a whole or not at all, whatever happens to the process, and is on the disk before the
call that made it returns. Triggers refuse to change or delete, so that nobody does by mistake; who goes around them is
found by :mod:`.verification`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from ..base.errors import LedgerError, LedgerLockedError, Problem, TamperedError
from ..base.files import source_name

#: Seconds that a process waits for others to finish their appends.
PATIENCE = 60.0

#: Seconds after which who waits is told so; appends of others take less.
NOTICE = 3.0

_REFUSALS = tuple(
    f"CREATE TRIGGER {table}_{action} BEFORE {action} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, 'a ledger is only added to'); END"
    for table in ("origin", "entry", "node")
    for action in ("UPDATE", "DELETE")
)
#: What a ledger consists of, in the words in which SQLite keeps it. Rows are refused that would replace others.
_SCHEMA = (
    "CREATE TABLE origin (name TEXT NOT NULL)",
    "CREATE TABLE entry (sequence INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    "CREATE TABLE node (level INTEGER NOT NULL, position INTEGER NOT NULL, hash BLOB NOT NULL, "
    "PRIMARY KEY (level, position)) WITHOUT ROWID",
    "CREATE TRIGGER origin_INSERT BEFORE INSERT ON origin WHEN EXISTS (SELECT 1 FROM origin) "
    "BEGIN SELECT RAISE(ABORT, 'a ledger has one origin'); END",
    "CREATE TRIGGER entry_INSERT BEFORE INSERT ON entry "
    "WHEN NEW.sequence <> (SELECT COALESCE(MAX(sequence) + 1, 0) FROM entry) "
    "BEGIN SELECT RAISE(ABORT, 'sequences have no gap'); END",
    "CREATE TRIGGER node_INSERT BEFORE INSERT ON node "
    "WHEN EXISTS (SELECT 1 FROM node WHERE level = NEW.level AND position = NEW.position) "
    "BEGIN SELECT RAISE(ABORT, 'a ledger is only added to'); END",
    *_REFUSALS,
)

#: Most bytes of an entry. A file from somebody else cannot make a process hold more than that of one.
LARGEST = 1024 * 1024

#: Errors of a file that was a database and is none any more, or holds what no ledger does.
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_TOOBIG)


class Rows:
    """What stands in a ledger's file, within one transaction.

    Parameters
    ----------
    connection
        To the database.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def origin(self) -> str:
        """Return the name of the ledger; raises TamperedError where there is none."""
        rows = self._connection.execute("SELECT name FROM origin").fetchall()
        if len(rows) != 1 or not isinstance(rows[0][0], str):
            raise TamperedError([Problem("origin", f"{len(rows)} rows", "the one name of the ledger", rule="tree")])
        return str(rows[0][0])

    def size(self) -> int:
        """Return the number of entries, by the number of the last one."""
        [(last,)] = self._connection.execute("SELECT MAX(sequence) FROM entry").fetchall()
        return 0 if last is None else int(last) + 1

    def entries(self) -> Iterator[tuple[int, object]]:
        """Return number and bytes of all entries in the order of their numbers, whatever stands there."""
        return self._connection.execute("SELECT sequence, body FROM entry ORDER BY sequence")

    def last_entries(self, first: int) -> Iterator[tuple[int, object]]:
        """Return number and bytes of the entries from a number on, in the order of their numbers."""
        words = "SELECT sequence, body FROM entry WHERE sequence >= ? ORDER BY sequence"
        return self._connection.execute(words, (first,))

    def entries_with(self, marks: Sequence[bytes], first: int, end: int) -> Iterator[tuple[int, object]]:
        """Return number and bytes of the entries from one number up to another that hold a mark, the latest first.

        Parameters
        ----------
        marks
            Bytes, one of which must be in an entry.
        first, end
            The number to begin with, and the one to end before.
        """
        held = " OR ".join("instr(body, ?)" for _ in marks)
        words = f"SELECT sequence, body FROM entry WHERE sequence >= ? AND sequence < ? AND ({held})"
        return self._connection.execute(f"{words} ORDER BY sequence DESC", (first, end, *marks))

    def last_nodes(self, level: int, first: int) -> list[tuple[int, object]]:
        """Return position and hash of the subtrees of a level from a position on, in the order of their positions."""
        words = "SELECT position, hash FROM node WHERE level = ? AND position >= ? ORDER BY position"
        return self._connection.execute(words, (level, first)).fetchall()

    def body(self, sequence: int) -> bytes:
        """Return the bytes of one entry; raises TamperedError where it is missing."""
        row = self._connection.execute("SELECT body FROM entry WHERE sequence = ?", (sequence,)).fetchone()
        return _bytes(row, f"entry {sequence}")

    def node(self, level: int, position: int) -> bytes:
        """Return the hash of a complete subtree; raises TamperedError where it is missing."""
        words = "SELECT hash FROM node WHERE level = ? AND position = ?"
        row = self._connection.execute(words, (level, position)).fetchone()
        return _bytes(row, f"hash {position} of level {level}")

    def nodes(self) -> Iterator[tuple[object, object, object]]:
        """Return level, position and hash of all subtrees, whatever stands there."""
        return self._connection.execute("SELECT level, position, hash FROM node ORDER BY level, position")

    def add(self, sequence: int, body: bytes, nodes: Iterable[tuple[int, int, bytes]]) -> None:
        """Add an entry and the subtrees that it completes.

        Parameters
        ----------
        sequence, body
            Its number and its bytes.
        nodes
            Level, position and hash of each.
        """
        self._connection.execute("INSERT INTO entry (sequence, body) VALUES (?, ?)", (sequence, body))
        self._connection.executemany("INSERT INTO node (level, position, hash) VALUES (?, ?, ?)", nodes)

    def complaints(self) -> list[str]:
        """Return what the database itself finds damaged, and which of its triggers are gone or others."""
        damaged = [str(row[0]) for row in self._connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return [*damaged, *self.misshapen()]

    def misshapen(self) -> list[str]:
        """Return which triggers are gone or others, and what does not belong to a ledger; quick whatever its size."""
        found = set(_schema_of(self._connection))
        missing = sorted(words.split()[2] for words in set(_SCHEMA) - found)
        strange = len(found - set(_SCHEMA))
        return [
            *(f"the trigger {name} is gone or another one" for name in missing),
            *([f"{strange} tables, triggers or views that do not belong to a ledger"] if strange else []),
        ]


class Storage:
    """A ledger's file; each transaction opens it anew, so that threads and processes may share it.

    Parameters
    ----------
    path
        The file.
    on_wait
        Called where another program has kept the file locked for some seconds, with how many more are waited.

    Raises
    ------
    LedgerError
        When the file is no ledger.
    LedgerLockedError
        When others keep it locked.
    OSError
        When it cannot be read.
    """

    def __init__(self, path: str | os.PathLike[str], on_wait: Callable[[float], None] | None = None) -> None:
        self.path = Path(path)
        self._on_wait = on_wait
        with self.reading() as rows:
            rows.origin()

    @classmethod
    def create(cls, path: str | os.PathLike[str], origin: str) -> Storage:
        """Make the file of a new ledger; an empty file is taken for none.

        Raises
        ------
        LedgerError
            When something is there, or no folder to put it in.
        OSError
            When it cannot be written.
        """
        where = Path(path)
        if not where.absolute().parent.is_dir():
            hint = "make it first, or name another one"
            raise LedgerError([Problem("", "no such folder", "a folder", hint, "file")], source_name(path))
        with _told(where, making=True), closing(_open(where, "rwc")) as connection, connection:
            _make_careful(connection)
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("SELECT 1 FROM sqlite_master").fetchone() is not None:
                raise LedgerError([Problem("", "a file that holds something", "a name that is free", rule="file")])
            for words in _SCHEMA:
                connection.execute(words)
            connection.execute("INSERT INTO origin (name) VALUES (?)", (origin,))
        return cls(path)

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """Yield what stands in the file at one moment; raises as the class, and TamperedError."""
        with self._transaction("BEGIN") as rows:
            yield rows

    @contextmanager
    def writing(self) -> Iterator[Rows]:
        """Yield what stands in the file, to which one may add: all is kept at the end, or after an error nothing."""
        with self._transaction("BEGIN IMMEDIATE") as rows:
            yield rows

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Rows]:
        with _told(self.path), closing(_open(self.path, "rw")) as connection, connection:
            if not set(_SCHEMA[:3]) <= self._begun(connection, begin):
                raise LedgerError([_no_ledger("a file of another kind")])
            yield Rows(connection)

    def _begun(self, connection: sqlite3.Connection, begin: str) -> set[str]:
        """Begin a transaction once nobody else keeps the file locked, and return the words of what is in it."""
        try:
            return _begin(connection, begin, min(NOTICE, PATIENCE))
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
        connection.rollback()
        if self._on_wait is not None:
            self._on_wait(PATIENCE - NOTICE)
        return _begin(connection, begin, PATIENCE - NOTICE)


def _begin(connection: sqlite3.Connection, begin: str, patience: float) -> set[str]:
    connection.execute(f"PRAGMA busy_timeout = {int(1000 * patience)}")
    _make_careful(connection)
    connection.execute(begin)
    return set(_schema_of(connection))  # it is reading that takes the lock of who reads


def _make_careful(connection: sqlite3.Connection) -> None:
    """Let nothing be lost, or executed that a file brings along; this reads the file, so it waits for others."""
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA trusted_schema = OFF")


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _open(path: Path, mode: str) -> sqlite3.Connection:
    # Reading takes a connection that may write, too: it undoes what a process left that died while it appended.
    where = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(where, uri=True, timeout=PATIENCE, isolation_level=None)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * LARGEST)
    except BaseException:
        connection.close()
        raise
    return connection


def _schema_of(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the words in which the tables and triggers of a database are kept."""
    for (words,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"):
        yield str(words)


@contextmanager
def _told(path: Path, *, making: bool = False) -> Iterator[None]:
    """Say in our words, and of which file, what goes wrong with a database that is there, or is being made."""
    name = source_name(path)
    try:
        yield
    except LedgerError as error:
        raise type(error)(error.problems, error.source or name) from None
    except UnicodeDecodeError:
        raise TamperedError([_damaged("words that are no text")], name) from None
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if not path.exists() and not making:
            missing = "check the path; a new ledger is made before anything is written into it"
            raise LedgerError([Problem("", "no such file", "a ledger", missing, "file")], name) from None
        if path.is_dir() or (code in _DAMAGED and not _begins_as_database(path)):
            found = "a folder" if path.is_dir() else "a file of another kind"
            raise LedgerError([_no_ledger(found)], name) from None
        if code in _DAMAGED or not code:  # without a code: what is there cannot be read as what it should be
            raise TamperedError([_damaged(str(error))], name) from None
        if _is_busy(error):
            raise LedgerLockedError([_locked()], name) from None
        raise OSError(f"{name}: {error}") from None


def _begins_as_database(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(16) == b"SQLite format 3\x00"


def _damaged(found: str) -> Problem:
    return Problem("", f"damaged: {found}", "the file as it was", rule="file")


def _locked() -> Problem:
    found = f"a file that another program has kept locked for {PATIENCE:g} seconds, the longest that is waited"
    hint = "nothing was changed; let the other program finish, or end it, then try again"
    return Problem("", found, "a ledger that is free", hint, "locked")


def _no_ledger(found: str) -> Problem:
    return Problem("", found, "a ledger", "files that are exported from a ledger can be imported into one", "file")


def _bytes(row: Sequence[object] | None, place: str) -> bytes:
    if row is None or not isinstance(row[0], bytes):
        found = "nothing" if row is None else "no bytes"
        raise TamperedError([Problem(place, found, "what was recorded", rule="tree")])
    return row[0]
