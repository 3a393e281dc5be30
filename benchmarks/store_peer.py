"""The store beside its nearest peer in Python, lemon24/reader: the same feed documents into both, in one run.

    python benchmarks/store_peer.py [--entries 6000]

The peer is optional (`pip install reader==3.26 sgmllib3k`); without it only our column is printed. Its entries are
searchable after a second step, ours when they are committed. CPU seconds of this process, medians of 30 calls.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

from _invented import Inventor

from standfirst.collect.feed import read_feed
from standfirst.extract.feed_text import from_entry
from standfirst.model import Changes, Entry, Feed, Page, Sighting, Site, Subscription, Taken, digest_of
from standfirst.store import open_store
from standfirst.store.protocol import Audience, Store

OWNER = Audience.OWNER
NOW = datetime(2026, 11, 23, tzinfo=UTC)
A_FEED, COMMIT = 100, 50
WORD, TIMES = "harbour", 30
PEER = "reader==3.26 sgmllib3k"
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    "<channel><title>Feed {0}</title><link>https://feed{0}.example/</link><description>Invented</description>"
)


def documents(count: int) -> Iterator[tuple[str, bytes]]:
    """Feed documents of a hundred entries, each with a summary and a full text: name and bytes."""
    inventor = Inventor(1)
    for number in range(count // A_FEED):
        items = "".join(_item(inventor, number, entry) for entry in range(A_FEED))
        yield f"feed{number}.xml", f"{HEAD.format(number)}{items}</channel></rss>".encode()


def _item(inventor: Inventor, feed: int, entry: int) -> str:
    link, body = f"https://feed{feed}.example/{entry}", inventor.sentences("en", inventor.length())
    published = format_datetime(NOW - timedelta(minutes=feed * A_FEED + entry))
    return (
        f"<item><title>{inventor.headline('en')}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{published}</pubDate><description>{inventor.sentences('en', 30)}</description>"
        f"<content:encoded>{escape(f'<p>{body}</p>')}</content:encoded></item>"
    )


def cpu(do: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    do()
    return time.process_time() - start


def median(ask: Callable[[], object]) -> float:
    """Milliseconds."""
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def ours(folder: Path, feeds: list[tuple[str, bytes]]) -> dict[str, float]:
    """Read, lay out and store; then ask."""
    store = open_store("", folder / "ours", lambda: NOW)
    read: list[tuple[Page, tuple[Entry, ...]]] = []
    batches: list[Changes] = []
    reading = cpu(lambda: read.extend((page, read_feed(page).entries) for page in map(_page, feeds)))
    laying_out = cpu(lambda: batches.extend(batch for page, entries in read for batch in _batches(page, entries)))
    storing = cpu(lambda: [store.apply(batch) for batch in batches])
    whole = reading + laying_out + storing
    found = {"whole": whole, "reading": reading, "laying out": laying_out, "storing": storing, **_ask(store)}
    store.close()
    return found


def _page(feed: tuple[str, bytes]) -> Page:
    name, body = feed
    url = f"https://{name.removesuffix('.xml')}.example/feed.xml"
    return Page(url, url, 200, "application/rss+xml", {}, body, NOW, digest_of(body))


def _batches(page: Page, entries: tuple[Entry, ...]) -> Iterator[Changes]:
    host = page.url.split("/")[2]
    feed, site = Feed(page.url, host), Site(host, host)
    for start in range(0, len(entries), COMMIT):
        group = entries[start : start + COMMIT]
        articles = [from_entry(entry, site, page.digest) for entry in group]
        sightings = tuple(Sighting(a.id, entry, NOW) for a, entry in zip(articles, group, strict=True))
        takings = tuple(Taken(article, NOW) for article in articles)
        yield Changes(feeds=(feed,), subscriptions=(Subscription(page.url),), articles=takings, sightings=sightings)


def _ask(store: Store) -> dict[str, float]:
    return {
        "list": median(lambda: store.river(OWNER, limit=100)),
        "counts": median(lambda: store.counts(OWNER)),
        "search": median(lambda: store.search(OWNER, WORD, limit=40)),
    }


def theirs(folder: Path, feeds: list[tuple[str, bytes]]) -> dict[str, float] | None:
    """The peer's own way: update, index, ask. None where it is not installed."""
    try:
        import sgmllib  # noqa: F401  reader's own copy of feedparser needs it and does not ask for it
        from reader import make_reader
    except ImportError as error:
        print(f"{error}: the peer is left out; it comes with `pip install {PEER}`")
        return None
    reader: Any = make_reader(str(folder / "theirs.sqlite"), feed_root=str(folder))
    for name, body in feeds:
        (folder / name).write_bytes(body)
        reader.add_feed(name)
    updating = cpu(reader.update_feeds)
    reader.enable_search()
    indexing = cpu(reader.update_search)
    found = {"whole": updating + indexing, "stored": updating, "indexing": indexing}
    found |= {
        "list": median(lambda: list(reader.get_entries(limit=100))),
        "counts": median(reader.get_entry_counts),
        "search": median(lambda: list(reader.search_entries(WORD, limit=40))),
    }
    reader.close()
    return found


RATES = {
    "whole": "document to searchable",
    "reading": "  of which reading",
    "laying out": "  of which laying out as articles with evidence",
    "storing": "  of which storing, search index included",
    "stored": "  of which reading and storing",
    "indexing": "  of which the search index",
}
TIMES_ASKED = {"list": "list of 100", "counts": "counts", "search": f"search {WORD}, 40 shown"}


def main() -> None:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--entries", type=int, default=6000)
    count = options.parse_args().entries // A_FEED * A_FEED
    feeds = list(documents(count))
    with tempfile.TemporaryDirectory(prefix="standfirst-bench-") as name:
        columns = [ours(Path(name), feeds), theirs(Path(name), feeds) or {}]
    _line(f"{count} entries of {len(feeds)} feeds", ["ours", "reader"])
    for key, label in RATES.items():
        _line(f"{label}, entries/CPU s", [_shown(count / each[key]) if each.get(key) else "-" for each in columns])
    for key, label in TIMES_ASKED.items():
        _line(f"{label}, ms", [_shown(each[key]) if key in each else "-" for each in columns])


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def _line(label: str, values: list[str]) -> None:
    print(f"{label:62}" + "".join(f"{each:>10}" for each in values))


if __name__ == "__main__":
    main()
