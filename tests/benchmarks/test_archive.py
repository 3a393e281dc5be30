"""Invented archives: the same seed, the same rows; and what they hold is what they say."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from standfirst.store import open_store
from standfirst.store.protocol import Audience, Store
from standfirst.store.words import matches, parse_query, words_of_article
from tests.benchmarks.conftest import BENCHMARKS, SMALL

OWNER = Audience.OWNER
TABLES = ("feed", "feed_state", "article", "revision", "alias", "sighting", "carried", "job", "problem", "shelf")


@pytest.fixture
def store(archives: tuple[Path, Path]) -> Iterator[Store]:
    from make_archive import END

    opened = open_store("", archives[0], lambda: END)
    yield opened
    opened.close()


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(folder / "standfirst.db")) as connection:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}


def test_the_same_seed_gives_the_same_rows(archives: tuple[Path, Path], tmp_path: Path) -> None:
    from make_archive import make

    make(tmp_path / "again", SMALL, 1)
    make(tmp_path / "other", SMALL, 2)
    held = rows(archives[0])
    assert rows(tmp_path / "again") == held
    assert rows(tmp_path / "other") != held
    # pages are wanted for the last month's articles alone; so small an archive has none
    assert [table for table, found in held.items() if not found] in ([], ["job"])


def test_an_archive_that_is_there_is_left_alone(archives: tuple[Path, Path]) -> None:
    from make_archive import make

    before = (archives[0] / "standfirst.db").stat().st_mtime_ns
    assert make(archives[0], SMALL, 1) is None
    assert (archives[0] / "standfirst.db").stat().st_mtime_ns == before


def test_a_folder_with_something_else_or_in_the_repository_is_refused(tmp_path: Path) -> None:
    from make_archive import make

    (tmp_path / "archive.json").write_text(json.dumps({"articles": 7}), "utf-8")
    with pytest.raises(SystemExit, match="holds another archive"):
        make(tmp_path, SMALL, 1)
    with pytest.raises(SystemExit, match="lies in the repository"):
        make(BENCHMARKS / "archive", SMALL, 1)
    assert not (BENCHMARKS / "archive").exists()


def test_shares_are_as_said(archives: tuple[Path, Path]) -> None:
    held = rows(archives[1])
    articles = len(held["article"])
    assert 0.14 < len(held["revision"]) / articles - 1 < 0.22
    assert 0.05 < len(held["sighting"]) / articles - 1 < 0.15
    assert len(held["feed"]) == 600
    counted = sorted((row[-2] for row in held["feed"] if isinstance(row[-2], int)), reverse=True)
    assert counted[0] > 8 * counted[60], "a few feeds are large and most are small"


@pytest.mark.parametrize("words", ["the", "government -to", '"of the"', "的", "harbour", "the minister", "-the"])
def test_search_finds_what_reading_everything_finds(store: Store, words: str) -> None:
    everything = store.river(OWNER, limit=SMALL + 1).items
    assert len(everything) == SMALL
    query, wanted = parse_query(words), []
    for item in everything:
        view = store.article(OWNER, item.id)
        assert view
        if matches(query, words_of_article(view.article)):
            wanted.append(item.id)
    found, before = [], None
    for _ in range(SMALL):
        page = store.search(OWNER, words, before=before, limit=7)
        found += [item.id for item in page.items]
        before = page.older
        if before is None:
            break
    assert found == wanted
