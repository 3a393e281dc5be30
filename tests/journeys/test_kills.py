"""Collecting that is killed at random points, and two collections at once: nothing lost, doubled or torn.

`SOAK_KILLS` says how often (20 in the full tests; the sweep of 200 is run by hand, see docs/promises.md).
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import article_html, item, rss
from tests.journeys.installation import Installation, Publisher

FEEDS, ENTRIES = 24, 15
KILLS = int(os.environ.get("SOAK_KILLS", "20"))

pytestmark = pytest.mark.full


def paragraphs(feed: int, entry: int) -> tuple[str, ...]:
    return tuple(f"Paragraph {n} of article {entry} in outlet {feed} says something about the ferry." for n in range(8))


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as made:
        for feed in range(FEEDS):
            host = f"outlet{feed}.example"
            items = [item(n).replace("tide.example", host) for n in range(ENTRIES)]
            made.pages[host] = {"/feed": rss(*items, title=f"Outlet {feed}")}
            for n in range(ENTRIES):
                made.pages[host][f"/news/{n}"] = article_html(f"Ferry held {n}", *paragraphs(feed, n))
        yield made


@pytest.fixture
def here(publisher: Publisher, tmp_path: Path) -> Installation:
    made = Installation(tmp_path, publisher.resolve() + "[fetch]\nhost_gap = 0.0\n")
    rows = "".join(f'<outline text="{h}" xmlUrl="https://{h}/feed"/>' for h in publisher.pages)
    assert made.command("import", "-", data=f"<opml><body>{rows}</body></opml>".encode()).returncode == 0
    return made


def started(here: Installation) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "standfirst", "collect", "--quiet", "--settings", str(here.file)]
    line += ["--data", str(here.folder / "data")]
    return subprocess.Popen(line, cwd=here.folder, stderr=subprocess.DEVNULL)


def whole(here: Installation) -> None:
    """Everything that was published is held once, in full, and the database is sound."""
    database = sqlite3.connect(here.folder / "data" / "standfirst.db")
    try:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        database.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 0)")
        held = database.execute("SELECT url, revision, text FROM article JOIN revision USING (revision)").fetchall()
        (counted,) = database.execute("SELECT value FROM counter WHERE name = 'articles'").fetchone()
    finally:
        database.rollback()
        database.close()
    assert len(held) == counted == FEEDS * ENTRIES
    assert len({url for url, _, _ in held}) == FEEDS * ENTRIES
    for url, _, text in held:
        feed, entry = int(url.split("outlet")[1].split(".")[0]), int(url.rsplit("/", 1)[1])
        assert text.endswith("\n\n".join(paragraphs(feed, entry))), url


def test_killed_at_random_points_nothing_is_lost_doubled_or_torn(here: Installation) -> None:
    chance = random.Random(7)
    for _ in range(KILLS):
        process = started(here)
        time.sleep(chance.uniform(0.3, 3.0))
        process.kill()
        process.wait()
    done = here.command("collect")
    assert done.returncode == 0, done.stderr
    whole(here)


def test_two_collections_at_once_store_everything_once(here: Installation) -> None:
    both = [started(here), started(here)]
    assert [process.wait(120) for process in both] == [0, 0]
    whole(here)
    found = json.loads(here.command("problems", "--json").stdout)
    assert found == []
