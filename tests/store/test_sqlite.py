"""What is SQLite's alone: two processes, kills, full disks, and files that cannot be used."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from standfirst.errors import DiskFullError, NewerSchemaError, StoreError
from standfirst.model import Changes
from standfirst.store import open_store
from standfirst.store.engine import migrations
from standfirst.store.pages import Pages
from standfirst.store.protocol import Audience, Counts, Store
from standfirst.store.sql import SqlStore
from standfirst.store.sqlite import SqliteEngine
from tests.store.samples import an_article, carried, clock, id_of, taken

OWNER = Audience.OWNER
ROOT = Path(__file__).parents[2]

WRITE = """
import sys
from contextlib import ExitStack
from pathlib import Path
from standfirst.store import open_store
from tests.store.samples import carried, clock, id_of
store = open_store("", Path(sys.argv[1]), clock)
for number in range(int(sys.argv[3])):
    store.apply(carried("shared", f"{sys.argv[2]}-{number}"))
    print(number, flush=True)
    store.count_opening(id_of("shared"))
store.close()
"""


def open_in(folder: Path) -> Store:
    return open_store("", folder, clock)


def writer(folder: Path, name: str, times: int) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-c", WRITE, str(folder), name, str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def check(folder: Path) -> None:
    """The file is whole: by its own checks, and the search index by its own."""
    with sqlite3.connect(folder / "standfirst.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")
    connection.close()


def test_processes_open_and_write_one_file_at_once(tmp_path: Path) -> None:
    writers = [writer(tmp_path, name, 25) for name in ("a", "b")]
    for process in writers:
        out, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, ""), out
    store = open_in(tmp_path)
    assert store.counts(OWNER) == Counts(1, 51, 51, 0, 0)
    view = store.article(OWNER, id_of("shared"))
    assert view is not None and view.opened == 50
    store.close()
    check(tmp_path)


def test_a_kill_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    for turn in range(3):
        process = writer(tmp_path, f"turn{turn}", 100_000)
        assert process.stdout is not None
        done = [process.stdout.readline().strip() for _ in range(5 + 3 * turn)]
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate(timeout=60)
        committed = [*done, *rest.split("\n")[:-1]]
        store = open_in(tmp_path)
        for number in committed:
            view = store.article(OWNER, id_of(f"turn{turn}-{number}"))
            assert view is not None and view.feed
        assert store.counts(OWNER).articles == len(store.river(OWNER, limit=10**6).items)
        assert len(store.search(OWNER, "ferry", limit=10**6).items) == store.counts(OWNER).articles
        store.close()
    check(tmp_path)


def test_a_full_disk_changes_nothing_and_reading_goes_on(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path / "standfirst.db", clock)
    store = SqlStore(engine, Pages(tmp_path / "pages"))
    store.apply(carried("a"))
    with engine.writing() as connection:
        connection.rows("PRAGMA max_page_count = 1")  # SQLite makes of this: as many as there are
    before = store.river(OWNER), store.counts(OWNER)
    with pytest.raises(DiskFullError, match=r"standfirst\.db: found no space left"):
        store.apply(carried("b", "c") + Changes(articles=(taken(an_article("d", "sea " * 50_000)),)))
    assert (store.river(OWNER), store.counts(OWNER)) == before
    assert len(store.search(OWNER, "ferry").items) == 1
    with engine.writing() as connection:
        connection.rows("PRAGMA max_page_count = 1000000")
    store.apply(carried("b"))
    assert store.counts(OWNER).articles == 2
    store.close()
    check(tmp_path)


def test_a_newer_schema_is_refused_and_left_untouched(tmp_path: Path) -> None:
    open_in(tmp_path).close()
    path = tmp_path / "standfirst.db"
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO migration VALUES (999, 0)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(NewerSchemaError, match=r"standfirst\.db: found a database of schema 999, wanted 1 at most"):
        open_in(tmp_path)
    assert path.read_bytes() == before


def test_anothers_database_is_refused_and_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "standfirst.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE album (name TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not Standfirst's"):
        open_in(tmp_path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "standfirst.db").write_bytes(b"not a database at all, but long enough to be looked at" * 100)
    with pytest.raises(StoreError, match=r"standfirst\.db: found file is not a database.*To do: look whether"):
        open_in(tmp_path)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    store = open_in(tmp_path)
    store.apply(carried("a"))
    store.close()
    path = tmp_path / "standfirst.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreError, match=r"standfirst\.db: found database disk image is malformed"):
        open_in(tmp_path).river(OWNER)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="file"):
        open_in(tmp_path / "file" / "data")
    (tmp_path / "other" / "standfirst.db").mkdir(parents=True)
    with pytest.raises(StoreError, match=r"standfirst\.db: found unable to open"):
        open_in(tmp_path / "other")


def test_an_interrupted_upgrade_is_the_old_schema(tmp_path: Path) -> None:
    """Killed in the middle of the first migration: the file holds nothing, and opens as a new one."""
    script = (
        "import os, sqlite3, sys\n"
        "from pathlib import Path\n"
        "from standfirst.store.engine import migrations\n"
        "raw = sqlite3.connect(Path(sys.argv[1]) / 'standfirst.db', isolation_level=None)\n"
        "raw.execute('PRAGMA journal_mode = WAL')\n"
        "raw.execute('BEGIN IMMEDIATE')\n"
        "for statement in migrations('sqlite')[1][:8]:\n"
        "    raw.execute(statement)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], env=environment, check=False)
    assert killed.returncode == -9
    store = open_in(tmp_path)
    assert store.apply(carried("a")).articles == 1
    store.close()
    check(tmp_path)


def test_both_dialects_have_the_same_migrations_and_tables() -> None:
    sqlite, postgres = migrations("sqlite"), migrations("postgres")
    assert sqlite.keys() == postgres.keys() and list(sqlite) == list(range(1, len(sqlite) + 1))

    def tables(statements: dict[int, list[str]]) -> set[str]:
        words = [statement.split() for each in statements.values() for statement in each]
        return {word[word.index("TABLE") + 1] for word in words if word[0] == "CREATE" and "TABLE" in word[:3]}

    # the shelf is the order of SQLite's index; PostgreSQL sorts by the article
    assert tables(sqlite) - {"shelf"} == tables(postgres)
    assert {"article", "revision", "sighting", "search"} <= tables(sqlite)


def test_no_more_than_a_few_readers_are_kept(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path / "standfirst.db", clock)
    with ExitStack() as stack:
        connections = [stack.enter_context(engine.reading()) for _ in range(12)]
        assert len({id(connection) for connection in connections}) == 12
    with ExitStack() as stack:
        again = [stack.enter_context(engine.reading()) for _ in range(12)]
        assert len([connection for connection in again if connection in connections]) == 4
    engine.close()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path / "standfirst.db", clock)
    with pytest.raises(StoreError, match="readonly"), engine.reading() as connection:
        connection.rows("DELETE FROM article")
    engine.close()


def test_a_wrong_statement_is_a_bug_and_propagates(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path / "standfirst.db", clock)
    with pytest.raises(sqlite3.OperationalError, match="no such table"), engine.reading() as connection:
        connection.rows("SELECT * FROM nowhere")
    engine.close()
