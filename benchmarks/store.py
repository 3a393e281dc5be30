"""How quick the store is: entries and articles a CPU second, and what a page, a search and the counts cost.

    python benchmarks/store.py [--articles 10000] [--url postgresql://…]
    python benchmarks/store.py --archive DIR [DIR …]

The first fills an empty store with invented articles; CPU seconds are of this process alone, so on PostgreSQL they
leave the server out. The second asks archives made by make_archive.py, side by side; steps (of SQLite's machine) and
pages (read by a cold connection) show what grows with the archive where times are noisy.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from _archive import feeds
from _invented import Inventor
from _questions import NOW, TIMES, Cost, Question, counted, questions, timed

from standfirst.model import (
    BlockKind,
    Changes,
    Entry,
    Feed,
    FeedState,
    PageJob,
    Sighting,
    State,
    Subscription,
    Taken,
    lay_out,
    revision_of,
)
from standfirst.store import open_store
from standfirst.store.protocol import Store

BATCH = 50
COLUMNS = f"ms of {TIMES} calls: CPU, median; wall, median and slowest"


def polls(count: int) -> Iterator[tuple[Changes, Changes]]:
    """Commits in pairs: what polls brought, 30 words an entry and a job each; then the full articles, jobs done."""
    inventor, polled = Inventor(1), feeds()
    for start in range(0, count, BATCH):
        feed = polled[start // BATCH % len(polled)]
        seen = NOW - timedelta(seconds=20 * (count - start))
        pairs = [_twice(inventor, feed, number, seen) for number in range(start, min(start + BATCH, count))]
        takings, sightings = tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)
        jobs = tuple(PageJob(each.article, each.entry.link, feed.url, seen) for each in sightings)
        yield (
            Changes(states=(FeedState(feed.url, due=seen),), articles=takings, sightings=sightings, jobs=jobs),
            Changes(articles=tuple(pair[2] for pair in pairs), jobs_done=tuple(job.article for job in jobs)),
        )


def _twice(inventor: Inventor, feed: Feed, number: int, seen: datetime) -> tuple[Taken, Sighting, Taken]:
    """One article as its feed gives it, its entry, and the article as its page gives it."""
    link = f"https://{feed.outlet}/news/{number}"
    full = inventor.article(link, feed, seen - timedelta(minutes=number % 50))
    summary = inventor.sentences(full.language, 30)
    text, blocks = lay_out([(BlockKind.HEADLINE, full.headline, None), (BlockKind.PARAGRAPH, summary, None)])
    short = replace(
        full, text=text, blocks=blocks, standfirst=None, revision=revision_of(text), state=State.PARTIAL,
        made_by="extract/feed 1", evidence=full.evidence[:2],
    )  # fmt: skip
    entry = Entry(feed.url, link, link, full.headline, f"<p>{summary}</p>", full.bylines, full.published)
    sighting = Sighting(full.id, replace(entry, digest=short.revision), seen)
    return Taken(short, seen), sighting, Taken(full, seen + timedelta(seconds=10))


@dataclass(slots=True)
class Meter:
    """The store's own time: CPU seconds in all, and the longest commit in milliseconds."""

    cpu: float = 0.0
    longest: float = 0.0

    def apply(self, store: Store, changes: Changes) -> None:
        """Apply and count."""
        start, wall = time.process_time(), time.perf_counter()
        store.apply(changes)
        self.cpu += time.process_time() - start
        self.longest = max(self.longest, (time.perf_counter() - wall) * 1000)


def fill(store: Store, count: int) -> None:
    """Apply all of it; only the store's time counts."""
    subscriptions = tuple(Subscription(feed.url, f"Folder {n % 12}") for n, feed in enumerate(feeds()))
    store.apply(Changes(feeds=feeds(), subscriptions=subscriptions))
    entries, pages = Meter(), Meter()
    for polled, read in polls(count):
        entries.apply(store, polled)
        pages.apply(store, read)
    for name, meter in (("feed entries", entries), ("full articles", pages)):
        print(f"{name} into the store: {count / meter.cpu:.0f} a CPU second, longest commit {meter.longest:.0f} ms")


def ask_filled(count: int, url: str) -> None:
    """Fill an empty store, then ask it."""
    with tempfile.TemporaryDirectory(prefix="standfirst-bench-") as name:
        folder = Path(name)
        store = open_store(url, folder, lambda: NOW)
        print(f"{count} articles, commits of {BATCH}, Python {sys.version.split()[0]}")
        fill(store, count)
        size = sum(file.stat().st_size for file in folder.glob("*.db*"))
        print(f"size on disk: {size / count / 1024:.1f} KiB an article")
        costs = [(question, timed(store, question)) for question in questions(store)]
        store.close()
    print(COLUMNS)
    for question, cost in costs:
        print(f"{question.name:36}{_shown(cost)}{_judged(question, cost)}")


def ask_archives(folders: list[Path]) -> None:
    """Ask archives the same, and print their answers' costs side by side."""
    columns = [_of_archive(folder) for folder in folders]
    print(f"{COLUMNS}, steps, pages of a cold connection; " + " | ".join(map(str, folders)))
    for rows in zip(*columns, strict=True):
        question, last = rows[-1]
        cells = " | ".join(f"{_shown(cost)} {cost.steps:>8} {cost.pages:>6}" for _, cost in rows)
        print(f"{question.name:36}{cells}{_judged(question, last)}")


def _of_archive(folder: Path) -> list[tuple[Question, Cost]]:
    if not (folder / "archive.json").exists():
        sys.exit(f"{folder}: no finished archive lies there; make one with make_archive.py")
    store = open_store("", folder, lambda: NOW)
    found = []
    for question in questions(store):
        cost, (steps, pages) = timed(store, question), counted(folder, question)
        found.append((question, cost._replace(steps=steps, pages=pages)))
    store.close()
    return found


def _shown(cost: Cost) -> str:
    return f"{cost.cpu:8.2f} {cost.median:8.2f} {cost.worst:8.2f}"


def _judged(question: Question, cost: Cost) -> str:
    if not question.wanted:
        return ""
    return f"   {'' if cost.median <= question.wanted else 'OVER '}wanted {question.wanted:.0f}"


def main() -> None:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--articles", type=int, default=10_000)
    options.add_argument("--url", default="", help="an empty PostgreSQL database; without it SQLite in a new folder")
    options.add_argument("--archive", type=Path, nargs="+", help="folders made by make_archive.py, to ask instead")
    chosen = options.parse_args()
    if chosen.archive:
        ask_archives(chosen.archive)
    else:
        ask_filled(chosen.articles, chosen.url)


if __name__ == "__main__":
    main()
