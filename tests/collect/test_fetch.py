"""The network against a server on loopback that behaves as told: well, badly, slowly, or with intent."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import shutil
import socket
import ssl
import subprocess
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import brotli
import pytest
import zstandard
from aiohttp.abc import AbstractResolver, ResolveResult

from standfirst.collect.fetch import Fetch
from standfirst.config import FetchSettings
from standfirst.errors import Code, FetchError, SettingsError
from standfirst.model import Page, digest_of
from tests.collect.loopback import NOW, Answer, Asked, Loopback, close, drip, http, loopback, redirect, stall

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
TEXT = b"<rss>The harbour wall held.</rss>" * 40


def run(answers: dict[str, Answer], body: Callable[[Loopback], Awaitable[None]]) -> None:
    async def main() -> None:
        async with loopback(answers) as server:
            await body(server)

    asyncio.run(main())


def page_of(answer: Answer, **settings: object) -> Page:
    """The page that one answer makes."""
    found: list[Page] = []

    async def body(server: Loopback) -> None:
        async with server.fetch(**settings) as fetch:
            found.append(await fetch.get(server.url("/x")))

    run({"/x": answer}, body)
    return found[0]


def failure_of(answer: Answer, path: str = "/x", **settings: object) -> FetchError:
    """The error that one answer makes; every path answers the same."""
    found: list[FetchError] = []

    async def body(server: Loopback) -> None:
        async with server.fetch(**settings) as fetch:
            with pytest.raises(FetchError) as raised:
                await fetch.get(server.url(path))
            found.append(raised.value)

    run({"/x": answer}, body)
    return found[0]


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


def _bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(TEXT)),
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


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, _bare_deflate, brotli.compress, zstandard.compress])
def test_a_large_body_is_decoded_whole(pack: Callable[[bytes], bytes]) -> None:
    coding = {gzip.compress: "gzip", brotli.compress: "br", zstandard.compress: "zstd"}.get(pack, "deflate")
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
        ("gzip", gzip.compress(TEXT)[:-9], "gzip that breaks off"),
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


class Names(AbstractResolver):
    """A name service that gives these addresses for every host, one list a question."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(hostname=host, host=ip, port=port, family=socket.AF_INET6 if ":" in ip else socket.AF_INET,
                          proto=0, flags=0)
            for ip in found
        ]  # fmt: skip

    async def close(self) -> None:
        pass


async def _get(url: str, names: Names | None = None, settings: FetchSettings | None = None) -> Page:
    async with Fetch(settings or FetchSettings(host_gap=0.0), lambda: NOW, resolver=names) as fetch:
        return await fetch.get(url)


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::1"], ["2002:7f00:1::1"]])
def test_a_name_that_leads_inside_is_refused(answers: list[str]) -> None:
    with pytest.raises(FetchError) as raised:
        asyncio.run(_get("http://news.example/feed", Names(answers)))
    assert raised.value.problem.code == Code.ADDRESS_REFUSED


def test_a_name_without_address() -> None:
    with pytest.raises(FetchError) as raised:
        asyncio.run(_get("http://news.example/feed", Names([])))
    assert raised.value.problem.code == Code.NAME_NOT_FOUND


@pytest.mark.parametrize("url", ["ftp://news.example/", "nonsense", "", "http://a b/", "http://news.example:99999/"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(FetchError) as raised:
        asyncio.run(_get(url))
    assert raised.value.problem.code == Code.ADDRESS_INVALID


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://0x7f.1/", "http://[::1]/", "http://localhost/"])
def test_inner_hosts_are_refused_before_any_look_up(url: str) -> None:
    names = Names(["93.184.216.34"])
    with pytest.raises(FetchError) as raised:
        asyncio.run(_get(url, names))
    assert raised.value.problem.code == Code.ADDRESS_REFUSED
    assert names.asked == []


def test_an_answer_that_changes_between_judging_and_dialling() -> None:
    """The guard stands at the socket: even a name service that the judging resolver never saw leads nowhere."""

    async def body(server: Loopback) -> None:
        async with server.fetch(allow=()) as fetch:
            connector = fetch._session.connector
            connector._resolver = Names(["127.0.0.1"])  # type: ignore[union-attr]
            with pytest.raises(FetchError) as raised:
                await fetch.get(server.url("/x", "news.example"))
        assert raised.value.problem.code == Code.ADDRESS_REFUSED
        assert server.connections == 0

    run({"/x": http(TEXT)}, body)


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchError) as raised:
        asyncio.run(_get(f"http://127.0.0.1:{port}/", None, FetchSettings(allow=(f"127.0.0.1:{port}",))))
    assert raised.value.problem.code == Code.CONNECTION_FAILED


def test_tls_with_a_server_that_has_none() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP ready\r\n")
        writer.close()

    async def body() -> None:
        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        settings = FetchSettings(allow=(f"127.0.0.1:{port}",))
        with pytest.raises(FetchError) as raised:
            await _get(f"https://127.0.0.1:{port}/", None, settings)
        server.close()
        assert raised.value.problem.code == Code.TLS_FAILED

    asyncio.run(body())


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("a TLS server with a certificate of its own: openssl is not there to make one")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=source.example -keyout"
    subprocess.run([*make.split(), str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def body() -> None:
        asked = Loopback({"/": http(TEXT)})
        server = await asyncio.start_server(asked.serve, "127.0.0.1", 0, ssl=context)
        target = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(FetchError) as raised:
            await _get("https://source.example/", None, FetchSettings(resolve={"source.example:443": target}))
        server.close()
        assert (raised.value.problem.code, asked.asked) == (Code.TLS_FAILED, [])
        assert "self-signed" in raised.value.problem.found

    asyncio.run(body())


def test_mapped_hosts() -> None:
    async def body(server: Loopback) -> None:
        target = f"http://127.0.0.1:{server.port}"
        resolve = {"source.example:443": target, "www.source.example:8080": target}
        async with server.fetch(resolve=resolve, allow=()) as fetch:
            page = await fetch.get("https://source.example/x?a=1")
            moved = await fetch.get("https://source.example/old")
        assert (page.url, page.final_url) == ("https://source.example/x?a=1",) * 2
        assert (moved.final_url, moved.moved_to) == ("http://www.source.example:8080/x",) * 2
        hosts = [(asked.path, asked.headers["host"]) for asked in server.asked]
        assert hosts == [("/x?a=1", "source.example"), ("/old", "source.example"), ("/x", "www.source.example:8080")]

    run({"/x": http(TEXT), "/old": redirect("http://www.source.example:8080/x", 301)}, body)


@pytest.mark.parametrize(
    ("authority", "target"),
    [
        ("source.example", "http://127.0.0.1:1"),
        ("source.example:443", "http://localhost:1"),
        ("source.example:443", "127.0.0.1:1"),
        ("source.example:443", "http://127.0.0.1:1/path"),
    ],
)
def test_mappings_that_cannot_be_read(authority: str, target: str) -> None:
    with pytest.raises(SettingsError, match="host:port"):
        Fetch(FetchSettings(resolve={authority: target}), lambda: NOW)


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
