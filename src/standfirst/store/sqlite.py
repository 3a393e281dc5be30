"""SQLite as the engine: one writer at a time, a few readers, and nobody is ever told that the database is locked.

WAL with synchronous=FULL: what was committed survives a kill and a power cut. Writers, of this process or another,
begin IMMEDIATE and wait for each other; readers are never in their way (https://www.sqlite.org/wal.html).
"""

from __future__ import annotations

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
from standfirst.store.engine import Connection, Indexed, no_space, unavailable, wanted_migrations
from standfirst.store.protocol import Key
from standfirst.store.taking import micros
from standfirst.store.words import Query, Term

_PATIENCE = 60.0
_READERS_KEPT = 4
_WRITER_CACHE = -16_000  # KiB at most: a commit touches pages all over, and the default reads half of them twice
_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_IOERR, _SQLITE_FULL = 5, 6, 10, 13
_NO_ROOM = 128 * 1024

_HOUR = 3_600_000_000  # microseconds
_PLACES = 24  # bits: an hour has room for 16,777,216 articles
_SEARCH = """
SELECT s.rowid, p.at, p.serial FROM search s CROSS JOIN shelf p ON p.place = s.rowid
WHERE s.search MATCH ? AND s.rowid < ? ORDER BY s.rowid DESC
"""
_FORGET = "INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)"
_LEARN = "INSERT INTO search (rowid, words) VALUES (?, ?)"
# A merge: each feed's nearest wait in a queue; whenever one is taken out, the next of its feed takes its place
# (https://www.sqlite.org/lang_with.html, "Controlling Depth-First Versus Breadth-First Search").
_FOLDER = """
WITH RECURSIVE
  beside (at, serial) AS (VALUES (?, ?)),
  near (feed, at, serial) AS (
    SELECT c.feed, c.at, c.serial FROM subscription u, beside b CROSS JOIN carried c
    ON c.feed = u.feed AND (c.at, c.serial) = (
      SELECT at, serial FROM carried WHERE feed = u.feed AND (at, serial) {beyond} (b.at, b.serial)
      ORDER BY at {order}, serial {order} LIMIT 1)
    WHERE u.folder = ?
    UNION ALL
    SELECT c.feed, c.at, c.serial FROM near n CROSS JOIN carried c
    ON c.feed = n.feed AND (c.at, c.serial) = (
      SELECT at, serial FROM carried WHERE feed = n.feed AND (at, serial) {beyond} (n.at, n.serial)
      ORDER BY at {order}, serial {order} LIMIT 1)
    ORDER BY 2 {order}, 3 {order})
SELECT at, serial FROM near
"""
_FOLDER_DOWN = _FOLDER.format(beyond="<", order="DESC")
_FOLDER_UP = _FOLDER.format(beyond=">", order="ASC")


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
            self._writer.raw.execute(f"PRAGMA cache_size = {_WRITER_CACHE}")
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

    def index(self, connection: Connection, old: list[Indexed], new: list[Indexed]) -> None:
        """Tell the index the old words again, so that it forgets them, and the new ones.

        A contentless index forgets nothing otherwise (https://www.sqlite.org/fts5.html#s4_4_1). In ascending order,
        because FTS5 begins another segment whenever the order goes back (fts5_index.c, sqlite3Fts5IndexBeginWrite).
        """
        sql = "DELETE FROM shelf WHERE serial = ? RETURNING place"
        places = [connection.rows(sql, (each.key.serial,))[0][0] for each in old]
        steps = [(place, 0, each.words) for place, each in zip(places, old, strict=True)]
        steps += [(_shelve(connection, each.key), 1, each.words) for each in new]
        for place, step, words in sorted(steps):
            connection.rows((_FORGET, _LEARN)[step], (place, words))

    def search(self, connection: Connection, query: Query, before: Key, limit: int) -> list[Key]:
        """The newest matches, without reading others but those of the page's last hour."""
        assert isinstance(connection, SqliteConnection)
        found: list[Key] = []
        hour = None
        matching = connection.raw.execute(_SEARCH, (_match(query), _first_place(before.at + _HOUR)))
        for place, at, serial in matching:
            if len(found) >= limit and place >> _PLACES != hour:
                break
            if (at, serial) < before:
                found.append(Key(at, serial))
                hour = place >> _PLACES
        matching.close()
        return sorted(found, reverse=True)[:limit]

    def folder(self, connection: Connection, folder: str, bounds: tuple[Key, bool], limit: int) -> list[Key]:
        """The nearest of each feed, merged: one seek for every feed and every article shown."""
        assert isinstance(connection, SqliteConnection)
        key, upwards = bounds
        near: dict[Key, None] = {}  # an article that several of the feeds carried comes as often
        merging = connection.raw.execute(_FOLDER_UP if upwards else _FOLDER_DOWN, (*key, folder))
        for row in merging:
            near[Key(*row)] = None
            if len(near) == limit:
                break
        merging.close()
        return list(near)

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


def _first_place(at: int) -> int:
    """The first place in the search index for articles shown in the hour of a time in microseconds since 1970."""
    return at // _HOUR << _PLACES


def _shelve(connection: Connection, key: Key) -> int:
    """Give an article the next place of its hour.

    The index answers in the order of places, so that the newest need no reading of the others; and places are dense,
    because it keeps the differences between those of a word: seconds would make it half as large again.
    """
    first = _first_place(key.at)
    sql = "SELECT max(place) FROM shelf WHERE place >= ? AND place < ?"
    last = connection.rows(sql, (first, first + (1 << _PLACES)))[0][0]
    place = first if last is None else int(last) + 1
    connection.rows("INSERT INTO shelf VALUES (?, ?, ?)", (place, *key))
    return place


def _match(query: Query) -> str:
    """The query in FTS5's words: phrases in quotes, nothing of the reader's outside of them."""
    wanted = " AND ".join(_phrase(term) for term in query.wanted)
    return " NOT ".join((f"({wanted})", *(_phrase(term) for term in query.unwanted)))


def _phrase(term: Term) -> str:
    return f'"{" ".join(term)}"'
