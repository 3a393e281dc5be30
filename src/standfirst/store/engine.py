"""What the shared SQL asks of a database: the whole difference between SQLite and PostgreSQL.

The SQL is written once, with `?` for parameters and `= ANY(?)` for a list of values; each engine rewrites both to
its own tongue. Rows are plain tuples.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from standfirst.errors import Code, DiskFullError, NewerSchemaError, StoreError
from standfirst.store.protocol import Key
from standfirst.store.words import Query

_MIGRATIONS = Path(__file__).parent / "migrations"


class Connection(Protocol):
    """One connection, inside a transaction."""

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Run one statement and fetch everything it answers."""

    def many(self, sql: str, parameters: Sequence[Sequence[object]]) -> int:
        """Run one statement for each of these parameters; how many rows it changed in all."""


class Indexed(NamedTuple):
    """What the search index holds of an article: its place in the river, and its words as words.py folds them."""

    key: Key
    words: str


class Engine(Protocol):
    """A database. Both context managers are one transaction each; errors leave as StoreError, nothing changed."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one moment of the database and changes nothing."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that changes the database; there is one at a time, in all processes together."""

    def index(self, connection: Connection, old: list[Indexed], new: list[Indexed]) -> None:
        """Replace what the search index holds of articles. old: exactly as it was indexed."""

    def search(self, connection: Connection, query: Query, before: Key, limit: int) -> list[Key]:
        """The newest articles that answer a query, below `before`."""

    def folder(self, connection: Connection, folder: str, bounds: tuple[Key, bool], limit: int) -> list[Key]:
        """The articles that the feeds of a folder carried, nearest to a key; bounds: the key, and whether upwards."""

    def close(self) -> None:
        """Let go of every connection."""


def migrations(dialect: str) -> dict[int, list[str]]:
    """The numbered migrations of a dialect: version -> its statements."""
    files = sorted((_MIGRATIONS / dialect).glob("*.sql"))
    return {int(file.name[:4]): _statements(file.read_text("utf-8")) for file in files}


def _statements(script: str) -> list[str]:
    lines = (line for line in script.splitlines() if not line.lstrip().startswith("--"))
    return [statement for part in "\n".join(lines).split(";\n") if (statement := part.strip().rstrip(";"))]


def wanted_migrations(dialect: str, place: str, version: int) -> dict[int, list[str]]:
    """The migrations still to be done. Raises NewerSchemaError where the database is ahead of this program."""
    known = migrations(dialect)
    if version > max(known):
        raise NewerSchemaError(
            f"{place}: found a database of schema {version}, wanted {max(known)} at most. "
            f"To do: {Code.STORE_NEWER.advice}. It was left untouched."
        )
    return {number: statements for number, statements in known.items() if number > version}


def unavailable(place: str, found: str) -> StoreError:
    """The error of a store that cannot be used; its message says what to do."""
    wanted = "a database that can be read and written"
    return StoreError(f"{place}: found {found}, wanted {wanted}. To do: {Code.STORE_UNAVAILABLE.advice}.")


def no_space(place: str) -> DiskFullError:
    """The error of a full disk; nothing was written."""
    wanted = "some; nothing was changed"
    return DiskFullError(f"{place}: found no space left, wanted {wanted}. To do: {Code.DISK_FULL.advice}.")
