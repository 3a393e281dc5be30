"""Whose turn it is: one request at a time on a host, feeds first, nobody held back by another host."""

from __future__ import annotations

import asyncio
import itertools

from tests.collect.loopback import (
    TEXT,
    Asked,
    Loopback,
    http,
    run,
    stall,
)


def test_one_request_at_a_time_with_a_pause_on_one_host() -> None:
    running: list[int] = [0]

    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> None:
        running[0] += 1
        assert running[0] == 1
        await asyncio.sleep(0.05)
        running[0] -= 1
        writer.write(http(TEXT))

    async def body(server: Loopback) -> None:
        async with server.fetch(host_gap=0.1) as fetch:
            await asyncio.gather(*(fetch.get(server.url("/x")) for _ in range(4)))
        starts = [asked.at for asked in server.asked]
        assert all(after - before >= 0.14 for before, after in itertools.pairwise(starts))

    run({"/x": slow}, body)


def test_feeds_before_pages_and_a_turn_given_up() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch(host_gap=0.05) as fetch:
            first = asyncio.create_task(fetch.get(server.url("/first")))
            await asyncio.sleep(0)
            pages = [asyncio.create_task(fetch.get(server.url(f"/page{i}"))) for i in range(3)]
            await asyncio.sleep(0)
            feeds = [asyncio.create_task(fetch.get(server.url(f"/feed{i}"), urgent=True)) for i in range(2)]
            await asyncio.sleep(0)
            pages[1].cancel()
            await asyncio.gather(first, *pages, *feeds, return_exceptions=True)
        assert [asked.path for asked in server.asked] == ["/first", "/feed0", "/feed1", "/page0", "/page2"]

    run({}, body)


def test_a_stalled_host_holds_back_only_itself() -> None:
    async def body(server: Loopback) -> None:
        resolve = {f"{name}.example:80": f"http://127.0.0.1:{server.port}" for name in ("stalled", "well")}
        async with server.fetch(resolve=resolve, connections=2, idle_timeout=30, total_timeout=30) as fetch:
            stuck = [asyncio.create_task(fetch.get(f"http://stalled.example/s{i}")) for i in range(10)]
            await asyncio.sleep(0.05)
            async with asyncio.timeout(5):
                pages = [await fetch.get("http://well.example/x") for _ in range(5)]
            assert [page.status for page in pages] == [200] * 5
            assert not any(task.done() for task in stuck)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)
        assert sum(asked.path.startswith("/s") for asked in server.asked) == 1

    run({"/s0": stall, "/x": http(TEXT)}, body)
