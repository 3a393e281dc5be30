"""Where requests are sent: names, mappings and certificates; the guard at work on real sockets."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from standfirst.collect.fetch import Fetch
from standfirst.config import FetchSettings
from standfirst.errors import Code, FetchError, SettingsError
from standfirst.model import Page
from tests.collect.loopback import (
    NOW,
    TEXT,
    Loopback,
    http,
    redirect,
    run,
)


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
