"""Whose turn it is: one request at a time on a host, feeds first, nobody held back by another host."""

from __future__ import annotations

import asyncio
import contextlib
import itertools

import pytest

from standfirst.collect.fetch_turns import LONGEST_HOLD, HostHeld, Turns
from standfirst.errors import Code, FetchError
from tests.collect.loopback import TEXT, Asked, Loopback, http, redirect, run, stall


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


def patience_of(server: Loopback, answer: bytes, *names: str) -> dict[str, str]:
    server.answers["/busy"] = answer
    return {f"{name}.example:80": f"http://127.0.0.1:{server.port}" for name in names}


@pytest.mark.parametrize(
    ("status", "header", "held"),
    [
        ("429 Slow", "Retry-After: 120", 120),
        ("503 Busy", "Retry-After: Mon, 23 Nov 2026 12:05:00 GMT", 300),
        ("429 Slow", "Retry-After: 99999999999", LONGEST_HOLD),
        ("429 Slow", "Retry-After: soon", 60),
        ("429 Slow", "X-Nothing: 1", 60),
        ("503 Busy", "X-Nothing: 1", 0),
        ("503 Busy", "Retry-After: 0", 0),
        ("503 Busy", "Retry-After: Mon, 23 Nov 2020 12:05:00 GMT", 0),
        ("500 Oh", "Retry-After: 120", 0),
        ("200 OK", "Retry-After: 120", 0),
    ],
)
def test_a_host_that_asks_for_patience_is_left_alone(status: str, header: str, held: float) -> None:
    async def body(server: Loopback) -> None:
        resolve = patience_of(server, http(b"", status, header), "busy", "well")
        async with server.fetch(resolve=resolve) as fetch:
            with contextlib.suppress(FetchError):
                await fetch.get("http://busy.example/busy")
            assert (await fetch.get("http://well.example/x")).body == TEXT
            if not held:
                assert (await fetch.get("http://busy.example/x", urgent=True)).body == TEXT
                return
            for urgent in (True, False):
                with pytest.raises(FetchError) as raised:
                    await fetch.get("http://busy.example/x", urgent=urgent)
                assert raised.value.problem.code is Code.ASKED_TO_WAIT
                assert raised.value.retry_after == pytest.approx(held, abs=5)
                assert raised.value.status is None
        assert [asked.path for asked in server.asked] == ["/busy", "/x"]

    run({"/x": http(TEXT)}, body)


def test_who_waits_for_a_host_is_sent_away_when_it_asks_for_patience() -> None:
    async def body(server: Loopback) -> None:
        resolve = patience_of(server, http(b"", "429 Slow", "Retry-After: 60"), "busy")
        async with server.fetch(resolve=resolve, host_gap=0.2) as fetch, asyncio.timeout(5):
            tasks = [asyncio.create_task(fetch.get(f"http://busy.example/busy?{i}")) for i in range(20)]
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        codes = [outcome.problem.code for outcome in outcomes if isinstance(outcome, FetchError)]
        assert codes == [Code.HTTP_STATUS] + [Code.ASKED_TO_WAIT] * 19
        assert len(server.asked) == 1

    run({}, body)


def test_a_hold_ends() -> None:
    async def body() -> None:
        turns = Turns(lambda _: 0.0, 4)
        turns.hold("news.example:80", 0.05)
        with pytest.raises(HostHeld):
            turns.check("news.example:80")
        await asyncio.sleep(0.06)
        async with turns.turn("news.example:80", urgent=False):
            turns.hold("news.example:80", 60)
            turns.hold("news.example:80", 1)  # never shorter than what was asked before
        with pytest.raises(HostHeld) as raised:
            turns.check("news.example:80")
        assert raised.value.seconds > 50

    asyncio.run(body())


def test_a_redirect_to_a_held_host() -> None:
    async def body(server: Loopback) -> None:
        resolve = patience_of(server, http(b"", "429 Slow", "Retry-After: 60"), "busy", "well")
        async with server.fetch(resolve=resolve) as fetch:
            for url in ("http://busy.example/busy", "http://well.example/to"):
                with pytest.raises(FetchError) as raised:
                    await fetch.get(url)
        assert raised.value.problem.code is Code.ASKED_TO_WAIT
        assert raised.value.problem.where == "(redirected to http://busy.example/x)"

    run({"/to": redirect("http://busy.example/x")}, body)
