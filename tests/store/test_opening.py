"""Tests of which store an address means, and of what is said when it cannot be opened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from standfirst.errors import MissingExtraError, NewerSchemaError, StoreError
from standfirst.store import open_store
from standfirst.store.memory import MemoryStore
from tests.store.samples import clock


def test_nothing_given_is_sqlite_in_the_folder(tmp_path: Path) -> None:
    open_store("", tmp_path / "data", clock).close()
    assert (tmp_path / "data" / "standfirst.db").is_file()


def test_memory_writes_nothing(tmp_path: Path) -> None:
    assert isinstance(open_store("memory:", tmp_path / "data", clock), MemoryStore)
    assert not (tmp_path / "data").exists()


def test_an_unknown_kind_of_store_is_named_and_its_password_is_not(tmp_path: Path) -> None:
    with pytest.raises(
        StoreError, match=r"store\.url mysql:….*found an unknown kind of store, wanted nothing"
    ) as caught:
        open_store("mysql://desk:hush@x", tmp_path, clock)
    assert "hush" not in str(caught.value)


def test_a_missing_driver_names_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtraError, match="extra 'postgres'"):
        open_store("postgresql://localhost/x", tmp_path, clock)


def test_a_server_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed: a server that is away was not tested")
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/x: found .*refused") as caught:
        open_store("postgresql://reader:secret@127.0.0.1:1/x", tmp_path, clock)
    assert "secret" not in str(caught.value)


@pytest.mark.full
def test_a_newer_schema_on_a_server_is_refused(tmp_path: Path, postgres_url: str) -> None:
    import psycopg

    open_store(postgres_url, tmp_path, clock).close()
    with psycopg.connect(postgres_url) as connection:
        connection.execute("INSERT INTO migration VALUES (999, 0)")
    with pytest.raises(NewerSchemaError, match="schema 999"):
        open_store(postgres_url, tmp_path, clock)


def test_the_store_brings_nothing_heavy(tmp_path: Path) -> None:
    """What an idle web process would carry for the store: no compressor, no server's driver, no numbers."""
    script = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from standfirst.store import open_store; from standfirst.store.protocol import Audience\n"
        "store = open_store('', Path(sys.argv[1]), lambda: datetime.now(UTC)); store.river(Audience.OWNER)\n"
        "print(sorted({'zstandard', 'psycopg', 'numpy', 'lxml', 'asyncio'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    environment = {"PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
