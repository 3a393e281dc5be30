"""The real fetcher with the world cut off behind it: names get the answers given, and no socket is ever made.

Everything up to the socket is the code that runs in earnest: parsing, mapping, the guard, the resolver's judge, the
HTTP client, the judge at the socket. There the attempt is noted and refused; where the case goes on with a redirect,
that is answered in the server's place.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, NoReturn

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from standfirst.collect import fetch_dial
from standfirst.collect.fetch import Fetch
from standfirst.config import FetchSettings
from standfirst.errors import FetchError
from standfirst.model import FeedOptions
from tests.collect.loopback import NOW


class NoSocket(OSError):
    """A socket would have been made here."""


def refuse(*_: object, **__: object) -> NoReturn:
    """In place of making or connecting a socket."""
    raise NoSocket(113, "no socket in this test")


class Names(AbstractResolver):
    """A name service with one list of addresses a question; the last one is given for ever."""

    def __init__(self) -> None:
        self.answers: list[list[str]] = []
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self.asked += 1
        found = self.answers.pop(0) if len(self.answers) > 1 else next(iter(self.answers), [])
        families = {True: socket.AF_INET6, False: socket.AF_INET}
        return [
            ResolveResult(hostname=host, host=ip, port=port, family=families[":" in ip], proto=0, flags=0)
            for ip in found
        ]

    async def close(self) -> None:
        pass


class Nowhere:
    """One fetcher that gets nowhere. dialled: addresses that a socket was wanted for; sent: the headers of each try;
    hops_left: redirects not yet given."""

    def __init__(self, fetch: Fetch, names: Names) -> None:
        self._fetch, self._names = fetch, names
        self.dialled: list[str] = []
        self.sent: list[dict[str, str]] = []
        self.hops_left: list[str] = []

    async def failure(
        self, url: str, answers: list[list[str]], hops: list[str] | None = None, options: FeedOptions | None = None
    ) -> FetchError:
        """How asking for this ends, which is always badly."""
        self.dialled.clear()
        self.sent.clear()
        self._names.answers, self.hops_left = [list(answer) for answer in answers], list(hops or [])
        connector = self._fetch._session.connector
        assert isinstance(connector, aiohttp.TCPConnector)
        connector.clear_dns_cache()
        with pytest.raises(FetchError) as raised:
            await self._fetch.get(url, options=options or FeedOptions())
        return raised.value

    @asynccontextmanager
    async def request(self, url: Any, **given: Any) -> AsyncIterator[Any]:
        """In place of the session's own: where no socket could be had, the next redirect."""
        self.sent.append(dict(given["headers"]))
        try:
            async with self._real(url, **given) as response:
                yield response
        except aiohttp.ClientConnectorError as error:
            if not isinstance(error.os_error, NoSocket) or not self.hops_left:
                raise
            location = self.hops_left.pop(0).encode()
        else:
            return
        yield SimpleNamespace(status=302, raw_headers=((b"Location", location),))

    def cut_off(self, patch: pytest.MonkeyPatch) -> None:
        """Stand between the fetcher and its HTTP client."""
        self._real = self._fetch._session.get
        patch.setattr(self._fetch._session, "get", self.request, raising=False)


@asynccontextmanager
async def nowhere(**settings: Any) -> AsyncIterator[Nowhere]:
    """A fetcher with the usual settings, cut off."""
    names = Names()
    fetch = Fetch(FetchSettings(**{"host_gap": 0.0} | settings), lambda: NOW, resolver=names)
    here = Nowhere(fetch, names)
    real = fetch._dialler.socket_for

    def noted(address: tuple[Any, ...]) -> socket.socket:
        try:
            return real(address)
        except NoSocket:
            here.dialled.append(str(address[4][0]))
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetch_dial, "MeteredSocket", refuse)
        patch.setattr(socket.socket, "connect", refuse)  # should sockets ever be made elsewhere
        patch.setattr(fetch._dialler, "socket_for", noted)
        async with fetch:
            here.cut_off(patch)
            yield here
