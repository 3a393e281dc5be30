"""The network against a server on loopback that answers as told: well, badly, slowly, elsewhere."""

from __future__ import annotations

import asyncio

import pytest

from standfirst.errors import Code, FetchError
from standfirst.model import digest_of
from tests.collect.loopback import (
    HEAD,
    NOW,
    TEXT,
    Answer,
    Asked,
    Loopback,
    close,
    drip,
    failure_of,
    http,
    redirect,
    run,
    stall,
)


def test_a_page() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch(contact="desk@reader.example") as fetch:
            page = await fetch.get(server.url("/x?a=|b#top"))
        assert (page.url, page.final_url) == (server.url("/x?a=|b#top"), server.url("/x?a=|b"))
        assert (page.status, page.media_type, page.body) == (200, "text/html", TEXT)
        assert (page.fetched, page.digest, page.moved_to) == (NOW, digest_of(TEXT), "")
        assert page.headers == {
            "content-length": str(len(TEXT)),
            "content-type": "Text/HTML; charset=utf-8",
            "x-name": "bücher, café",
        }
        asked = server.asked[0]
        assert asked.path == "/x?a=|b"
        assert asked.headers["user-agent"].endswith("(desk@reader.example)")
        assert asked.headers["host"] == f"127.0.0.1:{server.port}"
        assert asked.headers["accept-encoding"] == "gzip, deflate, br, zstd"
        assert not {"cookie", "authorization", "referer", "if-none-match"} & set(asked.headers)

    names = ("Content-Type: Text/HTML; charset=utf-8", "Set-Cookie: a=1", "X-Name: bÃ¼cher", "X-Name: café")
    run({"/x": http(TEXT, "200 OK", *names)}, body)


def test_unchanged() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            page = await fetch.get(server.url("/x"), etag='W/"7"', modified="Mon, 23 Nov 2026 10:00:00 GMT")
        assert (page.status, page.body, page.headers["etag"]) == (304, b"", 'W/"7"')
        assert server.asked[0].headers["if-none-match"] == 'W/"7"'
        assert server.asked[0].headers["if-modified-since"] == "Mon, 23 Nov 2026 10:00:00 GMT"

    run({"/x": b'HTTP/1.1 304 Not Modified\r\nETag: W/"7"\r\n\r\n'}, body)


def test_a_validator_that_cannot_be_sent_is_left_out() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            await fetch.get(server.url("/x"), etag='"7"\r\nX-Injected: 1', modified="é\udc80")
        assert not {"if-none-match", "if-modified-since", "x-injected"} & set(server.asked[0].headers)

    run({"/x": http(TEXT)}, body)


def test_unchanged_without_having_been_asked() -> None:
    error = failure_of(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    assert (error.status, error.problem.found, error.problem.wanted) == (304, "HTTP 304 Not Modified", "200")


@pytest.mark.parametrize(
    ("answer", "code", "found"),
    [
        (stall, Code.TIMED_OUT, "no byte for 0.6 s"),
        (drip(HEAD + b"\r\n"), Code.TIMED_OUT, "no end after 1.5 s"),
        (drip(b"HTTP/1.1 200 O"), Code.TIMED_OUT, "no end after 1.5 s"),
        (close, Code.CONNECTION_FAILED, "closed without an answer"),
        (b"220 mail.example ESMTP ready\r\n\r\n", Code.BAD_ANSWER, "no HTTP"),
        (b"\x00\xff\x16\x03" * 100, Code.BAD_ANSWER, "no HTTP"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", Code.BAD_ANSWER, ""),
    ],
)
def test_no_answer_worth_the_name(answer: Answer, code: Code, found: str) -> None:
    error = failure_of(answer)
    assert error.problem.code == code
    assert found in error.problem.found


def test_an_answer_that_breaks_off() -> None:
    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"Content-Length: 100\r\n\r\nhalf")
        await writer.drain()
        writer.close()

    error = failure_of(answer)
    assert (error.problem.code, error.problem.found) == (Code.BAD_ANSWER, "an answer that breaks off")


@pytest.mark.parametrize(
    ("status", "headers", "code", "found", "retry_after"),
    [
        ("503 Busy", (), Code.HTTP_STATUS, "HTTP 503 Service Unavailable", None),
        ("429 Slow", ("Retry-After: 120",), Code.HTTP_STATUS, "HTTP 429 Too Many Requests", 120),
        ("429 Slow", ("Retry-After: Mon, 23 Nov 2026 12:05:00 GMT",), Code.HTTP_STATUS, "429", 300),
        (
            "429 Slow",
            ("Date: Mon, 23 Nov 2026 13:00:00 GMT", "Retry-After: Mon, 23 Nov 2026 13:00:07 GMT"),
            Code.HTTP_STATUS,
            "429",
            7,
        ),
        ("503 Busy", ("Retry-After: Mon, 23 Nov 2020 12:05:00 GMT",), Code.HTTP_STATUS, "503", 0),
        ("503 Busy", ("Retry-After: soon",), Code.HTTP_STATUS, "503", None),
        ("410 Gone", (), Code.GONE, "HTTP 410 Gone", None),
        ("799 Odd", (), Code.HTTP_STATUS, "HTTP 799", None),
    ],
)
def test_statuses(status: str, headers: tuple[str, ...], code: Code, found: str, retry_after: float | None) -> None:
    error = failure_of(http(b"later", status, *headers))
    assert (error.status, error.retry_after) == (int(status[:3]), retry_after)
    assert error.problem.code == code
    assert found in error.problem.found


def test_redirects() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            permanent = await fetch.get(server.url("/a"))
            mixed = await fetch.get(server.url("/m"), etag='"7"')
        assert (permanent.final_url, permanent.moved_to) == (server.url("/c"), server.url("/c"))
        assert (mixed.url, mixed.final_url, mixed.moved_to) == (server.url("/m"), server.url("/c"), server.url("/n"))
        assert [asked.headers.get("if-none-match") for asked in server.asked] == [None] * 3 + ['"7"'] * 4

    answers = {"/a": redirect("/b", 301), "/b": redirect("./c#part", 308), "/c": http(TEXT)}
    run({**answers, "/m": redirect("n", 301), "/n": redirect("/b")}, body)


@pytest.mark.parametrize(
    ("target", "code", "found"),
    [
        ("/x", Code.TOO_MANY_REDIRECTS, "in a circle"),
        ("javascript:alert(1)", Code.ADDRESS_INVALID, "'javascript:alert(1)'"),
        ("file:///etc/passwd", Code.ADDRESS_INVALID, "'file:///etc/passwd'"),
        ("", Code.ADDRESS_INVALID, "without a Location"),
        ("http://10.0.0.1/", Code.ADDRESS_REFUSED, "10.0.0.1:80: private use"),
        ("http://2130706433/", Code.ADDRESS_REFUSED, "127.0.0.1:80: this machine"),
        ("//localhost/", Code.ADDRESS_REFUSED, "localhost:80"),
        ("http://news.example@169.254.169.254/", Code.ADDRESS_REFUSED, "link-local"),
        ("http://[::ffff:127.0.0.1]/", Code.ADDRESS_REFUSED, "IPv4 within IPv6"),
    ],
)
def test_redirects_that_are_not_followed(target: str, code: Code, found: str) -> None:
    error = failure_of(redirect(target))
    assert error.problem.code == code
    assert found in error.problem.found
    assert error.problem.source.endswith("/x")


def test_more_redirects_than_allowed() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch(max_redirects=10) as fetch:
            assert (await fetch.get(server.url("/2"))).status == 200
            with pytest.raises(FetchError, match="more than 10 redirects"):
                await fetch.get(server.url("/1"))

    run({f"/{i}": redirect(f"/{i + 1}") for i in range(1, 12)} | {"/12": http(TEXT)}, body)
