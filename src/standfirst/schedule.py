"""When what is fetched: which feeds and pages start now, and how many at once.

One slow host never holds back another: a host has few pages under way at a time, and the fetcher keeps its own queue
for each host. A full disk pauses the watch; it goes on by itself when there is space.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable
from operator import itemgetter

from standfirst.config import Clock
from standfirst.errors import DiskFullError
from standfirst.model import Feed, FeedState, PageJob
from standfirst.pipeline import Intake, Tally
from standfirst.store.protocol import Store
from standfirst.urls import authority_of

FEEDS_AT_ONCE = 256
PAGES_AT_ONCE = 64
PAGES_PER_HOST = 2
TICK = 0.5
BACKLOG = 1000
BACKLOG_SECONDS = 5.0  # after which it is asked for anew, so that what came since goes first
DISK_FULL_PAUSE = 30.0

Tell = Callable[[Tally], None]


class Schedule:
    """Starts polls and page reads for an `Intake`."""

    def __init__(self, intake: Intake, store: Store, clock: Clock) -> None:
        self._intake, self._store, self._clock = intake, store, clock
        self._due: deque[tuple[Feed, FeedState]] = deque()
        self._feeds: dict[str, asyncio.Task[object]] = {}
        self._pages: dict[str, asyncio.Task[object]] = {}
        self._hosts: dict[str, int] = {}
        self._host_of: dict[str, str] = {}
        self._backlog: list[PageJob] = []
        self._backlog_asked = 0.0

    async def once(self, tell: Tell) -> Tally:
        """Poll every feed once, due or not, then read every page that is wanted by now."""
        self._due = deque(in_turns(await asyncio.to_thread(self._store.feeds)))
        self._intake.tally.feeds_in_all = len(self._due)
        try:
            while self._due or self._feeds or self._pages or await self._pages_due():
                self._start_feeds()
                await self._start_pages()
                await self._settle(tell)
        finally:
            await self._let_go()
        return self._intake.tally

    async def watch(self, stop: asyncio.Event, tell: Tell) -> Tally:
        """Poll what is due for as long as nobody says stop."""
        try:
            while not stop.is_set():
                try:
                    await self._round(tell)
                except DiskFullError:
                    await _wait(stop, DISK_FULL_PAUSE)
        finally:
            await self._let_go()
        return self._intake.tally

    async def _round(self, tell: Tell) -> None:
        if not self._due and len(self._feeds) < FEEDS_AT_ONCE:
            due = await asyncio.to_thread(self._store.due_feeds, self._clock(), BACKLOG)
            self._due = deque(in_turns([each for each in due if each[0].url not in self._feeds]))
        self._start_feeds()
        await self._start_pages()
        await self._settle(tell)

    def _start_feeds(self) -> None:
        while self._due and len(self._feeds) < FEEDS_AT_ONCE:
            feed, state = self._due.popleft()
            self._feeds[feed.url] = asyncio.ensure_future(self._intake.poll(feed, state))

    async def _pages_due(self) -> bool:
        return bool(await asyncio.to_thread(self._store.jobs, self._clock(), 1))

    async def _start_pages(self) -> None:
        if len(self._pages) >= PAGES_AT_ONCE:
            return
        now = asyncio.get_running_loop().time()
        if now - self._backlog_asked > BACKLOG_SECONDS or not self._take_from_backlog():
            self._backlog_asked = now
            # far more than there is room for, since the newest may all lie on one host that is slow
            jobs = await asyncio.to_thread(self._store.jobs, self._clock(), BACKLOG, tuple(self._pages))
            self._backlog = list(jobs)
            self._take_from_backlog()

    def _take_from_backlog(self) -> bool:
        """Start the pages for which there is room; False where none could be started."""
        left, started = [], False
        for job in self._backlog:
            host = authority_of(job.url)
            if len(self._pages) < PAGES_AT_ONCE and self._hosts.get(host, 0) < PAGES_PER_HOST:
                self._start_page(job, host)
                started = True
            else:
                left.append(job)
        self._backlog = left
        return started

    def _start_page(self, job: PageJob, host: str) -> None:
        self._hosts[host] = self._hosts.get(host, 0) + 1
        self._host_of[job.article] = host
        self._pages[job.article] = asyncio.ensure_future(self._intake.take_page(job))

    async def _settle(self, tell: Tell) -> None:
        """Wait a moment or until something is finished, and let go of what is; an error of the store ends the round."""
        running = {*self._feeds.values(), *self._pages.values()}
        if running:
            await asyncio.wait(running, timeout=TICK, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(TICK)
        finished = [name for name, task in self._feeds.items() if task.done()]
        tasks = [self._feeds.pop(name) for name in finished]
        tasks += [self._finish_page(name) for name in [n for n, task in self._pages.items() if task.done()]]
        tally = self._intake.tally
        tally.pages_in_all = tally.pages + len(self._pages) + len(self._backlog)
        tell(tally)
        errors = [error for task in tasks if (error := task.exception())]
        if errors:
            raise errors[0]

    def _finish_page(self, name: str) -> asyncio.Task[object]:
        host = self._host_of.pop(name)
        self._hosts[host] -= 1
        if not self._hosts[host]:
            del self._hosts[host]
        return self._pages.pop(name)

    async def _let_go(self) -> None:
        running = [*self._feeds.values(), *self._pages.values()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def in_turns(feeds: Iterable[tuple[Feed, FeedState]]) -> list[tuple[Feed, FeedState]]:
    """Every host's first feed, then every host's second: feeds of one host wait for each other anyway.

    In the order of their addresses a few hosts with many feeds would take all the room there is.
    """
    before: Counter[str] = Counter()
    turns = []
    for feed, state in feeds:
        host = authority_of(feed.url)
        turns.append((before[host], feed, state))
        before[host] += 1
    return [(feed, state) for _, feed, state in sorted(turns, key=itemgetter(0))]


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
