"""The network: every request that Standfirst makes goes through `Fetch.get`.

In: an address, validators and the feed's options. Out: a `Page`, or a FetchError whose problem says what was found.
docs/fetching.md says what is promised.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NamedTuple, Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from standfirst import urls
from standfirst.collect import fetch_trouble
from standfirst.collect.fetch_body import ACCEPTED, Body, too_large
from standfirst.collect.fetch_dial import Dialler, SystemResolver
from standfirst.collect.fetch_options import PLAIN, Manner, manner_of
from standfirst.collect.fetch_robots import Robots
from standfirst.collect.fetch_trouble import Trouble
from standfirst.collect.fetch_turns import HostHeld, Turns
from standfirst.collect.fetch_wire import Meter
from standfirst.collect.walls import BODY_READ, wall_of
from standfirst.config import Clock, FetchSettings
from standfirst.errors import Code, FetchError
from standfirst.model import FeedOptions, Page, digest_of
from standfirst.urls import Target

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, text/html;q=0.9, */*;q=0.5"
_HEADER_LIMIT = 64 * 1024
_LARGE_AT_ONCE = 3  # bodies over 1 MiB: so many times max_inflated, and two copies of one, stay below 256 MiB
_SLICE = 16 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_NEVER_A_WALL = frozenset((200, 204, 206, 301, 302, 303, 304, 307, 308, 404, 410))
_PATIENCE = 60.0  # seconds for a host that answered 429 without saying how long


class _Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes
    wall: str = ""


@dataclass(slots=True)
class _Journey:
    """One address on its way through redirects. seconds: left of the time for all of it; moved_to: as in Page."""

    source: str
    target: Target
    manner: Manner
    headers: dict[str, str]
    unattended: bool
    seconds: float
    seen: set[str] = field(default_factory=set)
    at_home: bool = True
    permanent: bool = True
    moved_to: str = ""

    def follow(self, status: int, location: str) -> None:
        """Go on to where a redirect points (RFC 9110, 15.4)."""
        target = urls.target(location, self.target.url) if location.strip() else None
        if target is None:
            found = f"HTTP {status} to {location!r}" if location else f"HTTP {status} without a Location"
            raise Trouble(Code.ADDRESS_INVALID, found, "an http or https address to go on to", status=status)
        self.seen.add(self.target.url)
        self.target = target
        if target.url in self.seen:
            raise Trouble(Code.TOO_MANY_REDIRECTS, "redirects in a circle", "an answer", status=status)
        self.permanent = self.permanent and status in _PERMANENT
        self.moved_to = target.url if self.permanent else self.moved_to

    def headers_now(self) -> dict[str, str]:
        """The headers for this hop: the feed's own ones until its origin is left, and not again on coming back."""
        if not self.manner.private:
            return self.headers
        self.at_home = self.at_home and self.target.origin == self.manner.origin
        return self.headers | self.manner.private if self.at_home else self.headers

    def where(self) -> str:
        """The hop that it has come to, or the address asked for."""
        return self.target.url if self.seen else self.source


class Fetch:
    """Asks for pages, politely and safely. Use as `async with Fetch(settings, clock) as fetch: await fetch.get(url)`.

    clock: gives the time that a page is stamped with. resolver: a name service instead of the system's. Raises
    SettingsError if `[fetch] allow` or `resolve` cannot be read.
    """

    def __init__(self, settings: FetchSettings, clock: Clock, *, resolver: AbstractResolver | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._resolver = resolver
        self._dialler = Dialler(settings)
        self._turns = Turns(self._gap, settings.connections)
        self._robots = Robots(settings.user_agent)
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)
        self._agent = f"{settings.user_agent} ({settings.contact})" if settings.contact else settings.user_agent

    async def __aenter__(self) -> Self:
        settings = self._settings
        resolver = self._resolver or SystemResolver(settings.connections)
        timeout = aiohttp.ClientTimeout(total=None, connect=settings.connect_timeout, sock_read=settings.idle_timeout)
        self._session = aiohttp.ClientSession(
            connector=self._dialler.connector(resolver),
            timeout=timeout,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            max_line_size=_HEADER_LIMIT,
            max_field_size=_HEADER_LIMIT,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._robots.close()
        await self._session.close()

    async def get(
        self,
        url: str,
        *,
        etag: str = "",
        modified: str = "",
        accept: str = ACCEPT,
        urgent: bool = False,
        unattended: bool = False,
        options: FeedOptions = PLAIN,
        own: str = "",
    ) -> Page:
        """The page at an address: its status is 200-299, or 304 with an empty body if a validator was given.

        etag, modified: validators of an earlier answer, sent back as they stood. urgent: before what is not, where both
        wait for one host (feeds before pages). unattended: nobody waits for this page, so robots.txt is asked first, at
        every hop. options: of the feed for which this is; own: that feed's own address where url is another one (its
        article, where it moved), to whose origin alone its headers, cookies and password go.
        Waiting for the host's turn does not count towards the time limits. Raises FetchError for every other outcome.
        """
        error: FetchError
        journey: _Journey | None = None
        source = url if "@" not in url else urls.parse(url) or "an address with a password"
        try:
            journey = self._journey(source, url, manner_of(options, own or url), unattended)
            journey.headers = self._headers(journey.manner, etag, modified, accept)
            answer = await self._travel(journey, urgent)
            return self._page(journey, answer)
        except Trouble as trouble:
            error = trouble.at(source, journey.where() if journey else source)
        # raised here and not above: what the client raised would hang on it, headers and all
        raise error

    def _journey(self, source: str, url: str, manner: Manner, unattended: bool) -> _Journey:
        target = urls.target(url)
        if target is None:
            raise Trouble(Code.ADDRESS_INVALID, repr(source), "an http or https address")
        if manner.proxy and (proxy := urls.target(manner.proxy)):
            self._dialler.judge_host(proxy)
        return _Journey(source, target, manner, {}, unattended, self._settings.total_timeout)

    async def _travel(self, journey: _Journey, urgent: bool) -> _Answer:
        for _ in range(self._settings.max_redirects + 1):
            answer = await self._hop(journey, urgent)
            if answer.status not in _REDIRECTS:
                return answer
            journey.follow(answer.status, answer.headers.get("location", ""))
        limit = self._settings.max_redirects
        raise Trouble(Code.TOO_MANY_REDIRECTS, f"more than {limit} redirects", f"{limit} at most", status=answer.status)

    async def _hop(self, journey: _Journey, urgent: bool) -> _Answer:
        """One request, when robots.txt allows it and the host's turn has come."""
        authority = journey.target.authority
        try:
            self._turns.check(authority)
            if journey.unattended:
                await self._ask_robots(journey)
            async with self._turns.turn(authority, urgent=urgent):
                answer = await self._within_time(journey)
                self._heed(authority, answer)
                return answer
        except HostHeld as held:
            raise fetch_trouble.held(held.seconds) from held

    async def _ask_robots(self, journey: _Journey) -> None:
        self._dialler.dial(journey.target)  # a host that is refused is not asked for its robots.txt either
        way = FeedOptions(user_agent=journey.manner.agent, proxy=journey.manner.proxy_given)
        await self._robots.check(journey.target, lambda url: self.get(url, accept="text/plain, */*;q=0.1", options=way))

    def _heed(self, authority: str, answer: _Answer) -> None:
        """Leave a host alone that asks for it (RFC 6585, 4; RFC 9110, 10.2.3)."""
        if answer.status not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            return
        asked = fetch_trouble.retry_after(answer.headers, self._clock())
        if asked is None and answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            asked = _PATIENCE
        if asked:
            self._turns.hold(authority, asked)

    def _gap(self, authority: str) -> float:
        return max(self._settings.host_gap, self._robots.delay(authority))

    async def _within_time(self, journey: _Journey) -> _Answer:
        """One request, stopped when the time for the whole journey is used up, however the bytes trickle in."""
        begun = time.monotonic()
        try:
            async with asyncio.timeout(journey.seconds) as deadline:
                return await self._ask(journey)
        except (aiohttp.ClientError, OSError) as error:
            if deadline.expired():
                raise fetch_trouble.out_of_time(self._settings) from error
            raise fetch_trouble.of_exception(error, self._settings) from error
        finally:
            journey.seconds -= time.monotonic() - begun

    async def _ask(self, journey: _Journey) -> _Answer:
        dial = self._dialler.dial(journey.target)
        headers = journey.headers_now() | {"Host": dial.host}
        manner = journey.manner
        if manner.proxy and dial.url.startswith("http:"):
            headers |= manner.proxy_headers
        request = self._session.get(
            URL(dial.url, encoded=True),
            headers=headers,
            allow_redirects=False,
            server_hostname=dial.server_name,
            proxy=manner.proxy or None,
            proxy_headers=manner.proxy_headers if manner.proxy else None,
        )
        meter = Meter()
        async with request as response:
            received = _received(response)
            wanted = 200 <= response.status < 300
            body = await self._body(response, received, meter) if wanted else b""
            # challenges come with an error status, and Amazon's with 202
            wall = "" if response.status in _NEVER_A_WALL else await self._wall(response, received, meter)
            meter.rest()
            return _Answer(response.status, received, body, wall)

    async def _wall(self, response: aiohttp.ClientResponse, headers: dict[str, str], meter: Meter) -> str:
        """The name of the wall that answered instead of the site, or ""."""
        start = Body(headers.get("content-encoding", ""), self._settings)
        cookies = " ".join(response.headers.getall("Set-Cookie", ()))
        with contextlib.suppress(Trouble, aiohttp.ClientError, TimeoutError):
            meter.admit(BODY_READ)
            while start.size < BODY_READ and response.status >= HTTPStatus.BAD_REQUEST:
                chunk = await response.content.readany()
                if not chunk:
                    break
                start.add(chunk[:BODY_READ])
        return wall_of(response.status, headers | {"set-cookie": cookies}, start.so_far()) or ""

    async def _body(self, response: aiohttp.ClientResponse, headers: dict[str, str], meter: Meter) -> bytes:
        body = Body(headers.get("content-encoding", ""), self._settings)
        if (response.content_length or 0) > self._settings.max_wire:
            raise too_large(f"{response.content_length} bytes announced", self._settings.max_wire)
        meter.admit(self._settings.max_wire)
        try:
            return await self._read(response, body)
        except aiohttp.ClientPayloadError:
            if meter.is_over:
                raise fetch_trouble.endless(self._settings) from None
            raise

    async def _read(self, response: aiohttp.ClientResponse, body: Body) -> bytes:
        async with AsyncExitStack() as room:
            is_waiting = True
            async for chunk in response.content.iter_any():
                for start in range(0, len(chunk), _SLICE):
                    body.add(chunk[start : start + _SLICE])
                    if is_waiting and body.is_large:
                        await room.enter_async_context(self._large)
                        is_waiting = False
            return body.finish()

    def _headers(self, manner: Manner, etag: str, modified: str, accept: str) -> dict[str, str]:
        headers = {"User-Agent": manner.agent or self._agent, "Accept": accept, "Accept-Encoding": ACCEPTED}
        if etag and etag.isascii() and etag.isprintable():
            headers["If-None-Match"] = etag
        if modified and modified.isascii() and modified.isprintable():
            headers["If-Modified-Since"] = modified
        return headers

    def _page(self, journey: _Journey, answer: _Answer) -> Page:
        now = self._clock()
        conditional = "If-None-Match" in journey.headers or "If-Modified-Since" in journey.headers
        if not (200 <= answer.status < 300 or (conditional and answer.status == 304)):
            raise fetch_trouble.of_status(answer.status, answer.headers, now, conditional=conditional, wall=answer.wall)
        if answer.wall:
            raise fetch_trouble.of_status(answer.status, answer.headers, now, conditional=False, wall=answer.wall)
        return Page(
            url=journey.source,
            final_url=journey.target.url,
            status=answer.status,
            media_type=answer.headers.get("content-type", "").partition(";")[0].strip().lower(),
            headers=answer.headers,
            body=answer.body,
            fetched=now,
            digest=digest_of(answer.body),
            moved_to=journey.moved_to,
        )


def _received(response: aiohttp.ClientResponse) -> dict[str, str]:
    """The headers of an answer, repeated ones joined (RFC 9110, 5.3); cookies are nobody's business here."""
    if sum(len(name) + len(value) + 4 for name, value in response.raw_headers) > _HEADER_LIMIT:
        raise Trouble(Code.TOO_LARGE, "headers over the limit", "64 KiB of headers at most")
    received: dict[str, str] = {}
    for raw_name, raw_value in response.raw_headers:
        name, value = raw_name.decode("latin-1").lower(), _header_text(raw_value)
        if name != "set-cookie":
            received[name] = f"{received[name]}, {value}" if name in received else value
    return received


def _header_text(value: bytes) -> str:
    """Header bytes as text: UTF-8 where it is that, else Latin-1, as old servers mean it."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
