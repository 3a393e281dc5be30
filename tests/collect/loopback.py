"""A server on loopback that answers as it is told, byte for byte, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from standfirst.collect.fetch import Fetch
from standfirst.config import FetchSettings
from standfirst.errors import FetchError
from standfirst.model import Page

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
Answer = bytes | Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Asked:
    """One request as it came in. at: seconds on the monotonic clock; headers: lower-case names."""

    path: str
    headers: dict[str, str]
    at: float


@dataclass
class Loopback:
    """answers: path -> bytes to send, or a coroutine that writes them; anything else is a 404."""

    answers: dict[str, Answer]
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def settings(self, **changes: object) -> FetchSettings:
        """Settings that allow this server alone, with short times."""
        values: dict[str, object] = {
            "allow": (f"127.0.0.1:{self.port}",),
            "host_gap": 0.0,
            "connect_timeout": 1.0,
            "idle_timeout": 0.6,
            "total_timeout": 1.5,
        }
        return FetchSettings(**(values | changes))  # type: ignore[arg-type]

    @asynccontextmanager
    async def fetch(self, **changes: object) -> AsyncIterator[Fetch]:
        async with Fetch(self.settings(**changes), lambda: NOW) as fetch:
            yield fetch

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._answer(head.decode("latin-1"), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, head: str, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        asked = Asked(first.split(" ")[1], headers, time.monotonic())
        self.asked.append(asked)
        answer = self.answers.get(asked.path.partition("?")[0], http(status="404 Not Found"))
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
        else:
            await answer(asked, writer)


@asynccontextmanager
async def loopback(answers: dict[str, Answer]) -> AsyncIterator[Loopback]:
    """A running server; its port is chosen by the system."""
    state = Loopback(answers)
    server = await asyncio.start_server(state.serve, "127.0.0.1", 0, limit=2**20)
    state.port = server.sockets[0].getsockname()[1]
    try:
        yield state
    finally:
        server.close()


def http(body: bytes = b"", status: str = "200 OK", *headers: str) -> bytes:
    """An answer with its length; headers as "Name: value"."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def redirect(target: str, status: int = 302) -> bytes:
    return http(b"", f"{status} Elsewhere", f"Location: {target}")


async def close(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Close at once, without a word."""
    writer.close()


async def stall(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Say nothing for longer than any test waits."""
    await asyncio.sleep(30)


def drip(head: bytes, pause: float = 0.1) -> Answer:
    """Send the head, then one byte at a time for ever."""

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


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
