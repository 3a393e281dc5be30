"""Make a large store to measure on: `python benchmarks/make_archive.py --articles 1000000 --folder DIR [--seed 1]`.

Six years of 600 feeds in twelve folders, a few of them large and most small, collected in order of time: a new text for
18 % of the articles some hours later, 5 % carried by further feeds, page jobs, problems, failing feeds. Everything goes
in through the store's own `apply`. The same seed gives the same rows. An archive of this size and seed that lies in the
folder already is left as it is. Kept pages are not made: the benchmarks measure the database.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
from _archive import END, Archive

from standfirst.model import Changes
from standfirst.store import open_store

ROOT = Path(__file__).resolve().parent.parent
VERSION = 2  # of the rows that a seed gives


@dataclass(slots=True)
class Costs:
    """What making an archive took: seconds of wall and CPU time, of which in the store, and its slowest commit."""

    wall: float = 0.0
    cpu: float = 0.0
    store: float = 0.0
    slowest: float = 0.0


def make(folder: Path, articles: int, seed: int) -> Costs | None:
    """Make an archive in a folder; None where it lies there already. Exits where the folder holds something else."""
    folder = folder.resolve()
    if folder.is_relative_to(ROOT):
        sys.exit(f"{folder} lies in the repository: an archive belongs outside of it")
    marker, wanted = folder / "archive.json", {"articles": articles, "seed": seed, "version": VERSION}
    if marker.exists() and json.loads(marker.read_text("utf-8")) == wanted:
        return None
    if folder.exists() and any(folder.iterdir()):
        sys.exit(f"{folder} holds another archive or an unfinished one: remove it or name another folder")
    costs = _fill(folder, articles, seed)
    marker.write_text(json.dumps(wanted), "utf-8")
    return costs


def _fill(folder: Path, articles: int, seed: int) -> Costs:
    costs, held = Costs(), 0
    begun, cpu = time.perf_counter(), time.process_time()
    store = open_store("", folder, lambda: END)
    shown = max(1, articles // 50)
    for changes in _from_another_process(articles, seed):
        started = time.perf_counter()
        new = store.apply(changes).articles
        took = time.perf_counter() - started
        costs.store, costs.slowest = costs.store + took, max(costs.slowest, took)
        if (held + new) // shown > held // shown:
            _tell(held + new, articles, time.perf_counter() - begun)
        held += new
    store.close()
    costs.wall, costs.cpu = time.perf_counter() - begun, time.process_time() - cpu
    return costs


def _from_another_process(articles: int, seed: int) -> Iterator[Changes]:
    """Inventing takes a third of the time, and there are two cores; the pipe holds the inventor back."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    inventing = multiprocessing.get_context("spawn").Process(target=_invent, args=(sender, articles, seed), daemon=True)
    inventing.start()
    sender.close()  # so that the end of the inventor is the end of the pipe
    decode = msgspec.msgpack.Decoder(Changes).decode
    while message := receiver.recv_bytes():
        yield decode(message)
    inventing.join()


def _invent(sender: Connection, articles: int, seed: int) -> None:
    archive = Archive(articles, seed)
    encode = msgspec.msgpack.Encoder().encode
    for changes in chain((archive.subscriptions(),), archive.commits()):
        sender.send_bytes(encode(changes))
    sender.send_bytes(b"")


def _tell(held: int, articles: int, seconds: float) -> None:
    print(f"\r{held:>9} of {articles} articles, {held / seconds:.0f} a second ", end="", file=sys.stderr, flush=True)


def main() -> None:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--articles", type=int, default=10_000)
    options.add_argument("--folder", type=Path, help="default: standfirst-archive-N in the folder for temporary files")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    folder = chosen.folder or Path(tempfile.gettempdir()) / f"standfirst-archive-{chosen.articles}"
    costs = make(folder, chosen.articles, chosen.seed)
    size = sum(file.stat().st_size for file in folder.glob("standfirst.db*")) / 2**20
    if costs is None:
        print(f"{folder}: {chosen.articles} articles are there already, {size:.0f} MiB")
        return
    print(f"\n{folder}: {chosen.articles} articles, {size:.0f} MiB, {size * 1024 / chosen.articles:.1f} KiB an article")
    rate, share = chosen.articles / costs.wall, costs.store / costs.wall
    print(
        f"{rate:.0f} articles a second, {costs.wall:.0f} s, {costs.cpu:.0f} CPU s, {share:.0%} of the time in the store"
    )
    print(f"slowest commit {costs.slowest * 1000:.0f} ms")


if __name__ == "__main__":
    main()
