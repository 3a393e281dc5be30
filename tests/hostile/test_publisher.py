"""Every way to misbehave, fetched; what happens to a healthy feed meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from standfirst.collect.fetch import Fetch
from standfirst.errors import Code, FetchError
from standfirst.model import Page
from tests.collect.loopback import NOW, Asked, Loopback, http, run
from tests.hostile.elsewhere import publisher, settings
from tests.hostile.publisher import FEED, cases

Outcome = Page | FetchError
CASES = cases()
WAITED_OUT = [name for name, case in CASES.items() if case.verdict is Code.TIMED_OUT]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with publisher() as found:
        yield found


async def fetch_all(port: int, names: list[str], **changes: object) -> dict[str, Outcome]:
    """What becomes of these cases, all fetched at once."""
    async with Fetch(settings(port, names, **changes), lambda: NOW) as fetch:

        async def outcome(name: str) -> Outcome:
            try:
                return await fetch.get(f"http://{name}.example/{name}")
            except FetchError as error:
                return error

        return dict(zip(names, await asyncio.gather(*map(outcome, names)), strict=True))


@pytest.fixture(scope="module")
def outcomes(port: int) -> dict[str, Outcome]:
    """Those that have to be waited out with little patience, the rest with enough for a busy machine."""
    rest = [name for name in CASES if name not in WAITED_OUT]
    found = asyncio.run(fetch_all(port, WAITED_OUT, idle_timeout=0.7, total_timeout=2.0))
    return found | asyncio.run(fetch_all(port, rest, max_wire=8_000_000, connections=8))


@pytest.mark.parametrize("name", CASES)
def test_each_gets_the_verdict_it_deserves(name: str, outcomes: dict[str, Outcome]) -> None:
    case, outcome = CASES[name], outcomes[name]
    if isinstance(outcome, FetchError):
        assert outcome.problem.code == case.verdict, outcome
        assert case.found in outcome.problem.found
        assert outcome.problem.source == f"http://{name}.example/{name}"
        return
    assert outcome.status == case.verdict
    assert case.body is None or outcome.body == case.body
    assert "set-cookie" not in outcome.headers
    assert all(value.isprintable() or "\t" in value for value in outcome.headers.values())


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("seconds", 120), ("date", 300), ("garbage", None), ("absurd", 9999999999), ("negative", None), ("past", 0)],
)
def test_how_long_it_asks_to_wait(name: str, seconds: float | None, outcomes: dict[str, Outcome]) -> None:
    error = outcomes[f"slow-down-{name}"]
    assert isinstance(error, FetchError)
    assert error.retry_after == seconds


def test_a_healthy_feed_is_fetched_while_all_others_misbehave(port: int) -> None:
    """Sixteen of the worst, again and again, and all that are silent; nobody else's turn waits for them."""
    worst = [name for name in CASES if name.startswith(("endless", "gzip", "br", "zstd", "redirect-g", "length-"))][:16]

    async def body() -> None:
        async with Fetch(settings(port, list(CASES)), lambda: NOW) as fetch:
            over = asyncio.Event()

            async def again_and_again(name: str) -> None:
                while not over.is_set():
                    with pytest.raises(FetchError):
                        await fetch.get(f"http://{name}.example/{name}")

            silent = [asyncio.create_task(again_and_again(name)) for name in WAITED_OUT]
            bad = [asyncio.create_task(again_and_again(name)) for name in worst]
            await asyncio.sleep(0.1)
            async with asyncio.timeout(20):
                for _ in range(5):
                    assert (await fetch.get("http://fine.example/fine", urgent=True)).body == FEED
            assert not any(task.done() for task in (*silent, *bad))
            over.set()
            for task in (*silent, *bad):
                task.cancel()
            ended = await asyncio.gather(*silent, *bad, return_exceptions=True)
        assert not [end for end in ended if end is not None and not isinstance(end, asyncio.CancelledError)]

    asyncio.run(body())


def test_an_answer_too_many_answers_no_other_question() -> None:
    """What a server sends beyond its answer must not be taken for the answer to the next request."""

    async def two_answers(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(http(FEED) + http(b"smuggled"))

    async def late_second(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(http(FEED))
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(http(b"smuggled"))

    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            for path in ("/at-once", "/late"):
                assert (await fetch.get(server.url(path))).body == FEED
                await asyncio.sleep(0.1)
                assert (await fetch.get(server.url("/other"))).body == b"other"

    run({"/at-once": two_answers, "/late": late_second, "/other": http(b"other")}, body)


def test_cookies_are_not_kept() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            for _ in range(2):
                await fetch.get(server.url("/x"))
        assert not any("cookie" in asked.headers for asked in server.asked)

    run({"/x": http(FEED, "200 OK", "Set-Cookie: a=1; Path=/", "Set-Cookie: b=" + "x" * 30_000)}, body)
