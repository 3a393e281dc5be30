"""What is asked at every turn of the collecting loop and by every river costs the same with ten times the feeds."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from standfirst.model import Changes, Feed, FeedState, Subscription
from standfirst.store.opening import open_store
from standfirst.store.protocol import Audience, Key, Store

from .samples import NOW, a_job, carried, clock, later

OWNER = Audience.OWNER
PLACE = Key(10**15, 5)
ASKED: dict[str, Callable[[Store], object]] = {
    "due_feeds": lambda store: store.due_feeds(NOW, 256),
    "next_due": lambda store: store.next_due(),
    "jobs": lambda store: store.jobs(later(900), 50),
    "river": lambda store: store.river(OWNER),
    "river, older": lambda store: store.river(OWNER, before=PLACE),
    "river, newer": lambda store: store.river(OWNER, after=PLACE),
    "river of a feed": lambda store: store.river(OWNER, feed=url(3)),
    "known_entries": lambda store: store.known_entries(url(3), ["a", "b"]),
    "counts": lambda store: store.counts(OWNER),
    "a new state": lambda store: store.apply(Changes(states=(FeedState(url(3), due=NOW),))),
}
# a scan that costs nothing, or that goes along an index and stops at a LIMIT
HARMLESS = re.compile(r"SCAN (json_each|CONSTANT ROW|counter|\w+ USING (COVERING )?INDEX|\(subquery)")


def url(number: int) -> str:
    return f"https://{number:06}.example/feed"


class Watch:
    """What the databases of a test are asked (their statements, values filled in), and how much work it is."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.hundreds = 0

    def connect(self, *given: Any, **named: Any) -> sqlite3.Connection:
        connection = self.real(*given, **named)
        connection.set_trace_callback(self.said.append)
        connection.set_progress_handler(self._count, 100)
        return connection

    def _count(self) -> int:
        self.hundreds += 1
        return 0

    real = staticmethod(sqlite3.connect)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(sqlite3, "connect", watch.connect)
    return watch


def filled(folder: Path, number: int) -> Store:
    """A store with so many feeds, each due at its own second around now, and a handful of articles."""
    store = open_store("", folder, clock)
    for start in range(0, number, 500):
        feeds = [Feed(url(n), f"{n:06}.example") for n in range(start, min(start + 500, number))]
        states = [FeedState(feed.url, due=NOW + timedelta(seconds=n + start - 300)) for n, feed in enumerate(feeds)]
        places = [Subscription(feed.url, f"Folder {start % 7}") for feed in feeds]
        store.apply(Changes(feeds=tuple(feeds), subscriptions=tuple(places), states=tuple(states)))
    store.apply(carried(*"abcdefgh"))
    store.apply(Changes(jobs=tuple(a_job(name) for name in "abcd")))
    return store


@pytest.fixture
def stores(watch: Watch, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """A store of 400 feeds and one of 4,000."""
    small, large = filled(tmp_path / "small", 400), filled(tmp_path / "large", 4000)
    yield small, large
    small.close()
    large.close()


def test_nothing_asked_at_every_turn_reads_a_whole_table(
    watch: Watch, stores: tuple[Store, Store], tmp_path: Path
) -> None:
    planner = Watch.real(next((tmp_path / "small").glob("*.db")))
    for name, ask in ASKED.items():
        watch.said.clear()
        ask(stores[0])
        statements = [sql for sql in watch.said if sql.split()[0] in ("SELECT", "WITH", "UPDATE", "INSERT", "DELETE")]
        assert statements, name
        for sql in statements:
            plan = [row[3] for row in planner.execute(f"EXPLAIN QUERY PLAN {sql}")]
            scans = [step for step in plan if step.startswith("SCAN") and not HARMLESS.match(step)]
            assert not scans, (name, " ".join(sql.split()), plan)
    planner.close()


def test_ten_times_the_feeds_are_no_more_work(watch: Watch, stores: tuple[Store, Store]) -> None:
    for name, ask in ASKED.items():
        work = []
        for store in stores:
            ask(store)
            watch.hundreds = 0
            ask(store)
            work.append(watch.hundreds)
        assert work[1] <= 1.5 * work[0] + 5, name


def test_a_scan_would_be_noticed(watch: Watch, stores: tuple[Store, Store]) -> None:
    work = []
    for store in stores:
        watch.hundreds = 0
        store.health(OWNER)
        work.append(watch.hundreds)
    assert work[1] > 5 * work[0]
