"""What polling costs: 10,000 feeds under 500 host names, polled by the real schedule, intake, fetcher and store.

    python benchmarks/polling.py [--feeds 10000] [--hosts 500] [--gap 0.01]

Three passes: every feed is new in the first and unchanged (304) in the others. The publisher is a process of its own on
loopback; it closes each connection, so every poll pays for a new one, and it notes when each host was asked, so that
the pace is checked and not believed. CPU is that of the polling process alone, guard, state and commit included.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.request import urlopen

from standfirst.commands.running import collect_once
from standfirst.config import FetchSettings, Settings
from standfirst.model import Changes, Feed, FeedOptions, Subscription
from standfirst.pipeline import Tally
from standfirst.store import open_store
from standfirst.store.protocol import Store

TAG = '"seven"'
CLOSE = f"ETag: {TAG}\r\nConnection: close\r\n"
UNCHANGED = f"HTTP/1.1 304 Not Modified\r\n{CLOSE}\r\n".encode()
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title><link>http://{name}/</link>
<description>Invented</description><item><title>Ferry {path} sails again</title><link>http://{name}{path}/1</link>
<guid>{path}</guid><description>The harbour office said so.</description></item></channel></rss>"""


class Publisher:
    """Answers for every host, and notes how each was asked."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        """Each pass begins anew: it is another run, which knows nothing of the one before."""
        self._answered: dict[str, float] = {}
        self._report = {"requests": 0, "unchanged": 0, "smallest gap": 1e9}

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer."""
        request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = request.split(" ", 2)[1]
        if path == "/report":
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + json.dumps(self._report).encode())
            self._forget()
        else:
            self._publish(request, path, writer)
        await writer.drain()
        writer.close()

    def _publish(self, request: str, path: str, writer: asyncio.StreamWriter) -> None:
        headers = dict(line.lower().split(": ", 1) for line in request.splitlines()[1:] if ": " in line)
        host, is_unchanged = headers["host"], headers.get("if-none-match") == TAG
        now, report = time.monotonic(), self._report
        report["requests"] += 1
        report["unchanged"] += is_unchanged
        report["smallest gap"] = min(report["smallest gap"], now - self._answered.get(host, -1e9))
        self._answered[host] = now
        writer.write(UNCHANGED if is_unchanged else _new(host, path))


def _new(host: str, path: str) -> bytes:
    body = FEED.format(name=host, path=path).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n{CLOSE}\r\n"
    return head.encode() + body


def publish(pipe: Connection) -> None:
    """The publisher's process."""

    async def serve() -> None:
        server = await asyncio.start_server(Publisher().answer, "127.0.0.1", 0, backlog=1024)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@dataclass(slots=True)
class Memory:
    """Resident memory in MiB, sampled whenever something was finished."""

    peak: float = 0.0

    def sample(self, _: Tally) -> None:
        """Look once."""
        self.peak = max(self.peak, resident())


def resident() -> float:
    """MiB of this process in memory (proc(5), /proc/pid/statm)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 / 1024


def one_pass(name: str, store: Store, settings: Settings, port: int, feeds: int) -> None:
    """Poll every feed once and print what it cost. Exits where the publisher saw anything impolite or missing."""
    memory, before = Memory(), resident()
    wall, cpu = time.perf_counter(), time.process_time()
    tally = asyncio.run(collect_once(store, settings, lambda: datetime.now(UTC), memory.sample))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    report = json.loads(urlopen(f"http://127.0.0.1:{port}/report").read())
    print(f"{name}: {cpu * 1000 / feeds:.2f} CPU ms a feed, {wall:.0f} s; {tally.line()}")
    print(f"  memory {before:.0f} MiB before, {resident():.0f} after, {memory.peak:.0f} at most")
    print(f"  the publisher saw {report['requests']} requests, smallest gap {report['smallest gap'] * 1000:.1f} ms")
    if report["smallest gap"] < settings.fetch.host_gap or report["requests"] != feeds or tally.failed:
        sys.exit(f"found {report}, wanted {feeds} requests, none failed, {settings.fetch.host_gap} s apart")


def main() -> None:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--feeds", type=int, default=10_000)
    options.add_argument("--hosts", type=int, default=500)
    options.add_argument("--gap", type=float, default=0.01, help="seconds between requests on one host")
    chosen = options.parse_args()
    here, there = multiprocessing.Pipe()
    publisher = multiprocessing.get_context("spawn").Process(target=publish, args=(there,), daemon=True)
    publisher.start()
    port = here.recv()
    hosts = [f"h{number}.example" for number in range(chosen.hosts)]
    resolve = {f"{host}:80": f"http://127.0.0.1:{port}" for host in hosts}
    settings = Settings(fetch=FetchSettings(resolve=resolve, host_gap=chosen.gap))
    named = [f"http://{hosts[number % len(hosts)]}/feed{number}" for number in range(chosen.feeds)]
    feeds = tuple(Feed(url, url.split("/")[2], options=FeedOptions(full_text=False)) for url in named)
    with tempfile.TemporaryDirectory(prefix="standfirst-bench-") as folder:
        store = open_store("", Path(folder), lambda: datetime.now(UTC))
        store.apply(Changes(feeds=feeds, subscriptions=tuple(Subscription(feed.url) for feed in feeds)))
        for name in ("every feed new", "every feed unchanged", "the same again"):
            one_pass(name, store, settings, port, chosen.feeds)
        store.close()
    publisher.terminate()


if __name__ == "__main__":
    main()
