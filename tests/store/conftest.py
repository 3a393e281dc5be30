"""The stores that the contract is held against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from standfirst.store import open_store
from standfirst.store.protocol import Store
from tests.store.samples import clock
from tests.store.server import programs, running_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A server's address; skipped where PostgreSQL is not installed."""
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not found: its store was not tested")
    pytest.importorskip("psycopg", reason="psycopg is not installed: the PostgreSQL store was not tested")
    with running_server(folder) as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A database emptied for this test."""
    import psycopg

    url = f"{postgres_server}/postgres"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.full)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each implementation in turn, empty."""
    url = {"memory": "memory:", "sqlite": ""}.get(request.param)
    if url is None:
        url = request.getfixturevalue("postgres_url")
    opened = open_store(url, tmp_path, clock)
    yield opened
    opened.close()
