"""What a reader and the intake ask of a store, and what each answer costs: time, SQLite's steps, pages read."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from standfirst.store import open_store
from standfirst.store.protocol import Audience, FeedHealth, Key, Store

OWNER = Audience.OWNER
PAGE = 40
TIMES = 30
SIX_YEARS = timedelta(days=6 * 365)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
LISTS, COUNTS, SEARCHES = 20.0, 2.0, 50.0  # milliseconds wanted at 1,000,000 articles


class Question(NamedTuple):
    """wanted: milliseconds, or 0 where nothing is promised."""

    name: str
    ask: Callable[[Store], object]
    wanted: float = 0.0


class Cost(NamedTuple):
    """cpu, median, worst: milliseconds of TIMES calls, the first two medians, the last two of wall time.

    steps: of SQLite's machine. pages: read by a cold connection.
    """

    cpu: float
    median: float
    worst: float
    steps: int = 0
    pages: int = 0


def questions(store: Store) -> list[Question]:
    """All of them, about what this store holds."""
    newest = store.river(OWNER, limit=PAGE)
    lines = sorted(store.health(OWNER), key=lambda line: line.articles)
    middle, deep = _key_at(store, 0.5), _key_at(store, 0.95)
    return [
        *_lists(newest.items[-1].id, newest.items[-1].url, lines, middle, deep),
        *_searches(store, middle, deep),
    ]


def _key_at(store: Store, share: float) -> Key:
    """The key of the time that lies so far from the newest article towards the oldest of the last six years."""
    newest = store.river(OWNER, limit=1).items[0].at
    oldest = store.river(OWNER, after=_key_of(newest - SIX_YEARS), limit=1).items[0].at
    return _key_of(newest - (newest - oldest) * share)


def _key_of(moment: datetime) -> Key:
    return Key(int(moment.timestamp() * 1_000_000), 0)


def _lists(id: str, url: str, lines: list[FeedHealth], middle: Key, deep: Key) -> list[Question]:
    large, small = lines[-1].feed.url, lines[0].feed.url
    folder = lines[-1].subscription.folder
    feeds = sum(line.subscription.folder == folder for line in lines)
    return [
        Question("river, first page", lambda s: s.river(OWNER, limit=PAGE), LISTS),
        Question("river, in the middle", lambda s: s.river(OWNER, before=middle, limit=PAGE), LISTS),
        Question("river, far down", lambda s: s.river(OWNER, before=deep, limit=PAGE), LISTS),
        Question("river, upwards from far down", lambda s: s.river(OWNER, after=deep, limit=PAGE), LISTS),
        Question("largest feed, first page", lambda s: s.river(OWNER, feed=large, limit=PAGE), LISTS),
        Question("largest feed, far down", lambda s: s.river(OWNER, feed=large, before=deep, limit=PAGE), LISTS),
        Question("smallest feed", lambda s: s.river(OWNER, feed=small, limit=PAGE), LISTS),
        Question(f"folder of {feeds} feeds, first", lambda s: s.river(OWNER, folder=folder, limit=PAGE), LISTS),
        Question("the same, far down", lambda s: s.river(OWNER, folder=folder, before=deep, limit=PAGE), LISTS),
        Question(f"health of {len(lines)} feeds", lambda s: s.health(OWNER), LISTS),
        Question("problems", lambda s: s.problems(OWNER), LISTS),
        Question("counts", lambda s: s.counts(OWNER), COUNTS),
        Question("an article", lambda s: s.article(OWNER, id)),
        Question("an alias", lambda s: s.find(OWNER, url)),
        Question("feeds that are due", lambda s: s.due_feeds(NOW, 256)),
        Question("pages that are wanted", lambda s: s.jobs(NOW, 200)),
    ]


def _searches(store: Store, middle: Key, deep: Key) -> list[Question]:
    rare = rare_word(store, middle)
    asked = {
        "common word": ("the", None),
        "common word, far down": ("the", deep),
        "less common word": ("harbour", None),
        "rare word": (rare, None),
        "unknown word": ("qqqqqqqq", None),
        "two common words": ("government minister", None),
        "two common words, far down": ("government minister", deep),
        "common and rare": (f"the {rare}", None),
        "phrase": ('"the government"', None),
        "phrase of rare neighbours": ('"harbour ferry"', None),
        "excluded, common": ("minister -the", None),
        "excluded, rare": (f"minister -{rare}", None),
        "Chinese": ("中国", None),
        "Chinese, three letters": ("的一是", None),
    }
    return [Question(f"search: {name}", _search(words, key), SEARCHES) for name, (words, key) in asked.items()]


def _search(words: str, before: Key | None) -> Callable[[Store], object]:
    return lambda store: store.search(OWNER, words, before=before, limit=PAGE)


def rare_word(store: Store, place: Key) -> str:
    """The longest word of the articles near a place: hardly any other article has it."""
    found = store.river(OWNER, before=place, limit=5).items
    texts = [view.article.text for item in found if (view := store.article(OWNER, item.id))]
    return max((word for text in texts for word in text.split() if word.isalpha() and word.isascii()), key=len)


def timed(store: Store, question: Question) -> Cost:
    """What TIMES calls cost, after one that warms."""
    walls, cpus = [], []
    question.ask(store)
    for _ in range(TIMES):
        wall, cpu = time.perf_counter(), time.process_time()
        question.ask(store)
        cpus.append((time.process_time() - cpu) * 1000)
        walls.append((time.perf_counter() - wall) * 1000)
    return Cost(median(cpus), median(walls), max(walls))


def counted(folder: Path, question: Question) -> tuple[int, int]:
    """SQLite's steps, and pages read by a connection that has read nothing yet but the schema and the counts."""
    with _counting() as steps:
        store = open_store("", folder, lambda: NOW)
        store.counts(OWNER)
        begun, before = steps[0], _bytes_read()
        question.ask(store)
        cost = steps[0] - begun, (_bytes_read() - before) // 4096
        store.close()
    return cost


@contextmanager
def _counting() -> Iterator[list[int]]:
    steps = [0]
    connect = sqlite3.connect

    def tick() -> int:
        steps[0] += 1
        return 0

    def connected(*arguments: Any, **more: Any) -> sqlite3.Connection:
        raw = connect(*arguments, **more)
        raw.set_progress_handler(tick, 1)
        return raw

    sqlite3.connect = connected  # type: ignore[assignment]
    try:
        yield steps
    finally:
        sqlite3.connect = connect


def _bytes_read() -> int:
    """Bytes that this process asked the system for, cached or not (proc(5), /proc/pid/io)."""
    return int(Path("/proc/self/io").read_text().split("rchar: ")[1].split()[0])
