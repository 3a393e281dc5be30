"""Whose turn it is: one request at a time on a host, a pause after each, feeds before pages, a limit on all."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Hands out turns. gap: seconds between the end of a request on a host and the next one. limit: requests at once.

    A host stands in `_queues` from its first turn until its pause is over and nobody waits: it is busy or pausing.
    """

    def __init__(self, gap: float, limit: int) -> None:
        self._gap = gap
        self._slots = asyncio.Semaphore(limit)
        self._queues: dict[str, list[tuple[bool, int, asyncio.Future[None]]]] = {}
        self._ticket = itertools.count()

    @asynccontextmanager
    async def turn(self, host: str, *, urgent: bool) -> AsyncIterator[None]:
        """Hold the host's turn, then one of the places in all: who waits for a host takes no place from others."""
        await self._enter(host, urgent)
        try:
            async with self._slots:
                yield
        finally:
            asyncio.get_running_loop().call_later(self._gap, self._pass_on, host)

    async def _enter(self, host: str, urgent: bool) -> None:
        queue = self._queues.get(host)
        if queue is None:
            self._queues[host] = []
            return
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(queue, (not urgent, next(self._ticket), called))
        try:
            await called
        except asyncio.CancelledError:
            # Called and given up in the same moment: the turn goes to the next in the queue.
            if called.done() and not called.cancelled():
                self._pass_on(host)
            raise

    def _pass_on(self, host: str) -> None:
        queue = self._queues[host]
        while queue:
            _, _, called = heapq.heappop(queue)
            if not called.done():
                called.set_result(None)
                return
        del self._queues[host]
