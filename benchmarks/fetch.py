"""What an unchanged feed costs: CPU time of one conditional request over plain HTTP, each on a new connection.

Run: `PYTHONPATH=src python benchmarks/fetch.py [REQUESTS]`.
The server is another process on loopback; only the CPU of this
one is counted: turn, guard, socket, request, answer, page. Beside it, the same requests with aiohttp alone.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import aiohttp

from standfirst.collect.fetch import Fetch
from standfirst.config import FetchSettings

ANSWER = b'HTTP/1.1 304 Not Modified\r\nETag: "7"\r\nConnection: close\r\n\r\n'
HOSTS = 50
ROUNDS = 6


def serve(pipe: Connection) -> None:
    """Answer every request with 304 and close."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


async def measure(port: int, requests: int) -> float:
    """CPU milliseconds a request, HOSTS hosts side by side."""
    resolve = {f"h{i}.example:80": f"http://127.0.0.1:{port}" for i in range(HOSTS)}
    settings = FetchSettings(resolve=resolve, host_gap=0.0)
    async with Fetch(settings, lambda: datetime.now(UTC)) as fetch:

        async def ask(host: int) -> None:
            await fetch.get(f"http://h{host}.example/feed.xml", etag='"7"', urgent=True)

        return await _spent(ask, requests)


async def measure_client(port: int, requests: int) -> float:
    """The same with the HTTP client alone."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def ask(host: int) -> None:
            async with session.get(f"http://127.0.0.1:{port}/feed.xml", headers={"If-None-Match": '"7"'}) as response:
                await response.read()

        return await _spent(ask, requests)


async def _spent(ask: Callable[[int], Awaitable[None]], requests: int) -> float:
    async def one(host: int, times: int) -> None:
        for _ in range(times):
            await ask(host)

    await asyncio.gather(*(one(host, 2) for host in range(HOSTS)))  # warm
    begun = time.process_time()
    await asyncio.gather(*(one(host, requests // HOSTS) for host in range(HOSTS)))
    return (time.process_time() - begun) * 1000 / (requests // HOSTS * HOSTS)


def main() -> None:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 6000
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    port, each = here.recv(), max(requests // ROUNDS, HOSTS)
    # by turns, since the machine's speed changes from one second to the next
    pairs = [(asyncio.run(measure_client(port, each)), asyncio.run(measure(port, each))) for _ in range(ROUNDS)]
    server.terminate()
    client, spent = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(ours / alone for alone, ours in pairs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{spent:.3f} CPU ms a request, {ratio:.2f} times aiohttp alone ({client:.3f}); medians of {ROUNDS} rounds")
    print(f"{requests} requests answered with 304, each on a new connection; peak {peak:.0f} MiB")


if __name__ == "__main__":
    main()
