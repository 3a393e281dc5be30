"""SQLite as the engine: one writer at a time, a few readers, and nobody is ever told that the database is locked.

WAL with synchronous=FULL: what was committed survives a kill and a power cut. Writers, of this process or another,
begin IMMEDIATE and wait for each other; readers are never in their way (https://www.sqlite.org/wal.html).
"""

from __future__ import annotations

import heapq
import json
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from standfirst.errors import StoreError
from standfirst.store.engine import Connection, no_space, unavailable, wanted_migrations
from standfirst.store.protocol import Key
from standfirst.store.taking import micros
from standfirst.store.words import Query, Term

_PATIENCE = 60.0
_READERS_KEPT = 4
_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_IOERR, _SQLITE_FULL = 5, 6, 10, 13
_NO_ROOM = 128 * 1024

_NEAREST = """
SELECT at, serial FROM carried WHERE feed = ? AND (at, serial) {beyond} (?, ?)
ORDER BY at {order}, serial {order} LIMIT ?
"""
_NEAREST_DOWN = _NEAREST.format(beyond="<", order="DESC")
_NEAREST_UP = _NEAREST.format(beyond=">", order="ASC")


class SqliteConnection:
    """One connection to a database file. Lists in parameters are handed over as JSON."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Run one statement and fetch everything it answers."""
        return self.raw.execute(_tongue(sql), _bound(parameters)).fetchall()

    def many(self, sql: str, parameters: Sequence[Sequence[object]]) -> int:
        """Run one statement for each of these parameters."""
        return self.raw.executemany(_tongue(sql), parameters).rowcount if parameters else 0


@cache
def _tongue(sql: str) -> str:
    return sql.replace("= ANY(?)", "IN (SELECT value FROM json_each(?))")


def _bound(parameters: Sequence[object]) -> Sequence[Any]:
    return [json.dumps(each) if isinstance(each, list) else each for each in parameters]


class SqliteEngine:
    """A database file, made and brought to this program's schema when opened."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._readers: list[SqliteConnection] = []
        self._closed = False
        with self._errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = self._connect()
            try:
                self._prepare(clock)
            except BaseException:
                self.close()
                raise

    # --- transactions

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """BEGIN IMMEDIATE to COMMIT, on the one writing connection."""
        with self._lock, self._errors():
            self._refuse_if_closed()
            raw = self._writer.raw
            raw.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                raw.execute("COMMIT")
            except BaseException:
                # SQLite rolls some errors back by itself (a full disk), and then there is nothing left to undo
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One moment of the database, on a reader of its own."""
        with self._errors():
            connection = self._take_reader()
            try:
                connection.raw.execute("BEGIN")
                yield connection
            finally:
                connection.raw.rollback()
                self._give_back(connection)

    def close(self) -> None:
        """Close every connection; those that are reading close when they are done."""
        with self._lock:
            self._closed = True
            for connection in (self._writer, *self._readers):
                connection.raw.close()
            self._readers.clear()

    # --- SQLite's own statements

    def index(self, connection: Connection, old: list[tuple[int, str]], new: list[tuple[int, str]]) -> None:
        """A contentless index is told the old words again to forget them (https://www.sqlite.org/fts5.html#s4_4_1)."""
        connection.many("INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)", old)
        connection.many("INSERT INTO search (rowid, words) VALUES (?, ?)", new)

    def search(self, connection: Connection, query: Query, before: Key, limit: int) -> list[Key]:
        """The newest matches, exactly, without reading all of them.

        The index answers by serial, the order in which articles came. No article is shown later than it was first
        seen, and `bound` is the latest such time up to a serial; so once a page is full, and its oldest is newer than
        the bound, nothing that follows can belong to it.
        """
        assert isinstance(connection, SqliteConnection)
        matching = connection.raw.execute(
            "SELECT a.at, a.serial, a.bound FROM search s CROSS JOIN article a ON a.serial = s.rowid"
            " WHERE s.search MATCH ? ORDER BY s.rowid DESC",
            (_match(query),),
        )
        newest: list[tuple[int, int]] = []
        for at, serial, bound in matching:
            if len(newest) == limit and bound <= newest[0][0]:
                break
            if (at, serial) < before:
                push = heapq.heappushpop if len(newest) == limit else heapq.heappush
                push(newest, (at, serial))
        matching.close()
        return [Key(*key) for key in sorted(newest, reverse=True)]

    def folder(self, connection: Connection, folder: str, bounds: tuple[Key, bool], limit: int) -> list[Key]:
        """Each feed's nearest, by its own index, and the nearest of those."""
        key, upwards = bounds
        sql = _NEAREST_UP if upwards else _NEAREST_DOWN
        nearest: list[tuple[int, int]] = []
        for (feed,) in connection.rows("SELECT feed FROM subscription WHERE folder = ?", (folder,)):
            rows = connection.rows(sql, (feed, *key, limit))
            nearest = sorted({*nearest, *rows}, reverse=not upwards)[:limit]
        return [Key(*row) for row in nearest]

    # --- opening

    def _connect(self) -> SqliteConnection:
        raw = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA foreign_keys = ON")
        return SqliteConnection(raw)

    def _prepare(self, clock: Callable[[], datetime]) -> None:
        """Refuse a newer schema before anything is written, then WAL, then the migrations in one transaction."""
        wanted_migrations("sqlite", str(self._path), self._version())
        # turning to WAL does not wait for another process that is doing the same
        _patiently(lambda: self._writer.raw.execute("PRAGMA journal_mode = WAL"))
        with self.writing() as connection:
            for number, statements in wanted_migrations("sqlite", str(self._path), self._version()).items():
                for statement in statements:
                    connection.rows(statement)
                connection.rows("INSERT INTO migration VALUES (?, ?)", (number, micros(clock())))

    def _version(self) -> int:
        rows = self._writer.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if rows and ("migration",) not in rows:
            raise unavailable(str(self._path), "a database that is not Standfirst's")
        return int(self._writer.rows("SELECT max(version) FROM migration")[0][0]) if rows else 0

    # --- readers

    def _take_reader(self) -> SqliteConnection:
        with self._lock:
            self._refuse_if_closed()
            if self._readers:
                return self._readers.pop()
        connection = self._connect()
        connection.raw.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: SqliteConnection) -> None:
        with self._lock:
            if self._closed or len(self._readers) >= _READERS_KEPT:
                connection.raw.close()
            else:
                self._readers.append(connection)

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StoreError(f"{self._path}: the store is closed")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """SQLite's errors as the store's. What is a bug of ours (a wrong statement) stays what it is."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code == _SQLITE_FULL or (code == _SQLITE_IOERR and self._is_full()):
                raise no_space(str(self._path)) from error
            if isinstance(error, sqlite3.ProgrammingError) or code == 1:
                raise
            raise unavailable(str(self._path), str(error)) from error
        except OSError as error:
            raise unavailable(str(self._path), error.strerror or str(error)) from error

    def _is_full(self) -> bool:
        """Whether the disk has no room: SQLite reports a write-ahead log that was cut short as an I/O error."""
        place = next((folder for folder in self._path.parents if folder.exists()), self._path.parent)
        return shutil.disk_usage(place).free < _NO_ROOM


def _patiently(action: Callable[[], object]) -> None:
    """Try again while another process holds the database, for as long as any writer waits."""
    give_up = time.monotonic() + _PATIENCE
    while True:
        try:
            action()
            return
        except sqlite3.OperationalError as error:
            busy = getattr(error, "sqlite_errorcode", 0) & 0xFF in (_SQLITE_BUSY, _SQLITE_LOCKED)
            if not busy or time.monotonic() > give_up:
                raise
        time.sleep(0.01)


def _match(query: Query) -> str:
    """The query in FTS5's words: phrases in quotes, nothing of the reader's outside of them."""
    wanted = " AND ".join(_phrase(term) for term in query.wanted)
    return " NOT ".join((f"({wanted})", *(_phrase(term) for term in query.unwanted)))


def _phrase(term: Term) -> str:
    return f'"{" ".join(term)}"'
