"""Asks each site's robots.txt before its pages: one request a day for an origin, what it said kept in memory.

No file (4xx) allows all; one that cannot be had (5xx, no answer) allows nothing for a while (RFC 9309, 2.3.1), unless
an older copy is at hand.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from standfirst.collect.fetch_trouble import Trouble
from standfirst.collect.robots import ALLOW_ALL, Rules, read_robots
from standfirst.errors import Code, FetchError
from standfirst.model import Page
from standfirst.urls import Target

KEPT_FOR = 86400.0  # RFC 9309, 2.4: no longer than a day
TRIED_AGAIN_AFTER = 600.0
MOST_ORIGINS = 10_000
MOST_BYTES = 16 * 1024 * 1024
_PRODUCT = re.compile("[A-Za-z_-]+")

Get = Callable[[str], Awaitable[Page]]


@dataclass(slots=True)
class _Known:
    """What is known of one origin until then (loop time). trouble: why nothing is known, where nothing is."""

    until: float
    rules: Rules
    trouble: FetchError | None = None


class Robots:
    """What robots.txt files said. agent: the User-Agent that requests carry; its first product is who we are."""

    def __init__(self, agent: str) -> None:
        product = _PRODUCT.match(agent)
        self._token = product[0] if product else "Standfirst"
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, asyncio.Future[_Known]] = {}
        self._delays: dict[str, float] = {}
        self._size = 0

    def delay(self, authority: str) -> float:
        """Seconds that the host asks to be left alone between two requests (Crawl-delay, 60 at most), or 0."""
        return self._delays.get(authority, 0.0)

    def close(self) -> None:
        """Give up what is being asked."""
        for asking in self._asking.values():
            asking.cancel()

    async def check(self, target: Target, get: Get) -> None:
        """Raise Trouble unless this address may be asked for. get: brings a page, if robots.txt has to be asked for."""
        known = self._known.get(target.origin)
        if known is None or known.until <= asyncio.get_running_loop().time():
            known = await self._ask(target, get)
        if known.trouble is not None:
            raise _unreachable(known, asyncio.get_running_loop().time())
        if not known.rules.allows(target.url):
            raise Trouble(Code.ROBOTS_DENIED, f"{target.origin}/robots.txt that disallows it", "an address it allows")

    async def _ask(self, target: Target, get: Get) -> _Known:
        """Ask once, however many want to know at the same time."""
        asking = self._asking.get(target.origin)
        if asking is None:
            asking = self._asking[target.origin] = asyncio.ensure_future(self._fetched(target, get))
            asking.add_done_callback(lambda _: self._asking.pop(target.origin, None))
        return await asyncio.shield(asking)

    async def _fetched(self, target: Target, get: Get) -> _Known:
        loop = asyncio.get_running_loop()
        older = self._known.get(target.origin)
        try:
            page = await get(f"{target.origin}/robots.txt")
            known = _Known(loop.time() + KEPT_FOR, read_robots(page.body, self._token))
        except FetchError as error:
            known = _after_failure(error, older, loop.time())
        self._keep(target, known)
        return known

    def _keep(self, target: Target, known: _Known) -> None:
        self._forget(target.origin)
        while self._known and (len(self._known) >= MOST_ORIGINS or self._size + known.rules.size > MOST_BYTES):
            self._forget(next(iter(self._known)))
        self._known[target.origin] = known
        self._size += known.rules.size
        if known.rules.delay:
            self._delays[target.authority] = known.rules.delay
        else:
            self._delays.pop(target.authority, None)

    def _forget(self, origin: str) -> None:
        known = self._known.pop(origin, None)
        if known is not None:
            self._size -= known.rules.size
            self._delays.pop(origin.partition("://")[2], None)


def _after_failure(error: FetchError, older: _Known | None, now: float) -> _Known:
    """RFC 9309, 2.3.1: 4xx and endless redirects mean that there is no file; for all else there might be one.

    429 asks for patience, and is no word about the file.
    """
    status = error.status or 0
    if 300 <= status < 500 and status != 429:
        return _Known(now + KEPT_FOR, ALLOW_ALL)
    least = 0.0 if error.problem.code is Code.ASKED_TO_WAIT else TRIED_AGAIN_AFTER
    until = now + max(least, min(error.retry_after or 0.0, KEPT_FOR))
    if older is not None and older.trouble is None:
        return _Known(until, older.rules)
    return _Known(until, ALLOW_ALL, error)


def _unreachable(known: _Known, now: float) -> Trouble:
    assert known.trouble is not None
    problem = known.trouble.problem
    wait = max(known.until - now, 0.0)
    return Trouble(problem.code, f"robots.txt: {problem.found}", "it, or 404, before a page", retry_after=wait)
