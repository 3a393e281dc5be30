"""The body of an answer: its codings, and the limits that hold while it is decoded."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from standfirst.errors import Code
from standfirst.model import digest_of
from tests.collect.loopback import (
    HEAD,
    TEXT,
    Answer,
    Asked,
    Loopback,
    failure_of,
    http,
    page_of,
    run,
)


def _bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def _brotli(data: bytes) -> bytes:
    return brotli.compress(data, quality=4)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]) + b"\0\0\0"),
        ("deflate", zlib.compress(TEXT)),
        ("Deflate", _bare_deflate(TEXT)),
        ("br", brotli.compress(TEXT)),
        ("zstd", zstandard.compress(TEXT[:100]) + zstandard.compress(TEXT[100:])),
        ("identity", TEXT),
        ("UTF-8", TEXT),
    ],
)
@pytest.mark.parametrize("in_bytes", [False, True])
def test_codings(coding: str, packed: bytes, in_bytes: bool) -> None:
    async def byte_by_byte(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + f"Content-Encoding: {coding}\r\nConnection: close\r\n\r\n".encode())
        for i in range(len(packed)):
            writer.write(packed[i : i + 1])
            await writer.drain()
            await asyncio.sleep(0)
        writer.close()

    whole = http(packed, "200 OK", f"Content-Encoding: {coding}")
    assert page_of(byte_by_byte if in_bytes else whole).body == TEXT


NOISE = b"".join(digest_of(bytes([i % 256, i // 256])).encode() for i in range(20_000))


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, _bare_deflate, _brotli, zstandard.compress])
def test_a_large_body_is_decoded_whole(pack: Callable[[bytes], bytes]) -> None:
    coding = {gzip.compress: "gzip", _brotli: "br", zstandard.compress: "zstd"}.get(pack, "deflate")
    answer = http(pack(NOISE + bytes(200_000)), "200 OK", f"Content-Encoding: {coding}")
    assert page_of(answer).body == NOISE + bytes(200_000)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(bytes(40_000_000), 9)),
        ("deflate", zlib.compress(bytes(40_000_000), 9)),
        ("br", brotli.compress(bytes(40_000_000), quality=5)),
        ("zstd", zstandard.compress(bytes(40_000_000))),
    ],
)
def test_bombs(coding: str, packed: bytes) -> None:
    tracemalloc.start()
    error = failure_of(http(packed, "200 OK", f"Content-Encoding: {coding}"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.problem.code == Code.TOO_LARGE
    assert "stand for over" in error.problem.found
    assert peak < 20_000_000  # given out whole it would be 40,000,000


@pytest.mark.parametrize(
    ("coding", "packed", "found"),
    [
        ("gzip", b"this is no gzip at all", "damaged gzip"),
        ("gzip", gzip.compress(TEXT, mtime=0)[:-9], "gzip that breaks off"),
        ("br", brotli.compress(TEXT)[:-1], "br that breaks off"),
        ("zstd", zstandard.compress(TEXT)[:-2], "zstd that breaks off"),
        ("zstd", b"words that are no zstd", "damaged zstd"),
        ("gzip, br", b"", "Content-Encoding 'gzip, br'"),
    ],
)
def test_damaged_codings(coding: str, packed: bytes, found: str) -> None:
    error = failure_of(http(packed, "200 OK", f"Content-Encoding: {coding}"))
    assert error.problem.code == Code.BAD_ANSWER
    assert found in error.problem.found


def _flood(line: bytes) -> Answer:
    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        for i in range(3000):
            writer.write(line % i)
        writer.write(b"\r\n")

    return answer


async def endless(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"\r\n")
    while not writer.is_closing():
        writer.write(bytes(10_000))
        await writer.drain()


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (http(bytes(30_001)), "30001 bytes announced"),
        (endless, "more than 30000 bytes"),
        (
            http(gzip.compress(NOISE[:50_000]), "200 OK", "Content-Encoding: gzip"),
            "more than 40000 bytes after decoding",
        ),
        (_flood(b"X-Head-%d: " + b"x" * 40 + b"\r\n"), "header over the limit"),
        (http(b"", "200 OK", "X-Long: " + "x" * 70_000), "header over the limit"),
        (http(b"", "200 OK", *["X-Long: " + "x" * 30_000] * 3), "headers over the limit"),
    ],
)
def test_too_large(answer: Answer, found: str) -> None:
    error = failure_of(answer, max_wire=30_000, max_inflated=40_000)
    assert error.problem.code == Code.TOO_LARGE
    assert found in error.problem.found


def test_large_answers_wait_for_each_other_and_small_ones_do_not() -> None:
    async def body(server: Loopback) -> None:
        names = ("h0", "h1", "h2", "h3", "small")
        resolve = {f"{name}.example:80": f"http://127.0.0.1:{server.port}" for name in names}
        async with server.fetch(resolve=resolve, total_timeout=30, idle_timeout=30) as fetch:
            held = [asyncio.create_task(fetch.get(f"http://h{i}.example/held")) for i in range(3)]
            while len(reached) < 3:
                await asyncio.sleep(0.01)
            fourth = asyncio.create_task(fetch.get("http://h3.example/large"))
            assert (await fetch.get("http://small.example/small")).body == TEXT
            done, _ = await asyncio.wait([fourth], timeout=0.3)
            assert not done
            release.set()
            assert [len(page.body) for page in await asyncio.gather(*held, fourth)] == [4_000_000] * 4

    reached: list[str] = []
    release = asyncio.Event()

    async def held(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"Content-Length: 4000000\r\n\r\n" + bytes(3_900_000))
        await writer.drain()
        reached.append(asked.path)
        await release.wait()
        writer.write(bytes(100_000))

    run({"/held": held, "/large": http(bytes(4_000_000)), "/small": http(TEXT)}, body)
