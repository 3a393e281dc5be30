"""PostgreSQL as the engine, by psycopg 3 (the extra `postgres`): the same SQL, the same one writer at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from standfirst.errors import MissingExtraError, StoreError
from standfirst.store.engine import Connection, Indexed, no_space, unavailable, wanted_migrations
from standfirst.store.protocol import Key
from standfirst.store.taking import micros
from standfirst.store.words import Query, Term

if TYPE_CHECKING:
    import psycopg

_READERS_KEPT = 4
_WRITER = 7_203_211_905  # any number, the same in every Standfirst: the advisory lock of those who write
_LONGEST_WORDS = 400_000  # of an article; a tsvector holds 1 MiB at most (PostgreSQL manual, 12.11 Limitations)

_FOLDER = """
SELECT DISTINCT near.at, near.serial FROM subscription u CROSS JOIN LATERAL (
  SELECT c.at, c.serial FROM carried c WHERE c.feed = u.feed AND (c.at, c.serial) {beyond} (?, ?)
  ORDER BY c.at {order}, c.serial {order} LIMIT ?) AS near
WHERE u.folder = ? ORDER BY near.at {order}, near.serial {order} LIMIT ?
"""
_FOLDER_DOWN = _FOLDER.format(beyond="<", order="DESC")
_FOLDER_UP = _FOLDER.format(beyond=">", order="ASC")
_SEARCH = """
SELECT a.at, a.serial FROM search s JOIN article a ON a.serial = s.article
WHERE s.words @@ to_tsquery('simple', ?) AND (a.at, a.serial) < (?, ?)
ORDER BY a.at DESC, a.serial DESC LIMIT ?
"""
_INDEX = (
    "INSERT INTO search VALUES (?, to_tsvector('simple', ?)) ON CONFLICT (article) DO UPDATE SET words = excluded.words"
)


class PostgresConnection:
    """One connection to a server."""

    def __init__(self, raw: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.raw = raw

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Run one statement and fetch everything it answers."""
        cursor = self.raw.execute(_tongue(sql), parameters or None)
        return cursor.fetchall() if cursor.description else []

    def many(self, sql: str, parameters: Sequence[Sequence[object]]) -> int:
        """Run one statement for each of these parameters."""
        if not parameters:
            return 0
        with self.raw.cursor() as cursor:
            cursor.executemany(_tongue(sql), parameters)
            return cursor.rowcount


@cache
def _tongue(sql: str) -> str:
    return sql.replace("?", "%s")


class PostgresEngine:
    """A database on a server, brought to this program's schema when opened."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        try:
            import psycopg
        except ImportError as error:
            raise MissingExtraError("postgres", "a store at postgresql://") from error
        self._psycopg = psycopg
        self._url = url
        # what is printed names the database, never its password
        self._place = url.split("@")[-1]
        self._lock = threading.RLock()
        self._writer: PostgresConnection | None = None
        self._readers: list[PostgresConnection] = []
        self._closed = False
        try:
            with self.writing() as connection:
                self._migrate(connection, clock)
        except BaseException:
            self.close()
            raise

    # --- transactions

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that waits for every other writer: so serials ascend as they are committed."""
        with self._lock, self._errors():
            self._refuse_if_closed()
            if self._writer is None or self._writer.raw.closed:
                self._writer = self._connect()
            with self._writer.raw.transaction():
                self._writer.rows("SELECT pg_advisory_xact_lock(?)", (_WRITER,))
                yield self._writer

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One moment of the database, on a reader of its own."""
        with self._errors():
            connection = self._take_reader()
            try:
                with connection.raw.transaction():
                    yield connection
            finally:
                self._give_back(connection)

    def close(self) -> None:
        """Close every connection; those that are reading close when they are done."""
        with self._lock:
            self._closed = True
            for connection in (self._writer, *self._readers):
                if connection is not None:
                    connection.raw.close()
            self._readers.clear()

    # --- PostgreSQL's own statements

    def index(self, connection: Connection, old: list[Indexed], new: list[Indexed]) -> None:
        """The words are kept as they are compared.

        An index on an expression would be smaller, but a phrase then takes the words of every match apart again:
        seconds instead of 7 ms for two common words in 5,000 articles.
        """
        connection.many(_INDEX, [(each.key.serial, each.words[:_LONGEST_WORDS]) for each in new])

    def search(self, connection: Connection, query: Query, before: Key, limit: int) -> list[Key]:
        """The newest articles that answer a query."""
        return [Key(*row) for row in connection.rows(_SEARCH, (_tsquery(query), *before, limit))]

    def folder(self, connection: Connection, folder: str, bounds: tuple[Key, bool], limit: int) -> list[Key]:
        """Each feed's nearest, by its own index, and the nearest of those."""
        key, upwards = bounds
        sql = _FOLDER_UP if upwards else _FOLDER_DOWN
        return [Key(*row) for row in connection.rows(sql, (*key, limit, folder, limit))]

    # --- opening

    def _connect(self) -> PostgresConnection:
        return PostgresConnection(self._psycopg.connect(self._url, autocommit=True, application_name="standfirst"))

    def _migrate(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        held = connection.rows("SELECT to_regclass('migration') IS NOT NULL")[0][0]
        version = connection.rows("SELECT max(version) FROM migration")[0][0] if held else 0
        for number, statements in wanted_migrations("postgres", self._place, version).items():
            for statement in statements:
                connection.rows(statement)
            connection.rows("INSERT INTO migration VALUES (?, ?)", (number, micros(clock())))

    # --- readers

    def _take_reader(self) -> PostgresConnection:
        with self._lock:
            self._refuse_if_closed()
            if self._readers:
                return self._readers.pop()
        connection = self._connect()
        connection.raw.read_only = True
        connection.raw.isolation_level = self._psycopg.IsolationLevel.REPEATABLE_READ
        return connection

    def _give_back(self, connection: PostgresConnection) -> None:
        with self._lock:
            if self._closed or connection.raw.closed or len(self._readers) >= _READERS_KEPT:
                connection.raw.close()
            else:
                self._readers.append(connection)

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StoreError(f"{self._place}: the store is closed")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """The server's errors as the store's. What is a bug of ours (a wrong statement) stays what it is."""
        try:
            yield
        except self._psycopg.errors.DiskFull as error:
            raise no_space(self._place) from error
        except (self._psycopg.OperationalError, self._psycopg.errors.ReadOnlySqlTransaction) as error:
            raise unavailable(self._place, " ".join(str(error).split())) from error


def _tsquery(query: Query) -> str:
    """The query in PostgreSQL's words; each word holds letters and digits only."""
    unwanted = (f"!{_phrase(term)}" for term in query.unwanted)
    return " & ".join((*(_phrase(term) for term in query.wanted), *unwanted))


def _phrase(term: Term) -> str:
    return f"({' <-> '.join(term)})"
