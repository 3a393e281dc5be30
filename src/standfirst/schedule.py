"""When what is fetched: which feeds and pages start now, and how many at once.

One slow host never holds back another: what waits has a queue for each host, and a host has little under way at a
time. A full disk pauses the watch; it goes on by itself when there is space.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from standfirst.config import Clock
from standfirst.decide import is_left_alone
from standfirst.errors import DiskFullError
from standfirst.model import Feed, FeedState, PageJob
from standfirst.pipeline import Intake, Tally
from standfirst.store.protocol import Store
from standfirst.urls import authority_of

FEEDS_AT_ONCE, PAGES_AT_ONCE = 256, 64
FEEDS_PER_HOST, PAGES_PER_HOST = 2, 2
FEEDS_AHEAD, PAGES_AHEAD = 20_000, 1_000
ASK_AGAIN = 5.0  # seconds after which what waits is asked for anew, so that what came since has its turn
TICK = 0.5
DISK_FULL_PAUSE = 30.0
REST_AFTER = 10.0

Tell = Callable[[Tally], None]
T = TypeVar("T")


class ByHost(Generic[T]):
    """What waits, in a queue for each host: at most so many of one host at a time, the hosts in turns."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._queues: dict[str, deque[T]] = {}
        self._ready: deque[str] = deque()
        self._under_way: Counter[str] = Counter()
        self._number = 0

    def __len__(self) -> int:
        return self._number

    def fill(self, waiting: Iterable[tuple[str, T]]) -> None:
        """What waits now, instead of what waited: host and item, the most urgent first."""
        self._queues = {}
        self._number = 0
        for host, item in waiting:
            self._queues.setdefault(host, deque()).append(item)
            self._number += 1
        self._ready = deque(host for host in self._queues if self._under_way[host] < self._at_most)

    def take(self) -> tuple[str, T] | None:
        """The next whose host has room, and its host; None where there is none."""
        if not self._ready:
            return None
        host = self._ready.popleft()
        queue = self._queues[host]
        item = queue.popleft()
        self._number -= 1
        self._under_way[host] += 1
        if not queue:
            del self._queues[host]
        elif self._under_way[host] < self._at_most:
            self._ready.append(host)
        return host, item

    def finished(self, host: str) -> None:
        """One of this host's is done."""
        if host in self._queues and self._under_way[host] == self._at_most:
            self._ready.append(host)
        self._under_way[host] -= 1
        if not self._under_way[host]:
            del self._under_way[host]


class Schedule:
    """Starts polls and page reads for an `Intake`."""

    def __init__(self, intake: Intake, store: Store, clock: Clock) -> None:
        self._intake, self._store, self._clock = intake, store, clock
        self._due: ByHost[tuple[Feed, FeedState]] = ByHost(FEEDS_PER_HOST)
        self._wanted: ByHost[PageJob] = ByHost(PAGES_PER_HOST)
        self._due_asked = self._wanted_asked = self._busy_at = 0.0
        self._rested = False
        self._feeds: dict[str, tuple[str, asyncio.Task[object]]] = {}
        self._pages: dict[str, tuple[str, asyncio.Task[object]]] = {}

    async def once(self, tell: Tell) -> Tally:
        """Poll every feed once, due or not, then read every page that is wanted by now.

        Those that are gone, or whose host asked to wait, are left alone even now.
        """
        feeds = await asyncio.to_thread(self._store.feeds)
        now, tally = self._clock(), self._intake.tally
        wanted = [each for each in feeds if not is_left_alone(each[1], now)]
        self._due.fill((authority_of(feed.url), (feed, state)) for feed, state in wanted)
        tally.feeds_in_all, tally.left_alone = len(wanted), len(feeds) - len(wanted)
        try:
            while len(self._due) or self._feeds or self._pages or await self._pages_due():
                self._start_feeds()
                await self._start_pages()
                await self._settle(tell)
        finally:
            await self._let_go()
        return tally

    async def watch(
        self, stop: asyncio.Event, tell: Tell, warn: Callable[[str], None], rest: Callable[[], None]
    ) -> Tally:
        """Poll what is due for as long as nobody says stop.

        warn: told when a full disk pauses everything. rest: called once there has been nothing to do for a while.
        """
        try:
            while not stop.is_set():
                try:
                    await self._round(tell)
                    self._rest(rest)
                except DiskFullError as error:
                    warn(f"{error} Collecting is paused and tries again every {DISK_FULL_PAUSE:.0f} s.")
                    await _wait(stop, DISK_FULL_PAUSE)
        finally:
            await self._let_go()
        return self._intake.tally

    def _rest(self, rest: Callable[[], None]) -> None:
        now = asyncio.get_running_loop().time()
        if self._feeds or self._pages:
            self._busy_at, self._rested = now, False
        elif not self._rested and now - self._busy_at > REST_AFTER:
            self._rested = True
            rest()

    async def _round(self, tell: Tell) -> None:
        now = asyncio.get_running_loop().time()
        if not len(self._due) or now - self._due_asked > ASK_AGAIN:
            self._due_asked = now
            due = await asyncio.to_thread(self._store.due_feeds, self._clock(), FEEDS_AHEAD)
            idle = ((feed, state) for feed, state in due if feed.url not in self._feeds)
            self._due.fill((authority_of(feed.url), (feed, state)) for feed, state in idle)
        self._start_feeds()
        await self._start_pages()
        await self._settle(tell)

    def _start_feeds(self) -> None:
        while len(self._feeds) < FEEDS_AT_ONCE and (taken := self._due.take()):
            host, (feed, state) = taken
            self._feeds[feed.url] = host, asyncio.ensure_future(self._intake.poll(feed, state))

    async def _pages_due(self) -> bool:
        return bool(await asyncio.to_thread(self._store.jobs, self._clock(), 1))

    async def _start_pages(self) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._pages) < PAGES_AT_ONCE and (not len(self._wanted) or now - self._wanted_asked > ASK_AGAIN):
            self._wanted_asked = now
            # far more than there is room for, since the newest may all lie on one host that is slow
            jobs = await asyncio.to_thread(self._store.jobs, self._clock(), PAGES_AHEAD, tuple(self._pages))
            self._wanted.fill((authority_of(job.url), job) for job in jobs)
        while len(self._pages) < PAGES_AT_ONCE and (taken := self._wanted.take()):
            host, job = taken
            self._pages[job.article] = host, asyncio.ensure_future(self._intake.take_page(job))

    async def _settle(self, tell: Tell) -> None:
        """Wait a moment or until something is finished, and let go of what is; an error of the store ends the round."""
        running = [task for _, task in (*self._feeds.values(), *self._pages.values())]
        if running:
            await asyncio.wait(running, timeout=TICK, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(TICK)
        tasks = _finished(self._feeds, self._due) + _finished(self._pages, self._wanted)
        tally = self._intake.tally
        tally.pages_in_all = tally.pages + len(self._pages) + len(self._wanted)
        tell(tally)
        errors = [error for task in tasks if (error := task.exception())]
        if errors:
            raise errors[0]

    async def _let_go(self) -> None:
        running = [task for _, task in (*self._feeds.values(), *self._pages.values())]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _finished(running: dict[str, tuple[str, asyncio.Task[object]]], waiting: ByHost[Any]) -> list[asyncio.Task[object]]:
    """The tasks that are done, taken out; their hosts have room again."""
    done = [name for name, (_, task) in running.items() if task.done()]
    taken = [running.pop(name) for name in done]
    for host, _ in taken:
        waiting.finished(host)
    return [task for _, task in taken]


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
