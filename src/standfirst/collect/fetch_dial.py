"""Where a request is really sent: the settings' mapping of hosts, and sockets only for what the guard allows."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from standfirst import urls
from standfirst.collect import guard
from standfirst.collect.fetch_trouble import Refused, refused
from standfirst.collect.fetch_wire import MeteredSocket
from standfirst.config import FetchSettings
from standfirst.errors import Code, Problem, SettingsError, Stage
from standfirst.urls import Target


class Dial(NamedTuple):
    """How one address is asked for: the URL dialled, the Host header, the name that TLS proves (None: its own)."""

    url: str
    host: str
    server_name: str | None


class Dialler:
    """The guard and the mapping of one set of settings. Raises SettingsError for entries that cannot be read."""

    def __init__(self, settings: FetchSettings) -> None:
        self._mapped = dict(_mapping(authority, target) for authority, target in settings.resolve.items())
        own = tuple(urls.authority_of(target) for target in self._mapped.values())
        self._allow = guard.allowances((*settings.allow, *own))

    def dial(self, target: Target) -> Dial:
        """How to ask for an address. Raises Trouble if its host must not be looked up."""
        header, _, path = target.url.partition("://")[2].partition("/")
        mapped = self._mapped.get(target.authority) if self._mapped else None
        if mapped is not None:
            return Dial(f"{mapped}{path}", header, target.host.strip("[]") if mapped.startswith("https:") else None)
        self.judge_host(target)
        return Dial(target.url, header, None)

    def judge_host(self, target: Target) -> None:
        """Raise Trouble if this host, as it is written, must not be looked up, or its port not be used."""
        if reason := guard.judge_host(target.host, target.port, self._allow):
            raise refused(target.authority, reason)

    def judge(self, ip: str, port: int) -> None:
        """Raise Refused unless this address may be connected to."""
        if reason := guard.judge(ip, port, self._allow):
            raise Refused(f"{ip} port {port} is refused: {reason}")

    def socket_for(self, address: tuple[Any, ...]) -> socket.socket:
        """The socket for an entry of getaddrinfo, or Refused: the one place through which every connection goes."""
        family, kind, protocol, _, where = address
        self.judge(str(where[0]), int(where[1]))
        return MeteredSocket(family=family, type=kind, proto=protocol)

    def connector(self, resolver: AbstractResolver) -> aiohttp.TCPConnector:
        """Connections that only ever lead to allowed addresses; kept open for 5 s, for the next page of the host."""
        guarded = GuardedResolver(resolver, self)
        return aiohttp.TCPConnector(
            resolver=guarded, limit=0, keepalive_timeout=5, ttl_dns_cache=30, socket_factory=self.socket_for
        )


class GuardedResolver(AbstractResolver):
    """A name service whose answers are judged: a name with one refused address is refused as a whole."""

    def __init__(self, inner: AbstractResolver, dialler: Dialler) -> None:
        self._inner = inner
        self._dialler = dialler

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a host. Raises OSError if there are none, Refused if one is refused."""
        found = await self._inner.resolve(host, port, family)
        for answer in found:
            self._dialler.judge(answer["host"], port)
        if not found:
            raise OSError(f"no address for {host}")
        return found

    async def close(self) -> None:
        """Release the name service."""
        await self._inner.close()


class SystemResolver(AbstractResolver):
    """The system's name service, asked in threads of its own, so that slow answers hold up nobody else's."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a host. Raises OSError if there are none."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, _look_up, host, port, family)

    async def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    try:
        entries = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    except UnicodeError as error:  # a label that no name service takes: empty, or over 63 letters
        raise OSError(str(error)) from error
    return list(_results(host, entries))


def _results(host: str, entries: Iterable[tuple[Any, ...]]) -> Iterable[ResolveResult]:
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    for family, _, protocol, _, where in entries:
        if family in (socket.AF_INET, socket.AF_INET6):
            yield ResolveResult(
                hostname=host, host=where[0], port=where[1], family=family, proto=protocol, flags=numeric
            )


def _mapping(authority: str, target: str) -> tuple[str, str]:
    """One entry of `[fetch] resolve`: "source.example:443" -> "http://127.0.0.1:8801/"."""
    source, dialled = urls.parse(f"http://{authority}/"), urls.parse(target)
    is_origin = (
        dialled is not None and guard.is_literal(urls.host_of(dialled)) and re.fullmatch(r"\w+://[^/]+/", dialled)
    )
    if source is None or dialled is None or not is_origin or not authority.rpartition(":")[2].isdigit():
        found = f"{authority!r} = {target!r}"
        wanted = '"host:port" = "http://address:port", the address in numbers'
        raise SettingsError((Problem(Stage.SETTINGS, Code.SETTING_INVALID, "fetch.resolve", "", found, wanted),))
    return urls.authority_of(source), dialled
