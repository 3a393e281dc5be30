"""Whose turn it is: one request at a time on a host, a pause after each, feeds before pages, a limit on all.

A host that asked for patience (Retry-After) is held: until then every request to it fails at once.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable

LONGEST_HOLD = 86400.0
_HOLDS = 10_000  # remembered at once; beyond that the ones that end first are forgotten


class HostHeld(Exception):
    """A host asked to be left alone. seconds: for how much longer."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"held for {seconds:.0f} s more")
        self.seconds = seconds


class Turns:
    """Hands out turns. gap: seconds between the end of a request on a host and the next one. limit: requests at once.

    A host stands in `_queues` from its first turn until its pause is over and nobody waits: it is busy or pausing.
    """

    def __init__(self, gap: Callable[[str], float], limit: int) -> None:
        self._gap = gap
        self._slots = asyncio.Semaphore(limit)
        self._queues: dict[str, list[tuple[bool, int, asyncio.Future[None]]]] = {}
        self._held: dict[str, float] = {}
        self._ticket = itertools.count()

    def turn(self, host: str, *, urgent: bool) -> _Turn:
        """Hold the host's turn, then one of the places in all: who waits for a host takes no place from others.

        Entering it raises HostHeld if the host is held, or becomes so while it waits.
        """
        return _Turn(self, host, urgent)

    def hold(self, host: str, seconds: float) -> None:
        """No more requests to this host for so long, a day at most; who waits for it is sent away."""
        now = asyncio.get_running_loop().time()
        until = max(now + min(seconds, LONGEST_HOLD), self._held.get(host, 0.0))
        if len(self._held) >= _HOLDS:
            del self._held[min(self._held, key=self._held.__getitem__)]
        self._held[host] = until
        for _, _, called in self._queues.get(host, ()):
            if not called.done():
                called.set_exception(HostHeld(until - now))

    def check(self, host: str) -> None:
        """Raise HostHeld if the host is held."""
        until = self._held.get(host)
        if until is None:
            return
        left = until - asyncio.get_running_loop().time()
        if left > 0:
            raise HostHeld(left)
        del self._held[host]

    async def enter(self, host: str, urgent: bool) -> None:
        """Wait for the host's turn and for a place."""
        self.check(host)
        await self._wait(host, urgent)
        try:
            await self._slots.acquire()
        except BaseException:
            self._pass_on_later(host)
            raise

    def leave(self, host: str) -> None:
        """Give the place back at once, the host's turn after its pause."""
        self._slots.release()
        self._pass_on_later(host)

    def _pass_on_later(self, host: str) -> None:
        asyncio.get_running_loop().call_later(self._gap(host), self._pass_on, host)

    async def _wait(self, host: str, urgent: bool) -> None:
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
            if called.done() and not called.cancelled() and called.exception() is None:
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


class _Turn:
    """One turn, as a context; a class of its own, since a generator costs more than all the rest of it."""

    __slots__ = ("_host", "_turns", "_urgent")

    def __init__(self, turns: Turns, host: str, urgent: bool) -> None:
        self._turns, self._host, self._urgent = turns, host, urgent

    async def __aenter__(self) -> None:
        await self._turns.enter(self._host, self._urgent)

    async def __aexit__(self, *_: object) -> None:
        self._turns.leave(self._host)
