"""How quick the store is: entries and articles a CPU second, and what a page, a search and the counts cost.

    python benchmarks/store.py [--articles 10000] [--url postgresql://…]

Invented text of about 600 words an article, words as frequent as Zipf has it. CPU seconds are of this process alone, so
on PostgreSQL they leave the server out. Prints one line a figure.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from standfirst.model import (
    Article,
    BlockKind,
    Changes,
    Entry,
    Evidence,
    Feed,
    FeedState,
    Method,
    PageJob,
    Sighting,
    State,
    Subscription,
    Taken,
    article_id,
    digest_of,
    lay_out,
    revision_of,
)
from standfirst.store import open_store
from standfirst.store.protocol import Audience, Store

START = datetime(2026, 1, 1, tzinfo=UTC)
FEEDS = [Feed(f"https://outlet{n}.example/feed.xml", f"outlet{n}.example", f"Outlet {n}") for n in range(100)]
BATCH = 100
OWNER = Audience.OWNER


class Texts:
    """Invented words, the n-th as frequent as 1/n."""

    def __init__(self) -> None:
        self._random = random.Random(1)
        letters = "abcdefghijklmnopqrstuvwxyz"
        self._words = ["the", "harbour", *("".join(self._random.choices(letters, k=7)) for _ in range(50_000))]
        total = 0.0
        self._weights: list[float] = []
        for rank in range(1, len(self._words) + 1):
            total += 1 / rank
            self._weights.append(total)

    def words(self, count: int) -> str:
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=count))


def feed_text(texts: Texts, number: int) -> tuple[Taken, Sighting]:
    """What one entry of a feed brings: 30 words."""
    feed, seen = FEEDS[number % len(FEEDS)], START + timedelta(seconds=number * 20)
    link = f"https://{feed.outlet}/news/{number}"
    headline, summary = texts.words(9).capitalize(), texts.words(30)
    text, blocks = lay_out([(BlockKind.HEADLINE, headline, None), (BlockKind.PARAGRAPH, summary, None)])
    document = digest_of(feed.url.encode())
    evidence = tuple(_evidence(field, document) for field in ("headline", "published"))
    published = seen - timedelta(minutes=number % 50)
    article = Article(
        article_id(link), link, feed.outlet, headline, None, ("Ada Holm",), published, None, "en", ("News",),
        text, blocks, State.PARTIAL, "", evidence, document, revision_of(text), "extract/feed 1",
    )  # fmt: skip
    entry = Entry(
        feed.url, link, link, headline, f"<p>{summary}</p>", ("Ada Holm",), published, digest=revision_of(text)
    )
    return Taken(article, seen), Sighting(article.id, entry, seen)


def full_text(texts: Texts, number: int) -> Taken:
    """The same article from its page: about 600 words in 15 paragraphs."""
    taken, _ = feed_text(texts, number)
    old = taken.article
    parts: list[tuple[BlockKind, str, datetime | None]] = [
        (BlockKind.HEADLINE, old.headline, None),
        (BlockKind.STANDFIRST, texts.words(25), None),
    ]
    parts += [(BlockKind.PARAGRAPH, texts.words(40), None) for _ in range(15)]
    parts.append((BlockKind.PARAGRAPH, f"The harbour only{number}", None))
    text, blocks = lay_out(parts)
    page = digest_of(old.url.encode())
    fields = ("headline", "standfirst", "bylines", "published", "modified", "language", "sections", "text")
    article = replace(
        old, standfirst=parts[1][1], text=text, blocks=blocks, state=State.FULL, page=page, made_by="extract/page 1",
        evidence=tuple(_evidence(field, page) for field in fields), revision=revision_of(text),
    )  # fmt: skip
    return Taken(article, taken.seen + timedelta(seconds=30))


def _evidence(field: str, document: str) -> Evidence:
    return Evidence(field, Method.JSON_LD, document, f"/html/head/script[2]#/{field}", "line", revision_of(field))


def entries(texts: Texts, count: int) -> Iterator[Changes]:
    """Polls: the entries of feeds, their text, a job each, and the feed's state."""
    made = (feed_text(texts, number) for number in range(count))
    while group := list(islice(made, BATCH)):
        takings, sightings = zip(*group, strict=True)
        jobs = tuple(PageJob(s.article, s.entry.link, s.entry.feed, s.seen) for s in sightings)
        state = FeedState(sightings[0].entry.feed, due=sightings[0].seen)
        yield Changes(states=(state,), articles=takings, sightings=sightings, jobs=jobs)


def pages(texts: Texts, count: int) -> Iterator[Changes]:
    """The full articles, their jobs done."""
    made = (full_text(texts, number) for number in range(count))
    while group := tuple(islice(made, BATCH)):
        yield Changes(articles=group, jobs_done=tuple(taken.article.id for taken in group))


def fill(store: Store, name: str, batches: Iterator[Changes], count: int) -> None:
    """Apply all of it; only the store's time counts."""
    cpu = longest = 0.0
    for changes in batches:
        start, wall = time.process_time(), time.perf_counter()
        store.apply(changes)
        cpu += time.process_time() - start
        longest = max(longest, time.perf_counter() - wall)
    print(f"{name:42}{count / cpu:10.0f} a CPU second   longest commit {longest * 1000:.0f} ms")


def measure(name: str, ask: Callable[[], object]) -> None:
    """The median and the slowest of 30 calls, in milliseconds of wall time."""
    times = []
    for _ in range(30):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    print(f"{name:42}{times[15]:10.2f} ms   slowest of 30 {times[-1]:.2f} ms")


def ask_everything(store: Store, count: int) -> None:
    middle = store.river(OWNER, limit=count // 2).older if count <= 20_000 else None
    river = store.river(OWNER, limit=40)
    measure("river, first page of 40", lambda: store.river(OWNER, limit=40))
    measure("river, second page", lambda: store.river(OWNER, limit=40, before=river.older))
    if middle:
        measure("river, page in the middle", lambda: store.river(OWNER, limit=40, before=middle))
    measure("river of one feed", lambda: store.river(OWNER, feed=FEEDS[3].url, limit=40))
    measure("river of a folder of 50 feeds", lambda: store.river(OWNER, folder="Folder 1", limit=40))
    measure("article", lambda: store.article(OWNER, river.items[7].id))
    for words in ("the", "harbour", "the -harbour", '"the harbour"', f"harbour only{count - 1}", "zzzzzzz"):
        measure(f"search {words}, {len(store.search(OWNER, words, limit=40).items)} shown", _asker(store, words))
    measure("counts", lambda: store.counts(OWNER))
    measure("health of 100 feeds", lambda: store.health(OWNER))
    link = river.items[7].url
    measure("an alias", lambda: store.find(OWNER, link))


def _asker(store: Store, words: str) -> Callable[[], object]:
    return lambda: store.search(OWNER, words, limit=40)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--articles", type=int, default=10_000)
    options.add_argument(
        "--url", default="", help="an empty PostgreSQL database; SQLite in a temporary folder if not given"
    )
    chosen = options.parse_args()
    count, texts = chosen.articles, Texts()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(chosen.url, Path(folder), lambda: START)
        folders = tuple(Subscription(feed.url, f"Folder {n % 2}") for n, feed in enumerate(FEEDS))
        store.apply(Changes(feeds=tuple(FEEDS), subscriptions=folders))
        print(f"{count} articles, commits of {BATCH}, Python {sys.version.split()[0]}")
        fill(store, "feed entries into the store", entries(texts, count), count)
        fill(store, "full articles into the store", pages(texts, count), count)
        size = sum(file.stat().st_size for file in Path(folder).glob("*.db"))
        print(f"{'size on disk':42}{size / count / 1024:10.1f} KiB an article")
        ask_everything(store, count)
        store.close()


if __name__ == "__main__":
    main()
