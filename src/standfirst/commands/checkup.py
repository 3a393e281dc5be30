"""What `standfirst doctor` looks at: each finding says what was looked at, what was found, and what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from standfirst.config import Settings, clock_of
from standfirst.errors import MissingExtraError, StoreError

LOW_SPACE = 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    well: bool
    subject: str
    found: str
    todo: str = ""

    def __str__(self) -> str:
        head = "ok     " if self.well else "trouble"
        return f"{head}  {self.subject}: {self.found.rstrip('.')}{f'. To do: {self.todo}' if self.todo else ''}"


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at everything; nothing is changed."""
    looks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (_python, _search, _folder, _store, _extras)
    return tuple(finding for look in looks for finding in look(settings))


def _python(_: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(
        sys.version_info >= (3, 11), "Python", version, "" if sys.version_info >= (3, 11) else "use 3.11 or newer"
    )


def _search(_: Settings) -> Iterator[Finding]:
    with sqlite3.connect(":memory:") as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE t USING fts5(a)")
        except sqlite3.OperationalError as error:
            yield Finding(False, "SQLite full-text search", str(error), "use a Python whose SQLite has FTS5")
        else:
            yield Finding(True, "SQLite full-text search", f"FTS5 in SQLite {sqlite3.sqlite_version}")
    connection.close()


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = Path(settings.store.folder).absolute()
    there = next(p for p in (folder, *folder.parents) if p.exists())
    writable = os.access(there, os.W_OK)
    words = "can be written" if writable else f"{there} cannot be written"
    yield Finding(writable, f"data folder {folder}", words, "" if writable else "set store.folder or its permissions")
    free = shutil.disk_usage(there).free
    todo = "" if free > LOW_SPACE else "free some space: collecting stops when the disk is full"
    yield Finding(free > LOW_SPACE, "free space there", f"{free / 1024**3:.1f} GiB", todo)


def _store(settings: Settings) -> Iterator[Finding]:
    from standfirst.store.opening import open_store
    from standfirst.store.protocol import Audience

    folder = Path(settings.store.folder)
    if not settings.store.url and not (folder / "standfirst.db").exists():
        yield Finding(True, "store", "none yet; it is made by the first command that needs it")
        return
    try:
        with closing(open_store(settings.store.url, folder, clock_of(settings.clock))) as store:
            counts = store.counts(Audience.OWNER)
    except StoreError as error:
        found, _, todo = str(error).rstrip(".").partition(". To do: ")
        yield Finding(False, "store", found, todo or "see docs/store.md")
        return
    except MissingExtraError as error:
        found, _, todo = str(error).rpartition(": ")
        yield Finding(False, "store", found, todo)
        return
    yield Finding(True, "store", f"{counts.articles} articles of {counts.feeds} feeds, {counts.problems} problems")


def _extras(_: Settings) -> Iterator[Finding]:
    for extra, module, need in (("postgres", "psycopg", "a PostgreSQL store"),):
        there = find_spec(module) is not None
        yield Finding(True, f"extra {extra}", "installed" if there else f"not installed; only {need} needs it")
