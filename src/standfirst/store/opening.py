"""Which store an address means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from standfirst.errors import StoreError
from standfirst.store.protocol import Store


def open_store(url: str, folder: Path, clock: Callable[[], datetime]) -> Store:
    """Open the store at an address, making it or bringing it up to this program's schema where that is needed.

    url: "" for SQLite at folder/standfirst.db, "memory:", or "postgresql://…". Kept pages lie in folder/pages. clock:
    for the record of when the schema was changed. Raises StoreError, NewerSchemaError, DiskFullError, or
    MissingExtraError where PostgreSQL's driver is not installed.
    """
    if url == "memory:":
        from standfirst.store.memory import MemoryStore

        return MemoryStore()
    from standfirst.store.pages import Pages
    from standfirst.store.sql import SqlStore

    pages = Pages(folder / "pages")
    if not url:
        from standfirst.store.sqlite import SqliteEngine

        return SqlStore(SqliteEngine(folder / "standfirst.db", clock), pages)
    if url.startswith(("postgresql://", "postgres://")):
        from standfirst.store.postgres import PostgresEngine

        return SqlStore(PostgresEngine(url, clock), pages)
    # the address may hold a password, so only its beginning is told
    raise StoreError(
        f"store.url {url.partition(':')[0]}:…: found an unknown kind of store, wanted nothing, memory: or postgresql://…"
    )
