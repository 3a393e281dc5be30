"""Pages per CPU second, ours beside trafilatura's fast mode, page by page in turn, so that both meet the same machine.

    python benchmarks/extraction.py FOLDER [--pages N]

FOLDER holds truth.jsonl and html/*.html.gz. Needs trafilatura (the dependency group "peers").
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from standfirst.evaluate.doors import extract_page


def measure(folder: Path, most: int) -> dict[str, float]:
    """CPU seconds a page by extractor, each page given to one after the other."""
    import trafilatura

    def peer(html: bytes, url: str) -> Any:
        return trafilatura.bare_extraction(html, url=url, fast=True, with_metadata=True)

    spent = {"standfirst": 0.0, "trafilatura fast": 0.0}
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()][:most]
    for place, row in enumerate([*rows[:1], *rows]):
        html = gzip.decompress((folder / row["html"]).read_bytes())
        if place == 0:  # lists are loaded and patterns compiled at the first page
            extract_page(html, row["url"])
            peer(html, row["url"])
            continue
        spent["standfirst"] += _timed(extract_page, html, row["url"])
        spent["trafilatura fast"] += _timed(peer, html, row["url"])
    return {name: seconds / max(1, len(rows)) for name, seconds in spent.items()}


def _timed(extractor: Callable[[bytes, str], Any], html: bytes, url: str) -> float:
    started = time.process_time()
    extractor(html, url)
    return time.process_time() - started


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--pages", type=int, default=1000)
    given = arguments.parse_args()
    spent = measure(given.folder, given.pages)
    for name, seconds in spent.items():
        print(f"{name}: {1 / seconds:.1f} pages per CPU second")
    print(f"ratio {spent['trafilatura fast'] / spent['standfirst']:.2f}")


if __name__ == "__main__":
    main()
