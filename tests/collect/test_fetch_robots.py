"""robots.txt over the network: asked once, before what nobody waits for, at every hop."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from standfirst.collect import fetch_robots
from standfirst.errors import Code, FetchError
from standfirst.model import FeedOptions
from tests.collect.loopback import TEXT, Answer, Asked, Loopback, close, http, redirect, run, stall

DENIED = http(b"User-agent: *\nDisallow: /private/\n")


def paths(server: Loopback) -> list[str]:
    return [asked.path for asked in server.asked]


def test_one_request_for_many_pages() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch(contact="desk@reader.example") as fetch:
            get = fetch.get
            pages = await asyncio.gather(*(get(server.url(f"/p?{i}"), unattended=True) for i in range(5)))
            with pytest.raises(FetchError) as raised:
                await get(server.url("/private/a"), unattended=True)
            by_hand = await get(server.url("/private/a"))
        assert [page.body for page in (*pages, by_hand)] == [TEXT] * 6
        assert sorted(paths(server)) == ["/p?0", "/p?1", "/p?2", "/p?3", "/p?4", "/private/a", "/robots.txt"]
        assert paths(server)[0] == "/robots.txt"
        assert "Standfirst/" in server.asked[0].headers["user-agent"]
        problem = raised.value.problem
        assert (problem.code, raised.value.status) == (Code.ROBOTS_DENIED, None)
        assert problem.found == f"http://127.0.0.1:{server.port}/robots.txt that disallows it"

    run({"/robots.txt": DENIED, "/p": http(TEXT), "/private/a": http(TEXT)}, body)


def test_a_group_of_our_own_whatever_user_agent_a_feed_has() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            options = FeedOptions(user_agent="Other/1", cookies="a=1")
            with pytest.raises(FetchError) as raised:
                await fetch.get(server.url("/p"), unattended=True, options=options)
        assert raised.value.problem.code is Code.ROBOTS_DENIED
        assert [(asked.path, asked.headers.get("cookie")) for asked in server.asked] == [("/robots.txt", None)]

    run({"/robots.txt": http(b"User-agent: standfirst\nDisallow: /\nUser-agent: *\nAllow: /")}, body)


def test_every_hop_is_judged() -> None:
    async def body(server: Loopback) -> None:
        resolve = {f"{name}.example:80": f"http://127.0.0.1:{server.port}" for name in ("a", "b")}
        async with server.fetch(resolve=resolve) as fetch:
            with pytest.raises(FetchError) as raised:
                await fetch.get("http://a.example/out", unattended=True)
        assert raised.value.problem.code is Code.ROBOTS_DENIED
        assert raised.value.problem.where == "(redirected to http://b.example/private/x)"
        hosts = [(asked.headers["host"], asked.path) for asked in server.asked]
        assert hosts == [("a.example", "/robots.txt"), ("a.example", "/out"), ("b.example", "/robots.txt")]

    run({"/robots.txt": DENIED, "/out": redirect("http://b.example/private/x")}, body)


async def answer_by_host(server: Loopback, answer: Answer) -> FetchError | None:
    server.answers["/robots.txt"] = answer
    async with server.fetch(idle_timeout=0.2) as fetch:
        try:
            await fetch.get(server.url("/private/x"), unattended=True)
        except FetchError as error:
            return error
    return None


@pytest.mark.parametrize(
    ("answer", "code", "retry_after"),
    [
        (http(b"", "404 No"), None, None),
        (http(b"", "403 No"), None, None),
        (http(b"", "410 No"), None, None),
        (redirect("/robots.txt"), None, None),
        (redirect("/moved/robots.txt"), Code.ROBOTS_DENIED, None),
        (http(b"", "500 Oh"), Code.HTTP_STATUS, 600),
        (http(b"", "503 Oh", "Retry-After: 7000"), Code.HTTP_STATUS, 7000),
        (http(b"", "429 Slow"), Code.HTTP_STATUS, 600),
        (close, Code.CONNECTION_FAILED, 600),
        (stall, Code.TIMED_OUT, 600),
        (http(b"x", "200 OK", "Content-Encoding: gzip"), Code.BAD_ANSWER, 600),
        (redirect("http://10.0.0.1/robots.txt"), Code.ADDRESS_REFUSED, 600),
    ],
)
def test_what_stands_for_a_file(answer: Answer, code: Code | None, retry_after: float | None) -> None:
    """4xx and circles: there is none. 5xx and silence: there might be one, so nothing is fetched for a while."""

    async def body(server: Loopback) -> None:
        error = await answer_by_host(server, answer)
        assert (error and error.problem.code) == code
        if error and retry_after:
            assert error.status is None
            assert error.problem.found.startswith("robots.txt: ")
            assert error.retry_after == pytest.approx(retry_after, abs=5)
        assert ("/private/x" in paths(server)) == (code is None)

    run({"/moved/robots.txt": DENIED, "/private/x": http(TEXT)}, body)


def test_an_old_copy_serves_while_none_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_robots, "KEPT_FOR", 0.0)
    monkeypatch.setattr(fetch_robots, "TRIED_AGAIN_AFTER", 0.0)

    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            codes = []
            for answer in (DENIED, http(b"", "500 Oh"), http(b"", "404 No")):
                server.answers["/robots.txt"] = answer
                for path in ("/private/a", "/open"):
                    try:
                        await fetch.get(server.url(path), unattended=True)
                        codes.append(None)
                    except FetchError as error:
                        codes.append(error.problem.code)
        assert codes == [Code.ROBOTS_DENIED, None] * 2 + [None, None]
        assert paths(server).count("/robots.txt") == 6

    run({"/open": http(TEXT), "/private/a": http(TEXT)}, body)


def test_crawl_delay_is_kept_between_requests_of_every_kind() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            await asyncio.gather(*(fetch.get(server.url(f"/p?{i}"), unattended=True) for i in range(2)))
            await fetch.get(server.url("/feed"), urgent=True)
        pauses = [after.at - before.at for before, after in itertools.pairwise(server.asked)]
        assert all(pause >= 0.29 for pause in pauses[1:])

    answers: dict[str, Answer] = {"/robots.txt": http(b"User-agent: *\nCrawl-delay: 0.3"), "/p": http(TEXT)}
    run({**answers, "/feed": http(TEXT)}, body)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_robots, "MOST_ORIGINS", 3)

    async def body(server: Loopback) -> None:
        resolve = {f"h{i}.example:80": f"http://127.0.0.1:{server.port}" for i in range(6)}
        async with server.fetch(resolve=resolve) as fetch:
            for i in (0, 1, 2, 3, 3, 2, 0):
                await fetch.get(f"http://h{i}.example/p", unattended=True)
            assert len(fetch._robots._known) == 3
            monkeypatch.setattr(fetch_robots, "MOST_BYTES", 700)
            await fetch.get("http://h5.example/p", unattended=True)
            assert list(fetch._robots._known) == ["http://h5.example:80"]
            assert list(fetch._robots._delays) == ["h5.example:80"]
        asked = [asked.headers["host"] for asked in server.asked if asked.path == "/robots.txt"]
        assert asked == [f"h{i}.example" for i in (0, 1, 2, 3, 0, 5)]

    run({"/robots.txt": http(b"User-agent: *\nDisallow: /a\nCrawl-delay: 0.01"), "/p": http(TEXT)}, body)


def test_one_who_gives_up_takes_the_answer_from_nobody() -> None:
    async def slow(_: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(DENIED)

    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            tasks = [asyncio.create_task(fetch.get(server.url(f"/p?{i}"), unattended=True)) for i in range(2)]
            await asyncio.sleep(0.05)
            tasks[0].cancel()
            assert (await tasks[1]).body == TEXT
        assert paths(server) == ["/robots.txt", "/p?1"]

    run({"/robots.txt": slow, "/p": http(TEXT)}, body)


def test_closing_while_it_is_asked_for() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            task = asyncio.create_task(fetch.get(server.url("/p"), unattended=True))
            await asyncio.sleep(0.05)
            task.cancel()
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) <= 3  # this one, the server's connection, the page that was given up

    run({"/robots.txt": stall}, body)
