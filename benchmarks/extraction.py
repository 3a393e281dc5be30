"""Pages per CPU second, ours beside trafilatura's fast mode, page by page in turn, so that both meet the same machine.

    python benchmarks/extraction.py [FOLDER ...] [--pages N]

FOLDER holds truth.jsonl and html/*.html.gz; without one, both sets of the data folder's "extraction" (STANDFIRST_DATA,
else ../shared/data). Needs trafilatura (the dependency group "peers").
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from standfirst.evaluate.doors import extract_page

_DATA = Path(os.environ.get("STANDFIRST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "extraction"
_SETS = ("fundus", "scrapinghub")


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
    """Print the figures, or what they lack."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folders", type=Path, nargs="*", metavar="FOLDER", default=[_DATA / name for name in _SETS])
    arguments.add_argument("--pages", type=int, default=1000)
    given = arguments.parse_args()
    if importlib.util.find_spec("trafilatura") is None:
        print("nothing measured: trafilatura is not installed (dependency group peers)")
        return
    for folder in given.folders:
        if not (folder / "truth.jsonl").is_file():
            print(f"{folder.name}: nothing measured, no truth.jsonl in {folder}")
            continue
        _print(folder.name, measure(folder, given.pages))


def _print(name: str, spent: dict[str, float]) -> None:
    speeds = ", ".join(f"{extractor} {1 / seconds:.1f}" for extractor, seconds in spent.items())
    ratio = spent["trafilatura fast"] / spent["standfirst"]
    print(f"{name}: {speeds} pages per CPU second, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
