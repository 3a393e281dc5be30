"""A publisher on loopback that misbehaves in every known way, each way with its name and the verdict it deserves.

`python -m tests.hostile.publisher` serves them all at once, at `/NAME`, and prints its port.
"""

from __future__ import annotations

import asyncio
import functools
import gzip
import random
import socket
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

import brotli
import zstandard

from standfirst.errors import Code
from tests.collect.loopback import Answer, Asked, Loopback, close, drip, http, redirect, stall

FEED = b"<rss version='2.0'><channel><title>The Ledger</title></channel></rss>"
OK = b"HTTP/1.1 200 OK\r\n"
END = b"\r\n\r\n"
MIB = 1024 * 1024


class Case(NamedTuple):
    """One way to misbehave. verdict: the problem, or the status that is right all the same; found: in the problem."""

    answer: Answer
    verdict: Code | int
    found: str = ""
    body: bytes | None = None


def forever(head: bytes, piece: bytes) -> Answer:
    """Send the head, then the same piece as fast as it is taken."""

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()

    return answer


def cut(data: bytes) -> Answer:
    """Send this and close."""

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        writer.close()

    return answer


def reset(data: bytes) -> Answer:
    """Send this and break the connection off (RST)."""

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        await asyncio.sleep(0.05)
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return answer


def coded(coding: str, packed: bytes) -> bytes:
    return http(packed, "200 OK", f"Content-Encoding: {coding}")


async def grow(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Every address leads to a longer one."""
    writer.write(redirect(f"{asked.path.partition('?')[0]}?{'x' * (2 * len(asked.path) % 60_000)}y"))


async def wander(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Every address leads to another one."""
    path, _, number = asked.path.partition("?")
    writer.write(redirect(f"{path}?{int(number or 0) + 1}"))


def bombs() -> Iterator[tuple[str, Case]]:
    """40 MB of nothing in each coding, and streams that break off or are none."""
    pack: dict[str, Callable[[bytes], bytes]] = {
        "gzip": functools.partial(gzip.compress, compresslevel=6),
        "br": functools.partial(brotli.compress, quality=2),
        "zstd": zstandard.compress,
    }
    for name, compress in pack.items():
        yield f"{name}-bomb", Case(coded(name, compress(bytes(40_000_000))), Code.TOO_LARGE, "stand for over")
        yield f"{name}-cut", Case(coded(name, compress(FEED * 9)[:-3]), Code.BAD_ANSWER, f"{name} that breaks off")
        yield f"{name}-garbage", Case(coded(name, b"\x01\xff no stream" * 9), Code.BAD_ANSWER)
    packed = gzip.compress(bytes(2_000_000))
    yield "gzip-of-gzip", Case(coded("gzip, gzip", gzip.compress(packed)), Code.BAD_ANSWER, "gzip, gzip")
    member = gzip.compress(bytes(random.Random(7).choices(b"ab", k=100_000)), 1)  # 1 to 6: no bomb, only too much
    yield "gzip-large", Case(coded("gzip", member * 320), Code.TOO_LARGE, "after decoding")
    yield "zstd-window", Case(coded("zstd", b"\x28\xb5\x2f\xfd\x00\xf8" + bytes(20)), Code.BAD_ANSWER)
    yield "coding-unknown", Case(coded("x-snappy", FEED), 200, body=FEED)


def slow() -> Iterator[tuple[str, Case]]:
    """Too little, or never enough."""
    yield "drip-feed", Case(drip(OK + END[2:], 0.1), Code.TIMED_OUT, "no end after")
    yield "slow-headers", Case(drip(OK + b"X-Slow: ", 0.1), Code.TIMED_OUT, "no end after")
    yield "slow-chunks", Case(drip(OK + b"Transfer-Encoding: chunked" + END, 0.1), Code.BAD_ANSWER)
    yield "silence", Case(stall, Code.TIMED_OUT, "no byte for")
    yield "silence-after-headers", Case(cut_never(OK + b"Content-Length: 9" + END), Code.TIMED_OUT, "no byte for")
    yield (
        "endless-hints",
        Case(forever(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 99), Code.TOO_LARGE, "past its limit"),
    )
    yield "endless-headers", Case(forever(OK, b"X-Head: the harbour wall\r\n" * 400), Code.TOO_LARGE, "header")
    yield "endless-header-line", Case(forever(OK + b"X-Long: ", b"x" * 9999), Code.TOO_LARGE, "header")
    yield "endless-status-line", Case(forever(b"HTTP/1.1 200 ", b"O" * 9999), Code.TOO_LARGE, "header")
    yield "endless-body", Case(forever(OK + END[2:], bytes(9999)), Code.TOO_LARGE, "more than")
    yield (
        "endless-chunks",
        Case(forever(OK + b"Transfer-Encoding: chunked" + END, b"1000\r\n" + bytes(4096) + b"\r\n"), Code.TOO_LARGE),
    )
    yield (
        "endless-chunk-extension",
        Case(forever(OK + b"Transfer-Encoding: chunked" + END + b"5;x=", b"y" * 9999), Code.TOO_LARGE, "past its"),
    )
    yield (
        "endless-trailers",
        Case(forever(OK + b"Transfer-Encoding: chunked" + END + b"0\r\n", b"X-Tail: y\r\n" * 400), Code.TOO_LARGE),
    )


def cut_never(data: bytes) -> Answer:
    """Send this, then nothing more, and stay."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await stall(asked, writer)

    return answer


def lies() -> Iterator[tuple[str, Case]]:
    """Lengths and framing that are not true."""
    chunked = OK + b"Transfer-Encoding: chunked" + END
    length = OK + b"Content-Length: "
    yield "length-long", Case(cut(length + b"999" + END + FEED), Code.BAD_ANSWER, "breaks off")
    yield "length-short", Case(cut(length + b"4" + END + FEED), Code.BAD_ANSWER, "no HTTP")
    yield "length-negative", Case(cut(length + b"-5" + END + FEED), Code.BAD_ANSWER, "no HTTP")
    yield "length-no-number", Case(cut(length + b"many" + END + FEED), Code.BAD_ANSWER, "no HTTP")
    yield "length-over-64-bits", Case(cut(length + b"9" * 30 + END + FEED), Code.BAD_ANSWER, "no HTTP")
    yield "length-enormous", Case(cut(length + b"99999999999" + END + FEED), Code.TOO_LARGE, "announced")
    yield "length-twice", Case(cut(length + b"5\r\nContent-Length: 9" + END + FEED), Code.BAD_ANSWER, "no HTTP")
    yield (
        "length-and-chunks",
        Case(cut(length + b"3\r\nTransfer-Encoding: chunked" + END + b"0" + END), Code.BAD_ANSWER, "no HTTP"),
    )
    yield "chunk-size-no-number", Case(cut(chunked + b"five\r\nabcde\r\n0" + END), Code.BAD_ANSWER)
    yield "chunk-size-negative", Case(cut(chunked + b"-5\r\nabcde\r\n0" + END), Code.BAD_ANSWER)
    yield "chunk-size-over-64-bits", Case(cut(chunked + b"f" * 20 + b"\r\nabcde\r\n0" + END), Code.BAD_ANSWER)
    yield "chunk-size-lie", Case(cut(chunked + b"2\r\nabcde\r\n0" + END), Code.BAD_ANSWER)
    yield "chunk-cut", Case(cut(chunked + b"ff\r\nabc"), Code.BAD_ANSWER, "breaks off")
    yield "chunk-end-missing", Case(cut(chunked + b"3\r\nabc\r\n"), Code.BAD_ANSWER, "breaks off")
    yield "chunk-none", Case(cut(chunked), Code.BAD_ANSWER, "breaks off")


def garbage() -> Iterator[tuple[str, Case]]:
    """What is no HTTP, or hardly."""
    yield "closed-at-once", Case(close, Code.CONNECTION_FAILED, "without an answer")
    yield "reset-at-once", Case(reset(b""), Code.CONNECTION_FAILED)
    yield "reset-in-headers", Case(reset(OK + b"X-A: "), Code.CONNECTION_FAILED)
    yield "reset-in-body", Case(reset(OK + b"Content-Length: 99" + END + b"abc"), Code.BAD_ANSWER, "breaks off")
    yield "headers-cut", Case(cut(OK + b"X-A: 1\r\n"), Code.CONNECTION_FAILED)
    yield "status-line-garbage", Case(cut(b"HELLO 200\r\n\r\n" + FEED), Code.BAD_ANSWER, "no HTTP")
    yield "status-line-empty", Case(cut(b"\r\n\r\n\r\n\r\n"), Code.CONNECTION_FAILED)
    yield "status-no-number", Case(cut(b"HTTP/1.1 abc OK\r\n\r\n"), Code.BAD_ANSWER, "no HTTP")
    yield "status-four-digits", Case(cut(b"HTTP/1.1 2000 OK\r\n\r\n"), Code.BAD_ANSWER, "no HTTP")
    yield "status-999", Case(http(FEED, "999 Denied"), Code.HTTP_STATUS, "HTTP 999")
    yield "status-without-words", Case(cut(b"HTTP/1.1 200\r\n\r\n" + FEED), 200, body=FEED)
    yield "version-0.9", Case(cut(FEED), Code.BAD_ANSWER, "no HTTP")
    yield "version-1.0", Case(cut(b"HTTP/1.0 200 OK\r\n\r\n" + FEED), 200, body=FEED)
    yield "version-9.9", Case(cut(b"HTTP/9.9 200 OK\r\n\r\n" + FEED), Code.BAD_ANSWER, "no HTTP")
    yield (
        "version-2-preface",
        Case(cut(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18)), Code.BAD_ANSWER, "no HTTP"),
    )
    yield "a-mail-server", Case(cut(b"220 mail.example ESMTP\r\n"), Code.BAD_ANSWER, "no HTTP")
    yield "tls-alert", Case(cut(b"\x15\x03\x01\x00\x02\x02\x46"), Code.BAD_ANSWER, "no HTTP")
    yield (
        "switching-protocols",
        Case(cut(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"), Code.HTTP_STATUS, "HTTP 101"),
    )
    yield "header-nul", Case(cut(OK + b"X-A: a\0b" + END + FEED), Code.BAD_ANSWER, "no HTTP")
    yield "header-bare-cr", Case(cut(OK + b"X-A: a\rX-B: b" + END + FEED), Code.BAD_ANSWER, "no HTTP")
    yield "header-without-colon", Case(cut(OK + b"nonsense" + END + FEED), Code.BAD_ANSWER, "no HTTP")
    yield "header-name-empty", Case(cut(OK + b": a" + END + FEED), Code.BAD_ANSWER, "no HTTP")
    yield "header-space-before-colon", Case(cut(OK + b"X-A : a" + END + FEED), Code.BAD_ANSWER, "no HTTP")
    yield "headers-with-bare-lf", Case(cut(b"HTTP/1.1 200 OK\nX-A: a\n\n" + FEED), 200, body=FEED)
    yield "header-not-utf-8", Case(cut(OK + b"X-A: \xff\xfe" + END + FEED), 200, body=FEED)
    yield "headers-twice", Case(cut(OK + b'ETag: "1"\r\nETag: "2"' + END + FEED), 200, body=FEED)
    yield "huge-cookies", Case(cut(OK + b"Set-Cookie: a=" + b"x" * 60_000 + END + FEED), 200, body=FEED)
    yield "too-many-headers", Case(cut(OK + b"X-A: b\r\n" * 5000 + END[2:] + FEED), Code.TOO_LARGE, "header")
    yield "type-wrong", Case(http(FEED, "200 OK", "Content-Type: image/png"), 200, body=FEED)
    yield "type-garbage", Case(http(FEED, "200 OK", "Content-Type: ;;=,\t;charset=utf-99"), 200, body=FEED)
    yield "charset-lie", Case(http(b"\xff" + FEED, "200 OK", "Content-Type: text/xml; charset=utf-8"), 200)


def elsewhere() -> Iterator[tuple[str, Case]]:
    """Redirects."""
    yield "redirect-loop", Case(redirect("/redirect-loop"), Code.TOO_MANY_REDIRECTS, "in a circle")
    yield "redirect-endless", Case(wander, Code.TOO_MANY_REDIRECTS, "more than 10")
    yield "redirect-growing", Case(grow, Code.TOO_MANY_REDIRECTS, "more than 10")
    yield "redirect-nowhere", Case(http(b"", "302 Found"), Code.ADDRESS_INVALID, "without a Location")
    yield "redirect-blank", Case(redirect("  "), Code.ADDRESS_INVALID)
    yield "redirect-ftp", Case(redirect("ftp://news.example/feed"), Code.ADDRESS_INVALID, "ftp://")
    yield "redirect-file", Case(redirect("file:///etc/passwd"), Code.ADDRESS_INVALID, "file://")
    yield "redirect-script", Case(redirect("javascript:alert(1)"), Code.ADDRESS_INVALID, "javascript:")
    yield "redirect-data", Case(redirect("data:text/xml,<rss/>"), Code.ADDRESS_INVALID, "data:")
    yield "redirect-inside", Case(redirect("http://192.168.0.1/"), Code.ADDRESS_REFUSED, "192.168.0.1")
    yield "redirect-metadata", Case(redirect("http://0xa9fea9fe/"), Code.ADDRESS_REFUSED, "169.254.169.254")
    yield "redirect-loopback", Case(redirect("http://[::ffff:127.0.0.1]:1/"), Code.ADDRESS_REFUSED)
    yield "redirect-inner-name", Case(redirect("http://router.lan/"), Code.ADDRESS_REFUSED, "router.lan")
    yield "redirect-mail-port", Case(redirect("http://news.example:25/"), Code.ADDRESS_REFUSED, "port 25")
    yield "redirect-userinfo", Case(redirect("http://a:b@fine.example/fine"), 200, body=FEED)
    yield "redirect-fragment", Case(redirect("/fine#<script>"), 200, body=FEED)
    yield "redirect-huge", Case(redirect("/" + "x" * 63_000), Code.HTTP_STATUS, "HTTP 404")
    yield "redirect-too-huge", Case(redirect("/" + "x" * 70_000), Code.TOO_LARGE, "header")
    yield "redirect-with-endless-body", Case(forever(b"HTTP/1.1 302 X\r\nLocation: /fine" + END, bytes(9999)), 200)
    yield "redirect-to-the-dead", Case(redirect("http://dead.example/closed-at-once", 301), Code.CONNECTION_FAILED)
    yield (
        "redirect-twice-over",
        Case(cut(b"HTTP/1.1 302 X\r\nLocation: /a\r\nLocation: http://10.0.0.1/" + END), Code.HTTP_STATUS),
    )
    yield "fine", Case(http(FEED), 200, body=FEED)


def refusals() -> Iterator[tuple[str, Case]]:
    """Statuses."""
    yield "unchanged-unasked", Case(cut(b"HTTP/1.1 304 Not Modified" + END), Code.HTTP_STATUS, "HTTP 304")
    yield "gone", Case(http(b"", "410 Gone"), Code.GONE)
    for name, value in {
        "seconds": "120",
        "date": "Mon, 23 Nov 2026 12:05:00 GMT",
        "garbage": "soon; or later",
        "absurd": "9" * 400,
        "negative": "-5",
        "past": "Thu, 01 Jan 1970 00:00:00 GMT",
        "far": "Fri, 31 Dec 9999 23:59:59 GMT",
    }.items():
        yield f"slow-down-{name}", Case(http(b"", "429 Slow", f"Retry-After: {value}"), Code.HTTP_STATUS, "HTTP 429")
    yield "busy", Case(http(b"", "503 Busy"), Code.HTTP_STATUS, "HTTP 503")
    yield "error-endless", Case(forever(b"HTTP/1.1 500 Oh" + END, bytes(9999)), Code.HTTP_STATUS, "HTTP 500")
    yield "no-content", Case(cut(b"HTTP/1.1 204 No Content" + END), 200 + 4, body=b"")
    yield "empty", Case(http(b""), 200, body=b"")


@functools.cache
def cases() -> dict[str, Case]:
    """Every way to misbehave, by name."""
    return dict([*slow(), *lies(), *garbage(), *elsewhere(), *refusals(), *bombs()])


def answers() -> dict[str, Answer]:
    """What to answer at `/NAME`."""
    return {f"/{name}": case.answer for name, case in cases().items()}


async def main() -> None:
    """Serve until killed."""
    state = Loopback(answers())
    server = await asyncio.start_server(state.serve, "127.0.0.1", 0, limit=2**20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
