"""Opening a store: one writer at a time, ordered migrations, and one clear line for everything that can be wrong."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analyzer.records import StoreError
from analyzer.store.codec import DamagedError
from analyzer.store.schema import APPLICATION, MIGRATIONS

Row = tuple[Any, ...]
Values = Sequence[Any] | Mapping[str, Any]
ROOM = 1 << 16  # bytes; with less on its disk no store can be opened to write
WAIT = 10  # seconds to wait for a reader that holds the file for a moment


class Database:
    """An open store. All writing happens inside ``with db.transaction()``, which is kept whole or not at all."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    def execute(self, sql: str, values: Values = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self._connection.execute(sql, values)

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for many rows."""
        self._connection.executemany(sql, rows)

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """All rows of a query."""
        return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, values: Values = ()) -> Any:
        """The first value of the first row, None when there is none."""
        row = self._connection.execute(sql, values).fetchone()
        return row[0] if row else None

    def among(self, sql: str, values: Iterable[Any], chunk: int = 500) -> Iterator[Row]:
        """Rows of a query whose ``{}`` stands for a list of values, which may be of any length."""
        values = list(values)
        for i in range(0, len(values), chunk):
            part = values[i : i + chunk]
            yield from self.rows(sql.format(",".join("?" * len(part))), part)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything in the block, or nothing of it."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def get(self, name: str) -> str | None:
        """A value of the small table of single facts."""
        value: str | None = self.one("SELECT value FROM meta WHERE name = ?", (name,))
        return value

    def put(self, name: str, value: str) -> None:
        """Set a single fact."""
        self.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (name, value))


@contextmanager
def writing(path: Path) -> Iterator[Database]:
    """Open a store to write in, made when missing; no other process can until the block ends.

    Raises StoreError when another run is writing, or the file is foreign, damaged, newer or cannot be written.
    """
    with _named(path), _locked(path):
        connection = _connect(f"{path.resolve().as_uri()}?mode=rwc")
        try:
            _check(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # a commit is on the disk before it returns
            _migrate(connection)
            yield Database(connection, path)
        finally:
            connection.close()


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """Open a store to read, while another process may be writing; raises StoreError like ``writing``."""
    if not path.is_file():
        raise StoreError(f"{path}: no such store")
    with _named(path):
        connection = _open_to_read(path)
        try:
            _check(connection, path)
            if _version(connection) < len(MIGRATIONS):
                connection.close()
                with writing(path):
                    pass  # brings it up to date
                connection = _open_to_read(path)
            connection.execute("PRAGMA query_only = 1")
            connection.execute("BEGIN")  # one view of the store, whatever a run writes meanwhile
            yield Database(connection, path)
        finally:
            connection.close()


def _open_to_read(path: Path) -> sqlite3.Connection:
    """Open an existing file; where its index cannot be made (read-only, full) as a file that nobody changes."""
    uri = path.resolve().as_uri()
    try:
        return _connect(f"{uri}?mode=rw")
    except sqlite3.OperationalError:
        if Path(f"{path}-wal").exists():  # what is in the log would be missing
            raise
        return _connect(f"{uri}?mode=ro&immutable=1")


def _connect(uri: str) -> sqlite3.Connection:
    """Open a file and read its first page, so that what is wrong shows here."""
    connection = sqlite3.connect(uri, uri=True, timeout=WAIT, isolation_level=None, cached_statements=256)
    try:
        connection.execute("PRAGMA foreign_keys = 1")
        connection.execute("PRAGMA cache_size = -65536")  # KiB
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("SELECT * FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is not a store of this program or of an older one."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION and not (empty and application == 0):
        raise StoreError(f"{path}: is a database of another program, not a store")
    if _version(connection) > len(MIGRATIONS):
        raise StoreError(f"{path}: was written by a newer version of this program")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables up to date, one migration a transaction."""
    for number in range(_version(connection), len(MIGRATIONS)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in statements(MIGRATIONS[number]):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def statements(script: str) -> Iterator[str]:
    """Cut a script into its statements; sqlite3's own way to run one would commit half-way."""
    part = ""
    for line in script.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            yield part
            part = ""


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Turn whatever SQLite and the system say into one line that names the store."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {_reason(error, path)}") from error
    except DamagedError as error:
        raise StoreError(f"{path}: is damaged: a record cannot be read") from error


def _reason(error: sqlite3.Error, path: Path) -> str:
    """What an error means to a user."""
    text = str(error)
    if "disk I/O" in text and path.parent.is_dir() and shutil.disk_usage(path.parent).free < ROOM:
        text = "disk is full"
    known = (
        ("locked", "the store is busy: another run is writing to it"),
        ("disk is full", "no space is left on its disk"),
        ("readonly", "cannot be written: it is read-only"),
        ("unable to open", "cannot be opened there: a store is two or three files, in a place where files can be made"),
        ("not decode", "is damaged (text that is no text)"),
        ("not a database", "is not a store: not an SQLite file, or damaged"),
        ("malformed", "is damaged (the database disk image is malformed)"),
        ("disk I/O", "cannot be read or written (disk I/O error)"),
    )
    return next((line for sign, line in known if sign in text), f"is damaged or not a store: {text}")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the only right to write: a lock of the operating system on FILE-lock, gone with the process."""
    lock = Path(f"{path}-lock")
    if path.is_dir():
        raise StoreError(f"{path}: is a folder, not a store")
    try:
        while True:
            handle = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
            try:
                _take(handle)
            except OSError as error:
                os.close(handle)
                raise StoreError(f"{path}: the store is busy: another run is writing to it") from error
            if _is(lock, handle):
                break
            os.close(handle)  # its holder removed it between our opening and our locking
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        os.close(handle)


def _is(lock: Path, handle: int) -> bool:
    """Whether the locked file is still the one of that name."""
    try:
        return os.path.samestat(lock.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _take(handle: int) -> None:
    """Lock a file or raise OSError at once."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
