"""CPU time to read a feed of 200 full-text entries, side by side with peers; run by hand, never a test.

    PYTHONPATH=src python benchmarks/feeds.py ../shared/data/feeds

Takes the made-up feed of the scorer in that folder. Peers that are not installed are left out.
"""

from __future__ import annotations

import importlib
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from standfirst.collect.feed import read_feed
from standfirst.model import Page, digest_of

ROUNDS = 9


def ours(data: bytes) -> object:
    """Standfirst's read_feed."""
    url = "https://news.example/feed"
    return read_feed(Page(url, url, 200, "application/rss+xml", {}, data, datetime.now(UTC), digest_of(data)))


def peers() -> dict[str, Callable[[bytes], object]]:
    """What else is installed: name -> a function of the document's bytes."""
    found: dict[str, Callable[[bytes], object]] = {}
    for name in ("feedparser", "fastfeedparser"):
        if importlib.util.find_spec(name):
            found[name] = importlib.import_module(name).parse
    return found


def milliseconds(read: Callable[[bytes], object], data: bytes, rounds: int) -> float:
    """The median CPU time of so many rounds."""
    took = []
    for _ in range(rounds):
        started = time.process_time()
        read(data)
        took.append(time.process_time() - started)
    return 1000 * statistics.median(took)


def main() -> None:
    """Print a line a parser: CPU milliseconds, and the ratio to ours."""
    spec = importlib.util.spec_from_file_location("scorer", Path(sys.argv[1]) / "score.py")
    assert spec and spec.loader
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    data = scorer.big_feed()
    base = milliseconds(ours, data, ROUNDS)
    print(f"{'standfirst':<16}{base:>8.1f} ms")
    for name, read in peers().items():
        took = milliseconds(read, data, 3)
        print(f"{name:<16}{took:>8.1f} ms  {took / base:.1f} times ours")


if __name__ == "__main__":
    main()
