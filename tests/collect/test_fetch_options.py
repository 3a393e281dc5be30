"""What a reader chose for one feed: sent to its own origin, to nobody else, and never said aloud."""

from __future__ import annotations

import asyncio
import base64
import logging
import shutil
import ssl
import subprocess
import traceback
from pathlib import Path

import pytest

from standfirst.collect.fetch_options import faults, manner_of
from standfirst.config import FetchSettings
from standfirst.errors import Code, FetchError
from standfirst.model import FeedOptions
from tests.collect.loopback import NOW, TEXT, Answer, Asked, Loopback, close, drip, http, redirect, run, stall

SECRET = "Tr0ub4dor"
OPTIONS = FeedOptions(
    user_agent="Reader of the Ledger/3",
    headers=(("X-Api-Key", f"{SECRET}-key"), ("accept-language", "de")),
    cookies=f"session={SECRET}-cookie",
    username="amélie",
    password=f"{SECRET}-password",
)
BASIC = "Basic " + base64.b64encode(f"amélie:{SECRET}-password".encode()).decode()
PRIVATE = {"x-api-key", "accept-language", "cookie", "authorization"}


def test_what_is_sent() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            await fetch.get(server.url("/x"), options=OPTIONS)
            await fetch.get(server.url("/x"), options=FeedOptions(full_text=False))
        chosen, usual = (asked.headers for asked in server.asked)
        assert chosen["user-agent"] == "Reader of the Ledger/3"
        assert (chosen["x-api-key"], chosen["accept-language"]) == (f"{SECRET}-key", "de")
        assert (chosen["cookie"], chosen["authorization"]) == (f"session={SECRET}-cookie", BASIC)
        assert usual["user-agent"].startswith("Standfirst/")
        assert not PRIVATE & set(usual)

    run({"/x": http(TEXT)}, body)


def test_headers_replace_the_usual_ones() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            options = FeedOptions(headers=(("ACCEPT", "text/x-mine"), ("user-agent", "Mine/1")))
            await fetch.get(server.url("/x"), options=options)
        assert (server.asked[0].headers["accept"], server.asked[0].headers["user-agent"]) == ("text/x-mine", "Mine/1")

    run({"/x": http(TEXT)}, body)


def test_secrets_stay_on_the_feeds_own_origin() -> None:
    async def body(server: Loopback) -> None:
        names = ("own.example:80", "own.example:8080", "other.example:80")
        resolve = dict.fromkeys(names, f"http://127.0.0.1:{server.port}")
        async with server.fetch(resolve=resolve) as fetch:
            await fetch.get("http://own.example/moved", options=OPTIONS)
            await fetch.get("http://own.example/away", options=OPTIONS)
            await fetch.get("http://own.example/port", options=OPTIONS)
            await fetch.get("http://other.example/x", options=OPTIONS, own="http://own.example/feed")
            await fetch.get("http://own.example/x", options=OPTIONS, own="http://own.example/feed")
        seen = [(asked.headers["host"], asked.path, set(asked.headers) >= PRIVATE) for asked in server.asked]
        assert seen == [
            ("own.example", "/moved", True),
            ("own.example", "/x", True),
            ("own.example", "/away", True),
            ("other.example", "/back", False),
            ("own.example", "/x", False),  # another origin chose this address
            ("own.example", "/port", True),
            ("own.example:8080", "/x", False),
            ("other.example", "/x", False),
            ("own.example", "/x", True),
        ]
        assert {asked.headers["user-agent"] for asked in server.asked} == {"Reader of the Ledger/3"}
        assert not any(
            PRIVATE & set(asked.headers) for asked, (_, _, own) in zip(server.asked, seen, strict=True) if not own
        )

    answers: dict[str, Answer] = {
        "/moved": redirect("/x", 301),
        "/away": redirect("http://other.example/back"),
        "/back": redirect("http://own.example/x"),
        "/port": redirect("http://own.example:8080/x"),
        "/x": http(TEXT),
    }
    run(answers, body)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (FeedOptions(headers=(("Host", SECRET),)), "the header Host"),
        (FeedOptions(headers=(("content-LENGTH", SECRET),)), "the header content-LENGTH"),
        (FeedOptions(headers=(("Connection", SECRET),)), "the header Connection"),
        (FeedOptions(headers=(("Transfer-Encoding", "chunked"),)), "the header Transfer-Encoding"),
        (FeedOptions(headers=(("Proxy-Authorization", SECRET),)), "the header Proxy-Authorization"),
        (FeedOptions(headers=(("If-None-Match", SECRET),)), "the header If-None-Match"),
        (FeedOptions(headers=(("Accept-Encoding", SECRET),)), "the header Accept-Encoding"),
        (FeedOptions(headers=(("Range", SECRET),)), "the header Range"),
        (FeedOptions(headers=(("X A", SECRET),)), "a header name"),
        (FeedOptions(headers=(("X-A\r\nX-B", SECRET),)), "a header name"),
        (FeedOptions(headers=(("X-A", f"{SECRET}\r\nX-B: 1"),)), "the value of the header X-A"),
        (FeedOptions(user_agent=f"{SECRET}\n"), "control characters in the user agent"),
        (FeedOptions(cookies=f"{SECRET}\0"), "control characters in the cookies"),
        (FeedOptions(username=f"{SECRET}:x"), "user name or password"),
        (FeedOptions(password=f"{SECRET}\n"), "user name or password"),
        (FeedOptions(proxy=f"https://a:{SECRET}@proxy.example"), "a proxy"),
        (FeedOptions(proxy=f"socks5://a:{SECRET}@proxy.example"), "a proxy"),
        (FeedOptions(proxy=f"http://proxy.example/{SECRET}"), "a proxy"),
        (FeedOptions(proxy=f"http://proxy.example/?{SECRET}"), "a proxy"),
        (FeedOptions(proxy=SECRET), "a proxy"),
    ],
)
def test_options_that_cannot_be_sent(options: FeedOptions, found: str) -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            with pytest.raises(FetchError) as raised:
                await fetch.get(server.url("/x"), options=options)
        assert server.connections == 0
        assert raised.value.problem.code is Code.SETTING_INVALID
        assert found in raised.value.problem.found
        assert SECRET not in str(raised.value)

    assert len(faults(options)) == 1
    run({"/x": http(TEXT)}, body)


def test_all_faults_are_named() -> None:
    options = FeedOptions(user_agent="\n", cookies="\n", proxy="x", headers=(("Host", "a"), ("b c", "d")))
    assert len(faults(options)) == 5
    assert faults(OPTIONS) == ()


def aloud(error: BaseException | None) -> str:
    """Everything that an error says, in every way of printing it, with all that hangs on it."""
    if error is None:
        return ""
    shown = "".join(traceback.format_exception(error)) + repr(error) + repr(error.args) + repr(vars(error))
    return shown + aloud(error.__cause__) + aloud(error.__context__)


@pytest.mark.parametrize(
    "answer",
    [
        close,
        stall,
        drip(b"HTTP/1.1 200 OK\r\n"),
        b"no http",
        http(b"", "401 No"),
        http(b"", "407 No"),
        http(b"", "429 Slow", "Retry-After: 9"),
        http(b"x", "200 OK", "Content-Encoding: gzip"),
        redirect("/x"),
        redirect("http://10.0.0.1/"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nx",
        http(TEXT),
    ],
)
@pytest.mark.parametrize("through_proxy", [False, True])
def test_no_secret_is_said_aloud(answer: Answer, through_proxy: bool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []

    async def body(server: Loopback) -> None:
        asyncio.get_running_loop().set_debug(True)
        proxy = f"http://name:{SECRET}-proxy@127.0.0.1:{server.port}" if through_proxy else ""
        options = FeedOptions(
            headers=OPTIONS.headers, cookies=OPTIONS.cookies, username="a", password=OPTIONS.password, proxy=proxy
        )
        said.append(repr(manner_of(options, server.url("/x"))))
        async with server.fetch(idle_timeout=0.1, total_timeout=0.2) as fetch:
            try:
                said.append(repr(await fetch.get(server.url("/x"), options=options)))
            except FetchError as error:
                said.append(aloud(error))
            said.append(repr(vars(fetch)))
        assert any(SECRET in asked.headers.get("cookie", "") for asked in server.asked)

    async def either(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if isinstance(answer, bytes):
            writer.write(answer)
            writer.close()
        else:
            await answer(asked, writer)

    def everywhere(server: Loopback) -> dict[str, Answer]:
        return {"/x": either, server.url("/x"): either}

    async def main(server: Loopback) -> None:
        server.answers.update(everywhere(server))
        await body(server)

    run({}, main)
    words = "".join([*said, caplog.text])
    assert SECRET not in words
    assert base64.b64encode(f"a:{SECRET}".encode()).decode()[:12] not in words


def test_a_password_in_an_address_is_dropped_and_not_repeated() -> None:
    async def body(server: Loopback) -> None:
        async with server.fetch() as fetch:
            with pytest.raises(FetchError) as raised:
                await fetch.get(f"http://a:{SECRET}@127.0.0.1:{server.port}/missing")
            assert SECRET not in aloud(raised.value)
            page = await fetch.get(f"http://a:{SECRET}@127.0.0.1:{server.port}/x")
            assert SECRET not in repr(page)
            with pytest.raises(FetchError) as raised:
                await fetch.get(f"ftp://a:{SECRET}@127.0.0.1/x")
            assert SECRET not in aloud(raised.value)
        assert not any("authorization" in asked.headers for asked in server.asked)

    run({"/x": http(TEXT)}, body)


# --- proxies


def test_a_plain_page_through_a_proxy() -> None:
    async def body(server: Loopback) -> None:
        options = FeedOptions(cookies="a=1", proxy=f"http://na%6de:{SECRET}@127.0.0.1:{server.port}")
        async with server.fetch() as fetch:
            page = await fetch.get("http://news.example/feed", options=options)
            with pytest.raises(FetchError) as raised:
                await fetch.get("http://news.example/other", options=options)
        assert (page.final_url, page.body) == ("http://news.example/feed", TEXT)
        asked = server.asked[0]
        assert (asked.path, asked.headers["host"]) == ("http://news.example/feed", "news.example")
        token = base64.b64encode(f"name:{SECRET}".encode()).decode()
        assert (asked.headers["proxy-authorization"], asked.headers["cookie"]) == (f"Basic {token}", "a=1")
        assert raised.value.status == 404

    run({"http://news.example/feed": http(TEXT)}, body)


@pytest.mark.parametrize(
    ("url", "proxy", "found"),
    [
        ("http://news.example/", "http://127.0.0.1:1", "127.0.0.1:1"),
        ("http://news.example/", "http://localhost:3128", "127.0.0.1"),
        ("http://news.example/", "http://0x7f.1:9", "127.0.0.1:9"),
        ("http://news.example/", "http://[::1]:3128", "[::1]:3128"),
        ("http://10.0.0.1/", "http://127.0.0.1:{port}", "10.0.0.1:80"),
        ("http://intranet/", "http://127.0.0.1:{port}", "intranet:80"),
        ("https://0xa9fea9fe/", "http://127.0.0.1:{port}", "169.254.169.254:443"),
        ("http://news.example:25/", "http://127.0.0.1:{port}", "port 25"),
    ],
)
def test_the_guard_stands_before_proxies_too(url: str, proxy: str, found: str) -> None:
    async def body(server: Loopback) -> None:
        allow = (
            f"127.0.0.1:{server.port}",
            "192.168.1.1:3128",
        )  # the latter lets inner names on this port be looked up
        async with server.fetch(allow=allow) as fetch:
            with pytest.raises(FetchError) as raised:
                await fetch.get(url, options=FeedOptions(proxy=proxy.format(port=server.port)))
        assert server.connections == 0
        assert raised.value.problem.code is Code.ADDRESS_REFUSED
        assert found in raised.value.problem.found

    run({}, body)


@pytest.mark.parametrize(
    ("answer", "code", "found"),
    [
        (http(b"", "407 Authenticate"), Code.CONNECTION_FAILED, "HTTP 407 from the proxy"),
        (http(b"", "502 Bad"), Code.CONNECTION_FAILED, "HTTP 502 from the proxy"),
        (close, Code.CONNECTION_FAILED, ""),
        (b"220 mail.example ready\r\n\r\n", Code.BAD_ANSWER, "no HTTP"),
        (stall, Code.TIMED_OUT, "no connection after"),
    ],
)
def test_proxies_that_make_no_tunnel(answer: Answer, code: Code, found: str) -> None:
    async def body(server: Loopback) -> None:
        proxy = f"http://name:{SECRET}@127.0.0.1:{server.port}"
        async with server.fetch() as fetch:
            with pytest.raises(FetchError) as raised:
                await fetch.get("https://news.example/feed", options=FeedOptions(proxy=proxy, cookies=SECRET))
        assert (raised.value.problem.code, found in raised.value.problem.found) == (code, True)
        assert "cookie" not in server.asked[0].headers
        assert "proxy-authorization" in server.asked[0].headers
        assert SECRET not in aloud(raised.value)

    run({"news.example:443": answer}, body)


def test_a_page_through_a_tunnel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("a TLS server behind a proxy: openssl is not there to make its certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=n -addext subjectAltName=DNS:news.example -keyout"
    subprocess.run([*make.split(), str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", ssl.create_default_context(cafile=certificate))

    async def main() -> None:
        behind = Loopback({"/feed": http(TEXT)})
        hidden = await asyncio.start_server(behind.serve, "127.0.0.1", 0, ssl=context)
        connects: list[str] = []

        async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connects.append((await reader.readuntil(b"\r\n\r\n")).decode())
            far_reader, far_writer = await asyncio.open_connection(*hidden.sockets[0].getsockname())
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            await asyncio.gather(_pipe(reader, far_writer), _pipe(far_reader, writer))

        proxy = await asyncio.start_server(tunnel, "127.0.0.1", 0)
        port = proxy.sockets[0].getsockname()[1]
        from standfirst.collect.fetch import Fetch

        async with Fetch(FetchSettings(allow=(f"127.0.0.1:{port}",), host_gap=0.0), lambda: NOW) as fetch:
            options = FeedOptions(cookies=SECRET, proxy=f"http://127.0.0.1:{port}")
            page = await fetch.get("https://news.example/feed", options=options)
        assert page.body == TEXT
        assert (connects[0].splitlines()[0], SECRET in connects[0]) == ("CONNECT news.example:443 HTTP/1.1", False)
        assert (behind.asked[0].path, behind.asked[0].headers["cookie"]) == ("/feed", SECRET)
        proxy.close()
        hidden.close()

    asyncio.run(main())


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
