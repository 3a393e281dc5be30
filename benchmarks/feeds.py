"""CPU time and memory to read a feed of 200 full-text entries, side by side with peers; run by hand, never a test.

    python benchmarks/feeds.py [FOLDER]     (default: feeds in STANDFIRST_DATA)

Takes the made-up feed of the scorer in that folder. Peers that are not installed are left out. The rounds of all take
turns, so that a busy machine is busy for each; memory is what a process of its own grows by at its peak.
"""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing
import os
import re
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from standfirst.collect.feed import read_feed
from standfirst.model import Page

ROUNDS = 15
OURS_A_ROUND = 8

Read = Callable[[bytes], object]


def ours(data: bytes) -> object:
    """Standfirst's read_feed."""
    url = "https://news.example/feed"
    return read_feed(Page(url, url, 200, "application/rss+xml", {}, data, datetime.now(UTC), ""))


def parsers() -> dict[str, Read]:
    """Ours and what else is installed: name -> a function of the document's bytes."""
    found: dict[str, Read] = {"standfirst": ours}
    for name in ("feedparser", "fastfeedparser"):
        if importlib.util.find_spec(name):
            found[name] = importlib.import_module(name).parse
    return found


def seconds(read: Read, data: bytes) -> float:
    """The CPU time of one reading."""
    started = time.process_time()
    read(data)
    return time.process_time() - started


def took(read: dict[str, Read], data: bytes) -> dict[str, list[float]]:
    """The CPU seconds of every reading, by parser; the first reading of each is left out."""
    for each in read.values():
        each(data)
    times: dict[str, list[float]] = {name: [] for name in read}
    for _ in range(ROUNDS):
        for name, each in read.items():
            times[name] += [seconds(each, data) for _ in range(OURS_A_ROUND if each is ours else 1)]
    return times


def grows_by(name: str, data: bytes) -> float:
    """MiB that one reading adds to the peak of a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_growth, (name, data))


def _growth(name: str, data: bytes) -> float:
    read = parsers()[name]
    read(data[:2000])  # what is loaded on first use is no memory of a reading
    before = _peak()
    read(data)
    return (_peak() - before) / 1024


def _peak() -> int:
    """The most memory the process has held, in KiB: proc_pid_status(5); getrusage would count its parent's."""
    found = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text("ascii"))
    return int(found[1]) if found else 0


def main() -> None:
    """Print a line a parser: CPU milliseconds (least and median), both as multiples of ours, and MiB."""
    root = Path(__file__).resolve().parent.parent
    data_folder = Path(os.environ.get("STANDFIRST_DATA", root.parent / "shared" / "data"))
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else data_folder / "feeds"
    if not (folder / "score.py").exists():
        print(f"{folder} holds no scorer: nothing to measure")
        return
    spec = importlib.util.spec_from_file_location("scorer", folder / "score.py")
    assert spec and spec.loader
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    data = scorer.big_feed()
    times = took(parsers(), data)
    base = times["standfirst"]
    print(f"{'':<16}{'least':>9}{'median':>9}{'times ours':>16}{'MiB':>7}")
    for name, found in times.items():
        least, median = min(found), statistics.median(found)
        ratio = f"{least / min(base):.1f} / {median / statistics.median(base):.1f}"
        print(f"{name:<16}{1000 * least:>9.1f}{1000 * median:>9.1f}{ratio:>16}{grows_by(name, data):>7.1f}")


if __name__ == "__main__":
    main()
